"""What a municipality has with the cooperation: its agreements with it, what it is to pay in a year, and what it was
settled for. Asked within the scope, which confines agreements, invoices and lines to those of the municipality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from models.declare.selfcost import CostKind
from models.money.freezing import own_lines
from models.money.lines import Line, NoBasis, lines_for
from models.queries.told import holds
from models.registers.agreements import Agreement, is_accession_with, is_processing_agreement
from models.registers.billing import Price
from models.registers.catalogue import Supplier
from models.registers.municipality import Municipality, Succession
from models.registers.parties import Party
from models.registers.settlements import Settlement, SettlementLine


def place(session: Any, number: int) -> Municipality:
    """A municipality with all that its amounts rest on."""
    found: Municipality = session.get(
        Municipality,
        number,
        options=[
            selectinload(Municipality.populations),
            selectinload(Municipality.predecessors).joinedload(Succession.predecessor),
        ],
    )
    return found


def to_pay(payer: Municipality, year: int, prices: Sequence[Price]) -> list[Line] | None:
    """Its lines of a year; none where it is no member then, None where a price or a figure is not known."""
    try:
        return lines_for(payer, year, prices)
    except NoBasis:
        return None


def agreements(session: Any) -> list[Agreement]:
    """Those with a party of the cooperation, as the supplier it is linked to, by number or by name: the accession
    agreements, and the data processing agreements. An accession that names nobody may be one of them."""
    parties = select(Supplier.id).where(
        or_(
            Supplier.id.in_(select(Party.supplier_id).where(Party.supplier_id.is_not(None))),
            Supplier.organisation_number.in_(
                select(Party.organisation_number).where(Party.organisation_number.is_not(None))
            ),
            Supplier.name.in_(select(Party.name)),
        )
    )
    is_processing = Agreement.supplier_id.in_(parties) & holds(Agreement, is_processing_agreement)
    found = select(Agreement).outerjoin(Agreement.nature).where(is_accession_with(parties) | is_processing)
    wanted = found.options(joinedload(Agreement.nature), joinedload(Agreement.supplier))
    return list(session.scalars(wanted.order_by(Agreement.starts.desc(), Agreement.sort_key, Agreement.id)))


@dataclass(frozen=True)
class Settled:
    """What it was settled for in a year, and what of the costs of that year was kept out of it: kind, øre and why."""

    line: SettlementLine
    left_out: Sequence[tuple[CostKind, int, str]]


def settled(session: Any) -> list[Settled]:
    """The newest version of every year. What is kept out is common to all, and tells of no municipality."""
    lines = own_lines(session)
    years = {one.year for one in lines}
    frozen = session.scalars(select(Settlement).where(Settlement.year.in_(years))).all() if years else []
    costs = {(one.year, one.number): one.costs for one in frozen}
    return [Settled(one, [*_left_out(costs.get((one.year, one.number), []))]) for one in lines]


def _left_out(costs: Sequence[dict[str, Any]]) -> list[tuple[CostKind, int, str]]:
    return [(CostKind.stored(one["kind"]), one["ore"], one["why"]) for one in costs if one["why"]]
