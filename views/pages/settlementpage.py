"""What the pages of self-cost show, in words and kroner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import g, url_for
from sqlalchemy import func, select

from models.declare.clock import day_of, today
from models.declare.selfcost import EXCLUDED, Account, Handling, SettlementKey
from models.money import freezing, fund, invoiced, ledger
from models.money.fund import Layer
from models.money.settling import CostLine, Line
from models.money.telling import Telling
from models.registers.selfcost import Cost, FundDecision
from models.registers.settlements import LedgerEntry, Settlement, SettlementDraft, SettlementLine
from reports.drawing.scale import share
from views import formatters
from views.formatters import kroner
from views.texts import gettext as _
from views.texts import tr

SHOWN = 100  # entries of the ledger


def trail(*over: tuple[str, str | None]) -> list[dict[str, Any]]:
    """The way here: from the start page over the years."""
    here = (_("Selvkost"), url_for("settlements.index") if over else None)
    return [{"label": label, "url": url} for label, url in ((_("Start"), "/"), here, *over)]


def difference(ore: int) -> str:
    """What is owed to a municipality is less than nothing; in words that needs no sign."""
    if not ore:
        return _("I balanse")
    return _("Til gode %(kroner)s", kroner=kroner(-ore)) if ore < 0 else _("Å betale %(kroner)s", kroner=kroner(ore))


# -- the years ---------------------------------------------------------------------------------------------------------


def years(session: Any, span: Iterable[int]) -> list[dict[str, Any]]:
    """Every year in which something is invoiced, spent or settled, and the one that is."""
    counted = Cost.attributable & Cost.nature.not_in(EXCLUDED)
    sums = select(Cost.year, func.sum(Cost.amount_ore)).where(counted).group_by(Cost.year)
    spent = {year: int(ore) for year, ore in session.execute(sums)}
    newest = select(Settlement.year, func.max(Settlement.number)).group_by(Settlement.year)
    frozen = dict(session.execute(newest).all())
    drafts = set(session.scalars(select(SettlementDraft.year)))
    known = {*spent, *frozen, *drafts, *invoiced.years(session), today().year}
    return [_year_line(year, spent, frozen, drafts) for year in span if year in known]


def _year_line(year: int, spent: dict[int, int], frozen: dict[int, int], drafts: set[int]) -> dict[str, Any]:
    state, tone = (_("Ikke avregnet"), "neutral")
    if year in frozen:
        state, tone = _("Frosset, versjon %(number)s", number=str(frozen[year])), "success"
    if year in drafts:
        state, tone = (_("Rettes"), "warning") if year in frozen else (_("Utkast"), "info")
    cost = kroner(spent[year]) if year in spent else _("Ingen kostnader ført")
    return {
        "year": str(year),
        "url": url_for("settlements.show", year=year),
        "cost": cost,
        "state": state,
        "tone": tone,
    }


def own(one: SettlementLine) -> dict[str, Any]:
    """What one's own municipality is settled for."""
    return {
        "year": str(one.year), "version": str(one.number), "name": one.name, "covers": ", ".join(one.covers),
        "share": kroner(one.share_ore), "on_account": kroner(one.on_account_ore),
        "difference": difference(one.share_ore - one.on_account_ore), "handling": tr(one.handling.label),
    }  # fmt: skip


# -- a year ------------------------------------------------------------------------------------------------------------


def year(session: Any, told: Telling, *, may_choose: bool) -> dict[str, Any]:
    figures, version = told.figures, told.version
    title = _("Selvkost %(year)s", year=str(told.year))
    over = [(title, None if may_choose else url_for("settlements.show", year=told.year))]
    if version and not may_choose:
        over.append((_("Versjon %(number)s", number=str(version.number)), None))
        title = f"{title}, {over[-1][0].lower()}"
    span: Any = {"year.from": told.year, "year.to": told.year}
    widest = max((abs(one.difference) for one in told.lines), default=0)
    return {
        "title": title,
        "breadcrumbs": trail(*over), "year": told.year,
        "state": _state(told), "problem": tr(told.problem.text, **told.problem.params) if told.problem else "",
        "sums": [
            (_("Kostnad som avregnes"), kroner(figures.cost)), (_("Ikke med i selvkost"), kroner(figures.left_out)),
            (_("Betalt a konto"), kroner(figures.on_account)), (_("Differanse"), difference(figures.difference)),
            (_("Nøkkel"), tr(figures.key.label)), (_("Håndtering"), tr(figures.handling.label)),
        ] if told.lines else [
            (_("Kostnad som avregnes"), kroner(figures.cost)), (_("Ikke med i selvkost"), kroner(figures.left_out)),
        ],
        "costs": [_cost(one) for one in told.costs], "left_out": [_left_out(one) for one in told.left_out],
        "lines": [_line(one, widest) for one in told.lines],
        "total": (kroner(figures.cost), kroner(figures.on_account), difference(figures.difference)),
        "costs_url": url_for("self_cost.index_view", **span),
        "new_url": url_for("self_cost.create_view"),
        "versions": [_version(one) for one in told.versions],
        "behind": version is not None and may_choose and freezing.is_behind(session, version),
        **(_choices(session, told) if may_choose else {"keys": [], "handlings": [], "draft": None}),
    }  # fmt: skip


def _state(told: Telling) -> str:
    one = told.version
    if one is None:
        return _("Utkast. Tallene følger kostnadene til det er godkjent.")
    said = _(
        "Versjon %(number)s, laget av %(maker)s og godkjent av %(name)s %(when)s.",
        number=str(one.number), maker=one.made_by_name, name=one.approved_by_name,
        when=formatters.moment(one.approved_at),
    )  # fmt: skip
    if one.corrects is None:
        return said
    return said + " " + _("Den retter versjon %(number)s: %(reason)s", number=str(one.corrects), reason=one.reason)


def _cost(one: CostLine) -> tuple[str, str, str, str]:
    return one.kind.told(tr), one.name, one.voucher, kroner(one.ore)


def _left_out(one: CostLine) -> tuple[str, ...]:
    text, kind = one.why or ("", one.kind)
    return (*_cost(one), tr(text, kind=kind.told(tr).lower()))


def _line(one: Line, widest: int) -> dict[str, Any]:
    return {
        "name": one.name, "covers": ", ".join(one.covers), "share": kroner(one.share),
        "on_account": kroner(one.on_account), "difference": difference(one.difference),
        "owed": one.difference < 0, "width": share(abs(one.difference), widest, 100),
        "handling": tr(one.handling.label),
    }  # fmt: skip


def _version(one: Settlement) -> dict[str, str]:
    return {
        "url": url_for("settlements.version", year=one.year, number=one.number),
        "name": _("Versjon %(number)s", number=str(one.number)),
        "told": _(
            "%(kroner)s, godkjent av %(name)s %(day)s",
            kroner=kroner(one.cost_ore), name=one.approved_by_name, day=formatters.day(day_of(one.approved_at)),
        ),
    }  # fmt: skip


def _choices(session: Any, told: Telling) -> dict[str, Any]:
    figures, draft = told.figures, told.draft
    return {
        "keys": [(one.value, tr(one.label), one is figures.key) for one in SettlementKey],
        "handlings": [(one.value, tr(one.label), one is figures.handling) for one in Handling],
        "draft": _draft(session, told, draft) if draft else None,
        "corrects": bool(told.versions),
    }  # fmt: skip


def _draft(session: Any, told: Telling, draft: SettlementDraft) -> dict[str, Any]:
    refused = freezing.why_not_by(session, g.actor, draft)
    if not refused and draft.year >= today().year:
        refused = freezing.NOT_OVER
    return {
        "made": _("Laget av %(name)s %(when)s.", name=draft.made_by_name, when=formatters.moment(draft.made_at)),
        "refused": tr(refused, year=str(draft.year)) if refused else "",
        "seen": "" if told.problem else freezing.stamp(told.figures), "reason": draft.reason,
    }  # fmt: skip


# -- the funds ---------------------------------------------------------------------------------------------------------


def funds(session: Any) -> dict[str, Any]:
    layers, entries = fund.layers(session), ledger.entries(session, most=SHOWN)
    fees, spent = (ledger.balance(session, one) for one in (Account.CONNECTION_FEES, Account.PROJECTS))
    late = [one for one in layers if one.is_late(today().year) or one.is_soon(today().year)]
    return {
        "breadcrumbs": trail((_("Fond og regnskap"), None)),
        "layers": [_layer(one) for one in layers], "total": kroner(sum(one.ore for one in layers)),
        "late": [_late(one) for one in late],
        "development": [
            (_("Tilkoblingsavgifter som er fakturert"), kroner(fees)), (_("Vedtatte prosjekter"), kroner(-spent)),
            (_("Står i utviklingsfondet"), kroner(fees - spent)),
        ],
        "decisions_url": url_for("fund_decision.index_view"), "decide_url": url_for("fund_decision.create_view"),
        "rates_url": url_for("interest_rate.index_view"),
        "decisions": [
            (formatters.day(one.decided_on), one.name, one.reference or "", kroner(one.amount_ore))
            for one in session.scalars(select(FundDecision).order_by(FundDecision.decided_on, FundDecision.id))
        ],
        "reversible": [(one.id, " · ".join(filter(None, _reversible(one)))) for one in fund.reversible(session)],
        "entries": [_entry(one) for one in entries], "most": SHOWN,
    }  # fmt: skip


def _layer(one: Layer) -> tuple[str, str, str]:
    return str(one.year), kroner(one.ore), formatters.day(one.last_day)


def _late(one: Layer) -> str:
    told = {"kroner": kroner(one.ore), "year": str(one.year), "day": formatters.day(one.last_day)}
    if one.is_late(today().year):
        return _("%(kroner)s fra %(year)s skulle vært tilbakeført senest %(day)s.", **told)
    return _("%(kroner)s fra %(year)s må tilbakeføres senest %(day)s.", **told)


def _reversible(one: LedgerEntry) -> tuple[str, ...]:
    number, day, source, text, *_accounts, amount = _entry(one)
    return _("Nr. %(number)s", number=number), day, source, text, amount


def _entry(one: LedgerEntry) -> tuple[str, ...]:
    text = one.text if one.reverses is None else _("Tar tilbake nr. %(number)s", number=str(one.reverses))
    return (
        str(one.id), formatters.day(one.day), one.source.told(tr), text, one.debit.told(tr), one.credit.told(tr),
        kroner(one.amount_ore),
    )  # fmt: skip
