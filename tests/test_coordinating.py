"""What coordinators and the data protection officer ask for: whole rows of a small world, and nothing of another's."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import (
    AgreementStatus,
    Answer,
    CommentKind,
    CommentState,
    Criticality,
    Disposal,
    HeldPersonalData,
    Lifecycle,
    RecordStatus,
)
from models.declare.clock import months_after, today
from models.queries.costs import spent, yearly
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.codes import Article6, DataSubjectCategory, PersonalDataCategory, Special, TransferGround
from models.registers.comments import Comment
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity, RetentionRow, SubjectRow, TransferRow
from models.registers.risk import ImpactAssessment, RiskAssessment
from reports import report
from reports.base import Ask
from reports.coordinating import COORDINATING
from tests.conftest import inside, municipality
from tests.test_registers import As
from tests.test_reports import book_of, cells

NOW = today()
ASK = Ask("nb", NOW, datetime(2026, 6, 1, 12, tzinfo=UTC), NOW.year)
MONTH = timedelta(days=31)
Row = list[Any]


def rows(slug: str, *towns: str, ask: Ask = ASK) -> dict[str, list[Row]]:
    """The rows of each sheet, by its title."""
    with inside(*towns):
        return {one.sheet.title: [list(row) for row in one.sheet.rows] for one in report(slug).sheets(db.session, ask)}


def first(cls: Any, *where: Any) -> Any:
    return db.session.scalars(select(cls).where(*where).order_by(cls.id)).first()


@pytest.fixture
def world(app: Any) -> None:
    """The same small world in Tinn and, with its own word, in Seljord; nothing else is told of in either."""
    for town, word in (("Tinn", "Tinn"), ("Seljord", "Hemmeleg")):
        with inside(town), db.session.no_autoflush:
            _silence()
            _furnish(word)
            db.session.commit()


def _silence() -> None:
    """Let what there is be over and done with."""
    over = {
        ProcessingActivity: RecordStatus.ENDED,
        Application: Lifecycle.RETIRED,
        Agreement: AgreementStatus.EXPIRED,
    }
    for cls, status in over.items():
        for row in db.session.scalars(select(cls)):
            row.status = status
    for row in db.session.scalars(select(RiskAssessment)):
        row.assessed_on = None
    for row in db.session.scalars(select(ImpactAssessment)):
        row.considered_on = row.done_on = row.advised_on = row.approved_on = None


def _furnish(word: str) -> None:
    supplier = first(Supplier)
    subject, ground = first(DataSubjectCategory), first(Article6)
    health = first(PersonalDataCategory, PersonalDataCategory.special == Special.HEALTH)
    plain = first(PersonalDataCategory, PersonalDataCategory.special == Special.NONE)
    school, home = OrganisationalUnit(name=f"{word} skole"), OrganisationalUnit(name=f"{word} heim")
    leader = ContactPerson(name=f"{word} leder")
    in_force = {"status": AgreementStatus.ACTIVE, "supplier": supplier}
    covers = Agreement(
        name=f"{word} dba", ends=NOW + 3 * MONTH, notice_months=1, data_processing=Answer.YES, **in_force
    )
    alone = Agreement(name=f"{word} drift", ends=NOW + 9 * MONTH, value_ore=50_000, **in_force)
    old = Agreement(name=f"{word} gammel", ends=NOW - MONTH, value_ore=999, **in_force)
    held = {"personal_data": HeldPersonalData.YES, "criticality": Criticality.C4}
    apps = [
        Application(name=f"{word} A", unit=school, licence_ore=100_000, licence_renewal=NOW + MONTH, **held),
        Application(name=f"{word} B", unit=home, owner=leader, agreements=[covers], operation_ore=25_050, **held),
        Application(
            name=f"{word} C", owner=leader, storage_country="US", criticality=Criticality.C1, supplier=supplier
        ),
        Application(name=f"{word} D", unit=school, status=Lifecycle.RETIRED, licence_ore=777, **held),
    ]
    apps[2].personal_data = HeldPersonalData.YES
    settled = ProcessingActivity(
        name=f"{word} opptak", unit=school, responsible=leader, status=RecordStatus.APPROVED, article6=[ground],
        review_due=NOW - timedelta(days=10), approved_on=NOW, applications=[apps[2]], transferred=Answer.YES,
        subjects=[SubjectRow(subject=subject, personal_data=[health, plain])],
        retention=[
            RetentionRow(personal_data=health, disposal=Disposal.ERASE, months=60, start="avsluttet sak"),
            RetentionRow(disposal=Disposal.PRESERVE),
        ],
        transfers=[TransferRow(country="US", recipient="Sky", ground=first(TransferGround), remote_access=Answer.YES)],
    )  # fmt: skip
    open_one = ProcessingActivity(name=f"{word} uklar", subjects=[SubjectRow(subject=subject, personal_data=[plain])])
    undecided = ProcessingActivity(name=f"{word} uavklart", retention=[RetentionRow(disposal=Disposal.UNDECIDED)])
    db.session.add_all([*apps, alone, old, settled, open_one, undecided])
    db.session.add(RiskAssessment(name=f"{word} ROS", application=apps[0], assessed_on=date(2020, 1, 1)))
    db.session.flush()
    said = {"register": "processing_activity", "row_id": settled.id, "kind": CommentKind.ADVICE, "at": ASK.moment}
    moment = datetime(NOW.year, 3, 1, tzinfo=UTC)
    db.session.add(Comment(text=f"{word} slett", state=CommentState.FOLLOWED, **said | {"at": moment}))
    for year in (NOW.year - 1, NOW.year + 1):
        db.session.add(Comment(text="Et annet år", **said | {"at": moment.replace(year=year)}))


@pytest.mark.usefixtures("world")
def test_applications_without_an_agreement_are_counted_and_listed_by_unit() -> None:
    supplier = _of(Supplier)
    assert rows("uten-databehandleravtale", "Tinn") == {
        "Applikasjoner per enhet": [["Tinn skole", 1], ["Uten enhet", 1]],
        "Applikasjoner uten databehandleravtale": [
            ["Tinn A", "Tinn skole", None, None, "Ja", C4, None],
            ["Tinn C", None, "Tinn leder", supplier, "Ja", C1, None],
        ],
    }


@pytest.mark.usefixtures("world")
def test_applications_without_owner_are_counted_and_listed() -> None:
    assert rows("uten-eier", "Tinn") == {
        "Applikasjoner per enhet": [["Tinn skole", 1]],
        "Uten systemeier": [["Tinn A", "Tinn skole", None, None, "Ja", C4]],
    }


@pytest.mark.usefixtures("world")
def test_activities_past_review_say_for_how_long() -> None:
    due = NOW - timedelta(days=10)
    assert rows("forbi-revisjon", "Tinn") == {
        "Forbi revisjon": [["Tinn opptak", "Tinn skole", "Tinn leder", "Godkjent", NOW, due, 10]]
    }


@pytest.mark.parametrize(("months", "found"), [((), ["Tinn dba", "Tinn drift"]), ((4,), ["Tinn dba"]), ((1,), [])])
@pytest.mark.usefixtures("world")
def test_agreements_are_due_within_the_months_that_were_chosen(months: tuple[int, ...], found: list[str]) -> None:
    ask = replace(ASK, chosen={"months": months} if months else {})
    assert [row[0] for row in rows("avtalefrister", "Tinn", ask=ask)["Avtaler med frist"]] == found


@pytest.mark.usefixtures("world")
def test_an_agreement_must_be_decided_on_before_its_notice() -> None:
    supplier, ends = _of(Supplier), NOW + 3 * MONTH
    dba, _drift = rows("avtalefrister", "Tinn")["Avtaler med frist"]
    notice = months_after(ends, -1)
    assert dba == ["Tinn dba", supplier, "Aktiv", None, notice, ends, None, None, None, None, notice]


@pytest.mark.usefixtures("world")
def test_what_ends_and_what_has_ended_without_being_tidied_stand_apart() -> None:
    supplier = _of(Supplier)
    assert rows("utlop", "Tinn") == {
        "Lisenser som fornyes": [["Tinn A", None, "Tinn skole", NOW + MONTH, None, None, 100_000]],
        "Avtaler som går ut": [
            ["Tinn dba", supplier, None, NOW + 3 * MONTH, None],
            ["Tinn drift", supplier, None, NOW + 9 * MONTH, 50_000],
        ],
        "Gått ut, men står som aktive": [["Tinn gammel", supplier, None, NOW - MONTH, 999]],
    }


@pytest.mark.usefixtures("world")
def test_old_assessments_and_what_lacks_one() -> None:
    assert rows("risikovurderinger", "Tinn") == {
        "Eldre enn to år": [["Tinn ROS", "Tinn A", None, None, date(2020, 1, 1), None]],
        "Kritiske systemer uten ROS": [["Tinn C", None, "Tinn leder", C1, "Ja"]],
        "Behandlinger som trolig trenger DPIA": [
            ["Tinn opptak", "Tinn skole", "Tinn leder", "Ikke vurdert", "Godkjent"]
        ],
    }


@pytest.mark.usefixtures("world")
def test_who_may_not_read_of_risk_is_told_neither_what_is_old_nor_what_is_missing() -> None:
    from models.declare.domains import Domain
    from models.tenancy import scope

    with inside("Tinn"):
        place = municipality("Tinn")
        with scope.use(scope.Scope(read={Domain.CONTENT: frozenset({place})}, active=place)):
            told = report("risikovurderinger").sheets(db.session, ASK)
            assert [len(list(one.sheet.rows)) for one in told] == [0, 0, 0]


@pytest.mark.usefixtures("world")
def test_retention_tells_what_is_not_settled_first() -> None:
    health = _of(PersonalDataCategory, PersonalDataCategory.special == Special.HEALTH)
    missing, undecided = "Slettefristen mangler.", "Hva som skjer etter fristen, er uavklart."
    empty: Row = [None] * 5
    assert rows("lagring-og-sletting", "Tinn") == {
        "Slettefrister": [
            ["Tinn uavklart", None, undecided, None, "Uavklart", *empty],
            ["Tinn uklar", None, missing, None, None, *empty],
            ["Tinn opptak", "Tinn skole", None, health, "Slettes", 60, None, "avsluttet sak", None, None],
            ["Tinn opptak", "Tinn skole", None, None, "Bevares (avleveres depot)", *empty],
        ]
    }


@pytest.mark.usefixtures("world")
def test_a_transfer_stands_with_country_recipient_ground_and_remote_access() -> None:
    ground = _of(TransferGround)
    assert rows("tredjeland", "Tinn") == {
        "Overføringer": [
            ["Tinn opptak", "Tinn skole", None, "US", "Sky", None, ground, None, None, "Ja"],
        ],
        "Underdatabehandlere utenfor EØS": [],
    }


@pytest.mark.usefixtures("world")
def test_costs_have_one_sum_however_they_are_looked_at_and_count_nothing_twice() -> None:
    supplier = _of(Supplier)
    told = rows("kostnader", "Tinn")
    assert told["Per leverandør"] == [["Uten leverandør", 125_050, 0, 125_050], [supplier, 0, 50_000, 50_000]]
    assert told["Per enhet"] == [
        ["Tinn skole", 100_000, 0, 100_000],
        ["Uten enhet, og avtaler", 0, 50_000, 50_000],
        ["Tinn heim", 25_050, 0, 25_050],
    ]
    with inside("Tinn"):
        figure = yearly(db.session, municipality("Tinn"), NOW)
        assert sum(one.of_systems + one.of_agreements for one in spent(db.session)) == figure.ore == 175_050
    assert told["Utløpt, men står som aktiv"] == [["Tinn gammel", supplier, None, NOW - MONTH, 999]]
    assert told["Per innbygger"] == [["Tinn", 175_050, figure.inhabitants, figure.day, figure.of_each]]


@pytest.mark.usefixtures("world")
def test_an_agreement_on_a_system_with_a_cost_is_not_counted_beside_it() -> None:
    with inside("Tinn"):
        first(Agreement, Agreement.name == "Tinn dba").value_ore = 10_000_000
        db.session.commit()
    assert sum(row[3] for row in rows("kostnader", "Tinn")["Per leverandør"]) == 175_050


@pytest.mark.usefixtures("world")
def test_completeness_by_unit_counts_rows_gaps_and_faults() -> None:
    told = rows("utfylling-per-enhet", "Tinn")["Utfylling per enhet"]
    by_unit = {row[0]: row[1:] for row in told}
    assert [row[1] for row in told] == sorted(row[1] for row in told)
    assert {unit: row[1] for unit, row in by_unit.items() if unit.startswith("Tinn")} == {
        "Tinn skole": 3,
        "Tinn heim": 1,
    }
    assert by_unit["Tinn skole"][3] == 2  # the application without owner and agreement, and the activity


@pytest.mark.usefixtures("world")
def test_the_yearly_report_tells_of_the_year_and_of_today() -> None:
    told = rows("arsrapport-personvern", "Tinn")
    assert told["Nøkkeltall"] == [
        ["Behandlinger i dag", 3],
        ["Godkjente i dag", 1],
        [f"Godkjent i {NOW.year}", 1],
        ["Forbi revisjonsdatoen i dag", 1],
        ["Med særlige kategorier i dag", 0],
        ["Applikasjoner uten databehandleravtale i dag", 2],
        ["Behandlinger som trolig trenger DPIA i dag", 1],
        ["Risikovurderinger eldre enn to år", 1],
        [f"DPIA ferdige i {NOW.year}", 0],
        [f"DPIA med råd i {NOW.year}", 0],
    ]
    assert told["Råd"] == [["Tinn opptak", "Behandlinger", date(NOW.year, 3, 1), "Tinn slett", "Fulgt", None]]
    assert told["DPIA i året"] == []
    faults = {row[0]: row[2] for row in told["Åpne feil"]}
    assert faults["Systemeier mangler."] == 1


# -- what holds of all of them -----------------------------------------------------------------------------------------

OF_ONE = {"endringer", "tjenestekart", "veikart"}  # told of one municipality at a time
SLUGS = [one.slug for one in COORDINATING]
NAMELESS = {"utfylling-per-enhet", "har-vi-kontroll", "felles-anskaffelse"}  # numbers, and what has no such names


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_of_another_municipality_comes_in(slug: str) -> None:
    assert "Hemmeleg" not in str(rows(slug, "Tinn"))
    assert "Hemmeleg" in str(rows(slug, "Seljord")) or slug in NAMELESS
    together = rows(slug, "Tinn", "Seljord")
    assert "Hemmeleg" in str(together) or slug in NAMELESS or slug in OF_ONE


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("kind", ["", "pdf/", "docx/"])
def test_with_no_rows_there_is_a_valid_file_that_says_so(slug: str, kind: str, as_: As) -> None:
    with inside("Tinn"):
        _silence()
        db.session.commit()
    browser = as_("tone")
    page = html.unescape(browser.get(f"/reports/{slug}/").text)
    answer = browser.get(f"/reports/{slug}/download/{kind}")
    start = {"": b"PK", "pdf/": b"%PDF", "docx/": b"PK"}[kind]
    assert (answer.status_code, answer.data[: len(start)]) == (200, start)
    sheets = report(slug).sheets
    with inside("Tinn"):
        said = [one.sheet.empty for one in sheets(db.session, ASK) if not list(one.sheet.rows)]
    assert all(one in page for one in said)


@pytest.mark.parametrize("asked", ["months=0", "months=61", "months=tolv", "months=3&months=4", "unit=1"])
def test_a_choice_out_of_bounds_or_unknown_is_refused(asked: str, as_: As) -> None:
    browser = as_("tone")
    doors = ("", "download/", "document/")
    answers = [browser.get(f"/reports/avtalefrister/{end}?{asked}").status_code for end in doors]
    assert answers == [400, 400, 400]


@pytest.mark.usefixtures("world")
def test_a_choice_narrows_the_rows_and_stands_on_the_cover(as_: As) -> None:
    book = book_of(as_("tone").get("/reports/uten-databehandleravtale/download/?unit=Tinn skole"))
    facts = {row[0]: row[1] for row in cells(book.worksheets[0]) if row[0]}
    assert facts["Utvalg"] == "Enhet: Tinn skole"
    assert [row[0] for row in cells(book.worksheets[2])[1:]] == ["Tinn A"]


@pytest.mark.usefixtures("world")
def test_the_page_leads_to_each_row_and_draws_what_the_table_says(as_: As) -> None:
    with inside("Tinn"):
        row_id = first(Application, Application.name == "Tinn A").id
    page = html.unescape(as_("tone").get("/reports/uten-databehandleravtale/").text)
    assert f'<th scope="row"><a href="/application/details/?id={row_id}">Tinn A</a></th>' in page
    assert 'aria-label="Antall: Tinn skole 1; Uten enhet 1"' in page
    assert page.count('<rect class="fill-info" width="1000"') == 2


@pytest.mark.usefixtures("world")
def test_the_file_has_the_same_picture_as_a_chart_of_its_own_cells(as_: As) -> None:
    book = book_of(as_("tone").get("/reports/uten-databehandleravtale/download/"))
    counted, listed = book.worksheets[1:]
    (chart,) = counted._charts
    (series,) = chart.series
    assert (series.val.numRef.f, series.cat.strRef.f) == (
        "'Applikasjoner per enhet'!$B$2:$B$3",
        "'Applikasjoner per enhet'!$A$2:$A$3",
    )
    assert listed._charts == []


def _of(cls: Any, *where: Any) -> str:
    with inside("Tinn"):
        from models.declare.titles import title_of

        return title_of(first(cls, *where), "nb")


C1, C4 = Criticality.C1.label, Criticality.C4.label
