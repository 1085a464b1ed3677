"""How many rows some registers have together: no more than somebody reads, and no further than is asked."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

import models
from models.database import db
from models.declare.fields import is_owned
from models.queries.overview import count_together
from models.registers.architecture import Application
from models.tenancy import scope
from models.tenancy.session import TenantError
from tests.conftest import inside

OWNED = tuple(one for one in models.REGISTERS if is_owned(one))


def alone(*registers: Any) -> int:
    return sum(db.session.scalar(select(func.count()).select_from(one)) or 0 for one in registers)


@pytest.mark.parametrize("registers", [OWNED, (Application,), ()], ids=["all", "one", "none"])
@pytest.mark.parametrize("towns", [("Tinn",), ("Seljord",), ()], ids=["one", "another", "everywhere"])
def test_it_is_what_counting_each_within_the_scope_comes_to(
    engine_app: Any, towns: tuple[str, ...], registers: tuple[Any, ...]
) -> None:
    with inside(*towns):
        whole = alone(*registers)
        told = [count_together(db.session, registers, most) for most in (None, 0, 1, whole, whole + 1)]
    with inside():
        everywhere = alone(*registers)

    assert told == [whole, min(whole, 1), min(whole, 2), whole, whole]
    assert (whole < everywhere) is bool(towns and registers)


def test_nothing_is_counted_without_a_scope(app: Any) -> None:
    db.session.rollback()
    scope.enter(None)

    with pytest.raises(TenantError):
        count_together(db.session, (Application,))
