"""Letting in a colleague: name, e-mail and role, and a link to send. Who they are to, and what became of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import EmailField, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from models.database import db
from models.declare.base import field_of
from models.declare.checks import no_national_identity_number
from models.declare.choices import AccessEvent
from models.declare.cleaning import line
from models.declare.numbers import BIGGEST
from models.declare.words import N_, Problem
from models.tenancy import invitations
from models.tenancy.people import Membership, MunicipalRole, User
from models.tenancy.roles import ROLES, can
from views import formatters, posting, witness
from views.access import needs, person
from views.places import places_for
from views.texts import explain, tr
from views.texts import gettext as _

blueprint = Blueprint("invitations", __name__, url_prefix="/invitations")
LEAST = next(iter(MunicipalRole))
FILL = N_("Fyll ut dette feltet.")
CHOOSE = N_("Velg et av alternativene.")


class InvitationForm(FlaskForm):
    name = StringField(render_kw={"autocomplete": "off", "required": True})
    email = EmailField(render_kw={"autocomplete": "off", "required": True})
    role = RadioField(validate_choice=False, default=LEAST.value)

    def prepare(self) -> None:
        """Say what the fields are in the reader's language."""
        self.name.label.text, self.email.label.text, self.role.label.text = _("Navn"), _("E-post"), _("Rolle")
        self.role.choices = [SelectChoice(one.value, tr(one.label)) for one in MunicipalRole]

    def checked(self) -> bool:
        """Whether what was posted can be used; what is wrong stands at its field. The checks are those of a user."""
        for field, key in ((self.name, "name"), (self.email, "email")):
            field.data = line(field.data or "")
            try:
                for check in (*field_of(User, key).valid, no_national_identity_number):
                    field.data = check(field.data)
                if not field.data:
                    raise Problem(FILL)
            except Problem as problem:
                field.errors = (explain(problem),)
        if self.role.data not in {one.value for one in MunicipalRole}:
            self.role.errors = (tr(CHOOSE),)
        return not any(field.errors for field in (self.name, self.email, self.role))


def may_invite() -> bool:
    """Whether somebody gives roles anywhere; where, is asked when a municipality is chosen."""
    return can(g.actor, "create", Membership, g.active)


@blueprint.get("/")
@needs(may_invite)
def index() -> ResponseReturnValue:
    """The form of an invitation, and those there are."""
    form = InvitationForm()
    form.prepare()
    return _page(form)


@blueprint.post("/")
@needs(may_invite)
def make() -> ResponseReturnValue:
    """Make an invitation. Where a mail server is set the link goes to the address by letter, and whoever invites never
    sees it; else it is shown: this once, as only a hash of it is kept."""
    if g.active is None:
        abort(403)
    form = InvitationForm()
    form.prepare()
    if not form.checked() or _is_known(form):
        return _page(form), 422
    role, mailed = MunicipalRole(form.role.data), posting.is_set_up()
    try:
        made, key = invitations.invite(db.session, g.actor, form.name.data, form.email.data, role, mailed=mailed)
    except Problem as problem:
        db.session.rollback()
        form.email.errors = (explain(problem),)
        return _page(form), 422
    _tell(AccessEvent.INVITED, made)
    shown = _shown(made)
    db.session.commit()
    if mailed:
        return _send(form, made.id, _letter(shown, posting.here(url_for("joining.open_link", key=key))))
    url = url_for("joining.open_link", key=key, _external=True)
    letter = _letter(shown, url)
    return render_template(
        "session/invitation.html",
        title=_("Send lenken til %(name)s", name=shown["name"]),
        breadcrumbs=_trail(shown["name"]),
        invitation=shown,
        url=url,
        letter=letter,
        mail=f"mailto:{quote(shown['email'])}?subject={quote(letter['subject'])}&body={quote(letter['body'])}",
    )


def _send(form: InvitationForm, number: int, letter: dict[str, str]) -> ResponseReturnValue:
    """Send the letter of an invitation that is made. One that does not leave takes the invitation back with it."""
    try:
        posting.send(form.email.data, letter["subject"], letter["body"])
    except posting.Unsent as unsent:
        db.session.get_one(invitations.Invitation, number).withdraw()
        told = {"subject": f"{form.email.data}: {unsent}", "address": request.remote_addr}
        witness.add(AccessEvent.MAIL_UNSENT, [g.active], **told)
        db.session.commit()
        said = _("Brevet ble ikke sendt, så invitasjonen er trukket tilbake. Sjekk adressen, og prøv igjen om litt. "
                 "Hjelper det ikke, si fra til brukerstøtte.")  # fmt: skip
        form.email.errors = (said,)
        return _page(form), 503
    flash(_("Brevet med lenken er sendt til %(email)s.", email=form.email.data), "success")
    return redirect(url_for(".index"), code=303)


def _is_known(form: InvitationForm) -> bool:
    """Whether the address is one's own, or of somebody one sees among the users already. Of others nothing is told."""
    if form.email.data == person().email:
        form.email.errors = (_("Dette er din egen adresse. Be en annen som kan gi tilganger, om å gi deg rollen."),)
        return True
    known = db.session.scalar(select(User).where(User.email == form.email.data))
    if known is not None:
        said = _(
            "%(name)s har bruker i Orden fra før. Gi et nytt passord og overlever det selv, så vet du hvem som får "
            "det. Legg så til rollen under Tilganger.",
            name=known.name,
        )
        form.email.errors = (said,)
    return known is not None


def _letter(shown: dict[str, Any], url: str) -> dict[str, str]:
    """What is written to who is invited: the words that go by mail, whoever sends it."""
    place = g.municipalities[g.active].name
    return {
        "subject": _("Invitasjon til Orden i %(place)s", place=place),
        "body": _(
            "Hei, %(name)s.\n\nDu er invitert til Orden i %(place)s som %(role)s. Åpne lenken og velg passord. "
            "Den virker én gang, til %(day)s.\n\n%(url)s\n\nHilsen %(who)s",
            name=shown["name"], place=place, role=shown["role"].lower(), day=shown["until"], url=url, who=g.actor.name,
        ),
    }  # fmt: skip


@blueprint.post("/<int:number>/withdraw/")
@needs(may_invite)
def withdraw(number: int) -> ResponseReturnValue:
    """Let the link of an invitation work no more."""
    found = db.session.get(invitations.Invitation, min(number, BIGGEST)) or abort(404)
    if not can(g.actor, "create", Membership, found.municipality_id):
        abort(403)
    if not found.is_open:
        flash(_("Invitasjonen venter ikke lenger, så det er ingenting å trekke tilbake."), "info")
        return redirect(url_for(".index"), code=303)
    found.withdraw()
    _tell(AccessEvent.UNINVITED, found)
    name = found.name
    db.session.commit()
    flash(_("Invitasjonen til %(name)s er trukket tilbake. Lenken virker ikke lenger.", name=name), "success")
    return redirect(url_for(".index"), code=303)


def _tell(event: Any, invitation: Any) -> None:
    """Write in the access log who was invited to what."""
    about = f"{invitation.name} <{invitation.email}> – {invitation.role.label}"
    witness.add(event, [invitation.municipality_id], subject=about, address=request.remote_addr)


def _shown(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "email": one.email,
        "role": tr(one.role.label),
        "place": g.municipalities[one.municipality_id].name,
        "who": one.invited_by_name,
        "made": formatters.moment(one.made_at),
        "until": formatters.moment(one.expires_at),
        "state": tr(one.state.label),
        "tone": one.state.tone,
        "url": url_for(".withdraw", number=one.id) if one.is_open else None,
    }


def _trail(*names: str) -> list[dict[str, Any]]:
    last = [{"label": name, "url": None} for name in names]
    first: dict[str, Any] = {"label": _("Inviter en kollega"), "url": url_for(".index") if names else None}
    return [{"label": _("Start"), "url": "/"}, first, *last]


def _page(form: InvitationForm) -> str:
    return render_template(
        "session/invitations.html",
        title=_("Inviter en kollega"),
        breadcrumbs=_trail(),
        form=form,
        role_texts={one.value: tr(ROLES[one.value].text) for one in MunicipalRole},
        places=places_for(Membership),
        place=g.municipalities[g.active].name if g.active else None,
        here=url_for(".index"),
        mailed=posting.is_set_up(),
        invitations=[_shown(one) for one in invitations.of_here(db.session)],
    )
