"""What hangs on rows, their links and their parts: read in one statement, of however many rows and kinds.

The ORM reads each collection by itself and every linked row whole; of an activity that is thirteen statements.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from models.declare.fields import is_owned
from models.tenancy.reach import written
from models.tenancy.session import prepare

ROWS = "rows"
PLAIN = (String, Integer, BigInteger, Date)  # types that differ in nothing but, perhaps, a length


class _Ids(TypeDecorator[Any]):
    """Many ids as one parameter: the statement is the same for one row and for two thousand, and is planned once."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(ARRAY(Integer()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return list(value) if dialect.name == "postgresql" else json.dumps(list(value))


class _Among(FunctionElement[bool]):
    """Whether an id is one of many."""

    type = Boolean()
    inherit_cache = True


@compiles(_Among)
def _among(element: Any, compiler: Any, **options: Any) -> str:
    one, many = (compiler.process(part, **options) for part in element.clauses)
    return f"{one} IN (SELECT value FROM json_each({many}))"  # noqa: S608 - a column, and the sign for a parameter


@compiles(_Among, "postgresql")
def _among_on_postgres(element: Any, compiler: Any, **options: Any) -> str:
    one, many = (compiler.process(part, **options) for part in element.clauses)
    return f"{one} = ANY ({many})"


@dataclass(frozen=True, slots=True)
class Branch:
    """One kind of thing that hangs on the rows of a register, or on their parts.

    `rows` says where it is found, beside the rows of the register; `told` what is read of it, by name; `turn` what it
    is ordered by before its id.
    """

    owner: type[Any]
    key: str
    far: type[Any]
    rows: Select[Any]
    ids: tuple[Any, Any]  # at the far end, and of what has it
    told: Mapping[str, Any]
    turn: Any = None


def parts(register: type[Any], key: str, part: type[Any], told: Mapping[str, Any]) -> Branch:
    """The parts of a kind."""
    return Branch(register, key, part, _with_parts(register, part), (part.id, part.parent_id), told)


def links(
    register: type[Any], owner: type[Any], key: str, there: Any, told: Mapping[str, Any], turn: Any = None
) -> Branch:
    """What the rows, or their parts of a kind, are linked to. `there` is the class at the far end or an alias of it."""
    rows = _rows_of(register) if owner is register else _with_parts(register, owner)
    relation = getattr(owner, key)
    rows = rows.join(relation.of_type(there))
    return Branch(owner, key, relation.property.mapper.class_, rows, (there.id, owner.id), told, turn)


def references(
    register: type[Any], key: str, far: type[Any], there: Any, column: Any, told: Mapping[str, Any]
) -> Branch:
    """What the rows refer to by a column of theirs, as `links`."""
    rows = _rows_of(register).join(there, there.id == column)
    return Branch(register, key, far, rows, (there.id, register.id), told)


def among(column: Any) -> ColumnElement[bool]:
    """That an id is one of those given as the parameter ROWS, however many they are."""
    return _Among(column, bindparam(ROWS, type_=_Ids()))


def _rows_of(register: type[Any]) -> Select[Any]:
    return select().select_from(register)


def _with_parts(register: type[Any], part: type[Any]) -> Select[Any]:
    return _rows_of(register).join(part, hangs_on(part, register))


def hangs_on(part: Any, register: Any) -> Any:
    """That a part is of a row. Joined by owner and row, as the index of the parts is made."""
    on = part.parent_id == register.id
    return on & (part.municipality_id == register.municipality_id) if is_owned(part) else on


class Together:
    """Some branches of a register as one statement. For one row it is another than for many: where PostgreSQL does not
    know it reckons with ten, and would plan anew at every use because one is cheaper (4 of 9 ms)."""

    def __init__(self, register: type[Any], branches: Sequence[Branch]) -> None:
        self.branches = branches
        self._types: list[Any] = []
        self._slots = [self._give_slots(branch) for branch in branches]
        self._of_one = self._statement(register.id == bindparam(ROWS, type_=Integer))
        self._of_many = self._statement(among(register.id))

    def read(self, session: Any, ids: Sequence[int]) -> Iterator[tuple[Branch, int, int, dict[str, Any]]]:
        """Within the scope, branch by branch and each in its order: what is at the far end, the id of what has it, and
        what is told of it."""
        if not ids:
            return
        statement, given = (self._of_one, ids[0]) if len(ids) == 1 else (self._of_many, ids)
        named = [
            (branch, tuple(zip(branch.told, slots, strict=True)))
            for branch, slots in zip(self.branches, self._slots, strict=True)
        ]
        for number, _turn, far, near, *values in session.execute(statement, {ROWS: given}):
            branch, names = named[number]
            yield branch, far, near, {name: values[slot] for name, slot in names}

    def _statement(self, asked: ColumnElement[bool]) -> Any:
        selects = [self._select(number).where(asked) for number in range(len(self.branches))]
        whole = union_all(*selects) if len(selects) > 1 else selects[0]
        return prepare(whole.order_by("number", "turn", "far"))

    def _give_slots(self, branch: Branch) -> list[int]:
        """Columns of one type share a slot: twelve are quicker than the fifty of all parts side by side."""
        taken: list[int] = []
        for column in branch.told.values():
            same = (n for n, one in enumerate(self._types) if _is_same(one, column.type) and n not in taken)
            slot = next(same, None)
            if slot is None:
                self._types.append(column.type)
                slot = len(self._types) - 1
            taken.append(slot)
        return taken

    def _select(self, number: int) -> Select[Any]:
        branch = self.branches[number]
        values: list[Any] = [cast(null(), type_).label(f"v{n}") for n, type_ in enumerate(self._types)]
        for slot, column in zip(self._slots[number], branch.told.values(), strict=True):
            values[slot] = column.label(f"v{slot}")
        far, near = branch.ids
        turn = cast(null(), String) if branch.turn is None else branch.turn
        return branch.rows.add_columns(
            written(number).label("number"), turn.label("turn"), far.label("far"), near.label("near"), *values
        )


def _is_same(one: Any, other: Any) -> bool:
    """Whether the database and Python read both alike; how long a text may be makes no difference."""
    return type(one) is type(other) and type(one) in PLAIN
