"""The pages that are compared, asked for in turns so that the machine's moods hit all of them alike."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from tests.bench.data import EDITOR, MANAGER, World
from tests.bench.floor import keep_frame
from tests.bench.serving import Client, Server

WARM_UP = 5
EDIT = "edit"
# What issue 2, section 7 asks for: at least so many times the rival, at most so many times the floor.
RIVAL_TARGETS = {"list": 6.0, "search common": 4.0, "search rare": 4.0, EDIT: 15.0}
FLOOR_TARGETS = {"list": 1.7}
DEEP_TARGET = 1.5


@dataclass(frozen=True)
class Case:
    """One page: its address at each rival, and how many rows it must show so that all do the same work."""

    name: str
    ours: str
    rival: str
    floor: str
    same: str | None = None
    rows: int | None = 50


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one page at one rival; `cpu` is the median of the server's processor time."""

    median: float
    p95: float
    cpu: float
    requests: int


def cases(world: World) -> list[Case]:
    """List, deep page, search for a common and a rare word, and the form."""
    owner, key, last = world.cursor
    after = urlencode({"after": f"{owner}~{key}~{last}", "page": world.deep_page})
    floor_after = urlencode({"owner": owner, "key": key, "id": last})
    found = [
        Case("list", "/application/", "/admin/untouched/", "/list/", "/admin/same/"),
        Case(
            f"page {world.deep_page}",
            f"/application/?{after}",
            f"/admin/untouched/?page={world.deep_page - 1}",
            f"/list/?{floor_after}",
            f"/admin/same/?page={world.deep_page - 1}",
        ),
    ]
    for name, word in (("search common", world.common), ("search rare", world.rare)):
        query = f"search={quote(word)}"
        rows = None if word == world.rare else 50
        found.append(
            Case(
                name,
                f"/application/?{query}",
                f"/admin/untouched/?{query}",
                f"/list/?{query}",
                f"/admin/same/?{query}",
                rows,
            )
        )
    edit = f"edit/?id={world.edited}"
    return [*found, Case(EDIT, f"/application/{edit}", f"/admin/untouched/{edit}", f"/{edit}", rows=None)]


def run(
    servers: dict[str, Server], world: World, rounds: int, say: Callable[[str], None]
) -> dict[str, dict[str, Timing]]:
    """Every case at every rival, round by round."""
    manager, editor = Client(servers["ours"].port), Client(servers["ours"].port)
    manager.sign_in(MANAGER)
    editor.sign_in(EDITOR)
    keep_frame(manager.get(cases(world)[0].ours), world.instance)
    rival, floor = Client(servers["rival"].port), Client(servers["floor"].port)
    found: dict[str, dict[str, Timing]] = {}
    for case in cases(world):
        asked = {
            "ours": (editor if case.name == EDIT else manager, case.ours),
            "rival": (rival, case.rival),
            "floor": (floor, case.floor),
        }
        if case.same:
            asked["same"] = (rival, case.same)
        check(case, {name: client.get(path) for name, (client, path) in asked.items()})
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
        for number in range(-WARM_UP, rounds):
            for name, (client, path) in asked.items():
                took = client.timed(path, servers["rival" if name == "same" else name])
                if number >= 0:
                    times[name].append(took)
        found[case.name] = {name: timing(some) for name, some in times.items()}
        say(
            "  "
            + case.name
            + ": "
            + ", ".join(f"{name} {one.median:.1f} ms ({one.cpu:.1f} cpu)" for name, one in found[case.name].items())
        )
    return found


def check(case: Case, pages: dict[str, str]) -> None:
    """Refuse to compare pages that do not show the same number of rows."""
    counts = {name: table_rows(page) for name, page in pages.items()}
    if case.name != EDIT and (len(set(counts.values())) > 1 or case.rows not in (None, counts["ours"])):
        raise RuntimeError(f"{case.name}: the pages do not show the same: {counts}")


def table_rows(page: str) -> int:
    """How many rows the body of the page's first table has."""
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL) or re.search(r"</thead>(.*?)</table>", page, re.DOTALL)
    return len(re.findall(r"<tr\b", body[1])) if body else 0


def timing(some: list[tuple[float, float]]) -> Timing:
    ordered = sorted(took for took, _ in some)
    cpu = statistics.median(cpu for _, cpu in some)
    return Timing(
        statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], cpu, len(ordered)
    )
