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
_failures: dict[str, deque[float]] = memory({})
_lock = Lock()


def wait(address: str | None) -> int:
    """How many seconds no guess is looked at from this place; 0 when the next one is."""
    with _lock:
        times = _recent(_place(address))
        return int(times[0] + SECONDS - time.monotonic()) + 1 if len(times) >= MOST else 0


def note_failure(address: str | None) -> None:
    """Count a wrong guess; it is forgotten after a quarter of an hour."""
    place = _place(address)
    with _lock:
        times = _recent(place)
        times.append(time.monotonic())
        if place not in _failures and len(_failures) >= PLACES:
            del _failures[next(iter(_failures))]  # the place that has been known longest
        _failures[place] = times


def _recent(place: str) -> deque[float]:
    times = _failures.get(place) or deque(maxlen=MOST)
    while times and times[0] <= time.monotonic() - SECONDS:
        times.popleft()
    return times


def _place(address: str | None) -> str:
    """One subscriber: an address, or for IPv6 the network a subscriber is given whole."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return ""
    return str(IPv6Address(int(parsed) >> 64 << 64)) if isinstance(parsed, IPv6Address) else str(parsed)
