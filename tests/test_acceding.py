"""Joining, step by step: in order, by whom, on which days; closed until both agreements are in force."""

from __future__ import annotations

import html
import re
import sqlite3
from datetime import timedelta
from io import BytesIO
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from models.changes import acceding
from models.database import db
from models.declare.acceding import Event, Step
from models.declare.choices import AgreementStatus, Answer
from models.declare.clock import today
from models.money import basis
from models.queries.acceding import statuses
from models.registers.accessions import events_of
from models.registers.agreements import Agreement
from models.registers.attachments import Attachment
from models.registers.municipality import Municipality
from models.tenancy.people import Membership, MunicipalRole
from tests.conftest import inside, municipality, sign_in, user
from tests.support.acceding import ask, day, do, found, papers, place, step, unjoin, walk
from tests.test_charging_locks import past_the_application
from tests.test_registers import As, delete_row


def error(answer: Any) -> str:
    said = re.search(r'role="alert">.*?<p>(.*?)</p>', answer.get_data(as_text=True), re.DOTALL)
    return html.unescape(said[1]) if said else ""


def event_names(name: str = "Larvik") -> list[str]:
    return [one.what.value for one in events_of(db.session, found(name))]


# -- the whole way -----------------------------------------------------------------------------------------------------


def test_from_asked_to_in_force_with_who_and_when_on_each_engine(engine_app: Any) -> None:
    per = sign_in(engine_app, "per")
    ask(engine_app)

    walk(per)

    with inside():
        events = events_of(db.session, found())
        value = lambda one: one and one.value  # noqa: E731
        told = [(one.what.value, value(one.paper), value(one.signer)) for one in events]
        assert told == [
            ("asked", None, None), ("quoted", "quote", None), ("ready", None, None), ("sent", None, None),
            ("signed", "agreement", "municipality"), ("signed", "agreement", "contract_party"),
            ("signed", "processing", "municipality"), ("signed", "processing", "contract_party"),
            ("opened", None, None),
        ]  # fmt: skip
        assert {(one.by, one.day) for one in events[1:]} == {("Per Test", today())}
        one, there = found(), place("Larvik")
        assert (one.step, there.joined, there.organisation_number) == (Step.IN_FORCE, today(), "918082956")
        rows = {row.nature.code: row for row in db.session.scalars(select(Agreement).where(
            Agreement.id.in_([one.agreement_id, one.processing_id])))}  # fmt: skip
        assert {code: (row.municipality_id, row.status, row.signed, row.starts, row.data_processing) for code, row in
                rows.items()} == {
            "accession": (there.id, AgreementStatus.ACTIVE, today(), today(), Answer.NO),
            "DBA": (there.id, AgreementStatus.ACTIVE, today(), today(), Answer.YES),
        }  # fmt: skip
        files = db.session.scalars(select(Attachment).where(Attachment.municipality_id == there.id)).all()
        assert {one.row_id for one in files} == {row.id for row in rows.values()}
        invoiced = basis.plan_for(db.session, today().year, 0, today())
        paper = next(one for one in (*invoiced.papers, *invoiced.hindered) if one.municipality.name == "Larvik")
        assert basis.NO_AGREEMENT not in [said.text for said in paper.warnings]


def test_a_page_says_what_is_next_and_what_is_missing(app: Any, as_: As) -> None:
    ask(app)
    per = as_("per")
    walk(per, "send")
    do(per, "sign")

    page = per.get(f"/accessions/{found().id}/").get_data(as_text=True)

    assert re.findall(r"<li>(\w+avtalen er ikke signert av \w+\.)</li>", page) == [
        "Tilslutningsavtalen er ikke signert av avtaleparten.", "Databehandleravtalen er ikke signert av kommunen.",
        "Databehandleravtalen er ikke signert av avtaleparten.",
    ]  # fmt: skip
    assert page.count("button primary") == 1
    assert re.findall(r'<option value="\w+">(\w+avtale – \w+)</option>', page) == [
        "Tilslutningsavtale – Avtaleparten", "Databehandleravtale – Kommunen",
    ]  # fmt: skip


# -- order, days and two at once ---------------------------------------------------------------------------------------

ORDER = ("quote", "papers", "send", "sign", "open")


@pytest.mark.parametrize("reached", range(5))
def test_no_step_is_skipped(reached: int, app: Any, as_: As) -> None:
    ask(app)
    per = as_("per")
    if reached:
        walk(per, ORDER[reached - 1] if reached < 4 else "sign")
    before, left = step(), event_names()
    allowed = {ORDER[reached], *({"quote"} if reached == 1 else {"papers"} if reached == 2 else ())}

    wrong = {does: do(per, does).status_code for does in ORDER if does not in allowed}

    assert wrong == dict.fromkeys(wrong, 422)
    assert (step(), event_names()) == (before, left)


def test_days_that_cannot_be_right_are_told_in_a_sentence(app: Any, as_: As) -> None:
    ask(app)
    per = as_("per")
    early = error(do(per, "quote", first_day=day(-1)))
    expired = error(do(per, "quote", valid_to=day(-1)))
    walk(per, "papers")
    told = [error(do(per, "send", day=when)) for when in (day(-1), day(1), "i går")]
    do(per, "send")
    told += [error(do(per, "sign", day=when)) for when in (day(-1), day(1))]
    told.append(error(do(per, "sign", signed_by=" ")))
    do(per, "sign")
    told.append(error(do(per, "sign", file=(BytesIO(b""), ""))))
    for paper in ("agreement", "processing", "processing"):
        assert do(per, "sign", paper=paper).status_code == 303
    told.append(error(do(per, "open", first_day=day(-1))))

    before = f"Dagen kan ikke være før {today():%d.%m.%Y}, da det forrige steget ble tatt."
    assert [early, expired, *told] == [
        acceding.TOO_EARLY, acceding.EXPIRED, before, acceding.AHEAD, acceding.AHEAD, before, acceding.AHEAD,
        acceding.WHO_SIGNED, acceding.NEEDS_FILE,
        f"Avtalene kan ikke gjelde fra før {today():%d.%m.%Y}, da den siste ble signert.",
    ]  # fmt: skip


def test_of_two_who_do_something_at_once_the_second_is_told(app: Any, as_: As) -> None:
    ask(app)
    per = as_("per")
    walk(per, "send")
    seen = found().version
    do(per, "sign")

    late = do(per, "sign", version=str(seen))

    assert (late.status_code, error(late), event_names()[-2:]) == (409, acceding.PASSED, ["sent", "signed"])


def test_a_step_is_taken_back_with_a_reason_that_stays_in_the_history(app: Any, as_: As) -> None:
    ask(app)
    per = as_("per")
    walk(per, "send")
    do(per, "sign", signed_by="Feil Person")

    assert error(do(per, "back", reason="  ")) == acceding.WRITE_WHY
    back = [do(per, "back", reason="Feil navn").status_code for _ in range(2)]

    assert (back, step()[0], event_names()[-2:]) == ([303, 303], Step.READY, ["taken_back", "taken_back"])
    page = per.get(f"/accessions/{found().id}/").get_data(as_text=True)
    assert "Tatt tilbake: Tilslutningsavtale signert, kommunen: Feil Person" in page
    assert do(per, "send").status_code == 303
    with inside():
        assert len(db.session.scalars(select(Agreement).where(Agreement.name.like("Orden – %"))).all()) == 2


def test_who_is_declined_may_ask_again_and_its_agreements_are_ended(app: Any, as_: As) -> None:
    ask(app)
    per = as_("per")
    walk(per, "send")

    assert do(per, "decline", reason="Ikke vedtatt").status_code == 303

    with inside():
        states = set(db.session.scalars(select(Agreement.status).where(Agreement.name.like("Orden – %"))))
    assert (step()[0], states, ask(app).status_code) == (Step.DECLINED, {AgreementStatus.TERMINATED}, 303)
    assert [one.what for one in events_of(db.session, found())] == [Event.ASKED]


# -- open and closed ---------------------------------------------------------------------------------------------------


def invite(name: str, where: str, role: str = "editor") -> None:
    with inside(where):
        db.session.add(Membership(user=user(name), role=MunicipalRole(role), municipality_id=municipality(where)))
        db.session.commit()


def test_nobody_enters_before_both_agreements_are_in_force_and_all_do_after(engine_app: Any) -> None:
    per = sign_in(engine_app, "per")
    ask(engine_app)
    walk(per, "quote")
    with inside():
        for one in db.session.scalars(select(Membership).where(Membership.user_id == user("ola").id)):
            db.session.delete(one)
        db.session.commit()
    invite("ola", "Larvik")
    ola = sign_in(engine_app, "ola")

    closed = ola.get("/")
    assert (closed.status_code, "Avtalene er ikke laget." in closed.get_data(as_text=True)) == (403, True)
    walked = [do(per, does).status_code for does in ("papers", "send")]
    signed = [do(per, "sign", paper=one).status_code for one in ("agreement", "agreement", "processing", "processing")]
    half = sign_in(engine_app, "ola").get("/application/").status_code
    assert (walked, signed, half) == ([303] * 2, [303] * 4, 403)
    do(per, "open")

    ola = sign_in(engine_app, "ola")
    assert (ola.get("/").status_code, ola.get("/application/new/").status_code) == (200, 200)


def test_who_has_another_municipality_works_on_there_and_does_not_see_the_closed_one(app: Any, as_: As) -> None:
    ask(app)
    walk(as_("per"), "quote")
    invite("kari", "Larvik")
    kari = as_("kari")

    assert kari.get("/application/").status_code == 200
    assert kari.post("/municipality/", data={"municipality": str(municipality("Larvik"))}).status_code == 404


def test_a_municipality_opens_on_its_day_and_not_before(app: Any, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(app)
    per = as_("per")
    walk(per, "sign")
    invite("ola", "Larvik")
    assert do(per, "open", first_day=day(3)).status_code == 303

    with inside():
        there = place("Larvik")
        assert (there.joined, found().first_day) == (today() + timedelta(days=3),) * 2
    from models.queries import acting

    who, where = user("ola").id, municipality("Larvik")
    grants = lambda: {one.municipality_id for one in acting.grants_of(acting.identified(db.session(), who))}  # noqa: E731
    closed = grants()
    monkeypatch.setattr(acting, "today", lambda: there_opens)
    there_opens = today() + timedelta(days=3)
    assert (where in closed, where in grants()) == (False, True)


def test_members_of_before_are_open_and_what_a_stranger_asks_closes_nobody(app: Any, as_: As) -> None:
    unjoin("Tinn")
    assert ask(app, "Tinn").status_code == 303

    assert as_("kari").get("/application/").status_code == 200


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["kari", "lars", "tone", "siri", "sol", "frida"])
def test_only_who_leads_the_project_sees_and_takes_steps(who: str, app: Any, as_: As) -> None:
    ask(app)
    walk(as_("per"), "papers")
    number, paper = found().id, papers(acceding.PaperKind.AGREEMENT)[0].id
    browser = as_(who)

    pages = ["", f"{number}/", f"papers/{paper}/pdf/", f"papers/{paper}/docx/", f"{number}/draft/quote/pdf/"]
    answers = [browser.get(f"/accessions/{one}").status_code for one in pages]

    assert answers == [403] * len(pages)
    assert [do(browser, does).status_code for does in ("send", "back", "decline")] == [403] * 3
    assert "kari@larvik.example" not in browser.get("/").get_data(as_text=True)


def test_what_is_not_there_is_not_found(as_: As) -> None:
    per = as_("per")

    gone = [per.get(f"/accessions/{one}").status_code for one in ("999/", "papers/999/pdf/", "1/draft/quote/xlsx/")]

    assert (gone, per.post("/accessions/999/", data={"do": "send"}).status_code) == ([404] * 3, 404)


REFUSED = (sqlite3.IntegrityError, psycopg.Error)
ATTEMPTS = (
    "UPDATE accession SET step = 'asked'", "UPDATE accession SET first_day = NULL", "DELETE FROM accession",
    "UPDATE accession_event SET day = day", "DELETE FROM accession_event", "UPDATE accession_paper SET digest = 'x'",
    "DELETE FROM accession_paper",
)  # fmt: skip


def test_what_is_in_force_changes_no_more_by_sql_either(engine_app: Any) -> None:
    ask(engine_app)
    walk(sign_in(engine_app, "per"))
    db.session.rollback()

    for attempt in ATTEMPTS:
        with pytest.raises(REFUSED):
            past_the_application(engine_app, attempt)


# -- all of them -------------------------------------------------------------------------------------------------------


def test_all_municipalities_stand_with_their_step_their_days_and_who_founded(app: Any, as_: As) -> None:
    ask(app)
    ask(app, "Horten")
    per = as_("per")
    walk(per, "quote")

    page = per.get("/accessions/").get_data(as_text=True)
    some = per.get("/accessions/?step=asked").get_data(as_text=True)

    numbers = dict(re.findall(r'">([^<>]+) <span class="number">(\d+)</span>', page))
    assert (numbers["Har spurt"], numbers["Har fått tilbud"], numbers["Alle"]) == ("1", "1", "357")
    assert re.findall(r'<th scope="row"><a href="[^"]+">(\w+)</a>', some) == ["Horten"]
    row = lambda name: re.search(rf'<th scope="row">(?:<a [^>]+>)?{name}.*?</tr>', page)[0]  # type: ignore[index]  # noqa: E731
    assert ("Grunnlegger</span>" in row("Tinn"), "Grunnlegger ved sammenslåing" in row("Midt-Telemark")) == (True, True)
    assert ("Avtalene er ikke laget." in row("Larvik"), "Grunnlegger" in row("Larvik")) == (True, False)


def test_the_overview_costs_the_same_for_one_and_for_many(app: Any, statements: list[str]) -> None:
    counted = []
    for names in (["Larvik"], ["Horten", "Bodø", "Alta", "Narvik"]):
        for name in names:
            ask(app, name)
        with inside():
            statements.clear()
            statuses(db.session)
            counted.append(len(statements))

    assert counted[0] == counted[1]


def test_the_start_page_and_the_menu_tell_who_leads_the_project(app: Any, as_: As) -> None:
    ask(app)

    page, other = (as_(who).get("/").get_data(as_text=True) for who in ("per", "lars"))

    assert ("Kommuner som vil bli med" in page, 'href="/accessions/"' in page) == (True, True)
    assert ("Kommuner som vil bli med" in other, "/accessions/" in other) == (False, False)


def test_a_new_municipality_has_its_number_and_people_from_what_is_known(app: Any, as_: As) -> None:
    ask(app, "Bodø")
    walk(as_("per"), "quote", "Bodø")

    with inside():
        there = db.session.scalars(select(Municipality).where(Municipality.name == "Bodø")).one()
        assert ([one.code for one in there.codes], there.populations[0].source, there.joined) == (
            ["1804"], "SSB tabell 07459", None,
        )  # fmt: skip


def test_a_municipality_with_an_accession_is_not_deleted_from_under_it(app: Any, as_: As) -> None:
    ask(app)
    per = as_("per")
    walk(per, "quote")

    answer = delete_row(per, Municipality, municipality("Larvik"))

    assert (answer.status_code, step()[1]) == (409, municipality("Larvik"))
