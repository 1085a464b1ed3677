"""Rows of the same name in a list to choose from: beside each stands what tells it from the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import load_only, selectinload

from models.database import db
from models.declare.base import fields_of
from models.declare.choices import CatalogueStatus
from models.declare.fields import Field, Kind
from models.declare.memories import remembers
from models.declare.proposing import UNDECIDED, is_proposable
from models.queries.together import ROWS, among
from models.tenancy.session import prepare
from views import formatters
from views.texts import gettext as _

DEEPEST = 6  # levels
Choice = tuple[Any, Any, Any]  # id, name, group


def told_apart(target: type[Any], choices: Sequence[Choice]) -> Sequence[Choice]:
    """The choices; those whose names do not stand alone with the first listed field that differs beside the name, and
    those that are only proposed, or were rejected, with word of that."""
    told = _namesakes_apart(target, choices)
    if not is_proposable(target):
        return told
    stands = dict(list(db.session.execute(_undecided(inspect(target)), {ROWS: [one for one, *_more in told]})))
    return [(one, _marked(name, stands[one]) if one in stands else name, group) for one, name, group in told]


def _marked(name: str, status: CatalogueStatus) -> str:
    if status is CatalogueStatus.REJECTED:
        return _("%(name)s (avvist)", name=name)
    return _("%(name)s (foreslått)", name=name)


@remembers()
def _undecided(register: Any) -> Any:
    """Which of some rows the project has not approved, and how they stand."""
    target = register.class_
    return prepare(select(target.id, target.status).where(among(target.id), target.status.in_(UNDECIDED)))


def _namesakes_apart(target: type[Any], choices: Sequence[Choice]) -> Sequence[Choice]:
    if len({name for _id, name, _group in choices}) == len(choices):
        return choices
    alike = defaultdict(list)
    for row_id, name, _group in choices:
        alike[name].append(row_id)
    wanted = [row_id for ids in alike.values() if len(ids) > 1 for row_id in ids]
    rows = {row.id: row for row in db.session.scalars(_with_what_is_listed(inspect(target)), {ROWS: wanted})}
    beside: dict[int, str] = {}
    for ids in alike.values():
        if len(ids) > 1:
            beside |= _beside(target, [rows[one] for one in ids if one in rows])
    return [(one, f"{name} ({beside[one]})" if beside.get(one) else name, group) for one, name, group in choices]


@remembers()
def _with_what_is_listed(register: Any) -> Any:
    """Some rows of a register, with no more of them than their lists show."""
    target = register.class_
    single = [known for known in _listed(target) if known.kind is not Kind.REFERENCES]
    read = load_only(*[getattr(target, known.column) for known in single])
    along = [_ahead(target, known) for known in _listed(target) if known.kind is not Kind.VALUE]
    return prepare(select(target).where(among(target.id)).options(read, *along))


def _ahead(target: type[Any], known: Field) -> Any:
    upwards = {"recursion_depth": DEEPEST} if known.target is target else {}
    return selectinload(getattr(target, known.key), **upwards)


def _beside(target: type[Any], rows: list[Any]) -> dict[int, str]:
    for known in _listed(target):
        told = {row.id: _told(known, row) for row in rows}
        if len(set(told.values())) == len(rows):
            return told
    return {row.id: str(row.id) for row in rows}


def _told(known: Field, row: Any) -> str:
    """The field in words; of what stands under others the whole way down to it."""
    if known.target is not type(row):
        return formatters.text(known, getattr(row, known.key))
    path: list[str] = []
    above = getattr(row, known.key)
    while above is not None and len(path) < DEEPEST:
        path.insert(0, formatters.text(known, above))
        above = getattr(above, known.key)
    return " › ".join(path)


def _listed(register: type[Any]) -> list[Field]:
    title = register.__register__.title
    return [
        known
        for known in fields_of(register)
        if known.listed and not known.readers and known.key != title and known.kind is not Kind.ROWS
    ]
