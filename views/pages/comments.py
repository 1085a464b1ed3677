"""Saying something of a row, and what becomes of it. What is said is shown on the row's own page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from models.changes import remarking
from models.database import db
from models.declare.checks import no_national_identity_number
from models.declare.choices import CommentKind, CommentState
from models.declare.cleaning import lines
from models.declare.fields import is_owned
from models.declare.numbers import BIGGEST
from models.declare.words import N_, Problem, check_length
from models.queries import comments
from models.registers.comments import CLASSES, LONGEST, LONGEST_ANSWER, comment_class
from models.tenancy import scope
from models.tenancy.roles import advises
from views.access import needs, signed_in
from views.register import again
from views.register.beside import row_at
from views.register.remarks import left_by_their_authors, may_amend, may_say, may_settle
from views.texts import explain
from views.texts import gettext as _

blueprint = Blueprint("comments", __name__, url_prefix="/comments")
NOTHING = N_("Skriv noe først.")
ANOTHER = N_("Kommentaren er endret eller besvart etter at du åpnet siden. Se på den slik den står nå, og prøv igjen.")


@blueprint.post("/<register>/<int:row_id>/")
@needs(signed_in)
def say(register: str, row_id: int) -> ResponseReturnValue:
    """Say something of a row one may read."""
    row = row_at(register, row_id, comment_class)
    if not may_say(row):
        abort(403)
    said: Any = comment_class(type(row))
    owner = row.municipality_id if is_owned(type(row)) else scope.current().active
    kind = CommentKind.ADVICE if request.form.get("kind") == CommentKind.ADVICE else CommentKind.REMARK
    if kind is CommentKind.ADVICE and not advises(g.actor, owner):
        abort(403)
    try:
        text = _text("text", LONGEST)
        if not text:
            raise Problem(NOTHING)
        comment = said(
            municipality_id=owner, register=register, row_id=row.id, kind=kind, text=text,
            mentions=comments.mentioned(db.session, text), author_id=g.actor.user_id, author_name=g.actor.name,
        )  # fmt: skip
        db.session.add(comment)
        db.session.commit()
    except Problem as problem:
        along = [("kind", CommentKind.ADVICE)] if kind is CommentKind.ADVICE else []
        return _refused(
            register, row_id, explain(problem), name="text", along=along, title=_("Kommentaren er ikke lagret"),
            label=_("Skriv en kommentar"), button=_("Legg til kommentaren"),
        )  # fmt: skip
    return _shown(register, row_id)


def _shown(register: str, row_id: int) -> ResponseReturnValue:
    return redirect(f"{url_for(f'{register}.details_view', id=row_id)}#comments", code=303)


def _refused(register: str, row_id: int, why: str, *, name: str, **more: Any) -> ResponseReturnValue:
    """What stood in the way: beside what was written, where something was, else on the page of the row."""
    db.session.rollback()
    text = request.form.get(name, "")
    if text.strip():
        told = again.Refused(why=why, text=text, name=name, action=request.path, **more)
        return again.answer(row_at(register, row_id, comment_class), told)
    flash(why, "error")
    return _shown(register, row_id)


@blueprint.post("/<kind>/<int:number>/state/")
@needs(signed_in)
def settle(kind: str, number: int) -> ResponseReturnValue:
    """Say what became of a comment."""
    comment, row = _found(kind, number)
    if not may_settle(comment, row):
        abort(403)
    db.session.refresh(comment, with_for_update=True)
    try:
        state = CommentState(request.form.get("state", ""))
        comment.settle(state, g.actor.name, _text("answer", LONGEST_ANSWER))
        db.session.commit()
    except Problem as problem:
        return _refused(
            comment.register, comment.row_id, explain(problem), name="answer", along=[("state", request.form["state"])],
            title=_("Svaret er ikke lagret"), label=_("Hvorfor"), button=_("Lagre"),
        )  # fmt: skip
    except ValueError:
        abort(400)
    return _shown(comment.register, comment.row_id)


@blueprint.post("/<kind>/<int:number>/edit/")
@needs(signed_in)
def reword(kind: str, number: int) -> ResponseReturnValue:
    """Say otherwise what one has said."""
    comment = _own(kind, number)
    register, row_id = comment.register, comment.row_id
    try:
        _refuse_another(comment)
        text = _text("text", LONGEST)
        if not text:
            raise Problem(NOTHING)
        comment.reword(text, comments.mentioned(db.session, text))
        db.session.commit()
    except Problem as problem:
        return _refused(
            register, row_id, explain(problem), name="text", along=[("stamp", comment.stamp)],
            title=_("Endringen er ikke lagret"), label=_("Kommentaren"), button=_("Lagre"),
        )  # fmt: skip
    return _shown(register, row_id)


@blueprint.post("/<kind>/<int:number>/take-back/")
@needs(signed_in)
def take_back(kind: str, number: int) -> ResponseReturnValue:
    """Delete a remark of one's own, or withdraw one's advice."""
    comment = _own(kind, number)
    register, row_id = comment.register, comment.row_id
    try:
        _refuse_another(comment)
        comment.take_back()
        db.session.commit()
    except Problem as problem:
        db.session.rollback()
        flash(explain(problem), "error")
    return _shown(register, row_id)


@blueprint.post("/<kind>/<int:number>/remove/")
@needs(signed_in)
def remove(kind: str, number: int) -> ResponseReturnValue:
    """Delete what somebody who has left said, as who keeps people in the municipality."""
    comment, row = _found(kind, number)
    if not left_by_their_authors([comment]):
        abort(403)
    db.session.refresh(comment, with_for_update=True)
    try:
        _refuse_another(comment)
        remarking.remove(db.session, row, comment, g.actor.name)
        db.session.commit()
    except Problem as problem:
        db.session.rollback()
        flash(explain(problem), "error")
    return _shown(type(row).__tablename__, row.id)


def _found(kind: str, number: int) -> tuple[Any, Any]:
    """What was said and the row it was said of, as far as one reaches; else 404."""
    said = CLASSES.get(kind) or abort(404)
    comment = db.session.get(said, min(number, BIGGEST)) or abort(404)
    return comment, row_at(comment.register, comment.row_id, comment_class)


def _own(kind: str, number: int) -> Any:
    """What one has said oneself, held until it is changed: whoever settles it at the same moment waits."""
    comment, _row = _found(kind, number)
    if not may_amend(comment):
        abort(403)
    db.session.refresh(comment, with_for_update=True)
    return comment


def _refuse_another(comment: Any) -> None:
    """Raises Problem where the page was opened on something else than what stands there now."""
    if request.form.get("stamp") != comment.stamp:
        raise Problem(ANOTHER)


def _text(name: str, most: int) -> str:
    """What was written; Problem for what no text of ours may hold."""
    text = lines(request.form.get(name, "")) or ""
    for check in (check_length(most), no_national_identity_number):
        check(text)
    return text
