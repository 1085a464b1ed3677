"""Runs, papers and invoices as the pages tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g, url_for

from models.declare.clock import today
from models.declare.selfcost import Handling
from models.declare.words import N_
from models.money import owed
from models.money.lines import Line, formula
from models.money.papers import Paper, Plan
from models.registers.invoices import (
    APPROVED,
    CREDIT_NOTE,
    DRAFT,
    ISSUED,
    SETTLEMENT,
    SUPPLEMENT,
    WHOLE_YEAR,
    ChargeRun,
    Invoice,
)
from models.tenancy import roles
from reports.invoicing import paper
from views import formatters
from views.formatters import kroner
from views.texts import gettext as _
from views.texts import ngettext, tr

WHICH_PERIOD = N_("Velg et år fra 2018, og hele året eller et kvartal.")
STATES = {
    DRAFT: (N_("Venter på godkjenning"), "warning"),
    APPROVED: (N_("Godkjent, ikke utstedt"), "info"),
    ISSUED: (N_("Utstedt"), "success"),
}
NATURES = {False: N_("Faktura"), True: N_("Kreditnota")}


def trail(*last: str) -> list[dict[str, Any]]:
    """Where one is: the runs, and what is looked at of them."""
    runs = {"label": _("Fakturering"), "url": url_for("invoicing.index") if last else None}
    invoices = {"label": _("Fakturaer"), "url": url_for("invoices.index") if last else None}
    first = runs if roles.may_approve_charges(g.actor) else invoices
    return [{"label": _("Start"), "url": "/"}, first, *({"label": one, "url": None} for one in last)]


def periods() -> list[tuple[int, str]]:
    """What may be invoiced at once."""
    quarters = [(number, _("%(number)s. kvartal", number=str(number))) for number in (1, 2, 3, 4)]
    return [(WHOLE_YEAR, _("Hele året")), *quarters]


def period(year: int, quarter: int) -> str:
    return paper.period_named(year, quarter, tr)


def run_name(run: ChargeRun) -> str:
    told = period(run.year, run.quarter)
    if run.settles is not None:
        return _("Fakturering av avregningen for %(year)s, versjon %(number)s", year=told, number=str(run.settles))
    return (
        _("Retting av en faktura for %(period)s", period=told)
        if run.corrects_id
        else _("Fakturering av %(period)s", period=told)
    )


def comes_to(documents: int, ore: int) -> str:
    """«22 fakturaer, kr 443 073,00»."""
    told = ngettext("%(num)s faktura", "%(num)s fakturaer", documents)
    return f"{told}, {kroner(ore)}"


def run_line(run: ChargeRun) -> dict[str, Any]:
    label, tone = STATES[run.state]
    return {
        "id": run.id,
        "name": run_name(run),
        "url": url_for("invoicing.one", number=run.id),
        "state": run.state,
        "label": tr(label),
        "tone": tone,
        "sum": _("%(num)s dokumenter, til sammen %(sum)s", num=run.documents, sum=kroner(run.total_ore))
        if run.corrects_id or run.settles
        else comes_to(run.documents, run.total_ore),
        "made": _("Laget av %(name)s %(moment)s.", name=run.made_by, moment=formatters.moment(run.made_at)),
        "approved": _by(N_("Godkjent av %(name)s %(moment)s."), run.approved_by, run.approved_at),
        "issued": _by(N_("Utstedt av %(name)s %(moment)s."), run.issued_by, run.issued_at),
    }


def _by(text: str, name: str, moment: Any) -> str:
    return tr(text, name=name, moment=formatters.moment(moment)) if moment else ""


def settled(session: Any) -> list[dict[str, str]]:
    """The years that are settled, the newest first, with what is still to be invoiced of each."""
    there: dict[int, list[owed.Difference]] = {}
    for one in owed.differences(session, today()):
        there.setdefault(one.year, []).append(one)
    return [
        {"name": _("Avregningen for %(year)s", year=str(year)), "url": url_for("invoicing.settlement", year=year)}
        | {"told": _left(some)}
        for year, some in sorted(there.items(), reverse=True)
    ]


def _left(some: list[owed.Difference]) -> str:
    waiting = [one for one in some if one.left and one.handling is Handling.NEXT]
    now = [one for one in some if one.left and one.handling is Handling.NOW]
    told = []
    if now:
        told.append(ngettext("%(num)s dokument gjenstår.", "%(num)s dokumenter gjenstår.", len(now)))
    if waiting:
        told.append(
            ngettext(
                "%(num)s kommune venter på neste a konto.", "%(num)s kommuner venter på neste a konto.", len(waiting)
            )
        )
    return " ".join(told) or _("Alt er fakturert.")


def plan(found: Plan) -> dict[str, Any]:
    """What a run would come to: what hinders it, the municipalities that cannot be invoiced, and the others."""
    has_credit_notes = any(one.nature == CREDIT_NOTE for one in found.papers)
    return {
        "hinders": [formatters.said(one) for one in found.hinders],
        "issuer_url": _issuer_url(found),
        "hindered": [_paper(one) for one in found.hindered],
        "papers": [_paper(one) for one in found.papers],
        "sum": _("Til sammen %(sum)s", sum=kroner(found.total_ore))
        if has_credit_notes
        else comes_to(len(found.papers), found.total_ore),
        "done": ngettext("%(num)s kommune er fakturert fra før.", "%(num)s kommuner er fakturert fra før.", found.done)
        if found.done
        else "",
    }


def _issuer_url(found: Plan) -> str:
    return url_for("party.details_view", id=found.issuer.id) if found.issuer else url_for("party.index_view")


def _paper(one: Paper) -> dict[str, Any]:
    return {
        "name": one.municipality.name,
        "url": url_for("municipality.details_view", id=one.municipality.id),
        "nature": tr(NATURES[one.nature == CREDIT_NOTE]),
        "is_credit": one.nature == CREDIT_NOTE,
        "hinders": [formatters.said(said) for said in one.hinders],
        "warnings": _distinct([formatters.said(said) for said in one.warnings]),
        "lines": [(_named(line), formula(line), kroner(line.charged)) for line in one.payable],
        "figure": _figure(one),
        "amount": kroner(one.signed_ore),
    }


def _named(line: Line) -> str:
    return tr(line.named.text, **line.named.params) if line.named else tr(line.kind.label)


def _figure(one: Paper) -> str:
    line = next((line for line in one.lines if line.counted_on), None)
    if line is None or line.counted_on is None:
        return ""
    return _(
        "%(number)s per %(day)s, %(origin)s", number=line.inhabitants, day=formatters.day(line.counted_on),
        origin=line.counted_by or "–",
    )  # fmt: skip


def _distinct(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(texts))


ABOUT = {SETTLEMENT: N_("%(period)s, avregning"), SUPPLEMENT: N_("%(period)s, tillegg")}


def line(one: Invoice, states: Mapping[int, str] | None = None) -> dict[str, Any]:
    """An invoice in a list; `states` tell of each whether it is delivered."""
    told = period(one.year, one.quarter)
    return {
        "title": paper.title(one, tr),
        "url": url_for("invoices.one", number=one.id),
        "buyer": one.buyer_name,
        "period": tr(ABOUT[one.about], period=told) if one.about in ABOUT else told,
        "state": (states or {}).get(one.id, ""),
        "issued": formatters.day(one.issued_on),
        "due": "" if one.is_credit else formatters.day(one.due_on),
        "amount": kroner(one.sign * one.gross_ore),
    }
