"""What commands share: whose rows they reach, on whose behalf, and files that are there when they are whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import click
from sqlalchemy import select

from models.database import db
from models.declare.domains import Domain
from models.registers.municipality import Municipality, MunicipalityCode, all_ids
from models.tenancy import scope
from models.tenancy.people import User
from models.tenancy.roles import Actor, scope_for
from models.tenancy.scope import Scope
from views.access import actor_of

ALL = "all"


def scope_of(code: str) -> Scope:
    """All of the municipality that has, or had, a number, and what its sisters show it; of every one for ALL."""
    active, everyone = _municipality(code), all_ids(db.session)
    if active is None:
        return scope.of(everyone)
    found = scope.of([active], active=active)
    return replace(found, read={**found.read, Domain.WINDOW: frozenset(everyone)})


def person_of(email: str) -> Actor:
    """Who signs in with an address, with the roles held today."""
    with scope.use(Scope(everyone=True)):
        found = db.session.scalar(select(User.id).where(User.email == email.strip().lower()))
    actor = None if found is None else actor_of(found)
    if actor is None or not actor.grants:
        raise click.ClickException(f"Nobody with the address {email} may sign in.")
    return actor


def scope_of_person(actor: Actor, code: str, request_id: str = "") -> Scope:
    """What a person reaches there, as if the municipality was chosen on the page."""
    active, everyone = _municipality(code), all_ids(db.session)
    if active is not None and active not in actor.municipalities(everyone):
        raise click.ClickException(f"{actor.name} has no role in the municipality {code}.")
    return scope_for(actor, everyone, active, request_id)


def _municipality(code: str) -> int | None:
    if code == ALL:
        return None
    owners = set(
        db.session.scalars(
            select(Municipality)
            .join(MunicipalityCode, MunicipalityCode.parent_id == Municipality.id)
            .where(MunicipalityCode.code == code)
        )
    )
    if not owners:
        raise click.ClickException(f"No municipality has, or had, the number {code}.")
    newest = max(owners, key=lambda one: max(c.valid_from for c in one.codes if c.code == code))
    return newest.id


@contextmanager
def for_its_owner(out: Path) -> Iterator[Any]:
    """A file that is there when it is whole and not before, and that nobody else on the machine may read."""
    try:
        with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}", delete=False) as file:
            try:
                yield file
                file.flush()
                Path(file.name).replace(out)
            finally:
                Path(file.name).unlink(missing_ok=True)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from error
