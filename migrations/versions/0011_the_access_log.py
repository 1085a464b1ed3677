"""The access log: who came in, who was kept out, what was taken out, who was given a role."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = depends_on = None

SORT_KEY = sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql")


def _columns() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("sort_key", SORT_KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="Tidspunkt"),
        sa.Column("event", sa.String(length=40), nullable=False, comment="Hendelse"),
        sa.Column("actor_name", sa.String(length=200), nullable=True, comment="Hvem"),
        sa.Column("subject", sa.String(length=1000), nullable=True, comment="Hva det gjaldt"),
        sa.Column("selection", sa.String(length=1000), nullable=True, comment="Utvalg"),
        sa.Column("rows", sa.Integer(), nullable=True, comment="Antall rader"),
        sa.Column("address", sa.String(length=45), nullable=True, comment="Nettadresse"),
        sa.Column("request_id", sa.String(length=40), nullable=True, comment="Forespørsel"),
        sa.Column("actor_id", sa.Integer(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "project_access_entry",
        *_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_access_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_project_access_entry_sort_key_id"), "project_access_entry", ["sort_key", "id"])
    op.create_table(
        "access_entry",
        *_columns(),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_access_entry_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_entry")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_access_entry_municipality_id_id")),
        sqlite_autoincrement=True,
    )
    name = op.f("ix_access_entry_municipality_id_sort_key_id")
    op.create_index(name, "access_entry", ["municipality_id", "sort_key", "id"])
    op.create_index(op.f("ix_access_entry_sort_key_id"), "access_entry", ["sort_key", "id"])


def downgrade() -> None:
    op.drop_table("access_entry")
    op.drop_table("project_access_entry")
