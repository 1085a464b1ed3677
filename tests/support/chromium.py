"""The machine's own Chromium for browser tests; `make test` installs it when it may."""

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium on this machine: install one (Debian: apt-get install chromium) or name it in CHROMIUM"
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """Path of the browser to drive: the one in CHROMIUM, else the first found on PATH."""
    return next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *NAMES))), None)


def launch(playwright: "Playwright") -> "Browser":
    """A headless browser that talks to nobody on its own. Ask `executable()` first and skip with MISSING."""
    path = executable()
    if path is None:
        raise FileNotFoundError(MISSING)
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()  # Chromium's sandbox refuses to work for root
    return playwright.chromium.launch(executable_path=path, headless=True, args=[*sandbox, *QUIET])
