"""Whole registers as reports: every declared field with related names. Lists use the same to export what they show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.declare.fields import Field, is_owned
from models.queries.finding import Query, conditions, count_all, order
from models.queries.places import names
from models.queries.reading import Reader, label_of
from models.tenancy import scope
from reports.base import Ask, Report, Told
from reports.columns import cells, column, converter, emphasis_of, exported
from reports.table import Cell, Column, Sheet


@dataclass(frozen=True)
class RegisterReport(Report):
    """All rows of a register, or those that a list query finds: with every field, or as a list shows them."""

    register: type[Any] | None = None
    query: Query | None = None
    shown: Sequence[Field] | None = None

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        register, query = self.register, self.query or Query()
        assert register is not None  # noqa: S101 - declared so
        several = is_owned(register) and len(scope.current().readable(register.__domain__)) > 1
        fields = exported(register) if self.shown is None else self.shown
        reader = Reader(register, fields, ask.language, local=self.shown is not None)
        where = conditions(register, query)
        statement = reader.statement(*([register.municipality_id] if several else [])).where(*where)
        statement = statement.order_by(*order(register, query)).limit(ask.most)
        owners = [names(session).get] if several else []
        converters = [*owners, *[converter(known, ask.t) for known in fields]]
        columns = [Column(ask.t("Kommune"))] * several + [
            column(self._labelled(known), ask.t, emphasis=emphasis_of(known)) for known in fields
        ]
        rows: Iterable[Sequence[Cell]] = self._rows(session, reader, statement, converters, several)
        if several and self.shown is not None:  # as on the page: the name, and then whose it is
            columns, rows = _name_first(columns), map(_name_first, rows)
        sheet = Sheet(ask.t(register.__register__.name), columns, rows)
        return [Told(sheet, lambda most: count_all(session, register, where, most))]

    def _labelled(self, known: Field) -> Field:
        return known if self.shown is None else replace(known, label=label_of(self.register, self.shown, known))  # type: ignore[arg-type]

    def _rows(
        self, session: Any, reader: Reader, statement: Any, converters: Sequence[Any], several: bool
    ) -> Iterator[Sequence[Cell]]:
        yield from cells(reader.rows(session, statement, leading=int(several)), converters)


def _name_first(row: Sequence[Any]) -> list[Any]:
    owner, name, *rest = row
    return [name, owner, *rest]
