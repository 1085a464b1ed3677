"""Inspection packages: asked for with one press, made by a worker, and fetched again as they were made."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from exchange import packages
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.numbers import BIGGEST
from models.declare.words import N_, Problem
from models.registers.jobs import DONE, GOES_ON
from models.registers.packages import Package, PackageJob
from reports.protocol.package import TITLE
from views import formatters, storing, witness
from views.access import needs
from views.register import underway
from views.register.attached import sized
from views.texts import explain, language
from views.texts import gettext as _

blueprint = Blueprint("packages", __name__, url_prefix="/packages")
SHOWN = 100
ZIP = "application/zip"
WAITS, MADE = N_("Venter på å bli laget"), N_("Lages nå")


def may_pack() -> bool:
    return packages.may_pack(g.actor, g.active)


@blueprint.get("/")
@needs(may_pack)
def index() -> str:
    """The packages of the municipality, the newest first, and what one has asked for."""
    return _index()


def _index(error: str = "") -> str:
    made = db.session.scalars(select(Package).order_by(Package.id.desc()).limit(SHOWN)).all()
    jobs = underway.jobs_here(PackageJob)
    return render_template(
        "packages.html",
        title=_("Tilsynspakker"),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": _("Rapporter"), "url": url_for("reports.index")},
            {"label": _("Tilsynspakker"), "url": None},
        ],
        error=error,
        going=_going(jobs),
        refused=[one for one in jobs[:1] if one.state not in {*GOES_ON, DONE}],
        packages=[_line(one, is_new=any(one.id == job.package_id for job in jobs)) for one in made],
    )


def _going(jobs: list[PackageJob]) -> list[dict[str, Any]]:
    return [underway.job_line(one, WAITS, MADE) for one in jobs if one.state in GOES_ON]


def _line(one: Package, *, is_new: bool) -> dict[str, Any]:
    return {
        "url": url_for(".download", number=one.id),
        "name": formatters.moment(one.made_at),
        "is_new": is_new,
        "told": formatters.moment(one.told) if one.told != one.made_at else "",
        "by": one.made_by,
        "choices": "; ".join(one.choices),
        "size": sized(one.bytes),
        "digest": one.digest,
        "files": [{**file, "size": sized(file["bytes"])} for file in one.files],
        "spoken": None if one.language == language() else one.language,
    }


@blueprint.post("/")
@needs(may_pack)
def ask() -> ResponseReturnValue:
    """Ask for a package, with the choices that stand in the form."""
    given = request.form.to_dict(flat=False)
    chosen = {name.removeprefix("choose-"): texts for name, texts in given.items() if name.startswith("choose-")}
    try:
        packages.ask_for(db.session, chosen, language())
    except Problem as problem:
        db.session.rollback()
        return _index(explain(problem)), 422
    db.session.commit()
    return redirect(url_for(".index"), code=303)


@blueprint.get("/now/")
@needs(may_pack)
def now() -> ResponseReturnValue:
    """How far each has come that one has asked for, by its event, for a page that waits."""
    return jsonify(underway.by_event(_going(underway.jobs_here(PackageJob))))


@blueprint.get("/<int:number>/download/")
@needs(may_pack)
def download(number: int) -> ResponseReturnValue:
    """Hand out a package as it was made."""
    found = db.session.get(Package, min(number, BIGGEST)) or abort(404)
    content = storing.content_of(found, "package")
    selection, rows = "; ".join(found.choices) or None, found.files[0]["rows"]
    witness.write(AccessEvent.REPORT, [found.municipality_id], subject=TITLE, selection=selection, rows=rows)
    answer = send_file(content, ZIP, as_attachment=True, download_name=found.name, max_age=0)
    answer.content_length = found.bytes
    return answer
