"""Which tests reach which function: measured by one run of the tests, and of a test file again when it changes."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.mutants.changes import watched
from tests.mutants.copies import copied, pytest_in


@dataclass
class Measure:
    """What is known of a project: `found` has the seconds and the functions of each test that passed."""

    code: str = ""
    tests: dict[str, str] = field(default_factory=dict)
    imported: list[str] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)

    def reaching(self, file: str, unit: str) -> list[str]:
        """The tests that reach a function, first those that reach little else."""
        name, module = f"{file}:{unit}", file.removesuffix(".py").replace("/", ".")
        at_import = name in self.imported
        found = [
            (len(one["units"]), one["seconds"], test)
            for test, one in self.found.items()
            if name in one["units"] or (at_import and module in one["imports"])
        ]
        return [test for *_, test in sorted(found)]


def measured(root: Path, kept: Path, files: list[Path], test_files: list[str], options: list[str]) -> Measure:
    """What was measured before, where nothing has changed since; the rest anew, which takes as long as the tests."""
    measure = Measure(**json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else Measure()
    if measure.code != (code := _digest(root, [p for p in root.rglob("*.py") if _is_code(root, p)])):
        measure = Measure(code)
    now = {name: _digest(root, [root / name]) for name in test_files}
    stale = [name for name, digest in now.items() if measure.tests.get(name) != digest]
    if stale:
        print(f"Measuring which functions {len(stale)} files of tests reach ...", flush=True)
        with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
            _measure(root, copied(root, Path(folder) / "copy"), files, stale, options, measure)
        measure.tests |= {name: now[name] for name in stale}
        kept.write_text(json.dumps(asdict(measure)), encoding="utf-8")
    return measure


def _is_code(root: Path, path: Path) -> bool:
    parts = path.relative_to(root).parts
    return not any(one.startswith((".", "test_")) for one in parts) and parts[:2] != ("tests", "mutants")


def _digest(root: Path, files: list[Path]) -> str:
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def _measure(
    root: Path, place: Path, files: list[Path], stale: list[str], options: list[str], measure: Measure
) -> None:
    for file in files:
        name = file.relative_to(root).as_posix()
        (place / name).write_text(watched(name, file.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.copy(Path(__file__).with_name("seen_by_tests.py"), place)
    _code, written = pytest_in(place, "-p", "seen_by_tests", *options, *stale)
    notes = [json.loads(one.read_text(encoding="utf-8")) for one in place.glob("seen-*.json")]
    if not notes:
        raise SystemExit(f"No test ran:\n{written[-3000:]}")
    measure.found = {test: one for test, one in measure.found.items() if test.split("::")[0] not in stale}
    sources = {name: (root / name).read_text(encoding="utf-8") for name in stale}
    modules = [one.relative_to(root).as_posix().removesuffix(".py").replace("/", ".") for one in files]
    imports = {name: [one for one in modules if _is_named(one, text)] for name, text in sources.items()}
    for note in notes:
        measure.imported = note["imported"] or measure.imported
        for test, one in note["found"].items():
            if one["passed"]:
                measure.found[test] = {**one, "imports": imports[test.split("::")[0]]}
    print(f"{len(measure.found)} tests pass there: {written.strip().splitlines()[-1]}", flush=True)


def _is_named(module: str, text: str) -> bool:
    package, _, last = module.rpartition(".")
    return module in text or f"from {package} import {last}\n" in text
