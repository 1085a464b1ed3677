"""What stops without a row: all that hangs on it by name, what must be done with each, and the same as a list to take
along; no further than one reads."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import Answer
from models.queries.retiring import RETIRED
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Service
from models.registers.catalogue import Supplier
from models.registers.data import Dataset
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.test_registers import As


def made() -> int:
    """An application with an agreement, two datasets, one of them here alone, and an activity."""
    with inside("Tinn"), db.session.no_autoflush:
        one, other = Application(name="Skal bort"), Application(name="Blir")
        one.agreements = [Agreement(name="Avtalen om den", notice_months=6, data_processing=Answer.NO)]
        db.session.add_all([one, other])
        db.session.flush()
        db.session.add(Dataset(name="Bare her", applications=[one]))
        db.session.add(Dataset(name="To steder", applications=[one, other]))
        db.session.add(ProcessingActivity(name="Gjøres i den", purpose="x", applications=[one]))
        db.session.commit()
        return int(one.id)


def told(page: Any) -> dict[str, list[str]]:
    """The rows of each heading with what is special about them."""
    sections = re.findall(r"<h2>(.*?) <span class=\"count\">.*?</h2>(.*?)</section>", page.text, re.DOTALL)
    rows = {title: re.findall(r"<li>(.*?)</li>", body, re.DOTALL) for title, body in sections}
    return {title: [re.sub(r"<[^>]+>", "", one).strip() for one in found] for title, found in rows.items()}


def test_all_that_hangs_on_an_application_is_told_with_what_is_here_alone_and_how_the_agreement_ends(
    as_on: As, engine_app: Any
) -> None:
    row_id = made()

    page = as_on("kari").get(f"/retiring/application/{row_id}/")
    found = told(page)

    assert page.status_code == 200
    assert {title.partition(" (")[0] for title in found} == {"Avtaler", "Datasett", "Behandlinger"}
    (agreements,) = (rows for title, rows in found.items() if title.startswith("Avtaler"))
    assert agreements == ["Avtalen om den Har bare denne. Oppsigelsesfrist: 6 måneder."]
    (data,) = (rows for title, rows in found.items() if title.startswith("Datasett"))
    assert data == ["Bare her Har bare denne.", "To steder"]
    (activities,) = (rows for title, rows in found.items() if title.startswith("Behandlinger"))
    assert activities == ["Gjøres i den Har bare denne."]


def test_the_list_has_a_line_for_each_with_what_must_be_done_and_room_for_who_does_it(
    as_on: As, engine_app: Any
) -> None:
    row_id, kari = made(), as_on("kari")

    book = openpyxl.load_workbook(BytesIO(kari.get(f"/retiring/application/{row_id}/download/").data))
    heads, *rows = book.worksheets[1].iter_rows(values_only=True)
    cover = dict(book.worksheets[0].iter_rows(values_only=True, max_col=2))

    assert heads == ("Register", "Navn", "Merknad", "Må gjøres", "Ansvarlig", "Gjort")
    assert cover["Skal fases ut"] == "Skal bort"
    assert [row[:3] for row in rows if row[0] == "Datasett"] == [
        ("Datasett", "Bare her", "Har bare denne."), ("Datasett", "To steder", None),
    ]  # fmt: skip
    assert all(row[3] and not row[4] and not row[5] for row in rows)


def test_what_nothing_hangs_on_says_that_nothing_stops(as_on: As, engine_app: Any) -> None:
    with inside("Tinn"):
        row = Application(name="Helt alene")
        db.session.add(row)
        db.session.commit()
        row_id = row.id
    kari = as_on("kari")

    page = kari.get(f"/retiring/application/{row_id}/")

    assert "Ingenting er knyttet til den" in page.text
    assert "/download/" not in page.text
    assert "/retiring/" not in kari.get(f"/application/details/?id={row_id}").text


def test_the_page_of_an_application_leads_to_it(as_on: As, engine_app: Any) -> None:
    row_id = made()

    assert f'/retiring/application/{row_id}/"' in as_on("kari").get(f"/application/details/?id={row_id}").text


@pytest.mark.parametrize("door", ["", "download/"])
def test_a_row_of_another_municipality_or_of_none_and_other_registers_are_not_there(
    door: str, as_on: As, engine_app: Any
) -> None:
    with inside("Seljord"):
        theirs = db.session.scalars(select(Application.id)).first()
    with inside("Tinn"):
        service = db.session.scalars(select(Service.id)).first()
    kari = as_on("kari")
    asked = [f"application/{theirs}", "application/999999", f"service/{service}", "user_account/1", "nothing/1"]

    assert [kari.get(f"/retiring/{one}/{door}").status_code for one in asked] == [404] * 5


def test_of_a_supplier_only_what_hangs_on_it_where_one_reads_is_told(as_on: As, engine_app: Any) -> None:
    with inside("Tinn", "Seljord", active=False), db.session.no_autoflush:
        supplier = Supplier(name="Felles leverandør")
        db.session.add(supplier)
        db.session.commit()
        supplier_id = supplier.id
    for place in ("Tinn", "Seljord"):
        with inside(place):
            db.session.add(Application(name=f"System i {place}", supplier_id=supplier_id))
            db.session.commit()

    page = as_on("kari").get(f"/retiring/supplier/{supplier_id}/")

    assert "System i Tinn" in page.text
    assert "Seljord" not in page.text


def test_it_costs_the_same_for_one_row_and_for_fifty(app: Any, as_: As, statements: list[str]) -> None:
    row_id, kari = made(), as_("kari")

    def counted() -> int:
        kari.get(f"/retiring/application/{row_id}/")
        statements.clear()
        kari.get(f"/retiring/application/{row_id}/")
        return len(statements)

    before = counted()
    with inside("Tinn"):
        row = db.session.get(Application, row_id)
        db.session.add_all([Dataset(name=f"Datasett {number}", applications=[row]) for number in range(50)])
        db.session.commit()

    assert counted() == before


def test_what_may_be_retired_has_registers_that_point_at_it() -> None:
    from models.declare.pointing import pointing_at

    assert [register for register in RETIRED if not pointing_at(register.__mapper__)] == []


def test_where_several_municipalities_are_seen_the_page_tells_of_the_rows_own(as_on: As, engine_app: Any) -> None:
    row_id, siri = made(), as_on("siri")
    siri.post("/municipality/", data={"municipality": ""})  # both together

    found = told(siri.get(f"/retiring/application/{row_id}/"))

    assert sorted(row for rows in found.values() for row in rows)[:1] == [
        "Avtalen om den Har bare denne. Oppsigelsesfrist: 6 måneder."
    ]
