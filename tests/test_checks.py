"""Checks of single values: what they take, what they make of it, and what they refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.declare import checks
from models.declare.countries import NAMES, name_of
from models.declare.words import Problem, check_length


@pytest.mark.parametrize(
    ("check", "given_", "stored"),
    [
        (checks.organisation_number, "991825827", "991825827"),
        (checks.organisation_number, " NO 991 825 827 MVA ", "991825827"),
        (checks.organisation_number, "991\u00a0825\u00a0827", "991825827"),
        (checks.organisation_number, "", None),
        (checks.municipality_code, "0826", "0826"),
        (checks.municipality_code, " 4026 ", "4026"),
        (checks.municipality_code, None, None),
        (checks.email, " Kari.Nordmann@Tinn.Kommune.NO ", "kari.nordmann@tinn.kommune.no"),
        (checks.organisation_number, "991-825-827", "991825827"),
        (checks.organisation_number, "Org.nr. 991825827", "991825827"),
        (checks.organisation_number, "org.nr.:991825827", "991825827"),
        (checks.organisation_number, "NO991825827MVA", "991825827"),
        (checks.country, "se", "SE"),
        (checks.country, " Sverige ", "SE"),
        (checks.country, "norway", "NO"),
        (checks.country, "", None),
        (checks.email, "<a@b.no>", "a@b.no"),
        (checks.email, "mailto:a@b.no", "a@b.no"),
        (checks.email, "a@b.no;", "a@b.no"),
        (checks.email, "Kari Nordmann <kari@b.no>,", "kari@b.no"),
        (checks.email, "kåre@bø.no", "kåre@bø.no"),
        (checks.email, "", None),
        (checks.web_address, "https://tinn.kommune.no/æøå?q=1", "https://tinn.kommune.no/æøå?q=1"),
        (checks.web_address, "HTTP://localhost:8000", "HTTP://localhost:8000"),
        (checks.web_addresses, " https://a.no \n\nhttps://b.no\n", "https://a.no\nhttps://b.no"),
        (checks.web_addresses, " \n ", None),
        (checks.not_negative, 0, 0),
        (checks.not_negative, None, None),
        (checks.sensible_date, date(1900, 1, 1), date(1900, 1, 1)),
        (checks.sensible_date, date(2200, 12, 31), date(2200, 12, 31)),
        (checks.sensible_date, None, None),
        (checks.no_national_identity_number, "Telefon 35 08 26 00", "Telefon 35 08 26 00"),
        (checks.no_national_identity_number, 12, 12),
        (check_length(3), "abc", "abc"),
    ],
)
def test_right_values_are_taken_and_put_in_order(check: Any, given_: Any, stored: Any) -> None:
    assert check(given_) == stored


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (checks.organisation_number, "991825828"),
        (checks.organisation_number, "99182582"),
        (checks.organisation_number, "000000000"),
        (checks.organisation_number, "abcdefghi"),
        (checks.municipality_code, "826"),
        (checks.municipality_code, "00826"),
        (checks.municipality_code, "0026"),
        (checks.email, "kari"),
        (checks.email, "kari@tinn"),
        (checks.email, "kari @tinn.no"),
        (checks.email, "kari@tinn..no"),
        (checks.email, "a..b@c.no"),
        (checks.email, "a@c.no/x"),
        (checks.country, "47"),
        (checks.country, "ZZ"),
        (checks.country, "EU"),
        (checks.country, "XK"),
        (checks.organisation_number, "100 000 008"),
        (checks.web_address, "javascript:alert(1)"),
        (checks.web_address, "data:text/html,x"),
        (checks.web_address, "//tinn.no"),
        (checks.web_addresses, "https://a.no\njavascript:alert(1)"),
        (checks.web_address, "https://tinn.no med mellomrom"),
        (checks.not_negative, -1),
        (checks.sensible_date, date(206, 1, 1)),
        (checks.sensible_date, date(1899, 12, 31)),
        (checks.sensible_date, date(2201, 1, 1)),
        (check_length(3), "abcd"),
    ],
)
def test_wrong_values_are_refused_with_a_sentence(check: Any, wrong: Any) -> None:
    with pytest.raises(Problem) as refused:
        check(wrong)

    assert str(refused.value).endswith(".")


def with_check_digit(eight: int) -> str | None:
    digits = f"{eight:08}"
    rest = sum(int(d) * w for d, w in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    return None if rest == 1 else f"{digits}{(11 - rest) % 11}"


@given(st.integers(80_000_000, 99_999_999), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_in_an_organisation_number_is_always_seen(eight: int, place: int, shift: int) -> None:
    assume(number := with_check_digit(eight))
    wrong = f"{number[:place]}{(int(number[place]) + shift) % 10}{number[place + 1 :]}"

    assert checks.organisation_number(number) == number
    with pytest.raises(Problem):
        checks.organisation_number(wrong)


@pytest.mark.parametrize(
    "check",
    [
        checks.organisation_number,
        checks.municipality_code,
        checks.email,
        checks.web_address,
        checks.no_national_identity_number,
    ],
)
@given(st.text(max_size=40))
def test_a_check_takes_any_text_or_refuses_it_for_good(check: Any, text: str) -> None:
    try:
        stored = check(text)
    except Problem:
        return
    assert check(stored) == stored


NEW_NUMBER = "15033210024"  # invented, of the kind given from 2032
BETWEEN = ["\u2011", "\u2212", "\u00ad", "\u200b", "_", ":", ", ", " - ", "/", "\u00a0"]


@pytest.mark.parametrize("between", BETWEEN)
def test_a_national_identity_number_is_seen_whatever_stands_between_its_digits(between: str) -> None:
    with pytest.raises(Problem):
        checks.no_national_identity_number(f"Gjelder {NEW_NUMBER[:6]}{between}{NEW_NUMBER[6:]}.")


@pytest.mark.parametrize(
    "text",
    [
        f"12 {NEW_NUMBER}",
        f"{NEW_NUMBER} 34",
        f"tlf. 35 08 26 00, {NEW_NUMBER[:6]} {NEW_NUMBER[6:]}",
        f"15 03 32 {NEW_NUMBER[6:]} 7",
        f"{NEW_NUMBER}, {NEW_NUMBER}",
        f"99{NEW_NUMBER}88",
        f"9{NEW_NUMBER}",
        f"{NEW_NUMBER}8",
        f"99{NEW_NUMBER[:6]}-{NEW_NUMBER[6:]}88",
        f"sak2026-{NEW_NUMBER}-1",
    ],
)
def test_a_national_identity_number_is_seen_beside_other_digits(text: str) -> None:
    with pytest.raises(Problem):
        checks.no_national_identity_number(text)


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_two_dates_and_years_in_a_row_are_no_national_identity_number(first: date, last: date) -> None:
    years = ", ".join(str(year) for year in range(first.year, first.year + 12))
    for text in (f"{first:%d.%m.%Y}–{last:%d.%m.%Y}", f"{first} - {last}", f"{first:%d.%m.%Y} 12:30", years):
        assert checks.no_national_identity_number(text) == text


def test_there_are_249_countries_with_a_name_in_every_language() -> None:
    assert (len(NAMES), {tuple(names) for names in NAMES.values()}) == (249, {("nb", "nn", "en")})
    assert all(all(names.values()) for names in NAMES.values())
    assert [name_of("SE", one) for one in ("nb", "en")] == ["Sverige", "Sweden"]
