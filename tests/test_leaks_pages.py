"""Leaks through the page itself: changes by a link, forged forms, links to other sites, and markup in texts."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.base import fields_of
from models.declare.fields import Kind
from models.registers.architecture import Application
from tests.conftest import inside, municipality
from tests.support import attack
from tests.support.attack import browser, first_id, snapshot

POST_ONLY = {"action_view", "ajax_update", "sign_out", "language"}
AWAY = (
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "\x01https://evil.example",
    " https://evil.example",
    "evil.example",
    "?x",
    "http:evil",
    "/\r\nLocation: //evil.example",
    "/\u2028/evil.example",
    "%2f%2fevil.example",
)
NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{7*7}}</textarea><b>",
)


# -- state changes -------------------------------------------------------------------------------------------------


def test_nothing_is_changed_by_a_get(app: Any) -> None:
    kari, before = browser(app, "kari"), snapshot(app, "Tinn", "Seljord")
    row = first_id(app, "application", "Tinn")
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[-1] in POST_ONLY]

    answers = {rule.rule: kari.get(rule.rule) for rule in rules}
    refused = {path: (answer.status_code, answer.headers["Allow"]) for path, answer in answers.items()}
    asked = [
        kari.get(f"/application/{page}?id={row}&name=Tatt&delete=1").status_code
        for page in ("delete/", "edit/", "new/")
    ]

    assert refused == dict.fromkeys(refused, (405, "OPTIONS, POST"))
    assert asked == [200, 200, 200]
    assert kari.get(f"/municipality/?municipality={municipality('Seljord')}").status_code == 200
    assert snapshot(app, "Tinn", "Seljord") == before


def test_a_form_without_its_token_is_refused_and_saves_nothing(app: Any) -> None:
    kari, before = browser(app, "kari"), snapshot(app, "Tinn", "Seljord")
    row = first_id(app, "application", "Tinn")
    for address in (
        "/application/new/",
        f"/application/edit/?id={row}",
        f"/application/delete/?id={row}",
        "/sign-out/",
        "/language/",
        "/municipality/",
        "/application/action/",
    ):
        for data in ({"name": "Tatt", "version": "1"}, {"name": "Tatt", "version": "1", "csrf_token": "x"}):
            assert kari.post(address, data=data, csrf=False).status_code == 400, address

    assert snapshot(app, "Tinn", "Seljord") == before
    assert kari.get("/").status_code == 200


@pytest.mark.parametrize("key", ["url", "next"])
def test_no_link_sends_anyone_to_another_site(app: Any, key: str) -> None:
    kari, stranger = browser(app, "kari"), attack.visitor(app)
    for away in AWAY:
        for client, address in (
            (kari, "/application/"),
            (kari, "/"),
            (stranger, "/sign-in/"),
            (stranger, "/application/"),
        ):
            assert client.get(address, query_string={key: away}).status_code == 400, (address, away)
        assert kari.post(f"/language/?{urlencode({key: away})}", data={"language": "nb"}).status_code == 400, away
        assert kari.get("/application/", query_string=[(key, "/"), (key, away)]).status_code == 400, away


# -- scripts -------------------------------------------------------------------------------------------------------


def test_markup_in_any_text_is_shown_as_text_everywhere(app: Any) -> None:
    texts = [
        f.key
        for f in fields_of(Application)
        if f.kind is Kind.VALUE and not f.choices and Application.__table__.c[f.key].type.python_type is str
    ]
    with inside("Tinn"):
        row = db.session.scalars(select(Application)).one()
        for number, key in enumerate(texts):
            setattr(row, key, NASTY[number % len(NASTY)])
        row.name, row.url, row.owner.name, row.unit.name = NASTY[0], "https://x.example/" + NASTY[1], NASTY[1], NASTY[2]
        db.session.commit()
        one = row.id
    kari, berit = browser(app, "kari"), browser(app, "berit")
    pages = ["", *(f"{door}/?id={one}" for door in ("details", "edit", "history", "delete")), f"?search={NASTY[0]}"]

    found = {page: kari.get(f"/application/{page}").text for page in pages}
    found |= {
        page: kari.get(page).text for page in ("/reports/applikasjoner/", "/", "/application/new/", "/contact-person/")
    }
    found["neighbours"] = berit.get("/neighbours/").text

    assert len(texts) > 15
    assert {page: _alive(text) for page, text in found.items()} == {page: [] for page in found}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in found["neighbours"]


class _Alive(HTMLParser):
    """Gathers what a browser would run, or what no template of ours writes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ours = tag == "script" and str(dict(attrs).get("src")).startswith("/static/")
        if tag in {"img", "b", "script"} and not ours:
            self.found.append(tag)
        self.found += [name for name, value in attrs if name.startswith("on") or str(value).startswith("javascript:")]


def _alive(text: str) -> list[str]:
    parser = _Alive()
    parser.feed(text)
    return parser.found + re.findall(r">49<", text)


def test_an_excel_export_holds_text_where_someone_wrote_a_formula(app: Any) -> None:
    with inside("Tinn"):
        db.session.scalars(select(Application)).one().name = '=HYPERLINK("https://evil.example")'
        db.session.commit()

    data = browser(app, "kari").get("/application/export/xlsx/?columns=all").data

    cells = [cell for table in attack.sheets(data).values() for line in table for cell in line]
    assert cells.count('=HYPERLINK("https://evil.example")') == 2  # the row, and what others are replaced by
    with ZipFile(BytesIO(data)) as book:
        assert [name for name in book.namelist() if b"<f>" in book.read(name) or b"<f " in book.read(name)] == []
