"""Rows of a register that something holds of, as a sheet. What holds of them is asked of the rules, and said nowhere
here: a report finds what the to-do list counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from models.declare.base import field_of
from models.declare.fields import Field
from models.declare.words import N_
from models.queries.finding import count_all, order_keys
from models.queries.places import names
from models.queries.reading import Reader
from models.registers.organisation import OrganisationalUnit
from models.tenancy import scope
from reports.base import Ask, Told
from reports.choices import Choice, OfField, conditions
from reports.columns import column, converter
from reports.table import Cell, Column, Kind, Named, Sheet
from reports.tabular import Tabular

Where = Callable[[Ask], Sequence[Any]]
NO_UNIT = N_("Uten enhet")


@dataclass(frozen=True)
class More:
    """A column of what follows from the fields of a row: given by their keys, they give a cell."""

    label: str
    kind: Kind
    cell: Callable[[dict[str, Any], Ask], Cell]


@dataclass(frozen=True)
class Listing:
    """The rows, with the fields of these keys after the name, in the order of what `first` gives before the name. Per
    unit they are counted beside it where `by_unit` says so."""

    title: str
    register: type[Any]
    keys: tuple[str, ...]
    where: Where
    first: Callable[[], Sequence[Any]] = tuple
    more: tuple[More, ...] = ()
    by_unit: bool = False
    wrong: bool = False
    empty: str = ""

    @cached_property
    def fields(self) -> list[Field]:
        return [field_of(self.register, key) for key in (self.register.__register__.title, *self.keys)]

    @property
    def several(self) -> bool:
        return len(scope.current().readable(self.register.__domain__)) > 1

    def told(self, session: Any, ask: Ask, choices: Sequence[Choice] = ()) -> list[Told]:
        where = [*self.where(ask), *conditions(choices, ask.chosen)]
        counted = [self._counted(session, ask, where)] if self.by_unit else []
        return [*counted, self._listed(session, ask, where)]

    def _listed(self, session: Any, ask: Ask, where: Sequence[Any]) -> Told:
        t, (name, *rest) = ask.t, [column(known, ask.t) for known in self.fields]
        columns = [name, *[Column(t("Kommune"))] * self.several, *rest]
        columns += [Column(t(one.label), one.kind) for one in self.more]
        rows = self._rows(session, ask, where)
        sheet = Sheet(t(self.title), columns, rows, empty=t(self.empty), wrong=self.wrong)
        return Told(sheet, lambda most: count_all(session, self.register, where, most))

    def _rows(self, session: Any, ask: Ask, where: Sequence[Any]) -> Iterator[list[Cell]]:
        register, several = self.register, self.several
        reader = Reader(register, self.fields, ask.language)
        statement = reader.statement(register.municipality_id).where(*where)
        statement = statement.order_by(*self.first(), *order_keys(register)).limit(ask.most)
        owners = names(session) if several else {}
        show = [converter(known, ask.t) or _same for known in self.fields]
        for row_id, owner, *values in reader.rows(session, statement, leading=1):
            said = {known.key: value for known, value in zip(self.fields, values, strict=True)}
            name, *rest = [make(value) for make, value in zip(show, values, strict=True)]
            named = Named(str(name or "–"), register.__tablename__, row_id)
            yield [named, *([owners[owner]] if several else []), *rest, *[one.cell(said, ask) for one in self.more]]

    def _counted(self, session: Any, ask: Ask, where: Sequence[Any]) -> Told:
        """How many there are in each unit, most first: in one statement beside the names."""
        t, several = ask.t, self.several
        rows = list(_per_unit(session, self.register, where, ask))
        columns = [
            Column(t("Enhet")),
            *[Column(t("Kommune"))] * several,
            Column(t("Antall"), Kind.INTEGER, summed=True),
        ]
        told: list[list[Cell]] = [[unit, *([place] if several else []), number] for unit, place, number in rows]
        title = t("%(what)s per enhet", what=t(self.register.__register__.name))
        return Told(Sheet(title, columns, told, empty=t(self.empty), bars=len(columns) - 1), lambda _most: len(told))


@dataclass(frozen=True)
class Listed(Tabular):
    """A report of such sheets. Its choices are those of all of them."""

    listings: tuple[Listing, ...] = ()

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        return [told for one in self.listings for told in one.told(session, ask, self.of(one.register))]

    def of(self, register: type[Any]) -> list[Choice]:
        """The choices that pick among the rows of a register."""
        return [one for one in self.choices if isinstance(one, OfField) and one.register is register]


def by_unit(register: type[Any]) -> Callable[[], Sequence[Any]]:
    """What sorts rows by the name of their unit, those without one last."""
    unit = aliased(OrganisationalUnit)
    key = select(unit.sort_key).where(unit.id == register.unit_id).correlate(register).scalar_subquery()
    return lambda: (register.unit_id.is_(None), key, register.unit_id)


def unit_of(register: type[Any]) -> OfField:
    """The choice of a unit among those that rows of a register have."""
    return OfField("unit", N_("Enhet"), register=register, place="unit")


def _per_unit(session: Any, register: Any, where: Sequence[Any], ask: Ask) -> Iterable[tuple[str, str, int]]:
    found = select(register.municipality_id, register.unit_id, func.count()).where(*where)
    units = dict(session.execute(select(OrganisationalUnit.id, OrganisationalUnit.name)).all())
    owners = names(session)
    rows = session.execute(found.group_by(register.municipality_id, register.unit_id)).all()
    told = [(units.get(unit) or ask.t(NO_UNIT), owners[place], number) for place, unit, number in rows]
    return sorted(told, key=lambda row: (-row[2], row[0], row[1]))


def _same(value: Any) -> Any:
    return value
