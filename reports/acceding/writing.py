"""What the papers of joining are written of and with. What is not known is said in the paper, and told who makes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models.declare.charging import PartyRole
from models.declare.choices import LanguageForm
from models.declare.clock import today
from models.declare.numbers import grouped, kroner
from models.declare.words import N_
from models.money.lines import Line, formula, inherits_founding, is_founder
from models.money.tax import PERCENT, vat_of
from models.queries.payers import Known
from models.queries.quote import Quote, quote_for
from models.registers.accessions import Accession
from models.registers.catalogue import Supplier
from models.registers.municipality import Municipality
from models.registers.parties import Party, party_on
from reports.base import spaced
from reports.document import PAGE, PAGES, Answer, Document, Grid, Part, Section
from reports.language import Translate, translator

NOT_SAID = N_("ikke oppgitt")
MONTH_RULE = N_(
    "Prisen er for et år. Blir kommunen med eller slutter den i løpet av året, betaler den for månedene den er med: "
    "beløp × måneder / 12, avrundet til hele øre. Den første og den siste måneden regnes hele, uansett dag."
)


@dataclass(frozen=True)
class Basis:
    """What the papers of one municipality are made of, as it stands today; the parties are those of its first day."""

    accession: Accession
    place: Municipality
    quote: Quote
    party: Party | None
    issuer: Party | None
    operator: Party | None

    @property
    def supplier(self) -> Supplier | None:
        found: Supplier | None = self.operator.supplier if self.operator else None
        return found

    @property
    def first_day(self) -> date:
        return self.quote.day


def basis_of(session: Any, one: Accession, place: Municipality, known: Known) -> Basis:
    """Raises Problem where no price or population is known."""
    day = one.first_day or one.wished_from
    quote = quote_for(session, replace(known, row_id=place.id), day)
    party, operator = (party_on(session, role, day) for role in (PartyRole.CONTRACT_PARTY, PartyRole.OPERATOR))
    return Basis(one, place, quote, party, quote.issuer, operator)


def language_of(place: Municipality) -> str:
    """The language that a municipality is written to in, unless somebody chooses otherwise."""
    return "nn" if place.language is LanguageForm.NYNORSK else "nb"


class Writer:
    """A paper on its way: its language, and what it lacks, by the labels as they are in the code."""

    def __init__(self, language: str) -> None:
        self.language, self.t = language, translator(language)
        self.lacks: list[str] = []

    def known(self, label: str, value: str | None) -> str:
        """What is known, or that it is not."""
        if value:
            return value
        if label not in self.lacks:
            self.lacks.append(label)
        return self.t(NOT_SAID)

    def fact(self, label: str, value: str | None) -> tuple[str, str]:
        return self.t(label), self.known(label, value)

    def answer(self, label: str, value: str | None) -> Answer:
        return Answer(self.t(label), self.known(label, value).splitlines())

    def section(self, title: str, *said: tuple[str, str]) -> Section:
        """A numbered section of clauses: what each is about, and what it says, in the language of the paper."""
        return Section(title, [Answer(label, [text]) for label, text in said])

    def document(
        self, base: Basis, title: str, facts: Iterable[tuple[str, str]], notes: Sequence[str], parts: Sequence[Part]
    ) -> Document:
        """A letter: it flows from page to page."""
        t = self.t
        return Document(
            title=title, subtitle=t("Gjelder tilslutning til Orden"), whose=official(base.place),
            made=f"{today():%d.%m.%Y}", language=self.language, facts=list(facts), notes=list(notes), parts=parts,
            page_label=t("Side %(page)s av %(pages)s", page=PAGE, pages=PAGES),
        )  # fmt: skip


def official(place: Municipality) -> str:
    """The municipality as a party to an agreement."""
    return f"{place.name} kommune"


def who(party: Party | None) -> str | None:
    """A party with what it is known by."""
    if party is None:
        return None
    number = spaced(party.organisation_number)
    parts = (
        party.name,
        number,
        party.postal_address,
        f"{party.postcode or ''} {party.city or ''}".strip(),
        party.email,
    )
    return ", ".join(filter(None, parts))


def about_place(w: Writer, place: Municipality) -> list[tuple[str, str]]:
    """The municipality as a party: each thing that a paper needs, told by itself where it is missing."""
    address = ", ".join(filter(None, (place.postal_address, f"{place.postcode or ''} {place.city or ''}".strip())))
    return [
        (w.t("Kommune"), official(place)),
        w.fact(N_("Kommunens org.nr."), spaced(place.organisation_number)),
        w.fact(N_("Kommunens postadresse"), address),
        w.fact(N_("Kommunens e-post"), place.email),
    ]


def about_party(w: Writer, party: Party | None) -> list[tuple[str, str]]:
    found = [w.fact(N_("Avtalepart"), who(party))]
    if party is not None and not party.organisation_number:
        found.append(w.fact(N_("Avtalepartens org.nr."), None))
    return found


def founding(place: Municipality, t: Translate) -> str:
    """How a municipality stands to those that began."""
    if inherits_founding(place):
        return t("Grunnlegger ved sammenslåing. Ingen tilkoblingsavgift.")
    return t("Grunnlegger. Ingen tilkoblingsavgift.") if is_founder(place) else t("Nei")


# -- prices ------------------------------------------------------------------------------------------------------------


def prices(w: Writer, base: Basis) -> Part:
    """The reckoning, each line with the way to it: what is invoiced by the same function."""
    t, quote = w.t, base.quote
    rows = [_fee(quote.fee, t)] if quote.fee else []
    first, year = list(quote.first), quote.day.year
    rows += [_line(one, year, t) for one in first]
    total = quote.fee_ore + sum(one.charged for one in first)
    rows.append([t("Å betale i %(year)s uten merverdiavgift", year=str(year)), "", kroner(total)])
    rows += _vat(w, base, total)
    if quote.whole is not quote.first:
        rows += [_line(one, quote.whole_year, t) for one in quote.whole]
        whole = sum(one.charged for one in quote.whole)
        rows.append([t("A konto for hele %(year)s", year=str(quote.whole_year)), "", kroner(whole)])
    columns = [t("Hva"), t("Utregning"), t("Beløp (kr)")]
    return Part(t("Priser"), [], "", Grid(columns, rows, (2,), (4, 5, 2)))


def _fee(line: Line, t: Translate) -> list[str]:
    said = t("Én gang, etter folketallet %(number)s", number=grouped(line.inhabitants or 0))
    if line.charged != line.by_rule:
        said += ". " + t("Etter regelen %(kroner)s, men grunnleggere belastes ikke", kroner=kroner(line.by_rule))
    return [t(line.kind.label), said, kroner(line.charged)]


def _line(line: Line, year: int, t: Translate) -> list[str]:
    return [f"{t(line.kind.label)} {year}", formula(line), kroner(line.charged)]


def _vat(w: Writer, base: Basis, ore: int) -> list[list[str]]:
    """The tax by whoever sends the invoice that day, and what it comes to with it."""
    t, status = w.t, base.issuer.vat if base.issuer else None
    if status is None:
        return [[t("Merverdiavgift"), w.known(N_("Merverdiavgift"), None), ""]]
    vat, label = vat_of(ore, status), t("Å betale i %(year)s med merverdiavgift", year=str(base.quote.day.year))
    why = t(status.label) if status in PERCENT else (base.issuer and base.issuer.vat_reason) or t(status.label)
    return [[t("Merverdiavgift"), why or "", kroner(vat)], [label, "", kroner(ore + vat)]]


def price_notes(w: Writer, base: Basis) -> list[str]:
    """What the figures rest on, and what is so of this municipality alone."""
    t, lines = w.t, [*([base.quote.fee] if base.quote.fee else []), *base.quote.first, *base.quote.whole]
    told = [
        t("Folketall %(number)s per %(day)s. Kilde: %(origin)s.", number=one.inhabitants,
          day=f"{one.counted_on:%d.%m.%Y}", origin=one.counted_by or "–")
        for one in lines if one.counted_on is not None
    ]  # fmt: skip
    said = [t(each.text, **each.params) for one in lines for each in (*one.remarks, *one.hinders)]
    return list(dict.fromkeys([*told, *said]))


def signatures(w: Writer, base: Basis) -> Part:
    t = w.t
    columns = [t("Part"), t("Navn"), t("Sted og dato"), t("Underskrift")]
    names = official(base.place), base.party.name if base.party else t(NOT_SAID)
    rows = [[f"{name}\n\n", "", "", ""] for name in names]  # with room for a hand
    return Part(t("Underskrift"), [], "", Grid(columns, rows, weights=(3, 3, 3, 4)))
