"""The form of a change of many rows: the register's own fields, all empty. What is left empty is left as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import g
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from models.changes.bulk import Change
from models.declare.base import fields_of, is_unique
from models.declare.fields import Field, Kind, Personal
from models.declare.memories import remembers
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.organisation import answerer
from models.tenancy.roles import writable_in
from views.register.forms import RecordForm, field_for
from views.register.options import NOT_CHOSEN
from views.texts import Spoken, spoken, tr
from views.texts import gettext as _

CLEAR, COMES, GOES = "clear", "comes-", "goes-"
BESIDE = ("", "-id", "-was", "-new")  # what a field is posted under, after its name
LINKS = {COMES: N_("%(label)s: legg til"), GOES: N_("%(label)s: ta bort")}
YES, NO = "yes", "no"


@remembers()
def changeable(register: Any) -> tuple[Field, ...]:
    """The fields of a register that several rows may be given at once: not parts, not what names or numbers a row."""
    alone = {known.column for known in fields_of(register) if is_unique(register, known)}
    return tuple(
        known
        for known in fields_of(register)
        if known.in_form
        and known.kind is not Kind.ROWS
        and known.shape is not Shape.REASONS
        and known.personal is not Personal.SECRET
        and known.key != register.__register__.title
        and known.column not in alone
    )


def confirming(register: type[Any]) -> Field | None:
    """The date that says when somebody last confirmed a row, where a register has one."""
    return next((known for known in changeable(register) if known.confirms), None)


def handing_over(register: type[Any]) -> Field | None:
    """The field that says who answers for a row, where a register has one."""
    known = answerer(register.__mapper__)
    return known if known and known.key in {one.key for one in changeable(register)} else None


def open_fields(register: type[Any]) -> list[Field]:
    """The fields that the person may change in rows of the municipality one is in."""
    writable = writable_in(g.actor, register, g.active)
    return [known for known in changeable(register) if known.key in writable]


def build(register: type[Any], endpoint: str) -> type[BulkForm]:
    """The form class of a register."""
    members: dict[str, Any] = {}
    for known in changeable(register):
        if known.kind is Kind.REFERENCES:
            for before, text in LINKS.items():
                made = field_for(_as_asked(known), register, endpoint)
                made.kwargs["label"] = Spoken(_labelled, text, known.label)
                members[before + known.key] = made
        else:
            members[known.key] = _single(known, register, endpoint)
    return type(f"{register.__name__}BulkForm", (BulkForm,), members)


def _labelled(text: str, label: str) -> str:
    return tr(text, label=tr(label))


def _as_asked(known: Field) -> Field:
    """The field as the form asks for it: nothing must be filled, and what depends on a row is asked of each row."""
    valid = known.valid if known.strict is None else ()
    return replace(known, required=False, after="", strict=None, valid=valid)


def _single(known: Field, register: type[Any], endpoint: str) -> Any:
    if known.shape is Shape.YES_NO:
        answers = {"": NOT_CHOSEN, YES: N_("Ja"), NO: N_("Nei")}
        choices = [SelectChoice(value, spoken(text)) for value, text in answers.items()]
        return SelectField(spoken(known.label), [Optional()], description=spoken(known.help), choices=choices)
    made = field_for(_as_asked(known), register, endpoint)
    made.kwargs.pop("default", None)
    return made


@dataclass(frozen=True, slots=True)
class Asked:
    """One field in the form with what stands for it there: itself, or what comes to and goes from its links."""

    known: Field
    inputs: tuple[Any, ...]
    is_cleared: bool

    @property
    def may_be_cleared(self) -> bool:
        return self.known.kind is not Kind.REFERENCES and not self.known.required

    @property
    def has_errors(self) -> bool:
        return any(one.errors for one in self.inputs)

    @property
    def says(self) -> bool:
        return self.is_cleared or any(one.errors or one.data not in (None, "", []) for one in self.inputs)


class BulkForm(RecordForm):
    """A form that says what becomes of many rows."""

    def __init__(self, formdata: MultiDict[str, str] | None = None) -> None:
        super().__init__(formdata)
        self.cleared = set() if formdata is None else set(formdata.getlist(CLEAR))

    def keep(self, fields: list[Field]) -> None:
        """Leave out all fields but some."""
        kept = {known.key for known in fields}
        for name in list(self._fields):
            if name.removeprefix(COMES).removeprefix(GOES) not in kept:
                del self[name]

    def knows(self, name: str) -> bool:
        """Whether something may be posted under a name."""
        return any(name.removesuffix(after) in self._fields for after in BESIDE if name.endswith(after))

    def asked(self, register: type[Any]) -> Iterator[Asked]:
        for known in changeable(register):
            names = [known.key] if known.kind is not Kind.REFERENCES else [before + known.key for before in LINKS]
            if names[0] in self._fields:
                yield Asked(known, tuple(self[name] for name in names), known.key in self.cleared)

    def changes(self, register: type[Any]) -> list[Change]:
        """What becomes of the fields in which something is said."""
        return [_change(one) for one in self.asked(register) if one.says]

    def contradictions(self, register: type[Any]) -> Iterator[dict[str, str]]:
        """What is both filled in and to be emptied, or may not be emptied."""
        for one in self.asked(register):
            if one.is_cleared and (not one.may_be_cleared or any(field.data not in (None, "") for field in one.inputs)):
                message = _("Fyll ut feltet, eller kryss av for å tømme det, ikke begge deler.")
                yield {"anchor": one.inputs[0].id, "label": tr(one.known.label), "message": message}


def _change(asked: Asked) -> Change:
    known, first = asked.known, asked.inputs[0]
    if known.kind is Kind.REFERENCES:
        comes, goes = asked.inputs
        rows = [comes.far.row(comes.target, one) for one in comes.data or ()]
        return Change(known, added=tuple(row for row in rows if row is not None), removed=frozenset(goes.data or ()))
    if asked.is_cleared:
        return Change(known)
    if known.kind is Kind.REFERENCE:
        return Change(known, first.far.row(first.target, first.data))
    return Change(known, first.data == YES if known.shape is Shape.YES_NO else first.data)
