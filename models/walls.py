"""The first wall: the session reads and writes only within the scope, and every side door is shut.

Each rule here answers one attack of `tests/test_attacks_orm.py`; what it costs is in README, "Speed".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from types import CodeType, FunctionType
from typing import Any, NoReturn

import flask_sqlalchemy.session
from sqlalchemy import (
    Engine,
    Integer,
    Join,
    Select,
    Table,
    TextClause,
    and_,
    event,
    func,
    inspect,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction, with_loader_criteria
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.selectable import AliasedReturnsRows, TableClause

from models import scope as scoping
from models.base import Base, Content, Money, Owned, Part, People, Risk, Window
from models.scope import Domain, Scope, TenantError

# Both are vital: without them an alias or a joined load is not confined at all.
CONFINE: dict[str, Any] = {"include_aliases": True, "propagate_to_loaders": True}
ORM_ENTITY = {"parententity", "parentmapper", "proxy_owner"}
LONG, MOST_REACHES = 20, 100
DOMAINS = {Content: Domain.CONTENT, Risk: Domain.RISK, Money: Domain.MONEY, Window: Domain.WINDOW}
EXEMPT = "tenant_exempt"
USERS = "user_account"
VIA_SESSION = "via_session"
_ANNOUNCED, _ON_SQLITE = "announced", object()


def _number(value: int) -> ColumnClause[int]:
    """A number written into the statement itself."""
    return literal_column(str(int(value)), Integer)


ZERO = _number(0)


@cache
def guarded_tables() -> dict[str, Table]:
    """Every table whose rows have an owner: registers, parts, and the link tables between them."""
    return {
        table.name: table
        for table in Base.metadata.tables.values()
        if table.info.get("domain") or "municipality_id" in table.columns
    }


def criteria(scope: Scope) -> tuple[Any, ...]:
    """The loader options that confine every SELECT to the scope; built once for each scope."""
    made: tuple[Any, ...] | None = scope.__dict__.get("criteria")
    if made is None:
        made = _criteria(scope.user_id, scope.everyone, *[scope.readable(domain) for domain in Domain])
        scope.__dict__["criteria"] = made
    return made


@lru_cache(maxsize=500)
def _criteria(user_id: int | None, everyone: bool, *read: frozenset[int]) -> tuple[Any, ...]:
    """The same reach, the same criteria: all they depend on is in the arguments."""
    scope = Scope(user_id=user_id, everyone=everyone, read=dict(zip(Domain, read, strict=True)))
    return (*_per_domain(scope), *_for_people(scope))


def _per_domain(scope: Scope) -> list[Any]:
    """One criterion a domain: one id, which is what most people reach; a run of hundreds; or a list."""
    return [
        with_loader_criteria(owned, _with_code_of_its_own(_lies_in(_ids(scope, domain)), domain), **CONFINE)
        for owned, domain in DOMAINS.items()
    ]


def _lies_in(ids: list[int]) -> FunctionType:
    """The condition that the owner is one of these. No id is 0: where nothing may be read, nothing is found."""
    if len(ids) <= 1:
        only = ids[0] if ids else 0
        return lambda cls: cls.municipality_id == only  # type: ignore[return-value]
    if len(ids) > LONG and ids[-1] - ids[0] + 1 == len(ids):
        # Two numbers in the statement itself: hundreds of bound ids cost more than the query. `+ 0` keeps the first
        # from choosing the index: rows are then read in the order of the list.
        first, last = _number(ids[0]), _number(ids[-1])
        return lambda cls: and_(cls.municipality_id + ZERO >= first, cls.municipality_id <= last)  # type: ignore[return-value]
    return lambda cls: cls.municipality_id.in_(ids)  # type: ignore[return-value]


def _with_code_of_its_own(condition: FunctionType, name: str) -> FunctionType:
    """SQLAlchemy caches a lambda by its code, so one lambda for two domains would hand the ids of one to the other
    (measured: it leaked). Code of another name is other code."""
    code = _named(condition.__code__, name)
    return FunctionType(code, condition.__globals__, name, None, condition.__closure__)


@cache
def _named(code: CodeType, name: str) -> CodeType:
    """Kept for ever: SQLAlchemy would forget what it learnt of code that nobody holds."""
    return code.replace(co_name=name, co_qualname=name)


def _ids(scope: Scope, domain: Domain) -> list[int]:
    return sorted(scope.readable(domain))


def _for_people(scope: Scope) -> list[Any]:
    """Memberships: one's own and those one keeps. Users: oneself and the people of those memberships."""
    from models.audit import SharedChange  # noqa: PLC0415 - the log knows the walls' session
    from models.people import Membership, User  # noqa: PLC0415 - the people know the walls' base

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


class TenantSession(flask_sqlalchemy.session.Session):
    """A session that refuses what would go round the scope."""

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """As always, but an owned row is asked for in the database and within the scope, whatever is in memory."""
        if not (isinstance(entity, type) and issubclass(entity, Owned)):
            return super().get(entity, ident, **options)
        (wanted,) = ident if isinstance(ident, tuple | list) else (ident,)  # merge() asks with a tuple
        return self.scalars(select(entity).where(entity.id == wanted)).one_or_none()  # type: ignore[attr-defined]

    def _identity_lookup(self, *arguments: Any, **options: Any) -> Any:
        """What is in memory answers a lazy load only when it lies within the scope; else the database is asked."""
        row = super()._identity_lookup(*arguments, **options)
        return None if isinstance(row, Owned) and not _is_within(row) else row

    def connection(self, *_: Any, **__: Any) -> NoReturn:
        raise TenantError("The session's connection is not handed out: it knows no scope.")

    def flush_connection(self) -> Any:
        """The connection of the running flush, for the log and the cards that are written with it."""
        if not self._flushing:
            raise TenantError("Only while a flush is running.")
        return super().connection()

    def _refuse_bulk(self, *_: Any, **__: Any) -> NoReturn:
        raise TenantError("Bulk operations skip the scope and the history.")

    bulk_save_objects = bulk_insert_mappings = bulk_update_mappings = _refuse_bulk


def _is_within(row: Any) -> bool:
    owner = row.__dict__.get("municipality_id")
    return scoping.is_set() and owner in scoping.current().readable(row.__domain__)


@event.listens_for(TenantSession, "do_orm_execute")
def _confine(state: ORMExecuteState) -> None:
    _renew(state.session)  # type: ignore[arg-type]
    statement = state.statement
    if not state.is_select:
        if _touches_guarded(statement, raw_only=False) or _changes_the_log(statement):
            raise TenantError("Owned rows are changed through the unit of work, which keeps owner and history.")
        return
    if not state.is_orm_statement or state.is_from_statement:
        if _touches_guarded(statement, raw_only=False):
            raise TenantError("Owned tables are read through their classes.")
        return
    if not scoping.is_set():
        if _touches_guarded(statement, raw_only=False):
            raise TenantError("No scope is set.")
        return
    wanted = criteria(scoping.current())
    if (prepared := _prepared.get(id(statement))) is not None:
        state.statement = prepared.within(wanted)
        return
    if not state.is_relationship_load and not state.is_column_load:
        _refuse_raw(statement)
    held = {id(option) for option in state.user_defined_options}
    state.statement = statement.options(*[option for option in wanted if id(option) not in held])


def _refuse_raw(statement: Any) -> None:
    if _touches_guarded(statement, raw_only=True):
        raise TenantError("Owned tables are read through their classes.")


class _Prepared:
    """A statement that lives as long as the process: examined once, confined once for each reach."""

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        self.confined: dict[tuple[Any, ...], Any] = {}

    def within(self, wanted: tuple[Any, ...]) -> Any:
        if wanted not in self.confined:
            if len(self.confined) >= MOST_REACHES:
                self.confined.clear()
            self.confined[wanted] = self.statement.options(*wanted)
        return self.confined[wanted]


_prepared: dict[int, _Prepared] = {}


def prepare(statement: Any) -> Any:
    """Give back the SELECT itself, examined now instead of at every use. For what is built once and kept: what changes
    from one use to the next goes in as parameters. A statement made from it is another one, and examined as always."""
    _refuse_raw(statement)
    _prepared[id(statement)] = _Prepared(statement)
    return statement


def _changes_the_log(statement: Any) -> bool:
    """The history of shared rows has no owner, and is written by the flush alone all the same."""
    return getattr(getattr(statement, "table", None), "name", "").endswith("_change")


def _touches_guarded(statement: Any, *, raw_only: bool) -> bool:
    """Whether a statement names an owned table; with `raw_only`, whether it does so past the ORM."""
    return _touches(statement, guarded_tables(), raw_only=raw_only)


def _touches(element: Any, guarded: dict[str, Table], *, raw_only: bool) -> bool:
    if isinstance(element, TextClause):
        return _names(element.text, guarded)
    if isinstance(element, ColumnClause) and element.is_literal and _names(str(element.name), guarded):
        return True
    added = (*getattr(element, "_prefixes", ()), *getattr(element, "_suffixes", ()))
    if any(_touches(clause, guarded, raw_only=raw_only) for clause, _dialect in added):
        return True
    if any(_is_guarded(part, guarded, raw_only=raw_only) for part in _sources(element)):
        return True
    return any(
        _touches(child, guarded, raw_only=raw_only)
        for child in element.get_children()
        # What the ORM marks as its own, a column of a class or the condition of a relationship, is confined.
        if not (raw_only and ORM_ENTITY & child._annotations.keys())
    )


def _sources(element: Any) -> Iterator[Any]:
    """What a statement element takes rows from, as its author wrote it (derived FROM clauses are the ORM's)."""
    if isinstance(element, Select):
        yield from element._raw_columns
        yield from element._from_obj
        yield from (target for target, *_ in element._setup_joins)
    elif isinstance(element, Join):
        yield from (element.left, element.right)
    elif isinstance(element, ColumnClause | UpdateBase):
        yield element


def _is_guarded(part: Any, guarded: dict[str, Table], *, raw_only: bool) -> bool:
    if raw_only and ORM_ENTITY & part._annotations.keys():
        return False
    table = getattr(part, "table", part)
    while isinstance(table, AliasedReturnsRows):
        table = table.element
    return isinstance(table, TableClause) and table.name in guarded


def _names(sql: str, guarded: dict[str, Table]) -> bool:
    """Whether raw SQL names an owned table or the search index beside it."""
    words = re.findall(r"\w+", sql.lower())
    return any(word in guarded or re.sub("_search.*", "", word) in guarded for word in words)


@event.listens_for(TenantSession, "before_flush")
def _guard(session: TenantSession, _context: UOWTransaction, _instances: Any) -> None:
    _renew(session)
    for row in session.new:
        if isinstance(row, Owned):
            _give_owner(row)
    for row in [*session.new, *session.dirty, *session.deleted]:
        if isinstance(row, Owned):
            _check_owner(session, row)


def _give_owner(row: Any) -> None:
    if row.municipality_id is None:
        parent = getattr(row, "parent", None) if isinstance(row, Part) else None
        row.municipality_id = parent.municipality_id if parent is not None else scoping.current().active
        if row.municipality_id is None and parent is None:
            raise TenantError("A new row needs a municipality: choose one first.")


def _check_owner(session: Session, row: Any) -> None:
    state = inspect(row)
    if state.attrs.municipality_id.history.deleted and row in session.dirty:
        raise TenantError("A row never changes owner.")
    if not scoping.current().may_write(row):
        raise TenantError("The row belongs to a municipality outside the scope.")
    with session.no_autoflush:
        for relation in state.mapper.relationships:
            if relation.viewonly or not issubclass(relation.mapper.class_, Owned):
                continue
            _check_relation(session, row, state, relation)


def _check_relation(session: Session, row: Any, state: Any, relation: Any) -> None:
    """Refuse a reference to a row of another owner, given as an object or as a bare id."""
    linked = state.attrs[relation.key].history.added or ()
    if any(other is not None and other.municipality_id not in (None, row.municipality_id) for other in linked):
        raise TenantError("A reference would cross the border between municipalities.")
    if relation.direction.name != "MANYTOONE" or relation.mapper.class_.__domain__ is Domain.PEOPLE:
        return
    (column,) = relation.local_columns
    key = state.mapper.get_property_by_column(column).key
    if state.attrs[key].history.added and (value := getattr(row, key)) is not None:
        other = session.get(relation.mapper.class_, value)
        if other is None or other.municipality_id != row.municipality_id:
            raise TenantError("A reference would cross the border between municipalities.")


@event.listens_for(TenantSession, "detached_to_persistent")
def _refuse_reattached(_session: Session, row: Any) -> None:
    if isinstance(row, Owned):
        raise TenantError("A detached owned row is not attached again: load it within the scope.")


@event.listens_for(TenantSession, "after_begin")
def _mark(session: TenantSession, _transaction: SessionTransaction, connection: Any) -> None:
    connection.execution_options(**{VIA_SESSION: True})
    session.info[_ANNOUNCED] = None
    if connection.dialect.name == "postgresql":
        _announce(session, connection)


def _renew(session: TenantSession) -> None:
    """Tell PostgreSQL when the scope has changed within a transaction."""
    if session.info.get(_ANNOUNCED) is _ON_SQLITE or not session.in_transaction():
        return
    if scoping.is_set() and session.info.get(_ANNOUNCED) is not scoping.current():
        connection = flask_sqlalchemy.session.Session.connection(session)
        if connection.dialect.name == "postgresql":
            _announce(session, connection)
        else:
            session.info[_ANNOUNCED] = _ON_SQLITE


def _announce(session: TenantSession, connection: Any) -> None:
    if scoping.is_set():
        announce(connection, scoping.current())
        session.info[_ANNOUNCED] = scoping.current()


def announce(connection: Any, scope: Scope) -> None:
    """Tell PostgreSQL the scope, for this transaction only; its row-level security reads it."""
    settings = {"app.user": str(scope.user_id or 0)}
    for domain in Domain:
        settings[f"app.read_{domain}"] = ",".join(map(str, _ids(scope, domain)))
        settings[f"app.write_{domain}"] = ",".join(map(str, sorted(scope.writable(domain))))
    connection.execute(select(*[func.set_config(name, value, True) for name, value in settings.items()]))


def guard_engine(engine: Engine) -> None:
    """Refuse owned tables to anyone who takes a connection past the session, unless openly exempt."""

    @event.listens_for(engine, "before_execute")
    def refuse(connection: Any, element: Any, _many: Any, _params: Any, options: Any) -> None:
        settings = connection.get_execution_options()
        if VIA_SESSION in settings or EXEMPT in settings or EXEMPT in options:
            return
        if _touches_guarded(element, raw_only=False):
            raise TenantError("Owned tables are reached through the session.")
