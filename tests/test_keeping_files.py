"""The files beside the database are in the backup, come back with it, and damage to them is noticed."""

from __future__ import annotations

import os
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from models.database import db
from models.keeping import backup as kept
from models.keeping.contents import KeepingError, Store
from models.keeping.files import Files
from models.registers.architecture import Application
from tests import test_keeping
from tests.support import postgres
from tests.test_attachments import PDF, attach, door, hanging
from tests.test_forms import first
from tests.test_keeping import store_of
from tests.test_registers import As
from views.storing import files

empty = test_keeping.empty


@pytest.fixture(autouse=True)
def as_an_operator_has_it(monkeypatch: pytest.MonkeyPatch, engine_app: Any) -> None:
    """pg_dump on PATH, of the server's own version."""
    if folder := postgres.programs():
        monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def test_the_files_come_back_with_the_rows_that_name_them(
    as_on: As, empty: Store, tmp_path: Path, engine_app: Any
) -> None:
    row, file, elsewhere = first(Application), tmp_path / "orden.backup", Files(tmp_path / "elsewhere" / "files")
    attach(as_on("kari"), row)
    one = hanging(row)[0]

    kept.backup(store_of(engine_app), file, files())
    kept.try_out(empty, file)
    kept.restore(empty, file, replace=False, beside=elsewhere)

    content = elsewhere.opened(one.stored, one.digest)
    assert content is not None
    with content:
        assert content.read() == PDF
    assert list(elsewhere.names()) == [one.stored]
    assert elsewhere.place(one.stored).stat().st_mode & 0o777 == 0o600


def test_a_file_lost_after_the_backup_is_handed_out_again_when_it_is_restored(
    as_on: As, tmp_path: Path, engine_app: Any
) -> None:
    row, kari, file = first(Application), as_on("kari"), tmp_path / "orden.backup"
    attach(kari, row)
    one = hanging(row)[0]
    kept.backup(store_of(engine_app), file, files())
    files().drop(one.stored)
    lost = kari.get(door(one)).status_code
    db.session.remove()
    db.engine.dispose()

    kept.restore(store_of(engine_app), file, replace=True, beside=files())

    assert (lost, kari.get(door(one)).data) == (410, PDF)


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_file_in_a_backup_is_noticed_before_anything_is_touched(
    damage: str,
    as_on: As,
    empty: Store,
    tmp_path: Path,
    engine_app: Any,
) -> None:
    attach(as_on("kari"), first(Application))
    file, broken = tmp_path / "orden.backup", tmp_path / "broken.backup"
    kept.backup(store_of(engine_app), file, files())
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(broken, "w") as into:
        for one in whole.namelist():
            if not one.startswith(kept.BESIDE):
                into.writestr(one, whole.read(one))
            elif damage == "changed":
                into.writestr(one, b"something else")

    for way in (
        lambda: kept.try_out(empty, broken),
        lambda: kept.restore(empty, broken, replace=False, beside=files()),
    ):
        with pytest.raises(KeepingError, match="The backup is damaged: the file"):
            way()
    assert empty.contents().rows == 0


def test_a_backup_from_before_there_were_files_is_restored(empty: Store, tmp_path: Path, engine_app: Any) -> None:
    file = tmp_path / "orden.backup"

    kept.backup(store_of(engine_app), file)

    assert kept.restore(empty, file, replace=False, beside=Files(tmp_path / "files")).rows > 0
    assert list(Files(tmp_path / "files").names()) == []


@pytest.mark.parametrize("name", ["../secret_key", "secret_key", "", "A" * 32, "0" * 31, f"{'0' * 32}/x"])
def test_a_name_that_is_none_of_ours_leads_nowhere(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Not the name"):
        Files(tmp_path).opened(name, "")
    with pytest.raises(ValueError, match="Not the name"):
        Files(tmp_path).put_back(name, BytesIO(b"x"))
