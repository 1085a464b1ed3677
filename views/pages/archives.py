"""All that belongs to a municipality as one file: asked for with one press by its local administrator, made by a
worker, and fetched again as it was made."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, jsonify, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from exchange.archive import jobs
from exchange.archive.writing import TITLE
from models.changes import leaving
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.clock import day_of
from models.declare.numbers import BIGGEST
from models.declare.words import Problem
from models.registers.jobs import DONE, GOES_ON, KEPT
from models.registers.packages import Archive, ArchiveJob
from models.tenancy.roles import may_archive
from views import formatters, storing, witness
from views.access import needs
from views.pages.packages import MADE, WAITS, ZIP
from views.register import underway
from views.register.attached import sized
from views.texts import explain, language
from views.texts import gettext as _

blueprint = Blueprint("archives", __name__, url_prefix="/archives")
SHOWN = 20


def may_fetch() -> bool:
    return may_archive(g.actor, g.active)


@blueprint.get("/")
@needs(may_fetch)
def index() -> str:
    """The archives of the municipality, the newest first, and what one has asked for."""
    return _index()


def _index(error: str = "") -> str:
    made = db.session.scalars(select(Archive).order_by(Archive.id.desc()).limit(SHOWN)).all()
    mine = underway.jobs_here(ArchiveJob)
    told = leaving.open_of(db.session, g.active)
    return render_template(
        "leaving/archives.html",
        title=_("Kommunens arkiv"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Kommunens arkiv"), "url": None}],
        error=error,
        going=_going(mine),
        refused=[one for one in mine[:1] if one.state not in {*GOES_ON, DONE}],
        archives=[_line(one) for one in made],
        leaving=told and {"url": url_for("leaving.show", number=told.id), "day": formatters.day(told.last_day)},
    )


def _going(jobs: list[ArchiveJob]) -> list[dict[str, Any]]:
    return [underway.job_line(one, WAITS, MADE) for one in jobs if one.state in GOES_ON]


def _line(one: Archive) -> dict[str, Any]:
    return {
        "url": url_for(".download", number=one.id), "name": formatters.moment(one.made_at), "by": one.made_by,
        "rows": one.rows, "until": formatters.day(day_of(one.made_at + KEPT)), "size": sized(one.bytes),
        "digest": one.digest,
    }  # fmt: skip


@blueprint.post("/")
@needs(may_fetch)
def ask() -> ResponseReturnValue:
    """Ask for an archive."""
    try:
        jobs.ask_for(db.session, g.active, language())
    except Problem as problem:
        db.session.rollback()
        return _index(explain(problem)), 422
    db.session.commit()
    return redirect(url_for(".index"), code=303)


@blueprint.get("/now/")
@needs(may_fetch)
def now() -> ResponseReturnValue:
    """How far each has come that one has asked for, for a page that waits."""
    return jsonify(underway.by_event(_going(underway.jobs_here(ArchiveJob))))


@blueprint.get("/<int:number>/download/")
@needs(may_fetch)
def download(number: int) -> ResponseReturnValue:
    """Hand out an archive as it was made, and remember that it was fetched where the municipality has left."""
    found = db.session.get(Archive, min(number, BIGGEST)) or abort(404)
    if not may_archive(g.actor, found.municipality_id):
        abort(404)
    content = storing.content_of(found, "archive")
    name, size, place, rows = found.name, found.bytes, found.municipality_id, found.rows
    witness.write(AccessEvent.EXPORT, [place], subject=TITLE, rows=rows)
    leaving.note_fetched(db.session, db.session.get_one(Archive, number), g.actor.name)
    db.session.commit()
    answer = send_file(content, ZIP, as_attachment=True, download_name=name, max_age=0)
    answer.content_length = size
    return answer
