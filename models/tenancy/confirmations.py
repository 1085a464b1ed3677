"""Questions to the owners of rows: whether what stands there is right. Each goes by a link that opens that one row, is
answered once, within days. Of its key only a hash is kept.

The key begins with the number of the municipality, so that whoever opens the link reaches that one and no other. It
gives no right of its own: what is read and done by it is done by the right of who asked, as that is then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Connection, Index, Integer, String, UniqueConstraint, and_, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, Content
from models.declare.choices import OwnerAnswer, QuestionState
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.shapes import Moment, Vocabulary
from models.declare.words import N_, Problem
from models.tenancy import keys, scope
from models.tenancy.roles import Actor, scope_for

LASTS, KEPT = timedelta(days=14), timedelta(days=400)  # until who is asked once a year has been asked again
MOST = 500  # that nobody has answered, of those made in the days a link lasts: more than owners, fewer than a flood
FULL = N_("Kommunen har spurt om %(most)s bekreftelser som ingen har svart på ennå. Vent til noen er besvart.")
LATELY = 5  # questions that the page of a row looks at
ANSWERING = (Domain.CONTENT, Domain.REMARKS, Domain.WINDOW, Domain.ACCESS)


class Confirmation(Content, Base):
    """What the owner of a row is asked, and what came of it. `person_id` is the contact person who owned it then,
    `name` and `email` what was known of that person; `answered_by` is who the history names; `comment_id` is what was
    said where the answer was not that all is right: the words stand there alone, where they may be deleted."""

    __tablename__ = "confirmation"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    register: Mapped[str] = mapped_column(String(60), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)
    person_id: Mapped[int] = mapped_column(Integer, nullable=False)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    email: Mapped[str] = mapped_column(String(200), nullable=False)
    key_hash: Mapped[str] = mapped_column(String(64), nullable=False)
    asked_by: Mapped[int] = mapped_column(Integer, nullable=False)
    asked_by_name: Mapped[str] = mapped_column(String(200), nullable=False)
    mailed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    made_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    expires_at: Mapped[datetime] = mapped_column(Moment, nullable=False)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[Any] = mapped_column(Vocabulary(OwnerAnswer), nullable=True)
    answered_by: Mapped[str] = mapped_column(String(250), nullable=False, default="")
    comment_id: Mapped[int | None] = mapped_column(Integer)

    # Two who answer at once: the second finds another version, and is refused.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        about = Index(None, "municipality_id", "register", "row_id", "id")
        return (UniqueConstraint("key_hash"), about, Index(None, "municipality_id", "id"))

    @property
    def state(self) -> QuestionState:
        if self.answered_at is not None:
            return QuestionState.ANSWERED
        if self.withdrawn_at is not None:
            return QuestionState.WITHDRAWN
        return QuestionState.OPEN if now() < self.expires_at else QuestionState.EXPIRED

    @property
    def is_open(self) -> bool:
        return self.state is QuestionState.OPEN

    def withdraw(self) -> None:
        """Let the link work no more."""
        self.withdrawn_at = now()


def ask(session: Any, by: Actor, asked: Sequence[tuple[Any, Any]], *, mailed: bool) -> list[tuple[Confirmation, str]]:
    """Ask the owners of some rows of a register, given as row and person; gives each question with its key, which is
    told this once. A new one takes the place of an open one about the same row. Raises Problem while too many wait."""
    waiting = select(func.count()).where(Confirmation.answered_at.is_(None), Confirmation.made_at > now() - LASTS)
    if session.scalar(waiting) + len(asked) > MOST:
        raise Problem(FULL, most=MOST)
    register = type(asked[0][0]).__tablename__
    for one in _waiting(session, register, {row.id for row, _person in asked}):
        one.withdraw()
    made = []
    for row, person in asked:
        key = keys.new(row.municipality_id)
        question = Confirmation(
            register=register, row_id=row.id, person_id=person.id, name=person.name, email=person.email,
            key_hash=keys.hashed(key), asked_by=by.user_id, asked_by_name=by.name, mailed=mailed,
            expires_at=now() + LASTS, municipality_id=row.municipality_id,
        )  # fmt: skip
        made.append((question, key))
    session.add_all([question for question, _key in made])
    session.flush()
    return made


def _waiting(session: Any, register: str, ids: Collection[int]) -> list[Confirmation]:
    mine = (Confirmation.register == register, Confirmation.row_id.in_(ids))
    return list(session.scalars(select(Confirmation).where(*mine, _is_open())))


def _is_open() -> Any:
    still = (Confirmation.answered_at.is_(None), Confirmation.withdrawn_at.is_(None))
    return and_(*still, Confirmation.expires_at > now())


def lately(session: Any, row: Any) -> list[Confirmation]:
    """The newest questions about a row that wait or were answered, within the scope."""
    mine = (Confirmation.register == type(row).__tablename__, Confirmation.row_id == row.id)
    told = or_(Confirmation.answered_at.is_not(None), _is_open())
    found = select(Confirmation).where(*mine, told).order_by(Confirmation.id.desc()).limit(LATELY)
    return list(session.scalars(found))


def prune(connection: Connection, before: datetime) -> int:
    """Forget those made before a moment, as the role that owns the tables; how many it was."""
    return keys.forget(connection, Confirmation.__table__, before)


def reach_of(key: str) -> scope.Scope | None:
    """What the holder of a key may reach to look at the question; None for what is no key."""
    place = keys.place_of(key)
    return None if place is None else reading(place)


def reading(place: int) -> scope.Scope:
    """What is read of a municipality to show one row to who is asked about it: its content, and nothing of risk, people
    or what is said."""
    return scope.Scope(read={Domain.CONTENT: frozenset([place])})


def find(session: Any, key: str) -> Confirmation | None:
    """The question of a key, within the scope."""
    found: Confirmation | None = session.scalar(select(Confirmation).where(Confirmation.key_hash == keys.hashed(key)))
    return found


def on_behalf(question: Confirmation, asker: Actor, event: str, *, name: str, user_id: int | None) -> scope.Scope:
    """The scope in which an answer is written down: what who asked reaches, no further than that municipality and what
    an answer touches, in the name of who answers."""
    place = question.municipality_id
    theirs, here = scope_for(asker, [place], place, event), frozenset([place])
    return replace(
        theirs, user_id=user_id, user_name=name, everyone=False,
        read={one: theirs.readable(one) & here for one in ANSWERING},
        write={one: theirs.writable(one) & here for one in ANSWERING},
    )  # fmt: skip


def witnessing(question: Confirmation, event: str) -> scope.Scope:
    """The scope in which it is written down that a link led nowhere: the access log of its municipality, no more."""
    own = {Domain.ACCESS: frozenset([question.municipality_id])}
    return scope.Scope(user_name=question.name, read=own, write=own, request_id=event)
