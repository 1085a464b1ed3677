"""Several in one cell: lines, separators, bullets, and names that have a separator of their own in them."""

from __future__ import annotations

import pytest

from exchange.cells import splitting
from exchange.table import Fault, Value
from models.declare.fields import Field
from models.declare.shapes import Shape
from models.declare.words import Problem

FIELD = Field("Felt", shape=Shape.REFERENCES)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (None, []), ("", []), (" \n ", []), ("Visma", ["Visma"]), ("Visma\nTietoevry", ["Visma", "Tietoevry"]),
        ("Kultur, idrett; fritid\nSkole", ["Kultur, idrett; fritid", "Skole"]), ("a\r\na\nb", ["a", "b"]),
        ("• Navn\n• Adresse", ["Navn", "Adresse"]), ("- Navn\n– Adresse\n* Telefon", ["Navn", "Adresse", "Telefon"]),
        ("1. Navn\n2) Adresse", ["Navn", "Adresse"]), (12.0, ["12"]), ("-bindestrek", ["-bindestrek"]),
        ("A\u030as  skole", ["Ås skole"]),
    ],
)  # fmt: skip
def test_a_cell_names_what_stands_on_its_lines(cell: Value, names: list[str]) -> None:
    assert splitting.names_in(FIELD, cell) == names


def test_a_cell_with_an_error_names_nothing() -> None:
    with pytest.raises(Problem, match="#N/A"):
        splitting.names_in(FIELD, Fault("#N/A"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Visma", ["Visma"]), ("", []), ("a; b;c;", ["a", "b", "c"]), ("a, b; c", ["a, b", "c"]), ("a, b", ["a", "b"]),
        ("a • b • c", ["a", "b", "c"]), ("• a • b", ["a", "b"]), ("a | b", ["a", "b"]), ("a - b - c", ["a", "b", "c"]),
        ("navn (for- og etternavn, alias), adresse", ["navn (for- og etternavn, alias)", "adresse"]),
        ("foreldre og barn", ["foreldre", "barn"]), ("foreldre samt barn", ["foreldre", "barn"]),
        ("Plan- og bygningsloven", ["Plan- og bygningsloven"]), ("elev/foresatt", ["elev", "foresatt"]),
        ("a; a", ["a"]),
        ("HK-data", ["HK-data"]), ("Ole Og Dole", ["Ole", "Dole"]), ("Bogen", ["Bogen"]),
    ],
)  # fmt: skip
def test_the_strongest_separator_parts_a_text(text: str, names: list[str]) -> None:
    assert splitting.split(text) == names


def test_a_text_is_parted_no_further_than_it_takes_to_know_the_names() -> None:
    known = {"Kultur og idrett", "Skole", "Navn, adresse"}.__contains__

    assert splitting.pieces("Kultur og idrett, Skole", known) == ["Kultur og idrett", "Skole"]
    assert splitting.pieces("Navn, adresse", known) == ["Navn, adresse"]
    assert splitting.pieces("navn, adresse og telefon", known) == ["navn", "adresse", "telefon"]
    assert splitting.pieces("ukjent", known) == ["ukjent"]
