"""The daily letter: what happened in what a person follows, by mail, as they would read it themselves today.

At most once a day: what a letter that was lost should have told stands in the next.
"""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import click
from flask import current_app, g, url_for
from flask.cli import AppGroup
from sqlalchemy import or_, select

from models.changes import letters
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.clock import now, today
from models.queries.followed import News, follows_of
from models.registers.following import Follow
from models.tenancy import scope
from models.tenancy.people import User
from reports.language import LANGUAGES
from views import access, posting, texts
from views.access import Person
from views.register import followed, monthlies
from views.texts import gettext as _
from views.texts import ngettext
from views.witness import write_by_command

FIRST, MOST_ROWS = timedelta(days=1), 50
mail_group = AppGroup("mail", help="Letters to people.")


@mail_group.command("send")
def send() -> None:
    """Write to each person, once a day, what happened in what they follow. For a timer."""
    if not posting.is_set_up():
        click.echo("SMTP_HOST is not set: nothing is sent.")
        return
    if said := posting.lacking():
        raise click.ClickException(said)
    sent = unsent = 0
    try:
        with posting.connected() as server:
            for user_id in _people():
                took = _write_to(user_id, server)
                sent, unsent = sent + (took is True), unsent + (took is False)
    except (smtplib.SMTPException, OSError) as error:
        why = posting.reason(error)
        write_by_command(AccessEvent.MAIL_UNSENT, subject=f"{current_app.config['SMTP_HOST']}: {why}")
        raise click.ClickException(f"The mail server does not answer: {why}. The rest waits.") from error
    finally:
        click.echo(f"{sent} letters are sent, {unsent} are not.")


def _people() -> list[int]:
    """Those who may sign in now."""
    open_now = or_(User.locked_until.is_(None), User.locked_until < now())
    with scope.use(scope.Scope(everyone=True)):
        found = list(db.session.scalars(select(User.id).where(User.active, open_now).order_by(User.id)))
        db.session.rollback()
    return found


def _write_to(user_id: int, server: smtplib.SMTP) -> bool | None:
    """Whether the letter to a person was sent; None when there is nothing to tell, or nobody to tell it."""
    with current_app.test_request_context(base_url=current_app.config["PUBLIC_URL"]):
        who = access.stand_in(user_id)
        if who is None or not who.email:
            return None
        with texts.speaking(_language(who)):
            begun = now()
            told, reports = followed.news(who.email, *_since(user_id, begun)), monthlies.told(today())
            if not (told or reports) or (letter := letters.claim(db.session, user_id, today(), begun)) is None:
                return None
            return _hand_over(server, _letter(who, told, reports), letter)


def _since(user_id: int, begun: datetime) -> tuple[list[Follow], datetime]:
    """What a person follows, known as far as they have seen or been written to."""
    told, found = letters.told_until(db.session, user_id), []
    for one in follows_of(db.session, user_id):
        seen = max(filter(None, (one.seen_at, told)))
        found.append(Follow(register=one.register, row_id=one.row_id, query=one.query, seen_at=seen))
    return found, told or begun - FIRST


def _language(who: Person) -> str:
    """The person's own, else that of the municipality where they work, else bokmål."""
    places = [g.municipalities[one.municipality_id].form for one in who.grants if one.municipality_id]
    asked = [who.language, *places]
    return next((str(one) for one in asked if one in LANGUAGES), "nb")


def _letter(who: Person, told: list[News], reports: list[str]) -> EmailMessage:
    lines = [_("Hei, %(name)s.", name=who.name), "", *(_news(told) if told else [])]
    lines += [*[""] * bool(told and reports), *reports]
    number = len(told)
    subject = ngettext("Orden: nytt i %(num)s rad", "Orden: nytt i %(num)s rader", number)
    return posting.letter(who.email, subject if told else _("Orden: rapporter for måneden"), "\n".join(lines) + "\n")


def _news(told: list[News]) -> list[str]:
    lines = [_("Dette har skjedd i det du følger i Orden:"), ""]
    for one in map(followed.line, told[:MOST_ROWS]):
        lines += [f"{one['name']} ({one['kind']}), {one['when']}", *[f"- {said}" for said in one["lines"]]]
        lines += [one["more"]] if one["more"] else []
        lines += [posting.here(one["url"]), ""]
    if more := len(told) - MOST_ROWS if told[MOST_ROWS:] else 0:
        lines += [ngettext("og %(num)s rad til", "og %(num)s rader til", more), ""]
    return [
        *lines,
        _("Se hva du følger, eller slutt å følge noe: %(url)s", url=posting.here(url_for("following.index"))),
    ]


def _hand_over(server: smtplib.SMTP, message: EmailMessage, letter: Any) -> bool:
    """Send it, and note what became of it. A server that goes away in the midst of it may have taken it: such a letter
    is not sent again, and the error goes on."""
    try:
        server.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        _note_unsent(letter, message["To"], error, again=True)
        return False
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:  # an address the server cannot take: others can
        _note_unsent(letter, message["To"], error, again=False)
        return False
    except (smtplib.SMTPException, OSError) as error:
        _note_unsent(letter, message["To"], error, again=False)
        raise
    letters.note_sent(db.session, letter)
    return True


def _note_unsent(letter: Any, to: str, error: Exception, *, again: bool) -> None:
    letters.note_unsent(db.session, letter, posting.reason(error), again=again)
    write_by_command(AccessEvent.MAIL_UNSENT, subject=f"{to}: {posting.reason(error)}")
