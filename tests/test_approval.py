"""A processing activity is approved when it says what it must."""

from __future__ import annotations

from sqlalchemy import select

from models.database import db
from models.declare.choices import Disposal, RecordStatus
from models.registers.processing import (
    ProcessingActivity,
)
from tests.conftest import inside
from tests.test_forms import first, reread, send
from tests.test_registers import As, errors, form_of

APPROVING = {"status": "approved", "approved_by": "Ågot Leiar", "approved_on": "2026-02-01", "review_due": "2027-02-01"}


def test_what_lacks_what_it_must_say_is_not_approved(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)

    answers = [send(browser, row, status="approved"), send(browser, row, **APPROVING)]

    said = "Fyll ut dette før behandlingen godkjennes"
    hindered = [[one.partition(": ")[0] for one in errors(answer.text) if said in one] for answer in answers]
    assert hindered == [
        ["Slettefrister", "Sikkerhetstiltak", "Godkjent av", "Godkjent dato", "Neste revisjon"],
        ["Slettefrister", "Sikkerhetstiltak"],
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert "Ågot Leiar" in answers[1].text
    assert reread(row, "status") == ["draft"]


def test_what_says_it_all_is_approved_and_may_be_changed_after(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    with inside("Tinn"):
        fresh = db.session.get(ProcessingActivity, row.id)
        fresh.retention[0].disposal, fresh.measures_reason = Disposal.ERASE, "Står i driftsavtalen."
        db.session.commit()

    approved = send(browser, row, **APPROVING)
    emptied = send(browser, row, "article6", purpose="")
    changed = send(browser, row, name="Nytt navn")

    assert [answer.status_code for answer in (approved, emptied, changed)] == [303, 422, 303], errors(approved.text)
    assert {one.partition(":")[0] for one in errors(emptied.text)} == {"Formål", "Behandlingsgrunnlag, artikkel 6"}
    assert reread(row, "status", "purpose", "name") == ["approved", "Åpen føremål", "Nytt navn"]


def test_what_was_approved_with_gaps_may_keep_them(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    with inside("Tinn"):
        db.session.get(ProcessingActivity, row.id).status = RecordStatus.APPROVED
        db.session.commit()

    answer = send(browser, row, name="Nytt navn")

    assert (answer.status_code, reread(row, "name")) == (303, ["Nytt navn"])


def test_what_is_new_is_not_approved_half_written(as_: As) -> None:
    browser = as_("kari")
    form = form_of(browser.get("/processing-activity/new/").text)

    answer = browser.post("/processing-activity/new/", data=form.values | {"name": ["Ny"]} | APPROVING)

    with inside("Tinn"):
        saved = db.session.scalars(select(ProcessingActivity.name)).all()
    assert (answer.status_code, "Ny" in saved) == (422, False)
