"""How far a municipality has come: figures that lead to the rows they count, the way there from the history, and all
municipalities beside each other, who is furthest behind first."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.changes import audit
from models.database import db
from models.declare.choices import AgreementStatus, Answer, Criticality, HeldPersonalData, Lifecycle, RecordStatus
from models.declare.clock import today
from models.declare.domains import Domain
from models.queries import progress
from models.queries.figures import figures
from models.queries.overview import SOON
from models.queries.progress import Control
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.tenancy import scope
from models.tenancy.people import Membership, MunicipalRole
from tests.conftest import inside, municipality, user
from tests.test_registers import As, form_of
from tests.world import SECRETS
from views.pages import burnup
from views.pages.progress import why

DAY = date(2026, 11, 29)
TILE = re.compile(
    r'<(?:a class="tile" href="([^"]*)"|div class="tile")><span class="tile-count">(.*?)</span>'
    r'<span class="tile-label">(.*?)</span>(?:<span class="tile-hint">(.*?)</span>)?'
)
RISK = "av risikovurderingene er yngre enn to år"


def page_of(browser: Any) -> str:
    answer = browser.get("/progress/")
    assert answer.status_code == 200
    return html.unescape(answer.text.partition("<main")[2]).replace("\u00a0", " ")


def tiles(page: str) -> dict[str, tuple[str, str, str]]:
    """By what it is of, each figure: the number, of how many, and where it leads."""
    return {label: (number, hint, url) for url, number, label, hint in TILE.findall(page)}


def add(town: str, *rows: Any) -> None:
    with inside(town):
        db.session.add_all(rows)
        db.session.commit()


def system(name: str, **values: Any) -> Application:
    return Application(name=name, personal_data=HeldPersonalData.NONE, **values)


def at(monkeypatch: pytest.MonkeyPatch, month: int, day: int, year: int = 2026) -> None:
    """What is changed from here on is written down as changed then."""
    monkeypatch.setattr(audit, "now", lambda: datetime(year, month, day, 12, tzinfo=UTC))


def some_of_everything(town: str) -> None:
    """Rows that no figure leaves as it was."""
    add(
        town,
        system("Kritisk", criticality=Criticality.C1),
        system("Kritisk med reserve", criticality=Criticality.C2, fallback="Papir"),
        Application(name="Uten avtale", personal_data=HeldPersonalData.YES),
        Application(name="Trenger ingen", personal_data=HeldPersonalData.YES, needs_agreement=Answer.NO),
        system("Avviklet", status=Lifecycle.RETIRED),
        ProcessingActivity(name="Godkjent", status=RecordStatus.APPROVED, approved_on=today()),
        Agreement(name="Snart", status=AgreementStatus.ACTIVE, ends=today() + SOON),
        Agreement(name="Siden", status=AgreementStatus.ACTIVE, ends=today() + SOON + timedelta(days=1)),
        Agreement(name="Oppsagt", status=AgreementStatus.TERMINATED, ends=today()),
        RiskAssessment(name="Ny", assessed_on=today() - timedelta(days=730)),
        RiskAssessment(name="Gammel", assessed_on=today() - timedelta(days=731)),
    )


# -- the figures -------------------------------------------------------------------------------------------------------


def test_every_figure_is_told_in_words_and_of_how_many(engine_app: Any, as_on: As) -> None:
    some_of_everything("Tinn")

    found = {label: told[:2] for label, told in tiles(page_of(as_on("kari"))).items()}

    assert found == {
        "behandlinger er registrert": ("3", ""),
        "av behandlingene er godkjent": ("33 %", "1 av 3"),
        "behandlinger er utkast": ("2", ""),
        "feil må rettes": (found["feil må rettes"][0], ""),
        "systemer": ("5", ""),
        "av systemene har en eier": ("20 %", "1 av 5"),
        "av systemene som trenger databehandleravtale, har en": ("50 %", "1 av 2"),
        "kritisk system uten manuell reserve": ("1", "1 av 2"),
        RISK: ("33 %", "1 av 3"),
        "avtale går ut innen seks måneder": ("1", ""),
        "kroner per innbygger i året for systemer og avtaler": (
            "22,39",
            "kr 123 456,78 fra 0 av 5 systemer og 1 avtale ellers, delt på 5 515 innbyggere 01.01.2026",
        ),
    }


def test_every_figure_leads_to_the_list_of_what_it_counts_or_of_what_lacks(as_: As) -> None:
    some_of_everything("Tinn")
    kari = as_("kari")
    found = {label: told for label, told in tiles(page_of(kari)).items() if told[2].startswith("/")}

    hits = {label: re.search(r"(\d+) (?:treff|rad)", kari.get(told[2]).text) for label, told in found.items()}

    lacking = {"av systemene har en eier": 4, "av systemene som trenger databehandleravtale, har en": 1}
    counted = {label: int(told[1].split()[0] if "%" in told[0] else told[0]) for label, told in found.items()}
    assert len(found) == 9
    assert {label: hit and int(hit[1]) for label, hit in hits.items()} == counted | lacking | {RISK: 3}


def test_every_error_stands_below_with_its_list_and_together_they_are_the_figure(as_: As) -> None:
    add("Tinn", *[system(f"System {number}") for number in range(3)])
    kari = as_("kari")
    page = page_of(kari)

    lines = re.findall(r'<li><div><a href="([^"]+)">([^<]+)</a></div><span class="task-count">(\d+)<', page)

    assert ("Applikasjoner uten systemeier", "3") in [line[1:] for line in lines]
    assert sum(int(number) for *_, number in lines) == int(tiles(page)["feil må rettes"][0])
    for url, _text, number in lines:
        assert f"{number} treff" in kari.get(url).text


def test_a_share_is_rounded_down_and_of_nothing_there_is_none(as_: As) -> None:
    add("Tinn", *[ProcessingActivity(name=f"G {number}", status=RecordStatus.APPROVED) for number in range(998)])
    with inside("Tinn"):
        for one in db.session.scalars(select(Application)):
            one.agreements, one.personal_data = [], HeldPersonalData.NONE
        db.session.commit()

    found = tiles(page_of(as_("kari")))

    assert found["av behandlingene er godkjent"][:2] == ("99 %", "998 av 1 000")
    assert found["av systemene som trenger databehandleravtale, har en"][:2] == ("–", "0 av 0")


def test_of_what_runs_no_more_nothing_is_counted(app: Any) -> None:
    with inside("Tinn"):
        before = progress.control(db.session, DAY, with_risk=True)
    add("Tinn", Application(name="Borte", status=Lifecycle.RETIRED, personal_data=HeldPersonalData.YES))

    with inside("Tinn"):
        assert progress.control(db.session, DAY, with_risk=True) == before
    assert before == Control(1, 0, 1, 0, 0, 0, 0, 1, 0)


# -- who may know what -------------------------------------------------------------------------------------------------


def test_of_risk_nothing_is_told_to_who_may_not_read_of_it(as_on: As) -> None:
    pages = {name: page_of(as_on(name)) for name in ("kari", "ola", "siri", "per")}

    assert {name: RISK in page for name, page in pages.items()} == {
        "kari": True, "ola": False, "siri": True, "per": False,
    }  # fmt: skip
    assert [word in pages["ola"].lower() for word in ("risiko", "dpia")] == [False, False]
    assert [word in pages["per"].lower() for word in ("risiko", "dpia")] == [False, False]


def test_of_seljord_nothing_is_counted_in_tinn(as_on: As) -> None:
    kari = as_on("kari")
    before = page_of(kari)
    some_of_everything("Seljord")

    after = page_of(kari)

    assert without_tokens(after) == without_tokens(before)
    assert [secret in after for secret in SECRETS] == [False, False]


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


@pytest.mark.parametrize(
    ("name", "status"),
    [*[(name, 200) for name in ("kari", "ola", "tone", "lars", "siri", "per")], ("sol", 403), ("frida", 403)],
)
def test_who_reads_what_is_counted_may_see_it(name: str, status: int, as_: As) -> None:
    assert as_(name).get("/progress/").status_code == status


def test_the_start_page_leads_here(as_: As) -> None:
    assert re.findall(r'<a href="/progress/">([^<]+)</a>', as_("ola").get("/").text) == ["Hvor langt er vi kommet?"]


@pytest.mark.parametrize(("language", "title"), [("nn", "Kor langt er Tinn komen?"), ("en", "How far has Tinn come?")])
def test_it_is_told_in_the_language_of_the_page(language: str, title: str, as_: As) -> None:
    kari = as_("kari")
    kari.post("/language/", data={"language": language})

    page = page_of(kari)

    assert f"<h1>{title}</h1>" in page
    assert [word in page for word in ("behandlinger er", "Måned", "godkjente")] == [False, False, False]


def test_it_costs_the_same_for_one_row_and_for_fifty(as_: As, statements: list[str]) -> None:
    kari = as_("kari")
    numbers = []
    for _round in range(2):
        page_of(kari)
        statements.clear()
        page_of(kari)
        numbers.append(len(statements))
        add("Tinn", *[system(f"S {number}") for number in range(50)])
        add("Tinn", *[ProcessingActivity(name=f"B {number}") for number in range(50)])

    assert numbers[0] == numbers[1] <= 7


# -- all municipalities ------------------------------------------------------------------------------------------------


def lines(page: str) -> dict[str, list[str]]:
    """Each municipality with what is said of it, in order."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")]
    plain = [[" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in row] for row in rows if row]
    return {row[0]: row[1:] for row in plain}


def test_who_is_furthest_behind_stands_first_and_why_in_words(as_on: As) -> None:
    done = {"status": RecordStatus.APPROVED, "approved_on": today()}
    add("Tinn", *[ProcessingActivity(name=f"G {number}", **done) for number in range(2)])
    add("Seljord", *[system(f"S {number}") for number in range(12)])

    found = lines(page_of(as_on("per")))

    order = list(found)
    assert order[-2:] == ["Seljord", "Tinn"]
    assert {tuple(found[one][:4]) for one in order[:-2]} == {("Ingen behandlinger er registrert ennå.", "–", "0", "0")}
    assert found["Seljord"][:4] == ["Applikasjoner uten systemeier: 12", "0 % 0 av 2", found["Seljord"][2], "12"]
    assert int(found["Seljord"][2]) >= 12
    assert found["Tinn"][1] == "50 % 2 av 4"
    assert found["Tinn"][4].endswith(f"2 godkjente i {burnup.month_name(today(), 'MMMM')}")


def test_a_municipality_without_errors_is_held_back_by_what_is_not_approved(app: Any) -> None:
    with app.test_request_context():
        found = [
            why(progress.Stand(1, total, done, 0, 0, None, progress.Lately()))
            for total, done in ((0, 0), (2, 1), (3, 1), (3, 3))
        ]

    assert found == [
        "Ingen behandlinger er registrert ennå.", "Én behandling er ikke godkjent.",
        "2 behandlinger er ikke godkjent.", "Alle behandlingene er godkjent.",
    ]  # fmt: skip


def test_what_has_changed_this_month_is_told_and_leads_to_it(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event counts once, however many rows it changed; what was approved before is no news."""
    per, kari = as_("per"), as_("kari")
    before = changes_in(page_of(per), "Tinn")
    for name in ("Ett", "To"):
        values = form_of(kari.get("/dataset/new/").text).values | {"name": name}
        assert kari.post("/dataset/new/", data=values).status_code == 303
    add("Tinn", ProcessingActivity(name="Godkjent i vår", status=RecordStatus.APPROVED, approved_on=date(2020, 1, 1)))
    at(monkeypatch, 1, 1, 2020)
    add("Seljord", system("Lenge siden"))

    page = page_of(per)

    assert changes_in(page, "Tinn") - before == 2
    assert lines(page)["Tinn"][4].startswith(f"{today():%d.%m.%Y}")
    assert "godkjent" not in lines(page)["Tinn"][4]
    url = f"/changes/?municipality={municipality('Tinn')}&since={today():%Y-%m}-01"
    assert url in page
    assert "Tinn" in per.get(url).text


def changes_in(page: str, town: str) -> int:
    found = re.search(r"(\d+) endring", lines(page)[town][4])
    assert found
    return int(found[1])


def test_who_works_in_two_sees_the_two_and_reminds_nobody(as_: As) -> None:
    siri = as_("siri")
    siri.post("/municipality/", data={"municipality": ""})

    page = page_of(siri)

    assert sorted(lines(page)) == ["Seljord", "Tinn"]
    assert "/remind/" not in page


def test_a_role_elsewhere_opens_only_what_is_read_there(as_: As) -> None:
    """Support reads no content; what a role in Tinn opens is Tinn alone."""
    with inside("Tinn"):
        db.session.add(Membership(user=user("sol"), role=MunicipalRole("reader"), municipality_id=municipality("Tinn")))
        db.session.commit()

    page = page_of(as_("sol"))

    assert list(lines(page)) == ["Tinn"]
    assert "/remind/" not in page


def test_it_costs_the_same_for_two_municipalities_and_for_many(as_: As, statements: list[str]) -> None:
    per = as_("per")
    numbers = []
    for towns in ((), ("Skien", "Notodden", "Vinje", "Tokke")):
        for town in towns:
            add(town, system("Fagsystem"), ProcessingActivity(name="Behandling"))
        page_of(per)
        statements.clear()
        page_of(per)
        numbers.append(len(statements))

    assert numbers[0] == numbers[1] <= 8


def test_what_is_told_of_several_is_what_each_is_told_alone(app: Any) -> None:
    some_of_everything("Seljord")
    with inside("Tinn", "Seljord"):
        together = figures(db.session, progress.COUNTED)
        news = progress.lately(db.session, today().replace(day=1))
        places = scope.current().readable(Domain.CONTENT)
        both = {one.place: one for one in progress.stands(together, news, places)}
    for town in ("Tinn", "Seljord"):
        place = municipality(town)
        with inside(town):
            alone = figures(db.session, progress.COUNTED)
            own = progress.lately(db.session, today().replace(day=1))
            assert progress.stands(alone, own, [place]) == [both[place]]
