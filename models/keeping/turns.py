"""Who may go on, on one machine: told by locks on files, which the operating system lets go of when the process ends,
however it ends."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

AGAIN = 0.1  # seconds between two looks for a turn


@contextmanager
def held(place: Path) -> Iterator[bool]:
    """Whether a lock is ours for as long as the block lasts; not while somebody else has it."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with place.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def turn(folder: Path, most: int, patience: float) -> Iterator[bool]:
    """Whether one of so many turns is ours for as long as the block lasts; it is waited for so many seconds."""
    before = time.monotonic() + patience
    with ExitStack() as stack:
        while not (is_ours := any(stack.enter_context(held(folder / f".turn-{one}")) for one in range(most))):
            stack.close()
            if time.monotonic() >= before:
                break
            time.sleep(AGAIN)
        yield is_ours
