"""What a sister municipality has come to share since an activity was fetched from her: offered field by field, as far
as she shares it, and no further."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.changes import renewing
from models.changes.borrowing import OWN, followed
from models.database import db
from models.declare.base import fields_of, part_class
from models.declare.choices import Answer, RecordStatus
from models.declare.clock import today
from models.declare.fields import Kind, Personal
from models.registers.codes import RecipientCategory
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity
from models.registers.window import ShownCard
from tests.conftest import inside, municipality
from tests.test_borrowing import card, newest, share
from tests.test_registers import As

OFFERED = "Se hva som er nytt"


def fetched(kari: Any) -> int:
    """Seljord shares an activity, and Tinn fetches it; the number of the draft."""
    share()
    kari.post(card(kari))
    with inside("Tinn"):
        return int(newest().id)


def say(**said: Any) -> None:
    """Seljord says something else of what she has shared."""
    with inside("Seljord"):
        for key, value in said.items():
            setattr(newest(), key, value)
        db.session.commit()


def address(row_id: int) -> str:
    return f"/processing-activity/template/{row_id}/"


def details(browser: Any, row_id: int) -> str:
    return html.unescape(browser.get(f"/processing-activity/details/?id={row_id}").text)


def version(row_id: int) -> str:
    with inside("Tinn", "Seljord"):
        db.session.expunge_all()  # what was read in another scope reads on in that
        row = db.session.get(ProcessingActivity, row_id)
        source = renewing.source_of(db.session, row)
        return f"{row.version}.{source.mark if source else 0}"


def decide(browser: Any, row_id: int, **chosen: str) -> Any:
    return browser.post(address(row_id), data={"version": version(row_id), "do": "save", **chosen})


def offered(row_id: int) -> dict[str, Any]:
    with inside("Tinn", "Seljord"):
        db.session.expunge_all()  # what was read in another scope reads on in that
        row = db.session.get(ProcessingActivity, row_id)
        return {one.key: one.now for one in renewing.renewals(row, renewing.source_of(db.session, row))}


def behind(browser: Any, row_id: int) -> bool:
    """Whether the list of those of which the original has changed shows it."""
    page = html.unescape(browser.get("/processing-activity/?old=template").text)
    return f"/processing-activity/details/?id={row_id}" in page.partition("<tbody")[2].partition("</tbody>")[0]


def stands(row_id: int, *keys: str) -> list[Any]:
    with inside("Tinn"):
        row = db.session.get(ProcessingActivity, row_id)
        return [getattr(row, key) for key in keys]


def test_what_she_shares_otherwise_is_offered_field_by_field_and_decided(as_on: As, engine_app: Any) -> None:
    kari = as_on("kari")
    row_id = fetched(kari)
    before = OFFERED in details(kari, row_id)
    with inside("Seljord"):
        bank = db.session.scalars(select(RecipientCategory).where(RecipientCategory.code == "bank")).one()
        newest().purpose, newest().recipients, newest().children = "Eit betre føremål", [bank], Answer.NO
        newest().retention = newest().retention[:1]
        db.session.commit()

    after, page = details(kari, row_id), html.unescape(kari.get(address(row_id)).text)
    listed = behind(kari, row_id)
    assert (before, OFFERED in after, "Seljord har endret behandlingen" in after, listed) == (False, True, True, True)
    assert set(offered(row_id)) == {"purpose", "recipients", "children", "retention"}
    assert ("Eit betre føremål" in page, "Seljord deler nå" in page) == (True, True)

    answer = decide(kari, row_id, purpose="take", recipients="take", children="keep", retention="take")
    with inside("Tinn"):
        row = db.session.get(ProcessingActivity, row_id)
        assert answer.status_code == 303
        assert (row.purpose, [one.code for one in row.recipients]) == ("Eit betre føremål", ["bank"])
        assert (row.children is Answer.NO, len(row.retention)) == (False, 1)
    assert (OFFERED in details(kari, row_id), offered(row_id)) == (False, {})


def test_what_is_taken_away_may_be_taken_away_here_too(as_: As) -> None:
    kari = as_("kari")
    row_id = fetched(kari)
    say(description=None, recipients=[])

    decide(kari, row_id, **dict.fromkeys(offered(row_id), "take"))

    with inside("Tinn"):
        row = db.session.get(ProcessingActivity, row_id)
        assert (row.description, row.recipients) == (None, [])


def test_what_changed_twice_is_offered_once_as_it_is_now(as_: As) -> None:
    kari = as_("kari")
    row_id = fetched(kari)
    say(purpose="Først dette")
    say(purpose="Så dette")

    page = html.unescape(kari.get(address(row_id)).text)

    assert (offered(row_id), "Først dette" in page) == ({"purpose": "Så dette"}, False)


def test_what_changes_back_is_not_asked_about(as_: As) -> None:
    kari = as_("kari")
    row_id = fetched(kari)
    (purpose,) = stands(row_id, "purpose")
    say(purpose="Noe annet")
    say(purpose=purpose)

    assert offered(row_id) == {}
    assert "gjelder ikke noe dere har hentet" in html.unescape(kari.get(address(row_id)).text)


def test_what_changes_while_one_decides_is_shown_anew(as_: As) -> None:
    kari = as_("kari")
    row_id = fetched(kari)
    say(purpose="Først dette")
    seen = version(row_id)
    say(purpose="Så dette")

    answer = kari.post(address(row_id), data={"version": seen, "do": "save", "purpose": "take"})

    assert (answer.status_code, "Så dette" in answer.text) == (409, True)
    assert stands(row_id, "purpose") != ["Så dette"]


def test_who_stops_following_is_asked_no_more_and_knows_where_it_came_from(as_: As) -> None:
    kari = as_("kari")
    row_id = fetched(kari)
    say(purpose="Noe annet")

    answer = decide(kari, row_id, do="stop")

    assert (answer.status_code, kari.get(address(row_id)).status_code) == (303, 404)
    assert stands(row_id, "taken", "origin_card", "origin_place") == [None, None, municipality("Seljord")]
    assert (OFFERED in details(kari, row_id), "Seljord" in details(kari, row_id)) == (False, True)


# -- when she shows it no more -----------------------------------------------------------------------------------------


def unshare() -> None:
    say(shared=Answer.NO, purpose="Løyndom etterpå")


def delete() -> None:
    say(purpose="Løyndom etterpå")
    with inside("Seljord"):
        db.session.delete(newest())
        db.session.commit()


def end() -> None:
    say(purpose="Løyndom etterpå")
    with inside():
        db.session.get(Municipality, municipality("Seljord")).ended = today() - timedelta(days=1)
        db.session.commit()


@pytest.mark.parametrize(
    ("happens", "told"),
    [(unshare, "Seljord deler ikke lenger"), (delete, "Seljord deler ikke lenger"),
     (end, "Seljord er ikke lenger en egen kommune")],
)  # fmt: skip
def test_what_she_shows_no_more_is_said_and_no_later_word_of_hers_is_seen(
    happens: Any, told: str, as_on: As, engine_app: Any
) -> None:
    kari = as_on("kari")
    row_id = fetched(kari)
    (purpose,) = stands(row_id, "purpose")
    happens()

    pages = [details(kari, row_id), html.unescape(kari.get(address(row_id)).text)]
    forced = kari.post(address(row_id), data={"version": version(row_id), "do": "save", "purpose": "take"})
    listed = behind(kari, row_id)

    assert [told in page for page in pages] == [True, True]
    assert ["Løyndom" in page for page in (*pages, forced.text)] == [False, False, False]
    assert (stands(row_id, "purpose"), listed) == ([purpose], False)
    assert decide(kari, row_id, do="stop").status_code in {303, 409}


def test_what_she_shares_again_is_offered_again(as_: As) -> None:
    kari = as_("kari")
    row_id = fetched(kari)
    say(shared=Answer.NO)
    say(shared=Answer.YES, purpose="Delt på nytt")

    assert offered(row_id) == {"purpose": "Delt på nytt"}


def test_what_she_shows_no_more_may_be_let_go(as_: As) -> None:
    kari = as_("kari")
    row_id = fetched(kari)
    unshare()

    answer = decide(kari, row_id, do="stop")

    assert (answer.status_code, "Seljord deler ikke lenger" in details(kari, row_id)) == (303, False)


# -- attacks -----------------------------------------------------------------------------------------------------------


def test_no_field_she_does_not_share_is_ever_offered_or_remembered(as_: As) -> None:
    kari = as_("kari")
    row_id = fetched(kari)
    with inside("Seljord"):
        row = newest()
        row.responsible, row.scale, row.review_due = ContactPerson(name="Løyndom Leiar"), 99, today()
        row.sent_back, row.joint_contact, row.status = "Løyndom grunn", "Løyndom kontakt", RecordStatus.REVISE
        db.session.commit()

    page = html.unescape(kari.get(address(row_id)).text)

    assert (offered(row_id), "Løyndom" in page, "Løyndom" in str(stands(row_id, "taken"))) == ({}, False, False)
    assert (
        kari.post(address(row_id), data={"version": version(row_id), "do": "save", "scale": "take"}).status_code == 303
    )
    assert stands(row_id, "scale", "responsible", "sent_back", "joint_contact") == [None, None, None, None]


def test_only_what_stands_on_a_card_is_followed() -> None:
    known = {one.key: one for one in fields_of(ProcessingActivity)}

    assert [key for key in followed() if not known[key].shown or known[key].personal is not Personal.NONE] == []
    assert OWN.isdisjoint(followed())


def test_of_the_parts_only_what_stands_on_a_card_is_compared(as_: As) -> None:
    kari = as_("kari")
    row_id = fetched(kari)
    (taken,) = stands(row_id, "taken")
    parts = [one for one in fields_of(ProcessingActivity) if one.kind is Kind.ROWS and one.key in taken["said"]]

    hidden = {
        one.key: {inner.key for inner in fields_of(part_class(one)) if not inner.shown or inner.personal != "none"}
        for one in parts
    }

    assert parts != []
    assert [key for key, names in hidden.items() for part in taken["said"][key] if names & set(part)] == []


@pytest.mark.parametrize(("who", "status"), [("berit", 404), ("ola", 403), ("frida", 404), ("sol", 404)])
def test_nobody_else_sees_or_decides(who: str, status: int, as_on: As, engine_app: Any) -> None:
    row_id = fetched(as_on("kari"))
    say(purpose="Noe annet")
    browser = as_on(who)

    answers = [browser.get(address(row_id)).status_code, decide(browser, row_id, purpose="take").status_code]

    assert answers == [status, status]
    assert stands(row_id, "purpose") != ["Noe annet"]


def test_she_is_not_told_who_follows_her(as_: As) -> None:
    kari = as_("kari")
    fetched(kari)
    with inside("Seljord"):
        row_id, card_id = newest().id, db.session.scalars(select(ShownCard.id).order_by(ShownCard.id.desc())).first()
    berit = as_("berit")

    pages = [details(berit, row_id), berit.get(f"/neighbours/{card_id}/").text]

    assert ["Tinn" in page for page in pages] == [False, False]


def test_where_it_came_from_is_written_by_no_form(as_: As) -> None:
    kari = as_("kari")
    row_id = fetched(kari)
    stood = stands(row_id, "origin_place", "origin_row", "origin_card")
    form = kari.get(f"/processing-activity/edit/?id={row_id}")
    forged = {"origin_place": "1", "origin_row": "1", "origin_card": "1", "taken": "{}"}

    kari.post(f"/processing-activity/edit/?id={row_id}", data={"version": "1", "name": "Nytt", **forged})

    assert (form.status_code, stands(row_id, "origin_place", "origin_row", "origin_card")) == (200, stood)
