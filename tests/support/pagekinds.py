"""What a kind of page is, and the people of the demo who open them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

KARI, TONE, SIRI, LARS = "kari@tinn.example", "tone@tinn.example", "siri@tinn.example", "lars@tinn.example"
PER, SOL, FRIDA = "per@orden.example", "sol@orden.example", "frida@orden.example"


@dataclass(frozen=True)
class Kind:
    """A kind of page: who opens what, and what they do there first. Those marked `every` are seen in all four looks."""

    name: str
    who: str | None
    path: str
    does: Callable[[Page], None] | None = None
    every: bool = False
    status: int = 200
    works: bool = False  # whether a worker is beside the pages meanwhile
