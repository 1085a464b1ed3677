"""How far a municipality has come, in words for a meeting; of several together, who is behind and why."""

# ruff: noqa: E501 - tables of figures: one figure, one line
from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, g, render_template, url_for

from models.changes import reminding
from models.database import db
from models.declare.choices import Lifecycle, RecordStatus
from models.declare.clock import day_of, today
from models.declare.domains import Domain
from models.queries import costs, progress
from models.queries.figures import Figures, figures
from models.queries.overview import SOON
from models.queries.progress import COUNTED, Control, Stand
from models.registers.agreements import IN_FORCE, Agreement
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.tenancy import scope
from models.tenancy.roles import can
from models.tenancy.roles import may_remind as leads
from views import formatters
from views.access import needs
from views.pages import burnup, confirmations
from views.texts import gettext as _
from views.texts import ngettext, tr

blueprint = Blueprint("progress", __name__, url_prefix="/progress")
WRONG = 6  # kinds of errors told on the page
ACTIVE = [one.value for one in IN_FORCE]


def may_see() -> bool:
    """Whether somebody reads what is counted here."""
    return all(can(g.actor, "read", one, g.active) for one in (Application, ProcessingActivity))


@blueprint.get("/")
@needs(may_see)
def index() -> str:
    """Of the municipality one is in, or of those one reads together."""
    found = figures(db.session, COUNTED)
    return _several(found) if g.active is None else _one(found)


def _one(found: Figures) -> str:
    with_risk = can(g.actor, "read", RiskAssessment, g.active)
    activities, statuses = found.total(ProcessingActivity), found.by_status(ProcessingActivity)
    approved = statuses.get(RecordStatus.APPROVED, 0)
    wrong = progress.errors(found)
    asked = progress.control(db.session, today(), with_risk=with_risk)
    months = progress.burn_up(db.session, today(), activities, approved)
    return render_template(
        "progress/one.html",
        title=_("Hvor langt er %(name)s kommet?", name=g.municipalities[g.active].name),
        intro=_("Slik det står til %(day)s.", day=formatters.day(today())),
        breadcrumbs=trail(),
        tiles=[
            *_protocol(activities, statuses, wrong),
            *_systems(asked),
            *_risk(asked),
            _agreements(asked),
            _cost(asked.systems),
        ],
        picture=burnup.drawn(months) if activities else None,
        errors=[_error(task, number) for task, number in sorted(wrong, key=lambda pair: -pair[1])[:WRONG]],
        more=max(0, len(wrong) - WRONG),
        confirmations_url=url_for("confirmations.index") if confirmations.may_ask() else None,
    )


def _protocol(activities: int, statuses: dict[RecordStatus, int], wrong: list[Any]) -> list[dict[str, str]]:
    """What there is of the record, and how much of it holds."""
    approved, drafts = (statuses.get(one, 0) for one in (RecordStatus.APPROVED, RecordStatus.DRAFT))
    errors = sum(number for _task, number in wrong)
    return [
        _count(activities, ngettext("behandling er registrert", "behandlinger er registrert", activities), _list(ProcessingActivity)),
        _share(approved, activities, _("av behandlingene er godkjent"), _list(ProcessingActivity, status=RecordStatus.APPROVED.value) if approved else ""),
        _count(drafts, ngettext("behandling er utkast", "behandlinger er utkast", drafts), _list(ProcessingActivity, status=RecordStatus.DRAFT.value)),
        _count(errors, ngettext("feil må rettes", "feil må rettes", errors), "#errors" if errors else ""),
    ]  # fmt: skip


def _systems(asked: Control) -> list[dict[str, str]]:
    """What runs, and whether somebody answers for it."""
    owned, covered = asked.systems - asked.ownerless, asked.needing - asked.uncovered
    without = ngettext("kritisk system uten manuell reserve", "kritiske systemer uten manuell reserve", asked.without_fallback)  # fmt: skip
    return [
        _count(asked.systems, ngettext("system", "systemer", asked.systems), _list(Application, **{"status.not": Lifecycle.RETIRED.value})),
        _share(owned, asked.systems, _("av systemene har en eier"), _lacking(Application, "owner", asked.ownerless)),
        _share(covered, asked.needing, _("av systemene som trenger databehandleravtale, har en"), _lacking(Application, "processing_agreement", asked.uncovered)),
        _count(asked.without_fallback, without, _lacking(Application, "fallback", asked.without_fallback), _of(asked.without_fallback, asked.critical)),
    ]  # fmt: skip


def _risk(asked: Control) -> list[dict[str, str]]:
    """Nothing for who may not read of it."""
    if asked.assessments is None or asked.young is None:
        return []
    url = _list(RiskAssessment) if asked.assessments else ""
    return [_share(asked.young, asked.assessments, _("av risikovurderingene er yngre enn to år"), url)]


def _agreements(asked: Control) -> dict[str, str]:
    label = ngettext("avtale går ut innen seks måneder", "avtaler går ut innen seks måneder", asked.ending)
    return _count(asked.ending, label, _list(Agreement, **{"ends.next": SOON.days, "status": ACTIVE}))


def _cost(systems: int) -> dict[str, str]:
    """What a year costs for each inhabitant, of what is registered, with all that the figure rests on."""
    cost = costs.yearly(db.session, g.active, today())
    found = {"number": "–", "label": _("kroner per innbygger i året for systemer og avtaler"), "url": ""}
    if not cost.systems and not cost.agreements:
        return found | {"hint": _with_lapsed(_("Ingen kostnader er registrert"), cost)}
    known = ngettext("%(num)s avtale ellers", "%(num)s avtaler ellers", cost.agreements)
    told = _(
        "%(kroner)s fra %(part)s av %(whole)s systemer og %(agreements)s",
        kroner=formatters.kroner(cost.ore),
        part=formatters.grouped(cost.systems),
        whole=formatters.grouped(systems),
        agreements=known,
    )
    if cost.day is None or cost.of_each is None:
        return found | {"hint": _with_lapsed(_("%(told)s. Folketallet er ikke registrert", told=told), cost)}
    people = _(
        "%(number)s innbyggere %(day)s", number=formatters.grouped(cost.inhabitants or 0), day=formatters.day(cost.day)
    )
    return found | {
        "number": formatters.kroner(cost.of_each).removeprefix(f"kr{formatters.NBSP}"),
        "hint": _with_lapsed(_("%(told)s, delt på %(people)s", told=told, people=people), cost),
    }


def _with_lapsed(told: str, cost: costs.Cost) -> str:
    """What is not counted though it stands as if it were in force is said, not left out in silence."""
    if not cost.lapsed:
        return told
    return ngettext(
        "%(told)s. %(num)s avtale er utløpt, men står som aktiv, og er ikke med",
        "%(told)s. %(num)s avtaler er utløpt, men står som aktive, og er ikke med",
        cost.lapsed,
        told=told,
    )


def _count(number: int, label: str, url: str = "", hint: str = "") -> dict[str, str]:
    return {"number": formatters.grouped(number), "label": label, "url": url if number else "", "hint": hint}


def _share(part: int, whole: int, label: str, url: str) -> dict[str, str]:
    """A share, rounded down: nothing is whole that lacks one. Of nothing there is none."""
    number = f"{100 * part // whole}{formatters.NBSP}%" if whole else "–"
    return {"number": number, "label": label, "url": url, "hint": _of(part, whole)}


def _of(part: int, whole: int) -> str:
    return _("%(part)s av %(whole)s", part=formatters.grouped(part), whole=formatters.grouped(whole))


def _list(register: type[Any], **filters: Any) -> str:
    return url_for(f"{register.__tablename__}.index_view", **filters)


def _lacking(register: type[Any], key: str, number: int) -> str:
    """The list of what lacks something; none where nothing does."""
    return _list(register, lacks=key) if number else ""


def _error(task: Any, number: int) -> dict[str, str]:
    return {"label": tr(task.text), "count": formatters.grouped(number), "url": _list(task.register, **task.filters)}


def _several(found: Figures) -> str:
    first = today().replace(day=1)
    may = leads(g.actor)
    reminded = reminding.reminded(db.session) if may else set()
    return render_template(
        "progress/several.html",
        title=_("Hvor langt er kommunene kommet?"),
        intro=_("De som er kommet kortest, står først. Slik det står til %(day)s.", day=formatters.day(today())),
        breadcrumbs=trail(),
        reminds=may,
        rows=[_row(one, first, reminded) for one in stands(found, first)],
    )


def stands(found: Figures, first: date, *, members_only: bool = False) -> list[Stand]:
    """Those one reads together, who is furthest behind first; also who is no member and has rows here, where that is
    not said otherwise."""
    news = progress.lately(db.session, first)
    told = progress.members(db.session, today())
    if not members_only:
        told |= {one for register in COUNTED for one, number in found.by_municipality(register).items() if number}
    read = (told - g.actor.closed) & scope.current().readable(Domain.CONTENT)
    return progress.stands(found, news, [one for one in g.municipalities if one in read])


def _row(stand: Stand, first: date, reminded: set[str]) -> dict[str, Any]:
    name, news, month = g.municipalities[stand.place].name, stand.lately, burnup.month_name(first, "MMMM")
    changes = ngettext("%(num)s endring i %(month)s", "%(num)s endringer i %(month)s", news.changes, month=month)
    newly = ngettext("%(num)s godkjent i %(month)s", "%(num)s godkjente i %(month)s", news.approved, month=month)
    numbers = {key: formatters.grouped(getattr(stand, key)) for key in ("errors", "ownerless")}
    return numbers | {
        "name": name,
        "why": why(stand),
        "share": _share(stand.approved, stand.activities, "", "")["number"],
        "done": _of(stand.approved, stand.activities) if stand.activities else "",
        "last": formatters.day(day_of(news.last)) if news.last else "–",
        "changes": changes,
        "changes_url": url_for("changes.index", municipality=stand.place, since=first) if news.changes else "",
        "newly": newly if news.approved else "",
        "url": url_for("reminders.remind", place=stand.place),
        "reminded": name in reminded,
    }


def why(stand: Stand) -> str:
    """What keeps a municipality back, in words."""
    if not stand.activities:
        return _("Ingen behandlinger er registrert ennå.")
    if stand.worst is not None:
        task, number = stand.worst
        return f"{tr(task.text)}: {formatters.grouped(number)}"
    left = stand.activities - stand.approved
    if left:
        return ngettext("Én behandling er ikke godkjent.", "%(num)s behandlinger er ikke godkjent.", left)
    return _("Alle behandlingene er godkjent.")


def trail(*names: str) -> list[dict[str, str | None]]:
    """The way to a page that belongs to how far it has come."""
    here = {"label": _("Hvor langt er vi kommet?"), "url": url_for("progress.index") if names else None}
    return [{"label": _("Start"), "url": "/"}, here, *[{"label": name, "url": None} for name in names]]
