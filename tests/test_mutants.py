"""`make mutants` on a small project made up here: what is seen, what lives, what never ends, nothing left behind."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.mutants.__main__ import changed_since
from tests.mutants.changes import mutants, watched
from tests.mutants.equivalent import EQUIVALENT

ROOT = Path(__file__).resolve().parents[1]
CODE = '''"""A made-up room."""


def within(number: int) -> bool:
    return number < 10


def counted_down(number: int) -> int:
    while number > 0:
        number -= 1
    return number


def unasked() -> int:
    return 1
'''
TESTS = """from models.tiny import counted_down, within


def test_within() -> None:
    assert within(1) is True


def test_counted_down() -> None:
    assert counted_down(3) == 0


def test_that_fails_by_itself() -> None:
    assert within(1) is None
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A project of one file, one file of tests, and a folder for what is temporary."""
    for name, text in {
        "project/models/tiny.py": CODE,
        "project/tests/test_tiny.py": TESTS,
        "project/pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\naddopts = "-ra"\n',
        "project/.gitignore": ".stamp/\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for empty in ("project/reports", "temporary"):
        (tmp_path / empty).mkdir()
    return tmp_path / "project"


def started(place: Path, *arguments: str) -> subprocess.Popen[str]:
    around = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(place.parent / "temporary")}
    command = [sys.executable, "-m", "tests.mutants", "--workers", "1", *arguments]
    return subprocess.Popen(command, cwd=place, env=around, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def content(place: Path) -> dict[str, str]:
    """What stands in the project, the notes of the runner aside."""
    files = [one for one in place.rglob("*") if one.is_file() and one.parent.name not in {".stamp", "__pycache__"}]
    return {str(one.relative_to(place)): one.read_text(encoding="utf-8") for one in files}


def at_work(place: Path) -> list[str]:
    """The processes that have to do with what is temporary."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(one.read_text())
        except OSError:
            continue
    return [one for one in found if str(place.parent / "temporary") in one]


def outcomes(said: str) -> dict[str, str]:
    """What became of each change."""
    lines = [line.split(" ", 1)[1] for line in said.splitlines() if line.split(" ")[0].count("/") == 1]
    return {change.rpartition("  (")[0]: outcome for outcome, _, change in (line.partition("  ") for line in lines)}


def test_what_no_test_sees_lives_and_what_one_sees_or_never_ends_is_caught(place: Path) -> None:
    before = content(place)
    with started(place, "--starting", "20") as running:
        said, _ = running.communicate()

    assert outcomes(said) == {
        "models/tiny.py:5  return number < 10  ->  return None": "caught",
        "models/tiny.py:5  number < 10  ->  number <= 10": "LIVES",
        "models/tiny.py:5  10  ->  11": "LIVES",
        "models/tiny.py:9  number > 0  ->  number >= 0": "caught",
        "models/tiny.py:9  0  ->  1": "caught",
        "models/tiny.py:10  number -= 1  ->  number += 1": "does not end",
        "models/tiny.py:10  1  ->  2": "caught",
        "models/tiny.py:11  return number  ->  return None": "caught",
        "models/tiny.py:15  return 1  ->  return None": "NO TEST REACHES",
        "models/tiny.py:15  1  ->  2": "NO TEST REACHES",
    }, said
    told = "Tried 10: 6 caught (1 without end), 4 live, 2 of them reached by no test. Left out as equivalent: 0."
    assert (running.returncode, said.splitlines()[-1]) == (1, told)
    assert (content(place), list((place.parent / "temporary").iterdir())) == (before, [])


def test_the_tests_are_measured_again_only_where_they_have_changed(place: Path) -> None:
    file = place / "tests" / "test_tiny.py"
    said = []
    for more in ("", "", "\n\ndef test_ten() -> None:\n    assert within(9) and not within(10)\n"):
        file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
        with started(place, "models/tiny.py:5") as running:
            said.append(running.communicate()[0])

    assert ["Measuring" in one for one in said] == [True, False, True]
    assert [one.splitlines()[-1].partition(",")[0] for one in said] == ["Tried 3: 1 caught (0 without end)"] * 2 + [
        "Tried 3: 3 caught (0 without end)"
    ]
    assert running.returncode == 0


def test_a_run_that_is_broken_off_leaves_the_checkout_as_it_was_and_nothing_behind(place: Path) -> None:
    before = content(place)
    with started(place, "models/tiny.py:10", "--starting", "300") as running:
        while running.poll() is None:  # until the change that never ends is written
            copies = (place.parent / "temporary").glob("*/0/models/tiny.py")
            if any("number += 1" in one.read_text(encoding="utf-8") for one in copies) and len(at_work(place)) > 0:
                break
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate()

    assert running.returncode == 130, said
    assert (content(place), list((place.parent / "temporary").iterdir()), at_work(place)) == (before, [], [])


def test_only_lines_that_differ_from_a_commit_are_tried_when_it_is_asked_so(place: Path) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@x.example"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *command], cwd=place, check=True)
    file = place / "models" / "tiny.py"
    file.write_text(CODE.replace("< 10", "< 20") + "\n\nTEN = 10\n", encoding="utf-8")

    assert changed_since(place, "HEAD") == {("models/tiny.py", line) for line in (5, 16, 17, 18)}


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("return a == b", ["return None", "a != b"]),
        ("x = a and not b", ["a or not b", "b"]),
        ("f(True)", ["pass", "False"]),
        ("x = sorted(a, key=b)", ["list(a)"]),
        ("x = [one for one in a if one]", ["for one in a"]),
        ("if a:\n        b()", ["if True:", "if False:", "pass"]),
        ("x = a if b else c", ["a", "c"]),
        ("x = select(a).where(b)", ["select(a)"]),
        ("x: int | None = f'{a + 1}'", []),
        ("return None", []),
    ],
)
def test_what_is_changed_in_a_line(line: str, changes: list[str]) -> None:
    source = f"def f(a, b, c):\n    {line}\n"
    found = list(mutants("x.py", source))

    assert [one.after for one in found] == changes
    assert [(one.file, one.unit) for one in found] == [("x.py", "f")] * len(changes)
    assert all(ast.dump(ast.parse(one.written())) != ast.dump(ast.parse(source)) for one in found)


def test_each_function_of_a_watched_file_says_its_name_once() -> None:
    head = '"""A."""\nfrom __future__ import annotations\n'
    source = head + 'RULES = [lambda r: r]\nclass A:\n    def f(self):\n        "B."\n'

    assert watched("x.py", source) == (
        head + "from seen_by_tests import seen as _seen\n"
        "RULES = [lambda r: _seen('x.py:lambda 1') or r]\n\nclass A:\n\n    def f(self):\n"
        '        """B."""\n        _seen(\'x.py:A.f\')'
    )


def test_what_is_said_to_be_equivalent_is_still_there() -> None:
    files = {file for file, *_ in EQUIVALENT}
    found = {(one.file, one.before, one.after) for name in files for one in mutants(name, (ROOT / name).read_text())}

    assert set(EQUIVALENT) - found == set()
