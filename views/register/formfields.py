"""Form fields that WTForms does not have: references by list or by search, tick lists, and rows of parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import url_for
from wtforms import BooleanField, Field, Form, HiddenField

from models.database import db
from models.declare.base import fields_of, part_class
from models.declare.fields import Field as Known
from models.declare.memories import remembers
from models.declare.shapes import Shape
from models.declare.titles import title_of
from models.declare.words import N_
from models.queries.finding import as_id
from views.register.options import Options, OptionsSelect, find_by_name, options_for
from views.texts import language, tr

NEW_ROWS, MOST_ROWS, MOST_ERRORS = 3, 200, 10
TOO_MANY = N_("Her er det plass til høyst %(number)s rader. De første %(number)s står igjen, resten er ikke tatt med.")


class ById:
    """A row as a form reads it: of references the id alone, so that what they point at is not read for it."""

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, f"{name}_id" if name in _references(type(self._row).__mapper__) else name)


@remembers()
def _references(mapper: Any) -> frozenset[str]:
    return frozenset(known.key for known in fields_of(mapper.class_) if known.shape is Shape.REFERENCE)


class PointingField(Field):
    """What points at rows of a register, one or many: which rows there are, and which one is meant by a name."""

    def __init__(
        self, label: str = "", validators: Any = None, *, known: Known, target: type[Any], endpoint: str, **options: Any
    ) -> None:
        self.known, self.target, self.endpoint = known, target, endpoint
        self._posted_id = ""
        super().__init__(label, validators, **options)

    @property
    def choices_from(self) -> Options:
        return options_for(self.target)

    @property
    def lookup_url(self) -> str:
        return url_for(f"{self.endpoint}.ajax_lookup", name=self.known.key)

    def _resolve(self, typed: str) -> int:
        """The row a person means by a name, or the one that was picked under it."""
        if self._posted_id and self._label_of(self._posted_id) == typed:
            return as_id(self._posted_id)
        found = find_by_name(self.target, typed)
        if len(found) == 1:
            return int(found[0].id)
        if found:
            names = ", ".join(title_of(row, language()) for row in found)
            raise ValueError(tr("Flere passer: %(names)s. Skriv hele navnet på den du mener.", names=names))
        raise self._none(typed)

    def _picked(self, value: str) -> int:
        """The row of an id from a list or a tick. One that is gone is never taken for a part of another's name."""
        if self._label_of(value) is None:
            raise self._none(value)
        return as_id(value)

    def _none(self, typed: str) -> ValueError:
        return ValueError(tr("Fant ingen «%(typed)s». Velg en fra lista, eller registrer den først.", typed=typed[:80]))

    def _label_of(self, text: str) -> str | None:
        try:
            return self.choices_from.label(as_id(text))
        except ValueError:
            return None


class ReferenceField(PointingField):
    """A reference: a native select up to some two hundred rows, a search box beyond. `data` is an id or None."""

    widget = OptionsSelect()
    id_value: int | None = None
    _by_name = False

    @property
    def type(self) -> str:
        return "PickerField" if self.choices_from.many else "SelectField"

    @type.setter
    def type(self, _: str) -> None:
        """WTForms sets the class name; what counts is how many rows there are."""

    @property
    def text_value(self) -> str:
        if self.raw_data and self.data is None:
            return str(self.raw_data[0])
        return (self.choices_from.label(self.data) or "") if self.data else ""

    def tags(self) -> str:
        return self.choices_from.tags(self.data)

    def process_data(self, value: Any) -> None:
        """Takes the id, as `ById` gives it."""
        self.data = self.id_value = value

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        beside = f"{self.name}-id"
        self._posted_id = formdata.get(beside, "") if formdata else ""
        self._by_name = bool(formdata) and beside in formdata  # only a search box has the id beside it
        super().process(formdata, extra_filters=extra_filters, **({} if data is None else {"data": data}))

    def process_formdata(self, values: list[Any]) -> None:
        typed = str(values[0]).strip() if values else ""
        self.data = self.id_value = None  # what was typed is shown again when it fits nothing
        if typed:
            is_id = typed.isdigit() and not self._by_name
            self.data = self.id_value = self._picked(typed) if is_id else self._resolve(typed)

    def populate_obj(self, obj: Any, name: str) -> None:
        setattr(obj, name, None if self.data is None else db.session.get(self.target, self.data))


class ReferencesField(PointingField):
    """Many references: a tick list up to some two hundred rows, else ticks for the chosen and search boxes for more."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.new_texts: list[str] = []

    @property
    def type(self) -> str:
        return "PickersField" if self.choices_from.many else "CheckboxesField"

    @type.setter
    def type(self, _: str) -> None:
        """As for ReferenceField."""

    def choices_view(self) -> list[dict[str, Any]]:
        chosen = set(self.data or ())
        return [
            {"value": row_id, "label": label, "checked": row_id in chosen, "group": tr(group) if group else None}
            for row_id, label, group in self.choices_from.rows
        ]

    @property
    def chosen(self) -> list[dict[str, Any]]:
        return [{"value": one, "label": self.choices_from.label(one) or ""} for one in self.data or ()]

    def process_data(self, value: Any) -> None:
        self.data = [one.id for one in value or ()]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self._new = [] if not formdata else [text for text in formdata.getlist(f"{self.name}-new") if text.strip()]
        super().process(formdata, extra_filters=extra_filters, **({} if data is None else {"data": data}))
        if formdata is not None:
            self.process_posted(formdata)

    def process_posted(self, formdata: Any) -> None:
        """Take what was ticked and what was typed; a name that fits nothing is kept and explained."""
        self.data = []
        ticked = [(self._picked, value) for value in dict.fromkeys(formdata.getlist(self.name))]
        for find, value in [*ticked, *[(self._resolve, value) for value in dict.fromkeys(self._new)]]:
            try:
                one = find(str(value).strip())
            except ValueError as problem:
                self.new_texts.append(str(value))
                self.process_errors = (*self.process_errors, str(problem))
                if len(self.process_errors) >= MOST_ERRORS:
                    break
            else:
                self.data = [*self.data, one] if one not in self.data else self.data

    def process_formdata(self, values: list[Any]) -> None:
        """Done in `process_posted`, which also sees the search boxes."""

    def populate_obj(self, obj: Any, name: str) -> None:
        wanted = [db.session.get(self.target, one) for one in self.data or ()]
        if set(wanted) != set(getattr(obj, name)):
            setattr(obj, name, [one for one in wanted if one is not None])


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

    @property
    def add_name(self) -> str:
        return f"{self.name}-add"

    def rows(self) -> list[Any]:
        return self.entries

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002 - passed by name
        self.errors, self.process_errors, self.raw_data = (), (), None
        parts = list(data or ())
        self.entries, self.most = [], max(MOST_ROWS, len(parts))
        if formdata:
            numbers = sorted(
                {int(m[1]) for key in formdata if (m := re.match(rf"{re.escape(self.name)}-(\d{{1,3}})-", key))}
            )
            self.too_many = len(numbers) > self.most
            self.entries = [self._entry(number, formdata=formdata) for number in numbers[: self.most]]
            if self.add_name in formdata:
                self._add_blank(NEW_ROWS)
        else:
            self.entries = [self._entry(number, part=part) for number, part in enumerate(parts)]
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
        return entry

    def validate(self, _form: Any, _extra_validators: Any = ()) -> bool:
        self.errors = ()
        if self.flags.readonly:
            return True
        if self.too_many:
            self.errors = (tr(TOO_MANY, number=self.most),)
        answers = [not self.too_many, *(entry.validate() for entry in self.entries if not self._ignored(entry))]
        return all(answers)  # of a list: every row is looked at, so that all of them show their errors

    def _ignored(self, entry: Any) -> bool:
        """A row to remove, or a new row nobody has written in."""
        if entry.remove.data:
            return True
        return not entry.row_id.data and all(
            _is_untouched(one) for one in entry if one.short_name not in {"row_id", "remove"}
        )

    def row_errors(self) -> Iterator[tuple[Any, str]]:
        for entry in self.entries:
            for one in entry:
                yield from ((one, str(message)) for message in one.errors)

    def populate_obj(self, obj: Any, name: str) -> None:
        known = {str(part.id): part for part in getattr(obj, name)}
        wanted = []
        for entry in self.entries:
            if self._ignored(entry):
                continue
            part = known.get(entry.row_id.data or "") or self.part()
            if part.id is None:
                getattr(obj, name).append(part)
            for one in entry:
                if one.short_name not in {"row_id", "remove"}:
                    one.populate_obj(part, one.short_name)
            wanted.append(part)
        current = getattr(obj, name)
        for part in [part for part in current if part not in wanted]:
            current.remove(part)


def _is_untouched(one: Any) -> bool:
    if one.process_errors and any(
        str(value).strip() for value in [*(one.raw_data or ()), *getattr(one, "new_texts", ())]
    ):
        return False  # something was written, and could not be read
    default = one.default() if callable(one.default) else one.default
    return one.data in (None, "", [], False) or (default is not None and one.data == default)
