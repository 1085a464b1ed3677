"""Mergers of municipalities in the making, where each row came from that was carried over, and the numbers that
processing activities had before."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = depends_on = None

ORIGINS = ("origin", "risk_origin")


def upgrade() -> None:
    op.create_table(
        "merger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("twins", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_by", sa.String(length=200), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger")),
        sqlite_autoincrement=True,
    )
    for table in ORIGINS:
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("register", sa.String(length=60), nullable=False),
            sa.Column("row_id", sa.Integer(), nullable=False),
            sa.Column("row_version", sa.Integer(), nullable=False),
            sa.Column("merger_id", sa.Integer(), nullable=False),
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("from_place", sa.Integer(), nullable=False),
            sa.Column("from_row", sa.Integer(), nullable=False),
            sa.Column("from_version", sa.Integer(), nullable=False),
            sa.Column("number", sa.String(length=60), nullable=False),
            sa.Column("attachments", sa.JSON(), nullable=False),
            sa.Column("municipality_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                ["municipality_id"], ["municipality.id"], name=op.f(f"fk_{table}_municipality_id")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sqlite_autoincrement=True,
        )
        for columns in (["municipality_id", "register", "row_id"], ["merger_id"]):
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    op.add_column("processing_activity", sa.Column("former_number", sa.String(200), comment="Tidligere nummer"))


def downgrade() -> None:
    op.drop_column("processing_activity", "former_number")
    for table in (*ORIGINS, "merger"):
        op.drop_table(table)
