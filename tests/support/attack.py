"""What the attack tests share: Seljord furnished to the last register, the truth read by another connection, the loot.

The truth is read and planted past the application: by sqlite3 on the file, or by PostgreSQL's superuser.
"""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from io import BytesIO
from typing import Any

import openpyxl
import psycopg
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

import models
from models.database import db
from models.declare.domains import Domain
from models.declare.fields import is_owned
from models.registers.architecture import Application, Platform, Process
from models.registers.billing import Supplement
from models.registers.data import Dataset, Distribution, Integration
from models.registers.processing import ProcessingActivity, TransferRow
from models.tenancy.statements import guarded_tables
from tests.conftest import inside, municipality
from tests.support import postgres
from tests.support.client import LintingClient
from tests.support.rows import telling
from tests.world import PASSWORD, SECRETS

OWNED = [register for register in models.REGISTERS if is_owned(register)]
CONTENT = [register for register in OWNED if register.__domain__ in {Domain.CONTENT, Domain.RISK, Domain.VIEWS}]
XLSX = "spreadsheetml"
# The one thing Seljord shows its sisters in the small world: that it has this application (decision D8).
SHOWN = "Hemmeleg skoleprogram"
OF_MONEY = "tillegg"  # in what is told of money, which billing reads everywhere


class Browser(LintingClient):
    """A client whose every request stands alone: no scope, no `g` and no person of the test or of another request.

    Without this Flask lends the test's open application context, and with it `g`, to every request.
    """

    def open(self, *arguments: Any, **options: Any) -> Any:
        return Context().run(super().open, *arguments, **{"buffered": True, "lint": False, **options})


def visitor(app: Any) -> Browser:
    """A browser of nobody."""
    return Browser(app, app.response_class)


def browser(app: Any, name: str) -> Browser:
    """A browser of one of the people, signed in, with a fresh CSRF token."""
    client = visitor(app)
    answer = client.post("/sign-in/", data={"email": f"{name}@test.example", "password": PASSWORD})
    assert answer.status_code == 303, f"{name} could not sign in: {answer.status_code}"
    client.get("/help/")
    return client


@contextmanager
def outside(app: Any) -> Iterator[Any]:
    """A cursor past the application, with no wall and no constraint; commits at the end."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    db.session.rollback()
    if url.get_backend_name() == "sqlite":
        connection: Any = sqlite3.connect(url.database or "")
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
    else:
        connection = psycopg.connect(superuser(url.database or ""))
        cursor = connection.cursor()
        cursor.execute("set session_replication_role = replica")
    try:
        yield cursor
        connection.commit()
    finally:
        connection.close()


def superuser(database: str) -> str:
    """The address of a database of the test server, as its superuser."""
    url = make_url(postgres.server() or "").set(drivername="postgresql", database=database)
    return url.render_as_string(hide_password=False)


def rows(app: Any, statement: str) -> list[tuple[Any, ...]]:
    """What is really there."""
    with outside(app) as cursor:
        return list(cursor.execute(statement).fetchall())


def scalar(app: Any, statement: str) -> Any:
    return rows(app, statement)[0][0]


def snapshot(app: Any, *names: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every owned table that belongs to the municipalities, to be compared before and after."""
    ids = ", ".join(str(municipality(name)) for name in names)
    tables = sorted(guarded_tables())
    return {table: _sorted(rows(app, f"select * from {table} where municipality_id in ({ids})")) for table in tables}


def _sorted(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(found, key=repr)


def furnish_rest(word: str = "Hemmeleg", where: str = "Seljord") -> None:
    """A row in each register and part table that the small world leaves empty: the old ones by hand, with links between
    them, and any other made from what its fields say they hold."""
    with inside(where), db.session.no_autoflush:
        application = db.session.scalars(select(Application)).one()
        dataset = db.session.scalars(select(Dataset)).one()
        activity = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        dataset.distributions = [Distribution(access_url=f"https://{word.lower()}.example/", description=word)]
        dataset.copies = [application]
        activity.transfers = [TransferRow(country=f"{word} land")]
        application.used_by = [application.unit]
        integration = Integration(name=f"{word} integrasjon", source=application, destination=application)
        integration.datasets = [dataset]
        process = Process(name=f"{word} prosess", owner=application.owner)
        process.applications = [application]
        db.session.add_all([integration, process, Platform(name=f"{word} plattform")])
        db.session.flush()
        new = [one for one in CONTENT if db.session.scalar(select(func.count()).select_from(one)) == 0]
        db.session.add_all(telling(register, word) for register in new)
        db.session.add(telling(Supplement, f"{word} {OF_MONEY}"))
        db.session.commit()
    db.session.remove()


def first_id(app: Any, table: str, where: str) -> int:
    """The lowest id a municipality has in a table."""
    return int(scalar(app, f"select min(id) from {table} where municipality_id = {municipality(where)}"))


def plant_cross_links(app: Any) -> int:
    """Tinn's application made to point at Seljord's rows, past every guard. Gives its id."""
    tinn, mine = municipality("Tinn"), first_id(app, "application", "Tinn")
    theirs = {
        table: first_id(app, table, "Seljord") for table in ("contact_person", "organisational_unit", "agreement")
    }
    theirs_too = first_id(app, "application", "Seljord")
    with outside(app) as cursor:
        cursor.execute(
            f"update application set owner_id = {theirs['contact_person']},"
            f" unit_id = {theirs['organisational_unit']}, replaced_by_id = {theirs_too} where id = {mine}"
        )
        for table, column in (("agreements", "agreement"), ("used_by", "organisational_unit")):
            cursor.execute(f"delete from application_{table} where application_id = {mine}")
            cursor.execute(
                f"insert into application_{table} (municipality_id, application_id, {column}_id)"
                f" values ({tinn}, {mine}, {theirs[column]})"
            )
    return mine


def loot(response: Any) -> list[str]:
    """Which fragments of Seljord's rows stand in a response: its body as text or as a workbook, and its headers."""
    text = "\n".join(f"{name}: {value}" for name, value in response.headers)
    text += workbook_text(response.data) if XLSX in response.mimetype else _decoded(response)
    return found_in(text)


def found_in(text: str) -> list[str]:
    return [word for word in SECRETS if word.casefold() in text.casefold()]


def _decoded(response: Any) -> str:
    text = html.unescape(response.get_data(as_text=True))
    return str(text.encode().decode("unicode_escape", "ignore") + text) if response.is_json else text


def untoken(text: str) -> str:
    """A page without its CSRF tokens, which hold the time, and without the marks of its forms, drawn by lot."""
    return re.sub(r'name="(csrf_token|made_by)" value="[^"]+"|form=[0-9a-f]{32}', "", text)


def sheets(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The cells of a workbook, sheet by sheet."""
    book = openpyxl.load_workbook(BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def workbook_text(data: bytes) -> str:
    return "\n".join(
        str(cell) for table in sheets(data).values() for line in table for cell in line if cell is not None
    )
