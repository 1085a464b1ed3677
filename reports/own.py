"""Reports that people make themselves, of a list: its rows and columns as they stand there, and before them the same
rows put together by a field, counted and added up, as bars. What a list can be asked is asked here too, and written
nowhere twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from models.declare.fields import Field, is_owned
from models.declare.words import N_
from models.queries.finding import Query
from models.queries.grouping import grouped, groups_by_year
from models.queries.ordering import Turn
from models.queries.places import names
from models.queries.quality import FILLED
from models.queries.reading import label_of
from models.queries.totals import adds_up
from models.tenancy import scope
from models.tenancy.roles import Actor, can, may_take_out
from reports.base import Ask, Told
from reports.choices import LANGUAGE, Choice, Option
from reports.columns import SAID, cells, column, converter, kind_of
from reports.language import Translate, mid_sentence
from reports.registers import RegisterReport
from reports.table import Cell, Column, Kind, Named, Sheet
from reports.tabular import Tabular

PLACE = Field(N_("Kommune"), key="municipality")  # no field of a row: whose it is
BY, NO_VALUE = N_("%(what)s etter %(field)s"), N_("Ikke fylt ut")
YEAR_OF = N_("%(field)s (år)")


@dataclass(frozen=True)
class OfColumn(Choice):
    """One of some columns of a register, or none, which is called `none`."""

    none: str = ""
    register: type[Any] | None = None
    columns: tuple[Field, ...] = ()

    def values(self, _session: Any, texts: Sequence[str]) -> tuple[Any, ...]:
        found = tuple(known for known in self.columns if known.key == texts[0])
        if not found:
            raise ValueError(texts[0])
        return found

    def options(self, _session: Any, t: Translate, _language: str) -> list[Option]:
        return [("", "", t(self.none)), *[(known, known.key, self._label(known, t)) for known in self.columns]]

    def said(self, _session: Any, values: tuple[Any, ...], t: Translate, _language: str) -> str:
        return f"{t(self.label)}: {self._label(values[0], t)}" if values else ""

    def _label(self, known: Field, t: Translate) -> str:
        return _called(self.register, known, t)

    @property
    def is_needed(self) -> bool:
        return True


GROUP = OfColumn("group", N_("Grupper etter"), none=N_("Ingen gruppering"))
SUM = OfColumn("sum", N_("Søylene viser"), none=N_("Antall"))


@dataclass(frozen=True)
class OwnReport(RegisterReport, Tabular):
    """The list it tells is that of its `query` and the fields `shown`; its `name` is what somebody wrote, and is never
    translated. `picked` is what an address says of its choices,
    `narrowed` what narrows the list in words, and `discreet` the same without what somebody typed."""

    name: str = ""
    picked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    narrowed: tuple[str, ...] = ()
    discreet: tuple[str, ...] = ()

    def may_open(self, actor: Actor, place: int | None) -> bool:
        """Whoever reads the list may, and takes it out."""
        return can(actor, "read", self.register, place) and may_take_out(actor, self.of, place)

    @property
    def of(self) -> type[Any]:
        assert self.register is not None  # noqa: S101 - declared so
        return self.register

    def named(self, t: Translate) -> str:
        return self.name or super().named(t)

    @property
    def filed_as(self) -> str:
        return self.name or self.slug

    def asked(self, session: Any, given: Mapping[str, Sequence[str]], otherwise: str, t: Translate) -> Ask:
        """What was picked, in the language that is `given`: all else an address says was read with the list."""
        language = {name: texts for name, texts in given.items() if name == LANGUAGE.name}
        return replace(super().asked(session, {**self.picked, **language}, otherwise, t), filters=self.narrowed)

    def selection(self, session: Any, ask: Ask) -> str:
        return "; ".join(filter(None, [*self.discreet, super().selection(session, ask)]))

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        (by,), (added,) = (ask.chosen.get(one.name) or (None,) for one in (GROUP, SUM))
        if by is None:
            return [self.table(session, ask)]
        return [self._groups(session, ask, by, added), self._in_groups(by).table(session, ask)]

    def _in_groups(self, by: Field) -> OwnReport:
        """The same with the rows in the order of the groups, and what groups them among the columns."""
        if by is PLACE:
            return self
        first, *others = self.shown or ()
        shown = (first, by, *[known for known in others if known.key != by.key])
        query = self.query or Query()
        return replace(self, shown=shown, query=replace(query, sort=(Turn(by), *query.sort)))

    def _groups(self, session: Any, ask: Ask, by: Field, added: Field | None) -> Told:
        """A line for each group, those with most first: of what is added up, else of rows. The other numbers that the
        list shows are added up beside it."""
        t, of_row = ask.t, by is not PLACE
        shown = [known for known in self.shown or () if known is not FILLED and adds_up(known)]
        numbers = list(dict.fromkeys([*([added] if added else []), *shown]))
        by_place = not of_row or (self._is_of_several and is_owned(by.target))
        query = self.query or Query()
        found = grouped(session, self.of, query, by if of_row else None, numbers, ask.language, by_place=by_place)
        columns = [Column(_called(self.of, by, t))] * of_row + [Column(t("Kommune"))] * by_place
        names_of, bars = slice(len(columns)), len(columns) + bool(added)
        columns += [Column(t("Antall"), Kind.INTEGER, summed=True)]
        columns += [replace(column(known, t), summed=True) for known in numbers]
        owners, told = names(session) if by_place else {}, _in_words(by, ask)
        rows: list[list[Any]] = [
            [*[told(one.value)] * of_row, *([owners[one.place]] if one.place else []), one.number, *one.sums]
            for one in found
        ]
        rows.sort(key=lambda row: (-(row[bars] or 0), row[names_of]))
        title = t(BY, what=t(self.of.__register__.name), field=mid_sentence(_called(self.of, by, t)))
        return Told(Sheet(title, columns, rows, bars=bars), lambda _most: len(rows))

    @property
    def _is_of_several(self) -> bool:
        return is_owned(self.of) and len(scope.current().readable(self.of.__domain__)) > 1

    def _rows(self, session: Any, reader: Any, statement: Any, converters: Any, ahead: int, *_: Any) -> Iterator[Any]:
        """The rows, each with its name as the way to it."""
        for row_id, *row in cells(reader.rows(session, statement, leading=ahead), [None, *converters], skip=0):
            name = row[ahead]
            if isinstance(name, str):
                row[ahead] = Named(name, self.of.__tablename__, int(row_id))  # type: ignore[arg-type]
            yield row

    def _column(self, known: Field, ask: Ask) -> Column:
        summed = known is not FILLED and adds_up(known)
        return replace(super()._column(known, ask), emphasis=None, summed=summed)


def choices_of(register: type[Any], groups: Iterable[Field], sums: Iterable[Field]) -> tuple[Choice, ...]:
    """What may be chosen for a report of a list; by whose they are, where rows of several are read."""
    several = is_owned(register) and len(scope.current().readable(register.__domain__)) > 1
    by = (*([PLACE] if several else []), *groups)
    return (replace(GROUP, register=register, columns=by), replace(SUM, register=register, columns=tuple(sums)))


def _called(register: type[Any] | None, by: Field, t: Translate) -> str:
    """What puts rows together, by name."""
    label = label_of(register, [], by, t)  # type: ignore[arg-type]
    return t(YEAR_OF, field=label) if groups_by_year(by) else label


def _in_words(by: Field, ask: Ask) -> Any:
    """How a value that groups rows is told."""
    if groups_by_year(by):
        return lambda year: ask.t(NO_VALUE) if year is None else str(year)
    make, said, nothing = converter(by, ask.t), SAID.get(kind_of(by), str), ask.t(NO_VALUE)

    def told(value: Any) -> Cell:
        cell = make(value) if make else value
        return nothing if cell in (None, "") else said(cell)

    return told
