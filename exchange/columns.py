"""Which columns a register has in a spreadsheet: the same going out as coming in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.declare.base import fields_of
from models.declare.fields import Field
from models.declare.words import N_
from reports.columns import exported, kind_of
from reports.language import Translate
from reports.table import Kind

# Beside the fields of a register: which row it is, and how it stood when the sheet was written.
NUMBER, VERSION, OWNER = "id", "version", "municipality"
BESIDE = {NUMBER: N_("Orden-nummer"), VERSION: N_("Orden-versjon"), OWNER: N_("Kommune")}
# On a sheet of parts, whose number and owner are those above: the row that each hangs on, by number and by name.
PARENT, PARENT_NAME = "parent", "parent_name"
OF_PARTS = {PARENT: N_("Hører til nummer"), PARENT_NAME: N_("Hører til")}
CLEAR = "#TØM"  # in a cell: the field is to be empty


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register in a sheet: a field of it, or one of BESIDE or OF_PARTS."""

    key: str
    known: Field | None = None

    def heading(self, t: Translate) -> str:
        """What stands on top of it in a language: the label, with the unit where numbers alone would not tell."""
        if self.known is None:
            return t((BESIDE | OF_PARTS)[self.key])
        unit = f" ({t(self.known.unit)})" if self.known.unit and kind_of(self.known) is not Kind.MONEY else ""
        return t(self.known.label) + unit


def filled_in(register: type[Any]) -> list[Field]:
    """The fields of a register, or of a kind of parts, that people fill in and a sheet may come back with, of those the
    scope in force may read."""
    return [known for known in exported(register) if is_filled_in(register, known)]


def is_filled_in(register: type[Any], known: Field) -> bool:
    """Whether people fill in a field: not what is read through a link, follows, or is decided by a button."""
    return known.via is None and known.in_form and known.key in {one.key for one in fields_of(register)}
