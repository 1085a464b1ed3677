"""The commands: set up, serve, migrate, seed, report, texts. `flask --app app --help` lists them."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from models import migrating
from models.database import db
from models.declare import checks
from models.declare.words import Problem
from models.registers.municipality import all_ids
from models.tenancy import installation, scope
from models.tenancy.people import ProjectRole, ProjectRoleName, User
from models.tenancy.roles import PROJECT_ROLES
from views import catalogues, settings
from views.ehf import ehf_group
from views.exchanging import export
from views.formatters import grouped
from views.keeping import backup, restore, verify
from views.mailing import mail_group
from views.municipalities import municipality_group
from views.packing import package_group
from views.pages.populations import population_group
from views.reporting import report
from views.witness import COMMAND_LINE, log_group
from views.working import import_, start_beside, worker

seed_group = AppGroup("seed", help="Facts, the demo municipalities, and large sets for measuring.")
texts_group = AppGroup("texts", help="The catalogues of nynorsk and English.")


def install(app: Flask) -> None:
    keeping = (backup, restore, verify)
    groups = (
        seed_group,
        texts_group,
        log_group,
        mail_group,
        package_group,
        ehf_group,
        population_group,
        municipality_group,
    )
    for command in (setup, serve, migrate, migration, report, export, import_, worker, invite, *keeping, *groups):
        app.cli.add_command(command)


@click.command("setup")
def setup() -> None:
    """Compile texts, migrate, and load the first data. Keeps what is there, and finishes what was broken off."""
    catalogues.compile_all()
    with migrating.alone(_owner()):
        click.echo("Migrating the database …")
        _migrate()
        _seed()
        _make_example()


@click.command("migrate")
def migrate() -> None:
    """Bring the database to the newest schema; on PostgreSQL also renew row-level security and grants."""
    with migrating.alone(_owner()):
        _migrate()
    click.echo("The database is up to date.")


@click.command("migration")
@click.argument("message")
def migration(message: str) -> None:
    """Write a migration for what has changed in the models."""
    migrating.write(message)


def _owner() -> str:
    """The address of the database as the role that owns it."""
    config = current_app.config
    return settings.with_driver(config["DATABASE_OWNER_URL"] or config["SQLALCHEMY_DATABASE_URI"])


def _migrate() -> None:
    migrating.upgrade(_owner(), current_app.config["SQLALCHEMY_DATABASE_URI"])


@click.command("serve")
def serve() -> None:
    """Serve with gunicorn and print where, and in demo mode whom to sign in as."""
    config = current_app.config
    try:
        migrating.assert_safe(db.engine)
    except RuntimeError as unsafe:
        raise click.ClickException(str(unsafe)) from unsafe
    _refuse_wrong_kind()
    if not config["DEMO"] and not config["TRUSTED_HOSTS"]:
        raise click.ClickException(
            "Say which host names are answered, as TRUSTED_HOSTS=orden.kommune.no: "
            "what a request calls itself is not to be trusted."
        )
    address = f"{config['HOST']}:{config['PORT']}"
    click.echo(f"\nOrden is at http://{address}/  (stop with Ctrl+C)")
    if config["DEMO"]:
        _print_people(config["DEMO_PASSWORD"])
    sys.stdout.flush()
    arguments = [
        "gunicorn", "app:served()", "--bind", address,
        "--workers", str(config["WORKERS"]), "--worker-class", "gthread", "--threads", "4",
        "--max-requests", "2000", "--max-requests-jitter", "200",
        "--log-level", "warning", "--forwarded-allow-ips", "127.0.0.1",
    ]  # fmt: skip
    if config["WORKER"]:
        start_beside()
    os.execv(Path(sys.executable).with_name("gunicorn"), arguments)  # noqa: S606 - our own arguments, no shell


@click.command("invite")
@click.argument("email")
@click.argument("name")
@click.option("--role", type=click.Choice(PROJECT_ROLES), default="project_manager", show_default=True)
def invite(email: str, name: str, role: str) -> None:
    """Create a person with a role in the project and print a first password: how a new installation begins."""
    password = secrets.token_urlsafe(12)
    try:
        address = checks.email(email)
    except Problem as problem:
        raise click.BadParameter(f"«{email}» is no e-mail address.") from problem
    if not address or not name.strip():
        raise click.BadParameter("A person has an e-mail address and a name.")
    with scope.use(scope.of(all_ids(db.session), user_name=COMMAND_LINE)):
        if db.session.scalar(select(User.id).where(User.email == address)):
            raise click.ClickException(f"{address} is known already. Support gives new roles and passwords.")
        user = User(name=name, email=address)
        user.set_password(password)
        db.session.add_all([user, ProjectRole(user=user, role=ProjectRoleName(role))])
        db.session.commit()
    click.echo(f"{address} may sign in as {role} with the password {password}")


def _print_people(password: str) -> None:
    from models.seed.demo import DEMO_PEOPLE  # noqa: PLC0415 - only in demo mode

    click.echo(f"Demo sign-ins, all with the password {password}:")
    with scope.use(scope.Scope(everyone=True)):
        there = set(db.session.scalars(select(User.email)))
    for person in [one for one in DEMO_PEOPLE if one.email in there]:
        roles = ", ".join(f"{role}{f' in {where}' if where else ''}" for role, where in person.roles)
        click.echo(f"  {person.email:<26} {roles}")


def _refuse_wrong_kind() -> None:
    """A real installation is not served as a demo, nor a demo as a real one."""
    try:
        if (is_demo := installation.is_demo(db.session)) is not None:
            installation.check_kind(is_demo, demo=current_app.config["DEMO"])
    except installation.WrongKind as wrong:
        raise click.ClickException(str(wrong)) from wrong


@seed_group.command("demo")
def seed_demo() -> None:
    """Load the facts, and in demo mode the demo people and municipalities. Adds what is missing."""
    with migrating.alone(_owner()):
        _seed(again=True)


def _make_example() -> None:
    """The municipality everybody may look at, made as the owner of the tables: all of an older one goes first."""
    from models.seed import example  # noqa: PLC0415 - the seed is read only when sown

    try:
        if example.load(db.session, _owner()):
            click.echo("The example municipality is made.")
    except LookupError as lacking:  # the catalogue is the project's own: what it has taken away the example lacks
        db.session.rollback()
        click.echo(f"The example municipality is left as it was: {lacking}")


def _seed(*, again: bool = False) -> None:
    """Facts, and in a demo its people and rows; nothing when an earlier set-up was finished, unless `again`."""
    from models.seed import demo, facts  # noqa: PLC0415 - the seed is read only when sown

    try:
        finished = installation.begin(db.session, demo=current_app.config["DEMO"])
    except installation.WrongKind as wrong:
        raise click.ClickException(str(wrong)) from wrong
    if finished and not again:
        return
    click.echo("Loading municipalities, prices, code lists, products and templates …")
    facts.load(db.session)
    if current_app.config["DEMO"]:
        click.echo("Furnishing the demo municipalities …")
        demo.load(db.session, current_app.config["DEMO_PASSWORD"], lambda line: click.echo(f"  {line}"))
    installation.finish(db.session)


@seed_group.command("load")
@click.option("--municipalities", default=357, show_default=True)
@click.option("--applications", default=560, show_default=True, help="For each municipality.")
def seed_load(municipalities: int, applications: int) -> None:
    """A large, deterministic set for measuring."""
    from models.seed import facts, load  # noqa: PLC0415

    if not current_app.config["DEMO"]:
        raise click.ClickException("Made-up rows are loaded in demo mode only. Set DEMO=1.")
    _refuse_wrong_kind()
    facts.load(db.session)
    made = load.load(db.session, db.engine, municipalities, applications, progress=lambda line: click.echo(f"  {line}"))
    for name, number in made.items():
        click.echo(f"  {name}: {grouped(number)}")


@texts_group.command("update")
def texts_update() -> None:
    """Gather every text and bring the catalogues up to date; new texts are listed as missing."""
    for line in catalogues.update():
        click.echo(line)


@texts_group.command("check")
def texts_check() -> None:
    """Fail when a text is missing or unsure in a language."""
    problems = list(catalogues.problems())
    for line in problems:
        click.echo(line)
    raise SystemExit(1 if problems else 0)
