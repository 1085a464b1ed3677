"""How often somebody may guess at passwords from one place, whatever accounts the guesses are for.

Each worker counts for itself, in memory: with a few workers as many times more guesses pass, still few, and a flood
writes nothing to the database. Only failures count, since a whole municipality may stand behind one address.
"""

from __future__ import annotations

import time
from collections import deque
from ipaddress import IPv6Address, ip_address
from threading import Lock

from models.declare.memories import memory

MOST, SECONDS, PLACES = 40, 15 * 60, 10_000


class Tally:
    """How often each of many did something in the last quarter of an hour, up to `most`."""

    def __init__(self, kept: dict[str, deque[float]], most: int = MOST) -> None:
        self._kept, self._most = kept, most
        self._lock = Lock()

    def wait(self, who: str) -> int:
        """How many seconds until it may be done again; 0 when it may now."""
        with self._lock:
            times = self._recent(who)
            return int(times[0] + SECONDS - time.monotonic()) + 1 if len(times) >= self._most else 0

    def note(self, who: str) -> None:
        """Count it once more; it is forgotten after a quarter of an hour."""
        with self._lock:
            times = self._recent(who)
            times.append(time.monotonic())
            if who not in self._kept and len(self._kept) >= PLACES:
                del self._kept[next(iter(self._kept))]  # the one that has been known longest
            self._kept[who] = times

    def _recent(self, who: str) -> deque[float]:
        times = self._kept.get(who) or deque(maxlen=self._most)
        while times and times[0] <= time.monotonic() - SECONDS:
            times.popleft()
        return times


_failures = Tally(memory({}))


def wait(address: str | None) -> int:
    """How many seconds no guess is looked at from this place; 0 when the next one is."""
    return _failures.wait(place_of(address))


def note_failure(address: str | None) -> None:
    """Count a wrong guess."""
    _failures.note(place_of(address))


def place_of(address: str | None) -> str:
    """One subscriber: an address, or for IPv6 the network a subscriber is given whole."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return ""
    return str(IPv6Address(int(parsed) >> 64 << 64)) if isinstance(parsed, IPv6Address) else str(parsed)
