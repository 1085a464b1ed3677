"""The record of some 500 processing activities in its forms, each in a process of its own: the sheet of art. 30(1), all
of the workbook, and the document in Word and PDF. Nobody else makes them, so nobody stands beside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tests.bench.data import ROOT, World
from tests.bench.exports import Export, peak_mb

ACTIVITIES = 500
BUDGETS = {"short": 1.0, "workbook": 5.0, "docx": 20.0, "pdf": 20.0, "package": 10.0}  # seconds
MOST_MB = 200  # of the package, and so of all that is in it


def run(world: World, times: int) -> dict[str, list[Export]]:
    """Some runs of each form, in turns."""
    found: dict[str, list[Export]] = {form: [] for form in BUDGETS}
    for _ in range(times):
        for form, those in found.items():
            those.append(_apart(form, world))
    return found


def lines(found: dict[str, list[Export]]) -> list[str]:
    """The quickest run of each form beside what it may take."""
    best = {form: min(runs, key=lambda one: one.seconds) for form, runs in found.items()}
    return [
        f"  record, {form}: {one.rows} activities in {one.seconds:.2f} s (at most {BUDGETS[form]:g} s), "
        f"{one.peak_mb:.0f} MB (at most {MOST_MB}), a file of {one.file_mb:.1f} MB"
        for form, one in best.items()
    ]


def _apart(form: str, world: World) -> Export:
    command = [sys.executable, "-m", "tests.bench.documents", form]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(asdict(world)), stdout=subprocess.PIPE, text=True, check=True
    )
    return Export(**json.loads(done.stdout.splitlines()[-1]))


def writers() -> dict[str, Callable[[Any, Any, Any, Path], int]]:
    """What writes each form: a report of a session to a file."""
    from reports import pdf, word, xlsx
    from reports.protocol import package

    def book(told: Any, session: Any, ask: Any, target: Path, *, whole: bool) -> int:
        made = told.workbook(session, ask)
        made.sheets = made.sheets if whole else made.sheets[:1]
        xlsx.write(made, target)
        return int(made.total)

    def paper(writer: Any, told: Any, session: Any, ask: Any, target: Path) -> int:
        with target.open("wb") as file:
            writer.write(told.document(session, ask), file)
        return int(told.chapters(session, ask))

    def zipped(told: Any, session: Any, ask: Any, target: Path) -> int:
        with target.open("w+b") as file:
            return package.write(told, session, ask, "", file, lambda *_: None)[0].rows

    return {
        "package": zipped,
        "short": lambda *given: book(*given, whole=False),
        "workbook": lambda *given: book(*given, whole=True),
        "docx": lambda *given: paper(word, *given),
        "pdf": lambda *given: paper(pdf, *given),
    }


def main(form: str) -> None:
    world = World(**json.load(sys.stdin))
    os.environ |= {"ORDEN_INSTANCE": world.instance, "DEMO": "0"}
    from app import create_app
    from models.database import db
    from models.declare.choices import RecordStatus
    from models.registers.municipality import all_ids
    from models.tenancy import scope
    from reports import report

    app, told = create_app({"DATABASE_URL": world.app_url}), report("behandlingsprotokoll")
    given = {"status": [one.value for one in RecordStatus], "language": ["nb"]}
    with app.app_context(), tempfile.TemporaryDirectory() as folder:
        ids = sorted(all_ids(db.session))
        for number in range(1, len(ids) + 1):  # as many municipalities as it takes
            with scope.use(scope.of(ids[:number])):
                db.session.rollback()
                ask = told.asked(db.session, given, "nb", str)
                if told.chapters(db.session, ask) < ACTIVITIES and number < len(ids):
                    continue
                write, target = writers()[form], Path(folder) / f"record.{form}"
                list(told.sheets(db.session, replace(ask, most=1))[0].sheet.rows)  # as where statements are made
                start = time.perf_counter()
                rows = write(told, db.session, ask, target)
                seconds = time.perf_counter() - start
                print(json.dumps(asdict(Export(rows, seconds, peak_mb(), target.stat().st_size / 2**20))))
                return


if __name__ == "__main__":
    main(sys.argv[1])
