"""What sends a list or a report as a file."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from flask import Response, current_app, g, request, send_file

from exchange.out import book as out
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.clock import now, today
from models.declare.domains import Domain
from models.declare.titles import title_of
from models.tenancy import scope
from reports.base import Ask, Report
from reports.document import Document
from reports.kinds import DOCUMENTS, EXCEL
from reports.registers import RegisterReport
from views import witness
from views.register.columns import ALL
from views.register.listing import Listing
from views.register.toolbar import narrowing
from views.texts import gettext as _
from views.texts import language, tr

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSM = "application/vnd.ms-excel.sheet.macroEnabled.12"
CSV = "text/csv"
TEXT, FORM = "csv", "form"  # what a list may be sent as beside Excel: with its rows, or as a form without


def send_list(listing: Listing, kind: str) -> Response:
    """A list as a file, filtered and in the order of the page, with its columns or with every field; or its form."""
    about = listing.register.__register__
    if kind == FORM:
        name = file_name(f"{tr(about.name)} {_('Tomt skjema')}")
        return send(out.form_of(listing.register), _ask(), name, _witnessed(listing, _("Tomt skjema")))
    shown = None if request.args.get("columns") == ALL else tuple(listing.fields)
    told = out.of_register(listing.register, listing.query, shown)
    filters = [f"{_('Søk')}: {listing.query.search}"] if listing.query.search else []
    filters += [label for label, _names in narrowing(listing)]
    searched = [_("Søk")] if listing.query.search else []  # that there was one, not for whom
    chosen = "; ".join([*searched, *[label for label, _names in narrowing(listing, discreet=True)]])
    sends = send_text if kind == TEXT else send
    return sends(told, _ask(*filters), file_name(tr(about.name), kind), _witnessed(listing, chosen))


def _ask(*filters: str) -> Ask:
    return Ask(language(), today(), now(), today().year, filters)


def _witnessed(listing: Listing, chosen: str = "") -> Witnessed:
    domain = listing.register.__domain__
    places: Collection[int | None] = scope.current().readable(domain) if domain else [None]
    return Witnessed(AccessEvent.EXPORT, places, chosen)


@dataclass(frozen=True)
class Witnessed:
    """What the access log is told of a file: whether it is a list or a report, whose rows, and the filters chosen."""

    event: Any
    places: Collection[int | None]
    selection: str = ""


def send_report(told: Report, ask: Ask, name: str, kind: str = EXCEL) -> Response:
    """A report in Excel, or as a document of a kind."""
    if kind not in DOCUMENTS:
        return send(told, ask, name, _of_report(told, ask))
    mimetype, write = DOCUMENTS[kind]
    return _send(told, lambda file: write_document(told, ask, file, write), mimetype, name, _of_report(told, ask))


def send_draft(told: Report, document: Document, ask: Ask, row: Any, name: str) -> Response:
    """What is made of one row, for Word."""

    def write(file: BinaryIO) -> int:
        DOCUMENTS["docx"][1](document, file)
        return 1

    witnessed = Witnessed(AccessEvent.REPORT, [row.municipality_id], title_of(row, ask.language))
    return _send(told, write, DOCUMENTS["docx"][0], file_name(name, "docx"), witnessed)


def write_document(told: Report, ask: Ask, file: BinaryIO, write: Callable[[Document, BinaryIO], None]) -> int:
    """A report as a document; how many chapters it has."""
    write(told.document(db.session, ask), file)
    return told.chapters(db.session, ask)


def witness_report(told: Report, ask: Ask, rows: int) -> None:
    """Write down that the whole of a report was seen on a page."""
    seen = _of_report(told, ask)
    witness.write(seen.event, seen.places or [None], subject=told.title, selection=seen.selection or None, rows=rows)


def _of_report(told: Report, ask: Ask) -> Witnessed:
    domain = Domain.MONEY if told.billing else Domain.CONTENT
    return Witnessed(AccessEvent.REPORT, scope.current().readable(domain), told.selection(db.session, ask))


def send(told: Report, ask: Ask, name: str, witnessed: Witnessed) -> Response:
    """A report as a workbook."""
    return _send(told, lambda file: out.write_book(db.session, told, ask, file), XLSX, name, witnessed)


def send_text(told: RegisterReport, ask: Ask, name: str, witnessed: Witnessed) -> Response:
    """The rows of a list as CSV."""
    return _send(told, lambda file: out.write_rows(db.session, told, ask, file), CSV, name, witnessed)


def _send(told: Report, write: Callable[[BinaryIO], int], kind: str, name: str, witnessed: Witnessed) -> Response:
    """Write to a file without a name and send it: nothing is left behind, and nothing is held in memory."""
    file = tempfile.TemporaryFile(dir=_spool())  # noqa: SIM115 - send_file reads it after this returns, then closes it
    try:
        rows = write(file)
        selection = witnessed.selection or None
        witness.write(witnessed.event, witnessed.places or [None], subject=told.title, selection=selection, rows=rows)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    current_app.logger.info("Export %s by %s in %s, %s bytes", told.slug, g.actor.user_id, g.active or "all", size)
    response = send_file(file, mimetype=kind, as_attachment=True, download_name=name)
    response.call_on_close(file.close)  # also when nobody reads it, as for HEAD
    return response


def _spool() -> Path:
    folder = Path(current_app.instance_path) / "spool"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def file_name(slug: str, ending: str = EXCEL) -> str:
    """Letters, digits and hyphens alone: every system takes them."""
    where = g.municipalities[g.active][0] if g.active else "alle"
    words = re.findall(r"[^\W_]+", f"{slug} {where}".lower())
    return f"{'-'.join(words)}-{today():%Y-%m-%d}.{ending}"
