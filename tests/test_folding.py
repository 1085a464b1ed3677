"""One folding for search and one for sorting: the Norwegian alphabet, the same on both engines."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, String, Table, select

from models.database import db
from models.declare.cleaning import clean
from models.declare.folding import fold, in_order, sort_key

NAMES = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x2FFF), max_size=30) | st.text(
    st.sampled_from("aAzZæÆøØåÅäÖéđŋŧßœþ«»\"'’–- 0123456789"), max_size=12
)


@pytest.mark.parametrize(
    "names",
    [
        ["Éire", "Zebra", "Ærfugl", "Ärla", "Ås"],
        ["Dag", "Đevdnu", "Egil"],
        ["Nord", "Ŋuorri", "Oslo"],
        ["Tana", "Ŧuollu", "Ulv"],
        ["Liv", "Łódź", "Mona"],
        ["Odd", "Œuvre", "Ole"],
        ["Elin", "«Fiks»", "Geir"],
        ["B-9999", "B-10000"],
        ["Vedlegg 2", "Vedlegg 10", "Vedlegg 10b"],
        ["Straks", "Straße", "Strast"],
        ["Øst", "Österled", "Østli"],
        ["Aa", "Ab", "Å"],
    ],
)
def test_names_stand_in_the_order_of_the_norwegian_alphabet(names: list[str]) -> None:
    assert all(sort_key(one) < sort_key(two) for one, two in pairwise(names))


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Kart\u2011portal", "kart-portal"),
        ("Røntgen–arkiv", "RØNTGEN-arkiv"),
        ("A \u2212 B", "a - b"),
        ("O’Brien", "o'brien"),
        ("‘Fiks’", "'fiks'"),
        ("«Fiks»", '"fiks"'),
        ("Tvil\u00adling", "tvilling"),
        ("A\u030as", "ås"),
        ("Straße", "STRASSE"),
        ("Björk", "bjørk"),
        ("Unjárga", "unjarga"),
    ],
)
def test_what_is_typed_on_a_keyboard_finds_what_was_pasted(stored: str, typed: str) -> None:
    assert fold(stored) == fold(typed)


def test_our_own_three_letters_are_kept_apart_in_a_search() -> None:
    assert fold("ÆØÅ æøå aoa") == "æøå æøå aoa"


@given(NAMES | st.text())
def test_a_folded_text_is_composed_small_and_stays_as_it_is(text: str) -> None:
    folded = fold(text)

    assert fold(folded) == folded
    assert not any(unicodedata.category(sign) in {"Cf", "Cc"} and sign not in "\t\n" for sign in folded)
    assert fold(clean(text)) == folded


@given(st.lists(st.integers(0, 999_999_999), min_size=2), st.sampled_from(["B-", "Skole ", "«Nr. "]))
def test_numbers_in_names_stand_by_their_size(numbers: list[int], before: str) -> None:
    assert sorted((f"{before}{one}" for one in numbers), key=sort_key) == [f"{before}{one}" for one in sorted(numbers)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(names=st.lists(NAMES, min_size=2, max_size=60))
def test_a_column_of_names_is_sorted_alike_by_both_engines(engine_rows: Any, names: list[str]) -> None:
    stored = [clean(one) for one in names]

    assert engine_rows(stored) == sorted(range(len(stored)), key=lambda number: (sort_key(stored[number]), number))


@pytest.fixture
def engine_rows(engine_app: Any) -> Any:
    """What a database makes of the order of some names: their numbers, sorted."""
    assert engine_app
    table = Table("some_names", MetaData(), Column("id", Integer, primary_key=True), Column("name", String))

    def sort(names: list[str]) -> list[int]:
        with db.engine.connect() as connection:
            values = [{"id": number, "name": name} for number, name in enumerate(names)]
            connection.exec_driver_sql("CREATE TEMPORARY TABLE some_names (id integer, name text)")
            connection.execute(table.insert(), values)
            found = connection.scalars(select(table.c.id).order_by(in_order(table.c.name), table.c.id)).all()
            connection.rollback()
            connection.exec_driver_sql("DROP TABLE IF EXISTS some_names")
        return list(found)

    return sort
