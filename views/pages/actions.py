"""The few things one can do with a row beyond the form: take a template into use, give somebody a new password."""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import PasswordField

from models.changes.adopting import adopt
from models.database import db
from models.declare import passwords
from models.declare.choices import AccessEvent
from models.declare.domains import Domain
from models.declare.numbers import BIGGEST
from models.declare.words import Problem
from models.registers.catalogue import ProcessingTemplate
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.people import User
from models.tenancy.roles import can
from views import witness
from views.access import needs, person, places_of, signed_in
from views.pages.session import Busy, authenticate
from views.register.lacking import LACKING
from views.register.offers import may_adopt
from views.texts import explain, language_form
from views.texts import gettext as _

blueprint = Blueprint("actions", __name__)


@blueprint.post("/processing-template/<int:template_id>/use/")
@needs(may_adopt)
def take(template_id: int) -> ResponseReturnValue:
    """Make a draft from a template and open it for editing."""
    template = db.session.get(ProcessingTemplate, min(template_id, BIGGEST)) or abort(404)
    before = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.template == template)).first()
    row = adopt(db.session, template, language=language_form())
    db.session.commit()
    flash(_("Malen er hentet. Svar på det som mangler, og se over resten."), "success")
    if before is not None:
        text = _(
            "Malen var hentet fra før, som %(number)s «%(name)s». Slett den ene, om dere ikke trenger begge.",
            number=before.number,
            name=before.name,
        )
        flash(text, "info")
    return redirect(url_for("processing_activity.edit_view", id=row.id, only=LACKING), code=303)


def keeps_people() -> bool:
    """Whether somebody may change users; of the user at hand it is asked once more."""
    return can(g.actor, "edit", User)


def _kept(user_id: int) -> User:
    """The person, if whoever asks keeps that one."""
    user = db.session.get(User, min(user_id, BIGGEST)) or abort(404)
    if not can(g.actor, "edit", user):
        abort(403)
    return user


@blueprint.post("/user-account/<int:user_id>/unlock/")
@needs(keeps_people)
def unlock(user_id: int) -> ResponseReturnValue:
    """Let somebody who is held back after wrong passwords try again at once."""
    user = _kept(user_id)
    mine = scope.current().writable(Domain.ACCESS)
    places = [one for one in places_of(user.id) if one is None or one in mine]
    user.unlock()
    witness.add(AccessEvent.UNLOCKED, places or [None], subject=str(user), address=request.remote_addr)
    name = user.name
    db.session.commit()
    flash(_("Låst opp: %(name)s kan prøve å logge inn igjen.", name=name), "success")
    return redirect(url_for("user_account.details_view", id=user_id), code=303)


@blueprint.post("/user-account/<int:user_id>/password/")
@needs(keeps_people)
def new_password(user_id: int) -> ResponseReturnValue:
    """Give a person a new password, shown once, and end the sessions there are. Who hands it over knows to whom: so the
    address is proven."""
    user = _kept(user_id)
    password = "-".join(secrets.token_hex(2) for _part in range(4))
    user.set_password(password)
    user.prove()
    db.session.commit()
    return render_template(
        "session/new_password.html",
        title=_("Nytt passord"),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": user.name, "url": url_for("user_account.details_view", id=user.id)},
        ],
        name=user.name,
        email=user.email,
        password=password,
    )


class PasswordForm(FlaskForm):
    old = PasswordField(render_kw={"autocomplete": "current-password"})
    new = PasswordField(render_kw={"autocomplete": "new-password"})


@blueprint.route("/password/", methods=["GET", "POST"])
@needs(signed_in)
def own_password() -> ResponseReturnValue:
    """Change one's own password."""
    form, status, headers = PasswordForm(), 200, dict[str, str]()
    form.old.label.text, form.new.label.text = _("Passordet du har"), _("Nytt passord")
    form.new.description = _("Minst %(number)s tegn. En setning er lett å huske.", number=passwords.SHORTEST)
    if request.method == "POST":
        old, new = form.old.data or "", form.new.data or ""
        try:
            user = authenticate(person().email, old, signs_in=False)
            if user is None:
                said = _("Passordet stemmer ikke, eller det er prøvd for mange ganger. Vent litt og prøv igjen.")
                form.old.errors = (said,)
            else:
                passwords.check(new, old)
                user.set_password(new)
                db.session.commit()
                flash(_("Passordet er endret. Logg inn med det nye."), "success")
                return redirect(url_for("session.sign_in"), code=303)
        except Problem as problem:
            form.new.errors = (explain(problem),)
        except Busy as busy:
            said = _("Det er for mange som prøver å logge inn akkurat nå. Vent litt og prøv igjen.")
            form.old.errors, headers = (said,), {"Retry-After": str(busy.seconds)}
        status = 429 if headers else 422
    page = render_template(
        "session/password.html",
        title=_("Endre passord"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Endre passord"), "url": None}],
        form=form,
    )
    return page, status, headers
