"""Following rows and lists: what is told on the start page, by whose rights, and at what cost."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import HeldPersonalData
from models.declare.clock import now
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.following import MENTIONS, Follow
from models.registers.organisation import ContactPerson
from models.registers.risk import RiskAssessment
from models.tenancy import scope
from models.tenancy.people import Membership, MunicipalRole
from tests.conftest import inside, municipality, user
from tests.support.attack import browser as stranger
from tests.support.attack import loot
from tests.test_attachments import attach, empty
from tests.test_comments import say
from tests.test_forms import first
from tests.test_registers import As, address, delete_row


def follow(browser: Any, row: Any, **more: str) -> Any:
    return browser.post(f"/following/{type(row).__tablename__}/{row.id}/", data=more)


def follow_list(browser: Any, asked: str = "", register: str = "application") -> Any:
    return browser.post(f"/following/{register}/list/", data={"back": f"/{register}/{asked}"})


def told(browser: Any) -> list[str]:
    """What the start page tells of what is followed, line by line, with the name of the row first."""
    page = html.unescape(browser.get("/").text).partition('class="card news"')[2].partition("</section>")[0]
    found = re.findall(r"<a href=\"/(?!following)[^>]+>([^<]+)</a>|<p>([^<]+)</p>", page)
    return ["".join(one) for one in found]


def follows(name: str) -> list[tuple[str, int, str]]:
    mine = select(Follow).where(Follow.user_id == user(name).id).order_by(Follow.id)
    with inside():
        return [(one.register, one.row_id, one.query) for one in db.session.scalars(mine)]


def change(row: Any, where: str = "Tinn", who: str = "Lars Test", **values: Any) -> None:
    """Somebody changes a row past the pages."""
    place = municipality(where)
    with inside(where), scope.use(scope.of([place], active=place, user_name=who)):
        found = db.session.get(type(row), row.id)
        for key, value in values.items():
            setattr(found, key, value)
        db.session.commit()


def test_what_happens_in_a_followed_row_is_told_until_it_is_seen(as_on: As, engine_app: Any) -> None:
    row, ola = first(Application), as_on("ola")
    follow(ola, row)
    before = told(ola)

    change(row, notes="Nye ord", personal_data=HeldPersonalData.SPECIAL)
    say(as_on("kari"), row)
    attach(as_on("kari"), row)
    found = told(ola)
    form = re.search(r'name="until" value="([^"]+)"', ola.get("/").text)
    assert form
    ola.post("/following/seen/", data={"until": html.unescape(form[1])})

    assert before == []
    assert found == [
        "Åpen skoleprogram",
        "Kari Test: Lagt ved – Vedlegg og lenker",
        "Lars Test: Endret – Personopplysninger, Merknader",
        "Kari Test skrev en kommentar",
    ]
    assert told(ola) == []
    change(row, notes="Enda nyere ord")
    assert told(ola) == ["Åpen skoleprogram", "Lars Test: Endret – Merknader"]


def test_a_row_is_followed_and_no_longer_with_one_press(as_: As) -> None:
    row, ola = first(Application), as_("ola")
    buttons = []

    for more in ({}, {}, {"stop": "1"}):
        follow(ola, row, **more)
        page = ola.get(address(Application, "details/", id=row.id)).text
        buttons.append((len(follows("ola")), "Slutt å følge</button>" in page, ">Følg</button>" in page))

    assert buttons == [(1, True, False), (1, True, False), (0, False, True)]
    change(row, notes="Nye ord")
    assert told(ola) == []


def test_what_one_did_oneself_is_no_news(as_: As) -> None:
    row, kari = first(Application), as_("kari")
    follow(kari, row)

    say(kari, row)
    attach(kari, row)

    assert told(kari) == []


def test_a_followed_list_tells_of_the_rows_it_holds_now(as_on: As, engine_app: Any) -> None:
    row, ola = first(Application), as_on("ola")
    follow_list(ola, "?personal_data=special&sort=-name")

    change(row, notes="Ikke med ennå")
    outside = told(ola)
    change(row, personal_data=HeldPersonalData.SPECIAL)
    held = told(ola)

    assert follows("ola") == [("application", 0, "personal_data=special")]
    assert (outside, held[0]) == ([], "Åpen skoleprogram")
    assert "Applikasjoner: " in html.unescape(ola.get("/following/").text)


def test_a_deleted_row_is_told_of(as_: As) -> None:
    row, tone = first(RiskAssessment), as_("tone")
    follow(tone, row)

    delete_row(as_("kari"), RiskAssessment, row.id)

    assert told(tone) == ["Åpen ROS", "Kari Test: Slettet"]


def test_who_is_named_in_a_comment_is_told_whatever_is_followed(as_on: As, engine_app: Any) -> None:
    row, ola = first(Application), as_on("ola")
    with inside("Tinn"):
        db.session.add(ContactPerson(name="Ola Test", email="ola@test.example"))
        db.session.add(ContactPerson(name="Ola Testesen", email="tone@test.example"))
        db.session.commit()

    say(as_on("kari"), row, "Hva mener @Ola Test om dette?")
    named = told(ola), told(as_on("tone"))
    form = re.search(r'name="until" value="([^"]+)"', ola.get("/").text)
    assert form
    ola.post("/following/seen/", data={"until": html.unescape(form[1])})

    assert named == (["Åpen skoleprogram", "Kari Test skrev en kommentar"], [])
    assert told(ola) == []
    assert follows("ola") == [(MENTIONS, 0, "")]


# -- attacks -----------------------------------------------------------------------------------------------------------


def test_when_access_is_taken_away_nothing_is_told(as_on: As, engine_app: Any) -> None:
    row, risk, siri = first(Application, "Seljord"), first(RiskAssessment, "Seljord"), as_on("siri")
    siri.post("/municipality/", data={"municipality": str(municipality("Seljord"))})
    for one in (row, risk):
        follow(siri, one)
    follow_list(siri)
    change(row, "Seljord", notes="Løyndom no")
    change(risk, "Seljord", method="Løyndom no")
    say(as_on("berit"), row, "Hemmeleg merknad")
    before = told(siri)

    with inside():
        person = user("siri").id
        held = select(Membership).where(Membership.user_id == person)
        for one in db.session.scalars(held.where(Membership.municipality_id == municipality("Seljord"))):
            db.session.delete(one)
        db.session.commit()

    assert "Hemmeleg ROS" in before
    assert told(siri) == []
    assert loot(siri.get("/")) == []
    assert len(follows("siri")) == 3


def test_a_role_that_reads_less_is_told_less(as_on: As, engine_app: Any) -> None:
    risk, tone = first(RiskAssessment), as_on("tone")
    follow(tone, risk)
    change(risk, method="Nye ord")
    before = told(tone)
    with inside():
        (held,) = db.session.scalars(select(Membership).where(Membership.user_id == user("tone").id))
        held.role = MunicipalRole("reader")
        db.session.commit()

    assert (before, told(tone)) == (["Åpen ROS", "Lars Test: Endret – Metode"], [])
    assert "Åpen ROS" not in tone.get("/following/").text


@pytest.mark.parametrize("who", ["kari", "ola", "per", "sol"])
def test_a_foreign_row_is_not_followed(who: str, app: Any) -> None:
    rows = [first(RiskAssessment, "Seljord"), first(Application, "Seljord")]
    visitor = stranger(app, who)

    answers = [follow(visitor, one).status_code for one in rows]

    assert answers == [404, 303 if who == "per" else 404]  # the project reads the content of all


@pytest.mark.parametrize(
    "place", ["user_account/1/", "membership/1/", "nope/1/", "application/99999999999/", "nope/list/"]
)
def test_what_cannot_be_followed_is_a_page_that_is_none(place: str, as_: As) -> None:
    assert as_("kari").post(f"/following/{place}", data={"back": "/nope/"}).status_code == 404


@pytest.mark.parametrize("back", ["https://ond.example/", "//ond.example/application/", "/dataset/", "/", ""])
def test_a_list_is_followed_by_its_own_address_alone(back: str, as_: As) -> None:
    assert as_("kari").post("/following/application/list/", data={"back": back}).status_code == 400
    assert follows("kari") == []


@pytest.mark.parametrize("until", ["", "i går", "2026-01-01T00:00:00", "9" * 400])
def test_what_is_no_moment_is_refused(until: str, as_: As) -> None:
    assert as_("kari").post("/following/seen/", data={"until": until}).status_code == 400


def test_nobody_ends_what_another_follows_nor_sees_it_for_them(as_: As) -> None:
    row = first(Application)
    follow(as_("ola"), row)
    with inside():
        (theirs,) = db.session.scalars(select(Follow.id))
    change(row, notes="Nye ord")

    as_("kari").post(f"/following/{theirs}/stop/")
    as_("kari").post("/following/seen/", data={"until": datetime.now(UTC).isoformat()})

    assert len(follows("ola")) == 1
    assert told(as_("ola")) != []


def test_a_moment_that_is_to_come_hides_nothing(as_: As) -> None:
    row, ola = first(Application), as_("ola")
    follow(ola, row)

    ola.post("/following/seen/", data={"until": "2999-01-01T00:00:00+00:00"})
    change(row, notes="Nye ord")

    assert told(ola) != []


def test_one_follows_no_more_than_can_be_read_at_once(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("views.pages.following.MOST_FOLLOWED", 1)
    ola = as_("ola")

    follow(ola, first(Application))
    follow(ola, first(Supplier))

    assert follows("ola") == [("application", first(Application).id, "")]
    assert "Slutt å følge noen av dem først" in ola.get("/help/").text


# -- at what cost ------------------------------------------------------------------------------------------------------


def test_the_start_page_costs_the_same_with_one_row_and_with_fifty(as_: As, statements: list[str]) -> None:
    ola, counts, rows = as_("ola"), [], []
    with inside("Tinn"):
        rows = [Application(name=f"Nummer {number}") for number in range(50)]
        db.session.add_all(rows)
        db.session.commit()
        ids = [one.id for one in rows]
    for some in (ids[:1], ids[1:]):
        for one in some:
            follow(ola, Application(id=one))
            change(Application(id=one), notes=f"Nye ord {one}")
        ola.get("/")
        statements.clear()
        ola.get("/")
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert len([one for one in told(ola) if one.startswith("Nummer")]) == 15


@pytest.mark.parametrize("register", [Application, RiskAssessment, Supplier])
def test_a_followed_row_is_called_what_it_is_called_now(register: type[Any], as_on: As, engine_app: Any) -> None:
    row, tone = first(register), as_on("tone")
    follow(tone, row)

    change(row, name="Nytt navn i dag")

    page = html.unescape(tone.get("/following/").text)
    assert (page.count(">Nytt navn i dag</a>"), str(row) in page.partition("<h2>Rader</h2>")[2]) == (2, False)


def test_the_start_page_looks_in_ten_lists_and_leads_to_the_others(as_: As, statements: list[str]) -> None:
    ola, counts = as_("ola"), []
    row = first(Application)
    for several in (range(11), range(11, 50)):
        for number in several:
            follow_list(ola, f"?name.not=Nummer+{number}")
        change(row, notes=f"Nye ord {several}")
        ola.get("/")
        statements.clear()
        page = ola.get("/").text
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert html.unescape(page).count('href="/following/?page=2#lists"') == 1


def test_having_seen_ten_lists_says_nothing_of_the_eleventh(as_: As) -> None:
    ola, row = as_("ola"), first(Application)
    follow_list(ola, "?personal_data=special")
    for number in range(10):
        follow_list(ola, f"?name=Finnes+ikke+{number}")
    change(row, personal_data=HeldPersonalData.SPECIAL)
    page = html.unescape(ola.get("/").text)

    lists = re.findall(r'name="list" value="(\d+)"', page)
    ola.post("/following/seen/", data={"until": datetime.now(UTC).isoformat(), "list": lists})

    assert told(ola) == []
    assert "Åpen skoleprogram" in ola.get("/following/?page=2").text
    form = re.findall(r'name="(until|list)" value="([^"]+)"', ola.get("/following/?page=2").text)
    ola.post("/following/seen/", data={"until": html.unescape(form[0][1]), "list": form[1][1]})
    assert 'class="card news"' not in ola.get("/following/?page=2").text


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 400])
def test_a_page_of_lists_that_is_none_is_no_error(page: str, as_: As) -> None:
    ola = as_("ola")
    follow_list(ola)

    assert ola.get(f"/following/?page={page}").status_code == 200


@pytest.mark.parametrize("given", ["x", "", "9" * 30, "-1"])
def test_having_seen_a_list_that_is_none_is_refused(given: str, as_: As) -> None:
    data = {"until": datetime.now(UTC).isoformat(), "list": given}

    assert as_("ola").post("/following/seen/", data=data).status_code == 400


def test_who_followed_a_row_is_forgotten_with_it_when_the_trash_is_emptied(engine_app: Any) -> None:
    row, kept, ola = first(Application), first(RiskAssessment), user("ola").id
    with inside("Tinn"):
        db.session.add_all(
            [Follow(user_id=ola, register=type(one).__tablename__, row_id=one.id) for one in (row, kept)]
        )
        gone = Application(name="Skal bort")
        db.session.add(gone)
        db.session.flush()
        db.session.add(Follow(user_id=ola, register="application", row_id=gone.id))
        db.session.delete(gone)
        db.session.commit()

    emptied = []
    for before in (now() - timedelta(days=1), now() + timedelta(days=1)):
        empty(engine_app, before)
        emptied.append(follows("ola"))

    assert [len(one) for one in emptied] == [3, 2]
    assert emptied[1] == [("application", row.id, ""), ("risk_assessment", kept.id, "")]


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_that_is_none_ends_nothing(number: int, as_: As) -> None:
    assert as_("ola").post(f"/following/{number}/stop/").status_code == 303
