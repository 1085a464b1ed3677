"""Reports on the page and as files: what you see is what you download."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import Form, IntegerField
from wtforms.validators import NumberRange, Optional

from models.database import db
from models.declare.clock import now, today
from models.queries.finding import COUNT_LIMIT
from models.tenancy.roles import may_report
from reports import REPORTS, report
from reports.base import Ask, Report, Told
from reports.table import Column, Kind
from views import formatters
from views.access import needs
from views.formatters import safe
from views.register.sending import file_name, send_report
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
PREVIEW, LONG = 25, 160
PAPER = 9  # columns that stand beside each other on a sheet of A4
NUMBERS = {Kind.INTEGER, Kind.DECIMAL, Kind.MONEY}
FIRST_YEAR, LAST_YEAR = 2018, 2100


class YearForm(Form):
    year = IntegerField(validators=[Optional(), NumberRange(FIRST_YEAR, LAST_YEAR)])


def opens_reports() -> bool:
    """Whether somebody may open any report here; of the report at hand it is asked once more."""
    return any(may_report(g.actor, g.active, billing=one.billing) for one in REPORTS)


@blueprint.get("/")
@needs(opens_reports)
def index() -> str:
    """The reports one may open here."""
    mine = [one for one in REPORTS if may_report(g.actor, g.active, billing=one.billing)]
    return render_template(
        "reports/index.html",
        title=_("Rapporter"),
        breadcrumbs=_trail(),
        reports=[
            {
                "title": tr(one.title),
                "description": tr(one.text),
                "url": url_for(".show", slug=one.slug),
                "download_url": url_for(".download", slug=one.slug),
            }
            for one in mine
        ],
    )


@blueprint.get("/<slug>/")
@needs(opens_reports)
def show(slug: str) -> ResponseReturnValue:
    """The first rows of every sheet."""
    told, form = _found(slug), YearForm(request.args)
    form.year.label.text = _("År")
    if told.parameters and not form.validate():
        return _impossible_year(told, form)
    ask = _ask(form)
    sheets = [_preview(one) for one in told.sheets(db.session, replace(ask, most=PREVIEW))]
    parameters: dict[str, Any] = {}
    if told.parameters:
        form.year.data = parameters["year"] = ask.year
    return render_template(
        "reports/report.html",
        title=tr(told.title),
        description=tr(told.text),
        breadcrumbs=_trail(tr(told.title)),
        form=form if told.parameters else [],
        download_url=url_for(".download", slug=slug, **parameters),
        facts=[(label, _fact(value)) for label, value in told.facts(db.session, ask)],
        sheets=sheets,
    )


def _impossible_year(told: Report, form: YearForm) -> ResponseReturnValue:
    years = {"first": FIRST_YEAR, "last": LAST_YEAR}
    form.year.errors = (_("Skriv et år fra %(first)s til %(last)s.", **years),)
    page = render_template(
        "reports/report.html",
        title=tr(told.title),
        description=tr(told.text),
        breadcrumbs=_trail(tr(told.title)),
        form=form,
        download_url="",
        facts=[],
        sheets=[],
    )
    return page, 422


@blueprint.get("/<slug>/download/")
@needs(opens_reports)
def download(slug: str) -> ResponseReturnValue:
    """The whole report in Excel."""
    told, form = _found(slug), YearForm(request.args)
    if told.parameters and not form.validate():
        return redirect(url_for(".show", slug=slug, year=request.args.get("year")), code=303)  # says what is wrong
    ask = _ask(form)
    return send_report(told, ask, file_name(f"{slug}-{ask.year}" if told.parameters else slug))


def _found(slug: str) -> Report:
    try:
        told = report(slug)
    except KeyError:
        abort(404)
    if not may_report(g.actor, g.active, billing=told.billing):
        abort(403)
    return told


def _ask(form: Any) -> Ask:
    return Ask(language(), today(), now(), form.year.data or today().year)


def _preview(told: Told) -> dict[str, Any]:
    rows = list(islice(told.sheet.rows, PREVIEW))
    columns = told.sheet.columns
    show, wide = [SHOWN[column.kind] for column in columns], len(columns) > PAPER
    marks = [_mark(column, wide) for column in columns]
    cells = [[None if value is None else told(value) for told, value in zip(show, row, strict=True)] for row in rows]
    total = len(rows) if len(rows) < PREVIEW else max(told.count(COUNT_LIMIT), len(rows))
    complete = total <= PREVIEW and any(column.summed for column in columns)
    return {
        "title": told.sheet.title,
        "columns": [{"label": c.label, "emphasis": c.emphasis, "numeric": c.kind in NUMBERS} for c in columns],
        "wide": wide,
        "body": Markup("\n").join(_line(row, marks) for row in cells),
        "shortened": any(len(cell) > LONG for row in cells for cell in row if cell),
        "shown": len(rows),
        "total": total,
        "total_text": formatters.counted_text(total),
        "sums": _sums(columns, rows) if complete else None,
    }


def _mark(column: Column, wide: bool) -> str:
    """What each cell of a column is marked with: that it is a number, and the label of its line on paper."""
    number = ' class="num"' if column.kind in NUMBERS else ""
    return f'{number} data-label="{safe(column.label)}"' if wide else number


def _line(cells: list[str | None], marks: list[str]) -> Markup:
    """A row of a sheet: its cells are many, and a template takes five times as long."""
    first, *rest = zip(cells, marks, strict=True)
    told = [f'<tr><th scope="row">{safe(first[0])}</th>', *[_data(cell, mark) for cell, mark in rest], "</tr>"]
    return Markup("".join(told))  # noqa: S704 - every cell is escaped


def _data(cell: str | None, mark: str) -> str:
    if not cell:
        return "<td></td>"
    if len(cell) > LONG:
        return f'<td{mark}><div class="clamp">{safe(cell)}</div></td>'
    return f"<td{mark}>{safe(cell)}</td>"


def _sums(columns: Any, rows: list[Any]) -> list[str]:
    return [
        _cell(column, sum(row[number] or 0 for row in rows)) if column.summed else ""
        for number, column in enumerate(columns)
    ]


def _cell(column: Column, value: Any) -> str:
    return "" if value is None else SHOWN[column.kind](value)


def _amount(ore: int) -> str:
    return formatters.kroner(ore).removeprefix(f"kr{formatters.NBSP}")


SHOWN: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.LONG_TEXT: str,
    Kind.INTEGER: formatters.grouped,
    Kind.DECIMAL: formatters.decimal,
    Kind.MONEY: _amount,
    Kind.DATE: formatters.day,
    Kind.MONTH: lambda first: f"{first:%m.%Y}",
    Kind.DATETIME: formatters.moment,
}


def _fact(value: Any) -> str:
    """What a cover tells: words, or the moment it was made."""
    return formatters.moment(value) if isinstance(value, datetime) else str(value or "")


def _trail(*names: str) -> list[dict[str, str | None]]:
    trail: list[dict[str, str | None]] = [
        {"label": _("Start"), "url": "/"},
        {"label": _("Rapporter"), "url": url_for(".index")},
    ]
    trail += [{"label": name, "url": None} for name in names]
    trail[-1] = {**trail[-1], "url": None}
    return trail
