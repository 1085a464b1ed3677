"""Invitations: a link by which a colleague comes in, once and for a few days. Of its key only a hash is kept.

The key begins with the number of the municipality, so that whoever opens the link reaches that one and no other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Connection, Index, Integer, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, People
from models.declare.choices import InvitationState
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.shapes import Moment, Vocabulary
from models.declare.words import N_, Problem
from models.tenancy import keys, scope
from models.tenancy.people import Membership, MunicipalRole, User
from models.tenancy.roles import Actor, can

LASTS, KEPT = timedelta(days=7), timedelta(days=90)
MOST = 100  # that nobody has taken, of those made in the days a link lasts: more than newcomers, fewer than a flood
FULL = N_(
    "Kommunen har sendt ut %(most)s invitasjoner den siste uka som ingen har tatt imot. Vent til noen av dem er tatt "
    "imot, eller til neste uke."
)
NO_RIGHT = N_("Den som inviterte deg, kan ikke gi tilgang lenger. Be lokal administrator i kommunen om en ny.")
UNPROVEN = N_(
    "E-postadressen din er ikke bekreftet ennå, så du kan ikke få roller i flere kommuner. Be brukerstøtte om et nytt "
    "passord, og åpne lenken igjen når du har fått det."
)
OVER = N_("Lenken er brukt, trukket tilbake eller for gammel. Be den som inviterte deg, om en ny.")


class Invitation(People, Base):
    """Who is invited to which role, and what became of it. `user_id` is the person who took it. `mailed` says that the
    link went to the address alone: who has it has the address."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    email: Mapped[str] = mapped_column(String(200), nullable=False)
    role: Mapped[Any] = mapped_column(Vocabulary(MunicipalRole), nullable=False)
    key_hash: Mapped[str] = mapped_column(String(64), nullable=False)
    invited_by: Mapped[int] = mapped_column(Integer, nullable=False)
    invited_by_name: Mapped[str] = mapped_column(String(200), nullable=False)
    mailed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    made_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    expires_at: Mapped[datetime] = mapped_column(Moment, nullable=False)
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)

    # Two who use the link at once: the second finds another version, and is refused.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("key_hash"), Index(None, "municipality_id", "id"))

    @property
    def state(self) -> InvitationState:
        if self.taken_at is not None:
            return InvitationState.TAKEN
        if self.withdrawn_at is not None:
            return InvitationState.WITHDRAWN
        return InvitationState.OPEN if now() < self.expires_at else InvitationState.EXPIRED

    def withdraw(self) -> None:
        """Let the link work no more."""
        self.withdrawn_at = now()

    @property
    def is_open(self) -> bool:
        return self.state is InvitationState.OPEN


def invite(session: Any, by: Any, name: str, email: str, role: Any, *, mailed: bool) -> tuple[Invitation, str]:
    """Make an invitation in the active municipality; gives it and its key, which is told this once. A new one takes the
    place of an open one to the same address. Raises Problem while too many wait to be taken."""
    place = scope.current().active
    assert place is not None  # noqa: S101 - a programming error, not input
    waiting = select(func.count()).where(Invitation.taken_at.is_(None), Invitation.made_at > now() - LASTS)
    if session.scalar(waiting) >= MOST:
        raise Problem(FULL, most=MOST)
    for one in of_here(session):
        if one.email == email and one.is_open:
            one.withdraw()
    key = keys.new(place)
    made = Invitation(
        name=name, email=email, role=role, key_hash=keys.hashed(key), invited_by=by.user_id, invited_by_name=by.name,
        mailed=mailed, expires_at=now() + LASTS, municipality_id=place,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made, key


def of_here(session: Any) -> list[Invitation]:
    """The invitations of the municipalities within the scope, newest first; never one's own in another."""
    kept = scope.current().readable(Domain.PEOPLE)
    found = session.scalars(select(Invitation).order_by(Invitation.id.desc()))
    return [one for one in found if one.municipality_id in kept]


def prune(connection: Connection, before: datetime) -> int:
    """Forget those made before a moment, as the role that owns the tables; how many it was."""
    return keys.forget(connection, Invitation.__table__, before)


def reach_of(key: str) -> scope.Scope | None:
    """What the holder of a key may reach to look at the invitation; None for what is no key."""
    place = keys.place_of(key)
    return None if place is None else scope.Scope(read={Domain.PEOPLE: frozenset([place])})


def find(session: Any, key: str) -> Invitation | None:
    """The invitation of a key, within the scope."""
    found: Invitation | None = session.scalar(select(Invitation).where(Invitation.key_hash == keys.hashed(key)))
    return found


def on_behalf(invitation: Invitation, inviter: Actor | None, request_id: str, reason: str) -> scope.Scope:
    """The scope in which a role is given by who invited. Raises Problem when that person may no longer give it.
    `reason` is what the history says of it."""
    place = invitation.municipality_id
    if inviter is None or not can(inviter, "create", Membership, place):
        raise Problem(NO_RIGHT)
    own = dict.fromkeys((Domain.PEOPLE, Domain.ACCESS), frozenset([place]))
    return scope.Scope(
        inviter.user_id, inviter.name, own, own, active=place, everyone=True, request_id=request_id,
        acts_in=inviter.acts_in(place), reason=reason,
    )  # fmt: skip


def choose_password(session: Any, invitation: Invitation, hashed: str) -> None:
    """Make a user of who is new, with a password that is hashed already. Who has a user keeps the password there was,
    unless that address was never proven and this link, which came by letter, proves it: then somebody else may have
    chosen it. In the scope of `on_behalf`."""
    user = session.scalar(select(User).where(User.email == invitation.email))
    if user is None:
        vouching = None if invitation.mailed else invitation.municipality_id
        user = User(name=invitation.name, email=invitation.email, vouched_in=vouching)
        session.add(user)
    elif user.vouched_in is None or not invitation.mailed:
        return
    else:
        user.vouched_in = None
    user.set_hash(hashed)


def take(session: Any, invitation: Invitation, user: User) -> None:
    """Give the person the role; the invitation is used up. In the scope of `on_behalf`."""
    if not invitation.is_open:
        raise Problem(OVER)
    if invitation.mailed:
        user.prove()
    if not user.is_proven_in(invitation.municipality_id):
        raise Problem(UNPROVEN)
    invitation.taken_at, invitation.user_id = now(), user.id
    session.add(Membership(user=user, role=invitation.role, municipality_id=invitation.municipality_id))
    session.flush()
