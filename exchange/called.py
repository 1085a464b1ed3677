"""What the columns of a register are called, in every language: those that are read, and those that are only told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from exchange.cells.spellings import alike, in_all_languages
from exchange.columns import BESIDE, OF_PARTS, Column, filled_in
from models.declare.base import Part
from models.queries.quality import FILLED
from reports.columns import exported
from reports.language import LANGUAGES, translator

BOKMAAL = " (bokmål)"  # what a list leaves out of a label where it tells each reader in their own language
THROUGH = " › "  # between a link and what stands behind it, as lists write it (`models/queries/reading.py`)
BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")


def known_by(register: type[Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The keys that columns of a register may have: by their headings and labels in every language, and by the names of
    the fields, all of them folded."""
    beside = BESIDE | OF_PARTS if issubclass(register, Part) else BESIDE
    columns = [*map(Column, beside), *[Column(known.key, known) for known in filled_in(register)]]
    labels: dict[str, str] = {}
    for column in columns:
        said = [column.heading(translator(language)) for language in LANGUAGES]
        if column.known:
            said += [*in_all_languages(column.known.label), column.known.label.removesuffix(BOKMAAL)]
        for one in said:
            labels.setdefault(alike(one), column.key)
    return labels, {alike(column.key): column.key for column in columns if column.known}


def told_columns(register: type[Any], headings: Sequence[str]) -> frozenset[int]:
    """The places of columns that Orden tells of a row and nobody fills in: what follows, is decided by a button or
    stands behind a link, and how complete the row is."""
    labels, _ = known_by(register)
    told = [FILLED, *[known for known in exported(register) if known.via is None]]
    words = {alike(said) for known in told for said in in_all_languages(known.label)}
    links, closed = words | labels.keys(), words - labels.keys()
    parted = [heading.partition(THROUGH) for heading in headings]
    return frozenset(
        column
        for column, (link, through, _beyond) in enumerate(parted)
        if (alike(link) in links if through else alike(BRACKETS.sub(" ", link)) in closed)
    )
