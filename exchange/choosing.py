"""What a person is offered to choose when a file came in: the sheet, and what each of its columns is taken for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from exchange import jobs
from exchange.called import known_by
from exchange.columns import BESIDE, NUMBER, filled_in
from exchange.files.plain import LONGEST_HEADING
from exchange.files.reading import Workbook
from exchange.jobs import Reading
from exchange.matching import How as By
from exchange.matching import Match, homeless, is_guest, likeliest, match, part_keys, sheets_of_parts, spoken
from exchange.rows.planned import How, PartSheet, Plan, says
from exchange.table import Table
from models.changes.beginning import default_of
from models.declare.base import field_of, part_class
from models.declare.fields import Field, Kind

NOTE, SKIP = "#note", "#skip"  # what a column is when it is no field
SAMPLES, LOOKED_AT = 3, 1000  # shown of a column, of so many rows
WITHIN = "!"  # between a field that holds parts and a heading on the sheet of them, where it is remembered


@dataclass(frozen=True, slots=True)
class Choice:
    """A column of a sheet: what it is called, some of what it holds, and what it is taken for."""

    column: int
    heading: str
    samples: tuple[Any, ...]
    match: Match
    key: str  # of a field or of BESIDE, or NOTE or SKIP
    is_sure: bool
    is_remembered: bool = False


@dataclass(frozen=True, slots=True)
class PartDraft:
    """How a sheet of parts would be read: its place in the file, and the key of the field that holds the parts."""

    place: int
    within: str
    table: Table
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """How a file would be read: `sheet` is the place of the sheet with the rows, and `lacking` the fields that a new
    row must say, and no column does."""

    register: type[Any]
    book: Workbook
    sheet: int
    choices: tuple[Choice, ...]
    parts: tuple[PartDraft, ...]

    @property
    def table(self) -> Table:
        return self.book.tables[self.sheet]

    @property
    def may_be_headless(self) -> bool:
        """Whether what was taken for headings may be a row like the others: no field is called so."""
        told = [one for one in self.choices if one.heading]
        whole = all(len(one.heading) < LONGEST_HEADING for one in told)
        known = any(one.match.is_sure and one.match.how is not By.REMEMBERED for one in told)
        return bool(told) and whole and not known

    @property
    def lacking(self) -> list[Field]:
        return lacking(self.register, {one.key for one in self.choices})

    @property
    def untold(self) -> list[Field]:
        """The fields that no column says, and that may be given one value in every row."""
        keys = {one.key for one in self.choices} | {self.register.__register__.title}
        return [one for one in filled_in(self.register) if one.kind is not Kind.ROWS and one.key not in keys]

    @property
    def keeps_words(self) -> bool:
        """Whether what a field cannot hold is kept in words, unless somebody says otherwise."""
        return is_guest(self.register, self.table)

    @property
    def is_sure(self) -> bool:
        every = [*self.choices, *(one for part in self.parts for one in part.choices)]
        return all(one.is_sure for one in every) and not self.lacking

    def is_open(self, choice: Choice) -> bool:
        """Whether a column is to be looked over: where nobody has told which one new rows are called by, also those
        that would be comments."""
        names_nothing = any(one.key == self.register.__register__.title for one in self.lacking)
        return not choice.is_sure or (names_nothing and choice.key == NOTE and not choice.is_remembered)

    def reading(self, **more: Any) -> Reading:
        parts = tuple((one.place, one.within, _how(one.choices)) for one in self.parts)
        return Reading(self.sheet, _how(self.choices, **more), parts)

    def read_so(self, reading: Reading) -> Draft:
        """The draft as the sheet is read now."""
        hows = {place: how for place, _within, how in reading.parts}
        parts = (replace(one, choices=_read_so(one.choices, hows.get(one.place, How({})))) for one in self.parts)
        return replace(self, choices=_read_so(self.choices, reading.how), parts=tuple(parts))

    def plan(self, reading: Reading, language: str) -> Plan:
        """A plan of it, without rows yet."""
        parts = [PartSheet(within, self.book.tables[place], how) for place, within, how in reading.parts]
        return Plan(self.register, self.table, reading.how, language, parts)


def draft(register: type[Any], book: Workbook, remembered: Mapping[str, str], sheet: int | None = None) -> Draft:
    """How a file is read unless somebody says otherwise."""
    if sheet is None or not 0 <= sheet < len(book.tables):
        best = likeliest(register, book.tables)
        sheet = next((place for place, table in enumerate(book.tables) if table is best), 0)
    choices = _choices(register, book.tables[sheet], remembered)
    return Draft(register, book, sheet, choices, tuple(_parts(register, book.tables, sheet, remembered)))


def elsewhere(registers: Sequence[type[Any]], book: Workbook, register: type[Any], sheet: int) -> list[tuple[Any, int]]:
    """What else of a file may be brought in than a sheet into a register: other registers with the sheets that are
    known to tell of them, by their places."""
    places = range(len(book.tables)) if len(book.tables) > 1 else ()
    found = [(one, place) for one in registers for place in places if is_guest(one, book.tables[place])]
    return [one for one in found if one != (register, sheet)]


def _choices(owner: type[Any], table: Table, remembered: Mapping[str, str]) -> tuple[Choice, ...]:
    matches = match(owner, table, remembered=remembered)
    noted = homeless(owner, table, matches)
    before = [remembered.get(spoken(table, one.column), "") for one in matches]
    samples = _samples(table)
    return tuple(
        _choice(table, one, samples[one.column], was, is_noted=one.column in noted)
        for one, was in zip(matches, before, strict=True)
    )


def _choice(table: Table, found: Match, samples: tuple[Any, ...], before: str, *, is_noted: bool) -> Choice:
    key, is_sure = found.key or SKIP, found.is_sure or found.how is By.CLOSED or not samples
    is_remembered = found.key is None and before in {NOTE, SKIP}
    if found.key is None and (is_remembered or is_noted):
        key, is_sure = before if is_remembered else NOTE, True
    return Choice(found.column, table.headings[found.column], samples, found, key, is_sure, is_remembered)


def _samples(table: Table) -> list[tuple[Any, ...]]:
    """Some of what each column says among the first rows, or the first it says below them; nothing of one that is
    empty all the way."""
    found: list[dict[Any, None]] = [{} for _heading in table.headings]
    wanting = list(range(len(found)))
    for place, row in enumerate(table.rows):
        for column in wanting:
            if says(row[column]):
                found[column][row[column]] = None
        most = SAMPLES if place < LOOKED_AT else 1
        wanting = [column for column in wanting if len(found[column]) < most]
        if not wanting:
            break
    return [tuple(one) for one in found]


def _parts(
    register: type[Any], tables: Sequence[Table], main: int, remembered: Mapping[str, str]
) -> Iterator[PartDraft]:
    for within, table in sheets_of_parts(register, tables).items():
        place = next(place for place, one in enumerate(tables) if one is table)
        if place != main:
            before = {heading: key for told, key in remembered.items() if (heading := _of_parts(told, within))}
            yield PartDraft(place, within, table, _choices(part_class(field_of(register, within)), table, before))


def _of_parts(told: str, within: str) -> str:
    """The heading on a sheet of parts that something is remembered of; "" of another sheet's."""
    return told.removeprefix(f"{within}{WITHIN}") if told.startswith(f"{within}{WITHIN}") else ""


def _how(choices: Sequence[Choice], **more: Any) -> How:
    columns = {one.column: one.key for one in choices if one.key not in {NOTE, SKIP}}
    return How(columns, notes=frozenset(one.column for one in choices if one.key == NOTE), **more)


def _read_so(choices: Sequence[Choice], how: How) -> tuple[Choice, ...]:
    keys = {**dict.fromkeys(how.notes, NOTE), **how.columns}
    return tuple(replace(one, key=keys.get(one.column, SKIP)) for one in choices)


def keys_of(register: type[Any]) -> list[str]:
    """All that a column may be taken for."""
    labels, names = known_by(register)
    return list(dict.fromkeys([*labels.values(), *names.values(), *part_keys(register)]))


def lacking(register: type[Any], keys: set[str]) -> list[Field]:
    """The fields that a new row must say, when its columns are these. A sheet with our numbers has no new rows unless
    it says what they must say."""
    if NUMBER in keys:
        return []
    must = [one for one in filled_in(register) if one.required and one.kind is not Kind.ROWS]
    return [one for one in must if one.key not in keys and not _has_default(register, one)]


def _has_default(register: type[Any], known: Field) -> bool:
    return known.kind is Kind.VALUE and default_of(register, known) is not None


def references(register: type[Any], keys: Sequence[str]) -> list[tuple[str, Field, type[Any]]]:
    """The columns that point at other registers: the key, the field, and the register it belongs to."""
    found: list[tuple[str, Field, type[Any]]] = []
    for key in keys:
        outer, _dot, inner = key.partition(".")
        if key in BESIDE or outer not in {one.key for one in filled_in(register)}:
            continue
        owner: type[Any] = part_class(field_of(register, outer)) if inner else register
        known = field_of(owner, inner or outer)
        if known.kind in {Kind.REFERENCE, Kind.REFERENCES}:
            found.append((key, known, owner))
    return found


def remember(session: Any, draft: Draft, *, headless: bool) -> None:
    """Remember what the columns of a file were taken for; what is no heading is not remembered as one."""
    told = {} if headless else {spoken(draft.table, one.column): one.key for one in draft.choices}
    for part in draft.parts:
        told |= {f"{part.within}{WITHIN}{spoken(part.table, one.column)}": one.key for one in part.choices}
    jobs.remember(session, draft.register, told)
