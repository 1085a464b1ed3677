"""The command `report`: the reports of the page, with the same choices, as files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import click
from flask import current_app, g
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from models.database import db
from models.declare.choices import AccessEvent
from models.declare.domains import Domain
from models.declare.words import Problem
from models.tenancy import scope
from reports import REPORTS
from reports import report as find_report
from reports.base import Ask, Report
from reports.choices import Choice, Flag
from reports.kinds import DOCUMENTS, EXCEL
from reports.language import translator
from reports.xlsx import write
from views import access
from views.atcommand import for_its_owner, person_of, scope_of, scope_of_person
from views.register import reported, saved
from views.register.sending import write_document
from views.witness import COMMAND_LINE, write_by_command


class _Reports(click.Group):
    """`report list`, or `report SLUG …` for every report there is, and for the list of every register as one's own."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return ["list", *[one.slug for one in REPORTS]]

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name == "list":
            return click.Command("list", callback=_list, help="Every report and what it tells.")
        if reported.is_own(name):
            return _own_command(name)
        return _report_command(name) if name in {one.slug for one in REPORTS} else None


report = _Reports("report", help="Reports as files, the same as on the page.")


def _list() -> None:
    for one in REPORTS:
        click.echo(f"{one.slug:<24} {one.text}")
    click.echo(f"{f'{saved.SLUG}REGISTER':<24} {reported.TEXT}")


def _report_command(slug: str) -> click.Command:
    told = find_report(slug)
    options = [
        click.Option(["--municipality"], required=True, help="A municipality number of any year, or all."),
        click.Option(["--out"], required=True, type=click.Path(dir_okay=False, path_type=Path), help=_endings(told)),
        *[_option(one) for one in told.offered],
    ]
    return click.Command(
        slug, params=list(options), callback=lambda **given: _write_report(told, **given), help=told.text
    )


def _option(one: Choice) -> click.Option:
    """A choice of a report as an option, which is said more than once where several may be chosen."""
    if isinstance(one, Flag):
        return click.Option([f"--{one.name}", one.name], is_flag=True, help=one.label)
    return click.Option([f"--{one.name}", one.name], multiple=True, help=one.label)


def _endings(told: Report) -> str:
    return "A file that ends with ." + ", .".join(_kinds(told))


def _kinds(told: Report) -> list[str]:
    return [EXCEL, *(DOCUMENTS if told.has_document else ())]


def _own_command(slug: str) -> click.Command:
    options = [
        click.Option(["--municipality"], required=True, help="A municipality number of any year, or all."),
        click.Option(["--out"], required=True, type=click.Path(dir_okay=False, path_type=Path)),
        click.Option(["--as", "email"], required=True, help="The address of who asks for it."),
        click.Option(["--query"], default="", help="What stands after the question mark in the address of the report."),
    ]
    return click.Command(
        slug, params=list(options), callback=lambda **given: _write_own(slug, **given), help="A report of a list."
    )


def _write_own(slug: str, municipality: str, out: Path, email: str, query: str) -> None:
    """What the page at such an address gives to whoever asks for it there."""
    actor = person_of(email)
    asked = scope_of_person(actor, municipality)
    with current_app.test_request_context():
        access.stand_in(actor.user_id)
        g.active = asked.active
        with scope.use(asked):
            given = MultiDict(parse_qsl(query))
            try:
                told = reported.found(slug, given)
            except HTTPException as refused:
                raise click.ClickException(f"There is no such report for {actor.name} there.") from refused
            for sentence in told.refused:
                click.echo(sentence, err=True)
            places = asked.readable(told.of.__domain__) if told.of.__domain__ else (None,)
            _write(told, asked, out, given.to_dict(flat=False), places, f"{COMMAND_LINE}: {actor.name}")


def _write_report(told: Report, municipality: str, out: Path, **given: Any) -> None:
    written = {name: ["1"] if value is True else list(value) for name, value in given.items() if value}
    asked = scope_of(municipality)
    _write(told, asked, out, written, asked.readable(Domain.ACCESS))


def _write(
    told: Report, asked: scope.Scope, out: Path, written: dict[str, list[str]],
    places: Iterable[int | None], who: str = COMMAND_LINE,
) -> None:  # fmt: skip
    kind = out.suffix.removeprefix(".").lower()
    if kind not in _kinds(told):
        raise click.UsageError(f"{out} is no file of this report. {_endings(told)}.")
    with scope.use(asked):
        db.session.rollback()
        try:
            ask = told.asked(db.session, written, "nb", translator("nb"))
        except Problem as problem:
            raise click.UsageError(str(problem)) from problem
        with for_its_owner(out) as file:
            rows = _write_kind(told, ask, kind, file)
            chosen = told.selection(db.session, ask) or None
            write_by_command(AccessEvent.REPORT, places, who=who, subject=told.title, selection=chosen, rows=rows)
        sums = [(one.sheet.title, one.total) for one in told.sheets(db.session, ask)]
    for title, total in sums:
        click.echo(f"{title}: {total}")
    click.echo(f"Written to {out}")


def _write_kind(told: Report, ask: Ask, kind: str, file: Any) -> int:
    """Write a report in Excel or as a document; how many rows or chapters it has."""
    if kind == EXCEL:
        workbook = told.workbook(db.session, ask)
        write(workbook, file)
        return workbook.total
    if told.chapters(db.session, ask) > told.most_chapters:
        raise click.UsageError(f"There are over {told.most_chapters} chapters: choose fewer, or write .{EXCEL}.")
    return write_document(told, ask, file, DOCUMENTS[kind][1])
