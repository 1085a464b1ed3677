"""Who tries to sign in and does not come in, for those who keep people to see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.declare import passwords
from models.declare.clock import now
from models.tenancy.people import User

DAYS, MOST = 7, 10


def lately(session: Any) -> list[User]:
    """Those within the scope with more wrong passwords in a row than are free, the newest first."""
    found = select(User).where(
        User.active, User.failed_attempts > passwords.FREE_ATTEMPTS, User.last_failed > now() - timedelta(days=DAYS)
    )
    return list(session.scalars(found.order_by(User.last_failed.desc(), User.id).limit(MOST)))
