"""The grounds of the GDPR in their many spellings."""

from __future__ import annotations

import pytest

from exchange.cells import splitting
from exchange.cells.articles import NINE, SIX, codes_in, says_more
from models.declare.base import field_of
from models.registers.processing import ProcessingActivity


@pytest.mark.parametrize(
    "text",
    [
        "Artikkel 6. Bokstav c - rettslig forpliktelse", "6 (1) c", "art 6 nr 1 bokstav c)", "6.1.c", "6.1c", "6(1)(c)",
        "6-1-c", "Art. 6 nr. 1 bokstav c – rettslig plikt", "art. 6 nr.1 c", "Art. 6 (1) (c)",
        "GDPR art. 6 nr. 1 bokstav c",
        "personvernforordningen artikkel 6 nr. 1 bokstav c", "Artikkel 6 1 c", "ART61C", "art 6.1 (c)",
        "PVF art 6 nr 1 c",
        "bokstav c", "c", "C)", "c) rettslig forpliktelse", "Rettslig forpliktelse", "rettsleg plikt", "6 c", 
        "Art 6, 1, c",
        "Art. 6(1)(c) – legal obligation", "artikkel 6 nr. 1 litra c", "Artikkel 6 nummer 1 bokstav C",
    ],
)  # fmt: skip
def test_a_ground_of_article_6_in_its_many_spellings(text: str) -> None:
    assert codes_in(text, SIX) == ["6.1.c"]


@pytest.mark.parametrize(
    "text",
    [
        "9.2.h",
        "9 (2) h",
        "Artikkel 9 nr. 2 bokstav h – helse- og sosialtjenester",
        "art 9 nr 2 h",
        "ART92H",
        "bokstav h",
        "h)",
    ],
)
def test_a_ground_of_article_9_in_its_many_spellings(text: str) -> None:
    assert codes_in(text, NINE) == ["9.2.h"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Art. 6 nr. 1 bokstav c og e", ["6.1.c", "6.1.e"]),
        ("art 6 nr 1 bokstavene a, c og e", ["6.1.a", "6.1.c", "6.1.e"]),
        ("6.1.c, 6.1.e", ["6.1.c", "6.1.e"]), ("6 (1) c og 6 (1) e", ["6.1.c", "6.1.e"]), ("6.1.c; 6.1.c", ["6.1.c"]),
        ("bokstav c, e", ["6.1.c", "6.1.e"]),
    ],
)  # fmt: skip
def test_several_grounds_in_one_text(text: str, codes: list[str]) -> None:
    assert codes_in(text, SIX) == codes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ukjent",
        "6.1.c jf. barnehageloven § 47",
        "art. 6 nr. 1 bokstav g",
        "9.2.h",
        "Elever i 6. klasse",
        "6",
        "en avtale",
    ],
)
def test_words_that_say_more_or_something_else_are_left_as_they_are(text: str) -> None:
    assert codes_in(text, SIX) == []


def test_a_cell_of_grounds_names_their_codes_and_keeps_what_is_none() -> None:
    six, nine = field_of(ProcessingActivity, "article6"), field_of(ProcessingActivity, "article9")

    assert splitting.names_in(six, "Artikkel 6. Bokstav c - rettslig forpliktelse\nsamtykke\nmagefølelse") == [
        "6.1.c", "6.1.a", "magefølelse",
    ]  # fmt: skip
    assert splitting.names_in(nine, "art 9 nr 2 bokstav b og h") == ["9.2.b", "9.2.h"]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("Artikkel 6. Bokstav c - rettslig forpliktelse", False),
        ("6 (1) e – oppgave i allmennhetens interesse eller utøve offentlig myndighet", False),
        ("bokstav a", False),
        ("6.1.a – skjema hentes inn av skolen hver høst", True),
    ],
)
def test_it_is_known_whether_a_text_says_more_than_its_grounds(text: str, more: bool) -> None:
    assert says_more(text) is more


@pytest.mark.parametrize(
    ("text", "kept", "beside"),
    [
        ("ART61E\nART92A", "ART61E", ["9.2.a"]),
        ("6 (1) e og 9 (2) h", "6.1.e", ["9.2.h"]),
        ("Art. 6 nr. 1 bokstav c, art. 9 nr. 2 bokstav b og h", "6.1.c", ["9.2.b", "9.2.h"]),
        ("9.2.g", "", ["9.2.g"]),
        ("6.1.c\nnoe annet", "6.1.c\nnoe annet", []),
        ("9.2.h jf. pasientjournalloven § 8", "9.2.h jf. pasientjournalloven § 8", []),
    ],
)
def test_grounds_of_the_other_article_are_told_apart(text: str, kept: str, beside: list[str]) -> None:
    assert splitting.grounds_beside(field_of(ProcessingActivity, "article6"), text) == (kept, beside)
