"""A document as a PDF that a screen reader can read: tags, bookmarks, language and title, after PDF/UA-1.

Typst sets it, in a process of its own: that takes much memory, and some texts have made it fall. It refuses to write
what is not PDF/UA-1. Texts go in as data and are never read as markup. Its own fonts are embedded; a character that
they lack is written as �, or nothing could be written.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from reports.document import Answer, Chapter, Chart, Document, Grid

SETTER = Path(__file__).with_name("typesetting.py")
TEMPLATE = Path(__file__).with_name("document.typ")
PATIENCE = 120  # seconds
AT_ONCE = 100  # documents that one process sets
BEGINS = {"pdf": b"%PDF", "png": b"\x89PNG"}
LENGTH = 8  # bytes that say how long a document is
# What Libertinus and DejaVu have of what people write, tried out one by one: letters of Latin, Greek and Cyrillic, the
# signs between words, numbers, money, arrows, mathematics and boxes.
_LACKING = re.compile(
    "[^\n -~\xa0-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0484\u048a-\u04ff\u1e00-\u1eff"
    "\u2000-\u200a\u2010-\u2027\u202f-\u2040\u2044-\u2052\u2074-\u208e\u20a0-\u20c0\u2126-\u214f\u2190-\u23ff\u2500-\u25ff]"
)
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")


class NotSetError(RuntimeError):
    """The setter could not write the document, for a reason of its own."""


def write(document: Document, target: BinaryIO) -> None:
    """Write the document. All of it is read before `target` is touched."""
    (made,) = each([document])
    target.write(made)


def each(documents: Sequence[Document]) -> list[bytes]:
    """Several documents, each as a PDF, set by one process: to begin one takes longer than a short document."""
    told = [_told(document) for document in documents]
    found: list[bytes] = []
    for first in range(0, len(told), AT_ONCE):
        found += typeset(told[first : first + AT_ONCE], TEMPLATE)
    return found


def typeset(told: list[dict[str, Any]], template: Path, kind: str = "pdf") -> list[bytes]:
    """What a template makes of each, by a process of its own. Raises NotSetError."""
    data = "\n".join(json.dumps(one, ensure_ascii=False) for one in told).encode()
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and our own template
            [sys.executable, "-E", "-s", str(SETTER), str(template), kind],
            input=data, capture_output=True, env={"LC_ALL": "C.UTF-8"},
            timeout=PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotSetError("It took too long.") from error
    made = list(_parts(done.stdout)) if done.returncode == 0 else []
    if len(made) != len(told) or not all(one.startswith(BEGINS[kind]) for one in made):
        raise NotSetError(done.stderr.decode(errors="replace")[-2000:])
    return made


def _parts(written: bytes) -> Iterator[bytes]:
    """What the setter wrote: each document after its length."""
    place = 0
    while place < len(written):
        size = int.from_bytes(written[place : place + LENGTH])
        yield written[place + LENGTH : place + LENGTH + size]
        place += LENGTH + size


def _told(document: Document) -> dict[str, Any]:
    return {
        "title": seen(document.title), "subtitle": seen(document.subtitle), "whose": seen(document.whose),
        "made": document.made, "language": document.language, "contents": seen(document.contents_label),
        "page": document.page_label, "wide": document.wide, "facts": [[seen(a), seen(b)] for a, b in document.facts],
        "notes": [seen(one) for one in document.notes],
        "parts": [
            {
                "title": seen(one.title), "empty": seen(one.empty), "chapters": [_chapter(c) for c in one.chapters],
                "table": _grid(one.table), "chart": _chart(one.chart),
            }
            for one in document.parts
        ],
    }  # fmt: skip


def _chapter(chapter: Chapter) -> dict[str, Any]:
    sections = [
        {"title": seen(one.title), "answers": [_answer(answer) for answer in one.answers]} for one in chapter.sections
    ]
    return {"title": seen(chapter.title), "line": seen(chapter.line), "sections": sections}


def _answer(answer: Answer) -> dict[str, Any]:
    return {"label": seen(answer.label), "lines": [seen(line) for line in answer.lines], "grid": _grid(answer.grid)}


def _grid(grid: Grid | None) -> dict[str, Any] | None:
    if grid is None:
        return None
    return {
        "columns": [seen(one) for one in grid.columns],
        "rows": [[seen(one) for one in row] for row in grid.rows],
        "numbers": list(grid.numbers),
        "weights": list(grid.weights or [1] * len(grid.columns)),
    }


def _chart(chart: Chart | None) -> dict[str, Any] | None:
    if chart is None:
        return None
    bars = [[seen(one.label), one.width, seen(one.text), one.pale] for one in chart.bars]
    return {"label": seen(chart.label), "told": seen(chart.told), "bars": bars}


def seen(text: str) -> str:
    """A text in characters that the fonts have."""
    return _LACKING.sub("\ufffd", _UNSEEN.sub("", unicodedata.normalize("NFC", text)))
