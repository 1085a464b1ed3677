"""Forms generated from the declared fields of a register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from flask_admin.form import BaseForm
from sqlalchemy import Boolean, Date, Integer
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation, ValidationError

from models.declare.base import fields_of, part_class
from models.declare.checks import no_national_identity_number
from models.declare.choices import Answer
from models.declare.fields import Field, Kind, Mark
from models.declare.words import N_, Problem
from views.access import OPENED_IN
from views.formatters import is_money
from views.register.formfields import (
    AnswerField,
    ById,
    ChoiceField,
    MoneyField,
    ReferenceField,
    ReferencesField,
    RowForm,
    RowsField,
)
from views.register.options import NOT_CHOSEN
from views.texts import explain, tr

REQUIRED = N_("Fyll ut dette feltet.")
NOT_A_DATE = N_("Skriv datoen som dag.måned.år, for eksempel 31.12.2026.")
NOT_AFTER = N_("Datoen må komme etter «%(first)s».")
NOT_A_NUMBER = N_("Skriv et helt tall med bare siffer.")
BIGGEST = 2**31 - 1
# Control signs but for tab and line break, and the marks that turn the reading direction.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Required:
    """The field must be filled; the message is in the reader's language."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, _form: Any, field: Any) -> None:
        if field.data in (None, "") or (isinstance(field.data, str) and not field.data.strip()):
            if field.errors and field.raw_data and field.raw_data[0]:
                raise StopValidation
            field.errors = []
            raise StopValidation(tr(REQUIRED))


class Checked:
    """Runs the checks a field declares, and the one every text has: no fødselsnummer."""

    def __init__(self, known: Field) -> None:
        self.checks = (*known.valid, no_national_identity_number)

    def __call__(self, _form: Any, field: Any) -> None:
        for check in self.checks:
            try:
                field.data = check(field.data)
            except Problem as problem:
                raise ValidationError(explain(problem)) from None


class After:
    """The date comes after another one of the same row, when both are given."""

    def __init__(self, other: str) -> None:
        self.other = other

    def __call__(self, form: Any, field: Any) -> None:
        first = form[self.other]
        if isinstance(first.data, date) and isinstance(field.data, date) and field.data <= first.data:
            raise ValidationError(tr(NOT_AFTER, first=first.label.text))


class NorwegianDate(DateField):
    """A native date control that also takes 31.12.2026."""

    def process_formdata(self, values: list[Any]) -> None:
        try:
            super().process_formdata([value.strip() for value in values])
        except ValueError:
            raise ValueError(tr(NOT_A_DATE)) from None


class WholeNumber(IntegerField):
    """A whole number the database can hold."""

    def process_formdata(self, values: list[Any]) -> None:
        typed = (values[0] if values else "").replace(" ", "").replace("\u00a0", "")
        self.data = None
        if typed:
            if not re.fullmatch(r"-?[0-9]{1,12}", typed) or abs(int(typed)) > BIGGEST:
                raise ValueError(tr(NOT_A_NUMBER))
            self.data = int(typed)


def build(register: type[Any], endpoint: str) -> type[BaseForm]:
    """The form class of a register."""
    members = {known.key: _field(known, register, endpoint) for known in fields_of(register) if known.in_form}
    members |= {"version": HiddenField(), OPENED_IN: HiddenField()}
    return type(f"{register.__name__}Form", (RecordForm,), members)


def _row_form(part: type[Any], endpoint: str) -> type[RowForm]:
    members = {known.key: _field(known, part, endpoint) for known in fields_of(part) if known.in_form}
    return type(f"{part.__name__}Form", (RowForm,), members)


def _field(known: Field, owner: type[Any], endpoint: str) -> Any:
    validators: list[Any] = [Required()] if known.required else [Optional()]
    options: dict[str, Any] = {"label": known.label, "description": known.help}
    if known.kind is Kind.ROWS:
        return RowsField(known=known, form_class=_row_form(part_class(known), endpoint), **options)
    if known.kind is Kind.REFERENCE:
        return ReferenceField(validators=validators, known=known, target=known.points_at, endpoint=endpoint, **options)
    if known.kind is Kind.REFERENCES:
        return ReferencesField(known=known, target=known.points_at, endpoint=endpoint, **options)
    after = [After(known.after)] if known.after else []
    return _value_field(known, owner.__table__.c[known.key], [*validators, Checked(known), *after], options)


def _value_field(known: Field, column: Any, validators: list[Any], options: dict[str, Any]) -> Any:
    default = column.default.arg if column.default is not None and column.default.is_scalar else None
    options |= {"validators": validators, "default": default}
    if known.choices is not None:
        return _choice_field(known, options)
    if is_money(known):
        return MoneyField(**options)
    if isinstance(column.type, Date):
        return NorwegianDate(format=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"], **options)
    if isinstance(column.type, Boolean):
        return BooleanField(**{**options, "validators": []})
    if isinstance(column.type, Integer):
        return WholeNumber(**options)
    if known.multiline:
        return TextAreaField(filters=[_visible, _trim], **options)
    return StringField(filters=[_visible, _on_one_line, _trim], **options)


def _visible(value: Any) -> Any:
    """Without signs that nobody sees and that turn text around or end it too early."""
    return UNSEEN.sub("", value) if isinstance(value, str) else value


def _on_one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _trim(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


def _choice_field(known: Field, options: dict[str, Any]) -> Any:
    choices = known.choices
    assert choices is not None  # noqa: S101 - the caller asked
    kind = AnswerField if choices is Answer and known.required else ChoiceField
    blank = [] if known.required else [SelectChoice("", NOT_CHOSEN)]
    options["choices"] = [*blank, *[SelectChoice(member.value, member.label) for member in choices]]
    options["coerce"] = lambda value: choices(value) if value else None
    options["validate_choice"] = True
    return kind(**options)


class RecordForm(BaseForm):
    """What every generated form does: say what it is about, hide what may not be changed, gather its errors."""

    def __init__(self, formdata: Any = None, obj: Any = None, **options: Any) -> None:
        super().__init__(formdata, obj and ById(obj), **options)
        for field in self:
            _translate(field)

    @property
    def hidden(self) -> list[Any]:
        return [field for field in self if isinstance(field, HiddenField)]

    def lock(self, key: str) -> None:
        """Show a field without letting it be changed; what is posted for it is not read."""
        field = self[key]
        field.flags.readonly, field.flags.required, field.validators = True, False, ()
        field.process_errors, field.pre_validate = [], lambda _form: None

    def wants_more_rows(self, formdata: Any) -> bool:
        return any(field.add_name in formdata for field in self if isinstance(field, RowsField))

    def populate_obj(self, obj: Any) -> None:
        for name, field in self._fields.items():
            if not (isinstance(field, HiddenField) or field.flags.readonly):
                field.populate_obj(obj, name)

    def all_errors(self) -> Iterator[dict[str, str]]:
        for field in self:
            found = field.row_errors() if isinstance(field, RowsField) else ()
            for one, message in [*((field, str(e)) for e in field.errors), *found]:
                yield {"anchor": one.id, "label": one.label.text, "message": message}


def _translate(field: Any) -> None:
    field.label.text, field.description = tr(str(field.label.text)), tr(str(field.description))
    if isinstance(field, RowsField):
        for entry in field.entries:
            for one in entry:
                _translate(one)
    elif isinstance(field, (SelectField, RadioField)):
        field.choices = [SelectChoice(choice.value, tr(choice.label)) for choice in field.choices]


def sections(register: type[Any], form: Any, intro: str, row: Any) -> list[dict[str, Any]]:
    """The fields of a form by section, in the order of the declarations; marked by what applies to the row as it is."""
    found: dict[str, list[Any]] = {}
    for known in fields_of(register):
        if known.key in form:
            applies = known.when is None or known.when(row)
            form[known.key].flags.needed = known.mark is Mark.MANDATORY and applies
            form[known.key].flags.advised = known.mark is Mark.ADVISED and applies
            found.setdefault(known.section, []).append(form[known.key])
    return [
        {"title": tr(title) or intro, "help": "", "anchor": f"section-{number}", "fields": fields}
        for number, (title, fields) in enumerate(found.items(), 1)
    ]
