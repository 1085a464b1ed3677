"""Who may merge two rows, and what stands in the way: a sentence, and nothing by half. And what it costs."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import CatalogueStatus, RecordStatus
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, municipality, user
from tests.support.attack import browser as stranger
from tests.support.attack import loot
from tests.support.merging import fetched, made, merge, message, side_by_side, two, undo, versions
from tests.test_forms import first
from tests.test_history import changes
from tests.test_registers import As, address

UNKNOWN = 987654


# -- who may, and what stands in the way -------------------------------------------------------------------------------


def post(browser: Any, register: type[Any], kept: Any, gone: Any, **said: Any) -> Any:
    return browser.post(
        address(register, "merge/"), data={"id": kept, "other": gone, "version": "1", "other_version": "1"} | said
    )


@pytest.mark.parametrize("name", ["ola", "tone", "siri", "per"])
def test_who_may_not_change_the_rows_may_not_merge_them_and_is_not_offered_it(
    name: str, as_on: As, engine_app: Any
) -> None:
    browser, ids = as_on(name), two()

    answers = [
        browser.get(address(Application, "merge/", id=ids[0])).status_code,
        browser.get(address(Application, "merge/", id=ids[0], other=ids[1])).status_code,
        post(browser, Application, *ids).status_code,
    ]

    assert answers == [403] * 3
    assert "/application/merge/" not in browser.get(address(Application, "details/", id=ids[0])).text
    assert "/application/merge/" not in browser.get(address(Application)).text
    assert versions(Application, *ids) == [1, 1]


def test_every_page_of_a_merge_leads_back_to_the_place_in_the_list(as_: As) -> None:
    kari, (kept, gone) = as_("kari"), two()
    back = "/application/?status=in_use&sort=-name"
    place = quote(back, safe="")
    pages = [
        kari.get(address(Application, "details/", id=kept, back=place)),
        kari.get(address(Application, "merge/", id=kept, back=place)),
        kari.get(address(Application, "merge/", id=kept, other=gone, back=place)),
        kari.get(address(Application, "merge/", id=kept, other=kept, back=place)),
    ]

    onward = [re.findall(r'href="(/application/merge/[^"]*)"', page.text) for page in pages]
    sent = [page.text.count(f'name="back" value="{html.escape(back)}"') for page in pages[1:]]
    merged = kari.post(address(Application, "merge/"), data=side_by_side(pages[2]))

    assert all(onward[:3])
    assert {parse_qs(urlsplit(html.unescape(one)).query)["back"][0] for found in onward for one in found} == {back}
    assert sent == [1, 1, 1]
    assert parse_qs(urlsplit(merged.location).query)["back"] == [back]


def test_shared_rows_are_merged_by_the_project_alone_proposals_of_ones_own_too(as_: As) -> None:
    kari = as_("kari")
    own = {"status": CatalogueStatus.PROPOSED, "proposed_by": user("kari").id}
    ids = made(Supplier, {"name": "Ene"} | own, {"name": "Andre"} | own)

    assert post(kari, Supplier, *ids).status_code == 403
    assert "merge" not in kari.get(address(Supplier, "details/", id=ids[0])).text


def test_rows_of_another_municipality_are_answered_as_rows_that_never_were(engine_app: Any) -> None:
    kari, (ours, _) = stranger(engine_app, "kari"), two()
    theirs = first(Application, "Seljord").id

    answers = [
        [
            kari.get(address(Application, "merge/", id=one)),
            kari.get(address(Application, "merge/", id=ours, other=one)),
            kari.get(address(Application, "merge/", id=one, other=ours)),
            post(kari, Application, ours, one),
            post(kari, Application, one, ours),
        ]
        for one in (theirs, UNKNOWN)
    ]
    listed = kari.get(address(Application, "merge/", id=ours, q="skoleprogram"))

    assert [[one.status_code for one in some] for some in answers] == [[404] * 5] * 2
    assert [loot(one) for some in answers for one in some] + [loot(listed)] == [[]] * 11
    assert versions(Application, ours, theirs) == [1, 1]


@pytest.mark.parametrize("given", [None, "", "x", "-1", "1e9", "99999999999999999999", "1 or 1=1", "\0"])
def test_what_is_no_number_is_not_found(given: str, as_: As) -> None:
    kari, ids = as_("kari"), two()

    answers = [post(kari, Application, given, ids[0]), post(kari, Application, ids[0], given or "x")]
    if given is not None:
        answers.append(kari.get("/application/merge/", query_string={"row": [given, given]}))
    answers.append(kari.get("/application/merge/", query_string={} if given is None else {"id": given}))

    assert {one.status_code for one in answers} == {404}


def test_rows_of_two_municipalities_are_not_made_one(as_: As) -> None:
    with inside():
        person = db.session.scalars(select(User).where(User.id == user("kari").id)).one()
        db.session.add(Membership(user=person, role=MunicipalRole("editor"), municipality_id=municipality("Seljord")))
        db.session.commit()
    kari = as_("kari")
    ids = [first(Application).id, first(Application, "Seljord").id]
    kari.post("/municipality/", data={"municipality": ""})

    answer = post(kari, Application, *ids)

    assert (answer.status_code, "Bare rader i samme kommune" in message(answer)) == (409, True)
    assert "Hemmeleg skoleprogram</a>" not in kari.get(address(Application, "merge/", id=ids[0], q="skoleprogram")).text
    assert versions(Application, *ids) == [1, 1]


def test_a_row_is_not_merged_with_itself(as_: As) -> None:
    kari, ids = as_("kari"), two()

    answers = [
        kari.get(address(Application, "merge/", id=ids[0], other=ids[0])),
        post(kari, Application, ids[0], ids[0]),
    ]

    assert [(one.status_code, "samme rad to ganger" in message(one)) for one in answers] == [(409, True)] * 2
    assert versions(Application, *ids) == [1, 1]


def test_what_is_gone_is_not_merged_and_what_was_merged_leads_on(as_: As) -> None:
    kari = as_("kari")
    ids = made(Application, *[{"name": f"Nr {one}"} for one in range(3)])
    merge(kari, Application, ids[0], ids[1])

    again = post(kari, Application, ids[2], ids[1])

    assert (again.status_code, again.location) == (303, address(Application, "details/", id=ids[0]))
    assert versions(Application, *ids) == [2, None, 1]


def test_an_approved_row_does_not_go_into_a_draft(as_: As) -> None:
    kari = as_("kari")
    kept, gone = made(ProcessingActivity, {"name": "Utkast"}, {"name": "Godkjent", "status": RecordStatus.APPROVED})

    answer = post(kari, ProcessingActivity, kept, gone)
    turned = kari.get(address(ProcessingActivity, "merge/", id=gone, other=kept))

    assert (answer.status_code, "«Godkjent» er godkjent" in message(answer)) == (409, True)
    assert f"/processing-activity/merge/?id={gone}&amp;other={kept}" in answer.text
    assert (turned.status_code, versions(ProcessingActivity, kept, gone)) == (200, [1, 1])


def test_an_approved_row_gets_no_new_gaps(as_: As) -> None:
    kari = as_("kari")
    kept, gone = made(
        ProcessingActivity,
        {"name": "Godkjent", "status": RecordStatus.APPROVED, "purpose": "Formål"},
        {"name": "Utkast"},
    )

    answer = merge(kari, ProcessingActivity, kept, gone, **{"pick-purpose": "gone", "pick-status": "kept"})

    assert (answer.status_code, "ville mangle dette" in message(answer)) == (422, True)
    assert versions(ProcessingActivity, kept, gone) == [1, 1]


def test_nothing_comes_to_stand_under_itself(as_on: As, engine_app: Any) -> None:
    kari = as_on("kari")
    top, middle, low = made(OrganisationalUnit, *[{"name": one} for one in ("Øverst", "Midt", "Nederst")])
    with inside("Tinn"):
        db.session.get(OrganisationalUnit, middle).parent_unit_id = top
        db.session.get(OrganisationalUnit, low).parent_unit_id = middle
        db.session.commit()
    before = versions(OrganisationalUnit, top, middle, low)

    answer = merge(kari, OrganisationalUnit, low, top)

    assert (answer.status_code, "kan ikke vise til seg selv" in message(answer)) == (422, True)
    assert versions(OrganisationalUnit, top, middle, low) == before


def test_who_is_second_is_told_and_keeps_what_was_picked(as_on: As, engine_app: Any) -> None:
    kari, ids = as_on("kari"), two()
    page = kari.get(address(Application, "merge/", id=ids[0], other=ids[1]))
    with inside("Tinn"):
        db.session.get(Application, ids[1]).notes = "Skrevet imens"
        db.session.commit()

    answer = kari.post(address(Application, "merge/"), data=side_by_side(page) | {"pick-name": "gone"})

    assert (answer.status_code, "siden du så på dem" in message(answer)) == (409, True)
    assert side_by_side(answer)["pick-name"] == ["gone"]
    assert versions(Application, *ids) == [1, 2]
    assert kari.post(address(Application, "merge/"), data=side_by_side(answer)).status_code == 303


def test_a_pick_that_is_none_is_passed_by(as_: As) -> None:
    ids = made(Application, {"name": "Ene"}, {"name": "Andre"})

    done = post(
        as_("kari"), Application, *ids, **{"pick-name": "both", "pick-number": "gone", "pick-municipality_id": "gone"}
    )

    assert (done.status_code, fetched(Application, ids[0]).name) == (303, "Ene")


def test_a_register_that_asks_why_gets_an_answer_or_nothing(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kari, ids = as_("kari"), two()
    monkeypatch.setattr(Application, "__register__", replace(Application.__register__, asks_why=True))

    without = merge(kari, Application, *ids)
    with_one = merge(kari, Application, *ids, reason="Registrert to ganger")

    assert (without.status_code, "Skriv hvorfor" in message(without), with_one.status_code) == (422, True, 303)
    assert changes(fetched(Application, ids[0]))[0].reason == "Registrert to ganger"


def test_a_switch_of_language_merges_nothing_and_keeps_what_was_picked(as_: As) -> None:
    kari, ids = as_("kari"), two()
    page = kari.get(address(Application, "merge/", id=ids[0], other=ids[1]))

    answer = kari.post(
        address(Application, "merge/"), data=side_by_side(page) | {"pick-name": "gone", "switch_language": "en"}
    )

    assert (answer.status_code, side_by_side(answer)["pick-name"], 'lang="en"' in answer.text) == (200, ["gone"], True)
    assert versions(Application, *ids) == [1, 1]


def test_two_ticked_rows_are_merged_and_any_other_number_is_a_question(as_: As) -> None:
    kari, ids = as_("kari"), two()
    listed = kari.get(address(Application)).text

    ticked = kari.get(f"/application/merge/?row={ids[1]}&row={ids[0]}&back=/application/")
    one = kari.get(f"/application/merge/?row={ids[0]}&back=/application/", follow_redirects=True)

    assert 'formaction="/application/merge/"' in listed
    assert ticked.location == f"/application/merge/?id={ids[0]}&other={ids[1]}&back=/application/"
    assert "Kryss av for to rader" in one.text


def test_namesakes_are_offered_first_and_others_are_searched_for(as_: As) -> None:
    kari = as_("kari")
    ids = made(
        Application,
        {"name": "Visma Barnehage"},
        {"name": "Barnehage Nord"},
        {"name": "Visma Barnehage"},
        {"name": "Annet"},
    )

    page = kari.get(address(Application, "merge/", id=ids[0])).text
    found = kari.get(address(Application, "merge/", id=ids[0], q="annet")).text

    assert page.index(f"other={ids[2]}") < page.index(f"other={ids[1]}")
    assert (f"other={ids[3]}" in page, f"other={ids[3]}" in found) == (False, True)


def test_a_merge_by_the_project_is_not_taken_back_by_a_municipality(as_on: As, engine_app: Any) -> None:
    own = {"status": CatalogueStatus.PROPOSED, "proposed_by": user("kari").id}
    kept, gone = made(Supplier, {"name": "Ene"} | own, {"name": "Andre"} | own)
    with inside("Tinn"):
        db.session.scalars(select(Agreement)).first().supplier_id = gone
        db.session.commit()
    merge(as_on("per"), Supplier, kept, gone)

    answer = undo(as_on("kari"), fetched(Supplier, kept))

    assert (answer.status_code, first(Agreement).supplier_id) == (409, kept)


# -- what it costs -----------------------------------------------------------------------------------------------------


def test_fifty_rows_that_point_there_are_moved_in_as_many_statements_as_ten(as_: As, statements: list[str]) -> None:
    kari, counts = as_("kari"), []
    for number in (10, 50):
        kept, gone = two(OrganisationalUnit)
        with inside("Tinn"), db.session.no_autoflush:
            unit = db.session.get(OrganisationalUnit, gone)
            for one in range(number):
                row = Application(name=f"Sak {number} {one}", unit=unit)
                row.used_by = [unit]
                db.session.add(row)
            db.session.commit()
        page = kari.get(address(OrganisationalUnit, "merge/", id=kept, other=gone))
        for act in (
            lambda: kari.post(address(OrganisationalUnit, "merge/"), data=side_by_side(page)),  # noqa: B023 - run at once
            lambda: undo(kari, fetched(OrganisationalUnit, kept)),  # noqa: B023
        ):
            statements.clear()
            assert act().status_code == 303
            counts.append(len(statements))

    assert counts[:2] == counts[2:]
