"""A row of any register, made from the shapes of its fields: whatever can be declared can be filled in.

A new shape needs its lines here, and no test of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count, islice
from typing import Any

from sqlalchemy import select

from models.database import db
from models.declare.base import fields_of, part_class
from models.declare.checks import organisation_number
from models.declare.choices import Answer, CatalogueStatus, Lifecycle
from models.declare.fields import Field, Kind
from models.declare.shapes import SHAPES, Shape
from models.declare.words import Problem

WORD = "Ærlig Østre Åsen"
SAMPLES: dict[Shape, Any] = {
    Shape.TEXT: "2026-12-31",
    Shape.LONG_TEXT: "to\nlinjer",
    Shape.WHOLE: 1234,
    Shape.DECIMAL: Decimal("1234.5"),
    Shape.MONEY: 1_234_050,
    Shape.PERCENTAGE: Decimal("12.5"),
    Shape.DATE: date(2026, 12, 31),
    Shape.MOMENT: datetime(2026, 12, 31, 13, 30, tzinfo=UTC),
    Shape.YEAR: 2026,
    Shape.MONTH: date(2026, 12, 1),
    Shape.DAYS: 14,
    Shape.MONTHS: 60,
    Shape.YEARS: 10,
    Shape.YES_NO: False,
    Shape.ANSWER: Answer.YES,
    Shape.CHOICE: Lifecycle.PLANNED,
    Shape.EMAIL: "kari@tinn.example",
    Shape.PHONE: "35 00 00 00",
    Shape.WEB_ADDRESS: "https://tinn.example/",
    Shape.LINKS: "https://tinn.example/\nhttps://seljord.example/",
    Shape.ORGANISATION_NUMBER: "974760673",
    Shape.COUNTRY: "NO",
    Shape.MUNICIPALITY_NUMBER: "0826",
    Shape.REASONS: {"gone": "Gjelder ikke her"},  # of a field that is no more
}


# -- many rows, each different from the others -------------------------------------------------------------------------


def _month(number: int) -> date:
    return date(2020 + number // 12, number % 12 + 1, 1)


def _is_organisation_number(number: int) -> bool:
    try:
        return bool(organisation_number(str(number)))
    except Problem:
        return False


@cache
def _organisation_number(number: int) -> str:
    return str(next(islice(filter(_is_organisation_number, count(910_000_000)), number, None)))


COUNTED: dict[Shape, Callable[[int], Any]] = {
    Shape.TEXT: lambda number: f"x{number:02}",
    Shape.LONG_TEXT: lambda number: f"linje\nx{number:02}",
    Shape.WHOLE: int,
    Shape.DECIMAL: lambda number: Decimal(number) / 4,
    Shape.MONEY: int,
    Shape.PERCENTAGE: lambda number: Decimal(number) / 4,
    Shape.DATE: _month,
    Shape.MOMENT: lambda number: SAMPLES[Shape.MOMENT] + timedelta(hours=number),
    Shape.YEAR: int,
    Shape.MONTH: _month,
    Shape.DAYS: int,
    Shape.MONTHS: int,
    Shape.YEARS: int,
    Shape.YES_NO: lambda _: True,
    Shape.EMAIL: lambda number: f"a{number}@test.example",
    Shape.PHONE: lambda number: f"35 00 00 {number:02}",
    Shape.WEB_ADDRESS: lambda number: f"https://a{number}.example/",
    Shape.LINKS: lambda number: f"https://a{number}.example/",
    Shape.ORGANISATION_NUMBER: _organisation_number,
    Shape.COUNTRY: lambda number: f"{chr(65 + number // 26 % 26)}{chr(65 + number % 26)}",
    Shape.MUNICIPALITY_NUMBER: lambda number: f"{1000 + number}",
    Shape.REASONS: lambda number: {"description": f"Grunn {number}"},
}


def numbered(register: type[Any], number: int, most: int = 50) -> Any:
    """A row with what is required and listed filled in, different from every other; links to one of the last rows."""
    row = register()
    for known in fields_of(register):
        if (known.required or known.listed) and known.key != "valid_to":
            setattr(row, known.key, _numbered(register, known, number, most))
    if getattr(row, "status", None) is CatalogueStatus.REJECTED:
        row.rejection = f"Grunn {number}"
    return row


def _numbered(register: type[Any], known: Field, number: int, most: int) -> Any:
    if known.kind is Kind.ROWS:
        return [part_class(known)()]
    if known.kind is not Kind.VALUE:
        target = _target(register, known)
        rows = db.session.scalars(select(target).order_by(target.id.desc()).limit(most + 1)).all()
        one = rows[number % len(rows)] if rows else None
        return one if known.kind is Kind.REFERENCE else [one] if one else []
    if known.choices is not None:
        return list(known.choices)[number % len(known.choices)]
    return COUNTED[known.shape](number)


def _target(register: type[Any], known: Field) -> Any:
    return register if known.target == "self" else known.target


# -- one row with something everywhere ---------------------------------------------------------------------------------


def sample(known: Field) -> Any:
    """Something a field of a value may hold."""
    return next(iter(known.choices)) if known.choices is not None else SAMPLES[known.shape]


def full(cls: type[Any]) -> Any:
    """A row with something in every field, and at the end of every link."""
    row = cls()
    for known in fields_of(cls):
        setattr(row, known.key, _anything(cls, known))
    return row


def _anything(cls: type[Any], known: Field) -> Any:
    if known.kind is Kind.ROWS:
        return [full(part_class(known))]
    if known.kind is Kind.VALUE:
        return sample(known)
    target = _target(cls, known)
    one = target(**{"code": "x", "name": "x"} if hasattr(target, "code") else {})
    return one if known.kind is Kind.REFERENCE else [one]


def telling(cls: type[Any], word: str) -> Any:
    """A row that says `word` in every text of its own and links to what is there, in the session's scope."""
    row = cls()
    for known in fields_of(cls):
        setattr(row, known.key, _telling(cls, known, word))
    return row


def _telling(cls: type[Any], known: Field, word: str) -> Any:
    if known.kind is Kind.ROWS:
        return [telling(part_class(known), word)]
    if known.kind is Kind.VALUE:
        says = known.shape in {Shape.TEXT, Shape.LONG_TEXT}
        return f"{word} {known.key}"[: known.length] if says else sample(known)
    target = _target(cls, known)
    one = db.session.scalars(select(target).order_by(target.id)).first()
    return one if known.kind is Kind.REFERENCE else [one] if one else []


# -- what a person types -----------------------------------------------------------------------------------------------

OTHER = "Endret til noe annet"
# What is typed at first, what is typed later, and how that is shown.
TYPED: dict[Shape, tuple[str, str, str]] = {
    Shape.TEXT: (WORD, OTHER, OTHER),
    Shape.LONG_TEXT: (WORD, OTHER, OTHER),
    Shape.WHOLE: ("2027", "31", "31"),
    Shape.DECIMAL: ("1,5", "2,25", "2,25"),
    Shape.MONEY: ("2027", "31", "kr\u00a031,00"),
    Shape.PERCENTAGE: ("12,5", "25", "25\u00a0%"),
    Shape.DATE: ("2026-03-01", "2031-12-24", "24.12.2031"),
    Shape.MOMENT: ("2026-03-01T12:00", "2031-12-24T17:00", "24.12.2031 kl. 17.00"),
    Shape.YEAR: ("2027", "2031", "2031"),
    Shape.MONTH: ("2026-03", "2031-12", "12.2031"),
    Shape.DAYS: ("14", "31", "31 dager"),
    Shape.MONTHS: ("12", "31", "31 måneder"),
    Shape.YEARS: ("10", "31", "31 år"),
    Shape.YES_NO: ("y", "y", "Ja"),
    Shape.EMAIL: ("aerlig@test.example", "ny@test.example", "ny@test.example"),
    Shape.PHONE: ("35 00 00 00", "35 00 00 31", "35 00 00 31"),
    Shape.WEB_ADDRESS: ("https://a.example/", "https://b.example/", "https://b.example/"),
    Shape.LINKS: ("https://a.example/", "https://b.example/", "https://b.example/"),
    Shape.ORGANISATION_NUMBER: ("974760673", *[_organisation_number(1)] * 2),
    Shape.COUNTRY: ("NO", "SE", "Sverige"),
    Shape.MUNICIPALITY_NUMBER: ("0826", "4026", "4026"),
    Shape.REASONS: ("", "", ""),  # written at other fields, of each its own
}


def typed(known: Field) -> str:
    """What somebody writes first in a field of a single value that is not chosen from a list."""
    return TYPED[known.shape][0]


def changed(known: Field) -> tuple[str, str] | None:
    """What somebody writes later, and how it is shown; None where not everything that fits the shape is allowed."""
    if known.kind is not Kind.VALUE or known.choices is not None or known.shape is Shape.REASONS:
        return None
    _, later, shown = TYPED[known.shape]
    checks_of_its_own = len(known.valid) - len(SHAPES[known.shape].valid) - bool(known.length)
    return None if checks_of_its_own or 0 < known.length < len(later) else (later, shown)
