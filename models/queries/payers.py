"""The municipalities of Norway by name: those that have rows here, and the others as the facts have them.

Which ones there are and how many live there is no secret. Source: `models/facts/municipalities_2024.csv`.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from models.declare.folding import fold, sort_key
from models.money.basis import for_lines
from models.money.supposed import Supposed, as_it_is, counted
from models.registers.municipality import Municipality, MunicipalityCode

COUNTED_ON, COUNTED_BY = date(2026, 1, 1), "SSB tabell 07459"
_FILE = Path(__file__).resolve().parent.parent / "facts" / "municipalities_2024.csv"


@dataclass(frozen=True, slots=True)
class Known:
    """A municipality that may be chosen: `row_id` where it has a row, the figure and the rest where the facts know."""

    name: str
    code: str
    row_id: int | None = None
    inhabitants: int | None = None
    organisation_number: str = ""
    language: str = "neutral"


with _FILE.open(encoding="utf-8", newline="") as _file:
    _OF_FACTS = {
        row["code_2024"]: Known(
            row["name"],
            row["code_2024"],
            None,
            int(row["population_2026"]),
            row["organisation_number"],
            row["language"],
        )
        for row in csv.DictReader(_file)
    }


def everywhere(session: Any) -> list[Known]:
    """All of them in alphabetical order, with the number in the name where two have it; two statements."""
    newest = dict(session.execute(select(MunicipalityCode.parent_id, MunicipalityCode.code).order_by(
        MunicipalityCode.valid_from)).all())  # fmt: skip
    found = dict(_OF_FACTS)
    for row_id, name in session.execute(select(Municipality.id, Municipality.name)):
        code = newest.get(row_id, "")
        there = found.get(code)
        # A number that two have had is of whoever has it in the facts: the other has ended.
        key = code if there is not None and there.row_id is None else f"row {row_id}"
        found[key] = Known(name, code, row_id, there.inhabitants if there and key == code else None)
    many = Counter(fold(one.name) for one in found.values())
    told = [_told_apart(one) if many[fold(one.name)] > 1 else one for one in found.values()]
    return sorted(told, key=lambda one: sort_key(one.name))


def _told_apart(one: Known) -> Known:
    return replace(one, name=f"{one.name} ({one.code})") if one.code else one


def called(known: Sequence[Known], text: str) -> Known | None:
    """The one that goes by a name or a number; None where there is none, or several."""
    wanted = fold(text)
    found = [one for one in known if wanted in (fold(one.name), one.code)]
    return found[0] if len(found) == 1 else None


def payer(session: Any, one: Known) -> Supposed:
    """One of them, as it is."""
    return payers(session, [one])[0]


def payers(session: Any, known: Sequence[Known]) -> list[Supposed]:
    """Those that are asked for as they are: of those with a row by what is registered, and with the figure of the facts
    where none is."""
    wanted = [one.row_id for one in known if one.row_id]
    rows = (
        session.scalars(select(Municipality).where(Municipality.id.in_(wanted)).options(*for_lines())) if wanted else ()
    )
    places = {place.id: place for place in rows}
    return [_as_it_is(one, places.get(one.row_id or 0)) for one in known]


def _as_it_is(one: Known, place: Municipality | None) -> Supposed:
    found = Supposed(one.name) if place is None else as_it_is(place, name=one.name)
    if not found.populations and one.inhabitants:
        found = replace(found, populations=(counted(one.inhabitants, COUNTED_ON, COUNTED_BY),))
    return found
