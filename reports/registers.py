"""Whole registers as reports: every declared field with related names. Lists use the same to export what they show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from models.declare.fields import Field, is_owned
from models.queries.finding import Query, conditions, count_all, order
from models.queries.places import names
from models.queries.quality import FILLED
from models.queries.reading import Reader, label_of
from models.tenancy import scope
from reports.base import Ask, Report, Told
from reports.columns import cells, column, converter, emphasis_of, exported
from reports.table import Cell, Column, Kind, Sheet

Made = Callable[[Field, Ask], Column]


@dataclass(frozen=True)
class RegisterReport(Report):
    """All rows of a register, or those that a list query finds: with every field, or as a list shows them."""

    register: type[Any] | None = None
    query: Query | None = None
    shown: Sequence[Field] | None = None

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        return [self.table(session, ask)]

    def table(
        self,
        session: Any,
        ask: Ask,
        *,
        made: Made | None = None,
        owner: Column | None = None,
        behind: Sequence[Column] = (),
    ) -> Told:
        """The rows. `made` and `owner` give the columns, where they are not those of any report; with `behind`, two
        columns, the number and the version of each row stand behind its values."""
        register, query = self.register, self.query or Query()
        assert register is not None  # noqa: S101 - declared so
        several = is_owned(register) and len(scope.current().readable(register.__domain__)) > 1
        fields = exported(register) if self.shown is None else self.shown
        reader = Reader(register, fields, ask.language, local=self.shown is not None)
        where = conditions(register, query)
        ahead = [*([register.version] if behind else []), *([register.municipality_id] if several else [])]
        statement = reader.statement(*ahead).where(*where).order_by(*order(register, query)).limit(ask.most)
        converters: list[Any] = [*[None for _ in behind], *([names(session).get] if several else [])]
        converters += [_percent if known is FILLED else converter(known, ask.t) for known in fields]
        columns = [owner or Column(ask.t("Kommune"))] * several + [
            (made or self._column)(known, ask) for known in fields
        ]
        rows: Iterable[Sequence[Cell]] = self._rows(session, reader, statement, converters, len(ahead), bool(behind))
        if behind:
            rows = map(_number_last, rows)
        if several and (self.shown is not None or behind):  # as on the page: the name, and then whose it is
            columns, rows = _name_first(columns), map(_name_first, rows)
        sheet = Sheet(ask.t(register.__register__.name), [*columns, *behind], rows)
        return Told(sheet, lambda most: count_all(session, register, where, most))

    def _column(self, known: Field, ask: Ask) -> Column:
        if known is FILLED:
            return Column(ask.t("Utfylt (prosent)"), Kind.INTEGER, note=ask.t(known.help))
        return column(known, ask.t, emphasis=emphasis_of(known), label=self.label(known, ask))

    def label(self, known: Field, ask: Ask) -> str | None:
        """What the column of a field is called where the list calls it otherwise."""
        return None if self.shown is None else label_of(self.register, self.shown, known, ask.t)  # type: ignore[arg-type]

    def _rows(
        self, session: Any, reader: Reader, statement: Any, converters: Sequence[Any], ahead: int, numbered: bool
    ) -> Iterator[Sequence[Cell]]:
        yield from cells(reader.rows(session, statement, leading=ahead), converters, skip=0 if numbered else 1)


def _percent(told: tuple[int, list[Field]] | tuple[()]) -> int | None:
    return told[0] if told else None


def _name_first(row: Sequence[Any]) -> list[Any]:
    owner, name, *rest = row
    return [name, owner, *rest]


def _number_last(row: Sequence[Any]) -> list[Any]:
    number, version, *rest = row
    return [*rest, number, version]
