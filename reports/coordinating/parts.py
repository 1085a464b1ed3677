"""What activities say in rows of their own, a line for each, with what the rules find wrong in the activity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, or_, select

from models.declare.base import field_of, fields_of, part_class
from models.declare.domains import Domain
from models.queries.finding import how_many, order_keys
from models.queries.places import names
from models.queries.reading import Reader
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from reports.base import Ask, Told
from reports.choices import conditions
from reports.columns import column, converter
from reports.table import Cell, Column, Kind, Named, Sheet
from reports.tabular import Tabular

Finding = tuple[str, Callable[[], Any], str]  # what it goes by, when it holds of an activity, and what it says


@dataclass(frozen=True)
class PartsOf(Tabular):
    """The rows that activities have in the field `within`, of those that have any or break a rule: what is to be
    mended stands first. Where there are none, `instead` is the field that says why, and `under` the key it is told
    under."""

    within: str = ""
    sheet: str = ""
    of: Callable[[], Any] = tuple
    findings: tuple[Finding, ...] = ()
    instead: str = ""
    under: str = ""
    left_out: tuple[str, ...] = ()
    empty: str = ""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        t = ask.t
        several = len(scope.current().readable(Domain.CONTENT)) > 1
        label = t(field_of(ProcessingActivity, "unit").label)
        columns = [Column(t("Behandling")), *[Column(t("Kommune"))] * several, Column(label)]
        columns += [Column(t("Må avklares"), Kind.LONG_TEXT), *[column(one, t) for one in self._inner]]
        where = [self.of(), *conditions(self.choices, ask.chosen)]
        rows = self._rows(session, ask, where, several=several)
        sheet = Sheet(t(self.sheet), columns, rows, empty=t(self.empty))
        return [Told(sheet, lambda _most: self._count(session, where))]

    @property
    def _inner(self) -> list[Any]:
        told = fields_of(part_class(field_of(ProcessingActivity, self.within)))
        return [one for one in told if one.key not in self.left_out]

    def _rows(self, session: Any, ask: Ask, where: Sequence[Any], *, several: bool) -> Iterator[list[Cell]]:
        activity, t = ProcessingActivity, ask.t
        keys = ("name", "unit", self.within, *([self.instead] if self.instead else []))
        reader = Reader(activity, [field_of(activity, key) for key in keys], ask.language)
        found = [holds().label(name) for name, holds, _says in self.findings]
        first = case((or_(*[holds() for _name, holds, _says in self.findings]), 0), else_=1)
        statement = reader.statement(activity.municipality_id, *found).where(*where)
        statement = statement.order_by(first, *order_keys(activity)).limit(ask.most)
        owners = names(session) if several else {}
        show = [(one.key, converter(one, t)) for one in self._inner]
        for row_id, owner, *values in reader.rows(session, statement, leading=1 + len(found)):
            flags, (name, unit, parts, *why) = values[: len(found)], values[len(found) :]
            wrong = "\n".join(t(says) for flag, (_n, _h, says) in zip(flags, self.findings, strict=True) if flag)
            ahead = [Named(name, activity.__tablename__, row_id), *([owners[owner]] if several else []), unit]
            for part in parts or [{self.under: why[0] if why else None}]:
                told = [make(part.get(key)) if make else part.get(key) for key, make in show]
                yield [*ahead, wrong or None, *told]

    def _count(self, session: Any, where: Sequence[Any]) -> int:
        part = part_class(field_of(ProcessingActivity, self.within))
        own = getattr(ProcessingActivity, self.within)
        lines = select(func.count()).select_from(ProcessingActivity).join(own).where(*where)
        has = ProcessingActivity.id.in_(select(part.parent_id))
        counted = select(lines.scalar_subquery(), how_many(ProcessingActivity, *where, ~has))
        return sum(session.execute(counted).one())
