"""Coming in by an invitation: who is new chooses a password; then all sign in and say yes.

Neither page, answer nor the state of the invitation tells whether an address has a user: the same is said to both, and
the invitation waits until somebody has signed in and taken it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from wtforms import PasswordField

from models.database import db
from models.declare import passwords
from models.declare.words import Problem
from models.registers.municipality import Municipality
from models.tenancy import invitations, scope
from models.tenancy.invitations import Invitation
from models.tenancy.people import User
from models.tenancy.roles import ROLES
from views import formatters, guesses
from views.access import INVITED, MUNICIPALITY, actor_of, person
from views.pages.session import Busy, hashing
from views.texts import explain, tr
from views.texts import gettext as _

blueprint = Blueprint("joining", __name__)
LONGEST_KEY = 100


class JoinForm(FlaskForm):
    password = PasswordField(render_kw={"autocomplete": "new-password", "required": True})


@blueprint.route("/invitation/", methods=["GET", "POST"])
def open_link() -> ResponseReturnValue:
    """What the link of an invitation leads to. Its key goes from the address into the session, so that it stands in no
    later address: not in where one came from, and not in the way back from signing in."""
    if "key" in request.args:
        session[INVITED] = request.args["key"][:LONGEST_KEY]
        return redirect(url_for(".open_link"), code=303)
    key = session.get(INVITED, "")
    if wait := guesses.wait(request.remote_addr):
        return (
            _over(429, _("Det kom for mange forespørsler på kort tid. Vent litt og åpne lenken igjen.")),
            429,
            {"Retry-After": str(wait)},
        )
    reach = invitations.reach_of(key)
    with scope.use(reach or scope.Scope()):
        found = invitations.find(db.session, key) if reach else None
        if found is None and key:
            guesses.note_failure(request.remote_addr)
        if found is not None and person().is_authenticated and found.user_id == person().user_id:
            session.pop(INVITED, None)
            return redirect("/", code=303)
        if found is None or not found.is_open:
            return _over(404, tr(invitations.OVER)), 404
        return _answer(found)


def _answer(found: Invitation) -> ResponseReturnValue:
    """The page of an open invitation, or what comes of saying yes to it."""
    form, status = JoinForm(), 200
    form.password.label.text = _("Passord")
    form.password.description = _("Minst %(number)s tegn. En setning er lett å huske.", number=passwords.SHORTEST)
    if request.method == "POST":
        try:
            return _join(found) if person().is_authenticated else _begin(found, form.password.data or "")
        except (Problem, Busy) as hindrance:
            said, status = _why(hindrance)
            form.password.errors = (said,)
        except (StaleDataError, IntegrityError):
            db.session.rollback()
            return _over(404, tr(invitations.OVER)), 404
    return _page(found, form), status


def _why(hindrance: Problem | Busy) -> tuple[str, int]:
    db.session.rollback()
    if isinstance(hindrance, Problem):
        return explain(hindrance), 422
    return _("Det er for mange som prøver å logge inn akkurat nå. Vent litt og prøv igjen."), 429


def _begin(found: Invitation, password: str) -> ResponseReturnValue:
    """Keep the password for who is new. The role comes when somebody has signed in and said yes: the link alone gives
    nobody anything in another's name."""
    passwords.check(password, "")
    with hashing():
        hashed = passwords.hashed(password)
    with scope.use(_on_behalf(found)):
        invitations.choose_password(db.session, found, hashed)
        db.session.commit()
    said = _("Logg inn med e-posten din, og ta imot. Går det ikke med det nye passordet, gjelder det du hadde fra før.")
    flash(said, "info")
    return redirect(url_for("session.sign_in", next=url_for(".open_link")), code=303)


def _join(found: Invitation) -> ResponseReturnValue:
    """Give the role to who is signed in, if it is the one who is invited."""
    if person().email != found.email:
        return _page(found, JoinForm()), 403
    place = found.municipality_id
    with scope.use(_on_behalf(found)):
        user = db.session.get(User, person().user_id)
        assert user is not None  # noqa: S101 - is signed in
        invitations.take(db.session, found, user)
        db.session.commit()
    session[MUNICIPALITY] = place
    session.pop(INVITED, None)
    flash(_("Velkommen. Du har fått tilgangen."), "success")
    return redirect("/", code=303)


def _on_behalf(found: Invitation) -> scope.Scope:
    """What is done is done by who invited, whose right to it is looked at anew."""
    return invitations.on_behalf(found, actor_of(found.invited_by), g.request_id, _("Invitasjonen ble tatt imot."))


def _page(found: Invitation, form: JoinForm) -> str:
    role = ROLES[found.role.value]
    place: Any = db.session.get(Municipality, found.municipality_id)
    return render_template(
        "session/join.html",
        title=_("Du er invitert til Orden"),
        form=form,
        invitation={
            "name": found.name,
            "email": found.email,
            "who": found.invited_by_name,
            "place": place.name,
            "role": tr(role.name),
            "text": tr(role.text),
            "until": formatters.moment(found.expires_at),
        },
        me=person().email if person().is_authenticated else "",
        is_me=person().is_authenticated and person().email == found.email,
        sign_in_url=url_for("session.sign_in", next=url_for(".open_link")),
    )


def _over(code: int, message: str) -> str:
    return render_template(
        "error.html",
        code=code,
        title=_("Invitasjonen gjelder ikke"),
        message=message,
        advice=_("Har du valgt passord før, kan du logge inn."),
        back={"url": url_for("session.sign_in"), "label": _("Logg inn")},
        number=None,
    )
