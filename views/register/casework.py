"""What the page of a case shows beside its fields: of a breach its clock and all that it concerns; of a request for
access when it must be answered, and who is to be asked."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from models.database import db
from models.declare.choices import BreachRisk, InquiryState, RequestState
from models.declare.clock import today
from models.declare.titles import title_of
from models.queries import concerned
from models.queries.relations import at_home
from models.registers.accessrequests import AccessRequest
from models.registers.agreements import is_in_force, is_processing_agreement
from models.registers.architecture import Application
from models.registers.breaches import Breach, is_notified, needs_no_notice
from models.registers.catalogue import Product, Supplier
from models.tenancy.people import Membership
from models.tenancy.roles import can, may_do
from views import formatters
from views.texts import gettext as _
from views.texts import language, ngettext, tr


def clock(row: Any) -> tuple[str, str]:
    """How a breach stands to its 72 hours, in words, and in which tone."""
    left = concerned.time_left(row).total_seconds()
    hours, when = int(abs(left) // 3600), formatters.moment(row.deadline)
    if is_notified(row):
        late = ngettext("%(num)s time etter fristen", "%(num)s timer etter fristen", hours)
        early = ngettext("%(num)s time før fristen", "%(num)s timer før fristen", hours)
        told = _("Meldt %(when)s, %(how)s.", when=formatters.moment(row.notified_at), how=late if left < 0 else early)
        return told, "warning" if left < 0 else "success"
    if needs_no_notice(row):
        return _("Meldes ikke: det er neppe noen risiko for de berørte."), "neutral"
    if left < 0:
        ago = ngettext("%(num)s time siden", "%(num)s timer siden", hours)
        return _("Fristen for å melde gikk ut %(when)s, for %(ago)s.", when=when, ago=ago), "danger"
    time = ngettext("%(num)s time igjen", "%(num)s timer igjen", hours)
    return _("%(time)s til fristen for å melde, %(when)s.", time=time, when=when), "warning"


def deadline(row: Any) -> tuple[str, str]:
    """How a request for access stands to its deadline, in words, and in which tone."""
    when, days = formatters.day(row.deadline), (row.deadline - today()).days
    if row.status is not RequestState.OPEN:
        return _("Avsluttet. Fristen var %(when)s.", when=when), "neutral"
    if days < 0:
        ago = ngettext("%(num)s dag siden", "%(num)s dager siden", -days)
        return _("Fristen for å svare gikk ut %(when)s, for %(ago)s.", when=when, ago=ago), "danger"
    time = ngettext("%(num)s dag igjen", "%(num)s dager igjen", days)
    return _("%(time)s til fristen for å svare, %(when)s.", time=time, when=when), "warning"


def breach(row: Any) -> dict[str, Any] | None:
    """What the page of a breach tells more; None of all else."""
    if not isinstance(row, Breach):
        return None
    with at_home(row):
        found = concerned.of_breach(db.session, row)
        people, kinds = concerned.about_people(found.activities)
        told, tone = clock(row)
        return {
            "clock": told,
            "tone": tone,
            "draft_url": url_for("drafts.show", register=Breach.__tablename__, row_id=row.id),
            "people": [title_of(one, language()) for one in people],
            "kinds": [(title_of(one, language()), one.special.is_special) for one in kinds],
            "is_high": row.risk is BreachRisk.HIGH,
            "applications": [_line(one, one.manager or one.owner) for one in found.applications],
            "activities": [_activity(one) for one in found.activities],
            "datasets": [_line(one, one.owner) for one in found.datasets],
            "agreements": [_agreement(one) for one in found.agreements],
            "supplier": _supplier(row.supplier),
        }


def _line(one: Any, person: Any, **more: Any) -> dict[str, Any]:
    return {"name": formatters.link(one), "person": _person(person), **more}


def _person(person: Any) -> dict[str, str] | None:
    if person is None:
        return None
    return {"name": person.name, "email": person.email or "", "phone": person.phone or ""}


def _activity(one: Any) -> dict[str, Any]:
    people, kinds = concerned.about_people([one])
    special = [title_of(kind, language()) for kind in kinds if kind.special.is_special]
    return _line(
        one, one.responsible,
        people=", ".join(title_of(who, language()) for who in people), special=", ".join(special),
        number=formatters.grouped(one.scale) if one.scale else "",
    )  # fmt: skip


def _agreement(one: Any) -> dict[str, Any]:
    """An agreement, and whether the supplier must help with breaches by it (art. 28(3)(f), 33(2))."""
    binds = is_processing_agreement(one) and is_in_force(one)
    duty = tr(one.assists_duties.label) if binds else _("Ingen databehandleravtale")
    supplier = title_of(one.supplier, language()) if one.supplier else ""
    return _line(one, one.manager or one.owner, duty=duty, supplier=supplier)


def _supplier(one: Any) -> dict[str, Any] | None:
    if one is None:
        return None
    contact = ", ".join(filter(None, (one.contact_name, one.contact_email, one.contact_phone)))
    return {"name": formatters.link(one), "contact": contact}


def inquiries(row: Any) -> dict[str, Any] | None:
    """Who is asked, and is to be, for somebody's personal data; None of all that is no request for access."""
    if not isinstance(row, AccessRequest):
        return None
    with at_home(row):
        found = concerned.to_ask(db.session, row)
        told, tone = deadline(row)
    return {
        "deadline": told,
        "tone": tone,
        "draft_url": url_for("drafts.show", register=AccessRequest.__tablename__, row_id=row.id),
        "subjects": bool(row.subjects),
        "asked": [_asked(one, row) for one in found],
        "add_url": url_for("inquiries.add", row_id=row.id) if _has_more(found) and _may_ask(row) else None,
        "may_ask": _may_ask(row),
        "states": [(one.value, tr(one.label)) for one in InquiryState],
    }


def _may_ask(row: Any) -> bool:
    return may_do(g.actor, "edit", row)


def _has_more(found: list[concerned.Asked]) -> bool:
    return any(one.row is None for one in found)


def _asked(one: concerned.Asked, row: Any) -> dict[str, Any]:
    state = one.row.status if one.row is not None else InquiryState.TO_ASK
    return {
        "name": "" if one.application is None else title_of(one.application, language()),
        "system": None if one.application is None else formatters.link(one.application),
        "person": _person(one.person if one.row is None else one.row.person or one.person),
        "activities": ", ".join(title_of(activity, language()) for activity in one.activities),
        "state": state.value,
        "state_label": tr(state.label),
        "tone": state.tone,
        "note": (one.row.note if one.row is not None else "") or "",
        "url": url_for("inquiries.follow", row_id=row.id, inquiry_id=one.row.id) if one.row is not None else None,
    }


def tasks_of(register: type[Any]) -> list[dict[str, str]]:
    """The cases that wait in a register, each by name with what is left of its time."""
    if register is Breach:
        return [_waiting(one, clock(one)[0]) for one in concerned.running(db.session)]
    return [_waiting(one, deadline(one)[0]) for one in concerned.unanswered(db.session)]


def _waiting(row: Any, told: str) -> dict[str, str]:
    name = _("%(name)s – %(time)s", name=title_of(row, language()), time=told)
    return {"name": name, "url": url_for(f"{row.__tablename__}.details_view", id=row.id)}


def tells_who_has() -> bool:
    """Whether somebody reads what municipalities have, or who works there."""
    return any(can(g.actor, "read", register, g.active) for register in (Application, Membership))


def concerned_url(row: Any) -> str | None:
    """Where it is told who has a product, or anything of a supplier."""
    if not isinstance(row, Product | Supplier) or not tells_who_has():
        return None
    return url_for("concerned.show", register=type(row).__tablename__, row_id=row.id)
