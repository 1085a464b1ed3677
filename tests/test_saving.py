"""What a save costs: what did not change is not read, and nothing is read once it is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, select

import models
from models.database import db
from models.declare.base import fields_of
from models.declare.fields import Kind
from models.queries import quality, rules
from models.queries.standing import FACTS, read_together, register_of, standing
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.codes import Article6, RecipientCategory
from models.registers.data import Dataset
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity, ProcessorRow, RetentionRow, SubjectRow
from tests.conftest import inside
from tests.test_quality import TODAY
from tests.test_registers import address, form_of

As = Callable[[str], Any]
SAVE, FORM, CREATE = 15, 8, 15


@pytest.fixture
def executed(engine_app: Any) -> Iterator[list[str]]:
    """Every statement and commit, in order, on either engine."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    def committed(_connection: Any) -> None:
        seen.append("COMMIT")

    event.listen(db.engine, "before_cursor_execute", note)
    event.listen(db.engine, "commit", committed)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
    event.remove(db.engine, "commit", committed)


def link(register: type[Any], how_many: int) -> int:
    """Give the first row of a register so many links of every kind, and parts; its id."""
    with inside("Tinn"), db.session.no_autoflush:
        row: Any = db.session.scalars(select(register).order_by(register.id)).first()
        if register is ProcessingActivity:
            row.applications = [Application(name=f"System {n} av {how_many}") for n in range(how_many)]
            row.datasets = [Dataset(name=f"Datasett {n} av {how_many}") for n in range(how_many)]
            row.retention = [RetentionRow(start=f"Hendelse {n}") for n in range(how_many)]
        else:
            row.agreements = [Agreement(name=f"Avtale {n} av {how_many}") for n in range(how_many)]
        db.session.commit()
        return int(row.id)


def save(browser: Any, register: type[Any], row_id: int, executed: list[str], **changes: Any) -> list[str]:
    """What happens in the database when the form is opened, a little is changed, and saved."""
    url = address(register, "edit/", id=row_id)
    values = form_of(browser.get(url).text).values | changes
    executed.clear()
    answer = browser.post(url, data=values)
    assert answer.status_code == 303, answer.text
    return list(executed)


def read_by(found: list[str]) -> list[str]:
    return [one for one in found if one != "COMMIT"]


@pytest.mark.parametrize("register", [ProcessingActivity, Application])
def test_a_save_costs_the_same_with_one_link_and_with_many(register: type[Any], as_on: As, executed: list[str]) -> None:
    kari = as_on("kari")
    row_id = link(register, 1)
    save(kari, register, row_id, executed, description="Først")  # the first time fills caches that are no concern here
    few = save(kari, register, row_id, executed, description="Så")

    link(register, 10)
    many = save(kari, register, row_id, executed, description="Til slutt")

    assert len(read_by(many)) == len(read_by(few)) <= SAVE


def test_a_save_that_changes_links_and_parts_stays_within_its_bound(as_on: As, executed: list[str]) -> None:
    kari = as_on("kari")
    row_id = link(ProcessingActivity, 10)
    with inside("Tinn"):
        grounds = [str(one) for one in db.session.scalars(select(Article6.id).limit(3))]

    found = save(
        kari, ProcessingActivity, row_id, executed,
        purpose="Nytt", article6=grounds, **{"retention-3-months": ["24"]},
    )  # fmt: skip

    assert len(read_by(found)) <= SAVE
    with inside("Tinn"):
        row = db.session.get(ProcessingActivity, row_id)
        assert (row.purpose, sorted(str(one.id) for one in row.article6)) == ("Nytt", sorted(grounds))
        assert [part.months for part in row.retention] == [24 if n == 3 else None for n in range(10)]


@pytest.mark.parametrize("register", [ProcessingActivity, Application])
def test_nothing_is_asked_of_the_database_once_a_row_is_saved(
    register: type[Any], as_on: As, executed: list[str]
) -> None:
    """What fails after the commit would say «nothing is saved» of what is saved."""
    kari = as_on("kari")
    row_id = link(register, 2)

    found = save(kari, register, row_id, executed, description="Nytt")

    assert found[-1] == "COMMIT"
    assert found.count("COMMIT") == 1


def test_creating_stays_within_its_bound_and_asks_nothing_once_it_is_saved(as_on: As, executed: list[str]) -> None:
    kari = as_on("kari")
    with inside("Tinn"):
        person = db.session.scalars(select(ContactPerson.id).order_by(ContactPerson.id)).first()
    values = form_of(kari.get("/application/new/").text).values
    executed.clear()

    answer = kari.post("/application/new/", data=values | {"name": "Ny", "owner": str(person), "manager": str(person)})

    assert answer.status_code == 303
    assert len(read_by(executed)) <= CREATE
    assert executed[-1] == "COMMIT"


def test_what_is_posted_as_it_stood_reads_no_row_at_the_far_end(as_on: As, executed: list[str]) -> None:
    kari = as_on("kari")
    row_id = link(ProcessingActivity, 3)

    found = save(kari, ProcessingActivity, row_id, executed)

    asked = [one for one in found if "FROM application" in one or "FROM contact_person" in one]
    assert [one for one in asked if "UNION ALL" not in one] == []
    assert not any(one.startswith(("UPDATE", "INSERT", "DELETE")) for one in found)


def test_an_id_that_is_posted_newly_is_asked_for_once_a_register(as_on: As, executed: list[str]) -> None:
    kari = as_on("kari")
    row_id = link(ProcessingActivity, 1)
    with inside("Tinn"):
        ids = [str(one) for one in db.session.scalars(select(RecipientCategory.id).limit(5))]

    found = save(kari, ProcessingActivity, row_id, executed, recipients=ids)

    assert len([one for one in found if "WHERE recipient_category.id IN" in one]) == 1


# -- a row as it stands ------------------------------------------------------------------------------------------------


def told(row: Any) -> dict[str, Any]:
    """Every field as both can be compared: what is linked by its id, parts field by field."""
    return {known.key: _plain(getattr(row, known.key), known.kind) for known in fields_of(register_of(row))}


def _plain(value: Any, kind: Kind) -> Any:
    if kind is Kind.ROWS:
        return [told(part) for part in value]
    if kind is Kind.REFERENCES:
        return sorted(one.id for one in value)
    return value.id if kind is Kind.REFERENCE and value is not None else value


def test_every_row_stands_as_the_row_itself_says(engine_app: Any) -> None:
    with inside():
        for register in models.REGISTERS:
            for row in db.session.scalars(select(register).limit(5)).all():
                assert told(standing(db.session, row)) == told(row)
        db.session.rollback()


def test_nothing_is_told_of_how_a_row_stands_elsewhere(engine_app: Any) -> None:
    with inside("Seljord"):
        theirs = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        there = read_together(db.session, [theirs])[theirs.id]
        db.session.expunge_all()
    assert all(there[key] for key in ("article6", "laws", "subjects", "applications"))  # there is what could leak

    with inside("Tinn"):
        found = read_together(db.session, [theirs])[theirs.id]
        db.session.rollback()
    assert (found.keys(), [one for value in found.values() for one in value or ()]) == (there.keys(), [])


def test_quality_says_the_same_of_a_row_and_of_how_it_stands(engine_app: Any) -> None:
    with inside("Tinn"):
        for register in (ProcessingActivity, Application, Agreement, Dataset):
            for row in db.session.scalars(select(register)).all():
                stands = standing(db.session, row)
                said = (
                    quality.completeness(stands),
                    [known.key for known in quality.missing(stands)],
                    [rule.code for rule in rules.broken_rules(stands, TODAY)],
                )
                assert said == (
                    quality.completeness(row),
                    [known.key for known in quality.missing(row)],
                    [rule.code for rule in rules.broken_rules(row, TODAY)],
                )
        db.session.rollback()


def test_a_changed_part_stands_as_changed_and_its_neighbours_as_they_were(app: Any, statements: list[str]) -> None:
    with inside("Tinn"), db.session.no_autoflush:
        row = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        stands = standing(db.session, row)
        statements.clear()

        row.retention[0].months = 7
        row.subjects.append(SubjectRow())
        row.processors = [ProcessorRow()]

        assert [part.months for part in stands.retention] == [7]
        assert [len(part.personal_data) for part in stands.subjects] == [2, 0]
        assert [part.agreement for part in stands.processors] == [None]
        assert len(statements) == 3, statements  # the three collections that are changed, and no more
        db.session.rollback()


def test_the_facts_that_are_read_are_columns_of_what_they_are_read_of() -> None:
    unknown = {fact for far, facts in FACTS.items() for fact in facts if fact not in far.__table__.c}

    assert unknown == set()
