"""Requests for access: one month to answer in, counted right where months are short; who must be asked, and what each
has said; the draft of the answer; and that they are the municipality's own alone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import docx
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import Answer, InquiryState, RequestState
from models.declare.clock import months_after, today
from models.declare.holidays import working_day
from models.registers.accessrequests import AccessInquiry, AccessRequest
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, user
from tests.test_breaches import leader
from tests.test_registers import As, address, form_of
from tests.world import SECRETS


def asked(where: str = "Tinn", **said: Any) -> int:
    """An open request from one that is what the activity of the municipality is about."""
    with inside(where), db.session.no_autoflush:
        about = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.subjects.any())).first()
        known = {"name": "Innsyn 9", "received": today(), "subjects": [about.subjects[0].subject]} | said
        row = AccessRequest(**known)
        db.session.add(row)
        db.session.commit()
        return int(row.id)


def inquiries(row_id: int) -> list[AccessInquiry]:
    with inside("Tinn"):
        return list(db.session.get(AccessRequest, row_id).inquiries)


# -- the deadline ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        (date(2025, 1, 31), date(2025, 2, 28), date(2025, 4, 30)),
        (date(2026, 1, 31), date(2026, 3, 2), date(2026, 4, 30)),  # the last of February is a Saturday
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 5, 2)),  # a Sunday, and then 1 May
        (date(2026, 11, 30), date(2026, 12, 30), date(2027, 3, 1)),
        (date(2026, 12, 31), date(2027, 2, 1), date(2027, 3, 31)),
        (date(2026, 2, 28), date(2026, 3, 30), date(2026, 5, 28)),
    ],
)
def test_a_request_is_answered_within_a_month_and_within_three_when_it_is_extended(
    received: date, due: date, extended: date, app: Any
) -> None:
    row_id = asked(received=received)

    with inside("Tinn"):
        row = db.session.get(AccessRequest, row_id)
        assert row.deadline == due
        row.extended = Answer.YES
        db.session.commit()
        assert row.deadline == extended


def test_months_are_counted_back_and_forth_over_the_turn_of_the_year() -> None:
    assert months_after(date(2026, 1, 31), -2) == date(2025, 11, 30)
    assert months_after(date(2025, 12, 1), 1) == date(2026, 1, 1)


def test_what_is_not_answered_is_to_be_done_with_the_days_left(as_: As) -> None:
    asked(received=months_after(today(), -1) - timedelta(days=9))  # no deadline is moved by more than six
    tasks = as_("kari").get("/").text.replace("\xa0", " ")

    assert "Innsynskrav der fristen er ute" in tasks
    assert re.search(r"Innsyn 9 – Fristen for å svare gikk ut \d\d\.\d\d\.\d{4}, for \d+ dag", tasks)
    assert "Innsynskrav" not in as_("ola").get("/").text


def test_the_deadline_stands_in_the_year(as_: As) -> None:
    asked()
    due = working_day(months_after(today(), 1))

    assert "Innsyn 9" in as_("kari").get(f"/year/?year={due.year}").text


# -- who is asked ------------------------------------------------------------------------------------------------------


def test_who_must_be_asked_follows_from_the_kinds_of_people_and_is_followed_one_by_one(as_on: As) -> None:
    row_id, kari = asked(), as_on("kari")
    url = address(AccessRequest, "details/", id=row_id)
    before = kari.get(url).text
    assert ("Åpen skoleprogram" in before, "Ikke spurt" in before) == (True, True)

    assert kari.post(f"/inquiries/{row_id}/").status_code == 303
    (one,) = inquiries(row_id)
    assert (one.status, one.asked_on) == (InquiryState.TO_ASK, None)
    assert kari.post(f"/inquiries/{row_id}/").status_code == 303  # nobody is written down twice
    assert len(inquiries(row_id)) == 1

    assert kari.post(f"/inquiries/{row_id}/{one.id}/", data={"state": "nothing"}).status_code == 303
    (one,) = inquiries(row_id)
    assert (one.status, one.asked_on) == (InquiryState.NOTHING, today())
    assert "Fant ingenting" in kari.get(url).text


def test_a_request_without_kinds_of_people_says_what_to_tick(as_: As) -> None:
    told = as_("kari").get(address(AccessRequest, "details/", id=asked(subjects=[]))).text

    assert "Kryss av for registrerte, så står det her hvem som må spørres." in told


def test_an_unknown_answer_and_an_unknown_inquiry_are_refused(as_: As) -> None:
    row_id, kari = asked(), as_("kari")
    kari.post(f"/inquiries/{row_id}/")
    (one,) = inquiries(row_id)

    assert kari.post(f"/inquiries/{row_id}/{one.id}/", data={"state": "perhaps"}).status_code == 400
    assert kari.post(f"/inquiries/{row_id}/{one.id + 99}/", data={"state": "found"}).status_code == 404


def test_a_national_identity_number_is_refused(as_: As) -> None:
    kari, url = as_("kari"), address(AccessRequest, "new/")
    values = form_of(kari.get(url).text).values | {"name": "Innsyn 10", "received": "2026-01-31"}

    refused = kari.post(url, data=values | {"asked_by": "Ola 13097248022"})

    assert refused.status_code == 422
    with inside("Tinn"):
        assert db.session.scalars(select(AccessRequest).where(AccessRequest.name == "Innsyn 10")).all() == []


# -- the answer --------------------------------------------------------------------------------------------------------


def test_the_answer_is_filled_in_from_the_record_alike_on_the_page_and_in_word(as_on: As) -> None:
    row_id, kari = asked(archive_case="26/77"), as_on("kari")

    shown = kari.get(f"/drafts/access_request/{row_id}/").text
    made = docx.Document(BytesIO(kari.get(f"/drafts/access_request/{row_id}/word/").data))
    lines = [paragraph.text for paragraph in made.paragraphs]

    with inside("Tinn"):
        about = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.subjects.any())).first()
        name, purpose = about.name, about.purpose
    labels = [line.partition("\t")[0] for line in lines if "(bokstav" in line or "(nr. 2)" in line]
    assert [re.search(r"\((.*?)\)", one)[1][-1] for one in labels] == [*"abcdgh2ef"]  # type: ignore[index]
    assert name in lines
    assert f"Formål (bokstav a)\t{purpose}" in lines
    assert ("26/77" in shown, name in shown, "Klage (bokstav f)" in shown) == (True, True, True)


def test_who_is_no_kind_of_person_the_municipality_knows_is_told_so(as_: As) -> None:
    told = as_("kari").get(f"/drafts/access_request/{asked(subjects=[])}/").text

    assert "Vi behandler ikke opplysninger om deg." in told


# -- nobody else -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["berit", "ola", "per", "sol", "frida"])
def test_nobody_else_sees_or_follows_a_request(name: str, as_on: As) -> None:
    row_id = asked()
    as_on("kari").post(f"/inquiries/{row_id}/")
    (one,) = inquiries(row_id)
    browser = as_on(name)

    answers = [
        browser.get(address(AccessRequest, "details/", id=row_id)), browser.get(f"/drafts/access_request/{row_id}/"),
        browser.post(f"/inquiries/{row_id}/"), browser.post(f"/inquiries/{row_id}/{one.id}/", data={"state": "found"}),
    ]  # fmt: skip

    assert {answer.status_code for answer in answers} <= {403, 404}
    assert [kept.status for kept in inquiries(row_id)] == [InquiryState.TO_ASK]


def test_the_personvernombud_follows_a_request_and_a_coordinator_reads_it(as_: As) -> None:
    row_id, tone, siri = asked(), as_("tone"), as_("siri")

    assert [one.get(address(AccessRequest, "details/", id=row_id)).status_code for one in (tone, siri)] == [200, 200]
    assert [one.post(f"/inquiries/{row_id}/").status_code for one in (tone, siri)] == [403, 303]


def test_who_keeps_one_municipality_and_reads_another_follows_no_request_of_the_other(as_on: As) -> None:
    row_id, empty = asked(), asked(subjects=[])
    with inside("Seljord"):
        db.session.add(Membership(user=db.session.get(User, user("tone").id), role=MunicipalRole("editor")))
        db.session.commit()
    tone = as_on("tone")
    tone.post("/municipality/", data={"municipality": ""})  # both together

    told = tone.get(address(AccessRequest, "details/", id=row_id)).text
    assert ("Åpen skoleprogram" in told, [one for one in SECRETS if one in told]) == (True, [])
    assert "Svar på krav om innsyn" in tone.get(f"/drafts/access_request/{row_id}/").text
    assert [tone.post(f"/inquiries/{one}/").status_code for one in (row_id, empty)] == [403, 403]
    assert inquiries(row_id) == []


def test_the_page_of_a_request_takes_as_many_statements_for_many_systems_as_for_one(
    as_: As, statements: list[str]
) -> None:
    row_id, kari = asked(), as_("kari")
    url = address(AccessRequest, "details/", id=row_id)
    kari.get(url)
    statements.clear()
    kari.get(url)
    few = len(statements)

    with inside("Tinn"), db.session.no_autoflush:
        about = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.subjects.any())).first()
        about.applications.extend(Application(name=f"System {number}", owner=leader(number)) for number in range(8))
        db.session.commit()
    statements.clear()
    assert kari.get(url).text.count("System ") >= 8

    assert len(statements) == few


def test_an_answered_request_is_no_longer_to_be_done(as_: As) -> None:
    asked(status=RequestState.ANSWERED, answered_on=today())

    assert "Innsynskrav som ikke er besvart" not in as_("kari").get("/").text
