"""A year to settle: costs with what law keeps out, and what the 22 founders were invoiced on account in 2018."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from models.database import db
from models.declare.charging import ChargeKind
from models.declare.choices import Answer
from models.declare.selfcost import CostKind
from models.registers.billing import Charge
from models.registers.municipality import Municipality
from models.registers.selfcost import Cost
from tests.conftest import inside

YEAR = 2018
COSTS = (
    (CostKind.OPERATION, "Drift av plattformen", 25_000_000, "1001"),
    (CostKind.STAFF, "Forvalter, halv stilling", 18_000_000, "1002"),
    (CostKind.LICENCES, "Refusjon av lisenser", -2_000_000, "1003"),
    (CostKind.OWNERS, "Representantskapet", 1_500_000, "1004"),
)  # fmt: skip
COST = 41_000_000  # of those that count


def spend(*costs: Any, year: int = YEAR) -> None:
    with inside():
        for nature, name, ore, voucher in costs or COSTS:
            row = {"nature": nature, "name": name, "amount_ore": ore, "voucher": voucher, "attributable": True}
            db.session.add(Cost(year=year, day=date(year, 12, 1), **row))
        db.session.commit()


def invoice(year: int = YEAR, *, parts: int = 1) -> None:
    """What each founder owed on account, in one invoice or two; the charge the world begins with goes out."""
    with inside():
        for one in db.session.scalars(select(Charge).where(Charge.year == year)):
            db.session.delete(one)
        db.session.flush()
        for place in db.session.scalars(select(Municipality).where(Municipality.founder == Answer.YES)).all():
            figure = place.population_on(date(2018, 1, 1))
            if figure is None:
                continue
            paid = {ChargeKind.FIXED: 600_000, ChargeKind.INHABITANT: 150 * figure.inhabitants}
            if parts == 1:
                paid = {ChargeKind.FIXED: sum(paid.values())}
            for nature, ore in paid.items():
                db.session.add(Charge(municipality_id=place.id, year=year, nature=nature, amount_ore=ore))
        db.session.commit()
