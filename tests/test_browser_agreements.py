"""An agreement registered with the applications it is about, in one form: seven clicks from the list."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import Windows
from tests.test_browser_use import KARI

pytest_plugins = ["tests.support.browser_fixtures"]
WANTED = 7


class Hand:
    """Counts what is clicked on; what is typed is not."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, where: str) -> None:
        self.page.click(where)
        self.clicks += 1

    def write(self, where: str, text: str) -> None:
        self.click(where)
        self.page.keyboard.type(text)

    def pick(self, where: str, *names: str) -> None:
        """Choose rows by name in a box that suggests them."""
        self.click(where)
        for name in names:
            self.page.keyboard.type(name)
            self.page.locator("[role=option]:visible", has_text=name).first.wait_for()
            self.page.keyboard.press("ArrowDown")
            self.page.keyboard.press("Enter")


def test_an_agreement_is_registered_with_its_applications_in_seven_clicks(windows: Windows) -> None:
    page = windows.page(KARI)
    page.goto("/agreement/")
    hand = Hand(page)

    hand.click("main a[href*='/new/']")
    hand.write("input[name=name]", "Databehandleravtale med Jamf")
    hand.pick("input[name=supplier]", "Jamf")
    page.select_option("select[name=status]", "active")
    hand.clicks += 1
    hand.pick("input[name=applications-new] >> nth=0", "Jamf Pro", "Mercell")
    hand.click("label:has(input[name=data_processing][value=yes]), input[name=data_processing][value=yes] + label")
    hand.click(".save-bar button.primary")

    expect(page.locator("main h1")).to_have_text("Databehandleravtale med Jamf")
    page.goto("/application/?processing_agreement=in_place&name.has=jamf&columns=name,agreements,processing_agreement")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Databehandleravtale med Jamf")
    assert hand.clicks == WANTED
