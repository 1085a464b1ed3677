"""What one request changed is one event: listed, with a reason, and taken back. And what people say of rows."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = depends_on = None

OWNED = ("content_change", "risk_change", "people_change", "money_change")
LOGS = (*OWNED, "shared_change")
COMMENTS = ("comment", "risk_comment")


def upgrade() -> None:
    for log in LOGS:
        op.add_column(log, sa.Column("first_of_event", sa.Boolean(), server_default=sa.false(), nullable=False))
        op.add_column(log, sa.Column("reason", sa.String(length=500), server_default="", nullable=False))
        op.add_column(log, sa.Column("undoes", sa.String(length=40), server_default="", nullable=False))
        op.add_column(log, sa.Column("reverse", sa.JSON(), nullable=True))
        _mark_first(log)
        for columns, where in _indexes(log):
            found = sa.text(where) if where else None
            name = f"ix_{log}_{'_'.join(columns)}"
            op.create_index(name, log, list(columns), sqlite_where=found, postgresql_where=found)
    for table in COMMENTS:
        _make_comments(table)


def _mark_first(log: str) -> None:
    if log in OWNED and op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {log} NO FORCE ROW LEVEL SECURITY")  # so that the owner sees the rows
    owner = "municipality_id, " if log in OWNED else ""
    op.execute(
        f"update {log} set first_of_event = true where request_id = '' or id in "
        f"(select min(id) from {log} group by {owner}register, request_id)"
    )


def _indexes(log: str) -> list[tuple[tuple[str, ...], str]]:
    by_owner = [(("municipality_id", "id"), "first_of_event")] if log in OWNED else []
    return [*by_owner, (("id",), "first_of_event"), (("request_id",), ""), (("undoes",), "undoes <> ''")]


def _make_comments(table: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=60), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("settled_by", sa.String(length=200), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f(f"fk_{table}_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )
    for columns in (["municipality_id", "register", "row_id", "id"], ["register", "row_id", "id"]):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def downgrade() -> None:
    for table in COMMENTS:
        op.drop_table(table)
    for log in LOGS:
        for columns, _where in _indexes(log):
            op.drop_index(f"ix_{log}_{'_'.join(columns)}", log)
        for column in ("reverse", "undoes", "reason", "first_of_event"):
            op.drop_column(log, column)
