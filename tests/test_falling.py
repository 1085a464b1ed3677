"""What a row takes with it as people meet it: the same drawn, listed and as a report; in its own municipality and no
other; new as soon as a row is; and what others have no further than they show it."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import Answer, Criticality, Lifecycle
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Platform, Service
from models.registers.catalogue import Product, Supplier
from models.registers.codes import DataSubjectCategory, PersonalDataCategory, Special
from models.registers.data import Dataset, Integration
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity, SubjectRow
from tests.conftest import inside, municipality
from tests.test_registers import As
from tests.world import SECRETS


def made(place: str, word: str, supplier: int | None = None) -> dict[str, int]:
    """A platform under a system of a product that carries a service alone and another with a second system, with an
    activity about people, an agreement, an integration, and who answers."""
    with inside(place), db.session.no_autoflush:
        owner, other = (ContactPerson(name=f"{word} {name}") for name in ("Eier", "Ansvarlig"))
        firm = db.session.get(Supplier, supplier) if supplier else Supplier(name=f"{word} firma")
        product = db.session.scalars(select(Product).where(Product.name == "Fallende")).first()
        product = product or Product(name="Fallende", supplier=firm)
        main = Application(
            name=f"{word} system", platform=Platform(name=f"{word} sky", supplier=firm), product=product, owner=owner,
            agreements=[Agreement(name=f"{word} avtale", notice_months=3, data_processing=Answer.NO, owner=other)],
        )  # fmt: skip
        second = Application(name=f"{word} reserve", owner=other)
        health = select(PersonalDataCategory).where(PersonalDataCategory.special == Special.HEALTH)
        about = SubjectRow(
            subject=db.session.scalars(select(DataSubjectCategory).order_by(DataSubjectCategory.id)).first(),
            personal_data=[db.session.scalars(health.order_by(PersonalDataCategory.id)).first()],
        )
        db.session.add_all([
            Service(name=f"{word} alene", criticality=Criticality.C1, owner=owner, applications=[main]),
            Service(name=f"{word} har to", applications=[main, second], unit=OrganisationalUnit(name=f"{word} enhet")),
            Dataset(name=f"{word} data", applications=[main]),
            Integration(name=f"{word} bro", source=main, destination=second),
            ProcessingActivity(
                name=f"{word} behandling", purpose="x", applications=[main], special=Answer.YES, subjects=[about]
            ),
        ])  # fmt: skip
        db.session.commit()
        return {
            "application": main.id, "platform": main.platform.id, "supplier": firm.id, "contact_person": owner.id,
        }  # fmt: skip


def listed(page: Any) -> dict[str, str]:
    """What is hit, by name, with what becomes of it."""
    section = page.text.partition('id="hit-title"')[2].partition("</section>")[0]
    found = re.findall(r'<a href="[^"]*">([^<]*)</a> <strong>([^<]*)</strong>', section)
    return {unescape(name): unescape(effect) for name, effect in found}


def drawn(page: Any) -> dict[str, str]:
    """The same of the picture, as a screen reader tells it."""
    told = [unescape(one) for one in re.findall(r'class="map-node[^"]*"[^>]*aria-label="([^"]*)"', page.text)]
    parts = [one.partition(": ")[2].split(". ") for one in told]
    return {one[0]: one[1] for one in parts}


def section(page: Any, name: str) -> str:
    body = page.text.partition(f'id="{name}-title"')[2].partition("</section>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


FALLS = {
    "Ny system": "Stopper", "Ny alene": "Stopper", "Ny har to": "Svekkes", "Ny data": "Stopper", "Ny bro": "Stopper",
    "Ny behandling": "Stopper",
}  # fmt: skip


def test_the_picture_the_list_and_the_report_say_the_same_of_a_platform(as_on: As, engine_app: Any) -> None:
    ids, kari = made("Tinn", "Ny"), as_on("kari")

    page = kari.get(f"/retiring/platform/{ids['platform']}/")
    book = openpyxl.load_workbook(
        BytesIO(kari.get(f"/retiring/platform/{ids['platform']}/report/xlsx/").data), read_only=True
    )
    rows = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets[1:]]

    assert listed(page) == FALLS
    assert drawn(page) == FALLS | {"Ny sky": "Det som faller bort"}
    assert {row[1]: row[2] for row in rows[0][1:]} == FALLS
    assert [row[5] for row in rows[0][1:] if row[1] == "Ny alene"] == ["Ny sky → Ny system → Ny alene"]
    assert 'Ny alene</a> <strong>Stopper</strong> <span class="chip">Kritikalitet 1 – Kritisk' in page.text
    assert [row[0] for row in rows[2][1:]] == ["Ny avtale"]
    assert {row[0]: row[1] for row in rows[3][1:]} == {"Ny Eier": "Ny alene\nNy system", "Ny Ansvarlig": "Ny avtale"}
    assert "Oppsigelsesfrist: 3 måneder." in section(page, "bound")
    assert "1 behandling" in section(page, "whose")
    assert "Særlige kategorier: " in section(page, "whose")
    assert "1 av behandlingene har særlige kategorier." in section(page, "whose")
    assert "Ny har to Tjeneste · Ny enhet" in section(page, "tell")
    assert kari.get(f"/retiring/platform/{ids['platform']}/report/pdf/").data.startswith(b"%PDF")


def test_a_person_leaves_rows_without_an_owner_and_is_on_no_picture(as_: As) -> None:
    ids, kari = made("Tinn", "Ny"), as_("kari")

    page = kari.get(f"/retiring/contact_person/{ids['contact_person']}/")

    assert listed(page) == drawn(page) == {"Ny system": "Mangler eier", "Ny alene": "Mangler eier"}
    assert "Ny Eier" not in page.text.partition("<svg xmlns")[2].partition("</svg>")[0]


def test_nothing_of_another_municipality_is_in_it_by_any_door(as_on: As, engine_app: Any) -> None:
    ids = made("Tinn", "Ny")
    theirs = made("Seljord", "Hemmeleg", ids["supplier"])
    kari, sol, per = as_on("kari"), as_on("sol"), as_on("per")
    address = f"/retiring/supplier/{ids['supplier']}/"

    pages = [kari.get(address).text, kari.get(f"/retiring/application/{ids['application']}/").text]
    report = kari.get(f"{address}report/xlsx/").data

    assert [one for page in pages for one in (*SECRETS, "Hemmeleg", "Seljord") if one in page] == []
    assert [kari.get(f"/retiring/platform/{theirs['platform']}/{door}").status_code for door in
            ("", "download/", "report/xlsx/", "report/pdf/")] == [404] * 4  # fmt: skip
    names = {cell for sheet in openpyxl.load_workbook(BytesIO(report)) for row in sheet.values for cell in row}
    assert [one for one in names if isinstance(one, str) and ("Hemmeleg" in one or "Seljord" in one)] == []
    assert [as_on("ola").get(address).status_code, as_on("ola").get(f"{address}report/xlsx/").status_code] == [200, 403]
    sol.post("/municipality/", data={"municipality": municipality("Tinn")})
    blind = sol.get(address)  # support reads no register
    assert (blind.status_code, listed(blind), drawn(blind), "hit-title" in blind.text) == (200, {}, {}, False)
    assert [one for one in (*FALLS, "Hemmeleg") if one in blind.text] == []
    both = per.get(address)  # who reads all, and has chosen none
    assert "Velg én kommune" in both.text
    assert (drawn(both), per.get(f"{address}report/xlsx/").status_code) == ({}, 404)


def test_what_others_have_is_told_as_far_as_they_show_it_and_of_who_shows_nothing_not_even_a_number(as_: As) -> None:
    ids, kari = made("Tinn", "Ny"), as_("kari")
    alone = kari.get(f"/retiring/supplier/{ids['supplier']}/").text
    with inside("Seljord"):  # a system by the supplier alone, of no product: no card tells of that
        db.session.add(Application(name="Hemmeleg avtale", supplier_id=ids["supplier"]))
        db.session.commit()
    unseen = kari.get(f"/retiring/supplier/{ids['supplier']}/").text
    made("Seljord", "Hemmeleg", ids["supplier"])

    seen = kari.get(f"/retiring/supplier/{ids['supplier']}/")

    assert 'id="elsewhere-title"' in alone  # the way to one's own
    assert "andre kommuner viser" not in alone + unseen
    assert "1 annen kommune viser" not in alone + unseen
    assert "1 annen kommune viser et system fra den." in seen.text
    assert "1 annen kommune har dette." in kari.get(f"/retiring/application/{ids['application']}/").text


def test_what_is_deleted_or_over_falls_no_more_at_once(as_: As) -> None:
    ids, kari = made("Tinn", "Ny"), as_("kari")
    address = f"/retiring/platform/{ids['platform']}/"
    assert listed(kari.get(address)) == FALLS
    with inside("Tinn"):
        for one in db.session.scalars(select(Service)):
            if one.name == "Ny alene":
                db.session.delete(one)
        db.session.commit()
    without = listed(kari.get(address))
    with inside("Tinn"):
        db.session.get(Application, ids["application"]).status = Lifecycle.RETIRED
        db.session.commit()

    assert without == {key: effect for key, effect in FALLS.items() if key != "Ny alene"}
    assert listed(kari.get(address)) == {}
    assert "Ingenting annet stopper" in kari.get(address).text


def test_of_more_than_there_is_room_for_the_picture_says_what_it_leaves_out_and_leads_to_the_list(as_: As) -> None:
    ids, kari = made("Tinn", "Ny"), as_("kari")
    with inside("Tinn"):
        main = db.session.get(Application, ids["application"])
        db.session.add_all([Service(name=f"Tjeneste {one:03}", applications=[main]) for one in range(200)])
        db.session.commit()

    page = kari.get(f"/retiring/platform/{ids['platform']}/")

    assert len(listed(page)) == 206
    assert len(drawn(page)) == 150
    assert "150 er tegnet, de nærmeste først, og 57 er utelatt." in page.text


def test_it_costs_as_many_statements_for_one_row_as_for_fifty(as_: As, statements: list[str]) -> None:
    ids, kari = made("Tinn", "Ny"), as_("kari")

    def counted(door: str) -> int:
        kari.get(f"/retiring/platform/{ids['platform']}/{door}")
        with inside("Tinn"):  # what is remembered of the landscape holds no more
            db.session.add(Service(name="Utenfor"))
            db.session.commit()
        statements.clear()
        kari.get(f"/retiring/platform/{ids['platform']}/{door}")
        return len(statements)

    before = [counted(door) for door in ("", "report/xlsx/")]
    with inside("Tinn"):
        main = db.session.get(Application, ids["application"])
        db.session.add_all([
            row for number in range(50) for row in (
                Service(name=f"S {number}", applications=[main], owner=ContactPerson(name=f"P {number}")),
                ProcessingActivity(name=f"B {number}", purpose="x", applications=[main]),
            )
        ])  # fmt: skip
        db.session.commit()

    assert [counted(door) for door in ("", "report/xlsx/")] == before


@pytest.mark.parametrize("language", ["nn", "en"])
def test_it_is_told_in_the_readers_language(language: str, as_: As) -> None:
    ids, kari = made("Tinn", "Ny"), as_("kari")
    kari.post("/language/", data={"language": language})

    page = kari.get(f"/retiring/platform/{ids['platform']}/")

    assert set(listed(page).values()) == {"nn": {"Stoppar", "Blir svekt"}, "en": {"Stops", "Weakened"}}[language]
    assert [one for one in ("Det som rammes", "Hvem må få vite", "Hva som skjer") if one in page.text] == []
