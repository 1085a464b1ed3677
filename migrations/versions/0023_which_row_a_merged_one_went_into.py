"""Which row a merged one went into, in the entry of the history that says it went."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = depends_on = None

LOGS = ("content_change", "risk_change", "people_change", "money_change", "view_change", "shared_change")


def upgrade() -> None:
    for log in LOGS:
        op.add_column(log, sa.Column("merged_into", sa.Integer(), nullable=True))


def downgrade() -> None:
    for log in LOGS:
        op.drop_column(log, "merged_into")
