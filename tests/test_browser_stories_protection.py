"""The user stories of the data protection officer, 24 to 27 of the domain handbook, played in a browser as they are
written there."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from models.declare.clock import months_after, today
from models.declare.holidays import working_day
from tests.support.browser import Windows, press
from tests.test_browser_stories_reports import workbook

pytest_plugins = ["tests.support.browser_fixtures"]
SIRI, KARI, SOL, PER = "siri@tinn.example", "kari@tinn.example", "sol@orden.example", "per@orden.example"
HEALTH = "Helseopplysninger"


def in_tinn(windows: Windows) -> Page:
    """Siri's window, working in Tinn: she is the officer of Seljord as well."""
    page = windows.page(SIRI)
    page.goto(f"/processing-activity/details/?id={windows.site.ids()['processing_activity']}")
    return page


def test_story_24_where_a_childs_health_data_is_processed_is_a_matrix_and_a_row_for_each_pair(
    windows: Windows,
) -> None:
    page = in_tinn(windows)
    page.goto("/reports/hvem-og-hva/")
    page.select_option("select[name=subject]", label="Barn i barnehage")
    page.select_option("select[name=data]", label=HEALTH)
    press(page, "main form button:has-text('Oppdater')")

    expect(page.locator("main h2").first).to_have_text("Matrise: antall behandlinger")
    matrix, pairs = page.locator("main table").all()
    assert matrix.locator("thead th").all_inner_texts() == ["Personopplysninger", "Barn i barnehage"]
    told = dict(
        zip(
            pairs.locator("thead th").all_inner_texts(),
            pairs.locator("tbody tr").first.locator("th, td").all_inner_texts(),
            strict=True,
        )
    )
    assert [told["Registrerte"], told["Personopplysninger"]] == ["Barn i barnehage", HEALTH]
    assert list(told)[-6:] == ["Behandlinger", "Systemer", "Grunnlag art. 6", "Grunnlag art. 9", "Lagring", "Land"]
    assert "Barnehageopptak og foreldrebetaling" in told["Behandlinger"]
    assert "Visma Flyt Barnehage" in told["Systemer"]
    assert [bool(told[one].strip()) for one in ("Grunnlag art. 6", "Grunnlag art. 9", "Lagring")] == [True] * 3

    book = workbook(page)
    (row,) = list(book["Par"].iter_rows(min_row=2, values_only=True))
    assert row[:2] == ("Barn i barnehage", HEALTH)


def test_story_25_advice_is_given_kept_followed_up_and_told_of_in_the_report_of_the_year(windows: Windows) -> None:
    page = in_tinn(windows)
    expect(page.locator(".page-head a:text-is('Endre')")).to_have_count(0)  # the owner's text is not hers
    page.fill("#comment-text", "Vurder på nytt om opplysningene trengs.")
    page.check("#comment-kind")
    press(page, "section.comments form:has(#comment-text) button")

    expect(page.locator("section.comments")).to_contain_text("Vurder på nytt om opplysningene trengs.")
    kari = windows.page(KARI)
    kari.goto(page.url)
    advice = kari.locator("section.comments")
    expect(advice).to_contain_text("Vurder på nytt om opplysningene trengs.")
    expect(advice).to_contain_text("Råd")

    page.goto("/reports/arsrapport-personvern/")
    row = page.locator("main tbody tr", has_text="Vurder på nytt om opplysningene trengs.")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Åpen")
    expect(row).to_contain_text("Barnehageopptak og foreldrebetaling")


def test_story_26_a_request_for_access_lists_whom_to_ask_drafts_the_answer_and_has_its_deadline(
    windows: Windows,
) -> None:
    page = in_tinn(windows)
    page.goto("/access-request/new/")
    page.fill("[name=name]", "Innsyn 99/2026")
    page.fill("[name=received]", today().isoformat())
    page.locator("#subjects [role=combobox]").first.fill("Barn i barnehage")
    page.locator("[role=option]", has_text="Barn i barnehage").first.click()
    press(page, ".save-bar button.primary")
    page.goto("/access-request/?search=Innsyn 99")
    press(page, page.locator("tbody th a").first)

    due = working_day(months_after(today(), 1))
    main = page.locator("main")
    expect(main).to_contain_text(f"{(due - today()).days} dager igjen til fristen for å svare, {due:%d.%m.%Y}.")
    asked = page.locator("tr", has_text="Visma Flyt Barnehage")
    expect(asked.first).to_contain_text("linn.berg@tinn.example")
    press(page, "a:has-text('Utkast til svar')")
    expect(main).to_contain_text("Barnehageopptak og foreldrebetaling")
    expect(main).to_contain_text("Lagringstid (bokstav d)")
    with page.expect_download() as letter:
        page.click("a:has-text('Last ned Word')")
    assert letter.value.suggested_filename.endswith(".docx")


def test_story_27_when_a_vendor_had_a_breach_support_sees_whom_to_tell_and_nothing_of_the_registers(
    windows: Windows,
) -> None:
    supplier = windows.site.ids()["supplier"]
    page = windows.page(SOL)
    page.goto(f"/supplier/details/?id={supplier}")
    press(page, "a:has-text('Hvem har dette?')")

    expect(page.locator("main h1")).to_have_text("Hvem har Evondos?")
    expect(page.locator("main tbody tr", has_text="Tinn")).to_contain_text("lars@tinn.example")
    assert page.locator("main thead th").all_inner_texts() == ["Kommune", "Kontakt", "Lokal administrator"]


def test_story_27_who_leads_the_project_sees_every_municipality_that_is_hit_with_whom_to_tell(
    windows: Windows,
) -> None:
    page = windows.page(PER)
    page.goto(f"/concerned/supplier/{windows.site.ids()['supplier']}/")

    rows = page.locator("main tbody tr")
    hit = windows.site.value(
        "select count(distinct municipality.id) from application left join product on product.id = product_id"
        " join municipality on municipality.id = municipality_id and example is null and ended is null"
        " where coalesce(application.supplier_id, product.supplier_id) = ?",
        windows.site.ids()["supplier"],
    )
    expect(rows).to_have_count(hit)
    expect(rows.filter(has_text="post@tinn.example")).to_contain_text("Siri Aasen")


def test_story_27_the_municipality_begins_its_breach_there_with_the_clock_the_contacts_and_the_notice(
    windows: Windows,
) -> None:
    page = windows.page(KARI)
    page.goto(f"/supplier/details/?id={windows.site.ids()['supplier']}")
    press(page, "a:has-text('Hvem har dette?')")
    expect(page.locator("main tbody tr")).to_have_count(1)
    press(page, "a:has-text('Nytt personvernavvik')")
    page.fill("[name=name]", "Innbrudd hos Evondos")
    aware = today() - timedelta(days=1)
    page.fill("[name=aware]", f"{aware:%Y-%m-%d}T12:00")
    press(page, ".save-bar button.primary")
    page.goto("/breach/?search=Innbrudd")
    press(page, page.locator("tbody th a").first)

    main = page.locator("main")
    expect(main).to_contain_text(re.compile(r"\d+ timer igjen til fristen for å melde"))
    expect(main).to_contain_text("Evondos")
    expect(main).to_contain_text("Aud Rønning")
    press(page, "a:has-text('Utkast til melding')")
    expect(main).to_contain_text("Det artikkel 33 nr. 3 krever at en melding til Datatilsynet inneholder.")
    expect(main).to_contain_text("Siri Aasen")
