"""What is said of a proposal to the shared registers, and what the reader may do with it."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from models.changes.deciding import Decision, decides, decisions
from models.database import db
from models.declare.choices import CatalogueStatus
from models.declare.proposing import UNDECIDED, Proposed
from models.declare.titles import title_of
from models.queries import proposed
from views import formatters
from views.texts import gettext as _
from views.texts import language, tr


def words(decision: Decision) -> str:
    """What the button of a decision says."""
    said = {
        Decision.APPROVE: _("Godkjenn"),
        Decision.REJECT: _("Avvis"),
        Decision.PROPOSE: _("Foreslå på nytt"),
    }
    return said[decision]


def done(name: str, decision: Decision) -> str:
    """What is said once it is done."""
    said = {
        Decision.APPROVE: _("«%(name)s» er godkjent, og er nå for alle kommunene.", name=name),
        Decision.REJECT: _("«%(name)s» er avvist. Kommunen som foreslo, ser grunnen på startsiden.", name=name),
        Decision.PROPOSE: _("«%(name)s» er foreslått på nytt.", name=name),
    }
    return said[decision]


def context(row: Any) -> dict[str, Any] | None:
    """The card of a proposal on its own page; None for all else. Why it was rejected is told to whoever meets it; who
    waits for an answer is the matter of the project and of whoever proposed."""
    if not isinstance(row, Proposed) or row.status not in UNDECIDED:
        return None
    if row.status is CatalogueStatus.PROPOSED and not decides(g.actor, type(row)):
        return None
    same = proposed.by_the_same_name(db.session, type(row), [row]) if decides(g.actor, type(row)) else {}
    return line(row, same.get(row.id))


def line(row: Any, same: Any = None, back: str | None = None) -> dict[str, Any]:
    """A proposal with what may be done with it. `same` is what is approved and has its name, `back` where that is done
    from, when not from its own page."""
    register, name = type(row), title_of(row, language())
    steps = decisions(row, g.actor)
    return {
        "name": name,
        "url": url_for(f"{register.__tablename__}.details_view", id=row.id),
        "about": proposer(row),
        "status": tr(row.status.label),
        "tone": row.status.tone,
        "rejection": row.rejection,
        "may_mend": Decision.PROPOSE in steps,
        "action": url_for("proposals.decide", register=register.__tablename__, row_id=row.id),
        "id": f"{register.__tablename__}-{row.id}",
        "version": row.version,
        "steps": [{"name": str(one), "label": words(one), "why": one is Decision.REJECT} for one in steps],
        "back": back,
        "merge_url": url_for(f"{register.__tablename__}.merge_view", id=row.id, back=back)
        if decides(g.actor, register)
        else None,
        "same": _same(row, same) if same is not None else None,
    }


def proposer(row: Any) -> str:
    """Which municipality proposed a row, and when: told to the project and to the municipality."""
    place = g.municipalities.get(row.proposed_in)
    mine = row.proposed_in in g.actor.municipalities(())
    if place is None or not (mine or g.actor.is_of_the_project):
        return ""
    return _("Foreslått av %(place)s %(day)s", place=place.name, day=formatters.day(row.created_at))


def _same(row: Any, same: Any) -> dict[str, str]:
    return {
        "name": title_of(same, language()),
        "url": url_for(f"{same.__tablename__}.details_view", id=same.id),
        "action": url_for("proposals.use", register=same.__tablename__, row_id=row.id, other=same.id),
    }
