"""The daily letter, sent to a real mail server on loopback: to whom, in which words, once, and what becomes of those
that are refused."""

from __future__ import annotations

import html
import smtplib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.changes import letters
from models.database import db
from models.declare.choices import Language
from models.declare.clock import now, today
from models.registers.architecture import Application
from models.registers.following import SENT, UNSENT, WAITING, Letter
from models.registers.organisation import ContactPerson
from models.registers.risk import RiskAssessment
from models.tenancy.people import Membership, User
from tests.conftest import inside, user
from tests.support.mail import Received
from tests.test_comments import say
from tests.test_following import change, follow
from tests.test_forms import first
from tests.test_registers import As
from views import access, mailing

pytest_plugins = ["tests.support.mail_fixtures"]


def send(app: Any) -> str:
    db.session.remove()
    return str(app.test_cli_runner().invoke(args=["mail", "send"]).output)


def kept(name: str) -> list[tuple[str, int, str]]:
    db.session.rollback()
    mine = select(Letter).where(Letter.user_id == user(name).id).order_by(Letter.id)
    with inside():
        return [(one.state, one.attempts, one.reason) for one in db.session.scalars(mine)]


def words(letter: Any) -> str:
    return str(letter.get_content())


def raising(error: BaseException) -> Any:
    def fails(*_: Any) -> None:
        raise error

    return fails


def followed_and_changed(as_: Any, name: str = "ola") -> Any:
    row = first(Application)
    follow(as_(name), row)
    change(row, notes="Nye ord")
    return row


def test_what_happened_is_written_to_who_follows_it(as_on: As, engine_app: Any, post: Received) -> None:
    row = followed_and_changed(as_on)
    say(as_on("kari"), row, "Hemmelige ord i en kommentar")

    told = send(engine_app)

    (letter,) = post.letters
    assert told == "1 letters are sent, 0 are not.\n"
    assert (letter["To"], letter["From"], letter["Subject"], letter["Auto-Submitted"]) == (
        "ola@test.example", "orden@orden.example", "Orden: nytt i 1 rad", "auto-generated",
    )  # fmt: skip
    lines = words(letter).splitlines()
    assert lines[0] == "Hei, Ola Test."
    assert lines[5:] == [
        "- Lars Test: Endret – Merknader",
        "- Kari Test skrev en kommentar",
        f"https://orden.example/application/details/?id={row.id}",
        "",
        "Se hva du følger, eller slutt å følge noe: https://orden.example/following/",
    ]
    assert kept("ola") == [(SENT, 1, "")]


def test_a_letter_is_written_once_a_day_and_the_next_tells_what_is_new(
    as_on: As, engine_app: Any, post: Received
) -> None:
    row = followed_and_changed(as_on)
    send(engine_app)
    change(row, description="Nytt samme dag")
    same_day = send(engine_app), len(post.letters)
    with inside():
        db.session.execute(update(Letter).values(day=today() - timedelta(days=1)))
        db.session.commit()

    send(engine_app)

    assert same_day == ("0 letters are sent, 0 are not.\n", 1)
    assert len(post.letters) == 2
    assert "Endret – Beskrivelse" in words(post.letters[1])
    assert "Merknader" not in words(post.letters[1])


def test_where_nothing_happened_nothing_is_written(as_: As, app: Any, post: Received) -> None:
    follow(as_("ola"), first(Application))

    assert send(app) == "0 letters are sent, 0 are not.\n"
    assert kept("ola") == []


def test_who_has_seen_it_is_not_told_again(as_: As, app: Any, post: Received) -> None:
    ola = as_("ola")
    followed_and_changed(as_)

    ola.post("/following/seen/", data={"until": now().isoformat()})

    assert send(app) == "0 letters are sent, 0 are not.\n"


def test_who_is_named_is_written_to(as_: As, app: Any, post: Received) -> None:
    with inside("Tinn"):
        db.session.add(ContactPerson(name="Tone Test", email="tone@test.example"))
        db.session.commit()

    say(as_("kari"), first(Application), "Kan @Tone Test se på dette?")
    send(app)

    assert [letter["To"] for letter in post.letters] == ["tone@test.example"]


@pytest.mark.parametrize(("language", "greeting"), [("nn", "Hei, Ola Test."), ("en", "Hello, Ola Test.")])
def test_a_letter_is_in_the_language_of_its_reader(
    language: str, greeting: str, as_: As, app: Any, post: Received
) -> None:
    followed_and_changed(as_)
    db.session.execute(update(User).where(User.email == "ola@test.example").values(language=Language(language)))
    db.session.commit()

    send(app)

    assert words(post.letters[0]).splitlines()[0] == greeting
    assert ("Dette har skjedd i det du følger i Orden" in words(post.letters[0])) is False


@pytest.mark.parametrize("why", ["inactive", "locked", "no role"])
def test_who_may_not_come_in_is_not_written_to(why: str, as_on: As, engine_app: Any, post: Received) -> None:
    followed_and_changed(as_on)
    with inside():
        if why == "no role":
            for held in db.session.scalars(select(Membership).where(Membership.user_id == user("ola").id)):
                db.session.delete(held)
        else:
            values = {"active": False} if why == "inactive" else {"locked_until": now() + timedelta(hours=1)}
            db.session.execute(update(User).where(User.email == "ola@test.example").values(values))
        db.session.commit()

    assert send(engine_app) == "0 letters are sent, 0 are not.\n"
    assert (post.letters, kept("ola")) == ([], [])


def test_a_letter_tells_only_what_its_reader_may_read_now(as_on: As, engine_app: Any, post: Received) -> None:
    risk = first(RiskAssessment)
    follow(as_on("tone"), risk)
    change(risk, method="Nye ord")
    with inside():
        (held,) = db.session.scalars(select(Membership).where(Membership.user_id == user("tone").id))
        held.role = type(held.role)("reader")
        db.session.commit()

    assert send(engine_app) == "0 letters are sent, 0 are not.\n"


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def test_a_refused_letter_is_kept_seen_by_support_and_tried_again_a_few_times(
    as_on: As, engine_app: Any, post: Received
) -> None:
    followed_and_changed(as_on)
    post.refused["ola@test.example"] = "550 No such box"

    told = [send(engine_app) for _ in range(4)]

    assert told == ["0 letters are sent, 1 are not.\n"] * 3 + ["0 letters are sent, 0 are not.\n"]
    assert kept("ola") == [(UNSENT, letters.MOST_ATTEMPTS, "550 No such box")]
    seen = html.unescape(as_on("sol").get("/project-access-entry/").text)
    assert ("E-post ikke sendt" in seen, "ola@test.example: 550 No such box" in seen) == (True, True)


def test_a_letter_that_was_refused_once_is_sent_when_it_is_taken(as_: As, app: Any, post: Received) -> None:
    followed_and_changed(as_)
    post.refused["ola@test.example"] = "450 Come back later"
    send(app)
    post.refused.clear()

    send(app)

    assert (len(post.letters), kept("ola")) == (1, [(SENT, 2, "")])


@pytest.mark.parametrize("step", ["claimed", "handed over"])
def test_a_command_that_dies_between_two_steps_writes_no_letter_twice(
    step: str, as_on: As, engine_app: Any, post: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most once: what a letter that was lost should have told stands in that of the next day."""
    followed_and_changed(as_on)
    dies = {"claimed": (mailing, "_hand_over"), "handed over": (letters, "note_sent")}[step]
    with monkeypatch.context() as deadly:
        deadly.setattr(*dies, raising(SystemExit(1)))
        send(engine_app)
    after_death = kept("ola")

    again = send(engine_app)
    the_day_after = today() + timedelta(days=1)
    monkeypatch.setattr(mailing, "today", lambda: the_day_after)
    send(engine_app)

    sent = 1 if step == "handed over" else 0
    assert (after_death, again) == ([(WAITING, 1, "")], "0 letters are sent, 0 are not.\n")
    assert len(post.letters) == sent + 1
    assert "Endret – Merknader" in words(post.letters[-1])


def test_of_two_commands_at_once_one_gets_the_letter(as_on: As, engine_app: Any, post: Received) -> None:
    ola, day = user("ola").id, today()

    with inside():
        first_one = letters.claim(db.session, ola, day, now())
        second = letters.claim(db.session, ola, day, now())

    assert first_one is not None
    assert second is None


def test_a_server_that_goes_away_while_it_is_handed_a_letter_is_not_handed_it_again(
    as_: As, app: Any, post: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed_and_changed(as_)
    with monkeypatch.context() as gone:
        gone.setattr(smtplib.SMTP, "send_message", raising(smtplib.SMTPServerDisconnected("gone")))
        told = send(app)

    assert "The mail server does not answer: gone. The rest waits." in told
    assert send(app) == "0 letters are sent, 0 are not.\n"
    assert kept("ola") == [(UNSENT, letters.MOST_ATTEMPTS, "gone")]


def test_a_server_that_is_not_there_loses_nothing(as_: As, app: Any, post: Received, monkeypatch: Any) -> None:
    followed_and_changed(as_)
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(app.config, "SMTP_PORT", 1)
        told = send(app)

    assert "The mail server does not answer" in told
    assert (kept("ola"), send(app)) == ([], "1 letters are sent, 0 are not.\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", ""), ("PUBLIC_URL", "javascript:alert(1)"), ("PUBLIC_URL", "orden.example"), ("MAIL_FROM", ""),
        ("MAIL_FROM", "orden@orden.example\nBcc: alle@ond.example"), ("SMTP_SECURITY", "ssl3"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_a_sentence(
    name: str, value: str, app: Any, post: Received, monkeypatch: Any
) -> None:
    monkeypatch.setitem(app.config, name, value)

    assert send(app).startswith(f"Error: {name} ")
    assert post.letters == []


def test_without_a_server_nothing_is_sent_and_that_is_said(app: Any) -> None:
    assert send(app) == "SMTP_HOST is not set: nothing is sent.\n"


def test_no_name_makes_a_header(as_: As, app: Any, post: Received) -> None:
    row = followed_and_changed(as_)
    change(row, name="Program\r\nBcc: alle@ond.example\r\n\r\nHei")
    with inside():
        db.session.execute(
            update(User).where(User.email == "ola@test.example").values(name="Ola\r\nBcc: x@ond.example")
        )
        db.session.commit()

    send(app)

    (letter,) = post.letters
    assert {*letter.keys()} == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
        "MIME-Version",
    }  # fmt: skip


def test_who_stands_in_for_nobody_reaches_nothing(app: Any) -> None:
    with app.test_request_context():
        assert access.stand_in(999_999) is None


def test_an_address_the_server_cannot_take_keeps_nobody_else_from_their_letter(
    as_: As, app: Any, post: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed_and_changed(as_)
    with monkeypatch.context() as odd:
        odd.setattr(smtplib.SMTP, "send_message", raising(smtplib.SMTPNotSupportedError("SMTPUTF8 is not there")))
        told = send(app)

    assert told == "0 letters are sent, 1 are not.\n"
    assert kept("ola") == [(UNSENT, letters.MOST_ATTEMPTS, "SMTPUTF8 is not there")]
