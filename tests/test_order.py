"""The order of a list: by the alphabet, by a vocabulary's own order, blanks last, and where one stands in it."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from models.database import db
from models.declare.choices import Criticality
from models.registers.architecture import Application, Platform
from tests.conftest import inside
from tests.test_finding import names_on
from tests.test_registers import As, address


def add(*rows: Any) -> None:
    with inside("Tinn"):
        db.session.add_all(rows)
        db.session.commit()


@pytest.mark.parametrize("descending", [False, True])
def test_a_vocabulary_stands_in_its_own_order_and_blanks_last(descending: bool, as_on: As) -> None:
    kari = as_on("kari")
    members = list(Criticality)
    add(*[Application(name=f"Ordnet {one}", criticality=one) for one in members[::-1]], Application(name="Ordnet ikke"))

    page = kari.get(address(Application, search="ordnet", sort=f"{'-' * descending}criticality"))

    wanted = [f"Ordnet {one}" for one in (members[::-1] if descending else members)]
    assert names_on(page.text) == [*wanted, "Ordnet ikke"]


def test_a_column_of_text_is_sorted_alike_by_both_engines(as_on: As) -> None:
    kari = as_on("kari")
    wanted = ["«Ask»", "B-9999", "B-10000", "Đevdnu", "Éire", "Zebra", "Ärla", "Østre", "Ås"]
    add(*[Platform(name=f"Ordnet {number}", location=place) for number, place in enumerate(sorted(wanted))])

    page = kari.get(address(Platform, search="ordnet", sort="location")).text

    told = [html.unescape(one) for one in re.findall(r"<td[^>]*>([^<]*)</td>", page)]
    assert [one for one in told if one in wanted] == wanted


def test_pages_before_the_last_are_counted_from_the_end(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("views.register.listing.PAGE", 2)
    kari = as_("kari")
    add(*[Application(name=f"Ordnet {number}") for number in range(12)])
    page, seen = address(Application, search="ordnet", last="1"), []

    for _ in range(5):
        text = kari.get(page).text
        seen.append(re.search(r"<p>((?:Siste s|S)ide[^<]*)</p>", text)[1])  # type: ignore[index]
        page = html.unescape(re.search(r'<a href="([^"]+)" rel="prev">', text)[1])  # type: ignore[index]

    assert seen == ["Siste side", *[f"Side {number} fra slutten" for number in range(2, 6)]]


@pytest.mark.parametrize(
    ("asked", "said"),
    [({}, {"Navn": "ascending"}), ({"sort": "-criticality"}, {"Kritikalitet": "descending"})],
)
def test_the_column_a_list_is_ordered_by_says_so(asked: dict[str, str], said: dict[str, str], as_: As) -> None:
    page = as_("kari").get(address(Application, **asked)).text

    found = re.findall(r'<th scope="col"[^>]* aria-sort="(\w+)"><a [^>]*>([^<]*)</a>', page)
    assert {label: way for way, label in found} == said
