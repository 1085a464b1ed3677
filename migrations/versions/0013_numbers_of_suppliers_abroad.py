"""A supplier in another country has the number it has there, which may be longer than nine digits."""

import re

from alembic import op
from sqlalchemy import String, text

revision = "0013"
down_revision = "0012"
branch_labels = depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _copy(connection, "supplier")
    else:
        op.alter_column("supplier", "organisation_number", type_=String(20), existing_type=String(9))


def _copy(connection, name) -> None:
    """SQLite's own recipe for changing a table: a new one beside it, the rows over, the old one away, its name taken.
    The ids that have been used stay used."""
    named = {"name": name}
    sql = connection.execute(text("select sql from sqlite_master where type = 'table' and name = :name"), named).scalar_one()
    beside = "select sql from sqlite_master where type in ('index', 'trigger') and tbl_name = :name and sql is not null"
    kept = list(connection.execute(text(beside), named).scalars())
    last = connection.execute(text("select seq from sqlite_sequence where name = :name"), named).scalar()
    body = sql.replace("organisation_number VARCHAR(9)", "organisation_number VARCHAR(20)")
    body = re.sub(rf'^CREATE TABLE "?{name}"?', f"CREATE TABLE _new_{name}", body, count=1)
    found = connection.exec_driver_sql(f"select name from pragma_table_info('{name}')").scalars()
    columns = ", ".join(f'"{column}"' for column in found)
    connection.exec_driver_sql(body)
    connection.exec_driver_sql(f"INSERT INTO _new_{name} ({columns}) SELECT {columns} FROM {name}")
    connection.exec_driver_sql(f"DROP TABLE {name}")
    connection.exec_driver_sql(f"ALTER TABLE _new_{name} RENAME TO {name}")
    connection.execute(text("delete from sqlite_sequence where name = :name"), named)
    if last is not None:
        connection.execute(text("insert into sqlite_sequence (name, seq) values (:name, :seq)"), named | {"seq": last})
    for statement in kept:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Numbers that are longer would be lost."""
