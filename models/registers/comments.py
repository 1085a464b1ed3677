"""What people say of a row. It stands beside the row: it changes neither its version nor its text, and is no register.

What is said of a municipality's row belongs to that municipality; what is said of a shared row, to the one where it was
said. Of risk it stands behind the walls of risk.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, Group, Remarks, RiskRemarks
from models.declare.choices import CommentKind, CommentState
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.fields import is_owned
from models.declare.shapes import Moment, Vocabulary
from models.declare.words import N_, Problem

LONGEST, LONGEST_ANSWER = 4000, 1000
NO_REASON = N_("Skriv hvorfor rådet ikke følges.")
SETTLED = N_("Dette er besvart, og står som det ble skrevet. Skriv en ny kommentar i stedet.")
TOO_OFTEN = N_("Rådet er endret så mange ganger at det er bedre å trekke det tilbake og skrive et nytt.")
MOST_EARLIER = 20
NO_SUCH = N_("Et råd er åpent, fulgt eller ikke fulgt, og en kommentar er åpen eller løst.")
ENDINGS = {
    CommentKind.REMARK: {CommentState.OPEN, CommentState.SETTLED},
    CommentKind.ADVICE: {CommentState.OPEN, CommentState.FOLLOWED, CommentState.NOT_FOLLOWED},
}


class CommentColumns:
    """`mentions` are the contact persons named in the text: {name: id}. `answer` is why advice is not followed.

    Whoever said something may say it otherwise (`edited_at`) until it is settled, or take it back (`gone_at`); when they
    have left, whoever keeps people in the municipality may delete it. Of a remark nothing but that is left. Advice is evidence: it stands there as withdrawn, and so does what it said before
    it was changed (`earlier`, as [{at, text}])."""

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(60), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)
    kind: Mapped[Any] = mapped_column(Vocabulary(CommentKind), nullable=False, default=CommentKind.REMARK)
    state: Mapped[Any] = mapped_column(Vocabulary(CommentState), nullable=False, default=CommentState.OPEN)
    text: Mapped[str] = mapped_column(String(LONGEST), nullable=False)
    mentions: Mapped[dict[str, int]] = mapped_column(JSON, nullable=False, default=dict)
    at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    author_id: Mapped[int | None] = mapped_column(Integer)
    author_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    answer: Mapped[str] = mapped_column(String(LONGEST_ANSWER), nullable=False, default="")
    settled_by: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    edited_at: Mapped[datetime | None] = mapped_column(Moment)
    gone_at: Mapped[datetime | None] = mapped_column(Moment)
    earlier: Mapped[list[dict[str, str]]] = mapped_column(JSON, nullable=False, default=list)

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (Index(None, "municipality_id", "register", "row_id", "id"), Index(None, "register", "row_id", "id"))

    @property
    def is_open(self) -> bool:
        return self.state is CommentState.OPEN and self.gone_at is None

    @property
    def stamp(self) -> str:
        """How it stands: who has it open and knows another stamp saw something else."""
        moments = (one.isoformat() if one else "" for one in (self.edited_at, self.settled_at, self.gone_at))
        return "|".join((str(self.state), *moments))

    def reword(self, text: str, mentions: dict[str, int]) -> None:
        """Say it otherwise. Raises Problem for what is settled, and for advice that was changed too often."""
        if not self.is_open:
            raise Problem(SETTLED)
        if text == self.text:
            return
        if self.kind is CommentKind.ADVICE:
            if len(self.earlier) >= MOST_EARLIER:
                raise Problem(TOO_OFTEN)
            self.earlier = [*self.earlier, {"at": (self.edited_at or self.at).isoformat(), "text": self.text}]
        self.text, self.mentions, self.edited_at = text, mentions, now()

    def take_back(self) -> None:
        """Delete a remark, withdraw advice. Raises Problem for a remark that is settled, and for what is gone."""
        if self.gone_at is not None or (self.kind is CommentKind.REMARK and not self.is_open):
            raise Problem(SETTLED)
        self._go()

    def remove(self, by: str) -> None:
        """Delete a remark whose author has left, settled or not. Raises Problem for what is gone and for advice."""
        if self.gone_at is not None or self.kind is CommentKind.ADVICE:
            raise Problem(SETTLED)
        self.settled_by = by
        self._go()

    def _go(self) -> None:
        self.gone_at = now()
        if self.kind is CommentKind.REMARK:
            self.text, self.mentions = "", {}

    def say_again(self, text: str, mentions: dict[str, int]) -> None:
        """Bring a deleted remark back, with what it said."""
        self.text, self.mentions, self.gone_at = text, mentions, None

    @property
    def removed_by(self) -> str:
        """Who deleted a remark that was another's: what one takes back oneself is open, and settled by nobody."""
        return self.settled_by if self.gone_at is not None and self.kind is CommentKind.REMARK else ""

    def settle(self, state: CommentState, by: str, answer: str) -> None:
        """Say what became of it. Raises Problem for what cannot become of it, and for advice passed over without why."""
        if state not in ENDINGS[self.kind]:
            raise Problem(NO_SUCH)
        if state is CommentState.NOT_FOLLOWED and not answer:
            raise Problem(NO_REASON)
        self.state, self.answer = state, answer if state is CommentState.NOT_FOLLOWED else ""
        self.settled_by, self.settled_at = ("", None) if state is CommentState.OPEN else (by, now())


class Comment(CommentColumns, Remarks, Base):
    __tablename__ = "comment"


class RiskComment(CommentColumns, RiskRemarks, Base):
    __tablename__ = "risk_comment"


CLASSES: dict[str, type[Any]] = {"content": Comment, "risk": RiskComment}


def comment_class(register: type[Any]) -> type[Any] | None:
    """Where what is said of a register's rows is kept. None of people, money and how Orden is run: nothing is said."""
    if is_owned(register):
        return {Domain.CONTENT: Comment, Domain.RISK: RiskComment}.get(register.__domain__)
    return None if register.__register__.group is Group.SYSTEM else Comment
