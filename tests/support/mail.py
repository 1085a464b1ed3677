"""A mail server that stands in for the real ones."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any


class Received:
    """A mail server that keeps what it takes, and refuses whom it is told to."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.refused: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"
