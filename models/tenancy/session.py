"""The first wall: the session reads and writes only within the scope, and every side door is shut.

Each rule here answers one attack of `tests/test_attacks_orm.py`; what it costs is in README, "Speed".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

import flask_sqlalchemy.session
from sqlalchemy import Engine, Table, event, insert, select
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, SessionTransaction, UOWTransaction
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.base import PassiveFlag

from models.declare.base import Owned, Part
from models.declare.domains import Domain
from models.declare.memories import Bounded, memory, remembers
from models.tenancy import scope as scoping
from models.tenancy.identity import IDENTITY
from models.tenancy.reach import REAL, criteria
from models.tenancy.rowsecurity import announce
from models.tenancy.scope import TenantError
from models.tenancy.statements import is_written_once, touches_guarded, touches_log

MOST_REACHES = 100
EXEMPT = "tenant_exempt"
VIA_SESSION = "via_session"
_ANNOUNCED, _SETTINGS, _ON_SQLITE, _WRITTEN = "announced", "settings", object(), "written"


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

    def identify(self, user_id: int) -> Sequence[Any]:
        """The user of that number beside each role held: what is asked before anybody's reach is known, at every
        request. The one statement that needs no scope to be confined, as it names whom it tells of."""
        _renew(self)
        return super().connection().execute(IDENTITY, {"user_id": user_id}).all()

    def hold_one_moment(self) -> None:
        """Let all that is read until the transaction ends be as it stands now, whatever others commit meanwhile. SQLite
        does so anyway."""
        if self.in_transaction():
            raise TenantError("Before anything is read.")
        if self.get_bind().dialect.name == "postgresql":
            super().connection(execution_options={"isolation_level": "REPEATABLE READ"})

    def flush_connection(self) -> Any:
        """The connection of the running flush, for the log and the cards that are written with it."""
        if not self._flushing:
            raise TenantError("Only while a flush is running.")
        _renew(self)
        return super().connection()

    def write_once(self, table: Table, lines: Sequence[dict[str, Any]]) -> None:
        """Add lines to the access log in one statement, as many as they are: nothing is asked back, since not all who
        write may read. Raises TenantError for a line of a municipality outside the scope."""
        owners = {line["municipality_id"] for line in lines if "municipality_id" in line}
        if not is_written_once(table) or not owners <= scoping.current().writable(Domain.ACCESS):
            raise TenantError("Only lines of the access log are written so, within the scope.")
        _renew(self)
        self.info[_WRITTEN] = True
        super().connection().execute(insert(table).inline(), lines)

    def end_reading(self) -> None:
        """End a transaction that has only read, by COMMIT: after ROLLBACK psycopg forgets every statement it has
        prepared, and PostgreSQL plans them all anew (5.7 of 7.5 ms for the links and parts of an activity)."""
        has_changed = self.info.get(_WRITTEN, False) or self.new or self.dirty or self.deleted
        if self.in_transaction() and not has_changed:
            self.commit()

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
        if touches_guarded(statement, raw_only=False) or touches_log(statement):
            raise TenantError("Owned rows are changed through the unit of work, which keeps owner and history.")
        state.session.info[_WRITTEN] = True
        return
    if not state.is_orm_statement or state.is_from_statement:
        if touches_guarded(statement, raw_only=False) or touches_log(statement):
            raise TenantError("Owned tables are read through their classes.")
        return
    if not scoping.is_set():
        if touches_guarded(statement, raw_only=False):
            raise TenantError("No scope is set.")
        state.statement = statement.options(REAL)
        return
    wanted = criteria(scoping.current())
    if (confined := _prepared.get(statement)) is not None:
        state.statement = confined.recall(wanted, lambda: statement.options(*wanted))
        return
    if not state.is_relationship_load and not state.is_column_load:
        _refuse_raw(statement)
    held = {id(option) for option in state.user_defined_options}
    state.statement = statement.options(*[option for option in wanted if id(option) not in held])


def _refuse_raw(statement: Any) -> None:
    if touches_guarded(statement, raw_only=True):
        raise TenantError("Owned tables are read through their classes.")


# What is kept is confined once for each reach; what nobody keeps any more is forgotten here too.
_prepared: WeakKeyDictionary[Any, Bounded] = memory(WeakKeyDictionary(), of_declarations=True)


def prepare(statement: Any) -> Any:
    """Give back the SELECT itself, examined now instead of at every use. For what is built once and kept: what changes
    from one use to the next goes in as parameters. A statement made from it is another one, and examined as always."""
    _refuse_raw(statement)
    _prepared[statement] = Bounded(MOST_REACHES)
    return statement


def guard(session: TenantSession) -> None:
    """The first step of every flush: new rows get their owner, and nothing leaves the scope or links across it."""
    _renew(session)
    for row in session.new:
        if isinstance(row, Owned):
            _give_owner(row)
    for row in [*session.new, *session.dirty, *session.deleted]:
        if isinstance(row, Owned):
            _check_owner(session, row)


Step = Callable[[TenantSession], None]
# What a flush does, one step after the other. By itself the session knows the guard alone, and never does without it:
# `models/changes/flush.py` says what else.
_steps: dict[str, tuple[Step, ...]] = {"before": (guard,), "after": ()}


def arrange(before: tuple[Step, ...], after: tuple[Step, ...]) -> None:
    """Say what every flush does from now on, before and after the rows are written."""
    if before[:1] != (guard,):
        raise TenantError("The guard is the first step of every flush.")
    _steps.update(before=before, after=after)


@event.listens_for(TenantSession, "before_flush")
def _before(session: TenantSession, _context: UOWTransaction, _instances: Any) -> None:
    with session.no_autoflush:
        for step in _steps["before"]:
            step(session)


@event.listens_for(TenantSession, "after_flush")
def _after(session: TenantSession, _context: UOWTransaction) -> None:
    session.info[_WRITTEN] = True
    for step in _steps["after"]:
        step(session)


def _give_owner(row: Any) -> None:
    if row.municipality_id is None:
        parent = getattr(row, "parent", None) if isinstance(row, Part) else None
        row.municipality_id = parent.municipality_id if parent is not None else scoping.current().active
        if row.municipality_id is None and parent is None:
            raise TenantError("A new row needs a municipality: choose one first.")


def _check_owner(session: Session, row: Any) -> None:
    state = instance_state(row)
    if _history(state, "municipality_id").deleted and row in session.dirty:
        raise TenantError("A row never changes owner.")
    if not scoping.current().may_write(row):
        raise TenantError("The row belongs to a municipality outside the scope.")
    came = state.committed_state.keys()  # what was set since the row was read; nothing has come to the rest
    for relation, keys in _relations(state.mapper):
        if not keys.isdisjoint(came):
            _check_relation(session, row, state, relation)


@remembers()
def _relations(mapper: Mapper[Any]) -> tuple[tuple[Any, frozenset[str]], ...]:
    """What of a class points at owned rows, each with the attributes it is changed by: itself, and the bare id."""
    owned = [one for one in mapper.relationships if not one.viewonly and issubclass(one.mapper.class_, Owned)]
    return tuple((one, frozenset({one.key, *_bare_ids(mapper, one)})) for one in owned)


def _bare_ids(mapper: Mapper[Any], relation: Any) -> list[str]:
    if relation.direction.name != "MANYTOONE":
        return []
    return [mapper.get_property_by_column(column).key for column in relation.local_columns]


def _history(state: Any, key: str) -> Any:
    """What has come to an attribute and gone from it, as far as it is loaded. `state.attrs` would make an object of
    each of a row's seventy attributes: a fifth of the time of changing a thousand rows."""
    return state.get_history(key, PassiveFlag.PASSIVE_NO_INITIALIZE)


def crosses_the_border(row: Any, other: Any) -> bool:
    """Whether two rows that both have an owner have different ones, so that neither may point at the other."""
    return other.municipality_id not in (None, row.municipality_id)


def _check_relation(session: Session, row: Any, state: Any, relation: Any) -> None:
    """Refuse a reference to a row of another owner, given as an object or as a bare id."""
    linked = _history(state, relation.key).added or ()
    if any(other is not None and crosses_the_border(row, other) for other in linked):
        raise TenantError("A reference would cross the border between municipalities.")
    if relation.direction.name != "MANYTOONE" or relation.mapper.class_.__domain__ is Domain.PEOPLE:
        return
    (column,) = relation.local_columns
    key = state.mapper.get_property_by_column(column).key
    if _history(state, key).added and (value := getattr(row, key)) is not None:
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
    session.info[_ANNOUNCED] = session.info[_SETTINGS] = None
    if connection.dialect.name == "postgresql":
        _announce(session, connection)


@event.listens_for(TenantSession, "after_transaction_end")
def _forget_written(session: TenantSession, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_WRITTEN, None)


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
        session.info[_SETTINGS] = announce(connection, scoping.current(), session.info[_SETTINGS])
        session.info[_ANNOUNCED] = scoping.current()


def guard_engine(engine: Engine) -> None:
    """Refuse owned tables to anyone who takes a connection past the session, unless openly exempt."""

    @event.listens_for(engine, "before_execute")
    def refuse(connection: Any, element: Any, _many: Any, _params: Any, options: Any) -> None:
        settings = connection.get_execution_options()
        if VIA_SESSION in settings or EXEMPT in settings or EXEMPT in options:
            return
        if touches_guarded(element, raw_only=False) or touches_log(element):
            raise TenantError("Owned tables are reached through the session.")
