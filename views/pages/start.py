"""The start page: what this municipality has, what needs doing next, what ends soon. And the page about roles."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from flask import Blueprint, current_app, g, render_template, url_for
from flask_admin import BaseView, expose
from markupsafe import Markup

import models
from models.database import db
from models.declare.base import Group
from models.declare.domains import Domain
from models.declare.memories import memory
from models.queries import overview
from models.queries.figures import Figures, Kept, figures
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.data import Dataset
from models.registers.processing import ProcessingActivity
from models.tenancy.roles import ROLES, can
from views import formatters, remembered
from views.access import needs, person, signed_in, today
from views.pages import grants
from views.texts import gettext as _
from views.texts import tr

about = Blueprint("about", __name__)
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
        found = figures(db.session, registers, today(), _kept(registers))
        several = g.active is None
        return render_template(
            "start.html",
            title=_("God dag, %(name)s", name=person().name.split()[0]),
            intro=_intro(),
            tiles=[_tile(register, found.total(register)) for register in registers] or _system_tiles(),
            tasks=[_task(task, number) for task, number in found.open_tasks()] if Application in registers else [],
            agreements=[_agreement(one) for one in overview.ending_agreements(db.session, today())]
            if Agreement in registers
            else [],
            grants=grants.recent(),
            bars=_statuses(found) if ProcessingActivity in registers else [],
            overview=_across(found) if several and Application in registers else None,
        )


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


def _tile(register: type[Any], number: int) -> dict[str, str]:
    about_it = register.__register__
    return {
        "label": tr(about_it.name),
        "url": url_for(f"{register.__tablename__}.index_view"),
        "count": formatters.grouped(number),
        "hint": tr(about_it.group.value),
    }


def _system_tiles() -> list[dict[str, str]]:
    """For those whose work is not in the registers of a municipality."""
    registers = tuple(
        r for r in models.REGISTERS if r.__register__.group is Group.SYSTEM and can(g.actor, "read", r, g.active)
    )
    return [_tile(register, number) for register, number in overview.counts(db.session, registers).items()]


def _task(task: overview.Task, number: int) -> dict[str, Any]:
    return {
        "label": tr(task.text),
        "text": tr(task.advice),
        "severity": task.severity,
        "count": formatters.grouped(number),
        "url": url_for(f"{task.register.__tablename__}.index_view", **task.filters),
    }


def _agreement(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "url": url_for("agreement.details_view", id=row.id),
        "date": formatters.day(row.ends),
        "days": (row.ends - today()).days,
        "status_label": tr(row.status.label),
        "tone": row.status.tone,
    }


def _across(found: Figures) -> dict[str, Any]:
    """Municipality by municipality, for those who look after several."""
    columns = {register: found.by_municipality(register) for register in ACROSS}
    shown = set(g.actor.municipalities(g.municipalities))
    lines = [
        ROW % (formatters.safe(place.name), *[formatters.grouped(numbers.get(one, 0)) for numbers in columns.values()])
        for one, place in g.municipalities.items()
        if one in shown
    ]
    return {
        "columns": [_("Kommune"), *[tr(register.__register__.name) for register in columns]],
        "body": Markup("".join(lines)),  # noqa: S704 - names are escaped
    }


@about.get("/help/")
@needs(signed_in)
def index() -> str:
    """The roles, each with its sentence: drawn from the table that decides."""
    return render_template(
        "about.html",
        title=_("Hjelp og roller"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Hjelp og roller"), "url": None}],
        roles=[{"name": tr(role.name), "text": tr(role.text)} for role in ROLES.values()],
    )
