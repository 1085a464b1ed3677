"""What a single field refuses or mends, through the form."""

from __future__ import annotations

from typing import Any

import pytest

from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from tests.test_bad_input import numbers
from tests.test_forms import first, reread, send
from tests.test_registers import As, errors


@pytest.mark.parametrize(
    ("register", "first_key", "key"),
    [(Application, "in_use_from", "retires"), (ProcessingActivity, "valid_from", "valid_to")],
)
def test_a_period_that_ends_before_it_begins_is_refused_at_its_field(
    register: type[Any], first_key: str, key: str, as_: As
) -> None:
    row = first(register)

    answer = send(as_("kari"), row, **{first_key: "2026-03-01", key: "2026-02-01"})

    assert (answer.status_code, len(errors(answer.text))) == (422, 1)
    assert "Datoen må komme etter" in errors(answer.text)[0]


@pytest.mark.parametrize("months", ["1201", "-1"])
def test_a_number_of_months_that_cannot_be_is_refused(months: str, as_: As) -> None:
    answer = send(as_("kari"), first(ProcessingActivity), **{"retention-0-months": months})

    assert (answer.status_code, "mellom 0 og 1200" in answer.text) == (422, True)


@pytest.mark.parametrize("shape", ["{0}/{1}", "{0} - {1}", "{0}–{1}", "{0}.{1}"])
def test_a_national_identity_number_is_known_however_it_is_written(shape: str, as_: As) -> None:
    number = numbers()["person"]

    answer = send(as_("kari"), first(Application), notes=shape.format(number[:6], number[6:]))

    assert (answer.status_code, "fødselsnummer" in answer.text) == (422, True)


def test_signs_that_nobody_sees_are_left_out_of_a_name(as_: As) -> None:
    row = first(Application)

    send(as_("kari"), row, name="Elev\u202eark\0iv\r\n  to")

    assert reread(row, "name") == ["Elevarkiv to"]
