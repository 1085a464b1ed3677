"""Going through a sheet: what would become of each row, some hundreds at a time, and nothing saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Any

from exchange.cells.spellings import alike
from exchange.cells.splitting import names_in
from exchange.cells.wording import told
from exchange.columns import NUMBER, PARENT, PARENT_NAME
from exchange.rows.asking import ON_ROWS, Asked, Cell, Reader
from exchange.rows.existing import number_in
from exchange.rows.planned import (
    GOES,
    LABELS,
    Difference,
    How,
    PartSheet,
    Plan,
    Planned,
    Proof,
    Said,
    Tell,
    What,
    says,
)
from exchange.rows.trial import Trial, Tried
from exchange.table import Table
from models.changes.gathering import CHUNK
from models.declare.base import field_of, fields_of, part_class
from models.declare.fields import Field, Kind, is_owned
from models.declare.words import N_, Problem
from models.tenancy import scope
from models.tenancy.roles import Actor
from reports.language import translator

__all__ = [
    "GOES",
    "LABELS",
    "Difference",
    "How",
    "PartSheet",
    "Plan",
    "Planned",
    "Proof",
    "Said",
    "What",
    "plan",
]
CHOOSE_PLACE = N_("Velg en kommune øverst først, så vet Orden hvem radene hører til.")
NO_PARENT = N_("Linjen sier ikke hvilken rad den hører til. Skriv Orden-nummeret til raden.")


def plan(
    session: Any,
    actor: Actor,
    register: type[Any],
    table: Table,
    how: How,
    *,
    language: str,
    parts: Sequence[PartSheet] = (),
    tell: Tell = lambda _done, _whole: None,
) -> Plan:
    """What would become of a sheet. The session is rolled back: nothing that was in it stays. Raises Problem where the
    sheet as a whole cannot be read so."""
    found = Plan(register, table, how, language, parts)
    session.rollback()
    for _tried in gone_through(session, actor, found, tell=tell):
        session.rollback()
    return found


def gone_through(
    session: Any,
    actor: Actor,
    found: Plan,
    *,
    versions: Mapping[int, int] | None = None,
    without: frozenset[int] = frozenset(),
    tell: Tell = lambda _done, _whole: None,
) -> Iterator[Tried]:
    """Fill a plan, row by row; after every few hundred of them they stand in the session as they would be. `versions`
    are how rows stood when they were looked at before, `without` the places of rows that are passed over."""
    if is_owned(found.register) and scope.current().active is None:
        raise Problem(CHOOSE_PLACE)
    trial = Trial(session, actor, found, list(_touched(found)), versions or {})
    done, whole = 0, len(found.table.rows)
    asked = _asked(found)
    while some := list(islice(asked, CHUNK)):
        tell(min(done, whole), whole)
        done += len(some)
        found.rows += [one.planned for one in some]
        yield trial.of([one for one in some if one.planned.place not in without])
    tell(whole, whole)


def _touched(found: Plan) -> Iterator[Field]:
    """The fields that a sheet is about, and those on which it rests whether they are asked at all."""
    keys = {*found.how.columns.values(), *found.how.fixed} - ON_ROWS
    outer = {key.partition(".")[0] for key in keys} | {one.within for one in found.parts}
    mine = [known for known in fields_of(found.register) if known.key in outer]
    resting = {key for known in mine if known.applies for key in known.applies.keys}
    resting |= {known.follows for known in mine}
    yield from (known for known in fields_of(found.register) if known.key in outer | resting)


def _asked(found: Plan) -> Iterator[Asked]:
    """What each row of the sheet asks for, with its parts from sheets of their own; then what only those tell of."""
    reader = Reader(found.register, found.table, found.how, found.language)
    parts, title = _Parts(found), found.register.__register__.title
    places = count()
    for row in _in_order(found):
        if any(says(value) for value in found.table.rows[row]):
            asked = reader.row(row, next(places))
            number, cell = asked.beside.get(NUMBER), asked.cells.get(title)
            asked.parts = parts.taken(number_in(number) if number else None, cell.value if cell else None)
            yield asked
    for asked in parts.rest():
        asked.planned.place = next(places)
        yield asked


class _Parts:
    """The lines of the sheets of parts, by the row that each belongs to."""

    def __init__(self, found: Plan) -> None:
        self.t = translator(found.language)
        self.by_row: dict[int | str | None, list[Asked]] = {}
        for sheet in found.parts:
            owner = part_class(field_of(found.register, sheet.within))
            reader = Reader(owner, sheet.table, sheet.how, found.language, sheet.within)
            for place in range(len(sheet.table.rows)):
                asked = reader.row(place, 0)
                self.by_row.setdefault(_parent(asked), []).append(asked)

    def taken(self, number: int | None, name: object) -> list[Asked]:
        """The lines that belong to a row, which nobody else is given."""
        found = self.by_row.pop(number, []) if number else []
        return found + (self.by_row.pop(alike(name), []) if isinstance(name, str) and alike(name) else [])

    def rest(self) -> Iterator[Asked]:
        """The lines of rows that have no line of their own: those of one row together."""
        for parts in self.by_row.values():
            first = parts[0]
            asked = Asked(Planned(0, first.planned.number, first.planned.sheet), parts=parts)
            if (cell := first.beside.get(PARENT) or first.beside.get(PARENT_NAME)) is None:
                asked.wrong(Problem(NO_PARENT), self.t)
                asked.beside[NUMBER] = Cell(Field(""), "-", "", "")
            else:
                asked.beside[NUMBER] = cell
            yield asked


def _parent(asked: Asked) -> int | str | None:
    if (number := asked.beside.get(PARENT)) is not None and (found := number_in(number)):
        return found
    name = number or asked.beside.get(PARENT_NAME)
    return None if name is None else alike(told(name.value))


def _in_order(found: Plan) -> list[int]:
    """The places of the rows, those that others of the sheet stand under before them."""
    places = list(range(len(found.table.rows)))
    above = [known.key for known in fields_of(found.register) if known.kind is Kind.REFERENCE]
    here = [key for key in above if field_of(found.register, key).target in {found.register, "self"}]
    columns = {key: column for column, key in found.how.columns.items()}
    title = columns.get(found.register.__register__.title)
    if title is None or not any(key in columns for key in here):
        return places
    named = {alike(told(found.table.rows[place][title])): place for place in reversed(places)}
    order: dict[int, None] = {}
    for place in places:
        path = [place]
        while path[-1] not in order:  # upwards until something that stands already, or a circle
            told_of = [_named(found, path[-1], columns[key]) for key in here if key in columns]
            over = [named[one] for some in told_of for one in some if one in named and named[one] not in order]
            over = [one for one in over if one not in path]
            if not over:
                break
            path.append(over[0])
        order |= dict.fromkeys(reversed(path))
    return list(order)


def _named(found: Plan, place: int, column: int) -> list[str]:
    try:
        return [alike(one) for one in names_in(Field(""), found.table.rows[place][column])]
    except Problem:
        return []
