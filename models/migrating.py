"""Bringing a database to the newest schema, and PostgreSQL's third wall with it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, make_url

from models.tenancy import rowsecurity

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def config(url: str) -> Config:
    """Alembic's settings for a database address; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["url"] = url
    return made


def upgrade(owner_url: str, app_url: str) -> None:
    """Migrate as the owner; on PostgreSQL then give the serving role its rights and nothing more. A new SQLite file
    is for its owner alone."""
    url = make_url(owner_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).touch(mode=0o600)
    command.upgrade(config(owner_url), "head")
    if url.get_backend_name() != "postgresql":
        return
    role = make_url(app_url).username or ""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        for statement in rowsecurity.policies(role):
            connection.exec_driver_sql(statement)
    engine.dispose()


def write(message: str) -> None:
    """Write the next numbered migration: what the models have that the last one has not."""
    with TemporaryDirectory() as folder:
        made = config(f"sqlite:///{folder}/compare.db")
        command.upgrade(made, "head")
        number = len(list((MIGRATIONS / "versions").glob("*.py"))) + 1
        command.revision(made, message, autogenerate=True, rev_id=f"{number:04d}")


def assert_safe(engine: Engine) -> None:
    """Refuse to serve PostgreSQL through a role that bypasses row-level security."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            rowsecurity.assert_in_force(connection.execution_options(tenant_exempt=True))
