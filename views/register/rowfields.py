"""The parts of a row in its form: a small form for each, and only what differs is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from wtforms import Field, Form, HiddenField

from models.declare.base import fields_of, part_class
from models.declare.fields import Field as Known
from models.declare.fields import Mark
from models.declare.words import N_
from views.register.formfields import ById, PointingField, ReferenceField, ReferencesField
from views.texts import tr

NEW_ROWS, MOST_ROWS = 3, 200
TOO_MANY = N_("Her er det plass til høyst %(number)s rader. De første %(number)s står igjen, resten er ikke tatt med.")


class RowForm(Form):
    """The form of one part: its fields, and which part it is. A part that is not posted is removed."""

    row_id = HiddenField()
    number: int


class RowsField(Field):
    """The parts of a row, each with a small form of its own, and buttons that ask for a part more or less without
    JavaScript."""

    def __init__(
        self, label: str = "", validators: Any = None, *, known: Known, form_class: type[RowForm], **options: Any
    ) -> None:
        self.known, self.form_class, self.part = known, form_class, part_class(known)
        super().__init__(label, validators, **options)
        self.entries: list[Any] = []
        self.most, self.too_many = MOST_ROWS, False
        self.stood: dict[str, Any] = {}

    @property
    def inner(self) -> list[tuple[str, str, str]]:
        """Key, label and help of the fields of a part."""
        return [(known.key, tr(known.label), tr(known.help)) for known in fields_of(self.part) if known.in_form]

    @property
    def add_name(self) -> str:
        return f"{self.name}-add"

    @property
    def drop_name(self) -> str:
        return f"{self.name}-drop"

    @property
    def asking(self) -> tuple[str, ...]:
        """The names of the buttons that ask for other rows, not for a save."""
        return self.add_name, self.drop_name, self.spread_name

    @property
    def spread_name(self) -> str:
        return f"{self.name}-spread"

    def spread(self, formdata: Any) -> None:
        """What one row is linked to in a field is linked to in every row in which something is said, when asked for."""
        number, _dash, key = formdata.get(self.spread_name, "").partition("-")
        for source in [one for one in self.entries if str(one.number) == number and _is_many(one, key)]:
            for entry in self.written:
                entry[key].data = list(dict.fromkeys([*entry[key].pointed, *source[key].pointed]))

    def rows(self) -> list[Any]:
        """Those to show: where nothing may be changed, none to write in."""
        return self.written if self.flags.readonly else self.entries

    @property
    def written(self) -> list[Any]:
        """The rows in which something is said."""
        return [entry for entry in self.entries if not self._ignored(entry)]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002 - passed by name
        self.errors, self.process_errors, self.raw_data = (), (), None
        parts = list(data or ())
        self.stood = {str(part.id): part for part in parts if part.id}  # those of a copy have none yet
        self.entries, self.most = [], max(MOST_ROWS, len(self.stood))
        if formdata:
            named = re.compile(rf"{re.escape(self.name)}-(\d{{1,3}})-")
            numbers = sorted({int(m[1]) for key in formdata if (m := named.match(key))})
            self.too_many = len(numbers) > self.most
            self.errors = self._room()
            dropped = formdata.getlist(self.drop_name)
            kept = [number for number in numbers[: self.most] if str(number) not in dropped]
            self.entries = [self._entry(number, formdata=formdata) for number in kept]
            if self.add_name in formdata:
                self._add_blank(NEW_ROWS)
        else:
            self.entries = [self._entry(number, part=part) for number, part in enumerate(parts)]
        if not self.entries and self.known.mark is not Mark.OPTIONAL:  # what few write in, is asked for
            self._add_blank(1)

    def _add_blank(self, how_many: int) -> None:
        start = max((entry.number for entry in self.entries), default=-1) + 1
        how_many = min(how_many, self.most - len(self.entries))
        self.entries += [self._entry(start + number) for number in range(how_many)]

    def one_more(self) -> Any | None:
        """An empty row after the others, where there is room for it."""
        before = len(self.entries)
        self._add_blank(1)
        return self.entries[-1] if len(self.entries) > before else None

    def _entry(self, number: int, formdata: Any = None, part: Any = None) -> Any:
        entry = self.form_class(formdata, obj=part and ById(part), prefix=f"{self.name}-{number}-")
        entry.number = number
        if part is not None:
            entry.row_id.data = str(part.id or "")
        for one in _values(entry):
            one.helped_by = f"{self.name}-help-{one.short_name}"  # said once, for all the rows
            one.flags.spreads = isinstance(one, ReferencesField)
        if part is None and (stood := self.stood.get(entry.row_id.data or "")):
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
        """A new row nobody has written in."""
        return not entry.row_id.data and all(_is_untouched(one) for one in _values(entry))

    def row_errors(self) -> Iterator[tuple[Any, str]]:
        for entry in self.entries:
            for one in entry:
                yield from ((one, str(message)) for message in one.errors)

    def populate_obj(self, obj: Any, name: str) -> None:
        kept = self.written
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


def _is_many(entry: Any, key: str) -> bool:
    return key in entry and isinstance(entry[key], ReferencesField)


def _values(entry: Any) -> list[Any]:
    return [one for one in entry if one.short_name != "row_id"]


def _differs(one: Any, stood: Any) -> bool:
    return one.differs(stood) if isinstance(one, PointingField) else bool(one.data != getattr(stood, one.short_name))


def _is_untouched(one: Any) -> bool:
    if one.process_errors and any(
        str(value).strip() for value in [*(one.raw_data or ()), *getattr(one, "new_texts", ())]
    ):
        return False  # something was written, and could not be read
    default = one.default() if callable(one.default) else one.default
    return one.data in (None, "", [], False) or (default is not None and one.data == default)
