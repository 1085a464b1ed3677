"""Who came in before there were accessions is shut out by none, whether their municipality has joined or not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from models.queries.acting import grants_of, waiting
from models.registers.accessions import Accession
from models.tenancy.identity import IDENTITY
from tests.support.upgrading import upgraded_since
from tests.test_migrating_agreements import put

JOINED = {1: date(2018, 1, 1), 2: date(2999, 1, 1), 3: None}


def furnish(connection: Connection) -> None:
    put(connection, "user_account", id=7, name="Kari", email="kari@a.example", active=True)
    for number, joined in JOINED.items():
        put(connection, "municipality", id=number, name=f"Kommune {number}", joined=joined)
        put(connection, "membership", id=number, municipality_id=number, user_id=7, role="editor")


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_everybody_who_came_in_comes_in_after_the_upgrade(engine: str, tmp_path: Path) -> None:
    with upgraded_since("0046", furnish, engine, tmp_path) as connection:
        rows = connection.execute(IDENTITY, {"user_id": 7}, execution_options={"tenant_exempt": True}).all()

        assert ({one.municipality_id for one in grants_of(rows)}, waiting(rows)) == (set(JOINED), ())
        assert connection.scalar(select(func.count(Accession.id))) == 0
