"""The road ahead: bars by the dates, what does not meet told first, and the same as table and report, of one place."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from models.database import db
from models.declare.choices import AgreementStatus, Lifecycle
from models.declare.clock import today
from models.landscape.days import Span
from models.landscape.graph import Edge, Node, made
from models.landscape.roadmap import Clash, _platforms, _stretch
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Platform
from tests.conftest import inside
from tests.test_coordinating import rows
from tests.test_registers import As
from tests.world import SECRETS

DAY = timedelta(days=1)
NOW = today()
NEXT = NOW + 365 * DAY
APP, HEIR, DEAL, CLOUD = ("application", 1), ("application", 2), ("agreement", 1), ("platform", 1)


def furnish(place: str, word: str) -> None:
    """One that goes after its agreement, one that takes over too late, on a platform that goes, and one with no day."""
    with inside(place), db.session.no_autoflush:
        cloud = Platform(name=f"{word} sky", status=Lifecycle.PHASING_OUT)
        heir = Application(name=f"{word} etterfølger", status=Lifecycle.PLANNED, in_use_from=NEXT + 90 * DAY)
        old = Application(
            name=f"{word} gammelt", in_use_from=date(2019, 5, 1), retires=NEXT, replaced_by=heir, platform=cloud
        )
        old.agreements = [
            Agreement(
                name=f"{word} avtale", status=AgreementStatus.ACTIVE, starts=date(2020, 1, 1), ends=NEXT - 60 * DAY
            )
        ]
        stays = Application(name=f"{word} blir", in_use_from=date(2022, 1, 1), platform=cloud)
        db.session.add_all([heir, old, stays, Application(name=f"{word} udatert")])
        db.session.commit()


def drawn(page: Any) -> list[str]:
    return [unescape(one) for one in re.findall(r'<text class="label"[^>]*>([^<]*)</text>', page.text)]


def tables(page: Any) -> dict[str, list[str]]:
    found = re.findall(r'<tr><th scope="row">([^<]*)</th>(.*?)</tr>', page.text)
    return {unescape(name): [unescape(one) for one in re.findall(r"<td>(.*?)</td>", rest)] for name, rest in found}


def test_the_road_is_drawn_told_in_a_table_and_as_a_report_with_what_does_not_meet_first(as_: As) -> None:
    furnish("Tinn", "Ny")
    tone = as_("tone")

    page, near, by_unit = (tone.get(f"/map/roadmap/{one}") for one in ("", "?near=1", "?by=unit"))

    clashes = "Avtalen slutter før systemet, Erstatteren kommer etter at systemet er ute av bruk"
    told = tables(page)
    assert [told[f"Ny {one}"] for one in ("gammelt", "etterfølger", "sky", "blir")] == [
        ["Applikasjon", "01.05.2019", f"{NEXT:%d.%m.%Y}", f"{NEXT - 60 * DAY:%d.%m.%Y}", clashes],
        ["Applikasjon", f"{NEXT + 90 * DAY:%d.%m.%Y}", "", "", ""],
        ["Plattform", "01.05.2019", "", "", ""],
        ["Applikasjon", "01.01.2022", "", "", "Plattformen fases ut, og systemet blir"],
    ]
    assert "Ny udatert" not in told
    first = page.text.partition('id="clashing"')[2].partition("</section>")[0]
    assert re.findall(r">(Ny \w+)</a>: ", first) == ["Ny blir", "Ny gammelt"]
    labels = drawn(page)
    assert (
        [one for one in labels if one.startswith("! Ny")] == [one for one in labels if "–" in one and "Ny" in one] != []
    )
    assert f"Avtale til {NEXT - 60 * DAY:%d.%m.%Y}: Ny avtale" in labels
    assert re.findall(r'class="field field-(\d)"', page.text.partition("</figure>")[0])[:4] == ["1", "2", "3", "4"]
    assert len(set(re.findall(r">([1-4]/\d\d)</text>", near.text))) >= 4
    assert set(tables(near)) == set(tables(by_unit)) == set(told)
    report = rows("veikart", "Tinn")
    assert "/reports/veikart/" in page.text
    assert [one[:3] for one in report["Går ikke opp"] if str(one[0]).startswith("Ny")] == [
        ["Ny blir", None, "Plattformen fases ut, og systemet blir"], ["Ny gammelt", None, clashes.replace(", ", "\n")],
    ]  # fmt: skip
    assert {str(one[0]) for one in report["Veikart"]} == set(told)


@pytest.mark.parametrize(
    ("retires", "ends", "follows", "status", "found"),
    [
        (None, NOW, None, "in_use", []),
        (None, NOW - DAY, None, "in_use", [Clash.AGREEMENT_ENDS]),
        (NEXT, NEXT - DAY, None, "in_use", []),
        (NEXT, NEXT - 2 * DAY, None, "in_use", [Clash.AGREEMENT_ENDS]),
        (NEXT, NEXT + 31 * DAY, None, "in_use", []),
        (NEXT, NEXT + 32 * DAY, None, "in_use", [Clash.AGREEMENT_STAYS]),
        (NEXT, None, NEXT, "in_use", []),
        (NEXT, None, NEXT + DAY, "in_use", [Clash.LATE]),
        (NOW + DAY, None, None, "in_use", []),
        (NOW, None, None, "phasing_out", [Clash.OVERDUE]),
        (NOW - DAY, NOW - 9 * DAY, NEXT, "retired", []),
    ],
)
def test_what_does_not_meet_is_told_to_the_day(
    retires: date | None, ends: date | None, follows: date | None, status: str, found: list[Clash]
) -> None:
    nodes = [Node(*APP, "A", lifecycle=status), Node(*HEIR, "B"), Node(*DEAL, "C")]
    edges = [Edge(APP, HEIR, "application.replaced_by"), Edge(APP, DEAL, "application.agreements")]
    told = {APP: Span(None, retires, status), HEIR: Span(follows, None, None)}
    told |= {DEAL: Span(None, ends, None)} if ends else {}

    assert list(_stretch(made(nodes, edges), told, nodes[0]).clashes) == found


@pytest.mark.parametrize(("status", "found"), [("in_use", [Clash.BENEATH]), ("planned", []), ("procurement", [])])
def test_what_stays_on_a_platform_that_goes_is_told_unless_it_has_not_come_yet(status: str, found: list[Clash]) -> None:
    nodes = [Node(*APP, "A", lifecycle=status), Node(*CLOUD, "Sky", lifecycle="phasing_out")]

    one = _stretch(made(nodes, [Edge(APP, CLOUD, "application.platform")]), {APP: Span(None, None, status)}, nodes[0])

    assert list(one.clashes) == found


@pytest.mark.parametrize(
    ("other", "begin", "end"),
    [
        (Span(NOW - DAY, NEXT + DAY, None), NOW - DAY, NEXT + DAY),
        (Span(None, NEXT + DAY, None), None, NEXT + DAY),
        (Span(NOW - DAY, None, None), NOW - DAY, None),
    ],
)
def test_a_platform_is_open_at_the_side_where_one_of_what_runs_on_it_has_no_day(
    other: Span, begin: date | None, end: date | None
) -> None:
    nodes = [Node(*APP, "A", lifecycle="in_use"), Node(*HEIR, "B", lifecycle="in_use"), Node(*CLOUD, "Sky")]
    graph = made(nodes, [Edge(one, CLOUD, "application.platform") for one in (APP, HEIR)])
    told = {APP: Span(NOW, NEXT, "in_use"), HEIR: other}

    (found,) = _platforms(graph, told, {APP: _stretch(graph, told, nodes[0])})

    assert (found.node.name, found.begin, found.end) == ("Sky", begin, end)


def test_an_agreement_without_an_end_covers_whatever_the_others_do() -> None:
    nodes = [Node(*APP, "A", lifecycle="in_use"), Node(*DEAL, "C"), Node("agreement", 2, "D")]
    edges = [Edge(APP, ("agreement", one), "application.agreements") for one in (1, 2)]
    told = {APP: Span(None, NEXT, "in_use"), DEAL: Span(None, NOW, None), ("agreement", 2): Span(None, None, None)}

    one = _stretch(made(nodes, edges), told, nodes[0])

    assert (one.ends, one.clashes, len(one.agreements)) == (None, (), 2)


def test_the_road_costs_as_many_statements_for_fifty_rows_as_for_one_and_tells_nothing_of_another_municipality(
    as_: As, statements: list[str]
) -> None:
    kari = as_("kari")

    def counted() -> int:
        statements.clear()
        assert kari.get("/map/roadmap/").status_code == 200
        return len(statements)

    counted()
    furnish("Tinn", "Ny")
    few = counted()
    for number in range(12):
        furnish("Tinn", f"Mange {number}")
    assert counted() == few
    furnish("Seljord", "Hemmeleg")

    page, siri = kari.get("/map/roadmap/?by=supplier"), as_("siri")
    siri.post("/municipality/", data={"municipality": ""})
    assert [word for word in SECRETS if word in page.text] == []
    assert "Hemmeleg" not in page.text
    assert "Hemmeleg gammelt" in as_("berit").get("/map/roadmap/").text
    assert "Velg én kommune" in siri.get("/map/roadmap/").text
    assert [as_(name).get("/map/roadmap/").status_code for name in ("sol", "frida")] == [403, 403]


def test_where_nothing_has_a_day_the_road_says_what_to_fill_out(as_: As) -> None:
    with inside("Tinn"):
        for one in db.session.query(Application).all():
            one.in_use_from = one.retires = None
            one.agreements = []
        db.session.commit()

    assert "Ingen datoer ennå" in as_("kari").get("/map/roadmap/").text
