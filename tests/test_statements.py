"""The same number of SQL statements for one row and for fifty, on every list, report and details page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

import models
from exchange.out.book import of_register
from models.database import db
from models.declare.base import Record, fields_of
from models.declare.choices import (
    AgreementStatus,
    Answer,
    CommentKind,
    ContactRole,
    Criticality,
    HeldPersonalData,
    Lifecycle,
)
from models.declare.clock import today
from models.declare.fields import Kind, is_owned
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.billing import Charge
from models.registers.catalogue import Supplier
from models.registers.codes import Article6, DataSubjectCategory, PersonalDataCategory, RecipientCategory
from models.registers.comments import Comment
from models.registers.data import Dataset
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity, ProcessorRow, RetentionRow, SubjectRow, TransferRow
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy.people import Membership, ProjectRole, User
from reports import REPORTS
from reports.base import Ask
from tests.conftest import inside
from tests.support.recorded import STATES
from tests.support.rows import numbered
from tests.test_registers import As, address, keeper

pytestmark = pytest.mark.usefixtures("unhindered")

MANY = 50
MOST_FOR_A_LIST, MOST_FOR_A_PAGE = 3, 12
MOST_FOR_DETAILS = 10  # one of them whom to ask, which stands on paper, and one what the owner was asked
TOLD_OF_EACH = {
    "fakturagrunnlag": 0,
    "prissimulering": 0,
    "utfylling": 8,
    "behandlingsprotokoll": 2,
    "uten-databehandleravtale": 2,
    "uten-eier": 2,
    "risikovurderinger": 2,
    "utlop": 2,
    "hvem-og-hva": 0,  # all are of one pair
    "arsrapport-personvern": 2,
    "har-vi-kontroll": 0,  # ten figures, whatever there is
    "avregning": 0,  # a line for each municipality that was invoiced; its costs are counted in test_settlements.py
    "databehandlerprotokoll": 0,  # a row for each municipality
    "felles-anskaffelse": 0,  # of what several have, counted in test_procurement.py
}  # rows a report gains from each round of `furnish`, else one
OF_ONE = {"endringer", "tjenestekart", "veikart"}  # which tell nothing of several municipalities together
ASK = Ask("nb", date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), 2018, chosen=STATES)


def add(register: type[Any], numbers: Iterator[int] | range) -> None:
    """Put rows in a register; in Tinn where rows have an owner. They may all be changed: no charge is invoiced."""
    with inside("Tinn"), db.session.no_autoflush:
        rows = [numbered(register, number, MANY) for number in numbers]
        for row in rows if register is Charge else ():
            row.invoiced_on = None
        db.session.add_all(rows)
        db.session.commit()


def people() -> None:
    """Enough people that each may hold a role of their own."""
    add(User, range(2, MANY + 3))


@pytest.fixture
def counted(statements: list[str]) -> Callable[[Callable[[], Any]], list[str]]:
    """The statements that something executes."""

    def count(work: Callable[[], Any]) -> list[str]:
        work()  # the first time fills caches that are no concern here
        statements.clear()
        work()
        return list(statements)

    return count


@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__tablename__)
def test_a_list_costs_the_same_for_one_row_and_for_fifty(register: type[Any], as_: As, counted: Any) -> None:
    if register in {Membership, ProjectRole}:
        people()
    browser = keeper(register, as_)
    add(register, range(59, 60))
    few = counted(lambda: browser.get(address(register)))

    add(register, range(60, 60 + MANY))

    assert len(counted(lambda: browser.get(address(register)))) == len(few) > 0
    assert len(few) <= MOST_FOR_A_LIST


@pytest.mark.parametrize("name", ["kari", "per"])
def test_a_list_takes_two_statements_of_one_municipality_and_of_all_and_whatever_is_looked_for(
    name: str, as_: As, counted: Any
) -> None:
    browser = as_(name)
    with inside("Tinn"):
        db.session.add(Application(name="Skole uten eier", status=Lifecycle.IN_USE))
        db.session.commit()
    narrowing: list[dict[str, Any]] = [{}, {"search": "skole"}, {"search": "e"}, {"status": Lifecycle.IN_USE}]
    narrowing += [{"status": Lifecycle.IN_USE, "search": "skole"}, {"lacks": "owner"}]
    for query in [asked | sorting for asked in narrowing for sorting in ({}, {"sort": "name"}, {"sort": "status"})]:
        assert (query, len(counted(lambda: browser.get(address(Application, **query))))) == (query, 2)  # noqa: B023


@pytest.mark.parametrize("name", ["kari", "per"])
def test_where_nothing_is_found_it_is_asked_once_whether_what_filters_and_views_offer_is_still_so(
    name: str, as_: As, counted: Any
) -> None:
    browser = as_(name)
    for _ in range(2):
        found = counted(lambda: browser.get(address(Application, search="finst ikkje")))
    assert len(found) == 3


def furnish(numbers: range, town: str = "Tinn", word: str = "") -> None:
    """Activities and applications with something at the end of every link, and much to mend; their names begin with a
    word."""
    with inside(town), db.session.no_autoflush:
        first: Any = lambda cls: db.session.scalars(select(cls).order_by(cls.id)).first()  # noqa: E731 - read as a word
        soon = today() + timedelta(days=30)
        linked = [first(c) for c in (Article6, DataSubjectCategory, PersonalDataCategory, RecipientCategory, Supplier)]
        ground, subject, personal, recipient, supplier = linked
        for number in numbers:
            agreement = Agreement(
                name=f"{word}Avtale {number}", supplier=supplier, status=AgreementStatus.ACTIVE, ends=soon
            )
            unit = OrganisationalUnit(name=f"{word}Enhet {number}")
            application = Application(
                name=f"{word}System {number}", supplier=supplier, unit=unit, agreements=[agreement],
                licence_renewal=soon, licence_ore=number,
                personal_data=HeldPersonalData.YES, criticality=Criticality.C1,
            )  # fmt: skip
            dataset = Dataset(name=f"{word}Datasett {number}", unit=unit, applications=[application])
            activity = ProcessingActivity(
                name=f"{word}Behandling {number}",
                article6=[ground],
                recipients=[recipient],
                applications=[application],
                datasets=[dataset],
                subjects=[SubjectRow(subject=subject, personal_data=[personal])],
                processors=[ProcessorRow(supplier=supplier, agreement=agreement)],
                retention=[RetentionRow(personal_data=personal)],
                transferred=Answer.YES,
                transfers=[TransferRow(country="US")],
                review_due=date(2018, 1, 1),
            )
            assessments = [
                RiskAssessment(name=f"{word}ROS", activity=activity, assessed_on=date(2018, 1, 1)),
                ImpactAssessment(name=f"{word}DPIA", activity=activity, considered_on=date(2018, 1, 1)),
            ]
            officer = ContactPerson(name=f"{word}Person {number}", role=ContactRole.DPO)
            db.session.add_all([application, dataset, activity, officer, *assessments])
            db.session.flush()
            about = {"register": "processing_activity", "row_id": activity.id, "kind": CommentKind.ADVICE}
            db.session.add(Comment(text="Råd", at=datetime(2018, 6, 1, tzinfo=UTC), **about))
        db.session.commit()


def read(report: Any, *towns: str) -> int:
    """Read a report to its last row; how many rows it had."""
    with inside(*towns):
        return sum(len(list(told.sheet.rows)) for told in report.sheets(db.session, ASK)) + len(
            report.facts(db.session, ASK)
        )


@pytest.mark.parametrize("towns", [("Tinn",), ()], ids=["one municipality", "all municipalities"])
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_a_report_costs_the_same_for_one_row_and_for_fifty(
    report: Any, towns: tuple[str, ...], counted: Any, app: Any
) -> None:
    furnish(range(1))
    few = counted(lambda: read(report, *towns))
    rows = read(report, *towns)

    furnish(range(1, MANY))

    assert len(counted(lambda: read(report, *towns))) == len(few) > 0
    gained, rest = divmod(read(report, *towns) - rows, MANY - 1)
    expected = 0 if report.slug in OF_ONE and not towns else TOLD_OF_EACH.get(report.slug, 1)
    assert (gained, rest) == (expected, 0), (
        f"{report.slug} gains {gained} rows from each round of `furnish`: say so in TOLD_OF_EACH, and let `furnish` "
        "make what the report tells of, or else its statements are not counted over many rows."
    )


@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__tablename__)
def test_an_export_costs_the_same_for_one_row_and_for_fifty(register: type[Any], counted: Any, app: Any) -> None:
    if register in {Membership, ProjectRole}:
        people()
    report = of_register(register)
    towns = ["Tinn"] if is_owned(register) else []
    add(register, range(59, 60))
    few = counted(lambda: read(report, *towns))

    add(register, range(60, 60 + MANY))

    assert len(counted(lambda: read(report, *towns))) == len(few) > 0


@pytest.mark.parametrize("register", [Application, ProcessingActivity])
def test_a_details_page_costs_the_same_with_one_link_and_with_many(register: type[Any], as_: As, counted: Any) -> None:
    browser = as_("kari")
    with inside("Tinn"):
        row_id = db.session.scalars(select(register.id).order_by(register.id)).first()
    few = counted(lambda: browser.get(address(register, "details/", id=row_id)))

    furnish(range(MANY))
    with inside("Tinn"):
        row = db.session.get(register, row_id)
        for known in fields_of(register):
            if known.kind is Kind.REFERENCES and issubclass(known.target, Record):
                setattr(row, known.key, list(db.session.scalars(select(known.target).limit(MANY))))
        db.session.commit()

    assert len(counted(lambda: browser.get(address(register, "details/", id=row_id)))) == len(few) > 0
    assert len(few) <= MOST_FOR_DETAILS


def test_the_start_page_costs_the_same_however_much_there_is(as_: As, counted: Any) -> None:
    browser = as_("kari")
    few = counted(lambda: browser.get("/"))

    furnish(range(MANY))

    assert len(counted(lambda: browser.get("/"))) == len(few) > 0
    assert len(few) <= MOST_FOR_A_PAGE


def test_the_counter_counts(statements: list[str], app: Any) -> None:
    with inside("Tinn"):
        statements.clear()
        db.session.scalars(select(OrganisationalUnit)).all()

    assert len(statements) == 1
