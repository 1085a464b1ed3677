"""A document for Word: real headings, tables whose head is repeated, language, title, and whose it is on every page.

Paragraphs are written as XML, chapter by chapter: python-docx takes ten times as long to make them one by one. What it
gives is the package around them, with the styles that Word's own navigation and contents know.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from reports.document import PAGE, PAGES, Answer, Chapter, Chart, Document, Grid
from reports.stream_sheet import clean

INK, PALE, BLUE = RGBColor(0x1F, 0x29, 0x33), RGBColor(0x4A, 0x55, 0x60), RGBColor(0x1F, 0x4E, 0x79)
SAID = "Orden said"  # a label and what is said under it
LABEL_WIDTH = Cm(5.8)
LONGEST = 1 << 20
TEXT, END = "word/document.xml", b"<w:sectPr"  # where the body is, and what ends it
LANGUAGES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}


def write(document: Document, target: BinaryIO) -> None:
    """Write the document. All of it is read before `target` is touched."""
    made, frame = docx.Document(), BytesIO()
    _arrange(made, document)
    made.save(frame)
    with TemporaryFile() as whole:
        with ZipFile(frame) as empty, ZipFile(whole, "w", ZIP_DEFLATED) as full:
            for name in empty.namelist():
                with full.open(name, "w") as part:
                    _fill(part, empty.read(name), _pieces(document) if name == TEXT else ())
        whole.seek(0)
        shutil.copyfileobj(whole, target)


def _fill(part: IO[bytes], content: bytes, pieces: Iterable[str]) -> None:
    """Write a part of the package with the body between its ends: a tree of five hundred activities takes 40 MB."""
    before, end, after = content.partition(END) if pieces else (content, b"", b"")
    part.write(before)
    for piece in pieces:
        part.write(piece.encode())
    part.write(end + after)


def _arrange(made: Any, document: Document) -> None:
    about = made.core_properties
    about.title, about.author = clean(f"{document.title} – {document.whose}", 255), clean(document.whose, 255)
    about.language, about.comments, about.keywords = LANGUAGES[document.language], "", ""
    _styles(made, LANGUAGES[document.language])
    page = made.sections[0]
    page.page_width, page.page_height = (Cm(29.7), Cm(21)) if document.wide else (Cm(21), Cm(29.7))
    page.orientation = WD_ORIENT.LANDSCAPE if document.wide else WD_ORIENT.PORTRAIT
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(1.8)  # so that an activity with much in it stands on two pages
    page.header_distance = page.footer_distance = Cm(0.9)
    width = page.page_width - page.left_margin - page.right_margin
    _on_every_page(page.header.paragraphs[0], _run(document.whose) + TAB + _run(document.made), width)
    number = "".join(_page_number(document.page_label))
    _on_every_page(page.footer.paragraphs[0], _run(document.title) + TAB + number, width)


def _styles(made: Any, language: str) -> None:
    styles = made.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = "Calibri", Pt(9.5), INK
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(2), 1.0
    for name in ("Header", "Footer"):
        styles[name].paragraph_format.tab_stops.clear_all()
    for name, size, colour in (
        ("Title", 24, INK),
        ("Heading 1", 17, INK),
        ("Heading 2", 14, INK),
        ("Heading 3", 11, BLUE),
    ):
        style = styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), colour
        for place in style.element.rPr.findall(qn("w:rFonts")):  # the theme's own font goes before a name
            for key in [key for key in place.attrib if "Theme" in key]:
                del place.attrib[key]
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(7), Pt(2)
    said = styles.add_style(SAID, 1)
    said.base_style = normal
    said.paragraph_format.left_indent, said.paragraph_format.first_line_indent = LABEL_WIDTH, Cm(-5.8)
    said.paragraph_format.tab_stops.add_tab_stop(LABEL_WIDTH)
    said.paragraph_format.space_after = Pt(1)
    default = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in default.findall(qn("w:lang")):
        default.remove(old)
    default.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{language}" w:eastAsia="{language}" w:bidi="ar-SA"/>'))


def _on_every_page(paragraph: Any, content: str, width: int) -> None:
    paragraph.paragraph_format.tab_stops.add_tab_stop(width, 2)
    for element in list(parse_xml(f"<w:p {nsdecls('w')}>{content}</w:p>")):
        paragraph._p.append(element)


TAB = "<w:r><w:tab/></w:r>"


def _page_number(label: str) -> Iterator[str]:
    """The label, with fields where the numbers are."""
    before, _, rest = label.partition(PAGE)
    between, _, after = rest.partition(PAGES)
    yield from (_run(before), _field("PAGE"), _run(between), _field("NUMPAGES"), _run(after))


def _field(code: str) -> str:
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _run(text: str, properties: str = "") -> str:
    lines = [escape(line, quote=False) for line in clean(text, LONGEST).split("\n")]
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{properties}{inner}</w:r>" if text else ""


def _paragraph(content: str, style: str = "", properties: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{content}</w:p>"


def _pieces(document: Document) -> Iterator[str]:
    chapters = [(part, list(part.chapters)) for part in document.parts]
    yield _paragraph(_run(document.title), "Title") + _paragraph(_run(document.whose))
    yield _paragraph(_run(document.subtitle))
    yield "".join(_said(label, [value]) for label, value in document.facts)
    yield "".join(_paragraph(_run(note, PALE_TEXT)) for note in document.notes)
    titles = [line for part, held in chapters for line in ((part.title, ""), *((one.title, INDENT) for one in held))]
    breaks = bool(document.contents_label)
    if breaks:
        yield _paragraph(_run(document.contents_label), "Heading1")
        yield _contents(titles)
    numbers = iter(range(len(titles)))
    for part, held in chapters:
        yield _heading(part.title, 1, next(numbers), breaks=breaks and not document.wide)
        if part.chart is not None:
            yield _bars(part.chart)
        if part.table is not None:
            yield _grid(part.table)
        elif not held:
            yield _paragraph(_run(part.empty))
        for place, chapter in enumerate(held):
            yield _heading(chapter.title, 2, next(numbers), breaks=breaks and place > 0) + _chapter(chapter)


PALE_TEXT = f'<w:rPr><w:color w:val="{PALE}"/></w:rPr>'
INDENT = '<w:ind w:left="360"/>'
BOLD = "<w:rPr><w:b/></w:rPr>"
RIGHT = '<w:jc w:val="right"/>'


def _contents(titles: Sequence[tuple[str, str]]) -> str:
    """The contents, which Word numbers when it opens the document; until then its lines lead where they say."""
    begin = '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
    code = r'<w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r>'
    lines = [
        f'<w:hyperlink w:anchor="place{number}">{_run(title)}</w:hyperlink>'
        for number, (title, _indent) in enumerate(titles)
    ]
    lines[0] = f'{begin}{code}<w:r><w:fldChar w:fldCharType="separate"/></w:r>{lines[0]}'
    lines[-1] += '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    return "".join(_paragraph(line, "", indent) for line, (_title, indent) in zip(lines, titles, strict=True))


def _heading(title: str, level: int, number: int, *, breaks: bool) -> str:
    marked = f'<w:bookmarkStart w:id="{number}" w:name="place{number}"/>{_run(title)}<w:bookmarkEnd w:id="{number}"/>'
    return _paragraph(marked, f"Heading{level}", "<w:pageBreakBefore/>" if breaks else "")


def _chapter(chapter: Chapter) -> str:
    line = _paragraph(_run(chapter.line, PALE_TEXT)) if chapter.line else ""
    told = [
        "".join([_paragraph(_run(section.title), "Heading3") if section.title else "", *map(_answer, section.answers)])
        for section in chapter.sections
    ]
    return line + "".join(told)


def _answer(answer: Answer) -> str:
    if answer.grid is None:
        return _said(answer.label, answer.lines)
    return _paragraph(_run(answer.label, PALE_TEXT), properties="<w:keepNext/>") + _grid(answer.grid)


def _said(label: str, lines: Sequence[str]) -> str:
    return _paragraph(_run(label, PALE_TEXT) + TAB + _run("\n".join(lines)), SAID.replace(" ", ""))


def _grid(grid: Grid) -> str:
    edges = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="C5CED8"/>' for side in ("top", "bottom", "insideH"))
    width = '<w:tblW w:w="5000" w:type="pct"/>'
    about = f'<w:tblPr>{width}<w:tblBorders>{edges}</w:tblBorders><w:tblLook w:firstRow="1"/></w:tblPr>'
    widths = "".join(f'<w:gridCol w:w="{one * 400}"/>' for one in grid.weights) or "<w:gridCol/>" * len(grid.columns)
    columns = f"<w:tblGrid>{widths}</w:tblGrid>"
    head = f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{_cells(grid.columns, BOLD)}</w:tr>"
    rows = "".join(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_row(row, grid.numbers)}</w:tr>" for row in grid.rows)
    return f"<w:tbl>{about}{columns}{head}{rows}</w:tbl>" + AFTER_TABLE


# Between a table and what follows there is a paragraph, or two tables were one; it need not be as high as a line.
AFTER_TABLE = '<w:p><w:pPr><w:spacing w:after="0" w:line="100" w:lineRule="exact"/></w:pPr></w:p>'
PALER = RGBColor(0xA9, 0xB7, 0xC4)  # of what a bar is held against, which its label says too
LABELS, BARS, NUMBERS = 4000, 8600, 1700  # of the width of a page that lies down, in twentieths of a point
MARGINS = 216  # of a cell, left and right


def _bars(chart: Chart) -> str:
    """Bars as the shading of empty paragraphs between their labels and numbers: a table that is read aloud as one, with
    a description beside."""
    told = escape(clean(chart.told, LONGEST), quote=True)
    about = f'<w:tblPr><w:tblW w:w="{LABELS + BARS + NUMBERS}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
    about += f'<w:tblDescription w:val="{told}"/></w:tblPr>'
    widths = "".join(f'<w:gridCol w:w="{one}"/>' for one in (LABELS, BARS, NUMBERS))
    rows = "".join(
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_sized(LABELS, _paragraph(_run(one.label)))}"
        f"{_sized(BARS, _paragraph('', properties=_bar(one.width, PALER if one.pale else BLUE)))}"
        f"{_sized(NUMBERS, _paragraph(_run(one.text), properties=RIGHT))}</w:tr>"
        for one in chart.bars
    )
    head = _paragraph(_run(chart.label, BOLD), properties="<w:keepNext/>")
    return f"{head}<w:tbl>{about}<w:tblGrid>{widths}</w:tblGrid>{rows}</w:tbl>" + AFTER_TABLE


def _sized(width: int, content: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'


def _bar(width: int, colour: Any) -> str:
    """What makes an empty paragraph a bar of so many thousandths."""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>' if width else ""
    return f'{shade}<w:ind w:right="{(BARS - MARGINS) * (1000 - width) // 1000}"/>'


def _row(texts: Sequence[str], numbers: Sequence[int]) -> str:
    sides = [RIGHT if place in numbers else "" for place in range(len(texts))]
    return "".join(
        f"<w:tc><w:tcPr/>{_paragraph(_run(text), properties=side)}</w:tc>"
        for text, side in zip(texts, sides, strict=True)
    )


def _cells(texts: Sequence[str], properties: str = "") -> str:
    return "".join(f"<w:tc><w:tcPr/>{_paragraph(_run(text, properties))}</w:tc>" for text in texts)
