"""The one way in: who is asking, for which municipality, and the scope that follows. Every request passes here."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection
from datetime import date
from functools import wraps
from typing import Any, NamedTuple, TypeVar, cast

from flask import Flask, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, logout_user
from sqlalchemy import select

from models.database import db
from models.declare.choices import LanguageForm
from models.declare.clock import today
from models.declare.fields import is_owned
from models.declare.memories import Bounded, memory
from models.declare.numbers import as_id
from models.queries import acceding as not_open
from models.queries import acting
from models.queries.places import told_apart
from models.registers.municipality import Municipality, example_id
from models.tenancy import roles, scope
from models.tenancy.roles import Actor, Grant, can
from models.tenancy.session import TenantSession
from views import remembered

IDLE_SECONDS, ABSOLUTE_SECONDS = 30 * 60, 8 * 60 * 60
SEEN_SECONDS = 30  # the cookie is signed anew no more often than this
PUBLIC = {
    "session.sign_in", "session.language", "joining.open_link", "confirming.open_link", "calendars.feed", "quote.index",
    "whatif.index", "asking.index", "asking.asked", "opened.index", "opened.catalogue", "opened.as_file", "static",
    "health.alive", "health.ready", "favicon",
}  # fmt: skip
PLACELESS = {"session.sign_in", "session.sign_out", "session.switch", "session.language"}  # the same wherever one is
View = TypeVar("View", bound=Callable[..., Any])
MUNICIPALITY, OPENED_IN, INVITED, ASKED = "municipality", "opened_in", "invited", "asked"
EXAMPLE, LEFT = "example", "left"


# How far a browser reached last time, which most often is how far it reaches: PostgreSQL is told so before the one
# statement that finds out, which needs no more than who is asking, and told again only when it is otherwise. It saves
# one of the four statements of a list.
_reached = memory(Bounded(500))


class Person(UserMixin):
    """The signed-in person as Flask-Login knows one: a number and the key of the session; the roles held today; and the
    municipalities that are not open yet, in which roles `wait`."""

    def __init__(self, user: Any, grants: tuple[Grant, ...] = (), waits: tuple[int, ...] = ()) -> None:
        self.user_id, self.name, self.email = user.id, user.name, user.email
        self.language, self.settings = user.language, user.settings
        self.session_key = user.session_key
        self.grants, self.waits = grants, waits

    def get_id(self) -> str:
        return f"{self.user_id}:{self.session_key}"


def know_nobody_else() -> None:
    """Ask the database no more who is signed in: in this request it is whoever is known by now, else nobody."""
    if not hasattr(g, "_login_user"):
        g._login_user = AnonymousUserMixin()


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
    with scope.use(_reached.get(_browser(identity)) or scope.Scope(user_id=int(user_id), everyone=True)):
        rows = cast(TenantSession, db.session()).identify(int(user_id))
    if not rows or not rows[0].active or not secrets.compare_digest(rows[0].session_key, key):
        return None
    remembered.begin(rows[0].changed)
    return Person(rows[0], acting.grants_of(rows), acting.waiting(rows))


def places_of(user_id: int) -> tuple[int | None, ...]:
    """Where somebody holds a role today; None for the project, also when it is nowhere."""
    return tuple(dict.fromkeys(grant.municipality_id for grant in acting.grants_of(_identified(user_id)))) or (None,)


def holds_role(user_id: int) -> bool:
    """Whether somebody holds a role anywhere today."""
    return bool(acting.grants_of(_identified(user_id)))


def _identified(user_id: int) -> Any:
    return acting.identified(db.session(), user_id)


def actor_of(user_id: int) -> Actor | None:
    """Who somebody is that is not asking; None of whom may not sign in."""
    return acting.actor_of(db.session(), user_id)


def stand_in(user_id: int) -> Person | None:
    """Put in force what somebody reaches in all their municipalities together, to tell them of it when they are not
    here; None, and nothing in force, for who may not come in today. In a context of its own, which ends it."""
    with scope.use(scope.Scope(user_id=user_id, everyone=True)):
        rows = cast(TenantSession, db.session()).identify(user_id)
        if not rows or not rows[0].active or not (grants := acting.grants_of(rows)):
            return None
        g.municipalities, g.active, g.request_id, g.example = _municipalities(), None, "", False
    found = g._login_user = Person(rows[0], grants)
    g.actor = Actor(found.user_id, found.name, grants)
    scope.enter(roles.scope_for(g.actor, g.municipalities, None))
    return found


def seconds_left() -> int:
    """How long until the session ends however much is done in it."""
    return max(0, int(session.get("since", 0) + ABSOLUTE_SECONDS - time.time()))


def needs(rule: Callable[..., bool]) -> Callable[[View], View]:
    """Put a rule at the door of a view: whom it does not hold of is answered 403. What depends on a row is asked of the
    row, inside. A view that is neither public nor has a rule fails a test."""

    def with_door(view: View) -> View:
        @wraps(view)
        def entered(*of_a_class: Any, **named: Any) -> Any:
            if not rule(*of_a_class):
                abort(403)
            return view(*of_a_class, **named)

        entered.needs = rule  # type: ignore[attr-defined]  # functions take attributes
        return cast(View, entered)

    return with_door


def signed_in(*_of_a_class: Any) -> bool:
    """Everybody with a role somewhere."""
    return getattr(g, "actor", None) is not None


def _enter() -> ResponseReturnValue | None:
    """Refuse unsafe redirects, find the person, open the scope."""
    scope.enter(None)
    _check_return_address()
    if not person().is_authenticated:
        if request.endpoint in PUBLIC or request.endpoint is None:
            return None
        if request.method != "GET":
            abort(401)
        return redirect(url_for("session.sign_in", next=request.full_path.rstrip("?")))
    if not person().grants:
        if request.endpoint in PUBLIC:
            return None
        waits = person().waits
        logout_user()  # nobody is left signed in before closed doors
        if waits:
            g.lacks = not_open.lacks(db.session, waits)
        abort(403, description="not_open" if waits else "no_role")
    if time.time() - session["seen"] > SEEN_SECONDS:
        session["seen"] = int(time.time())
    open_scope(person())
    return None


def _leave(error: BaseException | None) -> None:
    if error is None:
        cast(TenantSession, db.session()).end_reading()
    scope.enter(None)


def open_scope(who: Person) -> None:
    """Put in force what somebody reaches in the chosen municipality; the choice never widens it."""
    _enter_scope(who)
    if request.method == "POST" and request.endpoint not in PLACELESS:
        _return_to_where_it_was_opened()
        if g.example and request.endpoint != "introduction.seen":
            abort(403)  # nothing is posted there, be it one's own: what one follows, or an address for a calendar


def _return_to_where_it_was_opened() -> None:
    """What is posted is done in the municipality its page was opened in, whatever was chosen since, or not at all."""
    opened_in = request.form.get(OPENED_IN)
    if opened_in is None:
        abort(400, description="opened_in")
    if opened_in != str(g.active or ""):
        choose(opened_in)
        _enter_scope(person())


def _enter_scope(who: Person) -> None:
    example = the_example() if session.get(MUNICIPALITY) == EXAMPLE else None
    if example is not None:
        _look_at(who, example)
    else:
        _reach_out(who)
    found = roles.scope_for(g.actor, g.municipalities, g.active, g.request_id, example=example is not None)
    scope.enter(found)
    _reached[_browser(person().get_id())] = found


def _reach_out(who: Person) -> None:
    """To all one holds a role in; the chosen municipality never widens it."""
    g.example, g.municipalities = False, remembered.asked("municipalities", _real_municipalities)
    closed = frozenset(one for one, place in g.municipalities.items() if place.until and place.until <= today())
    g.actor = Actor(who.user_id, who.name, who.grants, closed)
    g.active = _chosen(g.actor, g.actor.municipalities(g.municipalities))


def _look_at(who: Person, example: int) -> None:
    """At what is made up: as a municipality that has ended is looked at, and nothing else meanwhile."""
    with scope.use(scope.Scope(example=True)):
        g.example, g.municipalities = True, remembered.asked("municipalities of the example", _municipalities)
    g.actor = Actor(who.user_id, who.name, roles.looking_at(example), frozenset([example]))
    g.active = example


def _browser(identity: str) -> tuple[str, Any]:
    return identity, session.get(MUNICIPALITY)


def _real_municipalities() -> dict[int, Place]:
    with scope.use(scope.Scope()):
        return _municipalities()


class Place(NamedTuple):
    """What every page may need of a municipality."""

    name: str
    form: LanguageForm
    until: date | None  # the first day it takes part no more
    ended: date | None  # the first day it is no more


def _municipalities() -> dict[int, Place]:
    """Every municipality, in order. Which ones exist is no secret."""
    columns = Municipality.id, told_apart(), Municipality.language, Municipality.until, Municipality.ended
    found = db.session.execute(select(*columns).order_by(Municipality.sort_key, Municipality.id))
    return {one: Place(name, form, until, ended) for one, name, form, until, ended in found}


def may_see_all(actor: Actor) -> bool:
    """Whether "all municipalities" is one of the choices: for roles in the project, and for those in several places."""
    return (
        any(grant.municipality_id is None for grant in actor.grants)
        or len({g.municipality_id for g in actor.grants}) > 1
    )


def _chosen(actor: Actor, allowed: Collection[int]) -> int | None:
    wanted = session.get(MUNICIPALITY, "")
    if wanted in allowed:
        return int(wanted)
    project = any(grant.municipality_id is None for grant in actor.grants)
    if project or (wanted == "all" and len(allowed) > 1):
        return None
    return next(iter(allowed), None)


def choose(text: str) -> None:
    """Remember a choice of municipality. Raises 404 for one the person has no role in."""
    if text == EXAMPLE:
        _leave_for_the_example()
        return
    if g.example:
        _reach_out(person())
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


def _leave_for_the_example() -> None:
    if the_example() is None:
        abort(404)
    if not g.example:
        session[LEFT] = g.active
    session[MUNICIPALITY] = EXAMPLE


def the_example() -> int | None:
    """The id of what is made up to be looked at; None where it has not been made."""
    return remembered.asked("example", lambda: example_id(db.session))


def place_left() -> tuple[str, str]:
    """The municipality one came to the example from, as it is chosen and by name; empty for several together."""
    left = session.get(LEFT) or 0
    places = remembered.asked("municipalities", _real_municipalities)
    mine = Actor(0, "", person().grants).municipalities(places)
    return (str(left), places[left].name) if left in mine else ("", "")


def is_local(address: str) -> bool:
    """Whether an address stays on this site: one leading slash, nothing a browser would read as another host."""
    if not address.startswith("/") or address.startswith(("//", "/\\")):
        return False
    return address.isprintable() and "\\" not in address


def _check_return_address() -> None:
    """Refuse addresses that lead elsewhere. In a form `url` is a field; in an address it is a way back."""
    given = [*request.args.getlist("url"), *request.values.getlist("next"), *request.values.getlist("back")]
    if not all(is_local(address) for address in given if address):
        abort(400, description="return_address")


def may_create(register: type[Any]) -> bool:
    """Whether the person may make a row here: of an owned register only once a municipality is chosen."""
    if not can(g.actor, "create", register, g.active):
        return False
    return not is_owned(register) or scope.current().active is not None
