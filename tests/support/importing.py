"""What somebody does on the pages of an import before they are looked at (tests/support/pages.py)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from playwright.sync_api import Page

from exchange.archive.jobs import ArchiveWorker
from exchange.mergers import MergerWorker
from exchange.packages import PackageWorker
from exchange.preview import AT_ONCE
from exchange.worker import ImportWorker
from models.database import db
from models.keeping.files import Files
from models.keeping.progress import Progress
from tests.support.browser import Site, press
from tests.support.dirty import in_sheets
from tests.support.dirtysheet import ACTIVITY_NAME, activities, applications


def choose(page: Page, heading: str, field: str) -> None:
    """Say what a column is."""
    page.get_by_label(heading, exact=True).select_option(label=field)


def work(site: Site) -> bool:
    """Do the job that has waited longest, as the worker does; whether there was one."""
    with site.app.app_context():
        files, progress = Files(site.folder / "imports"), Progress(site.folder / "progress")
        done = ImportWorker(db.session(), progress, files, alone=True).once()
        done = done or MergerWorker(db.session(), progress, 10**9, alone=True).once()
        kept = Files(site.folder / "files")
        done = done or PackageWorker(db.session(), progress, kept, alone=True).once()
        done = done or ArchiveWorker(db.session(), progress, kept, alone=True).once()
        db.session.remove()
    return done


@contextmanager
def working(site: Site) -> Iterator[None]:
    """A worker beside the pages of a block, as `make run` starts one."""
    ends = Event()

    def go_on() -> None:
        while not ends.wait(0.1):
            work(site)

    thread = Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()


def bring_in(page: Page) -> None:
    """The columns of a sheet of forty applications."""
    with TemporaryDirectory() as folder:
        page.set_input_files("#file", applications(Path(folder) / "Fagsystemer.xlsx"))
        press(page, "main form .primary")


def bring_in_activities(page: Page) -> None:
    """The columns of a sheet of thirty-five activities."""
    with TemporaryDirectory() as folder:
        page.set_input_files("#file", activities(Path(folder) / "Protokoll.xlsx"))
        press(page, "main form .primary")


def give_all_rows_a_value(page: Page) -> None:
    """The columns of a sheet with parts on one of their own, and a field that is given one value in all rows."""
    sheet = "Navn på behandlingen;Formål\nTilskudd;Behandle søknader\n"
    laws = "Hører til;Lov;Hvor det står\nTilskudd;Arkivlova;§ 6\n"
    page.set_input_files(
        "#file",
        {
            "name": "ark.xlsx",
            "mimeType": "",
            "buffer": in_sheets(Behandlinger=sheet, **{"Supplerende rettsgrunnlag": laws}),
        },
    )
    press(page, "main form .primary")
    page.click("text=Legg til en verdi for alle radene")
    page.get_by_label("Felt", exact=True).select_option(label="Ansvarlig enhet")
    press(page, "button[name=add]")
    page.fill("[name=fixed-unit]", "Oppvekst")


def look_at_activities(page: Page) -> None:
    """How its activities would become."""
    bring_in_activities(page)
    choose(page, ACTIVITY_NAME, "Navn på behandlingen")
    press(page, "button[name=look]")


def bring_in_a_picture(page: Page) -> None:
    """A file that is no sheet."""
    page.set_input_files("#file", {"name": "ark.xlsx", "mimeType": "image/png", "buffer": b"\x89PNG\r\n"})
    press(page, "main form .primary")


def look_at_rows(page: Page) -> None:
    """How its rows would become."""
    bring_in(page)
    choose(page, "System", "Navn")
    choose(page, "Nettside", "Adresse")
    choose(page, "Gamle notater", "Ta med som merknad")
    press(page, "button[name=look]")


def look_at_what_changes(page: Page) -> None:
    """A sheet that changes rows that are there."""
    sheet = "Navn;Status;Antall brukere\nGerica;Avviklet;9999\nCompilo;Planlagt;17\n"
    page.set_input_files("#file", {"name": "endret.csv", "mimeType": "text/csv", "buffer": sheet.encode()})
    press(page, "main form .primary")
    press(page, page.get_by_role("link", name="Endre kolonnene"))
    page.check("input[name=by_name]")
    press(page, "button[name=look]")


def bring_in_many(page: Page) -> None:
    """A sheet that takes long: the page that waits until a worker has looked at it."""
    sheet = "Navn;Antall brukere\n" + "".join(f"System {one};{one}\n" for one in range(AT_ONCE + 1))
    page.set_input_files("#file", {"name": "Alle systemer.csv", "mimeType": "text/csv", "buffer": sheet.encode()})
    press(page, "main form .primary")


def ask_for_it(page: Page) -> None:
    """The page that waits until a worker has done it."""
    look_at_rows(page)
    press(page, "button[name=do]")


def see_ones_own(page: Page) -> None:
    """One's own imports, of which one is not done."""
    look_at_rows(page)
    page.goto("/imports/")
