"""The fact files: complete, consistent, and summing to the known totals for 2018."""

import csv
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

FACTS = Path(__file__).parent.parent / "models" / "facts"
CODE_FILES = sorted((FACTS / "codes").glob("*.csv"))
NAMES = ("nb", "nn", "en")
EXPLAINED = ("article_6", "article_9", "transfer_ground")
HOSTING = {"saas_public", "saas_private", "vendor", "intermunicipal", "local"}
KINDS = {
    "ethnicity",
    "politics",
    "religion",
    "philosophy",
    "union",
    "genetic",
    "biometric",
    "health",
    "sexlife",
    "orientation",
}
BOKMAL = re.compile(
    r"\b(ikke|fra|jeg|hvilken|behandler|mottaker|opplysninger|innbyggere|skole|elever|ansatte|foresatte"
    r"|formål|tjeneste|tjenester)\b",
    re.I,
)
COLUMNS = ["code", "nb", "nn", "en", "group", "description_nb", "description_nn", "description_en", "extra"]


def rows(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def codes(name: str) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in rows(f"codes/{name}.csv")}


def passes_mod_11(number: str) -> bool:
    if not re.fullmatch(r"\d{9}", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, (3, 2, 7, 6, 5, 4, 3, 2), strict=False))
    return (11 - total % 11) % 11 == int(number[8])


def founders_in_2018() -> list[int]:
    founders = {row["key"] for row in rows("municipalities.csv") if row["founder"] == "1"}
    counted = [row for row in rows("populations.csv") if row["key"] in founders and row["date"] == "2018-01-01"]
    return [int(row["population"]) for row in counted]


def price(kind: str, population: int) -> int:
    found = [row for row in rows("prices.csv") if row["kind"] == kind and int(row["from_population"]) <= population]
    return int(max(found, key=lambda row: int(row["from_population"]))["amount_ore"])


# Totals and prices


def test_the_22_founders_had_207_382_inhabitants_in_2018():
    assert len(founders_in_2018()) == 22
    assert sum(founders_in_2018()) == 207_382


def test_connection_fees_of_the_founders_by_tier_are_955_000_kroner():
    assert sum(price("connection", population) for population in founders_in_2018()) == 955_000_00


def test_on_account_charges_for_2018_are_443_073_kroner():
    total = sum(price("fixed", n) + price("inhabitant", n) * n for n in founders_in_2018())
    assert total == 443_073_00


@pytest.mark.parametrize(
    ("population", "kroner"),
    [(4_999, 25_000), (5_000, 40_000), (10_000, 40_000), (10_001, 70_000), (25_000, 70_000), (25_001, 100_000)],
)
def test_a_tier_includes_its_upper_bound(population, kroner):
    assert price("connection", population) == kroner * 100


def test_founders_pay_everything_but_the_connection_fee():
    assert {(row["kind"], row["charged_to_founders"]) for row in rows("prices.csv")} == {
        ("connection", "0"),
        ("fixed", "1"),
        ("inhabitant", "1"),
    }


# Municipalities


def test_the_check_of_organisation_numbers_can_fail():
    assert passes_mod_11("123456785")
    assert not passes_mod_11("123456784")
    assert not passes_mod_11("12345678")


def test_every_organisation_number_passes_mod_11_and_is_used_once():
    for name in ("municipalities.csv", "suppliers.csv"):
        numbers = [row["organisation_number"] for row in rows(name) if row["organisation_number"]]
        assert all(map(passes_mod_11, numbers))
        assert len(numbers) == len(set(numbers))


def test_there_are_22_founders_and_one_successor():
    municipalities = rows("municipalities.csv")
    assert len({row["key"] for row in municipalities}) == len(municipalities) == 23
    assert [row["key"] for row in municipalities if row["founder"] == "0"] == ["midt-telemark"]
    assert {row["key"] for row in municipalities if row["ended"]} == {"bo", "sauherad"}
    assert {row["language"] for row in municipalities} == {"nb", "nn", "neutral"}


def test_email_addresses_are_never_real():
    assert all(re.fullmatch(r"post@[a-z-]+\.example", row["email"]) for row in rows("municipalities.csv"))


def test_the_code_periods_of_a_municipality_are_contiguous_through_its_life():
    for municipality in rows("municipalities.csv"):
        periods = [row for row in rows("municipality_codes.csv") if row["key"] == municipality["key"]]
        assert periods[0]["valid_from"] == municipality["joined"]
        assert periods[-1]["valid_to"] == municipality["ended"]
        for earlier, later in pairwise(periods):
            assert earlier["valid_from"] < earlier["valid_to"] == later["valid_from"]


def test_a_municipality_code_has_four_digits_and_one_owner_at_a_time():
    seen = {(row["code"], row["valid_from"]) for row in rows("municipality_codes.csv")}
    assert len(seen) == len(rows("municipality_codes.csv"))
    assert all(re.fullmatch(r"\d{4}", code) for code, _ in seen)


def test_each_municipality_has_one_population_for_every_year_it_lived():
    for municipality in rows("municipalities.csv"):
        first = 2017 if municipality["founder"] == "1" else 2020
        last = int(municipality["ended"][:4] or 2027)
        dates = [row["date"] for row in rows("populations.csv") if row["key"] == municipality["key"]]
        assert dates == [f"{year}-01-01" for year in range(first, last)]


def test_populations_before_the_merger_use_the_borders_of_that_day():
    figures = {(row["key"], row["date"][:4]): int(row["population"]) for row in rows("populations.csv")}
    assert figures["bo", "2019"] + figures["sauherad", "2019"] == 10_923
    assert (figures["notodden", "2019"], figures["notodden", "2020"]) == (12_682, 13_049)
    assert (figures["midt-telemark", "2020"], figures["midt-telemark", "2021"]) == (10_444, 10_461)


def test_successions_join_known_municipalities_on_the_day_the_old_one_ended():
    municipalities = {row["key"]: row for row in rows("municipalities.csv")}
    for row in rows("successions.csv"):
        assert row["to_key"] in municipalities
        assert row["date"] == municipalities[row["from_key"]]["ended"]
        assert row["kind"] in {"merge", "split", "border", "renumber"}


# Codes


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: path.stem)
def test_every_code_is_unique_and_named_in_three_languages(path):
    found = rows(f"codes/{path.name}")
    assert list(found[0]) == COLUMNS
    assert len({row["code"] for row in found}) == len(found)
    for row in found:
        assert all(row[language].strip() not in ("", "*") for language in NAMES), row["code"]
        assert re.fullmatch(r"[A-Za-z0-9.-]+", row["code"])


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: path.stem)
def test_a_description_exists_in_all_three_languages_or_none(path):
    for row in rows(f"codes/{path.name}"):
        filled = {bool(row[f"description_{language}"]) for language in NAMES}
        assert len(filled) == 1
        assert path.stem not in EXPLAINED or filled == {True}


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: path.stem)
def test_no_two_codes_of_a_list_look_the_same(path, language):
    names = [row[language] for row in rows(f"codes/{path.name}")]
    assert len(names) == len(set(names))


def test_group_names_are_translated_and_los_groups_are_parents():
    groups = {row["nb"]: row for row in rows("groups.csv")}
    assert all(row[language] for row in groups.values() for language in NAMES)
    lists = [rows(f"codes/{path.name}") for path in CODE_FILES if path.stem != "los_theme"]
    used = {row["group"] for found in lists for row in found} - {""}
    assert used | {row["area"] for row in rows("laws.csv")} == set(groups)
    themes = codes("los_theme")
    assert all(row["group"] == "" or themes[row["group"]]["group"] == "" for row in themes.values())
    assert sum(row["group"] == "" for row in themes.values()) == 14


def test_all_ten_special_categories_can_be_registered():
    extras = [row["extra"] for row in codes("personal_data").values()]
    assert {extra.removeprefix("special:") for extra in extras if extra.startswith("special:")} == KINDS
    assert extras.count("criminal") == extras.count("nin") == 1


def test_the_articles_that_need_a_law_are_marked():
    assert {code for code, row in codes("article_6").items() if row["extra"] == "law"} == {"6.1.c", "6.1.e"}
    assert {code for code, row in codes("article_9").items() if row["extra"] == "law"} == {f"9.2.{x}" for x in "bghij"}


# Laws, suppliers and products


def test_every_law_is_unique_and_titled_and_addressed_at_lovdata_or_not_at_all():
    laws = rows("laws.csv")
    assert len({row["code"] for row in laws}) == len(laws)
    for row in laws:
        assert all(row[f"title_{language}"] for language in NAMES)
        address = re.fullmatch(r"https://lovdata\.no/(?:lov|forskrift)/(\d{4}-\d\d-\d\d)(-\d+)?", row["url"])
        assert not row["url"] or date.fromisoformat(address[1])


def test_every_product_has_a_known_category_hosting_and_supplier():
    categories, suppliers = codes("product_category"), {row["name"] for row in rows("suppliers.csv")}
    products = rows("products.csv")
    assert len({row["name"] for row in products}) == len(products) >= 60
    for row in products:
        assert row["category"] in categories
        assert row["hosting"] in HOSTING
        assert row["personal_data"] in {"none", "yes", "special"}
        assert row["supplier"] in suppliers | {""}
    assert {row["category"] for row in products} == set(categories)
    assert suppliers == {row["supplier"] for row in products} - {""}


def test_nynorsk_texts_do_not_borrow_bokmal_words():
    for path in CODE_FILES:
        for row in rows(f"codes/{path.name}"):
            assert not BOKMAL.search(row["nn"] + " " + row["description_nn"]), row["code"]


def test_no_file_names_a_machine_path():
    for path in FACTS.rglob("*.*"):
        assert not re.search(r"/(work|home|root|tmp|Users)/", path.read_text(encoding="utf-8")), path.name
