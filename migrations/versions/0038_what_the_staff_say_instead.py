"""Help texts and sentences of rules that the project's own staff say otherwise; and what Orden ships of the templates
beside what they have made of them."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = depends_on = None

SORT_KEY = sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("sort_key", SORT_KEY, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False, comment="Hvor den står"),
        sa.Column("place", sa.String(length=120), nullable=False, comment="Nøkkel"),
        sa.Column("language", sa.String(length=40), nullable=False, comment="Språk"),
        sa.Column("words", sa.String(length=1000), nullable=False, comment="Prosjektets tekst"),
        sa.Column("shipped", sa.String(length=1000), nullable=True, comment="Levert tekst"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("place", "language", name=op.f("uq_wording_place_language")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_wording_sort_key_id"), "wording", ["sort_key", "id"])
    op.create_table(
        "shipped_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["processing_template.id"],
            name=op.f("fk_shipped_template_template_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipped_template")),
        sa.UniqueConstraint("template_id", name=op.f("uq_shipped_template_template_id")),
        sa.UniqueConstraint("key", name=op.f("uq_shipped_template_key")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("shipped_template")
    op.drop_table("wording")
