"""The reports a person is sent the way to once a month, as a letter tells them: names and addresses, and no figures."""

from __future__ import annotations

from datetime import date

from flask import g, url_for

import models
from models.changes import monthly
from models.database import db
from models.registers.following import MonthlyReport
from reports.own import OwnReport
from views import posting
from views.register import reported
from views.texts import gettext as _


def told(day: date) -> list[str]:
    """The lines of the letter of a day to whoever is stood in for. What is gone, or may no longer be opened, ends."""
    lines = []
    for mine in monthly.due(db.session, g.actor.user_id, day):
        if (name := _name(mine)) is None:
            monthly.end(db.session, mine.user_id, mine.place, mine.register, mine.view)
            continue
        place = g.municipalities[mine.place].name if mine.place else _("Alle kommuner")
        lines += [f"{name} ({place})", posting.here(url_for("ownreports.from_letter", number=mine.id)), ""]
    if not lines:
        return []
    return [
        _("Rapportene du får lenke til hver måned:"), "", *lines,
        _("Slutt å få en av dem: åpne den, og trykk «Lenke på e-post hver måned»."),
    ]  # fmt: skip


def _name(mine: MonthlyReport) -> str | None:
    """What the report is called; None where it is no more, or not for its person there."""
    register, place = models.BY_NAME.get(mine.register), mine.place or None
    if register is None or not OwnReport("", "", "", register=register).may_open(g.actor, place):
        return None
    view = reported.view_of(register, mine.view)
    if view is None or (place and view.municipality_id not in {None, place}):
        return None
    return view.name
