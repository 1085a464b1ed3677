"""Which of our texts the project's own staff may say otherwise: the help of every field, and the two sentences of each
rule. And what they do say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select

from models.declare.base import fields_of, part_class, told_fields
from models.declare.fields import Field, Kind
from models.declare.memories import remembers
from models.declare.words import N_, Placed
from models.queries.rules import RULES
from models.registers.wording import Wording

SAYS, REMEDY = N_("hva som er galt"), N_("hva du gjør med det")


@dataclass(frozen=True, slots=True)
class Sayable:
    """A text with the register it is met in and where it stands there: the labels of the field, and of the parts it is
    within; or the number of a rule and which of its two sentences it is."""

    source: Placed
    register: type[Any]
    labels: tuple[str, ...]

    @property
    def place(self) -> str:
        return self.source.place


@remembers()
def sayable(registers: tuple[type[Any], ...]) -> dict[str, Sayable]:
    """Every text of some registers that may be said otherwise, by its place, in the order it is met."""
    found = [one for register in registers for one in (*_helps(register), *_sentences(register))]
    return {one.place: one for one in found}


def _helps(register: type[Any]) -> Iterator[Sayable]:
    for known in told_fields(register):
        yield from _help(register, known, ())
        if known.kind is Kind.ROWS:
            for inner in fields_of(part_class(known)):
                yield from _help(register, inner, (known.label,))


def _help(register: type[Any], known: Field, within: tuple[str, ...]) -> Iterator[Sayable]:
    if isinstance(known.help, Placed):
        yield Sayable(known.help, register, (*within, known.label))


def _sentences(register: type[Any]) -> Iterator[Sayable]:
    for rule in RULES:
        if rule.register is register:
            for text, part in ((rule.says, SAYS), (rule.remedy, REMEDY)):
                if isinstance(text, Placed):
                    yield Sayable(text, register, (rule.code, part))


class Said(NamedTuple):
    """What the staff say somewhere in a language, and what Orden said there when they looked at it last; None where
    nobody knows. `row_id` is the row that says it."""

    row_id: int
    name: str
    words: str
    shipped: str | None


def said(session: Any) -> dict[tuple[str, str], Said]:
    """All that the staff say otherwise, by place and language."""
    columns = Wording.place, Wording.language, Wording.id, Wording.name, Wording.words, Wording.shipped
    found = session.execute(select(*columns).order_by(Wording.sort_key, Wording.id))
    return {(place, str(language)): Said(*told) for place, language, *told in found}


def wording(session: Any, place: str, language: str) -> Wording | None:
    """The row that says one text otherwise."""
    there = (Wording.place == place, Wording.language == language)
    found: Wording | None = session.scalars(select(Wording).where(*there)).one_or_none()
    return found
