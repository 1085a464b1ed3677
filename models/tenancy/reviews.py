"""Going through who has access: once a year, by who gives roles in a municipality (handbook, section 8, story 23). Each
time is written down, and the year tells when the next is due."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Date, Index, Integer, String, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column

from models.declare.base import Base, Witnessed
from models.declare.clock import now, today
from models.declare.domains import Domain
from models.declare.shapes import Moment
from models.tenancy import scope
from models.tenancy.people import Membership, User
from models.tenancy.roles import Actor
from models.tenancy.session import TenantSession


class AccessReview(Witnessed, Base):
    """That access was gone through: by whom, how many roles stand and how many were taken away, when it is due again.
    Read with the access log, by the local administrator and the data protection officer."""

    __tablename__ = "access_review"
    __written_once__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    done_at: Mapped[datetime] = mapped_column(Moment, nullable=False)
    due: Mapped[date] = mapped_column(Date, nullable=False)
    done_by: Mapped[int] = mapped_column(Integer, nullable=False)
    done_by_name: Mapped[str] = mapped_column(String(200), nullable=False)
    kept: Mapped[int] = mapped_column(Integer, nullable=False)
    removed: Mapped[int] = mapped_column(Integer, nullable=False)

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (Index(None, "municipality_id", "id"),)


def last(session: Any) -> AccessReview | None:
    """When access was gone through last, within the scope."""
    found: AccessReview | None = session.scalars(select(AccessReview).order_by(AccessReview.id.desc()).limit(1)).first()
    return found


def held(session: Any) -> list[Membership]:
    """The roles that are or will be in force in the municipalities within the scope, by the names of who holds them."""
    ended = or_(Membership.valid_to.is_(None), Membership.valid_to > today())
    found = select(Membership).join(User, User.id == Membership.user_id).where(ended)
    found = found.options(joinedload(Membership.user)).order_by(User.name, User.id, Membership.id)
    kept = scope.current().readable(Domain.PEOPLE)
    return [one for one in session.scalars(found) if one.municipality_id in kept]


def take_away(session: Any, membership: Membership) -> None:
    """Let a role end today; one that has not begun before today never was."""
    if membership.valid_from is not None and membership.valid_from >= today():
        session.delete(membership)
    else:
        membership.valid_to = today()


def note(session: Any, place: int, by: Actor, due: date, *, kept: int, removed: int) -> None:
    """Write down that access is gone through."""
    told = {"municipality_id": place, "done_at": now(), "due": due, "done_by": by.user_id, "done_by_name": by.name}
    cast(TenantSession, session).write_once(AccessReview.__table__, [told | {"kept": kept, "removed": removed}])
