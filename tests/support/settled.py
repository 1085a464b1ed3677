"""A year to settle: costs with what law keeps out, and what the 22 founders were invoiced on account in 2018."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from models.database import db
from models.declare.charging import ChargeKind
from models.declare.choices import Answer
from models.declare.clock import today
from models.declare.selfcost import CostKind, Handling, SettlementKey
from models.money import freezing, runs, settling
from models.registers.billing import Charge
from models.registers.invoices import ChargeRun, Invoice, documents_of
from models.registers.municipality import Municipality
from models.registers.selfcost import Cost
from models.tenancy.roles import Actor
from tests.conftest import inside, user
from tests.support.money import acting, finish

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


def settle(handling: Handling, year: int = YEAR, key: SettlementKey = SettlementKey.ON_ACCOUNT) -> int:
    """A year as Frida drafts it and Per approves it: the version it became."""
    with acting("frida"):
        freezing.draft(db.session, _person("frida"), year, key, handling, "Et bilag var glemt.")
        db.session.commit()
    with acting("per"):
        draft = freezing.draft_of(db.session, year)
        assert draft is not None
        seen = freezing.stamp(settling.figures(db.session, year, key, handling, today()))
        made = freezing.approve(db.session, _person("per"), draft, seen).number
        db.session.commit()
        return made


def _person(name: str) -> Actor:
    found = user(name)
    return Actor(found.id, found.name, ())


def made_of_settlement(year: int = YEAR) -> int:
    with acting("frida"):
        return runs.make_settlement(db.session, year).id


def documents(run: int) -> list[Invoice]:
    with inside():
        return documents_of(db.session, db.session.get(ChargeRun, run))


def settled(handling: Handling = Handling.NOW, year: int = YEAR) -> list[Invoice]:
    """A year is settled and its documents issued: what came of it."""
    settle(handling, year)
    return documents(finish(made_of_settlement(year)))
