"""Where a work of ours spends its time: `make bench ARGS='--profile "save an activity"'`."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from tests.bench.counting import Ours
from tests.bench.data import World
from tests.bench.works import works

TIMES, LINES = 40, 30


def run(world: World, name: str, say: Callable[[str], None]) -> None:
    """The statements of one request with their times, then the functions of many requests by their own time."""
    work, ours = next(one for one in works(world) if one.name.startswith(name)), Ours(world)
    for number in range(5):
        ours.do(work, number)
    seen: list[tuple[float, str]] = []
    _listen(ours.engine, seen)
    start = time.perf_counter()
    size = len(ours.do(work, 5))
    say(
        f"{work.name}: {(time.perf_counter() - start) * 1000:.1f} ms, {size} characters, {len(ours.statements)} counted"
    )
    for took, statement in seen:
        say(f"  {took:7.2f} ms  {' '.join(statement.split())[:180]}")
    profile = cProfile.Profile()
    start = time.perf_counter()
    profile.enable()
    for number in range(TIMES):
        ours.do(work, number)
    profile.disable()
    say(f"{(time.perf_counter() - start) * 1000 / TIMES:.1f} ms a request while profiled, {TIMES} requests")
    pstats.Stats(profile).sort_stats("tottime").print_stats(LINES).sort_stats("cumulative").print_stats(LINES * 2)


def _listen(engine: Any, seen: list[tuple[float, str]]) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def begin(connection: Any, *_: Any) -> None:
        connection.info["began"] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(((time.perf_counter() - connection.info["began"]) * 1000, statement))
