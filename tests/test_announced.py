"""PostgreSQL is told how far each request reaches before it tells anything: once, and anew when that has changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from models.database import db
from models.declare.clock import today
from models.tenancy.people import Membership
from models.tenancy.rowsecurity import ANNOUNCEMENT, SETTINGS
from tests.conftest import inside, municipality, sign_in, user

Said = list[tuple[str, Any]]


@pytest.fixture
def said(on_postgres: Any) -> Iterator[Said]:
    """Every statement with its parameters."""
    found: Said = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        found.append((statement, parameters))

    with on_postgres.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        yield found
        event.remove(db.engine, "before_cursor_execute", note)
        db.session.remove()
        db.engine.dispose()


def reaches(said: Said) -> list[str]:
    """Which municipalities' content PostgreSQL was told may be read, one announcement after the other."""
    place = SETTINGS.index("app.read_content")
    return [parameters[place] for statement, parameters in said if statement == ANNOUNCEMENT]


def ids(*names: str) -> str:
    return ",".join(map(str, sorted(municipality(name) for name in names)))


def held_in(name: str, place: str) -> Membership:
    wanted = Membership.user_id == user(name).id, Membership.municipality_id == municipality(place)
    return db.session.scalars(select(Membership).where(*wanted)).one()


def test_a_list_takes_three_statements_how_far_who_and_the_rows(said: Said, on_postgres: Any) -> None:
    kari = sign_in(on_postgres, "kari")
    kari.get("/application/")
    said.clear()

    kari.get("/application/")

    assert [statement.split()[0] for statement, _ in said] == ["SELECT", "SELECT", "WITH"]
    assert reaches(said) == [ids("Tinn")]


def test_a_role_that_is_taken_away_reaches_nothing_in_the_next_request(said: Said, on_postgres: Any) -> None:
    kari = sign_in(on_postgres, "kari")
    with inside("Tinn", "Seljord"):
        role, place = held_in("kari", "Tinn").role, municipality("Seljord")
        db.session.add(Membership(user=user("kari"), municipality_id=place, role=role))
        db.session.commit()
    kari.post("/municipality/", data={"municipality": ""})
    assert "Seljord" in kari.get("/application/").text
    both = ids("Tinn", "Seljord")
    with inside("Tinn", "Seljord"):
        held_in("kari", "Seljord").valid_to = today() - timedelta(days=1)
        db.session.commit()
    said.clear()

    page = kari.get("/application/").text

    assert reaches(said) == [both, ids("Tinn")]  # what was remembered, and at once what holds
    last = max(number for number, (statement, _) in enumerate(said) if statement == ANNOUNCEMENT)
    assert last == 2  # between them, nothing but who is asking
    assert "user_account" in said[1][0]
    assert "<td>Seljord</td>" not in page


def test_what_one_browser_reached_is_announced_for_no_other(said: Said, on_postgres: Any) -> None:
    per, kari = sign_in(on_postgres, "per"), sign_in(on_postgres, "kari")
    per.get("/application/")
    kari.get("/application/")
    forged, number = on_postgres.test_client(), user("per").id
    with kari.session_transaction() as known, forged.session_transaction() as cookie:
        cookie.update(known)
        cookie["_user_id"] = f"{number}:{known['_user_id'].partition(':')[2]}"  # per's number, kari's key
    said.clear()

    answer = forged.get("/application/")

    assert answer.status_code == 302
    assert set(reaches(said)) == {""}
