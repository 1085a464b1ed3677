"""What a municipality shows its sisters: what says so, and nothing else."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from models.changes import window
from models.changes.cards import SHOWN
from models.database import db
from models.declare.base import fields_of, part_class
from models.declare.choices import Answer
from models.declare.fields import Field, Kind
from models.registers.codes import Article6
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.test_forms import first
from tests.test_registers import As


def test_every_field_of_what_is_shown_says_whether_sisters_see_it() -> None:
    parts = [part_class(known) for one in SHOWN for known in fields_of(one) if known.kind is Kind.ROWS]
    silent = [
        f"{cls.__name__}.{known.key}" for cls in (*SHOWN, *parts) for known in fields_of(cls) if known.shown is None
    ]

    assert silent == [], (
        "Say shown=True or shown=False at each of these fields: whether the other municipalities may read it "
        "in «I andre kommuner». Names of people, risk and contacts are never shown."
    )


def test_a_field_that_says_nothing_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = tuple(one for one in fields_of(ProcessingActivity) if one.key == "purpose")
    monkeypatch.setattr(window, "fields_of", lambda _cls: [Field("Ny", key="purpose"), *silent])

    assert [one.label for one in window.shown_fields()] == ["Formål"]


def test_the_names_of_codes_are_told_in_the_readers_language(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity, "Seljord")
    with inside("Seljord"):
        fresh = db.session.get(ProcessingActivity, row.id)
        fresh.shared = Answer.YES
        ground, subject = fresh.article6[0], fresh.subjects[0].subject
        names = [(ground.name, ground.name_en), (subject.name, subject.name_en)]
        db.session.commit()
    card = re.search(r'href="(/neighbours/\d+/)"', browser.get("/neighbours/?kind=activities").text)
    assert card

    pages = []
    for language in ("nb", "en"):
        browser.post("/language/", data={"language": language})
        pages.append(html.unescape(browser.get(card[1]).text))

    assert [[name in pages[0], other in pages[1], name in pages[1]] for name, other in names] == [
        [True, True, False] for _ in names
    ]


def test_what_is_shared_stands_beside_what_we_say_of_the_same_and_what_differs_is_marked(as_: As) -> None:
    browser = as_("kari")
    with inside("Seljord"):
        theirs = db.session.get(ProcessingActivity, first(ProcessingActivity, "Seljord").id)
        theirs.shared, theirs.name, theirs.purpose = Answer.YES, "Barnehageopptak", "Å gi barn plass."
        grounds = list(db.session.scalars(select(Article6).order_by(Article6.id).limit(2)))
        theirs.article6 = grounds
        db.session.commit()
    card = re.search(r'href="(/neighbours/\d+/)"', browser.get("/neighbours/?kind=activities").text)
    assert card
    before = browser.get(card[1]).text
    with inside("Tinn"):
        ours = db.session.get(ProcessingActivity, first(ProcessingActivity).id)
        ours.name, ours.purpose, ours.description = "Barnehageopptak", "Noe annet.", None
        ours.article6 = [db.session.get(Article6, one.id) for one in reversed(grounds)]
        db.session.commit()

    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>", browser.get(card[1]).text)

    told = {label: re.sub(r"<[^>]+>", "", html.unescape(cell)).strip() for label, _theirs, cell in rows}
    assert "Dere har den fra før." not in before
    assert [told["Navn på behandlingen"], told["Formål"], told["Behandlingsgrunnlag, artikkel 6"]] == [
        "Det samme", "Annet enn hos dem Noe annet.", "Det samme",
    ]  # fmt: skip
