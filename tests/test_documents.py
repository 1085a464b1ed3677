"""The record to be read: a page to print, a PDF after PDF/UA-1, and Word, all from the same answers."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader
from sqlalchemy import select

from models.database import db
from models.declare.choices import AccessEvent, RecordStatus
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity, SubjectRow
from models.tenancy import scope
from models.tenancy.accesslog import AccessEntry
from reports import pdf, report, word
from reports.document import Answer, Chapter, Document, Grid, Part, Section
from tests.conftest import inside
from tests.support.recorded import EVERY, STATES
from tests.test_registers import As
from tests.test_reports import ASK, run
from tests.test_seed import furnished  # noqa: F401 - a fixture is asked for by name
from tests.test_statements import counted, furnish  # noqa: F401 - so is this

ALL = replace(ASK, chosen=STATES)
PAGE = "/reports/behandlingsprotokoll/"
NASTY = '#panic("x") *fet* $x$ <b>&amp; \\ @ref // `kode` _x0041_ %p'


def document(**more: Any) -> Document:
    """One that holds a little of everything."""
    grid = Grid(["Hvem", "Hva"], [["Elever", NASTY], ["", "Æ Ø Å æ ø å Đ ŋ š"]])
    answers = [Answer("Formål", [NASTY, "én linje til"]), Answer("Hvem og hva", grid=grid)]
    chapters = [Chapter(f"{n} {NASTY}", "B-1 · Godkjent", [Section("Formål", answers)]) for n in (1, 2)]
    told = {"parts": [Part("Del", chapters, "Ingen."), Part("Tom del", [], "Ingen.")], **more}
    return Document(**{
        "title": "Protokoll", "subtitle": "Etter artikkel 30.", "whose": "Bø & omegn, org.nr. 1", "made": "01.06.2026",
        "language": "nn", "facts": [("Kommune", "Bø")], "notes": ["En note."], "contents_label": "Innhald",
        "page_label": "Side %p av %n", **told,
    })  # fmt: skip


def set_as(writer: Any, told: Document) -> BytesIO:
    file = BytesIO()
    writer.write(told, file)
    file.seek(0)
    return file


def texts(file: BinaryIO) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(file).pages]


def places(found: PdfReader) -> list[tuple[int, str, int]]:
    """The bookmarks: how deep, what they say, and the page they lead to."""

    def walk(items: Any, depth: int) -> Any:
        for item in items:
            if isinstance(item, list):
                yield from walk(item, depth + 1)
            else:
                yield depth, item.title, found.get_destination_page_number(item) + 1

    return list(walk(found.outline, 0))


# -- PDF ---------------------------------------------------------------------------------------------------------------


def test_a_pdf_has_tags_bookmarks_language_title_and_its_own_fonts() -> None:
    found = PdfReader(set_as(pdf, document()))
    root: Any = found.root_object

    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("nn", True)
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert found.metadata is not None
    assert found.metadata.title == "Protokoll – Bø & omegn, org.nr. 1"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert [(depth, title) for depth, title, _page in places(found)] == [
        (0, "Del"), (1, f"1 {NASTY}"), (1, f"2 {NASTY}"), (0, "Tom del"),
    ]  # fmt: skip
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/TOC"} <= tags(root["/StructTreeRoot"])
    fonts = [font.get_object() for page in found.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    told = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert [one for one in told if not {"/FontFile2", "/FontFile3"} & set(one)] == []
    assert len(told) > 0


def tags(node: Any) -> set[str]:
    """What the tags of a PDF are."""
    node = node.get_object()
    if isinstance(node, list):
        return {tag for one in node for tag in tags(one)}
    if not isinstance(node, dict):
        return set()
    own = {str(node["/S"])} if "/S" in node else set()
    return own | (tags(node["/K"]) if "/K" in node else set())


def test_what_people_write_is_text_and_never_markup() -> None:
    pages = texts(set_as(pdf, document()))

    flat = re.sub(r"\s+", " ", " ".join(pages))
    assert (flat.count(NASTY), "Æ Ø Å æ ø å Đ ŋ š" in flat) == (2 + 2 + 2 + 2, True)


def test_every_page_says_whose_it_is_when_it_was_made_and_its_number() -> None:
    pages = texts(set_as(pdf, document()))

    for number, page in enumerate(pages, 1):
        assert ("Bø & omegn, org.nr. 1" in page, "01.06.2026" in page) == (True, True)
        assert f"Side {number} av {len(pages)}" in page


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("smil 😀 nå", "smil � nå"), ("中文", "��"), ("a\u200bb\u202ec", "abc"), ("cafe\u0301", "café"),
        ("x\x00\x1f\x7fy", "x���y"), ("\ud800", "�"), ("→ ≤ € § – « »", "→ ≤ € § – « »"), ("Ж Ω ž", "Ж Ω ž"),
        ("\u2028\u2029\ufffe", "���"),
    ],
)  # fmt: skip
def test_a_character_that_the_fonts_lack_is_marked_and_stops_nothing(text: str, seen: str) -> None:
    assert pdf.seen(text) == seen
    assert set_as(pdf, document(title=text)).read(5) == b"%PDF-"


def test_every_character_that_is_let_through_can_be_set() -> None:
    """The most that a font could lack: all of them at once."""
    every = "".join(chr(number) for number in range(0x20, 0x3000) if not 0xD800 <= number < 0xE000)
    kept = [one for one in every if pdf.seen(one) == one]

    assert len(kept) > 2_000
    assert set_as(pdf, document(notes=[" ".join(kept)])).read(5) == b"%PDF-"


def test_no_activity_of_the_demo_takes_more_than_two_pages_and_all_are_there(
    furnished: Any,  # noqa: F811
) -> None:
    ids = {one.name: one.id for one in furnished.scalars(select(Municipality))}
    with scope.use(scope.of([ids["Tinn"]], active=ids["Tinn"])):
        furnished.rollback()
        file = set_as(pdf, report("behandlingsprotokoll").document(furnished, ALL))
        names = sorted(furnished.scalars(select(ProcessingActivity.name)))
    found = PdfReader(file)
    marks = places(found)

    ends = [page for _depth, _title, page in marks[1:]] + [len(found.pages) + 1]
    long = [title for (_, title, page), end in zip(marks, ends, strict=True) if end - page > 2]
    assert (sorted(title for depth, title, _page in marks if depth), long) == (names, [])
    assert len(names) > 20


def test_a_setter_that_fails_is_told_as_such_and_nothing_is_sent(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TEMPLATE", Path("nowhere.typ"))

    answer = as_("tone").get(f"{PAGE}download/pdf/")

    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "PDF-en kunne ikke lages nå. Prøv igjen, eller last ned Word." in html.unescape(answer.text)


# -- Word --------------------------------------------------------------------------------------------------------------


def test_a_word_document_has_headings_heads_of_tables_language_title_and_a_head_on_every_page() -> None:
    found = docx.Document(set_as(word, document()))

    headings = [(p.style.name, p.text) for p in found.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    assert headings == [
        ("Title", "Protokoll"), ("Heading 1", "Innhald"), ("Heading 1", "Del"),
        ("Heading 2", f"1 {NASTY}"), ("Heading 3", "Formål"), ("Heading 2", f"2 {NASTY}"), ("Heading 3", "Formål"),
        ("Heading 1", "Tom del"),
    ]  # fmt: skip
    assert [[cell.text for cell in row.cells] for row in found.tables[0].rows] == [
        ["Hvem", "Hva"], ["Elever", NASTY], ["", "Æ Ø Å æ ø å Đ ŋ š"],
    ]  # fmt: skip
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in found.tables[0].rows] == [True, False, False]
    assert (found.core_properties.title, found.core_properties.language) == (
        "Protokoll – Bø & omegn, org.nr. 1",
        "nn-NO",
    )
    assert {one.get(qn("w:val")) for one in found.styles.element.iter(qn("w:lang"))} == {"nn-NO"}
    page = found.sections[0]
    fields = [one.get(qn("w:instr")).strip() for one in page.footer._element.iter(qn("w:fldSimple"))]
    assert (page.header.paragraphs[0].text, fields) == ("Bø & omegn, org.nr. 1\t01.06.2026", ["PAGE", "NUMPAGES"])


def test_each_line_of_the_contents_leads_to_its_heading() -> None:
    body = docx.Document(set_as(word, document())).element.body

    anchors = [one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))]
    assert anchors == [one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))] != []


@pytest.mark.parametrize("text", ["\x00\x0b\x1f", "\ud800", "\ufffe", "]]>", "a\nb", "😀" * 40_000])
def test_word_takes_any_text(text: str) -> None:
    found = docx.Document(set_as(word, document(notes=[text])))

    assert found.paragraphs[0].text == "Protokoll"


# -- all of them -------------------------------------------------------------------------------------------------------


def test_page_pdf_and_word_tell_the_same_answers(as_: As) -> None:
    with inside("Tinn"):
        told = report("behandlingsprotokoll").document(db.session, ALL)
        said = [
            [chapter.title, *[line for section in chapter.sections for one in section.answers for line in _told(one)]]
            for part in told.parts
            for chapter in part.chapters
        ]
    browser = as_("tone")

    page = _flat(re.sub(r"<[^>]+>", " ", html.unescape(browser.get(f"{PAGE}document/{EVERY}").text)))
    with browser.get(f"{PAGE}download/pdf/{EVERY}") as answer:
        paper = _flat(" ".join(texts(BytesIO(answer.data))))
    with browser.get(f"{PAGE}download/docx/{EVERY}") as answer:
        body = docx.Document(BytesIO(answer.data)).element.body
    sheet = _flat(" ".join(one.text or "" for one in body.iter(qn("w:t"))))

    assert [titles for titles, *_ in said] == ["Åpen elevadministrasjon", "Åpen lønn for andre"]
    words = {word_ for lines in said for line in lines for word_ in line.split()}
    assert {"Åpen", "føremål", "§"} <= words
    assert [{one for one in words if one not in where} for where in (page, sheet)] == [set(), set()]
    assert {one for one in words if one not in paper and len(one) < 12} == set()  # a long one may be parted


def _told(answer: Answer) -> list[str]:
    grid = [cell for row in (answer.grid.columns, *answer.grid.rows) for cell in row] if answer.grid else []
    return [answer.label, *answer.lines, *grid]


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.usefixtures("app")
def test_what_must_be_said_and_is_missing_is_told_to_be() -> None:
    with inside("Tinn"):
        db.session.add(ProcessingActivity(name="Tom", status=RecordStatus.APPROVED))
        db.session.commit()
        told = report("behandlingsprotokoll").document(db.session, ASK)
        ((chapter,),) = [list(part.chapters) for part in told.parts]

    said = {one.label: list(one.lines) for section in chapter.sections for one in section.answers}
    missing = [label for label, lines in said.items() if lines in (["Ikke fylt ut"], ["Ikke vurdert"])]
    assert missing == [
        "Formål", "Behandlingsgrunnlag, artikkel 6", "Behandles særlige kategorier?", "Brukes databehandler?",
        "Overføres til tredjeland?", "Mottakere", "Slettefrister", "Sikkerhetstiltak", "Registrerte og opplysninger",
    ]  # fmt: skip


def test_a_document_costs_the_same_for_one_activity_and_for_fifty(
    counted: Any,  # noqa: F811
    app: Any,
) -> None:
    def read() -> int:
        with inside("Tinn"):
            told = report("behandlingsprotokoll").document(db.session, ALL)
            return sum(len(list(part.chapters)) for part in told.parts)

    furnish(range(1))
    few, chapters = counted(read), read()

    furnish(range(1, 50))

    assert (len(counted(read)), read() - chapters) == (len(few), 49)


@pytest.mark.parametrize("door", ["document/", "download/pdf/", "download/docx/"])
def test_a_document_of_very_many_is_refused_with_what_to_do(
    door: str, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.protocol.report.MOST_CHAPTERS", 1)
    monkeypatch.setattr("reports.base.Report.most_chapters", 1)

    answer = as_("tone").get(f"{PAGE}{door}{EVERY}")

    assert (answer.status_code, "Utvalget har over 1 rader." in html.unescape(answer.text)) == (400, True)


@pytest.mark.parametrize("door", ["document/", "download/pdf/", "download/docx/"])
def test_documents_are_for_those_who_may_have_the_report_and_are_written_down(door: str, as_: As) -> None:
    statuses = {name: as_(name).get(f"{PAGE}{door}{EVERY}").status_code for name in ("ola", "sol", "frida", "tone")}
    others = [as_("tone").get(f"/reports/{slug}/{door}").status_code for slug in ("avtaler", "nothing")]
    strange = as_("tone").get(f"{PAGE}download/exe/").status_code

    with inside("Tinn"):
        seen = list(db.session.scalars(select(AccessEntry).where(AccessEntry.event == AccessEvent.REPORT)))
    assert (statuses, others, strange) == ({"ola": 403, "sol": 403, "frida": 403, "tone": 200}, [404, 404], 404)
    assert [(one.actor_name, one.rows, "Status: Utkast" in one.selection) for one in seen] == [("Tone Test", 2, True)]


@pytest.mark.parametrize("door", ["document/", "download/docx/"])
def test_a_document_holds_nothing_of_another_municipality(door: str, as_: As) -> None:
    with as_("tone").get(f"{PAGE}{door}{EVERY}") as answer:
        told = answer.data
    if door != "document/":
        told = "".join(one.text or "" for one in docx.Document(BytesIO(told)).element.body.iter()).encode()

    assert ("Åpen elev".encode() in told, b"Hemmeleg" in told) == (True, False)


def test_the_command_writes_each_kind_by_its_ending(app: Any, as_: As, tmp_path: Path) -> None:
    begin = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04"}
    for ending, first in begin.items():
        target = tmp_path / f"p.{ending}"
        answer = run(app, "behandlingsprotokoll", "--municipality", "4026", "--drafts", "--out", str(target))

        assert (answer.exit_code, target.read_bytes()[: len(first)]) == (0, first), answer.output


@pytest.mark.usefixtures("app")
def test_many_categories_are_told_on_one_line_each_in_the_grid() -> None:
    with inside("Tinn"):
        told = report("behandlingsprotokoll").document(db.session, ALL)
        chapter = next(iter(told.parts[0].chapters))
        pair = db.session.scalars(select(SubjectRow)).first()
        subject, names = pair.subject.name, "; ".join(sorted(one.name for one in pair.personal_data))

    told_of = [one for section in chapter.sections for one in section.answers]
    (grid,) = [one.grid for one in told_of if one.label == "Registrerte og opplysninger"]
    assert grid is not None
    assert (list(grid.columns), [list(row) for row in grid.rows]) == (
        ["Registrerte", "Personopplysninger"], [[subject, names]],
    )  # fmt: skip
