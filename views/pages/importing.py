"""Importing a sheet into a register: the file, its columns, how each row would become, the doing and what came of it.

The rows are brought in by a worker (exchange/worker.py); here it is asked for. A job is a person's own and stands in
the municipality it was begun in.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, flash, g, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

import models
from exchange import choosing, faulty, jobs
from exchange.files.plain import MOST_BYTES
from exchange.rows.planned import CHOSEN, What
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.fields import is_owned
from models.declare.numbers import digits
from models.declare.words import N_, Problem
from models.keeping.files import Files
from models.registers.imports import DONE, GOES_ON, LOOKED_AT, LOOKING, TO_LOOK, Import
from reports.kinds import EXCEL
from reports.xlsx import write
from views import errors, formatters, storing, witness
from views.access import needs, person, signed_in
from views.pages import importjob, undoing
from views.register import importform, importpage, underway
from views.register.sending import FORM, XLSM, XLSX, file_name
from views.texts import explain, language, tr
from views.texts import gettext as _

blueprint = Blueprint("importing", __name__, url_prefix="/imports")
NEW = f"{blueprint.name}.new"
AROUND = 256 * 1024  # what a form says beside the file in it
MOST_THROWN = 10 * MOST_BYTES
NO_FILE = N_("Velg en fil først.")
TOO_LARGE = N_(
    "Filen er større enn %(most)s MB, så den er ikke lest, og ingenting er lagret. Del den i flere filer, eller lagre "
    "bare arket som trengs som CSV, så bilder og formater ikke blir med."
)
ACCEPTED = ".xlsx,.xlsm,.xls,.xlsb,.ods,.csv,.tsv,.txt,.json,.xml"


def let_files_in(app: Flask) -> None:
    """Of the form with a sheet in it more is taken than of others, and only from who is signed in."""

    @app.before_request
    def widen() -> None:
        if request.endpoint == NEW and request.method == "POST" and person().is_authenticated:
            request.max_content_length = MOST_BYTES + AROUND


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A sheet that is not taken: the same form again, where it is said. What is on its way is thrown away before, or a
    browser tells of a broken line and not of this."""
    if request.endpoint != NEW or not person().is_authenticated:
        return errors.page(error.code)
    left = min(request.content_length or 0, MOST_THROWN)
    while left > 0 and (some := request.environ["wsgi.input"].read(min(left, AROUND))):
        left -= len(some)
    return redirect(url_for(NEW, **(request.view_args or {}), too_large=1), code=303)


@blueprint.get("/")
@needs(signed_in)
def index() -> str:
    """What one has imported here, or is about to."""
    found = [importpage.line(one) for one in jobs.mine(db.session())]
    return render_template("importing/mine.html", title=_("Importer"), breadcrumbs=_trail(_("Importer")), jobs=found)


@blueprint.route("/from/<register>/", methods=["GET", "POST"])
@needs(signed_in)
def new(register: str) -> ResponseReturnValue:
    """Choose a file."""
    cls = importjob.into(register)
    if is_owned(cls) and g.active is None:
        flash(_("Velg en kommune øverst først, så vet Orden hvem radene hører til."), "info")
        return redirect(url_for(f"{cls.__tablename__}.index_view"))
    problem = explain(Problem(TOO_LARGE, most=MOST_BYTES >> 20)) if "too_large" in request.args else ""
    if request.method == "POST":
        try:
            return redirect(_begun(cls), code=303)
        except Problem as found:
            db.session.rollback()
            problem = explain(found)
    title = _("Hent inn fra regneark")
    page = render_template(
        "importing/new.html",
        title=title,
        **_frame(cls, title),
        problem=problem,
        most=MOST_BYTES,
        too_large=explain(Problem(TOO_LARGE, most=MOST_BYTES >> 20)),
        accept=ACCEPTED,
        form_url=url_for(f"{cls.__tablename__}.export", export_type=FORM),
        back_url=url_for(f"{cls.__tablename__}.index_view"),
    )
    return page, 422 if problem else 200


def _begun(register: type[Any]) -> str:
    """Keep the file and look at it, when its columns are known; where to go on. Raises Problem, and nothing is kept."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise Problem(NO_FILE)
    files = storing.imports()
    with closing(given):
        content: Any = given.stream
        job = jobs.begin(db.session(), files, register, content, given.filename, language())
    return _goes_on(files, job, register)


def _further(found: Import) -> str:
    """Begin with another sheet of the same file, into the register that is asked for; where to go on."""
    sheet, _dash, name = request.form["further"].partition("-")
    register, files = importjob.into(name), storing.imports()
    place, is_done = digits(sheet), found.state == DONE
    content: Any = files.opened(found.stored, found.digest) if is_done and place is not None else None
    if content is None:
        raise Problem(jobs.GONE)
    with closing(content):
        job = jobs.begin(db.session(), files, register, content, found.name, language())
    return _goes_on(files, job, register, place)


def _goes_on(files: Files, job: Import, register: type[Any], sheet: int | None = None) -> str:
    try:
        book = jobs.workbook(files, job)
    except Problem:
        files.drop(job.stored)
        raise
    number, draft = job.id, choosing.draft(register, book, jobs.remembered(db.session(), register), sheet)
    db.session.commit()
    if draft.is_sure:
        try:
            importjob.look(number, draft, draft.reading(keeps_words=draft.keeps_words))
        except Problem:
            db.session.rollback()  # said where the columns are chosen
        else:
            return url_for(".job", number=number)
    return url_for(".columns", number=number, sheet=sheet)


@blueprint.route("/<int:number>/columns/", methods=["GET", "POST"])
@needs(signed_in)
def columns(number: int) -> ResponseReturnValue:
    """Say what each column of the sheet is."""
    job = importjob.own(number)
    register, problem = models.BY_NAME[job.register], job.said
    if job.state != LOOKED_AT:
        return redirect(url_for(".job", number=number))
    book, before = jobs.workbook(storing.imports(), job), jobs.remembered(db.session(), register)
    is_seen, reading = job.is_seen, jobs.Reading.of(job.how) if job.how else None
    sheet = importform.sheet_asked(request.values)
    if sheet is None and reading is not None:
        sheet = reading.sheet
    draft = choosing.draft(register, book, before, sheet)
    if request.method == "POST":
        draft = importform.chosen(draft)
        try:
            reading = importform.reading(draft)
            if not importform.is_ready():
                return _columns_page(number, draft, reading.how, problem, is_seen=is_seen)
            importjob.look(number, draft, reading)
            choosing.remember(db.session(), draft, headless=reading.how.headless)
            db.session.commit()
            return redirect(url_for(".job", number=number), code=303)
        except Problem as found:
            db.session.rollback()
            problem = explain(found)
    elif reading is not None and reading.sheet == draft.sheet:
        draft = draft.read_so(reading)
    how = reading.how if reading is not None and reading.sheet == draft.sheet else None
    return _columns_page(number, draft, how, problem, is_seen=is_seen)


def _columns_page(number: int, draft: choosing.Draft, how: Any, problem: str, *, is_seen: bool) -> ResponseReturnValue:
    title = _("Hva er kolonnene?")
    page = render_template(
        "importing/columns.html",
        title=title,
        **_frame(draft.register, title),
        **importform.shown(draft, how),
        problem=problem,
        language_form="columns",
        name=draft.book.name,
        job_url=url_for(".job", number=number) if is_seen and how is not None and not problem else None,
        back_url=url_for(f"{draft.register.__tablename__}.index_view"),
    )
    return page, 422 if problem else 200


@blueprint.route("/<int:number>/", methods=["GET", "POST"])
@needs(signed_in)
def job(number: int) -> ResponseReturnValue:
    """How each row would become; once it is asked for, how far it has come, and what came of it."""
    found = importjob.own(number)
    if request.method == "POST":
        return _posted(found)
    if found.state == LOOKED_AT:
        return _preview(found) if found.is_seen else redirect(url_for(".columns", number=number))
    if found.state in GOES_ON:
        return _waiting(found)
    return _ended(found)


def _preview(found: Import) -> ResponseReturnValue:
    register, seen = models.BY_NAME[found.register], importjob.seen_of(found)
    kind = request.args.get("kind", "")
    title = _("Slik blir radene")
    shown = importpage.looked_at(found, seen, kind if kind in set(What) else "", _page(request.args))
    is_undone = shown["going"] + len(seen.makes) <= undoing.MOST
    return render_template(
        "importing/preview.html",
        title=title,
        **_frame(register, title),
        **shown,
        most_undone="" if is_undone else formatters.grouped(undoing.MOST),
        name=found.name,
        is_foreign=seen.language not in {"", language()},
        job_url=url_for(".job", number=found.id),
        columns_url=url_for(".columns", number=found.id),
        left_url=url_for(".left_out", number=found.id),
        back_url=url_for(f"{register.__tablename__}.index_view"),
    )


def _page(values: Any) -> int:
    return next(iter(_numbers([values.get("page", "")])), 0)


def _numbers(texts: Iterable[str]) -> set[int]:
    """The places of rows that are said; what is none is left out."""
    return {one for one in map(digits, texts) if one is not None}


def _posted(found: Import) -> ResponseReturnValue:
    """Keep which rows are to come; then go where that leads, or ask for it to be done."""
    if "again" in request.form:
        return _again(found)
    if "further" in request.form:
        return redirect(_further(found), code=303)
    if found.state != LOOKED_AT:
        raise Problem(jobs.ASKED_BEFORE)
    shown, ticked = _numbers(request.form.get("shown", "").split(",")), _numbers(request.form.getlist("row"))
    leaves = frozenset((importpage.without(found) - shown) | (shown - ticked))
    leaves &= frozenset(range(sum(found.counts.values())))
    found.chosen = {"kinds": sorted(CHOSEN), "without": sorted(leaves)}
    if "do" not in request.form:
        db.session.commit()
        told: dict[str, Any] = {
            "kind": request.form.get("kind", request.form.get("at_kind", "")),
            "page": _page(request.form),
        }
        return redirect(url_for(".job", number=found.id, **{key: one for key, one in told.items() if one}), code=303)
    return _ask(found, leaves)


def _ask(found: Import, leaves: frozenset[int]) -> ResponseReturnValue:
    going = sum(one[0] in CHOSEN and place not in leaves for place, one in enumerate(found.seen))
    if not going:
        flash(_("Ingen rader er valgt, så det er ingenting å importere."), "info")
        return redirect(url_for(".job", number=found.id), code=303)
    register, number, place, name = models.BY_NAME[found.register], found.id, found.place, found.name
    jobs.ask(db.session(), found, CHOSEN, leaves)
    title, address = tr(register.__register__.name), request.remote_addr
    witness.add(AccessEvent.IMPORT, [place], subject=title, selection=name, rows=going, address=address)
    db.session.commit()
    return redirect(url_for(".job", number=number), code=303)


def _again(found: Import) -> ResponseReturnValue:
    """The same file looked at once more, after it was not done."""
    if found.state in GOES_ON | {LOOKED_AT, DONE}:
        raise Problem(jobs.ASKED_BEFORE)
    register, reading = models.BY_NAME[found.register], jobs.Reading.of(found.how)
    fresh = jobs.again(db.session(), found).id
    book = jobs.workbook(storing.imports(), found)
    draft = choosing.draft(register, book, {}, reading.sheet)
    db.session.commit()
    importjob.look(fresh, draft, reading)
    return redirect(url_for(".job", number=fresh), code=303)


def _waiting(found: Import) -> ResponseReturnValue:
    register, looks = models.BY_NAME[found.register], found.state in {TO_LOOK, LOOKING}
    title = _("Vi ser gjennom radene …") if looks else _("Importen pågår")
    return render_template(
        "importing/waiting.html",
        title=title,
        **_frame(register, title),
        name=found.name,
        looks=looks,
        event=found.event,
        **underway.of_job(found.event, importpage.state(found)),
        mine_url=url_for(".index"),
        job_url=url_for(".job", number=found.id),
    )


def _ended(found: Import) -> ResponseReturnValue:
    register, seen = models.BY_NAME[found.register], importjob.seen_of(found)
    is_done = found.state == DONE
    title = _("Importert") if is_done else _("Ingenting er importert")
    return render_template(
        "importing/ended.html",
        title=title,
        **_frame(register, title),
        **importpage.ended(found, seen),
        is_done=is_done,
        further=importjob.further(found) if is_done else [],
        said=found.said,
        name=found.name,
        job_url=url_for(".job", number=found.id),
        left_url=url_for(".left_out", number=found.id),
        list_url=url_for(f"{register.__tablename__}.index_view"),
        new_url=url_for(".new", register=register.__tablename__),
    )


@blueprint.get("/now/")
@needs(signed_in)
def now() -> ResponseReturnValue:
    """How far each of one's own has come here that is asked for, by its event, for a page that waits."""
    going = [one for one in jobs.mine(db.session()) if one.state in GOES_ON]
    return jsonify({one.event: underway.of_job(one.event, importpage.state(one)) for one in going})


@blueprint.get("/<int:number>/left-out/")
@needs(signed_in)
def left_out(number: int) -> ResponseReturnValue:
    """The sheet with what is wrong in it marked and said; of one that cannot be marked, its rows that do not go in."""
    found = importjob.own(number)
    if not found.counts:
        return redirect(url_for(".job", number=number))
    register, seen, files = models.BY_NAME[found.register], importjob.seen_of(found), storing.imports()
    rows = [seen.rows[place] for place in seen.staying(importpage.without(found))]
    book = jobs.workbook(files, found)
    with jobs.turn(files), files.place(found.stored).open("rb") as file:
        content, ending = faulty.marked(file, book, rows), faulty.ending(book)
    if content is None:
        out, table = BytesIO(), jobs.begun(found, book).table
        write(faulty.anew(table, rows, tr(register.__register__.name), language()), out)
        content, ending = out.getvalue(), EXCEL
    name = file_name(f"{Path(found.name).stem} {_('Feil')}", ending)
    kind = XLSX if ending == EXCEL else XLSM
    return send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


@blueprint.errorhandler(Problem)
def told(problem: Problem) -> ResponseReturnValue:
    """What stands in the way of what is asked, as a page."""
    db.session.rollback()
    title = _("Import")
    page = render_template(
        "register/bulk_stopped.html",
        title=title,
        breadcrumbs=_trail(title),
        sentence=explain(problem),
        back_url=url_for(".index"),
    )
    return page, 409


def _frame(register: type[Any], title: str) -> dict[str, Any]:
    name = tr(register.__register__.name)
    list_url = url_for(f"{register.__tablename__}.index_view")
    return {"eyebrow": name, "breadcrumbs": [*_trail(name)[:1], {"label": name, "url": list_url}, *_trail(title)[1:]]}


def _trail(title: str) -> list[dict[str, Any]]:
    return [{"label": _("Start"), "url": "/"}, {"label": title, "url": None}]
