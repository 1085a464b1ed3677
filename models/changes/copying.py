"""What the copy of a row begins with: of every field what its declaration says, or what follows from what it holds.

Nothing is saved here: the form of a new row opens with it, and a save meets the rules that any new row meets.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from types import SimpleNamespace
from typing import Any

from models.declare.base import fields_of, is_unique, part_class
from models.declare.fields import Copied, Field, Kind, Personal
from models.declare.shapes import Shape

# What happened or is due on a day is this row's own.
DATED = frozenset({Shape.DATE, Shape.MOMENT, Shape.MONTH})
CHOSEN = (Kind.ROWS, Kind.REFERENCES)  # whoever copies says whether these come along


def rule(register: type[Any], known: Field) -> Copied:
    """What becomes of a field: its name says that it is a copy, and what is unique, dated, about a person or made by
    Orden begins anew."""
    if known.copied is not None:
        return known.copied
    if known.key == _title(register):
        return Copied.NAMED
    own = not known.in_form or known.personal is not Personal.NONE or known.shape in DATED or is_unique(register, known)
    return Copied.ANEW if own else Copied.KEPT


def along(register: type[Any], kind: Kind) -> list[Field]:
    """The parts (`Kind.ROWS`) or links (`Kind.REFERENCES`) of a row that may come along in its copy."""
    return [one for one in fields_of(register) if one.kind is kind and rule(register, one) is Copied.KEPT]


def copy_of(
    register: type[Any],
    row: Any,
    kinds: Collection[Kind],
    named: Callable[[str], str],
    may: Callable[[Field], bool] = lambda _known: True,
) -> SimpleNamespace:
    """What a copy of a row, or of what stands for one, holds: values by key, of references the ids, and of parts the
    same again. Of `kinds` come those that are asked for; `named` makes of a name that of a copy; what `may` not be
    copied by whoever asks is left out. What begins anew is not there at all."""
    kept = SimpleNamespace(register=register, id=None)
    for known in fields_of(register):
        became = rule(register, known)
        if became is Copied.ANEW or (known.kind in CHOSEN and known.kind not in kinds) or not may(known):
            continue
        value = getattr(row, known.column)
        if known.kind is Kind.ROWS:
            part = part_class(known)
            value = [copy_of(part, one, CHOSEN, named) for one in value]
        elif known.shape is Shape.REASONS:
            value = _still(register, value)
        elif became is Copied.NAMED and value:
            value = _fitting(named, value, known.length)
        setattr(kept, known.column, value)
    return kept


def _still(register: type[Any], reasons: dict[str, str] | None) -> dict[str, str] | None:
    """Why fields of a copy are not relevant: what is said of those that begin anew does not come along."""
    kept = {known.key for known in fields_of(register) if rule(register, known) is not Copied.ANEW}
    return {key: said for key, said in (reasons or {}).items() if key in kept} or None


def _fitting(named: Callable[[str], str], name: str, length: int) -> str:
    """The name of a copy; of a long one less of the name, never of what says that it is a copy."""
    over = len(named(name)) - length
    return named(name[:-over].rstrip()) if over > 0 else named(name)


def _title(register: type[Any]) -> str:
    about = getattr(register, "__register__", None)  # parts have none
    return about.title if about else ""
