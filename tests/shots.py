"""`make shots`: a picture of every kind of page, for whoever changes one to look at."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support import chromium
from tests.support.browser import Windows, demo_site, look, serving
from tests.support.pages import KINDS, visit

SHOTS = Path(__file__).resolve().parent.parent / "shots"
WIDTHS = (1280, 390)


def main() -> int:
    asked = arguments()
    wanted = [kind for kind in KINDS if asked.only in kind.name]
    if chromium.executable() is None or not wanted:
        print("No page has that in its name." if not wanted else chromium.MISSING)
        return 1
    SHOTS.mkdir(exist_ok=True)
    scheme = "dark" if asked.dark else "light"
    with tempfile.TemporaryDirectory() as folder, serving(demo_site(Path(folder))) as site, sync_playwright() as driver:
        windows = Windows(chromium.launch(driver), site)
        for number, kind in enumerate(wanted, 1):
            page = visit(windows, kind, locale=asked.locale)
            for width in WIDTHS:
                look(page, width, scheme)
                file = SHOTS / f"{kind.name.replace(' ', '-')}-{width}{'-dark' if asked.dark else ''}.png"
                page.screenshot(path=file, full_page=not asked.window)
            print(f"{number}/{len(wanted)} {kind.name}", flush=True)
            windows.close()
            site.reset()
        windows.browser.close()
    print(f"In {SHOTS}")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make shots", description=__doc__)
    parser.add_argument("--only", default="", metavar="WORDS", help="kinds of pages with these words in their name")
    parser.add_argument("--dark", action="store_true", help="in dark")
    parser.add_argument("--window", action="store_true", help="what the window shows, not the whole page")
    parser.add_argument("--locale", default="nb-NO", help="the browser's language: nb-NO, nn-NO or en-GB")
    return parser.parse_args()


sys.exit(main())
