"""An import as a person's job: looked at, asked for, and found again by nobody else and nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import func, select, update

import models
from exchange.files.plain import Why
from exchange.files.reading import Workbook, look_apart, read
from exchange.rows.planned import CHOSEN, How, PartSheet, Plan, Planned, What
from models.declare.cleaning import line
from models.declare.clock import now
from models.declare.words import N_, Problem
from models.keeping import turns
from models.keeping.files import Files
from models.registers.imports import GOES_ON, LONGEST_NAME, LOOKED_AT, TO_LOOK, WAITING, ColumnMatch, Import
from models.tenancy import scope
from models.tenancy.roles import Actor, can

GONE = N_("Filen du så på, er borte. Velg den på nytt.")
ELSEWHERE = N_("Filen ble lest inn for en annen kommune. Bytt tilbake til den, eller velg filen på nytt her.")
ASKED_BEFORE = N_("Dette er sendt inn før. Se hva som ble gjort, eller velg filen på nytt.")
BUSY = N_("Mange regneark leses akkurat nå. Vent litt, og prøv igjen.")
ENOUGH = N_("Du har %(most)s importer i gang. Vent til en av dem er ferdig.")
MOST_MATCHES, MOST_KEPT, MOST_GOING = 400, 20, 3  # imports of one person: that are kept, and that go on
AT_A_TIME, PATIENCE = 2, 20.0  # files that are looked into on a machine, and the seconds one waits for a turn


@dataclass(frozen=True)
class Reading:
    """How a file is read: which of its sheets holds the rows, and which ones parts, by their places."""

    sheet: int
    how: How
    parts: tuple[tuple[int, str, How], ...] = ()

    def written(self) -> dict[str, Any]:
        """The same as JSON."""
        parts = [[place, within, _how_written(how)] for place, within, how in self.parts]
        return {"sheet": self.sheet, "how": _how_written(self.how), "parts": parts}

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Reading:
        parts = tuple((place, within, _how_read(how)) for place, within, how in written["parts"])
        return cls(written["sheet"], _how_read(written["how"]), parts)


def begin(session: Any, files: Files, register: type[Any], content: BinaryIO, name: str, language: str) -> Import:
    """Keep a file that a person sent in, for the municipality they work in. To be committed."""
    stored, digest = files.put(content)
    who = scope.current()
    job = Import(
        user_id=who.user_id, place=who.active, register=register.__tablename__, language=language,
        name=(line(name) or "")[-LONGEST_NAME:], stored=stored, digest=digest,
    )  # fmt: skip
    session.add(job)
    session.flush()
    _forget(session, files)
    return job


def _forget(session: Any, files: Files) -> None:
    """Forget one's own imports but the newest and those that go on, so that nobody fills the disk."""
    mine = select(Import).where(Import.user_id == scope.current().user_id)
    old = session.scalars(mine.where(Import.state.not_in(GOES_ON)).order_by(Import.id.desc()).offset(MOST_KEPT)).all()
    for one in old:
        session.delete(one)
    session.flush()
    stored = {one.stored for one in old}
    for name in stored - {one.stored for one in session.scalars(mine.where(Import.stored.in_(stored)))}:
        files.drop(name, along=True)


def again(session: Any, job: Import) -> Import:
    """A new job about the same file, read the same way: what is done of it is looked at anew. To be committed."""
    who = scope.current()
    fresh = Import(
        user_id=who.user_id, place=job.place, register=job.register, language=job.language, name=job.name,
        stored=job.stored, digest=job.digest, how=job.how,
    )  # fmt: skip
    session.add(fresh)
    session.flush()
    return fresh


def may_import(actor: Actor, register: type[Any], place: int | None) -> bool:
    """Whether somebody may bring rows into a register, or change the ones there."""
    return can(actor, "create", register, place) or can(actor, "edit", register, place)


def mine(session: Any) -> list[Import]:
    """The jobs of one's own where one works now, the newest first."""
    who = scope.current()
    here = (Import.user_id == who.user_id, Import.place.is_not_distinct_from(who.active))
    return list(session.scalars(select(Import).where(*here).order_by(Import.id.desc()).limit(MOST_KEPT)))


def found(session: Any, number: int, register: type[Any] | None = None) -> Import | None:
    """A job of one's own; None for one of somebody else, as for what is none. Raises Problem for one of another
    municipality than one works in now."""
    who = scope.current()
    job: Import | None = session.scalars(
        select(Import).where(Import.id == number, Import.user_id == who.user_id)
    ).one_or_none()
    if job is None or (register is not None and job.register != register.__tablename__):
        return None
    if job.place != who.active:
        raise Problem(ELSEWHERE)
    return job


def workbook(files: Files, job: Import) -> Workbook:
    """What the file holds, which is still the one that was sent in. Raises Problem."""
    file = files.opened(job.stored, job.digest)
    if file is None:
        raise Problem(GONE)
    file.close()
    return read(files.place(job.stored), job.name, look=partial(_look, files), kept=_lines(files, job))


def is_at_hand(files: Files, job: Import) -> bool:
    """Whether what the file holds is there without looking into it anew."""
    return files.place(job.stored).exists() and _lines(files, job).exists()


def _lines(files: Files, job: Import) -> Path:
    place = files.place(job.stored)
    return place.with_name(f"{place.name}.lines")  # swept away when it is a day old


def _look(files: Files, file: BinaryIO, name: str, lines: BinaryIO) -> Why | None:
    with turn(files):
        return look_apart(file, name, lines)


@contextmanager
def turn(files: Files) -> Iterator[None]:
    """For a block in which a file is looked into: each takes memory of its own. Raises Problem when too many do."""
    with turns.turn(files.folder.with_name("turns"), AT_A_TIME, PATIENCE) as is_ours:
        if not is_ours:
            raise Problem(BUSY)
        yield


def asked(job: Import, book: Workbook, language: str = "") -> Plan:
    """The plan of a job, without rows yet."""
    reading, register = Reading.of(job.how), models.BY_NAME[job.register]
    parts = [PartSheet(within, book.tables[place], how) for place, within, how in reading.parts]
    return Plan(register, book.tables[reading.sheet], reading.how, language or job.language, parts)


def begun(job: Import, book: Workbook) -> Plan:
    """The plan of a job, of which the rows are what was seen of them."""
    plan = asked(job, book)
    plan.rows = rows_seen(job)
    return plan


def rows_seen(job: Import) -> list[Planned]:
    """What was seen of the rows of a job, without words."""
    return [_seen(place, told) for place, told in enumerate(job.seen)]


def look(job: Import, reading: Reading, plan: Plan) -> None:
    """Keep how a file is read and what was seen: what is done later is held to it. A possible duplicate does not come
    unless the person says so."""
    job.how, job.language, job.state, job.said = reading.written(), plan.language, LOOKED_AT, ""
    job.seen = [[str(row.kind), row.row_id, row.version, row.number, row.sheet] for row in plan.rows]
    job.counts = {str(kind): number for kind, number in plan.counts.items()}
    doubtful = [row.place for row in plan.rows if row.kind is What.DUPLICATE]
    job.chosen = {"kinds": sorted(map(str, CHOSEN)), "without": doubtful}


def look_later(session: Any, job: Import, reading: Reading, language: str) -> None:
    """Let a job be looked at by the next worker that is free. Raises Problem for one that was asked for before."""
    _ask(session, job, TO_LOOK, how=reading.written(), language=language, seen=[], counts={}, chosen={}, said="")


def ask(session: Any, job: Import, kinds: frozenset[What], without: frozenset[int] = frozenset()) -> None:
    """Let a job be done by the next worker that is free. Raises Problem for one that was asked for before."""
    _ask(session, job, WAITING, chosen={"kinds": sorted(map(str, kinds)), "without": sorted(without)})


def _ask(session: Any, job: Import, state: str, **values: Any) -> None:
    mine = (Import.id == job.id, Import.state == LOOKED_AT)
    going = select(func.count()).where(Import.user_id == scope.current().user_id, Import.state.in_(GOES_ON))
    if session.scalar(going) >= MOST_GOING:
        raise Problem(ENOUGH, most=MOST_GOING)
    asked = {"state": state, "event": secrets.token_hex(8), "asked_at": now(), "attempts": 0, **values}
    if not session.execute(update(Import).where(*mine).values(asked)).rowcount:
        raise Problem(ASKED_BEFORE)


def chosen(job: Import) -> tuple[frozenset[What], frozenset[int]]:
    """The kinds that are to be imported, and the places of rows that are not."""
    return frozenset(map(What, job.chosen["kinds"])), frozenset(job.chosen["without"])


def remember(session: Any, register: type[Any], columns: Mapping[str, str]) -> None:
    """Remember what a person took headings for, beside what is remembered already."""
    match = _match(session, register)
    if match is None:
        match = ColumnMatch(user_id=scope.current().user_id, register=register.__tablename__, columns={})
        session.add(match)
    newest = {**match.columns, **columns}
    match.columns, match.at = dict(list(newest.items())[-MOST_MATCHES:]), now()


def remembered(session: Any, register: type[Any]) -> dict[str, str]:
    """What a person took headings for the last time."""
    match = _match(session, register)
    return dict(match.columns) if match else {}


def _match(session: Any, register: type[Any]) -> ColumnMatch | None:
    mine = (ColumnMatch.user_id == scope.current().user_id, ColumnMatch.register == register.__tablename__)
    match: ColumnMatch | None = session.scalars(select(ColumnMatch).where(*mine)).one_or_none()
    return match


def _seen(place: int, told: Sequence[Any]) -> Planned:
    kind, row_id, version, number, sheet = told
    return Planned(place, number, sheet, What(kind), row_id=row_id, version=version)


def _how_written(how: How) -> dict[str, Any]:
    return {
        "columns": {str(place): key for place, key in how.columns.items()}, "fixed": dict(how.fixed),
        "notes": sorted(how.notes), "blank_clears": how.blank_clears, "make": sorted(how.make), "by_name": how.by_name,
        "keeps_words": how.keeps_words, "headless": how.headless,
    }  # fmt: skip


def _how_read(written: Mapping[str, Any]) -> How:
    return How(
        {int(place): key for place, key in written["columns"].items()}, written["fixed"],
        frozenset(written["notes"]), written["blank_clears"], frozenset(written["make"]), written["by_name"],
        written.get("keeps_words", False), written.get("headless", False),
    )  # fmt: skip
