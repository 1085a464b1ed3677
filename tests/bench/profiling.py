"""Where a page of ours spends its time: `make bench ARGS='--profile list'`."""

from __future__ import annotations

import cProfile
import os
import pstats
import re
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from tests.bench.data import EDITOR, MANAGER, PASSWORD, World
from tests.bench.measure import EDIT, cases

REQUESTS, LINES = 40, 25


def run(world: World, name: str, say: Callable[[str], None]) -> None:
    """The statements of one request with their times, then the functions of many requests by their own time."""
    os.environ |= {"ORDEN_INSTANCE": world.instance, "DEMO": "0", "SESSION_COOKIE_SECURE": "0"}
    from app import create_app
    from models.database import db

    case = next(one for one in cases(world) if one.name.startswith(name))
    app = create_app({"DATABASE_URL": world.app_url})
    client = app.test_client()
    page = client.get("/sign-in/").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    email = EDITOR if case.name == EDIT else MANAGER
    client.post("/sign-in/", data={"email": email, "password": PASSWORD, "csrf_token": token[1] if token else ""})
    for _ in range(5):
        client.get(case.ours)
    with app.app_context():
        engine = db.engine
    seen: list[tuple[float, str]] = []
    _listen(engine, seen)
    start = time.perf_counter()
    size = len(client.get(case.ours).get_data())
    say(f"{case.ours}: {(time.perf_counter() - start) * 1000:.1f} ms, {size} bytes, {len(seen)} statements")
    for took, statement in seen:
        say(f"  {took:7.2f} ms  {' '.join(statement.split())[:180]}")
    profile = cProfile.Profile()
    start = time.perf_counter()
    profile.enable()
    for _ in range(REQUESTS):
        client.get(case.ours)
    profile.disable()
    say(f"{(time.perf_counter() - start) * 1000 / REQUESTS:.1f} ms a request while profiled, {REQUESTS} requests")
    pstats.Stats(profile).sort_stats("tottime").print_stats(LINES).sort_stats("cumulative").print_stats(LINES * 2)


def _listen(engine: Any, seen: list[tuple[float, str]]) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def begin(connection: Any, *_: Any) -> None:
        connection.info["began"] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(((time.perf_counter() - connection.info["began"]) * 1000, statement))
