"""What a report may be asked to tell of: each choice is declared once, and read alike from a page, an address and a
command. A choice that a report does not have, or a value that is none, is refused, never passed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, select, union_all

from models.declare import numbers
from models.declare.choices import Language
from models.declare.clock import OSLO, start_of, today
from models.declare.domains import Domain
from models.declare.fields import is_owned
from models.declare.folding import sort_key
from models.declare.memories import remembers
from models.declare.titles import title
from models.declare.words import N_, Problem
from models.queries.filtering import Condition, Operator, behind_link, clause, condition, path_of
from models.queries.told import naming
from models.registers.codes import CodeList
from models.registers.municipality import Municipality
from models.tenancy import scope
from models.tenancy.reach import written
from models.tenancy.session import prepare
from reports.language import LANGUAGES, Translate

UNKNOWN = N_("Rapporten har ikke noe valg som heter «%(name)s». Velg på siden til rapporten.")
NO_VALUE = N_("«%(value)s» er ikke noe en kan velge som %(label)s. Velg på siden til rapporten.")
OF_MANY = N_("«%(value)s» står i flere navn: %(names)s. Skriv hele navnet.")
TWICE = N_("%(label)s kan bare velges én gang. Velg på siden til rapporten.")
NOT_A_YEAR = N_("Skriv et år fra %(first)s til %(last)s.")
NOT_A_NUMBER = N_("Skriv et tall fra %(first)s til %(last)s.")
NOT_A_DAY = N_("Velg en dag som har vært, skrevet som år-måned-dag: 2026-01-31.")
OF_ONE = N_("Velg én kommune først. Det som har vært, fortelles for én kommune om gangen.")
SINCE_LAST = N_("Endringer siden forrige tilsynspakke, %(moment)s")
FIRST_DAY = date(2018, 1, 1)
MOST_OPTIONS = 500  # more are no list that anybody looks through: the name is written
MOST_NAMED, LONGEST = 5, 60
Chosen = Mapping[str, tuple[Any, ...]]
Option = tuple[Any, str, str]  # a value, as an address says it, and as people read it


@dataclass(frozen=True)
class Choice:
    """One choice: its name in an address and, with two hyphens, in a command; what it is called, and what holds when
    nobody chooses. Subclasses say what may be chosen and, where rows are picked by it, which."""

    name: str
    label: str
    default: tuple[Any, ...] = ()
    several: bool = False
    drawn_as = "select"

    def values(self, session: Any, texts: Sequence[str]) -> tuple[Any, ...]:
        """What the texts mean. Raises ValueError, a Problem where a sentence says more."""
        raise NotImplementedError

    def options(self, _session: Any, _t: Translate, _language: str) -> list[Option]:
        """What the page offers."""
        return []

    def said(self, _session: Any, values: tuple[Any, ...], _t: Translate, _language: str) -> str:
        """The choice in words, as the cover says it; nothing where all is told."""
        return "; ".join(str(value) for value in values)

    @property
    def is_needed(self) -> bool:
        """Whether something is always chosen: there is no choice that leaves it out."""
        return False

    def chosen(self, chosen: Chosen, _year: int, _language: str) -> tuple[Any, ...]:
        """What is chosen, by people or because they said nothing."""
        return chosen.get(self.name, self.default)

    def where(self, _values: tuple[Any, ...]) -> ColumnElement[bool] | None:
        """Which rows are meant, where rows are picked by it."""
        return None


@dataclass(frozen=True)
class Number(Choice):
    """A whole number within bounds."""

    first: int = 1
    last: int = 100
    refusal: str = NOT_A_NUMBER
    drawn_as = "number"

    @property
    def bounds(self) -> tuple[int, int]:
        return self.first, self.last

    def values(self, _session: Any, texts: Sequence[str]) -> tuple[Any, ...]:
        with suppress(ValueError):
            number = numbers.whole(texts[0])
            if number is not None and self.first <= number <= self.last:
                return (number,)
        raise Problem(self.refusal, first=str(self.first), last=str(self.last))

    def said(self, _session: Any, values: tuple[Any, ...], t: Translate, _language: str) -> str:
        return f"{t(self.label)}: {values[0]}" if values else ""


@dataclass(frozen=True)
class Year(Number):
    """A year; the one that is when nobody says."""

    first: int = 2018
    last: int = 2100
    refusal: str = NOT_A_YEAR

    def chosen(self, _chosen: Chosen, year: int, _language: str) -> tuple[Any, ...]:
        return (year,)

    def said(self, *_: Any) -> str:
        return ""  # the cover has a line of its own for it


@dataclass(frozen=True)
class Day(Choice):
    """A day that has been, of one municipality; without it the registers as they stand. Who asks by program may put a
    moment in its place."""

    refusal: str = NOT_A_DAY
    drawn_as = "date"

    @property
    def bounds(self) -> tuple[date, date]:
        return FIRST_DAY, today()

    def values(self, _session: Any, texts: Sequence[str]) -> tuple[Any, ...]:
        first, last = self.bounds
        try:
            day = date.fromisoformat(texts[0])
        except ValueError:
            raise Problem(self.refusal) from None
        if not first <= day <= last:
            raise Problem(self.refusal)
        if reads_several():
            raise Problem(OF_ONE)
        return (day,)

    def said(self, _session: Any, values: tuple[Any, ...], t: Translate, _language: str) -> str:
        if values and isinstance(values[0], datetime):
            return t(SINCE_LAST, moment=f"{values[0].astimezone(OSLO):%d.%m.%Y %H.%M}")
        return f"{t(self.label)} {values[0]:%d.%m.%Y}" if values else ""


@dataclass(frozen=True)
class Flag(Choice):
    """Something more that is told when it is asked for."""

    drawn_as = "flag"

    def values(self, _session: Any, texts: Sequence[str]) -> tuple[Any, ...]:
        if texts[0] not in {"1", "0"}:
            raise ValueError(texts[0])
        return (True,) if texts[0] == "1" else ()

    def said(self, _session: Any, values: tuple[Any, ...], t: Translate, _language: str) -> str:
        return t(self.label) if values else ""


@dataclass(frozen=True)
class InLanguage(Choice):
    """The language of the report; without it that of the municipality."""

    def values(self, _session: Any, texts: Sequence[str]) -> tuple[Any, ...]:
        if texts[0] not in LANGUAGES:
            raise ValueError(texts[0])
        return (texts[0],)

    def options(self, _session: Any, t: Translate, _language: str) -> list[Option]:
        return [(one, one, t(member.label)) for one, member in zip(LANGUAGES, Language, strict=True)]

    @property
    def is_needed(self) -> bool:
        return True

    def chosen(self, _chosen: Chosen, _year: int, language: str) -> tuple[Any, ...]:
        return (language,)

    def said(self, *_: Any) -> str:
        return ""


@dataclass(frozen=True)
class OfField(Choice):
    """The rows in which a field, or one behind a link, has one of the values: of a vocabulary, or a row pointed at."""

    register: type[Any] | None = None
    place: str = ""

    @property
    def path(self) -> tuple[Any, ...]:
        found = path_of(self.register, self.place)  # type: ignore[arg-type]
        assert found is not None  # noqa: S101 - a programming error, not input
        return found

    @property
    def drawn_as(self) -> str:  # type: ignore[override]
        return "several" if self.several else "select"

    def values(self, session: Any, texts: Sequence[str]) -> tuple[Any, ...]:
        if self.path[-1].choices is None:
            return tuple(_row(session, self.path[-1], text) for text in texts)
        return self._asked(texts).values

    def _asked(self, texts: Sequence[str]) -> Condition:
        return condition(self.path, Operator.IS, texts, today())

    def options(self, session: Any, t: Translate, language: str) -> list[Option]:
        """Of a vocabulary all; of rows those that are in use, by the rows one reads."""
        known = self.path[-1]
        if known.choices is not None:
            return [(member, member.value, t(member.label)) for member in known.choices]
        return options_together(session, [self], language)[self.name]

    def said(self, session: Any, values: tuple[Any, ...], t: Translate, language: str) -> str:
        if not values:
            return ""
        known = self.path[-1]
        if known.choices is not None:
            names = [t(one.label) for one in values]
        else:
            names = list(session.scalars(_named(known.points_at, language, tuple(values))))
        return f"{t(self.label)}: {', '.join(names)}"

    def where(self, values: tuple[Any, ...]) -> ColumnElement[bool] | None:
        if not values:
            return None
        texts = tuple(str(getattr(value, "value", value)) for value in values)
        return clause(self.register, self._asked(texts), self.name)  # type: ignore[arg-type]


YEAR = Year("year", N_("År"))
DAY = Day("day", N_("Slik det var ved slutten av"))
SINCE = Day("since", N_("Endringer siden slutten av"))
LANGUAGE = InLanguage("language", N_("Språk"))


def end_of(day: date) -> datetime:
    """When a day that was chosen is over; of a moment that."""
    return day if isinstance(day, datetime) else start_of(day + timedelta(days=1))


def _row(session: Any, known: Any, text: str) -> int:
    """The row that goes by a text among those one reads: its number, of a code list its code, else its name, else the
    one in whose name the text stands. Of two with one name none."""
    there = known.points_at
    name = getattr(there, naming(there)[1])
    named = [name == text]
    if issubclass(there, CodeList):
        named = [there.code == text, *named]
    elif text.isdecimal():
        named = [there.id == numbers.as_id(text), *named]
    for one in named:
        found = session.scalars(select(there.id).where(one).limit(2)).all()
        if len(found) == 1:
            return int(found[0])
    if text.isdecimal() or not (key := sort_key(text)):
        raise ValueError(text)
    held = select(there.id, name).where(there.sort_key.contains(key, autoescape=True))
    return _only(session.execute(held.order_by(there.sort_key, there.id).limit(MOST_NAMED + 1)).all(), text)


def _only(found: Sequence[Any], text: str) -> int:
    if len(found) > 1:
        names = [name for _id, name in found[:MOST_NAMED]] + ["…"] * (len(found) > MOST_NAMED)
        raise Problem(OF_MANY, value=text[:LONGEST], names=", ".join(names))
    for row_id, _name in found:
        return int(row_id)
    raise ValueError(text)


def options_together(session: Any, choices: Sequence[Choice], language: str) -> dict[str, list[Option]]:
    """What is offered by each of the choices that is among rows, asked for in one statement; of more than MOST_OPTIONS
    one row more, which tells that."""
    several = reads_several()
    asked = [one for one in choices if isinstance(one, OfField) and one.path[-1].choices is None]
    found: dict[str, list[Option]] = {one.name: [] for one in asked}
    offered = [one for one in asked if not (several and is_owned(one.path[-1].points_at))]
    if offered:
        statement = _in_use(tuple((one.register, one.path) for one in offered), language, several)
        for number, _turn, row_id, text, name in session.execute(statement):
            found[offered[number].name].append((row_id, text, name))
    return found


def reads_several() -> bool:
    """Whether what is told is of several municipalities."""
    return len(scope.current().readable(Domain.CONTENT)) > 1


@remembers()
def _in_use(asked: tuple[tuple[Any, tuple[Any, ...]], ...], language: str, several: bool) -> Any:
    """The rows that choices are made among. Of one municipality what its rows point at. Of `several` what is shared is
    offered whole, since together they use most of it, and what each has of its own is not."""
    each = [_offered(number, *one, language, several) for number, one in enumerate(asked)]
    together = union_all(*each).subquery()
    return prepare(select(together).order_by(together.c.number, together.c.turn, together.c.id))


def _offered(number: int, register: Any, path: tuple[Any, ...], language: str, several: bool) -> Any:
    there = path[-1].points_at
    *links, known = path
    holder = behind_link(links[0]) if links else register
    column = getattr(holder, f"{known.key}_id", None)
    text = cast(there.code if issubclass(there, CodeList) else there.id, String).label("text")
    name = title(there, *naming(there), language).label("name")
    found = select(written(number).label("number"), there.sort_key.label("turn"), there.id.label("id"), text, name)
    if column is not None and not several:
        found = found.where(there.id.in_(select(column)))
    return select(found.order_by(there.sort_key, there.id).limit(MOST_OPTIONS + 1).subquery())


def _named(there: Any, language: str, ids: tuple[int, ...]) -> Any:
    return select(title(there, *naming(there), language)).where(there.id.in_(ids)).order_by(there.sort_key, there.id)


def read(choices: Sequence[Choice], given: Mapping[str, Sequence[str]], session: Any, t: Translate) -> Chosen:
    """What was chosen, by the name of the choice. What is left empty is not chosen. Raises a Problem that says which
    choice there is none of, or which value."""
    known = {one.name: one for one in choices}
    if strange := sorted(given.keys() - known.keys()):
        raise Problem(UNKNOWN, name=strange[0][:LONGEST])
    found: dict[str, tuple[Any, ...]] = {}
    for name, texts in given.items():
        one, said = known[name], tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
        if len(texts) > 1 and not one.several:
            raise Problem(TWICE, label=t(one.label))
        try:
            found |= {name: one.values(session, said)} if said else {}
        except Problem:
            raise
        except ValueError as error:
            raise Problem(NO_VALUE, value=", ".join(said)[:LONGEST], label=t(one.label)) from error
    return found


def conditions(choices: Sequence[Choice], chosen: Chosen) -> list[ColumnElement[bool]]:
    """What holds of the rows that are chosen."""
    found = [one.where(chosen.get(one.name, one.default)) for one in choices]
    return [one for one in found if one is not None]


def said(choices: Sequence[Choice], chosen: Chosen, session: Any, t: Translate, language: str) -> list[str]:
    """The choices in words, as a cover says them."""
    told = [one.said(session, chosen.get(one.name, one.default), t, language) for one in choices]
    return [one for one in told if one]


def language_of(municipality: Municipality | None, otherwise: str) -> str:
    """The language a report has when nobody chooses: the municipality's own, where it has resolved on one."""
    form = municipality.language.value if municipality else ""
    return form if form in LANGUAGES else otherwise
