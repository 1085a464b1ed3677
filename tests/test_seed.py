"""Filling the database: facts twice, a demo worth looking at, and a large set that is the same every time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import flask
import pytest
from sqlalchemy import func, select

import models
from models import db
from models.changes import derived
from models.database import prepare
from models.declare import folding
from models.declare.base import Part, fields_of
from models.declare.checks import no_national_identity_number
from models.declare.choices import Answer, LanguageForm, ProcessingRole
from models.declare.clock import now, today
from models.money.lines import lines_for
from models.queries.quality import completeness
from models.queries.rules import broken_rules
from models.registers import billing
from models.registers.architecture import Application
from models.registers.billing import Charge
from models.registers.codes import Article9, PersonalDataCategory, Special
from models.registers.municipality import Municipality, Population, Succession, all_ids
from models.registers.processing import ProcessingActivity
from models.registers.window import ShownCard
from models.seed import demo, facts, furnish, load, others
from models.tenancy import log, scope
from models.tenancy.people import Membership, User
from reports.base import Ask
from reports.registers import RegisterReport

OWNED = [register for register in models.REGISTERS if register.__domain__]
SHARED = [register for register in models.REGISTERS if not register.__domain__]
RICH = {
    "ProcessingActivity": 28, "Application": 45, "Agreement": 25, "Dataset": 18, "Integration": 12, "Platform": 10,
    "Service": 14, "Process": 6, "OrganisationalUnit": 12, "ContactPerson": 14, "RiskAssessment": 8,
    "ImpactAssessment": 5,
}  # fmt: skip
BOKMAAL = r"\b(ikke|hvordan|hvem|hva|hvorfor|tjenester|tjenesten|behandlingsansvarlig|skole|fra|noen|også|bare)\b"
TODAY = today()


def application(path: Path) -> flask.Flask:
    app = flask.Flask("seed")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{path}"
    db.init_app(app)
    return app


def fresh(path: Path) -> Iterator[Any]:
    with application(path).app_context():
        prepare(db.engine)
        models.Base.metadata.create_all(db.engine)
        yield db.session
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Any]:
    yield from fresh(tmp_path / "empty.db")


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    for session in fresh(tmp_path_factory.mktemp("seed") / "demo.db"):
        facts.load(session)
        demo.load(session, "a long password", lambda _name: None)
        yield session


def within(session: Any, name: str) -> Any:
    owner = session.scalar(select(Municipality.id).where(Municipality.name == name))
    session.commit()
    return scope.use(scope.of([owner], active=owner))


def counts(session: Any, registers: list[type[Any]]) -> dict[str, int]:
    return {one.__name__: session.scalar(select(func.count()).select_from(one)) for one in registers}


def texts(row: Any) -> Iterator[str]:
    """Every text in a row and in its parts."""
    for known in fields_of(type(row)):
        value = getattr(row, known.key)
        if isinstance(value, str):
            yield str(value)
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, Part):
                    yield from texts(one)


# --- facts --------------------------------------------------------------------------------------------------------


def test_facts_loaded_twice_are_there_once(session: Any) -> None:
    assert facts.is_empty(session)
    facts.load(session)
    once = counts(session, SHARED), session.scalar(select(func.count()).select_from(log.SharedChange))
    facts.load(session)
    assert not facts.is_empty(session)
    assert once == (counts(session, SHARED), session.scalar(select(func.count()).select_from(log.SharedChange)))
    assert once[0]["Municipality"] == 23
    assert once[0]["ProcessingTemplate"] == len(facts.templates())
    assert once[0]["Succession"] == 3


def test_facts_leave_what_somebody_changed_and_bring_back_what_is_gone(session: Any) -> None:
    facts.load(session)
    tinn = session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
    tinn.phone, tinn.language = "35 00 00 99", LanguageForm.NYNORSK
    session.delete(session.scalars(select(Succession)).first())
    session.delete(tinn.populations[0])
    session.commit()
    facts.load(session)
    assert (tinn.phone, tinn.language) == ("35 00 00 99", LanguageForm.NYNORSK)
    assert session.scalar(select(func.count()).select_from(Succession)) == 3
    assert session.scalar(select(func.count()).select_from(Population)) == len(facts.read_csv("populations.csv"))


def test_the_founders_add_up_as_in_2018(session: Any) -> None:
    facts.load(session)
    prices = session.scalars(select(billing.Price)).all()
    members = session.scalars(select(Municipality).where(Municipality.founder == Answer.YES)).all()
    lines = [line for one in members for line in lines_for(one, 2018, prices)]
    assert len(members) == 22
    assert sum(line.by_rule for line in lines if line.kind == "connection") == 955_000_00
    assert sum(line.by_rule for line in lines if line.kind != "connection") == 443_073_00


def test_extras_become_fields(session: Any) -> None:
    facts.load(session)
    special = {one.code: one.special for one in session.scalars(select(PersonalDataCategory))}
    assert (special["health"], special["national-id"], special["name"]) == (Special.HEALTH, Special.NIN, Special.NONE)
    needs_law = {one.code for one in session.scalars(select(Article9)) if one.needs_law is Answer.YES}
    assert needs_law == {"9.2.b", "9.2.g", "9.2.h", "9.2.i", "9.2.j"}


# --- demo ---------------------------------------------------------------------------------------------------------


def test_everybody_can_sign_in_and_holds_what_is_said(furnished: Any) -> None:
    with within(furnished, "Tinn"):
        users = {user.email: user for user in furnished.scalars(select(User))}
        held = {(one.user.email, str(one.role)) for one in furnished.scalars(select(Membership))}
    assert set(users) == {person.email for person in demo.DEMO_PEOPLE}
    assert users["kari@tinn.example"].password_matches("a long password")
    said = {(p.email, role) for p in demo.DEMO_PEOPLE for role, where in p.roles if where == "Tinn"}
    assert held == said


def test_a_second_time_changes_nothing(furnished: Any) -> None:
    with within(furnished, "Tinn"):
        before = counts(furnished, OWNED)
    assert demo.load(furnished, "another", lambda _name: pytest.fail("furnished again")) == list(demo.DEMO_PEOPLE)
    with within(furnished, "Tinn"):
        assert counts(furnished, OWNED) == before


def test_tinn_is_rich_and_seljord_has_something_everywhere(furnished: Any) -> None:
    with within(furnished, "Tinn"):
        tinn = counts(furnished, OWNED)
        roles = {one.role for one in furnished.scalars(select(ProcessingActivity))}
    with within(furnished, "Seljord"):
        assert all(counts(furnished, OWNED).values())
    assert {name: tinn[name] for name, least in RICH.items() if tinn[name] < least} == {}
    assert all(tinn.values())
    assert roles == set(ProcessingRole)


@pytest.mark.parametrize("name", ["Tinn", "Seljord"])
def test_some_rows_are_complete_and_some_need_work(furnished: Any, name: str) -> None:
    with within(furnished, name):
        activities = furnished.scalars(select(ProcessingActivity)).all()
        applications = furnished.scalars(select(Application)).all()
        for rows in (activities, applications):
            assert sum(completeness(row) == 100 for row in rows) >= 3
            assert sum(completeness(row) < 98 for row in rows) >= 3
        broken = {rule.code for row in [*activities, *applications] for rule in broken_rules(row, TODAY)}
    assert broken >= {"Q2", "Q3a", "Q3c", "Q7c", "Q8a", "Q8b"}


def test_the_demo_stays_alive(furnished: Any) -> None:
    with within(furnished, "Tinn"):
        ends = [one.ends for one in furnished.scalars(select(furnish.REGISTERS["agreements"])) if one.ends]
    assert sum(TODAY < day < TODAY + timedelta(days=183) for day in ends) >= 3
    assert sum(day < TODAY for day in ends) == 1


def test_the_excel_list_of_applications_has_a_supplier_wherever_there_is_a_product(furnished: Any) -> None:
    report = RegisterReport("x", "x", "x", register=Application)
    with within(furnished, "Tinn"):
        (told,) = report.sheets(furnished, Ask("nb", TODAY, now(), TODAY.year))
        labels = [column.label for column in told.sheet.columns]
        found = [(row[labels.index("Produkt")], row[labels.index("Leverandør")]) for row in told.sheet.rows]

    assert [product for product, supplier in found if product and not supplier] == []
    assert sum(product is not None for product, _supplier in found) > 50


def test_others_have_a_few_rows_and_what_has_ended_has_them_to_be_merged(furnished: Any) -> None:
    names = {one.name: one.ended for one in furnished.scalars(select(Municipality))}
    for name, ended in names.items():
        with within(furnished, name):
            found = counts(furnished, [Application, ProcessingActivity])
            charged = counts(furnished, [Charge])
        assert (found["Application"] >= 6, found["ProcessingActivity"] >= 3) == (True, True)
        assert bool(charged["Charge"]) is (ended is None)


def test_a_municipality_is_described_the_same_way_every_time() -> None:
    assert others.content_for("Vinje", nynorsk=True) == others.content_for("Vinje", nynorsk=True)
    assert others.content_for("Vinje", nynorsk=True) != others.content_for("Tokke", nynorsk=True)


def test_no_text_holds_a_national_identity_number_or_a_real_address(furnished: Any) -> None:
    ids = all_ids(furnished)
    furnished.commit()
    with scope.use(scope.of(ids)):
        found = [text for register in OWNED for row in furnished.scalars(select(register)) for text in texts(row)]
    assert len(found) > 5000
    for text in found:
        no_national_identity_number(text)
        assert not re.search(r"@(?![\w.-]+\.example\b)", text), text


@pytest.mark.parametrize("name", ["Seljord", "Vinje"])
def test_nynorsk_municipalities_write_nynorsk(furnished: Any, name: str) -> None:
    with within(furnished, name):
        found = [text for register in OWNED for row in furnished.scalars(select(register)) for text in texts(row)]
    assert found
    assert [text for text in found if re.search(BOKMAAL, text, re.IGNORECASE)] == []


def test_sisters_see_cards_and_history_names_the_author(furnished: Any) -> None:
    with within(furnished, "Tinn"):
        cards = furnished.scalars(select(ShownCard.register)).all()
        authors = set(furnished.scalars(select(log.ContentChange.actor_name)))
        changes = furnished.scalars(select(log.ContentChange.action)).all()
    assert cards.count("application") >= RICH["Application"]
    assert cards.count("processing_activity") >= 5
    assert authors == {"Kari Haugen"}
    assert {"created", "changed"} <= set(changes)


def test_content_that_names_something_unknown_says_so(session: Any) -> None:
    facts.load(session)
    with within(session, "Tinn"):
        house = furnish.House(session, furnish.shared_shelves(session))
        with pytest.raises(LookupError, match="OrganisationalUnit 'nowhere'"):
            house.furnish({"contacts": [{"name": "Nobody", "unit": "nowhere"}]})


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2020-02-29", date(2020, 2, 29)),
        ("+1d", date(2026, 2, 1)),
        ("+1m", date(2026, 2, 28)),
        ("-1m", date(2025, 12, 28)),
        ("-2y", date(2024, 1, 28)),
    ],
)
def test_offsets_count_from_today(text: str, meant: date) -> None:
    assert furnish.day(text, date(2026, 1, 31)) == meant


# --- the large set ------------------------------------------------------------------------------------------------


def names_after_load(path: Path) -> tuple[dict[str, int], list[str], list[str]]:
    for session in fresh(path):
        made = load.load(session, db.engine, 3, 20, 16)
        ids = all_ids(session)
        session.commit()
        with scope.use(scope.of(ids)):
            names = list(session.scalars(select(Application.name).order_by(Application.id)))
            numbers = list(session.scalars(select(ProcessingActivity.number).order_by(ProcessingActivity.id)))
            row = session.scalars(select(Application)).first()
            assert (row.search_text, row.sort_key) == (
                derived.search_text(row),
                folding.sort_key(row.name),
            )
            assert session.scalar(select(func.count()).select_from(ShownCard)) == 60
        return made, names, numbers
    raise AssertionError


def test_a_large_set_has_the_right_numbers_and_is_the_same_every_time(tmp_path: Path) -> None:
    made, names, numbers = names_after_load(tmp_path / "first.db")
    assert (made["application"], made["shown_card"], made["processing_activity"]) == (60, 60, 48)
    assert made["activity_subject"] > 0
    assert sum("sjeldenfugl" in name for name in names) == 1
    assert numbers[:2] == ["B-0001", "B-0002"]
    assert (made, names, numbers) == names_after_load(tmp_path / "second.db")


def test_real_municipalities_come_before_made_up_ones(session: Any) -> None:
    made = load.load(session, db.engine, 360, 0, 0)
    everyone = session.scalars(select(Municipality)).all()
    assert made["organisational_unit"] == 360 * 15
    assert len(everyone) == 362
    assert sum(one.name.startswith("Prøvedal") for one in everyone) == 3
