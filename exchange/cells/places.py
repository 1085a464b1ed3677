"""The countries that a cell names: «Norge, Sverige og USA», «Ja, USA»."""

from __future__ import annotations

from exchange.cells import splitting, vocabularies
from models.declare.cleaning import line
from models.declare.countries import code_of


def countries_in(text: str) -> list[str]:
    """The countries a text names, as it names them, each once; none where it says anything else. An answer before them
    is not one of them."""
    bare = line(text) or ""
    if vocabularies.begins_with_answer(bare):
        bare = vocabularies.ANSWER_FIRST.sub("", bare, count=1).strip(" ()")
    found: dict[str, str] = {}
    for one in splitting.pieces(bare, lambda piece: code_of(piece) is not None):
        if (code := code_of(one)) is None:
            return []
        found.setdefault(code, one)
    return list(found.values())
