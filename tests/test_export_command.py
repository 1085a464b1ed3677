"""`flask export`: the same file as from the list, as far as whoever it is done for reaches, and told of in the log."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from exchange.formulas import restored
from models.database import db
from models.registers.municipality import Municipality
from models.tenancy.accesslog import AccessEntry, ProjectAccessEntry
from tests.conftest import inside
from tests.support.attack import found_in, workbook_text
from tests.test_registers import As

TINN = "4026"


def run(app: Any, *arguments: str | Path) -> Any:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["export", *map(str, arguments)])


def cells(file: Any) -> list[list[tuple[Any, ...]]]:
    return [list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(file).worksheets[1:]]


def told(log: Any = AccessEntry) -> list[tuple[Any, ...]]:
    with inside():
        rows = db.session.scalars(select(log).order_by(log.id))
        return [(str(one.event), one.actor_name, one.subject, one.rows) for one in rows]


def test_the_command_writes_the_file_of_the_list_and_the_log_tells_of_it(
    engine_app: Any, tmp_path: Path, as_on: As
) -> None:
    target = tmp_path / "behandlinger.xlsx"

    answer = run(engine_app, "processing-activity", "--municipality", TINN, "--out", target)

    assert (answer.exit_code, answer.output) == (0, f"Behandlinger: 2\nWritten to {target}\n")
    assert told()[-1] == ("export", "Command line", "Behandlinger", 2)
    assert target.stat().st_mode & 0o077 == 0
    with as_on("kari").get("/processing-activity/export/xlsx/?columns=all") as page:
        by_page = tmp_path / "page.xlsx"
        by_page.write_bytes(page.data)
    assert cells(target) == cells(by_page)


def test_the_ending_says_which_kind_of_file(app: Any, tmp_path: Path) -> None:
    target = tmp_path / "lover.csv"

    answer = run(app, "law", "--municipality", "all", "--out", target, "--language", "en")

    assert answer.exit_code == 0, answer.output
    heading, *rows = csv.reader(StringIO(target.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";")
    assert heading[-2:] == ["Orden number", "Orden version"]
    assert "Opplæringslova" in {restored(cell) for row in rows for cell in row}
    assert told(ProjectAccessEntry)[-1] == ("export", "Command line", "Lover", len(rows))


@pytest.mark.parametrize("number", ["0826", "3818", TINN])
def test_the_command_takes_the_number_of_any_year_and_reaches_no_further(number: str, app: Any, tmp_path: Path) -> None:
    found = {}

    for name in ("application", "membership", "user_account"):
        target = tmp_path / f"{name}.xlsx"
        assert run(app, name, "--municipality", number, "--out", target).exit_code == 0
        found[name] = workbook_text(target.read_bytes())

    assert [found_in(text) for text in found.values()] == [[], [], []]
    assert ["Berit Test" in text for text in found.values()] == [False, False, False]
    assert "Kari Test" in found["membership"]


def test_as_somebody_it_writes_what_they_may_take_out_themselves_and_says_on_whose_behalf(
    app: Any, tmp_path: Path
) -> None:
    target = tmp_path / "a.xlsx"

    answer = run(app, "application", "--municipality", "all", "--out", target, "--as", "Kari@test.example")

    assert answer.exit_code == 0, answer.output
    text = workbook_text(target.read_bytes())
    assert ("Åpen skoleprogram" in text, found_in(text)) == (True, [])
    assert told()[-1] == ("export", "Command line: Kari Test", "Applikasjoner", 1)


@pytest.mark.parametrize(
    ("email", "register", "place", "complaint"),
    [
        ("ola@test.example", "application", TINN, "Ola Test may not take this register out there."),
        ("kari@test.example", "membership", TINN, "Kari Test may not take this register out there."),
        ("frida@test.example", "application", TINN, "Frida Test may not take this register out there."),
        ("per@test.example", "risk-assessment", "all", "Per Test may not take this register out there."),
        ("kari@test.example", "application", "4020", "Kari Test has no role in the municipality 4020."),
        ("ingen@test.example", "application", TINN, "Nobody with the address ingen@test.example may sign in."),
    ],
)
def test_as_somebody_it_refuses_what_they_may_not(
    email: str, register: str, place: str, complaint: str, app: Any, tmp_path: Path
) -> None:
    target = tmp_path / "a.xlsx"
    before = told()

    answer = run(app, register, "--municipality", place, "--out", target, "--as", email)

    assert (answer.exit_code, answer.output) == (1, f"Error: {complaint}\n")
    assert (target.exists(), told()) == (False, before)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nothing", "--municipality", TINN, "--out", "a.xlsx"], "there is no register nothing"),
        (["application", "--municipality", TINN, "--out", "a.ods"], "ends in .xlsx or .csv"),
        (["application", "--municipality", "9999", "--out", "a.xlsx"], "No municipality has, or had, the number 9999."),
        (["application", "--municipality", TINN, "--out", "/nowhere/a.xlsx"], "/nowhere/a.xlsx cannot be written"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(arguments: list[str], complaint: str, app: Any) -> None:
    answer = run(app, *arguments)

    assert answer.exit_code in {1, 2}
    assert complaint in " ".join(answer.output.split())
    assert "Traceback" not in answer.output


def test_a_municipality_is_told_what_was_taken_out_of_it_alone(app: Any, tmp_path: Path) -> None:
    run(app, "dataset", "--municipality", TINN, "--out", tmp_path / "a.csv")

    with inside():
        owners = {
            db.session.get(Municipality, one.municipality_id).name
            for one in db.session.scalars(select(AccessEntry))
            if one.subject == "Datasett"
        }
    assert owners == {"Tinn"}
