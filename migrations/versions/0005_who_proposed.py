"""Who proposed a supplier or a product, and so may mend it until the project has decided."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = depends_on = None


def upgrade() -> None:
    for table in ("supplier", "product"):
        op.add_column(table, sa.Column("proposed_by", sa.Integer()))


def downgrade() -> None:
    for table in ("supplier", "product"):
        op.drop_column(table, "proposed_by")
