"""Fixtures of the browser tests. A module asks by `pytest_plugins`; a worker has one Chromium and one demo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support import chromium
from tests.support.browser import Windows, demo_site, serving


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker."""
    if chromium.executable() is None:
        pytest.skip(chromium.MISSING)
    with sync_playwright() as driver:
        started = chromium.launch(driver)
        yield started
        started.close()


@pytest.fixture(scope="session")
def served_demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """The demo, sown and served once for all tests of a worker, and the cookies of who has signed in."""
    with serving(demo_site(tmp_path_factory.mktemp("demo"))) as site:
        yield Windows(browser, site)


@pytest.fixture
def windows(served_demo: Windows) -> Iterator[Windows]:
    """Browser windows on the demo as it was sown. The test fails when one of them complained."""
    served_demo.site.reset()
    served_demo.watch.complaints.clear()
    yield served_demo
    served_demo.close()
    assert not served_demo.watch.complaints, served_demo.watch.complaints
