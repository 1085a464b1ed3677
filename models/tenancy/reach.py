"""The loader options that confine every SELECT to a scope: how «whose rows» becomes WHERE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, literal_column, or_, select
from sqlalchemy.orm import foreign, relationship, remote, with_loader_criteria
from sqlalchemy.sql.elements import ColumnClause

from models.declare.base import Owned, People, Pretended
from models.declare.domains import Domain
from models.declare.memories import remembers
from models.tenancy.log import SharedChange
from models.tenancy.people import Membership, User
from models.tenancy.scope import Scope, current

# Both are vital: without them an alias or a joined load is not confined at all.
CONFINE: dict[str, Any] = {"include_aliases": True, "propagate_to_loaders": True}
# Every kind of owned rows there is, so that a new one is never left open; people have a rule of their own below.
DOMAINS = {owned: domain for owned in Owned.__subclasses__() if owned is not People and (domain := owned.__domain__)}
USERS = "user_account"
LONG = 20


def written(value: int) -> ColumnClause[int]:
    """A number written into the statement itself. As a parameter of a LIMIT or of what ends a search, PostgreSQL would
    reckon with any number there is, and plan the statement anew each time."""
    return literal_column(str(int(value)), Integer)


def mark(sign: str) -> ColumnClause[str]:
    """A sign of ours between values, written into the statement itself: a list has fifteen, and as parameters they are
    looked up, turned and sent at every use. Never anything somebody wrote. Raises ValueError for a quote."""
    if "'" in sign:
        raise ValueError(sign)
    return literal_column(f"'{sign}'", String)


ZERO = written(0)
REAL = with_loader_criteria(Pretended, lambda cls: cls.example.is_(None), **CONFINE)
MADE_UP = with_loader_criteria(Pretended, lambda cls: cls.example.is_not(None), **CONFINE)


def criteria(scope: Scope) -> tuple[Any, ...]:
    """The loader options that confine every SELECT to the scope; built once for each reach."""
    return _criteria(scope.user_id, scope.everyone, scope.example, *[scope.readable(domain) for domain in Domain])


@remembers(500)
def _criteria(user_id: int | None, everyone: bool, example: bool, *read: frozenset[int]) -> tuple[Any, ...]:
    """The same reach, the same criteria: all they depend on is in the arguments."""
    scope = Scope(user_id=user_id, everyone=everyone, read=dict(zip(Domain, read, strict=True)))
    return (*_per_domain(scope), *_for_people(scope), MADE_UP if example else REAL)


def _per_domain(scope: Scope) -> list[Any]:
    """One criterion a domain: one id, which is what most people reach; a run of hundreds; or a list."""
    return [
        with_loader_criteria(owned, _lies_in(_ids(scope, domain), domain), **CONFINE)
        for owned, domain in DOMAINS.items()
    ]


def _lies_in(ids: list[int], domain: Domain) -> Callable[[Any], Any]:
    """The condition that the owner is one of these. No id is 0: where nothing may be read, nothing is found.

    SQLAlchemy keeps what a lambda says by the lambda and what it closes over, so the parameter is called after the
    domain: without a name of its own the ids of one domain were handed to another (measured: it leaked).
    """
    name = f"{domain.value}_municipality"
    if len(ids) <= 1:
        only = bindparam(name, ids[0] if ids else 0, Integer)
        return lambda cls: cls.municipality_id == only
    if len(ids) > LONG and ids[-1] - ids[0] + 1 == len(ids):
        # Two numbers in the statement itself: hundreds of bound ids cost more than the query. `+ 0` keeps the first
        # from choosing the index: rows are then read in the order of the list.
        first, last = written(ids[0]), written(ids[-1])
        return lambda cls: and_(cls.municipality_id + ZERO >= first, cls.municipality_id <= last)
    several = bindparam(name, ids, Integer, expanding=True)
    return lambda cls: cls.municipality_id.in_(several)


def _ids(scope: Scope, domain: Domain) -> list[int]:
    return sorted(scope.readable(domain))


def _for_people(scope: Scope) -> list[Any]:
    """Memberships: one's own and those one keeps. Users: oneself and the people of those memberships."""
    kept, me = _ids(scope, Domain.PEOPLE), scope.user_id or 0
    mine = lambda cls: cls.user_id == me  # noqa: E731
    mine_and_kept = lambda cls: or_(cls.municipality_id.in_(kept), cls.user_id == me)  # noqa: E731
    options = [with_loader_criteria(People, mine_and_kept if kept else mine, **CONFINE)]
    if not scope.everyone:
        known = Membership.__table__
        together = select(known.c.user_id).where(known.c.municipality_id.in_(kept))
        log = lambda cls: or_(cls.register != USERS, cls.row_id == me, cls.row_id.in_(together))  # noqa: E731
        options.append(with_loader_criteria(SharedChange, log, **CONFINE))
        options.append(with_loader_criteria(User, lambda cls: or_(cls.id == me, cls.id.in_(together)), **CONFINE))
    return options


def may_know_of(owned: Any, domain: Domain) -> Any:
    """That the person may read a domain where an owned row belongs, when the statement is executed: where it may not,
    that nothing of it is linked says nothing."""
    places: Any = bindparam(
        None, callable_=lambda: sorted(current().readable(domain)), expanding=True, unique=True
    )  # fmt: skip
    return (owned.municipality_id if hasattr(owned, "municipality_id") else owned.id).in_(places)


def alike(register: Any, key: str) -> Any:
    """The other rows of a register and the same owner that say the same in a column, as a relationship."""
    far = remote(foreign(register.municipality_id)), remote(foreign(getattr(register, key)))
    same = (register.municipality_id == far[0]) & (getattr(register, key) == far[1])
    return relationship(register, viewonly=True, primaryjoin=same & (register.id != remote(register.id)), uselist=True)
