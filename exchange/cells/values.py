"""From a cell to a stored value, by shape: whatever the spreadsheet made of it, and in all our languages.

What is written here is what `reports/columns.py` writes, and what people write for it. A value that cannot be right is
refused with a sentence that says what to do; a fødselsnummer with one that does not repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from exchange.cells import dates, durations, splitting, vocabularies
from exchange.cells.places import countries_in
from exchange.cells.spellings import alike, in_all_languages
from exchange.cells.wording import exact, told
from exchange.columns import CLEAR
from exchange.table import Fault, Value
from models.declare import numbers
from models.declare.checks import is_national_identity_number, no_national_identity_number
from models.declare.cleaning import clean, line, lines
from models.declare.fields import Field
from models.declare.shapes import SHAPES, TEXTS, Shape
from models.declare.waiving import waivable
from models.declare.words import N_, Problem
from reports.language import Translate

NOT_A_DATE = N_("Skriv datoen som dag.måned.år, for eksempel 31.12.2026.")
NOT_A_MOMENT = N_("Skriv dato og klokkeslett, for eksempel 31.12.2026 kl. 14.30.")
NOT_A_MONTH = N_("Skriv måneden som måned.år, for eksempel 12.2026.")
NOT_A_LENGTH = N_("Skriv et helt antall %(unit)s, for eksempel 5.")
TOO_FINE = N_("Beløpet har mer enn to desimaler. Rund det av til hele øre i regnearket.")
ONE_COUNTRY = N_("Feltet holder ett land, men cellen nevner flere: %(names)s. Behold det ene.")
NOT_A_REASON = N_(
    "«%(line)s» er ikke et felt og en grunn. Skriv navnet på feltet, kolon og hvorfor det ikke er relevant."
)
IDENTITY = N_("Cellen inneholder et fødselsnummer. Orden skal ikke lagre det: fjern nummeret og les inn på nytt.")
_COUNTRY_CODE, _CASE = re.compile(r"4[4-9]"), re.compile(r"(?:19[89]|20[0-3])[0-9]{7}")
_DASHES = frozenset("-–—")
_LOST_ZERO, _WHOLE_ID = 10, 11  # digits
_MUNICIPALITY_DIGITS = 4
_BETWEEN_LINKS = re.compile(r"[\s;]+|,(?=\s*(?:https?:|www\.))")


def read(known: Field, value: Value, t: Translate, *, row: Any = None) -> Any:
    """What a cell says of a field, as it is stored; None when it says nothing. `row` is how the row would stand, for
    the fields whose checks depend on it; what stands there already passes. Raises Problem."""
    no_identity_number(value, known)
    if isinstance(value, Fault):
        raise splitting.refused(value)
    if says_nothing(known, value) or says_clear(value):
        return None
    if row is not None and vocabularies.is_told_of(stood := getattr(row, known.key, None), told(value)):
        return stood
    found = READERS[known.shape](known, value, t)
    if row is not None and found == getattr(row, known.key, None):
        return found
    for check in known.valid if row is None else known.checks(row):
        found = check(found)
    return found


def says_clear(value: Value) -> bool:
    """Whether a cell asks for what stands in the field to be taken away."""
    return isinstance(value, str) and (line(value) or "").upper() == CLEAR


def says_nothing(known: Field, value: Value) -> bool:
    """Whether a cell is empty. A dash alone is how people leave out what is no text."""
    bare = line(value)
    return bare is None or (isinstance(bare, str) and bare in _DASHES and known.shape not in TEXTS)


def no_identity_number(value: Value, known: Field | None = None) -> None:
    """Refuse a fødselsnummer, also as a number that has lost its first zero, where the field has no such numbers."""
    digits = told(value) if isinstance(value, int | float | Decimal) else value if isinstance(value, str) else ""
    bare = re.sub(r"[\s.,-]", "", digits)
    shortest = _WHOLE_ID if known is not None and _has_such_numbers(known, bare) else _LOST_ZERO
    lost = bare.isascii() and bare.isdigit() and shortest <= len(bare) <= _WHOLE_ID
    if lost and is_national_identity_number(bare.zfill(_WHOLE_ID)):
        raise Problem(IDENTITY)
    try:
        no_national_identity_number(digits)
    except Problem:
        raise Problem(IDENTITY) from None


def _has_such_numbers(known: Field, digits: str) -> bool:
    """Whether ten digits are what a field is for: an amount, a telephone number with its country before it, or the
    number of a case, which begins with its year."""
    if known.shape is Shape.PHONE:
        return bool(_COUNTRY_CODE.match(digits))
    is_numbered = known.key.endswith(("number", "reference"))
    return known.shape is Shape.MONEY or (is_numbered and bool(_CASE.fullmatch(digits)))


Reader = Callable[[Field, Value, Translate], Any]


def _line(_known: Field, value: Value, _t: Translate) -> Any:
    return line(told(value))


def _lines(_known: Field, value: Value, _t: Translate) -> Any:
    return lines(told(value))


def _bare(known: Field, value: Value) -> str:
    """What stands in a cell without the unit of the field."""
    text = (line(told(value)) or "").rstrip(".")
    for unit in in_all_languages(known.unit):
        if alike(text).endswith(f" {alike(unit)}") or re.fullmatch(rf"[\d ]+{re.escape(unit)}", text, re.IGNORECASE):
            return text[: -len(unit)].rstrip()
    return text


def _whole(known: Field, value: Value, _t: Translate) -> Any:
    return numbers.whole(_bare(known, value))


def _year(known: Field, value: Value, t: Translate) -> Any:
    return value.year if isinstance(value, date) else _whole(known, value, t)


def _decimal(places: int, known: Field, value: Value, _t: Translate) -> Any:
    if isinstance(value, int | float | Decimal):
        return _placed(exact(value), places)
    return numbers.decimal(_bare(known, value), places)


def _placed(number: Decimal, places: int) -> Decimal:
    if not number.is_finite() or number != round(number, places) or abs(number) > numbers.MOST:
        raise Problem(numbers.NOT_DECIMAL, places=places)
    return number


def _money(_known: Field, value: Value, _t: Translate) -> Any:
    if isinstance(value, str):
        return numbers.amount(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Problem(numbers.NOT_KRONER)
    ore = exact(value) * 100
    if not ore.is_finite() or abs(ore) > numbers.MOST * 100:
        raise Problem(numbers.NOT_KRONER)
    if ore != ore.to_integral_value():
        raise Problem(TOO_FINE)
    return int(ore)


def _length(unit: str, known: Field, value: Value, t: Translate) -> Any:
    if isinstance(value, str) and (found := durations.whole(value, unit)) is not None:
        return found
    try:
        return _whole(known, value, t)
    except Problem as problem:
        raise Problem(NOT_A_LENGTH, unit=t(SHAPES[known.shape].unit)) from problem


def _date(_known: Field, value: Value, _t: Translate) -> date:
    if (found := dates.day(value)) is None:
        raise Problem(NOT_A_DATE)
    return found


def _month(_known: Field, value: Value, _t: Translate) -> date:
    if (found := dates.day(value)) is None:
        raise Problem(NOT_A_MONTH)
    return found.replace(day=1)


def _moment(_known: Field, value: Value, _t: Translate) -> datetime:
    if (found := dates.moment(value)) is None:
        raise Problem(NOT_A_MOMENT)
    return found


def _yes_no(_known: Field, value: Value, _t: Translate) -> bool:
    answer = value if isinstance(value, bool) else vocabularies.yes_or_no(told(value))
    if answer is None:
        raise Problem(vocabularies.NOT_YES_OR_NO)
    return answer


def _choice(known: Field, value: Value, t: Translate) -> Any:
    assert known.choices is not None  # noqa: S101 - a programming error, not input
    return vocabularies.member(known.choices, line(told(value)), t)


def _web_address(_known: Field, value: Value, _t: Translate) -> Any:
    return _address(line(told(value)))


def _address(text: str) -> str:
    return f"https://{text}" if text.lower().startswith("www.") else text


def _country(_known: Field, value: Value, _t: Translate) -> Any:
    found = countries_in(told(value))
    if len(found) > 1:
        raise Problem(ONE_COUNTRY, names=", ".join(found))
    return found[0] if found else line(told(value))


def _links(_known: Field, value: Value, _t: Translate) -> Any:
    return "\n".join(_address(one) for one in _BETWEEN_LINKS.split(told(value)) if one)


def _municipality(_known: Field, value: Value, _t: Translate) -> Any:
    digits = line(told(value))
    return digits.zfill(_MUNICIPALITY_DIGITS) if isinstance(value, int | float) else digits


def _names(known: Field, value: Value, _t: Translate) -> list[str]:
    """What points elsewhere is told by name; `exchange/rows/references.py` finds the rows."""
    return splitting.names_in(known, value)


def _reasons(known: Field, value: Value, _t: Translate) -> dict[str, str]:
    """A line for each field: its name in any of our languages, a colon, and why it is not relevant."""
    names = {alike(name): key for key, one in waivable(known.points_at).items() for name in in_all_languages(one.label)}
    found: dict[str, str] = {}
    for text in filter(None, map(line, clean(told(value)).split("\n"))):
        name, _colon, said = text.partition(": ")
        if alike(name) not in names or not said:
            raise Problem(NOT_A_REASON, line=text[:80])
        found[names[alike(name)]] = said
    return found


READERS: dict[Shape, Reader] = {
    Shape.TEXT: _line,
    Shape.LONG_TEXT: _lines,
    Shape.WHOLE: _whole,
    Shape.DECIMAL: partial(_decimal, 4),
    Shape.MONEY: _money,
    Shape.PERCENTAGE: partial(_decimal, 2),
    Shape.DATE: _date,
    Shape.MOMENT: _moment,
    Shape.YEAR: _year,
    Shape.MONTH: _month,
    Shape.DAYS: partial(_length, "days"),
    Shape.MONTHS: partial(_length, "months"),
    Shape.YEARS: partial(_length, "years"),
    Shape.YES_NO: _yes_no,
    Shape.ANSWER: _choice,
    Shape.CHOICE: _choice,
    Shape.EMAIL: _line,
    Shape.PHONE: _line,
    Shape.WEB_ADDRESS: _web_address,
    Shape.LINKS: _links,
    Shape.ORGANISATION_NUMBER: _line,
    Shape.COUNTRY: _country,
    Shape.MUNICIPALITY_NUMBER: _municipality,
    Shape.REFERENCE: _names,
    Shape.REFERENCES: _names,
    Shape.ROWS: _names,
    Shape.REASONS: _reasons,
}
