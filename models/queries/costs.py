"""What systems and agreements cost in a year, and what that is for each inhabitant (user story 30 of the domain
handbook): whole øre, of what is registered and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Integer, case, cast, func, null, select, union_all

from models.declare.base import field_of
from models.declare.conditions import filled, some
from models.queries.finding import how_many
from models.queries.rules import ALIVE, BY_CODE
from models.queries.told import column_of, holds
from models.registers.agreements import Agreement, is_in_force
from models.registers.architecture import COSTS, Application
from models.registers.municipality import Population

has_cost = filled("licence_ore") | filled("operation_ore") | filled("maintenance_ore")
has_value = filled("value_ore") & ~some("applications", has_cost)


@dataclass(frozen=True)
class Cost:
    """What a year costs: of how many systems that is known, and of how many agreements beside them. `inhabitants` and
    `day` are the newest figure known, None where none is. So many agreements have `lapsed`, and are not counted."""

    ore: int
    systems: int
    agreements: int
    inhabitants: int | None
    day: date | None
    lapsed: int = 0

    @property
    def of_each(self) -> int | None:
        """Øre for each inhabitant, rounded half up; None where no cost is registered, or nobody to share it among."""
        if not self.inhabitants or not (self.systems or self.agreements):
            return None
        return (2 * self.ore + self.inhabitants) // (2 * self.inhabitants)


def yearly(session: Any, place: int, today: date) -> Cost:
    """What is registered in a municipality, within its scope; one statement.

    An agreement that covers a system with a cost of its own is not counted beside it: that is the same money. Nor is
    one that has ended, whatever its status says (rule Q9b).
    """
    runs, beside = _running(), _beside()
    known = select(Population).where(Population.parent_id == place, Population.day <= today)
    newest = known.order_by(Population.day.desc()).limit(1)
    found = session.execute(
        select(
            _sum(Application, runs, *COSTS),
            _sum(Agreement, beside, Agreement.value_ore),
            how_many(Application, *runs),
            how_many(Agreement, *beside),
            how_many(Agreement, lapsed()),
            newest.with_only_columns(Population.inhabitants).scalar_subquery(),
            newest.with_only_columns(Population.day).scalar_subquery(),
        )
    ).one()
    of_systems, of_agreements, systems, agreements, over, inhabitants, day = found
    return Cost(int(of_systems) + int(of_agreements), systems, agreements, inhabitants, day, over)


@dataclass(frozen=True)
class Spent:
    """What a municipality pays a supplier for what a unit has; either is None where it is not known. An agreement has
    no unit."""

    place: int
    supplier: int | None
    unit: int | None
    of_systems: int
    of_agreements: int


def spent(session: Any) -> list[Spent]:
    """The same money as `yearly` counts, by whom it goes to and who it is for, within the scope; one statement."""
    supplier = column_of(Application, field_of(Application, "supplier"))
    of_systems = select(
        Application.municipality_id, supplier.label("supplier"), Application.unit_id.label("unit"),
        _added(COSTS).label("systems"), cast(0, BigInteger).label("agreements"),
    ).where(*_running())  # fmt: skip
    of_agreements = select(
        Agreement.municipality_id, Agreement.supplier_id, cast(null(), Integer),
        cast(0, BigInteger), cast(Agreement.value_ore, BigInteger),
    ).where(*_beside())  # fmt: skip
    every = union_all(of_systems, of_agreements).subquery()
    place, whom, unit, systems, agreements = every.c
    summed = [cast(func.sum(one), BigInteger) for one in (systems, agreements)]
    rows = session.execute(select(place, whom, unit, *summed).group_by(place, whom, unit))
    return [Spent(where, to, of, int(system), int(agreement)) for where, to, of, system, agreement in rows]


def inhabitants(session: Any, today: date) -> dict[int, tuple[int, date]]:
    """The newest figure of each municipality, and its day; one statement."""
    known = select(Population.parent_id, Population.inhabitants, Population.day).where(Population.day <= today)
    return {place: (number, day) for place, number, day in session.execute(known.order_by(Population.day))}


def _running() -> tuple[Any, ...]:
    """The systems that are counted."""
    return (holds(Application, ALIVE[Application] & has_cost),)


def _beside() -> tuple[Any, ...]:
    """The agreements that are counted beside them."""
    return (holds(Agreement, is_in_force & has_value),)


def of_a_system() -> Any:
    """What a year of a system costs, as a column; nothing where none is registered."""
    return case((holds(Application, has_cost), _added(COSTS)), else_=cast(null(), BigInteger))


def lapsed() -> Any:
    """That an agreement would be counted, had it not ended: it stands as if it were in force."""
    return holds(Agreement, BY_CODE["Q9b"].condition & has_value)


def _added(parts: Sequence[Any]) -> Any:
    each = sum((func.coalesce(part, 0) for part in parts[1:]), func.coalesce(parts[0], 0))
    return cast(each, BigInteger)


def _sum(register: Any, where: tuple[Any, ...], *parts: Any) -> Any:
    summed = func.coalesce(func.sum(_added(parts)), 0)
    return select(summed).select_from(register).where(*where).scalar_subquery()
