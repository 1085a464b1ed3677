"""Where in a list one stands, as its address says it: the keys of the row a page begins by, and the page's number."""

from __future__ import annotations

from typing import Any

from models.declare.numbers import as_id


def pack(keys: Any) -> str:
    return "~".join(str(key) for key in keys)


def cursor_of(keys: tuple[Any, ...], text: str) -> tuple[Any, ...] | None:
    """The keys packed in an address: (owner,) sort key, id. None when they cannot be."""
    owned = len(keys) > 2
    owner, _, rest = text.partition("~") if owned else ("", "", text)
    key, _, last = rest.rpartition("~")
    try:
        return (*([as_id(owner)] if owned else []), key.replace("\0", ""), as_id(last))
    except ValueError:
        return None


def number_of(text: str) -> int:
    """The page an address says, below zero when counted from the end."""
    try:
        number = min(as_id(text.removeprefix("-")), 10**6)
        return -number if text.startswith("-") else number
    except ValueError:
        return 1
