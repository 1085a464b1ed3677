"""From a cell to a stored value: what reports write is read back, and what people write is understood or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exchange.cells import values
from exchange.cells.places import countries_in
from exchange.table import Fault
from models.declare.base import fields_of
from models.declare.checks import is_national_identity_number
from models.declare.choices import Answer, Criticality, HeldPersonalData, Lifecycle, ProcessingRole
from models.declare.clock import OSLO
from models.declare.fields import Field, field
from models.declare.memories import forget_all
from models.declare.shapes import POINTING, Shape
from models.declare.words import Problem
from models.registers.catalogue import Supplier
from reports import columns
from reports.language import LANGUAGES, translator
from reports.table import Kind
from tests.support.rows import SAMPLES
from views import catalogues

NB = translator("nb")
# Made up: they pass the control digits, and no such numbers are given before 2032.
NAIVE = datetime(2026, 12, 31, 14, 30)  # noqa: DTZ001 - what spreadsheets hold
IDENTITY, IDENTITY_WITH_ZERO = "15033210024", "01013300085"


@pytest.fixture(scope="module", autouse=True)
def translations() -> None:
    catalogues.compile_all()
    forget_all()


def declared(shape: Any, **known: Any) -> Field:
    """A field of a shape as a class would declare it, or of a vocabulary."""
    what = {Shape.ANSWER: Answer, Shape.CHOICE: Lifecycle}.get(shape, shape)
    made: Field = field("Felt", what, **known).column.info["field"]
    return made


def read(shape: Any, value: Any) -> Any:
    return values.read(declared(shape), value, NB)


def problem(shape: Any, value: Any) -> str:
    with pytest.raises(Problem) as found:
        read(shape, value)
    return str(found.value)


def test_every_shape_has_a_reader() -> None:
    assert sorted(values.READERS) == sorted(Shape), "exchange/cells/values.py needs a line for each shape."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", sorted({*SAMPLES} - {Shape.REASONS}))  # these are of a register's own fields
def test_what_reports_write_of_a_value_is_read_back(shape: Shape, language: str) -> None:
    known, t, value = declared(shape), translator(language), SAMPLES[shape]
    convert = columns.converter(known, t)
    cell = convert(value) if convert else value

    kind = columns.kind_of(known)
    typed = {Kind.MONEY: lambda ore: ore / 100, Kind.DECIMAL: float, Kind.DATETIME: lambda m: m.astimezone(OSLO)}
    in_excel = typed.get(kind, lambda same: float(same) if isinstance(same, int) else same)(cell)
    in_excel = in_excel.replace(tzinfo=None) if isinstance(in_excel, datetime) else in_excel
    in_words = columns.SAID.get(kind, str)(cell)

    assert values.read(known, in_excel, t) == value
    assert values.read(known, in_words, t) == value


@pytest.mark.parametrize("shape", sorted({*Shape} - POINTING))
@pytest.mark.parametrize("empty", [None, "", "  \n", "\u200b", "#TØM", " #tøm "])
def test_an_empty_cell_says_nothing(shape: Shape, empty: Any) -> None:
    assert read(shape, empty) is None


@pytest.mark.parametrize("shape", sorted(Shape))
def test_a_cell_with_an_error_of_the_spreadsheet_is_refused(shape: Shape) -> None:
    assert problem(shape, Fault("#REF!")).startswith("Cellen viser en feil fra regnearket: #REF!.")
    assert problem(shape, Fault("=")).startswith("Cellen har en formel som ikke er regnet ut.")


@pytest.mark.parametrize("shape", sorted({*Shape} - POINTING))
@pytest.mark.parametrize(
    "cell",
    [IDENTITY, int(IDENTITY), float(IDENTITY), "150332 10024", int(IDENTITY_WITH_ZERO), float(IDENTITY_WITH_ZERO),
     IDENTITY_WITH_ZERO.lstrip("0"), f"Født {IDENTITY}"],
)  # fmt: skip
def test_a_national_identity_number_is_refused_and_not_repeated(shape: Shape, cell: Any) -> None:
    if shape is Shape.MONEY and len(str(cell).removesuffix(".0")) == len(IDENTITY) - 1:
        assert read(shape, cell) == int(cell) * 100  # ten digits are an amount where it is amounts that are asked for
        return

    said = problem(shape, cell)

    assert "inneholder et fødselsnummer" in said
    assert not any(character.isdigit() for character in said)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2026, 12, 31), date(2026, 12, 31)), (NAIVE, date(2026, 12, 31)),
        ("31.12.2026", date(2026, 12, 31)), ("31/12-26", date(2026, 12, 31)), ("31-12-2026", date(2026, 12, 31)),
        ("1.1.99", date(1999, 1, 1)), ("2026-12-31", date(2026, 12, 31)), ("20261231", date(2026, 12, 31)),
        ("2026-12-31T23:30:00Z", date(2026, 12, 31)), ("31.12.2026 kl. 14.30", date(2026, 12, 31)),
        ("31. desember 2026", date(2026, 12, 31)), ("torsdag 31. des. 2026", date(2026, 12, 31)),
        ("31 December 2026", date(2026, 12, 31)), ("Dec 31, 2026", date(2026, 12, 31)),
        ("1. MAI 2026", date(2026, 5, 1)),
        ("Q2 2027", date(2027, 4, 1)), ("2027 Q2", date(2027, 4, 1)), ("2. kvartal 2027", date(2027, 4, 1)),
        ("2. halvår 2027", date(2027, 7, 1)), ("2. tertial 2027", date(2027, 5, 1)), ("K3 2027", date(2027, 7, 1)),
        ("desember 2026", date(2026, 12, 1)), ("12.2026", date(2026, 12, 1)), ("2026-12", date(2026, 12, 1)),
        ("2021", date(2021, 1, 1)), (2021.0, date(2021, 1, 1)), (46387, date(2026, 12, 31)),
        (46387.6, date(2026, 12, 31)),
        (1, date(1900, 1, 1)), (61, date(1900, 3, 1)), ("31.12.2026 ", date(2026, 12, 31)),
    ],
)  # fmt: skip
def test_a_day_in_its_many_spellings(cell: Any, day: date) -> None:
    assert read(Shape.DATE, cell) == day


@pytest.mark.parametrize(
    "cell", ["i fjor", "31.02.2026", "12/31/2026", "snart", -4, 3e9, True, "Q5 2027", "våren 2027"]
)
def test_what_is_no_day_is_refused(cell: Any) -> None:
    assert problem(Shape.DATE, cell) == "Skriv datoen som dag.måned.år, for eksempel 31.12.2026."


@pytest.mark.parametrize("cell", ["31.12.1899", date(1850, 1, 1), "01.01.0206"])
def test_a_day_before_1900_is_refused_as_in_the_form(cell: Any) -> None:
    assert "er usannsynlig. Sjekk årstallet." in problem(Shape.DATE, cell)


@pytest.mark.parametrize(
    "cell",
    ["31.12.2026 kl. 14.30", "31.12.2026 14:30", "2026-12-31T13:30:00Z", "2026-12-31T14:30:00+01:00",
     "31. desember 2026 kl 14:30", NAIVE, 46387 + 14.5 / 24],
)  # fmt: skip
def test_a_moment_in_its_many_spellings(cell: Any) -> None:
    assert read(Shape.MOMENT, cell) == datetime(2026, 12, 31, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shape", "cell", "number"),
    [
        (Shape.MONTHS, "5 år", 60), (Shape.MONTHS, "60 mnd", 60), (Shape.MONTHS, "60 mnd.", 60),
        (Shape.MONTHS, 60.0, 60),
        (Shape.MONTHS, "ett år og seks måneder", 18), (Shape.MONTHS, "1,5 år", 18), (Shape.MONTHS, "et halvt år", 6),
        (Shape.YEARS, "60 måneder", 5), (Shape.YEARS, "ti år", 10), (Shape.YEARS, "10", 10), (Shape.DAYS, "2 uker", 14),
        (Shape.DAYS, "14 dagar", 14), (Shape.DAYS, "to veker", 14), (Shape.MONTHS, "5 years", 60),
        (Shape.MONTHS, "60", 60),
    ],
)  # fmt: skip
def test_a_length_of_time_in_its_many_spellings(shape: Shape, cell: Any, number: int) -> None:
    assert read(shape, cell) == number


@pytest.mark.parametrize("cell", ["² år", "½ år", "①"])
def test_a_sign_that_is_no_number_is_refused_as_a_length_and_makes_nobody_fall(cell: str) -> None:
    assert problem(Shape.MONTHS, cell) == values.NOT_A_LENGTH % {"unit": "måneder"}


@pytest.mark.parametrize(
    ("shape", "cell", "unit"),
    [(Shape.YEARS, "18 måneder", "år"), (Shape.DAYS, "1 måned", "dager"),
     (Shape.MONTHS, "så lenge saken varer", "måneder"),
     (Shape.MONTHS, "5 år etter avsluttet sak", "måneder"), (Shape.MONTHS, 2.5, "måneder")],
)  # fmt: skip
def test_a_length_that_does_not_come_out_even_is_refused(shape: Shape, cell: Any, unit: str) -> None:
    assert problem(shape, cell) == f"Skriv et helt antall {unit}, for eksempel 5."


@pytest.mark.parametrize(
    ("cell", "ore"),
    [("1 234,50 kr", 123450), ("kr 1\u00a0234,50", 123450), (1234.5, 123450), (0.1 + 0.2, 30), (1234, 123400),
     ("6 000,-", 600000), (Decimal("0.07"), 7), (1.15, 115), ("NOK 12 500", 1250000), (-12.25, -1225)],
)  # fmt: skip
def test_an_amount_is_exact_to_the_ore(cell: Any, ore: int) -> None:
    assert read(Shape.MONEY, cell) == ore


def test_an_amount_finer_than_ore_is_not_rounded_in_silence() -> None:
    assert problem(Shape.MONEY, 0.125) == "Beløpet har mer enn to desimaler. Rund det av til hele øre i regnearket."
    assert problem(Shape.MONEY, "6.000") == "Punktum og komma kan bare stå foran desimaler. Skriv 6000 eller 6 000."


@pytest.mark.parametrize(
    ("shape", "cell", "number"),
    [(Shape.WHOLE, "1 234", 1234), (Shape.WHOLE, 12.0, 12), (Shape.PERCENTAGE, "12,5 %", Decimal("12.5")),
     (Shape.PERCENTAGE, 12.5, Decimal("12.5")), (Shape.DECIMAL, 0.1 + 0.2, Decimal("0.3")), (Shape.YEAR, "2026", 2026),
     (Shape.YEAR, date(2026, 5, 1), 2026), (Shape.DECIMAL, "-0,5", Decimal("-0.5"))],
)  # fmt: skip
def test_a_number_as_text_and_as_number(shape: Shape, cell: Any, number: Any) -> None:
    assert read(shape, cell) == number


def test_the_unit_of_a_field_may_stand_behind_the_number() -> None:
    known = declared(Shape.WHOLE, unit="timer")

    assert [values.read(known, cell, NB) for cell in ("8 timer", "8 timar", "8 hours", 8.0)] == [8, 8, 8, 8]


@pytest.mark.parametrize(
    ("cell", "text"),
    [(12.0, "12"), (12.5, "12,5"), (1e15, "1000000000000000"), (date(2026, 12, 31), "31.12.2026"), (True, "Ja"),
     ("  to   ord ", "to ord"), ("A\u030as", "Ås"), ("Tvil\u00adling", "Tvilling"), ("-", "-")],
)  # fmt: skip
def test_whatever_stands_in_a_cell_can_be_text(cell: Any, text: str) -> None:
    assert read(Shape.TEXT, cell) == text


def test_a_text_longer_than_its_field_is_refused() -> None:
    assert problem(Shape.TEXT, "x" * 201).startswith("Teksten er for lang: 201 tegn.")


@pytest.mark.parametrize("cell", ["ja", "JA", "x", "X", 1.0, 1, "sant", True, "yes", "Y", "✓"])
def test_yes_in_its_many_spellings(cell: Any) -> None:
    assert [read(Shape.YES_NO, cell), read(Shape.ANSWER, cell)] == [True, Answer.YES]
    assert read(HeldPersonalData, cell) is HeldPersonalData.YES


@pytest.mark.parametrize("cell", ["nei", "Nei.", 0.0, "usant", False, "No", "n", "☐"])
def test_no_in_its_many_spellings(cell: Any) -> None:
    assert [read(Shape.YES_NO, cell), read(Shape.ANSWER, cell)] == [False, Answer.NO]


@pytest.mark.parametrize("cell", ["Ikke vurdert", "ikkje vurdert", "vet ikke", "Ukjent", "unknown"])
def test_what_nobody_has_looked_at_is_an_answer_too(cell: str) -> None:
    assert read(Shape.ANSWER, cell) is Answer.UNKNOWN
    assert problem(Shape.YES_NO, cell) == "Skriv ja eller nei."


@pytest.mark.parametrize(
    ("vocabulary", "cell", "member"),
    [
        (Lifecycle, "I BRUK", Lifecycle.IN_USE), (Lifecycle, "in_use", Lifecycle.IN_USE),
        (Lifecycle, "IN USE", Lifecycle.IN_USE),
        (Criticality, 1.0, Criticality.C1), (Criticality, "Kritisk", Criticality.C1),
        (Criticality, "1", Criticality.C1),
        (Criticality, "1 - kritisk: må virke innen timer", Criticality.C1),
        *[(ProcessingRole, one, ProcessingRole.JOINT) for one in (
            "felles behandlingsansvar", "Felles behandlingsansvarleg", "delt behandlingsansvar", "Joint controllers",
            "joint controllership", "Felles", "felles behandlingsansvarlege",
        )],
        *[(ProcessingRole, one, ProcessingRole.PROCESSOR) for one in (
            "databehandler", "Databehandlar", "processor", "Data processor",
        )],
        *[(ProcessingRole, one, ProcessingRole.CONTROLLER) for one in (
            "behandlingsansvarlig", "Behandlingsansvarleg", "controller", "Data controller", "behandlingsansvar",
        )],
    ],
)  # fmt: skip
def test_a_word_of_a_vocabulary_by_label_value_or_its_beginning(vocabulary: Any, cell: Any, member: Any) -> None:
    assert read(vocabulary, cell) is member


def test_a_word_of_no_vocabulary_is_answered_with_the_likeliest_or_with_all() -> None:
    assert problem(Shape.CHOICE, "Planlakt") == "«Planlakt» er ikke et av valgene. Mente du «Planlagt»?"
    assert problem(Shape.CHOICE, "qqq") == (
        "«qqq» er ikke et av valgene. Velg et av disse: Planlagt, Under anskaffelse, I bruk, Under utfasing, Avviklet."
    )


@pytest.mark.parametrize(
    ("shape", "cell", "stored"),
    [
        (Shape.ORGANISATION_NUMBER, 974760673.0, "974760673"), (Shape.MUNICIPALITY_NUMBER, 826, "0826"),
        (Shape.COUNTRY, "Norway", "NO"), (Shape.PHONE, 35000000.0, "35000000"),
        (Shape.EMAIL, "<Kari@Tinn.example>;", "kari@tinn.example"),
        (Shape.WEB_ADDRESS, "www.tinn.example", "https://www.tinn.example"),
        (Shape.LINKS, "https://a.example; https://b.example, www.c.example",
        "https://a.example\nhttps://b.example\nhttps://www.c.example"),
    ],
)  # fmt: skip
def test_what_spreadsheets_and_people_do_to_other_values(shape: Shape, cell: Any, stored: str) -> None:
    assert read(shape, cell) == stored


def test_checks_that_depend_on_the_row_are_asked_with_the_row() -> None:
    known = next(one for one in fields_of(Supplier) if one.shape is Shape.ORGANISATION_NUMBER)

    assert values.read(known, "556036-0793", NB, row=SimpleNamespace(country="SE")) == "556036-0793"
    with pytest.raises(Problem):
        values.read(known, "556036-0793", NB)


@pytest.mark.parametrize(
    ("shape", "key", "digits"),
    [
        (Shape.PHONE, "phone", "4511300059"),
        (Shape.TEXT, "archive_reference", "2020000069"),
        (Shape.TEXT, "number", "2020000069"),
    ],
)
def test_ten_digits_of_a_telephone_or_a_case_are_no_national_identity_number(
    shape: Shape, key: str, digits: str
) -> None:
    place, elsewhere = replace(declared(shape), key=key), replace(declared(Shape.TEXT), key="superusers")

    assert is_national_identity_number(digits.zfill(11))
    assert values.read(place, digits, NB) == digits
    with pytest.raises(Problem):
        values.read(elsewhere, digits, NB)
    with pytest.raises(Problem):
        values.read(place, IDENTITY, NB)


@pytest.mark.parametrize(
    ("shape", "cell", "said"),
    [
        (Shape.DECIMAL, 1.234567, "Skriv et tall med høyst 4 desimaler"),
        (Shape.PERCENTAGE, float("inf"), "Skriv et tall med høyst 2 desimaler"),
        (Shape.MONEY, True, "Skriv et beløp i kroner"),
        (Shape.MONEY, date(2026, 12, 31), "Skriv et beløp i kroner"),
        (Shape.MONEY, float("inf"), "Skriv et beløp i kroner"),
        (Shape.MONEY, 10**30, "Skriv et beløp i kroner"),
        (Shape.MONTH, "snart", "Skriv måneden som måned.år"),
        (Shape.MOMENT, "snart", "Skriv dato og klokkeslett"),
    ],
)
def test_what_is_no_number_month_or_moment_is_told_how_to_be_one(shape: Shape, cell: Any, said: str) -> None:
    assert problem(shape, cell).startswith(said)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Norge, Sverige og USA", ["Norge", "Sverige", "USA"]), ("NO/SE", ["NO", "SE"]), ("Ja, USA", ["USA"]),
        ("ja (United States)", ["United States"]), ("Sverige; Sweden; India", ["Sverige", "India"]),
        ("Trinidad og Tobago, Antigua og Barbuda", ["Trinidad og Tobago", "Antigua og Barbuda"]), ("Noreg", ["Noreg"]),
        ("USA (Microsoft)", []), ("Norge og EU", []), ("Ja", []), ("", []),
    ],
)  # fmt: skip
def test_the_countries_that_a_cell_names_when_it_names_nothing_else(text: str, named: list[str]) -> None:
    assert countries_in(text) == named


def test_several_countries_for_a_field_of_one_are_refused_by_name() -> None:
    assert problem(Shape.COUNTRY, "Norge, Sverige og USA") == (
        "Feltet holder ett land, men cellen nevner flere: Norge, Sverige, USA. Behold det ene."
    )
    assert (read(Shape.COUNTRY, "Ja, Sverige"), read(Shape.COUNTRY, "Sverige/SE")) == ("SE", "SE")
