"""Why something is sent back: what is refused stands there to be mended, and nothing of it is lost."""

from __future__ import annotations

from typing import Any

import pytest

from models.declare.choices import RecordStatus
from tests.test_approval import APPROVED, ready, reread, said, take
from tests.test_forms import send
from tests.test_registers import As, form_of


def written(answer: Any) -> Any:
    return form_of(answer.text.replace("record-form-narrow", "record-form")).values


@pytest.mark.parametrize(
    ("reason", "why"), [("x" * 501, "for lang"), ("Gjelder <b>01010012356</b>\nog mer", "fødselsnummer")]
)
def test_an_odd_reason_is_told_and_stands_there_to_be_mended(reason: str, why: str, as_: As) -> None:
    lars, row = as_("lars"), ready(status=RecordStatus.REVIEW)

    refused = take(lars, row, "send_back", reason=reason)
    again = written(refused)
    between = reread(row, "status")
    mended = lars.post(f"/approval/processing_activity/{row.id}/", data=again | {"reason": "Kortere"})

    assert (refused.status_code, why in refused.text, again["reason"]) == (422, True, [reason])
    assert (between, mended.status_code) == ([RecordStatus.REVIEW], 303)
    assert reread(row, "status", "sent_back") == [RecordStatus.REVISE, "Kortere"]


@pytest.mark.parametrize("register", APPROVED)
def test_a_reason_survives_that_somebody_changed_the_row_meanwhile(register: type[Any], as_on: As) -> None:
    kari, lars, row = as_on("kari"), as_on("lars"), ready(register)
    take(kari, row, "send")
    seen = reread(row, "version")[0]
    send(kari, row, name="Endret imens")

    refused = take(lars, row, "send_back", version=seen, reason="Formålet er uklart.")
    again = written(refused)
    answer = lars.post(f"/approval/{register.__tablename__}/{row.id}/", data=again)

    assert (refused.status_code, again["reason"]) == (422, ["Formålet er uklart."])
    assert "kommet til et annet trinn" in refused.text
    assert (answer.status_code, reread(row, "sent_back")) == (303, ["Formålet er uklart."])


def test_without_a_reason_the_page_of_the_row_says_that_one_is_wanted(as_: As) -> None:
    lars, row = as_("lars"), ready(status=RecordStatus.REVIEW)

    answer = take(lars, row, "send_back", reason="  ")

    assert (answer.status_code, "Skriv hvorfor den sendes tilbake" in said(lars, answer)) == (303, True)
