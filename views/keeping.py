"""The commands that keep the database safe: a backup, its way back, and whether both are whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from models import migrating
from models.database import db
from models.declare.choices import AccessEvent
from models.keeping import backup as kept
from models.keeping.contents import Contents, KeepingError, Store
from views import settings, storing
from views.formatters import grouped
from views.witness import write_by_command

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write the whole database and what is attached to FILE, while people work, readable by its owner alone."""
    with _sentences():
        contents = kept.backup(_store(), file, storing.files())
    write_by_command(AccessEvent.BACKUP, subject=file.name)
    click.echo(f"{_told(contents)} are kept in {file}")


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Give up the rows that are there.")
def restore(file: Path, replace: bool) -> None:
    """Put a backup into an empty database, all or nothing, and bring it to the newest schema."""
    with _sentences(), migrating.alone(_addresses()[0]):
        contents = kept.restore(_store(), file, replace=replace, beside=storing.files())
    db.engine.dispose()  # what is open is of the database that was
    write_by_command(AccessEvent.RESTORED, subject=file.name)
    click.echo(f"{_told(contents)} are back. Restart Orden where it runs.")


@click.command("verify")
@click.argument("file", type=FILE, required=False)
def verify(file: Path | None) -> None:
    """Check that the database is whole and guarded, or that FILE can be restored to the last value."""
    with _sentences():
        contents = kept.try_out(_store(), file) if file else _checked()
    for name, (number, _checksum) in contents.tables.items():
        click.echo(f"  {name:<40} {grouped(number):>10}")
    click.echo(f"{_told(contents)}: {'the backup can be restored' if file else 'the database is whole'}.")


def _checked() -> Contents:
    faults = kept.faults(_store())
    try:
        migrating.assert_safe(db.engine)
    except RuntimeError as error:
        faults.append(str(error))
    if faults:
        raise click.ClickException("The database is not as it should be:\n" + "\n".join(f"  {one}" for one in faults))
    return _store().contents()


def _told(contents: Contents) -> str:
    return f"{grouped(contents.rows)} rows in {len(contents.tables)} tables at revision {contents.revision}"


def _addresses() -> tuple[str, str]:
    """The database as its owner and as the role that serves."""
    served = current_app.config["SQLALCHEMY_DATABASE_URI"]
    return settings.with_driver(current_app.config["DATABASE_OWNER_URL"] or served), served


def _store() -> Store:
    return kept.store(*_addresses())


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except KeepingError as error:
        raise click.ClickException(str(error)) from error
