"""What is deleted in all registers: who and when, until when, and several rows brought back at once or none."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.changes import restoring
from models.database import db
from models.declare.clock import day_of, now
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.risk import RiskAssessment
from tests.conftest import inside
from tests.support.attack import browser as stranger
from tests.support.attack import loot
from tests.test_deleted import told
from tests.test_forms import first
from tests.test_history import changes
from tests.test_registers import As, delete_row
from views.pages import trash

HERE = "/changes/deleted/"


def deleted(kari: Any) -> list[Any]:
    """A risk assessment and then the application it is about are deleted: their entries in the history."""
    with inside("Tinn"):
        application = Application(name="Skal bort")
        risk = RiskAssessment(name="ROS av det som skal bort", application=application)
        db.session.add(risk)
        db.session.commit()
        ids = risk.id, application.id
    delete_row(kari, RiskAssessment, ids[0])
    delete_row(kari, Application, ids[1])
    return [changes(RiskAssessment(id=ids[0]))[0], changes(Application(id=ids[1]))[0]]


def key(change: Any) -> str:
    return f"{'risk' if change.register == 'risk_assessment' else 'content'}-{change.id}"


def names(page: Any) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'<th scope="row"><a [^>]+>([^<]+)</a>', page.text)]


def test_what_is_deleted_in_all_registers_is_told_with_who_when_and_how_long(as_on: As, engine_app: Any) -> None:
    kari = as_on("kari")
    deleted(kari)

    page = kari.get(HERE)

    assert names(page) == ["Skal bort", "ROS av det som skal bort"]
    assert page.text.count("<td>Kari Test</td>") == 2
    last = day_of(now() + timedelta(days=restoring.DAYS))
    assert f"{last:%d.%m.%Y}" in page.text
    assert HERE in kari.get("/changes/").text


def test_several_come_back_at_once_with_their_links(as_on: As, engine_app: Any) -> None:
    kari = as_on("kari")
    risk, application = deleted(kari)

    answer = kari.post(HERE, data={"row": [key(risk), key(application)]})

    assert (answer.status_code, names(kari.get(HERE))) == (303, [])
    assert told(RiskAssessment, risk.row_id)["values"]["application_id"] == application.row_id
    assert changes(RiskAssessment(id=risk.row_id))[0].action == "restored"


def test_one_that_may_not_come_back_keeps_all_away(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kari = as_("kari")
    risk, application = deleted(kari)
    monkeypatch.setattr(restoring, "may_come_back", lambda change: change.row_id != risk.row_id)

    answer = kari.post(HERE, data={"row": [key(risk), key(application)]})

    assert (answer.status_code, "Fristen er ute" in answer.text) == (409, True)
    with inside("Tinn"):
        assert db.session.get(Application, application.row_id) is None


def test_what_is_registered_anew_since_keeps_all_away(as_on: As, engine_app: Any) -> None:
    per, about = as_on("per"), {"organisation_number": "974760673", "name": "Norkart AS"}
    with inside():
        one, other = Supplier(**about), Supplier(name="En annen")
        db.session.add_all([one, other])
        db.session.commit()
        ids = [one.id, other.id]
    for row_id in ids:
        delete_row(per, Supplier, row_id)
    with inside():
        db.session.add(Supplier(**about))
        db.session.commit()

    answer = per.post(HERE, data={"row": [f"shared-{changes(Supplier(id=row_id))[0].id}" for row_id in ids]})

    assert (answer.status_code, "Noe av det er registrert på nytt etterpå" in answer.text) == (409, True)
    with inside():
        assert [db.session.get(Supplier, row_id) for row_id in ids] == [None, None]


def test_nothing_ticked_is_said_and_what_is_over_is_not_listed(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kari = as_("kari")
    deleted(kari)
    nothing = kari.post(HERE)
    late = now() + timedelta(days=restoring.DAYS)
    monkeypatch.setattr(trash, "now", lambda: late)

    assert (nothing.status_code, "Kryss av" in nothing.text, names(kari.get(HERE))) == (422, True, [])


def test_a_reader_sees_what_may_be_read_and_brings_nothing_back(as_: As) -> None:
    risk, application = deleted(as_("kari"))
    ola = as_("ola")

    page = ola.get(HERE)
    answers = [ola.post(HERE, data={"row": key(one)}).status_code for one in (application, risk)]

    assert (names(page), "checkbox" in page.text, answers) == (["Skal bort"], False, [403, 404])


@pytest.mark.parametrize(
    "which", ["content-0", "content-99999999999999", "risk", "nope-1", "content--1", "", "shared-1"]
)
def test_a_forged_tick_brings_nothing_back(which: str, as_: As) -> None:
    assert as_("kari").post(HERE, data={"row": which}).status_code == 404


def test_a_tick_for_what_is_there_or_was_only_changed_is_no_deletion(as_: As) -> None:
    kari = as_("kari")
    _risk, application = deleted(kari)
    kari.post(HERE, data={"row": key(application)})

    answers = [
        kari.post(HERE, data={"row": one}).status_code for one in (key(application), key(changes(first(Agreement))[0]))
    ]

    assert answers == [404, 404]


@pytest.mark.parametrize("who", ["kari", "lars", "siri", "per", "sol"])
def test_what_seljord_deleted_does_not_come_back_from_elsewhere(who: str, app: Any) -> None:
    with inside("Seljord"):
        risk = db.session.scalars(select(RiskAssessment)).one()
        row_id = risk.id
        db.session.delete(risk)
        db.session.commit()
        log = restoring.deletion_of(db.session, RiskAssessment, row_id)
        number = log.id
    visitor = stranger(app, who)

    answer = visitor.post(HERE, data={"row": f"risk-{number}"})

    assert answer.status_code == 404
    assert loot(visitor.get(HERE)) == []
    with inside("Seljord"):
        assert db.session.get(RiskAssessment, row_id) is None


def test_the_page_costs_the_same_for_one_and_for_fifty(as_: As, statements: list[str]) -> None:
    kari, counts = as_("kari"), []
    kari.get(HERE)
    for number in (1, 49):
        with inside("Tinn"):
            rows = [Application(name=f"Bort {one}") for one in range(number)]
            db.session.add_all(rows)
            db.session.commit()
            for row in rows:
                db.session.delete(row)
            db.session.commit()
        statements.clear()
        kari.get(HERE)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 6
