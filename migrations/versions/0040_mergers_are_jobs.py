"""Mergers of municipalities are carried over and undone by a worker, as a job that the plan holds."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("job", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_in", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False, server_default="nb"),
        sa.Column("reason", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("number", sa.Integer(), nullable=True),
    ):
        op.add_column("merger", column)


def downgrade() -> None:
    for name in ("number", "said", "taken_at", "attempts", "reason", "language", "asked_in", "asked_by", "job"):
        op.drop_column("merger", name)
