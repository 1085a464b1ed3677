"""Several in one cell: on lines of their own, and with the separators people use when they have no lines."""

from __future__ import annotations

import re
from collections.abc import Callable

from exchange.cells import articles
from exchange.cells.wording import told
from exchange.table import UNCOUNTED, Fault, Value
from models.declare.cleaning import clean, line
from models.declare.fields import Field
from models.declare.words import N_, Problem

FAULT = N_("Cellen viser en feil fra regnearket: %(code)s. Rett den der, eller tøm cellen, og les inn på nytt.")
NOT_WORKED_OUT = N_(
    "Cellen har en formel som ikke er regnet ut. Åpne og lagre filen i regnearkprogrammet, og les inn på nytt."
)
BULLET = re.compile(r"^\s*(?:[•·●▪◦‣⁃*»]|[-–—](?=\s)|\d{1,2}[.)](?=\s))\s*")
# From what surely parts to what may belong to a name. «Plan- og bygningsloven» is one.
_SEPARATORS = (
    re.compile(r"\s*[;|]\s*"),
    re.compile(r"\s*[•·●▪◦‣⁃]\s*|\s+[-–—*]\s+(?=\S)"),
    re.compile(r"\s+/\s+"),
    re.compile(r"\s*,\s*"),
    re.compile(r"(?<![-–])\s+(?:og|samt|and|eller)\s+|\s*[&+]\s*|\s*/\s*", re.IGNORECASE),
)
_ARTICLES = {"article6": articles.SIX, "article9": articles.NINE}  # by the table that holds their codes
_WITHIN = re.compile(r"\([^()]*\)")


def names_in(known: Field, value: Value) -> list[str]:
    """What a cell says of a reference or of references: its lines as they are written, each once. Of the grounds of the
    GDPR their codes, however they are spelt."""
    if isinstance(value, Fault):
        raise refused(value)
    lines = clean(told(value)).split("\n")
    names = [name for one in lines if (name := line(BULLET.sub("", one)))]
    if (article := _ARTICLES.get(getattr(known.target, "__tablename__", ""))) is not None:
        names = [code for name in names for code in articles.codes_in(name, article) or [name]]
    return list(dict.fromkeys(names))


def grounds_beside(known: Field, value: Value) -> tuple[str, list[str]]:
    """Of a cell of grounds that names such of the other article as well: what it says without them, and their codes."""
    article = _ARTICLES[getattr(known.target, "__tablename__", "")]
    kept, beside = list[str](), list[str]()
    for text in clean(told(value)).split("\n"):
        codes = articles.grounds_in(BULLET.sub("", text), article)
        others = [one for one in codes if not one.startswith(f"{article}.")]
        kept += [one for one in codes if one not in others] if others else [text]
        beside += others
    return "\n".join(kept), list(dict.fromkeys(beside))


def is_ground(known: Field) -> bool:
    """Whether a field is of grounds of the GDPR."""
    return getattr(known.target, "__tablename__", "") in _ARTICLES


def refused(fault: Fault) -> Problem:
    """What is said of a cell that shows an error."""
    return Problem(NOT_WORKED_OUT) if fault.code == UNCOUNTED else Problem(FAULT, code=fault.code)


def split(text: str) -> list[str]:
    """The pieces of a text that is no name itself, parted by the strongest separator in it; itself when there is none.
    What stands in brackets is not parted. A piece may have pieces of its own: ask again, or let `pieces` do it."""
    for separator in _SEPARATORS:
        brackets = [found.span() for found in _WITHIN.finditer(text)]
        cuts = [
            found.span()
            for found in separator.finditer(text)
            if not any(start < found.start() < end for start, end in brackets)
        ]
        starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
        found = [name for start, end in zip(starts, ends, strict=True) if (name := line(text[start:end]))]
        if len(found) > 1:
            return list(dict.fromkeys(BULLET.sub("", one) for one in found))
    return [bare] if (bare := line(text)) else []


def pieces(text: str, is_known: Callable[[str], bool]) -> list[str]:
    """The names in a text, parted no further than it takes to know them: «Kultur og idrett» stays one where there is
    such a unit. What is known nowhere is parted to the end."""
    if is_known(text) or len(found := split(text)) < 2:
        return [text]
    return list(dict.fromkeys(name for one in found for name in pieces(one, is_known)))
