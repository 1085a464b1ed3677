"""Invoices as files: one document, the ledger of a run, and all of a run in one zip, with each invoice in EHF too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import select

from exchange.ehf.filling import bill_of
from exchange.ehf.sending import Prepared, prepare
from exchange.out import csvfile
from models.declare.words import N_, Saying
from models.registers.invoices import Invoice
from reports import pdf, xlsx
from reports.invoicing import paper, sheets
from reports.language import Translate, translator

PDF, XLSX, CSV, ZIP, EHF = "pdf", "xlsx", "csv", "zip", "xml"
NOT_READY = N_("Disse er ikke med i EHF, for noe mangler eller bryter en regel:")
Earlier = Mapping[int, Invoice]  # the invoices that some take back or stand instead of, by id


class NotReady(ValueError):  # noqa: N818 - people are told; no error of ours
    """An invoice that may not leave as EHF, with what it lacks, and the rules it breaks in their own words."""

    def __init__(self, one: Prepared) -> None:
        super().__init__(one.name)
        self.faults = one.faults
        self.rules = [f"{rule.rule}: {rule.sentence}" for rule in one.findings if rule.is_fatal]


@dataclass(frozen=True)
class Files:
    """What files are made of: the invoices, in whose language what is told of several is, what the file is called, the
    earlier ones that they name, and the folder of newer rules of EHF, if there is one."""

    invoices: Sequence[Invoice]
    language: str
    called: str
    earlier: Earlier
    rules: str = ""

    def prepared(self) -> list[Prepared]:
        """Each as EHF, checked. Raises NotCheckedError."""
        return prepare([bill_of(one, self.earlier.get(_before(one) or 0)) for one in self.invoices], self.rules)


def earlier_of(session: Any, invoices: Sequence[Invoice]) -> Earlier:
    """The invoices that some take back or stand instead of."""
    named = {number for one in invoices if (number := _before(one))}
    found = session.scalars(select(Invoice).where(Invoice.id.in_(named))) if named else ()
    return {one.id: one for one in found}


def _before(one: Invoice) -> int | None:
    return one.credits_id or one.replaces_id


def write(files: Files, kind: str, target: BinaryIO) -> None:
    """Write invoices as a file of a kind; a PDF, and EHF by itself, are of one. Raises NotReady, NotCheckedError and
    NotSetError."""
    invoices, language, called = files.invoices, files.language, files.called
    if kind == PDF:
        pdf.write(paper.document(invoices[0]), target)
    elif kind == XLSX:
        xlsx.write(sheets.workbook(invoices, language, called), target)
    elif kind == CSV:
        csvfile.write(sheets.ledger(invoices, language), target)
    elif kind == EHF:
        target.write(_ready(files))
    else:
        _bundle(files, target)


def _ready(files: Files) -> bytes:
    (one,) = files.prepared()
    if not one.may_leave:
        raise NotReady(one)
    return one.document


def _bundle(files: Files, target: BinaryIO) -> None:
    """The workbook, the ledger, and each document as its buyer gets it: on paper, and in EHF."""
    invoices = files.invoices
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for kind in (XLSX, CSV):
            made = io.BytesIO()
            write(files, kind, made)
            bundle.writestr(f"{files.called}.{kind}", made.getvalue())
        papers = pdf.each([paper.document(one) for one in invoices])
        for one, made_of_it in zip(invoices, papers, strict=True):
            bundle.writestr(paper.file_name(one, PDF), made_of_it)
        prepared = files.prepared()
        for document in prepared:
            if document.may_leave:
                bundle.writestr(f"ehf/{document.name}", document.document)
        if left_out := list(_left_out(files, prepared)):
            bundle.writestr("ehf/mangler.txt", "\r\n".join([translator(files.language)(NOT_READY), *left_out]))


def _left_out(files: Files, prepared: Sequence[Prepared]) -> Iterator[str]:
    """A line for each that is not in EHF, with why."""
    t = translator(files.language)
    for invoice, one in zip(files.invoices, prepared, strict=True):
        if not one.may_leave:
            why = NotReady(one)
            yield f"{paper.title(invoice, t)}: {' '.join([*(_told(said, t) for said in why.faults), *why.rules])}"


def _told(said: Saying, t: Translate) -> str:
    return t(said.text, **said.params)
