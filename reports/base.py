"""What a report is: a name, a sentence, and sheets of columns and rows over the models."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar

from sqlalchemy import select

from models.declare.choices import ContactRole
from models.declare.clock import day_of, now, today
from models.declare.domains import Domain
from models.declare.memories import remembers
from models.declare.words import N_
from models.past import PastSession, as_of
from models.queries.places import are_all, names
from models.queries.together import ROWS, among
from models.registers.ai import AiSystem
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy import scope
from models.tenancy.roles import Actor, may_report
from models.tenancy.session import prepare
from reports.choices import DAY, LANGUAGE, YEAR, Choice, Chosen, end_of, language_of, read, said
from reports.document import MOST_CHAPTERS, Document
from reports.language import Translate, translator
from reports.table import Cell, Cover, Sheet, Workbook

# What the past is read of, with all that it leads to, and what the rules of the record look at beside it.
TOLD = (ProcessingActivity, RiskAssessment, ImpactAssessment, AiSystem)


class Group(StrEnum):
    """What reports are about. They are offered in this order."""

    PROTECTION = "protection"
    SYSTEMS = "systems"
    MONEY = "money"
    QUALITY = "quality"


GROUPS: dict[Group, tuple[str, str]] = {
    Group.PROTECTION: (
        N_("Personvern"),
        N_("Til Datatilsynet, personvernombudet og den som svarer for behandlingene."),
    ),
    Group.SYSTEMS: (N_("Systemer"), N_("Til den som har oversikten over systemer og data.")),
    Group.MONEY: (N_("Avtaler og penger"), N_("Til den som forhandler, fornyer og betaler.")),
    Group.QUALITY: (N_("Kvalitet"), N_("Til den som deler ut arbeidet og følger det opp.")),
}


@dataclass(frozen=True)
class Ask:
    """What is asked of a report: in which language, for which day or year, with which filters put in words, and what
    was chosen; and, when only its beginning is, how many rows of each sheet at most."""

    language: str
    today: date
    moment: datetime
    year: int
    filters: Sequence[str] = ()
    most: int | None = None
    chosen: Chosen = field(default_factory=dict)
    municipality: Municipality | None = field(default=None, repr=False)  # as it stands today; kept, it is read once
    past_of: tuple[type[Any], ...] = TOLD  # what is read of a day that has been
    _pasts: dict[date, PastSession] = field(default_factory=dict, repr=False)

    @property
    def t(self) -> Translate:
        return translator(self.language)

    @property
    def made(self) -> str:
        """The day the report is made, as it stands on every page."""
        return f"{day_of(self.moment):%d.%m.%Y}"

    @property
    def told_at(self) -> datetime:
        """The moment at which what is told stood so."""
        days = self.chosen.get(DAY.name)
        return min(end_of(days[0]), self.moment) if days else self.moment

    def read_from(self, session: Any, choice: Choice = DAY) -> Any:
        """Where the registers are read: as they stand, or as they were when the day of a choice ended. Made once for
        all that is asked of a report."""
        days = self.chosen.get(choice.name)
        if not days:
            return session
        day, standing = days[0], getattr(session, "today", session)
        if day not in self._pasts:
            self._pasts[day] = as_of(standing, end_of(day), self.past_of)
        return self._pasts[day]


@dataclass(frozen=True)
class Told:
    """A sheet, and what counts its rows when somebody asks: all of them, or no further than one past a number."""

    sheet: Sheet
    count: Callable[[int | None], int]

    @cached_property
    def total(self) -> int:
        """How many rows there are in all."""
        return self.count(None)


@dataclass(frozen=True)
class Report:
    """A report. Subclasses say what it tells in `sheets`, and some in a `document`; `choices` are those of this report
    alone. It stands among those of its `group`, by what they are about."""

    slug: str
    title: str
    text: str
    billing: bool = False
    project: bool = False  # for who leads the project alone
    group: Group = Group.SYSTEMS
    choices: tuple[Choice, ...] = ()
    notes: tuple[str, ...] = field(default=())

    most_chapters: ClassVar[int] = MOST_CHAPTERS  # in one document

    def may_open(self, actor: Actor, place: int | None) -> bool:
        """Whether somebody may open and download it in a municipality; with None in all of theirs together."""
        return may_report(actor, place, billing=self.billing) and (not self.project or actor.is_of_the_project)

    def named(self, t: Translate) -> str:
        """What it is called, in the language of `t`."""
        return t(self.title)

    @property
    def filed_as(self) -> str:
        """What its files are called by."""
        return self.slug

    @property
    def has_document(self) -> bool:
        """Whether it is told as a document too, of so many `chapters`."""
        return type(self).document is not Report.document

    def document(self, session: Any, ask: Ask) -> Document:
        """The report to be read by people, within the scope in force."""
        raise NotImplementedError

    def chapters(self, session: Any, ask: Ask) -> int:
        """How many chapters the document has, counted no further than one past what it holds."""
        raise NotImplementedError

    @property
    def is_of_a_year(self) -> bool:
        return YEAR in self.choices

    def selection(self, session: Any, ask: Ask) -> str:
        """What was chosen, as the access log has it."""
        told = [str(ask.year)] if self.is_of_a_year else said(self.choices, ask.chosen, session, ask.t, ask.language)
        return "; ".join(told)

    @property
    def offered(self) -> tuple[Choice, ...]:
        """What may be chosen: by page, address and command."""
        return (*self.choices, LANGUAGE)

    def asked(self, session: Any, given: Mapping[str, Sequence[str]], otherwise: str, t: Translate) -> Ask:
        """What is asked by choices as they were written: in the language chosen, else the municipality's, else another.
        Raises a Problem that says what is no choice, in the language of `t`."""
        chosen = read(self.offered, given, session, t)
        place = active_municipality(session)
        (language,) = chosen.get(LANGUAGE.name) or (language_of(place, otherwise),)
        (year,) = chosen.get(YEAR.name) or (today().year,)
        (day,) = chosen.get(DAY.name) or (today(),)
        return Ask(language, day, now(), year, chosen=chosen, municipality=place)

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        """The sheets, rows read lazily within the scope in force."""
        raise NotImplementedError

    def workbook(self, session: Any, ask: Ask) -> Workbook:
        """The whole report with its cover, ready for the writer."""
        return self.bound(session, ask, self.sheets(session, ask))

    def bound(self, session: Any, ask: Ask, told: Sequence[Told]) -> Workbook:
        """Sheets as a workbook, with a cover that tells what they are."""
        t, session = ask.t, ask.read_from(session)
        cover = Cover(
            title=self.named(t),
            subtitle=t(self.text),
            facts=[*self.facts(session, ask), *self.counts(ask, told)],
            notes=[t(note) for note in self.notes],
        )
        return Workbook(
            cover=cover, sheets=[one.sheet for one in told], language=ask.language,
            cover_title=t("Forside"), contents_label=t("Innhold"), sum_label=t("Sum"),
            total=sum(one.total for one in told if not one.sheet.annex),
            whose=whose(session, t), made=ask.made,
        )  # fmt: skip

    def counts(self, ask: Ask, told: Sequence[Told]) -> list[tuple[str, Cell]]:
        """How many rows each sheet has."""
        return [(ask.t("Antall rader i «%(sheet)s»", sheet=one.sheet.title), one.total) for one in told]

    def facts(self, session: Any, ask: Ask) -> list[tuple[str, Cell]]:
        """Who the report is about, who answers for it, when it was made and what it tells of."""
        t, session = ask.t, ask.read_from(session)
        found = self.about(session, ask)
        found.append((t("Laget"), ask.moment))
        narrowed = [*ask.filters, *said(self.choices, ask.chosen, session, t, ask.language)]
        found.append((t("Utvalg"), "; ".join(narrowed) or t("Alle rader")))
        return [*found, *_source(session, ask)]

    def about(self, session: Any, ask: Ask) -> list[tuple[str, Cell]]:
        """Who the report is about, and who answers for it."""
        t = ask.t
        municipality = active_municipality(session)
        found: list[tuple[str, Cell]] = []
        if municipality is None:
            found.append((t("Kommune"), several_names(session) or t("Alle kommuner")))
        else:
            officers = dpo_lines(session, [municipality.id]).get(municipality.id, ())
            found += [
                (t("Kommune"), municipality.name),
                (t("Organisasjonsnummer"), spaced(municipality.organisation_number)),
                (t("Kontakt"), contact_line(municipality) or None),
                (
                    t("Personvernombud"),
                    "; ".join(officers) or t("Ikke registrert"),
                ),
            ]
        if self.is_of_a_year:
            found.append((t("År"), str(ask.year)))
        return found


def _source(session: Any, ask: Ask) -> list[tuple[str, Cell]]:
    """Where the report has it from; of a day that has been, what could not be found out."""
    t, day = ask.t, f"{ask.today:%d.%m.%Y}"
    if not isinstance(session, PastSession):
        return [(t("Kilde"), t("Registrene i Orden, slik de var da rapporten ble laget."))]
    told = t("Registrene i Orden, slik de var da dagen %(day)s var slutt, etter historikken.", day=day)
    found: list[tuple[str, Cell]] = [(t("Kilde"), told)]
    if session.unsure:
        found.append((t("Står som i dag, for historikken sier ikke nok"), "; ".join(session.unsure)))
    return found


def active_municipality(session: Any) -> Municipality | None:
    """The municipality the report is about; None when it is about several."""
    current = scope.current()
    ids = current.readable(Domain.CONTENT) | current.readable(Domain.MONEY)
    only = current.active or (next(iter(ids)) if len(ids) == 1 else None)
    return session.get(Municipality, only) if only else None


def is_of_one() -> bool:
    """Whether what is read is of one municipality alone."""
    return len(scope.current().readable(Domain.CONTENT)) == 1


def several_names(session: Any) -> str:
    """The municipalities a report is about, by name; empty when it is about all there are."""
    ids = scope.current().readable(Domain.CONTENT) | scope.current().readable(Domain.MONEY)
    return "" if are_all(session, ids) else ", ".join(name for one, name in names(session).items() if one in ids)


def whose(session: Any, t: Translate) -> str:
    """Whom a report is about, as it stands at the top of each page of it."""
    municipality = active_municipality(session)
    if municipality is None:
        return several_names(session) or t("Alle kommuner")
    number = spaced(municipality.organisation_number)
    return ", ".join(filter(None, (municipality.name, number and t("org.nr. %(number)s", number=number))))


def contact_line(municipality: Municipality) -> str:
    """Address, e-mail and phone on one line."""
    place = " ".join(filter(None, (municipality.postcode, municipality.city)))
    return ", ".join(filter(None, (municipality.postal_address, place, municipality.email, municipality.phone)))


def dpo_lines(session: Any, owners: Collection[int] | None = None) -> dict[int, list[str]]:
    """The data protection officers with contact details, by municipality: of some, or of all one reads."""
    statement, given = (_officers(), {}) if owners is None else (_officers_of(), {ROWS: sorted(owners)})
    found: dict[int, list[str]] = {}
    for owner, *line in session.execute(statement, given):
        found.setdefault(owner, []).append(", ".join(filter(None, line)))
    return found


@remembers()
def _officers() -> Any:
    person = ContactPerson
    officers = select(person.municipality_id, person.name, person.email, person.phone)
    return prepare(officers.where(person.role == ContactRole.DPO).order_by(person.sort_key))


@remembers()
def _officers_of() -> Any:
    return prepare(_officers().where(among(ContactPerson.municipality_id)))


def spaced(number: str | None) -> str | None:
    """An organisation number as it is printed: 991 825 827."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if number else None
