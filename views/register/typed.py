"""A row as a form says it: what conditions and completeness are asked of while somebody still writes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from models.declare.fields import Kind
from models.queries.standing import Standing, asked_of


class Typed(Standing):
    """Answers as the row will when the form is saved; what the form does not hold, as the row stands now."""

    def __init__(self, form: Any, stands: Any) -> None:
        super().__init__(stands.row, stands.read)
        self.form, self.stands = form, stands

    def __getattr__(self, name: str) -> Any:
        if name in self.derived:
            return super().__getattr__(name)
        kind = self.kinds.get(name)
        if kind is None or name not in self.form or self.form[name].flags.readonly:
            return getattr(self.stands, name)
        field = self.form[name]
        if kind is Kind.VALUE:
            return field.data
        if kind is Kind.REFERENCE:
            return None if field.data is None else self.pointed(name, field)
        if kind is Kind.ROWS:
            return [TypedPart(entry, Standing(field.part(), {})) for entry in field.written]
        return self.linked(name, field)

    def pointed(self, name: str, field: Any) -> Any:
        """The row a reference leads to: its id is enough but where others follow from what it says."""
        if not asked_of(self.register.__mapper__, name):
            return SimpleNamespace(id=field.data)
        stood = getattr(self.stands, name)
        return stood if stood is not None and stood.id == field.data else field.far.row(field.target, field.data)

    def linked(self, name: str, field: Any) -> list[Any]:
        """The rows at the far end, with the facts that conditions ask of them: those that stood are known, and those
        that are new were found together."""
        held = {one.id: one for one in getattr(self.stands, name)}
        wanted = [held.get(one) or field.far.row(field.target, one) for one in field.pointed]
        return [one for one in wanted if one is not None]


class TypedPart(Typed):
    """A part as its line in the form says it. No condition asks what its links point at: their ids are enough."""

    def linked(self, name: str, field: Any) -> list[Any]:  # noqa: ARG002 - as of a whole row
        return [SimpleNamespace(id=one) for one in field.pointed]
