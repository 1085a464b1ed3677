"""`python -m tests.introduction`: takes the pictures of the introduction anew, of the demo, in the three languages."""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.support import chromium
from tests.support.browser import Windows, demo_site, press, serving
from tests.support.pagekinds import KARI, TONE, Kind
from tests.support.pages import visit
from views.assets import PICTURES, STATIC

TEMPLATE = "/processing-template/?search=elevadministrasjon"
WIDE, HIGH = 1000, 760  # what is shown of a page, from its heading down
MOST_BYTES, MOST_IN_ALL = 60_000, 1_500_000
LANGUAGES = ("nb", "nn", "en")
ENCODE = """async ([png, quality]) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def _open_first(page: Page) -> None:
    press(page, "main tbody th a")


def _use_first(page: Page) -> None:
    _open_first(page)
    press(page, "form[action$='/use/'] button")


# What each picture shows, by the key of its page in views/pages/introduction.py.
SHOWN = {
    "orden": Kind("", KARI, "/"),
    "ettermiddag": Kind("", KARI, "/first-steps/"),
    "system": Kind("", KARI, "/application/details/?id={used}"),
    "mal": Kind("", KARI, TEMPLATE, _open_first),
    "mangler": Kind("", KARI, TEMPLATE, _use_first),
    "godkjenn": Kind("", KARI, "/year/"),
    "protokoll": Kind("", TONE, "/reports/behandlingsprotokoll/"),
}


def main() -> int:
    if chromium.executable() is None:
        print(chromium.MISSING)
        return 1
    folder = STATIC / PICTURES
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, serving(demo_site(Path(place))) as site, sync_playwright() as driver:
        windows = Windows(chromium.launch(driver), site)
        for lang in LANGUAGES:
            for key, kind in SHOWN.items():
                _put_away(windows, kind, lang)
                file = folder / f"{key}-{lang}.webp"
                file.write_bytes(_encoded(windows, _taken(visit(windows, kind))))
                print(f"{file.name}: {file.stat().st_size // 1000} kB", flush=True)
                windows.close()
                site.reset()
        windows.browser.close()
    return 0


def _put_away(windows: Windows, kind: Kind, lang: str) -> None:
    """The person has chosen a language, and has seen the introduction."""
    page = windows.page(kind.who)
    page.goto("/")
    for form, answer in (("/introduction/seen/", {}), ("/language/", {"language": lang})):
        token = page.locator("input[name=csrf_token]").first.input_value()
        place = page.locator("input[name=opened_in]").first.input_value()
        page.request.post(form, form={"csrf_token": token, "opened_in": place, **answer}, max_redirects=0)
    assert kind.who
    windows.cookies[kind.who] = page.context.storage_state()


def _taken(page: Page) -> bytes:
    """The page from its heading down, as wide as what it holds."""
    page.set_viewport_size({"width": 1280, "height": 1500})
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    box = page.locator("main .page-head").first.bounding_box()
    assert box
    clip = {"x": box["x"] - 20, "y": box["y"] - 20, "width": WIDE, "height": HIGH}
    return page.screenshot(clip=clip)  # type: ignore[arg-type]


def _encoded(windows: Windows, png: bytes) -> bytes:
    """A smaller picture, made by the browser itself; less sharp until it is small enough."""
    page = windows.browser.new_page()
    for quality in (0.85, 0.7, 0.55, 0.4):
        made = base64.b64decode(page.evaluate(ENCODE, [base64.b64encode(png).decode(), quality]))
        if len(made) <= MOST_BYTES:
            break
    page.close()
    return made


if __name__ == "__main__":
    sys.exit(main())
