"""What a municipality does, by theme, and the systems behind it: what each service costs, which service has no system,
which system no service, and where several do the same. Four statements, however much there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from models.declare.choices import Criticality, Lifecycle
from models.declare.titles import title
from models.money.settling import shared_out
from models.queries.costs import of_a_system
from models.queries.rules import ALIVE
from models.queries.told import holds, naming
from models.registers.architecture import Application, Service
from models.registers.catalogue import Product
from models.registers.codes import LosTheme, ProductCategory

MANY = 5  # systems behind one service, from which on somebody should ask why
USED = (Lifecycle.IN_USE, Lifecycle.PHASING_OUT)  # a system that is planned need have no service yet


@dataclass(frozen=True, slots=True)
class System:
    """A system that is not retired, what it costs in a year, where that is known, and what kind of product it is."""

    id: int
    name: str
    criticality: Criticality | None
    status: Lifecycle
    ore: int | None
    category: str | None


@dataclass(frozen=True, slots=True)
class Supported:
    """A service, the systems behind it, and its share of what they cost; None where no cost of them is known."""

    id: int
    name: str
    criticality: Criticality | None
    theme: int | None
    systems: tuple[System, ...]
    ore: int | None

    def doubled(self) -> Iterator[tuple[str, list[System]]]:
        """The kinds of product that several of its systems are of."""
        kinds: dict[str, list[System]] = defaultdict(list)
        for one in self.systems:
            if one.category:
                kinds[one.category].append(one)
        return ((kind, some) for kind, some in sorted(kinds.items()) if len(some) > 1)


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme with its services; of those that lie straight under a main theme it has no name."""

    name: str
    services: tuple[Supported, ...]


@dataclass(frozen=True, slots=True)
class MainTheme:
    """A main theme and the themes within it that have services; of what has no theme it has no name."""

    name: str
    themes: tuple[Theme, ...]

    @property
    def services(self) -> list[Supported]:
        return [one for theme in self.themes for one in theme.services]

    @property
    def ore(self) -> int:
        return sum(one.ore or 0 for one in self.services)


@dataclass(frozen=True)
class ServiceMap:
    """The services in the tree of LOS; the systems that support none; and the main themes nothing is done under."""

    themes: tuple[MainTheme, ...]
    beside: tuple[System, ...]
    bare: tuple[str, ...]

    @cached_property
    def services(self) -> list[Supported]:
        return [one for theme in self.themes for one in theme.services]

    @property
    def unsupported(self) -> list[Supported]:
        return [one for one in self.services if not one.systems]

    @property
    def unused(self) -> list[System]:
        return [one for one in self.beside if one.status in USED]

    @property
    def crowded(self) -> list[Supported]:
        return [one for one in self.services if len(one.systems) >= MANY]

    @property
    def doubled(self) -> list[tuple[Supported, str, list[System]]]:
        return [(one, kind, systems) for one in self.services for kind, systems in one.doubled()]

    @property
    def ore(self) -> int:
        """What the services cost; with what lies `beside` it is what all systems cost."""
        return sum(one.ore for one in self.themes)

    @property
    def ore_beside(self) -> int:
        return sum(one.ore or 0 for one in self.beside)


def read(session: Any, language: str) -> ServiceMap:
    """The map of the one municipality that the scope reads."""
    systems = {one.id: one for one in _systems(session, language)}
    behind = _behind(session, systems)
    shares = _shares(behind)
    rows = session.execute(_services()).all()
    services = [
        Supported(row_id, name, grave, theme, tuple(behind.get(row_id, ())), shares.get(row_id))
        for row_id, name, grave, theme in rows
    ]
    placed = {one.id for several in behind.values() for one in several}
    beside = tuple(one for one in systems.values() if one.id not in placed)
    themes, bare = _tree(session, services, language)
    return ServiceMap(tuple(themes), beside, tuple(bare))


def _services() -> Any:
    told = select(Service.id, Service.name, Service.criticality, Service.theme_id)
    return told.order_by(Service.sort_key, Service.id)


def _systems(session: Any, language: str) -> Iterator[System]:
    kind = title(ProductCategory, *naming(ProductCategory), language)
    told = select(
        Application.id, Application.name, Application.criticality, Application.status, of_a_system(), kind
    ).outerjoin(Application.product).outerjoin(Product.category)  # fmt: skip
    alive = told.where(holds(Application, ALIVE[Application]))
    return (System(*row) for row in session.execute(alive.order_by(Application.sort_key, Application.id)))


def _behind(session: Any, systems: dict[int, System]) -> dict[int, list[System]]:
    """The systems of each service, services and systems in their order."""
    pairs = select(Service.id, Application.id).join(Service.applications)
    pairs = pairs.order_by(Service.sort_key, Service.id, Application.sort_key, Application.id)
    found: dict[int, list[System]] = defaultdict(list)
    for service, system in session.execute(pairs):
        if system in systems:
            found[service].append(systems[system])
    return found


def _shares(behind: dict[int, list[System]]) -> dict[int, int]:
    """What each service bears: a system costs its services the same, and the øre that is left goes to the first."""
    bearers: dict[System, list[int]] = defaultdict(list)
    for service, systems in behind.items():
        for one in systems:
            bearers[one].append(service)
    found: dict[int, int] = defaultdict(int)
    for one, services in bearers.items():
        if one.ore is not None:
            for service, part in zip(services, shared_out(one.ore, [1] * len(services)), strict=True):
                found[service] += part
    return found


# -- the tree ----------------------------------------------------------------------------------------------------------


def _tree(session: Any, services: Sequence[Supported], language: str) -> tuple[list[MainTheme], list[str]]:
    """The main themes with services, last what has no theme; and the names of those without. A theme names the one it
    is sorted under in bokmål, whatever language it is told in."""
    told = select(LosTheme.id, title(LosTheme, *naming(LosTheme), language), LosTheme.name, LosTheme.grouping)
    themes = session.execute(told.order_by(LosTheme.sort_key, LosTheme.id)).all()
    within: dict[str, list[Theme]] = defaultdict(list)
    named: dict[str, str] = {}
    by_theme: dict[int | None, list[Supported]] = defaultdict(list)
    for one in services:
        by_theme[one.theme].append(one)
    for row_id, name, bokmal, grouping in themes:
        if not grouping:
            named[bokmal] = name
        if row_id in by_theme:
            theme = Theme(name if grouping else "", tuple(by_theme.pop(row_id)))
            within[grouping or bokmal].insert(len(within[grouping or bokmal]) if grouping else 0, theme)
    mains = [*named, *[one for one in within if one not in named]]
    found = [MainTheme(named.get(one, one), tuple(within[one])) for one in mains if one in within]
    rest = tuple(one for several in by_theme.values() for one in several)
    if rest:
        found.append(MainTheme("", (Theme("", rest),)))
    return found, [name for bokmal, name in named.items() if bokmal not in within]
