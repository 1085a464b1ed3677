"""What a template said when it was taken, so that what has changed in it since can be offered. Of what was taken before
this nobody remembers what it said: it is not followed. And which sister municipality an activity was fetched from."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("processing_activity", sa.Column("origin", sa.String(200), comment="Hentet fra en annen kommune"))
    op.add_column("processing_activity", sa.Column("template_version", sa.Integer()))
    op.add_column("processing_activity", sa.Column("taken", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("processing_activity", "taken")
    op.drop_column("processing_activity", "template_version")
    op.drop_column("processing_activity", "origin")
