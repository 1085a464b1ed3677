"""All that belongs to a municipality as one archive, and read into an Orden where it has nothing."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import current_app
from sqlalchemy import func, select

import models
from exchange.archive import opening, pointers, reading, writing
from exchange.archive.pointers import Means, meaning, tables
from models import migrating
from models.database import db
from models.declare.base import fields_of
from models.declare.clock import now
from models.declare.fields import Kind, is_owned
from models.declare.words import Problem
from models.keeping.files import Files
from models.registers.architecture import Application
from models.registers.attachments import Attachment
from models.registers.catalogue import Supplier
from models.registers.municipality import Municipality
from models.registers.organisation import OrganisationalUnit
from models.tenancy import removing
from models.tenancy.log import DELETED, ContentChange
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, municipality, user
from tests.test_keeping import owner_url
from tests.world import SECRETS

CONTENT = b"%PDF-1.7 en avtale"


def files() -> Files:
    return Files(Path(current_app.instance_path) / "files")


def written(place: int) -> bytes:
    db.session.rollback()
    file = io.BytesIO()
    writing.write(db.session, writing.Asked(place, "Lars Test", now()), files(), file, lambda _done, _whole: None)
    db.session.rollback()
    return file.getvalue()


def lines(archive: bytes, folder: str = "data") -> dict[str, list[dict[str, Any]]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        names = [one for one in package.namelist() if one.startswith(f"{folder}/")]
        return {one: [json.loads(line) for line in package.read(one).splitlines()] for one in names}


def furnished() -> int:
    """Tinn with what archives are asked to carry: a file, a row that is gone, a unit under one that came later, a link
    to a supplier nobody else knows, and what could leak: a role of one of its people in Seljord."""
    with inside("Tinn"):
        session = db.session
        kari = session.scalars(select(User).where(User.email == "kari@test.example")).one()
        seljord = session.scalar(select(Municipality.id).where(Municipality.name == "Seljord"))
        application = session.scalars(select(Application)).one()
        application.supplier = Supplier(name="Bygdedata")
        application.notes = "Endret"
        unit = session.scalars(select(OrganisationalUnit)).one()
        later = OrganisationalUnit(name="Åpen topp")
        gone = Application(name="Åpen gammel", supplier=application.supplier)
        session.add_all([later, gone])
        session.flush()
        unit.parent_unit = later
        session.delete(gone)
        stored, digest = files().put(io.BytesIO(CONTENT))
        session.add(
            Attachment(register="application", row_id=application.id, name="avtale.pdf", ending="pdf", stored=stored,
                       digest=digest, size=len(CONTENT), author_id=kari.id, author_name=kari.name)
        )  # fmt: skip
        session.commit()
        number = kari.id
    with inside("Seljord"):
        person = db.session.get(User, number)
        db.session.add(Membership(user=person, role=MunicipalRole.READER, municipality_id=seljord))
        db.session.commit()
    return municipality("Tinn")


def taken_out(app: Any, place: int) -> None:
    db.session.rollback()
    with migrating.engine_for(owner_url(app)).begin() as connection:
        removing.remove(connection, place)


def read_in(app: Any, archive: bytes) -> reading.Read:
    db.session.rollback()
    with migrating.engine_for(owner_url(app)).begin() as connection:
        return reading.read(connection, io.BytesIO(archive), files())


def test_an_archive_that_is_read_and_made_again_says_the_same(engine_app: Any) -> None:
    place = furnished()
    first = written(place)
    before = {name: len(rows) for name, rows in lines(first).items()}
    taken_out(engine_app, place)

    found = read_in(engine_app, first)
    again = written(found.place)

    assert (found.place, found.proposed, found.made) == (place, [], [])
    assert lines(again) == lines(first)
    assert lines(again, "shared") == lines(first, "shared")
    assert lines(again, "people") == lines(first, "people")
    assert {name: len(rows) for name, rows in lines(again).items()} == before
    assert sum(before.values()) > 60
    with inside("Tinn"):
        application = db.session.scalars(select(Application)).one()
        assert (application.unit.parent_unit.name, application.agreements[0].name) == ("Åpen topp", "Åpen avtale")
        file = db.session.scalars(select(Attachment)).one()
        content = files().opened(file.stored, file.digest)
        assert content is not None
        with content:
            assert content.read() == CONTENT
        gone = db.session.scalars(select(ContentChange).where(ContentChange.action == DELETED)).one()
        assert gone.snapshot["id"] == gone.row_id
        assert gone.snapshot["values"]["supplier_id"] == application.supplier_id
        db.session.add(Application(name="Ny"))
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(Application)) == 2
    with inside("Seljord"):
        assert [one.name for one in db.session.scalars(select(Application))] == ["Hemmeleg skoleprogram"]


def test_an_archive_holds_nothing_of_a_sister_and_no_secret(app: Any) -> None:
    place = furnished()
    with inside("Seljord"):
        hashes = {one.password_hash for one in db.session.scalars(select(User))}
        theirs = {"berit@test.example", "per@test.example", "frida@test.example"}
    archive = written(place)

    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        text = "".join(_text(package, name) for name in package.namelist())
    found = {one for one in (*SECRETS, "Seljord", *theirs) if one in text}
    assert found == set()
    assert not any(one and one in text for one in hashes)
    members = [one["user_id"] for one in lines(archive)["data/membership.jsonl"]]
    assert sorted(members) == [f"{one}@test.example" for one in ("kari", "lars", "ola", "siri", "tone")]


def _text(package: zipfile.ZipFile, name: str) -> str:
    content = package.read(name)
    if not name.endswith(".xlsx"):
        return content.decode(errors="replace")
    book = openpyxl.load_workbook(io.BytesIO(content))
    return " ".join(
        str(cell) for one in book.worksheets for row in one.iter_rows(values_only=True) for cell in row if cell
    )


def test_every_owned_table_and_register_is_in_it_and_every_sum_is_right(app: Any) -> None:
    archive = written(furnished())

    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        manifest = json.loads(package.read("manifest.json"))
        sums = {one["name"]: one["sha256"] for one in manifest["files"]}
        assert {name: hashlib.sha256(package.read(name)).hexdigest() for name in sums} == sums
        sheets = [one for one in sums if one.startswith("sheets/")]
    assert manifest["schema"] == migrating.head()
    assert {one["name"] for one in manifest["tables"]} == {one.name for one in tables()}
    assert len(sheets) == len([one for one in models.REGISTERS if is_owned(one)])
    told = {one["name"]: one["rows"] for one in manifest["tables"]}
    assert (told["application"], told["attachment"], told["membership"], told["risk_scenario"]) == (1, 1, 5, 1)


def test_every_number_in_an_owned_table_is_told_as_what_it_means(app: Any) -> None:
    """A number that names a row, told as a plain one, would name another row elsewhere."""
    declared = {
        (cls.__tablename__, known.column)
        for cls in pointers.classes().values()
        for known in fields_of(cls)
        if known.kind is Kind.VALUE
    }
    named = ("_id", "_by", "_in", "place", "_row", "_card")
    plain = {
        f"{table.name}.{column.name}"
        for table in tables()
        for column in table.c
        if meaning(table, column)[0] is Means.PLAIN
        and column.name.endswith(named)
        and column.type.python_type is int
        and column.name != "municipality_id"
        and (table.name, column.name) not in declared
    }
    assert plain == {"invoice_line.place"}


def test_both_ways_by_command(app: Any, tmp_path: Path) -> None:
    app.config["DATABASE_OWNER_URL"], file = owner_url(app), tmp_path / "tinn.zip"
    place, runner = furnished(), app.test_cli_runner()

    made = runner.invoke(args=["municipality", "archive", "4026", "--out", str(file)])
    refused = runner.invoke(args=["municipality", "read", str(file)])
    taken_out(app, place)
    read = runner.invoke(args=["municipality", "read", str(file)])

    assert (made.exit_code, refused.exit_code, read.exit_code) == (0, 1, 0)
    assert "Tinn har allerede noe i denne Orden" in refused.output
    assert (file.stat().st_mode & 0o777, "Tinn: " in read.output) == (0o600, True)
    with inside("Tinn"):
        assert db.session.scalars(select(Application.name)).all() == ["Åpen skoleprogram"]


# -- what is refused ---------------------------------------------------------------------------------------------------


def packed(archive: bytes, change: Any) -> bytes:
    """The archive after somebody has changed its files."""
    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        there = {name: package.read(name) for name in package.namelist()}
    change(there)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in there.items():
            package.writestr(name, content)
    return made.getvalue()


def _manifest(change: Any) -> Any:
    def changed(there: dict[str, bytes]) -> None:
        manifest = json.loads(there["manifest.json"])
        change(manifest, there)
        there["manifest.json"] = json.dumps(manifest).encode()

    return changed


def _summed(name: str, content: bytes) -> Any:
    """Another content of a file, or a file more, that the manifest tells of."""

    def change(manifest: dict[str, Any], there: dict[str, bytes]) -> None:
        there[name] = content
        manifest["files"] = [one for one in manifest["files"] if one["name"] != name]
        sha = hashlib.sha256(content).hexdigest()
        manifest["files"].append({"name": name, "title": "", "rows": 1, "bytes": len(content), "sha256": sha})

    return _manifest(change)


def _changed(name: str, content: bytes) -> Any:
    return lambda there: there.update({name: content})


def _newer(manifest: dict[str, Any], _there: dict[str, bytes]) -> None:
    manifest["schema"] = "9999"


BROKEN = [
    ("no zip at all", lambda _archive: b"PK nothing", opening.NOT_AN_ARCHIVE),
    ("another sum", lambda one: packed(one, _changed("data/application.jsonl", b"{}\n")), opening.DAMAGED),
    ("a file more", lambda one: packed(one, _changed("../../etc/passwd", b"x")), opening.DAMAGED),
    ("a way out, told of", lambda one: packed(one, _summed("../../etc/passwd", b"x")), opening.DAMAGED),
    ("a newer schema", lambda one: packed(one, _manifest(_newer)), opening.NEWER),
    ("a bomb", lambda one: packed(one, _summed("files/" + "0" * 64, bytes(1 << 27))), opening.TOO_LARGE),
    ("no JSON", lambda one: packed(one, _summed("data/application.jsonl", b"{nothing\n")), opening.DAMAGED),
    (
        "a column for the owner",
        lambda one: packed(one, _summed("data/service.jsonl", b'{"id": 1, "municipality_id": 1}\n')),
        opening.UNKNOWN,
    ),
    (
        "a row without what it must have",
        lambda one: packed(one, _summed("data/service.jsonl", b'{"id": 1}\n')),
        opening.DAMAGED,
    ),
    (
        "a password",
        lambda one: packed(one, _summed("data/invitation.jsonl", b'{"id": 1, "key_hash": "x"}\n')),
        opening.UNKNOWN,
    ),
    ("half of it", lambda one: one[: len(one) // 2], opening.NOT_AN_ARCHIVE),
]


@pytest.mark.parametrize(("how", "said"), [(how, said) for _name, how, said in BROKEN], ids=[one[0] for one in BROKEN])
def test_what_is_damaged_or_made_to_harm_is_refused_and_leaves_nothing(how: Any, said: str, app: Any) -> None:
    place = municipality("Tinn")
    archive = written(place)
    taken_out(app, place)

    with pytest.raises(Problem) as refused:
        read_in(app, how(archive))

    assert refused.value.text == said
    with migrating.engine_for(owner_url(app)).begin() as connection:
        assert removing.remaining(connection, place) == []


def test_a_municipality_that_has_rows_takes_no_archive(app: Any) -> None:
    place = municipality("Tinn")
    archive = written(place)
    before = lines(archive)

    with pytest.raises(Problem) as refused:
        read_in(app, archive)

    assert refused.value.text == reading.HAS_ROWS
    assert lines(written(place)) == before


@pytest.fixture
def another(app: Any, tmp_path: Path) -> Iterator[Any]:
    """Another Orden, where only the facts are known."""
    from models.seed import facts
    from tests.conftest import _app

    url = f"sqlite:///{tmp_path / 'orden.db'}"
    migrating.upgrade(url, url)
    other = _app(tmp_path, url)
    with other.app_context():
        facts.load(db.session)
        db.session.remove()
        yield other
        db.session.remove()
        db.engine.dispose()


def test_another_orden_makes_who_is_new_without_a_password_and_proposes_what_it_lacks(another: Any, app: Any) -> None:
    with app.app_context():
        place = furnished()
        archive = written(place)
    with another.app_context():
        found = read_in(another, archive)
        with inside("Tinn"):
            application = db.session.scalars(select(Application)).one()
            kari = user("kari")
            told = (application.supplier.name, application.supplier.status.value, application.name)
            roles = [
                one.role.value for one in db.session.scalars(select(Membership).where(Membership.user_id == kari.id))
            ]
        assert told == ("Bygdedata", "proposed", "Åpen skoleprogram")
        assert (kari.password_hash, kari.vouched_in, roles) == (None, found.place, ["editor"])
        assert found.proposed == ["Bygdedata"]
        assert len(found.made) == 5
        again = lines(written(found.place))
    assert again == lines(archive)
