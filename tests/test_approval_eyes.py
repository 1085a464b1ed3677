"""Four eyes: who changed a row after it was sent to be approved approves it no more than who sent it."""

from __future__ import annotations

import html
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.changes import approving
from models.changes.approving import HINDERS, Stake
from models.database import db
from models.declare.choices import RecordStatus
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy.people import Membership, MunicipalRole
from tests.conftest import inside, user
from tests.support.bulk import changed
from tests.support.merging import made, merge
from tests.support.quick import send_cell
from tests.test_approval import APPROVED, buttons, history, leaves, ready, said, take
from tests.test_attachments import link
from tests.test_comments import say
from tests.test_forms import reread, send
from tests.test_history import changes as changes_of
from tests.test_registers import As, address, delete_row
from tests.test_undoing import way_back

REFUSED = HINDERS[Stake.CHANGED]


def by_form(browser: Any, row: Any) -> Any:
    return send(browser, row, purpose="Et annet formål")


def in_a_part(browser: Any, row: Any) -> Any:
    return send(browser, row, **{"retention-0-start": "Fra dag én"})


def by_a_link(browser: Any, row: Any) -> Any:
    return send(browser, row, applications=[])


def in_the_list(browser: Any, row: Any) -> Any:
    (unit,) = made(OrganisationalUnit, {"name": "En annen enhet"})
    return send_cell(browser, row, "unit", unit=str(unit))


def with_others(browser: Any, row: Any) -> Any:
    return changed(browser, type(row), [row.id], purpose="Likt for flere")


def and_back_again(browser: Any, row: Any) -> Any:
    by_form(browser, row)
    return browser.post(way_back(row), data={"back": ""})


def through_the_trash(browser: Any, row: Any) -> Any:
    with inside("Tinn"):
        for one in db.session.scalars(select(RiskAssessment)):
            one.activity = None  # what is in use is not deleted
        for one in db.session.scalars(select(ImpactAssessment)):
            db.session.delete(one)
        db.session.commit()
    assert delete_row(browser, type(row), row.id).status_code == 303
    return browser.post(address(type(row), "restore/"), data={"id": row.id})


def by_merging(browser: Any, row: Any) -> Any:
    (other,) = made(type(row), {"name": "Den samme en gang til"})
    return merge(browser, type(row), row.id, other)


WAYS = [by_form, in_a_part, by_a_link, in_the_list, with_others, and_back_again, through_the_trash, by_merging]


@pytest.mark.parametrize("changes", WAYS)
def test_who_changed_what_was_sent_does_not_approve_it(changes: Any, as_on: As) -> None:
    kari, lars, row = as_on("kari"), as_on("lars"), ready()
    take(kari, row, "send")
    before = len(changes_of(row))
    answer = changes(lars, row)
    offered = buttons(lars, row)

    refused = said(lars, take(lars, row, "approve"))

    assert answer.status_code in {200, 303}
    assert len(changes_of(row)) > before
    assert (offered, refused) == (["send_back"], REFUSED)
    assert reread(row, "status") == [RecordStatus.REVIEW]


def test_what_others_do_meanwhile_hides_not_that_one_changed_it(as_on: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approving, "MOST_CHANGES", 3)
    kari, lars, row = as_on("kari"), as_on("lars"), ready()
    take(kari, row, "send")
    by_form(lars, row)
    for number in range(4):
        send(kari, row, purpose=f"Formål {number}")
    buttons(lars, row)

    refused = said(lars, take(lars, row, "approve"))

    assert (refused, reread(row, "status")) == (REFUSED, [RecordStatus.REVIEW])


def test_that_another_takes_it_through_the_trash_hides_not_that_one_changed_it(as_on: As) -> None:
    kari, lars, row = as_on("kari"), as_on("lars"), ready()
    take(kari, row, "send")
    by_form(lars, row)
    back = through_the_trash(kari, row)
    buttons(lars, row)

    refused = said(lars, take(lars, row, "approve"))

    assert (back.status_code, refused, reread(row, "status")) == (303, REFUSED, [RecordStatus.REVIEW])


@pytest.mark.parametrize("register", APPROVED)
def test_what_one_changed_another_approves(register: type[Any], as_on: As) -> None:
    kari, lars, row = as_on("kari"), as_on("lars"), ready(register)
    take(lars, row, "send")
    key = "purpose" if register is ProcessingActivity else "reasoning"
    send(kari, row, **{key: "Endret av Kari"})

    page = html.unescape(kari.get(address(register, "details/", id=row.id)).text)
    refused = said(kari, take(kari, row, "approve"))

    assert (refused, REFUSED in page) == (REFUSED, True)
    assert reread(row, "status") == [register.__register__.approval.sent]


def test_what_was_changed_is_sent_back_seen_and_sent_again_and_then_approved(as_on: As) -> None:
    kari, lars, row = as_on("kari"), as_on("lars"), ready()
    take(kari, row, "send")
    by_form(lars, row)
    take(lars, row, "send_back", reason="Se på det jeg endret.")
    take(kari, row, "send")

    offered, answer = buttons(lars, row), take(lars, row, "approve")

    assert (offered, answer.status_code) == (["approve", "send_back"], 303)
    assert reread(row, "status") == [RecordStatus.APPROVED]


def test_what_one_changed_before_it_was_sent_one_may_approve(as_: As) -> None:
    kari, lars, row = as_("kari"), as_("lars"), ready()
    by_form(lars, row)
    take(kari, row, "send")

    take(lars, row, "approve")

    assert reread(row, "status") == [RecordStatus.APPROVED]


def test_what_is_said_of_a_row_or_hangs_on_it_changes_it_not(as_: As) -> None:
    kari, lars, row = as_("kari"), as_("lars"), ready()
    take(kari, row, "send")
    say(lars, row)
    link(lars, row)

    take(lars, row, "approve")

    assert reread(row, "status") == [RecordStatus.APPROVED]


def test_who_is_alone_with_the_right_approves_what_they_changed_and_the_history_says_so(as_on: As) -> None:
    kari, lars, row = as_on("kari"), as_on("lars"), ready()
    take(kari, row, "send")
    by_form(lars, row)
    leaves("kari", valid_to=date(2020, 1, 1))
    page = lars.get(address(ProcessingActivity, "details/", id=row.id)).text

    take(lars, row, "approve")

    assert "Du har endret den etter at den ble sendt. Ingen andre i kommunen kan godkjenne" in page
    assert history(row)[0] == (
        "Lars Test", "approved", "Godkjent av en som endret den etter at den ble sendt: ingen andre i kommunen kan.",
    )  # fmt: skip


def test_what_was_sent_by_nobody_knows_whom_is_sent_back_to_be_sent_again(as_: As) -> None:
    kari, row = as_("kari"), ready(status=RecordStatus.REVIEW, sent_by="Noen", sender_id=None)

    offered, refused = buttons(kari, row), said(kari, take(kari, row, "approve"))

    assert (offered, refused) == (["send_back"], HINDERS[Stake.UNKNOWN])


def test_the_page_of_what_waits_asks_the_same_whether_it_was_changed_once_or_often(
    as_: As, statements: list[str]
) -> None:
    kari, lars, row = as_("kari"), as_("lars"), ready()
    take(kari, row, "send")
    lars.get(address(ProcessingActivity, "details/", id=row.id))
    counts = []
    for times in (1, 20):
        for number in range(times):
            send(kari, row, purpose=f"Formål {times}-{number}")
        statements.clear()
        lars.get(address(ProcessingActivity, "details/", id=row.id))
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_who_writes_in_another_municipality_is_not_another_pair_of_eyes(as_on: As) -> None:
    """Also for who sees both together, and so who has which role in both."""
    kari, row = as_on("kari"), ready()
    take(kari, row, "send")
    by_form(as_on("lars"), row)
    leaves("kari", valid_to=date(2020, 1, 1))
    with inside("Seljord"):
        db.session.add_all(
            [
                Membership(user=user(name), role=role)
                for name, role in (("lars", MunicipalRole.LOCAL_ADMIN), ("kari", MunicipalRole.EDITOR))
            ]
        )
        db.session.commit()
    lars = as_on("lars")
    lars.post("/municipality/", data={"municipality": ""})

    take(lars, row, "approve")

    assert reread(row, "status") == [RecordStatus.APPROVED]
