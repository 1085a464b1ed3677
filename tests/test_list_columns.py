"""A list has the columns one chooses, in the order one likes: in the address, on the person, and in the file."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

import models
from models.database import db
from models.declare.base import fields_of
from models.queries.filtering import askable
from models.queries.ordering import is_beside
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from tests.conftest import inside
from tests.test_list_and_file import table
from tests.test_registers import As, address, keeper
from tests.test_statements import add, people
from tests.test_told_alike import sheet

pytestmark = pytest.mark.usefixtures("unhindered")

LIST, ARRANGE = "/application/", "/application/arrange/"
Browser = Any


def heading(browser: Browser, url: str = LIST) -> list[str]:
    return table(browser.get(url).text)[0]


def chosen(browser: Browser, *columns: str, **more: Any) -> Any:
    """What the panel sends."""
    data = {"column": list(columns), "back": LIST, "action": "apply"} | more
    return browser.post(ARRANGE, data=data)


def test_the_columns_stand_in_the_address_and_the_name_comes_first(as_: As) -> None:
    kari = as_("kari")

    assert heading(kari, f"{LIST}?columns=status,supplier,supplier.organisation_number") == [
        "Navn", "Status", "Leverandør", "Leverandør › Organisasjonsnummer",
    ]  # fmt: skip


def test_what_a_person_has_chosen_is_there_next_time_for_that_person_and_that_list_alone(as_: As) -> None:
    kari, ola = as_("kari"), as_("ola")
    usual, others = heading(kari), heading(kari, "/agreement/")

    answer = chosen(kari, "name", "owner", "status")

    assert (answer.status_code, answer.location) == (303, f"{LIST}?columns=name,owner,status")
    assert heading(as_("kari")) == ["Navn", "Systemeier", "Status"]
    assert (heading(ola), heading(kari, "/agreement/")) == (usual, others)
    chosen(kari, "name", "owner", action="declared")
    assert heading(as_("kari")) == usual


def test_a_column_moves_a_step_at_a_time_and_the_panel_stays_open(as_: As) -> None:
    kari = as_("kari")

    moved = chosen(kari, "name", "owner", "status", action="left:status", wide="owner")
    past = chosen(kari, "name", "owner", "status", action="left:owner")

    assert moved.location == f"{LIST}?columns=name,status,owner*&panel=columns"
    assert past.location == f"{LIST}?columns=name,owner,status&panel=columns"
    assert ' class="wide">' in kari.get(f"{LIST}?columns=name,owner*").text


def test_the_file_has_just_the_columns_that_are_chosen(as_on: As) -> None:
    kari = as_on("kari")
    with inside("Tinn"):
        supplier = db.session.query(Supplier).first()
        db.session.add(Application(name="Prøve", supplier=supplier, short_name="pr"))
        db.session.commit()
        number = supplier.organisation_number
    wanted = "columns=name,short_name,supplier.organisation_number,supplier,status&search=pr%C3%B8ve"

    labels, row = sheet(kari, f"{LIST}export/xlsx/?{wanted}")

    assert list(labels) == [*heading(kari, f"{LIST}?{wanted}"), "Orden-nummer", "Orden-versjon"]
    assert list(row)[:-2] == ["Prøve", "pr", number, str(supplier), "I bruk"]


def test_a_column_that_is_no_more_is_told_of_and_the_others_stand(as_: As) -> None:
    page = as_("kari").get(f"{LIST}?columns=name,status,borte,owner.password_hash,search_text")

    assert page.status_code == 200
    assert table(page.text)[0] == ["Navn", "Status"]
    assert "Kolonnen «borte», «owner.password_hash», «search_text» finnes ikke her" in html.unescape(page.text)


@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__tablename__)
def test_every_column_there_is_can_be_shown_and_sorted_by_with_the_same_statements(
    register: type[Any], as_: As, statements: list[str]
) -> None:
    if not register.__written_once__:
        people()
        add(register, range(55, 58))
    browser = keeper(register, as_)
    paths = [path for path in askable(register) if len(path) == 1 or is_beside(path)]
    names = [".".join(known.key for known in path) for path in paths]
    for start in range(0, len(names), 29):
        some = names[start : start + 29]
        url = address(register, columns=",".join(some), sort=",".join([some[0], f"-{some[-1]}"]))
        browser.get(url)
        statements.clear()

        page = browser.get(url)

        assert (page.status_code, "finnes ikke her" in page.text) == (200, False)
        assert len(table(page.text)[0]) >= len(some)
        assert len(statements) <= 3  # who, the rows, and what hangs on them


def test_a_list_is_sorted_by_names_behind_links_and_by_several_columns(as_on: As) -> None:
    kari = as_on("kari")
    with inside("Tinn"):
        first, last = Supplier(name="Aardvark AS"), Supplier(name="Åsane AS")
        for name, supplier, short in (("a", last, "x"), ("b", first, "y"), ("c", None, "x"), ("d", first, "x")):
            db.session.add(Application(name=f"Prøve {name}", supplier=supplier, short_name=short))
        db.session.commit()

    def order(sort: str) -> list[str]:
        return re.findall(r">Prøve (.)</a>", kari.get(address(Application, search="prøve", sort=sort)).text)

    assert order("supplier,short_name") == ["d", "b", "a", "c"]
    assert order("-supplier,short_name") == ["a", "d", "b", "c"]
    assert order("short_name,-name") == ["d", "c", "a", "b"]
    assert order("supplier.name,-name") == ["d", "b", "a", "c"]


def test_rows_stand_close_or_airy_as_the_person_likes(as_: As) -> None:
    kari = as_("kari")
    assert 'class="table-region list comfortable' in kari.get(LIST).text

    answer = kari.post(ARRANGE, data={"density": "compact", "back": f"{LIST}?status=in_use"})

    assert answer.location == f"{LIST}?status=in_use"
    assert 'class="table-region list compact' in as_("kari").get("/agreement/").text
    kari.post(ARRANGE, data={"density": '"><script>', "back": LIST})
    assert 'class="table-region list compact' in kari.get(LIST).text


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/agreement/", "/application/../sign-out/", ""]
)
def test_arranging_leads_back_to_the_list_and_nowhere_else(back: str, as_: As) -> None:
    assert as_("kari").post(ARRANGE, data={"density": "compact", "back": back}).status_code == 400


def test_what_is_kept_of_a_person_never_outgrows_its_column(as_: As) -> None:
    kari = as_("kari")
    every = [known.key for known in fields_of(Application)]
    for number in range(40):
        chosen(kari, "name", *(every[number % 20 :] * 3))
        kari.post(ARRANGE, data={"view": f"Visning {number}", "back": f"{LIST}?search={'x' * 90}{number}"})

    assert len(heading(kari)) == 30
    assert kari.get(f"{LIST}?panel=views").text.count('name="drop"') == 12


@pytest.mark.parametrize("back", [LIST, f"{LIST}?status=in_use&search=visma"])
def test_the_columns_chosen_come_as_a_file_with_the_filters_of_the_list(back: str, as_: As) -> None:
    data = {"column": ["name", "status"], "back": back, "action": "file"}

    answer = as_("kari").post(f"{LIST}arrange/", data=data)

    path, _mark, query = answer.location.partition("?")
    assert (path, query) == (f"{LIST}export/xlsx/", f"{back.partition('?')[2]}&columns=name,status".lstrip("&"))
    assert as_("kari").get(answer.location).mimetype.endswith("spreadsheetml.sheet")


def test_who_gets_no_files_gets_the_list_instead(as_: As) -> None:
    data = {"column": ["name"], "back": "/user-account/", "action": "file"}

    answer = as_("sol").post("/user-account/arrange/", data=data)

    assert answer.location.partition("?")[0] == "/user-account/"
