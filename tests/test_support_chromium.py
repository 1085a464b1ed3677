"""The browser of the tests draws."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import chromium

ROOT = Path(__file__).resolve().parents[1]


DRAW = """
from playwright.sync_api import sync_playwright
from tests.support import chromium
with sync_playwright() as playwright:
    browser = chromium.launch(playwright)
    page = browser.new_page()
    page.set_content("<title>Orden</title><h1>Blåbær</h1>")
    print(page.locator("h1").inner_text())
    browser.close()
"""


def test_chromium_draws_a_page() -> None:
    """In a process of its own: Playwright runs once in a process, and a worker may already hold one."""
    if chromium.executable() is None:
        pytest.skip(chromium.MISSING)
    done = subprocess.run([sys.executable, "-c", DRAW], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "Blåbær\n"
