"""Reports that people are sent the way to once a month: by whom, in which words, once, and when it ends."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.changes import letters, monthly
from models.database import db
from models.declare.choices import Language
from models.declare.clock import months_after, now, today
from models.registers.following import SENT, WAITING, Letter, MonthlyReport
from models.registers.listviews import SharedView
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, user
from tests.support.mail import Received
from tests.test_mailing import followed_and_changed, kept, raising, send, words
from tests.test_opened_in import choose, in_both
from tests.test_own_reports import change, furnish, save
from tests.test_registers import As
from views import mailing

pytest_plugins = ["tests.support.mail_fixtures"]
NONE_SENT = "0 letters are sent, 0 are not.\n"


def asked(browser: Any, name: str = "Kostnader", share: str = "") -> str:
    """A report that somebody has asked to be sent the way to; what it is called."""
    save(browser, name, share=share)
    called = f"own:{name}"
    if share:
        with inside():
            called = f"municipality:{db.session.scalars(select(SharedView).where(SharedView.name == name)).one().id}"
    change(browser, called, monthly="1")
    return called


def a_month_goes() -> None:
    """All that was asked for and written is so of the month before."""
    with inside():
        db.session.execute(update(MonthlyReport).values(since=now() - timedelta(days=40)))
        months = list(db.session.scalars(select(Letter).order_by(Letter.day.desc())))
        for back, letter in enumerate(months, 1):  # each a month before the next: a day has one letter to a person
            letter.day = months_after(today(), -back)
        db.session.commit()


def left() -> list[tuple[int, str]]:
    db.session.remove()
    with inside():
        return [(one.user_id, one.view) for one in db.session.scalars(select(MonthlyReport).order_by(MonthlyReport.id))]


def test_the_letter_has_a_name_a_place_and_the_way_to_the_report_and_no_figures(
    as_on: As, engine_app: Any, post: Received
) -> None:
    furnish()
    asked(as_on("kari"))
    a_month_goes()

    said = send(engine_app)

    (letter,) = post.letters
    lines = words(letter).splitlines()
    (way,) = [one for one in lines if one.startswith("https://")]
    assert (said, letter["To"], letter["Subject"]) == (
        "1 letters are sent, 0 are not.\n", "kari@test.example", "Orden: rapporter for måneden",
    )  # fmt: skip
    assert letter.get_content_type() == "text/plain"
    assert lines == [
        "Hei, Kari Test.",
        "",
        "Rapportene du får lenke til hver måned:",
        "",
        "Kostnader (Tinn)",
        way,
        "",
        "Slutt å få en av dem: åpne den, og trykk «Lenke på e-post hver måned».",
    ]
    assert re.fullmatch(r"https://orden\.example/own-reports/monthly/\d+/", way)


def test_the_way_asks_for_sign_in_and_leads_its_own_reader_alone_to_the_report(
    as_: As, app: Any, post: Received
) -> None:
    there = save(as_("kari"), "Kostnader").location
    asked(as_("kari"))
    a_month_goes()
    send(app)
    way = re.findall(r"https://orden\.example(\S+)", words(post.letters[0]))[0]

    stranger = app.test_client().get(way)

    assert (stranger.status_code, stranger.location.split("?")[0]) == (302, "/sign-in/")
    assert as_("kari").get(way).location == there
    assert [as_(name).get(way).status_code for name in ("tone", "berit", "per")] == [404] * 3


def test_it_comes_from_the_next_month_on_and_once_a_month(as_: As, app: Any, post: Received) -> None:
    asked(as_("kari"))
    assert send(app) == NONE_SENT  # begun this month

    a_month_goes()
    told = [send(app), send(app)]
    a_month_goes()

    assert [*told, send(app)] == ["1 letters are sent, 0 are not.\n", NONE_SENT, "1 letters are sent, 0 are not.\n"]


def test_it_does_not_come_again_on_the_last_day_of_the_month_and_does_on_the_first_of_the_next(
    as_: As, app: Any, post: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(as_("kari"))
    told = {}
    for day in (date(2098, 1, 1), date(2098, 1, 2), date(2098, 1, 31), date(2098, 2, 1), date(2098, 12, 31)):
        monkeypatch.setattr(mailing, "today", lambda day=day: day)
        told[day.isoformat()] = send(app).split()[0]

    assert told == {
        "2098-01-01": "1", "2098-01-02": "0", "2098-01-31": "0", "2098-02-01": "1", "2098-12-31": "1",
    }  # fmt: skip


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1)], ids=["stopped", "killed"])
def test_one_that_was_interrupted_on_its_way_is_not_sent_twice_that_month(
    error: BaseException, as_: As, app: Any, post: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(as_("kari"))
    a_month_goes()
    with monkeypatch.context() as patched:
        patched.setattr(letters, "note_sent", raising(error))
        app.test_cli_runner().invoke(args=["mail", "send"])

    assert (kept("kari")[-1][0], len(post.letters)) == (WAITING, 1)
    assert send(app) == NONE_SENT
    assert len(post.letters) == 1


def test_one_the_server_refused_is_tried_again_the_same_day(as_: As, app: Any, post: Received) -> None:
    asked(as_("kari"))
    a_month_goes()
    post.refused["kari@test.example"] = "451 Try later"
    refused = send(app)
    post.refused.clear()

    assert (refused, send(app)) == ("0 letters are sent, 1 are not.\n", "1 letters are sent, 0 are not.\n")
    assert kept("kari") == [(SENT, 2, "")]


def test_what_happened_and_the_reports_stand_in_one_letter(as_: As, app: Any, post: Received) -> None:
    followed_and_changed(as_, "kari")
    asked(as_("kari"))
    a_month_goes()

    send(app)

    (letter,) = post.letters
    assert letter["Subject"] == "Orden: nytt i 1 rad"
    assert ("Dette har skjedd i det du følger" in words(letter), "Kostnader (Tinn)" in words(letter)) == (True, True)


def test_it_is_in_the_readers_language(as_: As, app: Any, post: Received) -> None:
    asked(as_("berit"), "Kostnader i Seljord")
    a_month_goes()
    send(app)
    with inside():
        db.session.execute(update(User).where(User.id == user("berit").id).values(language=Language("en")))
        db.session.commit()
    a_month_goes()
    send(app)

    assert [one["Subject"] for one in post.letters] == ["Orden: rapportar for månaden", "Orden: reports for the month"]


def test_it_ends_with_one_press(as_: As, app: Any, post: Received) -> None:
    called = asked(as_("kari"))
    before = left()
    change(as_("kari"), called, monthly="0")
    a_month_goes()

    assert (before, left(), send(app)) == ([(user("kari").id, called)], [], NONE_SENT)


def test_it_ends_when_the_report_is_deleted_also_where_others_had_it(as_: As, app: Any, post: Received) -> None:
    own = asked(as_("kari"))
    asked(as_("tone"), "Felles", "municipality")
    with inside():
        (shared,) = db.session.scalars(select(SharedView).where(SharedView.name == "Felles"))
        called = f"municipality:{shared.id}"
    change(as_("kari"), called, monthly="1")
    change(as_("kari"), own, drop="Kostnader")
    assert left() == [(user("tone").id, called), (user("kari").id, called)]
    with inside("Tinn"):
        db.session.delete(db.session.get(SharedView, shared.id))
        db.session.commit()
    a_month_goes()

    assert (send(app), left()) == (NONE_SENT, [])


def test_it_ends_when_the_report_may_no_longer_be_read_and_waits_while_one_may_not_come_in(
    as_: As, app: Any, post: Received
) -> None:
    called = asked(as_("kari"))
    a_month_goes()
    with inside():
        held = db.session.scalars(select(Membership).where(Membership.user_id == user("kari").id)).one()
        held.role = MunicipalRole("reader")
        db.session.commit()

    assert (called, send(app), left()) == ("own:Kostnader", NONE_SENT, [])


def test_it_ends_when_the_role_there_ends(as_: As, app: Any, post: Received) -> None:
    in_both()
    kari = as_("kari")
    for town in ("Tinn", "Seljord"):
        choose(kari, town)
        asked(kari, "Begge")
    a_month_goes()
    with inside("Seljord"):
        held = db.session.scalars(select(Membership).where(Membership.user_id == user("kari").id)).one()
        held.valid_to = date(2020, 1, 1)
        held.valid_from = date(2019, 1, 1)
        db.session.commit()

    send(app)

    (letter,) = post.letters
    assert re.findall(r"Begge \((\w+)\)", words(letter)) == ["Tinn"]
    assert len(left()) == 1


def test_a_letter_about_another_of_ones_municipalities_offers_to_go_there(as_: As, app: Any, post: Received) -> None:
    in_both()
    kari = as_("kari")
    choose(kari, "Seljord")
    asked(kari, "Seljords")
    a_month_goes()
    send(app)
    way = re.findall(r"https://orden\.example(\S+)", words(post.letters[0]))[0]
    choose(kari, "Tinn")

    page = kari.get(way).text
    (form,) = re.findall(r'name="municipality" value="(\d+)"><input type="hidden" name="back" value="([^"]+)"', page)
    answer = kari.post("/municipality/", data={"municipality": form[0], "back": form[1]})

    assert "Bytt til Seljord og åpne rapporten" in page
    assert ("<h1>Seljords</h1>" in kari.get(answer.location).text, answer.location) == (
        True,
        "/reports/egen-application/?view=own:Seljords",
    )


def test_pressed_twice_is_once_and_there_is_room_for_so_many(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kari = as_("kari")
    called = asked(kari)
    change(kari, called, monthly="1")
    once = len(left())
    monkeypatch.setattr(monthly, "MOST", 1)
    save(kari, "Neste")

    change(kari, "own:Neste", monthly="1")

    assert (once, len(left())) == (1, 1)
    assert "Du får lenke til 1 rapporter." in kari.get("/reports/").text


def test_where_no_letters_are_sent_the_page_says_so(as_: As) -> None:
    kari = as_("kari")
    asked(kari)

    assert (
        "Her er det ikke satt opp noen e-posttjener" in kari.get("/reports/egen-application/?view=own:Kostnader").text
    )


def test_nobodys_letter_is_written_where_none_is_due(as_: As, app: Any, post: Received) -> None:
    assert (send(app), mailing.MOST_ROWS) == (NONE_SENT, 50)
