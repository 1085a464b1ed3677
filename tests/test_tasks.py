"""The to-do list of the start page counts what the quality rules find."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import AgreementStatus, Answer, Disposal, ProcessingRole
from models.declare.fields import is_owned
from models.queries.overview import SOON, ending_agreements, tasks
from models.queries.quality import missing
from models.queries.rules import broken_rules
from models.registers.agreements import Agreement
from models.registers.catalogue import Supplier
from models.registers.codes import Article6, Article9, DataSubjectCategory, Law, PersonalDataCategory
from models.registers.processing import (
    LegalReference,
    ProcessingActivity,
    ProcessorRow,
    RetentionRow,
    SubjectRow,
    TransferRow,
)
from tests.conftest import inside
from tests.test_registers import As, address, count_on, ids_on

TODAY = date(2026, 3, 1)


LACKS = {
    "article6": {"Q1a"},
    "laws": {"Q1b", "Q1f"},
    "article9": {"Q1c"},
    "agreement": {"Q2"},
    "transfers": {"Q4"},
    "responsible": {"Q7b"},
}


def furnish_with_faults() -> None:
    """An activity for each fault there is a task for, and one without faults."""
    one = lambda cls, code: db.session.scalars(select(cls).where(cls.code == code)).one()  # noqa: E731 - read as a word
    law, supplier = db.session.scalars(select(Law)).first(), db.session.scalars(select(Supplier)).first()
    health = db.session.scalars(select(PersonalDataCategory).where(PersonalDataCategory.special == "health")).first()
    who = db.session.scalars(select(DataSubjectCategory)).first()
    good: Any = lambda: {"article6": [one(Article6, "6.1.e")], "laws": [LegalReference(law=law)]}  # noqa: E731
    faults: list[dict[str, Any]] = [
        {},
        {"article6": []},
        {"laws": []},
        {"article6": [one(Article6, "6.1.a")], "article9": [one(Article9, "9.2.h")], "laws": []},
        {"special": Answer.YES},
        {"subjects": [SubjectRow(subject=who, personal_data=[health])]},
        {"role": ProcessingRole.PROCESSOR, "article6": [], "special": Answer.YES},
        {"processors": [ProcessorRow(supplier=supplier)]},
        {"transferred": Answer.YES},
        {"transferred": Answer.YES, "transfers": [TransferRow(country="USA")]},
    ]
    for number, fault in enumerate(faults):
        db.session.add(ProcessingActivity(name=f"Feil {number}", **(good() | fault)))
    db.session.commit()


@pytest.mark.parametrize("lacks", LACKS)
def test_the_start_page_counts_just_what_the_quality_rules_find(lacks: str, app: Any) -> None:
    task = next(one for one in tasks() if one.filters == {"lacks": lacks})
    with inside("Tinn"), db.session.no_autoflush:
        furnish_with_faults()
        counted = set(db.session.scalars(select(ProcessingActivity.name).where(task.condition)))
        rows = db.session.scalars(select(ProcessingActivity)).all()
        found = {row.name for row in rows if LACKS[lacks] & {rule.code for rule in broken_rules(row, TODAY)}}

    assert counted == found
    assert 0 < len(found) < len(rows)


def test_rows_that_do_not_say_what_they_must_are_still_missing(app: Any) -> None:
    row = ProcessingActivity(retention=[RetentionRow(disposal=Disposal.UNDECIDED)], subjects=[SubjectRow()])

    gaps = {known.key for known in missing(row)}
    row.retention[0].disposal = Disposal.ERASE

    assert {"retention", "subjects"} <= gaps
    assert "retention" not in {known.key for known in missing(row)}


@pytest.mark.parametrize("parameter", sorted({one.parameter for one in tasks() if one.parameter}))
def test_the_list_behind_a_task_shows_just_the_rows_it_counts(parameter: tuple[str, str], as_: As) -> None:
    task = next(one for one in tasks() if one.parameter == parameter)
    of_tinn = is_owned(task.register)
    browser, key = as_("kari" if of_tinn else "sol"), parameter[0]
    with inside(*(["Tinn"] if of_tinn else [])), db.session.no_autoflush:
        if of_tinn:
            furnish_with_faults()
        db.session.rollback()
        counted = set(db.session.scalars(select(task.register.id).where(task.condition)))

    shown = set(ids_on(browser.get(address(task.register, **{key: parameter[1]})).text))
    assert shown == counted
    assert {key: len(counted)} == {key: count_on(browser.get(address(task.register, **{key: parameter[1]})).text)}


def test_agreements_that_end_soon_or_have_just_ended_are_told_soonest_first(app: Any) -> None:
    days = {
        "Lenge siden": TODAY - timedelta(days=61), "Nettopp": TODAY - timedelta(days=60), "I dag": TODAY,
        "Snart": TODAY + SOON, "Senere": TODAY + SOON + timedelta(days=1), "Uten slutt": None,
    }  # fmt: skip
    with inside("Tinn"):
        for name, ends in reversed(days.items()):
            db.session.add(Agreement(name=name, status=AgreementStatus.ACTIVE, ends=ends))
        db.session.add(Agreement(name="Utkast", status=AgreementStatus.DRAFT, ends=TODAY))
        db.session.commit()

        told = [one.name for one in ending_agreements(db.session, TODAY)]
        first = [one.name for one in ending_agreements(db.session, TODAY, limit=1)]

    assert (told, first) == (["Nettopp", "I dag", "Snart"], ["Nettopp"])
