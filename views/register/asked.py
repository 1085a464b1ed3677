"""What the owner of a row is asked and has answered, on the row's page: who may ask, and the three choices of who is
asked."""

from __future__ import annotations

from typing import Any

from flask import g, session, url_for

from models.changes.confirming import owner_of
from models.database import db
from models.declare.choices import OwnerAnswer
from models.tenancy import confirmations
from models.tenancy.confirmations import Confirmation
from models.tenancy.roles import can, may_do
from views import formatters
from views.access import ASKED, person
from views.addresses import address_of
from views.texts import gettext as _
from views.texts import tr


def may_ask(row: Any) -> bool:
    """Whether the reader may ask the owner of a row: whoever may change it."""
    return owner_of(type(row)) is not None and may_do(g.actor, "edit", row)


def from_list(register: type[Any]) -> str | None:
    """Where the owners of rows that are ticked in a list are asked; None for whom may not."""
    may = owner_of(register) is not None and can(g.actor, "edit", register, g.active)
    return url_for("confirmations.several", register=register.__tablename__) if may else None


def is_owned_by_somebody(row: Any) -> bool:
    known = owner_of(type(row))
    return known is not None and getattr(row, known.column) is not None


def is_asked(question: Confirmation) -> bool:
    """Whether it is the reader who is asked: by the address they sign in with, or with the link in hand."""
    return question.email == person().email or str(question.id) in session.get(ASKED, {})


def context(row: Any) -> dict[str, Any] | None:
    """What is asked of a row, and what came of it; None where nobody is or was."""
    if owner_of(type(row)) is None or not (found := confirmations.lately(db.session, row)):
        return None
    waits = next((one for one in found if one.is_open), None)
    said = next((one for one in found if one.answer is not None), None)
    return {
        "waits": _waiting(waits, row) if waits else None,
        "choices": choices(waits, row) if waits and is_asked(waits) else None,
        "said": told(said) if said else "",
        "all_url": address_of("confirmations.index") if may_ask(row) else None,
    }


def choices(question: Confirmation, row: Any) -> dict[str, Any]:
    """The three forms of an answer; `version` is how the row stood when it was looked at."""
    url = url_for("confirming.open_link", number=question.id)
    return {"url": url, "version": row.version, "text": "", "who": "", "problem": None, "open": ""}


def told(question: Confirmation) -> str:
    """Who said what, and when."""
    when = formatters.moment(question.answered_at) if question.answered_at else ""
    if question.answer is OwnerAnswer.STANDS:
        return _("%(who)s bekreftet at dette stemmer, %(when)s.", who=question.answered_by, when=when)
    said = tr(question.answer.label)
    return _("%(who)s svarte «%(said)s», %(when)s. Se kommentarene.", who=question.answered_by, said=said, when=when)


def _waiting(question: Confirmation, row: Any) -> dict[str, Any]:
    text = _(
        "%(who)s er bedt om å bekrefte at dette stemmer. %(by)s spurte %(when)s. Lenken virker til %(until)s.",
        who=question.name, by=question.asked_by_name, when=formatters.moment(question.made_at),
        until=formatters.moment(question.expires_at),
    )  # fmt: skip
    url = url_for("confirmations.withdraw", number=question.id) if may_ask(row) else None
    back = url_for(f"{question.register}.details_view", id=row.id)
    return {"text": text, "withdraw_url": url, "name": question.name, "back": back}
