"""A list finds what is searched for, however many rows there are, and keeps its order."""

from __future__ import annotations

import html
import re

import pytest

from models.database import db
from models.registers.architecture import Application
from tests.conftest import inside
from tests.test_registers import As, address


def names_on(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'<th scope="row"><a href="[^"]*\?id=\d+">([^<]*)<', page)]


def test_a_word_that_more_rows_have_than_are_counted_is_found_in_the_order_of_the_list(
    as_on: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.queries.finding.COUNT_LIMIT", 2)
    monkeypatch.setattr("views.register.listing.COUNT_LIMIT", 2)
    kari = as_on("kari")
    names = ["Øst 10 %", "Øst 100", "Øst_a", "Øst_b", "Øst_c", "Østbc", "Vest"]
    with inside("Tinn"):
        db.session.add_all([Application(name=name) for name in names])
        db.session.commit()

    found = {word: names_on(kari.get(address(Application, search=word)).text) for word in ("øst", "ØST 10", "t_", "%")}

    assert found == {"øst": names[:6], "ØST 10": names[:2], "t_": names[2:5], "%": names[:1]}
