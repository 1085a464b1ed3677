"""What pages need of the shared rows again and again: read once, and again when any shared row has changed.

Only what everybody may read belongs here: never people, whom each sees a part of, and owned rows only under a name that
says whose they are and in which state (`finding.stamp`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import TypeVar

from flask import current_app, g, has_app_context
from sqlalchemy import event

from models.declare.memories import Bounded, memory
from models.tenancy.session import TenantSession

Found = TypeVar("Found")
# Two shared rows changed at once on PostgreSQL may show the later change before the earlier: forget all the same.
LONGEST_SECONDS = 60
_kept = memory(Bounded(500))


def begin(changed: datetime | None) -> None:
    """Say when the newest change of a shared row was made; what was remembered before it counts no more."""
    g.newest = (current_app.config["SQLALCHEMY_DATABASE_URI"], changed, int(time.time()) // LONGEST_SECONDS)


def state() -> Hashable | None:
    """What names the shared rows as this request finds them, texts among them; None once it has written."""
    found: Hashable | None = g.get("newest")
    return found


def changed() -> datetime | None:
    """When the newest change of a shared row was made."""
    found: datetime | None = g.newest[1]
    return found


def asked(name: Hashable, read: Callable[[], Found]) -> Found:
    """What `read` tells of the shared rows: from memory while none has changed, anew once this request has written."""
    if "newest" not in g:
        return read()
    return _kept.recall((g.newest, name), read)


@event.listens_for(TenantSession, "after_flush")
def _read_anew(*_: object) -> None:
    """What this request has written is in no memory yet."""
    if has_app_context():
        g.pop("newest", None)
