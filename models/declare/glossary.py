"""The difficult words of the field: what they mean in our three languages (`models/facts/glossary.json`), and where
they stand in a text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from models.declare.folding import fold, sort_key
from models.declare.memories import remembers

_FILE = Path(__file__).resolve().parent.parent / "facts" / "glossary.json"
GENITIVE = {"nb": "s", "nn": "s", "en": "[’']s?"}
CODE = re.compile("[A-ZÆØÅ]{2}")  # begins what is known by its capitals: ROS, which is not the praise `ros`


@dataclass(frozen=True, slots=True)
class Said:
    """A term in one language: the word itself, every form it is known by, what it means, and where the law says so."""

    word: str
    forms: tuple[str, ...]
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Term:
    """A difficult word; its key is the same in every language, and is its place on the page of words."""

    key: str
    said: dict[str, Said]


class Found(NamedTuple):
    """Where a term stands in a text."""

    start: int
    end: int
    key: str


def _said(word: str, also: list[str], text: str, source: str = "") -> Said:
    """Forms are written in full, or as an ending to the word: `-en`."""
    forms = (word, *[word + one[1:] if one.startswith("-") else one for one in also])
    return Said(word, forms, text, source)


TERMS: dict[str, Term] = {
    one["key"]: Term(one.pop("key"), {language: _said(**said) for language, said in one.items()})
    for one in json.loads(_FILE.read_text(encoding="utf-8"))
}


@remembers()
def _known(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """What matches any form of any term, the longest first; and the term each form belongs to."""
    keys = {_as_is(form): key for key, term in TERMS.items() for form in term.said[language].forms}
    by_length = sorted(keys, key=len, reverse=True)
    codes = "|".join(re.escape(form) for form in by_length if CODE.match(form))
    words = "|".join(re.escape(form) for form in by_length if not CODE.match(form))
    pattern = rf"(?<![\w-])((?i:{words})|{codes})(?:{GENITIVE[language]})?(?!\w|-\w)"
    return re.compile(pattern), keys


def _as_is(form: str) -> str:
    return form if CODE.match(form) else form.lower()


@remembers(4000)
def found_in(language: str, text: str) -> tuple[Found, ...]:
    """The terms that stand in a text, each where it stands first. Texts are our own, so there is an end to them."""
    pattern, keys = _known(language)
    first: dict[str, Found] = {}
    for match in pattern.finditer(text):
        key = keys[_as_is(match[1])]
        first.setdefault(key, Found(match.start(), match.end(), key))
    return tuple(first.values())


def alphabetical(language: str, wanted: str = "") -> list[Term]:
    """The terms by their word in a language; only those that have what is looked for, in any of the languages."""
    words = fold(wanted).split()
    found = [term for term in TERMS.values() if all(word in _folded(term.key) for word in words)]
    return sorted(found, key=lambda term: sort_key(term.said[language].word))


@remembers()
def _folded(key: str) -> str:
    said = TERMS[key].said.values()
    return fold(" ".join(text for one in said for text in (*one.forms, one.text, one.source)))
