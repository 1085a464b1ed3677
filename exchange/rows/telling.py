"""What a field of a row holds, in words as a spreadsheet of ours would say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.declare.base import fields_of
from models.declare.fields import Field, Kind
from models.declare.titles import title_of
from reports.columns import SAID, converter, kind_of, part_lines
from reports.language import Translate, translator


def said(known: Field, value: Any, language: str) -> str:
    """A value in words, rows by their names and each on a line of its own."""
    if value is None:
        return ""
    if known.kind is Kind.REFERENCE:
        return title_of(value, language)
    if known.kind is Kind.REFERENCES:
        return "\n".join(sorted(title_of(one, language) for one in value))
    if known.kind is Kind.ROWS:
        return "\n".join(part_said(one, language) for one in value)
    return _plain(known, value, translator(language))


def part_said(part: Any, language: str) -> str:
    """A part on one line."""
    told = (said(known, getattr(part, known.key), language).replace("\n", ", ") for known in fields_of(type(part)))
    return "; ".join(filter(None, told))


def parts_said(known: Field, parts: Sequence[Any], language: str) -> str:
    """Parts as a report tells them in the row they belong to, one on a line."""
    lines = part_lines(known, translator(language))
    return str(
        lines([{one.key: _as_read(one, part, language) for one in fields_of(type(part))} for part in parts]) or ""
    )


def _as_read(known: Field, part: Any, language: str) -> Any:
    """What a field of a part holds, as it is read for a report: rows by their names."""
    value = getattr(part, known.key)
    if known.kind is Kind.REFERENCES:
        return [title_of(one, language) for one in sorted(value, key=lambda one: one.sort_key)]
    return title_of(value, language) if known.kind is Kind.REFERENCE and value is not None else value


def _plain(known: Field, value: Any, t: Translate) -> str:
    convert = converter(known, t)
    cell = convert(value) if convert else value
    return "" if cell is None else SAID.get(kind_of(known), str)(cell)


def one_line(texts: Sequence[str]) -> str:
    return "; ".join(filter(None, texts))
