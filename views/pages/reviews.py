"""Going through who has access to a municipality: each role stands or is taken away, all at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from models.database import db
from models.declare.choices import AccessEvent
from models.declare.clock import today
from models.declare.words import N_, Problem
from models.queries import year
from models.tenancy import reviews
from models.tenancy.people import Membership
from models.tenancy.reviews import AccessReview
from models.tenancy.roles import can
from views import formatters, witness
from views.access import needs
from views.places import places_for
from views.texts import explain, ngettext, tr
from views.texts import gettext as _

blueprint = Blueprint("reviews", __name__, url_prefix="/access-review")
KEEP, REMOVE, MONTHS = "keep", "remove", 12
CHANGED = N_("Noen ga eller endret tilganger etter at du åpnet siden. Se over på nytt. Ingenting er lagret.")
UNANSWERED = N_("Velg Stemmer eller Fjern for alle, eller trykk Bekreft alle.")


def may_review() -> bool:
    """Whether somebody gives roles and reads when it was gone through: the local administrator."""
    return can(g.actor, "create", Membership, g.active) and can(g.actor, "read", AccessReview, g.active)


@blueprint.route("/", methods=["GET", "POST"])
@needs(may_review)
def index() -> ResponseReturnValue:
    """Everybody who holds a role here. One's own is for another to go through."""
    if g.active is None:
        return _page([])
    rows = reviews.held(db.session)
    if request.method != "POST":
        return _page(rows)
    try:
        kept, removed = _gone_through([one for one in rows if not _is_own(one)], g.active)
    except Problem as problem:
        db.session.rollback()
        return _page(reviews.held(db.session), explain(problem)), 422
    except StaleDataError:
        db.session.rollback()
        return _page(reviews.held(db.session), tr(CHANGED)), 422
    flash(
        _("Tilgangene er gjennomgått: %(kept)s, %(removed)s.", kept=_kept(kept), removed=_removed(removed)), "success"
    )
    return redirect(url_for(".index"), code=303)


def _gone_through(rows: list[Membership], place: int) -> tuple[int, int]:
    """Take away what is to go, and write down that all is gone through. Raises Problem when the page showed something
    else than what is there, and when a role is neither to stand nor to go."""
    if request.form.getlist("shown") != [_stamp(one) for one in rows]:
        raise Problem(CHANGED)
    said = {one.id: request.form.get(f"role-{one.id}", KEEP if "all" in request.form else "") for one in rows}
    if not set(said.values()) <= {KEEP, REMOVE}:
        raise Problem(UNANSWERED)
    going = [one for one in rows if said[one.id] == REMOVE]
    for one in going:
        reviews.take_away(db.session, one)
    db.session.flush()
    kept, removed = len(rows) - len(going), len(going)
    due = year.months_before(today(), -MONTHS)
    reviews.note(db.session(), place, g.actor, due, kept=kept, removed=removed)
    told = f"{_kept(kept)}, {_removed(removed)}"
    witness.add(AccessEvent.ACCESS_REVIEWED, [place], subject=told, address=request.remote_addr)
    db.session.commit()
    return kept, removed


def _is_own(one: Membership) -> bool:
    return bool(one.user_id == g.actor.user_id)


def _stamp(one: Membership) -> str:
    """Which role, as it stood: what is shown is what is gone through."""
    return f"{one.id}.{one.version}"


def _kept(number: int) -> str:
    return ngettext("%(num)s rolle står", "%(num)s roller står", number)


def _removed(number: int) -> str:
    return ngettext("%(num)s er tatt bort", "%(num)s er tatt bort", number)


def _page(rows: list[Membership], problem: str = "") -> str:
    done = reviews.last(db.session) if g.active is not None else None
    return render_template(
        "session/review.html",
        title=_("Gjennomgang av tilganger"),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": tr(Membership.__register__.name), "url": url_for("membership.index_view")},
            {"label": _("Gjennomgang av tilganger"), "url": None},
        ],
        intro=_last(done),
        problem=problem,
        places=places_for(Membership),
        here=url_for(".index"),
        people=[_told(one) for one in rows],
        any_other=any(not _is_own(one) for one in rows),
    )


def _last(done: Any) -> str:
    if done is None:
        return _("Det er ikke skrevet ned at tilgangene er gjennomgått. Gjør det minst én gang i året.")
    return _(
        "Sist gjennomgått %(when)s av %(who)s: %(kept)s, %(removed)s. Neste gang innen %(due)s.",
        when=formatters.moment(done.done_at), who=done.done_by_name, kept=_kept(done.kept),
        removed=_removed(done.removed), due=formatters.day(done.due),
    )  # fmt: skip


def _told(one: Membership) -> dict[str, Any]:
    user = one.user
    if user is None:
        abort(404)
    period = [_("fra %(day)s", day=formatters.day(one.valid_from))] if one.valid_from else []
    period += [_("til %(day)s", day=formatters.day(one.valid_to))] if one.valid_to else []
    seen = formatters.moment(user.last_sign_in) if user.last_sign_in else ""
    return {
        "id": one.id,
        "stamp": _stamp(one),
        "name": user.name,
        "email": user.email,
        "role": tr(one.role.label),
        "period": ", ".join(period),
        "seen": _("Sist logget inn %(when)s", when=seen) if seen else _("Har aldri logget inn"),
        "active": user.active,
        "own": _is_own(one),
        "chosen": request.form.get(f"role-{one.id}", ""),
    }
