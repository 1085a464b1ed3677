"""A process that ends in the middle of its work, as when the power goes: nothing is cleaned up or rolled back."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import Engine, event

GONE = 9


def statements_of(work: Callable[[], object]) -> int:
    """How many statements some work sends to the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(seen)


def ended_after(number: int, work: Callable[[], object]) -> bool:
    """Do some work in a process of its own that is gone after so many statements. Whether it was, before the end."""
    child = os.fork()
    if child == 0:
        done = count()

        def go(*_: Any) -> None:
            if next(done) >= number:
                os._exit(GONE)

        event.listen(Engine, "before_cursor_execute", go)
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, GONE}, f"The work failed by itself: exit code {code}"
    return code == GONE
