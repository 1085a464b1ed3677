"""Change the logic of models and reports, one place at a time, in a copy of the project: `make mutants`.

Each change is tried by the tests that reach the function it is in, those first that reach little else. A change that
none of them sees lives; each is told with its place, and the command fails. The checkout is never touched.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import subprocess
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

from tests.mutants import copies
from tests.mutants.changes import Mutant, mutants
from tests.mutants.equivalent import EQUIVALENT
from tests.mutants.measure import Measure, measured

CAUGHT, SLOW, LIVES, UNREACHED = "caught", "does not end", "LIVES", "NO TEST REACHES"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", nargs="*", default=["models", "reports"], help="folders, files, or a line: FILE:LINE")
    parser.add_argument("--sample", type=int, metavar="N", help="try N of the changes, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--since", metavar="COMMIT", help="only lines that differ from a commit")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--seconds", type=float, default=60, help="run tests of so many seconds for each change, not all"
    )
    parser.add_argument("--starting", type=float, default=60, help="seconds the tests may need before the first begins")
    parser.add_argument(
        "--tests", nargs="+", default=["tests/**/test_*.py"], help="the files whose tests are to see it"
    )
    return parser.parse_args()


def found_in(root: Path, paths: list[str]) -> list[Mutant]:
    """The changes of what was named, in order."""
    found = []
    for path in paths:
        name, _, line = path.partition(":")
        for file in sorted((root / name).rglob("*.py")) if (root / name).is_dir() else [root / name]:
            every = mutants(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"))
            found += [one for one in every if not line or one.line == int(line)]
    return found


def changed_since(root: Path, commit: str) -> set[tuple[str, int]]:
    """The lines that a commit does not have, by file."""
    command = ["git", "diff", "--unified=0", "--no-ext-diff", "--no-color", commit, "--", "*.py"]
    text = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    found, file = set(), ""
    for line in text.splitlines():
        if line.startswith("+++ "):
            file = line.removeprefix("+++ b/")
        elif hunk := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            start, count = int(hunk[1]), int(hunk[2] or 1)
            found |= {(file, number) for number in range(start, start + count)}
    return found


def tried(
    mutant: Mutant, measure: Measure, asked: argparse.Namespace, places: SimpleQueue[Path], lock: Lock
) -> tuple[str, str]:
    """What became of a change, and the test that saw it."""
    chosen, spent = [], 0.0
    for test in measure.reaching(mutant.file, mutant.unit):
        if chosen and spent > asked.seconds:
            break
        chosen.append(test)
        spent += measure.found[test]["seconds"]
    if not chosen:
        return UNREACHED, ""
    place = places.get()
    file = place / mutant.file
    whole = file.read_text(encoding="utf-8")
    try:
        with lock:  # the mutants of a file share its tree
            written = mutant.written()
        file.write_text(written, encoding="utf-8")
        options = ("-x", "-p", "no:randomly", "-p", "no:xdist", "--hypothesis-seed=0")
        code, said = copies.pytest_in(place, *options, *chosen, seconds=asked.starting + 3 * spent)
    finally:
        file.write_text(whole, encoding="utf-8")
        places.put(place)
    if code is None:
        return SLOW, f"{spent:.0f} s of tests"
    seen = re.search(r"^(?:FAILED|ERROR) (\S+)", said, re.MULTILINE)
    return (CAUGHT, seen[1] if seen else f"pytest ended with {code}") if code else (LIVES, f"{len(chosen)} tests")


def try_all(chosen: list[Mutant], measure: Measure, root: Path, asked: argparse.Namespace) -> list[tuple[str, Mutant]]:
    """Try the changes side by side, each worker in a copy of its own. Whatever ends us ends the copies too."""
    done: list[tuple[str, Mutant]] = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        places: SimpleQueue[Path] = SimpleQueue()
        for number in range(asked.workers):
            places.put(copies.copied(root, Path(folder) / str(number)))
        one = partial(tried, measure=measure, asked=asked, places=places, lock=Lock())
        with ThreadPoolExecutor(asked.workers) as pool:
            waiting = {pool.submit(one, mutant): mutant for mutant in chosen}
            try:
                for future in as_completed(waiting):
                    (outcome, by), mutant = future.result(), waiting[future]
                    done.append((outcome, mutant))
                    print(f"{len(done)}/{len(chosen)} {outcome}  {mutant}  ({by})", flush=True)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                copies.end_all()
                raise
    return done


def main() -> int:
    asked, root = arguments(), Path.cwd()
    for asked_to_end in (signal.SIGTERM, signal.SIGINT):  # which is ignored where a shell started us in the background
        signal.signal(asked_to_end, signal.default_int_handler)
    files = [file for name in ("models", "reports") for file in sorted((root / name).rglob("*.py"))]
    test_files = sorted({one.relative_to(root).as_posix() for glob in asked.tests for one in root.glob(glob)})
    kept = root / ".stamp" / "mutants.json"
    kept.parent.mkdir(exist_ok=True)
    measure = measured(root, kept, files, test_files, ["-n", str(asked.workers)] if asked.workers > 1 else [])
    chosen = found_in(root, asked.paths)
    if asked.since:
        lines = changed_since(root, asked.since)
        chosen = [one for one in chosen if (one.file, one.line) in lines]
    same = [one for one in chosen if (one.file, one.before, one.after) in EQUIVALENT]
    if asked.sample and asked.sample < len(chosen):
        chosen = random.Random(asked.seed).sample(chosen, asked.sample)  # noqa: S311 - a draw, no secret
    equivalent = [one for one in chosen if one in same]
    chosen = [one for one in chosen if one not in same]
    done = try_all(chosen, measure, root, asked)
    lives = sorted((str(one), outcome) for outcome, one in done if outcome in {LIVES, UNREACHED})
    for text, outcome in lives:
        print(f"{outcome}: {text}")
    told = Counter(outcome for outcome, _ in done)
    print(f"Tried {len(done)}: {told[CAUGHT] + told[SLOW]} caught ({told[SLOW]} without end), {len(lives)} live, "
          f"{told[UNREACHED]} of them reached by no test. Left out as equivalent: {len(equivalent)}.")  # fmt: skip
    return 1 if lives else 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
