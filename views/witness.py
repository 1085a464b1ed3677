"""What is written to the access log while a request is answered, and the command that takes out what is old."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

import click
from flask import current_app, has_request_context, request
from flask.cli import AppGroup

from exchange import preview
from models import migrating
from models.changes import witness
from models.changes.emptying import empty_trash, stored_names
from models.changes.restoring import DAYS
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.clock import now
from models.registers import accessions, deliveries, imports, jobs, packages
from models.tenancy import confirmations, invitations, scope
from models.tenancy.accesslog import prune
from models.tenancy.session import TenantSession
from views import settings, storing

MONTH = timedelta(days=30.5)
COMMAND_LINE = "Command line"
log_group = AppGroup("log", help="The access log.")


def write(event: Any, places: Iterable[int | None], **told: Any) -> None:
    """Write it down now, in a transaction of its own. What cannot be written down is not done: the error goes on."""
    db.session.rollback()  # what was read is read; on SQLite a transaction that has read may not always write
    address = request.remote_addr if has_request_context() else None
    add(event, places, address=address, **told)
    db.session.commit()


def add(event: Any, places: Iterable[int | None], **told: Any) -> None:
    """Write it down in the transaction there is, and in the scope in force."""
    witness.write(cast(TenantSession, db.session()), event, places, **told)


def write_by_command(
    event: Any, places: Iterable[int | None] = (None,), *, who: str = COMMAND_LINE, **told: Any
) -> None:
    """What is done from the command line; what concerns everything stands in the project's log."""
    with scope.use(scope.of([place for place in places if place], user_name=who)):
        write(event, places, **told)


@log_group.command("prune")
def prune_command() -> None:
    """Take out of the access log what is older than ACCESS_LOG_MONTHS, empty the trash, and forget old invitations and
    questions to owners. For a timer, once a day."""
    config = current_app.config
    owner = settings.with_driver(config["DATABASE_OWNER_URL"] or config["SQLALCHEMY_DATABASE_URI"])
    months = config["ACCESS_LOG_MONTHS"]
    with migrating.engine_for(owner).begin() as connection:
        number = prune(connection, now() - months * MONTH)
        emptied = empty_trash(connection, now() - timedelta(days=DAYS))
        forgotten = invitations.prune(connection, now() - invitations.KEPT)
        unasked = confirmations.prune(connection, now() - confirmations.KEPT)
        imported = imports.prune(connection, now() - imports.KEPT)
        packages.prune(connection, now() - jobs.KEPT)
        deliveries.prune(connection, now() - jobs.KEPT)
        accessions.prune(connection, now() - accessions.KEPT)
    with migrating.engine_for(owner).begin() as connection:  # what is gone from the database is gone for good by now
        swept = storing.files().sweep(stored_names(connection))
        swept += storing.imports().sweep(preview.names(imports.stored_names(connection)))
    if number:
        write_by_command(AccessEvent.PRUNED, rows=number)
    click.echo(f"{number} lines older than {months} months are taken out of the access log.")
    click.echo(f"{emptied} rows deleted more than {DAYS} days ago can no longer be brought back.")
    click.echo(f"{forgotten} invitations older than {invitations.KEPT.days} days are forgotten.")
    click.echo(f"{unasked} questions to owners older than {confirmations.KEPT.days} days are forgotten.")
    click.echo(f"{imported} imports older than {imports.KEPT.days} days are forgotten.")
    click.echo(f"{swept} files that hang on nothing are swept away.")
