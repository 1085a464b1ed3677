"""One folding of text for searching and one for sorting, the same on both engines."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import String, collate
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from models.declare.cleaning import clean

KEY_LENGTH = 120
# Two letters for one, before anything else.
_SPELT_OUT = {"ß": "ss", "œ": "oe", "þ": "th", "ŋ": "n", "ĸ": "k", "ĳ": "ij", "ŉ": "n"}
# Letters of their own that Unicode does not take apart.
_STROKED = {"đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "ǥ": "g", "ɨ": "i", "ƒ": "f", "ʒ": "z"}
_LIKE_OURS = {"ä": "æ", "ǣ": "æ", "ǽ": "æ", "ö": "ø", "ő": "ø", "ǿ": "ø", "ǻ": "å"}
_AFTER_Z = {"æ": "{", "ø": "|", "å": "}"}
_SIGNS = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4\u0060", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a", '"'),
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
}
_QUOTES = " \"'"
_PLAIN = "æøåÆØÅ"  # beside ASCII all that most names are made of: a short table is quicker
_PLACES = 9  # digits that a number is filled up to


def _letters() -> dict[str, str]:
    """What each letter of the alphabets of Europe is folded to, with æ ø å kept, and marks above letters to nothing.
    One sign becomes one sign or none, as PostgreSQL's translate() has it."""
    letters = [chr(number) for number in (*range(0x41, 0x5B), *range(0xC0, 0x530), *range(0x1E00, 0x2000))]
    found = _SIGNS | {one: _letter(one) for one in letters if one.isalpha()}
    found |= {chr(number): "" for number in range(0x300, 0x370)}
    return {sign: folded for sign, folded in found.items() if folded != sign}


def _letter(sign: str) -> str:
    small = sign.lower() if len(sign.lower()) == 1 else sign
    if small in "æøå" or small in _SPELT_OUT:
        return sign if small in _SPELT_OUT else small
    bare = _LIKE_OURS.get(small) or "".join(one for one in unicodedata.normalize("NFD", small) if one.isalpha())
    folded = bare.casefold() if len(bare.casefold()) == 1 else small
    return _STROKED.get(folded, folded)


_LETTERS = _letters()
_SPELLING = _SPELT_OUT | {"ẞ": "ss"} | {one.upper(): two for one, two in _SPELT_OUT.items() if len(one.upper()) == 1}
_FOLDING = str.maketrans(_LETTERS | _SPELLING)
_ORDERED = {sign: _AFTER_Z.get(folded, folded) for sign, folded in _LETTERS.items()} | _AFTER_Z
_SORTING = str.maketrans(_ORDERED | _SPELLING)
_NUMBERS = re.compile(r"[0-9]+")


def fold(text: str) -> str:
    """How text is stored for searching and how what is searched for is folded: small letters without accents, æ ø å
    kept, and every dash and quote as the keyboard has it."""
    return clean(text).translate(_FOLDING).casefold()


def sort_key(text: str) -> str:
    """A key whose byte order is the Norwegian alphabet, … z æ ø å, with numbers by their size and quotes before the
    first letter left aside."""
    folded = clean(text).translate(_SORTING).lstrip(_QUOTES)
    return _NUMBERS.sub(lambda found: found[0].zfill(_PLACES), folded)[:KEY_LENGTH]


class in_order(FunctionElement[str]):  # noqa: N801 - written like the other functions of SQL
    """A text column as it is sorted by: `sort_key` of what is stored, in SQL."""

    inherit_cache = True
    type = String()


@compiles(in_order)
def _by_collation(element: Any, compiler: Any, **options: Any) -> str:
    """On SQLite the collation that models/database.py gives every connection."""
    (column,) = element.clauses
    return str(compiler.process(collate(column, "nb"), **options))


@compiles(in_order, "postgresql")
def _by_expression(element: Any, compiler: Any, **options: Any) -> str:
    """On PostgreSQL the same tables in its own words: ICU's Norwegian orders signs, numbers and aa in another way."""
    (column,) = element.clauses
    text = compiler.process(column, **options)
    whole = f"normalize({text}, NFC)"
    for sign, spelt in _SPELLING.items():
        whole = f"replace({whole}, '{sign}', '{spelt}')"
    plain = {sign: folded for sign, folded in _ORDERED.items() if sign.isascii() or sign in _PLAIN}
    is_plain, short, long = f"{text} !~ '[^ -~{_PLAIN}]'", _translated(text, plain), _translated(whole, _ORDERED)
    folded = f"ltrim(CASE WHEN {is_plain} THEN {short} ELSE {long} END, {_quoted(_QUOTES)})"
    shorter, filled = f"'(?<![0-9])([0-9]{{1,{_PLACES - 1}}})(?![0-9])'", f"e'\\x01{'0' * _PLACES}\\\\1'"
    too_long, kept = f"e'\\x01[0-9]*([0-9]{{{_PLACES}}})(?![0-9])'", "e'\\\\1'"
    numbered = f"regexp_replace(regexp_replace({folded}, {shorter}, {filled}, 'g'), {too_long}, {kept}, 'g')"
    return f'left({numbered}, {KEY_LENGTH}) COLLATE "C"'


class folded(FunctionElement[str]):  # noqa: N801 - written like the other functions of SQL
    """A text column as it is searched in: `fold` of what is stored, in SQL."""

    inherit_cache = True
    type = String()


@compiles(folded)
def _by_function(element: Any, compiler: Any, **options: Any) -> str:
    """On SQLite the function that models/database.py gives every connection."""
    return f"folded({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _by_translation(element: Any, compiler: Any, **options: Any) -> str:
    text = f"normalize({compiler.process(element.clauses, **options)}, NFC)"
    for sign, spelt in _SPELLING.items():
        text = f"replace({text}, '{sign}', '{spelt.casefold()}')"
    return _translated(text, _LETTERS)


def pattern(text: str) -> str:
    """What LIKE … ESCAPE '/' takes to find a text anywhere: its own signs mean themselves."""
    return "%" + re.sub("[/%_]", r"/\g<0>", text) + "%"


def _translated(text: str, table: dict[str, str]) -> str:
    """translate() drops what has no counterpart, so what becomes nothing stands last."""
    signs = sorted(table, key=lambda sign: not table[sign])
    return f"translate({text}, {_quoted(''.join(signs))}, {_quoted(''.join(table[sign] for sign in signs))})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
