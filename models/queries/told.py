"""What is told of rows, in SQL: what is typed in a field, what follows where nobody types, and which rows a condition
holds of. The same of one row: `models/declare/inferred.py` and the conditions themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, String, and_, bindparam, case, func, inspect, literal, null, or_, select
from sqlalchemy import type_coerce as read_as
from sqlalchemy.orm import aliased

from models.declare import clock
from models.declare.base import field_of, told_fields
from models.declare.choices import Answer
from models.declare.conditions import (
    Ahead,
    Answered,
    AtLeast,
    Both,
    Condition,
    Either,
    Filled,
    Later,
    Not,
    NotPast,
    Past,
    Reaches,
    Repeated,
    Some,
    There,
)
from models.declare.fields import Field
from models.declare.shapes import Moment, Vocabulary
from models.declare.titles import title


def column_of(cls: Any, known: Field) -> Any:
    """What is told of a field, as a column of a class or of an alias of it; of a reference the id."""
    if known.cases:
        return _first_case(cls, known)
    own = getattr(cls, known.column)
    return func.coalesce(own, _at_the_link(cls, known), type_=own.type) if known.follows else own


def points_at(cls: Any, known: Field, row_id: Any) -> ColumnElement[bool]:
    """That a reference leads to a row, be it typed or not: looked for in the indexes of both."""
    own = getattr(cls, known.column)
    if not known.follows:
        return own == row_id  # type: ignore[no-any-return]
    link = field_of(cls, known.follows)
    there = aliased(link.points_at)
    found = select(there.id).where(getattr(there, known.column) == row_id)
    return or_(own == row_id, and_(own.is_(None), getattr(cls, link.column).in_(found)))


def follows(cls: Any, known: Field) -> Any:
    """Whether what is told of a field is not the row's own, as a column."""
    return getattr(cls, known.column).is_(None).label(f"follows_{known.key}")


def _at_the_link(cls: Any, known: Field) -> Any:
    """What a field says in the row that this one takes it from."""
    link = field_of(inspect(cls).mapper.class_, known.follows)
    there = aliased(link.points_at)
    found = select(getattr(there, known.column)).where(there.id == getattr(cls, link.column))
    return found.correlate(cls).scalar_subquery()


def name_beside(register: Any, known: Field, language: str) -> Any:
    """What a reference leads to is called, as a column beside the row."""
    there = aliased(known.points_at)
    name = select(title(there, *naming(known.points_at), language))
    return name.where(there.id == column_of(register, known)).correlate(register).scalar_subquery()


def naming(target: Any) -> tuple[str, str]:
    """The table of a register and the field its rows are called by, as `title` asks for them."""
    return target.__tablename__, target.__register__.title


def _first_case(cls: Any, known: Field) -> Any:
    assert known.choices is not None  # noqa: S101 - a programming error, not input
    cases = [(holds(cls, condition), _word(value)) for condition, value in known.cases if condition is not None]
    return read_as(case(*cases, else_=_word(known.cases[-1][1])), Vocabulary(known.choices))


def _word(value: Any) -> Any:
    return null() if value is None else literal(value.value, String)


def holds(cls: Any, condition: Condition) -> ColumnElement[bool]:
    """That a condition holds of a row today; never NULL, so that its opposite holds of all other rows."""
    match condition:
        case Answered(key, values):
            column = _said(cls, key)
            return and_(column.is_not(None), column.in_(values))
        case Filled(key):
            return _says_something(cls, key)
        case NotPast(key):
            column = getattr(cls, key)
            return or_(column.is_(None), column >= _day(0))
        case Past(key, days):
            column = getattr(cls, key)
            return and_(column.is_not(None), column < _day(-days))
        case Ahead(key):
            column = getattr(cls, key)
            return and_(column.is_not(None), column > bindparam(None, callable_=clock.now, type_=Moment, unique=True))
        case Later(key, other):
            one, two = getattr(cls, key), getattr(cls, other)
            return and_(one.is_not(None), two.is_not(None), one > two)
        case Reaches(key, number):
            return and_(getattr(cls, key).is_not(None), getattr(cls, key) >= number)
        case Some(key, inner, least):
            return linked(cls, key, lambda there: holds(there, inner), least)  # type: ignore[no-any-return]
        case There(key, inner):
            return _leads_to(cls, key, lambda there: holds(there, inner))
        case Repeated(key, columns):
            return _is_repeated(cls, key, columns)
        case AtLeast(number, several):
            return sum((case((holds(cls, one), 1), else_=0) for one in several), literal(0)) >= number
        case Both(one, other):
            return and_(holds(cls, one), holds(cls, other))
        case Either(one, other):
            return or_(holds(cls, one), holds(cls, other))
        case Not(one):
            return ~holds(cls, one)
        case _:
            raise TypeError(condition)


def _day(ahead: int) -> Any:
    """The day so many days from the day on which the statement is executed."""
    return bindparam(None, callable_=lambda: clock.today() + timedelta(days=ahead), type_=Date, unique=True)


def _said(cls: Any, key: str) -> Any:
    """What a row itself says in a field, or what follows from its answers, as a column; of a reference the id."""
    mapper = inspect(cls).mapper
    if derived := next((one for one in told_fields(mapper.class_) if one.key == key and one.cases), None):
        return column_of(cls, derived)
    return getattr(cls, f"{key}_id" if key in mapper.relationships else key)


def _says_something(cls: Any, key: str) -> ColumnElement[bool]:
    """As `says_nothing` has it of one row, the other way about."""
    links = inspect(cls).mapper.relationships
    if key in links and links[key].uselist:
        return linked(cls, key)  # type: ignore[no-any-return]
    column = _said(cls, key)
    choices = getattr(column.type, "choices", None)
    empty = [""] if isinstance(column.type, String) else [Answer.UNKNOWN] if choices is Answer else []
    return and_(column.is_not(None), *[column != one for one in empty])


def _leads_to(cls: Any, key: str, where: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    mapper = inspect(cls).mapper
    there = aliased(mapper.relationships[key].mapper.class_)
    column = _said(cls, key)
    return and_(column.is_not(None), column.in_(select(there.id).where(where(there))))


def _is_repeated(cls: Any, key: str, columns: Sequence[str]) -> ColumnElement[bool]:
    part = aliased(getattr(cls, key).property.mapper.class_)
    said = [getattr(part, column) for column in columns]
    twice = select(part.parent_id).where(*[one.is_not(None) for one in said])
    return cls.id.in_(twice.group_by(part.parent_id, *said).having(func.count() > 1))  # type: ignore[no-any-return]


def linked(register: Any, key: str, where: Callable[[Any], ColumnElement[bool]] | None = None, least: int = 1) -> Any:
    """Rows with so many parts of a kind or many-to-many links, to rows of which something holds when given. Links are
    found by a join, so that both sides are confined by the scope; parts have an owner of their own and are."""
    link = inspect(register).mapper.relationships[key]
    there = aliased(link.mapper.class_)
    pairs = () if link.secondary is not None else link.local_remote_pairs
    far = next((remote for local, remote in pairs if local.name == "id" != remote.name), None)
    if far is not None:
        near = getattr(there, link.mapper.get_property_by_column(far).key)
        found = select(near).where(near.is_not(None))
    else:
        here = aliased(inspect(register).mapper.class_)
        near = here.id
        found = select(near).select_from(here).join(getattr(here, key).of_type(there))
    if least > 1:
        found = found.group_by(near).having(func.count() >= least)
    return register.id.in_(found if where is None else found.where(where(there)))
