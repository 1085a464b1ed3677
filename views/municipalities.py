"""The commands `municipality`: all that belongs to one written as an archive, and an archive read into this Orden."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from exchange.archive import reading, writing
from models import migrating
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.clock import now
from models.declare.words import Problem
from reports.language import LANGUAGES
from views import settings, storing
from views.atcommand import for_its_owner, scope_of
from views.formatters import grouped
from views.witness import COMMAND_LINE, write_by_command

municipality_group = AppGroup("municipality", help="All that belongs to a municipality: as one archive, and back.")


@municipality_group.command("archive")
@click.argument("code")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
def archive(code: str, out: Path, language: str) -> None:
    """Write all that belongs to the municipality with the number CODE to one file, readable by its owner alone."""
    place = scope_of(code).active
    if place is None:
        raise click.BadParameter("an archive is of one municipality.")
    db.session.rollback()
    with for_its_owner(out) as file:
        asked = writing.Asked(place, COMMAND_LINE, now(), language)
        made = writing.write(db.session, asked, storing.files(), file, lambda _done, _whole: None)
        write_by_command(AccessEvent.EXPORT, [place], subject=writing.TITLE, rows=made.rows)
    click.echo(f"{grouped(made.rows)} rows and {made.files} files are written to {out}")


@municipality_group.command("read")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def read(archive: Path) -> None:
    """Read an archive into this Orden, where the municipality has nothing; all or nothing. What is shared is found here
    or proposed; who had a role there is found by e-mail address, or made without a password."""
    config = current_app.config
    owner = settings.with_driver(config["DATABASE_OWNER_URL"] or config["SQLALCHEMY_DATABASE_URI"])
    try:
        with migrating.engine_for(owner).begin() as connection, archive.open("rb") as file:
            found = reading.read(connection, file, storing.files())
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    write_by_command(AccessEvent.RESTORED, subject=archive.name, rows=sum(found.rows.values()))
    click.echo(f"{found.name}: {grouped(sum(found.rows.values()))} rows are read.")
    for one in found.proposed:
        click.echo(f"  proposed: {one}")
    for one in found.made:
        click.echo(f"  new person, without a password: {one}")
