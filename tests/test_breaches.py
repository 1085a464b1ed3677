"""Personal data breaches: the 72 hours from when the municipality became aware, whom and what a breach concerns, the
draft of the notice; and that no other municipality and nobody in the project ever hears of one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import docx
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import Answer, BreachRisk, BreachState, ContactRole
from models.declare.clock import now
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.breaches import Breach
from models.registers.catalogue import Supplier
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.tenancy.people import Membership
from tests.conftest import inside, user
from tests.test_forms import first
from tests.test_registers import As, address
from tests.world import SECRETS

AWARE = datetime(2026, 3, 27, 22, 0, tzinfo=UTC)  # two days before summer time begins


def breach(where: str = "Tinn", **said: Any) -> int:
    """An open breach in the application of a municipality, but for what is said."""
    with inside(where), db.session.no_autoflush:
        application = db.session.scalars(select(Application)).one()
        known = {"name": "Tapt minnepinne", "aware": now(), "applications": [application]} | said
        row = Breach(**known)
        db.session.add(row)
        db.session.commit()
        return int(row.id)


def page(browser: Any, row_id: int) -> str:
    answer = browser.get(address(Breach, "details/", id=row_id))
    assert answer.status_code == 200
    return str(answer.text)


def clock(browser: Any, row_id: int) -> str:
    found = re.search(r'<span class="chip tone-\w+">(.*?)</span></p>\n<div class="actions"><a', page(browser, row_id))
    assert found is not None
    return found[1].replace("\xa0", " ")


def leader(number: int) -> ContactPerson:
    return ContactPerson(name=f"Leder {number}", role=ContactRole.UNIT_MANAGER)


# -- the clock ---------------------------------------------------------------------------------------------------------


def test_the_deadline_is_72_hours_after_the_municipality_became_aware_also_where_the_clocks_are_changed(
    engine_app: Any,
) -> None:
    row_id = breach(aware=AWARE, happened=AWARE - timedelta(days=20))

    with inside("Tinn"):
        row = db.session.get(Breach, row_id)
        assert (row.deadline, row.deadline.astimezone().utcoffset() is None) == (AWARE + timedelta(hours=72), False)
        row.aware = AWARE + timedelta(hours=1)
        db.session.commit()
        assert row.deadline == AWARE + timedelta(hours=73)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"aware": timedelta(hours=-41, minutes=-30)}, "30 timer igjen til fristen for å melde"),
        ({"aware": timedelta(hours=-70, minutes=-30)}, "1 time igjen til fristen for å melde"),
        ({"aware": timedelta(hours=-75, minutes=-30)}, "for 3 timer siden"),
        ({"aware": timedelta(days=-9), "notified_at": timedelta(days=-9)}, "72 timer før fristen"),
        ({"aware": timedelta(days=-9), "notified_at": timedelta(days=-5)}, "24 timer etter fristen"),
        ({"aware": timedelta(days=-9), "risk": BreachRisk.UNLIKELY}, "Meldes ikke"),
    ],
)
def test_the_page_says_in_words_how_much_time_is_left_or_how_late_it_is(
    said: dict[str, Any], told: str, as_: As
) -> None:
    moment = now()
    known = {key: moment + one if isinstance(one, timedelta) else one for key, one in said.items()}

    assert told in clock(as_("kari"), breach(**known))


def test_a_running_clock_is_the_first_of_what_is_to_be_done(as_: As) -> None:
    breach(aware=now() - timedelta(hours=41, minutes=30))
    tasks = as_("kari").get("/").text

    assert "Personvernavvik som ikke er meldt" in tasks
    assert "Tapt minnepinne – 30 timer igjen til fristen for å melde" in tasks.replace("\xa0", " ")
    assert "Personvernavvik" not in as_("ola").get("/").text  # who reads no risk hears of none


def test_what_is_notified_is_no_longer_to_be_done(as_: As) -> None:
    breach(notified_at=now(), status=BreachState.NOTIFIED)

    assert "Personvernavvik som ikke er meldt" not in as_("kari").get("/").text


# -- whom and what it concerns -----------------------------------------------------------------------------------------


def test_of_a_system_follow_activities_people_data_datasets_agreements_and_whom_to_ask(as_on: As) -> None:
    row_id = breach()
    with inside("Tinn"):
        agreement = db.session.scalars(select(Agreement)).one()
        agreement.assists_duties = Answer.YES
        db.session.commit()

    told = page(as_on("kari"), row_id)
    section = told[told.index('id="concerned"') : told.index("</section>", told.index('id="concerned"'))]

    with inside("Tinn"):
        activity = first(ProcessingActivity)
    for name in ("Åpen skoleprogram", "Åpen elevregister", "Åpen avtale", "Åpen Leiar", str(activity.name)):
        assert name in section
    assert "<td>Ja</td>" in section


def test_of_a_supplier_alone_follow_the_systems_the_municipality_has_from_it(as_on: As) -> None:
    with inside("Tinn"):
        supplier = db.session.scalars(select(Application)).one().supplier_id

    told = page(as_on("kari"), breach(applications=[], supplier_id=supplier))

    assert told.count("Åpen skoleprogram") > 0
    assert [one for one in SECRETS if one in told] == []


def test_where_several_municipalities_are_seen_a_breach_concerns_its_own_alone(as_on: As) -> None:
    with inside("Tinn"):
        supplier = db.session.scalars(select(Application)).one().supplier_id
    row_id, siri = breach(applications=[], supplier_id=supplier), as_on("siri")
    siri.post("/municipality/", data={"municipality": ""})

    told = page(siri, row_id) + siri.get(f"/drafts/breach/{row_id}/").text

    assert ("Åpen skoleprogram" in told, [one for one in SECRETS if one in told]) == (True, [])
    assert siri.get(f"/drafts/breach/{row_id}/word/").status_code == 200


def test_a_breach_that_concerns_nothing_yet_says_what_to_choose(as_: As) -> None:
    told = page(as_("kari"), breach(applications=[]))

    assert "Velg leverandør, applikasjoner eller behandlinger, så står det her" in told


def test_a_new_breach_begins_from_an_application_or_a_supplier(as_: As) -> None:
    kari, application = as_("kari"), first(Application)
    with inside("Tinn"):
        supplier = db.session.get(Supplier, application.supplier_id)

    for register, row, key in ((Application, application, "applications"), (Supplier, supplier, "supplier")):
        details = kari.get(address(register, "details/", id=row.id)).text
        link = re.search(rf'href="(/breach/new/\?[^"]*{key}={row.id})"', details)
        assert link is not None
        form = kari.get(link[1].replace("&amp;", "&"))
        assert row.name in form.text


# -- the notice --------------------------------------------------------------------------------------------------------


def test_the_notice_says_all_four_letters_and_marks_what_is_missing_alike_on_the_page_and_in_word(as_on: As) -> None:
    row_id, kari = breach(event="Minnepinnen lå igjen på bussen.", people=12), as_on("kari")

    shown = kari.get(f"/drafts/breach/{row_id}/").text
    file = kari.get(f"/drafts/breach/{row_id}/word/")

    made = docx.Document(BytesIO(file.data))
    lines = [paragraph.text for paragraph in made.paragraphs]
    chapters = [paragraph.text for paragraph in made.paragraphs if paragraph.style.name == "Heading 2"]
    assert [one[-10:] for one in chapters] == ["bokstav a)", "bokstav b)", "bokstav c)", "bokstav d)"]
    assert re.findall(r"<h3[^>]*>(.*?)</h3>", shown) == chapters
    for said in ("Hendelsen\tMinnepinnen lå igjen på bussen.", "Antall personer\t12", "Tiltak\tIkke fylt ut"):
        assert said in lines
    assert "Minnepinnen lå igjen på bussen." in shown
    assert "Åpen Ombod, ombod@test.example, 35 00 00 00" in shown
    assert not any("TOC" in one.text for one in made.element.iter() if one.text)  # a letter has no contents


def test_a_late_notice_asks_for_the_reason(as_: As) -> None:
    late = breach(aware=now() - timedelta(days=4))

    assert "Hvorfor meldingen kommer etter 72 timer (nr. 1)" in as_("kari").get(f"/drafts/breach/{late}/").text
    assert "Hvorfor meldingen kommer" not in as_("kari").get(f"/drafts/breach/{breach()}/").text


# -- nobody else -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["berit", "ola", "per", "sol", "frida"])
def test_no_other_municipality_no_mere_reader_and_nobody_in_the_project_sees_a_breach(name: str, as_on: As) -> None:
    row_id, browser = breach(), as_on(name)

    seen = [
        browser.get(url)
        for url in (
            address(Breach, "details/", id=row_id), f"/drafts/breach/{row_id}/", f"/drafts/breach/{row_id}/word/",
            address(Breach),
        )
    ]  # fmt: skip

    assert [one.status_code for one in seen[:3]] in ([404] * 3, [403, 404, 404])
    assert "Tapt minnepinne" not in "".join(one.text for one in seen)


def test_the_personvernombud_keeps_breaches_in_the_municipalities_she_is_of_and_nowhere_else(as_on: As) -> None:
    row_id, siri = breach(), as_on("siri")
    with inside("Seljord"):
        for one in db.session.scalars(select(Membership).where(Membership.user_id == user("siri").id)):
            db.session.delete(one)
        db.session.commit()
    theirs = breach("Seljord")
    siri.get("/")

    assert "Utkast til melding" in page(siri, row_id)
    form = siri.get(address(Breach, "edit/", id=row_id))
    made = siri.get(address(Breach, "new/"))
    assert (form.status_code, made.status_code) == (200, 200)
    assert siri.get(address(Breach, "edit/", id=theirs)).status_code == 404
    with inside("Tinn"):
        risk = db.session.scalars(select(RiskAssessment)).first()
    assert siri.get(address(RiskAssessment, "edit/", id=risk.id)).status_code == 403


def test_a_breach_takes_as_many_statements_for_many_activities_as_for_one(as_: As, statements: list[str]) -> None:
    row_id, kari = breach(), as_("kari")
    page(kari, row_id)
    statements.clear()
    page(kari, row_id)
    few = len(statements)

    with inside("Tinn"), db.session.no_autoflush:
        application = db.session.scalars(select(Application)).one()
        for number in range(8):
            more = ProcessingActivity(name=f"Behandling {number}", purpose="x", responsible=leader(number))
            more.applications = [application]
            db.session.add(more)
        db.session.commit()
    statements.clear()
    page(kari, row_id)

    assert len(statements) == few
