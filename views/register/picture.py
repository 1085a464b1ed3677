"""A small picture of what a row hangs together with, one step away: what it points at on its left, what points at it on
its right. Code lists are left out: they sort rows and join none. The fields and the short tables of the page say the
same in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import g, url_for

from models.declare.base import Group
from models.declare.fields import Kind
from models.declare.titles import title_of
from models.landscape.declared import LAYERS
from models.queries.relations import Neighbour, Use
from models.queries.standing import Standing, called, register_of
from models.tenancy.roles import can, readable_fields
from views.texts import gettext as _
from views.texts import language, tr

EACH_SIDE = 6  # nodes
WIDTH, NODE, TALL, STEP, LETTERS = 640, 196, 38, 46, 25


def picture(row: Standing, uses: Sequence[Use], few: Sequence[Sequence[Neighbour]]) -> dict[str, Any] | None:
    """Where everything stands, in the units of the drawing; None when the row stands alone."""
    left, right = list(_pointed_at(row)), list(_pointing(uses, few))
    beyond = sum(use.count for use in uses) - len(right)
    more = max(len(left) - EACH_SIDE, 0) + max(len(right) - EACH_SIDE, 0) + beyond
    sides = [some[:EACH_SIDE] for some in (left, right)]
    if not any(sides):
        return None
    height = max(map(len, sides)) * STEP
    name = title_of(row.row, language())
    return {
        "width": WIDTH,
        "height": height,
        "tall": TALL,
        "node": NODE,
        "middle": {
            "x": (WIDTH - NODE) // 2,
            "y": height // 2 - TALL // 2,
            "name": _short(name, LETTERS - 4),
            "whole": name,
        },
        "nodes": [*_placed(sides[0], height, is_left=True), *_placed(sides[1], height, is_left=False)],
        "told": _("%(name)s henger sammen med %(number)s andre.", name=name, number=len(left) + len(right) + beyond),
        "more": more,
        "wider_url": _wider(row),
    }


def _wider(row: Standing) -> str | None:
    """Where more than a step is seen, of what the map has."""
    if row.register not in LAYERS:
        return None
    return url_for("landscape.around", register=row.register.__tablename__, row_id=row.row.id)


def _pointed_at(row: Standing) -> Iterator[dict[str, Any]]:
    for known in readable_fields(row.row):
        if known.kind not in {Kind.REFERENCE, Kind.REFERENCES} or known.mirrored:
            continue
        if known.points_at.__register__.group is Group.CODES:
            continue
        there = getattr(row, known.key)
        for one in there if known.kind is Kind.REFERENCES else [there]:
            if one is not None:
                yield _node(called(one, language()), tr(known.label), register_of(one), one.id)


def _pointing(uses: Sequence[Use], few: Sequence[Sequence[Neighbour]]) -> Iterator[dict[str, Any]]:
    for use, rows in zip(uses, few, strict=True):
        for one in rows:
            yield _node(one.name, tr(use.register.__register__.one), use.register, one.id)


def _node(name: str, kind: str, register: type[Any], row_id: int) -> dict[str, Any]:
    readable = can(g.actor, "read", register, g.active)
    url = url_for(f"{register.__tablename__}.details_view", id=row_id) if readable else None
    return {"name": _short(name or "–"), "whole": name or "–", "kind": _short(kind), "url": url}


def _short(text: str, most: int = LETTERS) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _placed(nodes: list[dict[str, Any]], height: int, *, is_left: bool) -> Iterator[dict[str, Any]]:
    """The nodes of a side, one above the other around the middle, each with the line that leads to it."""
    top = (height - len(nodes) * STEP) // 2 + (STEP - TALL) // 2
    x, ends = (0, (NODE, (WIDTH - NODE) // 2)) if is_left else (WIDTH - NODE, (WIDTH - NODE, (WIDTH + NODE) // 2))
    for number, node in enumerate(nodes):
        y = top + number * STEP
        yield node | {"x": x, "y": y, "line": (ends[0], y + TALL // 2, ends[1], height // 2)}
