"""What systems and agreements cost in a year: by supplier, by unit, and for each inhabitant. Whole øre; no money is
counted twice (`models/queries/costs.py`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from models.declare.domains import Domain
from models.declare.words import N_
from models.queries.costs import Cost, Spent, inhabitants, lapsed, spent
from models.queries.places import names
from models.registers.agreements import Agreement
from models.registers.catalogue import Supplier
from models.registers.organisation import OrganisationalUnit
from models.tenancy import scope
from reports.base import Ask, Group, Told
from reports.coordinating.listing import Listing
from reports.table import Cell, Column, Kind, Sheet
from reports.tabular import Tabular

NO_SUPPLIER, NO_UNIT = N_("Uten leverandør"), N_("Uten enhet, og avtaler")
NONE = N_("Ingen kostnader er registrert. Skriv dem på applikasjonene og avtalene.")
Sums = dict[tuple[Any, ...], list[int]]


LAPSED = Listing(
    N_("Utløpt, men står som aktiv"),
    Agreement,
    ("supplier", "owner", "ends", "value_ore"),
    lambda _ask: [lapsed()],
    first=lambda: (Agreement.ends,),
    empty=N_("Ingen avtaler med beløp er utløpt uten at det er registrert."),
)


@dataclass(frozen=True)
class Costs(Tabular):
    """Three looks at the same money, which have the same sum; and what is no longer paid as far as its end says."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        t, money = ask.t, spent(session)
        several = len(scope.current().readable(Domain.CONTENT)) > 1
        places = names(session)
        suppliers = _named(session, Supplier)
        units = _named(session, OrganisationalUnit)
        by_supplier = _summed(money, lambda one: (suppliers.get(one.supplier) or t(NO_SUPPLIER),))
        by_unit = _summed(
            money, lambda one: (units.get(one.unit) or t(NO_UNIT), *([places[one.place]] if several else []))
        )
        label = [Column(t("Kommune"))] * several
        return [
            _told(t(N_("Per leverandør")), [Column(t("Leverandør"))], by_supplier, ask),
            _told(t(N_("Per enhet")), [Column(t("Enhet")), *label], by_unit, ask),
            self._per_inhabitant(session, money, places, ask),
            *LAPSED.told(session, ask),
        ]

    def _per_inhabitant(self, session: Any, money: list[Spent], places: dict[int, str], ask: Ask) -> Told:
        t, people = ask.t, inhabitants(session, ask.today)
        sums = _summed(money, lambda one: (one.place,))
        rows: list[list[Cell]] = []
        for place in sorted((place for (place,) in sums), key=list(places).index):
            ore = sum(sums[place,])
            number, day = people.get(place, (None, None))
            rows.append([places[place], ore, number, day, Cost(ore, 1, 0, number, day).of_each])
        columns = [
            Column(t("Kommune")), Column(t("Sum per år (kr)"), Kind.MONEY, summed=True),
            Column(t("Folketall"), Kind.INTEGER), Column(t("Dato for folketall"), Kind.DATE),
            Column(t("Per innbygger (kr)"), Kind.MONEY),
        ]  # fmt: skip
        bars = 4 if len(rows) > 1 else None
        return Told(Sheet(t("Per innbygger"), columns, rows, empty=t(NONE), bars=bars), lambda _most: len(rows))


def _named(session: Any, register: Any) -> dict[int | None, str]:
    return dict(session.execute(select(register.id, register.name)).all())


def _summed(money: list[Spent], by: Callable[[Spent], tuple[Any, ...]]) -> Sums:
    """Of systems and of agreements, by what each is of."""
    sums: Sums = defaultdict(lambda: [0, 0])
    for one in money:
        both = sums[by(one)]
        both[0] += one.of_systems
        both[1] += one.of_agreements
    return sums


def _told(title: str, ahead: list[Column], sums: Sums, ask: Ask) -> Told:
    labels = (ask.t("Systemer (kr)"), ask.t("Avtaler ellers (kr)"), ask.t("Sum per år (kr)"))
    columns = [*ahead, *[Column(one, Kind.MONEY, summed=True) for one in labels]]
    rows = list(_dearest_first(sums))
    return Told(Sheet(title, columns, rows, empty=ask.t(NONE), bars=len(columns) - 1), lambda _most: len(rows))


def _dearest_first(sums: Sums) -> Iterator[list[Cell]]:
    for names_of, both in sorted(sums.items(), key=lambda pair: (-sum(pair[1]), pair[0])):
        yield [*names_of, *both, sum(both)]


COSTS = Costs(
    "kostnader",
    N_("Kostnader"),
    N_("Hva systemer og avtaler koster i året: per leverandør, per enhet og per innbygger."),
    group=Group.MONEY,
    notes=(
        N_("Beløpene er uten merverdiavgift, og bare det som er registrert."),
        N_("Avtaler som er utløpt, regnes ikke med. De som står som aktive, er listet for seg."),
        N_("En avtale som gjelder et system med egen kostnad, regnes ikke med én gang til."),
    ),
)
