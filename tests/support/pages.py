"""Every kind of page there is: who opens it and what they do there first. Looked at by axe and by `make shots`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.support.browser import Windows

KARI, TONE, SIRI = "kari@tinn.example", "tone@tinn.example", "siri@tinn.example"
PER, SOL, FRIDA = "per@orden.example", "sol@orden.example", "frida@orden.example"


def save_empty(page: Page) -> None:
    """A form with errors."""
    page.click(".save-bar button")
    expect(page.locator("#errors")).to_be_focused()


def save_too_late(page: Page) -> None:
    """Somebody else saves while the form is open."""
    other = page.context.new_page()
    other.goto(page.url)
    for window, words in ((other, "Skrevet først"), (page, "Skrevet etterpå")):
        window.fill("textarea[name=description]", words)
        window.click(".save-bar button")
    other.close()
    expect(page.locator("table.compare")).to_contain_text("Skrevet først")
    expect(page.locator("table.compare")).to_contain_text("Skrevet etterpå")


def save(page: Page) -> None:
    """A page with a message that something was saved."""
    page.click(".save-bar button")
    expect(page.locator(".message")).to_be_visible()


def delete(page: Page) -> None:
    """The page of a row that was just deleted, with the way back."""
    page.click(".danger-solid")
    page.click("p.meta a[href$='/deleted/']")
    page.click("main table a")
    expect(page.get_by_role("button", name="Hent tilbake")).to_be_visible()


def save_in_what_is_gone(page: Page) -> None:
    """Somebody else deletes the row while the form is open."""
    other = page.context.new_page()
    other.goto(page.url.replace("/edit/", "/delete/"))
    other.click(".danger-solid")
    other.close()
    page.fill("textarea[name=description]", "Skrevet etterpå")
    page.click(".save-bar button")


def open_all(page: Page) -> None:
    """Everything that can be folded out."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


@dataclass(frozen=True)
class Kind:
    """A kind of page: who opens what, and what they do there first. Those marked `every` are seen in all four looks."""

    name: str
    who: str | None
    path: str
    does: Callable[[Page], None] | None = None
    every: bool = False
    status: int = 200


KINDS = (
    Kind("sign-in", None, "/sign-in/", every=True),
    Kind("start", KARI, "/", every=True),
    Kind("start of the project manager", PER, "/"),
    Kind("start of support", SOL, "/"),
    Kind("list", KARI, "/application/", every=True),
    Kind("list of activities", KARI, "/processing-activity/"),
    Kind("list of agreements", KARI, "/agreement/"),
    Kind("list of suppliers", KARI, "/supplier/"),
    Kind("list of users", SOL, "/user-account/"),
    Kind("list across municipalities", PER, "/application/"),
    Kind("filtered list", KARI, "/application/?personal_data=yes"),
    Kind("search without hits", KARI, "/application/?search=qqqq"),
    Kind("folded out", SIRI, "/application/", open_all),
    Kind("details of an application", KARI, "/application/details/?id={used}"),
    Kind("details of an activity", KARI, "/processing-activity/details/?id={processing_activity}", every=True),
    Kind("details of a risk assessment", SIRI, "/risk-assessment/details/?id={risk_assessment}"),
    Kind("details of a municipality", PER, "/municipality/details/?id={tinn}"),
    Kind("form of a new activity", KARI, "/processing-activity/new/"),
    Kind("form of an activity", KARI, "/processing-activity/edit/?id={processing_activity}", open_all, every=True),
    Kind("form of a new application", KARI, "/application/new/"),
    Kind("form of an agreement", KARI, "/agreement/edit/?id={agreement}"),
    Kind("form of a municipality", PER, "/municipality/edit/?id={tinn}"),
    Kind("form of a new user", SOL, "/user-account/new/"),
    Kind("form of a user", SOL, "/user-account/edit/?id={user}"),
    Kind("form with errors", KARI, "/application/new/", save_empty, every=True),
    Kind("saved", KARI, "/application/edit/?id={used}", save),
    Kind("deletion", KARI, "/application/delete/?id={unused}"),
    Kind("deletion refused", KARI, "/application/delete/?id={used}"),
    Kind("deleted row", KARI, "/application/delete/?id={unused}", delete),
    Kind("saved in a deleted row", KARI, "/application/edit/?id={unused}", save_in_what_is_gone),
    Kind("conflict", KARI, "/application/edit/?id={used}", save_too_late, every=True),
    Kind("history", KARI, "/processing-activity/history/?id={processing_activity}", every=True),
    Kind("reports", TONE, "/reports/"),
    Kind("protocol", TONE, "/reports/behandlingsprotokoll/", every=True),
    Kind("report of applications", TONE, "/reports/applikasjoner/"),
    Kind("report of datasets", TONE, "/reports/datasett/"),
    Kind("report of agreements", TONE, "/reports/avtaler/"),
    Kind("report of completeness", TONE, "/reports/utfylling/"),
    Kind("report of charges", FRIDA, "/reports/fakturagrunnlag/"),
    Kind("neighbours", KARI, "/neighbours/"),
    Kind("what neighbours share", KARI, "/neighbours/?kind=activities"),
    Kind("card of a neighbour", KARI, "/neighbours/{card}/"),
    Kind("help", KARI, "/help/"),
    Kind("not allowed", KARI, "/user-account/new/", every=True, status=403),
    Kind("not found", KARI, "/application/details/?id=999999", status=404),
)


def visit(windows: Windows, kind: Kind, **options: object) -> Page:
    """The page as it is looked at: opened by the one who opens it, and after what they do there."""
    page = windows.page(kind.who, **options)
    answer = page.goto(kind.path.format(**windows.site.ids()))
    assert answer is not None
    assert answer.status == kind.status
    if kind.does:
        kind.does(page)
    return page
