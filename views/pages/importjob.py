"""A job of one's own behind the pages of an import: found, looked at, and what was seen of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import abort, g

import models
from exchange import choosing, guests, jobs, preview
from exchange.rows.planned import Outline
from exchange.table import Table
from models.database import db
from models.declare.numbers import BIGGEST
from models.declare.words import Problem
from models.registers.imports import LOOKED_AT, Import
from views import formatters, storing
from views.texts import language, tr


def own(number: int) -> Import:
    """A job of one's own, where one works now; else 404. Raises Problem for one of another municipality."""
    found = jobs.found(db.session(), min(number, BIGGEST)) or abort(404)
    into(found.register)
    return found


def into(name: str) -> type[Any]:
    """A register that one may import into."""
    register = models.BY_NAME.get(name.replace("-", "_")) or abort(404)
    if not jobs.may_import(g.actor, register, g.active):
        abort(403)
    return register


def place_of(found: Import) -> Path:
    return storing.imports().place(found.stored)


def look(number: int, draft: choosing.Draft, reading: jobs.Reading) -> None:
    """See what would become of the rows, and keep that; where it takes long, ask a worker to. Raises Problem where the
    sheet cannot be read so."""
    asked = draft.plan(reading, language())
    if preview.takes_long(asked):
        preview.check(db.session(), g.actor, asked)
        jobs.look_later(db.session(), still_open(number), reading, language())
    else:
        found = preview.look(db.session(), g.actor, asked, place_of(still_open(number)))
        jobs.look(still_open(number), reading, found)
    db.session.commit()


def still_open(number: int) -> Import:
    """A job of one's own of which nothing is asked yet. Raises Problem."""
    job = own(number)
    if job.state != LOOKED_AT:
        raise Problem(jobs.ASKED_BEFORE)
    return job


def further(found: Import) -> list[tuple[str, str]]:
    """What else the file of a job has that one may bring in, as long as it need not be looked into anew: by what it is
    asked for, and what it is called."""
    if not jobs.is_at_hand(storing.imports(), found):
        return []
    book = jobs.workbook(storing.imports(), found)
    by_class = {one.__name__: one for one in models.REGISTERS}
    every = [by_class[name] for name in guests.in_order()]
    mine = [one for one in every if jobs.may_import(g.actor, one, g.active)]
    some = choosing.elsewhere(mine, book, models.BY_NAME[found.register], jobs.Reading.of(found.how).sheet)
    return [(f"{place}-{one.__tablename__}", _called(one, book.tables[place])) for one, place in some]


def _called(register: type[Any], table: Table) -> str:
    return f"{tr(register.__register__.name)} ({formatters.grouped(len(table.rows))})"


def seen_of(found: Import) -> preview.Preview:
    """What was seen of the rows; looked at anew where that is gone, and does not take long."""
    is_open, place = found.state == LOOKED_AT, place_of(found)
    there = preview.kept(place, language() if is_open else found.language)
    if there is None and is_open:
        asked = jobs.asked(found, jobs.workbook(storing.imports(), found), language())
        if preview.takes_long(asked):
            there = preview.kept(place, found.language)
        else:
            preview.look(db.session(), g.actor, asked, place)
            there = preview.kept(place, language())
    if there is None:  # the rows are otherwise by now: what is known of them is what became of each
        rows = jobs.rows_seen(found)
        there = preview.Preview(rows, Outline.of(rows))
    return there
