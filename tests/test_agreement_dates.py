"""Agreements that follow their dates: what they stand as, what must be decided by when, and whom suppliers use."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.agreeing import OptionUse
from models.declare.base import field_of
from models.declare.choices import AgreementStatus, Answer, YearKind
from models.declare.clock import months_after, today
from models.queries import year
from models.queries.told import column_of
from models.registers.agreements import Agreement, AgreementOption, AgreementProcessor
from models.registers.architecture import Application
from models.registers.codes import TransferGround
from tests.conftest import inside
from tests.test_coordinating import rows as told_rows
from tests.test_registers import As
from tests.test_settlements import bare

NOW = today()
DAY = timedelta(days=1)
S = AgreementStatus
# What a person has said, what else the agreement says, and what it stands as.
STAGES: list[tuple[S, dict[str, Any], S]] = [
    (S.ACTIVE, {}, S.ACTIVE),
    (S.ACTIVE, {"ends": NOW}, S.ACTIVE),
    (S.ACTIVE, {"ends": NOW - DAY}, S.EXPIRED),
    (S.OPTION, {"ends": NOW - DAY}, S.EXPIRED),
    (S.SIGNING, {"ends": NOW - DAY}, S.EXPIRED),
    (S.TERMINATED, {"ends": NOW - DAY}, S.TERMINATED),
    (S.TERMINATED, {"signed_by_both": Answer.NO, "deadline": NOW}, S.TERMINATED),
    (S.DRAFT, {"ends": NOW - DAY, "deadline": NOW}, S.DRAFT),
    (S.EXPIRED, {"ends": NOW + DAY, "deadline": NOW}, S.EXPIRED),
    (S.ACTIVE, {"signed_by_both": Answer.NO}, S.SIGNING),
    (S.ACTIVE, {"signed_by_both": Answer.UNKNOWN}, S.ACTIVE),
    (S.SIGNING, {"signed_by_both": Answer.YES}, S.SIGNING),
    (S.ACTIVE, {"deadline": NOW + 182 * DAY}, S.OPTION),
    (S.ACTIVE, {"deadline": NOW + 183 * DAY}, S.ACTIVE),
    (S.ACTIVE, {"deadline": NOW - DAY}, S.OPTION),
    (S.OPTION, {}, S.OPTION),
]


def option(deadline: date | None, use: OptionUse = OptionUse.OPEN) -> AgreementOption:
    return AgreementOption(years=1, deadline=deadline, use=use)


def add(*rows: Any, where: str = "Tinn") -> list[int]:
    with inside(where):
        db.session.add_all(rows)
        db.session.commit()
        return [one.id for one in rows]


def test_what_an_agreement_stands_as_follows_its_dates_and_never_what_a_person_has_ended(engine_app: Any) -> None:
    rows = []
    for number, (status, said, _stage) in enumerate(STAGES):
        row = Agreement(name=f"{number:02}", status=status, **{key: said[key] for key in said if key != "deadline"})
        row.extensions = [option(said["deadline"])] if "deadline" in said else []
        rows.append(row)
    ids = add(*rows)

    with inside("Tinn"):
        column = column_of(Agreement, field_of(Agreement, "stage"))
        by_sql = list(db.session.scalars(select(column).where(Agreement.id.in_(ids)).order_by(Agreement.name)))
        found = db.session.scalars(select(Agreement).where(Agreement.id.in_(ids)).order_by(Agreement.name))
        told = [(one.stage, one.status) for one in found]
    wanted = [stage for *_, stage in STAGES]
    assert by_sql == wanted
    assert told == [(stage, status) for status, _said, stage in STAGES]


def test_the_page_says_what_the_dates_say_where_the_status_alone_would_mislead(as_: As) -> None:
    over = Agreement(name="Over", status=S.ACTIVE, ends=NOW - DAY)
    ended = Agreement(name="Oppsagt", status=S.TERMINATED, ends=NOW - DAY)
    kari = as_("kari")

    pages = [bare(kari.get(f"/agreement/details/?id={one}").text) for one in add(over, ended)]

    assert ["Status Utløpt: siste dag er passert" in page for page in pages] == [True, False]
    listed = bare(kari.get("/agreement/?stage=expired").text)
    assert (" Over " in listed, " Oppsagt " in listed.partition("<main")[2]) == (True, False)


def test_the_days_follow_the_end_the_notice_and_the_first_option_nobody_has_answered(app: Any) -> None:
    soon, later = date(2027, 3, 1), date(2028, 3, 1)
    (number,) = add(
        Agreement(
            name="Drift", ends=date(2027, 8, 31), notice_months=6,
            extensions=[option(date(2026, 1, 1), OptionUse.USED), option(later), option(soon), option(None)],
        )
    )  # fmt: skip

    def days() -> tuple[date | None, date | None]:
        with inside("Tinn"):
            row = db.session.get(Agreement, number)
            return row.notice_deadline, row.option_deadline

    assert days() == (date(2027, 2, 28), soon)
    with inside("Tinn"):  # an answer alone moves it, and so does a new end
        part = db.session.scalars(select(AgreementOption).where(AgreementOption.deadline == soon)).one()
        part.use = OptionUse.DECLINED
        db.session.commit()
    assert days() == (date(2027, 2, 28), later)
    with inside("Tinn"):
        row = db.session.get(Agreement, number)
        row.ends, row.extensions = None, []
        db.session.commit()
    assert days() == (None, None)


def test_the_year_tells_each_day_once_of_what_is_in_force(app: Any) -> None:
    soon = NOW + 20 * DAY
    said = {"ends": months_after(soon, 3), "notice_months": 3, "data_processing": Answer.YES, "next_audit": soon}
    for status in S:
        row = Agreement(name=status.value, status=status, **said)
        row.extensions = [option(soon), option(soon + DAY)]
        add(row)
    kinds = (YearKind.NOTICE, YearKind.OPTION, YearKind.AUDIT)

    with inside("Tinn"):
        found = [(one.kind, one.day, one.name) for one in year.dates(db.session, kinds, soon, soon + 2 * DAY)]

    assert found == [(kind, soon, name) for kind in kinds for name in ("active", "option")]


@pytest.mark.usefixtures("app")
def test_the_report_of_deadlines_says_what_must_be_decided_first() -> None:
    row = Agreement(name="Skyavtalen", status=S.ACTIVE, ends=NOW + 300 * DAY, notice_months=3)
    row.extensions = [option(NOW + 40 * DAY)]
    add(row, Agreement(name="Uten slutt", status=S.ACTIVE), Agreement(name="Oppsagt", status=S.TERMINATED, ends=NOW))

    told = told_rows("avtalefrister", "Tinn")["Avtaler med frist"]

    rows = {str(one[0]): one for one in told}
    assert set(rows) & {"Skyavtalen", "Uten slutt", "Oppsagt"} == {"Skyavtalen"}
    assert rows["Skyavtalen"][-1] == NOW + 40 * DAY


def test_whom_suppliers_use_abroad_is_told_without_a_ground_first_and_never_of_another(app: Any, as_: As) -> None:
    with inside("Tinn"):
        ground = db.session.scalars(select(TransferGround)).first()
        row = Agreement(name="Skyavtalen", status=S.ACTIVE, data_processing=Answer.YES, subprocessors="Og andre")
        row.processors = [
            AgreementProcessor(name="Nord AS", country="NO", number="123", purpose="Drift"),
            AgreementProcessor(name="Cloud Inc", country="US", purpose="Kopi", ground=ground),
            AgreementProcessor(name="Far Ltd", country="IN"),
        ]
        db.session.add(row)
        db.session.commit()
        called, number = ground.name, row.id
    hidden = Agreement(name="Annen", data_processing=Answer.YES)
    hidden.processors = [AgreementProcessor(name="Skjult", country="US")]
    add(hidden, where="Seljord")

    found = told_rows("tredjeland", "Tinn")["Underdatabehandlere utenfor EØS"]
    abroad = [[str(cell) for cell in one if cell is not None] for one in found]
    page = bare(as_("kari").get(f"/agreement/details/?id={number}").text)

    assert [(one[0], one[-1]) for one in abroad] == [
        ("Skyavtalen", "Mangler overføringsgrunnlag"), ("Skyavtalen", called),
    ]  # fmt: skip
    assert ("Skjult" in page, "Far Ltd" in page) == (False, True)
    assert "En underdatabehandler er utenfor EØS uten overføringsgrunnlag." in page
    assert "0 av 8 punkter er avtalt." in page


def test_the_page_tells_how_much_of_the_law_is_agreed_and_the_licences_of_the_systems(app: Any, as_: As) -> None:
    yes = dict.fromkeys(("instructions", "confidentiality", "security"), Answer.YES)
    with inside("Tinn"):
        row = Agreement(name="Skyavtalen", data_processing=Answer.YES, audits=Answer.NO, **yes)
        system = db.session.scalars(select(Application)).first()
        system.licence_renewal, system.licence_count, system.agreements = date(2027, 5, 1), 40, [row]
        db.session.commit()
        number, called = row.id, system.name

    page = bare(as_("kari").get(f"/agreement/details/?id={number}").text)

    assert "3 av 8 punkter er avtalt." in page
    assert "Ikke avtalt: Vilkår for underdatabehandlere, Bistand med rettigheter" in page
    assert f"{called} 40 01.05.2027" in page
