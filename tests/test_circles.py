"""Nothing stands under itself."""

from __future__ import annotations

import pytest

from models.database import db
from models.registers.architecture import Application
from models.registers.organisation import OrganisationalUnit
from tests.conftest import inside
from tests.test_forms import first, reread, send
from tests.test_registers import As


def test_a_row_that_refers_to_itself_is_explained(as_: As) -> None:
    row = first(Application)

    answer = send(as_("kari"), row, replaced_by=str(row.id))

    assert (answer.status_code, "kan ikke vise til seg selv" in answer.text) == (422, True)


@pytest.mark.parametrize("between", [0, 2])
def test_units_do_not_stand_under_each_other_in_a_ring(between: int, as_: As) -> None:
    with inside("Tinn"):
        top = OrganisationalUnit(name="Øverst")
        lowest = top
        for number in range(between + 1):
            lowest = OrganisationalUnit(name=f"Nede {number}", parent_unit=lowest)
        db.session.add(lowest)
        db.session.commit()
        db.session.refresh(top)
        bottom = lowest.id
        db.session.expunge(top)

    answer = send(as_("kari"), top, parent_unit=str(bottom))

    assert (answer.status_code, "kan ikke vise til seg selv" in answer.text) == (422, True)
    assert reread(top, "parent_unit_id") == [None]
