"""Invoices as files: one document, the ledger of a run, and all of a run in one zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import BinaryIO

from exchange.out import csvfile
from models.registers.invoices import Invoice
from reports import pdf, xlsx
from reports.invoicing import paper, sheets

PDF, XLSX, CSV, ZIP = "pdf", "xlsx", "csv", "zip"


def write(invoices: Sequence[Invoice], kind: str, language: str, called: str, target: BinaryIO) -> None:
    """Write invoices as a file of a kind; a PDF is of one."""
    if kind == PDF:
        pdf.write(paper.document(invoices[0]), target)
    elif kind == XLSX:
        xlsx.write(sheets.workbook(invoices, language, called), target)
    elif kind == CSV:
        csvfile.write(sheets.ledger(invoices, language), target)
    else:
        _bundle(invoices, language, called, target)


def _bundle(invoices: Sequence[Invoice], language: str, called: str, target: BinaryIO) -> None:
    """The workbook, the ledger, and each document as its buyer gets it."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for kind in (XLSX, CSV):
            made = io.BytesIO()
            write(invoices, kind, language, called, made)
            bundle.writestr(f"{called}.{kind}", made.getvalue())
        papers = pdf.each([paper.document(one) for one in invoices])
        for one, made_of_it in zip(invoices, papers, strict=True):
            bundle.writestr(paper.file_name(one, PDF), made_of_it)
