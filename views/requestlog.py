"""One log line for each request, and its number on everything else that is logged: who, where, how it went, how long.

Never what: no query string, no form, no name, no key of a calendar. The number stands on the error page too, so that
support finds the line.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from views.addresses import CALENDARS

WORDS = ("time", "level", "request", "path", "person", "message")
MEASURED = ("method", "status", "milliseconds")


def install(app: Flask) -> None:
    """Number every request and log its end. Comes first, so that whatever goes wrong later has a number."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(as_json=app.config["LOG_JSON"]))
    app.logger.handlers[:] = [handler]
    app.logger.setLevel(logging.INFO)
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    if "began" in g:
        taken = round(1000 * (time.perf_counter() - g.began), 1)
        measured = {"method": request.method, "status": response.status_code, "milliseconds": taken}
        _requests.info("request", extra=measured)
    return response


_requests = logging.getLogger("app.requests")  # below Flask's own logger "app", so that it goes where that goes


class Lines(logging.Formatter):
    """A log record as one line: JSON for machines, or words with blanks between for people."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self.as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        facts = facts_of(record)
        if self.as_json:
            return json.dumps(facts, ensure_ascii=False)
        told = [f"{name}={facts[name]}" for name in MEASURED if name in facts]
        lead = " ".join(str(facts[word]) for word in WORDS if facts.get(word) not in (None, ""))
        return "\n".join([" ".join([lead, *told]), *([facts["trace"]] if "trace" in facts else [])])


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What is told of a record; line breaks in a path or a message are made visible, so that no line can be forged."""
    facts: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "message": _on_one_line(record.getMessage()),
    }
    if has_request_context():
        facts |= {"request": g.get("request_id"), "path": _on_one_line(_told(request.path))}
        facts["person"] = getattr(g.get("actor"), "user_id", None)
    facts |= {name: getattr(record, name) for name in MEASURED if hasattr(record, name)}
    if record.exc_info:
        facts["trace"] = logging.Formatter().formatException(record.exc_info)
    return facts


def _told(path: str) -> str:
    """A path without the key in it."""
    return f"{CALENDARS}…" if path.startswith(CALENDARS) else path


def _on_one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
