"""Mergers and splits of municipalities in the making, and where each row came from that was carried over in one.

What goes where is a plan of the project's, and no register: it names rows by number and holds nothing of them. Where a
row came from belongs to the municipality that has it, behind the walls of what it tells of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, Content, Risk
from models.declare.choices import SuccessionKind
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.shapes import Moment
from models.tenancy.log import REASON

# A plan may be changed and carried out; what is carried out may be undone until it is confirmed; what was undone is a
# plan again. Both are done by a worker: meanwhile the plan waits for one, or is in its hands.
PLANNED, CARRIED, UNDONE, CONFIRMED = "planned", "carried", "undone", "confirmed"
TO_CARRY, CARRYING, TO_UNDO, UNDOING = "to_carry", "carrying", "to_undo", "undoing"
OPEN = frozenset({PLANNED, UNDONE})
GOES_ON = frozenset({TO_CARRY, CARRYING, TO_UNDO, UNDOING})
STANDS = frozenset({CARRIED, TO_UNDO, UNDOING, CONFIRMED})  # in which its rows are carried over
ENDING = frozenset({SuccessionKind.MERGE, SuccessionKind.SPLIT})  # after which the municipality is no more
Rows = Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Leg:
    """What goes from one municipality to another: `takes_all` but some rows, or only some. Rows by register."""

    source: int
    target: int
    nature: SuccessionKind = SuccessionKind.MERGE
    takes_all: bool = True
    rows: Rows = field(default_factory=dict)

    @property
    def is_last(self) -> bool:
        """Whether the municipality ends by it."""
        return self.nature in ENDING

    def chosen(self, register: str, ids: Iterable[int]) -> list[int]:
        """Those of the rows of a register that go along."""
        told = self.rows.get(register, frozenset())
        return [one for one in ids if (one in told) != self.takes_all]

    def choosing(self, register: str, ids: Iterable[int], chosen: Iterable[int]) -> Leg:
        """The same with these of the rows of a register, which are `ids`."""
        wanted = frozenset(chosen)
        told = frozenset(one for one in ids if (one in wanted) != self.takes_all)
        return replace(self, rows={**self.rows, register: told})

    def written(self) -> dict[str, Any]:
        """The same as JSON."""
        rows = {register: sorted(ids) for register, ids in self.rows.items() if ids}
        return {
            "source": self.source, "target": self.target, "nature": self.nature.value, "all": self.takes_all,
            "rows": rows,
        }  # fmt: skip

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Leg:
        rows = {register: frozenset(ids) for register, ids in written["rows"].items()}
        nature = SuccessionKind(written["nature"])
        return cls(written["source"], written["target"], nature, written["all"], rows)


class Merger(Base):
    """Municipalities that become others on a day. `plan` is the legs as JSON; `codes` the numbers of new municipalities
    by their ids; `twins` the applications that become one, as [target, ids]. `event` is the carrying in the history.

    The last that was asked for is `job`, the event it becomes, by whom, where and in which language; the history says
    `reason` of it. It carried over, or took away, `number` rows of content, or `said` tells why it did not."""

    __tablename__ = "merger"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    day: Mapped[date] = mapped_column(Date, nullable=False)
    plan: Mapped[list[Any]] = mapped_column(JSON, nullable=False, default=list)
    codes: Mapped[dict[str, str]] = mapped_column(JSON, nullable=False, default=dict)
    twins: Mapped[list[Any]] = mapped_column(JSON, nullable=False, default=list)
    state: Mapped[str] = mapped_column(String(20), nullable=False, default=PLANNED)
    event: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    made_by: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    made_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    state_by: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    state_at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    job: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    asked_by: Mapped[int | None] = mapped_column(Integer)
    asked_in: Mapped[int | None] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="nb")
    reason: Mapped[str] = mapped_column(String(REASON), nullable=False, default="")
    attempts: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    said: Mapped[list[str]] = mapped_column(JSON, nullable=False, default=list)
    number: Mapped[int | None] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    @property
    def legs(self) -> list[Leg]:
        return [Leg.of(one) for one in self.plan]

    def put(self, legs: Iterable[Leg]) -> None:
        """Let these be the legs."""
        self.plan = [leg.written() for leg in legs]

    @property
    def sources(self) -> list[int]:
        return list(dict.fromkeys(leg.source for leg in self.legs))

    @property
    def targets(self) -> list[int]:
        return list(dict.fromkeys(leg.target for leg in self.legs))

    def become(self, state: str, by: str) -> None:
        self.state, self.state_by, self.state_at = state, by, now()


class OriginColumns:
    """Where a row came from, and in which version it came and left: what was changed since is known by that. `number`
    is what it was called by there; `attachments` the ids of what came along beside it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(60), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)
    row_version: Mapped[int] = mapped_column(Integer, nullable=False)
    merger_id: Mapped[int] = mapped_column(Integer, nullable=False)
    day: Mapped[date] = mapped_column(Date, nullable=False)
    from_place: Mapped[int] = mapped_column(Integer, nullable=False)
    from_row: Mapped[int] = mapped_column(Integer, nullable=False)
    from_version: Mapped[int] = mapped_column(Integer, nullable=False)
    number: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    attachments: Mapped[list[int]] = mapped_column(JSON, nullable=False, default=list)

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (Index(None, "municipality_id", "register", "row_id"), Index(None, "merger_id"))


class Origin(OriginColumns, Content, Base):
    __tablename__ = "origin"


class RiskOrigin(OriginColumns, Risk, Base):
    __tablename__ = "risk_origin"


ORIGINS: dict[Domain, type[Any]] = {Domain.CONTENT: Origin, Domain.RISK: RiskOrigin}


def origin_class(register: type[Any]) -> type[Any] | None:
    """Where it is kept where the rows of a register came from; None of what is never carried over."""
    return ORIGINS.get(register.__domain__) if register.__domain__ else None
