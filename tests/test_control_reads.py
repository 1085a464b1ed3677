"""A figure of risk is told of those municipalities, and beside those, whose risk one reads."""

from __future__ import annotations

from typing import Any

from models.database import db
from models.declare.domains import Domain
from models.queries.control import FEWEST, Figure, figures
from models.tenancy import scope
from tests.conftest import municipality
from tests.test_control import DAY, begin

RISKY = {"assessed", "dpia", "breaches"}


def read(towns: list[str], with_risk: list[str], of: str) -> dict[str, Figure]:
    """The figures of a municipality, for who reads content in some and risk in fewer."""
    places, risky = ({municipality(one) for one in some} for some in (towns, with_risk))
    place = municipality(of)
    db.session.rollback()
    with scope.use(scope.Scope(read={Domain.CONTENT: frozenset(places), Domain.RISK: frozenset(risky)})):
        return {one.measure.key: one for one in figures(db.session, DAY, place)}


def test_behind_a_median_of_risk_stand_those_whose_risk_is_read(app: Any) -> None:
    towns = begin(FEWEST + 1)
    found, fewer = read(towns, towns[:-1], towns[0]), read(towns, towns[:-2], towns[0])

    assert (found["owner"].behind, found["breaches"].behind) == (FEWEST + 1, FEWEST)
    assert (fewer["owner"].behind, fewer["breaches"].behind, fewer["breaches"].median) == (FEWEST + 1, FEWEST - 1, None)


def test_of_a_municipality_whose_risk_is_not_read_there_is_no_figure_of_it(app: Any) -> None:
    towns = begin(FEWEST + 1)

    assert set(read(towns, towns[:-1], towns[0])) >= RISKY
    assert RISKY & set(read(towns, towns[:-1], towns[-1])) == set()
