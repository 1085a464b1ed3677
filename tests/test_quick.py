"""A field of a row changed where it stands in the list: by the input, the rules and the history of the form."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import Lifecycle, RecordStatus
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy.people import Membership, MunicipalRole, ProjectRole
from tests.conftest import inside, user
from tests.support.bulk import person, some
from tests.support.quick import ask, cells, send_cell, sentence, typed_in, wrong
from tests.test_forms import first, reread
from tests.test_history import changes
from tests.test_registers import As, address, every_register, keeper
from tests.test_statements import add, people
from views.register.quick import ROOMY, short

pytestmark = pytest.mark.usefixtures("unhindered")

QUICK = re.compile(r'<th scope="col"[^>]* data-quick="([^"]+)"')


def marked(browser: Any, register: type[Any], **query: Any) -> tuple[set[str], int]:
    """The columns of a list that are changed where they stand, and how many of its rows are."""
    page = browser.get(address(register, **query)).text
    return set(QUICK.findall(page)), len(re.findall(r'<tr id="r\d+" data-quick>', page))


# -- what is opened, and what comes of it ------------------------------------------------------------------------------


def test_a_choice_is_opened_as_the_form_asks_it_and_saved_as_any_change(as_on: As, engine_app: Any) -> None:
    kari, row = as_on("kari"), first(Application)

    opened = ask(kari, row, "status")
    answer = send_cell(kari, row, "status", opened, status="retired")

    assert (opened.status_code, typed_in(opened)) == (200, {"version": ["1"], "status": ["in_use"]})
    assert 'aria-label="Endre Status for Åpen skoleprogram"' in opened.json["html"]
    assert (answer.status_code, answer.json["told"]) == (200, "Lagret. Status for Åpen skoleprogram: Avviklet")
    assert reread(row, "status", "version") == [Lifecycle.RETIRED, 2]
    newest = changes(row)[0]
    assert (newest.actor_name, newest.action, [one["field"] for one in newest.fields]) == (
        "Kari Test", "changed", ["status"],
    )  # fmt: skip


WRITTEN = {
    "status": ("planned", Lifecycle.PLANNED), "in_use_from": ("1.2.2024", date(2024, 2, 1)),
    "licence_ore": ("1 234,50", 123_450), "user_count": ("42", 42), "url": ("https://x.example/", "https://x.example/"),
}  # fmt: skip


@pytest.mark.parametrize("key", [key for key in WRITTEN if any(one.key == key for one in short(Application))])
def test_each_kind_of_value_is_read_as_in_the_form(key: str, as_: As) -> None:
    row, (written, meant) = first(Application), WRITTEN[key]

    answer = send_cell(as_("kari"), row, key, **{key: written})

    assert (answer.status_code, reread(row, key)) == (200, [meant])


def test_a_reference_is_chosen_or_emptied(as_: As) -> None:
    kari, row = as_("kari"), first(Application)

    chosen = send_cell(kari, row, "owner", owner=person())
    after = reread(row, "owner_id")
    emptied = send_cell(kari, row, "owner", owner="")

    assert (chosen.status_code, after) == (200, [person()])
    assert (emptied.status_code, reread(row, "owner_id"), emptied.json["told"][-3:]) == (200, [None], ": –")


def test_a_reference_among_hundreds_is_found_by_its_name(as_: As) -> None:
    kari, row = as_("kari"), first(Agreement)
    with inside("Tinn"):
        db.session.add_all([Supplier(name=f"Leverandør {one:03}") for one in range(210)])
        db.session.commit()

    found = send_cell(kari, row, "supplier", supplier="leverandør 004", **{"supplier-id": ""})
    unknown = send_cell(kari, row, "supplier", supplier="finst ikkje", **{"supplier-id": ""})

    assert (found.status_code, reread(row, "supplier")[0].name) == (200, "Leverandør 004")
    assert (unknown.status_code, typed_in(unknown)["supplier"]) == (422, ["finst ikkje"])
    assert wrong(unknown)[0].startswith("Fant ingen «finst ikkje».")


def test_yes_or_no_is_ticked_and_unticked(as_: As) -> None:
    register, known = next(
        (one, known) for one in models.REGISTERS for known in short(one) if known.shape == "yes or no"
    )
    browser, row = keeper(register, as_), _last(register)
    answers = []

    for said in ({known.key: "y"}, {}, {known.key: "y"}):
        version = typed_in(ask(browser, row, known.key))["version"]
        query = {"id": row.id, "field": known.key}
        answer = browser.post(address(register, "quick/"), query_string=query, data={"version": version, **said})
        answers.append((answer.status_code, reread(row, known.key)))

    assert answers == [(200, [True]), (200, [False]), (200, [True])]


def test_the_row_is_drawn_as_the_list_draws_it_it_is_changed_in(as_: As) -> None:
    kari, row, list_ = as_("kari"), first(Application), "/application/?columns=status,filled,owner&search=skole"
    before = re.search(r"<tr id=.*?</tr>", kari.get(list_).text, re.DOTALL)

    same = send_cell(kari, row, "status", back=list_, status="in_use")
    answer = send_cell(kari, row, "owner", back=list_, owner="")

    assert before is not None
    assert same.json["row"] == before[0]
    assert cells(answer)[:2] == ["Åpen skoleprogram", "I bruk"]
    assert "Systemeier" in cells(answer)[2]
    assert cells(answer)[3] == ""
    assert "Systemeier" not in cells(same)[2]


def test_what_is_as_it_was_is_no_change(as_: As) -> None:
    row = first(Application)
    before = len(changes(row))

    answer = send_cell(as_("kari"), row, "status", status="in_use")

    assert (answer.status_code, reread(row, "version"), len(changes(row))) == (200, [1], before)


def test_a_change_in_the_list_is_taken_back_as_any_other(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    send_cell(kari, row, "status", status="retired")

    undone = kari.post(f"/changes/undo/event/{changes(row)[0].request_id}/", data={})

    assert (undone.status_code, reread(row, "status")) == (303, [Lifecycle.IN_USE])


# -- what stands in the way --------------------------------------------------------------------------------------------


def test_what_cannot_be_is_told_beside_what_was_written_and_nothing_is_saved(as_: As) -> None:
    kari, row = as_("kari"), first(Agreement)

    answers = [
        send_cell(kari, row, key, **{key: written})
        for key, written in (("value_ore", "mye"), ("starts", "32.1.2020"), ("status", ""), ("status", "no_such"))
    ]

    assert [(one.status_code, len(wrong(one))) for one in answers] == [(422, 1)] * 4
    assert typed_in(answers[0])["value_ore"] == ["mye"]
    assert [one.json["told"] for one in answers] == [wrong(one)[0] for one in answers]
    assert reread(row, "version") == [1]


def test_a_date_is_held_against_those_of_the_row_on_either_side(as_: As) -> None:
    kari, row = as_("kari"), first(Agreement)
    with inside("Tinn"):
        db.session.get(Agreement, row.id).ends = date(2025, 1, 1)
        db.session.commit()

    too_early = send_cell(kari, row, "ends", ends="2019-01-01")
    too_late = send_cell(kari, row, "starts", starts="2026-01-01")

    assert (too_early.status_code, too_late.status_code) == (422, 422)
    assert (wrong(too_early), wrong(too_late)) == (
        ["Datoen må komme etter «Gjelder fra»."], ["Datoen må komme etter den den bygger på."],
    )  # fmt: skip
    assert reread(row, "starts", "ends") == [date(2020, 1, 1), date(2025, 1, 1)]


def test_a_circle_is_refused(as_: As) -> None:
    kari, row = as_("kari"), first(OrganisationalUnit)

    answer = send_cell(kari, row, "parent_unit", parent_unit=row.id)

    assert (answer.status_code, len(wrong(answer)), reread(row, "parent_unit_id")) == (422, 1, [None])


def test_what_is_approved_gets_no_new_gaps(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    with inside("Tinn"):
        db.session.get(ProcessingActivity, row.id).status = RecordStatus.APPROVED
        db.session.commit()

    emptied = send_cell(kari, row, "responsible", responsible="")
    changed = send_cell(kari, row, "review_due", review_due="2030-01-01")

    assert (emptied.status_code, wrong(emptied)) == (422, ["Den er godkjent, og ville mangle dette."])
    assert (changed.status_code, reread(row, "review_due")) == (200, [date(2030, 1, 1)])


def test_what_is_there_from_before_is_told_in_words(as_: As) -> None:
    per = as_("per")
    with inside():
        db.session.add_all([Supplier(name="Ein", organisation_number="974760673"), Supplier(name="To")])
        db.session.commit()
        row = db.session.scalars(select(Supplier).where(Supplier.name == "To")).one()
        db.session.expunge(row)

    answer = send_cell(per, row, "organisation_number", organisation_number="974760673")

    assert (answer.status_code, wrong(answer)[0].startswith("Dette finnes fra før.")) == (422, True)


def test_a_field_that_does_not_apply_is_not_opened(as_: As) -> None:
    kari = as_("kari")
    known = next(one for one in short(ProcessingActivity) if one.applies is not None and not one.writers)
    row = next(one for one in _all(ProcessingActivity) if not known.applies_to(one) and not getattr(one, known.key))

    answer = ask(kari, row, known.key)

    assert (answer.status_code, sentence(answer).startswith("Feltet gjelder ikke for denne raden")) == (400, True)


# -- two at once -------------------------------------------------------------------------------------------------------


def test_the_second_to_save_is_told_who_was_first_and_what_stands_and_chooses(as_: As) -> None:
    kari, lars, row = as_("kari"), as_("lars"), first(Application)
    opened = ask(lars, row, "status")
    send_cell(kari, row, "status", status="retired")

    late = send_cell(lars, row, "status", opened, status="planned")
    stood = reread(row, "status")
    chosen = send_cell(lars, row, "status", late)

    assert (late.status_code, stood, typed_in(late)) == (
        409,
        [Lifecycle.RETIRED],
        {"version": ["2"], "status": ["planned"]},
    )
    assert re.fullmatch(
        r"Kari Test lagret endringer \d\d\.\d\d\.\d{4} kl\. \d\d\.\d\d, mens du skrev\. Nå står det «Avviklet»\.",
        late.json["told"],
    )
    assert "Avviklet" in cells(late)
    assert ("Bruk min" in late.json["html"], "Behold deres" in late.json["html"]) == (True, True)
    assert (chosen.status_code, reread(row, "status", "version")) == (200, [Lifecycle.PLANNED, 3])


def test_what_cannot_be_is_still_late_when_it_is_put_right(as_: As) -> None:
    kari, lars, row = as_("kari"), as_("lars"), first(Agreement)
    opened = ask(lars, row, "value_ore")
    send_cell(kari, row, "value_ore", value_ore="5")

    wrong_first = send_cell(lars, row, "value_ore", opened, value_ore="mye")
    late = send_cell(lars, row, "value_ore", wrong_first, value_ore="7")

    assert (wrong_first.status_code, late.status_code, reread(row, "value_ore")) == (422, 409, [500])


# -- which cells -------------------------------------------------------------------------------------------------------


@every_register
def test_the_list_of_a_register_marks_the_short_fields_of_the_form_for_who_may_change_them(
    register: type[Any], as_: As
) -> None:
    people()
    add(register, range(59, 60))

    columns, rows = marked(keeper(register, as_), register)

    asks_why = register.__register__.asks_why  # which no cell has room for
    wanted = {known.key for known in fields_of(register) if known.listed and known in short(register) and not asks_why}
    assert columns == wanted
    assert (rows > 0) is (bool(short(register)) and not asks_why)


def test_a_reader_is_shown_nothing_to_open(as_: As) -> None:
    assert marked(as_("ola"), Application) == (set(), 0)
    assert "data-quick" not in as_("ola").get("/application/").text


def test_what_has_no_room_in_a_cell_and_what_names_the_row_is_left_to_the_form() -> None:
    for register in models.REGISTERS:
        found = short(register)
        assert not [one for one in found if one.shape in ROOMY or one.key == register.__register__.title]
        assert all(one.in_form for one in found)


def test_a_register_that_asks_why_is_left_to_its_form(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kari, row = as_("kari"), first(Application)
    monkeypatch.setattr(Application, "__register__", replace(Application.__register__, asks_why=True))

    assert marked(kari, Application) == (set(), 0)
    assert ask(kari, row, "status").status_code == 403


def test_in_a_list_over_several_municipalities_each_row_goes_by_its_owner(as_: As) -> None:
    with inside("Seljord"):
        db.session.add(Membership(user=user("siri"), role=MunicipalRole.EDITOR))
        db.session.commit()
    browser, mine, other = as_("siri"), first(Application, "Seljord"), first(Application)
    browser.post("/municipality/", data={"municipality": ""})

    columns, rows = marked(browser, Application)
    answers = [send_cell(browser, mine, "status", status="retired"), ask(browser, other, "status")]

    assert ("status" in columns, rows) == (True, 1)
    assert [one.status_code for one in answers] == [200, 403]
    assert cells(answers[0])[:2] == ["Hemmeleg skoleprogram", "Seljord"]


# -- what it costs -----------------------------------------------------------------------------------------------------


def test_opening_and_saving_cost_the_same_whatever_the_list_is(as_: As, statements: list[str]) -> None:
    kari, row, found = as_("kari"), first(Application), []
    for number in (1, 50):
        some(number)
        for _ in range(2):
            statements.clear()
            opened = ask(kari, row, "owner", back="/application/")
            cost = len(statements)
            statements.clear()
            send_cell(kari, row, "owner", opened, back="/application/", owner=person() if _ else "")
        found.append((cost, len(statements)))

    assert found[0] == found[1]
    assert found[0] <= (5, 16)


def _last(register: type[Any]) -> Any:
    if register in {Membership, ProjectRole}:
        people()
    add(register, range(59, 60))
    with inside("Tinn"):
        row = db.session.scalars(select(register).order_by(register.id.desc())).first()
        db.session.expunge(row)
        return row


def _all(register: type[Any]) -> list[Any]:
    with inside("Tinn"):
        return list(db.session.scalars(select(register)))
