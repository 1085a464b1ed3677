"""What is said to be wrong leads to where it is put right."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.base import field_of, fields_of
from models.queries import rules
from models.queries.quality import asked_first
from models.registers.architecture import Application
from models.registers.risk import RiskAssessment
from models.tenancy.people import User
from tests.conftest import inside, user
from tests.test_card_of_a_person import without_roles
from tests.test_forms import first
from tests.test_quality import BROKEN
from tests.test_registers import As, address
from views.register.mending import pointing_field

BY_BUTTON = {"Q14b", "Q14c", "Q14d", "Q17b", "Q19b"}
RULES = {rule.code: rule for rule in rules.RULES}


def links(page: str) -> dict[str, str]:
    """Where each thing to mend leads."""
    found = re.findall(
        r'<a href="([^"]+)">([^<]+)</a>', "".join(re.findall(r'class="problems">.*?</ul>', page, re.DOTALL))
    )
    return {html.unescape(text): html.unescape(url) for url, text in found}


@pytest.mark.parametrize(("code", "build", "changes"), BROKEN)
def test_every_rule_leads_to_a_field_that_is_asked_or_to_what_points_here(code: str, build: Any, changes: Any) -> None:
    rule = RULES[code]
    in_form = {known.key for known in fields_of(rule.register) if known.in_form}
    if code in BY_BUTTON:
        assert rule.field == ""
    elif rule.field in in_form:
        row = build(**changes)
        known = asked_first(field_of(rule.register, rule.field), SimpleNamespace(register=rule.register, **_read(row)))
        assert (known.key in in_form, known.applies_to(row)) == (True, True)
    else:
        register, known = pointing_field(rule.register, rule.field)
        assert (known.in_form, known.points_at) == (True, rule.register), register


def _read(row: Any) -> dict[str, Any]:
    return {known.key: getattr(row, known.key) for known in fields_of(type(row))}


def test_an_application_without_activity_leads_to_where_an_activity_is_tied_to_it(as_: As) -> None:
    browser, row = as_("kari"), first(Application)
    with inside("Tinn"):
        fresh = db.session.get(Application, row.id)
        for one in list(fresh.processing_activities):
            one.applications = []
        db.session.commit()

    url = links(browser.get(address(Application, "details/", id=row.id)).text)[RULES["Q3a"].told(str)]
    page = browser.get(url).text

    assert (url.partition("#")[2], re.search(r"^/processing-activity/new/\?", url) is not None) == (
        "applications",
        True,
    )
    assert 'id="applications"' in page


def test_a_critical_application_without_assessment_leads_to_a_new_one_of_it(as_: As) -> None:
    browser, row = as_("kari"), first(Application)
    with inside("Tinn"):
        db.session.get(Application, row.id).criticality = "1"
        for one in db.session.scalars(select(RiskAssessment)):
            db.session.delete(one)
        db.session.commit()

    url = links(browser.get(address(Application, "details/", id=row.id)).text)[RULES["Q6b"].told(str)]

    assert (url.partition("?")[0], f"application={row.id}" in url) == ("/risk-assessment/new/", True)


def test_a_person_without_a_role_leads_to_new_access_for_that_person(as_: As) -> None:
    without_roles("ola")

    url = links(as_("lars").get(address(User, "details/", id=user("ola").id)).text)[RULES["Q14a"].told(str)]

    assert (url.partition("?")[0], f"user={user('ola').id}" in url) == ("/membership/new/", True)


def test_a_reader_is_told_what_is_wrong_and_led_nowhere(as_: As) -> None:
    assert links(as_("ola").get(address(Application, "details/", id=first(Application).id)).text) == {}
