"""Every register through every door, by the person whose work it is."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

import models
from models.database import db
from models.declare.base import Group, field_of, fields_of
from models.declare.domains import Domain
from models.declare.fields import Field, Kind
from models.declare.titles import title_of
from models.registers.architecture import Application, Platform
from models.registers.billing import Charge, Supplement
from models.registers.catalogue import ProcessingTemplate
from models.registers.listviews import SharedView
from models.registers.municipality import Municipality
from models.registers.organisation import OrganisationalUnit
from models.registers.wording import Wording
from models.tenancy import scope
from models.tenancy.accesslog import AccessEntry
from models.tenancy.people import Membership, User
from tests.conftest import inside, municipality
from tests.support.client import LintingClient
from tests.support.rows import WORD, changed, typed

pytestmark = pytest.mark.usefixtures("unhindered")

SHOUTED = "ærlig ØSTRE åsen"
As = Callable[[str], LintingClient]
KEPT_BY_PEOPLE = [register for register in models.REGISTERS if not register.__written_once__]
every_register = pytest.mark.parametrize("register", KEPT_BY_PEOPLE, ids=lambda register: register.__tablename__)


def delete_row(browser: LintingClient, register: type[Any], row_id: int, reason: str = "") -> Any:
    """Ask for a row to be deleted, and answer yes to what was asked."""
    url = address(register, "delete/", id=row_id)
    version = re.search(r'name="version" value="(\d+)"', browser.get(url).text)
    return browser.post(url, data={"version": version[1] if version else "", "reason": reason})


# -- what a browser and a person do with a form ------------------------------------------------------------------------


class _Form(HTMLParser):
    """Reads the record form of a page: what a browser would send, and what can be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.options: dict[str, list[str]] = {}
        self.inside = False
        self._select = self._area = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        self.inside = self.inside or (tag == "form" and "record-form" in found.get("class", ""))
        if not self.inside or "disabled" in found:
            return
        if tag == "input" and found.get("type") in {"radio", "checkbox"}:
            self.options.setdefault(name, []).append(found.get("value", "y"))
            if "checked" in found:
                self.values.setdefault(name, []).append(found.get("value", "y"))
        elif tag == "input":
            self.values.setdefault(name, []).append(found.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "option" and self._select:
            self.options.setdefault(self._select, []).append(found.get("value", ""))
            if "selected" in found or self._select not in self.values:
                self.values[self._select] = [found.get("value", "")]

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.values.setdefault(self._area, []).append(self._text.removeprefix("\n"))
            self._area = ""
        self._select = "" if tag == "select" else self._select
        self.inside = self.inside and tag != "form"


def form_of(page: str) -> _Form:
    """The record form of a page, read as a browser reads it."""
    form = _Form()
    form.feed(page)
    form.values.pop("csrf_token", None)
    return form


def fill(register: type[Any], form: _Form) -> dict[str, list[str]]:
    """What a person would send who fills in what is required, and the first searched field."""
    found = dict(form.values)
    searched = next((known.key for known in fields_of(register) if known.searched and known.in_form), None)
    for known in fields_of(register):
        offered = known.key in form.values or known.key in form.options
        wanted = offered and (known.required or known.key == searched)
        if wanted and not (known.choices and any(found.get(known.key, []))):
            found[known.key] = [_value(known, form)]
    return found


def _value(known: Field, form: _Form) -> str:
    if known.kind is Kind.REFERENCE or known.choices is not None:
        return next(option for option in reversed(form.options[known.key]) if option)
    return typed(known)


PERSON = {Group.CATALOGUE: "per", Group.CODES: "per", Group.SYSTEM: "per"}
ALL_REQUIRED = {User, Supplement, Wording}  # whose fields are all required, those that may be anything too
SPECIAL = {
    User: "sol",
    Membership: "lars",
    Charge: "frida",
    Supplement: "frida",
    AccessEntry: "lars",
    SharedView: "lars",
}
EXPORTER = {User: "per"}


def keeper(register: type[Any], as_: As) -> LintingClient:
    """The browser of the person who keeps a register, working in Tinn where there is a choice."""
    name = SPECIAL.get(register) or PERSON.get(register.__register__.group, "kari")
    browser = as_(name)
    if name == "frida":
        browser.post("/municipality/", data={"municipality": municipality("Tinn")})
    return browser


def address(register: type[Any], door: str = "", **parameters: Any) -> str:
    query = "&".join(f"{key}={value}" for key, value in parameters.items())
    return f"/{register.__tablename__.replace('_', '-')}/{door}{'?' if query else ''}{query}"


def create(register: type[Any], browser: LintingClient, **changes: list[str]) -> int:
    """Make a row through the form; its id."""
    form = form_of(browser.get(address(register, "new/")).text)
    answer = browser.post(address(register, "new/"), data=fill(register, form) | changes)
    assert answer.status_code == 303, errors(answer.text)
    return int(answer.location.rpartition("=")[2])


def errors(page: str) -> list[str]:
    """The errors a form page lists at the top, as 'label: message'."""
    box = page.partition('class="error-summary"')[2].partition("</ul>")[0]
    return [html.unescape(re.sub(r"<[^>]+>", "", one)) for one in re.findall(r"<li>(.*?)</li>", box)]


def count_on(page: str) -> int:
    """How many rows a list page says there are."""
    found = re.search(r'class="count" role="status">([\d\u00a0]+)', page)
    return int(found[1].replace("\u00a0", "")) if found else 0


def ids_on(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'<th scope="row"><a href="[^"]*\?id=(\d+)[^"]*"', page)]


def walk(browser: LintingClient, url: str, rel: str) -> list[list[int]]:
    """The ids of each page from one page on, following its links one way."""
    pages = []
    while url:
        page = browser.get(url).text
        pages.append(ids_on(page))
        found = re.search(rf'<a href="([^"]+)" rel="{rel}"', page)
        url = html.unescape(found[1]) if found else ""
    return pages


def fetch(register: type[Any], row_id: int) -> Any:
    """A row as it now stands, good for reading after its scope is left."""
    with inside():
        if (row := db.session.get(register, row_id)) is not None:
            db.session.expunge(row)
        return row


# -- doors -------------------------------------------------------------------------------------------------------------


@every_register
def test_what_is_filled_in_is_found_on_every_page_and_deleted_again(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)

    row_id = create(register, browser)

    with inside():
        name = html.escape(title_of(db.session.get(register, row_id), "nb"), quote=False)
    assert row_id in [one for page in walk(browser, address(register), "next") for one in page]
    for door in ("details/", "edit/", "history/", "delete/"):
        answer = browser.get(address(register, door, id=row_id))
        assert (door, answer.status_code, name in answer.text) == (door, 200, True)
    answer = delete_row(browser, register, row_id, "Prøvd")
    assert (answer.status_code, answer.location) == (303, address(register))
    gone = browser.get(address(register, "details/", id=row_id))
    assert (gone.status_code, "/deleted/" in (gone.location or "")) == (303, True)


def changeable(register: type[Any]) -> tuple[str, str, str]:
    """A field that may be anything, with a new value as typed and as shown in the history."""
    for known in fields_of(register):
        if known.in_form and (not known.required or register in ALL_REQUIRED) and (later := changed(known)):
            return known.key, *later
    raise LookupError(register)


@every_register
def test_a_change_is_saved_and_stands_in_the_history(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    row_id = create(register, browser)
    key, typed, shown = changeable(register)
    form = form_of(browser.get(address(register, "edit/", id=row_id)).text)

    answer = browser.post(address(register, "edit/", id=row_id), data=form.values | {key: [typed], "reason": ["Prøvd"]})

    assert answer.status_code == 303, errors(answer.text)
    assert shown in browser.get(address(register, "details/", id=row_id)).text
    history = browser.get(address(register, "history/", id=row_id)).text
    assert (history.count('<li class="card">'), f"<ins>{shown}</ins>" in history) == (2, True)
    assert re.findall(r'<th scope="row">(.*?)</th>', history.split('<li class="card">')[1]) == [
        field_of(register, key).label
    ]


@every_register
def test_opening_a_form_and_saving_changes_nothing(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    row_id = create(register, browser)
    before = fetch(register, row_id).version
    form = form_of(browser.get(address(register, "edit/", id=row_id)).text)

    answer = browser.post(address(register, "edit/", id=row_id), data=form.values)

    assert (answer.status_code, fetch(register, row_id).version) == (303, before)


@pytest.mark.parametrize("register", [r for r in KEPT_BY_PEOPLE if any(f.searched for f in fields_of(r))])
def test_search_finds_by_name_whatever_the_case(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    row_id = create(register, browser)

    found = {word: ids_on(browser.get(address(register, search=word)).text) for word in (WORD, SHOUTED, "østre", "ØST")}

    assert found == {word: [row_id] for word in found}
    assert ids_on(browser.get(address(register, search="finnes-ikke")).text) == []


def filter_cases(register: type[Any]) -> Iterator[tuple[Field, Any]]:
    for known in fields_of(register):
        if known.filtered:
            yield known, list(known.choices) if known.choices else None


@pytest.mark.parametrize("register", [r for r in KEPT_BY_PEOPLE if any(filter_cases(r))])
def test_every_filter_leaves_just_the_rows_that_fit(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    create(register, browser)
    page = browser.get(address(register)).text
    for known, values in filter_cases(register):
        assert f'name="{known.key}"' in page
        every = values or re.findall(
            r'value="(\d+)"', page.partition(f'name="{known.key}"')[2].partition("</select>")[0]
        )
        for value in list(every)[:12]:
            answer = browser.get(address(register, **{known.key: str(value)}))
            assert (known.key, value, count_on(answer.text)) == (known.key, value, how_many(register, known, value))


def how_many(register: type[Any], known: Field, value: Any) -> int:
    """The truth, read as a person in Tinn or the project reads it."""
    owned = register.__domain__ in {Domain.CONTENT, Domain.RISK, Domain.PEOPLE, Domain.MONEY, Domain.VIEWS}
    with inside(*(["Tinn"] if owned else [])):
        rows = db.session.scalars(select(register)).all()
        if known.kind is Kind.REFERENCES:
            return sum(int(value) in {one.id for one in getattr(row, known.key)} for row in rows)
        return sum(str(getattr(row, known.column)) == str(value) for row in rows)


@every_register
def test_every_column_sorts_both_ways(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    create(register, browser)
    page = browser.get(address(register)).text

    links = [html.unescape(url) for url in re.findall(r'<a class="sort" href="([^"]+)"', page)]

    keys = [known.key for known in fields_of(register) if known.listed]
    assert [url.partition("sort=")[2].removeprefix("-") for url in links] == keys
    for key in keys:
        up, down = browser.get(address(register, sort=key)), browser.get(address(register, sort=f"-{key}"))
        assert (key, up.status_code, 'aria-sort="ascending"' in up.text) == (key, 200, True)
        assert (key, down.status_code, 'aria-sort="descending"' in down.text) == (key, 200, True)


@every_register
def test_the_excel_file_holds_the_rows_of_the_list(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    create(register, browser)
    if register in EXPORTER:
        browser = as_(EXPORTER[register])

    with browser.get(address(register, "export/xlsx/", columns="all")) as answer:
        book = openpyxl.load_workbook(BytesIO(answer.data))

    sheet = book.worksheets[1]
    assert sheet.max_row - 1 == count_on(browser.get(address(register)).text)
    assert [cell.value for cell in sheet[1]][:1] == [fields_of(register)[0].label]


@pytest.mark.parametrize("name", ["lars", "sol"])
def test_local_administrators_and_support_give_people_roles(name: str, as_: As) -> None:
    browser = as_(name)
    browser.post("/municipality/", data={"municipality": municipality("Tinn")})

    row_id = create(Membership, browser)

    assert fetch(Membership, row_id).municipality_id == municipality("Tinn")


# -- deletion ----------------------------------------------------------------------------------------------------------


def test_a_row_in_use_says_where_and_is_not_deleted(as_: As) -> None:
    browser = as_("kari")
    with inside("Tinn"):
        unit = db.session.scalars(select(OrganisationalUnit.id)).one()
    url = address(OrganisationalUnit, "delete/", id=unit)

    asked, posted = browser.get(url), browser.post(url)

    uses = re.findall(r"<li><a href=\"([^\"]+)\">", asked.text.partition("Her er det i bruk")[2])
    assert (asked.status_code, posted.status_code, len(uses)) == (200, 409, 6)
    assert [count_on(browser.get(html.unescape(use)).text) for use in uses] == [1, 1, 2, 1, 1, 1]
    assert "Slett for godt" not in asked.text
    assert fetch(OrganisationalUnit, unit) is not None


def test_a_municipality_with_rows_is_not_deleted(as_: As) -> None:
    tinn = municipality("Tinn")

    answer = as_("per").post(address(Municipality, "delete/", id=tinn))

    assert (answer.status_code, "SQL" in answer.text, municipality("Tinn")) == (409, False, tinn)


# -- order and pages ---------------------------------------------------------------------------------------------------


def test_statuses_are_labelled_chips(as_: As) -> None:
    page = as_("kari").get(address(Application)).text

    assert '<span class="chip tone-success">I bruk</span>' in page


def test_an_empty_list_says_what_to_do(as_: As) -> None:
    page = as_("kari").get(address(Platform)).text

    assert ("Her er det tomt ennå" in page, "Legg til den første" in page, "<table" in page) == (True, True, False)


def test_an_empty_list_offers_readers_nothing_they_may_not_do(as_: As) -> None:
    page = as_("ola").get(address(Platform)).text

    assert ("Her er det tomt ennå" in page, "/platform/new/" in page) == (True, False)


def test_a_search_without_hits_leads_back_to_all(as_: As) -> None:
    page = as_("kari").get(address(Application, search="finnes-ikke")).text

    assert ("Ingen treff" in page, 'href="/application/">Vis alle' in page) == (True, True)


def test_the_count_stands_beside_the_rows(as_: As) -> None:
    with scope.use(scope.of([municipality("Tinn")])):
        number = db.session.scalar(select(func.count()).select_from(Application))

    assert count_on(as_("kari").get(address(Application)).text) == number == 1


def test_who_reads_nynorsk_sees_the_templates_in_nynorsk(as_: As, app: Any) -> None:
    with inside():
        db.session.add(
            ProcessingTemplate(
                name="Opplæring av elever", purpose="Gi opplæring av beste slag", name_nn="Opplæring av elevar"
            )
        )
        db.session.commit()
    seen = {}
    for name in ("kari", "berit"):
        page = as_(name).get("/processing-template/?search=beste+slag").text
        seen[name] = (
            re.findall(r'<tr[^>]*><th scope="row"><a[^>]*>(.*?)</a>', page),
            re.findall(r"<th scope=\"col\"[^>]*>(?:<a[^>]*>)?(.*?)<", page)[:2],
        )

    assert seen["kari"] == (["Opplæring av elever"], ["Navn", "Formål"])
    assert seen["berit"] == (["Opplæring av elevar"], ["Namn", "Føremål"])
