"""Sheets that somebody sends in, and the people who do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from exchange.rows.plan import How, PartSheet, Plan, What, plan
from exchange.table import Table
from models.database import db
from models.queries.acting import actor_of, reach_of
from models.tenancy import scope
from models.tenancy.roles import Actor
from tests.conftest import municipality, user


def sheet(keys: Sequence[str], *rows: Sequence[Any], name: str = "Ark1", first: int = 2) -> Table:
    """A sheet whose headings are what its columns are."""
    return Table(name, tuple(keys), [tuple(row) for row in rows], range(first, first + len(rows)))


def how(table: Table, **more: Any) -> How:
    """That every column is what its heading says, but for those whose words are notes."""
    notes = frozenset(place for place, name in enumerate(table.headings) if name.split()[0] == "note")
    skipped = {place for place, name in enumerate(table.headings) if name.split()[0] == "skip"}
    columns = {place: name for place, name in enumerate(table.headings) if place not in notes | skipped}
    return How(columns, notes=notes, **more)


@contextmanager
def at_work(name: str, place: str | None = "Tinn", event: str = "an-event") -> Iterator[Actor]:
    """What a person reaches in a municipality."""
    db.session.rollback()
    actor = actor_of(db.session(), user(name).id)
    assert actor is not None
    reach = reach_of(db.session(), actor, municipality(place) if place else None, event)
    db.session.rollback()
    assert reach is not None
    with scope.use(reach):
        yield actor


def planned(
    name: str, register: type[Any], table: Table, *, place: str | None = "Tinn", language: str = "nb",
    parts: Sequence[PartSheet] = (), **more: Any,
) -> Plan:  # fmt: skip
    """What would become of a sheet of a person."""
    with at_work(name, place) as actor:
        return plan(db.session(), actor, register, table, how(table, **more), language=language, parts=parts)


def kinds(found: Plan) -> list[What]:
    return [row.kind for row in found.rows]


def problems(found: Plan) -> list[list[tuple[str, str]]]:
    """What is wrong with each row: where, and in which words."""
    return [[(one.address, one.text) for one in row.problems] for row in found.rows]


def differences(found: Plan) -> list[list[tuple[str, str, str]]]:
    return [[(one.label, one.old, one.new) for one in row.differences] for row in found.rows]
