"""Whether an inspection package is what was made, by command: of a file from anywhere, and of all that are kept."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.database import db
from models.keeping.files import Files
from models.registers.packages import Package
from tests.conftest import inside
from tests.test_packages import HELD, PAGE, pack
from tests.test_registers import As

Entries = dict[str, bytes]


@pytest.fixture
def made(app: Any, as_: As, tmp_path: Path) -> Path:
    """A package as somebody fetched it."""
    kari = as_("kari")
    place = tmp_path / "pakke.zip"
    place.write_bytes(kari.get(f"{PAGE}{pack(kari)}/download/").data)
    return place


def verified(app: Any, *said: str) -> tuple[int, str]:
    """The exit code of the command, and what it says, without where the files lie."""
    db.session.remove()
    done = app.test_cli_runner().invoke(args=["package", "verify", *said])
    return done.exit_code, re.sub(r"\S*/", "", done.output)


def again(place: Path, change: Callable[[Entries], None]) -> Path:
    """The same package with something changed in it."""
    with zipfile.ZipFile(place) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    change(entries)
    other = place.with_name("annen.zip")
    with zipfile.ZipFile(other, "w") as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return other


def test_what_was_fetched_is_what_was_made(app: Any, made: Path) -> None:
    code, said = verified(app, str(made))

    assert (code, re.sub(r"made \S+ by", "made … by", said)) == (
        0,
        "pakke.zip: every file is as its manifest says, made … by Kari Test for Tinn; it is package 1 here.\n",
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda held: held.update({HELD[2]: held[HELD[2]] + b" "}), f"{HELD[2]} er endret."),
        (lambda held: held.pop(HELD[1]), f"{HELD[1]} mangler."),
        (lambda held: held.update({"mer.txt": b""}), "mer.txt hører ikke til pakken."),
    ],
)
def test_what_was_changed_is_named(app: Any, made: Path, change: Callable[[Entries], None], told: str) -> None:
    assert verified(app, str(again(made, change))) == (1, f"annen.zip: {told}\n")


def test_a_package_whose_manifest_was_changed_along_is_none_that_was_made_here(app: Any, made: Path) -> None:
    def forged(held: Entries) -> None:
        manifest = json.loads(held["manifest.json"]) | {"made_by": "En annen"}
        held["manifest.json"] = json.dumps(manifest).encode()

    code, said = verified(app, str(again(made, forged)))

    assert (code, said.endswith("by En annen for Tinn; no package that is kept here is the same.\n")) == (1, True)


def zipped(**entries: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name, text in entries.items():
            package.writestr(name.replace("_", "."), text)
    return held.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"PK\x03\x04", b"ikke en zip", zipped(), zipped(manifest_json="[]"), zipped(manifest_json="{"),
        zipped(manifest_json='{"files": [], "format": "annet"}'), zipped(manifest_json='{"format": 1, "files": [1]}'),
    ],
)  # fmt: skip
def test_what_is_no_package_is_said_to_be_none(app: Any, tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "x.zip"
    place.write_bytes(content)

    assert verified(app, str(place)) == (1, "x.zip: Dette er ikke en tilsynspakke fra Orden.\n")


def test_a_package_that_is_broken_inside_names_what_cannot_be_read(app: Any, made: Path) -> None:
    content = bytearray(made.read_bytes())
    with zipfile.ZipFile(made) as package:
        entry = package.getinfo(HELD[2])
    begin = entry.header_offset + 200
    content[begin : begin + 40] = bytes(40)
    made.write_bytes(content)

    assert verified(app, str(made)) == (1, f"pakke.zip: {HELD[2]} er endret.\n")


def test_all_that_is_kept_is_looked_through(app: Any, made: Path) -> None:
    with inside():
        kept = db.session.get(Package, 1)
        place, name = Files(Path(app.instance_path) / "files").place(kept.stored), kept.name
    whole = verified(app, "--kept")
    place.unlink()

    assert [whole, verified(app, "--kept")] == [
        (0, f"Package 1, {name}: is what was made.\n"),
        (1, f"Package 1, {name}: is missing, or is another file.\n"),
    ]


def test_something_must_be_named(app: Any) -> None:
    assert verified(app)[0] == 2
