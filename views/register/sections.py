"""What a form shows and in which order: its sections, what of them is asked, what is folded away, and what lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.declare.base import fields_of
from models.declare.choices import says_nothing
from models.declare.conditions import Not
from models.declare.fields import Field, Kind, Mark
from models.declare.inferred import grounds
from models.declare.shapes import Shape
from models.declare.words import Choice
from models.queries import quality
from views.register.inferred import beside
from views.register.rowfields import RowsField
from views.register.typed import Typed
from views.register.waiving import Waiver, waiver
from views.texts import ngettext, tr

WIDE = {"TextAreaField", "CheckboxesField", "PickersField", "RowsField"}


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a field in a form. A field that is not asked is shown all the same while something is said in it."""

    known: Field
    field: Any
    asked: bool
    says: bool
    waiver: Waiver | None = None

    @property
    def shown(self) -> bool:
        return self.asked or self.says

    @property
    def depends(self) -> bool:
        return self.known.applies is not None

    @property
    def wide(self) -> bool:
        return getattr(self.field, "drawn_as", self.field.type) in WIDE

    @property
    def optional(self) -> bool:
        """Whether the record is finished without it, and nothing is said in it yet."""
        must = self.known.required and not isinstance(self.field.data, Choice)
        awaited = self.depends and not isinstance(self.known.applies, Not)
        return self.known.mark is Mark.OPTIONAL and not (self.says or awaited or must)


@dataclass(frozen=True, slots=True)
class Section:
    """Some fields under a heading: those to fill first, those folded away, and how many mandatory ones are empty."""

    title: str
    anchor: str
    first: list[Slot]
    more: list[Slot]
    lacks: int

    @property
    def lacking(self) -> str:
        return ngettext("%(num)s mangler", "%(num)s mangler", self.lacks) if self.lacks else ""

    @property
    def has_errors(self) -> bool:
        fields = [slot.field for slot in (*self.first, *self.more)]
        waived = any(slot.waiver and slot.waiver.error for slot in (*self.first, *self.more))
        return waived or any(one.errors or (isinstance(one, RowsField) and any(one.row_errors())) for one in fields)

    @property
    def shown(self) -> bool:
        return any(slot.shown for slot in (*self.first, *self.more))


def sections(register: type[Any], form: Any, intro: str, row: Typed) -> list[Section]:
    """The fields of a form by section, in the order of the declarations; marked by what the row as typed needs."""
    found: dict[str, list[Slot]] = {}
    for slot in slots(register, form, row):
        expected = (slot.known.expected is None or slot.known.expected(row)) and not grounds(slot.known, row)
        if slot.known.follows:
            slot.field.follows = beside(register, slot.known, row)
        slot.field.flags.needed = slot.known.mark is Mark.MANDATORY and expected
        slot.field.flags.advised = slot.known.mark is Mark.ADVISED and expected
        found.setdefault(slot.known.section, []).append(slot)
    lacking = lacks(row)
    weighed = any(slot.known.mark is not Mark.OPTIONAL for some in found.values() for slot in some)
    told = []
    for number, (title, some) in enumerate(found.items(), 1):
        more = [slot for slot in some if weighed and slot.optional]
        first = [slot for slot in some if not (weighed and slot.optional)]
        told.append(Section(tr(title) or intro, f"section-{number}", first, more, lacking[title]))
    return told


def slots(register: type[Any], form: Any, row: Typed) -> Iterator[Slot]:
    """Every field of a form with its place, as the row is typed; where only some may be changed, those."""
    for known in fields_of(register):
        is_drawn = known.key in form and known.shape is not Shape.REASONS
        if is_drawn and not (form.is_partial and form[known.key].flags.readonly):
            field = form[known.key]
            says = bool(field.errors) or _says(known, field, row)
            follows = bool(known.follows and grounds(known, row))
            yield Slot(known, field, known.applies_to(row), says, waiver(form, known, says=says or follows))


def _says(known: Field, field: Any, row: Typed) -> bool:
    """Whether something is written, be it even what could not be read."""
    if known.kind is Kind.ROWS:
        return bool(field.written)
    typed = [*(field.raw_data or ()), *getattr(field, "new_texts", ())]
    unread = bool(getattr(field, "process_errors", ())) and any(str(value).strip() for value in typed)
    value = getattr(row, known.key)
    is_hidden_box = value is False and known.applies is not None  # without a tick it is not there to be seen
    is_left_empty = value is False and not known.required
    return unread or not (is_hidden_box or is_left_empty or says_nothing(value))


def lacks(row: Typed) -> Counter[str]:
    """How many mandatory fields are empty in each section."""
    return Counter(known.section for known in quality.gaps(row))
