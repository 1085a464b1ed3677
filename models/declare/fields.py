"""How a column, a reference or a list of parts is declared: once, with all that is known about it.

List, form, details, import, export, reports, quality and history read these declarations;
nothing about a field is written a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from enum import StrEnum
from itertools import count
from typing import Any

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, Table
from sqlalchemy.orm import MappedColumn, backref, foreign, mapped_column, relationship
from sqlalchemy.types import TypeEngine

from models.declare.choices import Answer
from models.declare.conditions import Condition
from models.declare.domains import Domain
from models.declare.shapes import CHOSEN, SHAPES, TEXTS, Shape, Vocabulary, shape_of
from models.declare.words import Choice, check_length

_order = count()
COLUMN_OPTIONS = ("default", "index", "unique", "nullable")


class Mark(StrEnum):
    """How much a field matters for a finished record (domain handbook section 3)."""

    MANDATORY = "M"
    ADVISED = "A"
    OPTIONAL = "O"


class Personal(StrEnum):
    """Which class of personal data a field may hold: decides masking in the history."""

    NONE = "none"
    PERSONAL = "personal"
    SECRET = "secret"  # noqa: S105 - a class of data, not a password


class Copied(StrEnum):
    """What becomes of a field in a copy of the row: what stood is kept, it begins anew as in a new row, or it names the
    copy as one."""

    KEPT = "kept"
    ANEW = "anew"
    NAMED = "named"


class Kind(StrEnum):
    """Whether a field holds a value, points at a row or at several, or holds parts of its own."""

    VALUE = "value"
    REFERENCE = "reference"
    REFERENCES = "references"
    ROWS = "rows"


KINDS = {Shape.REFERENCE: Kind.REFERENCE, Shape.REFERENCES: Kind.REFERENCES, Shape.ROWS: Kind.ROWS}


@dataclass(frozen=True, slots=True)
class Field:
    """What is known about one field of a register.

    `applies` says in which rows the field is asked at all (all of them when None): elsewhere it is neither shown nor
    counted while it is empty; `expected` says in which rows a field that any may have counts as lacking when empty;
    `strict` says in which rows a value must be what its shape asks for (all of them when None);
    `writers` names the roles that alone may change the field (all who may change the row when empty);
    `readers` names the domain that must be open in the row's municipality for the field to be read at all;
    `shown` says whether sister municipalities see the field on a card, where a register has cards;
    `after` names the date of the same row that this one must come after;
    `copied` says what becomes of the field in a copy of the row, where that does not follow from what it holds
    (models/changes/copying.py);
    `confirms` is said of the date when somebody last confirmed that the row is right;
    `plain` values speak for themselves where a part is told on one line;
    `adds_up` says of a number or an amount whether the sum of many says anything;
    `via` is the reference behind which the field stands, when a list shows it beside the row (`through`);
    `follows` names the reference to the row that says it where this one is empty, and `cases` are the words of a field
    that nobody types, told with what the row they follow from `tells` (`models/declare/inferred.py`);
    `other_end` names the field that holds the same links in the register they lead to; the one of the two that is
    `mirrored` is declared at the other.
    """

    label: str
    help: str = ""
    section: str = ""
    mark: Mark = Mark.OPTIONAL
    required: bool = False
    listed: bool = False
    searched: bool = False
    filtered: bool = False
    in_form: bool = True
    exported: bool = True
    personal: Personal = Personal.NONE
    unit: str = ""
    plain: bool = False
    after: str = ""
    confirms: bool = False
    valid: tuple[Callable[[Any], Any], ...] = ()
    applies: Condition | None = None
    expected: Callable[[Any], bool] | None = None
    strict: Callable[[Any], bool] | None = None
    writers: tuple[str, ...] = ()
    readers: Domain | None = None
    shown: bool | None = None
    copied: Copied | None = None
    shape: Shape = Shape.TEXT
    length: int = 0
    key: str = ""
    choices: type[Choice] | None = None
    target: type[Any] | str | None = None
    via: Field | None = None
    adds_up: bool = True
    follows: str = ""
    cases: tuple[tuple[Condition | None, Any], ...] = ()
    tells: tuple[str, ...] = ()
    other_end: str = ""
    mirrored: bool = False
    order: int = attribute(default_factory=lambda: next(_order))
    kind: Kind = attribute(init=False, repr=False, compare=False)  # follows from the shape; asked for all the time

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", KINDS.get(self.shape, Kind.VALUE))
        told = self.listed or self.searched or self.filtered or self.shown or self.kind is not Kind.VALUE
        if self.readers and told:
            raise ValueError(
                f"«{self.label}» is not for all who read the row: it is a single value, and never listed, searched, "
                "filtered by or shown to sister municipalities."
            )
        if self.filtered and self.shape not in CHOSEN:
            raise ValueError(
                f"«{self.label}» is a {self.shape}, and no list is filtered by that: give it a vocabulary, make it an "
                "Answer or a reference, or leave out filtered=True."
            )
        if self.follows and self.shape not in {Shape.CHOICE, Shape.REFERENCE}:
            raise ValueError(f"«{self.label}» is a {self.shape}: only a choice or a reference follows a link.")
        if self.searched and self.shape not in TEXTS:
            raise ValueError(f"«{self.label}» is a {self.shape}, and only texts are searched: leave out searched=True.")

    @property
    def column(self) -> str:
        """The name of the column that holds the value (references store an id)."""
        return f"{self.key}_id" if self.shape is Shape.REFERENCE else self.key

    def applies_to(self, row: Any) -> bool:
        """Whether the field is asked of a row that stands like this."""
        return self.applies is None or self.applies(row)

    def counts_for(self, row: Any) -> bool:
        """Whether a row that stands like this lacks something when the field is empty."""
        return self.applies_to(row) and (self.expected is None or self.expected(row))

    def checks(self, row: Any) -> tuple[Callable[[Any], Any], ...]:
        """What a value of this field passes in a row that stands like this."""
        if self.strict is None or self.strict(row):
            return self.valid
        return tuple(check for check in self.valid if check not in SHAPES[self.shape].valid)

    @property
    def points_at(self) -> type[Any]:
        """The register a reference points at."""
        assert isinstance(self.target, type)  # noqa: S101 - a programming error, not input
        return self.target


def through(link: Field, known: Field) -> Field:
    """A field of what a reference points at, as a field beside the row: the organisation number of its supplier."""
    return replace(known, key=f"{link.key}.{known.key}", via=link, mark=Mark.OPTIONAL, follows="")


def field(label: str, what: Shape | TypeEngine[Any] | type[TypeEngine[Any]] | type[Choice], **known: Any) -> Any:
    """A column with its label and all that is known about it.

    `what` it holds is a `Shape`, a `Choice` class (a closed vocabulary stored by value), or a column type that says its
    shape itself. Options beyond those of `Field`: `default`, `index`, `unique`, `nullable`.
    Required fields are NOT NULL.
    """
    column_options: dict[str, Any] = {name: known.pop(name) for name in COLUMN_OPTIONS if name in known}
    shape, choices = shape_of(what), what if isinstance(what, type) and issubclass(what, Choice) else None
    brought = SHAPES[shape]
    given = known.pop("valid", ())
    length = known.pop("length", getattr(what, "length", None) or brought.length)
    info = Field(
        label,
        shape=shape,
        choices=choices or (Answer if shape is Shape.ANSWER else None),
        unit=known.pop("unit", brought.unit),
        length=length,
        valid=(
            *brought.valid,
            *((given,) if callable(given) else given),
            *((check_length(length),) if length else ()),
        ),
        **known,
    )
    return mapped_column(
        Vocabulary(choices) if choices else brought.sql(length),
        nullable=column_options.pop("nullable", not info.required),
        info={"field": info},
        comment=label,
        active_history=True,  # the history needs the old value even when it was not loaded
        **column_options,
    )


@dataclass(slots=True)
class Link:
    """A declared reference waiting for its class: turned into column, constraint and relationship by `expand`."""

    field: Field
    target: Any
    back: str | None = None
    there: Field | None = None


def reference(label: str, target: Any, **known: Any) -> Any:
    """Many-to-one to another register, or to this one with `target="self"`. Gives `name` and `name_id`.

    Where code names the column, the class also says `name_id: ClassVar[Any]`, for the type checker alone.
    """
    return Link(Field(label, shape=Shape.REFERENCE, target=target, **known), target)


def references(label: str, target: Any, *, back: str | None = None, there: Field | None = None, **known: Any) -> Any:
    """Many-to-many to another register, through a link table that carries the owner. The links are seen from the other
    side as `back`; they are changed from there as well when that is a field, `there`."""
    other_end = back or "" if there else ""
    return Link(Field(label, shape=Shape.REFERENCES, target=target, other_end=other_end, **known), target, back, there)


def from_there(label: str, **known: Any) -> Field:
    """The field by which links are changed from the register they lead to."""
    return Field(label, shape=Shape.REFERENCES, mirrored=True, **known)


def rows(label: str, target: str, **known: Any) -> Any:
    """Parts that live and die with the row and are edited in its form; `target` names the part class."""
    info = Field(label, shape=Shape.ROWS, target=target, **known)
    return relationship(
        target,
        back_populates="parent",
        cascade="all, delete-orphan",
        order_by=f"{target}.id",
        info={"field": info},
    )


def expand(cls: type[Any]) -> list[Any]:
    """Turn the declared links of a class into columns and relationships before it is mapped; gives the constraints."""
    constraints: list[Any] = []
    for key, link in [(k, v) for k, v in vars(cls).items() if isinstance(v, Link)]:
        build = _many_to_one if link.field.shape is Shape.REFERENCE else _many_to_many
        constraints += build(cls, key, link)
    return constraints


def is_owned(cls: Any) -> bool:
    """Whether the class belongs to a municipality."""
    return getattr(cls, "__domain__", None) is not None


def _many_to_one(cls: Any, key: str, link: Link) -> Sequence[Any]:
    target = cls if link.target == "self" else link.target
    table = cls.__tablename__ if link.target == "self" else target.__tablename__
    owned = is_owned(target) and is_owned(cls)
    column: MappedColumn[Any] = mapped_column(
        Integer,
        *(() if owned else (ForeignKey(f"{table}.id"),)),
        nullable=not link.field.required,
        index=True,
        info={"reference": key},
        comment=link.field.label,
    )
    setattr(cls, f"{key}_id", column)

    def join() -> Any:
        there = cls if link.target == "self" else target
        return foreign(getattr(cls, f"{key}_id")) == there.id

    remote: dict[str, Any] = {"remote_side": lambda: cls.id} if link.target == "self" else {}
    setattr(
        cls,
        key,
        relationship(
            lambda: cls if link.target == "self" else target,
            primaryjoin=join,
            active_history=True,
            info={"field": replace(link.field, key=key, target=target)},
            **remote,
        ),
    )
    if not owned:
        return ()
    return [
        ForeignKeyConstraint(
            ["municipality_id", f"{key}_id"],
            [f"{table}.municipality_id", f"{table}.id"],
            name=f"fk_{cls.__tablename__}_{key}",
        )
    ]


def _many_to_many(cls: Any, key: str, link: Link) -> Sequence[Any]:
    target, here, there = link.target, cls.__tablename__, link.target.__tablename__
    near, far = f"{here}_id", f"{there}_id"
    name = f"{here}_{key}"
    if is_owned(cls):
        columns = [
            Column("municipality_id", Integer, nullable=False),
            Column(near, Integer, primary_key=True),
            Column(far, Integer, primary_key=True, index=True),
            _composite(name, near, here),
            _composite(name, far, there)
            if is_owned(target)
            else ForeignKeyConstraint([far], [f"{there}.id"], name=f"fk_{name}_{far}"),
        ]
    else:
        columns = [
            Column(near, ForeignKey(f"{here}.id", ondelete="CASCADE"), primary_key=True),
            Column(far, ForeignKey(f"{there}.id"), primary_key=True, index=True),
        ]
    table = Table(name, cls.metadata, *columns, info={"domain": getattr(cls, "__domain__", None)})
    # Seen from the other side, and changed from this one alone: the history and the version of this row follow. Where
    # both ends have a field, those of both rows do.
    seen: dict[str, Any] = {"viewonly": True, "sync_backref": False, "info": {"seen_from": f"{cls.__name__}.{key}"}}
    if link.there is not None:
        seen = {"info": {"field": replace(link.there, key=link.back or "", target=cls, other_end=key)}}
    options: dict[str, Any] = {"backref": backref(link.back, **seen)} if link.back else {}
    setattr(
        cls,
        key,
        relationship(target, secondary=table, info={"field": replace(link.field, key=key)}, **options),
    )
    return ()


def _composite(name: str, column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", column],
        [f"{table}.municipality_id", f"{table}.id"],
        name=f"fk_{name}_{column}",
    )
