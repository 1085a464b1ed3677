"""The command that takes a register out as a file, the same as from its list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

import models
from exchange.out import book as outgoing
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.clock import now, today
from models.tenancy import scope
from models.tenancy.roles import Actor, can, may_take_out
from models.tenancy.scope import Scope
from reports.base import Ask
from reports.language import LANGUAGES
from views.atcommand import for_its_owner, person_of, scope_of, scope_of_person
from views.witness import COMMAND_LINE, write_by_command

XLSX, CSV = ".xlsx", ".csv"
NAMES = {name.replace("_", "-"): register for name, register in models.BY_NAME.items()}


def named(_context: Any, _option: Any, given: str) -> type[Any]:
    register = NAMES.get(given.replace("_", "-"))
    if register is None:
        raise click.BadParameter(f"there is no register {given}. The registers are {', '.join(sorted(NAMES))}.")
    return register


def _ending(_context: Any, _option: Any, given: Path) -> Path:
    if given.suffix.lower() not in {XLSX, CSV}:
        raise click.BadParameter(f"the file is called something that ends in {XLSX} or {CSV}.")
    return given


@click.command("export")
@click.argument("register", callback=named)
@click.option("--municipality", required=True, help="A municipality number of any year, or all.")
@click.option("--out", required=True, callback=_ending, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@click.option("--as", "email", help="The address of a person: no more is written than they may take out themselves.")
def export(register: type[Any], municipality: str, out: Path, language: str, email: str | None) -> None:
    """A register in Excel or as CSV, with all its columns: the sheet that can be changed and brought back."""
    who, actor = COMMAND_LINE, None
    if email is None:
        # Everything there, but people of other municipalities alone are not named.
        asked = replace(scope_of(municipality), everyone=False, personal=False)
    else:
        actor = person_of(email)
        asked, who = scope_of_person(actor, municipality), f"{COMMAND_LINE}: {actor.name}"
        _refuse(actor, register, asked)
    told = outgoing.of_register(register)
    with scope.use(asked):
        db.session.rollback()
        with for_its_owner(out) as file:
            write = outgoing.write_rows if out.suffix.lower() == CSV else outgoing.write_book
            rows = write(db.session, told, Ask(language, today(), now(), today().year), file)
            places = asked.readable(register.__domain__) if register.__domain__ else (None,)
            write_by_command(AccessEvent.EXPORT, places, who=who, subject=told.title, rows=rows)
    click.echo(f"{told.title}: {rows}")
    click.echo(f"Written to {out}")


def _refuse(actor: Actor, register: type[Any], asked: Scope) -> None:
    if not can(actor, "read", register, asked.active) or not may_take_out(actor, register, asked.active):
        raise click.ClickException(f"{actor.name} may not take this register out there.")
