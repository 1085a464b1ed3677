"""Municipalities side by side: by fields of work, which systems each has, as far as each shows them to its neighbours;
one's own services beside. Seven statements, whoever is chosen and however much there is.

Only cards are read, and only within the scope in force, narrowed further to who is chosen: what is on no card is in
no cell and in no number. Services are on no card. What a system is for is told by the category of its product, which
all share, and that is what makes municipalities comparable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import distinct, func, select

from models.declare.choices import Lifecycle
from models.declare.domains import Domain
from models.declare.titles import title
from models.queries.rules import ALIVE
from models.queries.told import holds, naming
from models.registers.architecture import Application, Service
from models.registers.catalogue import Product
from models.registers.codes import ProductCategory
from models.registers.window import ShownCard
from models.tenancy import scope

MOST_SIDE_BY_SIDE = 8  # others beside one's own: as many columns as a sheet of A4 holds
USUAL = 3  # of the products of a field of work, in all that show any


@dataclass(frozen=True, slots=True)
class Shown:
    """A system as a card shows it; the product is None where none is chosen."""

    name: str
    product: str | None
    status: str


@dataclass(frozen=True)
class Area:
    """A field of work; of systems whose product says none it has no name. `cells` has the systems of each municipality
    that is compared and has any; so many `region` municipalities have any at all, of these products most."""

    id: int | None
    name: str
    cells: dict[int, tuple[Shown, ...]] = field(default_factory=dict)
    services: tuple[tuple[int, str], ...] = ()
    region: int = 0
    usual: tuple[tuple[str, int], ...] = ()

    @property
    def in_common(self) -> dict[str, list[int]]:
        """The products that several of those compared have, each with who they are."""
        found: dict[str, dict[int, None]] = defaultdict(dict)
        for place, systems in self.cells.items():
            for one in systems:
                if one.product:
                    found[one.product][place] = None
        return {product: list(places) for product, places in sorted(found.items()) if len(places) > 1}


@dataclass(frozen=True)
class Compared:
    """Whom is compared, in order, one's `own` first; by field of work; and how many municipalities show anything."""

    places: tuple[int, ...]
    areas: tuple[Area, ...]
    region: int
    own: int | None = None

    def without(self, area: Area) -> list[int]:
        """Who has no system for it, where another has one. What no product tells of lacks nowhere."""
        return [one for one in self.places if one not in area.cells] if area.cells and area.id is not None else []


def showing(session: Any, closed: Collection[int]) -> list[int]:
    """The municipalities that show any system in use or to come, but for those that are no more."""
    with _only(_seen(closed)):
        return sorted(session.scalars(select(ShownCard.municipality_id).where(*_shown()).distinct()))


def compared(
    session: Any, own: int | None, others: Sequence[int], showing_any: Collection[int], language: str
) -> Compared:
    """What some of those that show anything have, and how many of all of them have it."""
    beside = [one for one in dict.fromkeys(others) if one in showing_any and one != own][:MOST_SIDE_BY_SIDE]
    told = beside if own is None else [own, *beside]
    cells, services = _cells(session, told), _services(session, own)
    number, usual = _region(session, showing_any)
    areas = []
    for row_id, name in [*session.execute(_areas(language)), (None, "")]:
        if row_id in cells or row_id in services or number.get(row_id):
            cell = {one: tuple(cells[row_id][one]) for one in told if one in cells[row_id]} if row_id in cells else {}
            of_it = tuple(usual.get(row_id, ())[:USUAL])
            areas.append(Area(row_id, name, cell, tuple(services.get(row_id, ())), number.get(row_id, 0), of_it))
    return Compared(tuple(told), tuple(areas), len(showing_any), own)


def _seen(closed: Collection[int]) -> frozenset[int]:
    return scope.current().readable(Domain.WINDOW) - frozenset(closed)


def _only(places: Collection[int]) -> Any:
    """Looking at what these show, and at no more than before."""
    return scope.use(scope.current().within(places))


def _shown() -> tuple[Any, ...]:
    status = ShownCard.detail["status"].as_string()
    return ShownCard.register == Application.__tablename__, status != Lifecycle.RETIRED.value


def _areas(language: str) -> Any:
    there = ProductCategory
    return select(there.id, title(there, *naming(there), language)).order_by(there.sort_key, there.id)


def _cells(session: Any, places: Collection[int]) -> dict[int | None, dict[int, list[Shown]]]:
    """The systems of each field of work and municipality, by name."""
    found: dict[int | None, dict[int, list[Shown]]] = {}
    card = ShownCard
    told = select(Product.category_id, card.municipality_id, card.name, Product.name, card.detail)
    told = told.outerjoin(Product, Product.id == card.product_id).where(*_shown())
    with _only(places):
        for area, place, name, product, detail in session.execute(told.order_by(card.sort_key, card.id)):
            one = Shown(name, product, str(detail.get("status", "")))
            found.setdefault(area, {}).setdefault(place, []).append(one)
    return found


def _services(session: Any, own: int | None) -> dict[int | None, list[tuple[int, str]]]:
    """One's own services, by the fields of work of the systems behind them; none where one reads several together."""
    if own is None or own not in scope.current().readable(Domain.CONTENT):
        return {}
    told = select(Product.category_id, Service.id, Service.name).distinct().add_columns(Service.sort_key)
    told = told.join(Service.applications).outerjoin(Application.product)
    found: dict[int | None, list[tuple[int, str]]] = {}
    with _only([own]):
        alive = told.where(holds(Application, ALIVE[Application])).order_by(Service.sort_key, Service.id)
        for area, row_id, name, _turn in session.execute(alive):
            found.setdefault(area, []).append((row_id, name))
    return found


def _region(
    session: Any, places: Collection[int]
) -> tuple[dict[int | None, int], dict[int | None, list[tuple[str, int]]]]:
    """How many municipalities have anything of each field of work; and of each product there, those most have first."""
    many = func.count(distinct(ShownCard.municipality_id))
    joined = Product.id == ShownCard.product_id
    with _only(places):
        counted = select(Product.category_id, many).select_from(ShownCard).outerjoin(Product, joined).where(*_shown())
        number = dict(list(session.execute(counted.group_by(Product.category_id))))
        each = select(Product.category_id, Product.name, many).select_from(ShownCard).join(Product, joined)
        rows = session.execute(each.where(*_shown()).group_by(Product.category_id, Product.id, Product.name))
        usual: dict[int | None, list[tuple[str, int]]] = defaultdict(list)
        for area, name, times in sorted(rows, key=lambda one: (-one[2], one[1].casefold())):
            usual[area].append((name, times))
    return number, usual
