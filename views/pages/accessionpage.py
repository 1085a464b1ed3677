"""What the pages of joining show, in words and days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from flask import url_for

from models.changes import acceding
from models.declare.acceding import SIGNED_PAPERS, Event, PaperKind, Step
from models.declare.agreeing import SubProcessorConsent
from models.declare.choices import Language
from models.declare.clock import today
from models.declare.folding import fold
from models.declare.words import N_
from models.queries.acceding import Status, missing
from models.registers.accessions import (
    Accession,
    AccessionEvent,
    AccessionPaper,
    events_of,
    lacks_for,
    papers_of,
    standing,
)
from models.registers.municipality import Municipality
from reports.acceding import language_of
from views import formatters
from views.texts import gettext as _
from views.texts import tr

MEMBER, STRANGER = "member", "stranger"
OTHERS = {MEMBER: (N_("Medlem"), "success"), STRANGER: (N_("Ikke spurt"), "neutral")}
VALID = timedelta(days=60)  # what is proposed for a quote
PROPOSED = {"notice_months": "6", "return_days": "30"}
FOUNDER, HEIR = N_("Grunnlegger"), N_("Grunnlegger ved sammenslåing")


def trail(*over: tuple[str, str | None]) -> list[dict[str, Any]]:
    here = (_("Tilslutning"), url_for("accessions.index") if over else None)
    return [{"label": label, "url": url} for label, url in ((_("Start"), "/"), here, *over)]


# -- all of them -------------------------------------------------------------------------------------------------------


def overview(all_of_them: Sequence[Status], wanted: str) -> dict[str, Any]:
    """How many have come to each step, and those of one, or all."""
    numbers = Counter(_where(one) for one in all_of_them)
    names = {one.value: one.label for one in Step} | {key: label for key, (label, _tone) in OTHERS.items()}
    wanted = wanted if wanted in names else ""
    counts = [
        {"label": tr(label), "number": formatters.grouped(numbers[key]), "is_chosen": key == wanted,
         "url": url_for("accessions.index", step=key)}
        for key, label in names.items() if numbers[key] or key == wanted
    ]  # fmt: skip
    first = sorted(
        all_of_them, key=lambda one: one.accession is None or not one.accession.is_open
    )  # those on their way
    rows = [_line(one) for one in first if not wanted or _where(one) == wanted]
    everyone = {"number": formatters.grouped(len(all_of_them)), "is_chosen": not wanted}
    return {"counts": counts, "rows": rows, "everyone": everyone}


def _where(one: Status) -> str:
    """The step a municipality has come to; a member is one however it became it."""
    if one.accession is not None and one.accession.is_open:
        return one.accession.step.value
    if one.is_member:
        return Step.IN_FORCE.value if one.accession and one.accession.step is Step.IN_FORCE else MEMBER
    return one.accession.step.value if one.accession else STRANGER


def _line(one: Status) -> dict[str, Any]:
    key = _where(one)
    step = next((each for each in Step if each.value == key), None)
    label, tone = (step.label, step.tone) if step else OTHERS[key]
    asked, quoted, sent = (one.day_of(what) for what in (Event.ASKED, Event.QUOTED, Event.SENT))
    return {
        "name": one.known.name, "url": url_for("accessions.show", number=one.accession.id) if one.accession else "",
        "state": tr(label), "tone": tone, "founder": tr(HEIR) if one.is_heir else tr(FOUNDER) if one.is_founder else "",
        "asked": _day(asked), "quoted": _day(quoted), "sent": _day(sent), "joined": _day(one.joined),
        "missing": " ".join(formatters.said(said) for said in one.missing),
    }  # fmt: skip


def _day(value: Any) -> str:
    return formatters.day(value) if value else ""


# -- one of them -------------------------------------------------------------------------------------------------------


def one(session: Any, found: Accession, lacks: dict[PaperKind, list[str]], refused: str) -> dict[str, Any]:
    """The row, what is next, the papers and the history."""
    events = events_of(session, found)
    place = session.get(Municipality, found.place_id) if found.place_id else None
    lacking = lacks_for(events) if found.step is Step.SIGNING else []
    return {
        "name": found.name, "number": found.id, "version": found.version, "breadcrumbs": trail((found.name, None)),
        "state": tr(found.step.label), "tone": found.step.tone, "facts": list(_facts(found, place)), "note": found.note,
        "next": _next(found, lacking), "may_again": found.step in {Step.QUOTED, Step.READY}, "is_open": found.is_open,
        "missing": [formatters.said(said) for said in missing(found, events)],
        "refused": refused,
        "lacks": [(tr(kind.label), ", ".join(map(tr, some))) for kind, some in lacks.items() if some],
        "drafts": [_draft(found, kind) for kind in lacks],
        "papers": _papers(session, found), "events": [_event(each, events) for each in reversed(events)],
        "may_take_back": found.is_open and standing(events)[-1].what is not Event.ASKED,
        "signable": _signable(lacking), "agreements": list(_agreements(session, found)),
        "proposed": _proposed(found, place),
        "spoken": [(each.value, tr(each.label)) for each in Language],
        "consents": [(each.value, tr(each.label)) for each in SubProcessorConsent], "today": today(),
    }  # fmt: skip


def _next(found: Accession, lacking: Sequence[Any]) -> str:
    """What is done next, which has the one button of the page."""
    if found.step is Step.SIGNING:
        return "sign" if lacking else "open"
    return {Step.ASKED: "quote", Step.QUOTED: "papers", Step.READY: "send"}.get(found.step, "")


def _facts(found: Accession, place: Municipality | None) -> Iterator[tuple[str, str]]:
    yield _("Kontakt"), ", ".join(filter(None, (found.contact_name, found.contact_role, found.contact_email)))
    yield _("Spurte"), formatters.moment(found.asked_at)
    yield _("Ønsket første dag"), formatters.day(found.wished_from)
    if found.first_day:
        yield _("Første dag"), formatters.day(found.first_day)
    if place is not None and place.joined:
        yield _("Medlem fra"), formatters.day(place.joined)


def _proposed(found: Accession, place: Municipality | None) -> dict[str, Any]:
    """What stands in the forms before anybody has written: what was agreed, else what is usual."""
    return {
        "first_day": max(found.first_day or found.wished_from, today()), "valid_to": today() + VALID,
        "language": language_of(place) if place else "nb", "consent": found.consent.value if found.consent else "",
        "service_level": found.service_level,
        "notice_months": found.notice_months or PROPOSED["notice_months"],
        "return_days": found.return_days or PROPOSED["return_days"],
    }  # fmt: skip


def _draft(found: Accession, kind: PaperKind) -> dict[str, str]:
    where: Any = {"number": found.id, "what": kind.value}
    return {
        "name": tr(kind.label),
        "pdf": url_for("accessions.draft", ending="pdf", **where),
        "docx": url_for("accessions.draft", ending="docx", **where),
    }


def _papers(session: Any, found: Accession) -> list[dict[str, Any]]:
    return [
        {
            "name": _("%(name)s, versjon %(number)s", name=tr(each.kind.label), number=str(each.number)),
            "made": _("%(who)s, %(when)s", who=each.made_by, when=formatters.moment(each.made_at)),
            "spoken": each.language, "digest": each.digest, "lacks": ", ".join(map(tr, each.lacks)),
            "pdf": url_for("accessions.paper", number=each.id, ending="pdf"),
            "docx": url_for("accessions.paper", number=each.id, ending="docx"),
        }
        for each in papers_of(session, found)
    ]  # fmt: skip


def file_name(paper: AccessionPaper, found: Accession) -> str:
    """A paper as a file: what it is, of whom, and which version."""
    name = "-".join(fold(found.name).split())
    return f"{fold(paper.kind.label)}-{name}-v{paper.number}"


def _event(each: AccessionEvent, events: Sequence[AccessionEvent]) -> dict[str, str]:
    what = tr(each.what.label)
    undone = next((one for one in events if one.number == each.undoes), None)
    if undone is not None:
        what = _("Tatt tilbake: %(what)s", what=_said(undone))
    elif each.paper is not None and each.signer is not None:
        what = _said(each)
    who = each.by or _("Kommunen, på siden for priser")
    return {
        "what": what, "day": formatters.day(each.day), "reason": each.reason,
        "by": _("%(who)s, %(when)s", who=who, when=formatters.moment(each.at)),
    }  # fmt: skip


def _said(each: AccessionEvent) -> str:
    if each.paper is None or each.signer is None:
        return tr(each.what.label)
    return _(
        "%(paper)s signert, %(side)s: %(who)s", paper=tr(each.paper.label), side=tr(each.signer.label).lower(),
        who=each.signed_by,
    )  # fmt: skip


def _signable(lacking: Sequence[Any]) -> list[tuple[str, str]]:
    """The next signature of each paper that lacks one."""
    first: dict[PaperKind, Any] = {}
    for paper, who in lacking:
        first.setdefault(paper, who)
    return [(paper.value, f"{tr(paper.label)} – {tr(who.label)}") for paper, who in first.items()]


def _agreements(session: Any, found: Accession) -> Iterator[dict[str, str]]:
    for kind in SIGNED_PAPERS:
        row = acceding.agreement_of(session, found, kind)
        if row is not None:
            yield {"name": row.name, "url": url_for("agreement.details_view", id=row.id), "state": tr(row.status.label)}
