"""Ways to look at a list that a municipality shares, or the project with all; and their history."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
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
        sa.Column("name", sa.String(length=60), nullable=False, comment="Navn"),
        sa.Column("list_of", sa.String(length=40), nullable=False, comment="Register"),
        sa.Column("is_first", sa.Boolean(), nullable=False, comment="Vises først"),
        sa.Column("query", sa.String(length=2000), nullable=True, comment="Utvalg og kolonner"),
    ]


def _owner(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f(f"fk_{table}_municipality_id")),
    ]


def upgrade() -> None:
    op.create_table(
        "project_view",
        *_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_view")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shared_view",
        *_columns(),
        *_owner("shared_view"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_view")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_shared_view_municipality_id_id")),
        sqlite_autoincrement=True,
    )
    for table in ("project_view", "shared_view"):
        op.create_index(op.f(f"ix_{table}_sort_key_id"), table, ["sort_key", "id"])
    owned = ["municipality_id", "sort_key", "id"]
    op.create_index(op.f(f"ix_shared_view_{'_'.join(owned)}"), "shared_view", owned)
    _make_log("view_change")


def _make_log(log: str) -> None:
    op.create_table(
        log,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=60), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("row_name", sa.String(length=300), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("acted_in", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=True),
        sa.Column("made_by", sa.String(length=32), nullable=True),
        sa.Column("first_of_event", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("undoes", sa.String(length=40), nullable=False),
        sa.Column("reverse", sa.JSON(), nullable=True),
        *_owner(log),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{log}")),
        sqlite_autoincrement=True,
    )
    for columns, where, unique in (
        (["municipality_id", "register", "row_id", "id"], "", False),
        (["municipality_id", "actor_id", "register", "made_by"], "made_by IS NOT NULL", True),
        (["municipality_id", "id"], "first_of_event", False),
        (["id"], "first_of_event", False),
        (["request_id"], "", False),
        (["undoes"], "undoes <> ''", False),
    ):
        found = sa.text(where) if where else None
        name = op.f(f"ix_{log}_{'_'.join(columns)}")
        op.create_index(name, log, columns, unique=unique, sqlite_where=found, postgresql_where=found)


def downgrade() -> None:
    for table in ("view_change", "shared_view", "project_view"):
        op.drop_table(table)
