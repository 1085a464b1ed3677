"""The population of the municipalities in the files that SSB gives for table 07459: JSON-stat2, or CSV with years
across or one figure a line. A file that splits the figures by anything but region and year is refused: to add up its
parts would be a guess."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

from models.declare.words import N_, Problem

Figures = dict[tuple[str, int], int]
MOST_BYTES = 1_500_000
UNREADABLE = N_("Filen er ikke et uttrekk av tabell 07459 fra SSB. Hent den som JSON-stat2 eller CSV.")
SPLIT = N_("Filen deler folketallet opp på %(what)s. Hent tabell 07459 på nytt med bare region, «Personer» og år.")
TOO_LARGE = N_("Filen er for stor. Hent bare de årene du trenger.")
REGION, YEAR, CONTENTS = "region", "tid", "contentscode"
YEARS = {"år", "tid", "year"}
MEASURES = {"statistikkvariabel", "contents", "contentscode"}
_CODE = re.compile(r"^(?:K-)?([0-9]{4})(?:\D|$)")
_YEAR = re.compile(r"\b((?:19|20)[0-9]{2})$")


def read(content: bytes) -> Figures:
    """The figures of a file by the number of the municipality and the year. Raises a Problem."""
    if len(content) > MOST_BYTES:
        raise Problem(TOO_LARGE)
    text = _text(content)
    try:
        found = dict(_json(json.loads(text)) if text.lstrip().startswith("{") else _csv(text))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        if isinstance(error, Problem):
            raise
        raise Problem(UNREADABLE) from error
    if not found:
        raise Problem(UNREADABLE)
    return found


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _json(told: Any) -> Iterator[tuple[tuple[str, int], int]]:
    told = told.get("dataset", told)
    names, sizes = [str(one) for one in told["id"]], [int(one) for one in told["size"]]
    places = {name.lower(): place for place, name in enumerate(names)}
    for name, size in zip(names, sizes, strict=True):
        if size > 1 and name.lower() not in {REGION, YEAR}:
            raise Problem(SPLIT, what=told["dimension"][name].get("label", name))
    codes = {name.lower(): _codes(told["dimension"][name]["category"]) for name in names}
    steps = [prod(sizes[place + 1 :]) for place in range(len(sizes))]
    values = told["value"]
    for n, code in enumerate(codes[REGION]):
        for m, year in enumerate(codes[YEAR]):
            place = n * steps[places[REGION]] + m * steps[places[YEAR]]
            number = values.get(str(place)) if isinstance(values, dict) else values[place]
            yield from _figure(code, year, number)


def _codes(category: Any) -> list[str]:
    index = category["index"]
    return list(index) if isinstance(index, list) else sorted(index, key=lambda code: int(index[code]))


def _csv(text: str) -> Iterator[tuple[tuple[str, int], int]]:
    lines = text.splitlines()
    head = next((n for n, line in enumerate(lines) if line.strip().strip('"').lower().startswith(REGION)), None)
    if head is None:
        raise Problem(UNREADABLE)
    separator = ";" if lines[head].count(";") > lines[head].count(",") else ","
    heads, *rows = csv.reader(io.StringIO("\n".join(lines[head:])), delimiter=separator)
    names = [one.strip().lower() for one in heads]
    when = next((n for n, name in enumerate(names) if name in YEARS), None)
    known = {0, when, *(n for n, name in enumerate(names) if name in MEASURES)}
    figures = {n: found[1] for n, name in enumerate(heads) if (found := _YEAR.search(name.strip()))}
    if when is not None:
        figures = {len(names) - 1: ""}
    if extra := [heads[n] for n in range(len(names)) if n not in known and n not in figures]:
        raise Problem(SPLIT, what=extra[0])
    yield from _rows([row for row in rows if len(row) == len(names)], when, figures)


def _rows(rows: Sequence[Sequence[str]], when: int | None, figures: dict[int, str]) -> Iterator[Any]:
    for row in rows:
        for place, year in figures.items():
            yield from _figure(row[0], year or row[when or 0], row[place])


def _figure(region: str, year: str, number: Any) -> Iterator[tuple[tuple[str, int], int]]:
    """Nothing where SSB has none: a number that was not in use has no inhabitants."""
    code, said = _CODE.match(region.strip()), re.sub(r"\s", "", str(number if number is not None else ""))
    if code and said.isdigit() and int(said) > 0:
        yield (code[1], int(year.strip())), int(said)


def written(figures: Figures) -> str:
    """The figures as text that a form carries from what was looked at to what is done."""
    return "\n".join(f"{code};{year};{number}" for (code, year), number in sorted(figures.items()))


def read_again(text: str) -> Figures:
    """What `written` wrote. Raises a Problem for anything else."""
    lines = [line.split(";") for line in text.split()]
    if not lines or not all(len(one) == 3 and all(part.isdigit() for part in one) for one in lines):
        raise Problem(UNREADABLE)
    return {(code, int(year)): int(number) for code, year, number in lines}
