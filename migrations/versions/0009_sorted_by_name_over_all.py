"""Lists of several municipalities together are sorted by the names of the rows with an index."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = depends_on = None

OWNED = (
    "agreement", "application", "charge", "contact_person", "dataset", "impact_assessment", "integration",
    "membership", "organisational_unit", "platform", "process", "processing_activity", "risk_assessment", "service",
)  # fmt: skip


def upgrade() -> None:
    for table in OWNED:
        op.create_index(f"ix_{table}_sort_key_id", table, ["sort_key", "id"])


def downgrade() -> None:
    for table in OWNED:
        op.drop_index(f"ix_{table}_sort_key_id", table)
