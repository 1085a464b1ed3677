"""Faults underneath: a connection that is cut, a disk that is full, a key that was emptied, a host nobody knows."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import event, select

from models import database
from models.database import db
from models.registers.architecture import Application
from tests.conftest import inside, sign_in
from tests.support import postgres
from tests.test_registers import As, form_of
from views import remembered, settings


@contextmanager
def cut_before(number: int) -> Iterator[list[int]]:
    """PostgreSQL ends the connection just before a statement: that of this number, counted from 0."""
    seen, done = count(), []

    def cut(connection: Any, *_rest: Any) -> None:
        if next(seen) == number:
            pid = connection.connection.driver_connection.info.backend_pid
            done.append(pid)
            with postgres._admin() as other:
                other.execute("select pg_terminate_backend(%s)", [pid])

    event.listen(db.engine, "before_cursor_execute", cut)
    try:
        yield done
    finally:
        event.remove(db.engine, "before_cursor_execute", cut)


def statements(request: Any) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    request()
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def name_of(row_id: int) -> str:
    with inside("Tinn"):
        return str(db.session.scalars(select(Application.name).where(Application.id == row_id)).one())


def test_a_cut_connection_never_says_nothing_is_saved_of_what_is(on_postgres: Any) -> None:
    with on_postgres.app_context():
        with inside("Tinn"):
            row_id = db.session.scalars(select(Application.id)).first()
        browser = sign_in(on_postgres, "kari")
        address = f"/application/edit/?id={row_id}"

        def save(name: str) -> Any:
            return browser.post(
                address, data=form_of(browser.get(address).text).values | {"name": name}, expect_500=True
            )

        whole = statements(lambda: save("Kartportal 0"))
        for number in range(whole):
            before = name_of(row_id)
            posted = form_of(browser.get(address).text).values | {"name": f"Kartportal {number + 1}"}
            with cut_before(number):
                answer = browser.post(address, data=posted, expect_500=True)
            db.session.rollback()

            saved = name_of(row_id) != before
            assert (answer.status_code, saved) in {(303, True), (503, False)}, (
                number,
                answer.status_code,
                answer.text[:300],
            )
            assert answer.status_code == 303 or re.search("ingenting er lagret|Ingenting er lagret", answer.text)


def test_a_list_on_a_cut_connection_says_so_and_works_the_next_time(on_postgres: Any) -> None:
    with on_postgres.app_context():
        browser = sign_in(on_postgres, "kari")
        whole = statements(lambda: browser.get("/application/"))

        answers = []
        for number in range(whole):
            with cut_before(number) as cut:
                answer = browser.get("/application/", expect_500=True)
            if cut:
                answers.append(answer)
            assert browser.get("/application/").status_code == 200

        assert {answer.status_code for answer in answers} == {503}
        assert all("Databasen svarer ikke" in answer.text for answer in answers)


def test_a_full_disk_is_told_when_a_sheet_is_written(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    browser = as_("tone")
    monkeypatch.setattr("exchange.out.book.xlsx.write", full)

    answer = browser.get("/application/export/xlsx/?columns=all")

    assert (answer.status_code, "Disken er full" in answer.text) == (503, True)


@pytest.mark.parametrize("left", ["", " \n"])
def test_an_emptied_secret_key_is_made_anew(left: str, tmp_path: Path) -> None:
    file = tmp_path / "secret_key"
    file.write_text(left)

    key = settings.secret(file)

    assert (len(key), settings.secret(file), [one.name for one in tmp_path.iterdir()]) == (64, key, ["secret_key"])
    assert oct(file.stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("path", ["/application", "/application/new", "/reports", "/application?search=x"])
def test_an_address_without_its_slash_leads_to_no_strange_host(path: str, as_: As) -> None:
    answer = as_("kari").get(path, headers={"Host": "evil.example"})

    assert answer.status_code == 308
    assert answer.location == (path.replace("?", "/?") if "?" in path else f"{path}/")


def test_threads_that_forget_beside_each_other_never_lose_what_was_read(app: Any) -> None:
    failed: list[BaseException] = []

    def ask() -> None:
        with app.test_request_context():
            remembered.begin(None)
            for number in range(3000):
                try:
                    assert remembered.asked(number % 700, lambda: number) is not None  # noqa: B023 - called at once
                except BaseException as error:
                    failed.append(error)
                    return

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []


def test_outside_the_demo_the_host_names_are_asked_for(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.execv", lambda *_: pytest.fail("served all the same"))

    answer = app.test_cli_runner().invoke(args=["serve"])

    assert (answer.exit_code, "TRUSTED_HOSTS" in answer.output) == (1, True)


@pytest.mark.parametrize(("rested", "answer"), [(0.0, 200), (60.0, 503)])
def test_a_connection_that_was_cut_while_it_rested_is_noticed_before_it_is_used(
    on_postgres: Any, monkeypatch: pytest.MonkeyPatch, rested: float, answer: int
) -> None:
    monkeypatch.setattr(database, "RESTED", rested)
    with on_postgres.app_context():
        browser = sign_in(on_postgres, "kari")
        with db.engine.connect() as connection, postgres._admin() as other:
            pid = connection.connection.driver_connection.info.backend_pid
            connection.close()
            other.execute("select pg_terminate_backend(%s)", [pid])

        told = [browser.get("/application/").status_code for _time in range(2)]

    assert told == [answer, 200]
