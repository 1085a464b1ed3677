"""What the link to the owner of a row leads to: that one row, and three answers.

Opening it answers nothing: programs that look through mail open every link. It is answered by what is posted, once. Who
is signed in and reads the row is led to its page, where the same three choices stand; else the municipality decides
whether an answer needs a sign-in (`owners_answer_by_link`), each time the link is used.

Whoever has a key is told that it was withdrawn or grew too old, as these say nothing of the row; that the row is gone,
has another owner, or that who asked may ask no more, is told in one and the same words: who once was asked need not
know which. A key that fits nothing and one that is withdrawn are not told apart.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

import models
from models.changes import confirming
from models.database import db
from models.declare.checks import no_national_identity_number
from models.declare.choices import AccessEvent, OwnerAnswer, QuestionState
from models.declare.cleaning import line, lines
from models.declare.memories import memory
from models.declare.numbers import BIGGEST
from models.declare.titles import title_of
from models.declare.words import N_, Problem, check_length
from models.registers.municipality import Municipality
from models.tenancy import confirmations, scope
from models.tenancy.confirmations import Confirmation
from models.tenancy.roles import Actor, can
from reports.language import LANGUAGES
from views import formatters, guesses, witness
from views.access import ASKED, MUNICIPALITY, actor_of, person, signed_in
from views.register import again, alone, asked
from views.texts import explain, language, speaking, tr
from views.texts import gettext as _

blueprint = Blueprint("confirming", __name__, url_prefix="/confirm")
LONGEST_KEY, MOST_KEPT, LONGEST = 100, 20, 2000
ENDED = N_("Det du ble spurt om, er ikke lenger slik det var, så lenken gjelder ikke. Du trenger ikke gjøre noe. Kommunen spør på nytt om det trengs.")  # fmt: skip  # noqa: E501
EXPIRED = N_("Lenken er for gammel. Be den som sendte den, om en ny.")
NOTHING = N_("Skriv hva som må endres.")
SEEN_ANEW = N_("Noen endret opplysningene etter at du åpnet siden. Se på dem slik de står nå, og svar på nytt.")
NO_ACCESS = N_("Kommunen vil at du logger inn for å svare, og brukeren din kan ikke lese dette. Be den som spurte deg, om tilgang.")  # fmt: skip  # noqa: E501
_failures = guesses.Tally(memory({}))  # keys that fit nothing, and answers that come too late, from each place


@blueprint.get("/")
@blueprint.route("/<int:number>/", methods=["GET", "POST"])
def open_link(number: int | None = None) -> ResponseReturnValue:
    """The key goes from the address into the session, so that it stands in no later address. Several may be open at
    once, each in a window of its own: the number says which."""
    key = request.args.get("key", "")[:LONGEST_KEY] if number is None else session.get(ASKED, {}).get(str(number), "")
    if seconds := _failures.wait(guesses.place_of(request.remote_addr)):
        said = _("Det kom for mange forespørsler på kort tid. Vent litt og åpne lenken igjen.")
        return _over(said, 429), 429, {"Retry-After": str(seconds)}
    found = _by_key(key) or (_by_address(number) if number is not None else None)
    if found is None:
        _failures.note(guesses.place_of(request.remote_addr))
        return _over(tr(confirming.USED), 404), 404
    if number is None:
        kept = {str(found.id): key} | session.get(ASKED, {})
        session[ASKED] = dict(list(kept.items())[:MOST_KEPT])
        return redirect(url_for(".open_link", number=found.id), code=303)
    place: Any = db.session.get(Municipality, found.municipality_id)
    with speaking(_language(place)):
        return _shown(found, place)


def _by_key(key: str) -> Confirmation | None:
    reach = confirmations.reach_of(key)
    if reach is None:
        return None
    with scope.use(reach):
        return confirmations.find(db.session, key)


def _by_address(number: int) -> Confirmation | None:
    """The question of a number, to who is signed in with the address that is asked."""
    if not signed_in():
        return None
    found = db.session.get(Confirmation, min(number, BIGGEST))
    return found if found is not None and asked.is_asked(found) else None


def _language(place: Any) -> str:
    """What the person, or the browser's person, has chosen; else that of the municipality."""
    has_chosen = session.get("language") in LANGUAGES or signed_in()
    return language() if has_chosen else _local(place)


def _local(place: Any) -> str:
    """The language of the municipality, in which what is kept of an answer is written; where that is neutral, of the
    page."""
    return str(place.language) if place.language in LANGUAGES else language()


def _shown(found: Confirmation, place: Any) -> ResponseReturnValue:
    """The page, what comes of an answer, or why there is none."""
    if found.state is QuestionState.ANSWERED:
        return _receipt(found, place)
    if not found.is_open:
        return _refusal(found, EXPIRED if found.state is QuestionState.EXPIRED else confirming.USED)
    row, asker = _row(found), actor_of(found.asked_by)
    if row is None or asker is None or not _holds(found, row, asker):
        return _refusal(found, ENDED)
    reads = signed_in() and can(g.actor, "read", row)
    if not reads and not place.owners_answer_by_link:
        return _to_sign_in(found)
    if request.method == "POST":
        return _answer(found, row, asker, place, reads=reads)
    if reads:
        session[MUNICIPALITY] = found.municipality_id
        return redirect(_page_of(found), code=303)
    return _page(found, row, place)


def _row(found: Confirmation) -> Any:
    """The one row, if it is there. Read, as all that the link shows, by no other right than its own; a page is drawn
    outside of that, for a menu that is drawn is remembered."""
    register = models.BY_NAME[found.register]
    with scope.use(confirmations.reading(found.municipality_id)):
        return db.session.scalars(select(register).where(register.id == found.row_id)).one_or_none()


def _holds(found: Confirmation, row: Any, asker: Actor) -> bool:
    with scope.use(confirmations.reading(found.municipality_id)):
        return confirming.holds(found, row, asker)


def _page_of(found: Confirmation) -> str:
    return f"{url_for(f'{found.register}.details_view', id=found.row_id)}#confirm"


def _to_sign_in(found: Confirmation) -> ResponseReturnValue:
    if person().is_authenticated:
        return _over(tr(NO_ACCESS), 403), 403
    return redirect(url_for("session.sign_in", next=url_for(".open_link", number=found.id)), code=303)


# -- an answer ---------------------------------------------------------------------------------------------------------


def _answer(found: Confirmation, row: Any, asker: Actor, place: Any, *, reads: bool) -> ResponseReturnValue:
    """Write the answer down, in the name of who is signed in, else of the owner by the link."""
    try:
        said = OwnerAnswer(request.form.get("answer", ""))
    except ValueError:
        abort(400)
    back, number = _page_of(found), found.id
    with speaking(_local(place)):
        name = g.actor.name if reads else _("%(who)s (ved lenke)", who=found.name)
    acting = confirmations.on_behalf(found, asker, g.request_id, name=name, user_id=g.actor.user_id if reads else None)
    try:
        if request.form.get("version") != str(row.version):
            raise Problem(SEEN_ANEW)
        with speaking(_local(place)):
            text = _text(said)
        with scope.use(acting):
            confirming.answer(db.session, found, row, asker, said, text)
            told = f"{_about(found)}: {said.label}"
            witness.add(AccessEvent.OWNER_ANSWERED, [found.municipality_id], subject=told, address=request.remote_addr)
            db.session.commit()
    except Problem as problem:
        return _mended(number, explain(problem), said, place, reads=reads)
    except StaleDataError:
        db.session.rollback()
        return redirect(url_for(".open_link", number=number), code=303)
    if reads:
        flash(_("Takk. Svaret ditt er lagret."), "success")
    return redirect(back if reads else url_for(".open_link", number=number), code=303)


def _text(said: OwnerAnswer) -> str:
    """What is said beside the answer, as a comment. Raises Problem for what no text of ours may hold, and for nothing
    where there must be something."""
    if said is OwnerAnswer.STANDS:
        return ""
    tidy, name = (lines, "text") if said is OwnerAnswer.CHANGE else (line, "who")
    text = tidy(request.form.get(name, "")) or ""
    for check in (check_length(LONGEST), no_national_identity_number):
        check(text)
    if said is OwnerAnswer.CHANGE:
        if not text:
            raise Problem(NOTHING)
        return text
    said_so = _("Jeg er ikke den som svarer for dette.")
    return f"{said_so} {_('Spør heller: %(who)s', who=text)}" if text else said_so


def _mended(number: int, why: str, said: OwnerAnswer, place: Any, *, reads: bool) -> ResponseReturnValue:
    """What stood in the way, beside what was written."""
    db.session.rollback()
    with scope.use(confirmations.reading(place.id)):
        found = db.session.get(Confirmation, number)
    row = _row(found) if found is not None else None
    if found is None or row is None or not found.is_open:
        return redirect(url_for(".open_link", number=number), code=303)
    name = "text" if said is OwnerAnswer.CHANGE else "who"
    typed = request.form.get(name, "")
    if not reads:
        return _page(found, row, place, said, typed, why)
    if not typed.strip():
        flash(why, "error")
        return redirect(_page_of(found), code=303)
    refused = again.Refused(
        title=_("Svaret er ikke lagret"), why=why, text=typed, name=name, label=tr(said.label), button=_("Send svaret"),
        action=request.path, along=[("answer", str(said)), ("version", row.version)],
    )  # fmt: skip
    return again.answer(row, refused)


# -- pages -------------------------------------------------------------------------------------------------------------


def _page(
    found: Confirmation, row: Any, place: Any, said: OwnerAnswer | None = None, typed: str = "", why: str = ""
) -> ResponseReturnValue:
    """The row by itself with the three choices; after a refusal what was chosen stands open, with what was written."""
    choices = asked.choices(found, row)
    if said is not None:
        choices |= {"open": str(said), "problem": why, "text" if said is OwnerAnswer.CHANGE else "who": typed}
    with scope.use(confirmations.reading(place.id)):
        told = alone.sections(row)
    page = render_template(
        "confirm/question.html",
        title=_("Stemmer dette?"),
        question={
            "who": found.asked_by_name,
            "place": place.name,
            "name": title_of(row, language()),
            "one": tr(row.__register__.one),
            "owner": found.name,
            "until": formatters.moment(found.expires_at),
        },
        sections=told,
        choices=choices,
    )
    return page, 422 if why else 200


def _receipt(found: Confirmation, place: Any) -> ResponseReturnValue:
    """What was answered, and nothing of the row. Whoever would answer once more is told the same."""
    page = render_template(
        "confirm/answered.html",
        title=_("Takk for svaret"),
        said=tr(found.answer.label),
        when=formatters.moment(found.answered_at) if found.answered_at else "",
        who=found.asked_by_name,
        place=place.name,
    )
    if request.method != "POST":
        return page
    _refused(found)
    return page, 409


def _refusal(found: Confirmation, why: str) -> ResponseReturnValue:
    _refused(found)
    return _over(tr(why), 404), 404


def _refused(found: Confirmation) -> None:
    """Tell the log of a link that led nowhere. So many from one place, and it is answered no more."""
    _failures.note(guesses.place_of(request.remote_addr))
    acting, place, about = confirmations.witnessing(found, g.request_id), found.municipality_id, _about(found)
    with scope.use(acting):
        witness.write(AccessEvent.OWNER_REFUSED, [place], subject=about)


def _about(found: Confirmation) -> str:
    """Which row, by number, and who was asked: the log holds nothing of the content of rows."""
    return f"{models.BY_NAME[found.register].__register__.one} {found.row_id} – {found.name} <{found.email}>"


def _over(message: str, code: int) -> str:
    return render_template(
        "error.html",
        code=code,
        title=_("Lenken gjelder ikke") if code != 403 else _("Du kan ikke svare her"),
        message=message,
        advice=_("Har du bruker i Orden, kan du logge inn."),
        back={"url": url_for("session.sign_in"), "label": _("Logg inn")},
        number=None,
    )
