"""The Norwegian alphabet in sort keys: foreign letters stand with the Norwegian ones they are variants of."""

from __future__ import annotations

from models.declare.folding import sort_key


def test_foreign_letters_stand_with_their_norwegian_sisters() -> None:
    names = ["Zoo", "Æa", "Äb", "Æc", "Øa", "Öb", "Øc", "Åa"]

    shuffled = names[::-1]

    assert sorted(shuffled, key=sort_key) == names
