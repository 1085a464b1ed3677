"""A database that goes away in the midst of a bulk change: all of it is done or nothing, and what is read is true."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event, func, select

from models.database import db
from models.declare.choices import Lifecycle
from models.registers.architecture import Application
from models.tenancy.log import ContentChange
from tests.conftest import inside, sign_in
from tests.support.bulk import do, look, some
from tests.test_faults import cut_before, statements

ROWS = 12
Fault = Callable[[int], AbstractContextManager[Any]]


@contextmanager
def fails_before(number: int) -> Iterator[None]:
    """SQLite fails just before a statement, as on a disk that goes away: that of this number, counted from 0."""
    seen = count()

    def fail(*_: Any) -> None:
        if next(seen) == number:
            raise sqlite3.OperationalError("disk I/O error")

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)


@pytest.fixture(params=["sqlite", "postgres"])
def failing(request: pytest.FixtureRequest) -> tuple[Any, Fault]:
    """An app, and how its database goes away."""
    if request.param == "sqlite":
        return request.getfixturevalue("app"), fails_before
    return request.getfixturevalue("on_postgres"), cut_before


def standing(ids: list[int]) -> tuple[frozenset[Any], int]:
    """Which statuses the rows have, and how many entries the history has of them."""
    db.session.rollback()
    mine = (ContentChange.register == "application", ContentChange.row_id.in_(ids))
    with inside("Tinn"):
        found = frozenset(db.session.scalars(select(Application.status).where(Application.id.in_(ids))))
        return found, int(db.session.scalar(select(func.count(ContentChange.id)).where(*mine)) or 0)


def test_a_bulk_change_cut_off_before_any_statement_leaves_nothing_by_half(failing: tuple[Any, Fault]) -> None:
    app, fault = failing
    with app.app_context():
        ids, kari = some(ROWS), sign_in(app, "kari")
        wanted = [Lifecycle.PLANNED, Lifecycle.RETIRED]

        def page(status: Lifecycle) -> Any:
            return look(kari, Application, ids, status=status.value)

        seen = page(wanted[0])
        whole = statements(lambda: do(kari, Application, seen))
        answers = set()
        for number in range(whole):
            before = standing(ids)
            status = next(one for one in wanted if one not in before[0])
            seen = page(status)
            with fault(number):
                answer = do(kari, Application, seen, expect_500=True)
            after = standing(ids)

            said = html.unescape(re.sub(r"<[^>]+>", " ", answer.text))
            is_told = answer.status_code == 303 or re.search("[Ii]ngenting er lagret", said)
            kinds = {before: "as before", (frozenset({status}), before[1] + ROWS): "done"}
            answers.add((answer.status_code, kinds.get(after, "by half"), bool(is_told)))

        assert answers <= {(303, "done", True), (503, "as before", True)}
        assert (503, "as before", True) in answers
