"""Numbers are read as people write them, and never as something else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declare import numbers
from models.declare.words import Problem


@pytest.mark.parametrize(
    ("written", "ore"),
    [
        ("6000", 600_000), ("6 000", 600_000), ("6\u00a0000", 600_000), ("6\u202f000", 600_000), ("6\t000", 600_000),
        ("6000.5", 600_050), ("0,5", 50), ("6 000,50", 600_050), ("6 000,-", 600_000), ("kr 12", 1_200),
        ("12,50 kr", 1_250), ("kr. 6 000,00", 600_000), ("-5", -500), ("\u22125", -500), ("", None), ("  ", None),
        (None, None), ("1\u00ad2", 1_200),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written(written: str | None, ore: int | None) -> None:
    assert numbers.amount(written) == ore


@pytest.mark.parametrize(
    ("written", "plain", "grouped"),
    [
        ("6.000", "6000", "6 000"), ("12.500", "12500", "12 500"), ("6,000", "6000", "6 000"),
        ("1.234.567", "1234567", "1 234 567"), ("1.234,50", "1234,50", "1 234,50"),
    ],
)  # fmt: skip
def test_a_sign_before_three_digits_is_never_taken_for_thousandths(written: str, plain: str, grouped: str) -> None:
    with pytest.raises(Problem) as refused:
        numbers.amount(written)

    assert str(refused.value).endswith(f"Skriv {plain} eller {grouped}.")


@pytest.mark.parametrize(
    "written", ["1e3", "1_000", "٦٠٠٠", "６０００", "12 5", "1,2,3", "5,", ",5", "0,555", "NaN", "1" * 15, "abc", "--5"]
)
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(Problem):
        numbers.amount(written)


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f", "\u2009", "\t"])
def test_a_whole_number_may_be_grouped_by_any_blank(blank: str) -> None:
    assert numbers.whole(f"1{blank}234") == 1234


@pytest.mark.parametrize("written", ["1,5", "1.5", "1e3", "1_000", "١٢", "12 34", "2147483648", "x"])
def test_what_is_no_whole_number_is_refused(written: str) -> None:
    with pytest.raises(Problem):
        numbers.whole(written)


def test_a_whole_number_with_a_point_is_asked_for_without() -> None:
    with pytest.raises(Problem, match="Skriv 1234 eller 1 234"):
        numbers.whole("1.234")


def test_a_decimal_has_as_many_places_as_it_may() -> None:
    assert (numbers.decimal("12,5 %", 2), numbers.decimal("0,1234", 4)) == (Decimal("12.5"), Decimal("0.1234"))
    with pytest.raises(Problem):
        numbers.decimal("0,12345", 4)


@given(st.integers(0, 10**14))
def test_every_amount_is_read_back_as_kroner_and_ore(ore: int) -> None:
    kroner, rest = divmod(ore, 100)

    written = {
        f"{kroner},{rest:02}",
        f"{kroner:,},{rest:02}".replace(",", " ", f"{kroner:,}".count(",")),
        f"kr {kroner}.{rest:02}",
    }

    assert {numbers.amount(one) for one in written} == {ore}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("7", 7), ("007", 7), (7, 7), (str(numbers.BIGGEST), numbers.BIGGEST), (str(numbers.BIGGEST + 1), None),
        ("", None), ("-1", None), ("1.0", None), ("²", None), ("١", None), ("9" * 5000, None), ("0" * 5000, None),
    ],
)  # fmt: skip
def test_digits_are_a_number_as_long_as_they_are_few(written: object, number: int | None) -> None:
    assert numbers.digits(written) == number


@pytest.mark.parametrize("written", ["0", "x", "9" * 5000, str(numbers.BIGGEST + 1)])
def test_what_no_row_can_have_as_its_id_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=written[:5]):
        numbers.as_id(written)
