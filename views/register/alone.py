"""One row told by itself, as plain text, to its owner, who need not have an account.

What stands there is what the details page tells a reader of the municipality of the row's own fields, in the scope in
force, which opens content alone. Left out is what the question is not about, and what others have not chosen to tell
the holder of a link: comments, history, files, how complete it is, what else points at the row, and of risk everything.
Of what the row points at only the name is told, with no way there; texts about persons, such as who are superusers, who
approved, or how another authority is reached, and all e-mail addresses and telephone numbers, are passed over.
"""

from __future__ import annotations

from typing import Any

from models.database import db
from models.declare.base import fields_of
from models.declare.choices import says_nothing
from models.declare.fields import Field, Personal
from models.declare.inferred import told
from models.declare.shapes import Shape
from models.declare.waiving import reason
from models.queries.standing import register_of, standing
from models.tenancy.roles import readable_fields
from views import formatters
from views.texts import gettext as _
from views.texts import language, tr

PASSED_OVER = {Shape.EMAIL, Shape.PHONE, Shape.REASONS}


def sections(row: Any) -> list[dict[str, Any]]:
    """Section by section what a row says, and of what it should say what it does not."""
    stands = standing(db.session, row, named_in=language())
    found: dict[str, dict[str, Any]] = {}
    for known in filter(_is_told, readable_fields(row)):
        if known.key == row.__register__.title:
            continue
        title = tr(known.section) or _("Opplysninger")
        section = found.setdefault(known.section, {"title": title, "rows": [], "empty": []})
        value, waived = told(known, stands), reason(stands, known)
        if waived:
            section["rows"].append((tr(known.label), _("Ikke relevant: %(why)s", why=waived)))
        elif not says_nothing(value):
            section["rows"].append((tr(known.label), _text(known, value)))
        elif known.in_form and known.counts_for(stands):
            section["empty"].append(tr(known.label))
    return [one for one in found.values() if one["rows"] or one["empty"]]


def _is_told(known: Field) -> bool:
    return known.personal == Personal.NONE and known.shape not in PASSED_OVER


def _text(known: Field, value: Any) -> str:
    return "\n".join(map(_part, value)) if known.shape is Shape.ROWS else formatters.text(known, value)


def _part(row: Any) -> str:
    """A part as one line."""
    said = [(known, getattr(row, known.key)) for known in fields_of(register_of(row)) if _is_told(known)]
    return "; ".join(text for known, value in said if (text := formatters.text(known, value)))
