"""A register going out as a workbook that people fill in, change and bring back; and as a form without rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import func, select

from exchange.columns import PARENT_NAME, filled_in
from exchange.out import csvfile
from exchange.out.forms import Columns, explained, is_of_several
from exchange.out.offered import Offered
from models.declare.base import part_class
from models.declare.fields import Field, Kind
from models.declare.titles import title
from models.queries.finding import Query, conditions, order
from models.queries.places import names
from models.queries.reading import Reader, is_localised
from models.queries.together import hangs_on
from models.queries.told import naming
from reports import xlsx
from reports.base import Ask, Report, Told
from reports.columns import cells, converter, exported
from reports.language import translator
from reports.registers import RegisterReport
from reports.table import Cell, Column, Sheet, Workbook


@dataclass(frozen=True)
class FilledForm(RegisterReport):
    """The rows that a list finds, to be changed and brought back: in the columns of the list (`shown`), or in all, with
    the parts of the rows on sheets of their own."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        return self._sheets(session, Columns(Offered(session, ask)))

    def workbook(self, session: Any, ask: Ask) -> Workbook:
        columns = Columns(Offered(session, ask))
        found = self._sheets(session, columns)
        notes = columns.notes(of_rows=True, protected=self._is_whole)
        return _as_form(self.bound(session, ask, found), found, notes, ask)

    def form(self, session: Any, columns: Columns) -> Told:
        """The rows alone, in columns that are filled in."""
        register: Any = self.register

        def made(known: Field, ask: Ask) -> Column:
            return columns.field(register, known, self.label(known, ask), local=self._is_told_otherwise(known, ask))

        owner = columns.owner(register) if is_of_several(register) else None
        return self.table(session, columns.ask, made=made, owner=owner, behind=columns.identity)

    def _is_told_otherwise(self, known: Field, ask: Ask) -> bool:
        """Whether the list tells a text in the reader's language, which is another than the one that is written."""
        register: Any = self.register
        return self.shown is not None and ask.language != "nb" and is_localised(register, self.shown, known)

    @property
    def _is_whole(self) -> bool:
        return self.shown is None

    def _sheets(self, session: Any, columns: Columns) -> list[Told]:
        assert self.register is not None  # noqa: S101 - declared so
        main = self.form(session, columns)
        if not self._is_whole:
            return [main]
        main.sheet.protected = True
        held = [known for known in exported(self.register) if known.kind is Kind.ROWS]
        return [main, *[_part(session, self.register, self.query or Query(), known, columns) for known in held]]


@dataclass(frozen=True)
class EmptyForm(Report):
    """A register as a form without rows, for those who have no account: what they may fill in, and nothing that is
    not chosen from."""

    register: type[Any] | None = None

    def workbook(self, session: Any, ask: Ask) -> Workbook:
        assert self.register is not None  # noqa: S101 - declared so
        columns = Columns(Offered(session, ask))
        found = _empty(self.register, columns)
        notes = columns.notes(of_rows=False, protected=False)
        return _as_form(self.bound(session, ask, found), found, notes, ask)

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        assert self.register is not None  # noqa: S101 - declared so
        return _empty(self.register, Columns(Offered(session, ask)))

    def counts(self, _ask: Ask, _told: Sequence[Told]) -> list[tuple[str, Cell]]:
        return []

    def facts(self, session: Any, ask: Ask) -> list[tuple[str, Cell]]:
        return [*self.about(session, ask), (ask.t("Laget"), ask.moment)]


def takes_rows(register: type[Any]) -> bool:
    """Whether rows of a register may come back from a sheet: what is written once never does."""
    return not register.__written_once__


def of_register(
    register: type[Any], query: Query | None = None, shown: Sequence[Field] | None = None
) -> RegisterReport:
    """The rows that a list finds going out, in the columns of the list or in all."""
    about, kind = register.__register__, FilledForm if takes_rows(register) else RegisterReport
    return kind(about.name, about.name, about.intro, register=register, query=query, shown=shown)


def form_of(register: type[Any]) -> EmptyForm:
    """The form of a register, without rows."""
    about = register.__register__
    return EmptyForm(about.name, about.name, about.intro, register=register)


def write_book(session: Any, told: Report, ask: Ask, file: BinaryIO) -> int:
    """A report as a workbook; how many rows it has."""
    workbook = told.workbook(session, ask)
    xlsx.write(workbook, file)
    return workbook.total


def write_rows(session: Any, told: RegisterReport, ask: Ask, file: BinaryIO) -> int:
    """The rows of a register as CSV; how many they are."""
    behind = Columns(Offered(session, ask)).identity if isinstance(told, FilledForm) else ()
    found = told.table(session, ask, behind=behind)
    csvfile.write(found.sheet, file)
    return found.total


def _as_form(book: Workbook, found: Sequence[Told], notes: Sequence[str], ask: Ask) -> Workbook:
    """A workbook that explains itself."""
    book.cover.notes = [*book.cover.notes, *notes]
    book.sheets = [*book.sheets, explained(found, ask.t)]
    book.choices_title = ask.t("Valg")
    book.total = found[0].total
    return book


def _empty(register: type[Any], columns: Columns) -> list[Told]:
    t, fields = columns.ask.t, filled_in(register)
    owner = [columns.owner(register)] if is_of_several(register) else []
    own = [columns.field(register, known) for known in fields if known.kind is not Kind.ROWS]
    found = [_blank(t(register.__register__.name), [*own[:1], *owner, *own[1:]])]
    for known in fields:
        if known.kind is Kind.ROWS:
            part = part_class(known)
            name, _number = columns.of_part(register, parents=False)
            inner = [columns.field(part, one) for one in filled_in(part)]
            found.append(_blank(t(known.label), [name, *owner, *inner]))
    return found


def _blank(title: str, columns: Sequence[Column]) -> Told:
    return Told(Sheet(title, columns, []), lambda _most: 0)


def _part(session: Any, register: type[Any], query: Query, known: Field, columns: Columns) -> Told:
    """The parts of a kind of the rows that a query finds, in the order of those rows."""
    part, ask, several = part_class(known), columns.ask, is_of_several(register)
    fields = exported(part)
    name, number = columns.of_part(register, parents=True)
    owner = [columns.owner(register)] if several else []
    values = [columns.field(part, one) for one in fields]
    rows = _part_rows(session, register, query, Reader(part, fields, ask.language), several=several)
    made = [name, *owner, *values, number, columns.own_number()]
    where = conditions(register, query)
    counted = select(func.count()).select_from(part).join(register, hangs_on(part, register)).where(*where)
    sheet = Sheet(ask.t(known.label), made, rows, protected=True)
    return Told(sheet, lambda _most: int(session.scalar(counted)))


def _part_rows(
    session: Any, register: type[Any], query: Query, reader: Reader, *, several: bool
) -> Iterator[Sequence[Cell]]:
    """What a part hangs on, by name; behind its values the number of that, and its own."""
    part, t = reader.register, translator(reader.language)
    parent = title(register, *naming(register), reader.language).label(PARENT_NAME)
    ahead = [part.parent_id, parent, *([part.municipality_id] if several else [])]
    statement = reader.statement(*ahead).join(register, hangs_on(part, register)).where(*conditions(register, query))
    statement = statement.order_by(*order(register, query), part.id)
    owner = [names(session).get] if several else []
    converters = [None, None, None, *owner, *[converter(one, t) for one in reader.fields]]
    for number, parent_number, *told in cells(reader.rows(session, statement, leading=len(ahead)), converters, skip=0):
        yield [*told, parent_number, number]
