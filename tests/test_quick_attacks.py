"""Every way round a cell: rows of others, fields that are not there, people who may not, what is sent by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare import memories
from models.declare.base import field_of
from models.declare.fields import Personal
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.organisation import ContactPerson
from models.registers.risk import ImpactAssessment
from tests.conftest import inside, municipality
from tests.support.attack import browser as stranger
from tests.support.attack import loot
from tests.support.quick import ask, send_cell, sentence, typed_in
from tests.test_bulk_roles import SAID
from tests.test_forms import first, reread
from tests.test_quick import QUICK
from tests.test_registers import As, address
from tests.test_roles import PROPOSES, READS, WRITES
from tests.test_statements import add, people
from views.register import quick
from views.register.quick import short

pytestmark = pytest.mark.usefixtures("unhindered")
UNKNOWN = 987654
REGISTERS = [register for register in models.REGISTERS if not register.__written_once__ and short(register)]


def change_of(register: type[Any]) -> tuple[str, dict[str, str]]:
    """A field of a register, and what a person would write in it; of a reference what stands there."""
    order = lambda one: (bool(one.applies or one.writers), one.shape not in SAID, not one.choices, one.order)  # noqa: E731
    known = sorted(short(register), key=order)[0]
    if known.choices is not None:
        return known.key, {known.key: list(known.choices)[-1].value}
    return known.key, {known.key: SAID[known.shape]} if known.shape in SAID else {}


def post(browser: Any, register: type[Any], row_id: Any, field: str, **said: Any) -> Any:
    """What somebody sends who has opened nothing."""
    return browser.post(address(register, "quick/"), query_string={"id": row_id, "field": field}, data=said)


def test_a_row_of_another_municipality_is_answered_as_one_that_never_was(engine_app: Any) -> None:
    kari, theirs = stranger(engine_app, "kari"), first(Application, "Seljord")

    answers = [
        kari.get("/application/quick/", query_string={"id": one, "field": "status"}) for one in (theirs.id, UNKNOWN)
    ] + [post(kari, Application, one, "status", status="retired", version="1") for one in (theirs.id, UNKNOWN)]

    assert [(one.status_code, loot(one)) for one in answers] == [(404, [])] * 4
    assert len({sentence(one) for one in answers}) == 1
    assert first(Application, "Seljord").version == 1


def test_a_reference_to_a_row_of_another_municipality_is_none_of_the_choices(engine_app: Any) -> None:
    kari, row, theirs = stranger(engine_app, "kari"), first(Application), first(ContactPerson, "Seljord")

    opened = ask(kari, row, "owner")
    answers = [post(kari, Application, row.id, "owner", owner=one, version="1") for one in (theirs.id, UNKNOWN)]

    assert (opened.status_code, loot(opened)) == (200, [])
    assert [(one.status_code, loot(one)) for one in answers] == [(422, [])] * 2
    assert len({re.sub(r"«\d+»", "", one.json["told"]) for one in answers}) == 1


@pytest.mark.parametrize("name", READS)
def test_each_person_changes_a_cell_just_where_the_role_does(name: str, as_on: As, engine_app: Any) -> None:
    browser = as_on(name)
    browser.post("/municipality/", data={"municipality": municipality("Tinn")})
    people()
    found, wanted = {}, {}
    for register in REGISTERS:
        add(register, range(59, 60))
        row = _newest(register)
        key, said = change_of(register)
        opened = ask(browser, row, key)
        answer = send_cell(browser, row, key, opened, **said) if opened.status_code == 200 else opened
        sent = post(browser, register, row.id, key, version=str(row.version), **({key: ""} | said))
        found[register.__tablename__] = answer.status_code
        allowed = register in WRITES[name] and not register.__register__.asks_why  # a cell has no room for why
        wanted[register.__tablename__] = 200 if allowed else 403
        assert allowed or (sent.status_code, _newest(register).version) == (403, row.version), register

    assert PROPOSES.get(name, set()).isdisjoint(WRITES[name])
    assert found == wanted


def test_a_field_of_some_roles_alone_is_theirs_in_the_list_too(as_: As) -> None:
    kept = {one.key for one in short(ImpactAssessment) if one.writers}
    row = first(ImpactAssessment)
    with inside("Tinn"):
        free = next(one.key for one in short(ImpactAssessment) if not one.writers and one.applies_to(row))

    siri, kari = as_("siri"), as_("kari")

    assert {ask(kari, row, key).status_code for key in kept} == {403}
    assert ask(siri, row, free).status_code == 403
    assert {ask(siri, row, key).status_code for key in kept} <= {200, 400}


def test_the_list_offers_each_to_change_just_the_columns_that_are_theirs(as_: As) -> None:
    keys = {one.key for one in short(ImpactAssessment)}
    kept = {one.key for one in short(ImpactAssessment) if one.writers}
    columns = ",".join(["name", *keys])

    offered = {
        name: set(QUICK.findall(as_(name).get(address(ImpactAssessment, columns=columns)).text))
        for name in ("siri", "kari", "tone")
    }

    assert offered == {"siri": kept, "kari": keys - kept, "tone": set()}
    assert kept < keys


@pytest.mark.parametrize("field", ["", "no_such", "name", "notes", "agreements", "id", "municipality_id", "version"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_no_cell_is_refused_in_words(field: str, method: str, as_: As) -> None:
    kari, row = as_("kari"), first(Application)

    answer = ask(kari, row, field) if method == "get" else post(kari, Application, row.id, field, **{field or "x": "1"})

    assert (answer.status_code, sentence(answer)) == (400, "Feltet kan ikke endres i lista Ingenting er lagret.")
    assert reread(row, "version") == [1]


def test_no_secret_is_ever_opened_in_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    status, found = field_of(Application, "status"), []

    for personal in Personal:
        memories.forget_all()
        one = replace(status, personal=personal)
        monkeypatch.setattr(quick, "fields_of", {Application: [one], Application.__mapper__: [one]}.get)
        found.append((personal, len(quick.short(Application))))
    memories.forget_all()

    assert found == [(Personal.NONE, 1), (Personal.PERSONAL, 1), (Personal.SECRET, 0)]


@pytest.mark.parametrize("row_id", ["", "x", "-1", "0", "9" * 40, "1;drop"])
def test_an_id_that_is_none_is_a_row_that_is_not_there(row_id: str, as_: As) -> None:
    kari = as_("kari")

    assert [
        kari.get("/application/quick/", query_string={"id": row_id, "field": "status"}).status_code,
        post(kari, Application, row_id, "status", status="retired").status_code,
    ] == [404, 404]


def test_nothing_is_changed_by_an_address_or_without_the_token(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    query = {"id": row.id, "field": "status", "status": "retired", "version": "1"}

    by_address = kari.get("/application/quick/", query_string=query)
    without = kari.post(
        "/application/quick/", query_string=query, data={"status": "retired", "version": "1"}, csrf=False
    )

    assert (by_address.status_code, without.status_code, reread(row, "version")) == (200, 400, [1])


def test_what_is_not_sent_empties_nothing(as_: As) -> None:
    kari, row = as_("kari"), first(Application)

    answer = post(kari, Application, row.id, "owner", version="1")

    assert (answer.status_code, reread(row, "version")) == (400, [1])


@pytest.mark.parametrize("version", ["", "0", "x", "99"])
def test_a_version_that_is_not_the_rows_saves_nothing(version: str, as_: As) -> None:
    kari, row = as_("kari"), first(Application)

    answer = post(kari, Application, row.id, "status", status="retired", version=version)

    assert (answer.status_code, reread(row, "version")) == (409, [1])


def test_other_fields_that_are_sent_along_are_not_read(as_: As) -> None:
    kari, row = as_("kari"), first(Agreement)

    answer = send_cell(kari, row, "value_ore", value_ore="5", name="Et annet navn", municipality_id="2")

    assert (answer.status_code, reread(row, "name", "value_ore")) == (200, [row.name, 500])


def test_a_way_back_that_leads_elsewhere_is_refused_and_one_to_another_list_is_not_followed(as_: As) -> None:
    kari, row = as_("kari"), first(Application)

    elsewhere = ask(kari, row, "status", back="https://x.example/")
    other = send_cell(kari, row, "status", back="/agreement/?columns=name,status&search=x'\"<", status="retired")

    assert (elsewhere.status_code, other.status_code) == (400, 200)
    assert "/agreement/" not in other.json["row"]
    assert "<script" not in other.json["row"]


def test_what_is_written_is_shown_and_never_run(as_: As) -> None:
    kari, row = as_("kari"), first(Application)

    saved = send_cell(
        kari, row, "version_name", back="/application/?columns=version_name", version_name="<b onclick=x>"
    )
    again = ask(kari, row, "version_name")

    assert (saved.status_code, "<b " in saved.json["row"], "<b " in again.json["html"]) == (200, False, False)
    assert typed_in(again)["version_name"] == ["<b onclick=x>"]


def _newest(register: type[Any]) -> Any:
    with inside("Tinn"):
        row = db.session.scalars(select(register).order_by(register.id.desc())).first()
        db.session.expunge(row)
        return row
