"""Attacks on what hangs on rows: files that lie, names that lead elsewhere, too much, and doors of others."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

import pytest
from sqlalchemy import update

from models.changes import attaching
from models.database import db
from models.declare.choices import CatalogueStatus
from models.declare.filekinds import DAMAGED, kind_of
from models.declare.words import Problem
from models.registers.architecture import Application
from models.registers.attachments import name_of
from models.registers.catalogue import Supplier
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy.people import User
from tests.conftest import inside, municipality, user
from tests.support.attack import browser as stranger
from tests.support.attack import loot, visitor
from tests.support.merging import made
from tests.test_attachments import GOOD, PDF, attach, door, hanging, link, opened, packed, problem
from tests.test_checks import NEW_NUMBER
from tests.test_forms import first
from tests.test_history import changes
from tests.test_registers import As
from views import storing
from views.storing import files


def wide(package: bytes, name: str) -> bytes:
    """The package with a part's name, which was a row of X as long, written with two bytes a letter."""
    written = name.encode("utf-16-le")
    stood = b"X" * len(written)
    assert package.count(stood) == 2
    return package.replace(stood, written)


@pytest.mark.parametrize("truth", GOOD)
def test_a_file_that_is_called_something_else_than_it_is_is_refused(truth: str) -> None:
    """A PDF of letters alone is also text, and harmless as such."""
    alike = {"txt": {"txt", "csv"}, "csv": {"txt", "csv"}, "pdf": {"pdf", "txt", "csv"}}.get(truth, {truth})

    taken = set()
    for ending in GOOD:
        with suppress(Problem):
            taken.add(kind_of(BytesIO(GOOD[truth]), f"avtale.{ending}").ending)

    assert taken == alike


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("side.html", b"<html></html>", "Filen er ikke av et slag"),
        ("bilde.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Filen er ikke av et slag"),
        ("program.exe", b"MZ\x90", "Filen er ikke av et slag"),
        ("avtale", PDF, "Filen er ikke av et slag"),
        ("side.txt", b"  \n<!DOCTYPE html><script>alert(1)</script>", "Filen heter .txt"),
        ("bilde.csv", b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "Filen heter .csv"),
        ("rart.txt", b"a\0b", "Filen heter .txt"),
        ("tom.pdf", b"", "Filen er tom."),
        ("avtale.docx", PDF, "Filen er skadet"),
        ("avtale.pdf", GOOD["png"], "Filen heter .pdf"),
        ("makro.docm", packed("word/document.xml"), "Filen er ikke av et slag"),
        ("makro.docx", packed("word/document.xml", "word/vbaProject.bin"), "Filen har makroer"),
        ("makro.xlsx", packed("xl/workbook.xml", types="<x ContentType='sheet.macroEnabled.main+xml'/>"), "Filen har"),
        ("makro.odt", packed("content.xml", "Basic/Standard/x.xml", first=opened("text")), "Filen har makroer"),
        ("makro.xlsx", packed("xl/workbook.xml", types="<x y='macroEnabled'/>".encode("utf-16")), "Filen har makroer"),
        ("makro.docx", packed("word/document.xml", types="<x y='vbaProject'/>".encode("utf-16-be")), "Filen har"),
        ("makro.docx", wide(packed("word/document.xml", "X" * 38), "word/vbaProject.bin"), "Filen har makroer"),
        ("makro.odt", wide(packed("content.xml", "X" * 14, first=opened("text")), "Basic/x"), "Filen har makroer"),
        ("pakke.docx", packed("readme.txt"), "Filen heter .docx"),
        ("halv.docx", GOOD["docx"][:-30], "Filen er skadet"),
        ("bombe.docx", packed("word/document.xml", types="<x/>" + " " * 50_000_000), "Filen er skadet"),
    ],
)  # fmt: skip
def test_what_is_none_of_the_kinds_is_refused_with_a_sentence(name: str, content: bytes, said: str, as_: As) -> None:
    row = first(Application)

    answer = attach(as_("kari"), row, content, name, title="Det jeg skrev")

    assert problem(answer).startswith(said)
    assert 'value="Det jeg skrev"' in answer.text
    assert (hanging(row), list(files().names())) == ([], [])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\win.pdf", "win.pdf"),
        ("C:\\Users\\kari\\avtale.pdf", "avtale.pdf"),
        ("avtale\u202efdp.exe.pdf", "avtalefdp.exe.pdf"),
        ("linje\r\nSet-Cookie: x=1.pdf", "linje Set-Cookie x=1.pdf"),
        ("null\0.pdf", "null.pdf"),
        ('"><script>.pdf', "script.pdf"),
        ("...pdf", "vedlegg.pdf"),
        (f"{'å' * 400}.pdf", f"{'å' * 139}.pdf"),
    ],
)
def test_a_files_name_is_cleaned_and_never_a_path(given: str, kept: str) -> None:
    assert name_of(given) == kept


def test_a_name_that_leads_elsewhere_is_only_a_name(as_: As) -> None:
    row, kari = first(Application), as_("kari")

    attach(kari, row, name="../../..\u202e/instance/fdp.orden.pdf")

    (one,) = hanging(row)
    header = kari.get(door(one)).headers["Content-Disposition"]
    assert (one.name, header) == ("fdp.orden.pdf", "attachment; filename=fdp.orden.pdf")
    assert [file.name for file in files().folder.iterdir()] == [one.stored]


def test_of_a_package_with_very_many_parts_not_even_the_list_is_read() -> None:
    with pytest.raises(Problem) as refused:
        kind_of(BytesIO(packed("word/document.xml", *[f"word/{number}" for number in range(6000)])), "mange.docx")

    assert refused.value.text == DAMAGED


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte is a thousand bytes, so that what is too much is little."""
    monkeypatch.setattr(storing, "MEGABYTE", 1000)
    monkeypatch.setattr("models.changes.attaching.MEGABYTE", 1000)


@pytest.mark.usefixtures("small")
def test_a_file_that_is_too_large_is_refused_and_what_is_far_too_large_is_not_read(as_: As, app: Any) -> None:
    row, kari = first(Application), as_("kari")

    answer = attach(kari, row, PDF + b"x" * 10_000)
    far = attach(kari, row, PDF + b"x" * 300_000)

    assert problem(answer).startswith("Filen er for stor: ")
    assert (far.status_code, "En fil kan være høyst 10 MB" in far.text) == (413, True)
    assert (hanging(row), list(files().names())) == ([], [])


def test_only_the_form_of_a_file_and_only_for_who_is_signed_in_takes_more_than_others(
    as_: As, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, kari, much = first(Application), as_("kari"), PDF + b"x" * 200_000
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 100_000)
    place = f"/attachments/application/{row.id}/"

    mine = attach(kari, row, much).status_code
    other = kari.post(f"{place}link/", data={"file": (BytesIO(much), "x.pdf")}).status_code
    nobody = visitor(app).post(f"{place}file/", data={"file": (BytesIO(much), "x.pdf")}).status_code
    with inside():
        db.session.execute(update(User).where(User.email == "kari@test.example").values(active=False))
        db.session.commit()
    shut_out = kari.post(f"{place}file/", data={"file": (BytesIO(much), "x.pdf")}).status_code

    assert (mine, other, nobody, shut_out) == (303, 413, 413, 413)


@pytest.mark.usefixtures("small")
def test_a_full_room_is_a_sentence_and_nothing_is_kept(as_on: As, engine_app: Any, monkeypatch: Any) -> None:
    row, risk, kari, berit = first(Application), first(RiskAssessment), as_on("kari"), as_on("berit")
    monkeypatch.setitem(engine_app.config, "ATTACHMENT_ROOM_MB", 1)
    most = PDF + b"x" * 600

    there = attach(kari, risk, most).status_code
    full = attach(kari, row, most)
    link_too = link(kari, row).status_code
    others = attach(berit, first(Application, "Seljord"), most).status_code

    assert (there, link_too, others) == (303, 303, 303)
    assert problem(full).startswith("Plassen til vedlegg er brukt opp: 1 MB til sammen.")
    assert [one.address for one in hanging(row)] == ["https://tinn.example/avtale"]
    assert len(list(files().names())) == 2
    assert [change.action for change in changes(row)][:2] == ["attached", "created"]


@pytest.mark.usefixtures("small")
def test_two_who_add_at_once_do_not_both_get_the_last_of_the_room(as_on: As, engine_app: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(engine_app.config, "ATTACHMENT_ROOM_MB", 1)
    row, browsers, statuses = first(Application), [stranger(engine_app, name) for name in ("kari", "lars")], []
    counting, both = attaching.room_taken, Barrier(2)

    def counted(*about: Any) -> int:
        found = counting(*about)
        with suppress(BrokenBarrierError):
            both.wait(1)  # each has counted before the other has written, unless one waits for the other
        return found

    monkeypatch.setattr(attaching, "room_taken", counted)
    adds = [
        Thread(target=lambda who=who: statuses.append(attach(who, row, PDF + b"x" * 600).status_code))
        for who in browsers
    ]
    for one in adds:
        one.start()
    for one in adds:
        one.join()

    assert (sorted(statuses), len(hanging(row)), len(list(files().names()))) == ([303, 422], 1, 1)


def test_who_only_proposes_has_a_room_of_their_own_and_fills_nobody_elses(
    as_on: As, engine_app: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(storing, "MEGABYTE", 1024)
    monkeypatch.setitem(engine_app.config, "ATTACHMENT_MB", 1000)
    monkeypatch.setitem(engine_app.config, "ATTACHMENT_ROOM_MB", 40)
    own = {"status": CatalogueStatus.PROPOSED}
    ids = [made(Supplier, {"name": name, "proposed_by": user(name).id} | own)[0] for name in ("kari", "berit")]
    hers, anothers, shared = (Supplier(id=one) for one in (*ids, first(Supplier).id))
    kari, much = as_on("kari"), PDF + b"x" * 1200

    there = attach(kari, hers, much).status_code
    full = attach(kari, hers, much)
    link_too = link(kari, hers).status_code
    others = [attach(as_on("berit"), anothers, much).status_code, attach(as_on("per"), shared, much * 3).status_code]
    her_own = attach(kari, first(Application), much * 3).status_code

    assert (there, link_too, others, her_own) == (303, 303, [303, 303], 303)
    assert problem(full).startswith("Filene du har lagt ved det du foreslår, kan være høyst")
    assert len(list(files().names())) == 4


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("kari", 303), ("lars", 303), ("ola", 403), ("tone", 403), ("siri", 403), ("per", 403)],
)
def test_who_may_change_the_row_adds_and_who_may_read_it_reads(who: str, status: int, as_: As, app: Any) -> None:
    row = first(Application)
    attach(as_("kari"), row, title="Der fra før")
    from_elsewhere = stranger(app, who)

    answers = [
        attach(from_elsewhere, row),
        link(from_elsewhere, row),
        from_elsewhere.post(door(hanging(row)[0], "state/"), data={}),
    ]
    reading = from_elsewhere.get(door(hanging(row)[0])).status_code

    assert [one.status_code for one in answers] == [status] * 3
    assert reading == (404 if status == 303 else 200)  # it was taken away by who might
    assert len(hanging(row)) == (3 if status == 303 else 1)


@pytest.mark.parametrize("who", ["kari", "ola", "lars", "tone", "per", "sol", "frida"])
def test_nothing_of_seljord_is_reached_from_elsewhere(who: str, as_: As, app: Any) -> None:
    row, risk, berit = first(Application, "Seljord"), first(RiskAssessment, "Seljord"), as_("berit")
    for one in (row, risk):
        attach(berit, one, PDF + b"Hemmeleg", title="Hemmeleg")
    theirs = [hanging(one, "Seljord")[0] for one in (row, risk)]
    from_elsewhere = stranger(app, who)

    answers = [attach(from_elsewhere, row), link(from_elsewhere, row), attach(from_elsewhere, risk)]
    answers += [from_elsewhere.get(door(one)) for one in theirs]
    answers += [from_elsewhere.post(door(one, "state/"), data={}) for one in theirs]

    content = {"per": (403, 200, 403)}.get(
        who, (404, 404, 404)
    )  # the project reads the content of all, and adds nothing
    assert [one.status_code for one in answers] == [
        content[0], content[0], 404, content[1], 404, content[2], 404,
    ]  # fmt: skip
    assert [loot(one) for one in answers if one.status_code != 200] == [[]] * (7 - (who == "per"))
    assert [one.removed_at for one in (*hanging(row, "Seljord"), *hanging(risk, "Seljord"))] == [None, None]


@pytest.mark.parametrize("who", ["ola", "per"])
def test_what_hangs_on_risk_stands_behind_the_walls_of_risk(who: str, as_: As) -> None:
    risk = first(RiskAssessment)
    attach(as_("kari"), risk)

    assert as_(who).get(door(hanging(risk)[0])).status_code == 404


def test_the_officer_adds_to_the_impact_assessment_that_advice_is_given_in(as_: As) -> None:
    assert attach(as_("siri"), first(ImpactAssessment)).status_code == 303


def test_what_hangs_on_a_shared_row_is_read_by_all_and_kept_by_the_project(as_: As, app: Any) -> None:
    row = first(Supplier)

    added = [attach(stranger(app, who), row).status_code for who in ("per", "kari", "lars")]

    assert added == [303, 403, 403]
    assert [as_(who).get(door(hanging(row)[0])).status_code for who in ("ola", "berit")] == [200, 200]
    assert changes(row)[0].action == "attached"


def test_what_hangs_on_a_shared_row_is_taken_away_and_back_by_the_project_alone(as_on: As, engine_app: Any) -> None:
    row = first(Supplier)
    attach(as_on("per"), row)
    found, statuses, removed = hanging(row)[0], [], []

    for who, what in (("kari", {}), ("per", {}), ("lars", {"again": "1"}), ("per", {"again": "1"})):
        answer = as_on(who).post(f"/attachments/shared/{found.id}/state/", data=what)
        statuses.append(answer.status_code)
        removed.append(hanging(row)[0].removed_at is not None)

    assert (statuses, removed) == ([403, 303, 403, 303], [False, True, True, False])


@pytest.mark.parametrize("way", ["file/", "link/"])
@pytest.mark.parametrize(
    "row", ["user_account/1", "membership/1", "nope/1", "application/99999999999", "application/0"]
)
def test_a_row_that_is_none_is_a_page_that_is_none(row: str, way: str, as_: As) -> None:
    kari = as_("kari")

    assert kari.get(f"/attachments/{row}/{way}").status_code == 404
    assert kari.post(f"/attachments/{row}/{way}", data={}).status_code == 404


@pytest.mark.parametrize("place", ["nope/1", "content/99999999999", "risk/1", "shared/1"])
def test_what_hangs_nowhere_is_a_page_that_is_none(place: str, as_: As) -> None:
    assert as_("kari").get(f"/attachments/{place}/").status_code == 404


def test_the_author_is_who_is_signed_in_whatever_is_posted(as_: As) -> None:
    row = first(Application)

    attach(as_("kari"), row, author_name="Lars Test", author_id="1", municipality_id="1", stored="../x", digest="x")

    (one,) = hanging(row)
    assert (one.author_id, one.municipality_id) == (user("kari").id, municipality("Tinn"))
    assert one.stored in set(files().names())


@pytest.mark.parametrize(
    "told", [{"title": "x" * 201}, {"title": f"Gjelder {NEW_NUMBER}"}, {"name": f"{NEW_NUMBER}.pdf"}]
)
def test_what_no_text_may_hold_is_not_kept(told: dict[str, str], as_: As) -> None:
    row = first(Application)

    assert problem(attach(as_("kari"), row, **told)) != ""
    assert (hanging(row), list(files().names())) == ([], [])
