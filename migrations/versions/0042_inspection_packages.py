"""Inspection packages that are kept, and the jobs that make them."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "inspection_package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("told", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("stored", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_inspection_package_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_package")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_inspection_package_municipality_id_id"), "inspection_package", ["municipality_id", "id"])
    op.create_index(op.f("ix_inspection_package_digest"), "inspection_package", ["digest"])
    op.create_table(
        "package_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("said", sa.String(length=1000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("package_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_job")),
        sqlite_autoincrement=True,
    )
    for columns in (["state", "id"], ["user_id", "id"]):
        op.create_index(op.f(f"ix_package_job_{'_'.join(columns)}"), "package_job", columns)


def downgrade() -> None:
    op.drop_table("package_job")
    op.drop_table("inspection_package")
