"""A list finds what is searched for, however many rows there are, and keeps its order."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare import memories
from models.declare.choices import Lifecycle
from models.queries.finding import COUNT_LIMIT
from models.registers.architecture import Application
from models.registers.organisation import OrganisationalUnit
from tests.conftest import inside, municipality
from tests.test_registers import As, address


def names_on(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'<th scope="row"><a href="[^"]*\?id=\d+[^"]*">([^<]*)<', page)]


def count_to(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on so many hits are few, and lists that were built for another limit are built anew."""
    monkeypatch.setattr("models.queries.finding.COUNT_LIMIT", limit)
    monkeypatch.setattr("views.register.listing.COUNT_LIMIT", limit)
    monkeypatch.setattr("views.register.pagestatement._kept", memories.Bounded(100))


def test_a_word_that_more_rows_have_than_are_counted_is_found_in_the_order_of_the_list(
    as_on: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_to(2, monkeypatch)
    kari = as_on("kari")
    names = ["Øst 10 %", "Øst 100", "Øst_a", "Øst_b", "Øst_c", "Østbc", "Vest"]
    with inside("Tinn"):
        db.session.add_all([Application(name=name) for name in names])
        db.session.commit()

    found = {word: names_on(kari.get(address(Application, search=word)).text) for word in ("øst", "ØST 10", "t_", "%")}

    assert found == {"øst": names[:6], "ØST 10": names[:2], "t_": names[2:5], "%": names[:1]}


def walk(browser: Any, path: str, **query: str) -> list[str]:
    """The names on every page, in order, and back again from the last page to the first."""
    page = browser.get(address(Application, path, **query)).text
    forth = names_on(page)
    while following := re.search(r'<a href="([^"]*)" rel="next">', page):
        page = browser.get(html.unescape(following[1])).text
        forth += names_on(page)
    back = names_on(page)
    while before := re.search(r'<a href="([^"]*)" rel="prev">', page):
        page = browser.get(html.unescape(before[1])).text
        back = names_on(page) + back
    assert back == forth
    return forth


@pytest.mark.parametrize("towns", [("Tinn",), ("Tinn", "Seljord")], ids=["one", "two"])
def test_a_list_sorted_by_name_goes_from_page_to_page_both_ways(
    as_on: As, monkeypatch: pytest.MonkeyPatch, towns: tuple[str, ...]
) -> None:
    monkeypatch.setattr("views.register.listing.PAGE", 3)
    monkeypatch.setattr("views.register.pagestatement._kept", memories.Bounded(100))
    names = ["Ås", "Øst", "Ærlig", "ape", "Zebra", "Ape", "Bjørn", "øst", "Ås", "Ål"]
    for town in towns:
        with inside(town):
            db.session.add_all([Application(name=name) for name in names])
            db.session.commit()
    siri = as_on("siri")
    siri.post("/municipality/", data={"municipality": municipality("Tinn") if len(towns) == 1 else ""})
    with inside(*towns):
        right = list(db.session.scalars(select(Application.name).order_by(Application.sort_key, Application.id)))

    assert walk(siri, "", sort="name") == right
    assert walk(siri, "", sort="-name") == right[::-1]
    for limit in (COUNT_LIMIT, 3):  # few hits are named; of too many the rows are tried in their order
        count_to(limit, monkeypatch)
        for words in ("s", "s ø", "a p e"):
            hits = [name for name in right if all(word in name.lower() for word in words.split())]
            assert walk(siri, "", sort="name", search=words) == hits
    assert (right[0].lower(), right[-1], len(right)) == ("ape", "Ås", (len(names) + 1) * len(towns))


@pytest.mark.parametrize("limit", [COUNT_LIMIT, 3])
def test_a_search_among_what_is_filtered_finds_what_has_both(
    as_on: As, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    count_to(limit, monkeypatch)
    kari = as_on("kari")
    with inside("Tinn"):
        both = [Application(name=f"Prøve {number}", status=Lifecycle.PLANNED) for number in range(5)]
        one = Application(name="Prøve i bruk", status=Lifecycle.IN_USE)
        db.session.add_all([*both, one, Application(name="Annet", status=Lifecycle.PLANNED)])
        db.session.commit()

    found = walk(kari, "", search="prøve", status=Lifecycle.PLANNED.value)

    assert found == [f"Prøve {number}" for number in range(5)]


def test_an_order_that_no_key_serves_ignores_a_place_in_another(as_: As) -> None:
    kari = as_("kari")
    plain = names_on(kari.get(address(Application, sort="status")).text)

    assert names_on(kari.get(address(Application, sort="status", after="å~1", before="å~1", last="1")).text) == plain


def test_the_options_of_a_filter_follow_every_change(as_on: As) -> None:
    kari = as_on("kari")

    def units() -> list[str]:
        box = re.search(r'<select id="[^"]*" name="unit">(.*?)</select>', kari.get(address(Application)).text)
        assert box is not None
        return re.findall(r'<option value="\d+">([^<]*)<', box[1])

    seen = [units()]
    with inside("Tinn"):
        db.session.add(OrganisationalUnit(name="Zoo"))
        db.session.commit()
    seen.append(units())
    with inside("Tinn"):
        db.session.scalars(select(OrganisationalUnit).where(OrganisationalUnit.name == "Zoo")).one().name = "Zoologi"
        db.session.commit()
    seen.append(units())
    with inside("Tinn"):
        zoo = select(OrganisationalUnit).where(OrganisationalUnit.name == "Zoologi")
        db.session.delete(db.session.scalars(zoo).one())
        db.session.commit()
    seen.append(units())

    first = seen[0]
    assert seen == [first, ["Zoo", *first], ["Zoologi", *first], first]
    assert first == ["Åpen oppvekst"]
