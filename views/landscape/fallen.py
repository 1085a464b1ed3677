"""What falls with a row, as it is shown: drawn as the map draws it, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for
from markupsafe import Markup

from models.landscape.aspects import FORMS, Level
from models.landscape.consequences import Consequences
from models.landscape.declared import LAYER
from models.landscape.graph import Graph, Key, Node
from models.landscape.grouping import NOWHERE
from models.landscape.impact import PERSON, Effect, Hit, graveness
from models.registers.architecture import Service
from reports import falling
from reports.language import mid_sentence
from views import formatters
from views.landscape import words
from views.landscape.asked import Look, layers_here
from views.landscape.drawing import mark
from views.landscape.shown import Shown
from views.texts import gettext as _
from views.texts import ngettext, tr

MOST_DRAWN, MOST_LISTED = 150, 500  # listed of each kind
MANY = 12  # rows that somebody answers for, by name
OF_ROWS, OF_PEOPLE = (Effect.STOPS, Effect.WEAKENED), (Effect.UNOWNED, Effect.LESS_OWNED)
ITSELF = len(OF_ROWS)  # the level of the row that falls
CRITICAL = 2  # the two gravest levels


@dataclass(frozen=True)
class Fallen(Shown):
    """What falls with a row, drawn with the row itself where that is no person: names of people are on no picture."""

    effects: tuple[Effect, ...] = OF_ROWS

    @property
    def scale(self) -> tuple[Level, ...]:
        levels = [Level(one.label, one.tone, form) for one, form in zip(self.effects, FORMS, strict=False)]
        return (*levels, Level(_("Det som faller bort"), "info", "circle"))

    @property
    def picked(self) -> Key | None:
        return None

    def told(self) -> str:
        counted = self.graph.counted()
        parts = []
        for one in layers_here(self.graph):
            number, about = counted[one.__tablename__], one.__register__
            parts.append(f"{formatters.grouped(number)} {mid_sentence(tr(about.one if number == 1 else about.name))}")
        return _("Viser %(nodes)s. Lista under sier det samme med ord, og hvorfor.", nodes=", ".join(parts))

    @cached_property
    def drawn_legend(self) -> list[dict[str, Any]]:
        """The levels there are any of."""
        there = set(self.marked.values())
        return [one for at, one in enumerate(self.legend()) if at in there]


def picture_of(told: Consequences) -> Fallen:
    """The nearest of what falls. Integrations are nodes here: they stop, and a line would not say so."""
    impact = told.impact
    effects = OF_PEOPLE if impact.start[0] == PERSON else OF_ROWS
    nearest = impact.nearest(MOST_DRAWN - 1)
    keys = [*nearest, *([impact.start] if impact.start[0] in LAYER else [])]
    graph = impact.graph.only(keys) if nearest else Graph()
    marked = {key: effects.index(impact.hits[key].effect) for key in nearest} | {impact.start: ITSELF}
    marked = {key: level for key, level in marked.items() if key in graph.nodes}
    left = sum(key[0] in LAYER for key in impact.hits) - len(nearest)
    groups = dict.fromkeys(graph.nodes, NOWHERE)
    return Fallen(impact.graph, graph, Look(), groups, marked, left_out=left, middle=impact.start, effects=effects)


def in_words(told: Consequences) -> dict[str, Any]:
    """All of it as the page tells it."""
    impact = told.impact
    return {
        "tiles": _tiles(told),
        "kinds": [_kind(register, hits, impact.graph.nodes) for register, hits in impact.kinds()],
        "people": [
            {"name": one.name, "number": _activities(one.activities), "kinds": ", ".join(one.kinds),
             "special": ", ".join(one.special)}
            for one in told.people
        ],
        "special": _special(told.special) if told.special else "",
        "agreements": [_agreement(one) for one in told.agreements],
        "to_tell": [_answers(person, rows) for person, rows in impact.to_tell],
        "untold": [
            {"name": node.name or "–", "url": words.row_url(node), "kind": words.one_of(node.register),
             "unit": unit.name if unit else ""}
            for node, unit in impact.untold[:MOST_LISTED]
        ],
        "notes": [tr(one) for one in falling.NOTES],
    }  # fmt: skip


def _tiles(told: Consequences) -> list[tuple[str, str]]:
    """The whole of it in figures."""
    impact, nodes = told.impact, told.impact.graph.nodes
    effects = OF_PEOPLE if impact.start[0] == PERSON else OF_ROWS
    services = [one for one in impact.hits if one[0] == Service.__tablename__]
    critical = sum(graveness(nodes[one]) < CRITICAL for one in services)
    figures = [(impact.counted(one), mid_sentence(tr(one.label))) for one in effects]
    figures += [
        (critical, ngettext("kritisk eller viktig tjeneste", "kritiske eller viktige tjenester", critical)),
        (len(impact.activities), ngettext("behandling rammes", "behandlinger rammes", len(impact.activities))),
    ]
    return [(formatters.grouped(number), label) for number, label in figures]


def _activities(number: int) -> str:
    return ngettext("%(count)s behandling", "%(count)s behandlinger", number, count=formatters.grouped(number))


def _special(number: int) -> str:
    return ngettext(
        "%(count)s av behandlingene har særlige kategorier.", "%(count)s av behandlingene har særlige kategorier.",
        number, count=formatters.grouped(number),
    )  # fmt: skip


def _kind(register: str, hits: list[Hit], nodes: Mapping[Key, Node]) -> dict[str, Any]:
    return {
        "name": words.all_of(register),
        "number": formatters.grouped(len(hits)),
        "rows": [_hit(one, nodes) for one in hits[:MOST_LISTED]],
        "left_out": formatters.grouped(len(hits) - MOST_LISTED) if len(hits) > MOST_LISTED else "",
    }


def _hit(hit: Hit, nodes: Mapping[Key, Node]) -> dict[str, Any]:
    node, effect = nodes[hit.key], Effect(hit.effect)
    grave = falling.grave(node, tr)
    at = (*OF_ROWS, *OF_PEOPLE).index(effect) % len(OF_ROWS)
    return {
        "name": node.name or "–",
        "url": words.row_url(node),
        "form": Markup(mark(Level(effect.label, effect.tone, FORMS[at]), 10, 10)),  # noqa: S704 - a path
        "effect": tr(effect.label),
        "grave": _("Kritikalitet %(grave)s", grave=grave) if grave else "",
        "alone": tr(falling.ALONE) if hit.is_alone else "",
        "way": falling.way(hit, nodes) if len(hit.path) > 2 else "",
    }


def _agreement(one: Any) -> dict[str, Any]:
    said = [one.partner or ""]
    if one.notice is not None:
        said.append(_("Oppsigelsesfrist: %(months)s måneder.", months=one.notice))
    else:
        said.append(_("Oppsigelsesfristen er ikke registrert."))
    if one.deadline:
        said.append(_("Siste dag for å si opp: %(day)s.", day=formatters.day(one.deadline)))
    if one.ends:
        said.append(_("Gjelder til %(day)s.", day=formatters.day(one.ends)))
    return {
        "name": one.name, "url": url_for("agreement.details_view", id=one.id), "said": [each for each in said if each],
    }  # fmt: skip


def _answers(person: Node, rows: list[Node]) -> dict[str, Any]:
    return {
        "name": person.name or "–",
        "url": words.row_url(person),
        "rows": [(one.name or "–", words.row_url(one)) for one in rows[:MANY]],
        "more": formatters.grouped(len(rows) - MANY) if len(rows) > MANY else "",
    }
