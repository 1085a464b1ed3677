"""In CI a skipped test counts as failed."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


CONFTEST = """
    import pytest
    from tests.support.no_skips import fail_when_skipped

    def pytest_sessionfinish(session):
        fail_when_skipped(session)
"""


def run_pytest(folder: Path, test: str, *arguments: str, ci: bool) -> tuple[int, str]:
    """A pytest run of its own on one test file that uses the hook."""
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = needs_shared: may skip\n")
    (folder / "conftest.py").write_text(textwrap.dedent(CONFTEST))
    (folder / "test_it.py").write_text(f"import pytest\ndef test_passes(): pass\n{textwrap.dedent(test)}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "CI"))}
    environment |= {"PYTHONPATH": str(ROOT)} | ({"CI": "true"} if ci else {})
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", *arguments],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout


SKIPS = '@pytest.mark.skip(reason="no moon tonight")\ndef test_moon(): pass\n'


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_a_skip_fails_in_ci_and_is_named(tmp_path: Path, workers: list[str]) -> None:
    status, output = run_pytest(tmp_path, SKIPS, *workers, ci=True)
    assert status == 1
    assert "skipped in CI counts as failed" in output
    assert "test_it.py::test_moon: Skipped: no moon tonight" in output


@pytest.mark.parametrize(
    ("test", "ci"),
    [(SKIPS, False), (f"@pytest.mark.needs_shared\n{SKIPS}", True), ("", True)],
    ids=["at home", "needs_shared", "nothing skipped"],
)
def test_otherwise_the_run_passes(tmp_path: Path, test: str, ci: bool) -> None:
    status, output = run_pytest(tmp_path, test, ci=ci)
    assert (status, "counts as failed" in output) == (0, False)


def test_a_whole_file_skipped_fails_too(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, 'pytest.skip("not now", allow_module_level=True)', ci=True)[0] == 1
