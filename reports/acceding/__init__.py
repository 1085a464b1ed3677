"""The papers of joining, filled in from what is known: the quote, the accession agreement, the data processing one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from models.declare.acceding import PaperKind
from models.declare.clock import today
from reports.acceding import agreement, processing, quote
from reports.acceding.writing import Basis, basis_of, language_of
from reports.document import Document
from reports.language import translator

__all__ = ["Basis", "as_draft", "basis_of", "language_of", "written"]


def written(base: Basis, kind: PaperKind, language: str, valid_to: date | None) -> tuple[Document, list[str]]:
    """A paper as it would be today, and what it lacks, by the labels as they are in the code."""
    if kind is PaperKind.QUOTE:
        return quote.write(base, language, valid_to or today())
    return agreement.write(base, language) if kind is PaperKind.AGREEMENT else processing.write(base, language)


def as_draft(document: Document) -> Document:
    """The same, which says on every page that it is not sent."""
    t = translator(document.language)
    return replace(document, title=t("Utkast: %(name)s", name=document.title))
