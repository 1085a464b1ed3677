"""What municipalities have been invoiced: the one place that settlement and the development fund read it from."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select

from models.declare.choices import PriceKind
from models.registers.billing import Charge

ON_ACCOUNT = (PriceKind.FIXED, PriceKind.INHABITANT)


def on_account(session: Any, year: int) -> dict[int, int]:
    """What each municipality within the scope has been invoiced on account for a year, in øre, however it was split."""
    total = func.sum(Charge.amount_ore)
    found = select(Charge.municipality_id, total).where(Charge.year == year, Charge.nature.in_(ON_ACCOUNT))
    return {place: int(ore) for place, ore in session.execute(found.group_by(Charge.municipality_id))}


def years(session: Any) -> list[int]:
    """The years for which anything is invoiced on account within the scope."""
    found = select(Charge.year).where(Charge.nature.in_(ON_ACCOUNT)).distinct().order_by(Charge.year)
    return list(session.scalars(found))


def connection_fee(charge: Charge) -> tuple[date, int] | None:
    """The day and the øre of a connection fee that is invoiced; None for anything else."""
    if charge.nature is not PriceKind.CONNECTION or not charge.amount_ore:
        return None
    return charge.invoiced_on or date(charge.year, 1, 1), charge.amount_ore
