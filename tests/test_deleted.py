"""What is deleted has a page, its whole history, and a way back; the question about it goes with its version."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.changes import restoring
from models.database import db
from models.declare.clock import now
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.tenancy.log import change_class
from models.tenancy.people import Membership, MunicipalRole
from tests.conftest import inside, user
from tests.support.client import LintingClient
from tests.test_forms import first, reread, send
from tests.test_registers import As, address, delete_row, form_of


def restore(browser: LintingClient, register: type[Any], row_id: int) -> Any:
    return browser.post(address(register, "restore/"), data={"id": str(row_id)})


def told(register: type[Any], row_id: int) -> dict[str, Any]:
    """A row as plain values, names of what it refers to and its parts included."""
    with inside("Tinn", "Seljord", active=False):
        row = db.session.get(register, row_id)
        found: dict[str, Any] = restoring.snapshots.taken(row)
        db.session.expunge_all()
    return found


def alone(register: type[Any]) -> Any:
    """A row of Tinn that nothing refers to any more."""
    row = first(register)
    if register is ProcessingActivity:
        with inside("Tinn"):
            for risk in [*db.session.scalars(select(RiskAssessment)), *_assessments()]:
                risk.activity = None
            db.session.commit()
    return row


def _assessments() -> Any:
    from models.registers.risk import ImpactAssessment

    return [one for one in db.session.scalars(select(ImpactAssessment)) if db.session.delete(one)]


@pytest.mark.parametrize("register", [RiskAssessment, ProcessingActivity], ids=lambda one: one.__tablename__)
def test_a_deleted_row_comes_back_with_fields_parts_links_number_and_history(
    register: type[Any], as_on: As, engine_app: Any
) -> None:
    row, kari = alone(register), as_on("kari")
    before = told(register, row.id)

    gone = delete_row(kari, register, row.id)
    page = kari.get(address(register, "deleted/", id=row.id))
    back = restore(kari, register, row.id)

    after = told(register, row.id)
    assert (gone.status_code, page.status_code, back.status_code) == (303, 200, 303)
    assert after == before | {"version": before["version"] + 1}
    history = html.unescape(kari.get(address(register, "history/", id=row.id)).text)
    assert re.findall(r"chip tone-\w+\">([^<]+)<", history)[:2] == ["Gjenopprettet", "Slettet"]
    assert send(kari, row, name="Endret etterpå").status_code == 303


def test_the_address_of_a_deleted_row_leads_to_its_page_and_the_list_names_it(as_: As) -> None:
    row, kari = first(RiskAssessment), as_("kari")
    delete_row(kari, RiskAssessment, row.id)

    doors = [
        kari.get(address(RiskAssessment, f"{door}/", id=row.id)) for door in ("details", "edit", "history", "delete")
    ]
    listed = kari.get(address(RiskAssessment, "deleted/")).text

    assert {(one.status_code, one.location) for one in doors} == {(303, address(RiskAssessment, "deleted/", id=row.id))}
    assert re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)<', listed) == ["Åpen ROS"]
    assert address(RiskAssessment, "deleted/") in kari.get(address(RiskAssessment)).text


def test_a_reader_sees_the_deleted_row_and_does_not_bring_it_back(as_: As) -> None:
    with inside("Tinn"):
        row = Agreement(name="Avtale til sletting")
        db.session.add(row)
        db.session.commit()
        row_id = row.id
    delete_row(as_("kari"), Agreement, row_id)
    ola = as_("ola")

    page = ola.get(address(Agreement, "deleted/", id=row_id))

    assert (page.status_code, "Avtale til sletting" in page.text, "Hent tilbake</button>" in page.text) == (
        200,
        True,
        False,
    )
    assert restore(ola, Agreement, row_id).status_code == 403


@pytest.mark.parametrize("name", ["kari", "lars", "per", "sol"])
def test_what_seljord_deleted_is_neither_seen_nor_brought_back_from_elsewhere(name: str, as_: As) -> None:
    with inside("Seljord"):
        row = db.session.scalars(select(RiskAssessment)).one()
        row_id = row.id
    delete_row(as_("berit"), RiskAssessment, row_id)
    browser = as_(name)

    doors = [browser.get(address(RiskAssessment, f"{door}/", id=row_id)) for door in ("deleted", "details", "history")]
    back = restore(browser, RiskAssessment, row_id)

    assert "Hemmeleg" not in "".join(
        one.text for one in [*doors, browser.get(address(RiskAssessment, "deleted/")), back]
    )
    assert {one.status_code for one in [*doors, back]} <= {403, 404}
    with inside("Seljord"):
        assert db.session.get(RiskAssessment, row_id) is None


def test_after_thirty_days_the_history_stands_and_the_row_stays_away(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    row, kari = first(RiskAssessment), as_("kari")
    delete_row(kari, RiskAssessment, row.id)
    late = now() + timedelta(days=restoring.DAYS)
    monkeypatch.setattr(restoring, "now", lambda: late)

    page, back = kari.get(address(RiskAssessment, "deleted/", id=row.id)), restore(kari, RiskAssessment, row.id)

    assert ("Hent tilbake</button>" in page.text, "Åpen skoleprogram" in page.text) == (False, True)
    assert (back.status_code, "mer enn 30 dager" in back.text) == (409, True)


def test_links_whose_other_end_is_gone_are_told_of(as_: As) -> None:
    row, kari = first(RiskAssessment), as_("kari")
    with inside("Tinn"):
        other = Application(name="Bare her")
        db.session.add(other)
        db.session.flush()
        db.session.get(RiskAssessment, row.id).application = other
        db.session.commit()
        other_id = other.id
    delete_row(kari, RiskAssessment, row.id)
    delete_row(kari, Application, other_id)

    restore(kari, RiskAssessment, row.id)

    page = kari.get(address(RiskAssessment, "details/", id=row.id)).text
    assert "Dette finnes ikke lenger, og er ikke koblet til nå: Bare her." in html.unescape(page)
    assert reread(row, "application") == [None]


def test_what_another_saved_while_the_question_stood_open_is_asked_about_again(as_: As) -> None:
    row, kari, lars = first(RiskAssessment), as_("kari"), as_("lars")
    version = re.search(r'name="version" value="(\d+)"', lars.get(address(RiskAssessment, "delete/", id=row.id)).text)
    send(kari, row, name="Nytt navn fra Kari")

    answer = lars.post(address(RiskAssessment, "delete/", id=row.id), data={"version": version[1] if version else ""})

    assert (answer.status_code, "<ins>Nytt navn fra Kari</ins>" in answer.text) == (409, True)
    assert reread(row, "name") == ["Nytt navn fra Kari"]
    assert delete_row(lars, RiskAssessment, row.id).status_code == 303


@pytest.mark.parametrize("version", ["", "0", "999", "x", "²", "9" * 12, "9" * 5000])
def test_a_version_that_was_never_shown_deletes_nothing(version: str, as_: As) -> None:
    row = first(RiskAssessment)

    answer = as_("kari").post(address(RiskAssessment, "delete/", id=row.id), data={"version": version})

    assert (answer.status_code, reread(row, "name")) == (409, [row.name])


def test_a_true_race_is_answered_with_the_question_and_not_with_500(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.orm.exc import StaleDataError

    row = first(RiskAssessment)

    def quicker(_row: Any) -> None:
        raise StaleDataError("another was quicker")

    monkeypatch.setattr(db.session, "delete", quicker)

    assert delete_row(as_("kari"), RiskAssessment, row.id).status_code == 409


def test_who_saves_in_a_deleted_row_sees_who_deleted_it_and_keeps_what_was_typed(as_: As) -> None:
    row, kari, lars = first(RiskAssessment), as_("kari"), as_("lars")
    values = form_of(lars.get(address(RiskAssessment, "edit/", id=row.id)).text).values
    delete_row(kari, RiskAssessment, row.id)

    answer = lars.post(address(RiskAssessment, "edit/", id=row.id), data=values | {"name": "Lars skrev dette"})

    page = html.unescape(answer.text)
    assert (answer.status_code, "av Kari Test" in page, ">Lars skrev dette<" in page) == (409, True, True)
    assert ("Lagre som ny" in page, "Hent tilbake" in page) == (True, True)
    hidden = re.findall(
        r'<input type="hidden" name="([^"]*)" value="([^"]*)"', answer.text.partition("Det du skrev</h2>")[2]
    )
    again: dict[str, list[str]] = {}
    for key, value in hidden:
        again.setdefault(html.unescape(key), []).append(html.unescape(value))
    again.pop("csrf_token")
    assert lars.post(address(RiskAssessment, "new/"), data=again).status_code == 303
    with inside("Tinn"):
        made = db.session.scalars(select(RiskAssessment).where(RiskAssessment.name == "Lars skrev dette")).one()
        assert [part.event for part in made.scenarios] == ["Åpen hendelse"]


def test_long_texts_stand_in_the_history_to_the_last_letter(as_on: As, engine_app: Any) -> None:
    row, kari = first(ProcessingActivity), as_on("kari")
    first_text, second_text = "a" * 3000 + "x", "a" * 3000 + "y"
    send(kari, row, purpose=first_text)
    send(kari, row, purpose=second_text)

    log = change_class(ProcessingActivity)
    with inside("Tinn"):
        newest = db.session.scalars(select(log).where(log.row_id == row.id).order_by(log.id.desc())).first()

    assert newest.fields == [{"field": "purpose", "old": first_text, "new": second_text}]


def test_parts_of_a_deleted_row_stand_in_its_history(as_: As) -> None:
    row = first(RiskAssessment)
    delete_row(as_("kari"), RiskAssessment, row.id)

    page = as_("kari").get(address(RiskAssessment, "deleted/", id=row.id)).text

    assert "<td>Åpen hendelse</td>" in page


def test_a_deleted_membership_does_not_come_back_to_the_one_it_is_about(as_: As) -> None:
    with inside("Tinn"):
        held = Membership(user=user("kari"), role=MunicipalRole.READER)
        db.session.add(held)
        db.session.commit()
        held_id = held.id
    delete_row(as_("lars"), Membership, held_id)

    assert restore(as_("kari"), Membership, held_id).status_code in {403, 404}
    assert restore(as_("lars"), Membership, held_id).status_code == 303
