"""`python -m tests.bench`: measure, print the table, and write JSON when asked."""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
from collections.abc import Sequence
from pathlib import Path

from tests.bench import (
    bulk,
    counting,
    data,
    documents,
    drawings,
    exports,
    imports,
    invoiced,
    landscape,
    measure,
    profiling,
    serving,
    table,
)
from tests.bench.djangosite import site


def main() -> None:
    asked = arguments()
    size = data.QUICK if asked.quick else data.FULL
    if asked.municipalities:
        size = data.Size(asked.municipalities)
    if asked.only:
        size = data.Size(size.municipalities, 1, 1)
    world = data.make(size, say)
    logging.disable(logging.INFO)  # our own request log, where pages are asked for in this process
    if asked.profile:
        profiling.run(world, asked.profile, say)
        return
    if asked.only:
        if asked.only == "invoiced":
            say_invoiced(world)
        else:
            say_landscape(world)
        return
    apart(site.prepare, world.plain_url)
    rounds = asked.rounds or (4 if asked.quick else 40)
    say(f"Counting statements, then measuring {rounds} rounds ...")
    statements = counting.run(world)
    with serving.servers(world) as servers:
        measured = measure.run(servers, world, rounds, say)
        measured += bulk.run(servers, world, rounds, say)
    say(f"  export of {world.rows} rows ...")
    files = exports.run(world, times=1 if asked.quick else 3)
    say(f"  import of {imports.IMPORTED} rows ...")
    sheets = imports.run(world, times=1 if asked.quick else 3)
    say("  the record of processing activities in its forms ...")
    record = documents.run(world, times=1 if asked.quick else 3)
    for line in documents.lines(record):
        say(line)
    say_invoiced(world)
    say_landscape(world, drawings.SIZES[:1])
    result = table.gather(world.rows, measured, statements, files, sheets)
    for line in table.lines(result):
        say(line)
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=2, ensure_ascii=False), encoding="utf-8")
        say(f"Written to {asked.json}")


def say_invoiced(world: data.World) -> None:
    say("  all municipalities invoiced ...")
    for line in invoiced.lines(invoiced.run(world)):
        say(line)


def say_landscape(world: data.World, sizes: Sequence[tuple[int, int]] = drawings.SIZES) -> None:
    say("  the map of the architecture ...")
    for line in landscape.lines(landscape.run(world)):
        say(line)
    for line in drawings.lines(drawings.run(sizes)):
        say(line)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--json", type=Path, help="write every number to this file")
    parser.add_argument("--quick", action="store_true", help="a small set and few rounds: does it still run?")
    parser.add_argument(
        "--municipalities", type=int, help="how many, with 100 applications and 50 activities each (357)"
    )
    parser.add_argument("--rounds", type=int, help="requests for each page (40)")
    parser.add_argument(
        "--only", choices=["invoiced", "landscape"], help="this alone, on a set with nothing else in it"
    )
    parser.add_argument("--profile", metavar="WORK", help="only show where a work spends its time, by its name's start")
    return parser.parse_args()


def apart(work: object, *given: object) -> None:
    """Do something in a process of its own: Django sets itself up once a process, and is heavy to have around."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=given)  # type: ignore[arg-type]
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("Django's tables could not be made.")


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
