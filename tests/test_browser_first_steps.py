"""One person alone in a municipality of 1 300 inhabitants, one afternoon: from nothing to forty systems with owners and
drafts of the record of processing, counted press by press."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from models.declare.choices import LanguageForm, RecordStatus
from models.queries.quality import completeness
from models.queries.standing import standing_together
from models.registers.architecture import Application
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from models.tenancy.people import Membership, MunicipalRole, User
from tests.support.browser import Presses, Windows

pytest_plugins = ["tests.support.browser_fixtures"]
KARI, EMPTY = "kari@tinn.example", "Småvik"
WAYS: list[dict[str, Any]] = [{}, {"java_script_enabled": False}]
SYSTEMS, DRAFTS, PER_CENT, MOST_PRESSES = 40, 15, 70, 120
PEOPLE = """Anne Berge; oppvekstsjef; anne@smavik.example
Bjørn Dal; helse- og sosialsjef; bjorn@smavik.example
Camilla Eik; teknisk sjef; camilla@smavik.example
David Foss; kultursjef; david@smavik.example
Eva Grane; administrasjonssjef; eva@smavik.example
Finn Haug; IKT-leder; finn@smavik.example
Gro Ivars; personvernombud; gro@smavik.example"""
LEADERS = {
    "children": "Anne Berge", "care": "Bjørn Dal", "works": "Camilla Eik", "culture": "David Foss",
    "staff": "Eva Grane", "ict": "Finn Haug",
}  # fmt: skip


@pytest.fixture
def empty(windows: Windows) -> Windows:
    """Kari edits in a municipality that has nothing yet."""
    with windows.site.inside("Tinn") as session:
        session.add(Municipality(name=EMPTY, language=LanguageForm.NYNORSK, joined=date(2026, 11, 1)))
    with windows.site.inside(EMPTY) as session:
        kari = session.scalars(select(User).where(User.email == KARI)).one()
        session.add(Membership(user=kari, role=MunicipalRole.EDITOR))
    return windows


@pytest.mark.parametrize("way", WAYS, ids=["script", "plain"])
def test_from_nothing_to_forty_systems_with_owners_and_drafts_that_are_nearly_done(
    way: dict[str, Any], empty: Windows
) -> None:
    page = empty.page(KARI, **way)
    page.goto("/")
    page.select_option("#switch-municipality", label=EMPTY)
    page.click("form.switcher button")
    expect(page.locator("main")).to_contain_text(f"Dette er {EMPTY}")
    press = Presses(page)

    press("main a:has-text('Begynn')")
    press(".journey a:has-text('Enhetene'), .journey a:has-text('Einingane')")
    press("main form button.primary")
    expect(page.locator("h1")).to_have_text("Folka")
    press("textarea[name=lines]")
    page.locator("textarea[name=lines]").fill(PEOPLE)
    press("main form button.primary")
    expect(page.locator("h1")).to_have_text("Systema")
    ticks = page.locator(".tick-list label")
    every = ticks.count()
    for number in range(SYSTEMS):  # spread over the whole list
        ticks.nth(number * every // SYSTEMS).click()
        press.count += 1
    press("main form button.primary")
    expect(page.locator("h1")).to_have_text("Behandlingane")
    press("main form button.primary")
    expect(page.locator("h1")).to_have_text("Dei ansvarlege")
    for area, name in LEADERS.items():
        if (field := page.locator(f"select[name=person-{area}]")).count():
            field.select_option(field.locator("option", has_text=name).get_attribute("value"))
            press.count += 1
    press("main form button.primary")

    expect(page.locator(".todo, .tasks").first).to_be_visible()
    with empty.site.inside(EMPTY) as session:
        systems = session.scalars(select(Application)).all()
        drafts = session.scalars(select(ProcessingActivity)).all()
        done = [completeness(one) for one in standing_together(session, drafts)]
        assert ([bool(one.owner and one.unit) for one in systems]) == [True] * SYSTEMS
        assert {one.status for one in drafts} == {RecordStatus.DRAFT}
        assert (len(drafts) >= DRAFTS, min(done) >= PER_CENT) == (True, True), (len(drafts), sorted(done))
    assert press.count <= MOST_PRESSES, press.count


def test_the_box_above_a_long_list_narrows_it_and_keeps_what_is_ticked(empty: Windows) -> None:
    page = empty.page(KARI)
    page.goto("/first-steps/applications/")
    shown = page.locator(".tick-list .choices > :visible")
    ticked = page.locator(".tick-list label:has(input:checked):visible")
    page.locator(".tick-list label:has-text('Acos WebSak')").click()
    page.locator(".find-box input").fill("bibliofil")
    expect(shown).to_have_count(2)
    expect(ticked).to_have_count(1)
    expect(page.locator(".find-box [role=status]")).to_contain_text("1")
    page.locator(".find-box input").press("Enter")
    expect(page.locator("h1")).to_have_text("Systemene")
