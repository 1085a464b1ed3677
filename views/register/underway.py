"""How far a change of many rows has come: told while it goes on, and for an hour after, to who asked for it.

Whether it was done is asked of the history, which is written in the same transaction: however the process ended, that
is the truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from flask import current_app, g, url_for
from sqlalchemy import select

from models import BY_NAME
from models.database import db
from models.keeping.progress import Progress, Tell, Work
from models.registers.deliveries import DeliveryJob
from models.registers.imports import LOOKED_AT, Import
from models.registers.jobs import DONE
from models.registers.mergers import GOES_ON as STILL
from models.registers.mergers import Merger
from models.registers.packages import ArchiveJob, PackageJob
from models.tenancy.log import change_class
from views import formatters
from views.register.bulkselection import Selection
from views.texts import gettext as _
from views.texts import tr

MANY = 500  # rows; fewer are done before anybody can look
DELETE, LOOKS, MERGES, PACKS, ARCHIVES, SENDS = "delete", "looks", "merges", "packs", "archives", "sends"


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
    done = _in_history([one for one in ended if not {LOOKS, MERGES, PACKS, SENDS} & one.about.keys()])
    done += _merged([one for one in ended if MERGES in one.about])
    done += _of_jobs(PackageJob, [one for one in ended if PACKS in one.about])
    done += _of_jobs(ArchiveJob, [one for one in ended if ARCHIVES in one.about])
    done += _of_jobs(DeliveryJob, [one for one in ended if SENDS in one.about])
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
    return {"percent": _percent(work) if work else 0, "step": _step(work) if work else state}


def _kept() -> Progress:
    return Progress(Path(current_app.instance_path) / "progress")


def _line(work: Work, *, is_done: bool) -> dict[str, Any]:
    register = BY_NAME[work.about["register"]]
    return {
        "id": work.name,
        "name": tr(register.__register__.name),
        "text": _said(work, is_done=is_done),
        "percent": _percent(work) if work.alive else None,
        "step": _step(work) if work.alive else "",
        "url": _way(work) if is_done else None,
    }


def _way(work: Work) -> str:
    if MERGES in work.about:
        return url_for("mergers.plan", number=work.about[MERGES])
    if PACKS in work.about:
        return url_for("archives.index" if ARCHIVES in work.about else "packages.index")
    if SENDS in work.about:
        return url_for("invoicing.one", number=work.about[SENDS])
    return url_for("changes.event", event=work.name)


def _percent(work: Work) -> int:
    """The rows are gone through one by one, which is half of it where all are written at once then."""
    return (100 if {LOOKS, PACKS, SENDS} & work.about.keys() else 50) * work.done // work.whole if work.whole else 0


def _step(work: Work) -> str:
    if PACKS in work.about:
        done, whole = formatters.grouped(work.done), formatters.grouped(work.whole)
        return _("%(done)s av %(whole)s filer er skrevet", done=done, whole=whole) if work.whole else ""
    if SENDS in work.about:
        done, whole = formatters.grouped(work.done), formatters.grouped(work.whole)
        return _("%(done)s av %(whole)s dokumenter er levert", done=done, whole=whole) if work.whole else ""
    if work.done < work.whole or not work.whole or LOOKS in work.about:
        done, whole = formatters.grouped(work.done), formatters.grouped(work.whole or work.about["rows"])
        return _("%(done)s av %(whole)s rader er gått gjennom", done=done, whole=whole)
    return _("Alle radene er gått gjennom, og skrives nå")


def _said(work: Work, *, is_done: bool) -> str:
    number = formatters.grouped(work.whole or work.about["rows"])
    if LOOKS in work.about:
        return _("%(number)s rader til import ses gjennom", number=number)
    if work.about.get("imports"):
        alive = _("Import av %(number)s rader pågår", number=number)
        done = _("Import av %(number)s rader er ferdig", number=number)
        stopped = _("Import av %(number)s rader stanset: ingenting er importert", number=number)
    elif ARCHIVES in work.about:
        alive = _("Kommunens arkiv lages")
        done = _("Kommunens arkiv er ferdig")
        stopped = _("Kommunens arkiv ble ikke laget")
    elif PACKS in work.about:
        alive = _("En tilsynspakke lages")
        done = _("En tilsynspakke er ferdig")
        stopped = _("En tilsynspakke ble ikke laget")
    elif SENDS in work.about:
        alive = _("Fakturaer leveres")
        done = _("Fakturaer er levert")
        stopped = _("Levering av fakturaer stanset")
    elif MERGES in work.about and work.about["deletes"]:
        alive = _("En kommunesammenslåing angres")
        done = _("En kommunesammenslåing er angret")
        stopped = _("Angringen av en kommunesammenslåing stanset: ingenting er endret")
    elif MERGES in work.about:
        alive = _("Sammenslåing av kommuner pågår: %(number)s rader", number=number)
        done = _("Sammenslåing av kommuner er ferdig: %(number)s rader", number=number)
        stopped = _("Sammenslåing av kommuner stanset: ingenting er ført over")
    elif work.about["deletes"]:
        alive = _("Sletting av %(number)s rader pågår", number=number)
        done = _("Sletting av %(number)s rader er ferdig", number=number)
        stopped = _("Sletting av %(number)s rader stanset: ingenting er slettet", number=number)
    else:
        alive = _("Endring av %(number)s rader pågår", number=number)
        done = _("Endring av %(number)s rader er ferdig", number=number)
        stopped = _("Endring av %(number)s rader stanset: ingenting er endret", number=number)
    return alive if work.alive else done if is_done else stopped
