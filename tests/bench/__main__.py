"""`python -m tests.bench`: measure, print the table, and write JSON when asked."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tests.bench import data, exports, measure, profiling, serving, table
from tests.bench.data import World


def main() -> None:
    asked = arguments()
    size = data.QUICK if asked.quick else data.FULL
    world = data.sqlite(size, say)
    if asked.profile:
        profiling.run(world, asked.profile, say)
        return
    results = [measured("SQLite", world, asked)]
    if asked.postgres and (other := data.postgres(size, say)) is not None:
        results.append(measured("PostgreSQL", other, asked))
    for result in results:
        for line in table.lines(result):
            say(line)
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=2, ensure_ascii=False), encoding="utf-8")
        say(f"Written to {asked.json}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--json", type=Path, help="write every number to this file")
    parser.add_argument("--quick", action="store_true", help="a small set and few rounds: does it still run?")
    parser.add_argument("--postgres", action="store_true", help="measure on PostgreSQL too")
    parser.add_argument("--rounds", type=int, help="requests for each page (40)")
    parser.add_argument(
        "--profile", metavar="PAGE", help="only show where a page spends its time: list, page, search, edit"
    )
    return parser.parse_args()


def measured(engine: str, world: World, asked: argparse.Namespace) -> dict[str, Any]:
    """One whole measurement on one engine."""
    rounds = asked.rounds or (8 if asked.quick else 40)
    say(f"Measuring {rounds} rounds on {engine} ...")
    with serving.servers(world) as servers:
        times = measure.run(servers, world, rounds, say)
        memory = {name: server.peak_mb() for name, server in servers.items()}
    say(f"  export of about {data.EXPORTED} rows ...")
    files = exports.run(world, times=1 if asked.quick else 2)
    return table.gather(engine, world.rows, times, files, memory)


def say(line: str) -> None:
    print(line, flush=True)


main()
