"""What the pages of an import show: how each row would become, and how it went."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import url_for

import models
from exchange.preview import Preview
from exchange.rows.planned import CHOSEN, LABELS, Planned, What
from models.registers.imports import DONE, LOOKED_AT, LOOKING, REFUSED, STOPPED, TAKEN, TO_LOOK, WAITING, Import
from views import formatters
from views.texts import gettext as _
from views.texts import ngettext, tr

SHOWN, MOST_LEFT = 50, 8
TONES = {
    What.NEW: "success",
    What.CHANGED: "info",
    What.UNCHANGED: "neutral",
    What.CONFLICT: "warning",
    What.DUPLICATE: "warning",
    What.ERROR: "danger",
}


def without(job: Import) -> frozenset[int]:
    """The places of the rows that are not to come, as the person has chosen."""
    return frozenset(job.chosen.get("without", ()))


def looked_at(job: Import, seen: Preview, kind: str, page: int) -> dict[str, Any]:
    """The rows as they would become: those of a kind, some at a time."""
    leaves = without(job)
    places = seen.of(kind)
    last = max((len(places) - 1) // SHOWN, 0)
    page = min(max(page, 0), last)
    some = [seen.rows[place] for place in places[page * SHOWN : (page + 1) * SHOWN]]
    counts = seen.counts
    return {
        "kinds": _kinds(seen, kind),
        "kind": kind,
        "rows": [_row(row, leaves) for row in some],
        "places": ",".join(str(row.place) for row in some if row.kind in CHOSEN),
        "page": page,
        "pages": _pages(page, last),
        "range": _range(page, len(some), len(places)),
        "going": len(seen.going(leaves)),
        "errors": counts[What.ERROR] + counts[What.CONFLICT],
        "doubtful": sum(place in leaves for place in seen.of(What.DUPLICATE)),
        "makes": _makes(seen),
        "proof": _proof(seen, leaves),
    }


def _kinds(seen: Preview, kind: str) -> list[dict[str, Any]]:
    """How many rows there are of each kind."""
    whole = formatters.grouped(len(seen.rows))
    found = [{"value": "", "label": _("Alle"), "number": whole, "is_on": not kind}]
    for one in What:
        if seen.counts[one] or one == kind:
            told = {"value": str(one), "label": tr(LABELS[one]), "number": formatters.grouped(seen.counts[one])}
            found.append({**told, "is_on": one == kind})
    return found


def _row(row: Planned, leaves: frozenset[int]) -> dict[str, Any]:
    return {
        "place": row.place,
        "number": row.number,
        "sheet": row.sheet,
        "name": row.name or "–",
        "kind": tr(LABELS[row.kind]),
        "tone": TONES[row.kind],
        "may_go": row.kind in CHOSEN,
        "goes": row.kind in CHOSEN and row.place not in leaves,
        "differences": row.differences if row.row_id else (),
        "says": () if row.row_id else row.differences,
        "problems": row.problems,
        "left": row.left,
    }


def _pages(page: int, last: int) -> list[tuple[int, str]]:
    """The other pages there are to go to."""
    found = {"first": (0, _("Første")), "previous": (page - 1, _("Forrige"))} if page else {}
    if page < last:
        found |= {"next": (page + 1, _("Neste")), "last": (last, _("Siste"))}
    return list(found.values())


def _range(page: int, some: int, whole: int) -> str:
    first = page * SHOWN + 1
    return _("%(first)s–%(last)s av %(whole)s", first=first, last=first + some - 1, whole=formatters.grouped(whole))


def _makes(seen: Preview) -> list[tuple[str, list[str], int]]:
    """The rows of other registers that would be made, by register: the first of them, and how many more."""
    found: dict[str, list[str]] = {}
    for register, name in dict.fromkeys(seen.makes):
        found.setdefault(tr(models.BY_NAME[register].__register__.name), []).append(name)
    return [(register, some[:SHOWN], max(len(some) - SHOWN, 0)) for register, some in found.items()]


def _proof(seen: Preview, leaves: frozenset[int]) -> dict[str, Any]:
    proof = seen.proof(leaves)
    left = sum(proof.left.values())
    numbers = {"read": proof.read, "placed": proof.placed, "left": left}
    told = {key: formatters.grouped(value) for key, value in numbers.items()}
    most = Counter(proof.left).most_common(MOST_LEFT)
    return {
        "sentence": _("%(read)s celler lest: %(placed)s får plass, %(left)s står som utelatt.", **told),
        "left": [(name or _("Uten overskrift"), formatters.grouped(number)) for name, number in most],
        "more": len(proof.left) - len(most),
    }


def line(job: Import) -> dict[str, Any]:
    """A job on the page of one's own."""
    return {
        "name": job.name,
        "register": tr(models.BY_NAME[job.register].__register__.name),
        "url": url_for("importing.job", number=job.id),
        "at": formatters.moment(job.made_at),
        "state": state(job),
        "tone": {DONE: "success", REFUSED: "danger", STOPPED: "danger", LOOKED_AT: "neutral"}.get(job.state, "info"),
    }


def state(job: Import) -> str:
    said = {
        LOOKED_AT: _("Ikke importert ennå"),
        TO_LOOK: _("Venter på tur"),
        LOOKING: _("Radene ses gjennom"),
        WAITING: _("Venter på tur"),
        TAKEN: _("Pågår"),
        DONE: _("Importert"),
        REFUSED: _("Ingenting er importert"),
        STOPPED: _("Stanset, ingenting er importert"),
    }
    return said[job.state]


def ended(job: Import, seen: Preview) -> dict[str, Any]:
    """How it went, in numbers."""
    number = Counter(seen.outline.kinds[place] for place in seen.going(without(job)))
    new = number[What.NEW] + number[What.DUPLICATE]
    changed = number[What.CHANGED]
    told = [ngettext("%(num)s rad er ny.", "%(num)s rader er nye.", new)] if new else []
    told += [ngettext("%(num)s rad er endret.", "%(num)s rader er endret.", changed)] if changed else []
    stays = seen.staying(without(job))
    return {
        "told": " ".join(told),
        "stays": [_row(seen.rows[place], without(job)) for place in stays[:SHOWN]],
        "number": len(stays),
        "more": max(len(stays) - SHOWN, 0),
        "event_url": url_for("changes.event", event=job.event),
    }
