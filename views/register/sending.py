"""What sends a list or a report as a file."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from flask import Response, current_app, g, send_file

from models.database import db
from models.declare.base import now
from reports.base import Ask, Report
from reports.registers import RegisterReport
from reports.xlsx import write
from views.access import today
from views.register.listing import Listing
from views.texts import gettext as _
from views.texts import language, tr

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send_list(listing: Listing) -> Response:
    """A list in Excel, filtered as it is on the page."""
    about = listing.register.__register__
    told = RegisterReport(about.name, about.name, about.intro, register=listing.register, query=listing.query)
    filters = [f"{_('Søk')}: {listing.query.search}"] if listing.query.search else []
    filters += [one["label"] for one in listing.active_filters()]
    ask = Ask(language(), today(), now(), today().year, tuple(filters))
    return send(told, ask, file_name(tr(about.name).lower()))


def send(told: Report, ask: Ask, name: str) -> Response:
    """Write to a file without a name and send it: nothing is left behind, and nothing is held in memory."""
    file = tempfile.TemporaryFile(dir=_spool())  # noqa: SIM115 - send_file reads it after this returns, then closes it
    try:
        write(told.workbook(db.session, ask), file)
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
