"""The set that is measured: 35 700 applications and 17 850 activities of 357 municipalities, on PostgreSQL."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, func, insert, make_url, select, text

from tests.support import postgres

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "et langt passord for målinger"
MANAGER, EDITOR = "leder@bench.example", "registrator@bench.example"
SUPPLIERS = 5_000
COMMON = "skole"


@dataclass(frozen=True)
class Size:
    """So many municipalities with so many applications and activities each."""

    municipalities: int
    applications: int = 100
    activities: int = 50

    @property
    def rows(self) -> int:
        return self.municipalities * self.applications


FULL, QUICK = Size(357), Size(20)


@dataclass(frozen=True)
class World:
    """Where the data is, and the rows that everyone is asked for.

    `app_url` is bound by row-level security, as ours is in use; the others go by `plain_url`, which nothing binds.
    """

    instance: str
    app_url: str
    plain_url: str
    rows: int
    municipality: int
    application: int
    activity: int


def make(size: Size, say: Callable[[str], None]) -> World:
    """The set in a database of its own, on the system's PostgreSQL where there is one: it has pg_trgm."""
    kind = postgres.PLAIN if postgres.missing(postgres.TRIGRAM) else postgres.TRIGRAM
    if reason := postgres.missing(kind):
        raise SystemExit(f"The bench needs PostgreSQL: {reason}")
    if kind == postgres.PLAIN:
        say(f"Without pg_trgm: {postgres.missing(postgres.TRIGRAM)}")
    database = postgres.fresh_database("bench", kind)
    plain = make_url(postgres.server(kind) or "").set(database=make_url(database.owner_url).database)
    plain_url = plain.render_as_string(hide_password=False)
    folder = Path(tempfile.mkdtemp(prefix="orden-bench-"))
    say(f"Making {size.rows} applications and {size.municipalities * size.activities} activities ...")
    _fill(folder, database.owner_url, database.app_url, size)
    engine = create_engine(plain_url)
    _suppliers(engine)
    world = _look(engine, folder, database.app_url, plain_url)
    execute(engine, "VACUUM ANALYZE")  # statistics for the planner, as a database has that has lived for a day
    engine.dispose()
    return world


def execute(engine: Engine, statement: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def _fill(folder: Path, owner_url: str, app_url: str, size: Size) -> None:
    from app import create_app
    from models import migrating
    from models.database import db
    from models.seed import facts, load

    os.environ |= {"ORDEN_INSTANCE": str(folder), "DEMO": "0"}
    app = create_app({"DATABASE_URL": app_url, "SECRET_KEY": "bench"})
    with app.app_context():
        migrating.upgrade(owner_url, app.config["SQLALCHEMY_DATABASE_URI"])
        facts.load(db.session)
        load.load(db.session, db.engine, size.municipalities, size.applications, size.activities)
        _people(db.session)
        db.session.remove()
        db.engine.dispose()


def _people(session: Any) -> None:
    """A project manager who sees every municipality, and an editor in one."""
    from models.registers.municipality import all_ids
    from models.tenancy import scope
    from models.tenancy.people import Membership, MunicipalRole, ProjectRole, ProjectRoleName, User

    ids = all_ids(session)
    with scope.use(scope.of(ids)):
        session.rollback()
        manager, editor = User(name="Leder", email=MANAGER), User(name="Registrator", email=EDITOR)
        manager.set_password(PASSWORD)
        editor.set_password(PASSWORD)
        session.add_all([manager, editor, ProjectRole(user=manager, role=ProjectRoleName("project_manager"))])
        session.add(Membership(user=editor, role=MunicipalRole("editor"), municipality_id=_editors(session)))
        session.commit()


def _editors(session: Any) -> int:
    from models.registers.architecture import Application

    return int(session.scalar(select(func.min(Application.municipality_id))))


def _suppliers(engine: Engine) -> None:
    """More suppliers than fit in a select; one of them stands on the application that is edited."""
    from models.declare.clock import now
    from models.declare.folding import fold, sort_key
    from models.registers.catalogue import Supplier

    names = [f"Leverandør {number:04d} {('AS', 'ANS', 'Data', 'Norge')[number % 4]}" for number in range(SUPPLIERS)]
    common = {"version": 1, "created_at": now(), "updated_at": now()}
    rows = [common | {"name": name, "sort_key": sort_key(name), "search_text": fold(name)} for name in names]
    with engine.begin() as connection:
        connection.execute(insert(Supplier.__table__), rows)


def _look(engine: Engine, folder: Path, app_url: str, plain_url: str) -> World:
    """The first municipality, its first activity (which has parts and links) and its first application."""
    from models.registers.architecture import Application
    from models.registers.catalogue import Supplier
    from models.registers.processing import ProcessingActivity

    rows, activities = Application.__table__, ProcessingActivity.__table__
    with engine.begin() as connection:
        total = connection.scalar(select(func.count()).select_from(rows))
        owner = connection.scalar(select(func.min(rows.c.municipality_id)))
        first = [
            connection.scalar(select(func.min(table.c.id)).where(table.c.municipality_id == owner))
            for table in (rows, activities)
        ]
        supplier = connection.scalar(select(func.max(Supplier.__table__.c.id)))
        connection.execute(rows.update().where(rows.c.id == first[0]).values(supplier_id=supplier))
    return World(str(folder), app_url, plain_url, total, owner, *first)
