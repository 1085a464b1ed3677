"""Sign-in and sign-out, the choice of municipality, and the choice of language."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from wtforms import EmailField, PasswordField

from models.database import db
from models.declare import passwords
from models.declare.choices import AccessEvent, SignInFailure
from models.declare.domains import Domain
from models.tenancy import scope
from models.tenancy.people import User
from models.tenancy.roles import ROLES
from views import errors, guesses, known_browsers, recent, witness
from views.access import ASKED, INVITED, Person, choose, holds_role, is_local, needs, person, places_of, signed_in
from views.register import resuming
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


@blueprint.app_errorhandler(401)
def ask_to_sign_in(error: HTTPException) -> ResponseReturnValue:
    """What was sent by who is not signed in. A form of a row waits in the page, and stands again after signing in."""
    kept = resuming.waiting()
    if kept is None:
        return errors.page(401, error.description)
    form = SignInForm(formdata=None)
    form.email.label.text, form.password.label.text = _("E-post"), _("Passord")
    return _page(form, kept), 401


def _page(form: SignInForm, kept: resuming.Waiting | None = None) -> str:
    label, demo, kept = _("Logg inn"), _demo(), kept or resuming.carried()
    return render_template(
        "session/sign_in.html", title=label, form=form, kept=kept, language_form="sign-in", submit_label=label, **demo
    )


class Busy(Exception):  # noqa: N818 - no error: too much is asked at once
    """No password is looked at now; when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _try_later(form: SignInForm, seconds: int) -> ResponseReturnValue:
    form.password.errors = (_("Det er for mange som prøver å logge inn akkurat nå. Vent litt og prøv igjen."),)
    return _page(form), 429, {"Retry-After": str(seconds)}


@contextmanager
def hashing() -> Iterator[None]:
    """For a block that looks at a password or makes one. Raises Busy when as many as there may be do so already."""
    if not _hashing.acquire(blocking=False):
        raise Busy(SOON)
    try:
        yield
    finally:
        _hashing.release()


def authenticate(email: str, password: str, *, signs_in: bool = True) -> User | None:
    """The user, or None. Wrong password, unknown, locked and deactivated look the same and take the same time.
    Raises Busy when others are being looked at, or when too many guesses came from the same place."""
    if wait := guesses.wait(request.remote_addr):
        raise Busy(wait)
    with scope.use(scope.Scope(everyone=True)):
        user = db.session.scalar(select(User).where(User.email == email.replace("\0", "").strip().lower()))
        with hashing():
            fits = passwords.fits(password[: passwords.LONGEST], user.password_hash if user else None)
        if not fits:
            guesses.note_failure(request.remote_addr)
        return _settle(user, fits=fits, signs_in=signs_in)


def _settle(user: User | None, *, fits: bool, signs_in: bool) -> User | None:
    """Note how it went, on the person and in the access log."""
    if user is not None and (why := _kept_out(user, signs_in=signs_in)) is not None:
        user.note_refused(why)
        db.session.commit()
        return None
    if user is None:
        event = AccessEvent.UNKNOWN
    elif fits:
        user.note_success(comes_in=holds_role(user.id) or INVITED in session)
        event = AccessEvent.SIGN_IN
    else:
        event = AccessEvent.LOCKED_OUT if user.note_failure() else AccessEvent.WRONG_PASSWORD
    if signs_in or not fits:
        _witness(user, event)
    db.session.commit()
    return user if fits else None


def _kept_out(user: User, *, signs_in: bool) -> SignInFailure | None:
    """Why somebody is kept out whatever the password is."""
    if not user.active:
        return SignInFailure.INACTIVE
    is_known = signs_in and known_browsers.knows(user)
    return SignInFailure.LOCKED if user.is_locked and not is_known else None


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
    same_person, waits = str(session.get("_user_id", "")).startswith(f"{user.id}:"), resuming.carried()
    kept = {"language", INVITED, ASKED} | (
        {"csrf_token"} if same_person else set()
    )  # so that a form left open can still be saved
    for key in set(session) - kept:
        del session[key]
    session["since"] = session["seen"] = int(time.time())
    session.permanent = True
    with scope.use(scope.Scope(everyone=True)):
        login_user(Person(user))
    target = request.args.get("next", "")
    answer = redirect(target if target and is_local(target) else "/", code=303)
    if same_person and (form := resuming.way_back(user.id)):
        flash(_("Du er logget inn igjen. Skjemaet står slik du skrev det. Det er ikke lagret ennå."), "info")
        answer = redirect(form, code=307)
    elif waits:
        flash(_("Skjemaet var skrevet av en annen, og er ikke tatt med. Ingenting av det er lagret."), "warning")
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
    answer = redirect(url_for("session.sign_in"), code=303)
    recent.forget(answer)
    return answer


@blueprint.post("/municipality/")
@needs(signed_in)
def switch() -> ResponseReturnValue:
    """Choose which municipality to work in, and go on to what it was chosen for."""
    choose(request.form.get("municipality", ""))
    return redirect(request.form.get("back") or "/", code=303)


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
