"""«Ikke relevant, fordi …»: a field that is empty, and of which somebody says why, counts as filled and says so."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import Answer, RecordStatus
from models.declare.fields import Mark, is_owned
from models.declare.notrelevant import WAIVED
from models.declare.waiving import reason, waivable
from models.queries import quality
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from reports.language import translator
from tests.conftest import inside, municipality
from tests.support.merging import made, merge
from tests.test_approval import ready, said, take
from tests.test_checks import NEW_NUMBER
from tests.test_forms import first, reread, send
from tests.test_history import changes
from tests.test_partial_form import needed
from tests.test_registers import As, address, create, delete_row, errors, fetch, form_of, keeper
from tests.test_undoing import way_back

OWNED = [one for one in models.REGISTERS if is_owned(one) and any(k.mark in quality.WEIGHTS for k in fields_of(one))]
WAIVABLE = [register for register in OWNED if waivable(register)]
every_one = pytest.mark.parametrize("register", WAIVABLE, ids=lambda register: register.__tablename__)
WHY = "Vi gjør ikke slikt"


def posted(**reasons: str) -> dict[str, str]:
    """What a form sends of reasons, by the keys of fields."""
    return {f"{WAIVED}-{key}": said for key, said in reasons.items()}


def page_of(browser: Any, row: Any, door: str = "details/", **more: Any) -> str:
    return html.unescape(browser.get(address(type(row), door, id=row.id, **more)).text)


def offered(page: str) -> list[str]:
    """The fields of which a form asks whether they are relevant."""
    return re.findall(rf'name="{WAIVED}-(\w+)"', page)


# -- every register ----------------------------------------------------------------------------------------------------


def test_every_register_of_a_municipality_that_asks_for_what_may_be_left_empty_has_room_for_reasons() -> None:
    must = {
        one
        for one in OWNED
        if any(
            k.mark is not Mark.OPTIONAL and k.in_form and (not k.required or k.choices is Answer)
            for k in fields_of(one)
        )
    }

    assert set(WAIVABLE) == must
    assert len(must) == 15
    assert not any(WAIVED in vars(one) for one in models.REGISTERS if not is_owned(one))


@every_one
def test_every_gap_may_be_answered_and_then_the_row_is_full(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    row = fetch(register, create(register, browser))
    for _round in range(4):  # an answer may make more be asked
        gaps = offered(browser.get(address(register, "edit/", id=row.id, only="lacking")).text)
        assert send(browser, row, **posted(**dict.fromkeys(gaps, WHY))).status_code == 303

    with inside("Tinn"):
        stands = db.session.get(register, row.id)
        left = [known.key for known in quality.missing(stands)]
        assert (left, quality.completeness(stands)) == ([], 100)
        reasons = stands.waived
    page = page_of(browser, row)
    assert reasons
    assert f"Ikke relevant: {WHY}" in page
    assert "Mangler</a>" not in page


@every_one
def test_reasons_are_deleted_and_come_back_with_their_row(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    row = fetch(register, create(register, browser))
    gap = offered(browser.get(address(register, "edit/", id=row.id, only="lacking")).text)[0]
    send(browser, row, **posted(**{gap: WHY}))

    delete_row(browser, register, row.id)
    answer = browser.post(address(register, "restore/"), data={"id": row.id})

    assert answer.status_code in {200, 303}
    assert reread(row, WAIVED) == [{gap: WHY}]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_no_two_fields_that_may_be_waived_are_called_the_same(language: str) -> None:

    t = translator(language)
    labels = {one: [t(known.label) for known in waivable(one).values()] for one in WAIVABLE}

    assert {
        one.__name__ for one, some in labels.items() if len(set(some)) < len(some) or any(": " in s for s in some)
    } == set()


# -- what is told ------------------------------------------------------------------------------------------------------


def test_the_form_asks_at_empty_fields_alone_and_shows_what_was_said(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    before = offered(page_of(kari, row, "edit/", only="lacking"))
    whole = offered(page_of(kari, row, "edit/"))

    send(kari, row, **posted(backup="Ingen data"))

    page = page_of(kari, row, "edit/")
    assert (whole, offered(page)) == ([], ["backup"])  # the whole form is long enough, and tells what was said
    assert "backup" in before
    assert not {"name", "status", "unit"} & set(before)
    assert "</span> Ingen data</summary>" in page
    assert 'value="Ingen data"' in page


def test_the_history_says_who_said_it_of_which_field_and_taking_it_back_too(as_: As) -> None:
    kari, row = as_("kari"), first(Application)

    send(kari, row, **posted(backup="Ingen data", sign_in="Åpent for alle"))
    send(kari, row, **posted(sign_in=""))

    told = [[(one["field"], one["old"], one["new"]) for one in change.fields] for change in changes(row)[:2]]
    both = {"backup": "Ingen data", "sign_in": "Åpent for alle"}
    assert told == [[(WAIVED, both, {"backup": "Ingen data"})], [(WAIVED, None, both)]]
    page = page_of(kari, row, "history/")
    assert ("Kari Test" in page, "Sikkerhetskopi: Ingen data" in page) == (True, True)
    assert reread(row, WAIVED) == [{"backup": "Ingen data"}]


def test_a_field_that_gets_a_value_loses_its_reason_and_undoing_gives_it_back(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    send(kari, row, "retention-", **posted(retention="Slettes aldri", sources="Ingen"))
    assert reread(row, WAIVED) == [{"retention": "Slettes aldri", "sources": "Ingen"}]

    send(kari, row, sources="Den registrerte selv")
    send(kari, row, **{"retention-0-months": "12"})
    after = reread(row, WAIVED)
    kari.post(way_back(row, 0))

    assert after == [None]
    assert reread(row, WAIVED, "retention", "sources") == [{"retention": "Slettes aldri"}, [], "Den registrerte selv"]


def test_a_link_made_at_the_other_end_speaks_louder_than_a_reason(as_: As) -> None:
    with inside("Tinn"):
        row = db.session.get(Application, first(Application).id)
        row.agreements, row.waived = [], {"agreements": "Laget selv"}
        db.session.commit()
        stands = reason(row, waivable(Application)["agreements"])
        row.agreements = list(db.session.scalars(select(Agreement)))[:1]
        db.session.commit()

        assert (stands, row.waived) == ("Laget selv", None)


def test_the_form_of_what_lacks_asks_too_and_is_then_shorter(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    url = address(Application, "edit/", id=row.id, only="lacking")
    before = offered(kari.get(url).text)
    values = form_of(kari.get(url).text).values
    kari.post(address(Application, "edit/", id=row.id), data=values | posted(**{before[0]: WHY, "unit": "Kapret"}))

    assert reread(row, WAIVED) == [{before[0]: WHY}]
    assert offered(kari.get(url).text) == before[1:]


# -- approval ----------------------------------------------------------------------------------------------------------


def test_an_activity_with_a_waived_gap_is_approved(as_: As) -> None:
    kari, lars = as_("kari"), as_("lars")
    row = ready(recipients=[])
    refused = said(kari, take(kari, row, "send"))

    send(kari, row, **posted(recipients="Ingen får dem"))
    take(kari, row, "send")
    take(lars, row, "approve")

    assert refused == "Fyll ut dette først: Mottakere."
    assert reread(row, "status") == [RecordStatus.APPROVED]


def test_a_reason_silences_no_error_of_the_law(as_: As) -> None:
    kari = as_("kari")
    row = ready(special=Answer.YES, article9=[])
    send(kari, row, **posted(article9="Vi har lov"))

    refused = said(kari, take(kari, row, "send"))

    with inside("Tinn"):
        stands = db.session.get(ProcessingActivity, row.id)
        assert "article9" not in {known.key for known in quality.gaps(stands)}
    assert "Særlige kategorier krever et grunnlag etter artikkel 9." in refused
    assert reread(row, "status") == [RecordStatus.DRAFT]


# -- hostile posts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["nothing", "purpose", "name", "id", "municipality_id", "waived", "notes", "__class__"])
def test_a_reason_for_what_cannot_be_waived_is_not_read(key: str, as_: As) -> None:
    row = first(Application)

    answer = send(as_("kari"), row, **{f"{WAIVED}-{key}": WHY, WAIVED: WHY})

    assert (answer.status_code, reread(row, WAIVED)) == (303, [None])


@pytest.mark.parametrize(
    ("said", "complaint"), [("x" * 301, "Grunnen er 301 tegn lang"), (f"Som {NEW_NUMBER}", "fødselsnummer")]
)
def test_a_reason_that_cannot_be_is_refused_at_its_field_and_stands(said: str, complaint: str, as_: As) -> None:
    row = first(Application)

    answer = send(as_("kari"), row, **posted(backup=said))

    assert answer.status_code == 422
    (error,) = errors(answer.text)
    assert (error.startswith("Sikkerhetskopi (ikke relevant): "), complaint in error) == (True, True)
    assert f'id="{WAIVED}-backup"' in answer.text
    assert reread(row, WAIVED) == [None]


def test_markup_in_a_reason_is_text(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    send(kari, row, **posted(backup='<script>alert("x")</script>'))

    for door in ("details/", "edit/", "history/"):
        assert "<script>alert" not in kari.get(address(Application, door, id=row.id)).text


def test_blanks_are_no_reason(as_: As) -> None:
    row = first(Application)

    answer = send(as_("kari"), row, **posted(backup=" \u200b "))

    assert (answer.status_code, reread(row, WAIVED)) == (303, [None])


def test_advice_is_waived_by_the_officer_alone_and_nothing_else_by_them(as_: As) -> None:
    kari, siri, row = as_("kari"), as_("siri"), needed()
    send(kari, row, **posted(advice="Kapret"))
    before = reread(row, WAIVED)

    send(siri, row, **posted(advice="Ga råd muntlig", done_on="Kapret"))
    said = reread(row, WAIVED)
    refused = kari.post(way_back(row)).status_code
    send(kari, row, **posted(advice="", done_on="Ikke ferdig"))

    assert (before, said, refused) == ([None], [{"advice": "Ga råd muntlig"}], 409)
    assert reread(row, WAIVED) == [{"advice": "Ga råd muntlig", "done_on": "Ikke ferdig"}]
    assert siri.post(way_back(row, 1)).status_code == 409  # something else is said since


def test_a_reader_is_not_asked_and_nothing_is_read_of_seljord(as_: As) -> None:
    row = first(Application)
    send(as_("kari"), row, **posted(backup="HEMMELIG grunn"))

    assert "HEMMELIG grunn" in as_("ola").get(address(Application, "details/", id=row.id)).text
    assert as_("ola").post(address(Application, "edit/", id=row.id), data=posted(backup="")).status_code == 403
    assert as_("berit").get(address(Application, "details/", id=row.id)).status_code == 404
    assert "HEMMELIG" not in as_("berit").get(f"/neighbours/{municipality('Tinn')}/").text


# -- copies and merging ------------------------------------------------------------------------------------------------


def test_a_copy_says_the_same_but_of_what_begins_anew(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    send(kari, row, **posted(backup="Ingen data", in_use_from="Ukjent"), in_use_from="")
    form = form_of(kari.get(address(Application, "new/", copy=row.id)).text)
    answer = kari.post(address(Application, "new/", copy=row.id), data=form.values)

    copy = fetch(Application, int(answer.location.rpartition("=")[2]))
    assert copy.waived == {"backup": "Ingen data"}


def test_the_reasons_of_the_row_that_goes_follow_where_the_other_has_none(as_: As) -> None:
    kept, gone = made(Application, {"name": "Den ene"}, {"name": "Den andre", "waived": {"backup": WHY}})

    answer = merge(as_("kari"), Application, kept, gone)

    assert answer.status_code == 303
    assert fetch(Application, kept).waived == {"backup": WHY}


def test_a_value_that_is_picked_takes_the_reason_away(as_: As) -> None:
    kept, gone = made(Application, {"name": "Den ene", "waived": {"backup": WHY}}, {"name": "To", "backup": "Nattlig"})

    merge(as_("kari"), Application, kept, gone)

    assert (fetch(Application, kept).waived, fetch(Application, kept).backup) == (None, "Nattlig")
