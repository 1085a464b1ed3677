"""The map of some 500 nodes and 1 500 edges, drawn cold and drawn again, in a process of its own; and how long it takes
to lay out 5 000. Others draw the same graph in drawings.py; what rustworkx took is told in the layout."""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

from tests.bench.data import ROOT, World
from tests.bench.exports import peak_mb

NODES, EDGES, ROUNDS = 500, 1_500, 20
SHARES = {"service": 60, "process": 40, "application": 190, "dataset": 150, "integration": 40, "platform": 20}
BUDGETS = {"cold_ms": 1000, "warm_ms": 30, "memory_mb": 60, "zipped_kb": 250}


@dataclass(frozen=True)
class Drawn:
    """What drawing took: cold with all that is read and built for the first time, and memory above that at rest."""

    nodes: int
    edges: int
    cold_ms: float
    warm_ms: float
    memory_mb: float
    zipped_kb: float
    laid_out_ms: float  # 5 000 nodes


def run(world: World) -> Drawn:
    command = [sys.executable, "-m", "tests.bench.landscape"]
    given = json.dumps(asdict(world))
    done = subprocess.run(command, cwd=ROOT, input=given, stdout=subprocess.PIPE, text=True, check=True)
    return Drawn(**json.loads(done.stdout.splitlines()[-1]))


def lines(found: Drawn) -> list[str]:
    told = ", ".join(f"{name} {getattr(found, name):.0f} (at most {most})" for name, most in BUDGETS.items())
    return [f"  map: {found.nodes} nodes, {found.edges} edges: {told}; 5 000 laid out in {found.laid_out_ms:.0f} ms"]


def furnish(session: Any) -> None:
    """So many rows of every layer, tied as rows are: what is drawn is in the municipality that the scope writes."""
    from models.landscape.declared import BY_NAME
    from tests.support.landscapes import chance

    random = chance(1)
    rows: dict[str, list[Any]] = {
        name: [BY_NAME[name](name=f"{name} nummer {number}") for number in range(many)] for name, many in SHARES.items()
    }
    for one in rows["service"] + rows["process"] + rows["dataset"]:
        one.applications = random.sample(rows["application"], 5)
    for one in rows["application"]:
        one.platform = random.choice(rows["platform"])
    for one in rows["integration"]:
        one.source, one.destination = random.sample(rows["application"], 2)
    session.add_all([one for some in rows.values() for one in some])
    session.commit()


def main() -> None:
    world = World(**json.load(sys.stdin))
    os.environ |= {"ORDEN_INSTANCE": world.instance, "DEMO": "0"}
    from app import create_app
    from models.database import db
    from models.landscape.grouping import Grouping, groups_of
    from models.landscape.layout import laid_out
    from models.registers.municipality import all_ids
    from models.tenancy import scope
    from tests.support.landscapes import landscape
    from views import remembered
    from views.landscape.asked import Look
    from views.landscape.shown import shown

    app = create_app({"DATABASE_URL": world.app_url})
    with app.test_request_context("/map/"):
        place = max(all_ids(db.session))
        with scope.use(scope.of([place], active=place)):
            db.session.rollback()
            furnish(db.session)
            remembered.begin(None)
            before, times = peak_mb(), []
            for _ in range(ROUNDS + 1):
                start = time.perf_counter()
                told = shown(db.session, place, Look())
                drawing = told.picture()
                times.append((time.perf_counter() - start) * 1000)
            after = peak_mb()
    many = landscape(1, 5_000, 15_000)
    start = time.perf_counter()
    groups = groups_of(many, Grouping.THEME)
    laid_out(many.drawn(), groups, sorted(set(groups.values())))
    took = (time.perf_counter() - start) * 1000
    zipped = len(gzip.compress(drawing.encode())) / 1024
    graph = told.graph
    sizes = len(graph.nodes), len(graph.edges), times[0], statistics.median(times[1:]), after - before, zipped, took
    print(json.dumps(asdict(Drawn(*sizes))))


if __name__ == "__main__":
    main()
