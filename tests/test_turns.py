"""Turns on one machine: so many at a time, and whoever waits too long is told."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from exchange import jobs
from models.declare.words import Problem
from models.keeping.files import Files
from models.keeping.turns import held, turn


def test_a_lock_is_held_by_one_at_a_time_and_free_after(tmp_path: Path) -> None:
    place = tmp_path / "new" / "lock"

    with held(place) as first, held(place) as second:
        assert (first, second) == (True, False)
    with held(place) as third:
        assert third


def test_so_many_have_a_turn_and_the_next_is_told_when_it_has_waited(tmp_path: Path) -> None:
    with ExitStack() as stack:
        turns = [stack.enter_context(turn(tmp_path, 2, 0)) for _ in range(3)]
        assert turns == [True, True, False]

    with turn(tmp_path, 2, 0) as after:
        assert after


def test_a_turn_that_becomes_free_is_taken_by_who_waits(tmp_path: Path) -> None:
    begun = threading.Event()

    def wait() -> bool:
        begun.set()
        with turn(tmp_path, 1, 60) as is_ours:
            return is_ours

    with ThreadPoolExecutor(1) as others:
        with turn(tmp_path, 1, 0):
            waiting = others.submit(wait)
            begun.wait()
        assert waiting.result()


def test_when_too_many_files_are_looked_into_it_is_said_and_nothing_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PATIENCE", 0)
    files = Files(tmp_path / "imports")
    with jobs.turn(files), jobs.turn(files), pytest.raises(Problem) as refused:
        jobs._look(files, io.BytesIO(b"Navn\nX"), "a.csv", io.BytesIO())

    assert refused.value.text == jobs.BUSY
