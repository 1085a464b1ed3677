"""The set that is measured: 200 000 applications, made once for each schema and kept in the temp folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, func, insert, make_url, select, text

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "et langt passord for målinger"
MANAGER, EDITOR = "leder@bench.example", "registrator@bench.example"
SUPPLIERS, EXPORTED = 5_000, 50_000
COMMON, RARE = "skole", "sjeldenfugl"
MADE_OF = ("migrations/versions/*.py", "models/seed/load.py", "models/changes/derived.py", "tests/bench/data.py")


@dataclass(frozen=True)
class Size:
    """How much there is: so many municipalities with so many applications each, and the page called deep."""

    municipalities: int
    applications: int
    deep_page: int

    @property
    def rows(self) -> int:
        return self.municipalities * self.applications


FULL, QUICK = Size(357, 560, 3_000), Size(30, 560, 250)


@dataclass(frozen=True)
class World:
    """Where the data is, and what must be known of it to ask for the same rows everywhere."""

    instance: str
    app_url: str
    plain_url: str
    rows: int
    cursor: tuple[int, str, int]
    edited: int
    deep_page: int
    exported: tuple[int, ...]
    common: str = COMMON
    rare: str = RARE


def sqlite(size: Size, say: Callable[[str], None]) -> World:
    """The set on SQLite; made when it is not there."""
    folder = _folder(size)
    if not (folder / "world.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        url = f"sqlite:///{folder / 'orden.db'}"
        say(f"Making {size.rows} applications in {folder} (about a minute for 200 000, once) ...")
        _make(folder, url, url, url, size, say)
    return _read(folder)


def postgres(size: Size, say: Callable[[str], None]) -> World | None:
    """The set on a PostgreSQL of its own, made anew every time; None, and why, where there is no server."""
    from tests.support import postgres as support

    if reason := support.missing():
        say(f"PostgreSQL is left out: {reason}")
        return None
    database = support.fresh_database("bench")
    plain = make_url(support.server() or "").set(database=make_url(database.owner_url).database)
    folder = Path(tempfile.mkdtemp(prefix="orden-bench-pg-"))
    say(f"Making {size.rows} applications on PostgreSQL ...")
    _make(folder, database.owner_url, database.app_url, plain.render_as_string(hide_password=False), size, say)
    return _read(folder)


def _folder(size: Size) -> Path:
    digest = hashlib.sha256(repr(size).encode())
    for pattern in MADE_OF:
        for file in sorted(ROOT.glob(pattern)):
            digest.update(file.read_bytes())
    return Path(tempfile.gettempdir()) / f"orden-bench-{os.getuid()}-{digest.hexdigest()[:12]}"


def _read(folder: Path) -> World:
    known = json.loads((folder / "world.json").read_text(encoding="utf-8"))
    return World(**known | {"cursor": tuple(known["cursor"]), "exported": tuple(known["exported"])})


def _make(folder: Path, owner_url: str, app_url: str, plain_url: str, size: Size, say: Callable[[str], None]) -> None:
    from app import create_app
    from models import migrating
    from models.database import db
    from models.seed import facts, load

    os.environ |= {"ORDEN_INSTANCE": str(folder), "DEMO": "0"}
    app = create_app({"DATABASE_URL": app_url, "SECRET_KEY": "bench"})
    with app.app_context():
        migrating.upgrade(owner_url, app.config["SQLALCHEMY_DATABASE_URI"])
        facts.load(db.session)
        load.load(db.session, db.engine, size.municipalities, size.applications, progress=lambda line: say(f"  {line}"))
        _people(db.session)
        db.session.remove()
        db.engine.dispose()
    engine = create_engine(plain_url)
    _suppliers(engine)
    world = _look(engine, folder, app_url, plain_url, size)
    _settle(engine)
    (folder / "world.json").write_text(json.dumps(asdict(world)), encoding="utf-8")


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
    from models.declare.base import now
    from models.declare.folding import fold, sort_key
    from models.registers.catalogue import Supplier

    names = [f"Leverandør {number:04d} {('AS', 'ANS', 'Data', 'Norge')[number % 4]}" for number in range(SUPPLIERS)]
    common = {"version": 1, "created_at": now(), "updated_at": now()}
    rows = [common | {"name": name, "sort_key": sort_key(name), "search_text": fold(name)} for name in names]
    with engine.begin() as connection:
        connection.execute(insert(Supplier.__table__), rows)


def _look(engine: Engine, folder: Path, app_url: str, plain_url: str, size: Size) -> World:
    from models.registers.architecture import Application
    from models.registers.catalogue import Supplier

    rows = Application.__table__
    ordered = select(rows.c.municipality_id, rows.c.sort_key, rows.c.id)
    ordered = ordered.order_by(rows.c.municipality_id, rows.c.sort_key, rows.c.id)
    with engine.begin() as connection:
        total = connection.scalar(select(func.count()).select_from(rows))
        before = (size.deep_page - 1) * 50
        cursor = connection.execute(ordered.offset(before - 1).limit(1)).one()
        owner = connection.scalar(select(func.min(rows.c.municipality_id)))
        edited = connection.scalar(select(func.min(rows.c.id)).where(rows.c.municipality_id == owner))
        supplier = connection.scalar(select(func.max(Supplier.__table__.c.id)))
        connection.execute(rows.update().where(rows.c.id == edited).values(supplier_id=supplier))
        owners = connection.scalars(select(rows.c.municipality_id).distinct().order_by(rows.c.municipality_id)).all()
    some = tuple(owners[: max(1, round(min(EXPORTED, total) / size.applications))])
    return World(str(folder), app_url, plain_url, total, tuple(cursor), edited, size.deep_page, some)


def _settle(engine: Engine) -> None:
    """Statistics for the planner, as a database has that has lived for a day."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("ANALYZE"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        else:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
