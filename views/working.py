"""The commands that import: one file at once, and the worker that does what people ask for on the pages."""

from __future__ import annotations

import gc
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from exchange.archive.jobs import ArchiveWorker
from exchange.delivering import DeliveryWorker
from exchange.files.reading import read
from exchange.importing import FROM, carry_out
from exchange.mapped import Map, a_map, how_of, parts_of
from exchange.matching import likeliest
from exchange.mergers import MergerWorker
from exchange.packages import PackageWorker
from exchange.rows.plan import GOES, LABELS, Plan, What, plan
from exchange.worker import AT_ONCE, ImportWorker, alone
from models.database import db
from models.declare.words import Problem
from models.keeping.progress import Progress
from models.tenancy import scope
from models.tenancy.log import REASON
from models.tenancy.roles import Actor, Grant
from reports.language import LANGUAGES, translator
from views import ehf, storing
from views.atcommand import person_of, scope_of, scope_of_person
from views.exchanging import named
from views.texts import speaking
from views.witness import COMMAND_LINE

PAUSE = 1.0  # seconds between two looks for work
CLEAN, WITH_ERRORS, UNREADABLE = 0, 1, 2
KEEPERS = ("project_manager", "support", "billing")


@click.command("worker")
@click.option("--beside", type=int, help="End when the process of this number, which started this one, has ended.")
def worker(beside: int | None) -> None:
    """Do the imports, mergers, packages, archives and deliveries that people ask for, until stopped. Several may run;
    on SQLite they work one at a time."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    signal.signal(signal.SIGINT, lambda number, _frame: stopped.append(number))

    def goes_on() -> bool:
        return not stopped and (beside is None or os.getppid() == beside)

    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    while goes_on():
        with alone(Path(current_app.instance_path)) as is_alone:
            if is_alone or db.engine.dialect.name == "postgresql":
                _work(goes_on, is_alone=is_alone)
        time.sleep(PAUSE)


def _work(goes_on: Callable[[], bool], *, is_alone: bool) -> None:
    progress = Progress(Path(current_app.instance_path) / "progress")
    while goes_on():
        by_itself, session = is_alone and db.engine.dialect.name == "sqlite", db.session()
        imports = ImportWorker(session, progress, storing.imports(), alone=by_itself, goes_on=goes_on)
        mergers = MergerWorker(session, progress, storing.room_of_a_place(), alone=by_itself, goes_on=goes_on)
        packages = PackageWorker(session, progress, storing.files(), alone=by_itself, goes_on=goes_on)
        archives = ArchiveWorker(session, progress, storing.files(), alone=by_itself, goes_on=goes_on)
        bills = DeliveryWorker(
            session, progress, ehf.reached, current_app.config["EHF_RULES"], alone=by_itself, goes_on=goes_on
        )
        found = imports.once() or mergers.once() or packages.once() or archives.once() or bills.once()
        db.session.remove()
        if not found:
            time.sleep(PAUSE)


def start_beside() -> None:
    """Start a worker that ends with this process, whatever this process becomes."""
    program = Path(sys.executable).with_name("flask")
    subprocess.Popen([program, "--app", "app", "worker", "--beside", str(os.getpid())])  # noqa: S603 - our own program


@click.command("import")
@click.argument("register", callback=named)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--municipality", required=True, help="A municipality number of any year, or all for shared registers.")
@click.option(
    "--map",
    "mapped",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of JSON that says what columns are.",
)
@click.option(
    "--sheet", default="", help="The name of the sheet; unless said, the one that tells most of the register."
)
@click.option("--dry-run", is_flag=True, help="Tell what would become of each row, and change nothing.")
@click.option("--as", "email", help="The address of a person: it reaches no further than they do.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON.")
def import_(
    register: type[Any], file: Path, municipality: str, mapped: Path | None, sheet: str, email: str | None,
    language: str, *, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Import a sheet: every row that lets itself be, as one event. Ends with 0 when all is well, with 1 when rows were
    left out, and with 2 when the file cannot be read."""
    actor, reach = _who(email, municipality)
    t = translator(language)
    with scope.use(replace(reach, reason=t(FROM, name=file.name)[:REASON])), speaking(language):
        try:
            found = _planned(actor, register, file, _map(mapped), sheet, language)
        except Problem as problem:
            click.echo(t(problem.text, **problem.params), err=True)
            raise SystemExit(UNREADABLE) from problem
        said = "" if dry_run or not found.going() else _done(actor, found, t)
    told = _summary(found, is_done=not dry_run and not said, said=said, event=reach.request_id)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _in_words(told, t))
    left = [row for row in found.rows if row.kind not in GOES | {What.UNCHANGED}]
    raise SystemExit(WITH_ERRORS if said or left else CLEAN)


def _who(email: str | None, municipality: str) -> tuple[Actor, scope.Scope]:
    """On whose behalf it is done, and how far it reaches: as one who keeps everything there, or as one person."""
    event = secrets.token_hex(8)
    if email is not None:
        actor = person_of(email)
        reach = scope_of_person(actor, municipality, event)
        return actor, replace(reach, user_name=f"{COMMAND_LINE}: {actor.name}")
    reach = replace(scope_of(municipality), user_name=COMMAND_LINE, request_id=event)
    local = () if reach.active is None else (Grant("local_admin", reach.active),)
    return Actor(0, COMMAND_LINE, (*local, *map(Grant, KEEPERS))), reach


def _map(mapped: Path | None) -> Map:
    """What a file says of columns."""
    if mapped is None:
        return {}
    try:
        return a_map(json.loads(mapped.read_text(encoding="utf-8")))
    except ValueError as error:
        is_json = not isinstance(error, json.JSONDecodeError | UnicodeDecodeError)
        why = f"says nothing of columns: {error}." if is_json else "is not JSON."
        raise click.BadParameter(f"{mapped} {why}") from error


def _planned(actor: Actor, register: type[Any], file: Path, told: Map, sheet: str, language: str) -> Plan:
    book = read(file, file.name)
    table = (
        next((one for one in book.tables if one.name == sheet), None)
        if sheet
        else likeliest(register, book.tables) or book.tables[0]
    )
    if table is None:
        raise click.BadParameter(f"There is no sheet {sheet}. The sheets are {', '.join(t.name for t in book.tables)}.")
    parts = parts_of(register, book, table, told)
    return plan(db.session(), actor, register, table, how_of(register, table, told), language=language, parts=parts)


def _done(actor: Actor, found: Plan, t: Any) -> str:
    """Import it; gives why it was not."""
    try:
        carry_out(db.session(), actor, found)
        db.session.commit()
    except Problem as problem:
        db.session.rollback()
        return str(t(problem.text, **problem.params))
    except (IntegrityError, StaleDataError):
        db.session.rollback()
        return str(t(AT_ONCE))
    return ""


def _summary(found: Plan, *, is_done: bool, said: str, event: str) -> dict[str, Any]:
    proof, counts = found.proof(), found.counts
    return {
        "register": found.register.__tablename__, "done": is_done and bool(found.going()), "said": said,
        "event": event if is_done and found.going() else "",
        "counts": {str(kind): number for kind, number in counts.items()},
        "cells": {"read": proof.read, "placed": proof.placed, "left": dict(proof.left)},
        "rows": [
            {"row": row.number, "sheet": row.sheet, "kind": str(row.kind), "name": row.name,
             "problems": [{"cell": one.address, "column": one.heading, "text": one.text} for one in row.problems],
             "left": [{"cell": one.address, "column": one.heading, "text": one.text} for one in row.left]}
            for row in found.rows if row.problems or row.left
        ],
    }  # fmt: skip


def _in_words(told: dict[str, Any], t: Any) -> str:
    lines = [f"{t(LABELS[kind])}: {told['counts'][kind]}" for kind in What]
    for row in told["rows"]:
        lines += [
            f"{row['sheet']} {one['cell'] or row['row']} {one['column']}: {one['text']}" for one in row["problems"]
        ]
    cells = told["cells"]
    lines.append(t("Celler lest: %(read)s. Plassert: %(placed)s.", read=cells["read"], placed=cells["placed"]))
    lines += [t("Utelatt: %(name)s (%(number)s)", name=name, number=number) for name, number in cells["left"].items()]
    return "\n".join([*lines, *([told["said"]] if told["said"] else [])])
