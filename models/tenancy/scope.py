"""Which municipality's rows may be read and written: the only room that knows.

Three walls stand behind each other (README, "Security"): this session, composite foreign keys, and
row-level security in PostgreSQL (`models/tenancy/rowsecurity.py`). Without a scope every statement on an owned
table raises: forgetting it can never show too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from models.declare.domains import Domain


class TenantError(PermissionError):
    """A statement or a change would cross the border between municipalities, or no scope is set."""


Ids = Mapping[Domain, frozenset[int]]
NOTHING: Ids = MappingProxyType({})


@dataclass(frozen=True)
class Scope:
    """Whose rows this piece of work may read and write, and on whose behalf it is done.

    `active` is the municipality that new rows belong to; None when several are shown together.
    `everyone` opens the table of users whole (sign-in, support); else one sees oneself and the people
    of the municipalities in read[PEOPLE]. `personal` opens what is each person's own, such as what they follow,
    where a row is moved or gone for good. `acts_in` is the municipality the work is done for, 0 for the project.
    `example` looks at the municipality that is made up, and at no other.
    `reason` is what the person says of the work, `undoes` the event it takes back: both stand in the history.
    """

    user_id: int | None = None
    user_name: str = ""
    read: Ids = field(default_factory=lambda: NOTHING)
    write: Ids = field(default_factory=lambda: NOTHING)
    active: int | None = None
    everyone: bool = False
    personal: bool = False
    request_id: str = ""
    acts_in: int | None = None
    example: bool = False
    reason: str = ""
    undoes: str = ""

    def may_read(self, row: Any) -> bool:
        """Whether an owned row lies within the scope."""
        return row.municipality_id in self.readable(row.__domain__)

    def may_write(self, row: Any) -> bool:
        """Whether an owned row may be changed within the scope."""
        return row.municipality_id in self.writable(row.__domain__)

    def readable(self, domain: Domain) -> frozenset[int]:
        return self.read.get(domain, frozenset())

    def writable(self, domain: Domain) -> frozenset[int]:
        return self.write.get(domain, frozenset())

    def reach(self, domains: Iterable[Domain]) -> frozenset[int]:
        """The municipalities that may be read in any of some domains."""
        return frozenset().union(*(self.readable(domain) for domain in domains))

    def within(self, municipalities: Iterable[int]) -> Scope:
        """The same, for reading in some of its municipalities only."""
        some = frozenset(municipalities)
        return replace(self, read={domain: ids & some for domain, ids in self.read.items()}, write=NOTHING)

    def around(self, row: Any) -> Scope:
        """The same, looking no further than the municipality of an owned row. Where that is the one shown it is so
        already, and PostgreSQL need not be told anew."""
        return self if row.municipality_id == self.active else self.within([row.municipality_id])


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope:
    """The scope in force. Raises TenantError when none is set."""
    scope = _current.get()
    if scope is None:
        raise TenantError("No scope is set: open one with `use(scope)` before touching owned rows.")
    return scope


def is_set() -> bool:
    return _current.get() is not None


def enter(scope: Scope | None) -> None:
    """Put a scope in force until further notice; the request hooks use this, all else `use`."""
    _current.set(scope)


@contextmanager
def use(scope: Scope) -> Iterator[Scope]:
    """Put a scope in force for a block."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


@contextmanager
def saying(reason: str = "", undoes: str = "") -> Iterator[Scope]:
    """The scope in force, with what the history is told of changes made in a block: why, and what they take back."""
    with use(replace(current(), reason=reason, undoes=undoes)) as found:
        yield found


def of(municipalities: Iterable[int], *, active: int | None = None, user_name: str = "Orden") -> Scope:
    """A scope for system jobs: everything of the given municipalities, and of each person."""
    ids = frozenset(municipalities)
    return Scope(
        user_name=user_name,
        read=dict.fromkeys(Domain, ids),
        write=dict.fromkeys(Domain, ids),
        active=active,
        everyone=True,
        personal=True,
    )


def opened(place: int) -> Scope:
    """The scope of anybody, for reading what a municipality has opened to all: its content, and nothing else. What of
    that is shown is declared in `models/queries/opened.py`."""
    return Scope(read={Domain.CONTENT: frozenset([place])}, active=place)


def settling() -> Scope:
    """The scope in force, for the one block in which a settlement is frozen: a line is written for each municipality
    whose money is read. Whoever approves need not be who charges."""
    found = current()
    return replace(found, write={**found.write, Domain.MONEY: found.readable(Domain.MONEY)}, active=None)


def admitting(place: int) -> Scope:
    """The scope in force, for a block in which the agreements of a municipality that joins are written in its own
    register. Whoever leads the project reads that register, and changes nothing else in it."""
    found = current()
    return replace(
        found,
        read={**found.read, Domain.CONTENT: found.readable(Domain.CONTENT) | {place}},
        write={Domain.CONTENT: frozenset([place])},
        active=place,
    )


def carrying(sources: Iterable[int], targets: Iterable[int]) -> Scope:
    """The scope in force, for the one block in which municipalities are merged: content and risk of the old is read,
    never written, and that of the new is read and written, with the cards the neighbours see of it and what is said
    there. It opens no people and no money.

    Whoever does the work need not read all of this, as the project reads no risk: nothing of it is shown. Raises
    TenantError for a municipality on both sides, which would be written where only reading is meant."""
    old, new = frozenset(sources), frozenset(targets)
    if old & new:
        raise TenantError("No municipality is merged into itself.")
    carried, beside = (Domain.CONTENT, Domain.RISK), (Domain.WINDOW, Domain.REMARKS, Domain.RISK_REMARKS)
    return replace(
        current(),
        read=dict.fromkeys(carried, old | new) | dict.fromkeys(beside, new),
        write=dict.fromkeys((*carried, *beside), new),
        active=None,
    )


def handing_over(municipalities: Iterable[int]) -> Scope:
    """The scope in force, for the one block in which agreements name another party, as a role in the cooperation has
    passed to it: content of these municipalities is read and written, and nothing else. Who leads the project does it,
    who otherwise only reads there."""
    some = frozenset(municipalities)
    content = {Domain.CONTENT: some, Domain.WINDOW: some}
    return replace(current(), read=content, write=content, active=None)
