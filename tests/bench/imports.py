"""A sheet that comes in, in a process of its own, so that its peak memory can be told: looked at, and imported with
history. Beside it the same file through django-import-export, and the same rows by raw INSERT."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import Engine, create_engine, text

from tests.bench.data import ROOT, World, execute
from tests.bench.exports import peak_mb

LOOKED_AT, IMPORTED = 5_000, 20_000  # rows
LOOKING, DOING = "looking", "doing"
HEADINGS = ("Navn", "Status", "Beskrivelse", "Antall brukere", "I bruk fra", "Merknad")
KEYS = ("name", "status", "description", "user_count", "in_use_from", "notes")


@dataclass(frozen=True)
class Import:
    """Rows in seconds, the reading of the file included; the process's peak memory, everything imported included."""

    rows: int
    seconds: float
    peak_mb: float

    @property
    def speed(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def run(world: World, times: int) -> dict[str, dict[str, list[Import]]]:
    """Some runs of each, in turns: {LOOKING or DOING: {who: runs}}. Each meets the rows that were there at first."""
    found: dict[str, dict[str, list[Import]]] = {LOOKING: {"ours": []}, DOING: {who: [] for who in MAKERS}}
    engine = create_engine(world.plain_url)
    with engine.begin() as connection:
        last = connection.scalar(text("SELECT max(id) FROM application"))
    for _ in range(times):
        for what, runs in found.items():
            for who, those in runs.items():
                those.append(_apart(what, who, world))
                _take_away(engine, last)
    return found


def _take_away(engine: Engine, last: int) -> None:
    """The rows that came in, what is kept of them, and what the database remembers of both."""
    with engine.begin() as connection:
        for table in ("content_change", "shown_card"):
            told = f"DELETE FROM {table} WHERE register = 'application' AND row_id > :last"
            connection.execute(text(told), {"last": last})
        connection.execute(text("DELETE FROM application WHERE id > :last"), {"last": last})
    execute(engine, "VACUUM ANALYZE application, content_change, shown_card")


def _apart(what: str, who: str, world: World) -> Import:
    command = [sys.executable, "-m", "tests.bench.imports", what, who]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(asdict(world)), stdout=subprocess.PIPE, text=True, check=True
    )
    return Import(**json.loads(done.stdout.splitlines()[-1]))


def rows_of(number: int, *, keys: bool) -> Iterator[tuple[Any, ...]]:
    """Applications of a sheet, each with a name of its own; with `keys` as they are stored, else as they are told."""
    statuses = ("in_use", "planned", "retired") if keys else ("I bruk", "Planlagt", "Avviklet")
    for one in range(number):
        name = f"Importert system {os.getpid()} {one:05}"
        day = f"20{10 + one % 15}-0{one % 9 + 1}-1{one % 9}"
        yield name, statuses[one % 3], f"Brukes av {one % 40} enheter", one % 500, day, f"Linje {one}"


def write(target: Path, headings: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    """A sheet as people send it: days as they are written here."""
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Systemer")
        sheet.write_row(0, 0, headings)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)


# -- who does it -------------------------------------------------------------------------------------------------------


def ours(world: World, target: Path, what: str) -> Callable[[], int]:
    """As the worker does it: the file is read by a process of its own, looked at, and imported as one event."""
    os.environ |= {"ORDEN_INSTANCE": world.instance, "DEMO": "0"}
    from app import create_app
    from exchange.files.reading import read
    from exchange.importing import carry_out
    from exchange.matching import match
    from exchange.rows.plan import How, Plan, plan
    from models.database import db
    from models.registers.architecture import Application
    from models.tenancy import scope
    from models.tenancy.roles import Actor, Grant

    app = create_app({"DATABASE_URL": world.app_url})
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)  # as the worker has it
    actor = Actor(0, "Bench", (Grant("local_admin", world.municipality),))
    reach = scope.replace(scope.of([world.municipality], active=world.municipality), request_id="bench")

    def looked() -> Plan:
        table = read(target, target.name).tables[0]
        how = How({one.column: one.key for one in match(Application, table) if one.is_sure and one.key})
        return plan(db.session(), actor, Application, table, how, language="nb")

    def make() -> int:
        with app.app_context(), scope.use(reach):
            found = looked()
            return len(found.going())

    def do() -> int:
        with app.app_context(), scope.use(reach):
            start = time.perf_counter()
            found = looked()
            seen = time.perf_counter()
            done = carry_out(db.session(), actor, found)
            db.session.commit()
            print(f"looked {seen - start:.1f} s, imported {time.perf_counter() - seen:.1f} s", file=sys.stderr)
            return len(done.going())

    return make if what == LOOKING else do


def django(world: World, target: Path, _what: str) -> Callable[[], int]:
    """django-import-export, all in one transaction, with the history of django-simple-history as its admin keeps it."""
    from tests.bench.djangosite.site import configure

    configure(world.plain_url)
    import tablib
    from import_export.resources import modelresource_factory

    from models.registers.architecture import Application
    from tests.bench.djangosite.models import MODELS

    model = MODELS[Application]
    resource = modelresource_factory(model)
    now = "2026-01-01 00:00:00"
    kept = {"municipality": world.municipality, "version": 1, "created_at": now, "updated_at": now}

    def do() -> int:
        sheet = tablib.Dataset().load(target.read_bytes(), "xlsx")
        sheet.append_col([None] * len(sheet), header="id")
        for key, value in kept.items():
            sheet.append_col([value] * len(sheet), header=key)
        result = resource().import_data(sheet, raise_errors=True, use_transactions=True)
        return int(result.totals["new"])

    return do


def floor(world: World, target: Path, _what: str) -> Callable[[], int]:
    """The same file read, and its rows inserted at once: no checks, no names, no history."""
    from datetime import date

    from python_calamine import CalamineWorkbook
    from sqlalchemy import insert

    from models.declare.clock import now
    from models.registers.architecture import Application

    def do() -> int:
        heading, *rows = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()
        common = {"municipality_id": world.municipality, "version": 1, "created_at": now(), "updated_at": now()}

        def told(row: list[Any]) -> dict[str, Any]:
            values = dict(zip(heading, row, strict=True))
            values |= {
                "user_count": int(values["user_count"]),
                "in_use_from": date.fromisoformat(values["in_use_from"]),
            }
            return common | values

        with create_engine(world.plain_url).begin() as connection:
            connection.execute(insert(Application.__table__), [told(row) for row in rows])
        return len(rows)

    return do


MAKERS = {"ours": ours, "django": django, "floor": floor}


def main(what: str, who: str) -> None:
    world = World(**json.load(sys.stdin))
    number = LOOKED_AT if what == LOOKING else IMPORTED
    with tempfile.TemporaryDirectory() as folder:
        target, told = Path(folder) / "in.xlsx", HEADINGS if who == "ours" else KEYS
        write(target, told, rows_of(number, keys=who != "ours"))
        make = MAKERS[who](world, target, what)
        start = time.perf_counter()
        made = make()
        seconds = time.perf_counter() - start
        if made != number:
            raise SystemExit(f"{made} rows of {number} came in.")
        print(json.dumps(asdict(Import(made, seconds, peak_mb()))))


if __name__ == "__main__":
    main(*sys.argv[1:])
