"""The population of the municipalities, brought in from a file of SSB: looked at, then written; and the same by
command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.cli import AppGroup
from flask.typing import ResponseReturnValue

from exchange import populations
from models.database import db
from models.declare.words import Problem
from models.money import figures
from models.registers.municipality import Municipality, all_ids
from models.tenancy import scope
from models.tenancy.roles import can
from views import formatters
from views.access import needs
from views.pages.invoicing import everywhere
from views.texts import explain, ngettext
from views.texts import gettext as _

blueprint = Blueprint("populations", __name__, url_prefix="/population")
population_group = AppGroup("population", help="The population of the municipalities, from SSB.")
SHOWN = 500


def may_write() -> bool:
    """Who keeps the municipalities keeps their figures."""
    return can(g.actor, "create", Municipality)


@blueprint.get("/")
@needs(may_write)
def index() -> str:
    """The form that takes a file."""
    return _page()


def _page(error: str = "", **told: Any) -> str:
    return render_template(
        "invoicing/population.html",
        title=_("Folketall fra SSB"),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": _("Kommuner"), "url": url_for("municipality.index_view")},
            {"label": _("Folketall fra SSB"), "url": None},
        ],
        error=error,
        **{"looked": None, "given": "", **told},
    )


@blueprint.post("/look/")
@needs(may_write)
def look() -> ResponseReturnValue:
    """What a file would change. Nothing is written by looking."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(_("Velg en fil først.")), 422
    try:
        found = populations.read(sent.read(populations.MOST_BYTES + 1))
    except Problem as problem:
        return _page(explain(problem)), 422
    with everywhere():
        comparison = figures.compared(db.session, found)
        return _page(looked=_looked(comparison), given=populations.written(found))


def _looked(found: figures.Comparison) -> dict[str, Any]:
    changed = [one for one in found.changes if one.before is not None]
    issued = figures.issued_on_others(db.session, found)
    return {
        "rows": [
            (
                one.municipality.name, formatters.day(one.day),
                "" if one.before is None else formatters.grouped(one.before), formatters.grouped(one.after),
            )
            for one in found.changes[:SHOWN]
        ],
        "more": max(0, len(found.changes) - SHOWN),
        "sum": _(
            "%(new)s nye tall, %(changed)s endrede, %(same)s like det som står.", new=len(found.changes) - len(changed),
            changed=len(changed), same=found.same,
        ),
        "unknown": ", ".join(found.unknown[:SHOWN]),
        "issued": ngettext(
            "%(num)s faktura er utstedt på et annet folketall. Den endres ikke, men kan rettes.",
            "%(num)s fakturaer er utstedt på et annet folketall. De endres ikke, men kan rettes.", issued,
        ) if issued else "",
        "number": len(found.changes),
    }  # fmt: skip


@blueprint.post("/")
@needs(may_write)
def write() -> ResponseReturnValue:
    """Write what was looked at."""
    try:
        found = populations.read_again(request.form.get("figures", ""))
        with everywhere():
            number = figures.apply(figures.compared(db.session, found))
            db.session.commit()
    except Problem as problem:
        db.session.rollback()
        return _page(explain(problem)), 422
    flash(ngettext("%(num)s folketall er skrevet inn.", "%(num)s folketall er skrevet inn.", number), "success")
    return redirect(url_for(".index"), code=303)


@population_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what it would change, and write nothing.")
def import_command(file: Path, *, dry_run: bool) -> None:
    """Bring in a file of SSB's table 07459: JSON-stat2 or CSV."""
    try:
        found = populations.read(file.read_bytes())
    except Problem as problem:
        raise click.UsageError(str(problem)) from problem
    with scope.use(scope.of(all_ids(db.session))):
        db.session.rollback()
        comparison = figures.compared(db.session, found)
        for one in comparison.changes:
            click.echo(f"{one.municipality.name} {one.day:%d.%m.%Y}: {one.before or '–'} -> {one.after}")
        click.echo(f"{len(comparison.changes)} to write, {comparison.same} as they are.")
        if comparison.unknown:
            click.echo(f"No municipality here has these numbers: {', '.join(comparison.unknown)}")
        if not dry_run:
            figures.apply(comparison)
            db.session.commit()
