"""Whether a municipality is in control: ten figures of its own rows, a sentence each, and a median that tells of
nobody: for who reads at least five municipalities, and of numbers alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import (
    AgreementStatus,
    Answer,
    BreachRisk,
    BreachState,
    Criticality,
    HeldPersonalData,
    Lifecycle,
    RecordStatus,
)
from models.declare.clock import now, today
from models.queries.control import FEWEST, MEASURES, Figure, Good, figures
from models.queries.progress import control
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.breaches import Breach
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.tenancy import scope
from reports.base import Ask
from reports.coordinating.control import CONTROL, beside
from reports.language import translator
from tests.conftest import inside, municipality

DAY = today()
ASK = Ask("nb", DAY, datetime(2026, 6, 1, 12, tzinfo=UTC), DAY.year)
BY_KEY = {one.key: one for one in MEASURES}


@pytest.fixture
def world(engine_app: Any) -> None:
    furnish("Tinn")
    furnish("Seljord", times=3)


def furnish(town: str, times: int = 1) -> None:
    """Rows of which every figure counts some and leaves some out; what there was is over and done with."""
    with inside(town), db.session.no_autoflush:
        silence()
        for _ in range(times):
            db.session.add_all(rows(f"{town} "))
        db.session.commit()


def silence() -> None:
    over = {
        ProcessingActivity: RecordStatus.ENDED,
        Application: Lifecycle.RETIRED,
        Agreement: AgreementStatus.EXPIRED,
    }
    for register, status in over.items():
        for row in db.session.scalars(select(register)):
            row.status = status


def rows(word: str) -> list[Any]:
    leader = ContactPerson(name=f"{word}leder")
    held = {"personal_data": HeldPersonalData.YES}
    plain = {"personal_data": HeldPersonalData.NONE}
    covers = Agreement(
        name=f"{word}dba", status=AgreementStatus.ACTIVE, data_processing=Answer.YES, ends=DAY + timedelta(days=30)
    )
    systems = [
        Application(name=f"{word}A", owner=leader, agreements=[covers], licence_ore=5_515_00, **held),
        Application(name=f"{word}B", owner=leader, criticality=Criticality.C1, **held),
        Application(name=f"{word}C", criticality=Criticality.C2, fallback="Papir", **plain),
        Application(name=f"{word}D", status=Lifecycle.RETIRED, criticality=Criticality.C1, owner=leader, **held),
    ]
    risks = [
        RiskAssessment(name=f"{word}ny", application=systems[0], assessed_on=DAY - timedelta(days=730)),
        RiskAssessment(name=f"{word}ny til", application=systems[0], assessed_on=DAY),
        RiskAssessment(name=f"{word}gammel", application=systems[1], assessed_on=DAY - timedelta(days=731)),
        RiskAssessment(name=f"{word}uten dag", application=systems[2]),
        RiskAssessment(name=f"{word}avviklet", application=systems[3], assessed_on=DAY),
    ]
    likely = {"children": Answer.YES, "profiling": Answer.YES}
    activities = [
        ProcessingActivity(name=f"{word}G", status=RecordStatus.APPROVED, approved_on=DAY),
        ProcessingActivity(name=f"{word}DPIA", **likely),
        ProcessingActivity(name=f"{word}avsluttet", status=RecordStatus.ENDED, **likely),
    ]
    late = {"aware": now() - timedelta(hours=73), "status": BreachState.OPEN}
    breaches = [
        Breach(name=f"{word}sent", **late),
        Breach(name=f"{word}ingen risiko", risk=BreachRisk.UNLIKELY, no_notice="Kryptert", **late),
        Breach(name=f"{word}meldt", notified_at=now(), **late),
        Breach(name=f"{word}i tide", aware=now() - timedelta(hours=71), status=BreachState.OPEN),
    ]
    later = Agreement(name=f"{word}senere", status=AgreementStatus.ACTIVE, ends=DAY + timedelta(days=300))
    return [*systems, *risks, *activities, *breaches, later]


def told(*towns: str, ask: Ask = ASK) -> list[list[Any]]:
    with inside(*towns):
        (sheet,) = [one.sheet for one in CONTROL.sheets(db.session, ask)]
        return [list(row) for row in sheet.rows]


# -- the figures -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("world")
def test_ten_figures_are_told_of_one_municipality_and_of_no_other() -> None:
    assert told("Tinn") == [
        ["Systemer", 3, None, None, "3 systemer er registrert."],
        ["Systemer med eier", 2, 3, 66, "2 av 3 systemer har en eier som bestemmer over dem."],
        [
            "Databehandleravtaler", 1, 2, 50,
            "Ett av 2 systemer som trenger databehandleravtale, har en som gjelder.",
        ],
        ["Risikovurderte systemer", 1, 3, 33, "Ett av 3 systemer er risikovurdert de siste to årene."],
        [
            "Kritiske systemer uten reserve", 1, 2, 50,
            "For ett av 2 kritiske systemer er det ikke beskrevet hva som gjøres når det er nede.",
        ],
        ["Avtaler som går ut", 1, 2, 50, "Én av 2 avtaler som gjelder, går ut innen seks måneder."],
        ["Godkjente behandlinger", 1, 2, 50, "Én av 2 behandlinger av personopplysninger er godkjent."],
        [
            "DPIA som mangler", 1, 2, 50,
            "Én behandling trenger trolig en vurdering av følgene for personvernet (DPIA), og har ingen.",
        ],
        [
            "Personvernavvik over fristen", 1, None, None,
            "Ett personvernavvik er ikke meldt til Datatilsynet, og fristen på 72 timer er ute.",
        ],
        [
            "Kroner per innbygger", 1, None, None,
            "Systemer og avtaler koster 1,00 kroner per innbygger i året, av det som er registrert.",
        ],
    ]  # fmt: skip


@pytest.mark.usefixtures("app")
def test_of_nothing_it_says_that_there_is_nothing() -> None:
    with inside("Tinn"):
        silence()
        for row in db.session.scalars(select(Breach)):
            db.session.delete(row)
        db.session.commit()

    assert [(row[1], row[3], row[4]) for row in told("Tinn")] == [
        (0, None, "Ingen systemer er registrert."),
        (0, None, "Ingen systemer er registrert."),
        (0, None, "Ingen systemer trenger databehandleravtale."),
        (0, None, "Ingen systemer er registrert."),
        (0, None, "Ingen systemer er registrert som kritiske."),
        (0, None, "Ingen avtaler er registrert."),
        (0, None, "Ingen behandlinger av personopplysninger er registrert."),
        (0, None, "Ingen behandlinger av personopplysninger er registrert."),
        (0, None, "Ingen personvernavvik står uten melding til Datatilsynet etter at fristen på 72 timer er ute."),
        (None, None, "Ingen kostnader er registrert, eller folketallet mangler."),
    ]


@pytest.mark.usefixtures("world")
def test_what_is_counted_here_is_what_the_page_of_how_far_it_has_come_counts() -> None:
    with inside("Tinn"):
        asked = control(db.session, DAY, with_risk=True)
        found = {one.measure.key: (one.part, one.whole) for one in figures(db.session, DAY)}

    assert [found[key] for key in ("systems", "owner", "covered", "fallback")] == [
        (asked.systems, None),
        (asked.systems - asked.ownerless, asked.systems),
        (asked.needing - asked.uncovered, asked.needing),
        (asked.without_fallback, asked.critical),
    ]
    assert found["ending"][0] == asked.ending


def test_a_good_share_is_rounded_down_and_a_bad_one_up() -> None:
    owner, fallback = BY_KEY["owner"], BY_KEY["fallback"]

    assert [Figure(one, 1, 3).value for one in (owner, fallback)] == [33, 34]
    assert [Figure(owner, 999, 1000).value, Figure(fallback, 1, 1000).value] == [99, 1]


def test_statements_are_as_many_for_three_rows_as_for_thirty(app: Any, statements: list[str]) -> None:
    numbers = []
    for times in (1, 10):
        furnish("Tinn", times)
        with inside("Tinn"):
            statements.clear()
            figures(db.session, DAY)
            numbers.append(len(statements))

    assert numbers == [3, 3]


# -- the median --------------------------------------------------------------------------------------------------------


def begin(number: int) -> list[str]:
    """So many municipalities that take part, in which 1, 2, 3 … of ten systems have an owner."""
    with inside():
        found = db.session.scalars(select(Municipality).order_by(Municipality.id)).all()
        towns = [one.name for one in found if one.name not in {"Tinn", "Seljord"}][: number - 2]
        towns = ["Tinn", "Seljord", *towns]
        for one in found:
            one.joined = DAY if one.name in towns else None
        db.session.commit()
    for turn, town in enumerate(towns, 1):
        with inside(town), db.session.no_autoflush:
            silence()
            leader = ContactPerson(name="Leder")
            for place in range(10):
                kept = {"personal_data": HeldPersonalData.NONE, "owner": leader if place < turn else None}
                db.session.add(Application(name=f"S {place}", **kept))
            db.session.commit()
    return towns


def owner_of(town: str, *within: str) -> Figure:
    with inside(*within):
        found = figures(db.session, DAY, municipality(town))
        return next(one for one in found if one.measure.key == "owner")


def test_beside_the_others_stands_the_median_in_words(app: Any) -> None:
    towns = begin(FEWEST)
    t = translator("nb")

    lowest, middle, highest = (owner_of(towns[turn], *towns) for turn in (0, 2, 4))

    assert [(one.value, one.median, one.behind, one.better) for one in (lowest, middle, highest)] == [
        (10, 30, 5, Good.LESS),
        (30, 30, 5, Good.NEITHER),
        (50, 30, 5, Good.MORE),
    ]
    assert [beside(one, t).replace("\u00a0", " ") for one in (lowest, middle, highest)] == [
        "Dårligere enn medianen av 5 kommuner, som er 30 %.",
        "Likt med medianen av 5 kommuner, som er 30 %.",
        "Bedre enn medianen av 5 kommuner, som er 30 %.",
    ]


def test_of_fewer_than_five_no_median_is_told(app: Any) -> None:
    towns = begin(FEWEST)

    found = owner_of("Tinn", *towns[:4])

    assert (found.median, found.better, beside(found, translator("nb"))) == (
        None, None, "Færre enn 5 kommuner har noe å sammenligne med.",
    )  # fmt: skip


def test_who_does_not_take_part_or_has_not_begun_is_not_behind_it(app: Any) -> None:
    towns = begin(FEWEST + 1)
    with inside():
        db.session.scalars(select(Municipality).where(Municipality.name == towns[5])).one().joined = None
        db.session.commit()
    with inside(towns[4]):
        silence()
        db.session.commit()

    assert (owner_of("Tinn", *towns).behind, owner_of("Tinn", *towns).median) == (4, None)


def test_where_less_is_better_less_is_told_as_better() -> None:
    fallback = Figure(BY_KEY["fallback"], 1, 10, median=20, behind=5)

    assert [fallback.better, replace(fallback, median=5).better] == [Good.MORE, Good.LESS]
    assert Figure(BY_KEY["systems"], 9, None, median=5, behind=5).better is None


def test_nobody_is_named(app: Any) -> None:
    towns = begin(FEWEST)
    with scope.use(scope.of([municipality(one) for one in towns])):
        sheets = CONTROL.sheets(db.session, replace(ASK, chosen={"place": (municipality("Tinn"),)}))
        text = str([list(row) for one in sheets for row in one.sheet.rows])

    assert [town for town in towns if town in text] == []
