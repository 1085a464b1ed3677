"""Alembic's entry: the models are the truth; SQLite alters tables by copying them."""

from typing import Any

from alembic import context
from alembic.operations.ops import CreateTableOp
from sqlalchemy import Connection, TypeDecorator

import models
from models import migrating
from models.changes.refolding import refold


def plain_types(kind: str, item: Any, _context: Any) -> Any:
    """Write types of our own as what the database sees, so that old revisions never import today's code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def is_modelled(name: str | None, kind: str, _parents: Any) -> bool:
    """Search indexes stand beside the models: SQLite's as tables, PostgreSQL's by name (revision 0002)."""
    return not (kind in {"table", "index"} and "_search" in (name or ""))


def as_written(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """What a generated migration says beyond what Alembic finds by itself, and what it leaves out."""
    for script in directives:
        for operation in script.upgrade_ops.ops:
            if isinstance(operation, CreateTableOp):
                operation.info = {}
        migrating.carry_defaults(script.upgrade_ops)


def migrate(connection: Connection, before: str | None, app_role: str, *, new: bool) -> None:
    context.configure(
        connection=connection,
        target_metadata=models.Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        include_name=is_modelled,
        render_item=plain_types,
        process_revision_directives=as_written,
        compare_type=True,
        transactional_ddl=True,
    )
    migrating.open_to_owner(connection)
    context.run_migrations()
    # A new database has no rows, and when a migration is being written the models know more than its tables.
    if not new and before != migrating.revision(connection) == migrating.head():
        refold(connection)
    migrating.finish(connection, before, app_role)


attributes = context.config.attributes
if (given := attributes.get("connection")) is not None:
    migrate(given, None, attributes["app_role"], new=False)
else:
    engine = migrating.engine_for(attributes["url"])
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({migrating.LOCK + 1})")
        found = migrating.revision(connection)
        migrate(connection, found, attributes["app_role"], new=found is None)
    engine.dispose()
