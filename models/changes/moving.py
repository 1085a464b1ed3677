"""All that points at one row made to point at another: references, links, parts, what is said of it, what hangs on it
and who follows it; and back again.

What points at a row moves with it whoever may read it, else it would be left pointing at nothing: at a municipality's
row only that municipality's own, at a shared row those of all. None of it is shown to whoever moves it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.changes.gathering import rows_of
from models.declare.base import Part
from models.declare.domains import Domain
from models.declare.fields import Field, Kind, is_owned
from models.declare.pointing import pointing_at
from models.registers.attachments import attachment_class
from models.registers.comments import comment_class
from models.registers.following import Follow
from models.registers.municipality import all_ids
from models.tenancy import scope


def around(session: Any, row: Any) -> scope.Scope:
    """Everything that may point at a row, and whoever may follow it, in the name of whoever is at work."""
    ids = frozenset([row.municipality_id] if is_owned(type(row)) else all_ids(session))
    return replace(scope.current(), read=dict.fromkeys(Domain, ids), write=dict.fromkeys(Domain, ids), personal=True)


@dataclass
class Moves:
    """What pointed at `there` and is made to point at `here`. Used `around` both, and flushed there too.

    `pointers` are [table, id, field, whether it pointed here already]; `beside` the ids of what is said of the row,
    hangs on it and follows it, by table."""

    session: Any
    here: Any
    there: Any
    pointers: list[list[Any]] = field(default_factory=list)
    beside: dict[str, list[int]] = field(default_factory=dict)
    _held: list[Any] = field(default_factory=list)  # in memory until all is written

    @property
    def number(self) -> int:
        """How many rows and parts pointed there."""
        return len({(table, row_id) for table, row_id, _key, _had in self.pointers})

    def move(self) -> None:
        """Make everything point here. What the two hold themselves is left to whoever merges them."""
        for owner, known in pointing_at(type(self.there).__mapper__):
            for one in self._read(owner, known, self._pointing(owner, known)):
                row = one.parent if isinstance(one, Part) else one
                if row is not self.here and row is not self.there:
                    self.pointers.append([owner.__tablename__, one.id, known.key, self._turn(one, known)])
        for table in beside(type(self.here)):
            if rows := list(self._standing(table)):
                self.beside[table.__tablename__] = [one.id for one in rows]
                for one in rows:
                    one.row_id = self.here.id

    def written(self) -> dict[str, Any]:
        """The same as an entry of the history keeps it, in which nothing of the row itself changes."""
        nothing: dict[str, Any] = {"values": {}, "links": {}, "parts": []}
        return nothing | {"gone": self.there.id, "pointers": self.pointers, "beside": self.beside}

    def take_back(self, told: dict[str, Any]) -> None:
        """Make what was moved here point there again; what was changed to something else since stays as it is."""
        groups: dict[tuple[str, str], dict[int, bool]] = {}
        for table, row_id, key, had in told["pointers"]:
            groups.setdefault((table, key), {})[row_id] = had
        for owner, known in pointing_at(type(self.here).__mapper__):
            mine = groups.get((owner.__tablename__, known.key), {})
            for one in self._read(owner, known, list(mine)):
                self._turn_back(one, known, had=mine[one.id])
        for table in beside(type(self.here)):
            moved = told["beside"].get(table.__tablename__, [])
            still = select(table).where(table.id.in_(moved), table.row_id == self.here.id)
            for one in self.session.scalars(still) if moved else ():
                one.row_id = self.there.id

    def _pointing(self, owner: type[Any], known: Field) -> list[int]:
        found: Any = select(owner.id).order_by(owner.id)
        if known.kind is Kind.REFERENCE:
            found = found.where(getattr(owner, known.column) == self.there.id)
        else:
            far: Any = aliased(type(self.there))
            found = found.join(getattr(owner, known.key).of_type(far)).where(far.id == self.there.id)
        return list(self.session.scalars(found))

    def _read(self, owner: type[Any], known: Field, ids: Sequence[int]) -> list[Any]:
        """Rows with what their field points at; of parts also the rows they belong to."""
        found = list(rows_of(self.session, owner, ids, [known]).values())
        self._held += found
        if issubclass(owner, Part):
            parents = sorted({part.parent_id for part in found})
            self._held += rows_of(self.session, owner.parent.property.mapper.class_, parents).values()
        return found

    def _standing(self, table: type[Any]) -> Iterator[Any]:
        """What stands beside the row that is left. Who follows both rows goes on following both."""
        kind = type(self.here).__tablename__
        found = select(table).where(table.register == kind, table.row_id == self.there.id).order_by(table.id)
        if table is Follow:
            already = select(Follow.user_id).where(Follow.register == kind, Follow.row_id == self.here.id)
            found = found.where(Follow.user_id.not_in(already))
        yield from self.session.scalars(found)

    def _turn(self, one: Any, known: Field) -> bool:
        """Point here instead of there; gives whether it did so already."""
        if known.kind is Kind.REFERENCE:
            setattr(one, known.key, self.here)
            return False
        linked = getattr(one, known.key)
        had = self.here in linked
        setattr(one, known.key, list(dict.fromkeys(self.here if far is self.there else far for far in linked)))
        return had

    def _turn_back(self, one: Any, known: Field, *, had: bool) -> None:
        if known.kind is Kind.REFERENCE:
            if getattr(one, known.key) is self.here:
                setattr(one, known.key, self.there)
            return
        linked = getattr(one, known.key)
        if self.here in linked and self.there not in linked:
            setattr(one, known.key, [*(far for far in linked if had or far is not self.here), self.there])


def beside(register: type[Any]) -> list[type[Any]]:
    """The tables of what stands beside the rows of a register: what is said, what hangs there, who follows."""
    return [one for one in (comment_class(register), attachment_class(register), Follow) if one is not None]
