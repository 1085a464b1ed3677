"""Put beside a copy of the project whose functions say that they were reached: notes by which tests.

A plugin of pytest, loaded before the project; each process of a run writes a file of its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

_now: set[str] = set()
_imported: set[str] = set()
_found: dict[str, dict[str, Any]] = {}
seen = _now.add


def pytest_collection_finish() -> None:
    """What was reached until now, is by whoever imports the project."""
    _imported.update(_now)
    _now.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    one = _found.setdefault(item.nodeid, {"seconds": 0.0, "passed": True, "units": set()})
    one["seconds"] += report.duration
    one["passed"] &= report.passed
    one["units"] |= _now
    _now.clear()
    return report


def pytest_sessionfinish() -> None:
    if _found:
        found = {name: {**one, "units": sorted(one["units"])} for name, one in _found.items()}
        text = json.dumps({"imported": sorted(_imported), "found": found})
        Path(__file__).with_name(f"seen-{os.getpid()}.json").write_text(text, encoding="utf-8")
