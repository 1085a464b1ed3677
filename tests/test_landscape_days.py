"""The map over time: a day that has been, a day that comes, and what differs between two; the same in the picture, the
table, the list and the file, and nothing of another municipality by any day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import AccessEvent, Criticality, Lifecycle
from models.declare.clock import today
from models.landscape.aspects import Aspect
from models.landscape.difference import LEVELS, Change, between
from models.landscape.graph import Edge, Node, made
from models.registers.architecture import Application, Platform, Service
from models.registers.data import Dataset
from models.tenancy.accesslog import AccessEntry
from tests.conftest import inside, municipality
from tests.support import mergers
from tests.support.aged import age
from tests.test_landscape_pages import furnish, names, rows
from tests.test_registers import As
from tests.world import SECRETS

DAY = timedelta(days=1)
YESTERDAY = today() - DAY
NEXT = today() + timedelta(days=400)


def aged(app: Any, place: str = "Tinn", word: str = "Ny") -> dict[str, int]:
    """The world as it was four days ago, with a little architecture, of which some has changed today."""
    ids = furnish(place, word, 2)
    age(app, 4 * DAY)
    with inside(place), db.session.no_autoflush:
        main, side = (db.session.get(Application, ids[one]) for one in ("main", "side"))
        main.name, main.criticality = f"{word} kjerne", Criticality.C2
        db.session.get(Service, ids["service"]).applications = [main, side]
        db.session.delete(db.session.scalars(select(Dataset).where(Dataset.name == f"{word} data 0")).one())
        db.session.add(Application(name=f"{word} tilkommet", criticality=Criticality.C4))
        db.session.commit()
    return ids


def told(page: Any) -> list[str]:
    """What the notes above the map say."""
    return [unescape(one) for one in re.findall(r'class="message tone-info".*?<p>(.*?)</p>', page.text, re.S)]


def remarks(page: Any) -> dict[str, str]:
    """What the table says of rows that something is said of."""
    found = re.findall(r'<tr><th scope="row">(?:<a [^>]*>)?(.*?)(?:</a>)?</th>(.*?)</tr>', page.text)
    cells = {unescape(name): re.findall(r"<td>(.*?)</td>", rest) for name, rest in found}
    return {name: unescape(each[3]) for name, each in cells.items() if each[3] and len(each) == 5}


def listed(page: Any) -> dict[str, str]:
    """What the list says beside names."""
    found = re.findall(r'<li>(?:<a [^>]*>)?([^<]*)(?:</a>)? <span class="muted">([^<]*)</span>', page.text)
    return {unescape(name): unescape(said) for name, said in found}


def test_the_map_of_a_past_day_is_what_it_was_in_the_picture_the_table_the_list_and_the_file(
    as_on: As, engine_app: Any
) -> None:
    aged(engine_app)
    kari, tone, asked = as_on("kari"), as_on("tone"), f"day={YESTERDAY}"

    now, then = (names(kari.get(f"/map/?{one}")) for one in ("", asked))
    table, inlist = kari.get(f"/map/?{asked}&way=table"), kari.get(f"/map/?{asked}&way=list")
    svg = tone.get(f"/map/file.svg?{asked}")

    assert then - now == {"Ny hovedsystem", "Ny data 0"}
    assert now - then == {"Ny kjerne", "Ny tilkommet"}
    first = [names(kari.get(f"/map/?day={today() - number * DAY}")) for number in (4, 5)]
    assert first == [then, set()]  # a day is told of as it was when it had ended
    assert rows(table) | {"Ny data 0"} == then  # what is deleted since has no page to lead to
    assert '<th scope="row">Ny data 0</th>' in table.text
    assert "<li>Ny data 0" in inlist.text
    day = f"{YESTERDAY:%d.%m.%Y}"
    for page in (table, inlist):
        assert told(page) == [f"Kartet viser kommunen slik den var da dagen {day} var slutt, etter historikken."]
    assert f">{day}</text>" in svg.text
    assert f"-{day.replace('.', '-')}-" in svg.headers["Content-Disposition"]
    with inside("Tinn"):
        line = db.session.scalars(select(AccessEntry).where(AccessEntry.event == AccessEvent.REPORT)).one()
        assert (line.selection, line.rows) == (f"svg; {day}", len(then))


def test_a_past_day_is_marked_filtered_and_picked_in_as_it_was_then(as_: As, app: Any) -> None:
    ids = aged(app)
    kari, asked = as_("kari"), f"day={YESTERDAY}"
    gone = next(
        iter(re.findall(r'id="(dataset-\d+)"[^>]*aria-label="Datasett: Ny data 0', kari.get(f"/map/?{asked}").text))
    )

    critical, filled = (kari.get(f"/map/?{asked}&{one}") for one in ("application:criticality=1", "mark=filled"))
    picked = kari.get(f"/map/?{asked}&pick={gone}")
    other = kari.get(f"/map/?{asked}&pick=application-{ids['main']}")

    assert names(critical) == {"Ny hovedsystem", "Ny tjeneste", "Ny sky", "Ny data 0", "Ny data 1"}
    assert names(kari.get("/map/?application:criticality=1")) == set()
    assert "% er fylt ut" in filled.text.partition("data-map")[2]
    assert {"Åpne siden" in one.text for one in (picked, other)} == {False, True}
    assert f'href="?{asked}&amp;pick=application-{ids["side"]}#picked"' in other.text
    for mark in Aspect:
        assert names(kari.get(f"/map/?{asked}&mark={mark}")) >= names(critical), mark


def test_before_anything_was_registered_the_map_is_empty_and_says_when_the_first_was(as_: As, app: Any) -> None:
    furnish("Tinn", "Ny")

    page = as_("kari").get("/map/?day=2018-01-02")

    assert names(page) == set()
    first = f"Ingenting var registrert ennå. Det første ble registrert {today():%d.%m.%Y}."
    assert [one.partition("historikken. ")[2] for one in told(page)] == [first]


@pytest.mark.parametrize("day", ["2017-12-31", "2026-13-01", "i går", "9999-01-01", "\0", "2026-02-30"])
def test_a_day_that_is_none_is_refused_in_a_sentence_and_today_is_shown(as_: As, day: str) -> None:
    kari = as_("kari")

    page, backwards = kari.get("/map/", query_string={"day": day}), kari.get(f"/map/?day={YESTERDAY}&since={today()}")

    assert "Velg en dag fra 2018 til tjue år fram i tid" in page.text
    assert names(page) == names(kari.get("/map/"))
    assert "må være før dagen som vises" in backwards.text
    assert "må være før dagen som vises" in kari.get(f"/map/?since={today()}").text


def planned() -> None:
    """What is to come and to go, and what is only planned."""
    with inside("Tinn"), db.session.no_autoflush:
        comes = Application(name="Kommer", status=Lifecycle.PLANNED, in_use_from=today() + DAY)
        late = Application(name="Senere", status=Lifecycle.PLANNED, in_use_from=NEXT + DAY)
        goes = Application(name="Går", in_use_from=date(2020, 1, 1), retires=NEXT, replaced_by=comes)
        stays = Application(name="Blir", in_use_from=date(2020, 1, 1), retires=NEXT + DAY)
        was = Application(name="Var", status=Lifecycle.RETIRED, retires=YESTERDAY)
        cloud = Platform(name="Sky uten dag", status=Lifecycle.PROCUREMENT)
        db.session.add_all([comes, late, goes, stays, was, cloud])
        db.session.commit()


def test_a_coming_day_has_what_is_planned_by_then_told_by_form_and_word_and_not_what_has_gone(as_: As) -> None:
    planned()
    kari, asked = as_("kari"), f"day={NEXT}&mark=lifecycle"
    of_today = {"Kommer", "Senere", "Går", "Blir", "Var", "Sky uten dag"}

    page, table, inlist = (kari.get(f"/map/?{asked}{way}") for way in ("", "&way=table", "&way=list"))

    now = names(kari.get("/map/"))
    assert (now >= of_today, now - names(page)) == (True, {"Senere", "Går"})
    soon = f"Kommer {today() + DAY:%d.%m.%Y}"
    assert f'aria-label="Applikasjon: Kommer. I bruk. {soon}.' in page.text
    assert re.findall(r'class="map-node[^"]* ghost"[^>]*aria-label="([^.]*)', page.text) == ["Applikasjon: Kommer"]
    assert ">Kommer: Kommer</text>" in page.text
    said = {"Kommer": soon, "Sky uten dag": "Planlagt uten dato"}
    assert remarks(table) == said
    assert {name: one for name, one in listed(inlist).items() if name in now} == said
    assert [one.partition("er borte. ")[2] for one in told(page)] == ["Kommer: Kommer. Borte: Går."]
    differs = kari.get(f"/map/?day={NEXT}&since={today()}&changed=1&way=table")
    assert remarks(differs) == {"Kommer": "Ny", "Går": "Borte"}
    assert [name for name in ("Går", "Kommer") if name in names(kari.get(f"/map/?day={NEXT - DAY}"))] == [
        "Går",
        "Kommer",
    ]


def test_the_difference_of_two_days_is_told_by_form_and_word_in_every_way_and_counted(
    as_on: As, engine_app: Any
) -> None:
    aged(engine_app)
    kari, tone, asked = as_on("kari"), as_on("tone"), f"since={YESTERDAY}"

    page, table, inlist = (kari.get(f"/map/?{asked}{way}") for way in ("", "&way=table", "&way=list"))
    only = kari.get(f"/map/?{asked}&changed=1")
    svg = tone.get(f"/map/file.svg?{asked}")

    said = {
        "Ny tilkommet": "Ny", "Ny data 0": "Borte", "Ny kjerne": "Endret: navn, kritikalitet",
        "Ny tjeneste": "Endret: applikasjoner",
    }  # fmt: skip
    assert remarks(table) == said
    assert {name: one for name, one in listed(inlist).items() if name in said} == said
    assert names(only) == set(said)
    for name, words in said.items():
        assert f": {name}. {words}. " in page.text
    day = f"Fra {YESTERDAY:%d.%m.%Y} til {today():%d.%m.%Y}"
    counted = "1 ny, 1 borte, 2 endret, 1 ny forbindelse, 2 forbindelser som er borte"
    assert told(page) == told(table) == told(inlist) == [f"{day}: {counted}."]
    drawn = page.text.partition("data-map")[2]
    assert [drawn.count(f'<path class="{one}" data-e') for one in ("come", "gone")] == [1, 2]
    forms = [
        re.search(rf': {name}\..*?<path class="mark (tone-fill-\w+)" d="M[\d.]+ [\d.-]+(\w)', drawn) for name in said
    ]
    assert len({one.groups() for one in forms if one}) == 3  # a plus, a minus and two tildes
    assert "Ny sidesystem (ny forbindelse)" in inlist.text
    assert "Ny data 0 (forbindelsen er borte)" in inlist.text
    corner = " ".join(re.findall(r'<text class="map-group" x="0"[^>]*>([^<]*)</text>', svg.text))
    assert corner == f"Endringer fra {YESTERDAY:%d.%m.%Y} til {today():%d.%m.%Y}"
    unchanged = kari.get(f"/map/?day={YESTERDAY}&since={YESTERDAY - DAY}")
    assert "Ingenting på kartet er endret" in told(unchanged)[-1]


def test_what_differs_is_what_is_new_gone_or_says_otherwise_itself_and_nothing_of_two_alike() -> None:
    one, two, data = Node("application", 1, "A", cost=5), Node("application", 2, "B"), Node("dataset", 1, "D")
    link = Edge(data.key, one.key, "dataset.applications")
    before = made([one, two, data], [link])
    after = made([Node("application", 1, "A", cost=6), data, Node("application", 3, "C")], [])

    found = between(before, after)

    assert found.what == {
        one.key: Change.CHANGED, two.key: Change.GONE, ("application", 3): Change.NEW, data.key: Change.CHANGED,
    }  # fmt: skip
    assert (found.values[one.key], found.links[data.key], found.links[one.key]) == (("cost",), (link.link,), ())
    assert (found.come, found.gone) == (frozenset(), {link})
    assert (between(before, before).what, between(made([], []), before).come) == ({}, {link})
    assert len({level.form for level in LEVELS} | {level.tone for level in LEVELS}) == 6


def test_another_day_costs_as_many_statements_for_forty_rows_as_for_one_and_few_when_nothing_has_changed(
    as_: As, app: Any, statements: list[str]
) -> None:
    kari = as_("kari")

    def counted(asked: str) -> int:
        statements.clear()
        assert kari.get(f"/map/?{asked}").status_code == 200
        return len(statements)

    age(app, 4 * DAY)
    every = [f"day={YESTERDAY}", f"day={NEXT}", f"since={YESTERDAY}&day={NEXT}"]
    few, many = [], []
    for found, number in ((few, 1), (many, 40)):
        furnish("Tinn", f"Antall {number}", number)
        kari.get("/map/")
        found += [counted(one) for one in every]

    assert many == few
    assert [counted(f"{one}&by=unit") for one in every] == [5, 5, 8]


# -- the walls ---------------------------------------------------------------------------------------------------------


def test_no_day_and_no_difference_tells_of_another_municipality(as_on: As, engine_app: Any) -> None:
    furnish("Tinn", "Ny")
    theirs = aged(engine_app, "Seljord", "Hemmeleg")
    berit, kari, siri = as_on("berit"), as_on("kari"), as_on("siri")
    siri.post("/municipality/", data={"municipality": ""})
    hers = names(berit.get(f"/map/?day={YESTERDAY}"))  # remembered before anybody in Tinn looks
    asked = [f"day={YESTERDAY}", f"since={YESTERDAY}", f"day={NEXT}", f"day={YESTERDAY}&mark=filled",
             f"day={YESTERDAY}&pick=application-{theirs['main']}", f"since={YESTERDAY}&changed=1&way=list",
             f"day={YESTERDAY}&dataset:name.has=data", "day=2018-01-02"]  # fmt: skip

    pages = [kari.get(f"/map/?{one}") for one in asked] + [as_on("tone").get(f"/map/file.svg?{one}") for one in asked]

    assert {"Hemmeleg hovedsystem", "Hemmeleg data 0"} <= hers
    for page in pages:
        assert page.status_code == 200
        assert [word for word in SECRETS if word in page.text] == []
        assert "Hemmeleg" not in page.text
    assert "Velg én kommune" in siri.get(f"/map/?day={YESTERDAY}").text
    assert [as_on(name).get(f"/map/?since={YESTERDAY}").status_code for name in ("sol", "frida")] == [403, 403]


def test_what_was_carried_over_in_a_merger_is_not_in_the_new_municipality_the_day_before(as_: As, app: Any) -> None:
    mergers.furnish()
    age(app, 4 * DAY)
    per = as_("per")
    number = mergers.plan(per)
    assert mergers.act(per, number, "carry").status_code == 303

    def seen(place: str, day: date) -> set[str]:
        per.post("/municipality/", data={"municipality": str(municipality(place))})
        return names(per.get(f"/map/?day={day}"))

    old = seen("Bø", YESTERDAY)
    assert len(old) > 3
    assert (seen(mergers.NEW, YESTERDAY), seen(mergers.NEW, today()) >= old) == (set(), True)


def test_where_nothing_is_asked_of_time_nothing_of_it_is_made(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish("Tinn", "Ny")
    never: Callable[..., Any] = lambda *_, **__: pytest.fail("The past was read.")  # noqa: E731
    monkeypatch.setattr("views.landscape.then.as_of", never)
    kari = as_("kari")

    assert names(kari.get(f"/map/?day={today()}")) == names(kari.get("/map/"))
    assert "Merknad" not in kari.get("/map/?way=table").text.partition("map-table")[2]
