"""A proposal that is rejected: with a reason, told where it was proposed, and nothing lost where it is used."""

from __future__ import annotations

import html
from typing import Any

import pytest

from models.database import db
from models.declare.choices import CatalogueStatus
from models.declare.words import Problem
from models.registers.catalogue import Product, Supplier
from models.registers.codes import Law, RecipientCategory
from models.registers.processing import LegalReference, ProcessingActivity
from tests.conftest import inside, municipality, user
from tests.test_forms import first, reread, send
from tests.test_merging_rules import made
from tests.test_proposals import every_one, propose, waiting
from tests.test_registers import As, address, delete_row, errors, fetch
from views.register.catalogue import cards

WHY = "Dette er et internt navn. Bruk produktet fra leverandøren."


def decide(browser: Any, register: type[Any], row_id: int, step: str, **said: Any) -> Any:
    values = {"version": str(fetch(register, row_id).version), "step": step} | said
    return browser.post(f"/proposals/{register.__tablename__}/{row_id}/", data=values)


def reject(browser: Any, register: type[Any], row_id: int, why: str = WHY) -> Any:
    return decide(browser, register, row_id, "reject", reason=why)


def page_of(browser: Any, register: type[Any], row_id: int) -> str:
    return html.unescape(browser.get(address(register, "details/", id=row_id)).text)


def told_on_start(browser: Any) -> bool:
    return "Forslag som ble avvist" in browser.get("/").text


# -- with a reason -----------------------------------------------------------------------------------------------------


@every_one
def test_a_proposal_is_rejected_with_a_reason_that_its_municipality_reads(
    register: type[Any], as_on: As, engine_app: Any
) -> None:
    kari, per = as_on("kari"), as_on("per")
    row_id = propose(kari, register, "Ikke dette")

    answer = reject(per, register, row_id)

    assert (answer.status_code, reread(fetch(register, row_id), "status", "rejection")) == (
        303, [CatalogueStatus.REJECTED, WHY],
    )  # fmt: skip
    assert f"Avvist: {WHY}" in page_of(kari, register, row_id)
    assert [told_on_start(as_on(name)) for name in ("kari", "lars", "berit", "ola", "per")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert [f"Avvist: {WHY}" in html.unescape(as_on(name).get("/proposals/").text) for name in ("kari", "berit")] == [
        True, False,
    ]  # fmt: skip


def test_a_rejection_without_a_reason_is_refused_and_changes_nothing(as_: As) -> None:
    per, row_id = as_("per"), propose(as_("kari"), Supplier, "Foreslått AS")

    answer = reject(per, Supplier, row_id, "  ")
    page = per.get(answer.location).text

    assert "Skriv hvorfor forslaget avvises" in page
    assert reread(fetch(Supplier, row_id), "status", "rejection") == [CatalogueStatus.PROPOSED, None]


def test_a_reason_that_no_text_may_hold_is_shown_again_to_be_mended(as_: As) -> None:
    per, row_id = as_("per"), propose(as_("kari"), Supplier, "Foreslått AS")

    answer = reject(per, Supplier, row_id, "x" * 501)

    assert (answer.status_code, "x" * 501 in answer.text, "Ikke avvist" in answer.text) == (422, True, True)
    assert reread(fetch(Supplier, row_id), "status") == [CatalogueStatus.PROPOSED]


def test_no_other_door_rejects_without_a_reason(as_: As) -> None:
    per, row_id = as_("per"), propose(as_("kari"), Supplier, "Foreslått AS")

    answer = send(per, fetch(Supplier, row_id), status="rejected")
    with inside():
        db.session.get(Supplier, row_id).status = CatalogueStatus.REJECTED
        with pytest.raises(Problem):
            db.session.commit()

    assert (answer.status_code, "«Avvis»" in " ".join(errors(answer.text))) == (422, True)
    assert reread(fetch(Supplier, row_id), "status") == [CatalogueStatus.PROPOSED]


def test_what_is_approved_already_is_not_rejected_and_a_sentence_says_so(as_: As) -> None:
    per, row_id = as_("per"), propose(as_("kari"), Supplier, "Foreslått AS")
    stale = str(fetch(Supplier, row_id).version)
    decide(per, Supplier, row_id, "approve")

    for version in (stale, str(fetch(Supplier, row_id).version)):
        answer = decide(per, Supplier, row_id, "reject", reason=WHY, version=version)
        assert "er alt godkjent" in per.get(answer.location).text
    assert reread(fetch(Supplier, row_id), "status", "rejection") == [CatalogueStatus.APPROVED, None]


@pytest.mark.parametrize("then", ["approve", "reject"])
def test_of_two_who_decide_at_once_the_second_is_told(then: str, as_: As) -> None:
    per, row_id = as_("per"), propose(as_("kari"), Supplier, "Foreslått AS")
    version = str(fetch(Supplier, row_id).version)
    reject(per, Supplier, row_id)

    answer = decide(per, Supplier, row_id, then, version=version, reason="En annen grunn")

    assert "Noen har endret eller avgjort forslaget" in per.get(answer.location).text
    assert reread(fetch(Supplier, row_id), "status", "rejection") == [CatalogueStatus.REJECTED, WHY]


def test_the_history_holds_who_rejected_and_why(as_: As) -> None:
    kari, row_id = as_("kari"), propose(as_("kari"), Law, "Lov om prøving")
    reject(as_("per"), Law, row_id)

    page = html.unescape(kari.get(address(Law, "history/", id=row_id)).text)

    assert (page.count(WHY) >= 1, "Avvist" in page, "Prosjektet" in page) == (True, True, True)


# -- nothing is lost ---------------------------------------------------------------------------------------------------


def test_who_uses_what_is_rejected_keeps_it_and_saves_on(as_: As) -> None:
    kari, row_id = as_("kari"), propose(as_("kari"), Law, "Lov om prøving")
    with inside("Seljord"):
        theirs = first(ProcessingActivity, "Seljord")
        db.session.get(ProcessingActivity, theirs.id).laws = [LegalReference(law=db.session.get(Law, row_id))]
        db.session.commit()
    reject(as_("per"), Law, row_id)
    berit = as_("berit")

    form = html.unescape(berit.get(address(ProcessingActivity, "edit/", id=theirs.id)).text)
    answer = send(berit, theirs, name="Nytt namn")

    assert "Lov om prøving (avvist)" in form
    assert answer.status_code == 303
    with inside("Seljord"):
        row = db.session.get(ProcessingActivity, theirs.id)
        assert (row.name, [one.law_id for one in row.laws]) == ("Nytt namn", [row_id])
    assert delete_row(kari, Law, row_id).status_code == 409


@pytest.mark.parametrize("register", [Law, RecipientCategory])
def test_what_is_rejected_is_offered_anew_only_where_it_was_proposed(register: type[Any], as_: As) -> None:
    row_id = propose(as_("kari"), register, "Ikke dette")
    name = {Law: "laws-0-law", RecipientCategory: "recipients"}[register]
    reject(as_("per"), register, row_id)

    key = name.rpartition("-")[2]
    found = {
        who: as_(who).get(f"{address(ProcessingActivity)}ajax/lookup/?name={key}&query=ikke dette").json
        for who in ("kari", "berit")
    }
    forms = {who: html.unescape(as_(who).get(address(ProcessingActivity, "new/")).text) for who in ("kari", "berit")}

    assert found == {"kari": [[row_id, "Ikke dette (avvist)"]], "berit": []}
    if register is RecipientCategory:
        assert {who: "Ikke dette (avvist)" in page for who, page in forms.items()} == {"kari": True, "berit": False}


def test_what_is_rejected_is_no_card_that_a_new_application_begins_with(as_: As) -> None:
    row_id = propose(as_("kari"), Product, "Ikkedettesystemet")
    found = []
    for _time in range(2):
        with inside("Seljord"):
            found.append([one.id for one in cards(db.session, "Ikkedettesystemet", "nb")])
        reject(as_("per"), Product, row_id)

    assert found == [[row_id], []]


def test_it_is_changed_and_proposed_again_by_who_made_it(as_: As) -> None:
    kari, per, row_id = as_("kari"), as_("per"), propose(as_("kari"), Supplier, "Foreslått AS")
    reject(per, Supplier, row_id)
    before = waiting(per)

    changed = send(kari, fetch(Supplier, row_id), name="Rett navn AS")
    between = reread(fetch(Supplier, row_id), "name", "status", "rejection")
    again = decide(kari, Supplier, row_id, "propose")

    assert (changed.status_code, again.status_code) == (303, 303)
    assert between == ["Rett navn AS", CatalogueStatus.REJECTED, WHY]
    assert reread(fetch(Supplier, row_id), "status", "rejection") == [CatalogueStatus.PROPOSED, None]
    assert (waiting(per), told_on_start(kari)) == (before + 1, False)


def test_what_was_rejected_may_be_approved_after_all(as_: As) -> None:
    per, row_id = as_("per"), propose(as_("kari"), Supplier, "Foreslått AS")
    reject(per, Supplier, row_id)

    answer = decide(per, Supplier, row_id, "approve")

    assert (answer.status_code, reread(fetch(Supplier, row_id), "status", "rejection")) == (
        303, [CatalogueStatus.APPROVED, None],
    )  # fmt: skip


# -- what was there ----------------------------------------------------------------------------------------------------


def test_a_proposal_with_the_name_of_what_is_approved_goes_into_it_by_one_press(as_on: As, engine_app: Any) -> None:
    kari, per, there = as_on("kari"), as_on("per"), first(Law)
    row_id = propose(kari, Law, there.name)
    activity = first(ProcessingActivity)
    with inside("Tinn"):
        db.session.get(ProcessingActivity, activity.id).laws = [LegalReference(law=db.session.get(Law, row_id))]
        db.session.commit()

    page = html.unescape(per.get("/proposals/").text)
    way = f"/proposals/law/{row_id}/use/{there.id}/"
    values = {"version": str(fetch(Law, row_id).version), "back": "/proposals/"}
    refused = kari.post(way, data=values).status_code
    answer = per.post(way, data=values)

    assert ("Finnes fra før:" in page, f'action="{way}"' in page) == (True, True)
    assert (refused, answer.status_code, answer.location, fetch(Law, row_id)) == (403, 303, "/proposals/", None)
    assert reread(there, "status") == [CatalogueStatus.APPROVED]
    with inside("Tinn"):
        assert [one.law_id for one in db.session.get(ProcessingActivity, activity.id).laws] == [there.id]


def test_a_proposal_that_somebody_changed_meanwhile_goes_nowhere(as_: As) -> None:
    there, row_id = first(Law), propose(as_("kari"), Law, first(Law).name)
    version = str(fetch(Law, row_id).version)
    send(as_("kari"), fetch(Law, row_id), name="Noe annet")

    as_("per").post(f"/proposals/law/{row_id}/use/{there.id}/", data={"version": version})

    assert fetch(Law, row_id).name == "Noe annet"


def test_a_proposal_is_merged_from_the_queue_into_what_stays(as_: As) -> None:
    there, row_id = first(Law), propose(as_("kari"), Law, first(Law).name)

    page = html.unescape(as_("per").get(address(Law, "merge/", id=row_id)).text)

    assert f"id={there.id}&other={row_id}" in page


# -- attacks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kari", "lars", "tone", "berit", "ola", "siri", "sol", "frida"])
@pytest.mark.parametrize("step", ["approve", "reject", "propose"])
def test_only_the_project_decides_not_even_who_proposed(name: str, step: str, as_on: As, engine_app: Any) -> None:
    row_id = propose(as_on("kari"), Supplier, "Foreslått AS")

    may_ask = (name, step) == ("kari", "propose")  # and is told that it is proposed already
    answer = decide(as_on(name), Supplier, row_id, step, reason=WHY)
    with inside():
        stands = [db.session.get(Supplier, row_id).status, db.session.get(Supplier, row_id).rejection]

    assert (answer.status_code, stands) == (303 if may_ask else 403, [CatalogueStatus.PROPOSED, None])


@pytest.mark.parametrize("name", ["lars", "berit", "ola"])
def test_what_is_rejected_is_proposed_again_by_nobody_else(name: str, as_: As) -> None:
    row_id = propose(as_("kari"), Supplier, "Foreslått AS")
    reject(as_("per"), Supplier, row_id)

    answer = decide(as_(name), Supplier, row_id, "propose")

    assert (answer.status_code, reread(fetch(Supplier, row_id), "status")) == (403, [CatalogueStatus.REJECTED])


def test_another_municipality_is_not_told_who_proposed_or_that_it_was_rejected(as_: As) -> None:
    row_id = propose(as_("kari"), Supplier, "Foreslått AS")
    reject(as_("per"), Supplier, row_id)
    berit = as_("berit")

    pages = [berit.get("/").text, berit.get("/proposals/").text, page_of(berit, Supplier, row_id)]

    assert ["Foreslått av Tinn" in one for one in pages] == [False, False, False]
    assert ["Foreslått AS" in one for one in pages] == [False, False, True]
    assert ["Foreslå på nytt" in one for one in pages] == [False, False, False]


@pytest.mark.parametrize(
    ("where", "status"),
    [("/proposals/application/1/", 404), ("/proposals/supplier/999999/", 404), ("/proposals/nothing/1/", 404)],
)
def test_what_is_no_proposal_is_not_decided(where: str, status: int, as_: As) -> None:
    assert as_("per").post(where, data={"step": "reject", "reason": WHY}).status_code == status


def test_a_step_nobody_knows_is_refused(as_: As) -> None:
    row_id = propose(as_("kari"), Supplier, "Foreslått AS")

    assert decide(as_("per"), Supplier, row_id, "burn").status_code == 400


@pytest.mark.parametrize(("name", "status"), [("ola", 403), ("siri", 403), ("sol", 403), ("frida", 403), ("kari", 200)])
def test_who_proposes_nothing_has_no_page_of_proposals(name: str, status: int, as_: As) -> None:
    assert as_(name).get("/proposals/").status_code == status


def test_the_queue_costs_the_same_for_one_proposal_and_for_fifty(as_: As, statements: list[str]) -> None:
    per, costs = as_("per"), []
    for number in (1, 50):
        made(Law, *[{"name": f"Lov {number}-{one}", "status": CatalogueStatus.PROPOSED} for one in range(number)])
        per.get("/proposals/")
        statements.clear()
        per.get("/proposals/")
        costs.append(len(statements))

    assert costs[0] == costs[1]


def test_which_municipality_proposed_is_kept_through_a_deletion(as_: As) -> None:
    kari, row_id = as_("kari"), propose(as_("kari"), Supplier, "Foreslått AS")
    before = reread(fetch(Supplier, row_id), "proposed_in", "proposed_by")
    delete_row(kari, Supplier, row_id)

    kari.post(address(Supplier, "restore/"), data={"id": str(row_id)})

    assert reread(fetch(Supplier, row_id), "proposed_in", "proposed_by") == before
    assert before == [municipality("Tinn"), user("kari").id]
