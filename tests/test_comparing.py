"""Municipalities side by side: what each shows of its systems, by field of work, with who could share; and of what
somebody does not show not a name, a shape or a number by any door."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import Answer, Criticality, Lifecycle
from models.declare.clock import today
from models.queries.sidebyside import MOST_SIDE_BY_SIDE
from models.registers.architecture import Application, Service
from models.registers.catalogue import Product
from models.registers.codes import ProductCategory
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity
from reports.drawing.heat import MOST_ROWS, heat
from tests.conftest import inside, municipality
from tests.test_registers import As

PAGE = "/map/compare/"


def area(number: int) -> Any:
    return db.session.scalars(select(ProductCategory).order_by(ProductCategory.sort_key, ProductCategory.id)).all()[
        number
    ]


def furnish(place: str, *told: tuple[str, str, int], **services: str) -> None:
    """Systems by name, product and field of work; services by name, with the system behind each. What the world of the
    tests has there is over."""
    with inside(place), db.session.no_autoflush:
        for one in db.session.scalars(select(Application)):
            one.status = Lifecycle.RETIRED
        made = {}
        for name, product, number in told:
            found = db.session.scalars(select(Product).where(Product.name == product)).first()
            found = found or Product(name=product, category=area(number))
            made[name] = Application(name=name, product=found)
            db.session.add(made[name])
            db.session.flush()
        db.session.add_all([Service(name=name, applications=[made[one]]) for name, one in services.items()])
        db.session.commit()


@pytest.fixture
def places(engine_app: Any) -> dict[str, int]:
    """Tinn has a school system that Seljord has too, and a library; Seljord has a third of which Tinn has none."""
    furnish("Tinn", ("Skolen vår", "Felles skole", 0), ("Boka", "Tinns bibliotek", 1), Undervisning="Skolen vår")
    furnish("Seljord", ("Skulen", "Felles skole", 0), ("Vatnet", "Seljords vann", 2), Hemmelegteneste="Skulen")
    return {name: municipality(name) for name in ("Tinn", "Seljord")}


def table(page: Any) -> list[list[str]]:
    """The rows of the table, the headings first."""
    found = page.text.partition('<table class="compared">')[2].partition("</table>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in found.split("<tr>")[1:]]
    return [[" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in cells]


def areas() -> list[str]:
    with inside("Tinn"):
        return [area(number).name for number in range(3)]


def test_each_shows_its_systems_by_field_of_work_with_what_is_in_common_and_who_lacks_what(
    as_on: As, places: dict[str, int]
) -> None:
    school, library, water = areas()

    page = as_on("kari").get(f"{PAGE}?with={places['Seljord']}")
    shared = page.text.partition('id="share"')[2].partition("</section>")[0]

    assert table(page) == [
        ["Fagområde", "Våre tjenester", "Tinn", "Seljord", "Kommuner i regionen", "Vanligst i regionen"],
        [school, "Undervisning", "Skolen vår felles", "Skulen felles", "2", "Felles skole (2)"],
        [library, "", "Boka", "–", "1", "Tinns bibliotek (1)"],
        [water, "", "–", "Vatnet", "1", "Seljords vann (1)"],
    ]
    assert [unescape(one) for one in re.findall(r"<dd>(.*?)</dd>", shared)] == [
        "Tinn, Seljord har Felles skole.", "Seljord viser ikke noe system for dette. Tinn har det.",
        "Tinn viser ikke noe system for dette. Seljord har det.",
    ]  # fmt: skip


def test_the_picture_its_table_and_the_report_have_the_same_numbers(as_on: As, places: dict[str, int]) -> None:
    kari, names = as_on("kari"), areas()

    page = kari.get(f"{PAGE}?with={places['Seljord']}")
    book = openpyxl.load_workbook(BytesIO(kari.get(f"{PAGE}file.xlsx?with={places['Seljord']}").data))
    rows = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets[1:]]
    twin = page.text.partition('id="heat"')[2].partition("<tbody>")[2].partition("</tbody>")[0]

    numbers = [(name, one, two) for name, one, two in zip(names, (1, 1, 0), (1, 0, 1), strict=True)]
    assert [row[:3] for row in rows[1][1:]] == numbers
    assert re.findall(r'<th scope="row">(.*?)</th><td class="num">(\d+)</td><td class="num">(\d+)</td>', twin) == [
        (name, str(one), str(two)) for name, one, two in numbers
    ]
    assert [row[:4] for row in rows[0][1:]] == [
        (names[0], "Undervisning", "Skolen vår", "Skulen"), (names[1], None, "Boka", None),
        (names[2], None, None, "Vatnet"),
    ]  # fmt: skip
    assert kari.get(f"{PAGE}file.pdf?with={places['Seljord']}").data.startswith(b"%PDF")
    assert as_on("ola").get(f"{PAGE}file.xlsx").status_code == 403  # who reads on the screen alone
    assert as_on("sol").get(PAGE).status_code == 403


HIDDEN = (
    "Hemmeleg", "Undervisning ", "Leiaren", "4,2 mill", "987654", "9.8.7", "Gammelt", "Kritikalitet", "Berre vårt",
)  # fmt: skip


def test_what_is_not_shown_is_told_by_no_row_no_field_and_no_number(as_on: As, places: dict[str, int]) -> None:
    kari = as_on("kari")
    address = f"{PAGE}?with={places['Seljord']}"
    before = [kari.get(address).text, kari.get(PAGE).text]
    with inside("Seljord"), db.session.no_autoflush:  # all that no card tells of
        one = db.session.scalars(select(Application).where(Application.name == "Vatnet")).one()
        one.criticality, one.owner = Criticality.C1, ContactPerson(name="Leiaren")
        one.licence_ore, one.version_name = 98_765_400, "9.8.7"
        db.session.add_all([
            Service(name="Hemmeleg teneste", applications=[one]), Service(name="Hemmeleg utan"),
            ProcessingActivity(name="Hemmeleg gjeremål", purpose="Berre vårt", shared=Answer.NO, applications=[one]),
            Application(name="Gammelt", product=one.product, status=Lifecycle.RETIRED),
        ])  # fmt: skip
        db.session.commit()

    after = [kari.get(address).text, kari.get(PAGE).text]
    report = kari.get(f"{PAGE}file.xlsx?with={places['Seljord']}").data
    cells = {cell for sheet in openpyxl.load_workbook(BytesIO(report)) for row in sheet.values for cell in row}

    def bare(pages: list[str]) -> list[str]:
        return [re.sub(r'(value|content|nonce|data-[a-z-]+)="[^"]*"', "", one.partition("<main")[2]) for one in pages]

    assert bare(after) == bare(before)
    assert [one for one in HIDDEN for page in after if one in page] == []
    assert [one for one in cells if isinstance(one, str) and any(word in one for word in HIDDEN)] == []


def test_who_shows_nothing_or_is_no_more_is_not_there_not_even_as_a_number(as_on: As, places: dict[str, int]) -> None:
    kari, per = as_on("kari"), as_on("per")
    both = kari.get(PAGE).text
    with inside("Seljord"):
        for one in db.session.scalars(select(Application)):
            one.status = Lifecycle.RETIRED
        db.session.commit()
    silent = kari.get(f"{PAGE}?with={places['Seljord']}")
    with inside("Seljord"):
        for one in db.session.scalars(select(Application)):
            one.status = Lifecycle.IN_USE
        db.session.commit()
    with inside("Tinn", "Seljord", active=False):
        db.session.get(Municipality, places["Seljord"]).ended = today() - timedelta(days=1)
        db.session.commit()
    ended = kari.get(f"{PAGE}?with={places['Seljord']}")

    assert "2 kommuner viser systemer." in both
    for page in (silent, ended):
        assert "1 kommune viser systemer." in page.text
        assert table(page)[0][2:] == ["Tinn", "Kommuner i regionen", "Vanligst i regionen"]
        assert [one for one in ("Seljord", "Skulen", "Vatnet", "Seljords vann") if one in page.text] == []
    assert "Seljord" not in per.get(PAGE).text.partition("<main")[2]


def test_a_municipality_with_nothing_stands_beside_those_who_show(as_: As) -> None:
    furnish("Tinn")
    furnish("Seljord", ("Skulen", "Felles skole", 0))
    with inside("Seljord"):  # of no product: what it is for nobody knows, and nobody lacks it
        db.session.add(Application(name="Utan produkt"))
        db.session.commit()

    page = as_("kari").get(f"{PAGE}?with={municipality('Seljord')}")

    assert table(page)[1:] == [
        [areas()[0], "–", "Skulen", "1", "Felles skole (1)"], ["Uten fagområde", "–", "Utan produkt", "1", ""],
    ]  # fmt: skip
    assert page.text.count("Tinn viser ikke noe system for dette. Seljord har det.") == 1
    assert "1 kommune viser systemer." in page.text


def test_an_address_that_asks_for_what_cannot_be_is_as_good_as_one_that_does_not(
    as_on: As, places: dict[str, int]
) -> None:
    kari = as_on("kari")
    wrong = "&".join(f"with={one}" for one in ("x", "0", "999999", "9" * 40, "", places["Tinn"], "-1"))

    pages = [kari.get(f"{PAGE}?{asked}") for asked in (wrong, f"{wrong}&page=99", "page=-3", "page=x")]

    assert [one.status_code for one in pages] == [200] * 4
    assert [table(one) for one in pages] == [table(kari.get(PAGE))] * 4


def test_it_costs_as_many_statements_for_one_system_as_for_fifty_and_for_one_municipality_as_for_many(
    as_: As, statements: list[str]
) -> None:
    furnish("Tinn", ("Skolen vår", "Felles skole", 0))
    furnish("Seljord", ("Skulen", "Felles skole", 0))
    kari, seljord = as_("kari"), municipality("Seljord")

    def counted(address: str) -> int:
        kari.get(address)
        statements.clear()
        kari.get(address)
        return len(statements)

    address = f"{PAGE}?with={seljord}"
    before = counted(address)
    told = [(f"S {number}", f"P {number}", number % 3) for number in range(50)]
    furnish("Seljord", *told)
    furnish("Tinn", *told)

    assert counted(address) == before
    assert counted(f"{address}&" + "&".join(f"with={one}" for one in range(1, 40))) == before
    assert MOST_SIDE_BY_SIDE + 5 == 13  # as many columns as paper holds, with area, services, own, region and sharing


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (1, 1), (3, 9), (200, 2)])
def test_the_heat_map_has_a_number_in_every_square_and_the_same_as_a_table(rows: int, columns: int) -> None:
    values = [[(row * 7 + column) % 5 for column in range(columns)] for row in range(rows)]

    names = [f"{'Kommune' if columns > 2 else 'By'} {one}" for one in range(columns)]

    told = heat("h", "T", "D", "A", [f"Rad {one}" for one in range(rows)], names, values, str)

    drawn = [one.text for one in told.marks if one.kind.startswith("on-shade-")]
    shades = [one.kind for one in told.marks if one.kind.startswith("shade ")]
    assert drawn == [str(one) for row in values[:MOST_ROWS] for one in row]
    assert [one == "shade shade-0" for one in shades] == [one == "0" for one in drawn]
    assert [[int(one) for one in row[1:]] for row in told.table.rows] == values
    assert told.left_out == max(rows - MOST_ROWS, 0)
    named = [one for one in told.marks if one.text in names]
    assert [one.text for one in named] == names
    assert {"transform" in one.at for one in named} == ({columns > 2} if columns else set())  # where it is narrow
    assert all(0 <= float(one.at["x"]) <= told.width for one in named)
