"""A process that ends in the middle of its work, as when the power goes: nothing is cleaned up or rolled back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

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


def moments_of(work: Callable[[], object]) -> int:
    """How many moments there are in some work: before each statement, and on both sides of each commit."""
    seen = count()
    with _at_each(lambda: next(seen)):
        work()
    return next(seen)


def killed_at(number: int, work: Callable[[], object]) -> bool:
    """Do some work in a process of its own that is killed (SIGKILL) at a moment. Whether it was, before the end."""
    child = os.fork()
    if child == 0:
        seen = count()

        def go() -> None:
            if next(seen) == number:
                os.kill(os.getpid(), signal.SIGKILL)

        with _at_each(go):
            try:
                work()
            except BaseException:
                os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, -signal.SIGKILL}, f"The work failed by itself: exit code {code}"
    return code != 0


@contextmanager
def _at_each(what: Callable[[], object]) -> Iterator[None]:
    known: list[tuple[Any, str]] = [(Engine, "before_cursor_execute"), (Engine, "commit"), (Session, "after_commit")]

    def go(*_: Any) -> None:
        what()

    for target, name in known:
        event.listen(target, name, go)
    try:
        yield
    finally:
        for target, name in known:
            event.remove(target, name, go)


def at_once(*works: Callable[[], object]) -> list[str]:
    """Do some works in processes of their own that begin together: what each ended with, in words."""
    gate_out, gate_in = os.pipe()
    children = [_waiting(work, gate_out, gate_in) for work in works]
    os.close(gate_out)
    os.close(gate_in)  # and off they go
    told = []
    for child, answer in children:
        with os.fdopen(answer, encoding="utf-8") as said:
            told.append(said.read())
        os.waitpid(child, 0)
    return told


def _waiting(work: Callable[[], object], gate_out: int, gate_in: int) -> tuple[int, int]:
    answer_out, answer_in = os.pipe()
    child = os.fork()
    if child:
        os.close(answer_in)
        return child, answer_out
    os.close(gate_in)
    os.read(gate_out, 1)  # until nobody holds the other end
    try:
        work()
        said = "done"
    except BaseException as error:
        said = f"{type(error).__name__}: {getattr(error, 'text', error)}"
    os.write(answer_in, said.encode())
    os._exit(0)
