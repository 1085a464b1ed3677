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
