"""What follows from other rows: the far side of a link, and sort keys made of others' names."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.folding import sort_key
from models.registers.architecture import Application
from models.tenancy.people import Membership, User
from tests.conftest import inside, municipality
from tests.test_forms import send
from tests.test_registers import As


def test_a_link_is_changed_from_the_side_that_keeps_its_history_alone(as_: As) -> None:
    with inside("Tinn"):
        application = db.session.scalars(select(Application)).one()
        assert [one.name for one in application.processing_activities] == ["Åpen elevadministrasjon"]
        with pytest.raises(TypeError, match=r"Change ProcessingActivity\.applications instead"):
            application.processing_activities = []
        with pytest.raises(TypeError, match="instead"):
            application.datasets.append(None)


def test_who_is_renamed_is_sorted_by_the_new_name_in_every_municipality(as_on: As, engine_app: Any) -> None:
    sol = as_on("sol")
    sol.post("/municipality/", data={"municipality": municipality("Tinn")})
    with inside():
        siri = db.session.scalars(select(User).where(User.email == "siri@test.example")).one()
        db.session.expunge_all()
    assert send(sol, siri, name="Aase Ny").status_code == 303

    with inside():
        held = db.session.scalars(select(Membership).where(Membership.user_id == siri.id)).all()
        others = db.session.scalars(select(Membership).where(Membership.user_id != siri.id)).all()
        assert [one.sort_key.startswith("aase ny") for one in held] == [True, True], [one.sort_key for one in held]
        assert [one.sort_key for one in others] == [sort_key(str(one)) for one in others]
