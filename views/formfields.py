"""Form fields that WTForms does not have: references by list or by search, tick lists, kroner, and rows of parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import groupby
from typing import Any

from flask import g, url_for
from markupsafe import Markup, escape
from sqlalchemy import select
from wtforms import BooleanField, Field, Form, HiddenField, StringField
from wtforms.fields.choices import Choice as Option
from wtforms.widgets import Select

from models.base import Group, part_class
from models.database import db
from models.derived import fold, sort_key
from models.fields import Field as Known
from models.fields import is_owned
from models.finding import as_id
from models.titles import title, title_of
from models.words import N_
from views import remembered
from views.texts import language, tr

FEW = 200
NEW_ROWS = 3
NOT_CHOSEN, OTHER = N_("– ikke valgt –"), N_("Annet")


class MoneyField(StringField):
    """Kroner on the page, whole øre in `data`. Accepts spaces, comma or point, and at most two decimals."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return f"{self.data // 100},{self.data % 100:02d}" if self.data % 100 else str(self.data // 100)

    def process_formdata(self, values: list[Any]) -> None:
        typed = re.sub(r"[\s\u00a0]|kr", "", values[0] if values else "")
        if not typed:
            self.data = None
            return
        try:
            ore = Decimal(typed.replace(",", ".")) * 100
            if not ore.is_finite() or ore != ore.to_integral_value() or abs(ore) > 10**15:
                raise ValueError(typed)
            self.data = int(ore)
        except (InvalidOperation, ValueError):
            self.data = None
            raise ValueError(tr("Skriv et beløp i kroner, for eksempel 12 500 eller 12 500,50.")) from None


class Options:
    """What a reference may point at: the first few hundred rows in order, or the knowledge that there are more."""

    def __init__(self, target: type[Any]) -> None:
        self.target = target
        label = title(target, target.__tablename__, target.__register__.title, language())
        grouping = [target.grouping] if hasattr(target, "grouping") else []
        found = db.session.execute(
            select(target.id, label, *grouping).order_by(*grouping, target.sort_key, target.id).limit(FEW + 1)
        ).all()
        self.many = len(found) > FEW
        self.rows = [(row[0], row[1], row[2] if grouping else None) for row in found]

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Id and name as text, for a list to choose from."""
        return tuple((str(row_id), str(label)) for row_id, label, _group in self.rows)

    def label(self, row_id: int) -> str | None:
        for known, label, _ in self.rows:
            if known == row_id:
                return str(label)
        row = db.session.get(self.target, row_id)
        return None if row is None else title_of(row, language())


def options_for(target: type[Any]) -> Options:
    """The options of a register, read once for each request however many fields ask; shared ones are remembered."""
    cache: dict[Any, Options] = g.setdefault("options", {})
    if target not in cache:
        cache[target] = (
            Options(target)
            if is_owned(target) or target.__register__.group is Group.SYSTEM
            else remembered.asked((target, language()), lambda: Options(target))
        )
    return cache[target]


def find_by_name(target: type[Any], typed: str) -> list[Any]:
    """The rows whose name is what was typed, else those whose name begins with it (at most a handful)."""
    exact = select(target).where(target.sort_key == sort_key(typed)).limit(5)
    if rows := list(db.session.scalars(exact)):
        return rows
    return list(
        db.session.scalars(select(target).where(target.search_text.contains(fold(typed), autoescape=True)).limit(5))
    )


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
        if self._posted_id and self._label_of(self._posted_id) == typed:
            return as_id(self._posted_id)
        if not self.choices_from.many and self._label_of(typed) is not None:
            return as_id(typed)
        found = find_by_name(self.target, typed)
        if len(found) == 1:
            return int(found[0].id)
        if found:
            names = ", ".join(title_of(row, language()) for row in found)
            raise ValueError(tr("Flere passer: %(names)s. Skriv hele navnet på den du mener.", names=names))
        raise ValueError(tr("Fant ingen «%(typed)s». Velg en fra lista, eller registrer den først.", typed=typed[:80]))

    def _label_of(self, text: str) -> str | None:
        try:
            return self.choices_from.label(as_id(text))
        except ValueError:
            return None


class OptionsSelect(Select):
    """A select with its options written straight: WTForms takes ten times as long for each, and there are hundreds."""

    @classmethod
    def render_option(cls, choice: Option, **others: Any) -> Markup:
        if others or choice.render_kw:
            return Markup(super().render_option(choice, **others))  # noqa: S704 - WTForms escapes
        selected = " selected" if choice.selected else ""
        return Markup(f'<option{selected} value="{escape(str(choice.value))}">{escape(str(choice.label))}</option>')  # noqa: S704


class ReferenceField(PointingField):
    """A reference: a native select up to some two hundred rows, a search box beyond. `data` is an id or None."""

    widget = OptionsSelect()
    id_value: int | None = None

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

    def has_groups(self) -> bool:
        return any(group for *_, group in self.choices_from.rows)

    def _iter_choices_normalized(self) -> Iterator[Option]:
        yield self._blank()
        for row_id, label, _ in self.choices_from.rows:
            yield Option(str(row_id), label, row_id == self.data, {})

    def _iter_groups_normalized(self) -> Iterator[tuple[str | None, list[Option]]]:
        yield None, [self._blank()]
        for group, rows in groupby(self.choices_from.rows, key=lambda row: row[2]):
            yield tr(group or OTHER), [Option(str(row_id), label, row_id == self.data, {}) for row_id, label, _ in rows]

    def _blank(self) -> Option:
        return Option("", tr(NOT_CHOSEN), self.data is None, {})

    def process_data(self, value: Any) -> None:
        self.data = self.id_value = getattr(value, "id", None)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self._posted_id = formdata.get(f"{self.name}-id", "") if formdata else ""
        super().process(formdata, extra_filters=extra_filters, **({} if data is None else {"data": data}))

    def process_formdata(self, values: list[Any]) -> None:
        typed = str(values[0]).strip() if values else ""
        self.data = self.id_value = None  # what was typed is shown again when it fits nothing
        if typed:
            self.data = self.id_value = self._resolve(typed)

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
        for value in [*formdata.getlist(self.name), *self._new]:
            try:
                self._posted_id = ""
                one = self._resolve(str(value).strip())
            except ValueError as problem:
                self.new_texts.append(str(value))
                self.process_errors = (*self.process_errors, str(problem))
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

    @property
    def add_name(self) -> str:
        return f"{self.name}-add"

    def rows(self) -> list[Any]:
        return self.entries

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002 - passed by name
        self.errors, self.process_errors, self.raw_data = (), (), None
        parts = list(data or ())
        self.entries = []
        if formdata:
            numbers = sorted(
                {int(m[1]) for key in formdata if (m := re.match(rf"{re.escape(self.name)}-(\d{{1,3}})-", key))}
            )
            self.entries = [self._entry(number, formdata=formdata) for number in numbers]
            if self.add_name in formdata:
                self._add_blank(NEW_ROWS)
        else:
            self.entries = [self._entry(number, part=part) for number, part in enumerate(parts)]
        if not self.entries:
            self._add_blank(1)

    def _add_blank(self, how_many: int) -> None:
        start = max((entry.number for entry in self.entries), default=-1) + 1
        self.entries += [self._entry(start + number) for number in range(how_many)]

    def _entry(self, number: int, formdata: Any = None, part: Any = None) -> Any:
        entry = self.form_class(formdata, obj=part, prefix=f"{self.name}-{number}-")
        entry.number = number
        if part is not None:
            entry.row_id.data = str(part.id)
        return entry

    def validate(self, _form: Any, _extra_validators: Any = ()) -> bool:
        self.errors = ()
        if self.flags.readonly:
            return True
        answers = [entry.validate() for entry in self.entries if not self._ignored(entry)]
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
    default = one.default() if callable(one.default) else one.default
    return one.data in (None, "", [], False) or (default is not None and one.data == default)
