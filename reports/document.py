"""A report as a document: chapters of sections of answers, to be read by people. Every text in it is already
translated; `views` draws it as a page to print, `pdf.py` and `word.py` as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from reports.table import Cell

PAGE, PAGES = "%p", "%n"  # where a label of a page has its number, and how many there are
MOST_CHAPTERS = 600  # in one document: setting it takes a gigabyte of memory, for some seconds


@dataclass(frozen=True, slots=True)
class Grid:
    """Parts of one thing side by side: headings, and rows of texts."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()  # the columns that hold numbers
    weights: Sequence[int] = ()  # how much of the width each column has; alike where nothing is said


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said under a label: lines of text, or a grid."""

    label: str
    lines: Sequence[str] = ()
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    answers: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing that is told of, with a line of what it is known by."""

    title: str
    line: str
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class Bar:
    """A number drawn as so many thousandths of the longest."""

    label: str
    text: str
    width: int
    pale: bool = False  # it stands beside the one above, and is what that one is held against


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of what a label says. The table it stands by says the same."""

    label: str
    bars: Sequence[Bar]

    @property
    def told(self) -> str:
        """The same in a sentence, for who does not see it."""
        return f"{self.label}: " + "; ".join(f"{one.label} {one.text}" for one in self.bars)


@dataclass(frozen=True, slots=True)
class Part:
    """Chapters, or a table and what is drawn of it, under one heading; `empty` is said where there is nothing. Chapters
    may be read once."""

    title: str
    chapters: Iterable[Chapter]
    empty: str
    table: Grid | None = None
    chart: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`whose` and `made` stand on every page. The facts are what a cover tells, in words. What has no `contents_label`
    is a letter: it has no contents, and flows from page to page. A `wide` one lies down."""

    title: str
    subtitle: str
    whose: str
    made: str
    language: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    parts: Sequence[Part]
    page_label: str
    contents_label: str = ""
    wide: bool = False


def lines_of(said: Cell) -> list[str]:
    return str(said).splitlines() if said not in (None, "") else []


def kept(document: Document) -> dict[str, Any]:
    """All of a document as JSON, to be kept as it is said."""
    parts = [replace(part, chapters=list(part.chapters)) for part in document.parts]
    return asdict(replace(document, parts=parts))


def read(told: dict[str, Any]) -> Document:
    """A document that was kept, word for word."""
    facts = [(label, value) for label, value in told["facts"]]
    return Document(**{**told, "facts": facts, "parts": [_part(one) for one in told["parts"]]})


def _part(told: dict[str, Any]) -> Part:
    chart = told["chart"] and Chart(told["chart"]["label"], [Bar(**one) for one in told["chart"]["bars"]])
    return Part(
        told["title"], [_chapter(one) for one in told["chapters"]], told["empty"], _grid(told["table"]), chart or None
    )


def _chapter(told: dict[str, Any]) -> Chapter:
    return Chapter(told["title"], told["line"], [
        Section(one["title"], [Answer(said["label"], said["lines"], _grid(said["grid"])) for said in one["answers"]])
        for one in told["sections"]
    ])  # fmt: skip


def _grid(told: dict[str, Any] | None) -> Grid | None:
    return Grid(**told) if told else None
