"""What the prices, the municipalities and their figures could be: choices of the simulation, as they are written in an
address. Each is a list with semicolons between, so that it can be sent as a link."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.declare import numbers
from models.declare.clock import today
from models.declare.words import N_, Problem
from models.queries.payers import Known, called, everywhere
from reports.choices import Choice, Chosen, Number
from reports.language import Translate

PRICE = N_("Skriv en pris i kroner, eller en for hvert trinn: 25000; 5000: 40000. Det første trinnet gjelder fra 0.")
NOBODY = N_("«%(name)s» er ingen kommune vi kjenner. Skriv navnet slik det står på siden «Hva koster det?».")
FIGURES = N_("Skriv kommune og folketall med kolon mellom: Tinn: 5700; Seljord: 2900.")
AMOUNT = N_("Skriv ett beløp i kroner: 486 500.")
TWICE = N_("%(name)s er nevnt to ganger i samme felt.")
TOO_MANY = N_("Skriv høyst %(most)s i ett felt.")
MOST, MOST_ORE, MOST_INHABITANTS, LONGEST = 60, 10**9, 10_000_000, 60
Pairs = dict[Known, Any]


class Written(NamedTuple):
    """What somebody wrote, and what it means."""

    text: str
    meant: Any


@dataclass(frozen=True)
class Coming(Number):
    """A year; the next when nobody says."""

    first: int = 2018
    last: int = 2100

    def chosen(self, chosen: Chosen, _year: int, _language: str) -> tuple[Any, ...]:
        return chosen.get(self.name) or (today().year + 1,)

    def said(self, session: Any, values: tuple[Any, ...], t: Translate, language: str) -> str:
        return super().said(session, values or (today().year + 1,), t, language)


@dataclass(frozen=True)
class Growth(Number):
    """By how many per cent all figures are other; nothing is said where they are not."""

    first: int = -50
    last: int = 100

    def said(self, session: Any, values: tuple[Any, ...], t: Translate, language: str) -> str:
        return f"{super().said(session, values, t, language)} %" if values and values[0] else ""


@dataclass(frozen=True)
class Listed(Choice):
    """A list that is written; `hint` shows how."""

    hint: str = ""
    drawn_as = "text"

    def values(self, session: Any, texts: Sequence[str]) -> tuple[Any, ...]:
        (text,) = texts
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if len(parts) > MOST:
            raise Problem(TOO_MANY, most=str(MOST))
        return (Written(text, self.meant(session, parts)),)

    def meant(self, session: Any, parts: list[str]) -> Any:
        """What the parts come to. Raises a Problem."""
        raise NotImplementedError

    def said(self, _session: Any, values: tuple[Any, ...], t: Translate, _language: str) -> str:
        return f"{t(self.label)}: {values[0].text}" if values else ""


@dataclass(frozen=True)
class Prices(Listed):
    """Øre by the number of inhabitants they are from."""

    def meant(self, _session: Any, parts: list[str]) -> dict[int, int]:
        problem = Problem(PRICE)
        found: dict[int, int] = {}
        for part in parts:
            before, colon, after = part.partition(":")
            first = _number(numbers.whole, before if colon else "0", problem)
            ore = _number(numbers.amount, after if colon else before, problem)
            if first in found or not (0 <= first <= MOST_INHABITANTS and 0 <= ore <= MOST_ORE):
                raise problem
            found[first] = ore
        if 0 not in found:
            raise problem
        return found


def _number(read: Callable[[str], int | None], text: str, problem: Problem) -> int:
    try:
        found = read(text)
    except Problem:
        raise problem from None
    if found is None:
        raise problem
    return found


@dataclass(frozen=True)
class Amount(Listed):
    """One amount, in øre."""

    def meant(self, _session: Any, parts: list[str]) -> int | None:
        if not parts:
            return None
        problem = Problem(AMOUNT)
        ore = _number(numbers.amount, parts[0], problem)
        if len(parts) > 1 or not 0 <= ore <= MOST_ORE * 100:
            raise problem
        return ore


@dataclass(frozen=True)
class Places(Listed):
    """Municipalities by name."""

    def meant(self, session: Any, parts: list[str]) -> list[Known]:
        return list(dict(_named(session, [(part, None) for part in parts])))


@dataclass(frozen=True)
class Figures(Listed):
    """How many live in municipalities by name."""

    def meant(self, session: Any, parts: list[str]) -> Pairs:
        problem, pairs = Problem(FIGURES), []
        for part in parts:
            name, _colon, text = part.rpartition(":")
            number = _number(numbers.whole, text, problem)
            if not 1 <= number <= MOST_INHABITANTS:
                raise problem
            pairs.append((name.strip(), number))
        return dict(_named(session, pairs))


def _named(session: Any, pairs: Sequence[tuple[str, Any]]) -> Iterator[tuple[Known, Any]]:
    known, seen = everywhere(session), set()
    for name, said in pairs:
        one = called(known, name)
        if one is None:
            raise Problem(NOBODY, name=name[:LONGEST])
        if one in seen:
            raise Problem(TWICE, name=one.name)
        seen.add(one)
        yield one, said


COMING = Coming("of", N_("År"))
FIXED = Prices("fixed", N_("Fast del (kr)"), hint="6000")
INHABITANT = Prices("inhabitant", N_("Per innbygger (kr)"), hint="1,50")
CONNECTION = Prices("connection", N_("Tilkoblingsavgift (kr)"), hint="25000; 5000: 40000")
GROWTH = Growth("growth", N_("Endring i folketall (%)"), (0,))
FIGURE = Figures("figures", N_("Egne folketall"), hint="Tinn: 5700; Seljord: 2900")
JOINS = Places("joins", N_("Blir med"), hint="Larvik; Horten")
LEAVES = Places("leaves", N_("Går ut"), hint="Tinn")
BUDGET = Amount("budget", N_("Budsjett (kr)"), hint="486 500")
CHOICES = (COMING, FIXED, INHABITANT, CONNECTION, GROWTH, FIGURE, JOINS, LEAVES, BUDGET)
