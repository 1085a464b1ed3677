"""What a sister municipality has shared becomes a draft here: what she shows and nothing else; her own is left out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from models.changes.adopting import adopt
from models.changes.borrowing import OWN
from models.changes.window import shown_fields
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import Answer, Disposal, RecordStatus
from models.declare.clock import today
from models.declare.fields import Kind
from models.registers.catalogue import ProcessingTemplate
from models.registers.codes import RecipientCategory
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity
from models.registers.window import ShownCard
from tests.conftest import inside
from tests.test_registers import As
from views.formatters import day

NAME = "Barnehageopptak og foreldrebetaling"


def share(**said: Any) -> None:
    """Seljord takes a template, makes it its own, and shares it."""
    with inside("Seljord"):
        template = db.session.scalars(select(ProcessingTemplate).where(ProcessingTemplate.name == NAME)).one()
        row = adopt(db.session, template, language="nn")
        row.responsible = ContactPerson(name="Løyndom Leiar")
        row.shared, row.status, row.review_due, row.scale = Answer.YES, RecordStatus.APPROVED, today(), 4711
        for key, value in said.items():
            setattr(row, key, value)
        db.session.commit()


def card(browser: Any) -> str:
    found = re.search(r'href="(/neighbours/\d+/)"', browser.get("/neighbours/?kind=activities").text)
    assert found
    return found[1]


def newest(where: str = "Tinn") -> Any:
    return db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id.desc())).first()


def plain(row: Any, key: str) -> Any:
    value = getattr(row, key)
    if not isinstance(value, list):
        return value
    return [
        {one.key: getattr(part, one.key) for one in fields_of(type(part)) if one.kind is not Kind.REFERENCES}
        if hasattr(part, "parent_id")
        else part.id
        for part in value
    ]


def test_the_draft_says_what_the_sister_shows_and_what_is_her_own_is_empty(as_on: As) -> None:
    share()
    kari = as_on("kari")
    answer = kari.post(card(kari))
    assert (answer.status_code, "only=" in answer.location) == (303, True)
    with inside("Seljord"):
        theirs = {known.key: plain(newest(), known.key) for known in shown_fields() if known.key not in OWN}
    with inside("Tinn"):
        row = newest()
        assert {key: plain(row, key) for key in theirs} == theirs
        assert (row.status, row.scale, row.review_due, row.responsible, row.unit) == (
            RecordStatus.DRAFT,
            None,
            None,
            None,
            None,
        )
        assert (row.applications, row.datasets, row.processors, row.shared) == ([], [], [], Answer.NO)
        assert row.origin == f"Seljord {day(today())}"
    page = kari.get(f"/processing-activity/details/?id={row.id}").text
    assert ("Løyndom" in page, f"Seljord {day(today())}" in page) == (False, True)


def test_a_name_no_list_knows_any_more_is_told_and_the_rest_comes(as_: As) -> None:
    with inside("Seljord"):
        gone = RecipientCategory(code="gone", name="Nedlagt etat")
        db.session.add(gone)
        db.session.commit()
    share(recipients=[])
    with inside("Seljord"):
        newest().recipients = [
            db.session.scalars(select(RecipientCategory).where(RecipientCategory.code == "gone")).one()
        ]
        db.session.commit()
    with inside():
        db.session.scalars(select(RecipientCategory).where(RecipientCategory.code == "gone")).one().name = "Etaten"
        db.session.commit()
    kari = as_("kari")
    page = kari.get(kari.post(card(kari)).location).text
    assert "Nedlagt etat" in page
    with inside("Tinn"):
        assert ([one.name for one in newest().recipients], newest().purpose is not None) == ([], True)


def test_a_time_in_days_and_in_words_comes_along(as_: As) -> None:
    share()
    with inside("Seljord"):
        one = newest().retention[0]
        one.disposal, one.months, one.days, one.words = Disposal.ERASE, None, 14, "Så lenge det trengs"
        db.session.commit()
    kari = as_("kari")
    kari.post(card(kari))
    with inside("Tinn"):
        assert (newest().retention[0].days, newest().retention[0].words) == (14, "Så lenge det trengs")


@pytest.mark.parametrize(("who", "status"), [("ola", 403), ("siri", 403), ("frida", 403)])
def test_who_may_not_make_an_activity_takes_nothing(who: str, status: int, as_: As) -> None:
    share()
    address = card(as_("kari"))
    browser = as_(who)
    assert (browser.post(address).status_code, "Hent hit som utkast" in browser.get(address).text) == (status, False)


def test_what_is_not_shared_any_more_is_not_found(as_: As) -> None:
    share()
    kari = as_("kari")
    address = card(kari)
    with inside("Seljord"):
        newest().shared = Answer.NO
        db.session.commit()
    assert (kari.post(address).status_code, kari.post("/neighbours/999999/").status_code) == (404, 404)


def test_ones_own_card_is_not_taken(as_: As) -> None:
    share()
    berit = as_("berit")
    with inside("Seljord"):
        own = db.session.scalars(select(ShownCard.id).where(ShownCard.register == "processing_activity")).one()
    offered = ["Hent hit som utkast" in as_(who).get(f"/neighbours/{own}/").text for who in ("berit", "kari")]
    assert (berit.post(f"/neighbours/{own}/").status_code, offered) == (404, [False, True])
