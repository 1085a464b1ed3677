"""What is logged of a request: its number, who, where, how it went; never what was written or looked for."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from tests.conftest import user
from tests.test_registers import As
from views.requestlog import Lines


@pytest.fixture
def lines(app: Any) -> Any:
    """Every line the log would hold, as JSON."""
    told: list[dict[str, Any]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(json.loads(Lines(as_json=True).format(record)))

    handler = Kept()
    app.logger.addHandler(handler)
    yield told
    app.logger.removeHandler(handler)


def test_a_request_is_one_line_with_person_path_status_and_time(as_: As, lines: list[dict[str, Any]]) -> None:
    browser = as_("kari")
    lines.clear()

    browser.get("/application/?search=Hemmeleg")

    (line,) = lines
    assert (line["path"], line["method"], line["status"], line["person"]) == (
        "/application/", "GET", 200, user("kari").id,
    )  # fmt: skip
    assert (len(line["request"]), line["milliseconds"] > 0, line["time"].endswith("+00:00")) == (16, True, True)


def test_no_line_holds_what_somebody_wrote_or_looked_for(as_: As, lines: list[dict[str, Any]]) -> None:
    browser = as_("kari")

    browser.get("/application/?search=Hemmeleg")
    browser.post("/application/new/", data={"name": "Hemmeleg", "version": "0"})
    browser.post("/sign-in/", data={"email": "hemmeleg@x.no", "password": "Hemmeleg passord"})

    assert len(lines) >= 3
    assert "hemmeleg" not in json.dumps(lines).lower()


def test_an_error_line_and_the_error_page_carry_the_same_number(
    as_: As, lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_("kari")
    monkeypatch.setattr("views.register.register.Listing.from_request", lambda *_: 1 / 0)

    page = browser.get("/application/", expect_500=True)

    told = [line for line in lines if line["level"] == "ERROR"]
    assert [(line["path"], "ZeroDivisionError" in line["message"]) for line in told] == [("/application/", True)]
    assert f"Feilnummer: {told[0]['request']}" in page.text


def test_a_path_with_a_line_break_in_it_forges_no_line(app: Any, lines: list[dict[str, Any]]) -> None:
    app.test_client().get("/x%0a2026-11-25 INFO forged")

    told = Lines(as_json=False)
    assert lines[-1]["path"] == "/x\\n2026-11-25 INFO forged"
    assert "\n" not in told.format(logging.LogRecord("app", logging.INFO, "", 0, "a\nb", (), None))


def test_lines_for_people_begin_with_the_time_and_end_with_what_was_measured() -> None:
    record = logging.LogRecord("app", logging.INFO, "", 0, "request", (), None)
    record.status, record.method, record.milliseconds = 200, "GET", 3.5

    line = Lines(as_json=False).format(record)

    assert line.split(" ", 1)[1] == "INFO request method=GET status=200 milliseconds=3.5"
