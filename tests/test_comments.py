"""What people say of a row: who may, where it is kept, what becomes of it, and that the row itself is left alone."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

import models
from models import migrating
from models.changes.emptying import empty_trash
from models.database import db
from models.declare.base import Group
from models.declare.choices import CommentKind, CommentState
from models.declare.clock import now
from models.declare.domains import Domain
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.comments import ENDINGS, Comment, RiskComment, comment_class
from models.registers.organisation import ContactPerson
from models.registers.risk import RiskAssessment
from models.tenancy.people import User
from tests.conftest import inside, municipality, user
from tests.support.attack import browser as stranger
from tests.support.attack import loot, outside
from tests.test_checks import NEW_NUMBER
from tests.test_forms import first, reread
from tests.test_history import changes
from tests.test_keeping import owner_url
from tests.test_registers import As, address, delete_row, form_of


def say(browser: Any, row: Any, text: str = "Stemmer dette?", **more: str) -> Any:
    return browser.post(f"/comments/{type(row).__tablename__}/{row.id}/", data={"text": text, **more})


def said(row: Any, where: str = "Tinn") -> list[Any]:
    """What is said of a row, newest first."""
    cls = comment_class(type(row))
    with inside(where):
        about = select(cls).where(cls.register == type(row).__tablename__, cls.row_id == row.id)
        found = list(db.session.scalars(about.order_by(cls.id.desc())))
        db.session.expunge_all()
    return found


def settle(browser: Any, comment: Any, state: str, answer: str = "") -> Any:
    kind = "risk" if isinstance(comment, RiskComment) else "content"
    return browser.post(f"/comments/{kind}/{comment.id}/state/", data={"state": state, "answer": answer})


def page(browser: Any, row: Any) -> str:
    return html.unescape(browser.get(address(type(row), "details/", id=row.id)).text).partition('id="comments"')[2]


@pytest.mark.parametrize("name", ["ola", "kari", "lars", "tone", "siri"])
def test_who_may_read_a_row_may_speak_of_it_and_the_row_is_left_alone(name: str, as_on: As, engine_app: Any) -> None:
    row, browser = first(Application), as_on(name)
    before, log = reread(row, "version", "updated_at", "search_text"), len(changes(row))

    answer = say(browser, row, "Er dette <b>riktig</b>?")

    assert (answer.status_code, answer.location) == (303, address(Application, "details/", id=row.id) + "#comments")
    (newest, *_rest) = said(row)
    assert (newest.text, newest.author_name, newest.municipality_id) == (
        "Er dette <b>riktig</b>?",
        f"{name.title()} Test",
        municipality("Tinn"),
    )
    assert (reread(row, "version", "updated_at", "search_text"), len(changes(row))) == (before, log)
    assert "Er dette &lt;b&gt;riktig&lt;/b&gt;?" in browser.get(address(Application, "details/", id=row.id)).text


def test_what_is_said_of_a_shared_row_belongs_to_the_municipality_where_it_was_said(as_: As) -> None:
    row = first(Supplier)

    say(as_("kari"), row, "Treg å få svar fra")

    assert [one.municipality_id for one in said(row)] == [municipality("Tinn")]
    assert ["Treg å få svar fra" in page(as_(name), row) for name in ("ola", "berit")] == [True, False]


def test_a_remark_is_settled_by_its_author_or_who_keeps_the_row_and_opened_again(as_: As) -> None:
    row = first(Application)
    say(as_("ola"), row)
    comment = said(row)[0]

    by_others = settle(as_("tone"), comment, "settled").status_code
    by_author = settle(as_("ola"), comment, "settled").status_code
    settled = said(row)[0]
    again = settle(as_("kari"), comment, "open").status_code

    assert (by_others, by_author, again) == (403, 303, 303)
    assert (settled.state, settled.settled_by) == (CommentState.SETTLED, "Ola Test")
    assert (said(row)[0].state, said(row)[0].settled_at) == (CommentState.OPEN, None)


def test_only_the_officer_of_the_municipality_advises_and_who_keeps_the_row_answers(as_: As) -> None:
    row = first(RiskAssessment)
    forged = say(as_("kari"), row, kind="advice").status_code
    say(as_("siri"), row, "Vurder på nytt", kind="advice")
    advice = said(row)[0]

    answers = [settle(as_(name), advice, "followed").status_code for name in ("siri", "tone")]
    without = settle(as_("kari"), advice, "not_followed")
    kept = said(row)[0].state
    settle(as_("kari"), advice, "not_followed", "Ble vurdert i fjor")

    assert (forged, advice.kind, answers) == (403, CommentKind.ADVICE, [403, 403])
    assert (without.status_code, kept) == (303, CommentState.OPEN)
    assert (said(row)[0].state, said(row)[0].answer) == (CommentState.NOT_FOLLOWED, "Ble vurdert i fjor")
    shown = page(as_("kari"), row)
    assert ("Råd fra personvernombudet" in shown, "Ble vurdert i fjor" in shown) == (True, True)


@pytest.mark.parametrize(("kind", "state"), [("remark", "followed"), ("advice", "settled")])
def test_a_remark_is_not_followed_and_advice_not_settled(kind: str, state: str, as_: As) -> None:
    row = first(Application)
    say(as_("siri"), row, **({"kind": kind} if kind == "advice" else {}))

    settle(as_("kari"), said(row)[0], state)

    assert said(row)[0].state is CommentState.OPEN
    assert {one for kept in ENDINGS.values() for one in kept} == set(CommentState)


def test_who_is_mentioned_is_linked_and_nobody_out_of_reach_is(as_: As) -> None:
    row, chief = first(Application), first(ContactPerson)
    kari = as_("kari")

    say(kari, row, f"Spør @{chief.name}, eller @Hemmeleg Leiar. <i>@Ingen</i>")

    assert said(row)[0].mentions == {chief.name: chief.id}
    shown = page(kari, row)
    assert f'<a href="{address(ContactPerson, "details/", id=chief.id)}">@{chief.name}</a>' in shown


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_not_kept(text: str, as_: As) -> None:
    row, kari = first(Application), as_("kari")
    before = len(said(row))

    answer = say(kari, row, text)

    assert (answer.status_code, len(said(row))) == (303, before)
    assert "Skriv noe først." in kari.get(answer.location).text


@pytest.mark.parametrize("text", ["x" * 4001, f"<b>Gjelder</b>\n{NEW_NUMBER}"])
def test_what_no_text_may_hold_is_not_kept_but_stands_there_to_be_mended(text: str, as_: As) -> None:
    row, siri = first(Application), as_("siri")
    before = len(said(row))

    refused = say(siri, row, text, kind="advice")
    again = form_of(refused.text.replace("record-form-narrow", "record-form")).values
    mended = siri.post(f"/comments/application/{row.id}/", data=again | {"text": "Kortere"})

    assert (refused.status_code, "Kommentaren er ikke lagret" in refused.text) == (422, True)
    assert (again["text"], again["kind"]) == ([text], ["advice"])
    assert (mended.status_code, len(said(row)), said(row)[0].text) == (303, before + 1, "Kortere")


def test_why_advice_is_not_followed_stands_there_to_be_mended(as_: As) -> None:
    row, kari = first(Application), as_("kari")
    say(as_("siri"), row, kind="advice")

    refused = settle(kari, said(row)[0], "not_followed", "x" * 1001)

    again = form_of(refused.text.replace("record-form-narrow", "record-form")).values
    assert (refused.status_code, again["answer"], again["state"]) == (422, ["x" * 1001], ["not_followed"])
    assert said(row)[0].state is CommentState.OPEN


# -- attacks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["kari", "ola", "lars", "tone", "siri", "per", "sol", "frida"])
def test_nothing_is_said_or_settled_in_seljord_from_elsewhere(who: str, app: Any) -> None:
    row, risk = first(Application, "Seljord"), first(RiskAssessment, "Seljord")
    theirs = [said(one, "Seljord")[0] for one in (row, risk)]
    visitor = stranger(app, who)

    answers = [say(visitor, one) for one in (row, risk)] + [settle(visitor, one, "settled") for one in theirs]

    project = who == "per"  # reads content, and what is said of it, everywhere; says nothing
    assert [one.status_code for one in answers] == [403 if project else 404, 404, 403 if project else 404, 404]
    assert [loot(one) for one in answers] == [[]] * 4
    assert [said(one, "Seljord")[0].state for one in (row, risk)] == [CommentState.OPEN] * 2


@pytest.mark.parametrize("who", ["ola", "per"])
def test_what_is_said_of_risk_stands_behind_the_walls_of_risk(who: str, as_: As) -> None:
    risk = said(first(RiskAssessment))[0]

    assert settle(as_(who), risk, "settled").status_code == 404
    assert say(as_(who), first(RiskAssessment)).status_code == 404


@pytest.mark.parametrize(
    "door",
    ["/comments/user_account/1/", "/comments/membership/1/", "/comments/nope/1/", "/comments/application/99999999999/",
     "/comments/content/0/state/", "/comments/money/1/state/", "/comments/content/99999999999/state/"],
)  # fmt: skip
def test_forged_addresses_lead_nowhere(door: str, as_: As) -> None:
    assert as_("lars").post(door, data={"text": "x", "state": "settled"}).status_code == 404


def test_a_state_there_is_none_of_and_a_post_without_the_token_are_refused(as_: As) -> None:
    row, kari = first(Application), as_("kari")
    comment = said(row)[0]

    answers = [
        settle(kari, comment, "gone"),
        kari.post(f"/comments/application/{row.id}/", data={"text": "x"}, csrf=False),
    ]

    assert [one.status_code for one in answers] == [400, 400]
    assert len(said(row)) == 1


# -- where, how long, at what cost -------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__tablename__)
def test_which_registers_are_spoken_of_follows_from_their_declaration(register: type[Any]) -> None:
    expected = {Domain.CONTENT: Comment, Domain.RISK: RiskComment}.get(register.__domain__)
    if register.__domain__ is None and register.__register__.group is not Group.SYSTEM:
        expected = Comment

    assert comment_class(register) is expected
    assert expected is not None or register in {User} or register.__register__.group is Group.SYSTEM


def test_what_is_said_comes_back_with_the_row_and_goes_when_the_trash_is_emptied(as_on: As, engine_app: Any) -> None:
    kari, row = as_on("kari"), first(RiskAssessment)
    delete_row(kari, RiskAssessment, row.id)

    def empty(before: Any) -> int:
        db.session.remove()
        with migrating.engine_for(owner_url(engine_app)).begin() as connection:
            return empty_trash(connection, before)

    early = empty(now() - timedelta(days=30))
    kept = len(said(row))
    late = empty(now() + timedelta(days=1))

    assert (early, kept, late, len(said(row))) == (0, 1, 1, 0)
    assert len(said(first(Application))) == 1
    assert "Hent tilbake</button>" not in kari.get(address(RiskAssessment, "deleted/", id=row.id)).text


def test_a_page_costs_the_same_with_one_comment_and_with_fifty(as_: As, statements: list[str], app: Any) -> None:
    row, kari, counts = first(Application), as_("kari"), []
    kari.get(address(Application, "details/", id=row.id))
    for number in (1, 49):
        for one in range(number):
            say(kari, row, f"Kommentar {one}")
        kari.get("/help/")
        statements.clear()
        kari.get(address(Application, "details/", id=row.id))
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 12
    assert len(re.findall(r'<li id="comment-', page(kari, row))) == 51
    with outside(app) as cursor:
        assert cursor.execute("select count(*) from comment").fetchone()[0] == 52


def test_the_author_is_who_is_signed_in_whatever_is_posted(as_: As) -> None:
    row = first(Application)

    say(as_("ola"), row, author_name="Kari Test", author_id="1", municipality_id=str(municipality("Seljord")))

    newest = said(row)[0]
    assert (newest.author_name, newest.author_id, newest.municipality_id) == (
        "Ola Test", user("ola").id, municipality("Tinn"),
    )  # fmt: skip
