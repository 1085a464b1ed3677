"""What hangs on a row, on its page: files and links, who added them and when, and who may add and take away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import g, url_for

from models.changes.restoring import DAYS
from models.database import db
from models.declare.clock import now
from models.declare.filekinds import ENDINGS, TOLD
from models.queries import attachments
from models.registers.attachments import CLASSES, attachment_class, host_of
from models.tenancy.roles import may_do
from views import formatters, storing
from views.texts import gettext as _

KILO = 1024


def context(row: Any) -> dict[str, Any] | None:
    """What hangs on a row, and where more is added; None where nothing ever does."""
    if attachment_class(type(row)) is None:
        return None
    found, keeps = attachments.of_row(db.session, row), may_attach(row)
    return {
        "there": [_told(one, keeps) for one in found if one.removed_at is None],
        "removed": [_told(one, keeps) for one in found if one.removed_at is not None] if keeps else [],
        "forms": forms(row) if keeps else None,
        "days": DAYS,
    }


def forms(row: Any) -> dict[str, Any]:
    """The two forms: where they lead, what is taken, and what was typed, which is nothing yet."""
    place, most = {"register": type(row).__tablename__, "row_id": row.id}, sized(storing.largest())
    return {
        "file_url": url_for("attachments.file", **place),
        "link_url": url_for("attachments.link", **place),
        "taken": _("%(kinds)s, høyst %(size)s. Andre slag lagres som PDF først.", kinds=TOLD, size=most),
        "accept": ",".join(f".{ending}" for ending in ENDINGS),
        "typed": {"title": "", "address": ""},
        "problem": "",
    }


def may_attach(row: Any) -> bool:
    """Whether what hangs on a row may be changed: by those who may change the row."""
    return may_do(g.actor, "edit", row)


def sized(number: int) -> str:
    """A number of bytes as people say it."""
    if number < KILO * KILO:
        return f"{max(number // KILO, 1)}{formatters.NBSP}kB"
    return (
        f"{formatters.decimal(Decimal(number) / (KILO * KILO) // Decimal('0.1') * Decimal('0.1'))}{formatters.NBSP}MB"
    )


def _told(one: Any, keeps: bool) -> dict[str, Any]:
    kind = next(name for name, cls in CLASSES.items() if cls is type(one))
    is_file = one.stored is not None
    place = {"kind": kind, "number": one.id}
    return {
        "name": str(one),
        "is_file": is_file,
        "url": url_for("attachments.download", **place) if is_file else one.address,
        "about": f"{one.name if one.title else ''} {sized(one.size)}".strip() if is_file else host_of(one.address),
        "added": _("%(who)s, %(when)s", who=one.author_name, when=formatters.moment(one.at)),
        "gone": _("%(who)s, %(when)s", who=one.removed_by, when=formatters.moment(one.removed_at))
        if one.removed_at
        else "",
        "state_url": url_for("attachments.state", **place) if keeps and may_come_back(one) else None,
    }


def may_come_back(one: Any) -> bool:
    return one.removed_at is None or (now() - one.removed_at).days < DAYS
