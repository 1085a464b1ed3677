"""Which field a column is: labels in three languages, names, guests, what was chosen last time, and likeness."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest

import models
from exchange import guests, matching
from exchange.columns import BESIDE, Column, filled_in
from exchange.guests import GUESTS
from exchange.guests.guest import NO_FIELD
from exchange.matching import How, likeliest, match, sheets_of_parts, spoken
from exchange.table import Table
from models.declare.base import field_of, fields_of
from models.declare.fields import Kind
from models.declare.memories import forget_all
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.processing import LegalReference, ProcessingActivity
from models.tenancy import scope
from reports.language import LANGUAGES, translator
from tests.conftest import inside
from tests.support.dirty import csv as as_csv
from tests.support.dirty import xlsx
from tests.support.looking import read_here
from tests.test_registers import As, address
from views import catalogues

NATIONAL = [
    "Behandlingsansvarlig", "Organisasjonsnummer", "Behandlingen gjelder", "Daglig behandlingsansvar - Navn",
    "Daglig behandlingsansvar - Tlf", "Databehandlere - Navn", "Databehandleravtaler - Lenke",
    "Felles behandlingsansvar", "Formål med behandlingen", "Behandlingsgrunnlag artikkel 6",
    "Artikkel 6 - Henvisning til annen lovgiving", "Behandlingsgrunnlag artikkel 9",
    "Personopplysninger - Kategorier av registrerte", "Personopplysninger - Kategorier tilknyttet den registrerte",
    "Personopplysninger - Planlagte tidsfrister for sletting", "Kilder til personopplysningene",
    "Mottakere eller kategorier av mottakere", "Tekniske og organisatoriske sikkerhetstiltak",
    "Er det gjennomført DPIA?", "Behandlingstatus",
]  # fmt: skip
NAV = [{
    "name": "Søknad om plass", "purposes": [{"shortName": "Barnehage"}], "usesAllInformationTypes": False,
    "automaticProcessing": False, "profiling": False, "legalBases": [
        {"gdpr": {"code": "ART61E"}, "nationalLaw": {"shortName": "Barnehageloven"}, "description": "§ 47"},
        {"gdpr": {"code": "ART61C"}, "nationalLaw": None, "description": ""},
    ], "retention": {"retentionMonths": 60, "retentionStart": "sluttet"},
}]  # fmt: skip
ARKIVPLAN = [
    ["Seksjon", "Felt", "Verdi", "Verdi 2"], ["Systeminformasjon", "Systemnavn", "eArkiv", "Gerica"],
    ["Systeminformasjon", "Tatt i bruk", "05.02.2021", ""], ["Administrative data", "Leverandør", "Tieto", "Tietoevry"],
    ["Administrative data", "Systemansvarlig", "Arkivleder", ""], ["Administrative data", "Merknader", "Frittstående",
    ""],
    ["Tekniske data", "Merknader", "", ""], ["GDPR", "Systemeier", "Kari", ""], ["GDPR", "Antall brukere", "0", "12"],
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def translations() -> None:
    catalogues.compile_all()
    forget_all()


def table(*headings: str, left: int = 0) -> Table:
    return Table("Ark1", headings, (), (), left)


def keys(register: Any, *headings: str, **how: Any) -> list[str | None]:
    return [one.key for one in match(register, table(*headings), **how)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__name__)
def test_what_a_register_calls_its_columns_is_matched_in_every_language(register: Any, language: str) -> None:
    with scope.use(scope.Scope(everyone=True)):
        columns = [*map(Column, BESIDE), *[Column(known.key, known) for known in filled_in(register)]]
        headings = [column.heading(translator(language)) for column in columns]

        found = match(register, table(*headings))

    assert [one.key for one in found if one.is_sure] == [column.key for column in columns]


@pytest.mark.parametrize(
    "heading", ["Systemeier", "  SYSTEMEIER ", "System\u00adeier", "Systemeier:", "owner", "Systemeier (navn)"]
)
def test_case_and_signs_of_a_heading_do_not_matter(heading: str) -> None:
    assert keys(Application, heading) == ["owner"]


def test_a_decomposed_heading_is_the_same() -> None:
    label = field_of(Application, "sign_in").label

    assert keys(Application, unicodedata.normalize("NFD", label)) == ["sign_in"]


def test_the_unit_may_be_left_out_or_be_another_word() -> None:
    assert keys(Application, "Lengste nedetid (RTO) (timer)") == ["rto_hours"]
    assert keys(Application, "Lengste nedetid (RTO)") == ["rto_hours"]


def test_each_field_is_taken_once_and_columns_of_one_name_are_told_apart() -> None:
    twice = table("Navn", "Navn", "", left=2)

    assert [one.key for one in match(Application, twice) if one.is_sure] == ["name"]
    assert [spoken(twice, column) for column in range(3)] == ["Navn (C)", "Navn (D)", "(E)"]


def test_what_was_chosen_last_time_is_chosen_again_unless_it_is_no_field_of_the_register() -> None:
    remembered = {"Fagprogram": "name", "Tull": "municipality_id", "Mer tull": "password"}

    found = match(Application, table("Fagprogram", "Tull", "Mer tull"), remembered=remembered)

    assert [(one.key, one.how) for one in found] == [("name", How.REMEMBERED), (None, How.NONE), (None, How.NONE)]


def test_a_likeness_is_offered_with_its_share_and_never_taken() -> None:
    (found,) = match(Application, table("Systemeiar"))

    assert (found.key, found.how, found.is_sure) == ("owner", How.LIKENESS, False)
    assert 0.7 <= found.share < 1


@pytest.mark.parametrize("heading", ["municipality_id", "version_id", "password_hash", "qwxz", ""])
def test_a_column_that_is_no_field_is_nothing(heading: str) -> None:
    assert [one.key for one in match(Application, table(heading)) if one.is_sure] == []


def test_a_column_of_parts_is_the_reference_of_each_in_a_sheet_of_others_and_all_of_them_in_ours() -> None:
    assert keys(ProcessingActivity, "Databehandlere", "Supplerende rettsgrunnlag") == [
        "processors.supplier",
        "laws.law",
    ]
    assert keys(ProcessingActivity, "Orden-nummer", "Databehandlere") == ["id", "processors"]


def test_a_sheet_of_parts_is_matched_to_the_parts() -> None:
    assert keys(LegalReference, "Hører til nummer", "Hører til", "Orden-nummer", "Lov", "Paragraf") == [
        "parent", "parent_name", "id", "law", "section",
    ]  # fmt: skip


@pytest.mark.parametrize("guest", GUESTS, ids=lambda guest: guest.key)
def test_a_guest_names_fields_that_there_are_and_is_recognised_by_its_headings(guest: Any) -> None:
    register = next(one for one in models.REGISTERS if one.__name__ == guest.register)
    there = {known.key for known in fields_of(register)} | set(matching.part_keys(register))

    assert set(guest.headings.values()) - there <= {NO_FIELD}
    assert guest.marks <= guest.words | {"usesallinformationtypes"}
    assert guests.recognised(register, [*guest.headings, *guest.marked, "Egen kolonne"]) is guest


@pytest.mark.parametrize("register", [Application, Agreement, ProcessingActivity])
def test_our_own_headings_are_no_guest(register: Any) -> None:
    headings = [Column(known.key, known).heading(translator("nb")) for known in filled_in(register)]

    assert {one.how for one in match(register, table(*headings))} == {How.LABEL}


def test_the_national_overview_is_recognised() -> None:
    workbook = read_here(as_csv([NATIONAL, ["x"] * len(NATIONAL)]), "behandlinger.csv")

    found = {one.column: one.key for one in match(ProcessingActivity, workbook.tables[0]) if one.is_sure}

    named = {NATIONAL[column]: key for column, key in found.items()}
    assert named["Behandlingen gjelder"] == "name"
    assert named["Behandlingsgrunnlag artikkel 6"] == "article6"
    assert named["Databehandlere - Navn"] == "processors.supplier"
    assert named["Personopplysninger - Kategorier tilknyttet den registrerte"] == "subjects.personal_data"
    assert "Behandlingsansvarlig" not in named


def test_the_records_of_behandlingskatalogen_are_a_table() -> None:
    workbook = read_here(json.dumps(NAV).encode(), "process.json")
    found = workbook.tables[0]

    named = {found.headings[one.column]: one.key for one in match(ProcessingActivity, found) if one.is_sure}

    row = dict(zip(found.headings, found.rows[0], strict=True))
    assert named["legalBases.gdpr.code"] == "article6"
    assert named["legalBases.nationalLaw.shortName"] == "laws.law"
    assert (row["legalBases.gdpr.code"], row["legalBases.description"]) == ("ART61E\nART61C", "§ 47\n")
    assert (named["retention.retentionMonths"], row["retention.retentionMonths"]) == ("retention.months", 60)


def test_a_form_of_arkivplan_is_turned_into_rows() -> None:
    found = read_here(as_csv(ARKIVPLAN), "skjema.csv").tables[0]

    named = {found.headings[one.column]: one.key for one in match(Application, found) if one.is_sure}

    assert found.headings[0] == "Systemnavn"
    assert [row[0] for row in found.rows] == ["eArkiv", "Gerica"]
    assert (found.address(0, 0), found.address(1, 7)) == ("C2", "D9")
    assert (named["Systemnavn"], named["Antall brukere"]) == ("name", "user_count")
    assert "Tekniske data - Merknader" in found.headings


def test_a_form_without_headings_is_turned_as_well() -> None:
    found = read_here(xlsx([row[1:3] for row in ARKIVPLAN[1:]]), "skjema.xlsx").tables[0]

    assert (found.headings[0], found.rows[0][0], found.address(0, 0)) == ("Systemnavn", "eArkiv", "B1")


def test_a_stranger_reads_well() -> None:
    text = 'file,name,description,gdprChoices\na.json,"01. Behandling, og mer","Sker med, henblik",p6-e;p7\n'

    found = read_here(text.encode(), "kl.csv").tables[0]

    assert found.rows[0] == ("a.json", "01. Behandling, og mer", "Sker med, henblik", "p6-e;p7")


# -- what went out from here comes back --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("register", [Application, ProcessingActivity, Agreement])
def test_what_went_out_is_matched_when_it_comes_back(as_: As, register: Any, form: str) -> None:
    with as_("kari").get(address(register, f"export/{form}/", columns="all")) as answer:
        workbook = read_here(answer.data, f"a.{form}")

    with inside("Tinn"):
        found = likeliest(register, workbook.tables)
        assert found is not None
        matches = match(register, found)
        parts = sheets_of_parts(register, workbook.tables)
        held = [known.key for known in filled_in(register) if known.kind is Kind.ROWS]

    fields = {one.key for one in matches if one.is_sure}
    assert {one.how for one in matches} <= {How.LABEL, How.CLOSED}
    assert {"id", "version"} <= fields
    assert sorted(parts) == (sorted(held) if form == "xlsx" else [])
    assert len(found.rows) >= 1


def test_the_sheet_of_parts_says_which_row_each_hangs_on(as_: As) -> None:
    with as_("kari").get(address(ProcessingActivity, "export/xlsx/", columns="all")) as answer:
        tables = read_here(answer.data, "a.xlsx").tables

    with inside("Tinn"):
        laws = sheets_of_parts(ProcessingActivity, tables)["laws"]
        keys = [one.key for one in match(LegalReference, laws)]

    assert sorted(filter(None, keys)) == ["id", "law", "parent", "parent_name", "section"]


# -- two rows of headings ----------------------------------------------------------------------------------------------


def test_the_lower_of_two_rows_of_headings_names_the_columns_where_the_upper_parts_them_all() -> None:
    assert keys(Application, "Om systemet - Navn", "Om systemet - Status", "Folk - Systemeier") == [
        "name", "status", "owner",
    ]  # fmt: skip
    assert keys(ProcessingActivity, "Lov - Lovhjemmel", "Hvem - Registrerte", "Hva - Formål", "Tid - Slettefrist") == [
        "laws.law", "subjects.subject", "purpose", "retention.months",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "headings",
    [("Leverandør - Navn", "Leverandør - Kontakt", "System"), ("Leverandør - Navn", "Systemeier - Navn")],
    ids=["the upper names some", "the lower says it twice"],
)
def test_the_lower_row_names_nothing_where_the_upper_is_needed_to_tell_what_it_says(headings: tuple[str, ...]) -> None:
    assert "name" not in [one.key for one in match(Application, table(*headings)) if one.is_sure]
