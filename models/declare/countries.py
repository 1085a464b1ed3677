"""The countries of ISO 3166 by their two letters, with names in our three languages (`models/facts/countries.csv`)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from models.declare.folding import fold

_FILE = Path(__file__).resolve().parent.parent / "facts" / "countries.csv"
with _FILE.open(encoding="utf-8", newline="") as _file:
    NAMES: dict[str, dict[str, str]] = {row.pop("code"): row for row in csv.DictReader(_file)}
EEA = frozenset([code for code, row in NAMES.items() if row.pop("eea")])
_BY_NAME = {fold(name): code for code, names in NAMES.items() for name in names.values()}


def code_of(text: str) -> str | None:
    """The code that a code or a name in any of the languages stands for; None when there is no such country."""
    return text.upper() if text.upper() in NAMES else _BY_NAME.get(fold(text))


def name_of(code: str, language: str) -> str:
    """What a country is called; the code itself when it is none."""
    return NAMES.get(code, {}).get(language, code)


def spellings(codes: Iterable[str]) -> tuple[str, ...]:
    """Every way to write some countries: the codes, and their names in each language."""
    return tuple(sorted({one for code in codes for one in (code, *NAMES[code].values())}))
