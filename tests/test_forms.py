"""Forms: what every field says about itself, and what becomes of what people type."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import Base, Part, fields_of
from models.declare.choices import Answer, CatalogueStatus, Disposal, RecordStatus
from models.declare.shapes import Shape
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Product, Supplier
from models.registers.data import Dataset
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from tests.conftest import inside, municipality
from tests.test_registers import As, address, create, delete_row, errors, fetch, form_of

PARTS = sorted((m.class_ for m in Base.registry.mappers if issubclass(m.class_, Part)), key=lambda part: part.__name__)
DESCRIBED = [*models.REGISTERS, *PARTS]


def first(register: type[Any], *where: str) -> Any:
    """The first row of a register in Tinn."""
    with inside(*(where or ("Tinn",))):
        row = db.session.scalars(select(register).order_by(register.id)).first()
        db.session.expunge(row)
        return row


def reread(row: Any, *keys: str) -> list[Any]:
    """Fields of a row as they now stand; links as names."""
    with inside("Tinn"):
        fresh = db.session.get(type(row), row.id)
        values = [getattr(fresh, key) for key in keys]
        return [[str(one) for one in value] if isinstance(value, list) else value for value in values]


def send(browser: Any, row: Any, *without: str, **changes: Any) -> Any:
    """Open the edit form of a row, change some fields, and save. Left out are fields, and rows as `retention-0-`."""
    url = address(type(row), "edit/", id=row.id)
    values = {
        key: value for key, value in form_of(browser.get(url).text).values.items() if not _is_left_out(key, without)
    }
    return browser.post(url, data=values | changes)


def _is_left_out(key: str, without: tuple[str, ...]) -> bool:
    return key in without or any(one.endswith("-") and key.startswith(one) for one in without)


# -- what fields say ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", DESCRIBED, ids=lambda register: register.__name__)
def test_every_field_has_a_label_and_a_sentence_of_help(register: type[Any]) -> None:
    fields = fields_of(register)

    assert fields
    assert [known.key for known in fields if not known.label.strip() or not known.help.strip()] == []
    assert [known.key for known in fields if not known.help.endswith((".", "?"))] == []


@pytest.mark.parametrize("register", DESCRIBED, ids=lambda register: register.__name__)
def test_every_column_is_declared_as_a_field_or_kept_by_the_machinery(register: type[Any]) -> None:
    kept = {"id", "version", "created_at", "updated_at", "search_text", "sort_key", "municipality_id", "parent_id"}
    kept |= {
        "password_hash",
        "session_key",
        "failed_attempts",
        "locked_until",
        "proposed_by",
        "proposed_in",
        "sender_id",
        "taken",
        "template_version",
        "origin_place",
        "origin_row",
        "origin_card",
        "grants_seen",
        "vouched_in",
        "settings",
        "actor_id",
        "example",
    }

    assert {column.key for column in register.__table__.columns} - {f.column for f in fields_of(register)} <= kept


def test_help_stands_beside_its_field(as_: As) -> None:
    page = html.unescape(re.sub(r"<[^>]+>", "", as_("kari").get(address(Application, "new/")).text))

    for known in fields_of(Application):
        if known.applies is None and known.shape is not Shape.REASONS:
            assert (known.key, known.help in page) == (known.key, True)


# -- required fields ---------------------------------------------------------------------------------------------------


def test_what_is_missing_is_listed_at_the_top_and_tied_to_its_field(as_: As) -> None:
    answer = as_("kari").post(address(Application, "new/"), data={"name": " ", "short_name": "KEEP ME"})

    assert (answer.status_code, errors(answer.text)) == (422, ["Navn: Fyll ut dette feltet."])
    assert '<a href="#name">Navn</a>' in answer.text
    assert re.search(r'<input[^>]*aria-describedby="name-help name-error"[^>]*id="name"', answer.text)
    assert 'value="KEEP ME"' in answer.text
    assert answer.text.partition("<title>")[2].startswith("Feil: Legg til applikasjon")


def test_required_and_advised_fields_are_marked_in_words(as_: As) -> None:
    page = as_("kari").get(address(Application, "new/")).text

    assert re.search(r'for="name">Navn <span class="mark-required">må fylles ut', page)
    assert re.search(r'for="manager">Systemansvarlig <span class="mark-advised">anbefalt', page)


# -- dates, money, answers ---------------------------------------------------------------------------------------------


def test_a_field_anybody_may_fill_is_marked_where_it_is_expected(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    marked = []
    for status in (RecordStatus.DRAFT, RecordStatus.APPROVED):
        with inside("Tinn"):
            db.session.get(ProcessingActivity, row.id).status = status
            db.session.commit()
        page = browser.get(address(ProcessingActivity, "edit/", id=row.id)).text
        marked.append(re.findall(r'<label for="(review_due)">[^<]*<span class="mark-needed">', page))

    assert marked == [[], ["review_due"]]


@pytest.mark.parametrize(("typed", "stored"), [("2026-02-28", date(2026, 2, 28)), (" 28.02.2026 ", date(2026, 2, 28))])
def test_dates_are_read_from_the_control_and_as_norwegians_write_them(typed: str, stored: date, as_: As) -> None:
    browser, row = as_("kari"), first(Application)

    answer = send(browser, row, in_use_from=typed)

    assert (answer.status_code, reread(row, "in_use_from")) == (303, [stored])
    assert "28.02.2026" in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("typed", "ore", "shown"),
    [
        ("12 500,50", 1_250_050, "kr\u00a012\u00a0500,50"),
        ("kr 12\u00a0500", 1_250_000, "kr\u00a012\u00a0500,00"),
        ("0,10", 10, "kr\u00a00,10"),
        ("", None, ""),
    ],
)
def test_kroner_become_whole_ore(typed: str, ore: int | None, shown: str, as_: As) -> None:
    browser, row = as_("kari"), first(Application)

    answer = send(browser, row, licence_ore=typed)

    assert (answer.status_code, reread(row, "licence_ore")) == (303, [ore])
    assert shown in browser.get(answer.location).text


@pytest.mark.parametrize("typed", ["12,505", "tolv", "-1", "1e99", "NaN"])
def test_amounts_that_cannot_be_are_explained_and_kept(typed: str, as_: As) -> None:
    row = first(Application)

    answer = send(as_("kari"), row, licence_ore=typed)

    assert (answer.status_code, len(errors(answer.text)), f'value="{typed}"' in answer.text) == (422, 1, True)
    assert reread(row, "licence_ore") == [None]


def test_questions_are_answered_by_radio_buttons(as_: As) -> None:
    browser, row = as_("kari"), first(Application)
    form = form_of(browser.get(address(Application, "edit/", id=row.id)).text)

    answer = send(browser, row, two_factor="yes")

    assert (form.options["two_factor"], form.values["two_factor"]) == (["yes", "no", "unknown"], ["unknown"])
    assert (answer.status_code, reread(row, "two_factor")) == (303, [Answer.YES])


# -- references --------------------------------------------------------------------------------------------------------


def test_few_choices_are_a_native_select(as_: As) -> None:
    browser, row = as_("kari"), first(Application)
    officer = first(models.organisation.ContactPerson)

    answer = send(browser, row, owner=str(officer.id))

    assert (answer.status_code, [str(one) for one in reread(row, "owner")]) == (303, [officer.name])


@pytest.fixture
def many_suppliers(app: Any) -> None:
    """More suppliers than a select should hold."""
    with inside():
        db.session.add_all([Supplier(name=f"Firma {number:03} AS") for number in range(230)])
        db.session.add_all(
            [Supplier(name="Østfold Data"), Supplier(name="Tvilling Nord"), Supplier(name="Tvilling Sør")]
        )
        db.session.commit()


def test_many_choices_are_a_search_box_and_a_typed_name_is_found(many_suppliers: None, as_: As) -> None:
    browser, row = as_("kari"), first(Application)
    page = browser.get(address(Application, "edit/", id=row.id)).text

    answer = send(browser, row, "supplier-id", supplier="østfold DATA")

    assert 'data-lookup="/application/ajax/lookup/?name=supplier"' in page
    assert "Firma 001 AS" not in page
    assert (answer.status_code, [str(one) for one in reread(row, "supplier")]) == (303, ["Østfold Data"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Tvilling", "Leverandør: Flere passer: Tvilling Nord, Tvilling Sør. Skriv hele navnet på den du mener."),
        ("Finnes Ikke", "Leverandør: Fant ingen «Finnes Ikke». Velg en fra lista, eller registrer den først."),
        ("999999", "Leverandør: Fant ingen «999999». Velg en fra lista, eller registrer den først."),
    ],
)
def test_a_name_that_fits_several_or_none_is_explained_and_kept(
    typed: str, said: str, many_suppliers: None, as_: As
) -> None:
    row = first(Application)

    answer = send(as_("kari"), row, "supplier-id", supplier=typed)

    assert (answer.status_code, errors(answer.text)) == (422, [said])
    assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize(
    ("typed", "number"), [("", 50), ("f", 50), ("  øst ", 1), ("firma", 50), ("FIRMA 12", 10), ("østf", 1), ("100%", 0)]
)
def test_suggestions_are_the_first_fifty_that_fit(typed: str, number: int, many_suppliers: None, as_: As) -> None:
    answer = as_("kari").get("/application/ajax/lookup/", query_string={"name": "supplier", "query": typed})

    assert (answer.status_code, len(json.loads(answer.text))) == (200, number)


@pytest.mark.parametrize("name", ["", "name", "finnes_ikke", "password_hash"])
def test_suggestions_are_given_for_references_only(name: str, as_: As) -> None:
    answer = as_("kari").get("/application/ajax/lookup/", query_string={"name": name, "query": "åpen"})

    assert answer.status_code == 404


def test_links_are_made_and_taken_away_from_the_form_and_seen_from_both_sides(as_: As) -> None:
    browser, row = as_("kari"), first(Dataset)
    application = first(Application)

    removed = send(browser, row, "applications")
    gone = reread(row, "applications")
    added = send(browser, row, applications=[str(application.id)])

    assert (removed.status_code, added.status_code) == (303, 303)
    assert (gone, reread(row, "applications")) == ([[]], [[application.name]])
    assert (
        f"/dataset/?applications={application.id}"
        in browser.get(address(Application, "details/", id=application.id)).text
    )
    assert reread(application, "datasets") == [[row.name]]


# -- rows of parts -----------------------------------------------------------------------------------------------------


def test_rows_are_added_changed_and_removed_in_the_form_of_their_parent(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    extra = {"retention-7-disposal": "erase", "retention-7-months": "24", "retention-7-start": "Ny start"}

    added = send(browser, row, **{"retention-0-months": "120", **extra})
    with inside("Tinn"):
        after = [(one.months, one.disposal, one.start) for one in db.session.get(ProcessingActivity, row.id).retention]
    dropped = form_of(send(browser, row, **{"retention-drop": "0"}).text)
    removed = browser.post(address(ProcessingActivity, "edit/", id=row.id), data=dropped.values)

    assert (added.status_code, removed.status_code) == (303, 303)
    assert after == [(120, Disposal.UNDECIDED, "Åpen slutt"), (24, Disposal.ERASE, "Ny start")]
    with inside("Tinn"):
        assert [one.start for one in db.session.get(ProcessingActivity, row.id).retention] == ["Ny start"]


def test_asking_for_more_rows_saves_nothing_and_keeps_what_was_typed(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    before = len(form_of(browser.get(address(ProcessingActivity, "edit/", id=row.id)).text).values)

    answer = send(browser, row, name="Halvskrevet", **{"retention-add": "1"})

    form = form_of(answer.text)
    assert (answer.status_code, form.values["name"], reread(row, "name")) == (200, ["Halvskrevet"], [row.name])
    assert len([key for key in form.values if re.fullmatch(r"retention-\d+-months", key)]) == 4
    assert len(form.values) > before


def test_an_untouched_row_is_not_saved(as_: As) -> None:
    browser = as_("kari")

    row_id = create(ProcessingActivity, browser)

    with inside("Tinn"):
        row = db.session.get(ProcessingActivity, row_id)
        assert (row.retention, row.subjects, row.processors, row.transfers, row.controllers) == ([], [], [], [], [])


def test_an_error_in_a_row_points_at_its_field(as_: As) -> None:
    answer = send(as_("kari"), first(ProcessingActivity), **{"retention-0-months": "mange"})

    assert (answer.status_code, errors(answer.text)) == (422, ["Antall måneder: Skriv et helt tall med bare siffer."])
    assert '<a href="#retention-0-months">' in answer.text


# -- what roles may write ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("person", "status"), [("kari", CatalogueStatus.PROPOSED), ("per", CatalogueStatus.APPROVED)])
def test_a_product_from_a_municipality_is_a_proposal_until_the_project_approves(
    person: str, status: CatalogueStatus, as_: As
) -> None:
    row_id = create(Product, as_(person))

    with inside():
        assert db.session.get(Product, row_id).status is status


def test_a_proposal_is_kept_by_who_made_it_until_the_project_has_decided(as_: As) -> None:
    kari, others = as_("kari"), [as_(name) for name in ("lars", "berit", "tone")]
    row = fetch(Product, create(Product, kari))

    own = send(kari, row, name="Rettet navn", status="approved")
    doors = [one.get(address(Product, "edit/", id=row.id)).status_code for one in others]
    posts = [one.post(address(Product, "delete/", id=row.id)).status_code for one in others]
    now_is = reread(row, "name", "status")
    send(as_("per"), row, status="approved")
    after = [kari.get(address(Product, f"{door}/", id=row.id)).status_code for door in ("edit", "delete")]

    assert (own.status_code, now_is) == (303, ["Rettet navn", CatalogueStatus.PROPOSED])
    assert (doors, posts, after) == ([403] * 3, [403] * 3, [403, 403])
    assert kari.post(address(Product, "delete/", id=row.id)).status_code == 403


def test_a_proposal_can_be_withdrawn(as_: As) -> None:
    kari = as_("kari")
    row_id = create(Product, kari)

    answer = delete_row(kari, Product, row_id)

    with inside():
        assert (answer.status_code, db.session.get(Product, row_id)) == (303, None)


def test_an_editor_does_not_change_what_the_project_has_approved(as_: As) -> None:
    row = first(Product)

    answer = as_("kari").get(address(Product, "edit/", id=row.id))

    assert answer.status_code == 403


def test_fields_kept_by_others_are_shown_but_not_taken_from_the_form(as_: As) -> None:
    browser = as_("lars")
    tinn = municipality("Tinn")
    answer = send(browser, fetch(Municipality, tinn), name="Overtatt", founder="no", phone="35 08 26 00")

    assert answer.status_code == 303
    with inside():
        changed = db.session.get(Municipality, tinn)
        assert (changed.name, changed.founder, changed.phone) == ("Tinn", Answer.YES, "35 08 26 00")
        assert len(changed.codes) == 3


def test_agreements_are_listed_on_the_application_they_are_for(as_: As) -> None:
    application, agreement = first(Application), first(Agreement)

    page = as_("kari").get(address(Application, "details/", id=application.id)).text

    assert f'<a href="/agreement/details/?id={agreement.id}">{agreement.name}</a>' in page
