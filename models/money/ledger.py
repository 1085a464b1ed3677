"""The ledger: entries that are added and never changed. A mistake is taken back by an entry the other way round.

Connection fees and decisions are registers that people change: the ledger follows each save, whichever door it came in
by, as a step of the flush (`models/changes/flush.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import case, func, insert, or_, select
from sqlalchemy.orm import aliased

from models.declare.clock import now, today
from models.declare.selfcost import Account, Handling, Source
from models.money.invoiced import beside, fee_charged, fee_invoiced, settled_outside
from models.registers.billing import Charge
from models.registers.invoices import Invoice
from models.registers.selfcost import FundDecision
from models.registers.settlements import NAME, LedgerEntry
from models.tenancy import scope
from models.tenancy.session import TenantSession

_FOLLOWED = "ledger_followed"
SETTLED = {Handling.NOW: Account.MUNICIPALITIES, Handling.NEXT: Account.NEXT_YEAR}


@dataclass(frozen=True, slots=True)
class Movement:
    """An amount from one account to another. `year` is the year the money is of, in a fund that keeps them apart."""

    day: date
    debit: Account
    credit: Account
    ore: int
    text: str = ""
    year: int | None = None

    @property
    def back(self) -> Movement:
        """The same the other way round."""
        return Movement(today(), self.credit, self.debit, self.ore, self.text, self.year)

    @property
    def upright(self) -> Movement:
        """The same as it is written: what is less than nothing goes the other way."""
        return self if self.ore > 0 else replace(self, debit=self.credit, credit=self.debit, ore=-self.ore)


def post(session: Any, source: Source, source_id: int | None, movements: Iterable[Movement]) -> None:
    """Add entries. Of nothing there is none; what is less than nothing goes the other way."""
    for one in movements:
        if one.ore:
            session.add(LedgerEntry(**_written(source, source_id, one)))


def reverse(session: Any, entries: Iterable[LedgerEntry]) -> None:
    """Take entries back."""
    for one in entries:
        session.add(LedgerEntry(**_written(one.source, one.source_id, _movement(one).back), reverses=one.id))


def standing(session: Any, source: Source, ids: Iterable[int]) -> dict[int, list[LedgerEntry]]:
    """The entries that come from some rows and are not taken back."""
    back = aliased(LedgerEntry)
    undone = select(back.id).where(back.reverses == LedgerEntry.id).exists()
    found = select(LedgerEntry).where(LedgerEntry.source == source, LedgerEntry.source_id.in_(list(ids)))
    told: dict[int, list[LedgerEntry]] = {}
    for one in session.scalars(found.where(LedgerEntry.reverses.is_(None), ~undone).order_by(LedgerEntry.id)):
        told.setdefault(one.source_id or 0, []).append(one)
    return told


def balance(session: Any, account: Account) -> int:
    """What stands on an account, in øre: what is debited less what is credited."""
    return sum(by_year(session, account).values())


def by_year(session: Any, account: Account) -> dict[int | None, int]:
    """The same by the year the money is of."""
    signed = case((LedgerEntry.debit == account, LedgerEntry.amount_ore), else_=-LedgerEntry.amount_ore)
    touching = or_(LedgerEntry.debit == account, LedgerEntry.credit == account)
    found = select(LedgerEntry.year, func.sum(signed)).where(touching).group_by(LedgerEntry.year)
    return {year: int(ore) for year, ore in session.execute(found.order_by(LedgerEntry.year))}


def entries(session: Any, account: Account | None = None, most: int | None = None) -> list[LedgerEntry]:
    """The entries of an account, or all, in the order they were made; of many the last."""
    found = select(LedgerEntry).order_by(LedgerEntry.id.desc()).limit(most)
    if account is not None:
        found = found.where(or_(LedgerEntry.debit == account, LedgerEntry.credit == account))
    return list(reversed(session.scalars(found).all()))


def _movement(one: LedgerEntry) -> Movement:
    return Movement(one.day, one.debit, one.credit, one.amount_ore, one.text, one.year)


def _written(source: Source, source_id: int | None, one: Movement) -> dict[str, Any]:
    debit, credit = (one.debit, one.credit) if one.ore > 0 else (one.credit, one.debit)
    by = scope.current().user_name if scope.is_set() else ""
    return {
        "day": one.day, "debit": debit, "credit": credit, "amount_ore": abs(one.ore), "year": one.year,
        "text": one.text[:NAME], "source": source, "source_id": source_id, "at": now(), "by": by,
    }  # fmt: skip


# -- what is followed --------------------------------------------------------------------------------------------------


def _charged(row: Charge) -> Iterator[Movement]:
    text = row.reference or ""
    yield from _fee(fee_charged(row), text)
    if told := settled_outside(row):
        yield Movement(told[0], Account.INVOICED, SETTLED[Handling.NOW], told[1], text)


def _invoiced(row: Invoice) -> Iterator[Movement]:
    """What a settlement posted is taken down as it is invoiced: what stands on its account is still to be."""
    text, (settled, added) = str(row.number), beside(row)
    yield from _fee(fee_invoiced(row), text)
    for handling, ore in settled.items():
        yield Movement(row.issued_on, Account.INVOICED, SETTLED[handling], ore, text)
    yield Movement(row.issued_on, Account.INVOICED, Account.SUPPLEMENTS, added, text)


def _fee(told: tuple[date, int] | None, text: str) -> Iterator[Movement]:
    """A fee that is invoiced goes into the development fund. Whose it is stands with the charge or the invoice."""
    if told:
        yield Movement(told[0], Account.CONNECTION_FEES, Account.DEVELOPMENT_FUND, told[1], text)


def _decision(row: FundDecision) -> Iterator[Movement]:
    yield Movement(row.decided_on, Account.DEVELOPMENT_FUND, Account.PROJECTS, row.amount_ore, row.name)


FOLLOWED: dict[type[Any], tuple[Source, Callable[[Any], Iterator[Movement]]]] = {
    Charge: (Source.CHARGE, _charged),
    Invoice: (Source.INVOICE, _invoiced),
    FundDecision: (Source.DECISION, _decision),
}


def collect(session: TenantSession) -> None:
    """Note which rows are saved that the ledger follows, before those that are alike are written past the session."""
    rows = [(row, True) for row in (*session.new, *session.dirty) if type(row) in FOLLOWED]
    rows += [(row, False) for row in session.deleted if type(row) in FOLLOWED]
    session.info[_FOLLOWED] = rows


def follow(session: TenantSession) -> None:
    """Let the ledger say what the rows say now that they have their numbers."""
    rows = session.info.pop(_FOLLOWED, [])
    for register, (source, told) in FOLLOWED.items():
        mine = [(row, kept) for row, kept in rows if type(row) is register]
        if not mine:
            continue
        there = standing(session, source, [row.id for row, _kept in mine])
        lines = [one for row, kept in mine for one in _brought(source, row.id, told(row) if kept else (), there)]
        if lines:
            session.flush_connection().execute(insert(LedgerEntry.__table__), lines)


def _brought(
    source: Source, row_id: int, told: Iterable[Movement], there: dict[int, list[LedgerEntry]]
) -> Iterator[dict[str, Any]]:
    """What brings the entries of a row to what it says: nothing where they say so already."""
    held, wanted = there.get(row_id, []), [one.upright for one in told if one.ore]
    if [_movement(one) for one in held] == wanted:
        return
    for one in held:
        yield _written(source, row_id, _movement(one).back) | {"reverses": one.id}
    for each in wanted:
        yield _written(source, row_id, each) | {"reverses": None}
