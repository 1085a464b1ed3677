"""The results as a table for people and as JSON for machines, with the targets beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tests.bench.exports import Export
from tests.bench.measure import DEEP_TARGET, FLOOR_TARGETS, RIVAL_TARGETS, Timing

EXPORT_TARGET, MEMORY_TARGET = 2.5, 150
ELSEWHERE = 2  # the targets are for SQLite; PostgreSQL is to come within a factor of two of them
HEADS = (
    "page",
    "ours",
    "p95",
    "rival",
    "same cols",
    "floor",
    "× rival",
    "× floor",
    "CPU × rival",
    "CPU × floor",
    "target",
    "",
)
NUMBERS = range(1, 10)


def gather(
    engine: str,
    rows: int,
    times: dict[str, dict[str, Timing]],
    exports: dict[str, Export],
    memory: dict[str, float | None],
) -> dict[str, Any]:
    """Everything measured, with ratios and whether the targets are met."""
    slack = 1 if engine == "SQLite" else ELSEWHERE
    pages = {name: _page(name, found, times["list"]["ours"], slack) for name, found in times.items()}
    export = _export(exports, slack)
    return {"engine": engine, "rows": rows, "pages": pages, "export": export, "worker_peak_mb": memory}


def _page(name: str, found: dict[str, Timing], first: Timing, slack: int) -> dict[str, Any]:
    ours = found["ours"].median
    ratios = {
        "times_rival": found["rival"].median / ours,
        "times_floor": ours / found["floor"].median,
        "times_first_page": ours / first.median,
        "cpu_times_rival": _ratio(found["rival"].cpu, found["ours"].cpu),
        "cpu_times_floor": _ratio(found["ours"].cpu, found["floor"].cpu),
    }
    targets = []
    if name in RIVAL_TARGETS:
        wanted = RIVAL_TARGETS[name] / slack
        targets.append((f"≥ {wanted:g} × rival", ratios["times_rival"] >= wanted))
    if name in FLOOR_TARGETS:
        wanted = FLOOR_TARGETS[name] * slack
        targets.append((f"≤ {wanted:g} × floor", ratios["times_floor"] <= wanted))
    if name.startswith("page "):
        wanted = DEEP_TARGET * slack
        targets.append((f"≤ {wanted:g} × page 1", ratios["times_first_page"] <= wanted))
    return {who: asdict(one) for who, one in found.items()} | ratios | {"targets": targets}


def _ratio(one: float, other: float) -> float:
    return one / other if other else 0.0


def _export(found: dict[str, Export], slack: int) -> dict[str, Any]:
    ratio = found["ours"].rate / found["floor"].rate
    targets = [
        (f"≥ {EXPORT_TARGET / slack:g} × floor", ratio >= EXPORT_TARGET / slack),
        (f"≤ {MEMORY_TARGET * slack} MB", found["ours"].peak_mb <= MEMORY_TARGET * slack),
    ]
    return {who: asdict(one) | {"rows_per_second": one.rate} for who, one in found.items()} | {
        "times_floor": ratio,
        "targets": targets,
    }


def lines(result: dict[str, Any]) -> Iterator[str]:
    """A table in Markdown."""
    yield f"\n{result['engine']}, {result['rows']} applications; milliseconds, medians unless said otherwise\n"
    rows = [HEADS, *[_line(name, page) for name, page in result["pages"].items()]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    for number, row in enumerate(rows):
        yield (
            "| "
            + " | ".join(
                _fit(cell, width, column) for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            + " |"
        )
        if number == 0:
            yield (
                "|"
                + "|".join(
                    "-" * (width + 1) + (":" if column in NUMBERS else "-") for column, width in enumerate(widths)
                )
                + "|"
            )
    yield from _export_lines(result["export"])
    peaks = [f"{who} {peak:.0f} MB" for who, peak in result["worker_peak_mb"].items() if peak]
    yield f"Peak memory of a worker: {', '.join(peaks) or 'not known on this system'}"


def _fit(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column in NUMBERS else cell.ljust(width)


def _line(name: str, page: dict[str, Any]) -> tuple[str, ...]:
    times = [f"{page[who]['median']:.1f}" if who in page else "" for who in ("rival", "same", "floor")]
    met = "" if not page["targets"] else "ok" if all(one for _, one in page["targets"]) else "MISSED"
    return (
        name, f"{page['ours']['median']:.1f}", f"{page['ours']['p95']:.1f}", *times, f"{page['times_rival']:.1f}",
        f"{page['times_floor']:.2f}", f"{page['cpu_times_rival']:.1f}", f"{page['cpu_times_floor']:.2f}",
        ", ".join(text for text, _ in page["targets"]), met,
    )  # fmt: skip


def _export_lines(export: dict[str, Any]) -> Iterator[str]:
    yield ""
    for who, name in (("ours", "Excel, ours"), ("floor", "Excel, XlsxWriter in constant memory")):
        one = export[who]
        yield (
            f"{name}: {one['rows']} rows in {one['seconds']:.2f} s = {one['rows_per_second']:.0f} rows/s, "
            f"peak {one['peak_mb']:.0f} MB, file {one['file_mb']:.1f} MB"
        )
    verdicts = ", ".join(f"{text}: {'ok' if met else 'MISSED'}" for text, met in export["targets"])
    yield f"Excel, ratio: {export['times_floor']:.2f} ({verdicts})"
