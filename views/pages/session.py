"""Sign-in and sign-out, the choice of municipality, and the choice of language."""

from __future__ import annotations

import time
from threading import BoundedSemaphore
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import EmailField, PasswordField

from models.database import db
from models.declare import passwords
from models.declare.choices import AccessEvent
from models.declare.domains import Domain
from models.tenancy import scope
from models.tenancy.people import User
from models.tenancy.roles import ROLES
from views import guesses, known_browsers, witness
from views.access import Person, choose, is_local, needs, person, places_of, signed_in
from views.texts import choose_language, tr
from views.texts import gettext as _

blueprint = Blueprint("session", __name__)
# Hashing costs 19 MiB and 30 ms each. Two at a time leave the worker's other threads to those who are signed in;
# who comes third is told to try again at once, and waits nowhere.
_hashing = BoundedSemaphore(2)
SOON = 1  # seconds


class SignInForm(FlaskForm):
    email = EmailField(render_kw={"autocomplete": "username", "required": True})
    password = PasswordField(render_kw={"autocomplete": "current-password", "required": True})


@blueprint.route("/sign-in/", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Show the form; on success go to where the person was heading."""
    form, posted = SignInForm(), request.method == "POST"
    switched = posted and choose_language(request.form.get("switch_language", ""))
    form.email.label.text, form.password.label.text = _("E-post"), _("Passord")
    if posted and not switched:
        try:
            user = authenticate(form.email.data or "", form.password.data or "")
        except Busy as busy:
            return _try_later(form, busy.seconds)
        if user is not None:
            return _welcome(user)
        form.password.errors = (
            _("E-post eller passord stemmer ikke, eller det er prøvd for mange ganger. Vent litt og prøv igjen."),
        )
        return _page(form), 401
    return _page(form)


def _page(form: SignInForm) -> str:
    label, demo = _("Logg inn"), _demo()
    return render_template(
        "session/sign_in.html", title=label, form=form, language_form="sign-in", submit_label=label, **demo
    )


class Busy(Exception):  # noqa: N818 - no error: too much is asked at once
    """No password is looked at now; when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _try_later(form: SignInForm, seconds: int) -> ResponseReturnValue:
    form.password.errors = (_("Det er for mange som prøver å logge inn akkurat nå. Vent litt og prøv igjen."),)
    return _page(form), 429, {"Retry-After": str(seconds)}


def authenticate(email: str, password: str, *, signs_in: bool = True) -> User | None:
    """The user, or None. Wrong password, unknown, locked and deactivated look the same and take the same time.
    Raises Busy when others are being looked at, or when too many guesses came from the same place."""
    if wait := guesses.wait(request.remote_addr):
        raise Busy(wait)
    with scope.use(scope.Scope(everyone=True)):
        user = db.session.scalar(select(User).where(User.email == email.replace("\0", "").strip().lower()))
        if not _hashing.acquire(blocking=False):
            raise Busy(SOON)
        try:
            fits = passwords.fits(password[: passwords.LONGEST], user.password_hash if user else None)
        finally:
            _hashing.release()
        if not fits:
            guesses.note_failure(request.remote_addr)
        return _settle(user, fits=fits, signs_in=signs_in)


def _settle(user: User | None, *, fits: bool, signs_in: bool) -> User | None:
    """Note how it went, on the person and in the access log."""
    if user is not None and (not user.active or (user.is_locked and not (signs_in and known_browsers.knows(user)))):
        return None
    if user is None:
        event = AccessEvent.UNKNOWN
    elif fits:
        user.note_success()
        event = AccessEvent.SIGN_IN
    else:
        event = AccessEvent.LOCKED_OUT if user.note_failure() else AccessEvent.WRONG_PASSWORD
    if signs_in or not fits:
        _witness(user, event)
    db.session.commit()
    return user if fits else None


def _witness(user: User | None, event: Any) -> None:
    """Tell every municipality the person has a role in; of somebody unknown, the project."""
    places = places_of(user.id) if user else (None,)
    owned = {Domain.ACCESS: frozenset(one for one in places if one)}
    told = scope.Scope(
        user.id if user else None, user.name if user else "", owned, owned, everyone=True, request_id=g.request_id
    )
    with scope.use(told):
        witness.add(event, places, address=request.remote_addr)


def _welcome(user: User) -> ResponseReturnValue:
    same_person = str(session.get("_user_id", "")).startswith(f"{user.id}:")
    kept = {"language"} | ({"csrf_token"} if same_person else set())  # so that a form left open can still be saved
    for key in set(session) - kept:
        del session[key]
    session["since"] = session["seen"] = int(time.time())
    session.permanent = True
    with scope.use(scope.Scope(everyone=True)):
        login_user(Person(user))
    target = request.args.get("next", "")
    answer = redirect(target if target and is_local(target) else "/", code=303)
    known_browsers.remember(user, answer)
    return answer


@blueprint.post("/sign-out/")
@needs(signed_in)
def sign_out() -> ResponseReturnValue:
    """End this person's sessions everywhere: the key in the cookie no longer fits."""
    who = person()
    with scope.use(scope.Scope(everyone=True, user_id=who.user_id, user_name=who.name)):
        user = db.session.get(User, who.user_id)
        if user is not None:
            user.end_sessions()
            _witness(user, AccessEvent.SIGN_OUT)
            db.session.commit()
    logout_user()
    session.clear()
    flash(_("Du er logget ut."), "success")
    return redirect(url_for("session.sign_in"), code=303)


@blueprint.post("/municipality/")
@needs(signed_in)
def switch() -> ResponseReturnValue:
    """Choose which municipality to work in."""
    choose(request.form.get("municipality", ""))
    return redirect("/", code=303)


@blueprint.post("/language/")
def language() -> ResponseReturnValue:
    """Choose the language of the pages; remembered on the person when signed in."""
    choose_language(request.form.get("language", ""))
    target = request.form.get("next", "").rstrip("?")
    return redirect(target if target and is_local(target) else "/", code=303)


def _demo() -> dict[str, Any]:
    """The people one may sign in as: those who are there, only in demo mode, which listens on loopback alone."""
    if not current_app.config["DEMO"]:
        return {"demo_people": [], "demo_password": None}
    from models.seed.demo import DEMO_PEOPLE  # noqa: PLC0415 - the demo is not loaded where it is not shown

    with scope.use(scope.Scope(everyone=True)):
        known = set(db.session.scalars(select(User.email).where(User.email.in_([one.email for one in DEMO_PEOPLE]))))
    people = [
        {
            "name": one.name,
            "email": one.email,
            "roles": "; ".join(f"{tr(ROLES[role].name)}{f' ({where})' if where else ''}" for role, where in one.roles),
        }
        for one in DEMO_PEOPLE
        if one.email in known
    ]
    return {"demo_people": people, "demo_password": current_app.config["DEMO_PASSWORD"]}
