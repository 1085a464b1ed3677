"""Asking the owners of rows whether what stands there is right: from a row, or of many at once from a list. Who waits
for an answer, and what became of each.

An owner of several rows gets one letter, in which each row has a link of its own. One page for all of them would be one
key to them all, to be used in part and over days: neither single use nor bound to one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

import models
from models.changes.confirming import owner_of
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.fields import Field
from models.declare.numbers import BIGGEST
from models.declare.titles import title_of
from models.declare.words import N_, Problem
from models.queries import confirmed
from models.tenancy import confirmations
from models.tenancy.confirmations import Confirmation
from models.tenancy.roles import can, may_do
from reports.language import LANGUAGES
from views import formatters, posting, witness
from views.access import needs
from views.reached import reached
from views.register import asked, bulkselection, returning
from views.texts import explain, language, ngettext, speaking, tr
from views.texts import gettext as _

blueprint = Blueprint("confirmations", __name__, url_prefix="/confirmations")
MOST_AT_ONCE = 100  # rows: each has a link, which is sent or shown
TOO_MANY = N_("Velg høyst %(most)s rader om gangen.")
CONFIRMABLE = tuple(one for one in models.REGISTERS if owner_of(one) is not None)


def may_ask() -> bool:
    """Whether somebody keeps rows that have owners; of each row it is asked once more."""
    return any(can(g.actor, "edit", one, g.active) for one in CONFIRMABLE)


@blueprint.get("/")
@needs(may_ask)
def index() -> str:
    """Who is asked, and what became of it."""
    found = confirmed.here(db.session)
    questions = [one for one, _state in found]
    names = confirmed.names(db.session, questions, CONFIRMABLE, language())
    return render_template(
        "confirm/index.html",
        title=_("Bekreftelser fra eierne"),
        breadcrumbs=_trail(),
        several=g.active is None,
        questions=[_told(one, state, names.get((one.register, one.row_id))) for one, state in found],
    )


@blueprint.post("/<register>/<int:row_id>/")
@needs(may_ask)
def ask(register: str, row_id: int) -> ResponseReturnValue:
    """Ask the owner of one row."""
    row = _kept(reached(register, row_id))
    back = url_for(f"{register}.details_view", id=row_id)
    if lacking := _lacking(row, back):
        flash(lacking, "error")
        return redirect(back, code=303)
    return _ask([row], back)


@blueprint.route("/<register>/", methods=["GET", "POST"])
@needs(may_ask)
def several(register: str) -> ResponseReturnValue:
    """Ask the owners of the rows that are ticked in a list: first who would be asked about what, then the asking."""
    cls = next((one for one in CONFIRMABLE if one.__tablename__ == register), None) or abort(404)
    try:
        selection = bulkselection.asked(cls, "")
        if len(selection.ids) > MOST_AT_ONCE:
            raise Problem(TOO_MANY, most=MOST_AT_ONCE)
    except Problem as problem:
        flash(explain(problem), "error")
        return redirect(returning.way_back() or url_for(f"{register}.index_view"), code=303)
    if not selection.ids:
        flash(_("Kryss av for radene først."), "info")
        return redirect(selection.back, code=303)
    rows = [one for one in _rows(cls, selection.ids) if may_do(g.actor, "edit", one)]
    ready = [one for one in rows if not _lacking(one, selection.back)]
    if request.method == "POST" and ready:
        return _ask(ready, selection.back)
    number = ngettext("%(num)s rad", "%(num)s rader", len(ready))
    return render_template(
        "confirm/several.html",
        title=_("Be eierne bekrefte"),
        breadcrumbs=[*_trail(register), {"label": _("Be eierne bekrefte"), "url": None}],
        intro=_("Hver eier får ett brev, der hver rad har sin egen lenke. Lenkene virker i 14 dager."),
        owners=[
            {"name": person.name, "email": person.email, "rows": [title_of(row, language()) for row in theirs]}
            for person, theirs in _by_owner(ready)
        ],
        lacking=[_lacking(one, selection.back, named=True) for one in rows if one not in ready],
        others=len(selection.ids) - len(rows),
        hidden=[(returning.BACK, selection.back), *[(bulkselection.ROW, one.id) for one in ready]],
        number=number if ready else "",
        back_url=selection.back,
        mailed=posting.is_set_up(),
    )


@blueprint.post("/<int:number>/withdraw/")
@needs(may_ask)
def withdraw(number: int) -> ResponseReturnValue:
    """Let the link of a question work no more."""
    found = db.session.get(Confirmation, min(number, BIGGEST)) or abort(404)
    if not can(g.actor, "edit", models.BY_NAME[found.register], found.municipality_id):
        abort(403)
    back, name = returning.way_back() or url_for(".index"), found.name
    try:
        if not found.is_open:
            raise StaleDataError
        found.withdraw()
        _tell(AccessEvent.OWNER_UNASKED, [found])
        db.session.commit()
    except StaleDataError:  # answered, or withdrawn by another, in the meantime
        db.session.rollback()
        flash(_("Spørsmålet venter ikke lenger, så det er ingenting å trekke tilbake."), "info")
        return redirect(back, code=303)
    flash(_("Spørsmålet til %(name)s er trukket tilbake. Lenken virker ikke lenger.", name=name), "success")
    return redirect(back, code=303)


# -- whom to ask -------------------------------------------------------------------------------------------------------


def _kept(row: Any) -> Any:
    """The row, if its owner may be asked about it by who asks."""
    if owner_of(type(row)) is None:
        abort(404)
    return row if asked.may_ask(row) else abort(403)


def _rows(register: type[Any], ids: Sequence[int]) -> list[Any]:
    found = {one.id: one for one in db.session.scalars(select(register).where(register.id.in_(ids)))}
    return [found[one] for one in ids if one in found]


def _known(row: Any) -> Field:
    known = owner_of(type(row))
    assert known is not None  # noqa: S101 - a programming error, not input
    return known


def _owner(row: Any) -> Any:
    return getattr(row, _known(row).key)


def _lacking(row: Any, back: str, *, named: bool = False) -> Markup | None:
    """Why the owner of a row cannot be asked, with the way to mend it; None where nothing lacks."""
    owner, name = _owner(row), title_of(row, language())
    if owner is None:
        url = url_for(f"{type(row).__tablename__}.edit_view", id=row.id, back=back, _anchor=_known(row).key)
        said, way = _("Ingen er valgt som %(owner)s.", owner=tr(_known(row).label).lower()), _("Velg hvem det er")
    elif not owner.email:
        url = url_for("contact_person.edit_view", id=owner.id, back=back, _anchor="email")
        said, way = _("%(name)s har ingen e-post.", name=owner.name), _("Fyll ut e-posten")
    else:
        return None
    lead = f"{name}: " if named else ""
    return Markup('{}{} <a href="{}">{}</a>').format(lead, said, url, way)


def _by_owner(rows: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
    """Each owner with what is theirs, by name."""
    owners = {_owner(row).id: _owner(row) for row in rows}
    of_each: dict[int, list[Any]] = {}
    for row in rows:
        of_each.setdefault(_owner(row).id, []).append(row)
    pairs = [(owners[one], theirs) for one, theirs in of_each.items()]
    return sorted(pairs, key=lambda pair: (pair[0].name, pair[0].id))


# -- the asking --------------------------------------------------------------------------------------------------------


def _ask(rows: Sequence[Any], back: str) -> ResponseReturnValue:
    """Ask the owners of some rows. Where a mail server is set each gets a letter; else the links are shown: this once,
    as only hashes of their keys are kept."""
    mailed = posting.is_set_up()
    try:
        made = confirmations.ask(db.session, g.actor, [(row, _owner(row)) for row in rows], mailed=mailed)
        letters = [_letter(theirs, made) for _person, theirs in _by_owner(rows)]
        _tell(AccessEvent.OWNER_ASKED, [one for one, _key in made])
        db.session.commit()
    except Problem as problem:
        db.session.rollback()
        flash(explain(problem), "error")
        return redirect(back, code=303)
    except StaleDataError:
        db.session.rollback()
        flash(_("Eieren svarte i samme øyeblikk. Se på svaret, og spør på nytt om det trengs."), "info")
        return redirect(back, code=303)
    if mailed:
        return _send(letters, back)
    return render_template(
        "confirm/letters.html",
        title=_("Send lenkene") if len(made) > 1 else _("Send lenken"),
        breadcrumbs=[*_trail(rows[0].__tablename__), {"label": _("Send lenken"), "url": None}],
        letters=letters,
        until=letters[0]["until"],
        back_url=back,
    )


def _send(letters: list[dict[str, Any]], back: str) -> ResponseReturnValue:
    """Send the letters. One that does not leave takes its questions back with it."""
    sent, unsent = [], []
    for letter in letters:
        try:
            posting.send(letter["email"], letter["subject"], letter["body"])
            sent.append(letter["name"])
        except posting.Unsent as problem:
            unsent.append(letter["name"])
            for question in db.session.scalars(select(Confirmation).where(Confirmation.id.in_(letter["ids"]))):
                question.withdraw()
            told = {"subject": f"{letter['email']}: {problem}", "address": request.remote_addr}
            witness.add(AccessEvent.MAIL_UNSENT, [letter["municipality"]], **told)
            db.session.commit()
    if sent:
        flash(_("Brevet er sendt til %(names)s.", names=", ".join(sent)), "success")
    if unsent:
        said = _(
            "Brevet til %(names)s ble ikke sendt, så spørsmålet er trukket tilbake. Sjekk adressen, og prøv igjen om "
            "litt. Hjelper det ikke, si fra til brukerstøtte.",
            names=", ".join(unsent),
        )
        flash(said, "error")
    return redirect(back, code=303)


def _letter(rows: Sequence[Any], made: Sequence[tuple[Confirmation, str]]) -> dict[str, Any]:
    """What is written to one owner, in the language of the municipality: whoever gets it may have none here."""
    ids = {row.id for row in rows}
    theirs = [(one, key) for one, key in made if one.row_id in ids]
    first, place = theirs[0][0], g.municipalities[theirs[0][0].municipality_id]
    with speaking(str(place.form) if place.form in LANGUAGES else "nb"):
        names = {row.id: f"{title_of(row, language())} ({tr(row.__register__.one)})" for row in rows}
        links = [{"name": names[one.row_id], "url": _address(key)} for one, key in theirs]
        until = formatters.moment(first.expires_at)
        subject = _("Stemmer dette? %(place)s ber deg se over det du eier", place=place.name)
        body = _(
            "Hei, %(name)s.\n\n%(who)s ber deg se om dette stemmer hos %(place)s:\n\n%(lines)s\n\nÅpne lenken, og svar "
            "«Stemmer», «Noe må endres» eller «Ikke min». Hver lenke virker én gang, til %(until)s. Den er bare til "
            "deg: ikke send den videre.\n\nHilsen %(who)s",
            name=first.name, who=g.actor.name, place=place.name, until=until,
            lines="\n\n".join(f"{one['name']}\n{one['url']}" for one in links),
        )  # fmt: skip
    return {
        "name": first.name, "email": first.email, "subject": subject, "body": body, "links": links, "until": until,
        "ids": [one.id for one, _key in theirs], "municipality": first.municipality_id,
        "mail": f"mailto:{quote(first.email)}?subject={quote(subject)}&body={quote(body)}",
    }  # fmt: skip


def _address(key: str) -> str:
    path = url_for("confirming.open_link", key=key)
    return posting.here(path) if posting.is_set_up() else url_for("confirming.open_link", key=key, _external=True)


def _tell(event: Any, questions: Sequence[Confirmation]) -> None:
    """Write in the access log who was asked about which rows, a line for each."""
    for one in questions:
        about = f"{models.BY_NAME[one.register].__register__.one} {one.row_id} – {one.name} <{one.email}>"
        witness.add(event, [one.municipality_id], subject=about, address=request.remote_addr)


def _told(one: Confirmation, state: Any, name: str | None) -> dict[str, Any]:
    there = url_for(f"{one.register}.details_view", id=one.row_id) if name is not None else None
    said = tr(one.answer.label) if one.answer is not None else ""
    when = formatters.moment(one.answered_at) if one.answered_at else ""
    return {
        "name": name or _("Slettet"),
        "url": there,
        "one": tr(models.BY_NAME[one.register].__register__.one),
        "who": one.name,
        "email": one.email,
        "place": g.municipalities[one.municipality_id].name,
        "asked": _("Spurt %(when)s av %(who)s", when=formatters.moment(one.made_at), who=one.asked_by_name),
        "until": formatters.moment(one.expires_at) if one.is_open else "",
        "answered": _("%(who)s, %(when)s", who=one.answered_by, when=when) if said else "",
        "state": said or tr(one.state.label),
        "tone": one.answer.tone if said else one.state.tone,
        "comment": {"label": state.told(tr), "tone": state.tone} if state is not None else None,
        "withdraw_url": url_for(".withdraw", number=one.id) if one.is_open else None,
    }


def _trail(register: str = "") -> list[dict[str, Any]]:
    first = {"label": _("Start"), "url": "/"}
    if register:
        name = tr(models.BY_NAME[register].__register__.name)
        return [first, {"label": name, "url": url_for(f"{register}.index_view")}]
    return [first, {"label": _("Bekreftelser fra eierne"), "url": None}]
