"""Who has the same, for those who may buy together (domain handbook 8, story 16): which municipalities use a product,
and, of those that share them, versions, costs and how long they are bound; and where those that share activities of one
template answer otherwise.

All of it is told from what is shown to sisters. What one's own municipality has stands beside it, shared or not, when
it is the only one looked at: whoever reads several is told of each what it shares, and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select

from models.changes.terms import terms_of
from models.declare.choices import Lifecycle
from models.declare.domains import Domain
from models.declare.words import N_
from models.queries.costs import Cost, inhabitants
from models.queries.places import names
from models.registers.architecture import Application
from models.registers.catalogue import Product, Supplier
from models.registers.municipality import Municipality
from models.registers.window import ShownCard
from models.tenancy import scope
from reports.base import Ask, Group, Told
from reports.choices import Number
from reports.coordinating.answers import answers
from reports.table import Cell, Column, Kind, Named, Sheet
from reports.tabular import Tabular

LEAST = Number("least", N_("Minst så mange kommuner"), default=(2,), first=1, last=400)
OVER = {str(Lifecycle.RETIRED)}
NONE = N_("Ingen produkter brukes av så mange kommuner.")
OURS = N_("%(name)s (dere)")


@dataclass(frozen=True)
class Use:
    """One municipality's use of a product, and the terms of it that may be told."""

    place: int
    product: int
    name: str
    status: str
    terms: dict[str, Any]

    @property
    def ends(self) -> date | None:
        return date.fromisoformat(self.terms["ends"]) if "ends" in self.terms else None


@dataclass(frozen=True)
class _Looked:
    """What is read once for all the sheets: six statements, however much there is. All cards are read, also for a
    preview: only then is it known how many have each product, which is what they are sorted by."""

    session: Any
    ask: Ask

    @cached_property
    def places(self) -> dict[int, str]:
        """The municipalities there are, one's own marked."""
        over = set(self.session.scalars(select(Municipality.id).where(Municipality.until <= self.ask.today)))
        there = {place: name for place, name in names(self.session).items() if place not in over}
        ours = own()
        return there | ({ours: self.ask.t(OURS, name=there[ours])} if ours in there else {})

    @cached_property
    def of_product(self) -> dict[int, list[Use]]:
        """The uses of each product that enough municipalities have, in the order of the municipalities."""
        found: dict[int, list[Use]] = defaultdict(list)
        for use in self._uses():
            found[use.product].append(use)
        (least,) = self.ask.chosen.get(LEAST.name, LEAST.default)
        order = {place: number for number, place in enumerate(self.places)}
        return {
            product: sorted(uses, key=lambda use: (order[use.place], use.name))
            for product, uses in found.items()
            if len({use.place for use in uses}) >= least
        }

    def _uses(self) -> Iterator[Use]:
        card = ShownCard
        shown = select(card.municipality_id, card.product_id, card.row_id, card.name, card.detail)
        shown = shown.where(card.register == Application.__tablename__, card.product_id.is_not(None))
        ours = own()
        known = terms_of(self.session) if ours else {}
        for place, product, row_id, name, detail in self.session.execute(shown.order_by(card.sort_key, card.id)):
            if place in self.places and detail.get("status") not in OVER:
                terms = known.get(row_id, {}) if place == ours else detail
                yield Use(place, product, name, detail["status"], terms)

    @cached_property
    def products(self) -> dict[int, tuple[str, str | None]]:
        """What products are called, and who delivers them."""
        told = select(Product.id, Product.name, Supplier.name).outerjoin(Product.supplier)
        return {row_id: (name, supplier) for row_id, name, supplier in self.session.execute(told)}

    @cached_property
    def order(self) -> list[int]:
        """What most have first."""
        many = {product: len({use.place for use in uses}) for product, uses in self.of_product.items()}
        return sorted(many, key=lambda one: (-many[one], self.products[one][0].casefold(), one))


def own() -> int | None:
    """The municipality that the report is made in, whose own registers are read; None when several are."""
    now = scope.current()
    return now.active if now.active and now.readable(Domain.CONTENT) == {now.active} else None


@dataclass(frozen=True)
class Procurement(Tabular):
    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        looked = _Looked(session, ask)
        return [_products(looked), _everywhere(looked), answers(session, ask, looked.places, own())]


def _products(looked: _Looked) -> Told:
    t = looked.ask.t
    columns = [
        Column(t("Produkt")), Column(t("Leverandør")), Column(t("Antall kommuner"), Kind.INTEGER),
        Column(t("Kommuner"), Kind.LONG_TEXT), Column(t("Versjoner"), Kind.LONG_TEXT),
        Column(t("Oppgir kostnad"), Kind.INTEGER), Column(t("Sum per år hos dem (kr)"), Kind.MONEY, summed=True),
        Column(t("Første avtale går ut"), Kind.DATE), Column(t("Siste avtale går ut"), Kind.DATE),
    ]  # fmt: skip
    rows = [list(_product(looked, one)) for one in looked.order]
    return Told(Sheet(t("Produkter"), columns, rows, empty=t(NONE), bars=2), lambda _most: len(rows))


def _product(looked: _Looked, product: int) -> Iterator[Cell]:
    uses = looked.of_product[product]
    name, supplier = looked.products[product]
    yield Named(name, Product.__tablename__, product)
    yield supplier
    places = dict.fromkeys(looked.places[use.place] for use in uses)
    yield len(places)
    yield ", ".join(places)
    yield "\n".join(sorted({use.terms["version"] for use in uses if "version" in use.terms})) or None
    costs = [(use.place, use.terms["cost_ore"]) for use in uses if "cost_ore" in use.terms]
    yield len({place for place, _ore in costs}) or None
    yield sum(ore for _place, ore in costs) if costs else None
    ahead = [use.ends for use in uses if use.ends and use.ends >= looked.ask.today]
    yield min(ahead, default=None)
    yield max(ahead, default=None)


def _everywhere(looked: _Looked) -> Told:
    t, people = looked.ask.t, inhabitants(looked.session, looked.ask.today)
    columns = [
        Column(t("Produkt")), Column(t("Kommune")), Column(t("Navn i kommunen")), Column(t("Status")),
        Column(t("Versjon")), Column(t("Kostnad per år (kr)"), Kind.MONEY), Column(t("Folketall"), Kind.INTEGER),
        Column(t("Per innbygger (kr)"), Kind.MONEY), Column(t("Avtalen går ut"), Kind.DATE),
    ]  # fmt: skip
    uses = [use for product in looked.order for use in looked.of_product[product]]
    rows = [list(_use(looked, use, people)) for use in uses[: looked.ask.most]]
    return Told(Sheet(t("Hos hver kommune"), columns, rows, empty=t(NONE)), lambda _most: len(uses))


def _use(looked: _Looked, use: Use, people: dict[int, tuple[int, date]]) -> Iterator[Cell]:
    ore = use.terms.get("cost_ore")
    number, day = people.get(use.place, (None, None))
    yield looked.products[use.product][0]
    yield looked.places[use.place]
    yield use.name
    yield Lifecycle.stored(use.status).told(looked.ask.t)
    yield use.terms.get("version")
    yield ore
    yield number if ore is not None else None
    yield Cost(ore, 1, 0, number, day).of_each if ore is not None else None
    yield use.ends


PROCUREMENT = Procurement(
    "felles-anskaffelse",
    N_("Felles anskaffelse"),
    N_("Hvilke kommuner som bruker samme produkt, hva de som deler det betaler og hvor lenge de er bundet."),
    group=Group.MONEY,
    choices=(LEAST,),
    notes=(
        N_("At en kommune bruker et produkt, er synlig for de andre. Resten står der kommunen har valgt å dele det."),
        N_("Kostnaden er lisens, drift og vedlikehold på applikasjonen, uten merverdiavgift."),
        N_("En applikasjon med flere avtaler er bundet til den siste av dem går ut."),
        N_("Svarene er fra delte behandlinger, og fra deres egne av samme mal."),
    ),
)
