"""Forms generated from the declared fields of a register."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any, ClassVar

from flask_admin.form import BaseForm
from wtforms import HiddenField
from wtforms.validators import Optional, StopValidation, ValidationError

from models.declare.base import Part, fields_of, part_class
from models.declare.checks import no_national_identity_number
from models.declare.fields import Field
from models.declare.notrelevant import WAIVED
from models.declare.shapes import Shape
from models.declare.words import N_, Problem
from views.access import OPENED_IN
from views.register.formfields import SHOWN, SHOWN_IN_PARTS, ById, PointingField, ReferenceField, ReferencesField
from views.register.inputs import INPUTS, Input
from views.register.options import Far
from views.register.rowfields import RowForm, RowsField
from views.register.waiving import ReasonsField
from views.texts import explain, spoken, tr

REQUIRED = N_("Fyll ut dette feltet.")
MADE_BY, REFRESH, MODE, NO = "made_by", "refresh", "mode", "no"
NOT_AFTER = N_("Datoen må komme etter «%(first)s».")


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
        self.known = known

    def __call__(self, form: Any, field: Any) -> None:
        known = self.known
        checks = known.checks(SimpleNamespace(**form.data)) if known.strict else known.valid
        for check in (*checks, no_national_identity_number):
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


def build(register: type[Any], endpoint: str) -> type[BaseForm]:
    """The form class of a register."""
    members = {known.key: field_for(known, register, endpoint) for known in fields_of(register) if known.in_form}
    members |= {"version": HiddenField(), OPENED_IN: HiddenField(), MADE_BY: HiddenField()}
    return type(f"{register.__name__}Form", (RecordForm,), members)


def _row_form(part: type[Any], endpoint: str) -> type[RowForm]:
    members = {known.key: field_for(known, part, endpoint) for known in fields_of(part) if known.in_form}
    return type(f"{part.__name__}Form", (RowForm,), members)


Maker = Callable[[Field, type[Any], str, dict[str, Any]], Any]


def field_for(known: Field, owner: type[Any], endpoint: str) -> Any:
    """The form field of a declared one, as its shape is written."""
    options: dict[str, Any] = {"label": spoken(known.label), "description": spoken(known.help)}
    if known.shape is not Shape.ROWS:
        options["validators"] = [Required() if known.required else Optional()]
    return FIELDS[known.shape](known, owner, endpoint, options)


def _value(make: Input) -> Maker:
    def made(known: Field, owner: type[Any], _endpoint: str, options: dict[str, Any]) -> Any:
        default = owner.__table__.c[known.key].default
        options["default"] = default.arg if default is not None and default.is_scalar else None
        options["validators"] += [Checked(known), *([After(known.after)] if known.after else [])]
        return make(known, options)

    return made


def _pointing(make: type[PointingField]) -> Maker:
    def made(known: Field, owner: type[Any], endpoint: str, options: dict[str, Any]) -> Any:
        most = SHOWN_IN_PARTS if issubclass(owner, Part) else SHOWN
        return make(known=known, target=known.points_at, endpoint=endpoint, most=most, **options)

    return made


def _rows(known: Field, _owner: type[Any], endpoint: str, options: dict[str, Any]) -> Any:
    return RowsField(known=known, form_class=_row_form(part_class(known), endpoint), **options)


def _reasons(known: Field, _owner: type[Any], _endpoint: str, options: dict[str, Any]) -> Any:
    return ReasonsField(known=known, **options)


FIELDS: dict[Shape, Maker] = {shape: _value(make) for shape, make in INPUTS.items()} | {
    Shape.REFERENCE: _pointing(ReferenceField),
    Shape.REFERENCES: _pointing(ReferencesField),
    Shape.ROWS: _rows,
    Shape.REASONS: _reasons,
}


class RecordForm(BaseForm):
    """What every generated form does: say what it is about, hide what may not be changed, gather its errors."""

    copied: Any = None  # what a new row begins as a copy of
    is_partial = False  # whether only some fields of the row may be changed, so that the rest is read and not drawn
    only, proposed = "", ()  # the fields a form of what lacks is of, and those in which something is proposed, by key

    def __init__(self, formdata: Any = None, obj: Any = None, **options: Any) -> None:
        super().__init__(formdata, obj and ById(obj), **options)
        if formdata is not None:
            self._find_what_was_picked()
            for one in self:
                if isinstance(one, RowsField):
                    one.spread(formdata)

    def _find_what_was_picked(self) -> None:
        """Every posted id and name, in as few statements as there are registers that are newly pointed at."""
        far, pointing = Far(), self.pointing
        for one in pointing:
            one.ask(far)
        for one in pointing:
            one.settle()

    @property
    def pointing(self) -> list[PointingField]:
        """The fields that point at rows, those of the parts included."""
        inner = [entry for field in self if isinstance(field, RowsField) for entry in field.entries]
        return [one for form in (self, *inner) for one in form if isinstance(one, PointingField)]

    @property
    def hidden(self) -> list[Any]:
        return [field for field in self if isinstance(field, HiddenField)]

    def lock(self, key: str) -> None:
        """Show a field without letting it be changed; what is posted for it is not read. Of the reasons why fields are
        not relevant each is locked with its field."""
        field = self[key]
        if isinstance(field, ReasonsField):
            return
        if WAIVED in self:
            self[WAIVED].keep(key)
        field.flags.readonly, field.flags.required, field.validators = True, False, ()
        field.process_errors, field.pre_validate = [], lambda _form: None

    def is_unfinished(self, formdata: Any) -> bool:
        """Whether something other than to save is asked for: the form anew, or with a row more or less in it."""
        rows = [name for field in self if isinstance(field, RowsField) for name in field.asking]
        return any(name in formdata for name in (REFRESH, MODE, NO, *rows))

    def populate_obj(self, obj: Any) -> None:
        """What differs; a new row gets everything, for a default is not meant where nothing was chosen."""
        is_new = obj.id is None
        for name, field in self._fields.items():
            if isinstance(field, HiddenField) or field.flags.readonly:
                continue
            if is_new or isinstance(field, PointingField | RowsField) or field.data != getattr(obj, name):
                field.populate_obj(obj, name)

    def all_errors(self) -> Iterator[dict[str, str]]:
        for field in self:
            own = () if isinstance(field, ReasonsField) else field.errors
            found = field.row_errors() if isinstance(field, RowsField | ReasonsField) else ()
            for one, message in [*((field, str(e)) for e in own), *found]:
                yield {"anchor": one.id, "label": one.label.text, "message": message}
