"""Every register by keyboard alone, in a real browser: from the list to a row, to its form, through every field of it
to the button that saves; and from the list to a new row and back. The focus is seen all the way, and never caught."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from models import REGISTERS
from models.declare.fields import is_owned
from models.registers.billing import Charge, Supplement
from tests.support.browser import Windows

pytest_plugins = ["tests.support.browser_fixtures"]
KARI, PER, SOL, FRIDA = "kari@tinn.example", "per@orden.example", "sol@orden.example", "frida@orden.example"
MOST, AT_ONCE = 260, 20  # presses through a form, of which so many are made before anybody looks
FIRST = "main tbody th[scope=row] a"
EMPTY = {
    "membership",
    "access_entry",
    "project_view",
    "fund_decision",
}  # in which these people have no row to open in the demo
SAVE, CANCEL = ".save-bar button.primary", ".save-bar a.button"
# What each press leads to, kept by the page itself: what cannot be seen, and whether the place looked for was reached.
WATCH = """selector => { window.reached = false; window.unseen = [];
  document.addEventListener('focusin', ({ target: e }) => {
    const s = getComputedStyle(e), r = e.getBoundingClientRect();
    const marked = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none';
    if (!(marked && r.width > 0 && r.bottom > 0 && r.top < innerHeight)) window.unseen.push(e.outerHTML.slice(0, 150));
    window.reached ||= e.matches(selector);
  });
  document.addEventListener('keydown', e => { if (window.reached && e.key === 'Tab') e.preventDefault(); }); }"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, from where it is; where it is reached, further presses lead nowhere."""
    page.evaluate(WATCH, selector)
    for press in range(MOST):
        page.keyboard.press("Tab")
        if press % AT_ONCE == AT_ONCE - 1 and page.evaluate("window.reached"):
            break
    assert page.evaluate("[window.reached, window.unseen]") == [True, []], f"{selector} on {page.url}"


def who_keeps(register: type[Any]) -> str:
    """Somebody who sees the register, and where it may be changed changes it."""
    if is_owned(register) and register not in {Charge, Supplement}:
        return KARI
    own = {"user_account": SOL, "membership": SOL, "price": FRIDA, "charge": FRIDA, "supplement": FRIDA}
    return own.get(register.__tablename__, PER)


@pytest.mark.parametrize("register", REGISTERS, ids=lambda one: one.__tablename__)
def test_a_register_is_read_and_kept_by_keyboard_alone(register: type[Any], windows: Windows) -> None:
    page = windows.page(who_keeps(register))
    path = f"/{register.__tablename__.replace('_', '-')}/"
    answer = page.goto(path)
    assert answer is not None
    if register.__tablename__ in EMPTY:
        expect(page.locator(FIRST)).to_have_count(0)
        return

    tab_to(page, FIRST)
    page.keyboard.press("Enter")
    page.wait_for_url("**/details/**")
    if page.locator("main a[href*='/edit/']").count():
        page.keyboard.press("e")
        page.wait_for_url("**/edit/**")
        tab_to(page, SAVE)
        page.keyboard.press("Enter")
        expect(page.locator(".message, .error-summary").first).to_be_visible()
    page.goto(path)
    if page.locator(f"main a[href*='{path}new/']").count():
        page.keyboard.press("n")
        page.wait_for_url("**/new/**")
        tab_to(page, CANCEL)
        page.keyboard.press("Enter")
        expect(page.locator(FIRST).first).to_be_visible()
