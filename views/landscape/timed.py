"""The map over time: of which day it is asked, and since which; what is told of that day, and in what it differs from
another. A day is asked for and refused as the reports do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import request

from models.declare.clock import today
from models.declare.fields import is_owned
from models.declare.words import N_, Problem
from models.landscape import days, difference, reading
from models.landscape.aspects import LEVELS, Aspect, Level
from models.landscape.declared import BY_NAME, KINDS, links
from models.landscape.difference import Change, Difference
from models.landscape.graph import Graph, Key, Node
from reports.base import TOLD
from reports.choices import FIRST_DAY, Day
from reports.language import mid_sentence
from views import formatters
from views.landscape.then import of as then_of
from views.landscape.then import past
from views.texts import explain, language, ngettext, tr
from views.texts import gettext as _

NOT_ANY_DAY = N_("Velg en dag fra 2018 til tjue år fram i tid, skrevet som år-måned-dag: 2026-01-31.")
AHEAD = timedelta(days=20 * 365)  # what is planned is told of so far
NAMED = 6  # by name in a sentence


@dataclass(frozen=True)
class AnyDay(Day):
    """A day that has been, or one that comes, of which what is planned is told."""

    refusal: str = NOT_ANY_DAY

    @property
    def bounds(self) -> tuple[date, date]:
        return FIRST_DAY, today() + AHEAD


DAY = AnyDay("day", N_("Dag"))
SINCE = AnyDay("since", N_("Endringer siden"))


@dataclass(frozen=True)
class Days:
    """The days an address asks for. Without a `day` it is today; with `since` what differs from that day is asked for,
    with `changed` that alone. `refused` says what was wrong."""

    day: date | None = None
    since: date | None = None
    changed: bool = False
    refused: tuple[str, ...] = ()

    @classmethod
    def from_request(cls) -> Days:
        refused: list[str] = []
        day, since = (_read(one, refused) for one in (DAY, SINCE))
        if since is not None and since >= (day or today()):
            refused.append(_("Dagen endringene regnes fra, må være før dagen som vises."))
            since = None
        return cls(None if day == today() else day, since, request.args.get("changed") == "1", tuple(refused))

    @property
    def shown(self) -> date:
        return self.day or today()

    @property
    def parameters(self) -> list[tuple[str, str]]:
        said = [(one, str(value)) for one, value in (("day", self.day), ("since", self.since)) if value]
        return [*said, ("changed", "1")] if self.since and self.changed else said

    @property
    def told(self) -> str:
        """The days as a title says them; nothing of today."""
        if self.since is not None:
            return _("endringer fra %(since)s til %(day)s", since=written(self.since), day=written(self.shown))
        return written(self.day) if self.day else ""


def _read(choice: Day, refused: list[str]) -> date | None:
    text = request.args.get(choice.name, "").strip()
    if not text:
        return None
    try:
        (day,) = choice.values(None, [text])
    except Problem as problem:
        refused.append(explain(problem))
        return None
    return day  # type: ignore[no-any-return]


def written(day: date) -> str:
    return f"{day:%d.%m.%Y}"


@dataclass(frozen=True)
class Timed:
    """What there is on the days that are asked for: all of it, and what of it is drawn. `remarks` are said of nodes
    beside what they are marked by, and `words` stand before their names in the picture; `dead` are the rows that are
    gone today and have no page."""

    days: Days
    whole: Graph
    every: Graph
    remarks: Mapping[Key, str] = field(default_factory=dict)
    words: Mapping[Key, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    difference: Difference | None = None
    dead: frozenset[Key] = frozenset()

    @property
    def ghosts(self) -> frozenset[Key]:
        """What is not there, or not there yet."""
        gone = {key for key, one in self.difference.what.items() if one is Change.GONE} if self.difference else ()
        return frozenset({*self.words, *gone})

    @property
    def marked(self) -> dict[Key, int] | None:
        """Where a difference is shown, what has become of each."""
        if self.difference is None:
            return None
        return {key: difference.CHANGES.index(one) for key, one in self.difference.what.items()}

    @property
    def scale(self) -> tuple[Level, ...]:
        return difference.LEVELS

    def lines(self) -> dict[tuple[Key, Key], str]:
        """The pairs of nodes whose line is new or gone."""
        if self.difference is None:
            return {}
        one, every = self.difference, frozenset(self.difference.graph.edges)
        return {
            **dict.fromkeys(difference.pairs(one.come, every - one.come), "come"),
            **dict.fromkeys(difference.pairs(one.gone, every - one.gone), "gone"),
        }


def read(session: Any, place: int, asked: Days) -> Timed:
    """What there is of a municipality on the days that are asked for."""
    if asked.day is None and asked.since is None:
        graph = reading.of(session, place, language())
        return Timed(asked, graph, graph.drawn())
    then = then_of(session, place, language(), asked.shown)
    now = reading.of(session, place, language()).nodes
    notes = [" ".join(_of_day(session, place, then, asked.day))] if asked.day else []
    if asked.since is None:
        dead = _dead(then.graph, now)
        remarks = {key: _("Kommer %(day)s", day=written(day)) for key, day in then.comes.items()}
        if asked.day and asked.day > today():
            remarks |= dict.fromkeys(then.undated - remarks.keys(), _("Planlagt uten dato"))
        words = dict.fromkeys(then.comes, _("Kommer"))
        return Timed(asked, then.graph, then.graph.drawn(), remarks, words, tuple(notes), dead=dead)
    before = then_of(session, place, language(), asked.since)
    was = before.graph
    if asked.shown > today():  # what is only planned is not there yet
        was = days.begun(session, place, was, asked.since)
    found = difference.between(was, then.graph)
    notes += _unsure(before) if asked.since < today() and before.unsure != then.unsure else []
    notes.append(_counted(found, asked))
    remarks = {key: _remark(found, key) for key in found.what}
    return Timed(asked, found.whole, found.graph, remarks, {}, tuple(notes), found, _dead(found.whole, now))


def _dead(graph: Graph, now: Mapping[Key, Node]) -> frozenset[Key]:
    """Rows that are deleted since. What is shared is there also when nothing here points at it."""
    return frozenset(key for key in graph.nodes if key not in now and is_owned(BY_NAME[key[0]]))


def rows_of(session: Any, place: int, day: date) -> Any:
    """Where filters and completeness are asked: among the rows as they were that day, or as they stand."""
    return past(session, place, day, (*KINDS, *TOLD)) if day < today() else session


def each_day(session: Any, place: int, asked: Days) -> Iterator[Any]:
    """The same of all days that are asked for, made when it is needed."""
    return (rows_of(session, place, day) for day in (asked.shown, asked.since) if day is not None)


def _of_day(session: Any, place: int, then: days.Then, day: date) -> Iterator[str]:
    if day > today():
        yield _(
            "Kartet viser %(day)s slik datoene sier nå. Det som kommer innen da, er med. Det som skal ut, er borte.",
            day=written(day),
        )
        if then.comes:
            yield _("Kommer: %(names)s.", names=_names([then.graph.nodes[one].name or "–" for one in then.comes]))
        if then.left:
            yield _("Borte: %(names)s.", names=_names([one.name or "–" for one in then.left]))
        return
    yield _("Kartet viser kommunen slik den var da dagen %(day)s var slutt, etter historikken.", day=written(day))
    yield from _unsure(then)
    first = None if then.graph.nodes else days.first_day(session, place)
    if first is not None and first > day:
        yield _("Ingenting var registrert ennå. Det første ble registrert %(day)s.", day=written(first))


def _unsure(then: days.Then) -> list[str]:
    if not then.unsure:
        return []
    return [f"{_('Står som i dag, for historikken sier ikke nok')}: {_names([*then.unsure])}."]


def _names(names: list[str]) -> str:
    told, rest = ", ".join(names[:NAMED]), len(names) - NAMED
    return f"{told} {_('og %(number)s til', number=formatters.grouped(rest))}" if rest > 0 else told


def _counted(found: Difference, asked: Days) -> str:
    """How much differs, in a sentence."""
    many = {one: sum(what is one for what in found.what.values()) for one in Change}
    if not found.what and not found.come and not found.gone:
        return _("Ingenting på kartet er endret fra %(since)s til %(day)s.", since=written(asked.since or asked.shown),
                 day=written(asked.shown))  # fmt: skip
    new, gone, changed, come, left = (*many.values(), len(found.come), len(found.gone))
    parts = [
        new and ngettext("%(num)s ny", "%(num)s nye", new),
        gone and ngettext("%(num)s borte", "%(num)s borte", gone),
        changed and ngettext("%(num)s endret", "%(num)s endret", changed),
        come and ngettext("%(num)s ny forbindelse", "%(num)s nye forbindelser", come),
        left and ngettext("%(num)s forbindelse som er borte", "%(num)s forbindelser som er borte", left),
    ]
    return _(
        "Fra %(since)s til %(day)s: %(parts)s.", since=written(asked.since or asked.shown), day=written(asked.shown),
        parts=", ".join(one for one in parts if one),
    )  # fmt: skip


def _remark(found: Difference, key: Key) -> str:
    """What has become of a node; of one that has changed also in what."""
    what = found.what[key]
    if what is not Change.CHANGED:
        return tr(what.label)
    told = [tr(difference.VALUES[one]) for one in found.values[key]]
    told += [tr(links()[one].field.label) for one in found.links[key]]
    return f"{tr(what.label)}: {', '.join(mid_sentence(one) for one in dict.fromkeys(told))}"


def marks(aspect: Aspect, timed: Timed) -> tuple[Level, ...]:
    return LEVELS[aspect] if timed.difference is None else timed.scale
