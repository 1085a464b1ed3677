"""What a municipality proposes to the shared registers: made in passing, seen by all as proposed, kept by who made it
until the project has decided."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.changes import restoring
from models.database import db
from models.declare.choices import CatalogueStatus
from models.declare.clock import now
from models.declare.proposing import is_proposable
from models.registers.catalogue import Product, Supplier
from models.registers.codes import (
    CodeList,
    DataSubjectCategory,
    Law,
    PersonalDataCategory,
    ProductCategory,
    RecipientCategory,
    SecurityMeasure,
)
from models.registers.organisation import views_of
from models.registers.processing import LegalReference, ProcessingActivity
from models.tenancy.log import DELETED, SharedChange
from tests.conftest import inside, user
from tests.test_forms import first, reread, send
from tests.test_making import press, values_of
from tests.test_merging_rules import made, post
from tests.test_registers import As, address, create, delete_row, errors, fetch, form_of

PROPOSABLE = tuple(one for one in models.REGISTERS if is_proposable(one))
CODES = tuple(one for one in PROPOSABLE if issubclass(one, CodeList))
every_one = pytest.mark.parametrize("register", PROPOSABLE, ids=lambda one: one.__tablename__)
NEW = address(ProcessingActivity, "new/")


def named(register: type[Any], name: str) -> Any:
    with inside():
        row = db.session.scalars(select(register).where(register.name == name)).one()
        db.session.expunge(row)
        return row


def propose(browser: Any, register: type[Any], name: str) -> int:
    """Propose something of which no more than the name is known; its id."""
    url = address(register, "new/")
    answer = browser.post(url, data=values_of(browser.get(url)) | {"name": [name]})
    assert answer.status_code == 303, errors(answer.text)
    return int(answer.location.rpartition("=")[2])


def test_suppliers_products_laws_and_the_categories_are_proposed_and_what_the_state_has_settled_is_not() -> None:
    assert set(PROPOSABLE) == {
        Supplier, Product, Law, ProductCategory, DataSubjectCategory, PersonalDataCategory, RecipientCategory,
        SecurityMeasure,
    }  # fmt: skip


def test_a_proposal_shows_the_status_it_will_get(as_: As) -> None:
    browser = as_("kari")
    page = browser.get("/product/new/").text
    form = form_of(page)

    answer = browser.post("/product/new/", data=form.values | {"name": ["Forslaget"], "status": ["approved"]})

    chosen = re.search(r'<option value="(\w+)" selected>', page.partition('name="status"')[2])
    assert chosen is not None
    assert (answer.status_code, chosen[1]) == (303, "proposed")
    assert reread(fetch(Product, int(answer.location.rpartition("=")[2])), "status") == ["proposed"]


@every_one
def test_a_proposal_is_seen_by_all_and_kept_by_who_made_it_until_the_project_has_decided(
    register: type[Any], as_on: As, engine_app: Any
) -> None:
    kari, others = as_on("kari"), [as_on(name) for name in ("lars", "berit", "ola", "siri")]
    row = fetch(register, create(register, kari, name=["Forslaget"]))

    seen = [one.get(address(register, "details/", id=row.id)).status_code for one in (*others, as_on("per"))]
    doors = [one.get(address(register, door, id=row.id)).status_code for one in others for door in ("edit/", "delete/")]
    posts = [
        one.post(address(register, door), data={"id": row.id, "name": "Overtatt", "version": "1"}).status_code
        for one in others
        for door in ("edit/", "delete/")
    ]
    mended = send(kari, row, name="Rettet", status="approved", proposed_by=str(user("berit").id))
    stands = reread(row, "name", "status", "proposed_by")
    send(as_on("per"), row, status="approved")
    after = [kari.get(address(register, door, id=row.id)).status_code for door in ("edit/", "delete/")]

    assert (seen, doors, posts) == ([200] * 5, [403] * 8, [403] * 8)
    assert (mended.status_code, stands) == (303, ["Rettet", CatalogueStatus.PROPOSED, user("kari").id])
    assert (reread(row, "status"), after) == ([CatalogueStatus.APPROVED], [403, 403])


@every_one
def test_what_the_project_has_is_approved_and_nobody_elses_to_change(register: type[Any], as_: As) -> None:
    row = first(register)

    doors = [as_(name).get(address(register, "edit/", id=row.id)).status_code for name in ("kari", "lars", "per")]

    assert (row.status, row.proposed_by, doors) == (CatalogueStatus.APPROVED, None, [403, 403, 200])


@every_one
def test_a_proposal_is_withdrawn_and_brought_back_by_who_made_it(register: type[Any], as_: As) -> None:
    kari = as_("kari")
    row_id = create(register, kari, name=["Forslaget"])
    delete_row(kari, register, row_id)

    back = [
        as_(name).post(address(register, "restore/"), data={"id": str(row_id)}).status_code
        for name in ("lars", "berit", "kari")
    ]

    stands = fetch(register, row_id)
    assert back == [403, 403, 303]
    assert (stands.status, stands.proposed_by) == (CatalogueStatus.PROPOSED, user("kari").id)


@pytest.mark.parametrize("register", CODES, ids=lambda one: one.__tablename__)
def test_what_was_deleted_before_it_could_be_proposed_is_the_projects_to_bring_back(
    register: type[Any], app: Any
) -> None:
    with inside():
        change = SharedChange(row_id=9, action=DELETED, at=now(), snapshot={"id": 9, "values": {"name": "Før"}})

        probe = restoring.probe(register, change)

    assert (probe.status, probe.proposed_by) == (CatalogueStatus.APPROVED, None)


# -- made from the field itself ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "register"),
    [("laws-0-law", Law), ("subjects-0-subject", DataSubjectCategory), ("recipients", RecipientCategory),
     ("subjects-0-personal_data", PersonalDataCategory), ("measures", SecurityMeasure)],
)  # fmt: skip
def test_what_an_activity_lacks_is_proposed_from_its_field_and_stands_chosen_and_marked(
    field: str, register: type[Any], as_on: As, engine_app: Any
) -> None:
    kari = as_on("kari")
    typed = values_of(kari.get(NEW)) | {"name": ["Ytterst"], "sources": ["Ikke lagret"], "article6": ["1"]}

    there = press(kari, NEW, typed | {"make": [field]})
    back = press(kari, address(register, "new/"), values_of(there) | {"name": ["Det som manglet"]})

    row, found = named(register, "Det som manglet"), values_of(back)
    assert (row.code, row.status, row.proposed_by) == ("det-som-manglet", CatalogueStatus.PROPOSED, user("kari").id)
    assert (found["name"], found["sources"][0].strip(), found["article6"]) == (["Ytterst"], "Ikke lagret", ["1"])
    assert str(row.id) in [*found[field], *found.get(f"{field}-id", [])]
    assert "Det som manglet (foreslått)" in html.unescape(back.text)


def test_a_product_and_the_category_it_lacks_are_both_proposed_on_the_way(as_: As) -> None:
    kari, url = as_("kari"), "/application/new/"
    product = press(kari, url, values_of(kari.get(url)) | {"name": ["Ytterst"], "make": ["product"]})
    category = press(kari, "/product/new/", values_of(product) | {"name": ["Systemet"], "make": ["category"]})

    middle = press(kari, "/product-category/new/", values_of(category) | {"name": ["Fagområdet"]})
    back = press(kari, "/product/new/", values_of(middle))

    assert values_of(back)["name"] == ["Ytterst"]
    with inside():
        made_on_the_way = db.session.scalars(select(Product).where(Product.name == "Systemet")).one()
        assert (made_on_the_way.category.name, made_on_the_way.category.status) == ("Fagområdet", "proposed")


def test_a_proposal_says_so_where_it_is_looked_up_and_is_found_by_both_names(as_: As) -> None:
    kari, activity = as_("kari"), first(ProcessingActivity)
    row_id = propose(kari, Law, "Lov om prøving")
    url = f"{address(ProcessingActivity)}ajax/lookup/?name=law&query=lov om pr"

    told = [as_(name).get(url).json for name in ("kari", "berit")]
    answers = [
        send(kari, activity, **{"laws-0-law": typed, "laws-0-law-id": ""})
        for typed in ("Lov om prøving (foreslått)", "Lov om prøving")
    ]
    send(as_("per"), fetch(Law, row_id), status="approved")

    assert told == [[[row_id, "Lov om prøving (foreslått)"]]] * 2
    assert [one.status_code for one in answers] == [303, 303], [errors(one.text) for one in answers]
    with inside("Tinn"):
        assert db.session.get(ProcessingActivity, activity.id).laws[0].law_id == row_id
    assert kari.get(url).json == [[row_id, "Lov om prøving"]]


def test_the_list_shows_what_waits_for_the_project(as_: As) -> None:
    propose(as_("kari"), Law, "Lov om prøving")

    page = as_("per").get(address(Law, status="proposed")).text

    assert re.findall(r'<th scope="row"><a[^>]*>([^<]*)</a>', page) == ["lov-om-proving"]
    assert ("Foreslått", "status=proposed") in views_of(Law)


# -- the project decides -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["Tinn", "Seljord"])
def test_a_proposal_goes_into_what_was_there_and_the_activities_of_all_follow(
    where: str, as_on: As, engine_app: Any
) -> None:
    kari, per = as_on("kari"), as_on("per")
    gone, kept = propose(kari, Law, "Lov om barnehager"), first(Law).id
    activity = first(ProcessingActivity, where)
    with inside(where):
        db.session.get(ProcessingActivity, activity.id).laws = [LegalReference(law=db.session.get(Law, gone))]
        db.session.commit()

    refused = post(kari, Law, kept, gone).status_code
    merged = post(per, Law, kept, gone)

    assert (refused, merged.status_code, fetch(Law, gone)) == (403, 303, None)
    with inside(where):
        assert [one.law_id for one in db.session.get(ProcessingActivity, activity.id).laws] == [kept]


def test_what_others_use_by_now_is_not_withdrawn(as_: As) -> None:
    kari = as_("kari")
    row_id, theirs = propose(kari, Law, "Lov om prøving"), first(ProcessingActivity, "Seljord")
    with inside("Seljord"):
        db.session.get(ProcessingActivity, theirs.id).laws = [LegalReference(law=db.session.get(Law, row_id))]
        db.session.commit()

    answer = delete_row(kari, Law, row_id)

    assert (answer.status_code, fetch(Law, row_id).name) == (409, "Lov om prøving")
    assert "Hemmeleg" not in answer.text


# -- codes that nobody gave --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "codes"),
    [("Lov om ærlig øving på Ås", ["lov-om-aerlig-oving-pa-as", "lov-om-aerlig-oving-pa-as-2"]),
     ("§ 2", ["2", "2-2"]), ("%_", ["x", "x-2"]),
     ("å" * 90, ["a" * 50, "a" * 50 + "-2"])],
)  # fmt: skip
def test_a_code_is_made_of_the_name_and_two_of_one_name_are_told_apart(name: str, codes: list[str], app: Any) -> None:
    ids = [made(Law, {"name": name, "code": ""})[0] for _ in range(2)]
    with inside():
        together = [Law(name="Samtidig"), Law(name="Samtidig")]
        db.session.add_all(together)
        db.session.commit()
        at_once = sorted(one.code for one in together)

    assert [fetch(Law, one).code for one in ids] == codes
    assert at_once == ["samtidig", "samtidig-2"]


def test_a_code_that_is_given_is_kept_and_one_that_is_emptied_is_made_anew(as_: As) -> None:
    per = as_("per")
    row = fetch(Law, create(Law, per, name=["Navnet"], code=["egen"]))
    given = row.code

    send(per, row, code="")

    assert [given, *reread(row, "code")] == ["egen", "navnet"]


def test_a_code_that_is_taken_is_refused_in_words(as_: As) -> None:
    kari, values = as_("kari"), {"name": ["Navnet"], "code": [first(Law).code]}
    form = values_of(kari.get(address(Law, "new/")))

    answer = kari.post(address(Law, "new/"), data=form | values)

    assert (answer.status_code, errors(answer.text)) == (
        422, ["Kode: Dette finnes fra før. Bruk den som er registrert, eller skriv noe annet."],
    )  # fmt: skip


def test_to_propose_costs_no_more_where_fifty_have_been_proposed(as_: As, statements: list[str]) -> None:
    kari, counts = as_("kari"), []
    for number in (1, 25):
        made(Law, *[{"name": f"Lov {number}-{one}", "status": CatalogueStatus.PROPOSED} for one in range(number)])
        kari.get(NEW)
        statements.clear()
        kari.get(NEW)
        propose(kari, Law, f"Forslag {number}")
        counts.append(len(statements))

    assert counts[0] == counts[1]


# -- what waits for the project ----------------------------------------------------------------------------------------


def waiting(browser: Any) -> int:
    """How many proposals the start page says wait to be decided."""
    page = html.unescape(browser.get("/").text)
    found = re.search(r'<a href="/proposals/"[^>]*>Forslag fra kommunene</a> <span class="task-count">(\d+)', page)
    return int(found[1]) if found else 0


def test_what_municipalities_propose_is_one_task_of_the_project_with_all_of_it_in_one_place(
    as_on: As, engine_app: Any
) -> None:
    per, before = as_on("per"), waiting(as_on("per"))
    for register in PROPOSABLE:
        propose(as_on("kari"), register, f"Nytt i {register.__tablename__}")

    page = html.unescape(per.get("/proposals/").text)

    assert waiting(per) == before + len(PROPOSABLE)
    assert re.findall(r"<h2>([^<]*)</h2>", page) == [str(one.__register__.name) for one in PROPOSABLE]
    assert [f">Nytt i {one.__tablename__}</a>" in page for one in PROPOSABLE] == [True] * len(PROPOSABLE)


@pytest.mark.parametrize("name", ["kari", "lars", "tone", "siri", "ola", "sol", "frida"])
def test_what_is_proposed_is_no_task_of_who_cannot_decide(name: str, as_: As) -> None:
    propose(as_("kari"), Supplier, "Foreslått AS")

    assert (waiting(as_(name)), "Forslag fra kommunene" in as_(name).get("/").text) == (0, False)


def test_what_the_project_has_decided_waits_no_more(as_: As) -> None:
    number = propose(as_("kari"), SecurityMeasure, "Vaktbikkje")
    before = waiting(as_("per"))
    with inside():
        db.session.get(SecurityMeasure, number).status = CatalogueStatus.APPROVED
        db.session.commit()

    assert waiting(as_("per")) == before - 1


def test_the_start_page_asks_for_proposals_no_more_than_once_while_nothing_shared_changes(
    as_: As, statements: list[str]
) -> None:
    propose(as_("kari"), Supplier, "Foreslått AS")
    for name in ("per", "kari"):
        browser, costs = as_(name), []

        for _time in range(3):
            statements.clear()
            browser.get("/")
            costs.append(sum("supplier.status" in one for one in statements))

        assert costs == [1, 0, 0]
