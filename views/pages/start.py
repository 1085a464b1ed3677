"""The start page: what this municipality has, what needs doing next, what ends soon. And the page about roles."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, render_template, url_for
from flask_admin import BaseView, expose

import models
from models.database import db
from models.declare.base import Group
from models.declare.choices import RecordStatus
from models.declare.domains import Domain
from models.queries import overview
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.data import Dataset
from models.registers.processing import ProcessingActivity
from models.tenancy.roles import ROLES, can
from views import formatters
from views.access import person, today
from views.texts import gettext as _
from views.texts import tr

about = Blueprint("about", __name__)
TILED = {Domain.CONTENT, Domain.RISK}
ACROSS = (Application, Dataset, ProcessingActivity, Agreement)


class StartView(BaseView):
    """Flask-Admin's index page, at the root of the site."""

    def __init__(self) -> None:
        super().__init__(name="Start", endpoint="start", url="/", static_folder=None, static_url_path="/unused")

    @expose("/")
    def index(self) -> str:
        registers = [r for r in models.REGISTERS if r.__domain__ in TILED and can(g.actor, "read", r, g.active)]
        numbers = overview.counts(db.session, registers)
        several = g.active is None
        return render_template(
            "start.html",
            title=_("God dag, %(name)s", name=person().name.split()[0]),
            intro=_intro(),
            tiles=[_tile(register, number) for register, number in numbers.items()] or _system_tiles(),
            tasks=[_task(task, number) for task, number in overview.open_tasks(db.session, today())]
            if _sees(Application)
            else [],
            agreements=[_agreement(one) for one in overview.ending_agreements(db.session, today())]
            if _sees(Agreement)
            else [],
            bars=_statuses() if _sees(ProcessingActivity) else [],
            overview=_across() if several and _sees(Application) else None,
        )


def _intro() -> str:
    if g.active is not None:
        return _("Dette er %(name)s.", name=g.municipalities[g.active][0])
    mine = g.actor.municipalities(g.municipalities)
    if len(mine) == len(g.municipalities):
        return _("Alle kommuner samlet.")
    return _("%(names)s samlet.", names=", ".join(g.municipalities[one][0] for one in g.municipalities if one in mine))


def _statuses() -> list[dict[str, Any]]:
    """How far the processing activities have come, as bars."""
    found = overview.counts_by_status(db.session, ProcessingActivity)
    return [
        {"label": tr(status.label), "value": found[status], "text": formatters.grouped(found[status])}
        for status in RecordStatus
        if found.get(status)
    ]


def _sees(register: type[Any]) -> bool:
    return can(g.actor, "read", register, g.active)


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
    registers = [
        r for r in models.REGISTERS if r.__register__.group is Group.SYSTEM and can(g.actor, "read", r, g.active)
    ]
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


def _across() -> dict[str, Any]:
    """Municipality by municipality, for those who look after several."""
    columns = {register: overview.counts_by_municipality(db.session, register) for register in ACROSS}
    shown = set(g.actor.municipalities(g.municipalities))
    return {
        "columns": [_("Kommune"), *[tr(register.__register__.name) for register in columns]],
        "rows": [
            {"name": name, "url": None, "cells": [formatters.grouped(found.get(one, 0)) for found in columns.values()]}
            for one, (name, _form) in g.municipalities.items()
            if one in shown
        ],
    }


@about.get("/help/")
def index() -> str:
    """The roles, each with its sentence: drawn from the table that decides."""
    if getattr(g, "actor", None) is None:
        abort(403)
    return render_template(
        "about.html",
        title=_("Hjelp og roller"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Hjelp og roller"), "url": None}],
        roles=[{"name": tr(role.name), "text": tr(role.text)} for role in ROLES.values()],
    )
