"""A row says of fields that are empty which are not relevant, and why: JSON by the keys of the fields. Nothing is said of
what is there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = depends_on = None

TABLES = (
    "agreement", "application", "charge", "contact_person", "dataset", "impact_assessment", "integration", "platform",
    "process", "processing_activity", "risk_assessment", "service",
)  # fmt: skip


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("waived", sa.Text(), comment="Ikke relevant"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "waived")
