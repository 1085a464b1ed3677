"""Emptying the trash: after the days in which a row may come back, what was said of the row is thrown away, what hung
on it, who followed it and who was asked about it. The history stays, and of the registers that the record of processing
activities is told from also what the row was: an inspector may ask how it stood on a day (GDPR art. 5(2) and 30). What
a person's account, a charge or a view was is thrown away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, exists, false, null, select, update

from models.changes.snapshots import EMPTIED
from models.registers.attachments import CLASSES, Attachment, RiskAttachment, SharedAttachment
from models.registers.comments import Comment, RiskComment
from models.registers.following import Follow
from models.registers.municipality import Municipality
from models.registers.packages import Archive, Package
from models.tenancy import scope
from models.tenancy.confirmations import Confirmation
from models.tenancy.log import CHANGES, DELETED, UNREMARKED, ContentChange, RiskChange, SharedChange
from models.tenancy.people import ProjectRole, User
from models.tenancy.rowsecurity import announce

# What stands beside rows, and the logs that tell when those were deleted.
TELLING: dict[type[Any], tuple[type[Any], ...]] = {
    Comment: (ContentChange, SharedChange),
    RiskComment: (RiskChange,),
    Attachment: (ContentChange,),
    RiskAttachment: (RiskChange,),
    SharedAttachment: (SharedChange,),
    Follow: (ContentChange, RiskChange, SharedChange),
    Confirmation: (ContentChange,),
}
TOLD_LATER = (ContentChange, RiskChange, SharedChange)
PEOPLE = (User.__tablename__, ProjectRole.__tablename__)


def empty_trash(connection: Connection, before: datetime) -> int:
    """Empty it of what was deleted before a moment, as the role that owns the tables; how many rows it was."""
    _see_all(connection)
    for said, logs in TELLING.items():
        for log in logs:
            _forget(connection, said.__table__, log.__table__, before)
    for table in (one.__table__ for one in CLASSES.values()):
        connection.execute(delete(table).where(table.c.removed_at < before))
    emptied = 0
    for log in CHANGES.values():
        table = log.__table__
        gone = (table.c.action == DELETED) & (table.c.at < before) & table.c.snapshot.is_not(None)
        kept = table.c.register.not_in(PEOPLE) if log in TOLD_LATER else false()
        emptied += connection.execute(update(table).where(gone, ~kept).values(snapshot=null())).rowcount
        emptied += _keep_for_the_past(connection, table, gone & kept)
        unsaid = (table.c.action == UNREMARKED) & (table.c.at < before) & table.c.reverse.is_not(None)
        connection.execute(update(table).where(unsaid).values(reverse=null()))
    return emptied


def _keep_for_the_past(connection: Connection, table: Table, gone: Any) -> int:
    """Mark what is kept only to be told of, once; how many rows it was."""
    first = select(table.c.id, table.c.snapshot).where(gone, table.c.snapshot[EMPTIED].as_string().is_(None))
    rows = connection.execute(first).all()
    for row_id, told in rows:
        connection.execute(update(table).where(table.c.id == row_id).values(snapshot=told | {EMPTIED: True}))
    return len(rows)


def stored_names(connection: Connection) -> set[str]:
    """What files are stored as that hang on a row, there or deleted, and the packages and archives that are kept; as
    the role that owns the tables."""
    _see_all(connection)
    tables = [Package.__table__, Archive.__table__, *[one.__table__ for one in CLASSES.values()]]
    return {name for table in tables for name in connection.scalars(select(table.c.stored)) if name}


def _see_all(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        announce(connection, scope.of(connection.execute(select(Municipality.__table__.c.id)).scalars()))


def _forget(connection: Connection, said: Table, log: Table, before: datetime) -> None:
    """What stands beside rows that were deleted before a moment and are not there again."""
    gone, again = log.alias("gone"), log.alias("again")
    about = (gone.c.register == said.c.register) & (gone.c.row_id == said.c.row_id)
    later = exists().where(again.c.register == gone.c.register, again.c.row_id == gone.c.row_id, again.c.id > gone.c.id)
    deleted = exists().where(about, gone.c.action == DELETED, gone.c.at < before, ~later)
    connection.execute(delete(said).where(deleted))
