"""A copy of the project to change and to run tests in, and programs that end when we do."""

from __future__ import annotations

import contextlib
import fnmatch
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

FOREIGN = ("PYTEST", "ORDEN", "FLASK", "DATABASE", "TEST_DATABASE", "MAKE", "MFLAGS", "PYTHONPATH")
_running: set[subprocess.Popen[str]] = set()


def copied(root: Path, place: Path) -> Path:
    """The project as a fresh clone has it: what .gitignore names stays behind."""
    ignored = (root / ".gitignore").read_text(encoding="utf-8").split() if (root / ".gitignore").exists() else []
    names = [".git", *(line.strip("/") for line in ignored if line[0] not in "!#")]

    def left_out(folder: str, found: list[str]) -> set[str]:
        below = Path(folder).relative_to(root).as_posix()
        here = [(name, f"{below}/{name}") for name in found if name != "config.example.py"]
        return {name for name, whole in here if any(fnmatch.fnmatch(t, one) for t in (name, whole) for one in names)}

    shutil.copytree(root, place, ignore=left_out, symlinks=True)
    return place


def pytest_in(place: Path, *arguments: str, seconds: float | None = None) -> tuple[int | None, str]:
    """Run pytest in a copy: how it ended, None when its time ran out, and what it wrote."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    around |= {"PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={place}-tmp", *arguments]
    process = subprocess.Popen(
        command, cwd=place, env=around, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,  # so that what the tests start ends with them
    )  # fmt: skip
    _running.add(process)
    try:
        written, _ = process.communicate(timeout=seconds)
        return process.returncode, written
    except subprocess.TimeoutExpired:
        return None, ""
    finally:
        _end(process)
        _running.discard(process)


def end_all() -> None:
    for process in list(_running):
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()
