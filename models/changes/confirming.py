"""What the owner of a row, when asked, says of it: that it is right, that something must be changed, or that it is
somebody else's. Used in the scope of `confirmations.on_behalf`.

Who answers may have no account, and changes nothing but the date when the row was last confirmed, as «Stemmer fortsatt»
in a list does; where a register has no such date the history alone says so. All else they say is a comment, open until
somebody who keeps the row has seen to it.
"""

from __future__ import annotations

from typing import Any

from models.changes import audit
from models.changes.bulk import Bulk, Change
from models.declare.base import fields_of
from models.declare.choices import CommentKind, OwnerAnswer
from models.declare.clock import now, today
from models.declare.domains import Domain
from models.declare.fields import Field
from models.declare.words import N_, Problem
from models.registers.comments import comment_class
from models.registers.organisation import answerer
from models.tenancy import scope
from models.tenancy.confirmations import Confirmation
from models.tenancy.log import CONFIRMED
from models.tenancy.roles import Actor, can

USED = N_("Lenken er brukt, trukket tilbake eller for gammel. Be den som sendte den, om en ny.")


def owner_of(register: type[Any]) -> Field | None:
    """The field that says whom to ask about a row; None where nobody is asked. Of risk nothing is shown to who has not
    signed in, so its rows are not asked about."""
    return answerer(register.__mapper__) if register.__domain__ is Domain.CONTENT else None


def holds(question: Confirmation, row: Any, asker: Actor | None) -> bool:
    """Whether a question is still what was asked: the row is there and owned by the same person, who has the same
    address, and who asked may still change it."""
    known = owner_of(type(row)) if row is not None else None
    if known is None or asker is None or not can(asker, "edit", row):
        return False
    person = getattr(row, known.key)
    return person is not None and (person.id, person.email) == (question.person_id, question.email)


def answer(session: Any, question: Confirmation, row: Any, asker: Actor, said: OwnerAnswer, text: str) -> None:
    """Write down an answer; the question is answered. `text` is what becomes a comment. Raises Problem when it was
    answered or ended before."""
    if not question.is_open:
        raise Problem(USED)
    by = question.answered_by = scope.current().user_name
    question.answer, question.answered_at = said, now()
    if said is OwnerAnswer.STANDS:
        _confirm(session, row, asker)
    else:
        question.comment_id = _remark(session, row, text, by)
    session.flush()


def _confirm(session: Any, row: Any, asker: Actor) -> None:
    """Set the date there is for it. Where there is none, or it is today's already, the history is told beside."""
    known = next((one for one in fields_of(type(row)) if one.confirms), None)
    bulk = Bulk(session, asker, {row.id: row.version})
    if known is not None:
        bulk.change([row], [Change(known, today())])
    for refusal in bulk.refusals.get(row, ()):
        raise refusal.problem
    if row not in bulk.changed:
        audit.note_beside(session, row, CONFIRMED, [])


def _remark(session: Any, row: Any, text: str, by: str) -> int:
    said: Any = comment_class(type(row))
    remark = said(
        municipality_id=row.municipality_id, register=type(row).__tablename__, row_id=row.id,
        kind=CommentKind.REMARK, text=text, author_name=by,
    )  # fmt: skip
    session.add(remark)
    session.flush()
    return int(remark.id)
