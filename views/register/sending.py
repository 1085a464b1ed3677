"""What sends a list or a report as a file."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Response, current_app, g, request, send_file

from models.database import db
from models.declare.base import now
from models.declare.choices import AccessEvent
from models.declare.domains import Domain
from models.tenancy import scope
from reports.base import Ask, Report
from reports.registers import RegisterReport
from reports.xlsx import write
from views import witness
from views.access import today
from views.register.listing import Listing
from views.texts import gettext as _
from views.texts import language, tr

SHOWN = "shown"  # the columns of the page, as an address says it
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send_list(listing: Listing) -> Response:
    """A list in Excel, filtered and in the order of the page; with the columns of the page, or with every field."""
    about = listing.register.__register__
    shown = tuple(listing.fields) if request.args.get("columns") == SHOWN else None
    told = RegisterReport(
        about.name, about.name, about.intro, register=listing.register, query=listing.query, shown=shown
    )
    filters = [f"{_('Søk')}: {listing.query.search}"] if listing.query.search else []
    filters += [one["label"] for one in listing.active_filters()]
    ask = Ask(language(), today(), now(), today().year, tuple(filters))
    domain = listing.register.__domain__
    places: Collection[int | None] = scope.current().readable(domain) if domain else [None]
    searched = [_("Søk")] if listing.query.search else []  # that there was one, not for whom
    chosen = "; ".join([*searched, *[one["label"] for one in listing.active_filters()]])
    witnessed = Witnessed(AccessEvent.EXPORT, places, chosen)
    return send(told, ask, file_name(tr(about.name).lower()), witnessed)


@dataclass(frozen=True)
class Witnessed:
    """What the access log is told of a file: whether it is a list or a report, whose rows, and the filters chosen."""

    event: Any
    places: Collection[int | None]
    selection: str = ""


def send_report(told: Report, ask: Ask, name: str) -> Response:
    """A report in Excel."""
    domain = Domain.MONEY if told.billing else Domain.CONTENT
    chosen = str(ask.year) if told.parameters else ""
    return send(told, ask, name, Witnessed(AccessEvent.REPORT, scope.current().readable(domain), chosen))


def send(told: Report, ask: Ask, name: str, witnessed: Witnessed) -> Response:
    """Write to a file without a name and send it: nothing is left behind, and nothing is held in memory."""
    file = tempfile.TemporaryFile(dir=_spool())  # noqa: SIM115 - send_file reads it after this returns, then closes it
    try:
        workbook = told.workbook(db.session, ask)
        write(workbook, file)
        selection, rows = witnessed.selection or None, workbook.total
        witness.write(witnessed.event, witnessed.places or [None], subject=told.title, selection=selection, rows=rows)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    current_app.logger.info("Export %s by %s in %s, %s bytes", told.slug, g.actor.user_id, g.active or "all", size)
    response = send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)
    response.call_on_close(file.close)  # also when nobody reads it, as for HEAD
    return response


def _spool() -> Path:
    folder = Path(current_app.instance_path) / "spool"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def file_name(slug: str) -> str:
    """Letters, digits and hyphens alone: every system takes them."""
    where = g.municipalities[g.active][0] if g.active else "alle"
    words = re.findall(r"[^\W_]+", f"{slug} {where}".lower())
    return f"{'-'.join(words)}-{today():%Y-%m-%d}.xlsx"
