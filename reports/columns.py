"""From declared fields to typed columns: label, kind and width of a column, and how a stored value becomes a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from models.declare.base import fields_of, part_class, told_fields
from models.declare.clock import OSLO
from models.declare.fields import Field, Mark
from models.declare.shapes import POINTING, Shape
from models.declare.waiving import waivable
from models.declare.words import N_
from models.tenancy.roles import read_within
from reports.language import Translate
from reports.table import Cell, Column, Emphasis, Kind

Convert = Callable[[Any], Cell] | None
LONG = 300
ANSWERS = {Shape.ANSWER, Shape.YES_NO}  # nobody knows what was asked by the answer alone
FOLLOWS = N_("Der det ikke er skrevet noe, står det som følger av kortet raden viser til.")


def column(known: Field, t: Translate, *, emphasis: Emphasis | None = None, label: str | None = None) -> Column:
    """The column of a field, called `label` where that is another than its own."""
    kind = kind_of(known)
    unit = f" ({t(known.unit)})" if known.unit and kind is not Kind.MONEY else ""
    follows = f" {t(FOLLOWS)}" if known.follows else ""
    return Column((label or t(known.label)) + unit, kind, emphasis=emphasis, note=t(known.help) + follows)


def kind_of(known: Field) -> Kind:
    """Which kind of cells a field gives."""
    kind = CELLS[known.shape][0]
    return Kind.LONG_TEXT if kind is Kind.TEXT and known.length >= LONG else kind


def converter(known: Field, t: Translate) -> Convert:
    """How a read value becomes a cell; None when it already is one."""
    make = CELLS[known.shape][1]
    return make and make(known, t)


class _Labels(dict[Any, str | None]):
    """The labels of a vocabulary by stored value; a value the code no longer knows shows as itself."""

    def __init__(self, known: Field, t: Translate) -> None:
        assert known.choices is not None  # noqa: S101 - a programming error, not input
        self.choices, self.t = known.choices, t
        super().__init__({member: t(member.label) for member in known.choices} | {None: None})

    def __missing__(self, value: str) -> str:
        return self.choices.stored(value).told(self.t)


def _label(known: Field, t: Translate) -> Convert:
    return _Labels(known, t).__getitem__


def _yes_or_no(_known: Field, t: Translate) -> Convert:
    words = {True: t("Ja"), False: t("Nei")}
    return words.get


def _names(_known: Field, _t: Translate) -> Convert:
    return lambda names: "\n".join(names) or None  # a name may have any separator in it


def _parts(known: Field, t: Translate) -> Convert:
    return part_lines(known, t)


def _reasons(known: Field, t: Translate) -> Convert:
    labels = {key: t(one.label) for key, one in waivable(known.points_at).items()}

    def lines(said: dict[str, str] | None) -> Cell:
        return "\n".join(f"{label}: {said[key]}" for key, label in labels.items() if key in said) if said else None

    return lines


CELLS: dict[Shape, tuple[Kind, Callable[[Field, Translate], Convert] | None]] = {
    Shape.TEXT: (Kind.TEXT, None),
    Shape.LONG_TEXT: (Kind.LONG_TEXT, None),
    Shape.WHOLE: (Kind.INTEGER, None),
    Shape.DECIMAL: (Kind.DECIMAL, None),
    Shape.MONEY: (Kind.MONEY, None),
    Shape.PERCENTAGE: (Kind.DECIMAL, None),
    Shape.DATE: (Kind.DATE, None),
    Shape.MOMENT: (Kind.DATETIME, None),
    Shape.YEAR: (Kind.INTEGER, None),
    Shape.MONTH: (Kind.MONTH, None),
    Shape.DAYS: (Kind.INTEGER, None),
    Shape.MONTHS: (Kind.INTEGER, None),
    Shape.YEARS: (Kind.INTEGER, None),
    Shape.YES_NO: (Kind.TEXT, _yes_or_no),
    Shape.ANSWER: (Kind.TEXT, _label),
    Shape.CHOICE: (Kind.TEXT, _label),
    Shape.EMAIL: (Kind.TEXT, None),
    Shape.PHONE: (Kind.TEXT, None),
    Shape.WEB_ADDRESS: (Kind.TEXT, None),
    Shape.LINKS: (Kind.LONG_TEXT, None),
    Shape.ORGANISATION_NUMBER: (Kind.TEXT, None),
    Shape.COUNTRY: (Kind.TEXT, None),
    Shape.MUNICIPALITY_NUMBER: (Kind.TEXT, None),
    Shape.REFERENCE: (Kind.TEXT, None),
    Shape.REFERENCES: (Kind.LONG_TEXT, _names),
    Shape.ROWS: (Kind.LONG_TEXT, _parts),
    Shape.REASONS: (Kind.LONG_TEXT, _reasons),
}
SAID: dict[Kind, Callable[[Any], str]] = {
    Kind.DATE: lambda day: f"{day:%d.%m.%Y}",
    Kind.MONTH: lambda day: f"{day:%m.%Y}",
    Kind.DATETIME: lambda moment: f"{moment.astimezone(OSLO):%d.%m.%Y %H.%M}",
    Kind.MONEY: lambda ore: f"{'-' if ore < 0 else ''}{abs(ore) // 100},{abs(ore) % 100:02d}",
    Kind.DECIMAL: lambda number: f"{number:f}".replace(".", ","),
}


def part_lines(known: Field, t: Translate, keys: Sequence[str] | None = None) -> Callable[[Any], Cell]:
    """Parts as one line each: the values that are filled, labelled where the value alone would not tell."""
    inner = [one for one in fields_of(part_class(known)) if keys is None or one.key in keys]
    converters = [(one, converter(one, t)) for one in inner]

    def text(one: Field, convert: Convert, value: Any) -> str:
        cell = convert(value) if convert else value
        if cell in (None, ""):
            return ""
        shown = SAID.get(kind_of(one), str)(cell)
        if one.unit:
            shown = f"{shown} {t(one.unit)}"
        if one.shape in ANSWERS:
            return f"{t(one.label).lower()}: {shown.lower()}"
        speaks_for_itself = one.required or one.plain or one.shape in POINTING
        return shown if speaks_for_itself else f"{t(one.label).lower()} {shown}"

    def lines(parts: Iterable[dict[str, Any]]) -> Cell:
        made = (
            ": ".join(filter(None, _head_and_rest([text(one, c, part[one.key]) for one, c in converters])))
            for part in parts
        )
        return "\n".join(made) or None

    return lines


def _head_and_rest(texts: list[str]) -> tuple[str, str]:
    return texts[0], ", ".join(one for one in texts[1:] if one)


def exported(register: type[Any]) -> list[Field]:
    """The fields of a register that leave it in files: all but secrets and what the scope in force reads nowhere."""
    return [known for known in told_fields(register) if known.exported and read_within(known) != frozenset()]


def emphasis_of(known: Field) -> Emphasis:
    return Emphasis.MANDATORY if known.mark is Mark.MANDATORY else Emphasis.VOLUNTARY


def cells(rows: Iterable[Sequence[Any]], converters: Sequence[Convert], skip: int = 1) -> Iterator[list[Cell]]:
    """Rows of a Reader as rows of cells, without the first `skip` values."""
    changing = [(number, convert) for number, convert in enumerate(converters) if convert is not None]
    for row in rows:
        values = list(row[skip:])
        for number, convert in changing:
            values[number] = convert(values[number])
        yield values
