"""Who came in by a link before addresses were proven is vouched for by who invited, unless others vouch too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.support.upgrading import upgraded_since
from tests.test_migrating_agreements import put

THEN = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
# Who took the invitation of municipality 1, when they had been made, and where they hold a role.
PEOPLE = {
    "made by the link": (timedelta(), (1,)),
    "was there before": (timedelta(days=40), (1,)),
    "made by the link, with a role elsewhere": (timedelta(), (1, 2)),
}


def furnish(connection: Connection) -> None:
    for number, name in ((1, "Tinn"), (2, "Seljord")):
        put(connection, "municipality", id=number, name=name)
    for number, (name, (before, places)) in enumerate(PEOPLE.items(), 1):
        put(connection, "user_account", id=number, name=name, email=f"{number}@test.example", created_at=THEN - before)
        for place in places:
            put(connection, "membership", id=10 * number + place, user_id=number, municipality_id=place, role="reader")
        put(
            connection, "invitation", id=number, user_id=number, municipality_id=1, key_hash=str(number),
            made_at=THEN, expires_at=THEN, taken_at=THEN + timedelta(seconds=2),
        )  # fmt: skip
    put(connection, "user_account", id=9, name="never invited", email="9@test.example", created_at=THEN)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_who_only_ever_came_by_a_link_is_answered_for_by_the_municipality_that_made_it(
    engine: str, tmp_path: Path
) -> None:
    with upgraded_since("0024", furnish, engine, tmp_path) as connection:
        found = connection.execute(text("select name, vouched_in from user_account order by id")).all()
        mailed = connection.scalars(text("select mailed from invitation")).all()
    assert dict(map(tuple, found)) == {
        "made by the link": 1, "was there before": None, "made by the link, with a role elsewhere": None,
        "never invited": None,
    }  # fmt: skip
    assert [bool(one) for one in mailed] == [False] * 3
