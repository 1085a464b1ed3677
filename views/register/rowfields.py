"""The parts of a row in its form: a small form for each, and only what differs is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from wtforms import BooleanField, Field, Form, HiddenField

from models.declare.base import part_class
from models.declare.fields import Field as Known
from models.declare.words import N_
from views.register.formfields import ById, PointingField, ReferenceField, ReferencesField
from views.texts import tr

NEW_ROWS, MOST_ROWS = 3, 200
TOO_MANY = N_("Her er det plass til høyst %(number)s rader. De første %(number)s står igjen, resten er ikke tatt med.")


class RowForm(Form):
    """The form of one part: its fields, which part it is, and whether to remove it."""

    row_id = HiddenField()
    remove = BooleanField()
    number: int


class RowsField(Field):
    """The parts of a row, each with a small form of its own, and a button that asks for more without JavaScript."""

    def __init__(
        self, label: str = "", validators: Any = None, *, known: Known, form_class: type[RowForm], **options: Any
    ) -> None:
        self.known, self.form_class, self.part = known, form_class, part_class(known)
        super().__init__(label, validators, **options)
        self.entries: list[Any] = []
        self.most, self.too_many = MOST_ROWS, False
        self.stood: dict[str, Any] = {}

    @property
    def add_name(self) -> str:
        return f"{self.name}-add"

    def rows(self) -> list[Any]:
        return self.entries

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002 - passed by name
        self.errors, self.process_errors, self.raw_data = (), (), None
        self.stood = {str(part.id): part for part in data or ()}
        self.entries, self.most = [], max(MOST_ROWS, len(self.stood))
        if formdata:
            numbers = sorted(
                {int(m[1]) for key in formdata if (m := re.match(rf"{re.escape(self.name)}-(\d{{1,3}})-", key))}
            )
            self.too_many = len(numbers) > self.most
            self.errors = self._room()
            self.entries = [self._entry(number, formdata=formdata) for number in numbers[: self.most]]
            if self.add_name in formdata:
                self._add_blank(NEW_ROWS)
        else:
            self.entries = [self._entry(number, part=part) for number, part in enumerate(self.stood.values())]
        if not self.entries:
            self._add_blank(1)

    def _add_blank(self, how_many: int) -> None:
        start = max((entry.number for entry in self.entries), default=-1) + 1
        how_many = min(how_many, self.most - len(self.entries))
        self.entries += [self._entry(start + number) for number in range(how_many)]

    def _entry(self, number: int, formdata: Any = None, part: Any = None) -> Any:
        entry = self.form_class(formdata, obj=part and ById(part), prefix=f"{self.name}-{number}-")
        entry.number = number
        if part is not None:
            entry.row_id.data = str(part.id)
        elif stood := self.stood.get(entry.row_id.data or ""):
            for one in entry:
                if isinstance(one, ReferenceField):
                    one.stood = getattr(stood, one.known.column)
                elif isinstance(one, ReferencesField):
                    one.stood = frozenset(there.id for there in getattr(stood, one.known.key))
        return entry

    def validate(self, _form: Any, _extra_validators: Any = ()) -> bool:
        self.errors = ()
        if self.flags.readonly:
            return True
        self.errors = self._room()
        answers = [not self.too_many, *(entry.validate() for entry in self.entries if not self._ignored(entry))]
        return all(answers)  # of a list: every row is looked at, so that all of them show their errors

    def _room(self) -> tuple[str, ...]:
        return (tr(TOO_MANY, number=self.most),) if self.too_many else ()

    def _ignored(self, entry: Any) -> bool:
        """A row to remove, or a new row nobody has written in."""
        if entry.remove.data:
            return True
        return not entry.row_id.data and all(_is_untouched(one) for one in _values(entry))

    def row_errors(self) -> Iterator[tuple[Any, str]]:
        for entry in self.entries:
            for one in entry:
                yield from ((one, str(message)) for message in one.errors)

    def populate_obj(self, obj: Any, name: str) -> None:
        kept = [entry for entry in self.entries if not self._ignored(entry)]
        if not self._differ(kept):
            return
        parts = getattr(obj, name)
        known = {str(part.id): part for part in parts}
        wanted = []
        for entry in kept:
            part = known.get(entry.row_id.data or "") or self.part()
            if part.id is None:
                parts.append(part)
            for one in _values(entry):
                one.populate_obj(part, one.short_name)
            wanted.append(part)
        for part in [part for part in parts if part not in wanted]:
            parts.remove(part)

    def _differ(self, kept: list[Any]) -> bool:
        """Whether the rows that are kept are other than those that stood."""
        if {entry.row_id.data for entry in kept} != self.stood.keys() or len(kept) != len(self.stood):
            return True
        return any(_differs(one, self.stood[entry.row_id.data]) for entry in kept for one in _values(entry))


def _values(entry: Any) -> list[Any]:
    return [one for one in entry if one.short_name not in {"row_id", "remove"}]


def _differs(one: Any, stood: Any) -> bool:
    return one.differs(stood) if isinstance(one, PointingField) else bool(one.data != getattr(stood, one.short_name))


def _is_untouched(one: Any) -> bool:
    if one.process_errors and any(
        str(value).strip() for value in [*(one.raw_data or ()), *getattr(one, "new_texts", ())]
    ):
        return False  # something was written, and could not be read
    default = one.default() if callable(one.default) else one.default
    return one.data in (None, "", [], False) or (default is not None and one.data == default)
