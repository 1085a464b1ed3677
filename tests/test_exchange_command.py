"""`import` at the command line: the same summary, and never further than the person it is done for."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from exchange import jobs
from models.database import db
from models.declare.clock import now
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.imports import Import
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from tests.conftest import inside
from tests.support.sheets import at_work
from views import storing

SHEET = "Navn;Antall brukere;Farge\nKalender;12;rød\nTimeplan;mange;\n"


def run(app: Any, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=list(arguments))


def written(tmp_path: Path, content: str = SHEET, name: str = "ark.csv") -> str:
    place = tmp_path / name
    place.write_text(content, encoding="utf-8")
    return str(place)


def names(register: type[Any] = Application, place: str = "Tinn") -> list[str]:
    with inside(place):
        return sorted(db.session.scalars(select(register.name)))


def test_a_dry_run_tells_what_would_become_of_each_row_and_changes_nothing(engine_app: Any, tmp_path: Path) -> None:
    file = written(tmp_path)

    answer = run(engine_app, "import", "application", file, "--municipality", "4026", "--dry-run", "--json")

    told = json.loads(answer.stdout)
    assert (answer.exit_code, told["done"], told["counts"]["new"], told["counts"]["error"]) == (1, False, 1, 1)
    assert told["cells"] == {"read": 5, "placed": 2, "left": {"Farge": 1, "ark.csv 3": 2}}
    assert [one["cell"] for row in told["rows"] for one in row["problems"]] == ["B3"]
    assert names() == ["Åpen skoleprogram"]


def test_it_imports_all_rows_that_let_themselves_be_as_one_event(engine_app: Any, tmp_path: Path) -> None:
    file = written(tmp_path)

    answer = run(engine_app, "import", "application", file, "--municipality", "4026", "--as", "kari@test.example")
    again = run(engine_app, "import", "application", file, "--municipality", "4026")

    assert (answer.exit_code, "Ny: 1" in answer.stdout, "Feil: 1" in answer.stdout) == (1, True, True)
    assert "ark.csv B3 Antall brukere: " in answer.stdout
    assert (again.exit_code, "Mulig duplikat: 1" in again.stdout) == (1, True)
    assert names() == ["Kalender", "Åpen skoleprogram"]


def test_what_columns_are_may_be_said_in_a_file_and_a_clean_import_ends_with_nothing(
    engine_app: Any, tmp_path: Path
) -> None:
    told = {"columns": {"System": "name"}, "notes": ["Farge"], "fixed": {"status": "Planlagt"}}
    mapped = written(tmp_path, json.dumps(told), "kart.json")
    file = written(tmp_path, "System;Farge\nKalender;rød\n")

    answer = run(engine_app, "import", "application", file, "--municipality", "4026", "--map", mapped)

    assert (answer.exit_code, names()) == (0, ["Kalender", "Åpen skoleprogram"])


@pytest.mark.parametrize("rest", [{"notes": ["B"]}, {"skip": ["B"]}])
def test_the_columns_of_a_sheet_without_headings_are_told_by_their_letters(
    engine_app: Any, tmp_path: Path, rest: dict[str, Any]
) -> None:
    told = {"headless": True, "columns": {"A": "name", "C": "status"}, **rest}
    mapped = written(tmp_path, json.dumps(told), "kart.json")
    file = written(tmp_path, "Kalender;rød;Planlagt\nTimeplan;blå;I bruk\n")

    answer = run(engine_app, "import", "application", file, "--municipality", "4026", "--map", mapped, "--json")

    summary = json.loads(answer.stdout)
    assert (answer.exit_code, summary["done"], summary["counts"]["new"]) == (0, True, 2)
    assert summary["cells"]["placed"] == (6 if "notes" in rest else 4)
    assert names() == ["Kalender", "Timeplan", "Åpen skoleprogram"]


def test_what_went_out_comes_back_with_its_parts(engine_app: Any, tmp_path: Path) -> None:
    at, place = ("--municipality", "4026"), tmp_path / "ut.xlsx"
    run(engine_app, "export", "processing-activity", *at, "--out", str(place))
    book = load_workbook(place)
    page = book["Slettefrister"]
    headings = [one.value for one in page[1]]
    page.cell(2, headings.index("Antall måneder (måneder)") + 1, 72)
    book.save(place)

    answer = run(engine_app, "import", "processing-activity", str(place), *at, "--json")

    told = json.loads(answer.stdout)
    assert (answer.exit_code, told["counts"]["changed"], told["counts"]["error"]) == (0, 1, 0)
    with inside("Tinn"):
        rows = db.session.scalars(select(ProcessingActivity)).all()
        assert [one.months for row in rows for one in row.retention] == [72]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"columns": {"Systm": "name"}}, "Kolonnen «Systm» finnes ikke i arket «ark.csv»."),
        ({"columns": {"System": "navn"}}, "Kolonnen «navn» finnes ikke i registeret lenger."),
        ({"headless": True, "columns": {"System": "name"}}, "Kolonnen «System» finnes ikke i arket «ark.csv»."),
        ({"columns": {"System": 7}}, "says nothing of columns: System is not said to be a field."),
        ({"columns": ["System"]}, "says nothing of columns: columns is not right."),
        ({"columns": {}, "notes": "Farge"}, "says nothing of columns: notes is not right."),
        ([], "says nothing of columns: it is no object."),
    ],
)
def test_a_map_that_cannot_be_right_is_refused_and_nothing_is_imported(
    engine_app: Any, tmp_path: Path, told: Any, why: str
) -> None:
    mapped = written(tmp_path, json.dumps(told), "kart.json")
    file = written(tmp_path, "System;Farge\nKalender;rød\n")

    answer = run(engine_app, "import", "application", file, "--municipality", "4026", "--map", mapped)

    assert (answer.exit_code, why in " ".join(answer.stderr.split()), names()) == (2, True, ["Åpen skoleprogram"])


def test_a_person_reaches_no_further_than_on_the_pages(engine_app: Any, tmp_path: Path) -> None:
    file, at = written(tmp_path, "Navn\nKalender\n"), ("--municipality", "4026")
    shared = written(tmp_path, "Navn\nNyvare AS\n", "b.csv")

    elsewhere = run(engine_app, "import", "application", file, "--municipality", "4032", "--as", "kari@test.example")
    nobody = run(engine_app, "import", "application", file, *at, "--as", "ingen@test.example")
    reader = run(engine_app, "import", "application", file, *at, "--as", "ola@test.example")
    project = run(engine_app, "import", "risk-assessment", file, *at, "--as", "per@test.example")
    proposed = run(engine_app, "import", "supplier", shared, *at, "--as", "kari@test.example")

    assert [one.exit_code for one in (elsewhere, nobody, reader, project, proposed)] == [1, 1, 1, 1, 0]
    assert "Kalender" not in names() + names(Application, "Seljord") + names(RiskAssessment)
    with inside("Tinn"):
        assert str(db.session.scalars(select(Supplier.status).where(Supplier.name == "Nyvare AS")).one()) == "proposed"


@pytest.mark.parametrize("content", ["", "\x89PNG\r\n\x1a\n"])
def test_a_file_that_cannot_be_read_ends_with_two(app: Any, tmp_path: Path, content: str) -> None:
    file = written(tmp_path, content, "bilde.xlsx")

    answer = run(app, "import", "application", file, "--municipality", "4026")

    assert (answer.exit_code, len(answer.stderr.strip().splitlines())) == (2, 1)


def test_old_imports_are_forgotten_and_their_files_swept(app: Any, tmp_path: Path) -> None:
    kept = []
    for age in (31, 29):
        with at_work("kari"):
            job = jobs.begin(db.session(), storing.imports(), Application, io.BytesIO(b"Navn\nA\n"), "a.csv", "nb")
            job.made_at = now() - timedelta(days=age)
            kept.append(job.stored)
            db.session.commit()
    for name in kept:
        os.utime(storing.imports().place(name), (0, 0))

    answer = run(app, "log", "prune")

    assert "1 imports older than 30 days are forgotten." in answer.stdout
    assert list(storing.imports().names()) == [kept[1]]


def test_a_worker_beside_ends_with_the_process_that_started_it(app: Any) -> None:
    program = str(Path(sys.executable).with_name("flask"))
    starting = (
        "import subprocess, sys, os, time;"
        f"made = subprocess.Popen([{program!r}, '--app', 'app', 'worker', '--beside', str(os.getpid())]);"
        "print(made.pid, flush=True); time.sleep(60)"
    )
    settings = os.environ | {"ORDEN_INSTANCE": app.instance_path, "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"]}
    parent = subprocess.Popen([sys.executable, "-c", starting], stdout=subprocess.PIPE, env=settings, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())

    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    for _second in range(600):
        if not _is_alive(child):
            break
        time.sleep(0.1)
    assert not _is_alive(child)


def _is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_no_job_is_left_of_what_the_command_imports(app: Any, tmp_path: Path) -> None:
    run(app, "import", "application", written(tmp_path), "--municipality", "4026")

    with inside():
        assert db.session.scalars(select(Import.id)).all() == []
