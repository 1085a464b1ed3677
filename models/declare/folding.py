"""One folding of text for searching and one for sorting, the same on both engines."""

from __future__ import annotations

import unicodedata

_AFTER_Z = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})


def sort_key(text: str) -> str:
    """A key whose byte order is the Norwegian alphabet: … z æ ø å; other accents are dropped."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_AFTER_Z))
    return "".join(c for c in folded if not unicodedata.combining(c))[:120]


def fold(text: str) -> str:
    """How text is stored for searching and how what is searched for is folded: lower case, æøå kept."""
    return text.casefold()
