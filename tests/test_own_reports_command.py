"""Own reports by command: what the page gives to whoever asks, and to nobody more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.tenancy.accesslog import AccessEntry
from tests.conftest import inside
from tests.test_own_reports import QUERY, furnish, save
from tests.test_registers import As
from tests.test_reports import cells

TONE = "tone@test.example"
PLACES = {"Tinn": "4026", "Seljord": "4020"}


def run(app: Any, out: Path, query: str, email: str = TONE, town: str = "Tinn", slug: str = "egen-application") -> Any:
    db.session.remove()
    words = ["report", slug, "--municipality", PLACES[town], "--out", str(out), "--as", email, "--query", query]
    return app.test_cli_runner().invoke(args=words)


@pytest.fixture(autouse=True)
def _world(engine_app: Any) -> None:
    furnish()
    furnish("Seljord", "Hemmeleg")


def test_an_address_and_what_is_saved_are_written_as_the_page_shows_them(
    as_on: As, engine_app: Any, tmp_path: Path
) -> None:
    save(as_on("tone"), "Helse")

    answers = [run(engine_app, tmp_path / f"{n}.xlsx", one) for n, one in enumerate((QUERY, "view=own:Helse"))]

    assert [one.exit_code for one in answers] == [0, 0], [one.output for one in answers]
    for number in range(2):
        groups = openpyxl.load_workbook(tmp_path / f"{number}.xlsx").worksheets[1]
        assert ["Tinn heim", 1, 5000, 4] in cells(groups)
    with inside():
        told = db.session.scalars(select(AccessEntry).order_by(AccessEntry.id.desc())).first()
        assert told is not None
        assert (told.subject, told.actor_name) == ("Applikasjoner", "Command line: Tone Test")


@pytest.mark.parametrize(
    ("email", "town", "slug", "query"),
    [
        (TONE, "Tinn", "egen-membership", ""),
        (TONE, "Tinn", "egen-nothing", ""),
        (TONE, "Tinn", "egen-application", "view=own:Ingen"),
        (TONE, "Seljord", "egen-application", QUERY),
        ("ola@test.example", "Tinn", "egen-application", QUERY),
        ("nobody@test.example", "Tinn", "egen-application", QUERY),
    ],
)
def test_what_the_page_would_refuse_is_refused(
    email: str, town: str, slug: str, query: str, engine_app: Any, tmp_path: Path
) -> None:
    answer = run(engine_app, tmp_path / "x.xlsx", query, email, town, slug)

    assert (answer.exit_code, (tmp_path / "x.xlsx").exists()) == (1, False), answer.output


def test_the_list_of_reports_tells_that_there_are_such(engine_app: Any) -> None:
    answer = engine_app.test_cli_runner().invoke(args=["report", "list"])

    assert answer.output.splitlines()[-1] == "egen-REGISTER            En egen rapport, laget av ei liste."


def test_what_is_left_out_of_a_query_is_said(engine_app: Any, tmp_path: Path) -> None:
    answer = run(engine_app, tmp_path / "x.pdf", "group=gone")

    assert answer.exit_code == 0, answer.output
    assert "«gone» kan ikke velges som «Grupper etter», og er ikke med." in answer.output
