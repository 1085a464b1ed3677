"""Adding files and links to a row, taking them away and back, and handing files out. They are shown on the row's page.

A file is taken for what is in it, whatever it is called, and is handed out to be saved, never to be shown by a browser.
"""

from __future__ import annotations

import os
from contextlib import closing
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from models.changes import attaching
from models.database import db
from models.declare.filekinds import kind_of, media_of
from models.declare.numbers import BIGGEST
from models.declare.titles import title_of as name_of_row
from models.declare.words import N_, Problem
from models.registers.attachments import CLASSES, address_of, attachment_class, name_of, title_of
from views import storing
from views.access import needs, person, signed_in
from views.register import attached
from views.register.beside import row_at
from views.texts import explain, language
from views.texts import gettext as _

blueprint = Blueprint("attachments", __name__, url_prefix="/attachments")
FILE = f"{blueprint.name}.file"
FILES = {FILE, "accessions.act"}
AROUND = 256 * 1024  # what a form says beside the file in it
NO_FILE = N_("Velg en fil først.")
NO_ADDRESS = N_("Skriv adressen først.")
TOO_LARGE = N_("Filen er for stor: %(size)s. Den kan være høyst %(most)s.")


def let_files_in(app: Flask) -> None:
    """Of the forms with a file in them more is taken than of others, and only from who is signed in, which is asked
    first. Before anything reads a form: what reads it first decides how long it may be."""

    @app.before_request
    def widen() -> None:
        if request.endpoint in FILES and request.method == "POST" and person().is_authenticated:
            request.max_content_length = storing.largest() + AROUND


@blueprint.route("/<register>/<int:row_id>/file/", methods=["GET", "POST"])
@needs(signed_in)
def file(register: str, row_id: int) -> ResponseReturnValue:
    """Hang a file on a row."""
    return _adding(register, row_id, attach_file)


@blueprint.route("/<register>/<int:row_id>/link/", methods=["GET", "POST"])
@needs(signed_in)
def link(register: str, row_id: int) -> ResponseReturnValue:
    """Hang a link on a row."""
    return _adding(register, row_id, _attach_link)


def _adding(register: str, row_id: int, add: Any) -> ResponseReturnValue:
    """The form on a page of its own; what was typed stands there still when it could not be taken."""
    row = row_at(register, row_id, attachment_class)
    if not attached.may_attach(row):
        abort(403)
    problem, name = "", name_of_row(row, language())
    if request.method == "POST":
        try:
            made = add(row)
            db.session.commit()
        except Problem as found:
            db.session.rollback()
            problem = explain(found)
        else:
            flash(_("«%(name)s» er lagt ved.", name=str(made)), "success")
            return redirect(_address(register, row_id), code=303)
    forms = attached.forms(row_at(register, row_id, attachment_class))
    typed = {key: request.form.get(key, "") for key in forms["typed"]}
    page = render_template(
        "register/attach.html",
        title=_("Legg ved en fil") if add is attach_file else _("Legg til en lenke"),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": name, "url": url_for(f"{register}.details_view", id=row_id)},
            {"label": _("Vedlegg og lenker"), "url": None},
        ],
        name=name,
        is_file=add is attach_file,
        forms=forms | {"typed": typed, "problem": problem},
        back_url=_address(register, row_id),
    )
    return page, 422 if problem else 200


def attach_file(row: Any) -> Any:
    """Keep the file that is sent, and then the row that names it. Raises Problem; then neither is there."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise Problem(NO_FILE)
    with closing(given):
        title, name, size = title_of(request.form.get("title", "")), name_of(given.filename), _size(given)
        if size > storing.largest():
            raise Problem(TOO_LARGE, size=attached.sized(size), most=attached.sized(storing.largest()))
        content: Any = given.stream
        kind, kept = kind_of(content, name), storing.files()
        stored, digest = kept.put(content)
    told = {"name": name, "ending": kind.ending, "size": size, "digest": digest, "stored": stored}
    try:
        return attaching.attach(db.session, row, storing.room(type(row)), title=title, **told, **_author())
    except Problem:
        kept.drop(stored)
        raise


def _attach_link(row: Any) -> Any:
    if not request.form.get("address", "").strip():
        raise Problem(NO_ADDRESS)
    title, address = title_of(request.form.get("title", "")), address_of(request.form["address"])
    return attaching.attach(db.session, row, storing.room(type(row)), title=title, address=address, **_author())


def _author() -> dict[str, Any]:
    return {"author_id": g.actor.user_id, "author_name": g.actor.name}


def _size(given: FileStorage) -> int:
    size = given.stream.seek(0, os.SEEK_END)
    given.stream.seek(0)
    return size


@blueprint.get("/<kind>/<int:number>/")
@needs(signed_in)
def download(kind: str, number: int) -> ResponseReturnValue:
    """Hand out a file whose content is what was put there."""
    found, _row = _at(kind, number)
    if found.stored is None or found.removed_at is not None:
        abort(404)
    content = storing.content_of(found, f"{kind} attachment")
    answer = send_file(content, media_of(found.ending), as_attachment=True, download_name=found.name, max_age=0)
    answer.content_length = found.size
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@blueprint.post("/<kind>/<int:number>/state/")
@needs(signed_in)
def state(kind: str, number: int) -> ResponseReturnValue:
    """Take a file or a link away, or put it back."""
    found, row = _at(kind, number)
    if not attached.may_attach(row):
        abort(403)
    back = "again" in request.form
    if back is (found.removed_at is not None) and attached.may_come_back(found):
        (attaching.put_back if back else attaching.take_away)(db.session, row, found)
        db.session.commit()
    return redirect(_address(found.register, found.row_id), code=303)


def _at(kind: str, number: int) -> tuple[Any, Any]:
    """What hangs there, and the row it hangs on, as far as one reaches; else 404."""
    cls = CLASSES.get(kind) or abort(404)
    found = db.session.get(cls, min(number, BIGGEST)) or abort(404)
    return found, row_at(found.register, found.row_id, attachment_class)


def _address(register: str, row_id: int) -> str:
    return f"{url_for(f'{register}.details_view', id=row_id)}#attachments"
