"""The map as a model of ArchiMate: all of it that an address asks for, however much that is, in three views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from exchange.archimate import details
from exchange.archimate.concepts import MUNICIPALITY, Concepts
from exchange.out.archimate import Model, View, written
from models.landscape.declared import LAYER, MIDDLE
from models.landscape.graph import INTEGRATION, Graph, Key
from models.landscape.grouping import gathered, groups_of
from models.landscape.layout import laid_out
from models.registers.municipality import Municipality
from views.landscape import timed, words
from views.landscape.asked import Look, kept
from views.landscape.timed import Days
from views.texts import gettext as _
from views.texts import language, tr

KIND = "xml"
SUPPORTED = ("service", "process")  # what is supported, by systems
SUPPORTING = (*SUPPORTED, MIDDLE)


def model_of(session: Any, place: int, look: Look, municipality: str) -> tuple[bytes, int]:
    """The file, and how many elements it has. Of two days it tells of the one that is shown."""
    asked = Days(look.days.day)
    told, rows = timed.read(session, place, asked), timed.rows_of(session, place, asked.shown)
    every = told.whole
    seen = kept([rows], told.every, look)
    whole = every.only(_with_beside(every, seen))
    found = details.read(rows, [key for key in whole.nodes if key[0] in details.PROPERTIES], language())
    concepts = Concepts(whole, found, (MUNICIPALITY, place), municipality)
    model = Model(
        name=f"{municipality}, {asked.told}" if asked.told else municipality,
        about=_("Tjenester, systemer og data, og hvordan de henger sammen."),
        language=language(),
        concepts=concepts,
        views=tuple(_views(every, seen, look)),
        folder=_folder,
        views_folder=_("Kart"),
    )
    return written(model), len(concepts.elements)


def _with_beside(every: Graph, seen: Graph) -> set[Key]:
    """What is seen, the integrations that are lines of it, and what is known of it and not drawn."""
    keys = {*seen.nodes, *[edge.via for edge in seen.edges if edge.via]}
    around = {there for key in keys for _edge, there in every.around[key]}
    return keys | {one for one in around if one[0] not in LAYER}


def _folder(register: str) -> str:
    return tr(Municipality.__register__.name) if register == MUNICIPALITY else words.all_of(register)


def _views(every: Graph, seen: Graph, look: Look) -> Iterable[View]:
    groups = groups_of(every, look.by)

    def view(key: str, name: str, viewpoint: str, graph: Graph) -> View:
        columns = gathered(groups, graph.nodes)
        layout = laid_out(graph, columns, words.in_order(every, columns))
        return View(key, name, layout, lambda one: words.group_name(every, look.by, one), words.all_of, viewpoint)

    yield view("landscape", _("Kart"), "Layered", seen)
    yield view("integrations", _("Applikasjoner og integrasjoner"), "Application Cooperation", _exchanging(seen))
    yield view("services", _("Tjenester og det som støtter dem"), "Service Realization", _supporting(seen))


def _exchanging(seen: Graph) -> Graph:
    """The systems that exchange data, with the integrations of which an end is not known."""
    ends = {key for edge in seen.edges if INTEGRATION in edge.link for key in (edge.near, edge.far)}
    return seen.only([key for key in ends if key[0] in {MIDDLE, INTEGRATION}])


def _supporting(seen: Graph) -> Graph:
    """Services and processes, and the systems they use."""
    some = seen.only([key for key in seen.nodes if key[0] in SUPPORTING])
    return some.only([key for key in some.nodes if key[0] in SUPPORTED or _supports(some, key)])


def _supports(some: Graph, key: Key) -> bool:
    return any(there[0] in SUPPORTED for _edge, there in some.around[key])
