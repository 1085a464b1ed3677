"""Every work asked of everyone in turns, so that the machine's moods hit all of them alike."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.bench import forms
from tests.bench.data import EDITOR, MANAGER, World
from tests.bench.floor import keep_frame
from tests.bench.serving import SIGN_IN, Client, Server
from tests.bench.works import Work, together, works

# Two workers, in each of which a statement is prepared at its sixth use and planned for good at its eleventh.
WARM_UP = 24
CLIENTS, EACH = 8, 12
BASE = "django"
Say = Callable[[str], None]


@dataclass
class Measured:
    """What one work took at each server: a number for every round, and how large the page was."""

    work: Work
    times: dict[str, list[float]]
    kb: dict[str, float] = field(default_factory=dict)

    def median(self, who: str) -> float:
        return statistics.median(self.times[who])

    def ratios(self, who: str, base: str = BASE) -> list[float]:
        """How this compares to the base in the same round."""
        return [one / other for one, other in zip(self.times[who], self.times[base], strict=True)]


class Browsers:
    """Who is signed in where."""

    def __init__(self, servers: dict[str, Server]) -> None:
        self._servers = servers
        self._known: dict[tuple[str, str], Client] = {}

    def of(self, server: str, who: str) -> Client:
        """One person's browser; Django knows one user alone, the others none."""
        key = (server, who if server == "ours" else "")
        if key not in self._known:
            self._known[key] = self.another(server, who)
        return self._known[key]

    def another(self, server: str, who: str) -> Client:
        client = Client(server, self._servers[server].port)
        if server in SIGN_IN:
            client.sign_in(who if server == "ours" else MANAGER)
        return client


def run(servers: dict[str, Server], world: World, rounds: int, say: Say) -> list[Measured]:
    """Every work, round by round."""
    browsers, found = Browsers(servers), []
    keep_frame(browsers.of("ours", EDITOR).get(together(world).paths["ours"]), world.instance)
    for work in works(world):
        measured = Measured(work, {who: [] for who in work.paths})
        _check(work, {who: browsers.of(who, work.who).get(path) for who, path in work.paths.items()}, measured)
        for number in range(-WARM_UP, rounds):
            for who, path in work.paths.items():
                took = _once(browsers.of(who, work.who), work, path, number)
                if number >= 0:
                    measured.times[who].append(took)
        found.append(measured)
        say(f"  {work.name}: " + ", ".join(f"{who} {measured.median(who):.1f} ms" for who in work.paths))
    return [*found, _together(browsers, world, rounds, say)]


def _once(client: Client, work: Work, path: str, number: int) -> float:
    """Milliseconds until the whole answer is here; of a save only the save, not the form before it."""
    sent: list[tuple[str, str]] = []
    if work.changes is not None:
        written = {key: value or f"Skrevet {number}" for key, value in work.changes.items()}
        sent = forms.changed(forms.read(client.get(path)), written)
    start = time.perf_counter()
    if sent:
        client.post(path, sent)
    else:
        client.get(path)
    return (time.perf_counter() - start) * 1000


def _check(work: Work, pages: dict[str, str], measured: Measured) -> None:
    """Refuse to compare pages that do not show the same number of rows."""
    measured.kb = {who: len(page.encode()) / 1024 for who, page in pages.items()}
    counts = {who: table_rows(page) for who, page in pages.items()}
    if work.rows is not None and set(counts.values()) != {work.rows}:
        raise RuntimeError(f"{work.name}: the pages do not show the same: {counts}")


def table_rows(page: str) -> int:
    """How many rows the body of the page's first table has."""
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL) or re.search(r"</thead>(.*?)</table>", page, re.DOTALL)
    return len(re.findall(r"<tr\b", body[1])) if body else 0


def _together(browsers: Browsers, world: World, rounds: int, say: Say) -> Measured:
    """Milliseconds a list when eight clients ask at once: the turned-round throughput. Each has seen a page before, and
    sends along what it was given there, as every browser does."""
    work = together(world)
    clients = {who: [browsers.another(who, EDITOR) for _ in range(CLIENTS)] for who in work.paths}
    for who, path in work.paths.items():
        for client in clients[who]:
            client.get(path)
    measured = Measured(work, {who: [] for who in work.paths})
    with ThreadPoolExecutor(CLIENTS) as pool:
        for number in range(-1, max(1, rounds // 4)):
            for who, path in work.paths.items():
                start = time.perf_counter()
                list(pool.map(lambda client: client.gets(path, EACH), clients[who]))  # noqa: B023 - at once
                if number >= 0:
                    measured.times[who].append((time.perf_counter() - start) * 1000 / CLIENTS / EACH)
    say("  8 clients: " + ", ".join(f"{who} {1000 / measured.median(who):.0f} lists/s" for who in work.paths))
    return measured
