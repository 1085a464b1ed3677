"""What the process remembers from one request to the next: each memory is registered here, so all can be forgotten.

A memory made anywhere else fails a test of the structure. Nothing is kept for ever: every memory has a bound, or
remembers only what follows from the declarations.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

Given = ParamSpec("Given")
Found = TypeVar("Found")
Memory = TypeVar("Memory", bound="dict[Any, Any]")

_forgetters: list[Callable[[], None]] = []


class Bounded(dict[Any, Any]):
    """A memory of so many things at most: when it is full it forgets them all and begins again. What is looked up is
    kept by who asks, since another thread may be the one that fills it."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def __setitem__(self, key: Any, value: Any) -> None:
        if len(self) >= self.most and key not in self:
            self.clear()
        super().__setitem__(key, value)


def memory(kept: Memory) -> Memory:
    """A dictionary that lives as long as the process."""
    _forgetters.append(kept.clear)
    return kept


def remembers(most: int | None = None) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """A function that remembers its last answers, `most` of them; without a number, all."""

    def remembering(function: Callable[Given, Found]) -> Callable[Given, Found]:
        cached = functools.lru_cache(most)(function)
        _forgetters.append(cached.cache_clear)
        return cast(Callable[Given, Found], cached)

    return remembering


def forget_all() -> None:
    """Remember nothing of what was: what tests ask for before each other's worlds."""
    for forget in _forgetters:
        forget()
