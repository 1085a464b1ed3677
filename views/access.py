"""The one way in: who is asking, for which municipality, and the scope that follows. Every request passes here."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import func, select

from models import roles, scope
from models.choices import LanguageForm
from models.database import db
from models.finding import as_id
from models.municipality import Municipality
from models.people import Membership, ProjectRole, User
from models.roles import Actor, Grant

IDLE_SECONDS, ABSOLUTE_SECONDS = 30 * 60, 8 * 60 * 60
SEEN_SECONDS = 30  # the cookie is signed anew no more often than this
PUBLIC = {"session.sign_in", "session.language", "static", "health", "favicon"}
OSLO = ZoneInfo("Europe/Oslo")
MUNICIPALITY = "municipality"


class Person(UserMixin):
    """The signed-in person as Flask-Login knows one: a number and the key of the session."""

    def __init__(self, user: User) -> None:
        self.user_id, self.name, self.email = user.id, user.name, user.email
        self.language = user.language
        self.session_key = user.session_key

    def get_id(self) -> str:
        return f"{self.user_id}:{self.session_key}"


def person() -> Person:
    """Who is asking. While nobody is signed in, Flask-Login's stand-in, which knows only `is_authenticated`."""
    found: Person = current_user._get_current_object()
    return found


def install(app: Flask) -> None:
    """Load people, open a scope for every request, and close it again whatever happens."""
    login = LoginManager(app)
    login.session_protection = ""
    login.user_loader(load_person)
    app.before_request(_enter)
    app.teardown_request(_leave)


def load_person(identity: str) -> Person | None:
    """The person behind a session cookie, unless signed out, deactivated, or idle too long."""
    user_id, _, key = identity.partition(":")
    moment = time.time()
    stale = moment - session.get("seen", 0) > IDLE_SECONDS or moment - session.get("since", 0) > ABSOLUTE_SECONDS
    if stale or not user_id.isdigit():
        return None
    # On PostgreSQL this transaction also reads the memberships, so it must say whose they are.
    with scope.use(scope.Scope(user_id=int(user_id), everyone=True)):
        user = db.session.get(User, int(user_id))
    if user is None or not user.active or not secrets.compare_digest(user.session_key, key):
        return None
    return Person(user)


def _enter() -> ResponseReturnValue | None:
    """Refuse unsafe redirects, find the person, open the scope."""
    scope.enter(None)
    _check_return_address()
    g.request_id = secrets.token_hex(8)
    if not person().is_authenticated:
        if request.endpoint in PUBLIC or request.endpoint is None:
            return None
        if request.method != "GET":
            abort(401)
        return redirect(url_for("session.sign_in", next=request.full_path.rstrip("?")))
    if time.time() - session["seen"] > SEEN_SECONDS:
        session["seen"] = int(time.time())
    open_scope(person())
    return None


def _leave(_error: BaseException | None) -> None:
    scope.enter(None)


def open_scope(who: Person) -> None:
    """Put in force what somebody reaches in the chosen municipality; the choice never widens it."""
    g.municipalities = _municipalities()
    g.actor = _actor(who)
    everyone = list(g.municipalities)
    allowed = g.actor.municipalities(everyone)
    if not g.actor.grants:
        abort(403)
    g.active = _chosen(g.actor, allowed)
    scope.enter(roles.scope_for(g.actor, everyone, g.active, g.request_id))
    db.session.rollback()  # the transaction that looked the person up began before the scope was known


_known: dict[tuple[Any, ...], dict[int, tuple[str, LanguageForm]]] = {}


def _municipalities() -> dict[int, tuple[str, LanguageForm]]:
    """Every municipality's name and language form, in order. Which ones exist is no secret.

    Asked for each time is only whether any has changed: their number, their versions and the newest change.
    """
    state = select(func.count(), func.sum(Municipality.version), func.max(Municipality.updated_at))
    key = (str(db.engine.url), *db.session.execute(state).one())
    if key not in _known:
        rows = db.session.execute(
            select(Municipality.id, Municipality.name, Municipality.language).order_by(Municipality.sort_key)
        )
        _known.clear()
        _known[key] = {one: (name, form) for one, name, form in rows}
    return _known[key]


def _actor(who: Person) -> Actor:
    today = datetime.now(OSLO).astimezone(OSLO).date()
    with scope.use(scope.Scope(user_id=who.user_id)):
        local = db.session.execute(
            select(Membership.role, Membership.municipality_id, Membership.valid_from, Membership.valid_to).where(
                Membership.user_id == who.user_id
            )
        ).all()
        project = db.session.execute(
            select(ProjectRole.role, ProjectRole.valid_from, ProjectRole.valid_to).where(
                ProjectRole.user_id == who.user_id
            )
        ).all()
    grants = [Grant(str(role), where) for role, where, start, end in local if roles.in_force(start, end, today)]
    grants += [Grant(str(role)) for role, start, end in project if roles.in_force(start, end, today)]
    return Actor(who.user_id, who.name, tuple(grants))


def may_see_all(actor: Actor) -> bool:
    """Whether "all municipalities" is one of the choices: for roles in the project, and for those in several places."""
    return (
        any(grant.municipality_id is None for grant in actor.grants)
        or len({g.municipality_id for g in actor.grants}) > 1
    )


def _chosen(actor: Actor, allowed: list[int]) -> int | None:
    wanted = session.get(MUNICIPALITY, "")
    if wanted in allowed:
        return int(wanted)
    project = any(grant.municipality_id is None for grant in actor.grants)
    if project or (wanted == "all" and len(allowed) > 1):
        return None
    return allowed[0] if allowed else None


def choose(text: str) -> None:
    """Remember a choice of municipality. Raises 404 for one the person has no role in."""
    if text == "":
        session[MUNICIPALITY] = "all"
        return
    try:
        wanted = as_id(text)
    except ValueError:
        abort(404)
    if wanted not in g.actor.municipalities(g.municipalities):
        abort(404)
    session[MUNICIPALITY] = wanted


def today() -> Any:
    """Today's date in Norway."""
    return datetime.now(UTC).astimezone(OSLO).date()


def is_local(address: str) -> bool:
    """Whether an address stays on this site: one leading slash, nothing a browser would read as another host."""
    if not address.startswith("/") or address.startswith(("//", "/\\")):
        return False
    return address.isprintable() and "\\" not in address


def _check_return_address() -> None:
    """Refuse addresses that lead elsewhere. In a form `url` is a field; in an address it is a way back."""
    given = [*request.args.getlist("url"), *request.values.getlist("next")]
    if not all(is_local(address) for address in given if address):
        abort(400, description="return_address")
