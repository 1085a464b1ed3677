"""A database that has stood for some days: all that was made, and written down of it, so much earlier."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from models import migrating
from models.changes.emptying import _see_all
from models.database import db
from models.declare.base import Base
from models.tenancy.locks import locked
from tests.test_keeping import owner_url


def age(app: Any, by: timedelta) -> None:
    """Put back when every row was made, and every line of the history was written; what is locked stays."""
    db.session.remove()
    db.engine.dispose()
    with migrating.engine_for(owner_url(app)).begin() as connection:
        _see_all(connection)
        for table in [one for name, one in Base.metadata.tables.items() if name not in locked()]:
            for name in {"created_at", "updated_at", "at"} & set(table.c.keys()):
                moment = connection.scalar(select(table.c[name]).limit(1))
                if moment is not None:
                    connection.execute(update(table).values({name: moment - by}))
