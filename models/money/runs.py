"""Runs of invoices: made by one, approved by another, then numbered without gaps and written, all or nothing.

What is approved is told by a digest of all lines: when a price, a figure or a buyer has changed since, it is made anew
and approved anew. Two who do the same at once meet at the database, and one of them is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from models.declare.charging import ChargeKind, VatStatus
from models.declare.choices import LanguageForm
from models.declare.clock import now, today
from models.declare.words import N_, Problem, Saying
from models.money.basis import plan_for, plan_of_correction, says_the_same
from models.money.kid import kid_of
from models.money.lines import Line, formula
from models.money.owed import versions
from models.money.papers import Paper, Plan
from models.money.settled import NOT_SETTLED, plan_of_settlement
from models.money.tax import PERCENT, vat_of
from models.registers.invoices import (
    APPROVED,
    CREDIT_NOTE,
    DRAFT,
    ISSUED,
    WHOLE_YEAR,
    ChargeRun,
    Invoice,
    InvoiceLine,
    InvoiceSeries,
)
from models.registers.municipality import Municipality
from models.registers.parties import Party
from models.tenancy import scope

OWN = N_("Den som har laget kjøringen, kan ikke godkjenne den. Be en annen om det.")
AT_ONCE = N_(
    "Noen andre arbeider med dette akkurat nå, eller har nettopp gjort det. Se hva som er gjort, og prøv igjen."
)
CHANGED = N_("Grunnlaget er endret siden kjøringen ble laget. Lag den på nytt, så den andre ser det som gjelder.")
NOTHING = N_("Det er ingenting å fakturere for perioden.")
SAME = N_("En retting ville ikke endret noe: fakturaen er slik grunnlaget er nå.")
CREDITED = N_("Fakturaen er rettet før. Rett den som står i stedet.")
UNDERWAY = N_("Kjøringen er ikke lenger slik den var da siden ble åpnet.")
QUARTER = N_("%(what)s %(year)s, %(quarter)s. kvartal")
OF_ANOTHER = N_("Fakturaen som krediteres, ble utstedt av %(name)s (%(number)s).")
PAYMENT_DAYS = 30
Speak = Callable[[str], Callable[..., str]]


def plan_of(session: Any, run: ChargeRun, day: date | None = None) -> Plan:
    """What a run comes to as everything is now."""
    if run.settles is not None:
        return plan_of_settlement(session, run.year, day or today())
    if run.corrects_id is None:
        return plan_for(session, run.year, run.quarter, day or today())
    invoice = session.get(Invoice, run.corrects_id)
    if invoice is None:
        raise Problem(UNDERWAY)
    return plan_of_correction(session, invoice, day or today())


def make(session: Any, year: int, quarter: int = WHOLE_YEAR) -> ChargeRun:
    """A draft of what a period comes to. Raises a Problem for nothing, and where one is made ready already."""
    return _made(session, ChargeRun(year=year, quarter=quarter))


def make_correction(session: Any, invoice: Invoice) -> ChargeRun:
    """A draft of what corrects an invoice: a credit note, and a new invoice where something is to be paid."""
    is_credited = session.scalar(select(Invoice.id).where(Invoice.credits_id == invoice.id))
    if is_credited or invoice.nature == CREDIT_NOTE:
        raise Problem(CREDITED)
    if says_the_same(plan_of_correction(session, invoice, today())):
        raise Problem(SAME)
    return _made(session, ChargeRun(year=invoice.year, quarter=invoice.quarter, corrects_id=invoice.id))


def make_settlement(session: Any, year: int) -> ChargeRun:
    """A draft of the documents of the settlement that holds of a year: the difference to what is invoiced of it."""
    number = versions(session).get(year)
    if number is None:
        raise Problem(NOT_SETTLED, year=str(year))
    return _made(session, ChargeRun(year=year, settles=number))


def make_anew(session: Any, run_id: int) -> ChargeRun:
    """A draft again, by what is true now; whoever does it has made it."""
    run = _held(session, run_id, DRAFT, APPROVED)
    run.state, run.approved_at, run.approved_by_id, run.approved_by = DRAFT, None, None, ""
    if run.settles is not None:
        run.settles = versions(session)[run.year]
    return _made(session, run)


def _made(session: Any, run: ChargeRun) -> ChargeRun:
    plan, who = plan_of(session, run), scope.current()
    if plan.hinders:
        raise Problem(plan.hinders[0].text, **plan.hinders[0].params)
    if not plan.papers:
        raise Problem(NOTHING)
    run.digest, run.documents, run.total_ore = plan.digest, len(plan.papers), plan.total_ore
    run.made_at, run.made_by_id, run.made_by = now(), who.user_id or 0, who.user_name
    session.add(run)
    _commit(session)
    return run


def approve(session: Any, run_id: int) -> ChargeRun:
    """Let a draft be issued: by another than who made it, and only as it was made."""
    run, who = _held(session, run_id, DRAFT), scope.current()
    if run.made_by_id == who.user_id:
        raise Problem(OWN)
    if plan_of(session, run).digest != run.digest:
        raise Problem(CHANGED)
    run.state, run.approved_at = APPROVED, now()
    run.approved_by_id, run.approved_by = who.user_id, who.user_name
    _commit(session)
    return run


def drop(session: Any, run_id: int) -> None:
    """Forget a run that was not issued."""
    run = _held(session, run_id, DRAFT, APPROVED)
    session.execute(delete(ChargeRun).where(ChargeRun.id == run.id))
    _commit(session)


def issue(session: Any, run_id: int, speak: Speak) -> ChargeRun:
    """Number and write what was approved, in one transaction that begins by taking hold of the run, and of the numbers:
    what is carried or added is read when no other run can use it. The texts of each are in its buyer's language, by
    `speak`."""
    run = _held(session, run_id, APPROVED)
    session.execute(update(InvoiceSeries).values(last=InvoiceSeries.last))
    plan, day = plan_of(session, run), today()
    if plan.digest != run.digest or plan.hinders:
        raise Problem(CHANGED)
    assert plan.issuer is not None  # noqa: S101 - else it is hindered
    first = _numbers(session, str(plan.issuer.organisation_number), len(plan.papers))
    frozen = [_frozen(_Sheet(paper, plan.issuer, run.id, first + n, day), speak) for n, paper in enumerate(plan.papers)]
    session.add_all(frozen)
    _flush(session)
    run.state, run.issued_at, run.issued_by = ISSUED, now(), scope.current().user_name
    _commit(session)
    return run


def _held(session: Any, run_id: int, *states: str) -> ChargeRun:
    """A run that stands so, held until the transaction ends: SQLite's only writer, PostgreSQL's lock of the row."""
    session.rollback()
    is_mine = (ChargeRun.id == run_id) & ChargeRun.state.in_(states)
    taken = session.execute(update(ChargeRun).where(is_mine).values(version=ChargeRun.version + 1))
    run: ChargeRun | None = session.get(ChargeRun, run_id) if taken.rowcount == 1 else None
    if run is None:
        session.rollback()
        raise Problem(UNDERWAY)
    return run


def _numbers(session: Any, series: str, many: int) -> int:
    """The first of so many numbers that follow each other, held for this transaction alone."""
    mine = InvoiceSeries.organisation_number == series
    taken = session.execute(update(InvoiceSeries).where(mine).values(last=InvoiceSeries.last + many))
    if taken.rowcount == 0:
        session.add(InvoiceSeries(organisation_number=series, last=many))
        _flush(session)
    return int(session.scalar(select(InvoiceSeries.last).where(mine))) - many + 1


def _commit(session: Any) -> None:
    _flush(session)
    session.commit()


def _flush(session: Any) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        session.rollback()
        raise Problem(AT_ONCE) from error


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A paper with all that stands on it."""

    paper: Paper
    issuer: Party
    run_id: int
    number: int
    day: date


def _frozen(sheet: _Sheet, speak: Speak) -> Invoice:
    paper, issuer, place = sheet.paper, sheet.issuer, sheet.paper.municipality
    language = "nn" if place.language is LanguageForm.NYNORSK else "nb"
    t = speak(language)
    status = issuer.vat or VatStatus.OUTSIDE
    net, percent = paper.net_ore, PERCENT.get(status, 0)
    vat = vat_of(net, status)
    days = issuer.payment_days if issuer.payment_days is not None else PAYMENT_DAYS
    is_credit = paper.nature == CREDIT_NOTE
    spared = [*_of_another(sheet), *(said for line in paper.lines if not line.charged for said in line.remarks)]
    return Invoice(
        municipality_id=place.id, run_id=sheet.run_id, nature=paper.nature, number=sheet.number, year=paper.year,
        about=paper.about, refers=list(map(list, paper.refers)), quarter=paper.quarter,
        credits_id=paper.credits.id if paper.credits else None,
        credits_number=paper.credits.number if paper.credits else None, replaces_id=paper.replaces_id,
        issued_on=sheet.day, due_on=sheet.day + timedelta(days=days),
        kid="" if is_credit else kid_of(sheet.number, issuer.kid), language=language,
        note=" ".join(t(said.text, **said.params) for said in spared), **_buyer(place, sheet),
        seller_name=issuer.name, seller_organisation_number=issuer.organisation_number,
        seller_address=issuer.postal_address or "", seller_postcode=issuer.postcode or "",
        seller_city=issuer.city or "", seller_email=issuer.email or "", seller_account=issuer.account,
        seller_cooperation=issuer.cooperation or "", vat_category=status.value,
        vat_percent=percent, vat_reason="" if percent else issuer.vat_reason or t(status.label),
        net_ore=net, vat_ore=vat, gross_ore=net + vat,
        lines=[_line(paper, n, line, t) for n, line in enumerate(paper.payable, start=1)],
    )  # fmt: skip


def _of_another(sheet: _Sheet) -> list[Saying]:
    """Whose the invoice was that is taken back, where it was issued by who did so before."""
    old = sheet.paper.credits
    if old is None or old.seller_organisation_number == sheet.issuer.organisation_number:
        return []
    return [Saying(OF_ANOTHER, {"name": old.seller_name, "number": old.seller_organisation_number})]


def _buyer(place: Municipality, sheet: _Sheet) -> dict[str, Any]:
    """Who is to pay, as of the day; of a credit note who was, as it stands on what it takes back."""
    if (old := sheet.paper.credits) is not None:
        return {key: value for key, value in vars(old).items() if key.startswith("buyer_")}
    return {
        "buyer_name": f"{place.name} kommune", "buyer_code": place.code_on(_last_day(place, sheet.day)) or "",
        "buyer_organisation_number": place.organisation_number, "buyer_address": place.postal_address or "",
        "buyer_postcode": place.postcode or "", "buyer_city": place.city or "",
        "buyer_reference": place.invoice_reference,
    }  # fmt: skip


def _last_day(place: Municipality, day: date) -> date:
    """The last day a municipality had a number."""
    return place.ended - timedelta(days=1) if place.ended and place.ended <= day else day


def _line(paper: Paper, place: int, line: Line, t: Callable[..., str]) -> InvoiceLine:
    kind = ChargeKind(line.kind.value)
    name = f"{t(kind.label)} {paper.year}"
    if line.named is not None:
        name = t(line.named.text, **line.named.params)
    elif paper.quarter != WHOLE_YEAR:
        name = t(QUARTER, what=t(kind.label), year=str(paper.year), quarter=str(paper.quarter))
    settled_year, settled_number = line.settles or (None, None)
    return InvoiceLine(
        place=place, kind=kind, name=name, quantity=line.quantity, months=line.months, price_ore=line.price_ore,
        municipality_id=paper.municipality.id, amount_ore=line.charged, price_from=line.price_from,
        inhabitants=line.inhabitants, counted_on=line.counted_on, counted_by=line.counted_by, formula=formula(line),
        settles_year=settled_year, settles_number=settled_number, handling=line.handling,
        supplement_id=line.supplement_id,
        remark=" ".join(t(said.text, **said.params) for said in line.remarks),
    )  # fmt: skip
