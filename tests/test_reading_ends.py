"""How a request that has only read ends: the database keeps what it has planned, and nothing is saved by the way."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select, text

from models.database import db
from models.registers.architecture import Application
from models.registers.catalogue import Product
from models.tenancy.installation import INSTALLATION
from tests.conftest import inside, sign_in
from tests.test_registers import address
from views import access

PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM application%'"


def test_a_list_asked_for_again_and_again_is_planned_once(on_postgres: Any) -> None:
    with on_postgres.app_context():
        kari = sign_in(on_postgres, "kari")
        for _ in range(10):
            kari.get(address(Application))

        with db.engine.connect() as connection:
            prepared = connection.execute(text(PREPARED).execution_options(tenant_exempt=True)).scalar_one()

    assert prepared == 1


def change_a_row() -> None:
    db.session.scalars(select(Product)).first().name = "Endret"  # type: ignore[union-attr]  # there are some


def write_a_row() -> None:
    change_a_row()
    db.session.flush()


def add_a_row() -> None:
    db.session.add(Product(name="Endret"))


def write_past_the_rows() -> None:
    db.session.execute(insert(INSTALLATION).values(id=1, demo=True, finished=True))


@pytest.mark.parametrize("work", [change_a_row, write_a_row, add_a_row, write_past_the_rows])
def test_what_was_changed_and_not_saved_is_not_saved_by_the_end_of_the_request(work: Any, engine_app: Any) -> None:
    with inside("Tinn"):
        work()
        access._leave(None)
        db.session.remove()

    with inside("Tinn"):
        assert "Endret" not in db.session.scalars(select(Product.name)).all()
        assert db.session.scalars(select(INSTALLATION.c.finished)).all() == []


def test_what_was_read_when_something_failed_is_not_ended_as_if_all_were_well(app: Any) -> None:
    with inside("Tinn"):
        db.session.scalars(select(Product)).all()
        access._leave(ValueError())

        assert db.session().in_transaction()
