"""Avregning av selvkost, as the board gets it (domain handbook 4.3, story 29): what it cost, what is left out and why,
each municipality's share and difference, the funds, and what is proposed to be decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models.declare.clock import day_of
from models.declare.numbers import kroner
from models.declare.selfcost import Handling, Source
from models.declare.words import N_
from models.money import telling
from models.money.fund import YEARS
from models.money.telling import Telling
from models.tenancy.roles import Actor, may_settle
from reports.base import Ask, Told, spaced
from reports.choices import Number
from reports.document import Document, Grid, Part
from reports.table import Cell, Column, Kind, Sheet
from reports.tabular import Tabular

VERSION = Number("version", N_("Versjon"), first=1, last=1000)
EMPTY_FUND = N_("Ingenting er ført i selvkostfondet.")
NO_VERSION = N_("Denne versjonen finnes ikke.")
PROPOSALS = {
    Handling.NOW: N_(
        "Styret godkjenner avregningen for %(year)s med en kostnad på %(cost)s kroner. Differansen, %(left)s, "
        "gjøres opp med hver kommune nå, slik tabellen viser."
    ),
    Handling.NEXT: N_(
        "Styret godkjenner avregningen for %(year)s med en kostnad på %(cost)s kroner. Differansen, %(left)s, "
        "trekkes fra eller legges til neste års a konto for hver kommune, slik tabellen viser."
    ),
    Handling.FUND: N_(
        "Styret godkjenner avregningen for %(year)s med en kostnad på %(cost)s kroner. Differansen, %(left)s, "
        "går til eller dekkes av selvkostfondet. Det som settes av, tilbakeføres innen utgangen av %(last)s."
    ),
}


@dataclass(frozen=True)
class SettlementPaper(Tabular):
    """One year: the version that is asked for, else the draft, else the version that holds. Of all municipalities
    together, as their shares sum to what it cost."""

    def may_open(self, actor: Actor, place: int | None) -> bool:
        return place is None and may_settle(actor)

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        told = _told(session, ask)
        if told is None:
            return [_sheet(ask.t(N_("Fordeling")), _shares(ask), [], ask.t(NO_VERSION))]
        refused = ask.t(told.problem.text, **told.problem.params) if told.problem else ""
        lines = [_line(one, ask) for one in told.lines]
        return [
            _sheet(ask.t(N_("Hva det kostet")), _costs(ask), [_cost(one, ask) for one in told.costs]),
            _sheet(ask.t(N_("Ikke med i selvkost")), _outside(ask), [_reason(one, ask) for one in told.left_out]),
            _sheet(ask.t(N_("Fordeling")), _shares(ask), lines, refused),
            _sheet(
                ask.t(N_("Selvkostfond")),
                _moves(ask),
                [_move(one, ask) for one in told.funds["moves"]],
                ask.t(EMPTY_FUND),
            ),
            _sheet(ask.t(N_("Utviklingsfond")), _development(ask), _fees(told, ask)),
        ]

    def facts(self, session: Any, ask: Ask) -> list[tuple[str, Cell]]:
        t, told = ask.t, _told(session, ask)
        found = super().facts(session, ask)
        if told is None:
            return found
        figures = told.figures
        if told.version:
            kept = t("Avregningen, slik den ble frosset.")
            found = [(label, kept if label == t("Kilde") else value) for label, value in found]
        return [
            *found,
            (t("Status"), _status(told, ask)),
            (t("Nøkkel"), t(figures.key.label)),
            (t("Håndtering"), t(figures.handling.label)),
            (t("Kostnad (kr)"), kroner(figures.cost)),
            (t("A konto (kr)"), kroner(figures.on_account)),
            (t("Differanse (kr)"), kroner(figures.difference)),
        ]

    def document(self, session: Any, ask: Ask) -> Document:
        t, told = ask.t, _told(session, ask)
        made = super().document(session, ask)
        if told is None or told.problem:
            return made
        figures = told.figures
        proposal = t(
            PROPOSALS[figures.handling], year=str(told.year), cost=kroner(figures.cost),
            left=_left(figures.difference, ask), last=str(told.year + YEARS),
        )  # fmt: skip
        columns = [t("Rolle"), t("Navn"), t("Sted og dato"), t("Underskrift")]
        signed = Grid(columns, [[t("Styreleder"), "", "", ""], [t("Daglig leder"), "", "", ""]], weights=[2, 3, 3, 4])
        ending = [Part(t("Forslag til vedtak"), (), proposal), Part(t("Underskrift"), (), "", signed)]
        notes = [t(note) for note in self.notes]
        return replace(made, parts=[*made.parts, *ending], notes=notes, contents_label="", wide=False)


def _told(session: Any, ask: Ask) -> Telling | None:
    (number,) = ask.chosen.get(VERSION.name) or (None,)
    return telling.of_year(session, ask.year, number)


def _left(ore: int, ask: Ask) -> str:
    said = N_("%(kroner)s kroner til gode for kommunene") if ore < 0 else N_("%(kroner)s kroner å betale for kommunene")
    return ask.t(said, kroner=kroner(abs(ore)))


def _status(told: Telling, ask: Ask) -> str:
    t, one = ask.t, told.version
    if one is None:
        return t("Utkast")
    day = f"{day_of(one.approved_at):%d.%m.%Y}"
    said = t(
        "Versjon %(number)s, godkjent av %(name)s %(day)s", number=str(one.number), name=one.approved_by_name, day=day
    )
    if one.corrects is None:
        return said
    return f"{said}. " + t("Retter versjon %(number)s: %(reason)s", number=str(one.corrects), reason=one.reason)


def _sheet(title: str, columns: Sequence[Column], rows: list[list[Cell]], empty: str = "") -> Told:
    """A sheet without rows has no sum either."""
    told = columns if rows else [replace(one, summed=False) for one in columns]
    return Told(Sheet(title, told, rows, empty=empty), lambda _most: len(rows))


def _costs(ask: Ask) -> list[Column]:
    t = ask.t
    return [
        Column(t("Type"), width=22),
        Column(t("Tekst"), Kind.LONG_TEXT, width=44),
        Column(t("Bilag"), width=16),
        _money(ask, N_("Beløp (kr)")),
    ]


def _cost(one: Any, ask: Ask) -> list[Cell]:
    return [one.kind.told(ask.t), one.name, one.voucher or None, one.ore]


def _outside(ask: Ask) -> list[Column]:
    return [*_costs(ask), Column(ask.t("Grunn"), Kind.LONG_TEXT, width=50)]


def _reason(one: Any, ask: Ask) -> list[Cell]:
    text, kind = one.why
    return [*_cost(one, ask), ask.t(text, kind=kind.told(ask.t).lower())]


def _shares(ask: Ask) -> list[Column]:
    t = ask.t
    return [
        Column(t("Kommune"), width=22),
        Column(t("Org.nr."), width=16),
        Column(t("Svarer også for"), width=22),
        _money(ask, N_("Andel (kr)")),
        _money(ask, N_("A konto (kr)")),
        _money(ask, N_("Avregning (kr)")),
        Column(t("Håndtering"), width=26),
    ]


def _line(one: Any, ask: Ask) -> list[Cell]:
    return [
        one.name, spaced(one.organisation_number), ", ".join(one.covers) or None, one.share, one.on_account,
        one.difference, ask.t(one.handling.label),
    ]  # fmt: skip


def _moves(ask: Ask) -> list[Column]:
    t = ask.t
    return [
        Column(t("Hva"), width=22),
        Column(t("Dato"), Kind.DATE),
        Column(t("Fra året"), width=12),
        Column(t("Tekst"), width=30),
        _money(ask, N_("Beløp (kr)")),
        Column(t("Tilbakeføres senest"), Kind.DATE, width=20),
    ]


def _move(one: list[Any], ask: Ask) -> list[Cell]:
    day, source, year, ore, text = one
    last = date(year + YEARS, 12, 31) if year else None
    return [Source.stored(source).told(ask.t), date.fromisoformat(day), str(year or ""), text or None, ore, last]


def _development(ask: Ask) -> list[Column]:
    return [Column(ask.t("Hva"), width=40), Column(ask.t("Beløp (kr)"), Kind.MONEY, width=18)]


def _fees(told: Telling, ask: Ask) -> list[list[Cell]]:
    t, funds = ask.t, told.funds
    return [
        [t("Tilkoblingsavgifter som er fakturert"), funds["fees"]],
        [t("Vedtatte prosjekter"), -funds["spent"]],
        [t("Står i utviklingsfondet"), funds["development"]],
    ]


def _money(ask: Ask, label: str) -> Column:
    return Column(ask.t(label), Kind.MONEY, summed=True, width=18)
