"""What a municipality shows of an activity tells which template it was taken from, so that those of one are found."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = depends_on = None

CARDS = sa.table("shown_card", sa.column("register"), sa.column("row_id"), sa.column("template_id"))
ACTIVITIES = sa.table("processing_activity", sa.column("id"), sa.column("template_id"))


def upgrade() -> None:
    op.add_column("shown_card", sa.Column("template_id", sa.Integer()))
    taken = sa.select(ACTIVITIES.c.template_id).where(ACTIVITIES.c.id == CARDS.c.row_id).scalar_subquery()
    op.execute(CARDS.update().where(CARDS.c.register == "processing_activity").values(template_id=taken))
    for column in ("product_id", "template_id"):
        op.create_index(f"ix_shown_card_{column}", "shown_card", [column])


def downgrade() -> None:
    for column in ("template_id", "product_id"):
        op.drop_index(f"ix_shown_card_{column}", "shown_card")
    op.drop_column("shown_card", "template_id")
