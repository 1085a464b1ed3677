"""What the pages of leaving show, in words and kroner."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import g, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from models.changes import leaving
from models.changes.leaving import Notice
from models.declare.charging import ChargeKind
from models.declare.clock import today
from models.money.basis import charges_of, for_lines
from models.money.lines import NoBasis, formula, lines_for
from models.money.supposed import as_it_is
from models.registers.billing import price_rows
from models.registers.leavings import DELETED, DeletionReceipt, Leaving
from models.registers.municipality import Municipality
from models.tenancy.roles import may_approve_deletion, may_archive
from reports import receipt as papers
from views import formatters
from views.formatters import kroner
from views.texts import gettext as _
from views.texts import tr


def trail(*over: str) -> list[dict[str, Any]]:
    here = {"label": _("Utmeldinger"), "url": url_for("leaving.index") if over else None}
    return [{"label": _("Start"), "url": "/"}, here, *({"label": one, "url": None} for one in over)]


def members(session: Any) -> list[tuple[int, str]]:
    """Who may give notice: the members of today that have not."""
    still = or_(Municipality.until.is_(None), Municipality.until > today())
    found = select(Municipality.id).where(Municipality.joined.is_not(None), Municipality.left.is_(None), still)
    return [(one, g.municipalities[one].name) for one in session.scalars(found.order_by(Municipality.sort_key))]


def receipts(session: Any) -> list[DeletionReceipt]:
    return list(session.scalars(select(DeletionReceipt).order_by(DeletionReceipt.id.desc())))


def state_of(one: Leaving) -> tuple[str, str]:
    """A word for how far it has come, and its tone."""
    if one.state == DELETED:
        return _("Slettet"), "neutral"
    if one.asked_at is not None:
        return _("Sletting venter på godkjenning"), "warning"
    if today() > one.last_day:
        return _("Gått ut"), "info"
    return _("Meldt ut"), "info"


def line(one: Leaving) -> dict[str, Any]:
    state, tone = state_of(one)
    return {
        "url": url_for("leaving.show", number=one.id), "name": one.municipality.name,
        "last_day": formatters.day(one.last_day), "state": state, "tone": tone,
    }  # fmt: skip


def receipt_line(one: DeletionReceipt) -> dict[str, str]:
    url = url_for("leaving.receipt", number=one.id)
    return {"url": url, "name": one.name, "when": formatters.moment(one.deleted_at)}


def looked(session: Any, told: Notice) -> dict[str, Any]:
    """What a notice comes to, before it is written down."""
    return {
        "name": g.municipalities[told.place].name, "last_day": formatters.day(told.last_day),
        "charge": charge(session, told.place, told.last_day),
    }  # fmt: skip


def charge(session: Any, place: int, last_day: date) -> dict[str, Any]:
    """The final charge, by the function that invoices are made by: the month it ends in counts whole."""
    row = session.scalars(select(Municipality).where(Municipality.id == place).options(*for_lines())).one()
    then = as_it_is(row, until=last_day + timedelta(days=1))
    try:
        lines = lines_for(then, last_day.year, price_rows(session))
    except NoBasis:
        return {"year": str(last_day.year), "unknown": True}
    charged = sum(ore for (owner, _kind), ore in charges_of(session, last_day.year).items() if owner == place)
    whole = sum(one.charged for one in lines)
    return {
        "year": str(last_day.year), "unknown": False,
        "lines": [(tr(ChargeKind(one.kind.value).label), formula(one), kroner(one.charged)) for one in lines],
        "sum": kroner(whole), "charged": kroner(charged), "left": kroner(abs(whole - charged)),
        "is_owed": whole < charged, "is_even": whole == charged,
        "hinders": list(dict.fromkeys(tr(said.text, **said.params) for one in lines for said in one.hinders)),
    }  # fmt: skip


def of_one(session: Any, found: Leaving, *, leads: bool) -> dict[str, Any]:
    row = session.scalars(
        select(Leaving).where(Leaving.id == found.id).options(selectinload(Leaving.municipality))
    ).one()
    state, tone = state_of(row)
    why = leaving.why_not_deleted(row)
    is_over, is_asked = row.state == DELETED, row.asked_at is not None
    is_mine = is_asked and row.asked_by_id == g.actor.user_id
    receipt = (
        session.scalar(select(DeletionReceipt.id).where(DeletionReceipt.leaving_id == row.id)) if is_over else None
    )
    title = _("%(name)s går ut", name=row.municipality.name)
    return {
        "title": title, "breadcrumbs": trail(title) if leads else [trail()[0], {"label": title, "url": None}],
        "state": state, "tone": tone, "facts": _facts(row), "number": row.id, "version": row.version,
        "charge": charge(session, row.place, row.last_day) if not is_over else None,
        "archive_url": url_for("archives.index") if may_archive(g.actor, g.active) and row.place == g.active else "",
        "why": tr(why) if why and not is_over else "", "is_asked": is_asked, "is_over": is_over,
        "asked": _asked(row),
        "may_withdraw": leads and not is_over and today() <= row.last_day,
        "may_ask": leads and not why and not is_asked, "may_wait": leads and is_asked and not is_over,
        "may_approve": is_asked and not why and not is_mine and may_approve_deletion(g.actor, row.place),
        "is_mine": is_mine and not is_over,
        "receipt_url": url_for("leaving.receipt", number=receipt) if receipt and leads else "",
    }  # fmt: skip


def _asked(one: Leaving) -> str:
    if one.asked_at is None:
        return ""
    return _("%(name)s ba om slettingen %(when)s.", name=one.asked_by, when=formatters.moment(one.asked_at))


def _facts(one: Leaving) -> list[tuple[str, str]]:
    months = "" if one.months is None else _("%(number)s måneder", number=str(one.months))
    fetched = formatters.moment(one.fetched_at) if one.fetched_at else _("Ikke hentet ennå")
    found = [
        (_("Utmeldingen ble mottatt"), formatters.day(one.noticed_on)),
        (_("Meldt ut av"), one.noticed_by),
        (_("Saksnummer"), one.reference),
        (_("Grunn"), one.reason),
        (_("Oppsigelsesfrist"), months),
        (_("Avtalt om siste dag"), one.agreed),
        (_("Siste dag som medlem"), formatters.day(one.last_day)),
        (_("Ført av"), f"{one.noted_by}, {formatters.moment(one.noted_at)}"),
        (_("Arkivet etter siste dag"), f"{fetched}, {one.fetched_by}" if one.fetched_at else fetched),
        (_("Arkivets SHA-256"), one.archive_digest),
    ]
    return [pair for pair in found if pair[1]]


def receipt(one: DeletionReceipt) -> dict[str, Any]:
    title = _("Kvittering for sletting av %(name)s", name=one.name)
    return {
        "title": title, "breadcrumbs": trail(title), "facts": papers.facts(one, tr), "why": tr(papers.WHY),
        "note": tr(papers.NOTE),
        "files": [
            (url_for("leaving.receipt_file", number=one.id, kind=kind), label)
            for kind, label in (("pdf", _("PDF")), ("docx", _("Word")))
        ],
        "counts": [(label, formatters.grouped(number)) for label, number in papers.counts(one, tr)],
        "kept": [(label, formatters.grouped(number), until) for label, number, until in papers.kept(one, tr)],
    }  # fmt: skip
