"""Processing activities are found by their role: the two sheets of the protocol."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = depends_on = None

INDEX = "ix_processing_activity_role_municipality_id_sort_key_id"


def upgrade() -> None:
    op.create_index(INDEX, "processing_activity", ["role", "municipality_id", "sort_key", "id"])


def downgrade() -> None:
    op.drop_index(INDEX, "processing_activity")
