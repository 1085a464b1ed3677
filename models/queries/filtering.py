"""What a list can be narrowed by: what may be asked of each shape, how a text becomes a value, and what it is in SQL.

A condition asks one field of the row, or one field behind a link of it. What may be asked follows from the declaration;
a shape of its own line in OPERATORS and READ is all it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from models.declare import checks, numbers
from models.declare.base import part_class, told_fields
from models.declare.cleaning import line
from models.declare.clock import start_of
from models.declare.fields import Field, Kind
from models.declare.folding import fold, folded, pattern
from models.declare.memories import remembers
from models.declare.shapes import POINTING, TEXTS, Shape
from models.declare.words import N_, Problem
from models.queries.told import column_of, linked
from models.registers.organisation import ContactPerson
from models.tenancy import scope
from models.tenancy.people import User

MOST_DAYS = 36_600
NOT_A_DATE = N_("Skriv datoen som dag.måned.år, for eksempel 31.12.2026.")
NOT_DAYS = N_("Skriv antall dager som et helt tall, for eksempel 90.")
NOT_A_TEXT = N_("Skriv det teksten skal inneholde.")


class Operator(StrEnum):
    """What is asked of a field, as an address says it after the field's name."""

    IS = ""
    NOT = "not"
    HAS = "has"
    FROM = "from"
    TO = "to"
    NEXT = "next"
    PAST = "past"
    NONE = "none"
    SOME = "some"
    ME = "me"


_WHETHER = (Operator.NONE, Operator.SOME)
_UNASKED = (*_WHETHER, Operator.ME)  # nothing is given with them
_CHOSEN = (Operator.IS, Operator.NOT, *_WHETHER)
_WRITTEN = (Operator.HAS, Operator.IS, Operator.NOT, *_WHETHER)
_LONG = (Operator.HAS, *_WHETHER)
_COUNTED = (Operator.IS, Operator.FROM, Operator.TO, *_WHETHER)
_DATED = (Operator.FROM, Operator.TO, Operator.NEXT, Operator.PAST, Operator.IS, *_WHETHER)
OPERATORS: dict[Shape, tuple[Operator, ...]] = {
    Shape.TEXT: _WRITTEN,
    Shape.LONG_TEXT: _LONG,
    Shape.WHOLE: _COUNTED,
    Shape.DECIMAL: _COUNTED,
    Shape.MONEY: _COUNTED,
    Shape.PERCENTAGE: _COUNTED,
    Shape.DATE: _DATED,
    Shape.MOMENT: (Operator.FROM, Operator.TO, Operator.NEXT, Operator.PAST, *_WHETHER),
    Shape.YEAR: _COUNTED,
    Shape.MONTH: (Operator.FROM, Operator.TO, Operator.IS, *_WHETHER),
    Shape.DAYS: _COUNTED,
    Shape.MONTHS: _COUNTED,
    Shape.YEARS: _COUNTED,
    Shape.YES_NO: (Operator.IS, *_WHETHER),
    Shape.ANSWER: _CHOSEN,
    Shape.CHOICE: _CHOSEN,
    Shape.EMAIL: _WRITTEN,
    Shape.PHONE: _WRITTEN,
    Shape.WEB_ADDRESS: _WRITTEN,
    Shape.LINKS: _LONG,
    Shape.ORGANISATION_NUMBER: _WRITTEN,
    Shape.COUNTRY: _CHOSEN,
    Shape.MUNICIPALITY_NUMBER: _WRITTEN,
    Shape.REFERENCE: _CHOSEN,
    Shape.REFERENCES: _CHOSEN,
    Shape.ROWS: _WHETHER,
    Shape.REASONS: _WHETHER,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One question to a row: which field (or which link and which field behind it), what is asked, and of what values.

    `texts` is how an address says the values; relative days are counted from the day they were read on.
    """

    path: tuple[Field, ...]
    operator: Operator
    values: tuple[Any, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def known(self) -> Field:
        """The field that is asked."""
        return self.path[-1]

    @property
    def place(self) -> str:
        """The field as an address names it."""
        return ".".join(known.key for known in self.path)

    @property
    def name(self) -> str:
        """What is asked as an address names it."""
        return ".".join(filter(None, (self.place, self.operator)))


Group = tuple[Condition, ...]


def operators_of(known: Field) -> tuple[Operator, ...]:
    """What may be asked of a field: whether it is oneself, where it points at people."""
    points_at_people = known.kind in {Kind.REFERENCE, Kind.REFERENCES} and known.target is ContactPerson
    return (*OPERATORS[known.shape], Operator.ME) if points_at_people else OPERATORS[known.shape]


def askable(register: type[Any]) -> tuple[tuple[Field, ...], ...]:
    """Every path a list of the register can be narrowed by: its own fields, then those behind its links. A field that
    is not for all who read the row is none of them: the rows found would tell."""
    return _askable(register.__mapper__)


@remembers()
def _askable(mapper: Any) -> tuple[tuple[Field, ...], ...]:
    own = _open_fields(mapper.class_)
    behind = [
        (link, known)
        for link in own
        if link.shape in POINTING
        for known in _open_fields(behind_link(link))
        if known.shape is not Shape.ROWS and known.shape is not Shape.REFERENCES
    ]
    return (*[(known,) for known in own], *behind)


def _open_fields(cls: type[Any]) -> list[Field]:
    return [known for known in told_fields(cls) if known.readers is None]


def behind_link(link: Field) -> type[Any]:
    """The class a link or a list of parts leads to."""
    return part_class(link) if link.shape is Shape.ROWS else link.points_at


def path_of(register: type[Any], place: str) -> tuple[Field, ...] | None:
    """The path of that name, if a list of the register can be narrowed by it."""
    return _paths(register.__mapper__).get(place)


@remembers()
def _paths(mapper: Any) -> dict[str, tuple[Field, ...]]:
    return {".".join(known.key for known in path): path for path in _askable(mapper)}


def condition(path: tuple[Field, ...], operator: Operator, texts: Sequence[str], today: date) -> Condition:
    """A condition as people write it. Raises ValueError, a Problem where a sentence can say what to do."""
    if operator not in operators_of(path[-1]):
        raise ValueError(operator)
    texts = tuple(dict.fromkeys(texts))
    if operator in _UNASKED:
        mine = (scope.current().user_id or 0,) if operator is Operator.ME else ()
        return Condition(path, operator, mine, ("1",))
    read = partial(_days, today, operator) if operator in {Operator.NEXT, Operator.PAST} else READ[path[-1].shape]
    if operator not in {Operator.IS, Operator.NOT}:
        texts = texts[:1]
    values = tuple(read(path[-1], text) for text in texts)
    if not values or None in values:
        raise Problem(NOT_A_TEXT) if path[-1].shape in TEXTS else ValueError(texts)
    return Condition(path, operator, values, texts)


def _text(_known: Field, text: str) -> str | None:
    cleaned: str | None = line(text.replace("\0", " "))
    return cleaned


def _day(_known: Field, text: str) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return checks.sensible_date(datetime.strptime(text.strip(), form).date())  # type: ignore[no-any-return]  # noqa: DTZ007 - a day
        except Problem:
            raise
        except ValueError:
            continue
    raise Problem(NOT_A_DATE)


def _month(_known: Field, text: str) -> date:
    return _day(_known, f"{text}-01" if len(text) == len("2026-01") else text).replace(day=1)


def _days(today: date, operator: Operator, _known: Field, text: str) -> tuple[date, date]:
    """From a day to another, both with it: so many days onward, or so many back, today with them."""
    number = numbers.whole(text)
    if number is None or not 0 <= number <= MOST_DAYS:
        raise Problem(NOT_DAYS)
    other = timedelta(days=number)
    return (today, today + other) if operator is Operator.NEXT else (today - other, today)


def _yes_no(_known: Field, text: str) -> bool:
    if text not in {"1", "0"}:
        raise ValueError(text)
    return text == "1"


def _member(known: Field, text: str) -> Any:
    assert known.choices is not None  # noqa: S101 - a programming error, not input
    return known.choices(text)


def _whole(_known: Field, text: str) -> int | None:
    return numbers.whole(text)


def _id(_known: Field, text: str) -> int:
    return numbers.as_id(text)


READ: dict[Shape, Callable[[Field, str], Any]] = {
    **dict.fromkeys(TEXTS, _text),
    Shape.WHOLE: _whole,
    Shape.DECIMAL: lambda _, text: numbers.decimal(text, 4),
    Shape.MONEY: lambda _, text: numbers.amount(text),
    Shape.PERCENTAGE: lambda _, text: numbers.decimal(text, 2),
    Shape.DATE: _day,
    Shape.MOMENT: _day,
    Shape.YEAR: _whole,
    Shape.MONTH: _month,
    Shape.DAYS: _whole,
    Shape.MONTHS: _whole,
    Shape.YEARS: _whole,
    Shape.YES_NO: _yes_no,
    Shape.ANSWER: _member,
    Shape.CHOICE: _member,
    Shape.COUNTRY: lambda _, text: checks.country(text),
    Shape.REFERENCE: _id,
    Shape.REFERENCES: _id,
}


def clause(register: type[Any], asked: Condition, name: str) -> ColumnElement[bool]:
    """What is asked, in SQL; its values are parameters called after `name` (`parameters`)."""
    *links, known = asked.path
    if not links:
        return _holds(register, known, asked, name)
    (link,) = links
    if link.shape is not Shape.REFERENCE:
        return linked(register, link.key, lambda there: _holds(there, known, asked, name))  # type: ignore[no-any-return]
    there = aliased(link.points_at)
    found = select(there.id).where(_holds(there, known, asked, name))
    return column_of(register, link).in_(found)  # type: ignore[no-any-return]


def parameters(asked: Condition, name: str) -> dict[str, Any]:
    """The parameters of `clause`."""
    return {f"{name}_{place}": value for place, value in enumerate(_compared(asked))}


def _compared(asked: Condition) -> Iterator[Any]:
    """What the database compares with."""
    moments = asked.known.shape is Shape.MOMENT
    for value in asked.values:
        if asked.operator is Operator.HAS:
            yield pattern(fold(value))
        elif asked.known.shape in TEXTS:
            yield fold(value)
        elif asked.operator in {Operator.NEXT, Operator.PAST}:
            yield from (start_of(value[0]), start_of(value[1] + timedelta(days=1))) if moments else value
        elif moments:
            yield start_of(value + timedelta(days=1) if asked.operator is Operator.TO else value)
        else:
            yield value


def _holds(cls: Any, known: Field, asked: Condition, name: str) -> ColumnElement[bool]:
    """What is asked of a field of a class or an alias of it."""
    if known.shape in {Shape.REFERENCES, Shape.ROWS}:
        return _linked_so(cls, known, asked, name)
    column = column_of(cls, known)
    if asked.operator is Operator.ME:
        return column.in_(_me(asked, name))  # type: ignore[no-any-return]
    is_text = known.shape in TEXTS
    compared = folded(column) if is_text else column
    values = [bindparam(one, value, type_=compared.type) for one, value in parameters(asked, name).items()]
    before = column.__lt__ if known.shape is Shape.MOMENT else column.__le__  # a moment's last day ends at midnight
    match asked.operator:
        case Operator.NONE:
            return column.is_(None) | (column == "") if is_text else column.is_(None)  # type: ignore[no-any-return]
        case Operator.SOME:
            return column != "" if is_text else column.is_not(None)  # type: ignore[no-any-return]
        case Operator.IS:
            return compared.in_(values)
        case Operator.NOT:
            return or_(column.is_(None), compared.not_in(values))
        case Operator.HAS:
            return compared.like(values[0], escape="/")
        case Operator.FROM:
            return column >= values[0]  # type: ignore[no-any-return]
        case Operator.TO:
            return before(values[0])  # type: ignore[no-any-return]
        case _:
            return (column >= values[0]) & before(values[1])  # type: ignore[no-any-return]


def _me(asked: Condition, name: str) -> Any:
    """The person cards of somebody who is signed in: those with the same e-mail, which is all that ties the two."""
    there = aliased(ContactPerson)
    ((called, user_id),) = parameters(asked, name).items()
    mine = select(func.lower(User.email)).where(User.id == bindparam(called, user_id)).scalar_subquery()
    return select(there.id).where(func.lower(there.email) == mine)


def _linked_so(cls: Any, known: Field, asked: Condition, name: str) -> ColumnElement[bool]:
    if asked.operator in _WHETHER:
        found = linked(cls, known.key)
    elif asked.operator is Operator.ME:
        found = linked(cls, known.key, lambda there: there.id.in_(_me(asked, name)))
    else:
        given = parameters(asked, name).items()
        found = linked(cls, known.key, lambda there: there.id.in_([bindparam(one, value) for one, value in given]))
    return ~found if asked.operator in {Operator.NONE, Operator.NOT} else found  # type: ignore[no-any-return]
