"""Signing in where one is: a form that is sent after the session ended stands again as it was written, for its own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from models.database import db
from models.registers.architecture import Application
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment
from models.tenancy.people import Membership, MunicipalRole, User
from tests import world
from tests.conftest import inside, municipality, user
from tests.support.client import LintingClient
from tests.test_forms import first, reread
from tests.test_invitations import change_of
from tests.test_registers import As, address, form_of
from views.register import resuming


def session_ends(browser: LintingClient) -> None:
    """Half an hour goes by."""
    with browser.session_transaction() as cookie:
        cookie["seen"] = 0


def sent(browser: LintingClient, url: str, **typed: Any) -> Any:
    """The answer to a form that is filled in, and sent after the session ended."""
    values = form_of(browser.get(url).text).values | typed
    session_ends(browser)
    return browser.post(url, data=values)


def asked(page: Any) -> dict[str, Any]:
    """What the page that asks to sign in sends, as it stands."""
    return dict(form_of(page.text.replace('id="sign-in"', 'class="record-form"')).values)


def signs_in(browser: LintingClient, page: Any, name: str = "kari", password: str = world.PASSWORD) -> Any:
    who = {"email": f"{name}@test.example", "password": password}
    return browser.post("/sign-in/", data=asked(page) | who)


def resumed(browser: LintingClient, page: Any, name: str = "kari") -> Any:
    """Sign in, and what the browser then does by itself: send the same on to where it is told."""
    answer = signs_in(browser, page, name)
    assert answer.status_code == 307, answer.text
    who = {"email": f"{name}@test.example", "password": world.PASSWORD}
    browser.token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]  # no other page comes between
    return browser.post(answer.location, data=asked(page) | who)


def applications() -> int:
    with inside("Tinn"):
        return int(db.session.scalar(select(func.count()).select_from(Application)) or 0)


def test_a_new_form_stands_again_as_it_was_written_and_is_saved_by_who_wrote_it(as_on: As) -> None:
    kari, before = as_on("kari"), applications()

    asking = sent(kari, address(Application, "new/"), name="Halvskrevet <b>", user_count="tolv")
    again = resumed(kari, asking)
    values = form_of(again.text).values
    between = applications()
    saved = kari.post(address(Application, "new/"), data=values | {"user_count": "12"})

    assert (asking.status_code, "ingenting er lagret ennå" in asking.text) == (401, True)
    assert (again.status_code, values["name"], values["user_count"]) == (200, ["Halvskrevet <b>"], ["tolv"])
    assert "Skjemaet står slik du skrev det" in again.text
    assert "data-unsaved" in again.text
    assert (between, saved.status_code, applications()) == (before, 303, before + 1)


def test_a_form_of_a_row_that_is_there_stands_again_with_parts_and_the_version_it_was_opened_in(as_on: As) -> None:
    kari, row = as_on("kari"), first(ProcessingActivity)
    url = address(ProcessingActivity, "edit/", id=row.id)
    typed = {"purpose": "Nytt formål", "retention-0-start": "Fra dag én", "back": "/processing-activity/?q=x"}
    asking = sent(kari, url, **typed)
    with inside("Tinn"):
        db.session.get(ProcessingActivity, row.id).name = "Endret imens"
        db.session.commit()

    again = resumed(kari, asking)
    values = form_of(again.text).values
    saved = kari.post(url, data=values)

    assert {key: values[key][0].strip() for key in typed} == typed
    assert values["version"] == [str(row.version)]
    assert (saved.status_code, reread(row, "purpose")) == (409, [row.purpose])


def test_what_was_written_is_kept_through_a_wrong_password_and_another_language(as_: As) -> None:
    kari = as_("kari")
    asking = sent(kari, address(Application, "new/"), name="Halvskrevet")

    wrong = signs_in(kari, asking, password="feil")
    switched = kari.post("/sign-in/", data=asked(wrong) | {"switch_language": "nn"})
    again = resumed(kari, switched)

    assert (wrong.status_code, 'lang="nn"' in switched.text) == (401, True)
    assert form_of(again.text).values["name"] == ["Halvskrevet"]


def test_a_form_comes_back_in_the_municipality_it_was_opened_in(as_on: As) -> None:
    siri = as_on("siri")
    siri.post("/municipality/", data={"municipality": municipality("Seljord")})
    with inside("Seljord"):
        number = db.session.scalars(select(ImpactAssessment.id).order_by(ImpactAssessment.id)).first()
    asking = sent(siri, address(ImpactAssessment, "edit/", id=number))

    again = resumed(siri, asking, "siri")

    assert again.status_code == 200
    assert f'name="opened_in" value="{municipality("Seljord")}"' in again.text


def test_a_form_of_a_person_is_not_mixed_up_with_who_signs_in(as_: As) -> None:
    kari, row = as_("kari"), first(ContactPerson)

    asking = sent(kari, address(ContactPerson, "edit/", id=row.id), email="ny.adresse@test.example")
    again = resumed(kari, asking)

    assert asked(asking)["email"] == [""]
    assert form_of(again.text).values["email"] == ["ny.adresse@test.example"]


# -- attacks -----------------------------------------------------------------------------------------------------------


def test_what_one_wrote_is_not_shown_to_another_who_signs_in(as_on: As) -> None:
    kari = as_on("kari")
    asking = sent(kari, address(Application, "new/"), name="Hemmelig notat")

    answer = signs_in(kari, asking, "ola")
    page = kari.get(answer.location)

    assert (answer.status_code, answer.location) == (303, "/")
    assert ("Skjemaet var skrevet av en annen" in page.text, "Hemmelig" in page.text) == (True, False)


def test_what_one_wrote_does_not_wait_for_another_who_signs_in_anew(as_: As) -> None:
    kari, lars = as_("kari"), as_("lars")
    page = sent(kari, address(Application, "edit/", id=first(Application).id), name="Hemmelig notat")
    sent(lars, address(Application, "new/"), name="Noe annet")

    answer = signs_in(lars, page, "lars")

    assert (answer.status_code, answer.location) == (303, "/")
    assert "Skjemaet var skrevet av en annen" in lars.get("/").text


def test_what_one_wrote_is_not_shown_to_another_who_is_signed_in(as_: As) -> None:
    kari, lars = as_("kari"), as_("lars")
    asking = sent(kari, address(Application, "new/"), name="Hemmelig notat")
    seal = asked(asking)["kept"]

    answer = lars.post("/application/new/?resumed=1", data={"kept": seal})
    page = lars.get(answer.location)

    assert (answer.status_code, answer.location) == (303, "/application/new/")
    assert ("kunne ikke hentes fram" in page.text, "Hemmelig" in page.text) == (True, False)


@pytest.mark.parametrize("seal", ["", "x", "W10.x", "\0", "x" * 9000])
def test_a_seal_that_is_none_of_ours_opens_the_form_as_it_stands(seal: str, as_: As) -> None:
    kari, row = as_("kari"), first(Application)

    answer = kari.post(f"{address(Application, 'edit/', id=row.id)}&resumed=1", data={"kept": seal, "name": "Falsk"})

    assert (answer.status_code, answer.location) == (303, f"/application/edit/?id={row.id}")
    assert reread(row, "name") == [row.name]


def test_a_seal_that_was_tampered_with_leads_nowhere(as_: As) -> None:
    kari = as_("kari")
    asking = sent(kari, address(Application, "new/"), name="Halvskrevet")
    data = asked(asking) | {"email": "kari@test.example", "password": world.PASSWORD}

    answer = kari.post("/sign-in/", data=data | {"kept": "A" + data["kept"][0][1:]})

    assert (answer.status_code, answer.location) == (303, "/")


def test_without_the_token_nothing_is_taken_along(as_: As) -> None:
    kari = as_("kari")
    asking = sent(kari, address(Application, "new/"), name="Halvskrevet")

    answer = kari.post("/sign-in/", data={**asked(asking), "csrf_token": "x"}, csrf=False)

    assert answer.status_code == 400


def test_coming_back_to_the_form_takes_the_token_as_well(as_: As) -> None:
    kari = as_("kari")
    asking = sent(kari, address(Application, "new/"), name="Halvskrevet")
    answer = signs_in(kari, asking)

    again = kari.post(answer.location, data={**asked(asking), "csrf_token": "x"}, csrf=False)

    assert (again.status_code, "Halvskrevet" in again.text) == (400, False)


def test_however_often_it_comes_back_nothing_is_saved_by_it(as_on: As) -> None:
    kari, row, before = as_on("kari"), first(Application), applications()
    new = asked(sent(kari, address(Application, "new/"), name="Halvskrevet"))["kept"]
    signs_in(kari, kari.post("/application/new/", data={}))
    old = asked(sent(kari, address(Application, "edit/", id=row.id), name="Kapret"))["kept"]
    kari = as_on("kari")

    for _time in range(2):
        kari.post("/application/new/?resumed=1", data={"kept": new, "name": "Kapret", "version": "0"})
        kari.post(f"{address(Application, 'edit/', id=row.id)}&resumed=1", data={"kept": old, "then": "send"})

    assert (applications(), reread(row, "name", "version")) == (before, [row.name, row.version])


def test_a_form_of_a_municipality_one_has_no_role_in_any_more_is_none(as_on: As) -> None:
    berit, berits = as_on("berit"), user("berit").id
    with inside("Seljord"):
        number = db.session.scalars(select(Application.id)).first()
    asking = sent(berit, address(Application, "edit/", id=number), notes="Nytt")
    with inside():
        for one in db.session.scalars(select(Membership).where(Membership.user_id == berits)):
            db.session.delete(one)
        db.session.add(
            Membership(
                user=db.session.get(User, berits), role=MunicipalRole.EDITOR, municipality_id=municipality("Tinn")
            )
        )
        db.session.commit()

    again = resumed(berit, asking, "berit")

    assert (again.status_code, "Nytt" in again.text) == (404, False)


def test_what_is_too_much_to_carry_along_is_told_as_before(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "LARGEST", 100)

    answer = sent(as_("kari"), address(Application, "new/"), name="Halvskrevet")

    assert (answer.status_code, "Logg inn i en ny fane" in answer.text, "Halvskrevet" in answer.text) == (
        401,
        True,
        False,
    )


@pytest.mark.parametrize(
    "path", ["/comments/application/1/", "/application/quick/?id=1&field=name", "/application/ask/"]
)
def test_other_things_that_are_sent_are_answered_as_before(path: str, as_: As) -> None:
    kari = as_("kari")
    kari.get("/application/")
    session_ends(kari)

    answer = kari.post(path, data={"text": "Hei"})

    assert (answer.status_code, 'name="kept"' in answer.text) == (401, False)


def test_a_form_one_may_no_longer_open_is_refused_after_signing_in(as_: As) -> None:
    kari = as_("kari")
    asking = sent(kari, address(Application, "new/"), name="Halvskrevet")
    change_of("kari", role=MunicipalRole.READER)

    assert resumed(kari, asking).status_code == 403


def test_after_signing_out_nothing_waits(app: Any, as_: As) -> None:
    kari = as_("kari")
    values = form_of(kari.get(address(Application, "new/")).text).values
    kari.post("/sign-out/")

    answer = kari.post(address(Application, "new/"), data=values)

    assert (answer.status_code, 'name="kept"' in answer.text) == (400, False)
