"""The year of a municipality: which dates there are, who reads which, and how they are shown."""

from __future__ import annotations

import html
import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import AgreementStatus, Lifecycle, PriceKind, RecordStatus, YearKind
from models.declare.clock import today
from models.queries import year
from models.registers.agreements import Agreement
from models.registers.ai import AiSystem
from models.registers.architecture import Application
from models.registers.billing import Charge
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from tests.conftest import inside
from tests.test_registers import As
from views.pages import year as pages

SPRING = date(2027, 3, 31)
ALL = tuple(YearKind)


def plan(where: str, day: date = SPRING) -> None:
    """A date on a row of each register that has one."""
    with inside(where):
        first: Any = lambda cls: db.session.scalars(select(cls).order_by(cls.id)).first()  # noqa: E731 - read as a word
        for register in (ProcessingActivity, Application, RiskAssessment, ImpactAssessment):
            first(register).review_due = day
        agreement = first(Agreement)
        agreement.ends, agreement.notice_months = day, 3
        first(Charge).invoiced_on = day
        db.session.commit()


def add(*rows: Any, where: str = "Tinn") -> None:
    with inside(where):
        db.session.add_all(rows)
        db.session.commit()


def found(begin: date, end: date, kinds: Any = ALL, where: str = "Tinn") -> list[tuple[str, date, str]]:
    with inside(where):
        return [(one.kind.value, one.day, one.name) for one in year.dates(db.session, kinds, begin, end)]


def lines(page: Any) -> list[tuple[str, ...]]:
    """What the list tells: day, kind, name, and the municipality where it is named."""
    told = re.findall(
        r"<li><time[^>]*>([^<]+)</time><span[^>]*>([^<]+)</span><a[^>]*>([^<]+)</a>(?:<span class=\"muted\">([^<]+))?",
        page.text,
    )
    return [tuple(html.unescape(part) for part in line if part) for line in told]


# -- which dates there are ---------------------------------------------------------------------------------------------


def test_a_year_holds_reviews_agreements_that_end_the_last_day_to_give_notice_and_what_is_charged(
    engine_app: Any,
) -> None:
    plan("Tinn")
    plan("Seljord")

    assert found(date(2026, 7, 1), date(2027, 7, 1)) == [
        ("notice", date(2026, 12, 31), "Åpen avtale"),
        ("activity", SPRING, "Åpen elevadministrasjon"),
        ("application", SPRING, "Åpen skoleprogram"),
        ("risk", SPRING, "Åpen ROS"),
        ("impact", SPRING, "Åpen DPIA"),
        ("ends", SPRING, "Åpen avtale"),
        ("charge", SPRING, "A konto, fast del 2018"),
    ]


def test_the_first_day_is_within_and_the_last_is_not(engine_app: Any) -> None:
    plan("Tinn")
    kinds = (YearKind.RISK, YearKind.NOTICE)
    notice = date(2026, 12, 31)

    assert [name for *_, name in found(SPRING, SPRING + timedelta(days=1), kinds)] == ["Åpen ROS"]
    assert found(SPRING - timedelta(days=9), SPRING, kinds) == []
    assert [name for *_, name in found(notice, notice + timedelta(days=1), kinds)] == ["Åpen avtale"]
    assert found(date(2026, 12, 1), notice, kinds) == []
    assert found(date(2027, 1, 1), SPRING, kinds) == []


@pytest.mark.parametrize(
    ("ends", "months", "last"),
    [
        (date(2026, 12, 31), 3, date(2026, 9, 30)),
        (date(2027, 5, 31), 3, date(2027, 2, 28)),
        (date(2028, 5, 31), 3, date(2028, 2, 29)),
        (date(2027, 1, 15), 1, date(2026, 12, 15)),
        (date(2027, 12, 15), 12, date(2026, 12, 15)),
        (date(2027, 1, 1), 24, date(2025, 1, 1)),
        (date(2027, 1, 1), -2, date(2027, 3, 1)),
    ],
)
def test_notice_is_given_whole_months_before_the_end_on_the_last_day_where_a_month_is_too_short(
    ends: date, months: int, last: date
) -> None:
    assert year.months_before(ends, months) == last
    assert last.day <= monthrange(last.year, last.month)[1]


def test_what_is_over_is_not_reviewed_and_no_notice_is_given_of_what_is_not_in_force(app: Any) -> None:
    states = AgreementStatus
    add(
        ProcessingActivity(name="Avsluttet", status=RecordStatus.ENDED, review_due=SPRING),
        Application(name="Avviklet", status=Lifecycle.RETIRED, review_due=SPRING),
        *[Agreement(name=one.value, status=one, ends=SPRING, notice_months=1) for one in states],
        Agreement(name="uten frist", status=states.ACTIVE, ends=SPRING, notice_months=0),
        Agreement(name="løper", status=states.ACTIVE, notice_months=6),
    )

    told = found(date(2027, 1, 1), date(2028, 1, 1))

    assert [(kind, name) for kind, _day, name in told] == [
        ("notice", "active"), ("notice", "option"),
        ("ends", "active"), ("ends", "expired"), ("ends", "option"), ("ends", "terminated"), ("ends", "uten frist"),
    ]  # fmt: skip


def test_a_licence_that_is_renewed_and_an_ai_system_have_their_days(app: Any) -> None:
    with inside("Tinn"):
        db.session.scalars(select(Application).order_by(Application.id)).first().licence_renewal = SPRING
        db.session.scalars(select(AiSystem)).one().review_due = SPRING
        db.session.commit()

    assert found(SPRING, SPRING + timedelta(days=1), [YearKind.AI, YearKind.LICENCE]) == [
        ("ai", SPRING, "Åpen talegjenkjenning"), ("licence", SPRING, "Åpen skoleprogram"),
    ]  # fmt: skip


def test_a_charge_of_each_kind_is_called_as_in_its_own_list(app: Any) -> None:
    add(*[Charge(year=2027, nature=one, amount_ore=1, invoiced_on=SPRING) for one in PriceKind])
    with inside("Tinn"):
        charges = db.session.scalars(select(Charge).where(Charge.year == 2027))
        called = sorted(str(one) for one in charges)

    assert sorted(name for *_, name in found(SPRING, SPRING + timedelta(days=1))) == called
    assert len(called) == 3


# -- who reads which ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("kari", ["notice", "activity", "application", "risk", "impact", "ends"]),
        ("ola", ["notice", "activity", "application", "ends"]),
        ("lars", ["notice", "activity", "application", "risk", "impact", "ends", "charge"]),
        ("frida", ["charge", "charge"]),
    ],
)
def test_everybody_sees_the_dates_of_what_they_may_read_and_no_other(who: str, kinds: list[str], as_on: As) -> None:
    plan("Tinn")
    plan("Seljord")

    page = as_on(who).get("/year/?year=2027")
    before = as_on(who).get("/year/?year=2026")

    labels = {kind.label: kind.value for kind in YearKind}
    assert [labels[label] for _day, label, *_ in lines(before) + lines(page)] == kinds
    assert ("ROS" in page.text, "Hemmeleg" in page.text) == ("risk" in kinds, False)


def test_over_several_municipalities_each_date_names_its_own_and_risk_stays_where_it_may_be_read(as_on: As) -> None:
    plan("Tinn")
    plan("Seljord")
    siri = as_on("siri")
    siri.post("/municipality/", data={"municipality": ""})
    day = "31.03.2027"

    assert lines(siri.get("/year/?year=2027")) == [
        (day, YearKind.ACTIVITY.label, "Hemmeleg elevadministrasjon", "Seljord"),
        (day, YearKind.ACTIVITY.label, "Åpen elevadministrasjon", "Tinn"),
        (day, YearKind.APPLICATION.label, "Hemmeleg skoleprogram", "Seljord"),
        (day, YearKind.APPLICATION.label, "Åpen skoleprogram", "Tinn"),
        (day, YearKind.RISK.label, "Hemmeleg ROS", "Seljord"),
        (day, YearKind.RISK.label, "Åpen ROS", "Tinn"),
        (day, YearKind.IMPACT.label, "Hemmeleg DPIA", "Seljord"),
        (day, YearKind.IMPACT.label, "Åpen DPIA", "Tinn"),
        (day, YearKind.ENDS.label, "Hemmeleg avtale", "Seljord"),
        (day, YearKind.ENDS.label, "Åpen avtale", "Tinn"),
    ]
    told = as_on("per").get("/year/?year=2027")
    assert {label for _day, label, *_ in lines(told)} == {
        YearKind.ACTIVITY.label, YearKind.APPLICATION.label, YearKind.ENDS.label, YearKind.CHARGE.label,
    }  # fmt: skip
    assert re.findall("ROS|DPIA", told.text.partition("<h1>")[2]) == []


def test_who_reads_nothing_that_has_a_date_is_kept_out_and_not_led_there(as_: As) -> None:
    sol, kari = as_("sol"), as_("kari")

    assert (sol.get("/year/").status_code, 'href="/year/"' in sol.get("/").text) == (403, False)
    assert (kari.get("/year/").status_code, 'href="/year/"' in kari.get("/").text) == (200, True)


# -- how they are shown ------------------------------------------------------------------------------------------------


def test_a_year_is_shown_from_this_month_on_or_by_the_calendar_with_ways_to_those_beside(as_: As) -> None:
    begin = today().replace(day=1)
    add(
        Application(name="Denne måneden", review_due=begin),
        Application(name="Den siste", review_due=begin.replace(year=begin.year + 1) - timedelta(days=1)),
        Application(name="Om et år", review_due=begin.replace(year=begin.year + 1)),
    )
    kari = as_("kari")
    ways = lambda page: re.findall(r'href="/year/([^"]*)"', page.text.partition("year-ways")[2].partition("</nav>")[0])  # noqa: E731

    coming, by_the_calendar = kari.get("/year/"), kari.get("/year/?year=2027")

    assert [name for *_, name in lines(coming)] == ["Denne måneden", "Den siste"]
    assert ways(coming) == [f"?year={begin.year}", f"?year={begin.year + 1}"]
    assert ways(by_the_calendar) == ["?year=2026", "?year=2028", ""]
    assert "januar 2027" in by_the_calendar.text.partition("<h1>")[2]
    assert [ways(kari.get(f"/year/?year={one}")) for one in (2000, 2100)] == [["?year=2001", ""], ["?year=2099", ""]]


@pytest.mark.parametrize("asked", ["1999", "2101", "0", "-2027", "nå", "2027.5", "9" * 99, "%00"])
def test_a_year_that_cannot_be_is_not_found(asked: str, as_: As) -> None:
    assert as_("kari").get(f"/year/?year={asked}").status_code == 404


def test_the_wheel_counts_what_the_list_tells_and_leads_to_it(as_: As) -> None:
    plan("Tinn")
    add(Application(name="Enda en", review_due=SPRING))

    page = as_("kari").get("/year/?year=2027").text
    wheel = page.partition('class="wheel"')[2].partition("</svg>")[0]

    assert re.findall(r'<a href="#([^"]+)" aria-label="([^"]+)"', wheel) == [("m-2027-03", "mars 2027: 6 datoer")]
    assert re.findall(r'<section class="card year-month" id="([^"]+)"', page) == ["m-2027-03"]
    assert re.findall(r'<text class="year-([a-z]+)"[^>]*>(\d+)</text>', wheel) == [
        ("activity", "1"), ("application", "2"), ("risk", "1"), ("impact", "1"), ("ends", "1"),
    ]  # fmt: skip
    assert len(re.findall(r"<path", wheel)) == 12 * 5
    assert "6 datoer i tolv måneder." in wheel


def test_a_year_without_dates_says_so(as_: As) -> None:
    page = as_("kari").get("/year/?year=2031").text

    assert ("Ingen datoer her" in page, 'class="wheel"' in page) == (True, False)


@pytest.mark.parametrize(
    ("language", "said"),
    [("nb", ("Årshjul 2027", "mai 2027", "Revisjon av behandling", "én kommune")),
     ("nn", ("Årshjul 2027", "mai 2027", "Siste dag for å seie opp avtale", "éin kommune")),
     ("en", ("Year wheel 2027", "May 2027", "Review of risk assessment", "one municipality"))],
)  # fmt: skip
def test_the_year_is_told_in_the_language_of_the_reader(language: str, said: tuple[str, ...], as_: As) -> None:
    plan("Tinn", date(2027, 5, 15))
    add(Agreement(name="Sies opp", status=AgreementStatus.ACTIVE, ends=date(2027, 12, 31), notice_months=2))
    siri = as_("siri")
    siri.post("/municipality/", data={"municipality": ""})
    siri.post("/language/", data={"language": language, "next": "/"})

    page = html.unescape(siri.get("/year/?year=2027").text)

    assert [word for word in said if word not in page] == []


def test_more_dates_than_are_shown_are_told_of(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    plan("Tinn")
    monkeypatch.setattr(year, "MOST", 4)

    page = as_("kari").get("/year/?year=2027")

    assert len(lines(page)) == 4
    assert "flere enn 4 datoer" in page.text
    assert len(found(date(2026, 7, 1), date(2027, 7, 1))) == 5


def test_names_are_shown_as_they_are_written(as_: As) -> None:
    add(Application(name="<b>Sak & arkiv</b>", review_due=SPRING))

    page = as_("kari").get("/year/?year=2027")

    assert [name for *_, name in lines(page)] == ["<b>Sak & arkiv</b>"]
    assert "<b>Sak" not in page.text


def test_a_year_costs_one_statement_for_its_dates_however_many_they_are(as_: As, statements: list[str]) -> None:
    kari, numbers = as_("kari"), []
    for many in (1, 50):
        add(*[Application(name=f"System {one}", review_due=SPRING) for one in range(many)])
        kari.get("/year/?year=2027")
        statements.clear()
        page = kari.get("/year/?year=2027")
        numbers.append((len(lines(page)), len(statements), sum("review_due" in one for one in statements)))

    assert [(rows, of_dates) for rows, _all, of_dates in numbers] == [(1, 1), (51, 1)]
    assert numbers[0][1] == numbers[1][1] <= 5


def test_every_month_has_a_name_of_its_own_in_three_letters() -> None:
    assert len({one[: pages.SHORT] for one in pages.MONTHS}) == 12
