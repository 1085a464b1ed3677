"""How far a change of many rows has come: told while it goes on, and for an hour after, to who asked for it.

Whether it was done is asked of the history, which is written in the same transaction: however the process ended, that
is the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app, g, url_for
from sqlalchemy import select

from models import BY_NAME
from models.database import db
from models.declare.clock import now
from models.keeping.progress import Progress, Tell, Work
from models.registers.imports import LOOKED_AT, Import
from models.registers.jobs import DONE, TAKEN
from models.registers.mergers import GOES_ON as STILL
from models.registers.mergers import Merger
from models.tenancy.log import change_class
from views import formatters
from views.register.bulkselection import Selection
from views.register.works import KINDS, LOOKS, MERGES, kind_of
from views.texts import gettext as _
from views.texts import tr

MANY = 500  # rows; fewer are done before anybody can look
RECENTLY = timedelta(hours=24)
DELETE = "delete"


def is_long(selection: Selection) -> bool:
    """Whether somebody will wait for it, and so is told how far it has come."""
    return selection.number > MANY


def telling(selection: Selection) -> AbstractContextManager[Tell]:
    """For the block in which all of it is done."""
    return telling_of(selection.register, selection.number, deletes=selection.work == DELETE)


@contextmanager
def telling_of(register: type[Any], number: int, *, deletes: bool = False) -> Iterator[Tell]:
    """The same of so many rows of a register."""
    if number <= MANY:
        yield lambda _done, _whole: None
        return
    about = {"register": register.__tablename__, "deletes": deletes, "place": g.active, "rows": number}
    with _kept().telling(g.actor.user_id, g.request_id, about) as tell:
        yield tell


def shown() -> list[dict[str, Any]]:
    """What one has going here, and what ended not long ago; of the ended ones the history is asked."""
    found = [one for one in _kept().of(g.actor.user_id) if one.about["place"] == g.active]
    ended = [one for one in found if not one.alive]
    done = _in_history([one for one in ended if not {LOOKS, MERGES} & one.about.keys() and kind_of(one).job is None])
    done += _merged([one for one in ended if MERGES in one.about])
    for table in dict.fromkeys(kind.job for kind in KINDS if kind.job is not None):
        done += _of_jobs(table, [one for one in ended if kind_of(one).job is table])
    looked = _looked_at([one.name for one in ended if LOOKS in one.about])
    lines = [_line(one, is_done=one in done) for one in found if one.alive or LOOKS not in one.about]
    return lines + [_looked(looked[one.name], one) for one in ended if one.name in looked]


def _looked_at(events: list[str]) -> dict[str, Import]:
    """The imports of one's own by how their look went by, of which nothing was asked since."""
    mine = (Import.event.in_(events), Import.user_id == g.actor.user_id, Import.state == LOOKED_AT)
    return {one.event: one for one in db.session.scalars(select(Import).where(*mine))} if events else {}


def _merged(ended: list[Work]) -> list[Work]:
    """Those of mergers of municipalities that were done: the plan says of its newest what came of it."""
    plans = (Merger.job.in_([one.name for one in ended]), Merger.state.not_in(STILL))
    there = {one.job for one in db.session.scalars(select(Merger).where(*plans)) if not one.said} if ended else set()
    return [one for one in ended if one.name in there]


def _of_jobs(table: type[Any], ended: list[Work]) -> list[Work]:
    """Those of jobs of one's own that were done: inspection packages, archives and deliveries."""
    mine = (table.event.in_([one.name for one in ended]), table.user_id == g.actor.user_id)
    asked = select(table.event).where(*mine, table.state == DONE)
    there = set(db.session.scalars(asked)) if ended else set()
    return [one for one in ended if one.name in there]


def _looked(job: Import, work: Work) -> dict[str, Any]:
    number = formatters.grouped(work.whole or work.about["rows"])
    if job.is_seen:
        text = _("%(number)s rader til import er sett gjennom", number=number)
    else:
        text = _("Gjennomgangen av %(number)s rader stanset", number=number)
    return {
        "id": work.name,
        "name": job.name,
        "text": text,
        "percent": None,
        "step": "",
        "url": url_for("importing.job", number=job.id),
    }


def _in_history(ended: list[Work]) -> list[Work]:
    """Those of which something was written: one statement for each log, however many they are."""
    written: set[tuple[str, str]] = set()
    for log in dict.fromkeys(change_class(BY_NAME[one.about["register"]]) for one in ended):
        names = [one.name for one in ended]
        found = select(log.register, log.request_id).where(log.request_id.in_(names)).distinct()
        written |= {(register, name) for register, name in db.session.execute(found)}
    return [one for one in ended if (one.about["register"], one.name) in written]


def of_job(event: str, state: str) -> dict[str, Any]:
    """How far a job of one's own has come; while nobody tells, the words for its state."""
    work = next((one for one in _kept().of(g.actor.user_id) if one.name == event and one.alive), None)
    return {"percent": kind_of(work).percent(work) if work else 0, "step": kind_of(work).step(work) if work else state}


def job_line(job: Any, waits: str, goes: str) -> dict[str, Any]:
    """A job of one's own that is not done, with the words for one that waits and for one that is being done."""
    state = tr(goes if job.state == TAKEN else waits)
    return {"event": job.event, "state": state, **of_job(job.event, state)}


def by_event(lines: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same for a script of a page that waits."""
    return {one["event"]: {"percent": one["percent"], "step": one["step"]} for one in lines}


def jobs_here(table: type[Any]) -> list[Any]:
    """One's own jobs of a table here that were asked for in the last day, the newest first."""
    mine = (table.user_id == g.actor.user_id, table.place == g.active, table.asked_at > now() - RECENTLY)
    return list(db.session.scalars(select(table).where(*mine).order_by(table.id.desc())))


def _kept() -> Progress:
    return Progress(Path(current_app.instance_path) / "progress")


def _line(work: Work, *, is_done: bool) -> dict[str, Any]:
    register, kind = BY_NAME[work.about["register"]], kind_of(work)
    return {
        "id": work.name,
        "name": tr(register.__register__.name),
        "text": kind.said(work, is_done=is_done),
        "percent": kind.percent(work) if work.alive else None,
        "step": kind.step(work) if work.alive else "",
        "url": kind.leads(work) if is_done else None,
    }
