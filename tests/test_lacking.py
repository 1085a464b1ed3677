"""The form of what a row lacks: a few fields, with what the municipality has registered proposed, sent in one press."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.base import field_of
from models.declare.choices import Answer, ContactRole, Lifecycle, RecordStatus
from models.declare.fields import Kind
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate, Product
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment
from models.tenancy.log import change_class
from models.tenancy.people import Membership, MunicipalRole
from tests.conftest import inside, municipality, user
from tests.test_approval import ready
from tests.test_forms import first, reread, send
from tests.test_partial_form import asked
from tests.test_registers import As, address, form_of

PUPILS = "Elevadministrasjon og vurdering"


def furnish(where: str, word: str, number: int = 1) -> None:
    """Applications of the kind the template of pupils speaks of, in a unit with a leader, covered by an agreement."""
    with inside(where):
        kinds = db.session.scalars(select(ProcessingTemplate).filter_by(name=PUPILS)).one().product_categories
        product = Product(name=f"{word} Flyt", category=kinds[0])
        unit = OrganisationalUnit(name=f"{word} skolekontor")
        chief = ContactPerson(name=f"{word} Rektor", role=ContactRole.UNIT_MANAGER, unit=unit)
        agreements = list(db.session.scalars(select(Application)).first().agreements)
        made = [
            Application(name=f"{word} fagsystem {one}", product=product, unit=unit, status=Lifecycle.IN_USE)
            for one in range(number)
        ]
        for one in made:
            one.agreements = agreements
        db.session.add_all([product, unit, chief, *made])
        db.session.commit()


def adopted(browser: Any) -> Any:
    """The activity that comes of pressing «Bruk malen i kommunen», and the page one is led to."""
    with inside("Tinn"):
        template = db.session.scalars(select(ProcessingTemplate.id).filter_by(name=PUPILS)).one()
    answer = browser.post(f"/processing-template/{template}/use/")
    with inside("Tinn"):
        newest = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id.desc())).first()
        db.session.expunge_all()
    page = browser.get(answer.location)
    assert page.status_code == 200
    return newest, html.unescape(page.text)


def chosen(page: str, name: str) -> list[str]:
    """What the form would send of a field, rows by their names."""
    values = form_of(page).values.get(name, [])
    known = field_of(ProcessingActivity, name)
    if known.kind is Kind.VALUE:
        return values
    with inside("Tinn"):
        return [db.session.get(known.points_at, int(one)).name for one in values if one]


def test_what_the_municipality_has_is_proposed_and_nothing_is_saved(as_on: As) -> None:
    furnish("Tinn", "Åpen")
    row, page = adopted(as_on("kari"))

    assert (chosen(page, "unit"), chosen(page, "responsible")) == (["Åpen skolekontor"], ["Åpen Rektor"])
    assert chosen(page, "applications") == ["Åpen fagsystem 0"]
    assert (chosen(page, "has_processors"), chosen(page, "children")) == (
        ["yes"],
        [],
    )  # the template answers of children
    assert reread(row, "unit_id", "responsible_id", "applications", "processors", "children") == [
        None, None, [], [], Answer.YES,
    ]  # fmt: skip


def test_nothing_of_another_municipality_is_proposed(as_on: As) -> None:
    furnish("Seljord", "Hemmeleg")
    _row, page = adopted(as_on("kari"))

    assert "Hemmeleg" not in page.replace("Hemmeleg Flyt", "")  # products are shared
    assert (chosen(page, "unit"), chosen(page, "applications")) == ([], [])


def of_both(name: str) -> None:
    """Somebody of Tinn edits in Seljord as well."""
    with inside("Seljord"):
        db.session.add(Membership(user=user(name), role=MunicipalRole.EDITOR, municipality_id=municipality("Seljord")))
        db.session.commit()


def test_who_sees_two_municipalities_together_is_proposed_what_is_of_the_rows_own(as_on: As) -> None:
    with inside("Seljord"):
        for one in db.session.scalars(select(ProcessingActivity)):
            one.privacy_notice = "https://seljord.example/personvern"
        db.session.commit()
    furnish("Tinn", "Åpen")
    row, _page = adopted(as_on("kari"))
    of_both("kari")
    furnish("Seljord", "Hemmeleg")
    kari = as_on("kari")
    kari.post("/municipality/", data={"municipality": ""})

    page = html.unescape(kari.get(address(ProcessingActivity, "edit/", id=row.id, only="lacking")).text)

    assert "Alle kommuner" in page
    assert (chosen(page, "unit"), chosen(page, "responsible")) == (["Åpen skolekontor"], ["Åpen Rektor"])
    assert chosen(page, "applications") == ["Åpen fagsystem 0"]
    assert form_of(page).values["privacy_notice"] == [""]


def test_of_two_units_none_is_proposed(as_: As) -> None:
    furnish("Tinn", "Åpen")
    furnish("Tinn", "Annen")
    _row, page = adopted(as_("kari"))

    assert (chosen(page, "unit"), chosen(page, "responsible")) == ([], [])


def test_what_is_proposed_costs_the_same_for_one_and_for_fifty(as_: As, statements: list[str]) -> None:
    kari, numbers = as_("kari"), []
    row, _page = adopted(kari)
    path = address(ProcessingActivity, "edit/", id=row.id, only="lacking")
    furnish("Tinn", "Annen")
    for more in (1, 49):
        furnish("Tinn", f"Åpen {more}", more)
        kari.get(path)
        statements.clear()
        kari.get(path)
        numbers.append(len(statements))

    assert numbers[0] == numbers[1]


def test_the_form_asks_what_lacks_and_what_hangs_on_it_and_reads_the_rest(as_: As) -> None:
    _row, page = adopted(as_("kari"))
    fields = asked(page)

    assert {"unit", "responsible", "has_processors", "transferred", "scale"} <= fields
    assert fields.isdisjoint({"name", "purpose", "role", "article6", "special", "shared"})
    assert "Resten kan du lese" in page


def test_what_is_posted_for_other_fields_is_not_read(as_: As) -> None:
    row, name = first(ProcessingActivity), reread(first(ProcessingActivity), "name")[0]

    answer = send(as_("kari"), row, only="scale", scale="640", name="Kapret")

    assert answer.status_code == 303
    assert reread(row, "name", "scale") == [name, 640]


def test_no_to_the_rest_answers_the_open_questions_and_saves_nothing(as_: As) -> None:
    row = first(ProcessingActivity)
    answered = reread(row, "profiling", "version")

    page = send(as_("kari"), row, only="profiling,children", children="yes", no="1").text

    assert (chosen(page, "profiling"), chosen(page, "children")) == (["no"], ["yes"])
    assert reread(row, "profiling", "version") == answered


@pytest.mark.parametrize("text", ["", "lacking", "nothing,there", "name\0", "x" * 5000, "../", "1=1"])
def test_odd_words_for_the_fields_open_a_form(text: str, as_: As) -> None:
    row = first(ProcessingActivity)

    assert as_("kari").get(address(ProcessingActivity, "edit/", id=row.id, only=text)).status_code == 200


def test_the_page_of_a_row_leads_to_what_it_lacks(as_: As) -> None:
    row = first(ProcessingActivity)
    path = address(ProcessingActivity, "details/", id=row.id)
    pages = {who: html.unescape(as_(who).get(path).text) for who in ("kari", "ola")}

    assert [f"?id={row.id}&only=lacking" in pages[who] for who in ("kari", "ola")] == [True, False]


# -- saved and sent in one press ---------------------------------------------------------------------------------------


def test_a_row_is_saved_and_sent_as_one_event(as_on: As) -> None:
    row = ready()

    answer = send(as_on("kari"), row, scale="640", then="send")

    assert answer.status_code == 303
    assert reread(row, "scale", "status", "sent_by") == [640, RecordStatus.REVIEW, "Kari Test"]
    log = change_class(ProcessingActivity)
    with inside("Tinn"):
        newest = db.session.scalars(select(log).where(log.row_id == row.id).order_by(log.id.desc())).first()
    assert {"scale", "status"} <= {entry["field"] for entry in newest.fields}


def test_what_lacks_something_is_neither_sent_nor_saved_and_the_fields_say_so(as_on: As) -> None:
    row = ready(unit=None)
    before = reread(row, "version", "status")

    answer = send(as_on("kari"), row, scale="640", unit="", then="send")

    assert answer.status_code == 422
    assert "Fyll ut dette før du sender til godkjenning" in answer.text
    assert reread(row, "version", "status") == before


def test_what_is_sent_already_is_not_sent_again(as_: As) -> None:
    row = ready(status=RecordStatus.REVIEW, sent_by="Lars Test", sender_id=1)
    before = reread(row, "sent_by", "scale")

    answer = send(as_("kari"), row, scale="641", then="send")

    assert (answer.status_code, reread(row, "sent_by", "scale")) == (422, before)


def test_who_may_only_advise_sends_nothing(as_on: As) -> None:
    row = ready(ImpactAssessment)
    before = reread(row, "version", "status")

    answer = send(as_on("siri"), row, advice="Vurder på nytt.", then="send")

    assert (answer.status_code, reread(row, "version", "status")) == (403, before)


def test_the_form_offers_to_send_only_where_it_may_be_done(as_: As) -> None:
    row = ready()
    path, button = address(ProcessingActivity, "edit/", id=row.id), "Lagre og send til godkjenning"
    draft = button in as_("kari").get(path).text
    ready(status=RecordStatus.REVIEW)

    assert (draft, button in as_("kari").get(path).text) == (True, False)
    assert button not in as_("kari").get(address(Application, "edit/", id=first(Application).id)).text


# -- and approved from the start page ----------------------------------------------------------------------------------


def waiting(browser: Any) -> list[str]:
    return re.findall(r'<span class="waiting">(.*?)</li>', browser.get("/").text)


def test_the_start_page_names_what_waits_for_another_than_who_sent_it(as_on: As) -> None:
    row = ready()
    send(as_on("kari"), row, then="send")

    found = {who: waiting(as_on(who)) for who in ("kari", "lars", "ola")}

    assert (found["kari"], found["ola"]) == ([], [])
    assert f"/processing-activity/details/?id={row.id}" in html.unescape(found["lars"][0])


# -- attacks -----------------------------------------------------------------------------------------------------------

BEHIND = ("status", "sent_by", "sent_back", "approved_by", "approved_on", "number", "version")


def test_what_only_the_steps_write_is_written_by_no_narrow_form(as_on: As) -> None:
    row = ready()
    before = reread(row, *BEHIND, "sender_id")
    named = dict.fromkeys(BEHIND[:-1], "approved") | {"sender_id": "1", "municipality_id": str(municipality("Seljord"))}

    answer = send(as_on("kari"), row, only=",".join([*BEHIND, "sender_id", "municipality_id", "id"]), **named)

    assert (answer.status_code, reread(row, *BEHIND, "sender_id")) == (303, before)


def test_who_may_only_advise_writes_nothing_else_by_naming_it(as_on: As) -> None:
    row = ready(ImpactAssessment)
    before = reread(row, "reasoning", "conclusion")

    send(as_on("siri"), row, only="reasoning,conclusion", reasoning="Kapret", conclusion="shall", no="1")
    send(as_on("siri"), row, only="reasoning,conclusion", reasoning="Kapret", conclusion="shall")

    assert reread(row, "reasoning", "conclusion") == before


@pytest.mark.parametrize("then", ["", "send"])
def test_a_row_one_may_not_change_is_neither_shown_saved_nor_sent(then: str, as_on: As) -> None:
    row, theirs = ready(), first(ProcessingActivity, "Seljord")
    before, ola, kari = reread(row, "version", "status"), as_on("ola"), as_on("kari")
    said = {"only": "scale", "scale": "1", "version": "1", "then": then}
    paths = [address(ProcessingActivity, "edit/", id=one.id, only="lacking") for one in (row, theirs)]

    read = [ola.get(paths[0]).status_code, kari.get(paths[1]).status_code]
    sent = [ola.post(paths[0], data=said).status_code, kari.post(paths[1], data=said).status_code]

    assert (read, sent, reread(row, "version", "status")) == ([403, 404], [403, 404], before)


@pytest.mark.parametrize("proposed", ["status,unit,nothing", "\0", "scale," * 500])
def test_what_is_said_to_be_proposed_is_only_words(proposed: str, as_: As) -> None:
    row = ready()

    answer = send(as_("kari"), row, only="scale,unit", proposed=proposed, unit="x", scale="x")

    assert answer.status_code == 422


@pytest.mark.parametrize("name", ["per", "sol", "lars"])
def test_what_one_may_not_read_is_not_named_in_a_narrow_form(name: str, as_: As) -> None:
    keys, browser = "default_measures,risk_scale", as_(name)
    url = address(Municipality, "edit/", id=municipality("Tinn"), only=keys)

    read = browser.get(url).status_code
    sent = browser.post(url, data={"proposed": keys, "no": "1"}).status_code

    assert (read, sent) in {(200, 200), (403, 403)}


def test_a_narrow_form_keeps_the_rules_between_fields(as_: As) -> None:
    row = ready(valid_from=date(2025, 1, 1))

    answer = send(as_("kari"), row, only="valid_to", valid_to="2024-01-01")

    assert (answer.status_code, reread(row, "valid_to")) == (422, [None])
