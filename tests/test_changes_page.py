"""The history of all that one may see: events across registers, narrowed, paged, and told as each may read them."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import field_of
from models.declare.clock import day_of, now
from models.registers.architecture import Application
from models.registers.billing import Price
from models.registers.catalogue import Supplier
from models.registers.municipality import Municipality
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.registers.selfcost import InterestRate
from models.tenancy import scope
from tests.conftest import inside, municipality, user
from tests.test_forms import first, send
from tests.test_history import changes
from tests.test_registers import As, address, delete_row, form_of
from views.pages import changes as changes_page


def events(browser: Any, query: str = "") -> list[str]:
    """The events of a page as text, newest first."""
    page = browser.get(f"/changes/{query}").text.partition('<ol class="events">')[2].partition("</ol>")[0]
    return [
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in page.split('<li class="card">')[1:]
    ]


def test_an_event_tells_who_when_which_row_and_which_fields(as_on: As, engine_app: Any) -> None:
    kari = as_on("kari")
    send(kari, first(Application), name="Nytt navn", status="retired")

    newest = events(kari)[0]

    assert re.fullmatch(
        r"\d\d\.\d\d\.\d{4} kl\. \d\d\.\d\d Kari Test Endret applikasjon Nytt navn Navn, Status", newest
    )


def test_what_one_request_changes_is_one_event_across_registers(as_: As) -> None:
    with inside("Tinn") as within, scope.use(scope.replace(within, request_id="a" * 16)):
        for row in (first_of(Application), first_of(RiskAssessment), first_of(OrganisationalUnit)):
            row.name = "Sammen"
            db.session.flush()
        db.session.commit()
    kari = as_("kari")

    newest = events(kari)[0]
    whole = kari.get(f"/changes/event/{'a' * 16}/").text

    assert newest.count("Endret") == 3
    assert whole.count('<h2><span class="chip') == 3
    assert "3 rader" in whole


def first_of(register: type[Any]) -> Any:
    return db.session.scalars(select(register).order_by(register.id)).first()


def test_what_was_rolled_back_is_no_first_of_anything(app: Any) -> None:
    with inside("Tinn") as within, scope.use(scope.replace(within, request_id="b" * 16)):
        first_of(Application).name = "Forkastet"
        db.session.flush()
        db.session.rollback()
        first_of(Application).name = "Lagret"
        db.session.commit()

    assert [(one.row_name, one.first_of_event) for one in changes(first(Application))[:1]] == [("Lagret", True)]


@pytest.mark.parametrize("size", [1, 40])
def test_a_page_of_events_is_found_however_many_rows_each_changed(size: int, as_: As) -> None:
    for number in range(5):
        event(f"{number:016}", size)
    kari = as_("kari")

    newest = events(kari)[:5]

    assert [f"og {size - 1} endringer til" in one for one in newest] == [size > 1] * 5
    assert [re.search(r"Hendelse (\d)", one)[1] for one in newest] == list("43210")


def event(name: str, size: int, where: str = "Tinn") -> None:
    with inside(where) as within, scope.use(scope.replace(within, request_id=name)):
        db.session.add_all([OrganisationalUnit(name=f"Hendelse {int(name)}") for _ in range(size)])
        db.session.commit()


def test_pages_follow_each_other_without_gap_or_repetition(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes_page, "PAGE", 3)
    kari = as_("kari")
    for number in range(5):
        event(f"{number:016}", 2)
        send(as_("per"), first(Supplier), parent_company=f"Konsern {number}")
    seen, query = [], ""
    for _ in range(4):
        text = kari.get(f"/changes/{query}").text
        seen += events(kari, query)
        query = html.unescape(re.search(r'href="/changes/(\?before=[^"]+)"', text)[1])

    kinds = [re.search(r"Hendelse \d|leverandør", one) for one in seen]

    assert [one and one[0] for one in kinds[:10]] == [
        told for number in range(4, -1, -1) for told in ("leverandør", f"Hendelse {number}")
    ]


def test_filters_narrow_by_register_person_and_day_and_nothing_wrong_is_an_error(as_: As) -> None:
    kari = as_("kari")
    send(kari, first(Application), name="Av Kari")
    send(as_("lars"), first(Application), name="Av Lars")
    tomorrow = day_of(now() + timedelta(days=2))

    assert [len(events(kari, query)) > 0 for query in ("?register=application", f"?since={tomorrow}")] == [True, False]
    mine = events(kari, f"?who={user('kari').id}")
    assert ("Av Kari" in mine[0], [one for one in mine if "Lars Test" in one]) == (True, [])
    assert {"applikasjon" in one for one in events(kari, "?register=application")} == {True}
    for query in (
        "?since=x",
        "?who=x&register=nope&municipality=x",
        "?who=0",
        "?since=0001-01-01",
        "?since=9999-12-31",
    ):
        assert kari.get(f"/changes/{query}").status_code == 200


def test_several_municipalities_are_told_apart_and_chosen_between(as_: As) -> None:
    event("1" * 16, 1)
    event("2" * 16, 1, "Seljord")
    siri = as_("siri")
    siri.post("/municipality/", data={"municipality": ""})

    both, one = events(siri), events(siri, f"?municipality={municipality('Seljord')}")

    assert ["(Seljord)" in both[0], "(Tinn)" in both[1]] == [True, True]
    assert {"(Seljord)" in told for told in one} == {True}


# -- what must not be told ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["kari", "ola", "lars", "tone", "sol", "frida"])
def test_nothing_of_seljord_is_told_elsewhere(who: str, as_: As) -> None:
    event("3" * 16, 1, "Seljord")

    texts = [as_(who).get(f"/changes/{query}").text for query in ("", f"?municipality={municipality('Seljord')}")]

    told = ("Hemmeleg", "Hendelse", *(["Berit"] if who != "sol" else []))  # support keeps the roles of everybody
    assert [word for word in told for text in texts if word in text] == []


def test_who_may_not_read_risk_is_told_of_none(as_: As) -> None:
    row = first(RiskAssessment)
    send(as_("kari"), row, method="Ny metode")
    name = changes(row)[0].request_id

    assert ["risikovurdering" in "".join(events(as_(who))) for who in ("kari", "ola", "per")] == [True, False, False]
    assert [as_(who).get(f"/changes/event/{name}/").status_code for who in ("kari", "ola", "per")] == [200, 404, 404]


def test_in_shared_rows_people_of_other_municipalities_are_not_named_nor_found_by_number(as_: As) -> None:
    berit, kari = user("berit"), as_("kari")
    with inside("Seljord") as within:
        acting = scope.replace(within, user_id=berit.id, user_name=berit.name, request_id="4" * 16,
                               acts_in=municipality("Seljord"))  # fmt: skip
        with scope.use(acting):
            first_of(Supplier).parent_company = "Av Berit"
            db.session.commit()

    shown, by_number = events(kari)[0], events(kari, f"?who={berit.id}")

    assert ("Berit" in shown, "Seljord" in shown, by_number) == (False, True, [])
    assert "Berit" not in kari.get("/changes/").text
    assert "Berit Test" in events(as_("per"), f"?who={berit.id}")[0]


def test_a_field_that_is_not_for_all_is_neither_named_nor_told(as_: As) -> None:
    with inside() as within, scope.use(scope.replace(within, request_id="5" * 16)):
        row = db.session.scalars(select(Municipality).where(Municipality.name == "Seljord")).one()
        row.default_measures = "Låste skap på Seljord rådhus"
        db.session.commit()
    label = field_of(Municipality, "default_measures").label

    browsers = [as_(who) for who in ("kari", "berit")]
    for one in browsers:
        one.post("/language/", data={"language": "nb"})

    pages = [one.get(door).text for one in browsers for door in ("/changes/", f"/changes/event/{'5' * 16}/")]

    assert [label in page for page in pages] == [False, False, True, True]
    assert ["Låste skap" in page for page in pages] == [False, False, False, True]


def test_users_are_told_of_as_far_as_one_reaches_them(as_: As) -> None:
    with inside():
        for name in ("ola", "berit"):
            db.session.scalars(
                select(type(user(name))).filter_by(email=f"{name}@test.example")
            ).one().name = f"Ny {name}"
        db.session.commit()

    told = "".join(events(as_("lars")))

    assert ("Ny ola" in told, "Ny berit" in told) == (True, False)


# -- what it costs -----------------------------------------------------------------------------------------------------


def test_a_page_costs_the_same_for_one_event_and_for_fifty(as_: As, statements: list[str]) -> None:
    kari, counts = as_("kari"), []
    kari.get("/changes/")
    for round_ in range(2):
        for number in range(1 + 49 * round_):
            event(f"{round_}{number:015}", 2)
        statements.clear()
        kari.get("/changes/")
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 9


def test_the_page_is_linked_from_the_menu_and_from_every_list(as_: As) -> None:
    kari = as_("kari")

    assert ">Endringer</a>" in kari.get("/").text
    for register in (Application, ProcessingActivity):
        name = register.__tablename__
        assert f'href="/changes/?register={name}"' in kari.get(f"/{name.replace('_', '-')}/").text


# -- reasons -----------------------------------------------------------------------------------------------------------


def test_a_reason_stands_in_the_history_of_what_was_deleted(as_: As) -> None:
    kari, row = as_("kari"), first(RiskAssessment)
    page = kari.get(f"/risk-assessment/delete/?id={row.id}").text
    version = re.search(r'name="version" value="(\d+)"', page)[1]

    kari.post(f"/risk-assessment/delete/?id={row.id}", data={"version": version, "reason": " Gjort  på nytt <b> "})

    assert 'id="reason"' in page
    assert changes(row)[0].reason == "Gjort på nytt <b>"
    assert "Gjort på nytt <b>" in events(kari)[0]
    assert "&lt;b&gt;" in kari.get("/changes/").text


@pytest.mark.parametrize("reason", ["x" * 501, "Gjelder 15033210024"])
def test_a_reason_that_is_too_long_or_names_a_person_by_number_is_refused(reason: str, as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    send(kari, row, name="Nytt navn")
    change = changes(row)[0]

    answer = kari.post(f"/changes/undo/content/{change.id}/", data={"reason": reason})

    assert (answer.status_code, changes(row)[0].id) == (409, change.id)
    assert 'id="reason"' in answer.text


def test_a_register_may_demand_a_reason(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    for register in (Application, RiskAssessment):
        monkeypatch.setattr(register, "__register__", replace(register.__register__, asks_why=True))
    kari, row = as_("kari"), first(Application)

    without = send(kari, row, name="Uten grunn")
    given = send(kari, row, name="Med grunn", reason="Fordi det skiftet navn")
    deleted = delete_row(kari, RiskAssessment, first(RiskAssessment).id)

    assert (without.status_code, "Skriv hvorfor" in without.text, given.status_code) == (422, True, 303)
    assert changes(row)[0].reason == "Fordi det skiftet navn"
    assert (deleted.status_code, "Skriv hvorfor" in deleted.text) == (422, True)


def test_what_all_municipalities_pay_by_is_not_changed_without_a_reason(as_: As) -> None:
    asking = [register for register in models.REGISTERS if register.__register__.asks_why]
    with inside():
        row = db.session.scalars(select(Price).order_by(Price.id)).first()
    per, url = as_("per"), address(Price, "edit/", id=row.id)
    form = form_of(per.get(url).text).values

    without, given = (
        per.post(url, data=form | {"note": ["Ny merknad"], "reason": [reason]}) for reason in ("", "Styresak 12/26")
    )

    assert asking == [Price, InterestRate]
    assert (without.status_code, "Skriv hvorfor" in without.text, given.status_code) == (422, True, 303)
    assert changes(row)[0].reason == "Styresak 12/26"
