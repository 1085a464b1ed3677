"""A municipality asks to join, from the page of prices: anybody may, and nobody is sent anything. Who has asked is told
to the project alone; to others no more than that somebody has."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from models.changes import acceding
from models.database import db
from models.declare.clock import today
from models.declare.memories import memory
from models.declare.words import N_, Problem
from models.queries.payers import Known, called, everywhere, payer
from models.queries.quote import quote_for
from models.registers.accessions import NAME, NOTE
from models.tenancy import scope
from views import guesses
from views.pages.quote import LONGEST, NOBODY, trail
from views.texts import explain
from views.texts import gettext as _

blueprint = Blueprint("asking", __name__, url_prefix="/quote")
MOST = 20  # questions from one place in a quarter of an hour
ASKED = ("municipality", "name", "role", "email", "from", "note")
CHOOSE = N_("Velg kommunen i lista.")
WHICH_DAY = N_("Velg dagen kommunen ønsker å være med fra.")
_questions = guesses.Tally(memory({}), MOST)


@blueprint.route("/ask/", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """The form, with what the page of prices knows; or keep the question, and say what happens next."""
    place = guesses.place_of(request.remote_addr)
    with scope.use(scope.Scope()):
        known = everywhere(db.session)
        if request.method != "POST":
            return _page(known)
        if wait := _questions.wait(place):
            said = _("Det kom for mange forespørsler på kort tid. Vent litt og prøv igjen.")
            return _page(known, said), 429, {"Retry-After": str(wait)}
        _questions.note(place)
        try:
            _keep(known)
            db.session.commit()
        except Problem as problem:
            db.session.rollback()
            return _page(known, explain(problem)), 422
        except IntegrityError:
            db.session.rollback()
            return _page(known, explain(Problem(acceding.ASKED_ALREADY, name=_given("municipality")))), 422
    return redirect(url_for(".asked"), code=303)


def _keep(known: list[Known]) -> None:
    """Raises Problem."""
    name = _given("municipality")
    if not name:
        raise Problem(CHOOSE)
    one, day = called(known, name), _day(_given("from"))
    if one is None or not one.code:
        raise Problem(NOBODY, name=name)
    there = payer(db.session, one)
    if there.ended is not None and there.ended <= today():
        quote_for(db.session, one, day)  # which tells who took over
    acceding.ask(
        db.session, one, name=request.form.get("name", ""), role=request.form.get("role", ""),
        address=request.form.get("email", ""), wished=day, note=request.form.get("note", ""), joined=there.joined,
    )  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(WHICH_DAY) from None


def _given(name: str) -> str:
    return request.values.get(name, "").strip()[:LONGEST]


def _page(known: list[Known], error: str = "") -> str:
    chosen = called(known, _given("municipality")) if _given("municipality") else None
    given: dict[str, Any] = {name: request.values.get(name, "")[:NOTE] for name in ASKED}
    return render_template(
        "acceding/ask.html",
        title=_("Spør om å bli med"),
        breadcrumbs=trail((_("Spør om å bli med"), None)),
        error=error,
        places=[(one.name, one == chosen) for one in known],
        given=given,
        first=today(),
        longest=(NAME, NOTE),
    )


@blueprint.get("/asked/")
def asked() -> str:
    """What happens next; the same to everybody."""
    return render_template(
        "acceding/asked.html", title=_("Takk, spørsmålet er sendt"), breadcrumbs=trail((_("Spør om å bli med"), None))
    )
