"""Alembic's entry: the models are the truth; SQLite alters tables by copying them."""

from typing import Any

from alembic import context
from alembic.operations.ops import CreateTableOp
from sqlalchemy import Enum, create_engine, pool

import models
from models.declare.base import Moment


def plain_types(kind: str, item: Any, _context: Any) -> Any:
    """Write types of our own as what the database sees, so that old revisions never import today's code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def is_modelled(name: str | None, kind: str, _parents: Any) -> bool:
    """Search indexes stand beside the models: SQLite's as tables, PostgreSQL's by name (revision 0002)."""
    return not (kind in {"table", "index"} and "_search" in (name or ""))


def without_info(_context: Any, _revision: Any, directives: list[Any]) -> None:
    for script in directives:
        for operation in script.upgrade_ops.ops:
            if isinstance(operation, CreateTableOp):
                operation.info = {}


engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=models.Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        include_name=is_modelled,
        render_item=plain_types,
        process_revision_directives=without_info,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
