"""The kinds of file that a report is written as: Excel, and of those told as a document PDF and Word."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from reports import pdf
from reports.document import Document

EXCEL = "xlsx"
PDF, WORD = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _in_word(document: Document, file: BinaryIO) -> None:
    """What writes Word weighs 10 MB, and is loaded when somebody asks for it."""
    from reports import word  # noqa: PLC0415

    word.write(document, file)


DOCUMENTS: dict[str, tuple[str, Callable[[Document, BinaryIO], None]]] = {
    "pdf": (PDF, pdf.write),
    "docx": (WORD, _in_word),
}
