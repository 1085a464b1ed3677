"""Two of the same name are told apart wherever one of them is chosen."""

from __future__ import annotations

import html
import re
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import ContactRole
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.municipality import Municipality, MunicipalityCode
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside
from tests.test_finding import names_on
from tests.test_forms import first, reread, send
from tests.test_registers import As, address, create, errors, form_of


def options(page: str) -> list[str]:
    return re.findall(r"<option[^>]*>([^<]*)</option>", page)


def add(*rows: Any) -> None:
    with inside("Tinn"):
        db.session.add_all(rows)
        db.session.commit()


def test_people_of_one_name_stand_with_their_roles(as_on: As) -> None:
    kari = as_on("kari")
    roles = list(ContactRole)[:2]
    add(*[ContactPerson(name="Hans Hansen", role=role) for role in roles], ContactPerson(name="Grete Alene"))

    found = options(kari.get(address(Application, "new/")).text)

    assert {one for one in found if one.startswith("Hans")} == {f"Hans Hansen ({role.label})" for role in roles}
    assert "Grete Alene" in found


def test_units_of_one_name_stand_with_what_they_are_under(as_: As) -> None:
    kari = as_("kari")
    add(
        *[
            OrganisationalUnit(name="Administrasjon", parent_unit=OrganisationalUnit(name=one))
            for one in ("Helse", "Skole")
        ]
    )

    found = options(kari.get(address(Application, "new/")).text)

    names = [one for one in found if one.startswith("Administrasjon")]
    assert set(names) == {"Administrasjon (Helse)", "Administrasjon (Skole)"}


def test_units_whose_parents_have_one_name_too_stand_with_the_whole_way_down(as_on: As) -> None:
    kari = as_on("kari")
    for top in ("Helse", "Oppvekst"):
        middle = OrganisationalUnit(name="Stab", parent_unit=OrganisationalUnit(name=top))
        add(OrganisationalUnit(name="Administrasjon", parent_unit=middle))

    found = options(kari.get(address(Application, "new/")).text)

    assert {one for one in found if one.startswith(("Administrasjon", "Stab"))} == {
        "Administrasjon (Helse › Stab)",
        "Administrasjon (Oppvekst › Stab)",
        "Stab (Helse)",
        "Stab (Oppvekst)",
    }


def test_rows_that_nothing_listed_tells_apart_stand_with_their_numbers(as_: As) -> None:
    kari = as_("kari")
    twins = [OrganisationalUnit(name="Tvilling") for _ in range(2)]
    add(*twins)
    with inside("Tinn"):
        numbers = set(db.session.scalars(select(OrganisationalUnit.id).where(OrganisationalUnit.name == "Tvilling")))

    found = options(kari.get(address(Application, "new/")).text)

    assert {one for one in found if one.startswith("Tvilling")} == {f"Tvilling ({one})" for one in numbers}


TWICE = ["Herøy (1515)", "Herøy (1818)"]


def two_of_one_name() -> None:
    """Two municipalities called Herøy, with an application and a processing activity each."""
    with inside():
        codes = [MunicipalityCode(code=number, valid_from=date(2020, 1, 1)) for number in ("1515", "1818")]
        both = [Municipality(name="Herøy", codes=[code]) for code in codes]
        db.session.add_all(both)
        db.session.commit()
        ids = [one.id for one in both]
    for one in ids:
        with scope.use(scope.of([one], active=one)):
            db.session.rollback()
            db.session.add_all([Application(name=f"System {one}"), ProcessingActivity(name=f"Behandling {one}")])
            db.session.commit()


def test_municipalities_of_one_name_stand_with_their_numbers_in_the_switcher(as_on: As) -> None:
    per = as_on("per")
    two_of_one_name()

    found = options(per.get("/").text)

    assert [one for one in found if one.startswith("Herøy")] == TWICE
    assert "Tinn" in found


@pytest.mark.parametrize("page", ["/application/", "/application/?search=system", "/application/?sort=status"])
def test_municipalities_of_one_name_stand_with_their_numbers_in_lists(page: str, as_on: As) -> None:
    per = as_on("per")
    two_of_one_name()

    cells = re.findall(r"<td>(Herøy[^<]*|Tinn)</td>", per.get(page).text)

    assert sorted({*cells} - {"Tinn"}) == TWICE
    assert ("Tinn" in cells) == ("search" not in page)


def test_municipalities_of_one_name_stand_with_their_numbers_in_reports_and_files(as_on: As) -> None:
    per = as_on("per")
    two_of_one_name()

    for slug in ("utfylling", "applikasjoner"):
        with per.get(f"/reports/{slug}/download/") as answer:
            rows = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[1].iter_rows(min_row=2, values_only=True)
            assert sorted({row[0] for row in rows if row[0].startswith("Herøy")}) == TWICE


def test_municipalities_of_one_name_stand_with_their_numbers_in_the_window_of_the_neighbours(as_on: As) -> None:
    kari = as_on("kari")
    two_of_one_name()

    page = kari.get("/neighbours/?search=system").text

    assert sorted(re.findall(r"Herøy[^<]*", page)) == TWICE


def test_names_that_stand_alone_cost_no_statement(as_: As, statements: list[str]) -> None:
    kari = as_("kari")
    costs = []
    for name in ("Solveig", "Alene", "Solveig", "Solveig"):
        add(ContactPerson(name=name, role=ContactRole.OTHER))
        kari.get(address(Application, "new/"))  # what is remembered is forgotten when a row comes
        statements.clear()
        kari.get(address(Application, "new/"))
        costs.append(len(statements))

    assert [cost - costs[0] for cost in costs] == [0, 0, 1, 1]  # one for all who share a name


@pytest.fixture
def crowd(app: Any) -> list[ContactPerson]:
    """So many people that they are searched for, and two of one name among them."""
    twins = [ContactPerson(name="Hans Hansen", role=role) for role in list(ContactRole)[:2]]
    add(*twins, *[ContactPerson(name=f"Person {number:03}") for number in range(210)])
    return twins


def told(role: ContactRole) -> str:
    return f"Hans Hansen ({role.label})"


def test_namesakes_are_told_apart_among_suggestions(crowd: Any, as_: As) -> None:
    found = as_("kari").get("/application/ajax/lookup/?name=owner&query=hans+hansen").json

    assert sorted(name for _id, name in found) == sorted(told(role) for role in list(ContactRole)[:2])


@pytest.mark.parametrize("role", list(ContactRole)[:2])
def test_a_name_that_is_written_as_it_is_told_is_the_one_that_is_meant(role: ContactRole, crowd: Any, as_: As) -> None:
    kari = as_("kari")
    with inside("Tinn"):
        wanted = db.session.scalars(
            select(ContactPerson).where(ContactPerson.name == "Hans Hansen", ContactPerson.role == role)
        ).one()
        wanted_id = wanted.id

    made = create(Application, kari, name=["Brukt av Hans"], owner=[told(role)])

    with inside("Tinn"):
        assert db.session.get(Application, made).owner_id == wanted_id


def test_a_name_that_two_have_is_answered_with_both_as_they_are_told_apart(crowd: Any, as_: As) -> None:
    kari = as_("kari")
    values = form_of(kari.get(address(Application, "new/")).text).values

    answer = kari.post(address(Application, "new/"), data=values | {"name": "Ny", "owner": "hans hansen"})

    (said,) = errors(answer.text)
    assert (answer.status_code, [told(role) in html.unescape(said) for role in list(ContactRole)[:2]]) == (
        422,
        [True] * 2,
    )


def test_one_who_was_picked_under_a_name_in_another_language_is_still_meant(crowd: Any, as_: As) -> None:
    kari = as_("kari")
    with inside("Tinn"):
        picked = db.session.scalars(select(ContactPerson.id).where(ContactPerson.name == "Hans Hansen")).first()
    values = form_of(kari.get(address(Application, "new/")).text).values
    values |= {"name": "Ny", "owner": "Hans Hansen (whatever)", "owner-id": str(picked)}

    answer = kari.post(address(Application, "new/"), data=values)

    assert answer.status_code == 303
    with inside("Tinn"):
        assert db.session.scalars(select(Application.owner_id).where(Application.name == "Ny")).one() == picked


def warned(browser: Any, answer: Any) -> bool:
    page = html.unescape(browser.get(answer.location).text)
    return bool(re.search(r"message tone-warning[^>]*>.*En annen rad heter også «", page))


def test_a_second_row_of_a_name_is_saved_with_a_word_of_warning(as_on: As) -> None:
    kari = as_on("kari")
    values = form_of(kari.get(address(Application, "new/")).text).values

    told = [
        warned(kari, kari.post(address(Application, "new/"), data=values | {"name": name, "made_by": ""}))
        for name in ("Kartportal", "kart\u00adportal", "Kartportalen")
    ]

    assert told == [False, True, False]


def test_a_row_that_gets_the_name_of_another_is_warned_of_and_one_that_keeps_its_name_is_not(as_: As) -> None:
    kari = as_("kari")
    add(Application(name="Fra før"), Application(name="Navngis om"))
    with inside("Tinn"):
        row = db.session.scalars(select(Application).where(Application.name == "Navngis om")).one()

    told = [warned(kari, send(kari, row, **change)) for change in ({"name": "Fra før"}, {"notes": "Noe annet"})]

    assert told == [True, False]
    assert reread(row, "name", "notes") == ["Fra før", "Noe annet"]


def test_a_row_of_the_same_name_in_another_municipality_is_no_namesake(as_: As) -> None:
    kari = as_("kari")
    with inside("Seljord"):
        who = db.session.scalars(select(User).where(User.email == "kari@test.example")).one()
        db.session.add_all([Application(name="Bare i Seljord"), Membership(user=who, role=MunicipalRole.EDITOR)])
        db.session.commit()
    kari.post("/municipality/", data={"municipality": ""})

    answer = send(kari, first(Application), name="Bare i Seljord")

    assert (answer.status_code, warned(kari, answer)) == (303, False)
    assert names_on(kari.get(address(Application, search="bare i seljord")).text) == ["Bare i Seljord"] * 2


def test_shared_rows_of_one_name_are_warned_of_too(as_: As) -> None:
    per = as_("per")
    values = form_of(per.get(address(Supplier, "new/")).text).values | {"made_by": ""}

    told = [
        warned(per, per.post(address(Supplier, "new/"), data=values | {"name": "Dobbel AS"})) for _press in range(2)
    ]

    assert told == [False, True]
