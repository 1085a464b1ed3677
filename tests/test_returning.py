"""Where a form leads back to: the list as it was, through the form and the save, and on to the next row of it."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote

import pytest

from models.database import db
from models.registers.architecture import Application
from models.registers.organisation import OrganisationalUnit
from tests.conftest import inside
from tests.support import attack
from tests.test_forms import first, reread
from tests.test_registers import As, address, fill, form_of

LIST = "/application/?search=rad&status=in_use&sort=-name"
ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/x\n//evil.example"]


def sown(*names: str) -> list[int]:
    with inside("Tinn"), db.session.no_autoflush:
        rows = [Application(name=name) for name in names]
        db.session.add_all(rows)
        db.session.commit()
        return [row.id for row in rows]


def way(page: str, words: str) -> str:
    found = re.search(rf'href="([^"]*)"[^>]*>(?:<svg[^>]*><use[^>]*></svg>)?{words}<', page)
    assert found is not None
    return html.unescape(found[1])


def save(browser: Any, row_id: int, **changes: str) -> Any:
    url = address(Application, "edit/", id=row_id, back=quote(LIST))
    return browser.post(address(Application, "edit/", id=row_id), data=form_of(browser.get(url).text).values | changes)


def test_the_way_back_is_kept_through_form_and_save(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    back = quote(LIST)

    form = kari.get(address(Application, "edit/", id=row.id, back=back)).text
    details = kari.get(address(Application, "details/", id=row.id, back=back)).text
    saved = save(kari, row.id, name="Nytt navn")
    refused = save(kari, row.id, name=" ")

    assert way(form, "Avbryt") == LIST
    assert way(details, "Tilbake til lista") == LIST
    assert way(details, "Endre") == address(Application, "edit/", id=row.id, back=quote(LIST, safe="/?"))
    assert saved.location == address(Application, "details/", id=row.id, back=quote(LIST, safe="/?"))
    assert (refused.status_code, way(refused.text, "Avbryt")) == (422, LIST)
    assert form_of(refused.text).values["back"] == [LIST]


def test_without_a_way_back_all_is_as_before(as_: As) -> None:
    kari, row = as_("kari"), first(Application)

    form = kari.get(address(Application, "edit/", id=row.id)).text
    details = kari.get(address(Application, "details/", id=row.id)).text

    assert way(form, "Avbryt") == address(Application, "details/", id=row.id)
    assert way(details, "Tilbake til lista") == address(Application)
    assert 'name="back"' not in form


@pytest.mark.parametrize("back", ELSEWHERE)
@pytest.mark.parametrize("door", ["new/", "edit/", "details/"])
def test_a_way_that_leads_elsewhere_is_refused(door: str, back: str, as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    where = {} if door == "new/" else {"id": row.id}

    got = kari.get(address(Application, door, back=quote(back), **where))
    posted = (
        kari.post(address(Application, door, **where), data={"name": "x", "back": back}) if door != "details/" else got
    )

    assert (got.status_code, posted.status_code) == (400, 400)


LOOKS_LOCAL = [
    "///evil.example", "/\\/evil.example", "\\\\evil.example", "/\t/evil.example", "/\r\nLocation: //evil.example",
    " //evil.example", "/\u2028/evil.example", "%2f%2fevil.example", "evil.example", "http:evil.example",
]  # fmt: skip


@pytest.mark.parametrize("back", [*ELSEWHERE, *LOOKS_LOCAL])
@pytest.mark.parametrize("name", ["back", "next", "url"])
def test_what_only_looks_local_leads_nowhere(name: str, back: str, as_: As) -> None:
    kari = as_("kari")

    answers = [kari.get(f"/?{name}={quote(back)}"), kari.get(f"/?{name}=/&{name}={quote(back)}")]
    if name != "url":  # in a form that is a field
        answers += [kari.post("/municipality/", data={"municipality": "", name: back})]

    assert [answer.status_code for answer in answers] == [400] * len(answers)


def test_no_door_at_all_takes_a_way_that_leads_elsewhere(app: Any) -> None:
    kari, answers = attack.browser(app, "kari"), {}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<int:\w+>", "1", rule.rule)
        path = re.sub(r"<(\w+:)?\w+>", "application", path)
        if "GET" in rule.methods:
            answers["get", path] = kari.get(f"{path}?back=//evil.example").status_code
        if "POST" in rule.methods:
            answers["post", path] = kari.post(path, data={"back": "//evil.example"}).status_code

    assert answers == dict.fromkeys(answers, 400)
    assert len(answers) > 500


def test_save_and_new_opens_an_empty_form_that_still_knows_the_way(as_: As) -> None:
    kari = as_("kari")
    form = form_of(kari.get(address(Application, "new/", back=quote(LIST))).text)

    answer = kari.post(address(Application, "new/"), data=fill(Application, form) | {"then": "new"})
    page = kari.get(answer.location).text

    assert answer.location == address(Application, "new/", back=quote(LIST, safe="/?"))
    assert form_of(page).values["name"] == [""]
    assert way(page, "Avbryt") == LIST


def test_save_and_next_goes_through_the_list_in_its_order_and_back_to_it(as_on: Any) -> None:
    kari = as_on("kari")
    one, two, three = sown("Rad 1", "Rad 2", "Rad 3")
    sown("Noe annet")

    first_answer = save(kari, three, then="next")
    second = save(kari, two, then="next")
    last = save(kari, one, then="next")

    expected = [address(Application, "edit/", id=row_id, back=quote(LIST, safe="/?")) for row_id in (two, one)]
    assert [first_answer.location, second.location, last.location] == [*expected, LIST]
    assert "Det var den siste i lista." in kari.get(LIST).text


def test_the_next_row_is_found_before_the_save_takes_this_one_out_of_the_list(as_: As) -> None:
    kari = as_("kari")
    one, two = sown("Rad 1", "Rad 2")

    answer = save(kari, two, then="next", name="Heter ikke slik lenger")

    assert answer.location == address(Application, "edit/", id=one, back=quote(LIST, safe="/?"))


def test_the_next_row_is_never_anothers(as_on: Any) -> None:
    kari = as_on("kari")
    (mine,) = sown("Rad 1")
    with inside("Seljord"):
        db.session.add(Application(name="Rad 0"))
        db.session.commit()

    assert save(kari, mine, then="next").location == LIST


@pytest.mark.parametrize(
    "back",
    ["/organisational-unit/", "/application/details/?id=1", "/application/?sort=\0&status=x&unit=999999999999&page=-1"],
)
def test_a_way_back_that_fits_badly_does_no_harm(back: str, as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    url = address(Application, "edit/", id=row.id)
    values = form_of(kari.get(url).text).values

    answer = kari.post(url, data=values | {"back": back, "then": "next", "short_name": "kort"})

    assert answer.status_code in {303, 400}
    assert reread(row, "short_name") == ["kort" if answer.status_code == 303 else row.short_name]


def test_next_is_offered_only_in_a_form_opened_from_the_list_of_the_register(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    unit = quote(address(OrganisationalUnit))

    pages = [
        kari.get(address(Application, "edit/", id=row.id, **way)).text
        for way in ({"back": quote(LIST)}, {"back": unit}, {})
    ]

    assert ["Lagre og neste i lista" in page for page in pages] == [True, False, False]
