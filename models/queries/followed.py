"""What happened in what somebody follows, read within the scope in force: where access was taken away, nothing did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, func, or_, select

from models.declare.titles import title
from models.queries.merged import came_from
from models.registers.comments import CLASSES as COMMENTS
from models.registers.following import MENTIONS, Follow
from models.registers.organisation import ContactPerson
from models.tenancy.log import change_class

MOST_FOLLOWED, MOST_LISTS, MOST = 100, 10, 200


@dataclass
class News:
    """What happened to one row, newest first."""

    register: type[Any]
    row_id: int
    name: str = ""
    changes: list[Any] = field(default_factory=list)
    comments: list[Any] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        found: datetime = max([*(one.at for one in self.changes), *(one.edited_at or one.at for one in self.comments)])
        return found


def follows_of(session: Any, user_id: int) -> list[Follow]:
    """What a person follows, newest first."""
    mine = select(Follow).where(Follow.user_id == user_id).order_by(Follow.id.desc())
    return list(session.scalars(mine.limit(MOST_FOLLOWED + 1)))


def names(session: Any, follows: Iterable[Follow], registers: Sequence[type[Any]], language: str) -> dict[int, str]:
    """What followed rows are called now, by the id of the follow: those that are there and may be read. One statement
    for each register."""
    found: dict[int, str] = {}
    for register in registers:
        mine = {one.row_id: one.id for one in follows if one.row_id and one.register == register.__tablename__}
        label = title(register, register.__tablename__, register.__register__.title, language)
        if mine:
            rows = session.execute(select(register.id, label).where(register.id.in_(mine)))
            found |= {mine[row_id]: str(name) for row_id, name in rows}
    return found


def some_lists(follows: Sequence[Follow], page: int) -> tuple[list[Follow], int]:
    """What is followed but for the lists of other pages, of MOST_LISTS each, and how many pages there are: each list is
    asked for itself, rows all at once."""
    lists = [one for one in follows if one.is_list]
    here = lists[(page - 1) * MOST_LISTS : page * MOST_LISTS]
    return [one for one in follows if not one.is_list or one in here], max(-(-len(lists) // MOST_LISTS), 1)


@dataclass(frozen=True)
class Reader:
    """Who is told: with which address of theirs contact persons are known, and which registers they may read now.
    `within` narrows some rows of a register to those that a followed list holds."""

    user_id: int
    email: str
    registers: Sequence[type[Any]]
    within: Callable[[type[Any], str, Iterable[int]], set[int]]


def news(session: Any, reader: Reader, follows: Sequence[Follow], since: datetime) -> list[News]:
    """What others did since it was last seen, row by row with the newest first. Of what nothing is known yet, since a
    moment. One statement for each kind of rows and comments, two for each list that is followed, and one to name those
    of a register that were only spoken of."""
    found: dict[tuple[str, int], News] = {}
    by_name = {one.__tablename__: one for one in reader.registers}
    mine = [one for one in follows if one.register in by_name]

    def of(kind: str, row_id: int) -> News:
        return found.setdefault((kind, row_id), News(by_name[kind], row_id))

    for change in (*_of_rows(session, reader, mine), *_of_lists(session, reader, mine)):
        told = of(change.register, change.row_id)
        if change not in told.changes:
            told.changes.append(change)
    seen = next((one.seen_at for one in follows if one.register == MENTIONS), since)
    for comment in _comments(session, reader, mine, seen):
        if comment.register in by_name:
            of(comment.register, comment.row_id).comments.append(comment)
    for told in found.values():
        told.changes.sort(key=lambda one: one.id, reverse=True)
        told.name = told.changes[0].row_name if told.changes else ""
    _name(session, [one for one in found.values() if not one.changes])
    return sorted([one for one in found.values() if one.name], key=lambda one: one.at, reverse=True)


def _name(session: Any, unnamed: Sequence[News]) -> None:
    """Name the rows that were only spoken of; those that are gone are left without, and are no news."""
    for register in dict.fromkeys(one.register for one in unnamed):
        mine = {one.row_id: one for one in unnamed if one.register is register}
        for row in session.scalars(select(register).where(register.id.in_(mine))):
            mine[row.id].name = str(row)


def _grouped(follows: Iterable[Follow]) -> dict[str, dict[int, datetime]]:
    """The rows followed in each register, and until when each is known."""
    rows: dict[str, dict[int, datetime]] = {}
    for one in follows:
        if one.row_id:
            rows.setdefault(one.register, {})[one.row_id] = one.seen_at
    return rows


def _about(cls: Any, rows: dict[str, dict[int, datetime]]) -> list[Any]:
    """The conditions that something is about one of some rows, and newer than is known of any in its register."""
    return [
        and_(cls.register == kind, cls.row_id.in_(seen), cls.at > min(seen.values())) for kind, seen in rows.items()
    ]


def _of_rows(session: Any, reader: Reader, follows: Sequence[Follow]) -> list[Any]:
    rows, logs = _grouped(follows), {one.__tablename__: change_class(one) for one in reader.registers}
    found = []
    for log in dict.fromkeys(logs[kind] for kind in rows):
        here = {kind: seen for kind, seen in rows.items() if logs[kind] is log}
        changes = select(log).where(or_(*_about(log, here)), log.actor_id.is_distinct_from(reader.user_id))
        newest = session.scalars(changes.order_by(log.id.desc()).limit(MOST))
        found += [one for one in newest if one.at > here[one.register][one.row_id]]
    return found


def _of_lists(session: Any, reader: Reader, follows: Sequence[Follow]) -> list[Any]:
    registers = {one.__tablename__: one for one in reader.registers}
    found = []
    for follow in [one for one in follows if one.is_list]:
        register = registers[follow.register]
        log = change_class(register)
        newer = select(log).where(log.register == follow.register, log.at > follow.seen_at)
        newer = newer.where(log.actor_id.is_distinct_from(reader.user_id))
        newest = list(session.scalars(newer.order_by(log.id.desc()).limit(MOST)))
        if newest:
            held = reader.within(register, follow.query, {one.row_id for one in newest})
            found += [one for one in newest if one.row_id in held]
    return found


def _comments(session: Any, reader: Reader, follows: Sequence[Follow], seen: datetime) -> list[Any]:
    """What was said of followed rows, and what was said to the person, who is known by the address of a contact."""
    contacts = set(session.scalars(select(ContactPerson.id).where(ContactPerson.email == reader.email)))
    contacts |= came_from(session, ContactPerson, contacts) if contacts else set()
    rows, found = _grouped(follows), []
    if not contacts and not rows:
        return []
    for cls in COMMENTS.values():
        told: Any = cls.mentions.cast(String)
        named = [told.like(f"%: {one}{end}%") for one in contacts for end in ("}", ",")]
        last = func.coalesce(cls.edited_at, cls.at)
        about = _about(cls, rows) + ([and_(last > seen, or_(*named))] if named else [])
        others = (cls.author_id.is_distinct_from(reader.user_id), cls.gone_at.is_(None))
        said = select(cls).where(or_(*about), *others)
        for one in session.scalars(said.order_by(cls.id.desc()).limit(MOST)):
            followed = rows.get(one.register, {}).get(one.row_id)
            is_named = (one.edited_at or one.at) > seen and not contacts.isdisjoint(one.mentions.values())
            if is_named or (followed is not None and one.at > followed):
                found.append(one)
    return found
