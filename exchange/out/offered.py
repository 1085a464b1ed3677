"""What the cells of a sheet are chosen from: vocabularies, and the names a person may choose in a form."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.declare.fields import Field, is_owned
from models.declare.memories import remembers
from models.declare.shapes import Shape
from models.declare.titles import title
from models.queries.places import names
from models.queries.told import naming
from models.tenancy import scope
from models.tenancy.session import prepare
from reports.base import Ask
from reports.table import Choices

MOST = 5_000  # of more names there is no list


class Offered:
    """The lists of one workbook, each read once; `too_many` are the fields whose names are too many for one."""

    def __init__(self, session: Any, ask: Ask) -> None:
        self.session, self.ask = session, ask
        self.too_many: list[Field] = []
        self._names: dict[Any, tuple[str, ...]] = {}

    def of(self, known: Field) -> Choices | None:
        """What a field is chosen from; None where it is written, or holds several."""
        t = self.ask.t
        if known.shape is Shape.YES_NO:
            return Choices("orden_yes_no", (t("Ja"), t("Nei")), known.required)
        if known.choices is not None:
            words = tuple(t(member.label) for member in known.choices)
            return Choices(f"orden_{known.choices.__name__}", words, known.required)
        return self._of_names(known) if known.shape is Shape.REFERENCE else None

    def places(self, domain: Any) -> Choices:
        """The municipalities whose rows a sheet may hold."""
        mine = scope.current().readable(domain)
        return Choices("orden_places", tuple(name for one, name in names(self.session).items() if one in mine))

    def rows_of(self, register: type[Any]) -> Choices | None:
        """The rows of a register by name. Those of several municipalities are not chosen from in one list."""
        if is_owned(register) and len(scope.current().readable(register.__domain__)) != 1:
            return None
        if register not in self._names:
            found = self.session.scalars(_named(register, self.ask.language))
            self._names[register] = tuple(dict.fromkeys(name for name in found if name))
        known = self._names[register]
        return Choices(f"orden_{register.__tablename__}", known) if 0 < len(known) <= MOST else None

    def _of_names(self, known: Field) -> Choices | None:
        offered = self.rows_of(known.points_at)
        if len(self._names.get(known.points_at, ())) > MOST:
            self.too_many.append(known)
        return offered


@remembers()
def _named(register: Any, language: str) -> Any:
    name = title(register, *naming(register), language)
    return prepare(select(name).order_by(register.sort_key, register.id).limit(MOST + 1))
