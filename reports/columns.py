"""From declared fields to typed columns: label, kind and width of a column, and how a stored value becomes a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, Integer

from models.declare.base import fields_of, part_class
from models.declare.fields import Field, Mark
from models.declare.fields import Kind as FieldKind
from reports.language import Translate
from reports.table import Cell, Column, Emphasis, Kind

Convert = Callable[[Any], Cell] | None
LONG = 300


def column(register: type[Any], known: Field, t: Translate, *, emphasis: Emphasis | None = None) -> Column:
    """The column of a field."""
    unit = f" ({t(known.unit)})" if known.unit and not known.key.endswith("_ore") else ""
    return Column(t(known.label) + unit, kind_of(register, known), emphasis=emphasis, note=t(known.help))


def kind_of(register: type[Any], known: Field) -> Kind:
    """Which kind of cells a field gives."""
    if known.kind is not FieldKind.VALUE:
        return Kind.TEXT if known.kind is FieldKind.REFERENCE else Kind.LONG_TEXT
    if known.key.endswith("_ore"):
        return Kind.MONEY
    type_ = register.__table__.c[known.key].type
    if isinstance(type_, Date):
        return Kind.DATE
    if isinstance(type_, Integer) and not isinstance(type_, Boolean):
        return Kind.INTEGER
    return (
        Kind.LONG_TEXT
        if known.multiline or (known.choices is None and (getattr(type_, "length", 0) or 0) >= LONG)
        else Kind.TEXT
    )


def converter(known: Field, t: Translate) -> Convert:
    """How a read value becomes a cell; None when it already is one."""
    if known.choices is not None:
        labels = {member: t(member.label) for member in known.choices}
        return labels.get
    if known.kind is FieldKind.REFERENCES:
        return lambda names: "; ".join(names) or None
    if known.kind is FieldKind.ROWS:
        return part_lines(known, t)
    if known.key == "active":
        yes, no = t("Ja"), t("Nei")
        return lambda value: yes if value else no
    return None


def part_lines(known: Field, t: Translate, keys: Sequence[str] | None = None) -> Callable[[Any], Cell]:
    """Parts as one line each: the values that are filled, labelled where the value alone would not tell."""
    inner = [one for one in fields_of(part_class(known)) if keys is None or one.key in keys]
    converters = [(one, converter(one, t)) for one in inner]

    def text(one: Field, convert: Convert, value: Any) -> str:
        cell = convert(value) if convert else value
        if cell in (None, ""):
            return ""
        shown = f"{cell:%d.%m.%Y}" if isinstance(cell, date) else str(cell)
        if one.unit:
            shown = f"{shown} {t(one.unit)}"
        speaks_for_itself = one.required or one.plain or one.kind is not FieldKind.VALUE
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
    """The fields of a register that leave it in files: all but secrets."""
    return [known for known in fields_of(register) if known.exported]


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
