"""An access point of the tests: where it is, what it holds, and how one signs in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

USER, PASSWORD = "orden", "correct horse"


@dataclass
class AccessPoint:
    """Where it is, what it holds, and how one signs in."""

    port: int
    folder: Path
    known_hosts: Path
    key: Path
    sign_ins: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"sftp://{USER}@127.0.0.1:{self.port}/in"

    def names(self) -> list[str]:
        return sorted(one.name for one in (self.folder / "in").iterdir())
