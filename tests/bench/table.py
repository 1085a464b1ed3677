"""The results as a table for people and as JSON for machines, with what is to be reached beside them."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

from tests.bench.exports import Export
from tests.bench.imports import DOING, IMPORTED, LOOKED_AT, LOOKING, Import
from tests.bench.measure import BASE, Measured
from tests.bench.works import LIST

EXPORT, MEMORY = 0.12, 120
LOOK, LOOK_MB, SPEED = 5, 300, 1_000  # seconds, MB; rows a second
IMPORTS = {LOOKING: f"preview of a sheet of {LOOKED_AT} rows", DOING: f"import of {IMPORTED} rows with history"}
NAMES = {"ours": "Orden", "django": "Django admin", "flaskadmin": "Flask-Admin", "floor": "by hand"}
HEADS = ("work", *NAMES.values(), "ms", "kB", "statements", "to reach", "")
Checks = list[tuple[str, bool]]


def gather(
    rows: int,
    measured: list[Measured],
    statements: dict[str, int],
    exports: dict[str, list[Export]],
    sheets: dict[str, dict[str, list[Import]]],
) -> dict[str, Any]:
    """Everything measured, with ratios and whether the bounds are met."""
    own_list = next(one for one in measured if one.work.name == LIST).median("ours")
    works = [_work(one, statements.get(one.work.name), own_list) for one in measured]
    return {"rows": rows, "works": works, "export": _export(exports), "imports": _imports(sheets)}


def _work(one: Measured, statements: int | None, own_list: float) -> dict[str, Any]:
    bound, ours = one.work.bound, one.median("ours")
    ratios = {who: _spread(one.ratios(who)) for who in one.times} if BASE in one.times else {}
    met: Checks = []
    if bound.django is not None:
        met.append((f"≤ {bound.django:.2f}", ratios["ours"]["median"] <= bound.django))
    if bound.lists is not None:
        met.append((f"≤ {bound.lists:g} lists ({ours / own_list:.1f})", ours <= bound.lists * own_list))
    if bound.ms is not None:
        met.append((f"≤ {bound.ms:g} ms", ours <= bound.ms))
    if bound.kb is not None:
        met.append((f"≤ {bound.kb:g} kB", one.kb["ours"] <= bound.kb))
    if bound.statements is not None and statements is not None:
        met.append((f"≤ {bound.statements} statements", statements <= bound.statements))
    return {
        "name": one.work.name,
        "milliseconds": {who: _spread(times) for who, times in one.times.items()},
        "ratios": ratios,
        "kb": one.kb,
        "statements": statements,
        "bounds": met,
    }


def _export(found: dict[str, list[Export]]) -> dict[str, Any]:
    """The median of the seconds, and the most memory any run held."""
    told = {
        who: {
            "rows": runs[0].rows,
            "seconds": statistics.median(one.seconds for one in runs),
            "peak_mb": max(one.peak_mb for one in runs),
            "rest_mb": max(one.rest_mb for one in runs),
            "file_mb": runs[0].file_mb,
        }
        for who, runs in found.items()
    }
    ratios = [one.seconds / other.seconds for one, other in zip(found["ours"], found[BASE], strict=True)]
    ratio, peak = statistics.median(ratios), told["ours"]["peak_mb"]
    met: Checks = [(f"≤ {EXPORT:.2f}", ratio <= EXPORT), (f"≤ {MEMORY} MB", peak <= MEMORY)]
    return {"servers": told, "ratio": ratio, "bounds": met}


def _imports(found: dict[str, dict[str, list[Import]]]) -> list[dict[str, Any]]:
    """The same of sheets that come in, with rows a second."""
    told = []
    for what, runs_of in found.items():
        servers = {
            who: {
                "rows": runs[0].rows,
                "seconds": statistics.median(one.seconds for one in runs),
                "speed": statistics.median(one.speed for one in runs),
                "peak_mb": max(one.peak_mb for one in runs),
            }
            for who, runs in runs_of.items()
        }
        ours = servers["ours"]
        met: Checks = [(f"≥ {SPEED} rows/s", ours["speed"] >= SPEED)]
        if what == LOOKING:
            met = [(f"≤ {LOOK} s", ours["seconds"] <= LOOK), (f"≤ {LOOK_MB} MB", ours["peak_mb"] <= LOOK_MB)]
        told.append({"name": IMPORTS[what], "servers": servers, "bounds": met})
    return told


def _spread(times: list[float]) -> dict[str, float]:
    return {"min": min(times), "median": statistics.median(times), "max": max(times)}


def lines(result: dict[str, Any]) -> Iterator[str]:
    """A table in Markdown: the median of the ratios to Django's admin in the same round, lower is better."""
    yield f"\nPostgreSQL, {result['rows']} applications; median ratios to {NAMES[BASE]}, lower is better\n"
    yield f"| {' | '.join(HEADS)} |"
    yield f"|---|{'---:|' * (len(HEADS) - 3)}---|---|"
    for work in result["works"]:
        yield _line(work)
    yield _export_line(result["export"])
    yield from map(_import_line, result["imports"])
    missed = sum(
        not met for one in [*result["works"], result["export"], *result["imports"]] for _, met in one["bounds"]
    )
    yield f"\nBounds missed: {missed}"


def _line(work: dict[str, Any]) -> str:
    cells = [_ratio(work, who) for who in NAMES]
    ms, counted = work["milliseconds"]["ours"], work["statements"]
    times = f"{ms['median']:.1f} ({ms['min']:.1f}–{ms['max']:.1f})"
    size = f"{work['kb']['ours']:.0f}" if work["kb"] else ""
    return _row(work["name"], *cells, times, size, "" if counted is None else str(counted), work["bounds"])


def _ratio(work: dict[str, Any], who: str) -> str:
    """Of Django its time; of the others how many times that."""
    if who not in work["milliseconds"] or BASE not in work["milliseconds"]:
        return ""
    told = work["ratios"][who]
    return f"1 ({work['milliseconds'][who]['median']:.0f} ms)" if who == BASE else f"{told['median']:.2f}"


def _export_line(export: dict[str, Any]) -> str:
    base = export["servers"][BASE]["seconds"]
    cells = [
        f"{1 if who == BASE else one['seconds'] / base:.2f} ({one['seconds']:.1f} s, {one['peak_mb']:.0f} MB, "
        f"{one['rest_mb']:.0f} at rest)"
        for who, one in export["servers"].items()
    ]
    return _row("export of all rows to Excel", *cells, "", "", "", export["bounds"])


def _import_line(told: dict[str, Any]) -> str:
    """Of each how many times Django's time, where Django does it."""
    servers = told["servers"]
    base = servers.get(BASE, {}).get("seconds")
    cells = []
    for who in NAMES:
        one = servers.get(who)
        ratio = f"{one['seconds'] / base:.2f} " if one and base else ""
        cells.append(
            f"{ratio}({one['seconds']:.1f} s, {one['speed']:.0f} rows/s, {one['peak_mb']:.0f} MB)" if one else ""
        )
    return _row(told["name"], *cells, "", "", "", told["bounds"])


def _row(*cells: Any) -> str:
    *shown, bounds = cells
    verdict = "" if not bounds else "ok" if all(met for _, met in bounds) else "MISSED"
    missed = [f"{told}{'' if met else ' ✗'}" for told, met in bounds]
    return f"| {' | '.join(shown)} | {', '.join(missed)} | {verdict} |"
