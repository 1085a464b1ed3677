"""How far a municipality has come: figures that lead to the rows they count, the way there from the history, and all
municipalities beside each other, who is furthest behind first."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.changes import audit, restoring
from models.database import db
from models.declare.choices import AgreementStatus, Answer, Criticality, HeldPersonalData, Lifecycle, RecordStatus
from models.declare.clock import today
from models.declare.domains import Domain
from models.queries import progress
from models.queries.overview import SOON
from models.queries.progress import Control, Month
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.tenancy import scope
from models.tenancy.people import Membership, MunicipalRole
from tests.conftest import inside, municipality, user
from tests.test_registers import As
from tests.world import SECRETS
from views.pages import burnup

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

    lines = re.findall(r'<li><a href="([^"]+)">([^<]+)</a> <span class="task-count">(\d+)<', page)

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


# -- the way there -----------------------------------------------------------------------------------------------------


def at(monkeypatch: pytest.MonkeyPatch, month: int, day: int, year: int = 2026) -> None:
    """What is changed from here on is written down as changed then."""
    monkeypatch.setattr(audit, "now", lambda: datetime(year, month, day, 12, tzinfo=UTC))


def change(called: str, **values: Any) -> None:
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.name == called)).one()
        for key, value in values.items():
            setattr(row, key, value)
        db.session.commit()


def delete(name: str) -> int:
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.name == name)).one()
        db.session.delete(row)
        db.session.commit()
        return int(row.id)


def bring_back(row_id: int) -> None:
    with inside("Tinn"):
        gone = restoring.deletion_of(db.session, ProcessingActivity, row_id)
        restoring.bring_back(db.session, ProcessingActivity, gone)
        db.session.commit()


def drawn() -> list[tuple[int, int]]:
    with inside("Tinn"):
        rows = list(db.session.scalars(select(ProcessingActivity.status)))
        months = progress.burn_up(db.session, DAY, len(rows), rows.count(RecordStatus.APPROVED))
    assert [one.first for one in months] == progress.months_until(DAY)
    return [(one.registered, one.approved) for one in months]


def test_the_way_is_what_the_history_says_month_by_month(engine_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two there are were made before anything is drawn; the last of a month is of that month."""
    already = drawn()[-1]
    at(monkeypatch, 2, 10)
    add("Tinn", ProcessingActivity(name="Første"), ProcessingActivity(name="Andre"))
    at(monkeypatch, 4, 30)
    change("Første", status=RecordStatus.APPROVED)
    change("Andre", status=RecordStatus.REVIEW, name='"field": "status", "new": "approved"')
    at(monkeypatch, 5, 1)
    add("Tinn", *[ProcessingActivity(name=f"Ny {n}", status=RecordStatus.APPROVED) for n in range(7)])
    at(monkeypatch, 6, 15)
    gone = [delete("Første"), delete("Ny 0"), delete("Ny 1")]
    at(monkeypatch, 8, 1)
    bring_back(gone[0])
    at(monkeypatch, 9, 1)
    change("Ny 2", status=RecordStatus.REVISE)
    change("Ny 3", status=RecordStatus.ENDED)

    way = drawn()

    steps = [(0, 0)] * 2 + [(2, 0)] * 2 + [(2, 1), (9, 8), (6, 5), (6, 5), (7, 6), (7, 4), (7, 4), (7, 4)]
    made_today = [way[0][0] - steps[0][0], way[0][1] - steps[0][1]]
    assert already == (2, 0)
    assert [(made - made_today[0], won - made_today[1]) for made, won in way[:-1]] == steps[:-1]
    assert way[-1] == (9, 4)


def test_what_was_deleted_twice_comes_back_with_what_it_was_last(
    engine_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 1, 10)
    add("Tinn", ProcessingActivity(name="Fram og tilbake"))
    first = delete("Fram og tilbake")
    bring_back(first)
    change("Fram og tilbake", status=RecordStatus.APPROVED)
    delete("Fram og tilbake")
    at(monkeypatch, 3, 10)
    bring_back(first)

    way = [won for _made, won in drawn()]

    assert way == [0, 0, 0, *[1] * 9]


def test_a_month_ends_when_it_is_midnight_in_norway(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = drawn()
    monkeypatch.setattr(audit, "now", lambda: datetime(2026, 6, 30, 21, 59, tzinfo=UTC))
    add("Tinn", ProcessingActivity(name="I juni"))
    monkeypatch.setattr(audit, "now", lambda: datetime(2026, 6, 30, 22, 0, tzinfo=UTC))
    add("Tinn", ProcessingActivity(name="I juli"))

    way = [one[0] for one in drawn()]

    june = progress.months_until(DAY).index(date(2026, 6, 1))
    assert [way[june] - way[june - 1], way[june + 1] - way[june]] == [1, 1]
    assert way[june - 1] == before[june - 1][0]


def test_the_months_of_a_year_end_with_this_one() -> None:
    found = progress.months_until(date(2026, 1, 31))

    assert (len(found), found[0], found[-2:]) == (12, date(2025, 2, 1), [date(2025, 12, 1), date(2026, 1, 1)])


def test_the_picture_and_its_table_say_the_same_and_the_picture_in_a_sentence(as_: As) -> None:
    page = page_of(as_("kari"))

    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="num">(\d+)</td><td class="num">(\d+)</td>', page)

    assert len(rows) == 12
    assert rows[-1][1:] == ("2", "0")
    assert re.search(r"<desc[^>]*>Fra 0 registrerte og 0 godkjente i .* til 2 registrerte og 0 godkjente nå.<", page)
    assert page.count("<polyline") == 2


@pytest.mark.parametrize(("most", "scale"), [(0, (1, 1)), (3, (3, 1)), (19, (20, 5)), (142, (150, 50)), (20, (20, 5))])
def test_the_side_is_marked_with_few_round_numbers(most: int, scale: tuple[int, int]) -> None:
    assert burnup._scale(most) == scale


def test_the_words_at_the_ends_of_the_lines_never_stand_on_each_other(app: Any) -> None:
    """Nor outside the picture, also where all are approved and where none are registered."""
    with app.test_request_context():
        for registered, approved in ((5, 5), (0, 0), (100, 99), (100, 1)):
            months = [Month(first, registered, approved) for first in progress.months_until(DAY)]
            upper, lower = (line["y"] for line in burnup.drawn(months)["lines"])
            assert (lower - upper >= burnup.APART, 0 < upper < lower < burnup.HEIGHT) == (True, True)


def test_an_empty_municipality_is_told_that_the_way_begins_with_the_first(as_: As) -> None:
    with inside("Tinn"):
        for row in db.session.scalars(select(RiskAssessment)):
            db.session.delete(row)
        db.session.commit()
    with inside("Tinn"):
        from models.registers.risk import ImpactAssessment

        for register in (ImpactAssessment, ProcessingActivity):
            for row in db.session.scalars(select(register)):
                db.session.delete(row)
            db.session.commit()

    page = page_of(as_("kari"))

    assert tiles(page)["behandlinger er registrert"] == ("0", "", "")
    assert ("<polyline" in page, "Ingen behandlinger ennå" in page) == (False, True)


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

    assert numbers[0] == numbers[1] <= 6


# -- all municipalities ------------------------------------------------------------------------------------------------


def lines(page: str) -> dict[str, list[str]]:
    """Each municipality with what is said of it, in order."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")]
    plain = [[re.sub(r"<[^>]*>", "", cell).strip() for cell in row] for row in rows if row]
    return {row[0]: row[1:] for row in plain}


def test_who_is_furthest_behind_stands_first_and_why_in_words(as_on: As) -> None:
    done = {"status": RecordStatus.APPROVED, "approved_on": today()}
    add("Tinn", *[ProcessingActivity(name=f"G {number}", **done) for number in range(2)])
    add("Seljord", *[system(f"S {number}") for number in range(12)])

    found = lines(page_of(as_on("per")))

    order = list(found)
    assert order[-2:] == ["Seljord", "Tinn"]
    assert {tuple(found[one][:4]) for one in order[:-2]} == {("Ingen behandlinger er registrert ennå.", "0", "–", "0")}
    assert found["Seljord"][:5] == ["Applikasjoner uten systemeier: 12", "2", "0 %", found["Seljord"][3], "12"]
    assert found["Tinn"][1:3] == ["4", "50 %"]
    assert found["Tinn"][7] == "2"


def test_a_municipality_without_errors_is_held_back_by_what_is_not_approved(app: Any) -> None:
    with app.test_request_context():
        from views.pages.progress import why

        found = [
            why(progress.Stand(1, total, done, 0, 0, None, progress.Lately()))
            for total, done in ((0, 0), (2, 1), (3, 1), (3, 3))
        ]

    assert found == [
        "Ingen behandlinger er registrert ennå.", "Én behandling er ikke godkjent.",
        "2 behandlinger er ikke godkjent.", "Alle behandlingene er godkjent.",
    ]  # fmt: skip


def test_what_has_changed_this_month_is_told_and_leads_to_it(as_: As) -> None:
    per = as_("per")
    before = int(lines(page_of(per))["Tinn"][6])
    as_("kari").post("/application/new/", data={"name": "Nytt i dag"})
    add("Tinn", ProcessingActivity(name="Godkjent i vår", status=RecordStatus.APPROVED, approved_on=date(2020, 1, 1)))

    page = page_of(per)

    assert int(lines(page)["Tinn"][6]) >= before
    assert lines(page)["Tinn"][5].startswith(f"{today():%d.%m.%Y}")
    assert lines(page)["Tinn"][7] == "0"
    url = f"/changes/?municipality={municipality('Tinn')}&since={today():%Y-%m}-01"
    assert url in page
    assert "Tinn" in per.get(url).text


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
    from models.queries.figures import figures

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
