"""A running Orden with the demo in it, and a browser that complains of errors, broken policy and strange hosts."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from models import migrating
from models.database import db
from models.declare import memories
from models.queries.relations import uses_of
from models.registers.architecture import Application
from models.registers.municipality import Municipality
from models.seed import demo as demo_seed
from models.seed import example, facts
from models.tenancy import scope
from models.tenancy.people import User
from views import catalogues

PASSWORD = "demo-password"
HOST = "127.0.0.1"
FRESH = 10 * 60  # seconds, after which somebody signs in anew
PATIENCE = 15_000  # milliseconds: the cores are shared
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The rows of a long table are alike: the first eight stand for all, or axe would read for minutes.
ENOUGH = {"exclude": [["tbody tr:nth-child(n+9)"], [".timeline > li:nth-child(n+9)"]]}
# What the policy stops and what scripts throw is told on the console, where Watch listens.
TELL = "document.addEventListener('securitypolicyviolation', e => console.error('CSP stopped ' + e.blockedURI))"


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_arguments: Any) -> None:
        """Say nothing."""


@dataclass
class Site:
    """The demo, served on a port of its own. `reset` brings the rows back to how they were sown."""

    app: Any
    folder: Path
    address: str = ""

    @property
    def database(self) -> Path:
        return self.folder / "orden.db"

    def value(self, statement: str, *values: Any) -> Any:
        """One value straight from the database, past the application."""
        connection = sqlite3.connect(self.database)
        try:
            found = connection.execute(statement, values).fetchone()
        finally:
            connection.close()
        assert found is not None, f"nothing found: {statement} {values}"
        return found[0]

    def id_of(self, table: str, where: str = "Tinn", extra: str = "1=1") -> int:
        """The lowest id a municipality has in a table."""
        owner = "select id from municipality where name = ?"
        return int(self.value(f"select min(id) from {table} where municipality_id = ({owner}) and {extra}", where))

    def ids(self) -> dict[str, int]:
        """What may stand in a path as {application}: the lowest id Tinn has, and a few by special name."""
        cases = ("breach", "access_request")
        tables = ("application", "processing_activity", "risk_assessment", "agreement", "impact_assessment", "dataset")
        with self.inside("Tinn") as session:
            unused = next(one.id for one in session.scalars(select(Application)) if not uses_of(session, one))
        return {table: self.id_of(table) for table in (*tables, *cases)} | {
            "tinn": self.value("select id from municipality where name = 'Tinn'"),
            "seljord": self.value("select id from municipality where name = 'Seljord'"),
            "supplier": self.value("select id from supplier where name = 'Evondos'"),
            "unused": unused,
            "person": self.value(
                "select min(owner_id) from application where municipality_id = "
                "(select id from municipality where name = 'Tinn')"
            ),
            "used": self.id_of(
                "application", extra="id in (select application_id from processing_activity_applications)"
            ),
            "template": self.value(
                "select min(template_id) from shown_card where template_id is not null and municipality_id not in "
                "(select id from municipality where name = 'Tinn')"
            ),
            "card": self.value("select min(id) from shown_card where register = 'processing_activity'"),
            "user": self.value("select id from user_account where email = 'siri@tinn.example'"),
        }

    @contextmanager
    def inside(self, *names: str) -> Iterator[Any]:
        """A session within municipalities, committed at the end."""
        with self.app.app_context():
            ids = list(db.session.scalars(select(Municipality.id).where(Municipality.name.in_(names))))
            db.session.rollback()
            try:
                with scope.use(scope.of(ids, active=ids[0] if len(ids) == 1 else None)):
                    yield db.session
                    db.session.commit()
            finally:
                db.session.remove()

    def reset(self) -> None:
        """Copied by SQLite itself, under its locks: a late request of the page before may still be reading."""
        template = sqlite3.connect(self.folder / "template.db")
        database = sqlite3.connect(self.database, timeout=PATIENCE / 1000)
        try:
            template.backup(database)
        finally:
            database.close()
            template.close()


def demo_site(folder: Path) -> Site:
    """The demo in a folder of its own, not yet served."""
    catalogues.compile_all()
    url = f"sqlite:///{folder / 'orden.db'}"
    settings = {"TESTING": True, "DEMO": True, "DEMO_PASSWORD": PASSWORD, "SECRET_KEY": "only for tests"}
    with mock.patch.dict(os.environ, ORDEN_INSTANCE=str(folder)):
        app = create_app({**settings, "PROPAGATE_EXCEPTIONS": False, "DATABASE_URL": url})
    with app.app_context():
        migrating.upgrade(url, url)
        facts.load(db.session)
        demo_seed.load(db.session, PASSWORD, lambda _line: None)
        example.load(db.session, url)
        with scope.use(scope.Scope(everyone=True)):
            for one in db.session.scalars(select(User)):
                one.session_key = secrets.token_hex(16)  # a kept cookie survives a reset
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
    connection = sqlite3.connect(folder / "orden.db")
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    shutil.copy(folder / "orden.db", folder / "template.db")
    return Site(app, folder)


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serve until the block ends."""
    server = make_server(HOST, 0, site.app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    site.address = f"http://{HOST}:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with site.app.app_context():
            db.engine.dispose()


@dataclass
class Watch:
    """Listens to a browser window and keeps every complaint."""

    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("page", self._page)

    def _page(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.hostname != HOST:
            self.complaints.append(f"asked {request.url}")

    def _console(self, message: Any) -> None:
        # A page that answers 403, 404, 409 or 422 is logged by Chromium as an error: that is the page, not a flaw.
        if message.type in {"error", "warning"} and not _is_the_page(message):
            self.complaints.append(f"{message.location.get('url')}: {message.text}")


def _is_the_page(message: Any) -> bool:
    path = urlsplit(message.location.get("url", "")).path
    return message.text.startswith("Failed to load resource") and not path.startswith("/static/")


@dataclass
class Windows:
    """Opens browser windows for people. A person signs in once, and the cookie is kept for as long as it is fresh: one
    that has rested for half an hour is signed out, and a whole run takes longer."""

    browser: Browser
    site: Site
    cookies: dict[str, Any] = field(default_factory=dict)
    signed_in_at: dict[str, float] = field(default_factory=dict)
    open: list[BrowserContext] = field(default_factory=list)
    watch: Watch = field(default_factory=Watch)

    def context(self, who: str | None = None, **options: Any) -> BrowserContext:
        """A new window, of somebody signed in when `who` is an address."""
        state = self._signed_in(who) if who else None
        options = {"locale": "nb-NO", "reduced_motion": "reduce", "color_scheme": "light"} | options
        context = self.browser.new_context(
            base_url=self.site.address, viewport={"width": 1280, "height": 900}, storage_state=state, **options
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TELL)
        self.watch.over(context)
        self.open.append(context)
        return context

    def page(self, who: str | None = None, **options: Any) -> Page:
        return self.context(who, **options).new_page()

    def _signed_in(self, who: str) -> Any:
        if who not in self.cookies or monotonic() - self.signed_in_at[who] > FRESH:
            memories.forget_what_was_met()  # the wrong passwords of tests before, from this very address
            context = self.browser.new_context(base_url=self.site.address, locale="nb-NO")
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            sign_in(page, who)
            self.cookies[who], self.signed_in_at[who] = context.storage_state(), monotonic()
            context.close()
        return self.cookies[who]

    def close(self) -> None:
        while self.open:
            self.open.pop().close()


def press(page: Page, what: str | Locator) -> None:
    """Press what leads to another page, and wait for that page: whoever reads at once reads the old one, or none."""
    with page.expect_navigation():
        (page.locator(what).first if isinstance(what, str) else what).click()


class Presses:
    """Presses on a page, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def __call__(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.count += 1

    def choose(self, name: str, value: str) -> None:
        """Choose in a field of a few, by a value or by what it says: in a list or among buttons."""
        field = self.page.locator(f"select[name={name}]")
        if field.count():
            field.select_option(value)
        else:
            self.page.locator(f"label:has(input[name={name}][value='{value}'])").click()
        self.count += 1


def sign_in(page: Page, who: str) -> None:
    """By the form, as a person would."""
    page.goto("/sign-in/")
    page.fill("input[name=email]", who)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.locator(".site-header .person").wait_for()


def look(page: Page, width: int, scheme: Any, height: int = 900) -> None:
    """See the same page on another screen."""
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)


def axe_finds(page: Page) -> list[str]:
    """What axe-core has to say, one line a place."""
    found = Axe().run(page, ENOUGH, {"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {node['target'][0]} {node['html'][:120]} {_reason(node)}"
        for one in found
        for node in one["nodes"]
    ]


def _reason(node: Any) -> str:
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])[:200]


def too_wide(page: Page) -> list[str]:
    """Elements that push the page wider than the screen, when it scrolls sideways."""
    found = page.evaluate(
        """() => {
            const wide = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= wide) return [];
            const holds = e => /(auto|scroll|hidden)/.test(getComputedStyle(e).overflowX);
            const scrolls = e => e && (holds(e) || scrolls(e.parentElement));
            return [...document.body.querySelectorAll('*')]
                .filter(e => e.getBoundingClientRect().right > wide + 1 && !scrolls(e.parentElement))
                .map(e => `${e.tagName}.${e.className} ends at ${Math.round(e.getBoundingClientRect().right)}`)
                .concat(`page is ${document.documentElement.scrollWidth} wide on ${wide}`).slice(-4);
        }"""
    )
    return list(found)


def bleeding(page: Page) -> list[str]:
    """Tables that stick out of a frame that does not scroll."""
    found = page.evaluate(
        """() => [...document.querySelectorAll('.table-region')]
            .filter(e => getComputedStyle(e).overflowX === 'visible')
            .map(e => [e.getAttribute('aria-label'), e.querySelector('table').offsetWidth - e.clientWidth])
            .filter(([_, more]) => more > 1).map(([name, more]) => `table ${name} is ${more}px too wide`)"""
    )
    return list(found)
