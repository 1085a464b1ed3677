"""Whatever is sent: a clear sentence, the right status, nothing saved by half, and no SQL shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

import models
from models.database import db
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.risk import RiskAssessment
from models.tenancy.people import User
from tests.conftest import inside
from tests.test_forms import first, reread, send
from tests.test_registers import As, address, count_on, create, delete_row, errors, ids_on
from tests.world import SECRETS

NEVER_SHOWN = ("Traceback", "sqlalchemy", "sqlite3", "SELECT ", "INSERT ", "UPDATE ", "psycopg", "werkzeug")
LISTS = pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__tablename__)


def identity_number(day_and_month: str, year: str, individual: str = "123") -> str:
    """A number with right control digits, made up from a date nobody was born on that way."""
    digits = f"{day_and_month}{year}{individual}"
    for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)):
        digits += str(-sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 11)
    return digits


def numbers() -> dict[str, str]:
    """Made-up numbers of each kind: eleven digits where both control digits came out below ten."""
    kinds = {"person": "1506", "test": "1546", "d_number": "5506"}
    made = {kind: [identity_number(start, "85", f"{n}") for n in range(100, 200)] for kind, start in kinds.items()}
    return {kind: next(one for one in all_ if len(one) == 11) for kind, all_ in made.items()}


def is_calm(answer: Any) -> bool:
    """Whether an error page says something to people and nothing about the machinery."""
    return "<h1>" in answer.text and not any(word in answer.text for word in (*NEVER_SHOWN, *SECRETS))


# -- fields that cannot be right ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("register", "key", "typed", "said"),
    [
        (Supplier, "organisation_number", "987654321", "kontrollsifferet er feil"),
        (Supplier, "organisation_number", "12345678", "må ha ni siffer"),
        (Supplier, "organisation_number", "９９１８２５８２７", "må ha ni siffer"),
        (Supplier, "website", "javascript:alert(1)", "må begynne med https://"),
        (Supplier, "name", "x" * 201, "201 tegn. Kort den ned til høyst 200"),
        (Supplier, "country", "ZZ", "med to bokstaver"),
        (Supplier, "contact_email", "ikke en adresse", "navn@kommune.no"),
        (Application, "in_use_from", "31.02.2026", "Skriv datoen som dag.måned.år"),
        (Application, "in_use_from", "2026-13-01", "Skriv datoen som dag.måned.år"),
        (Application, "in_use_from", "0206-01-01", "Datoen 01.01.0206 er usannsynlig"),
        (Application, "in_use_from", "i går", "Skriv datoen som dag.måned.år"),
        (Application, "user_count", "-1", "kan ikke være negativt"),
        (Application, "user_count", "1.5", "Skriv et helt tall"),
        (Application, "user_count", "99999999999999999999", "Skriv et helt tall"),
        (Application, "user_count", "--5", "Skriv et helt tall"),
        (Application, "user_count", "٣", "Skriv et helt tall"),
        (Supplier, "organisation_number", "000000000", "det første er 8 eller 9"),
        (Application, "status", "finnes_ikke", "Velg et av alternativene"),
        (Application, "two_factor", "finnes_ikke", "Velg et av alternativene"),
        (Application, "two_factor", "", "Fyll ut dette feltet"),
        (Application, "owner", "2147483648", "Fant ingen"),
        (Application, "owner", "-1", "Fant ingen"),
        (Application, "used_by", "abc", "Fant ingen"),
        (Application, "notes", "x" * 4001, "høyst 4\u00a0000 tegn"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_right_is_explained_at_its_field(
    register: type[Any], key: str, typed: str, said: str, as_: As
) -> None:
    browser = as_("per" if register is Supplier else "kari")
    row = first(register)
    before = reread(row, "version")

    answer = send(browser, row, **{key: typed})

    found = [one for one in errors(answer.text) if said.lower() in one.lower()]
    assert (answer.status_code, len(found), errors(answer.text)) == (422, 1, found)
    assert reread(row, "version") == before


@pytest.mark.parametrize("codes", ["26", "abcd", "00826", "0026"])
def test_an_impossible_municipality_number_is_refused(codes: str, as_: As) -> None:
    from models.registers.municipality import Municipality

    answer = send(as_("per"), first(Municipality), **{"codes-0-code": codes})

    assert (answer.status_code, len(errors(answer.text))) == (422, 1)


@pytest.mark.parametrize("kind", ["person", "test", "d_number"])
@pytest.mark.parametrize("shape", ["Gjelder {0}{1}, ring henne.", "Gjelder {0} {1} igjen"])
def test_a_national_identity_number_in_free_text_is_refused(kind: str, shape: str, as_: As) -> None:
    number = numbers()[kind]
    row = first(Application)

    answer = send(as_("kari"), row, notes=shape.format(number[:6], number[6:]))

    assert (answer.status_code, len(errors(answer.text))) == (422, 1)
    assert "Teksten inneholder et fødselsnummer" in errors(answer.text)[0]
    assert reread(row, "notes") == ["Notat"]


def test_a_national_identity_number_in_a_row_of_a_part_is_refused(as_: As) -> None:
    from models.registers.processing import ProcessingActivity

    answer = send(as_("kari"), first(ProcessingActivity), **{"retention-0-start": f"Fnr {numbers()['person']}"})

    assert (answer.status_code, "fødselsnummer" in errors(answer.text)[0]) == (422, True)


def test_other_numbers_of_eleven_digits_are_no_concern(as_: As) -> None:
    number = numbers()["person"]
    wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    row = first(Application)

    answer = send(as_("kari"), row, notes=f"Konto {wrong}, ordre 7{wrong}")

    assert (answer.status_code, reread(row, "notes")) == (303, [f"Konto {wrong}, ordre 7{wrong}"])


@pytest.mark.parametrize(
    ("register", "person", "values", "label"),
    [
        (Supplier, "per", {"organisation_number": ["974 760 673"]}, "Organisasjonsnummer"),
        (User, "sol", {"email": ["KARI@test.example"]}, "E-post"),
        (models.codes.Law, "per", {"code": ["personopplysningsloven"]}, "Kode"),
    ],
)
def test_what_is_registered_before_is_said_at_its_field(
    register: type[Any], person: str, values: dict[str, list[str]], label: str, as_: As
) -> None:
    browser = as_(person)
    if register is Supplier:
        create(Supplier, browser, name=["Første"], **values)
    elif register is models.codes.Law:
        with inside():
            values = {"code": [str(db.session.scalars(select(register.code)).first())]}
    form = {"name": ["Andre"], "email": ["x@test.example"], "active": ["y"], "status": ["approved"], **values}

    answer = browser.post(address(register, "new/"), data=form)

    assert (answer.status_code, errors(answer.text)) == (
        422,
        [f"{label}: Dette finnes fra før. Bruk den som er registrert, eller skriv noe annet."],
    )
    assert is_calm(answer)


# -- addresses that cannot be right ------------------------------------------------------------------------------------

IDS = ["abc", "1,2", "-1", "0", "99999999999999999999", "1e3", "%00", "1;drop", "", "२", "1 or 1=1"]


@pytest.mark.parametrize("door", ["details/", "menu/", "edit/", "history/", "delete/"])
@pytest.mark.parametrize("row_id", IDS)
def test_an_id_that_cannot_be_is_not_found(door: str, row_id: str, as_: As) -> None:
    answer = as_("kari").get(f"/application/{door}?id={row_id}")

    assert (answer.status_code, is_calm(answer)) == (404, True)


@LISTS
def test_paging_and_search_take_anything(register: type[Any], as_: As) -> None:
    browser = as_({"user_account": "sol", "charge": "frida", "supplement": "frida"}.get(register.__tablename__, "per"))
    if browser.get(address(register)).status_code == 403:
        browser = as_("lars")
    junk = ["-5", "1e20", "abc", "99999999999999999999", "~", "~~~", "x~1e9", "%00~1", "a~b~c", "1~%00~2", "١"]

    answers = {
        f"{name}={value}": browser.get(f"{address(register)}?{name}={value}").status_code
        for name in ("page", "after", "before", "search", "sort", "desc", "last", "status", "supplier", "lacks")
        for value in junk[:: 1 if name in {"page", "after"} else 3]
    }

    assert {asked: status for asked, status in answers.items() if status != 200} == {}


@pytest.mark.parametrize("search", ["%", "_", "\\", "'", '"', "qq%00xx", "(", "%25%25", "x" * 5000, "<script>"])
def test_wildcards_and_odd_signs_in_a_search_mean_themselves(search: str, as_: As) -> None:
    answer = as_("kari").get(f"/application/?search={search}")

    assert (answer.status_code, ids_on(answer.text), "<script>" in answer.text) == (200, [], False)


def test_a_page_far_past_the_end_is_empty_and_not_wrong(as_: As) -> None:
    answer = as_("kari").get("/application/?sort=status&page=1000000")

    assert (answer.status_code, ids_on(answer.text)) == (200, [])


@pytest.mark.parametrize(
    "url", ["/finnes-ikke/", "/application/finnes-ikke/", "/reports/finnes-ikke/", "/static/nei.js"]
)
def test_unknown_pages_are_not_found_with_a_sentence(url: str, as_: As) -> None:
    answer = as_("kari").get(url)

    assert (answer.status_code, "Sjekk adressen" in answer.text, is_calm(answer)) == (404, True, True)


@pytest.mark.parametrize(
    "url",
    ["/reports/fakturagrunnlag/?year=abc", "/reports/fakturagrunnlag/?year=-1", "/reports/fakturagrunnlag/?year=1e9"],
)
def test_an_impossible_year_of_a_report_is_refused_with_the_years_there_are(url: str, as_: As) -> None:
    answer = as_("frida").get(url)

    assert (answer.status_code, "Skriv et år fra 2018 til 2100" in answer.text) == (400, True)


@pytest.mark.parametrize("name", ["url", "next"])
@pytest.mark.parametrize(
    "address_", ["https:evil.example", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_a_return_address_elsewhere_is_refused_with_a_sentence(name: str, address_: str, as_: As) -> None:
    answer = as_("kari").get("/application/", query_string={name: address_})

    assert (answer.status_code, "annet nettsted" in answer.text) == (400, True)


# -- forms that are not ours -------------------------------------------------------------------------------------------


def test_a_form_without_token_is_refused_with_a_sentence(as_: As) -> None:
    answer = as_("kari").post("/application/new/", data={"name": "Uten token"}, csrf=False)

    assert (answer.status_code, "Skjemaet er for gammelt" in answer.text, is_calm(answer)) == (400, True, True)


def test_a_form_that_is_too_large_is_refused_with_a_sentence(as_: As) -> None:
    answer = as_("kari").post("/application/new/", data={"name": "x" * 3_000_000})

    assert (answer.status_code, "Kort ned teksten" in answer.text) == (413, True)


def test_a_form_with_too_many_parts_is_refused(as_: As) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'

    answer = as_("kari").post(
        "/application/new/", data=part * 5_100 + b"--x--\r\n", content_type="multipart/form-data; boundary=x"
    )

    assert (answer.status_code, "Kort ned teksten" in answer.text) == (413, True)


def test_files_nobody_asked_for_are_not_kept(as_: As) -> None:
    browser = as_("kari")
    files = {"notes": (BytesIO(b"innhold"), "virus.exe"), "x": (BytesIO(b"y"), "y")}

    answer = browser.post("/application/new/", data={"name": "Med fil", **files}, content_type="multipart/form-data")

    assert answer.status_code in {303, 422}
    with inside("Tinn"):
        assert db.session.scalar(select(func.count()).where(Application.notes.contains("innhold"))) == 0


@pytest.mark.parametrize(
    "extra", [{"municipality_id": "1"}, {"id": "1"}, {"number": "B-9999"}, {"search_text": "x"}, {"version_id": "1"}]
)
def test_fields_that_are_not_in_the_form_are_not_read(extra: dict[str, str], as_: As) -> None:
    row = first(Application)

    answer = send(as_("kari"), row, **extra)

    assert (answer.status_code, reread(row, "version")) == (303, [row.version])


# -- a database that does not answer -----------------------------------------------------------------------------------


@pytest.fixture
def locked(app: Any) -> Iterator[None]:
    """Another program holds the database; we give up waiting at once."""

    def impatient(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    event.listen(db.engine, "checkout", impatient)
    other = sqlite3.connect(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()
    event.remove(db.engine, "checkout", impatient)


@pytest.fixture
def kari(as_: As) -> Any:
    """Kari, signed in before anything else happens."""
    return as_("kari")


def test_a_locked_database_saves_nothing_and_loses_nothing(kari: Any, locked: None) -> None:
    row = first(Application)

    answer = send(kari, row, name="Skrevet forgjeves", notes="Lang tekst")

    assert (answer.status_code, is_calm(answer)) == (503, True)
    assert "ingenting er lagret" in errors(answer.text)[0]
    assert ('value="Skrevet forgjeves"' in answer.text, "Lang tekst" in answer.text) == (True, True)
    assert reread(row, "name", "version") == [row.name, row.version]


def test_a_locked_database_refuses_a_deletion_with_a_sentence(kari: Any, locked: None) -> None:
    row = first(RiskAssessment)

    answer = delete_row(kari, RiskAssessment, row.id)

    assert (answer.status_code, "Databasen svarer ikke" in answer.text, is_calm(answer)) == (503, True, True)


def test_reading_goes_on_while_the_database_is_locked(kari: Any, locked: None) -> None:
    assert (kari.get("/application/").status_code, count_on(kari.get("/application/").text)) == (200, 1)


def test_a_broken_database_shows_no_sql(kari: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise DatabaseError("SELECT hemmelig FROM user_account", {}, Exception("sqlite3 says no"))

    monkeypatch.setattr("views.pages.start.figures", broken)

    answer = kari.get("/", expect_500=True)

    assert (answer.status_code, is_calm(answer), "Noe gikk galt" in answer.text) == (500, True, True)


# -- anything at all ---------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.text(max_size=250), notes=st.text(max_size=300))
def test_any_text_is_saved_or_explained(name: str, notes: str, kari: Any) -> None:
    answer = kari.post(
        "/application/new/",
        data={"name": name, "description": notes, **dict.fromkeys(ANSWERS, "unknown"), "status": "in_use"},
    )

    assert answer.status_code in {303, 422}
    if answer.status_code == 422:
        assert errors(answer.text)
    else:
        assert kari.get(answer.location).status_code == 200


ANSWERS = ("two_factor", "essential_service", "accessibility", "archival", "archive_integration")
