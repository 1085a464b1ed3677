"""Words for people: a marker for texts, closed vocabularies with labels, and messages with parameters.

Bokmål is the source. Nothing is translated here: views and reports do that when a text is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple, Self


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a text for the catalogues."""
    return text


class Placed(str):
    """One of our texts that knows where it stands: the project's own staff may say it otherwise there, and only there,
    whatever other texts are worded alike."""

    place: str


def placed(place: str, text: str) -> str:
    """The text as it stands in a place; nothing stands nowhere."""
    found = Placed(text)
    found.place = place
    return found if text else text


_HOLE = re.compile(r"%\(\w+\)[a-z]")


def holes(text: str) -> list[str]:
    """What is filled in a text when it is shown, in order."""
    return sorted(_HOLE.findall(text))


UNKNOWN_VALUE = N_("ukjent verdi")


class Choice(StrEnum):
    """A closed vocabulary: each member is its stored value and carries a label and a tone for people.

    Only `Language("nb")`, which looks a member up, leaves out the label.
    """

    label: str
    tone: str
    known: bool

    def __new__(cls, value: str, label: str = "", tone: str = "neutral") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.tone = tone
        member.known = True
        return member

    @classmethod
    def stored(cls, value: str) -> Self:
        """The member of a stored value, or a stand-in that shows as itself: a later version may have written it."""
        try:
            return cls(value)
        except ValueError:
            stand_in = str.__new__(cls, value)
            stand_in._name_ = stand_in._value_ = stand_in.label = value
            stand_in.tone, stand_in.known = "neutral", False
            return stand_in

    def told(self, translate: Callable[[str], str]) -> str:
        """The label in the reader's language."""
        return translate(self.label) if self.known else f"{self.value} ({translate(UNKNOWN_VALUE)})"


def vocabulary(name: str, members: dict[str, tuple[str, str]]) -> type[Choice]:
    """A closed vocabulary made from a table of (value, label) by member name."""
    make: Any = Choice  # the types know a table of an Enum only when it is written out
    made: type[Choice] = make(name, members)
    return made


class Saying(NamedTuple):
    """A text for people, whose %(name)s are filled when it is shown. Moments among them are told in Norwegian time."""

    text: str
    params: dict[str, Any]


class Problem(ValueError):  # noqa: N818 - a problem with what somebody entered, not an error of ours
    """Something a person entered cannot be right. `text` says what to do next; `params` fill its %(name)s."""

    def __init__(self, text: str, **params: Any) -> None:
        super().__init__(text % params if params else text)
        self.text = text
        self.params = params


def check_length(limit: int) -> Callable[[Any], Any]:
    """A validator that refuses text longer than `limit` characters."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and len(value) > limit:
            raise Problem(
                N_("Teksten er for lang: %(length)s tegn. Kort den ned til høyst %(limit)s tegn."),
                length=len(value),
                limit=limit,
            )
        return value

    return check
