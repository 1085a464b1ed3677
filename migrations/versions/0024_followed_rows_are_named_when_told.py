"""What somebody follows is called what it is called when it is told: no name of it is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = depends_on = None


def upgrade() -> None:
    op.drop_column("follow", "name")


def downgrade() -> None:
    op.add_column("follow", sa.Column("name", sa.String(length=300), nullable=False, server_default=""))
