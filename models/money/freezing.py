"""A settlement on its way: a draft that follows the costs, approved by another than who made it, and frozen. What is
frozen is posted in the ledger; a correction is a new version, which takes the entries of the old one back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from models.declare.clock import now, today
from models.declare.selfcost import Account, CostKind, Handling, SettlementKey, Source
from models.declare.words import N_, Problem
from models.money import fund, invoiced, ledger, owed
from models.money.ledger import Movement
from models.money.settling import CostLine, Figures, Line, cost_lines, figures
from models.registers.selfcost import Cost
from models.registers.settlements import LedgerEntry, Settlement, SettlementDraft, SettlementLine
from models.tenancy import scope
from models.tenancy.log import CHANGED, DELETED, SharedChange
from models.tenancy.roles import Actor

WHY = N_("Skriv hvorfor avregningen rettes. Den som står, blir stående, og den nye viser til den.")
OWN = N_("Du laget utkastet selv. En annen må godkjenne det.")
OWN_COST = N_("Du har ført eller endret kostnader etter at utkastet ble laget. En annen må godkjenne det.")
PASSED = N_("Tallene er endret etter at du åpnet siden. Se over dem, og godkjenn på nytt.")
NOT_OVER = N_("Året %(year)s er ikke over. Avregningen kan godkjennes når regnskapet er ferdig.")
NOTHING = N_("Ingen kostnader er ført for %(year)s.")
USED = N_("Det er tatt mer ut av selvkostfondet enn rettelsen lar stå igjen fra %(year)s. Før det tilbake først.")
ACCOUNTS = {
    Handling.NOW: Account.MUNICIPALITIES,
    Handling.NEXT: Account.NEXT_YEAR,
    Handling.FUND: Account.SELF_COST_FUND,
}


# -- the draft ---------------------------------------------------------------------------------------------------------


def draft_of(session: Any, year: int) -> SettlementDraft | None:
    found: SettlementDraft | None = session.scalars(
        select(SettlementDraft).where(SettlementDraft.year == year)
    ).one_or_none()
    return found


def draft(session: Any, actor: Actor, year: int, key: SettlementKey, handling: Handling, reason: str) -> None:
    """Say how a year is to be settled; who says it last has made the draft. Raises Problem where nothing can be."""
    if newest(session, year) is not None and not reason.strip():
        raise Problem(WHY)
    figures(session, year, key, handling, today())
    one = draft_of(session, year) or SettlementDraft(year=year)
    one.key, one.handling, one.reason = key, handling, reason.strip()
    one.made_by, one.made_by_name, one.made_at = actor.user_id, actor.name, now()
    session.add(one)
    session.flush()


def drop(session: Any, year: int) -> None:
    """Let a draft go: nothing is frozen, and what was frozen before stands."""
    if (one := draft_of(session, year)) is not None:
        session.delete(one)
        session.flush()


def stamp(told: Figures) -> str:
    """By what it is known that the figures are those somebody saw."""
    return hashlib.sha256(json.dumps(asdict(told), default=str, sort_keys=True).encode()).hexdigest()


def why_not_by(session: Any, actor: Actor, one: SettlementDraft) -> str:
    """Why somebody may not approve a draft: it, or a cost in it, is their own. Empty where they may."""
    if one.made_by == actor.user_id:
        return OWN
    return OWN_COST if _has_changed_costs(session, actor, one) else ""


def _has_changed_costs(session: Any, actor: Actor, one: SettlementDraft) -> bool:
    """Whether somebody has changed what a draft is made of since it was made. What was deleted, or moved from one year
    to another, may have been of this year."""
    ids = set(session.scalars(select(Cost.id).where(Cost.year == one.year)))
    changed = select(SharedChange.row_id, SharedChange.action, SharedChange.fields).where(
        SharedChange.register == Cost.__tablename__,
        SharedChange.actor_id == actor.user_id,
        SharedChange.at >= one.made_at,
    )
    return any(
        row_id in ids or action == DELETED or (action == CHANGED and "year" in {told["field"] for told in fields})
        for row_id, action, fields in session.execute(changed)
    )


# -- what is frozen ----------------------------------------------------------------------------------------------------


def versions(session: Any, year: int) -> list[Settlement]:
    """The versions of a year, the newest first."""
    found = select(Settlement).where(Settlement.year == year).order_by(Settlement.number.desc())
    return list(session.scalars(found))


def newest(session: Any, year: int) -> Settlement | None:
    """The version that holds; None of a year that is not settled."""
    return next(iter(versions(session, year)), None)


def approve(session: Any, actor: Actor, one: SettlementDraft, seen: str) -> Settlement:
    """Freeze a draft as it was seen, and post it. Raises Problem."""
    if refused := why_not_by(session, actor, one):
        raise Problem(refused)
    if one.year >= today().year:
        raise Problem(NOT_OVER, year=str(one.year))
    told = figures(session, one.year, one.key, one.handling, today())
    if not told.costs:
        raise Problem(NOTHING, year=str(one.year))
    if stamp(told) != seen:
        raise Problem(PASSED)
    before = newest(session, one.year)
    if before is not None:
        ledger.reverse(session, _posted(session, before))
        session.flush()
    number = before.number + 1 if before else 1
    with scope.use(scope.settling()):
        session.add_all(_written(told, line, number) for line in told.lines)
        session.flush()
    made = _frozen(session, actor, one, told, before, number)
    session.delete(one)
    session.flush()
    return made


def _frozen(
    session: Any, actor: Actor, one: SettlementDraft, told: Figures, before: Settlement | None, number: int
) -> Settlement:
    movements = movements_of(session, told)
    for layer in fund.layers(session):
        after = layer.ore + sum(_into_fund(each) for each in movements if each.year == layer.year)
        if after < 0:
            raise Problem(USED, year=str(layer.year))
    made = Settlement(
        year=one.year, number=number, corrects=before.number if before else None, key=one.key, handling=one.handling,
        reason=one.reason, cost_ore=told.cost, on_account_ore=told.on_account, made_by_name=one.made_by_name,
        costs=[_dumped(cost) for cost in told.costs], funds=funds(session, movements), approved_by=actor.user_id,
        approved_by_name=actor.name, approved_at=now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    ledger.post(session, Source.SETTLEMENT, made.id, [*movements, *_moved(session, told)])
    return made


def _moved(session: Any, told: Figures) -> Iterator[Movement]:
    """What is invoiced of earlier versions stands against the account that this one posts to."""
    mine = {one.place: one.handling for one in told.lines}
    for (place, before), ore in owed.posted(session, told.year, today()).items():
        now_on = Handling.NEXT if mine.get(place) is Handling.NEXT else Handling.NOW
        if now_on is not before:
            yield Movement(today(), ACCOUNTS[before], ACCOUNTS[now_on], ore, str(told.year))


def _posted(session: Any, before: Settlement) -> list[LedgerEntry]:
    """What stands in the ledger of a version, with the interest on what it left in the fund: that is reckoned anew."""
    mine = ledger.standing(session, Source.SETTLEMENT, [before.id]).get(before.id, [])
    years = range(before.year + 1, today().year)
    borne = [one for some in ledger.standing(session, Source.INTEREST, years).values() for one in some]
    return [*mine, *(one for one in borne if one.year == before.year)]


def movements_of(session: Any, told: Figures) -> list[Movement]:
    """What a settlement posts. Raises Problem when the fund is to cover more than is in it."""
    return list(_movements(session, told))


def _movements(session: Any, told: Figures) -> Iterator[Movement]:
    """What is owed goes one way and what is to be paid the other; the fund takes what is left, or covers what lacks."""
    day, text = today(), str(told.year)
    for handling in (Handling.NOW, Handling.NEXT):
        differences = [one.difference for one in told.lines if one.handling is handling]
        for sign in (1, -1):
            ore = sum(one for one in differences if one * sign > 0)
            if ore:
                yield Movement(day, *_sides(ore, ACCOUNTS[handling]), abs(ore), text)
    left = -sum(one.difference for one in told.lines if one.handling is Handling.FUND)
    if left > 0:
        yield Movement(day, Account.RESULT, Account.SELF_COST_FUND, left, text, told.year)
    elif left < 0:
        yield from fund.drawn(session, -left, day, Account.RESULT, text)


def _sides(ore: int, account: Account) -> tuple[Account, Account]:
    return (account, Account.RESULT) if ore > 0 else (Account.RESULT, account)


def _into_fund(one: Movement) -> int:
    return one.ore if one.credit is Account.SELF_COST_FUND else -one.ore if one.debit is Account.SELF_COST_FUND else 0


def funds(session: Any, coming: Sequence[Movement] = ()) -> dict[str, Any]:
    """Both funds as they stand, with what a settlement is about to move: the movements of the one, and of the other
    what came in, what went out and what is left."""
    held = ledger.entries(session, Account.SELF_COST_FUND)
    moves = [[one.day.isoformat(), one.source.value, one.year, _of_entry(one), one.text] for one in held]
    moves += [
        [one.day.isoformat(), Source.SETTLEMENT.value, one.year, ore, one.text]
        for one in coming if (ore := _into_fund(one))
    ]  # fmt: skip
    fees = ledger.balance(session, Account.CONNECTION_FEES)
    spent = ledger.balance(session, Account.PROJECTS)
    return {"moves": moves, "fees": fees, "spent": spent, "development": fees - spent}


def _of_entry(one: LedgerEntry) -> int:
    return one.amount_ore if one.credit is Account.SELF_COST_FUND else -one.amount_ore


def _written(told: Figures, line: Line, number: int) -> SettlementLine:
    return SettlementLine(
        municipality_id=line.place, year=told.year, number=number, name=line.name, covers=list(line.covers),
        organisation_number=line.organisation_number, weight=line.weight, fixed_ore=line.fixed, share_ore=line.share,
        on_account_ore=line.on_account, handling=line.handling,
    )  # fmt: skip


def _dumped(one: CostLine) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "name": one.name,
        "ore": one.ore,
        "voucher": one.voucher,
        "why": one.why and one.why[0],
    }


# -- and read again ----------------------------------------------------------------------------------------------------


def lines_of(session: Any, year: int, number: int) -> list[SettlementLine]:
    """The lines of a version within the scope: of one's own municipality alone for who has no other."""
    found = select(SettlementLine).where(SettlementLine.year == year, SettlementLine.number == number)
    return list(session.scalars(found.order_by(SettlementLine.id)))


def own_lines(session: Any) -> list[SettlementLine]:
    """The newest version of every year that was settled, within the scope, the newest year first."""
    found = select(SettlementLine).order_by(SettlementLine.year.desc(), SettlementLine.number.desc(), SettlementLine.id)
    told: dict[tuple[int, int], SettlementLine] = {}
    for one in session.scalars(found):
        told.setdefault((one.year, one.municipality_id), one)
    return list(told.values())


def read(session: Any, one: Settlement) -> Figures:
    """A version as it was frozen, whatever the registers say now."""
    return Figures(
        one.year, one.key, one.handling, tuple(map(_loaded, one.costs)),
        tuple(
            Line(
                line.municipality_id, line.name, line.organisation_number, tuple(line.covers), line.weight,
                line.fixed_ore, line.share_ore, line.on_account_ore, line.handling,
            )
            for line in lines_of(session, one.year, one.number)
        ),
    )  # fmt: skip


def _loaded(told: dict[str, Any]) -> CostLine:
    kind = CostKind.stored(told["kind"])
    return CostLine(kind, told["name"], told["ore"], told["voucher"], (told["why"], kind) if told["why"] else None)


def is_behind(session: Any, one: Settlement) -> bool:
    """Whether the costs of the year, or what is invoiced on account for it, stand otherwise than when it was frozen."""
    paid = sum(invoiced.on_account(session, one.year).values())
    return paid != one.on_account_ore or [_dumped(cost) for cost in cost_lines(session, one.year)] != one.costs
