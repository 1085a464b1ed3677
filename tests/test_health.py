"""Alive is the process; ready is the process with its database and its disk."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from models.database import db
from views import health


def answer(app: Any, path: str) -> tuple[int, str]:
    response = app.test_client().get(path)
    return response.status_code, response.text


def test_a_served_database_at_the_newest_schema_is_ready(engine_app: Any) -> None:
    assert answer(engine_app, "/health") == (200, "ok\n")
    assert answer(engine_app, "/health/ready") == (200, "ready\n")


def test_a_database_behind_the_code_is_not_ready_and_the_process_lives(app: Any) -> None:
    with create_engine(db.engine.url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '0001'")

    assert answer(app, "/health/ready") == (503, "not ready: database\n")
    assert answer(app, "/health") == (200, "ok\n")


def test_a_full_disk_is_not_ready(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage(10**9, 10**9, health.LEAST_FREE - 1))

    assert answer(app, "/health/ready") == (503, "not ready: disk\n")


def test_a_database_that_is_gone_is_not_ready(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = create_engine("sqlite:////nowhere/at/all.db")
    monkeypatch.setattr(type(db), "engine", property(lambda _self: gone))

    assert answer(app, "/health/ready") == (503, "not ready: database\n")
