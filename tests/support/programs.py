"""`python -m tests.support.programs` names the system packages (Debian's) that the tests need and that are missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support import chromium, front, postgres

FOUND: dict[str, Callable[[], Any]] = {
    "chromium": chromium.executable,  # the browser tests
    "nginx-light": front.executable,  # the front server
    "nginx": front.executable,  # the front server
    "postgresql": postgres.system_programs,  # a PostgreSQL with pg_trgm
}


def missing() -> list[str]:
    return [package for package, found in FOUND.items() if not found()]


if __name__ == "__main__":
    print(*missing())  # noqa: T201 - for make
