"""What kind of installation a database holds, a demo or a real one, and whether its first set-up was finished."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, Table, insert, select, update

from models.declare.base import Base

INSTALLATION = Table(
    "installation",
    Base.metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("demo", Boolean(name="demo"), nullable=False),
    Column("finished", Boolean(name="finished"), nullable=False),
    CheckConstraint("id = 1", name="one"),
)


class WrongKind(RuntimeError):  # noqa: N818 - what is wrong is the kind
    """A demo was asked for where a real installation stands, or the other way round."""


def begin(session: Any, *, demo: bool) -> bool:
    """Say at the first set-up what this database is to be; gives whether a set-up was finished already.

    Raises WrongKind when it is the other kind: made-up people with a known password never come into a real
    installation, and nobody's real records into a demo.
    """
    row = session.execute(select(INSTALLATION.c.demo, INSTALLATION.c.finished)).one_or_none()
    if row is None:
        session.execute(insert(INSTALLATION).values(id=1, demo=demo, finished=False))
        session.commit()
        return False
    check_kind(row.demo, demo=demo)
    return bool(row.finished)


def check_kind(is_demo: bool, *, demo: bool) -> None:
    """Raise WrongKind, with what to do, when the database is of the other kind."""
    if demo and not is_demo:
        raise WrongKind(
            "This database is a real installation: it takes no demo people and no made-up rows. Set DEMO=0."
        )
    if is_demo and not demo:
        raise WrongKind(
            "This database is a demo, with made-up people and a known password. Set DEMO=1, or start with an empty one."
        )


def is_demo(session: Any) -> bool | None:
    """Whether the database is a demo; None when it was never set up."""
    found: bool | None = session.execute(select(INSTALLATION.c.demo)).scalar_one_or_none()
    return found


def finish(session: Any) -> None:
    """The first set-up has come to its end: the next one has nothing to add."""
    session.execute(update(INSTALLATION).values(finished=True))
    session.commit()
