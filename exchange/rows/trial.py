"""Some rows of a sheet tried in the session: what each would become, asked what its own form would ask.

Read together, a few hundred rows at a time: as many statements for one row as for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from exchange.cells.spellings import alike
from exchange.rows import names
from exchange.rows.asking import Asked, Late
from exchange.rows.existing import NOWHERE, Existing
from exchange.rows.inparts import Parts, Wished
from exchange.rows.planned import Difference, Plan, Planned, Said, What
from exchange.rows.references import UNKNOWN, Meant, References, ToMake, target_of
from exchange.rows.telling import part_said, said
from exchange.rows.wishes import Pointing, Rows, Wishes
from models.changes.beginning import begun, with_defaults
from models.changes.bulk import CHANGED_SINCE, UNMAKABLE, Bulk, Change, Judge, Refusal
from models.changes.gathering import rows_of
from models.declare.base import field_of, fields_of, part_class
from models.declare.choices import says_nothing
from models.declare.fields import Field, Kind
from models.declare.titles import title_of
from models.declare.words import N_, Problem
from models.queries import quality
from models.queries.standing import standing_together
from models.registers.comments import comment_class
from models.tenancy import scope
from models.tenancy.roles import Actor, can
from reports.language import translator

TAKEN = N_("«%(value)s» er registrert fra før, på Orden-nummer %(number)s.")
TAKEN_HERE = N_("«%(value)s» står også på linje %(number)s i arket.")
LIKE = N_("Det finnes en rad som heter «%(name)s» fra før, med Orden-nummer %(number)s.")
LIKE_HERE = N_("«%(name)s» står også på linje %(number)s i arket.")
COMMENT = N_("Kommentar")


@dataclass
class Trial:
    """What is known while a sheet is gone through. `versions` are how rows stood when they were looked at last."""

    session: Any
    actor: Actor
    plan: Plan
    touched: Sequence[Field]
    versions: Mapping[int, int] = field(default_factory=dict)
    claimed: dict[tuple[Any, ...], int] = field(default_factory=dict)
    titles: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plan = self.plan
        self.register, self.language, self.t = plan.register, plan.language, translator(plan.language)
        self.references = References(self.session, self._make, plan.how.make)
        self.names = self.references.names(self.register)
        self.existing = Existing(self.session, self.register, self.names, plan.how, self.t)
        self.wishes = Wishes(self.references, self.actor, self.register, self.language)
        self.parts = Parts(self.wishes)
        self.points_here = any(known.target in {self.register, "self"} for known in fields_of(self.register))

    def of(self, asked: Sequence[Asked]) -> Tried:
        """Try some rows."""
        tried = Tried(asked, [one for one in asked if self.existing.find(one)])
        with self.session.no_autoflush:
            self._gather(tried)
            for one in asked:
                if id(one) not in tried.rows:
                    one.tell_late(self.t)
            rows, pointing, wished = tried.rows, {}, {}
            for one in tried.asked:
                self.wishes.answer(one, rows[id(one)])
                pointing[id(one)] = self.wishes.pointing(one, rows[id(one)])
                wished[id(one)] = self.parts.wished(one, rows[id(one)])
            far = self._far(tried, pointing, wished)
            for one in tried.asked:
                tried.changes[id(one)] = self._changes(one, rows[id(one)], pointing[id(one)], wished[id(one)], far)
            self._try(tried)
            self._comments(tried)
        for one in asked:
            _merge(one)
            self._settle(one, tried)
        return tried

    def _gather(self, tried: Tried) -> None:
        """The row that each asks about, or a new one."""
        ids = [one.planned.row_id for one in tried.asked if one.planned.row_id is not None]
        there = rows_of(self.session, self.register, ids, self.touched)
        for one in list(tried.asked):
            row_id = one.planned.row_id
            row = with_defaults(begun(self.register, self.actor)) if row_id is None else there.get(row_id)
            if row is None:
                one.wrong(Problem(NOWHERE), self.t)
                tried.asked.remove(one)
            else:
                tried.rows[id(one)] = row
                one.planned.name = title_of(row, self.language)
                if one.planned.version is None:
                    one.planned.version = row.version
                self._name(one, row)

    def _name(self, asked: Asked, row: Any) -> None:
        """A new row that others of the sheet may stand under is known by its name from now on."""
        cell = asked.cells.get(self.register.__register__.title)
        if self.points_here and asked.planned.row_id is None and cell and isinstance(cell.value, str):
            self.references.made.setdefault((self.register, alike(cell.value)), row)

    def _far(self, tried: Tried, pointing: Mapping[int, Pointing], wished: Mapping[int, Wished]) -> Rows:
        """The rows that are pointed at, read together, and those that will be made."""
        wanted: dict[type[Any], set[int]] = {}
        for owner, known, meant in self._meant(pointing.values(), wished.values()):
            target = target_of(owner, known)
            wanted.setdefault(target, set()).update(one for one in meant if not isinstance(one, ToMake))
        tried.held = self.references.loaded(wanted)
        return tried.held

    def _meant(
        self, pointing: Iterable[Pointing], wished: Iterable[Wished]
    ) -> Iterable[tuple[type[Any], Field, list[Meant]]]:
        for found in pointing:
            for key, meant in found.items():
                yield self.register, field_of(self.register, key), meant
        for some in wished:
            for key, wishes in some.items():
                part = part_class(field_of(self.register, key))
                for wish in wishes:
                    yield from ((part, field_of(part, inner), meant) for inner, meant in wish.meant.items())

    def _make(self, register: type[Any], name: str) -> Any:
        """A new row of another register, by its name alone. Raises Problem where that may not be, or is not enough."""
        title = next((one for one in fields_of(register) if one.key == register.__register__.title), None)
        if title is None or not can(self.actor, "create", register, scope.current().active):
            raise Problem(UNMAKABLE)
        bulk, row = Bulk(self.session, self.actor, {}), with_defaults(begun(register, self.actor))
        bulk.make([(row, [Change(title, name)])])
        if refusals := bulk.refusals.get(row):
            raise refusals[0].problem
        self.plan.makes.append((register, name))
        return row

    def _changes(self, one: Asked, row: Any, pointing: Pointing, wished: Wished, far: Rows) -> list[Change]:
        wanted = self.wishes.changes(one, row, pointing, far)
        values = {change.known.key: change.of(row) for change in wanted}
        return [*wanted, *self.parts.changes(one, row, wished, values, far)]

    def _try(self, tried: Tried) -> None:
        old = [one for one in tried.asked if one.planned.row_id is not None]
        new = [one for one in tried.asked if one.planned.row_id is None]
        versions = {one.planned.row_id or 0: self._asked_version(one.planned) for one in old}
        ready = keeps_approved(self.session, self.register, [tried.rows[id(one)] for one in old])
        numbers = {tried.rows[id(one)]: one.planned for one in tried.asked}
        tried.bulk = bulk = Bulk(self.session, self.actor, versions, self._judge(ready, numbers))
        bulk.change_each((tried.rows[id(one)], tried.changes[id(one)]) for one in old)
        bulk.make((tried.rows[id(one)], tried.changes[id(one)]) for one in new)
        if self.points_here:
            self._follow(tried, new)

    def _follow(self, tried: Tried, new: Sequence[Asked]) -> None:
        """What points at a new row that does not come, does not come either."""
        bulk, comes = tried.bulk, set(map(id, tried.bulk.made))
        lost = {id(tried.rows[id(one)]) for one in new if one.planned.problems or id(tried.rows[id(one)]) not in comes}
        again = bool(lost)
        while again:
            again = False
            for one in tried.asked:
                row = tried.rows[id(one)]
                gone = [far for change in tried.changes[id(one)] for far in change.far if id(far) in lost]
                if gone and row in bulk.changed:
                    one.wrong(Problem(UNKNOWN, name=str(gone[0])), self.t)
                    bulk.take_back(row)
                    lost.add(id(row))
                    again = True
        self.references.made = {key: row for key, row in self.references.made.items() if id(row) not in lost}

    def _asked_version(self, planned: Planned) -> int:
        row_id, said = planned.row_id or 0, planned.version or 0
        return min(self.versions.get(row_id, said), said)

    def _judge(self, ready: Judge, numbers: Mapping[Any, Planned]) -> Judge:
        """What is said of a row that its own register does not know: that another has what it alone may have, and that
        it is approved and would have new gaps."""

        def judged(row: Any) -> Refusal | None:
            return self._taken(row, numbers[row]) or ready(row)

        return judged

    def _taken(self, row: Any, planned: Planned) -> Refusal | None:
        told = names.told(row) if self.names.by_key else {}
        for key, rows in self.names.by_key.items():
            values = tuple(told[column] for column in key)
            if None in values:
                continue
            fields = tuple(known for known in fields_of(self.register) if known.column in key)
            value = ", ".join(said(known, getattr(row, known.key), self.language) for known in fields)
            if (other := rows.get(values)) not in {None, row.id}:
                return Refusal(row, Problem(TAKEN, value=value, number=str(other)), fields)
            first = self.claimed.setdefault((key, values), planned.place)
            if first != planned.place:
                number = self.plan.rows[first].number
                return Refusal(row, Problem(TAKEN_HERE, value=value, number=str(number)), fields)
        return None

    def _comments(self, tried: Tried) -> None:
        """The notes that are not on the rows yet."""
        kept = comment_class(self.register)
        noted = {one.planned.row_id: one.planned for one in tried.asked if one.planned.notes and one.planned.row_id}
        if not noted or kept is None:
            return
        mine = (kept.register == self.register.__tablename__, kept.row_id.in_(list(noted)), kept.gone_at.is_(None))
        for row_id, text in self.session.execute(select(kept.row_id, kept.text).where(*mine)):
            noted[row_id].notes = [] if text == comment_of(noted[row_id]) else noted[row_id].notes

    def _settle(self, asked: Asked, tried: Tried) -> None:
        """Say in words what becomes of a row."""
        planned, row, bulk = asked.planned, tried.rows.get(id(asked)), tried.bulk
        refusals = bulk.refusals.get(row, ()) if row is not None and bulk is not None else ()
        late = False
        for refusal in refusals:
            late = late or refusal.problem.text == CHANGED_SINCE
            cells = [asked.cells[known.key] for known in refusal.fields if known.key in asked.cells]
            heading = cells[0].heading if cells else ", ".join(self.t(known.label) for known in refusal.fields)
            if asked.faulty.isdisjoint(known.key for known in refusal.fields):
                text = self.t(refusal.problem.text, **refusal.problem.params)
                planned.problems.append(Said(text, cells[0].address if cells else "", heading))
        if row is not None and row in (bulk.changed if bulk else ()):
            planned.name = title_of(row, self.language)
            planned.differences = list(self._differences(row, bulk, is_new=planned.row_id is None))
            if planned.problems:
                bulk.take_back(row)
        if planned.notes and row is not None and not planned.problems:
            planned.differences.append(Difference(self.t(COMMENT), "", comment_of(planned)))
        cell = asked.cells.get(self.register.__register__.title)
        if not planned.name and cell and not isinstance(cell.value, Late):
            planned.name = str(cell.value)
        planned.kind = self._kind(planned, row, late=late)

    def _kind(self, planned: Planned, row: Any, *, late: bool) -> What:
        if planned.problems:
            return What.CONFLICT if late and len(planned.problems) == 1 else What.ERROR
        if planned.row_id is not None:
            return What.CHANGED if planned.differences else What.UNCHANGED
        return What.DUPLICATE if self._is_duplicate(planned, row) else What.NEW

    def _is_duplicate(self, planned: Planned, row: Any) -> bool:
        """Whether another row goes by the name of a new one. It is said as a problem that one may pass over."""
        name = str(row)
        if not name or self.register.__register__.title not in self.register.__mapper__.columns:
            return False
        first = self.titles.setdefault(alike(name), planned.place)
        if there := self.names.named(name):
            planned.problems.append(Said(self.t(LIKE, name=name, number=str(min(there)))))
        elif first != planned.place:
            planned.problems.append(Said(self.t(LIKE_HERE, name=name, number=str(self.plan.rows[first].number))))
        return bool(planned.problems)

    def _differences(self, row: Any, bulk: Bulk, *, is_new: bool) -> Iterable[Difference]:
        for known, old, new in bulk.changed[row].values():
            if known.kind is Kind.ROWS:
                gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
                lines = [(part_said(one, self.language), "") for one in gone]
                lines += [("", part_said(one, self.language)) for one in come]
                yield from (Difference(self.t(known.label), *pair) for pair in lines)
            elif not is_new or not says_nothing(new):
                was = "" if is_new else said(known, old, self.language)
                yield Difference(self.t(known.label), was, said(known, new, self.language))
        for one in bulk.parts.get(row, ()):
            label = f"{self.t(one.within.label)}: {self.t(one.known.label)}"
            yield Difference(label, said(one.known, one.old, self.language), said(one.known, one.new, self.language))


@dataclass
class Tried:
    """Some rows that were tried, those of them that mean a row, and what holds it all in memory meanwhile."""

    all: Sequence[Asked]
    asked: list[Asked]
    rows: dict[int, Any] = field(default_factory=dict)
    changes: dict[int, list[Change]] = field(default_factory=dict)
    held: Rows = field(default_factory=dict)
    bulk: Any = None


def keeps_approved(session: Any, register: type[Any], rows: Sequence[Any]) -> Judge:
    """What is said of a row that is approved, and would be so with new gaps in it."""
    if register.__register__.approval is None:
        return lambda _row: None
    before = {one.row: (one, quality.gaps_when_approved(one)) for one in standing_together(session, rows)}

    def unready(row: Any) -> Refusal | None:
        lacking = quality.unready(*before[row]) if row in before else []
        return Refusal(row, Problem(quality.NOT_READY), tuple(lacking)) if lacking else None

    return unready


def comment_of(planned: Planned) -> str:
    """The words of a row that have no field, as they are said of it."""
    return "\n".join(planned.notes)


def _merge(asked: Asked) -> None:
    """What is said of the parts of a row on sheets of their own is said of the row."""
    for part in asked.parts:
        told, planned = part.planned, asked.planned
        planned.read, planned.placed = planned.read + told.read, planned.placed + told.placed
        planned.left += told.left
        planned.problems += told.problems
        planned.notes += told.notes
