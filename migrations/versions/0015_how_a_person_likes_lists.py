"""A person's choices about lists are kept on the person: how close rows stand, and which columns each list has."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("user_account", sa.Column("settings", sa.String(8000), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("user_account", "settings")
