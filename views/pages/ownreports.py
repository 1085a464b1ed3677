"""Reports of one's own: saved, shared, pinned, sent the way to once a month, and deleted. Where they are read is
`views/pages/reports.py`, as with all reports."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import models
from models.changes import monthly
from models.database import db
from models.declare.numbers import BIGGEST
from models.declare.words import Problem
from reports.own import OwnReport
from views import posting, preferences
from views.access import needs, signed_in
from views.addresses import address_of
from views.register import reported, saved, viewspanel
from views.register.reported import Reported
from views.texts import explain, tr
from views.texts import gettext as _

blueprint = Blueprint("ownreports", __name__, url_prefix="/own-reports")


def lines() -> list[dict[str, Any]]:
    """The reports that are saved and may be opened here, each with what it is of and who has it."""
    return [
        {
            "title": view.name,
            "of": tr(models.BY_NAME[view.register].__register__.name),
            "who": view.who,
            "url": view.address,
            "download_url": url_for("reports.download", slug=f"{saved.SLUG}{view.register}", view=view.called),
        }
        for view in reported.every()
        if _may_open(view.register)
    ]


def _may_open(register: str) -> bool:
    return OwnReport("", "", "", register=models.BY_NAME[register]).may_open(g.actor, g.active)


def panel(told: Reported) -> dict[str, Any]:
    """What the page of a report offers beside its rows: to save it, and what may be done about one that is saved."""
    words = {saved.PLACE: _("Alle i kommunen"), saved.PROJECT: _("Alle kommuner")}
    name, view = told.of.__tablename__, told.view
    return {
        "refused": told.refused,
        "carried": told.carried,
        "list_url": told.list_url,
        "save_url": url_for("ownreports.save", register=name),
        "query": told.saved_as,
        "name": view.name if view else "",
        "shares": [(one, words[one], view is not None and view.kind == one) for one in saved.shares()],
        "saved": _about(name, view) if view else None,
    }


def _about(register: str, view: saved.View) -> dict[str, Any]:
    places = next((one.places for one in preferences.pins() if one.is_of(register, view.called)), ())
    change = viewspanel.edit_url(view)
    return {
        "called": view.called,
        "key": view.key,
        "who": view.who,
        "change_url": url_for("ownreports.change", register=register),
        "on_start": preferences.START in places,
        "in_menu": preferences.MENU in places,
        "is_monthly": monthly.of_person(db.session, g.actor.user_id, g.active, register, view.called) is not None,
        "sends_letters": posting.is_set_up(),
        "is_own": view.kind == saved.OWN,
        "edit_url": change,
        "delete_url": change.replace("/edit/", "/delete/", 1) if change else None,
    }


def reads(register: str) -> type[Any]:
    """The register of an address, as far as its list may be told as a report: else 404 or 403."""
    found = models.BY_NAME.get(register) or abort(404)
    if not _may_open(register):
        abort(403)
    return found


@blueprint.post("/<register>/save/")
@needs(signed_in)
def save(register: str) -> ResponseReturnValue:
    """Keep a report under a name, for oneself or shared."""
    of = reads(register)
    asked = [pair for pair in saved.looked_at(request.form.get("query", "")) if pair[0] != saved.REPORT]
    query = saved.written([(saved.REPORT, "1"), *asked])
    try:
        view = saved.save(of, request.form.get("name", ""), query, request.form.get("share", ""))
    except Problem as problem:
        db.session.rollback()
        flash(explain(problem), "error")
        return redirect(f"{url_for('reports.show', slug=reported.slug_of(of))}?{query}", code=303)
    flash(_("Rapporten «%(name)s» er lagret. Den ligger under Rapporter.", name=view.name), "success")
    return redirect(view.address, code=303)


@blueprint.post("/<register>/change/")
@needs(signed_in)
def change(register: str) -> ResponseReturnValue:
    """Do what a button of the page says: pin it, send the way to it once a month or no more, or forget it."""
    of, called = reads(register), request.form.get("view", "")
    view = reported.view_of(of, called) or abort(404)
    if "monthly" in request.form:
        _send_monthly(register, called, starts=request.form["monthly"] == "1")
        return redirect(view.address, code=303)
    if "drop" in request.form:
        monthly.end_all(db.session, g.actor.user_id, register, called)
        return viewspanel.change(of, address_of("reports.index"))
    return viewspanel.change(of, view.address)


def _send_monthly(register: str, called: str, *, starts: bool) -> None:
    if not starts:
        monthly.end(db.session, g.actor.user_id, g.active, register, called)
        flash(_("Du får ikke lenger lenke til rapporten på e-post."), "success")
    elif monthly.begin(db.session, g.actor.user_id, g.active, register, called):
        flash(_("Fra neste måned får du lenke til rapporten på e-post, i det første brevet hver måned."), "success")
    else:
        flash(_("Du får lenke til %(most)s rapporter. Slutt med en av dem først.", most=monthly.MOST), "error")


@blueprint.get("/monthly/<int:number>/")
@needs(signed_in)
def from_letter(number: int) -> ResponseReturnValue:
    """What a letter leads to: the report, in the municipality it was asked for in, which is offered where one works in
    another."""
    mine = monthly.find(db.session, g.actor.user_id, min(number, BIGGEST)) or abort(404)
    there = url_for("reports.show", slug=f"{saved.SLUG}{mine.register}", view=mine.view)
    if mine.place == (g.active or 0):
        return redirect(there)
    if mine.place and mine.place not in g.actor.municipalities(g.municipalities):
        abort(404)
    return render_template(
        "reports/elsewhere.html",
        title=_("Rapporten gjelder en annen kommune"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Rapporter"), "url": address_of("reports.index")}],
        place=g.municipalities[mine.place].name if mine.place else _("Alle kommuner"),
        form=[("municipality", mine.place or ""), ("back", there)],
    )
