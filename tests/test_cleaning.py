"""Every text is cleaned the same way, whichever door it comes in by."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models.database import db
from models.declare.base import fields_of
from models.declare.cleaning import clean, line, lines
from models.declare.fields import Kind
from models.registers.architecture import Application
from tests.conftest import inside, municipality
from tests.test_forms import first, reread, send
from tests.test_registers import As, address, errors

DECOMPOSED, COMPOSED = "A\u030as skole", "Ås skole"
UNSEEN = ["\u200b", "\ue000", "\u00ad", "\u2060", "\ufeff", "\u3164", "\u2800", "\u200d", "\u034f", "\ufe0f"]
UNSEEN += ["\u202e\u202c"]


@pytest.mark.parametrize(
    ("given_", "cleaned"),
    [
        (DECOMPOSED, COMPOSED),
        ("Tvil\u00adling", "Tvilling"),
        ("Elev\u202eark\0iv\ufeff", "Elevarkiv"),
        ("én\r\nto\rtre\u2028fire", "én\nto\ntre\nfire"),
        ("Kart\u2800portal", "Kart portal"),
        ("👩\u200d🏫", "👩🏫"),
        ("\ud800", ""),
        ("æøå ÆØÅ – «đŋŧ»", "æøå ÆØÅ – «đŋŧ»"),
    ],
)
def test_what_nobody_sees_is_dropped_and_letters_are_composed(given_: str, cleaned: str) -> None:
    assert clean(given_) == cleaned


@pytest.mark.parametrize("unseen", UNSEEN)
def test_nothing_is_left_of_signs_that_nobody_sees(unseen: str) -> None:
    assert (line(f" {unseen} "), lines(f"{unseen}\n{unseen}")) == (None, None)


@given(st.text())
def test_a_clean_text_is_composed_visible_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert {unicodedata.category(sign) for sign in cleaned} & {"Cf", "Cs"} == set()
    assert not any(unicodedata.category(sign) == "Cc" and sign not in "\t\n" for sign in cleaned)
    assert line(line(text)) == line(text)


@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda one: one.__tablename__)
def test_a_row_of_any_register_takes_only_clean_texts(register: type[Any]) -> None:
    texts = [
        known.key
        for known in fields_of(register)
        if known.kind is Kind.VALUE
        and known.choices is None
        and register.__table__.c[known.key].type.python_type is str
    ]

    row = register(**dict.fromkeys(texts, f"{DECOMPOSED}\u200b"))

    assert {getattr(row, key) for key in texts} == ({COMPOSED} if texts else set())


@pytest.mark.parametrize(
    ("stored", "searched"), [(DECOMPOSED, COMPOSED), (COMPOSED, DECOMPOSED), (COMPOSED, "å\u00ads")]
)
def test_a_name_is_found_however_its_letters_are_put_together(stored: str, searched: str, as_on: As) -> None:
    kari = as_on("kari")
    with inside("Tinn"):
        db.session.add(Application(name=stored, municipality_id=municipality("Tinn")))
        db.session.commit()

    assert COMPOSED in kari.get(address(Application, search=searched)).text


@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_name_that_nobody_sees_is_no_name(unseen: str, as_: As) -> None:
    answer = send(as_("kari"), first(Application), name=unseen)

    assert (answer.status_code, errors(answer.text)) == (422, ["Navn: Fyll ut dette feltet."])


def test_a_name_typed_in_two_signs_is_saved_in_one(as_: As) -> None:
    row = first(Application)

    send(as_("kari"), row, name=DECOMPOSED)

    assert reread(row, "name") == [COMPOSED]
