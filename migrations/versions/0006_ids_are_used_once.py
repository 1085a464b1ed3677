"""No id is ever used again: SQLite gave that of a deleted row to the next one made."""

import re

from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"
branch_labels = depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL's sequences never go back
    made = connection.execute(text("select name, sql from sqlite_master where type = 'table' and sql is not null")).all()
    for name, sql in made:
        if re.search(r"PRIMARY KEY \(id\)", sql):
            _copy(connection, name, sql)
    for name, _sql in made:
        if name.endswith("_change"):
            _remember_deleted(connection, name)


def _copy(connection, name, sql) -> None:
    """SQLite's own recipe for changing a table: a new one beside it, the rows over, the old one away, its name taken."""
    indexes = connection.execute(
        text("select sql from sqlite_master where type = 'index' and tbl_name = :name and sql is not null"), {"name": name}
    )
    kept = list(indexes.scalars())
    body = re.sub(r",\s*(CONSTRAINT \w+ )?PRIMARY KEY \(id\)", "", sql, count=1)
    body = re.sub(r"\bid INTEGER NOT NULL", "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", body, count=1)
    body = re.sub(rf'^CREATE TABLE "?{name}"?', f"CREATE TABLE _new_{name}", body, count=1)
    columns = ", ".join(f'"{column}"' for column in connection.exec_driver_sql(f"select name from pragma_table_info('{name}')").scalars())
    connection.exec_driver_sql(body)
    connection.exec_driver_sql(f"INSERT INTO _new_{name} ({columns}) SELECT {columns} FROM {name}")
    connection.exec_driver_sql(f"DROP TABLE {name}")
    connection.exec_driver_sql(f"ALTER TABLE _new_{name} RENAME TO {name}")
    for statement in kept:
        connection.exec_driver_sql(statement)


def _remember_deleted(connection, log) -> None:
    """The history knows ids of rows that are gone: they too are not used again."""
    highest = connection.exec_driver_sql(f"select register, max(row_id) from {log} group by register").all()
    for register, row_id in highest:
        changed = connection.execute(
            text("update sqlite_sequence set seq = max(seq, :id) where name = :name"), {"id": row_id, "name": register}
        )
        if not changed.rowcount:
            connection.execute(text("insert into sqlite_sequence (name, seq) values (:name, :id)"), {"id": row_id, "name": register})


def downgrade() -> None:
    """The tables hold the same either way."""
