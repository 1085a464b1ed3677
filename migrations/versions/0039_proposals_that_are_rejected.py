"""Why a proposal to the shared registers was rejected, and which municipality proposed it: as the history tells. And what
a fetched activity follows at the sister municipality: of what was fetched before this nobody remembers."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = depends_on = None

PROPOSED = (
    "supplier", "product", "data_subject_category", "law", "personal_data_category", "product_category",
    "recipient_category", "security_measure",
)  # fmt: skip
FOLLOWED = ("origin_place", "origin_row", "origin_card")
LOG = sa.table(
    "shared_change", sa.column("id"), sa.column("register"), sa.column("row_id"), sa.column("action"),
    sa.column("actor_id"), sa.column("acted_in"),
)  # fmt: skip


def upgrade() -> None:
    for name in PROPOSED:
        op.add_column(name, sa.Column("rejection", sa.String(500), comment="Avvist fordi"))
        op.add_column(name, sa.Column("proposed_in", sa.Integer()))
        rows = sa.table(name, sa.column("id"), sa.column("proposed_by"), sa.column("proposed_in"))
        made = sa.select(LOG.c.acted_in).where(
            LOG.c.register == name, LOG.c.row_id == rows.c.id, LOG.c.action == "created",
            LOG.c.actor_id == rows.c.proposed_by,
        )  # fmt: skip
        newest = made.order_by(LOG.c.id.desc()).limit(1).scalar_subquery()
        op.execute(rows.update().where(rows.c.proposed_by.is_not(None)).values(proposed_in=newest))
    for name in FOLLOWED:
        op.add_column("processing_activity", sa.Column(name, sa.Integer()))
    op.create_index("ix_shown_card_register_row_id", "shown_card", ["register", "row_id"])


def downgrade() -> None:
    op.drop_index("ix_shown_card_register_row_id", "shown_card")
    for name in reversed(FOLLOWED):
        op.drop_column("processing_activity", name)
    for name in PROPOSED:
        op.drop_column(name, "proposed_in")
        op.drop_column(name, "rejection")
