"""What a municipality shows everybody, where it has said that it does: which systems it uses, what it processes
personal data for, and which datasets it wants to be found by. It is shown as it stands, and no longer than it stands.

`PUBLIC` is the one list of what leaves: no other field of these rows is told, whoever asks. Texts that name a contact
person of the municipality, or hold an address for e-mail, are held back; a row that does so in its name is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from models.declare.base import field_of, part_class
from models.declare.choices import Answer, LanguageForm, ProcessingRole, RecordStatus
from models.declare.clock import today
from models.declare.fields import Field, Kind
from models.declare.folding import fold
from models.declare.memories import Bounded, memory, remembers
from models.declare.titles import title
from models.queries.finding import order_keys, stamp
from models.queries.reading import Reader
from models.queries.servicemap import USED
from models.queries.together import Branch, Together, links
from models.registers.architecture import Application
from models.registers.catalogue import Product
from models.registers.codes import Article6, DatasetTheme, Law, LosTheme
from models.registers.data import Dataset, Distribution
from models.registers.municipality import Municipality, MunicipalityCode
from models.registers.organisation import ContactPerson
from models.registers.processing import LegalReference, ProcessingActivity, PurposeRow, RetentionRow, SubjectRow
from models.tenancy import scope
from models.tenancy.session import prepare

# All that anybody is told of a row, and nothing beside it.
PUBLIC: dict[type[Any], tuple[str, ...]] = {
    Application: ("name", "description", "nature", "supplier"),
    ProcessingActivity: (
        "name", "purpose", "purposes", "article6", "laws", "article9", "subjects", "recipients", "retention",
    ),
    PurposeRow: ("purpose", "article6", "article9", "law", "section"),
    LegalReference: ("law", "section"),
    SubjectRow: ("subject", "personal_data"),
    RetentionRow: ("personal_data", "disposal", "months", "days", "start", "words"),
    Dataset: (
        "name", "identifier", "description", "themes", "los_themes", "keywords", "unit", "contact_email", "access",
        "laws", "frequency", "history_from", "source", "landing_page", "issued", "distributions",
    ),
    Distribution: ("access_url", "description", "format_", "licence"),
}  # fmt: skip
NAME, THEMES = "name", ("themes", "los_themes")
ADDRESS = "contact_email"  # the one that is told, of an office
NUMBER = re.compile(r"[0-9]{4}", re.ASCII)
EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w")
Told = dict[str, Any]
_kept = memory(Bounded(24))


@dataclass(frozen=True, slots=True)
class Opened:
    """A municipality that shows something, and what."""

    id: int
    name: str
    number: str  # empty where it has none today
    language: LanguageForm
    organisation_number: str | None
    email: str | None
    page: bool
    indexed: bool
    wants_catalogue: bool

    @property
    def catalogue(self) -> bool:
        """Whether there is a catalogue: its publisher is known by the organisation number."""
        return self.wants_catalogue and bool(self.organisation_number)

    @property
    def speaks(self) -> str:
        """The language its rows are written in, as far as is known."""
        return "nn" if self.language is LanguageForm.NYNORSK else "nb"


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows that are shown of some kind, and how many rows or texts were held back."""

    rows: tuple[Told, ...]
    held_back: int = 0


def by_number(session: Any, number: str) -> Opened | None:
    """The municipality that has a number today, where it takes part and shows anything; one statement. None is told for
    every reason alike."""
    if not NUMBER.fullmatch(number):
        return None
    return _only(session, MunicipalityCode.code == number)


def of(session: Any, place: int) -> Opened | None:
    """The same of a municipality by its id, also while it shows nothing."""
    return _only(session, Municipality.id == place, anything=False)


def _only(session: Any, *where: Any, anything: bool = True) -> Opened | None:
    day, until = today(), Municipality.until
    code = MunicipalityCode
    held = and_(code.valid_from <= day, or_(code.valid_to.is_(None), code.valid_to > day))
    known = (
        Municipality.id, Municipality.name, code.code, Municipality.language, Municipality.organisation_number,
        Municipality.email, Municipality.public_page, Municipality.public_indexed, Municipality.public_catalogue,
    )  # fmt: skip
    found = select(*known).select_from(Municipality)
    found = found.join(code, and_(code.parent_id == Municipality.id, held), isouter=not anything).where(*where)
    if anything:
        shows = or_(Municipality.public_page, Municipality.public_catalogue)
        found = found.where(shows, or_(until.is_(None), until > day))
    with scope.use(scope.Scope()):
        rows = session.execute(found.limit(2)).all()
    return Opened(*rows[0]) if len(rows) == 1 else None


# -- what is shown -----------------------------------------------------------------------------------------------------


def applications(session: Any, place: int, language: str) -> Shown:
    """The systems in use, by name."""
    used = (Application.status.in_(USED), Application.kept_in.is_(False))
    return _shown(session, place, Application, language, lambda: _read(session, Application, language, *used))


def activities(session: Any, place: int, language: str) -> Shown:
    """What personal data is used for by the municipality itself: what is approved, and holds today."""
    day, of = today(), ProcessingActivity
    holds = and_(
        of.status == RecordStatus.APPROVED, of.role != ProcessingRole.PROCESSOR, of.kept_in.is_(False),
        or_(of.valid_from.is_(None), of.valid_from <= day), or_(of.valid_to.is_(None), of.valid_to > day),
    )  # fmt: skip
    return _shown(session, place, of, language, lambda: _read(session, of, language, holds))


def state(session: Any, place: int) -> tuple[Any, ...]:
    """What no change of what is shown leaves as it was; one statement."""
    with scope.use(scope.opened(place)):
        return place, today(), *session.execute(_state()).one()


@remembers()
def _state() -> Any:
    return prepare(select(*[stamp(one) for one in rests_on()]))


def rests_on() -> tuple[type[Any], ...]:
    """The registers whose rows are told of, or decide what is told."""
    told = [field_of(one, key) for one, keys in PUBLIC.items() for key in keys]
    pointed = [known.points_at for known in told if known.kind in {Kind.REFERENCE, Kind.REFERENCES}]
    return tuple(dict.fromkeys((Application, ProcessingActivity, Dataset, ContactPerson, Product, *pointed)))


def _shown(session: Any, place: int, register: type[Any], language: str, read: Callable[[], Shown]) -> Shown:
    """What `read` tells within the scope of that municipality alone: from memory while nothing has changed there."""
    key = (session.get_bind().url, state(session, place), register, language)
    with scope.use(scope.opened(place)):
        return _kept.recall(key, read)


def _read(session: Any, register: Any, language: str, *where: Any) -> Shown:
    fields = [field_of(register, key) for key in PUBLIC[register]]
    reader = Reader(register, fields, language)
    statement = reader.statement().where(*where).order_by(*order_keys(register))
    rows = [
        {known.key: _of_parts(known, value) for known, value in zip(fields, values, strict=True)}
        for _id, *values in reader.rows(session, statement)
    ]
    return shown(rows, names_of_people(session))


def _of_parts(known: Field, value: Any) -> Any:
    """Of parts no more than is declared either."""
    if known.kind is not Kind.ROWS:
        return value
    return [{key: one[key] for key in PUBLIC[part_class(known)]} for one in value]


def grounds(session: Any, language: str) -> dict[str, str]:
    """The codes of the grounds of art. 6 by what they are called."""
    name = title(Article6, Article6.__tablename__, NAME, language)
    return dict(session.execute(select(name, Article6.code)).all())


def office(session: Any, found: Opened) -> str | None:
    """The address of a municipality itself, unless it is one of its contact persons'."""
    with scope.use(scope.opened(found.id)):
        theirs = select(ContactPerson.id).where(ContactPerson.email == found.email).limit(1)
        return found.email if session.scalar(theirs) is None else None


# -- what is held back -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class People:
    """The contact persons of a municipality, as they may be named in a text, and their addresses."""

    named: re.Pattern[str] | None
    emails: frozenset[str]

    def are_in(self, text: str) -> bool:
        return bool(EMAIL.search(text) or (self.named and self.named.search(fold(text))))

    def office(self, email: str | None) -> str | None:
        """An address, unless it is one of theirs."""
        return None if email is None or fold(email) in self.emails else email


def names_of_people(session: Any) -> People:
    """Who is registered within the scope in force. Of a name of several words the first with the last counts too; one
    of a single word may be any word."""
    found: list[Any] = session.execute(select(ContactPerson.name, ContactPerson.email)).all()
    names = {spelt for name, _email in found for spelt in _spelt([re.escape(word) for word in fold(name).split()])}
    named = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(names))})(?!\w)") if names else None
    return People(named, frozenset(fold(email) for _name, email in found if email))


def _spelt(words: list[str]) -> Iterator[str]:
    """The ways a name of several words is written, as patterns."""
    if len(words) > 1:
        first, last = words[0], words[-1]
        yield r"\s+".join(words)
        yield rf"{first}\s+{last}"
        yield rf"{last},\s*{first}"


def shown(rows: Iterable[Told], people: People) -> Shown:
    """Rows without those whose name, and without the texts, that tell of somebody."""
    kept, held = [], 0
    for row in rows:
        if people.are_in(row[NAME] or ""):
            held += 1
            continue
        told = {key: people.office(value) if key == ADDRESS else _without(value, people) for key, value in row.items()}
        held += sum(told[key] != value for key, value in row.items())
        kept.append(told)
    return Shown(tuple(kept), held)


def _without(value: Any, people: People) -> Any:
    if isinstance(value, str):
        return None if people.are_in(value) else value
    if isinstance(value, dict):
        return {key: _without(one, people) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(one for one in (_without(each, people) for each in value) if one is not None)
    return value


# -- datasets ----------------------------------------------------------------------------------------------------------


def datasets(session: Any, place: int) -> Shown:
    """The datasets that are marked to be published, as they are written, with the id and the day each was changed. Of
    codes and laws it is told by which address the world knows them."""
    return _shown(session, place, Dataset, "nb", lambda: _datasets(session))


def lacking(row: Told) -> list[Field]:
    """What a dataset must say before it can stand in a catalogue, and does not."""
    return [field_of(Dataset, key) for key in ("description", "themes") if not row[key]]


def _datasets(session: Any) -> Shown:
    linked = _linked()
    fields = [field_of(Dataset, key) for key in PUBLIC[Dataset] if key not in {one.key for one in linked.branches}]
    reader = Reader(Dataset, fields, "nb")
    wanted = reader.statement(Dataset.updated_at).where(Dataset.publish == Answer.YES)
    rows = {
        row_id: {known.key: _of_parts(known, value) for known, value in zip(fields, values, strict=True)}
        | {"id": row_id, "updated": updated.date(), **{branch.key: [] for branch in linked.branches}}
        for row_id, updated, *values in reader.rows(session, wanted.order_by(*order_keys(Dataset)), leading=1)
    }
    for branch, _far, near, told in linked.read(session, list(rows)):
        rows[near][branch.key].append(told)
    for row in rows.values():
        row["themes"], row["los_themes"] = ([one["uri"] for one in row[key] if one["uri"]] for key in THEMES)
    return shown(rows.values(), names_of_people(session))


@remembers()
def _linked() -> Together:
    """The themes and the laws of datasets, in one statement."""
    told = (
        ("themes", DatasetTheme, ("uri",)),
        ("los_themes", LosTheme, ("uri",)),
        ("laws", Law, ("name", "name_nn", "name_en", "url")),
    )
    return Together(Dataset, tuple(_branch(*one) for one in told))


def _branch(key: str, target: type[Any], columns: tuple[str, ...]) -> Branch:
    there = aliased(target)
    return links(Dataset, Dataset, key, there, {one: getattr(there, one) for one in columns}, there.sort_key)
