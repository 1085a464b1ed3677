"""The copy of a row: every field has a rule, nothing is saved before somebody saves, and no rule is passed by."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import UniqueConstraint, func, select

import models
from models.changes.copying import CHOSEN, copy_of, rule
from models.database import db
from models.declare.base import fields_of, part_class
from models.declare.choices import Answer, CatalogueStatus, RecordStatus
from models.declare.fields import Copied, Field, Kind, Personal
from models.declare.shapes import Shape
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.billing import Charge, Price, Supplement
from models.registers.catalogue import Product, Supplier
from models.registers.codes import SecurityMeasure
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.parties import Party
from models.registers.processing import ControllerRow, ProcessingActivity, ProcessorRow
from models.registers.risk import ImpactAssessment
from models.tenancy.people import Membership, ProjectRole, User
from tests.conftest import inside
from tests.support.rows import telling
from tests.test_forms import first
from tests.test_registers import As, address, errors, every_register, fill, form_of, keeper

KEPT, ANEW, NAMED = Copied.KEPT, Copied.ANEW, Copied.NAMED
DESCRIBED = [
    *models.REGISTERS,
    *[part_class(one) for register in models.REGISTERS for one in fields_of(register) if one.kind is Kind.ROWS],
]


def opened(browser: Any, row: Any, **along_: int) -> Any:
    """The form of the copy of a row."""
    return browser.get(address(type(row), "new/", copy=row.id, **along_))


def rules(register: type[Any]) -> dict[str, Copied]:
    return {known.key: rule(register, known) for known in fields_of(register)}


# -- rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", DESCRIBED, ids=lambda register: register.__name__)
def test_what_must_be_different_in_every_row_is_never_copied_as_it_stands(register: type[Any]) -> None:
    found = {known.column: rule(register, known) for known in fields_of(register)}
    alone = [one.columns.keys() for one in register.__table__.constraints if isinstance(one, UniqueConstraint)]
    alone += [[column.key] for column in register.__table__.columns if column.unique]
    told = [columns for columns in alone if set(columns) & found.keys() and "parent_id" not in columns]

    assert [columns for columns in told if all(found.get(one) is KEPT or one not in found for one in columns)] == []


SAID_SO = {Application: {"superusers"}, ControllerRow: {"contact", "representative"}}


@pytest.mark.parametrize("register", DESCRIBED, ids=lambda register: register.__name__)
def test_secrets_are_never_copied_and_what_is_about_a_person_only_where_its_field_says_so(register: type[Any]) -> None:
    kept = {
        known.key
        for known in fields_of(register)
        if known.personal is not Personal.NONE and rule(register, known) is KEPT
    }

    assert kept == SAID_SO.get(register, set())
    assert [one for one in fields_of(register) if one.personal is Personal.SECRET and rule(register, one) is KEPT] == []


def test_what_was_decided_of_a_row_is_not_decided_of_its_copy() -> None:
    anew = {
        register: {key for key, became in rules(register).items() if became is ANEW and key in looked_at}
        for register, looked_at in DECIDED.items()
    }

    assert anew == DECIDED


DECIDED = {
    ProcessingActivity: {"number", "status", "approved_by", "approved_on", "review_due", "shared", "template"},
    Agreement: {"number", "status", "signed", "signed_by_both", "last_audit", "archive_reference"},
    ImpactAssessment: {"advice", "advised_on", "status", "approved_on", "considered_by", "considered_on"},
    Application: {"confirmed", "review_due"},
    Membership: {"user", "valid_from", "valid_to"},
    ProjectRole: {"user", "valid_from", "valid_to"},
    User: {"email"},
    Charge: {"year", "invoiced_on", "reference"},
    Supplement: {"year", "dropped"},
    Municipality: {"organisation_number", "codes", "populations", "joined"},
    Product: {"status"},
}


def test_a_name_says_that_it_is_a_copys_however_long_it_is() -> None:
    long = ContactPerson(name="x" * 200)

    kept = copy_of(ContactPerson, long, (), lambda name: f"{name} (kopi)")

    assert kept.name == f"{'x' * 193} (kopi)"


# -- every register ----------------------------------------------------------------------------------------------------


def furnished(register: type[Any]) -> Any:
    """A row with something in everything that may be written, in Tinn."""
    with inside("Tinn"), db.session.no_autoflush:
        row = telling(register, "Kopiert")
        for known in fields_of(register):
            if not known.in_form or known.key in {"valid_to", "ended"}:
                setattr(row, known.key, None)
        if register in ONE_AT_A_TIME:  # what was is over when the copy begins
            row.valid_from, row.valid_to = date(1990, 1, 1), date(1990, 1, 2)
            for one in db.session.scalars(select(register)):
                one.valid_to = date(2018, 1, 2)
        db.session.add(row)
        db.session.commit()
        return row.id


ONE_AT_A_TIME = {Price, Party}


def said(register: type[Any], row: Any, known: Field) -> Any:
    """What a field holds, so that two rows can be compared."""
    value = getattr(row, known.column)
    if known.kind is Kind.REFERENCES:
        return {one.id for one in value}
    if known.kind is Kind.ROWS:
        part = part_class(known)
        return [
            {one.key: said(part, each, one) for one in fields_of(part) if rule(part, one) is KEPT} for each in value
        ]
    return value


def completed(register: type[Any], form: Any) -> dict[str, Any]:
    """The form with what is required and begins anew filled in, and all else as it stands."""
    ticks = {known.key for known in fields_of(register) if known.shape is Shape.YES_NO}
    asked = {key: value for key, value in fill(register, form).items() if key not in ticks}
    return asked | {key: values for key, values in form.values.items() if any(values)}


@every_register
def test_a_copy_of_a_full_row_is_saved_with_what_its_rules_say(register: type[Any], as_on: As) -> None:
    browser = keeper(register, as_on)
    source = furnished(register)
    form = form_of(browser.get(address(register, "new/", copy=source, rows=1, links=1)).text)

    answer = browser.post(address(register, "new/"), data=completed(register, form))

    assert answer.status_code == 303, errors(answer.text)
    with inside("Tinn"):
        before, after = (db.session.get(register, one) for one in (source, int(answer.location.rpartition("=")[2])))
        locked = {known.key for known in fields_of(register) if known.writers == ("dpo",)}
        kept = [one for one in fields_of(register) if rule(register, one) is KEPT and one.key not in locked]
        assert {one.key: said(register, after, one) for one in kept} == {
            one.key: said(register, before, one) for one in kept
        }
        named = [one.key for one in fields_of(register) if rule(register, one) is NAMED]
        assert [getattr(after, key) for key in named] == [f"{getattr(before, key)} (kopi)" for key in named]


@every_register
def test_what_begins_anew_stands_as_in_a_new_form_and_opening_saves_nothing(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    source = furnished(register)
    anew = {key for key, became in rules(register).items() if became is ANEW}
    blank = form_of(browser.get(address(register, "new/")).text).values

    copied = form_of(browser.get(address(register, "new/", copy=source, rows=1, links=1)).text).values

    assert {key: copied.get(key, [""]) for key in anew} == {key: blank.get(key, [""]) for key in anew}
    with inside("Tinn"):
        assert db.session.scalar(select(func.max(register.id))) == source


@every_register
def test_without_the_ticks_neither_parts_nor_links_come_along(register: type[Any], as_: As) -> None:
    browser = keeper(register, as_)
    source = furnished(register)
    blank = form_of(browser.get(address(register, "new/")).text).values
    chosen = [one.key for one in fields_of(register) if one.kind in CHOSEN]

    copied = form_of(browser.get(address(register, "new/", copy=source)).text).values

    def of_them(values: dict[str, list[str]]) -> dict[str, list[str]]:
        told = {name: value for name, value in values.items() if name.partition("-")[0] in chosen and any(value)}
        return {name: value for name, value in told.items() if value not in (["unknown"], ["undecided"])}

    assert of_them(copied) == of_them(blank)


# -- who, and where ----------------------------------------------------------------------------------------------------


def test_who_may_make_a_row_is_offered_a_copy_with_what_may_come_along(as_: As) -> None:
    activity, person = first(ProcessingActivity), first(ContactPerson)

    pages = {
        name: as_(name).get(address(ProcessingActivity, "details/", id=activity.id)).text for name in ("kari", "ola")
    }
    alone = as_("kari").get(address(ContactPerson, "details/", id=person.id)).text

    assert {name: "Lag kopi" in page for name, page in pages.items()} == {"kari": True, "ola": False}
    assert [name in pages["kari"] for name in ('name="rows"', 'name="links"')] == [True, True]
    assert ["Lag kopi" in alone, 'name="rows"' in alone, 'name="links"' in alone] == [True, False, False]


def test_no_row_is_copied_by_who_may_not_make_one_nor_out_of_reach(as_on: As) -> None:
    mine, theirs = first(Application), first(Application, "Seljord")

    reader, foreign = opened(as_on("ola"), mine), opened(as_on("kari"), theirs)

    assert (reader.status_code, foreign.status_code) == (403, 404)
    assert "Hemmeleg" not in foreign.text


@pytest.mark.parametrize("spoilt", ["", "x", "-1", "0", "999999999999999999999", "1%00", "%D9%A1"])
def test_a_copy_of_nothing_is_not_found(spoilt: str, as_: As) -> None:
    answer = as_("kari").get(address(Application, "new/", copy=spoilt))

    assert answer.status_code == 404


def test_the_copy_of_what_the_project_has_approved_is_a_proposal_of_ones_own(as_: As) -> None:
    kari = as_("kari")
    with inside("Tinn"):
        product = db.session.scalars(select(Product).where(Product.status == CatalogueStatus.APPROVED)).first()
    form = form_of(opened(kari, product).text)

    answer = kari.post(address(Product, "new/"), data=form.values)

    with inside("Tinn"):
        made = db.session.get(Product, int(answer.location.rpartition("=")[2]))
        assert (made.status, made.name) == (CatalogueStatus.PROPOSED, f"{product.name} (kopi)")


def test_an_approved_and_shared_activity_is_copied_as_a_draft_that_is_not_shared(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    with inside("Tinn"):
        stored = db.session.get(ProcessingActivity, row.id)
        stored.status, stored.shared, stored.approved_by = RecordStatus.REVISE, Answer.YES, "Kari"
        db.session.commit()
    page = opened(kari, row, rows=1, links=1).text

    answer = kari.post(address(ProcessingActivity, "new/"), data=form_of(page).values)

    with inside("Tinn"):
        made = db.session.get(ProcessingActivity, int(answer.location.rpartition("=")[2]))
        assert (made.status, made.shared, made.approved_by) == (RecordStatus.DRAFT, Answer.NO, None)
        assert made.number != row.number
    assert "Ikke med i kopien: Del med andre kommuner." in page


def test_advice_is_given_anew_of_a_copy_and_does_not_stand_in_its_form(as_: As) -> None:
    row = first(ImpactAssessment)
    with inside("Tinn"):
        db.session.get(ImpactAssessment, row.id).advice = "Råd fra ombudet"
        db.session.commit()

    page = opened(as_("kari"), row).text

    assert "Råd fra ombudet" not in page


def test_a_copy_refused_stands_as_it_was_and_is_saved_once(as_: As) -> None:
    kari, row = as_("kari"), first(Agreement)
    form = form_of(opened(kari, row).text).values

    refused = kari.post(address(Agreement, "new/"), data=form | {"name": [""]})
    again = form_of(refused.text).values | {"name": ["Rettet"]}
    saved = [kari.post(address(Agreement, "new/"), data=again) for _ in range(2)]

    assert refused.status_code == 422
    assert form_of(refused.text).values | {"name": form["name"]} == form
    assert [answer.status_code for answer in saved] == [303, 303]
    assert saved[0].location == saved[1].location


def test_a_copy_costs_the_same_with_one_row_and_with_many(as_: As, statements: list[str]) -> None:
    kari = as_("kari")
    counts = []
    for how_many in (1, 30):
        with inside("Tinn"), db.session.no_autoflush:
            row = ProcessingActivity(name=f"Med {how_many}", has_processors=Answer.YES)
            db.session.add(row)
            suppliers = db.session.scalars(select(Supplier).limit(how_many)).all()
            row.processors = [ProcessorRow(supplier=one) for one in suppliers]
            row.measures = list(db.session.scalars(select(SecurityMeasure).limit(how_many)))
            db.session.commit()
            row_id = row.id
        kari.get(address(ProcessingActivity, "new/", copy=row_id, rows=1, links=1))
        statements.clear()
        kari.get(address(ProcessingActivity, "new/", copy=row_id, rows=1, links=1))
        counts.append(len(statements))

    assert counts[0] == counts[1]
