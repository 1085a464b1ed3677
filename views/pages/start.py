"""The start page: what this municipality has, what needs doing next, what ends soon."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from flask import current_app, g, render_template, url_for
from flask_admin import BaseView, expose
from markupsafe import Markup

import models
from models.database import db
from models.declare.acceding import Step
from models.declare.base import Group
from models.declare.choices import RecordStatus, RequestState
from models.declare.clock import today
from models.declare.domains import Domain
from models.declare.memories import memory
from models.declare.titles import title_of
from models.queries import acceding, confirmed, overview, proposed, rules
from models.queries.figures import Figures, Kept, figures
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate
from models.registers.data import Dataset
from models.registers.processing import ProcessingActivity
from models.tenancy.people import User
from models.tenancy.roles import can, may_admit, may_report
from reports import REPORTS
from views import formatters, remembered, wordings
from views.access import needs, person, signed_in
from views.pages import confirmations, grants, introduction, openness, ownmoney, pinned, proposals
from views.pages.firststeps import may_begin
from views.pages.wordings import BEHIND, keeps_texts
from views.register import casework, followed, underway
from views.register.approving import may_step
from views.texts import gettext as _
from views.texts import language, tr

BEGUN = (Application, ProcessingActivity)  # what a municipality has that has begun
TILED = {Domain.CONTENT, Domain.RISK}
ACROSS = (Application, Dataset, ProcessingActivity, Agreement)
NUMBER = '<td class="num">%s</td>'
ROW = f'<tr><th scope="row">%s</th>{NUMBER * len(ACROSS)}</tr>\n'


class StartView(BaseView):
    """Flask-Admin's index page, at the root of the site."""

    def __init__(self) -> None:
        super().__init__(name="Start", endpoint="start", url="/", static_folder=None, static_url_path="/unused")

    @expose("/")
    @needs(signed_in)
    def index(self) -> str:
        registers = tuple(r for r in models.REGISTERS if r.__domain__ in TILED and can(g.actor, "read", r, g.active))
        found = figures(db.session, registers, _kept(registers))
        several = g.active is None
        return render_template(
            "start.html",
            title=_("God dag, %(name)s", name=person().name.split()[0]),
            intro=_intro(),
            tiles=[_tile(register, found.total(register)) for register in registers] or _system_tiles(),
            begin=may_begin() and not all(map(found.total, BEGUN)),
            introduction=introduction.offered(),
            tasks=_tasks(found, registers),
            agreements=[_agreement(one) for one in overview.ending_agreements(db.session, today())]
            if Agreement in registers
            else None,
            pinned=pinned.shown(),
            underway=underway.shown(),
            grants=grants.recent(),
            news=followed.recent(person().email),
            kept_out=grants.kept_out(),
            bars=_statuses(found) if ProcessingActivity in registers else [],
            approved=_approved(found) if ProcessingActivity in registers else None,
            reports=_reports(),
            overview=_across(found) if several and Application in registers else None,
        )


def _tasks(found: Figures, registers: tuple[type[Any], ...]) -> list[dict[str, Any]] | None:
    """What is to be done in what one reads and keeps; None for those whose work is elsewhere."""
    if Application in registers:
        grave = [rules.ERROR, rules.WARNING, rules.INFO]
        open_here = list(found.open_tasks())
        if can(g.actor, "create", ProcessingTemplate, g.active):
            open_here = [*open_here, *overview.open_tasks(db.session, ProcessingTemplate)]
        return sorted(
            [
                *_asked_to_join(),
                *_proposed(),
                *_answered(),
                *_reworded(),
                *(_task(task, number) for task, number in open_here),
            ],
            key=lambda one: grave.index(one["tone"]),
        )
    if can(g.actor, "create", User, g.active):
        return [_task(task, number) for task, number in overview.open_tasks(db.session, User)]
    return None


def _proposed() -> list[dict[str, Any]]:
    """What municipalities have proposed to the registers one keeps: only the project decides. To a municipality what it
    has proposed and was rejected."""
    kept = proposals.kept()
    if kept:
        number = sum(remembered.asked(("proposed", kept), lambda: proposed.numbers(db.session, kept)).values())
        told = (
            _("Forslag fra kommunene"),
            _("Godkjenn dem, slå dem sammen med det som fantes fra før, eller avvis dem."),
        )
    elif proposals.may_propose():
        by_place = remembered.asked("rejected", lambda: proposed.rejected_by_place(db.session, proposals.PROPOSABLE))
        number = proposed.here(by_place)
        told = _("Forslag som ble avvist"), _("Les hvorfor, og endre dem, bruk noe annet eller slett dem.")
    else:
        return []
    return [_line(rules.WARNING, *told, number, url_for("proposals.index"))] if number else []


def _asked_to_join() -> list[dict[str, Any]]:
    """Municipalities that have asked, and wait for an answer; for who takes new ones in."""
    number = acceding.waiting(db.session) if may_admit(g.actor) else 0
    if not number:
        return []
    told = _("Kommuner som vil bli med"), _("Se hva de spør om, og utsted tilbudet.")
    return [_line(rules.WARNING, *told, number, url_for("accessions.index", step=Step.ASKED.value))]


def _answered() -> list[dict[str, Any]]:
    """What owners have said of rows, when asked, that nobody has seen to yet; for who keeps the rows."""
    number = confirmed.unsettled(db.session) if confirmations.may_ask() else 0
    if not number:
        return []
    told = _("Eiere som vil ha noe endret, eller ikke er eier"), _("Les kommentaren, rett det, og merk den som løst.")
    return [_line(rules.WARNING, *told, number, url_for("confirmations.index"))]


def _reworded() -> list[dict[str, Any]]:
    """Texts that the staff say otherwise, and that have come with other words since; for who keeps them."""
    number = len(wordings.behind()) if keeps_texts() else 0
    if not number:
        return []
    told = _("Tekster der den leverte er endret siden"), _("Ta den over, eller behold prosjektets egen.")
    return [_line(rules.INFO, *told, number, url_for("wordings.index", only=BEHIND))]


_counted: dict[Hashable, Kept] = memory({})


def _kept(registers: tuple[type[Any], ...]) -> Kept:
    """What this process has counted of these registers; begun anew when the day or anything shared has changed."""
    name, basis = (current_app.config["SQLALCHEMY_DATABASE_URI"], registers), (today(), remembered.changed())
    if name not in _counted or _counted[name].basis != basis:
        _counted[name] = Kept(basis)
    return _counted[name]


def _intro() -> str:
    if g.active is not None:
        return _("Dette er %(name)s.", name=g.municipalities[g.active][0])
    mine = g.actor.municipalities(g.municipalities)
    if len(mine) == len(g.municipalities):
        return _("Alle kommuner samlet.")
    return _("%(names)s samlet.", names=", ".join(g.municipalities[one][0] for one in g.municipalities if one in mine))


def _statuses(found: Figures) -> list[dict[str, Any]]:
    """How far the processing activities have come, as bars."""
    numbers = found.by_status(ProcessingActivity)
    return [
        {"label": tr(status.label), "value": number, "text": formatters.grouped(number)}
        for status, number in numbers.items()
        if number
    ]


def _approved(found: Figures) -> dict[str, Any]:
    """How many of the processing activities are approved: all that is mandatory is there."""
    total, done = found.total(ProcessingActivity), found.by_status(ProcessingActivity).get(RecordStatus.APPROVED, 0)
    text = _(
        "%(done)s av %(total)s behandlinger er godkjent", done=formatters.grouped(done), total=formatters.grouped(total)
    )
    return {"text": text, "value": done, "top": total}


def _reports() -> list[dict[str, str]]:
    """The reports one opens from here: who lacks what, and, for those who bill, what is charged."""
    wanted = [("utfylling", False)] if may_report(g.actor, g.active) else []
    if may_report(g.actor, g.active, billing=True):
        wanted.append(("fakturagrunnlag", True))
    titles = {report.slug: report.title for report in REPORTS}
    found = [{"label": tr(titles[slug]), "url": url_for("reports.show", slug=slug)} for slug, _billing in wanted]
    own = [{"label": _("Avtaler og penger"), "url": url_for("money.index")}] if ownmoney.may_read() else []
    open_to_all = [{"label": _("Åpenhet"), "url": url_for("openness.index")}] if openness.may_open() else []
    return [*found, *own, *open_to_all]


def _tile(register: type[Any], number: int) -> dict[str, str]:
    about_it = register.__register__
    return {
        "label": tr(about_it.name),
        "url": url_for(f"{register.__tablename__}.index_view"),
        "count": formatters.grouped(number),
    }


def _system_tiles() -> list[dict[str, str]]:
    """For those whose work is not in the registers of a municipality."""
    registers = tuple(
        r for r in models.REGISTERS if r.__register__.group is Group.SYSTEM and can(g.actor, "read", r, g.active)
    )
    return [_tile(register, number) for register, number in overview.counts(db.session, registers).items()]


def _task(task: overview.Task, number: int) -> dict[str, Any]:
    url = url_for(f"{task.register.__tablename__}.index_view", **task.filters)
    return _line(task.severity, tr(task.text), tr(task.advice), number, url, _waiting(task))


def _line(
    severity: str, label: str, text: str, number: int, url: str, waiting: Sequence[dict[str, str]] = ()
) -> dict[str, Any]:
    """A line of what is to be done. `waiting` are rows that wait for the person, by name."""
    return {
        "label": label,
        "text": text,
        "word": tr(rules.WORDS[severity]),
        "tone": severity,
        "count": formatters.grouped(number),
        "url": url,
        "waiting": waiting,
    }


def _waiting(task: overview.Task) -> list[dict[str, str]]:
    """What of a task waits for the person, by name; over several municipalities names alone say too little."""
    if g.active is None:
        return []
    if task.parameter == (overview.RULE, "Q20a") or task.filters == {"status": RequestState.OPEN.value}:
        return casework.tasks_of(task.register)
    return [_link(row) for row in overview.waiting(db.session, task, g.actor.user_id) if may_step(row)]


def _link(row: Any) -> dict[str, str]:
    return {
        "name": title_of(row, language()),
        "url": url_for(f"{row.__tablename__}.details_view", id=row.id),
    }


def _agreement(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "url": url_for("agreement.details_view", id=row.id),
        "date": formatters.day(row.ends),
        "days": (row.ends - today()).days,
        "status_label": tr(row.stage.label),
        "tone": row.stage.tone,
    }


def _across(found: Figures) -> dict[str, Any]:
    """Municipality by municipality, for those who look after several."""
    columns = {register: found.by_municipality(register) for register in ACROSS}
    shown = set(g.actor.municipalities(g.municipalities)) - _gone(columns)
    lines = [
        ROW % (formatters.safe(place.name), *[formatters.grouped(numbers.get(one, 0)) for numbers in columns.values()])
        for one, place in g.municipalities.items()
        if one in shown
    ]
    return {
        "columns": [_("Kommune"), *[tr(register.__register__.name) for register in columns]],
        "body": Markup("".join(lines)),  # noqa: S704 - names are escaped
    }


def _gone(columns: dict[type[Any], dict[int, int]]) -> set[int]:
    """The municipalities that have ended and have nothing."""
    return {
        one
        for one, place in g.municipalities.items()
        if place.until and place.until <= today() and not any(numbers.get(one) for numbers in columns.values())
    }
