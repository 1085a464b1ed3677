"""The command `package`: whether an inspection package is what was made."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from models.database import db
from models.declare.words import Problem
from models.keeping.files import digest_of
from models.registers.municipality import all_ids
from models.registers.packages import Package
from models.tenancy import scope
from reports.protocol.package import check
from views import storing

package_group = AppGroup("package", help="Inspection packages: whether they are what was made.")


@package_group.command("verify")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kept", is_flag=True, help="Also every package that is kept here.")
def verify(files: tuple[Path, ...], *, kept: bool) -> None:
    """Check that each file of a package is what its manifest says, and tell whether the package itself was made and
    kept here. Ends with 1 when anything is otherwise."""
    if not files and not kept:
        raise click.UsageError("Name a file, or say --kept.")
    found = [_is_whole(path) for path in files]
    with scope.use(scope.of(all_ids(db.session))):
        found += [_is_kept(one) for one in db.session.scalars(select(Package).order_by(Package.id))] if kept else []
    raise SystemExit(0 if all(found) else 1)


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file:
        digest = digest_of(file)
        file.seek(0)
        try:
            checked = check(file)
        except Problem as problem:
            click.echo(f"{path}: {problem}")
            return False
    for one in checked.wrong:
        click.echo(f"{path}: {one}")
    with scope.use(scope.of(all_ids(db.session))):
        made = db.session.scalars(select(Package).where(Package.digest == digest)).first()
    about = f"made {checked.manifest['made']} by {checked.manifest['made_by']} for {checked.manifest['municipality']}"
    known = f"it is package {made.id} here" if made else "no package that is kept here is the same"
    if not checked.wrong:
        click.echo(f"{path}: every file is as its manifest says, {about}; {known}.")
    return not checked.wrong and made is not None


def _is_kept(one: Package) -> bool:
    content = storing.files().opened(one.stored, one.digest)
    if content is not None:
        content.close()
    click.echo(f"Package {one.id}, {one.name}: {'is what was made' if content else 'is missing, or is another file'}.")
    return content is not None
