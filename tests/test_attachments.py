"""Files and links that hang on a row: who may, where they lie, how they are handed out, how long they are there."""

from __future__ import annotations

import hashlib
import html
import os
import stat
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import select

import models
from models import migrating
from models.changes.emptying import empty_trash, stored_names
from models.database import db
from models.declare.base import Group
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.filekinds import KINDS
from models.registers.architecture import Application
from models.registers.attachments import (
    Attachment,
    RiskAttachment,
    SharedAttachment,
    attachment_class,
)
from models.registers.risk import RiskAssessment
from tests.conftest import inside, municipality
from tests.test_checks import NEW_NUMBER
from tests.test_forms import first, reread
from tests.test_history import changes
from tests.test_keeping import owner_url
from tests.test_registers import As, address, delete_row
from views.storing import files

PDF = b"%PDF-1.7\nAvtale om lagring\n%%EOF\n"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def packed(*names: str, types: str | bytes = TYPES, first: tuple[str, bytes] | None = None) -> bytes:
    """A package with these parts."""
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as package:
        if first:
            package.writestr(first[0], first[1], compress_type=0)
        else:
            package.writestr("[Content_Types].xml", types)
        for name in names:
            package.writestr(name, "<x/>")
    return into.getvalue()


def opened(kind: str) -> tuple[str, bytes]:
    return "mimetype", f"application/vnd.oasis.opendocument.{kind}".encode()


GOOD = {
    "pdf": PDF,
    "docx": packed("word/document.xml"),
    "xlsx": packed("xl/workbook.xml"),
    "pptx": packed("ppt/presentation.xml"),
    "odt": packed("content.xml", first=opened("text")),
    "ods": packed("content.xml", first=opened("spreadsheet")),
    "odp": packed("content.xml", first=opened("presentation")),
    "png": b"\x89PNG\r\n\x1a\n" + b"\0" * 32,
    "jpg": b"\xff\xd8\xff\xe0" + b"\0" * 32,
    "txt": "Ærlig talt\r\n".encode(),
    "csv": "navn;år\r\nÅse;2026\r\n".encode("cp1252"),
}


def attach(browser: Any, row: Any, content: bytes = PDF, name: str = "avtale.pdf", **more: str) -> Any:
    place = f"/attachments/{type(row).__tablename__}/{row.id}/file/"
    return browser.post(place, data={"file": (BytesIO(content), name), **more})


def link(browser: Any, row: Any, to: str = "https://tinn.example/avtale", **more: str) -> Any:
    return browser.post(f"/attachments/{type(row).__tablename__}/{row.id}/link/", data={"address": to, **more})


def hanging(row: Any, where: str = "Tinn") -> list[Any]:
    """What hangs on a row, oldest first, taken away or not."""
    cls: Any = attachment_class(type(row))
    with inside(where):
        mine = select(cls).where(cls.register == type(row).__tablename__, cls.row_id == row.id)
        found = list(db.session.scalars(mine.order_by(cls.id)))
        db.session.expunge_all()
    return found


def door(one: Any, way: str = "") -> str:
    kind = {Attachment: "content", RiskAttachment: "risk", SharedAttachment: "shared"}[type(one)]
    return f"/attachments/{kind}/{one.id}/{way}"


def page(browser: Any, row: Any) -> str:
    shown = html.unescape(browser.get(address(type(row), "details/", id=row.id)).text)
    return shown.partition('id="attachments"')[2].partition("</section>")[0]


def problem(answer: Any) -> str:
    """What a form says is wrong."""
    assert answer.status_code == 422
    return html.unescape(answer.text).partition('-error" role="alert"><p>')[2].partition("</p>")[0]


# -- files -------------------------------------------------------------------------------------------------------------


def test_a_file_hangs_on_a_row_and_the_row_is_left_alone(as_on: As, engine_app: Any) -> None:
    row, kari = first(Application), as_on("kari")
    before = reread(row, "version", "updated_at", "search_text")

    answer = attach(kari, row, title="Signert avtale")

    (one,) = hanging(row)
    assert (answer.status_code, answer.location) == (303, f"{address(Application, 'details/', id=row.id)}#attachments")
    assert (str(one), one.name, one.ending, one.size, one.author_name, one.municipality_id) == (
        "Signert avtale", "avtale.pdf", "pdf", len(PDF), "Kari Test", municipality("Tinn"),
    )  # fmt: skip
    assert one.digest == hashlib.sha256(PDF).hexdigest()
    assert reread(row, "version", "updated_at", "search_text") == before
    shown = page(as_on("ola"), row)
    assert [words in shown for words in ("Signert avtale", "avtale.pdf 1\u00a0kB", "Kari Test", "Ta bort")] == [
        True, True, True, False,
    ]  # fmt: skip


def test_the_file_lies_under_a_name_of_our_own_for_its_owner_alone(as_: As) -> None:
    row = first(Application)

    attach(as_("kari"), row)

    (name,) = files().names()
    place = files().place(name)
    assert (name, place.read_bytes()) == (hanging(row)[0].stored, PDF)
    assert [stat.S_IMODE(one.stat().st_mode) for one in (place, place.parent)] == [0o600, 0o700]
    assert {one.name for one in place.parent.iterdir()} == {name}


def test_a_file_is_handed_out_to_be_saved_and_never_shown(as_: As) -> None:
    row = first(Application)
    attach(as_("kari"), row, name="årsmelding «2026».pdf")

    answer = as_("ola").get(door(hanging(row)[0]))

    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"arsmelding 2026.pdf\"; filename*=UTF-8''%C3%A5rsmelding%20%C2%AB2026%C2%BB.pdf"
    )
    assert answer.headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert "sandbox; default-src 'none'" in answer.headers.getlist("Content-Security-Policy")
    assert answer.headers["Cache-Control"] == "no-store"  # stricter than private: no copy is kept anywhere
    assert answer.headers["Content-Length"] == str(len(PDF))


def test_every_kind_that_may_be_attached_is_known_by_what_is_in_it(as_: As) -> None:
    row, kari = first(Application), as_("kari")

    answers = [attach(kari, row, content, f"fil.{ending.upper()}").status_code for ending, content in GOOD.items()]

    assert answers == [303] * len(GOOD)
    assert [kari.get(door(one)).data for one in hanging(row)] == list(GOOD.values())
    assert list(GOOD) == [kind.ending for kind in KINDS]


def test_a_file_that_is_no_longer_what_was_put_there_is_not_handed_out(as_: As) -> None:
    row, kari = first(Application), as_("kari")
    attach(kari, row)
    place = files().place(hanging(row)[0].stored)

    place.write_bytes(PDF.replace(b"Avtale", b"Aftale"))
    changed = kari.get(door(hanging(row)[0]))
    place.unlink()
    missing = kari.get(door(hanging(row)[0]))

    assert [(one.status_code, "Filen kan ikke hentes" in one.text) for one in (changed, missing)] == [(410, True)] * 2


# -- links -------------------------------------------------------------------------------------------------------------


def test_a_link_shows_where_it_leads_and_is_asked_for_by_nobody(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("somebody asked for it"))
    row, kari = first(Application), as_("kari")

    link(kari, row, "https://Arkiv.Tinn.example:8443/sak/1?a=1", title="Arkivsaken")

    shown = page(kari, row)
    assert (
        '<a href="https://Arkiv.Tinn.example:8443/sak/1?a=1" rel="noopener noreferrer nofollow">Arkivsaken</a>' in shown
    )
    assert "arkiv.tinn.example:8443" in shown


@pytest.mark.parametrize(
    "wrong",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "ftp://tinn.example/", "//tinn.example/", "tinn.example", "https://", "https:///sti", "https://?x", "https://-a/",
        "https://tinn.example\\@ond.example/", "https://tinn .example/", "https://tinn.example:99999/", "https://[::1/",
        "http://kari:hemmelig@tinn.example/", "https://tinn.example@ond.example/", f"https://tinn.example/{'x' * 2000}",
        f"https://tinn.example/{NEW_NUMBER}",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_and_stays_in_the_form(wrong: str, as_: As) -> None:
    row = first(Application)

    answer = link(as_("kari"), row, wrong, title="Det jeg skrev")

    assert problem(answer) != ""
    assert 'value="Det jeg skrev"' in answer.text
    assert hanging(row) == []


# -- how long ----------------------------------------------------------------------------------------------------------


def test_what_is_taken_away_comes_back_and_the_history_tells(as_on: As, engine_app: Any) -> None:
    row, kari = first(Application), as_on("kari")
    attach(kari, row, title="Avtalen")
    one = hanging(row)[0]

    kari.post(door(one, "state/"), data={})
    gone = kari.get(door(one)).status_code, "Tatt bort" in page(kari, row), "Tatt bort" in page(as_on("ola"), row)
    kari.post(door(one, "state/"), data={})  # pressed twice
    kari.post(door(one, "state/"), data={"again": "1"})

    assert gone == (404, True, False)
    assert kari.get(door(one)).data == PDF
    told = [(change.action, change.fields, change.actor_name) for change in changes(row)[:3]]
    assert told == [
        ("attached", [{"field": "attachments", "added": ["Avtalen"]}], "Kari Test"),
        ("detached", [{"field": "attachments", "removed": ["Avtalen"]}], "Kari Test"),
        ("attached", [{"field": "attachments", "added": ["Avtalen"]}], "Kari Test"),
    ]
    shown = kari.get(address(Application, "history/", id=row.id)).text
    assert ("Vedlegg og lenker" in shown, "Lagt ved" in shown, "Tatt bort" in shown) == (True, True, True)


def test_an_attachment_is_not_taken_back_from_the_history_but_on_the_rows_page(as_: As) -> None:
    row, kari = first(Application), as_("kari")
    attach(kari, row)
    newest = changes(row)[0]

    answer = kari.get(f"/changes/undo/event/{newest.request_id}/")

    assert "Vedlegg og lenker fjernes, og hentes tilbake, på siden til" in html.unescape(answer.text)
    assert f"/changes/undo/content/{newest.id}/" not in kari.get(address(Application, "history/", id=row.id)).text


def empty(app: Any, before: Any) -> int:
    """The nightly emptying, as if it were a while from now; how many files it sweeps away."""
    db.session.remove()
    with migrating.engine_for(owner_url(app)).begin() as connection:
        empty_trash(connection, before)
    with migrating.engine_for(owner_url(app)).begin() as connection:
        return files().sweep(stored_names(connection), older=-60)


def test_a_file_comes_back_with_its_row_and_goes_when_the_trash_is_emptied(as_on: As, engine_app: Any) -> None:
    kari, row, other = as_on("kari"), first(RiskAssessment), first(Application)
    attach(kari, row)
    attach(kari, other)
    one = hanging(row)[0]
    delete_row(kari, RiskAssessment, row.id)

    while_deleted = kari.get(door(one)).status_code
    early = empty(engine_app, now() - timedelta(days=30))
    kari.post(address(RiskAssessment, "restore/"), data={"id": str(row.id)})
    again = kari.get(door(one)).data
    delete_row(kari, RiskAssessment, row.id)
    late = empty(engine_app, now() + timedelta(days=1))

    assert (while_deleted, early, again, late) == (404, 0, PDF, 1)
    assert (hanging(row), list(files().names())) == ([], [hanging(other)[0].stored])


def test_what_was_taken_away_goes_when_it_can_no_longer_come_back(as_on: As, engine_app: Any) -> None:
    kari, row = as_on("kari"), first(Application)
    attach(kari, row)
    link(kari, row)
    kari.post(door(hanging(row)[0], "state/"), data={})

    early, late = empty(engine_app, now() - timedelta(days=30)), empty(engine_app, now() + timedelta(days=1))

    assert (early, late) == (0, 1)
    assert [one.address for one in hanging(row)] == ["https://tinn.example/avtale"]


def test_a_file_without_a_row_is_swept_when_it_is_a_day_old_and_others_stay(app: Any, as_: As) -> None:
    row = first(Application)
    attach(as_("kari"), row)
    left_over = [files().put(BytesIO(b"x"))[0] for _ in range(2)]
    old = time.time() - 25 * 60 * 60
    half_written = files().folder / f".{'0' * 32}"
    half_written.write_bytes(b"x")
    for place in (files().place(left_over[0]), files().place(hanging(row)[0].stored), half_written):
        os.utime(place, (old, old))

    told = app.test_cli_runner().invoke(args=["log", "prune"]).output

    assert "2 files that hang on nothing are swept away." in told
    assert set(files().names()) == {left_over[1], hanging(row)[0].stored}


def test_a_row_that_cannot_be_saved_leaves_no_row_and_a_file_to_be_swept(
    as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, kari = first(Application), as_("kari")
    monkeypatch.setattr("models.changes.audit.change_class", lambda _: 1 / 0)
    place = f"/attachments/application/{row.id}/file/"

    answer = kari.post(place, data={"file": (BytesIO(PDF), "avtale.pdf")}, expect_500=True)
    monkeypatch.undo()

    assert answer.status_code == 500
    assert (hanging(row), len(list(files().names()))) == ([], 1)
    assert files().sweep(set(), older=-60) == 1


# -- where, and at what cost -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__tablename__)
def test_which_registers_something_hangs_on_follows_from_their_declaration(register: type[Any]) -> None:
    expected = {Domain.CONTENT: Attachment, Domain.RISK: RiskAttachment, None: SharedAttachment}.get(
        register.__domain__
    )

    assert attachment_class(register) is (None if register.__register__.group is Group.SYSTEM else expected)


def test_a_page_costs_the_same_with_one_attachment_and_with_fifty(as_: As, statements: list[str]) -> None:
    row, kari, counts = first(Application), as_("kari"), []
    kari.get(address(Application, "details/", id=row.id))
    for number in (1, 49):
        for one in range(number):
            link(kari, row, f"https://tinn.example/{one}")
        kari.get("/help/")
        statements.clear()
        kari.get(address(Application, "details/", id=row.id))
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert page(kari, row).count("Ta bort") == 50


def test_a_row_holds_no_more_than_a_page_can_show(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.changes.attaching.MOST", 1)
    row, kari = first(Application), as_("kari")
    link(kari, row)

    assert problem(link(kari, row)).startswith("Det er 1 vedlegg og lenker her fra før")
    assert len(hanging(row)) == 1


def test_the_folder_is_outside_what_is_served(app: Any) -> None:
    assert files().folder == Path(app.instance_path) / "files"
    assert Path(app.static_folder) not in files().folder.parents
