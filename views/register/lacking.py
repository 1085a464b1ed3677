"""The form of a row narrowed to what it lacks, with what Orden can propose filled in: a few answers instead of a page.

The same form, checks and rules as the whole one. Which fields it is of travels along in it, so that it is the same form
when it is sent, whatever somebody else has filled in meanwhile.
"""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from models.database import db
from models.declare.base import fields_of
from models.declare.choices import Answer
from models.declare.clock import today
from models.declare.fields import Field, Kind
from models.queries import quality, rules
from models.queries.proposing import proposals
from models.queries.standing import Standing
from views.register.forms import NO
from views.register.typed import Typed
from views.texts import gettext as _

# What an address or a form says: the fields it is of, or that it is of what lacks; and where something was proposed.
ONLY, LACKING, PROPOSED = "only", "lacking", "proposed"


class Proposed(Standing):
    """Answers as a row does, and where it says nothing with what is proposed."""

    def __init__(self, stands: Standing, found: dict[str, Any]) -> None:
        super().__init__(stands.row, stands.read)
        self.found, kinds = found.keys(), self.kinds
        self.said = {f"{key}_id" if kinds[key] is Kind.REFERENCE else key: value for key, value in found.items()}

    def __getattr__(self, name: str) -> Any:
        return self.said[name] if name in self.said else super().__getattr__(name)


def address(row_id: int) -> str:
    """Where the form of what a row lacks is opened."""
    return url_for(".edit_view", id=row_id, only=LACKING)


def is_asked() -> bool:
    """Whether only some fields are wanted."""
    return bool(request.values.get(ONLY))


def keys(stands: Standing) -> frozenset[str]:
    """The fields the form is of; none where all are."""
    said = request.values.get(ONLY, "")
    if said == LACKING:
        return _lacking(stands)
    known = {one.key for one in fields_of(stands.register) if one.in_form}
    return frozenset(known.intersection(said.split(",")))


def _lacking(stands: Standing) -> frozenset[str]:
    """What is missing, what mends a broken rule, and whatever these answers decide whether to ask."""
    known = [one for one in fields_of(stands.register) if one.in_form]
    found = {one.key for one in quality.missing(stands)}
    found |= {rule.field for rule in rules.errors(stands, today())}
    found &= {one.key for one in known}
    while more := {one.key for one in known if one.applies and one.applies.keys & found} - found:
        found |= more
    return frozenset(found)


def begins_with(stands: Standing, wanted: frozenset[str]) -> Standing:
    """What the form opens with: how the row stands, and where it says nothing what is proposed."""
    known = {one.key: one for one in fields_of(stands.register)}
    empty = {one.key for one in quality.missing(stands)} | {key for key in wanted if not known[key].applies_to(stands)}
    found = {key: value for key, value in proposals(db.session, stands.row).items() if key in wanted & empty}
    return Proposed(stands, found)


def narrow(form: Any, stands: Standing, wanted: frozenset[str]) -> None:
    """Leave the fields that are not wanted as they are: what is posted for them is not read."""
    for known in fields_of(stands.register):
        if known.key in form and known.key not in wanted:
            form.lock(known.key)
    proposed = stands.found if isinstance(stands, Proposed) else set(request.form.get(PROPOSED, "").split(","))
    form.is_partial, form.only = True, ",".join(sorted(wanted))
    form.proposed = [known.key for known in fields_of(stands.register) if known.key in wanted.intersection(proposed)]


def answer_no(form: Any, stands: Standing) -> None:
    """Answer No to the questions in the form that nobody has answered, when that was pressed."""
    if NO in request.form:
        for known in unanswered(form, stands):
            form[known.key].data = Answer.NO


def unanswered(form: Any, stands: Standing) -> list[Field]:
    """The questions in the form that apply, and that nobody has answered."""
    typed = Typed(form, stands)
    return [
        known
        for known in fields_of(stands.register)
        if known.choices is Answer
        and known.key in form
        and not form[known.key].flags.readonly
        and known.applies_to(typed)
        and form[known.key].data in {None, Answer.UNKNOWN}
    ]


def context(form: Any, stands: Standing) -> dict[str, Any] | None:
    """What the page says of a form of what lacks; None of the whole form."""
    if not form.only:
        return None
    names = ", ".join(str(form[key].label.text) for key in form.proposed)
    return {
        "hidden": [(ONLY, form.only), (PROPOSED, ",".join(form.proposed))],
        "proposed": _("Orden foreslår noe i %(names)s. Se at det stemmer hos dere.", names=names) if names else "",
        "may_say_no": len(unanswered(form, stands)) > 1,
        "whole": url_for(".edit_view", id=stands.id),
    }
