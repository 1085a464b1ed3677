"""Bringing a deleted row back: who deleted it and when, whether it is late, and the row with its number and history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, undefer

from models.changes import audit, snapshots
from models.declare.choices import CatalogueStatus
from models.declare.clock import now
from models.declare.proposing import is_proposable
from models.declare.words import N_
from models.tenancy.log import DELETED, change_class

DAYS = 30
LATE = N_("«%(name)s» kan ikke hentes tilbake lenger. Fristen er ute.")


def deletions(register: type[Any]) -> Any:
    """The newest entry of every row of a register that is deleted and not brought back, newest first."""
    log = change_class(register)
    later, row = aliased(log), aliased(register)
    return (
        select(log)
        .where(log.register == register.__tablename__, log.action == DELETED)
        .where(
            ~exists(
                select(later.id).where(later.register == log.register, later.row_id == log.row_id, later.id > log.id)
            )
        )
        .where(~exists(select(row.id).where(row.id == log.row_id)))
        .order_by(log.id.desc())
    )


def deletion_of(session: Any, register: type[Any], row_id: int) -> Any:
    """How a row came to be deleted, if it was within the scope; else None."""
    log = change_class(register)
    wanted = deletions(register).where(log.row_id == row_id).options(undefer(log.snapshot))
    return session.scalars(wanted).first()


def where_it_went(session: Any, register: type[Any], change: Any) -> Any:
    """The row that a deleted one went into, however many times that was merged in its turn; else the deletion that ends
    the way. None of a row that was only deleted."""
    seen = set()
    while change.merged_into is not None and change.merged_into not in seen:
        seen.add(change.merged_into)
        if (row := session.get(register, change.merged_into)) is not None:
            return row
        if (later := deletion_of(session, register, change.merged_into)) is None:
            return None
        change = later
    return change if seen else None


def number_of_deletions(session: Any, register: type[Any]) -> int:
    return int(session.scalar(select(func.count()).select_from(deletions(register).order_by(None).subquery())))


def may_come_back(change: Any) -> bool:
    """Whether what is needed was kept for this, and the days are not over."""
    kept = change.snapshot is not None and snapshots.EMPTIED not in change.snapshot
    return kept and now() < change.at + timedelta(days=DAYS)


def probe(register: type[Any], change: Any) -> Any:
    """As much of the deleted row as it takes to ask who may bring it back."""
    row = register()
    row.id = change.row_id
    if hasattr(change, "municipality_id"):
        row.municipality_id = change.municipality_id
    if is_proposable(register) and change.snapshot:
        values = change.snapshot["values"]
        row.status = CatalogueStatus(values.get("status", CatalogueStatus.APPROVED))  # deleted before it was asked
        row.rejection, row.proposed_by = values.get("rejection"), values.get("proposed_by")
    return row


def bring_back(session: Any, register: type[Any], change: Any) -> tuple[Any, list[str]]:
    """The row under its own number, its history going on, and the names of what it was linked to and is gone.

    Raises Problem when it cannot be what it was."""
    with session.no_autoflush:
        row, lost = snapshots.made_of(session, register, change.snapshot, getattr(change, "municipality_id", None))
        session.add(row)
        audit.note_restored(session, row, change.snapshot["version"], lost)
    return row, [name for entry in lost for name in entry.get("removed", [entry.get("old")])]
