"""What the process remembers from one request to the next: each memory is registered here, so all can be forgotten.

A memory made anywhere else fails a test of the structure. Nothing is kept for ever: every memory has a bound, or
remembers only what follows from the declarations, which do not change while the process lives.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, MutableMapping
from typing import Any, ParamSpec, TypeVar, cast

Given = ParamSpec("Given")
Found = TypeVar("Found")
Memory = TypeVar("Memory", bound="MutableMapping[Any, Any]")

_of_declarations: list[Callable[[], None]] = []
_of_what_was_met: list[Callable[[], None]] = []


_NOTHING = object()


class Bounded(dict[Any, Any]):
    """A memory of so many things at most: when it is full it forgets them all and begins again. What is looked up is
    kept by who asks, since another thread may be the one that fills it."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def recall(self, key: Any, make: Callable[[], Found]) -> Found:
        """What is kept under a key; where nothing is, it is made and kept, be it None."""
        if (found := self.get(key, _NOTHING)) is _NOTHING:
            found = self[key] = make()
        return cast(Found, found)

    def __setitem__(self, key: Any, value: Any) -> None:
        if len(self) >= self.most and key not in self:
            self.clear()
        super().__setitem__(key, value)


def memory(kept: Memory, *, of_declarations: bool = False) -> Memory:
    """A dictionary that lives as long as the process."""
    (_of_declarations if of_declarations else _of_what_was_met).append(kept.clear)
    return kept


def remembers(most: int | None = None) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """A function that remembers its last answers, `most` of them; without a number, all: it tells of declarations."""

    def remembering(function: Callable[Given, Found]) -> Callable[Given, Found]:
        cached = functools.lru_cache(most)(function)
        (_of_what_was_met if most else _of_declarations).append(cached.cache_clear)
        return cast(Callable[Given, Found], cached)

    return remembering


def forget_what_was_met() -> None:
    """Remember nothing that was read, counted or tried: what tests ask for before each other's worlds."""
    for forget in _of_what_was_met:
        forget()


def forget_all() -> None:
    """Remember nothing at all, as a process that begins."""
    for forget in (*_of_what_was_met, *_of_declarations):
        forget()
