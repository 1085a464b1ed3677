"""The ground every table stands on: identity, owner, version, and the list of fields of a class."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, declared_attr, foreign, mapped_column, relationship

from models.declare import fields
from models.declare.approval import Approval
from models.declare.attributes import ask_lightly
from models.declare.cleaning import line, lines
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.fields import Field
from models.declare.inferred import Derived
from models.declare.memories import remembers
from models.declare.notrelevant import give_column
from models.declare.shapes import TEXTS, Moment, Shape
from models.declare.words import N_, Saying, placed

ask_lightly()


class Group(StrEnum):
    """Where a register stands in the menu."""

    PROTECTION = N_("Personvern")
    ARCHITECTURE = N_("Systemer og data")
    ORGANISATION = N_("Organisasjon og avtaler")
    CATALOGUE = N_("Felleskatalog")
    CODES = N_("Kodelister")
    SYSTEM = N_("Forvaltning")


@dataclass(frozen=True, slots=True)
class Register:
    """What the menu and the pages call a register: plural `name`, singular `one`, and the field that names a row.

    `views` are ways to look at its list that are of use to all: a name, and what the address of the list asks for.
    `asks_why` makes nobody change or delete a row of it without a reason, which stands in the history.
    `aliases` is the field that holds other names of a row, with commas between.
    `seen_elsewhere` rows are read through what uses them: the register is in the menu of those who keep it alone.
    `approval` says that rows are sent and approved, and what their status is called on the way.
    """

    group: Group
    name: str
    one: str
    intro: str
    title: str = "name"
    detail: str | None = None
    views: tuple[tuple[str, str], ...] = ()
    asks_why: bool = False
    aliases: str = ""
    seen_elsewhere: bool = False
    approval: Approval | None = None


class Base(DeclarativeBase):
    """The declarative base; expands declared links before a class is mapped."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    __table__: ClassVar[Table]
    __domain__: ClassVar[Domain | None] = None
    __written_once__: ClassVar[bool] = False  # rows that Orden adds and nobody changes: the history, the access log
    __locked__: ClassVar[str] = ""  # when a row changes no more, as SQL of OLD (models/tenancy/locks.py)
    __locked_columns__: ClassVar[tuple[str, ...]] = ()  # those that do not; all of them where none is named
    __closed_by__: ClassVar[tuple[str, ...]] = ()  # a table and columns: to its rows none is added afterwards
    __personal__: ClassVar[bool] = False  # rows of one person, the `user_id`, that nobody else reads or writes

    def __init_subclass__(cls, **options: Any) -> None:
        if "__tablename__" in vars(cls):
            if issubclass(cls, OwnedRecord):
                give_column(cls)
            links = fields.expand(cls)
            # An id is never used again: what an open page or the history calls by it stays what it was.
            never_again = {"sqlite_autoincrement": True}
            cls.__table_args__ = (*cls.keys(), *vars(cls).get("__table_args__", ()), *links, never_again)
        super().__init_subclass__(**options)
        if cls.__domain__ and "__table__" in vars(cls):
            cls.__table__.info["domain"] = cls.__domain__
        if "__table__" in vars(cls):
            cls.__table__.info["written_once"] = cls.__written_once__
            cls.__table__.info["personal"] = cls.__personal__
            cls.__table__.info["locked"] = (cls.__locked__, cls.__locked_columns__)
            cls.__table__.info["closed_by"] = cls.__closed_by__

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        """Constraints and indexes that every table of this kind has."""
        return ()


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _tidied(_cls: type[Any], _key: str, attribute: Any) -> None:
    """Every declared text is cleaned where it is given to a row, whichever door it came in by."""
    known = _info(attribute.property)
    if known is not None and known.shape in TEXTS:
        tidy = _tidy_lines if known.shape in {Shape.LONG_TEXT, Shape.LINKS} else _tidy_line
        event.listen(attribute, "set", tidy, raw=True, retval=True, include_key=True)  # nothing is put around it
    if known is not None and known.shape is Shape.YES_NO and not known.required:
        event.listen(attribute, "set", _tidy_tick, raw=True, retval=True, include_key=True)


def _tidy_line(_state: Any, value: Any, _before: Any, _token: Any) -> Any:
    return line(value)


def _tidy_tick(_state: Any, value: Any, _before: Any, _token: Any) -> Any:
    """A box nobody must answer, and that is emptied, has no tick."""
    return False if value is None else value


def _tidy_lines(_state: Any, value: Any, _before: Any, _token: Any) -> Any:
    return lines(value)


class Record:
    """A row of a register: number, version against lost updates, and the two keys lists are searched and sorted by.

    `search_text` and `sort_key` are derived at flush by `models/changes/derived.py`; the sort key orders æ ø å
    by plain bytes on both engines, so that an index serves it.
    """

    __register__: ClassVar[Register]
    __written_once__: ClassVar[bool]

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now, nullable=False)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now, nullable=False)
    search_text: Mapped[str] = mapped_column(String, default="", nullable=False)
    sort_key: Mapped[str] = mapped_column(
        String(120).with_variant(String(120, collation="C"), "postgresql"), default="", nullable=False
    )

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    def sort_by(self) -> str:
        """What lists are ordered by unless asked otherwise."""
        return str(self)

    def instead(self, _key: str, _today: date) -> Saying | None:
        """What the page of a row says of a field instead of its value, where that alone would mislead. Asked of what
        stands for the row, too."""
        return None

    def __str__(self) -> str:
        return str(getattr(self, self.__register__.title) or "")


class Shared(Record):
    """A row of the common catalogue: everyone reads it, the project's own staff keep it."""

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (Index(None, "sort_key", "id"),)


class Pretended:
    """Marks a table in which a row may be made up, for everybody to look at. The walls look for this class: such a row
    is in no statement but those of who looks at it, and they find no other."""

    example: Mapped[str | None] = mapped_column(String(64))  # the fingerprint of what it was made from


class Owned:
    """Marks every table whose rows belong to one municipality. The walls look for this class."""

    __domain__: ClassVar[Domain | None]

    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), nullable=False)


class Content(Owned):
    """Register content of a municipality."""

    __domain__: ClassVar[Domain | None] = Domain.CONTENT


class Risk(Owned):
    """Risk content: never shown to other municipalities or to the project."""

    __domain__: ClassVar[Domain | None] = Domain.RISK


class People(Owned):
    """Who holds which role where. Everyone may read what is about oneself."""

    __domain__: ClassVar[Domain | None] = Domain.PEOPLE

    user_id: Mapped[int | None] = mapped_column(Integer)


class Money(Owned):
    """What a municipality is charged."""

    __domain__: ClassVar[Domain | None] = Domain.MONEY


class Window(Owned):
    """What a municipality shows its sisters."""

    __domain__: ClassVar[Domain | None] = Domain.WINDOW


class Witnessed(Owned):
    """Who came in to a municipality, and what was taken out of it."""

    __domain__: ClassVar[Domain | None] = Domain.ACCESS


class Remarks(Owned):
    """What is said of content and of shared rows, by anyone who may read them."""

    __domain__: ClassVar[Domain | None] = Domain.REMARKS


class RiskRemarks(Owned):
    """What is said of risk, by anyone who may read it."""

    __domain__: ClassVar[Domain | None] = Domain.RISK_REMARKS


class Views(Owned):
    """How a municipality looks at its registers."""

    __domain__: ClassVar[Domain | None] = Domain.VIEWS


class Told(Owned):
    """What was told of content and risk together, and is kept as it was told."""

    __domain__: ClassVar[Domain | None] = Domain.TOLD


class OwnedRecord(Record):
    """A register row with an owner. The composite key is what other owned tables refer to."""

    __register__: ClassVar[Register]

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("municipality_id", "id"),
            Index(None, "municipality_id", "sort_key", "id"),
            Index(None, "sort_key", "id"),  # several municipalities together, by the names of the rows
        )

    @declared_attr
    @classmethod
    def municipality(cls) -> Mapped[Any]:
        return relationship("Municipality", viewonly=True)


class Part:
    """A row that lives and dies with its parent and is edited in the parent's form.

    `class Distribution(Part, Content, Base, of=Dataset, within="distributions")` gives `parent` and `parent_id`.
    """

    __parent__: ClassVar[str]
    parent: ClassVar[Any]
    parent_id: ClassVar[Any]

    id: Mapped[int] = mapped_column(primary_key=True)

    __within__: ClassVar[str]  # the key of the parent's field that holds them

    def __init_subclass__(cls, of: type[Any], within: str, **options: Any) -> None:
        cls.__parent__ = of.__tablename__
        owned = fields.is_owned(cls)
        link = () if owned else (ForeignKey(f"{cls.__parent__}.id"),)
        cls.parent_id = mapped_column(Integer, *link, nullable=False, index=not owned)
        cls.__within__ = within
        cls.parent = relationship(of, primaryjoin=lambda: foreign(cls.parent_id) == of.id, back_populates=within)
        super().__init_subclass__(**options)

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        if not fields.is_owned(cls):
            return ()
        return (
            UniqueConstraint("municipality_id", "id"),
            Index(None, "municipality_id", "parent_id"),
            ForeignKeyConstraint(
                ["municipality_id", "parent_id"],
                [f"{cls.__parent__}.municipality_id", f"{cls.__parent__}.id"],
                name=f"fk_{cls.__tablename__}_parent",  # type: ignore[attr-defined]
            ),
        )


def fields_of(cls: type[Any]) -> tuple[Field, ...]:
    """Every declared field of a class that rows keep a value of, in the order it was written down, with its key."""
    return _fields_of(cls.__mapper__)


def told_fields(cls: type[Any]) -> tuple[Field, ...]:
    """The same with those nobody types: all that can be told of a row."""
    return _told_fields(cls.__mapper__)


@remembers()
def _told_fields(mapper: Mapper[Any]) -> tuple[Field, ...]:
    derived = [_stands(mapper, one.known, key) for key, one in vars(mapper.class_).items() if isinstance(one, Derived)]
    return tuple(sorted((*_fields_of(mapper), *derived), key=lambda known: known.order))


@remembers()
def _fields_of(mapper: Mapper[Any]) -> tuple[Field, ...]:
    declared = [(info, attribute.key) for attribute in mapper.attrs if (info := _info(attribute)) is not None]
    found = [_stands(mapper, info, key) for info, key in declared]
    found = [replace(one, target=mapper.class_) if one.shape is Shape.REASONS else one for one in found]
    return tuple(sorted(found, key=lambda known: known.order))


def _stands(mapper: Mapper[Any], known: Field, key: str) -> Field:
    """A declared field as it stands in a class, with its key; its help knows whose it is."""
    return replace(known, key=key, help=placed(f"help:{mapper.class_.__tablename__}.{key}", known.help))


def field_of(cls: type[Any], key: str) -> Field:
    """One declared field. Raises KeyError for an unknown key."""
    for known in told_fields(cls):
        if known.key == key:
            return known
    raise KeyError(f"{cls.__name__} has no field {key}")


def is_unique(cls: type[Any], known: Field) -> bool:
    """Whether no two rows, of one owner at least, may have the same in a field."""
    table = cls.__table__
    together = [tuple(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    together += [tuple(one.columns) for one in table.indexes if one.unique]
    alone = [{column.name for column in some} - {"municipality_id"} for some in together]
    return {known.column} in alone or bool(known.column in table.c and table.c[known.column].unique)


def _info(attribute: Any) -> Field | None:
    columns = getattr(attribute, "columns", None)
    source = columns[0].info if columns else attribute.info
    found = source.get("field")
    return found if isinstance(found, Field) else None


def shut_the_other_side() -> None:
    """Refuse changes of a many-to-many from the side that only sees it. Asked for once the classes are mapped."""
    for mapper in Base.registry.mappers:
        for relation in mapper.relationships:
            if owner := relation.info.get("seen_from"):
                for change in ("append", "remove", "bulk_replace"):
                    event.listen(relation.class_attribute, change, _refuse_from(owner), propagate=True)


def _refuse_from(owner: str) -> Any:
    def refuse(*_: Any, **__: Any) -> None:
        raise TypeError(f"Change {owner} instead: the history and the version of that row follow.")

    return refuse


def part_class(known: Field) -> type[Any]:
    """The class behind a field of parts."""
    assert known.shape is Shape.ROWS  # noqa: S101 - a programming error, not input
    return next(m.class_ for m in Base.registry.mappers if m.class_.__name__ == known.target)
