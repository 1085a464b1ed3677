"""A municipality may be made up, for everybody to look at: it then has the fingerprint of what it was made from."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("municipality", sa.Column("example", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("municipality", "example")
