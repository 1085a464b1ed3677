"""What is possible at all: the same page by hand, and raw XlsxWriter.

The rows, how many there are and the way to the next page are asked for and written by one plain route; what stands
around them, menu and filters and all, is a constant. No sign-in, no scope, no languages.

Gunicorn serves `tests.bench.floor:create_app()`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import xlsxwriter
from flask import Flask, request
from sqlalchemy import Engine, Select, create_engine, func, literal, select

from models.declare.base import Base, fields_of
from models.declare.fields import Field, Kind
from models.declare.folding import fold
from models.queries.finding import COUNT_LIMIT
from models.registers.architecture import Application
from models.registers.municipality import Municipality

TABLES = Base.metadata.tables
PAGE, FRAME = 50, "frame.json"
LISTED = [known for known in fields_of(Application) if known.listed and known.kind is not Kind.REFERENCES]
EXPORTED = [known for known in fields_of(Application) if known.exported]


def statement(fields: list[Field]) -> Select[Any]:
    """The id, the municipality and the given fields; of references the name."""
    table, owner = TABLES["application"], Municipality.__table__
    columns, source = [table.c.id, owner.c.name], table.join(owner, owner.c.id == table.c.municipality_id)
    for known in fields:
        if known.kind is Kind.VALUE:
            columns.append(table.c[known.key])
        elif known.kind is Kind.REFERENCE:
            there = _target(known).alias()
            columns.append(there.c.name)
            source = source.outerjoin(there, there.c.id == table.c[known.column])
    return select(*columns).select_from(source)


def _target(known: Field) -> Any:
    return TABLES["application"] if known.target is Application else known.target.__table__  # type: ignore[union-attr]


def keep_frame(page: str, folder: str) -> None:
    """Put aside what our own page has around its rows, for the floor to send."""
    before, _, rest = page.partition("<tbody>")
    (Path(folder) / FRAME).write_text(json.dumps([before, rest.partition("</tbody>")[2]]), encoding="utf-8")


@cache
def frame() -> list[str]:
    """What stands before and after the rows; read once."""
    kept: list[str] = json.loads((Path(os.environ["ORDEN_INSTANCE"]) / FRAME).read_text(encoding="utf-8"))
    return kept


def create_app() -> Flask:
    app, engine = Flask(__name__), create_engine(os.environ["BENCH_DATABASE_URL"])
    table = TABLES["application"]
    keys = (table.c.municipality_id, table.c.sort_key, table.c.id)
    wanted, some = statement(LISTED).add_columns(*keys), select(literal(1)).select_from(table).limit(COUNT_LIMIT + 1)
    shows = [_html(known) for known in LISTED]

    @app.get("/list/")
    def index() -> str:
        order = keys[1:] if request.args.get("sort") else keys
        found, counted = wanted.order_by(*order).limit(PAGE), some
        if owner := request.args.get("municipality"):
            found, counted = (one.where(table.c.municipality_id == int(owner)) for one in (found, counted))
        if word := request.args.get("search"):
            contains = table.c.search_text.contains(fold(word), autoescape=True)
            found, counted = found.where(contains), counted.where(contains)
        with engine.connect() as connection:
            rows = connection.execute(found).all()
            number = connection.scalar(select(func.count()).select_from(counted.subquery()))
        body = "".join(
            f'<tr><th scope="row"><a href="/details/?id={row[0]}">{shows[0](row[2])}</a></th><td>{escape(row[1])}</td>'
            + "".join([f"<td>{show(value)}</td>" for show, value in zip(shows[1:], row[3:-3], strict=True)])
            + "</tr>"
            for row in rows
        )
        before, after = frame()
        onward = urlencode(dict(zip(("owner", "key", "id"), rows[-1][-3:], strict=True))) if rows else ""
        next_html = f'<a href="/list/?{escape(onward)}">Neste</a>'
        return f"{before}<tbody>{body}</tbody>{after}<p>{number} rader {next_html}</p>"

    return app


def _html(known: Field) -> Callable[[Any], str]:
    if known.choices is not None:
        labels = {member: escape(member.label) for member in known.choices}
        return lambda value: labels.get(value, "")
    return lambda value: "" if value is None else f"{value:%d.%m.%Y}" if isinstance(value, date) else escape(str(value))


def export(url: str, target: Path) -> int:
    """The same rows and columns by XlsxWriter in constant memory, cell by cell; gives the number of rows."""
    engine, table = create_engine(url), TABLES["application"]
    found = statement(EXPORTED).order_by(table.c.municipality_id, table.c.sort_key, table.c.id)
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_urls": False, "default_date_format": "dd.mm.yyyy"}
    )
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Kommune", *[known.label for known in EXPORTED]])
    sheet.freeze_panes(1, 1)
    number = 0
    for number, row in enumerate(_rows(engine, found), 1):
        sheet.write_row(number, 0, row)
    sheet.autofilter(0, 0, number, len(EXPORTED))
    book.close()
    return number


def _rows(engine: Engine, found: Select[Any]) -> Iterator[list[Any]]:
    """Every field a column; the many-valued ones are empty in this set and cost the floor nothing."""
    labels = [{member: member.label for member in known.choices} if known.choices else None for known in EXPORTED]
    single = [known.kind in {Kind.VALUE, Kind.REFERENCE} for known in EXPORTED]
    with engine.connect() as connection:
        for row in connection.execute(found.execution_options(yield_per=2000)):
            values = iter(row[2:])
            cells = [next(values) if one else None for one in single]
            yield [
                row[1],
                *[cell if label is None else label.get(cell) for cell, label in zip(cells, labels, strict=True)],
            ]
