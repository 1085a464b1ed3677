"""How far a change of many rows has come: told while it goes on, and truly afterwards, however it ended."""

from __future__ import annotations

import html
import re
import shutil
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.changes import bulk
from models.database import db
from models.declare.choices import Lifecycle
from models.keeping import progress
from models.registers.architecture import Application
from models.tenancy.people import Membership, MunicipalRole
from tests.conftest import inside, municipality, sign_in, user
from tests.support import attack
from tests.support.bulk import changed, do, look, some
from tests.support.interrupting import ended_after
from tests.test_history import changes
from tests.test_registers import As
from views.register import underway

ROWS = 12
PAGE = "/underway/"


@pytest.fixture(autouse=True)
def ten_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dozen rows are as many as thousands."""
    monkeypatch.setattr(underway, "MANY", ROWS - 2)
    monkeypatch.setattr(bulk, "OFTEN", 3)


def folder(app: Any) -> Path:
    return Path(app.instance_path) / "progress"


def works(browser: Any, path: str = PAGE) -> list[str]:
    """What the page says of each."""
    page = browser.get(path).text.partition("data-now=")[2].partition("</ul>")[0]
    found = [re.sub(r"<[^>]+>|\s+", " ", one) for one in page.split("<li>")[1:]]
    return [" ".join(html.unescape(one).split()) for one in found]


def statuses(ids: list[int]) -> set[Any]:
    db.session.rollback()
    with inside("Tinn"):
        return set(db.session.scalars(select(Application.status).where(Application.id.in_(ids))))


def looking_meanwhile(monkeypatch: pytest.MonkeyPatch, step: str, look_at: Any) -> list[Any]:
    """Look at something in the midst of the work, when a step of it begins the seventh time, or at its end."""
    seen: list[Any] = []
    noting, times = getattr(bulk.Bulk, step), iter(range(ROWS + 1))

    def noted(self: Any, *about: Any) -> None:
        if next(times) == 7:
            seen.append(look_at())
        noting(self, *about)

    monkeypatch.setattr(bulk.Bulk, step, noted)
    return seen


def test_who_changes_many_rows_sees_how_far_it_has_come_and_nobody_else_does(
    as_on: As, engine_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, kari, elsewhere = some(ROWS), as_on("kari"), attack.browser(engine_app, "kari")
    ola = attack.browser(engine_app, "ola")
    page = look(kari, Application, ids, status="retired")
    meanwhile = looking_meanwhile(
        monkeypatch,
        "_note",
        lambda: (works(elsewhere), elsewhere.get(f"{PAGE}now/").json, works(elsewhere, "/"), works(ola)),
    )

    answer = do(kari, Application, page)

    said = "Endring av 12 rader pågår Applikasjoner 25 prosent 6 av 12 rader er gått gjennom"
    now = {"percent": 25, "step": "6 av 12 rader er gått gjennom"}
    ((on_page, told, on_start, others),) = meanwhile
    assert answer.status_code == 303
    assert (on_page, list(told.values()), on_start, others) == ([said], [now], [said], [])


def test_afterwards_it_says_that_it_is_done_and_leads_to_it(as_on: As, engine_app: Any) -> None:
    ids, kari = some(ROWS), as_on("kari")

    changed(kari, Application, ids, status="retired")

    event = changes(Application(id=ids[0]))[0].request_id
    page = kari.get(PAGE).text
    assert works(kari, "/") == ["Endring av 12 rader er ferdig Applikasjoner"]
    assert (f'href="/changes/event/{event}/"' in page, 'http-equiv="refresh"' in page) == (True, False)
    assert kari.get(f"{PAGE}now/").json == {}


def test_a_deletion_is_told_as_one_and_counts_the_rows_that_went(as_on: As, engine_app: Any) -> None:
    ids, kari = some(ROWS), as_on("kari")
    page = look(kari, Application, ids, "delete")
    with inside("Tinn"):
        db.session.get(Application, ids[0]).notes = "Endret imens"
        db.session.commit()

    do(kari, Application, page, mode="some")

    assert works(kari) == ["Sletting av 11 rader er ferdig Applikasjoner"]


def test_what_came_to_nothing_is_said_to(as_on: As, engine_app: Any) -> None:
    ids, kari = some(ROWS), as_on("kari")
    page = look(kari, Application, ids, status="retired")
    with inside("Tinn"):
        db.session.get(Application, ids[3]).notes = "Endret imens"
        db.session.commit()

    answer = do(kari, Application, page)

    assert answer.status_code == 409
    assert works(kari) == ["Endring av 12 rader stanset: ingenting er endret Applikasjoner"]


def test_wherever_the_process_ends_what_is_told_is_what_was_done(app: Any) -> None:
    ids, kari = some(ROWS), sign_in(app, "kari")
    page, told = look(kari, Application, ids, status="retired"), set()

    for number in count():
        shutil.rmtree(folder(app), ignore_errors=True)
        db.session.remove()
        db.engine.dispose()
        ended_after(number, lambda: do(kari, Application, page))
        told.add((tuple(works(kari)), tuple(statuses(ids))))
        if statuses(ids) == {Lifecycle.RETIRED}:
            break

    stopped = ("Endring av 12 rader stanset: ingenting er endret Applikasjoner",)
    before, after = (Lifecycle.IN_USE,), (Lifecycle.RETIRED,)
    assert told == {((), before), (stopped, before), (("Endring av 12 rader er ferdig Applikasjoner",), after)}


def test_a_page_that_goes_on_is_asked_for_anew_without_a_script(as_: As, app: Any, monkeypatch: Any) -> None:
    ids, kari, elsewhere = some(ROWS), as_("kari"), attack.browser(app, "kari")
    page = look(kari, Application, ids, status="retired")
    meanwhile = looking_meanwhile(monkeypatch, "_note", lambda: elsewhere.get(PAGE).text)

    do(kari, Application, page)

    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in meanwhile[0]
    assert f'href="{PAGE}"' in page.text


def test_few_rows_are_changed_without_a_word_of_it(as_: As) -> None:
    ids, kari = some(ROWS - 2), as_("kari")

    page = look(kari, Application, ids, status="retired")
    do(kari, Application, page)

    assert (works(kari), PAGE in page.text, statuses(ids)) == ([], False, {Lifecycle.RETIRED})


def test_it_is_told_in_the_municipality_it_was_done_in(as_on: As, engine_app: Any) -> None:
    with inside("Seljord"):
        at = municipality("Seljord")
        db.session.add(Membership(user=user("kari"), role=MunicipalRole.EDITOR, municipality_id=at))
        db.session.commit()
    ids, kari = some(ROWS), as_on("kari")
    kari.post("/municipality/", data={"municipality": municipality("Tinn")})
    changed(kari, Application, ids, status="retired")
    told = []

    for place in (at, municipality("Tinn")):
        kari.post("/municipality/", data={"municipality": place})
        told.append(len(works(kari)))

    assert told == [0, 1]


def test_after_an_hour_it_is_told_no_more_and_swept_away_by_the_next(
    as_: As, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, kari = some(ROWS), as_("kari")
    changed(kari, Application, ids, status="retired")
    monkeypatch.setattr(progress, "KEPT_SECONDS", -60)

    late = works(kari)
    changed(kari, Application, ids, status="planned")

    assert (late, len(list(folder(app).iterdir()))) == ([], 1)


def test_of_very_many_the_newest_few_are_told(as_: As) -> None:
    ids, kari = some(ROWS), as_("kari")

    for number in range(progress.MOST + 2):
        changed(kari, Application, ids, status=["retired", "planned"][number % 2])

    assert len(works(kari)) == progress.MOST


def test_the_start_page_asks_as_much_while_it_goes_on_as_when_nothing_does(
    as_: As, app: Any, statements: list[str]
) -> None:
    kari, counts = as_("kari"), []
    about = {"register": "application", "deletes": False, "place": municipality("Tinn"), "rows": 5000}
    kari.get("/")
    statements.clear()
    kari.get("/")
    counts.append(len(statements))

    with progress.Progress(folder(app)).telling(user("kari").id, "0" * 16, about):
        statements.clear()
        page = kari.get("/").text
        counts.append(len(statements))

    assert ("5\u00a0000 rader pågår" in page, counts[0]) == (True, counts[1])


def test_the_start_page_asks_once_more_for_one_that_has_ended_and_for_many(as_: As, statements: list[str]) -> None:
    ids, kari, counts = some(ROWS), as_("kari"), []
    for _ in range(3):
        kari.get("/")
        statements.clear()
        kari.get("/")
        counts.append(len(statements))
        changed(kari, Application, ids, status=["retired", "planned"][len(counts) % 2])

    assert [one - counts[0] for one in counts] == [0, 1, 1]


def test_who_is_not_signed_in_is_told_nothing(app: Any) -> None:
    stranger = attack.visitor(app)

    assert [stranger.get(path).status_code for path in (PAGE, f"{PAGE}now/")] == [302, 302]
