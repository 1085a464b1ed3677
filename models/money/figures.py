"""New figures of population beside those there are: what is new, what is changed, and what nobody here has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models.declare.clock import today
from models.registers.invoices import Invoice, InvoiceLine
from models.registers.municipality import Municipality, Population

SOURCE = "SSB tabell 07459"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of a municipality that is not there, or is another."""

    municipality: Municipality
    day: date
    before: int | None
    after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`unknown` are the numbers that no municipality here had on that day."""

    changes: list[Change]
    same: int
    unknown: list[str]


def compared(session: Any, figures: Mapping[tuple[str, int], int]) -> Comparison:
    """What figures by number and year would change. A number is of whoever had it on 1 January."""
    loaded = (selectinload(Municipality.codes), selectinload(Municipality.populations))
    places = session.scalars(select(Municipality).options(*loaded).order_by(Municipality.sort_key)).all()
    by_code: dict[str, list[Municipality]] = {}
    for place in places:
        for code in {one.code for one in place.codes}:
            by_code.setdefault(code, []).append(place)
    changes, same, unknown = [], 0, set()
    for (code, year), number in sorted(figures.items()):
        day = date(year, 1, 1)
        place = next((one for one in by_code.get(code, ()) if one.code_on(day) == code), None)
        if place is None:
            unknown.add(code)
            continue
        before = next((one.inhabitants for one in place.populations if one.day == day), None)
        if before == number:
            same += 1
        else:
            changes.append(Change(place, day, before, number))
    changes.sort(key=lambda one: (one.before is None, one.municipality.sort_key, one.day))
    return Comparison(changes, same, sorted(unknown))


def apply(comparison: Comparison) -> int:
    """Write the figures, to be committed; how many. What is issued has figures of its own, and stays."""
    source = f"{SOURCE}, hentet {today():%d.%m.%Y}"
    for change in comparison.changes:
        place = change.municipality
        known = next((one for one in place.populations if one.day == change.day), None)
        if known is None:
            place.populations.append(Population(day=change.day, inhabitants=change.after, source=source))
        else:
            known.inhabitants, known.source = change.after, source
    return len(comparison.changes)


def issued_on_others(session: Any, comparison: Comparison) -> int:
    """How many invoices within the scope rest on a figure that would be another."""
    changed = {(one.municipality.id, one.day) for one in comparison.changes if one.before is not None}
    credited = select(Invoice.credits_id).where(Invoice.credits_id.is_not(None))
    rests = (
        select(Invoice.municipality_id, InvoiceLine.counted_on, Invoice.id)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(Invoice.nature == "invoice", Invoice.id.not_in(credited))
        .distinct()
    )
    return len({number for owner, day, number in session.execute(rests) if (owner, day) in changed})
