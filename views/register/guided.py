"""One step at a time: the same form, with one section in sight and the way to the next.

Every field is in the page all the while, so that nothing is lost by going back and forth or to the whole form. What can
be saved is saved at each step: a row that is there, and a new one in a register whose rows begin as unfinished.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from models.declare.base import fields_of
from models.declare.choices import UNFINISHED
from views import preferences
from views.register import lacking, making
from views.register.forms import MODE
from views.register.sections import Section

STEP, TO = "step", "to"  # where one is, and where one wants to go
NEXT, PREVIOUS, GUIDED = "next", "previous", "guided"
FEWEST = 3  # sections: shorter forms are one step


@dataclass(frozen=True, slots=True)
class Guide:
    """The step one is at, among those that are asked."""

    steps: list[Section]
    at: int

    @property
    def section(self) -> Section:
        return self.steps[self.at]

    @property
    def number(self) -> int:
        return self.at + 1

    @property
    def is_last(self) -> bool:
        return self.number == len(self.steps)


def may_guide(found: list[Section]) -> bool:
    """Whether a form is long enough to be taken step by step. Not one within another, nor one of what lacks: they
    are short of time."""
    return len(found) >= FEWEST and making.outer() is None and not lacking.is_asked()


def guide(found: list[Section], *, is_new: bool, refused: bool) -> Guide | None:
    """The steps of a form where they are wanted, and the one to show: where one goes, unless something is to be put
    right where one is; in a row that is there, at first the step that lacks something."""
    if not (may_guide(found) and preferences.is_guided()):
        return None
    steps = [one for one in found if one.shown]
    names = [one.anchor for one in steps]
    lacking = (place for place, one in enumerate(steps) if one.lacks)
    begins_at = 0 if is_new else next(lacking, 0)
    at = names.index(now) if (now := request.values.get(STEP, "")) in names else begins_at
    if refused:
        wrong = (place for place, one in enumerate(steps) if one.has_errors)
        return Guide(steps, next(wrong, at))
    to = request.values.get(TO, "")
    at += {NEXT: 1, PREVIOUS: -1}.get(to, 0)
    return Guide(steps, names.index(to) if to in names else max(0, min(at, len(steps) - 1)))


def choose() -> None:
    """Remember how the person wants forms, when that was pressed."""
    if mode := request.form.get(MODE):
        preferences.keep_guided(mode == GUIDED)


def is_on_the_way() -> bool:
    """Whether what was pressed is the way to another step."""
    return TO in request.form


def saves_underway(register: type[Any]) -> bool:
    """Whether a new row may stand saved while it is being written, because it begins as unfinished."""
    defaults = (register.__table__.c[one.key].default for one in fields_of(register) if one.choices)
    return any(one is not None and one.is_scalar and one.arg in UNFINISHED for one in defaults)


def place() -> dict[str, Any]:
    """Where the form goes on after a save."""
    return {name: request.form[name][:40] for name in (STEP, TO) if name in request.form}
