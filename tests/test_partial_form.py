"""Who may change only some fields of a row gets a form of just these, and reads the rest as on its page."""

from __future__ import annotations

import html
import re
from typing import Any

from models.database import db
from models.declare.choices import AssessmentNeed
from models.registers.municipality import Municipality
from models.registers.risk import ImpactAssessment
from tests.conftest import inside, municipality
from tests.test_forms import first, reread, send
from tests.test_registers import As, address

FRAME = {"version", "csrf_token", "opened_in", "made_by", "refresh", "switch_language"}


def needed() -> Any:
    """A DPIA in Tinn that is to be made, with something to read in it."""
    with inside("Tinn"):
        row = db.session.get(ImpactAssessment, first(ImpactAssessment).id)
        row.conclusion, row.reasoning = AssessmentNeed.SHALL, "Mange sårbare."
        db.session.commit()
    return first(ImpactAssessment)


def asked(page: str) -> set[str]:
    """The names of what can be filled in the form."""
    form = page.partition('id="record-form"')[2].partition("</form>")[0]
    return set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', form)) - FRAME


def test_the_data_protection_officer_gets_a_form_of_just_the_advice(as_: As) -> None:
    row = needed()

    page = as_("siri").get(address(ImpactAssessment, "edit/", id=row.id)).text

    rest = html.unescape(page.partition("Resten kan du lese")[2])
    assert asked(page) == {"advice", "advised_on"}
    assert ("Mange sårbare." in rest, "Åpen elevadministrasjon" in rest) == (True, True)


def test_advice_is_saved_and_nothing_else(as_: As) -> None:
    row = needed()

    answer = send(as_("siri"), row, advice="Vurder på nytt.", reasoning="Kapret")

    assert answer.status_code == 303
    assert reread(row, "advice", "reasoning") == ["Vurder på nytt.", "Mange sårbare."]


def test_while_advice_is_not_asked_for_the_form_says_so(as_: As) -> None:
    row = first(ImpactAssessment)

    page = as_("siri").get(address(ImpactAssessment, "edit/", id=row.id)).text

    assert "Ingen av feltene du kan endre, gjelder slik svarene er nå" in page


def test_who_keeps_the_row_has_all_of_it_in_the_form(as_: As) -> None:
    row = needed()

    page = as_("kari").get(address(ImpactAssessment, "edit/", id=row.id)).text

    assert ("Resten kan du lese" in page, {"advice", "reasoning", "name"} <= asked(page)) == (False, True)


def test_a_local_administrator_gets_the_contact_details_first_and_reads_the_rest(as_: As) -> None:
    page = as_("lars").get(address(Municipality, "edit/", id=municipality("Tinn"))).text

    rest = page.partition("Resten kan du lese")[2]
    assert ("email" in asked(page), "organisation_number" in asked(page)) == (True, False)
    assert "Kommunenumre" in rest
