"""Two rows that are the same thing made one: all that points at the one points at the other, the old number leads
there, and it is taken back as one event; or a sentence, and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

import models
from models.changes import restoring
from models.changes.merging import may_merge
from models.database import db
from models.declare.base import Part, fields_of
from models.declare.fields import Kind
from models.declare.pointing import pointing_at
from models.declare.shapes import Shape
from models.registers.attachments import attachment_class
from models.registers.comments import comment_class
from models.registers.following import Follow
from tests.conftest import inside, user
from tests.support.merging import fetched, merge, message, undo
from tests.support.rows import telling
from tests.test_registers import As, address, keeper

MERGED = [one for one in models.REGISTERS if may_merge(one)]


# -- every register: two furnished rows, everything pointing at both ---------------------------------------------------


NUMBERS: Iterator[int] = count(1)


def different(cls: type[Any]) -> Any:
    """A row or part with something in every field, and nothing that only one may have which another has."""
    row = telling(cls, f"Rad {next(NUMBERS)}")
    for known in fields_of(cls):
        if known.after or known.shape is Shape.ORGANISATION_NUMBER:
            setattr(row, known.key, None)
    return row


def furnished(register: type[Any]) -> tuple[int, int]:
    """Two rows of a register in Tinn, and for every field that may point at them a row or part that points at the one,
    one that points at the other, and of links one that points at both."""
    with inside("Tinn"), db.session.no_autoflush:
        kept, gone = different(register), different(register)
        db.session.add_all([kept, gone])
        db.session.flush()
        for owner, known in pointing_at(register.__mapper__):
            for far in ([kept], [gone], [kept, gone]):
                _point(owner, known, far)
        _beside(register, kept, gone)
        db.session.commit()
        return kept.id, gone.id


def _point(owner: type[Any], known: Any, far: list[Any]) -> None:
    if known.kind is Kind.REFERENCE and len(far) > 1:
        return
    one = different(owner)
    setattr(one, known.key, far[0] if known.kind is Kind.REFERENCE else far)
    if issubclass(owner, Part):
        relation = owner.parent.property
        row = db.session.scalars(select(relation.mapper.class_)).first()
        getattr(row, relation.back_populates).append(one)
    db.session.add(one)


def _beside(register: type[Any], kept: Any, gone: Any) -> None:
    kari, ola = user("kari").id, user("ola").id
    kind = register.__tablename__
    db.session.add_all([Follow(user_id=kari, register=kind, row_id=one.id) for one in (kept, gone)])
    db.session.add(Follow(user_id=ola, register=kind, row_id=gone.id))
    if said := comment_class(register):
        db.session.add(said(register=kind, row_id=gone.id, text="Sagt om den andre"))
    if hung := attachment_class(register):
        db.session.add(hung(register=kind, row_id=gone.id, title="Henger på den andre", address="https://a.example/"))


def pointing(register: type[Any], row_id: int) -> dict[str, int]:
    """How much points at a row, field by field, and stands beside it."""
    found: dict[str, int] = {}
    with inside():
        for owner, known in pointing_at(register.__mapper__):
            found[f"{owner.__name__}.{known.key}"] = len(_pointers(register, owner, known, row_id))
        for table in filter(None, (comment_class(register), attachment_class(register), Follow)):
            mine = (table.register == register.__tablename__, table.row_id == row_id)
            found[table.__name__] = db.session.scalar(select(func.count()).select_from(table).where(*mine))
    return {name: number for name, number in found.items() if number}


def pointing_at_both(register: type[Any], *ids: int) -> dict[str, int]:
    """How much points at each of two rows, field by field."""
    found = {}
    with inside():
        for owner, known in pointing_at(register.__mapper__):
            one, other = (set(_pointers(register, owner, known, row_id)) for row_id in ids)
            found[f"{owner.__name__}.{known.key}"] = len(one & other) if known.kind is Kind.REFERENCES else 0
    return found


def _pointers(register: type[Any], owner: type[Any], known: Any, row_id: int) -> list[int]:
    far: Any = aliased(register)
    found = select(owner.id).join(getattr(owner, known.key).of_type(far)).where(far.id == row_id)
    return list(db.session.scalars(found))


def states(register: type[Any]) -> dict[Any, Any]:
    """All rows of a register and of those that may point at it, as plain values, versions and changes of them aside."""
    classes = {register} | {
        owner.parent.property.mapper.class_ if issubclass(owner, Part) else owner
        for owner, _known in pointing_at(register.__mapper__)
    }
    with inside():
        found = {}
        for cls in classes:
            for row in db.session.scalars(select(cls)):
                taken = restoring.snapshots.taken(row)
                taken.pop("version")
                for links in taken["links"].values():
                    links.sort()
                for parts in taken["parts"].values():
                    parts.sort(key=lambda one: one["id"])
                    for part in parts:
                        [links.sort() for links in part["links"].values()]
                found[cls.__name__, row.id] = taken
        db.session.expunge_all()
    return found


@pytest.mark.parametrize("register", MERGED, ids=lambda one: one.__name__)
def test_all_that_points_at_the_one_points_at_the_other_and_is_as_before_when_taken_back(
    register: type[Any], as_on: As, engine_app: Any
) -> None:
    kept, gone = furnished(register)
    browser = keeper(register, as_on)
    both = pointing_at_both(register, kept, gone)
    before, mine, theirs = states(register), pointing(register, kept), pointing(register, gone)

    done = merge(browser, register, kept, gone)
    after = pointing(register, kept)
    left = pointing(register, gone)
    old = browser.get(address(register, "details/", id=gone))
    back = undo(browser, fetched(register, kept))

    assert done.status_code == 303, message(done)
    assert old.location == address(register, "details/", id=kept)
    assert left == {"Follow": 1}
    assert after == {
        name: mine.get(name, 0) + theirs.get(name, 0) - both.get(name, 0) - (name == "Follow")
        for name in {**mine, **theirs}
    }
    assert back.status_code == 303, message(back)
    assert (pointing(register, kept), pointing(register, gone)) == (mine, theirs)
    assert states(register) == before
