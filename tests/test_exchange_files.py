"""Files that come in: each of the corpus is read as expected or refused for what it is, and none leaves its process."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from exchange.files import child, reading
from exchange.files.plain import MOST_BYTES, Refused, Told, Why
from exchange.files.reading import SENTENCES, TOLD, Workbook, read
from exchange.table import Table, column_letters
from models.declare.words import Problem
from tests.support.dirty import csv, styled, xlsx
from tests.support.dirtyfiles import APART, HOSTILE, PEOPLES, Dirty, Sheet
from tests.support.dirtymodels import MODELS
from tests.support.looking import read_here

CORPUS = PEOPLES | HOSTILE | MODELS
Read = Callable[[Any, str], Workbook]


def check(dirty: Dirty, read: Read) -> None:
    make, name, expected = dirty
    if isinstance(expected, Why):
        with pytest.raises(Problem) as found:
            read(make(), name)
        assert found.value.text == SENTENCES[expected]
        return
    workbook = read(make(), name)

    table = workbook.tables[0]
    assert (table.headings, [*table.rows]) == (tuple(expected.headings), [tuple(row) for row in expected.rows])
    assert [saying.text for saying in workbook.told] == [TOLD[one] for one in expected.told]
    assert table.left == expected.left
    assert expected.numbers is None or list(table.numbers) == expected.numbers
    assert expected.names is None or [one.name for one in workbook.tables] == expected.names


@pytest.mark.parametrize("name", CORPUS)
def test_a_dirty_file_is_read_or_refused_for_what_it_is(name: str) -> None:
    check(CORPUS[name], read_here)


@pytest.mark.parametrize("name", [*APART, "plain", "csv of Excel", "nothing", "an error"])
def test_a_file_is_looked_into_by_a_process_of_its_own(name: str) -> None:
    check((APART | CORPUS)[name], read)


def test_the_corpus_has_every_reason_and_everything_that_is_told() -> None:
    expected = [one for _, _, one in (CORPUS | APART).values()]
    told = {what for one in expected if isinstance(one, Sheet) for what in one.told}

    assert {one for one in expected if isinstance(one, Why)} == {*Why}
    assert told == {*Told}
    assert len(expected) >= 80


def test_everything_that_can_be_wrong_has_a_sentence() -> None:
    assert (SENTENCES.keys(), TOLD.keys()) == ({*Why}, {*Told})


def test_a_million_styled_empty_rows_are_quick() -> None:
    check((lambda: styled(1_000_000), "a.xlsx", Sheet()), read)


def test_the_limits_end_the_process_and_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    run = subprocess.run

    def limited(command: list[str], **how: Any) -> Any:
        code = "from exchange.files import child; child.MEMORY = 56 << 20; child.main()"
        return run([*command[:3], "-c", code, command[-1]], **how)

    monkeypatch.setattr(subprocess, "run", limited)
    with pytest.raises(Problem) as found:
        read(csv([["Navn"] * 100] * 30_000), "a.csv")

    assert found.value.text == SENTENCES[Why.TOO_MUCH]


@pytest.mark.parametrize(
    ("code", "why"),
    [("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", Why.TOO_MUCH), ("raise SystemExit(1)", Why.DAMAGED),
     ("import time; time.sleep(9)", Why.TOO_MUCH)],
)  # fmt: skip
def test_a_process_that_ends_before_its_end_is_told_of(monkeypatch: pytest.MonkeyPatch, code: str, why: Why) -> None:
    run = subprocess.run
    monkeypatch.setattr(reading, "PATIENCE", 1)
    monkeypatch.setattr(subprocess, "run", lambda _, **how: run([sys.executable, "-c", code], **how))

    with pytest.raises(Problem) as found:
        read(csv(), "a.csv")

    assert found.value.text == SENTENCES[why]


def test_the_process_gives_up_what_it_does_not_need() -> None:
    code = (
        "import resource as r; from exchange.files import child; child.limit();"
        "print([r.getrlimit(one)[1] for one in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_CORE)])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=reading.ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == str([child.MEMORY, child.SECONDS, child.WRITTEN, 0])


def test_the_process_holds_the_bounds_itself_as_well() -> None:
    with pytest.raises(Refused) as found:
        child.open_file(b" " * (MOST_BYTES + 1), "a.csv")

    assert found.value.why is Why.TOO_BIG


def test_the_process_knows_nothing_of_ours() -> None:
    code = (
        "import sys; import exchange.files.child;"
        "print([one for one in sys.modules if one.startswith(('models', 'reports', 'sqlalchemy', 'flask'))])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=reading.ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_what_parses_files_is_loaded_by_that_process_alone() -> None:
    code = (
        "import sys; import app;"
        "parsers = ('python_calamine', 'charset_normalizer', 'exchange.files.child');"
        "print([one for one in parsers if one in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=reading.ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_rows_are_read_as_they_are_asked_for() -> None:
    numbered = [[f"n{number}", number] for number in range(3000)]

    table = read_here(csv([["Navn", "Tall"], *numbered]), "a.csv").tables[0]

    assert (len(table.rows), table.rows[0], table.rows[-1]) == (3000, ("n0", "0"), ("n2999", "2999"))
    assert table.rows[10:12] == [("n10", "10"), ("n11", "11")]
    assert [row[0] for row in table.rows] == [f"n{number}" for number in range(3000)]
    assert table.address(1, 1) == "B3"


def test_rows_are_read_by_several_at_once() -> None:
    table = read_here(csv([["Navn"], *[[f"n{number}"] for number in range(2000)]]), "a.csv").tables[0]
    found: list[list[Any]] = []

    def look(which: Table) -> None:
        found.append([row[0] for row in which.rows])

    threads = [threading.Thread(target=look, args=(table,)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert found == [[f"n{number}" for number in range(2000)]] * 4


def test_a_file_on_disk_is_read_like_its_bytes(tmp_path: Any) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(xlsx())

    assert read(file, "a.xlsx").tables[0].headings == ("Navn", "Leverandør", "Status")


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_called_as_spreadsheets_call_them(index: int, letters: str) -> None:
    assert column_letters(index) == letters
