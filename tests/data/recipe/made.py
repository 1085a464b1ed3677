"""What holds of a register and a report made by README's recipe. Run in the copy, as tests/test_made.py."""

from __future__ import annotations

import html
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import fields_of, part_class
from models.declare.fields import Kind
from models.declare.shapes import Shape
from models.registers.architecture import Application
from models.registers.organisation import OrganisationalUnit
from reports import report
from tests.conftest import inside, municipality
from tests.support.attack import sheets
from tests.support.rows import TYPED, typed
from tests.test_forms import first
from tests.test_registers import As, address, create, errors, form_of

Vehicle: Any = next(one for one in models.REGISTERS if one.__tablename__ == "vehicle")
CHOSEN = {Shape.ANSWER: "yes", Shape.CHOICE: "planned"}
SHOWN = {Shape.ANSWER: "Ja", Shape.CHOICE: "Planlagt", Shape.REASONS: "Ikke relevant: Ingen reserve"}
SPARE = "spare"  # left empty, as it is not relevant


def everything(page: str, *, later: bool = False) -> dict[str, list[str]]:
    """What a person sends who fills in every field."""
    found = form_of(page).values
    targets = {Shape.REFERENCE: OrganisationalUnit, Shape.REFERENCES: Application}
    for known in fields_of(Vehicle):
        if known.shape is Shape.REASONS:
            found[f"{known.key}-{SPARE}"] = ["Ingen reserve" if later else "Ukjent"]
        elif known.key == SPARE:
            continue
        elif known.shape in targets:
            found[known.key] = [str(first(targets[known.shape]).id)]
        elif known.kind is Kind.VALUE:
            found[known.key] = [CHOSEN.get(known.shape) or (TYPED[known.shape][1] if later else typed(known))]
        else:
            found |= {f"{known.key}-0-{part.key}": [typed(part)] for part in fields_of(part_class(known))}
    return found


def test_a_field_of_every_shape_is_declared() -> None:
    assert {known.shape for known in fields_of(Vehicle)} == {*Shape}


def test_every_shape_is_written_changed_shown_told_and_downloaded(as_: As) -> None:
    browser = as_("kari")
    made = browser.post(address(Vehicle, "new/"), data=everything(browser.get(address(Vehicle, "new/")).text))
    assert made.status_code == 303, errors(made.text)
    row_id = int(made.location.rpartition("=")[2])
    edit = address(Vehicle, "edit/", id=row_id)

    answer = browser.post(edit, data=everything(browser.get(edit).text, later=True))

    assert answer.status_code == 303, errors(answer.text)
    pages = {
        door: html.unescape(browser.get(address(Vehicle, door, id=row_id)).text) for door in ("details/", "history/")
    }
    with browser.get(address(Vehicle, "export/xlsx/", columns="all")) as file:
        headings, line = sheets(file.data)["Kjøretøy"]
    assert html.escape(TYPED[Shape.TEXT][1], quote=False) in browser.get(address(Vehicle)).text
    assert len(headings) == len(line) == len(fields_of(Vehicle)) + 2  # which row it is, and how it stood
    for known, cell in zip(fields_of(Vehicle), line[:-2], strict=True):
        told = SHOWN.get(known.shape) or (TYPED[known.shape][2] if known.shape in TYPED else "")
        assert (known.key, told in pages["details/"], known.label in pages["history/"]) == (known.key, True, True)
        assert (known.key, cell is None) == (known.key, known.key == SPARE)
    with inside("Tinn"):
        row = db.session.get(Vehicle, row_id)
        assert [known.key for known in fields_of(Vehicle) if getattr(row, known.key) in (None, [])] == [SPARE]


def test_the_menu_has_it_for_those_who_read_it_and_only_who_may_write_it_does(as_: As) -> None:
    links = {name: address(Vehicle) in as_(name).get("/").text for name in ("kari", "ola", "per", "sol")}
    writes = {name: as_(name).get(address(Vehicle, "new/")).status_code for name in ("kari", "ola", "per", "sol")}

    assert links == {"kari": True, "ola": True, "per": True, "sol": False}
    assert writes == {"kari": 200, "ola": 403, "per": 403, "sol": 403}


def test_a_row_of_another_municipality_is_not_there(as_: As) -> None:
    row_id = create(Vehicle, as_("berit"))
    browser = as_("kari")

    doors = ("details/", "edit/", "delete/")
    assert [browser.get(address(Vehicle, door, id=row_id)).status_code for door in doors] == [404, 404, 404]
    with inside("Tinn"):
        assert db.session.scalars(select(Vehicle)).all() == []


@pytest.mark.parametrize(("language", "heading"), [("nn", "Køyretøy"), ("en", "Vehicles")])
def test_it_speaks_all_three_languages(language: str, heading: str, as_: As) -> None:
    browser = as_("kari")
    browser.post("/language/", data={"language": language})

    assert heading in browser.get(address(Vehicle)).text


def test_the_report_is_offered_shown_and_downloaded_by_those_whose_role_says_so(as_: As) -> None:
    answers: dict[str, Any] = {}
    for name in ("tone", "per", "ola", "sol"):
        browser = as_(name)
        browser.post("/municipality/", data={"municipality": municipality("Tinn")})
        offered = browser.get("/reports/")
        answers[name] = [
            "/reports/enheter/" in offered.text,
            browser.get("/reports/enheter/").status_code,
            browser.get("/reports/enheter/download/").status_code,
        ]

    assert answers == {
        "tone": [True, 200, 200],
        "per": [True, 200, 200],
        "ola": [False, 403, 403],
        "sol": [False, 403, 403],
    }
    assert "Åpen skoleprogram" in as_("tone").get("/reports/enheter/").text
    with as_("tone").get("/reports/enheter/download/") as file:
        assert sheets(file.data)["Enheter"][1] == ("Åpen oppvekst", "Åpen skoleprogram", "Åpen elevregister")
    assert report("enheter").title == "Enheter"
