"""Fixtures: one app a worker, a fresh copy of the small world for every test, on SQLite or PostgreSQL."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy import event, select
from sqlalchemy.engine import make_url

from app import create_app
from models import migrating
from models.database import db
from models.declare import memories, passwords
from models.registers.billing import Price
from models.registers.municipality import Municipality, all_ids
from models.registers.parties import Party
from models.tenancy import scope
from models.tenancy.people import User
from tests import world
from tests.support import postgres
from tests.support.client import LintingClient
from tests.support.no_skips import fail_when_skipped
from views import catalogues, remembered
from views.settings import DEFAULTS

SETTINGS = {
    "TESTING": True,
    "SESSION_COOKIE_SECURE": False,
    "SECRET_KEY": "only for tests",
    "PROPAGATE_EXCEPTIONS": False,
}


# What the machine or make sets (DEMO, PORT, DATABASE_URL …) must not decide what a test sees.
for name in DEFAULTS:
    os.environ.pop(name, None)

# No test is asserted by the clock: the machines are shared and slow at times.
settings.register_profile("orden", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("orden")


def pytest_sessionfinish(session: pytest.Session) -> None:
    fail_when_skipped(session)
    if not hasattr(session.config, "workerinput"):
        postgres.drop_all()


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The app on SQLite, and the template file every test gets a copy of."""
    catalogues.compile_all()
    folder = tmp_path_factory.mktemp("instance")
    app = _app(folder, f"sqlite:///{folder / 'orden.db'}")
    with app.app_context():
        migrating.upgrade(app.config["SQLALCHEMY_DATABASE_URI"], app.config["SQLALCHEMY_DATABASE_URI"])
        world.build(db.session)
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    shutil.copy(folder / "orden.db", folder / "template.db")
    _keep_the_collector_off()
    return app


@pytest.fixture(scope="session")
def postgres_app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The app on PostgreSQL, served by a role that cannot bypass row-level security."""
    if reason := postgres.missing():
        pytest.skip(reason)
    catalogues.compile_all()
    folder = tmp_path_factory.mktemp("instance-pg")

    def build(owner_url: str) -> None:
        app_url = make_url(owner_url).set(username=postgres.APP).render_as_string(hide_password=False)
        migrating.upgrade(owner_url, app_url)
        filling = _app(folder, app_url)
        with filling.app_context():
            world.build(db.session)
            db.session.remove()
            db.engine.dispose()

    template = postgres.template_database("world", build)
    database = postgres.clone_database(template, f"work{postgres.WORKER}")
    app = _app(folder, database.app_url)
    app.config["TEMPLATE"] = template
    _keep_the_collector_off()
    return app


def _keep_the_collector_off() -> None:
    """As in a served process: what is made once is not looked through again and again for rubbish."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # thousands of people sign in
remembered.LONGEST_SECONDS = 10**9  # what a test counts is no other because a minute turns meanwhile


def _app(folder: Path, url: str) -> Any:
    os.environ["ORDEN_INSTANCE"] = str(folder)
    return create_app({**SETTINGS, "DATABASE_URL": url})


def _reset_folder(app: Any) -> None:
    """What is kept beside the database is begun anew with it: attachments, imports, how far work has come."""
    for kept in Path(app.instance_path).iterdir():
        if kept.is_dir():
            shutil.rmtree(kept)


def _reset_sqlite(app: Any) -> None:
    _reset_folder(app)
    file = Path(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or "")
    with app.app_context():
        db.engine.dispose()
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    shutil.copy(file.with_name("template.db"), file)


def _reset_postgres(app: Any) -> None:
    _reset_folder(app)
    with app.app_context():
        db.engine.dispose()
    postgres.clone_database(app.config["TEMPLATE"], f"work{postgres.WORKER}")


@contextmanager
def _as_it_was_set(app: Any) -> Iterator[None]:
    """No test sees what another has set: the app serves them all."""
    kept = dict(app.config)
    yield
    app.config.clear()
    app.config.update(kept)


@pytest.fixture
def app(sqlite_app: Any) -> Iterator[Any]:
    """The app on a fresh small world. Tests marked for both engines get `engine_app` instead."""
    _reset_sqlite(sqlite_app)
    memories.forget_what_was_met()
    with _as_it_was_set(sqlite_app), sqlite_app.app_context():
        yield sqlite_app
        db.session.remove()
        scope.enter(None)


@pytest.fixture(params=["sqlite", "postgres"])
def engine_app(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The app on each engine in turn."""
    app = request.getfixturevalue(f"{request.param}_app")
    (_reset_sqlite if request.param == "sqlite" else _reset_postgres)(app)
    memories.forget_what_was_met()
    with _as_it_was_set(app), app.app_context():
        yield app
        db.session.remove()
        scope.enter(None)
        db.engine.dispose()


@pytest.fixture
def on_postgres(postgres_app: Any) -> Any:
    """The app on PostgreSQL on a fresh small world."""
    _reset_postgres(postgres_app)
    memories.forget_what_was_met()
    return postgres_app


@pytest.fixture
def unhindered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up rows may stand beside each other, whatever their dates: what price lists and parties refuse of their
    neighbours is tested in `test_billing_rules.py`."""
    for register in (Price, Party):
        monkeypatch.delattr(register, "check")


@pytest.fixture
def long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait after many wrong passwords is an hour, so that it is not over before a busy machine has looked."""
    monkeypatch.setattr(passwords, "wait_after", lambda failures: timedelta(hours=1) if failures > 4 else timedelta())


def sign_in(app: Any, name: str) -> LintingClient:
    """A browser of one of the people, signed in."""
    app.test_client_class = LintingClient
    client: LintingClient = app.test_client()
    answer = client.post("/sign-in/", data={"email": f"{name}@test.example", "password": world.PASSWORD})
    assert answer.status_code == 303, f"{name} could not sign in: {answer.status_code}"
    return client


@pytest.fixture
def as_(app: Any) -> Callable[[str], LintingClient]:
    """`as_("kari")` is Kari's browser."""
    return lambda name: sign_in(app, name)


@pytest.fixture
def as_on(engine_app: Any) -> Callable[[str], LintingClient]:
    """The same on each engine."""
    return lambda name: sign_in(engine_app, name)


def municipality(name: str) -> int:
    """The id of a municipality."""
    return int(db.session.scalars(select(Municipality.id).where(Municipality.name == name)).one())


def inside(*names: str, active: bool = True) -> Any:
    """A scope over municipalities, for reading or changing the truth in a test; use with `scope.use`."""
    db.session.rollback()
    ids = [municipality(name) for name in names] if names else all_ids(db.session)
    db.session.rollback()
    return scope.use(scope.of(ids, active=ids[0] if active and len(ids) == 1 else None))


def user(name: str) -> User:
    with scope.use(scope.Scope(everyone=True)):
        return db.session.scalars(select(User).where(User.email == f"{name}@test.example")).one()


@pytest.fixture
def statements(app: Any) -> Iterator[list[str]]:
    """Every SQL statement executed, in order."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
