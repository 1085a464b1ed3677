"""The panels of a list take whatever is sent to them: each answer is the list, the next list, or a sentence."""

from __future__ import annotations

import html
from urllib.parse import parse_qsl, urlsplit

import pytest

from models.queries.filtering import OPERATORS, Operator, askable
from models.registers.architecture import Application
from tests.test_registers import As
from views.register.panels import BETWEEN

LIST = "/application/"
NASTY = ("", "1", "0", "-1", "9" * 30, "x", "31.12.2026", "2026-13-45", "'; drop", "<b>", "\0", "å" * 5_000, "%", "NO")


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_whatever_is_asked_of_whichever_field_gets_an_answer(value: str, as_: As) -> None:
    kari = as_("kari")
    one_of_each = {path[-1].shape: path for path in askable(Application)}

    for path in one_of_each.values():
        place = ".".join(known.key for known in path)
        for op in (*OPERATORS[path[-1].shape], BETWEEN, "nei"):
            asked = {"panel": "filter", "field": place, "op": op, "value": value, "until": value, "alternative": value}
            answer = kari.get(LIST, query_string=asked)

            assert (place, op, answer.status_code) == (place, op, 302 if answer.location else 200)
            if answer.location:
                assert kari.get(answer.location).status_code == 200


def test_a_new_question_stands_beside_the_others_or_as_an_alternative_to_one_of_them(as_: As) -> None:
    kari = as_("kari")
    here = {"status": "in_use", "search": "e", "panel": "filter", "field": "short_name", "op": str(Operator.NONE)}

    beside = kari.get(LIST, query_string=here)
    instead = kari.get(LIST, query_string=here | {"alternative": "status"})
    third = kari.get(f"{instead.location}&panel=filter&field=description&op=some&alternative=1~")

    assert parse_qsl(urlsplit(beside.location).query) == [
        ("search", "e"), ("status", "in_use"), ("short_name.none", "1"),
    ]  # fmt: skip
    assert parse_qsl(urlsplit(instead.location).query) == [
        ("search", "e"), ("1~status", "in_use"), ("1~short_name.none", "1"),
    ]  # fmt: skip
    text = "Status er I bruk eller Kortnavn er ikke fylt ut eller Beskrivelse er fylt ut"
    assert text in html.unescape(kari.get(third.location).text)


def test_a_name_stands_for_the_one_row_that_is_called_so_and_else_for_a_sentence(as_: As) -> None:
    kari = as_("kari")

    answer = kari.get(LIST, query_string={"panel": "filter", "field": "supplier", "op": "", "value": "Finst ikkje AS"})

    assert (answer.status_code, "Fant ikke nettopp én som heter «Finst ikkje AS»" in answer.text) == (200, True)
