"""Fakturagrunnlag: what each municipality is to pay in a year, every line with its formula (domain handbook 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from models.declare.charging import ChargeKind
from models.declare.choices import Answer, PriceKind
from models.declare.words import N_
from models.money.basis import charges_of, for_lines, members
from models.money.lines import HEIR, Line, NoBasis, formula, inherits_founding, lines_for
from models.registers.billing import price_rows
from models.registers.municipality import Municipality
from reports.base import Ask, Report, Told, spaced
from reports.language import Translate
from reports.table import Cell, Column, Kind, Sheet

MISSING = N_("Mangler pris eller folketall. Registrer det under Forvaltning, og lag rapporten på nytt.")
BY_ITSELF = {
    ChargeKind.SETTLEMENT: N_("Regnes ikke av prisene: følger av en avregning."),
    ChargeKind.SUPPLEMENT: N_("Regnes ikke av prisene: et tillegg."),
}
NO_BASIS = N_("Belastet uten grunnlag: ingen regel gir dette beløpet for kommunen i året.")


Basis = list[tuple[Municipality, list[Line] | None]]


@dataclass(frozen=True)
class InvoiceBasis(Report):
    """Connection fee and yearly on-account charge, by the dated prices and the dated population."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        prices, charged = price_rows(session), charges_of(session, ask.year)
        basis: Basis = []
        for municipality in members(session, ask.year):
            try:
                basis.append((municipality, lines_for(municipality, ask.year, prices)))
            except NoBasis:
                basis.append((municipality, None))
        lines = [*_line_rows(basis, charged, ask), *_without_basis(session, basis, charged, ask)]
        sums = [_sum_row(municipality, found or [], ask) for municipality, found in basis]
        return [
            Told(Sheet(ask.t("Linjer"), _line_columns(ask.t), lines), lambda _most: len(lines)),
            Told(Sheet(ask.t("Sum per kommune"), _sum_columns(ask.t), sums), lambda _most: len(sums)),
        ]


def _line_columns(t: Translate) -> list[Column]:
    return [
        Column(t("Kommune"), width=22),
        Column(t("Kommunenummer"), width=16),
        Column(t("Organisasjonsnummer"), width=21),
        Column(t("Grunnlegger"), width=12),
        Column(t("Linje"), width=24),
        Column(t("Folketall"), Kind.INTEGER),
        Column(t("Dato for folketall"), Kind.DATE),
        Column(t("Kilde for folketall"), width=22),
        Column(t("Antall"), Kind.INTEGER),
        Column(t("Pris (kr)"), Kind.MONEY),
        Column(t("Måneder"), Kind.INTEGER, width=10),
        Column(t("Utregning"), width=36),
        Column(t("Etter regelen (kr)"), Kind.MONEY, summed=True, width=16),
        Column(t("Skal belastes (kr)"), Kind.MONEY, summed=True, width=16),
        Column(t("Er fakturert (kr)"), Kind.MONEY, summed=True, width=16),
        Column(t("Merknad"), Kind.LONG_TEXT, width=36),
    ]


def _line_rows(basis: Basis, charged: dict[tuple[int, ChargeKind], int], ask: Ask) -> Iterator[list[Cell]]:
    for municipality, lines in basis:
        who = _who(municipality, ask)
        if lines is None:
            yield [*who, None, None, None, None, None, None, None, None, None, None, None, ask.t(MISSING)]
            continue
        for line in lines:
            yield [
                *who, ask.t(line.kind.label), line.inhabitants, line.counted_on, line.counted_by or None,
                line.quantity, line.price_ore, line.months, formula(line), line.by_rule, line.charged,
                charged.get((municipality.id, ChargeKind(line.kind.value))),
                " ".join(ask.t(said.text, **said.params) for said in (*line.hinders, *line.remarks)) or None,
            ]  # fmt: skip


def _without_basis(
    session: Any, basis: Basis, charged: dict[tuple[int, ChargeKind], int], ask: Ask
) -> Iterator[list[Cell]]:
    """What has been charged that no line asks for: of who was no member that year too."""
    asked = {(place.id, line.kind.value) for place, lines in basis for line in lines or ()}
    unknown = {place.id for place, lines in basis if lines is None}
    left = {
        key: amount for key, amount in charged.items() if (key[0], key[1].value) not in asked and key[0] not in unknown
    }
    owners = select(Municipality).where(Municipality.id.in_({owner for owner, _kind in left}))
    places = {one.id: one for one in session.scalars(owners.options(*for_lines()))} if left else {}
    for (owner, kind), amount in sorted(left.items(), key=lambda one: (places[one[0][0]].sort_key, one[0][1])):
        empty: list[Cell] = [None] * 9
        yield [*_who(places[owner], ask), ask.t(kind.label), *empty, amount, ask.t(BY_ITSELF.get(kind, NO_BASIS))]


def _who(municipality: Municipality, ask: Ask) -> list[Cell]:
    day = max(date(ask.year, 1, 1), municipality.joined or date(ask.year, 1, 1))
    return [
        municipality.name,
        municipality.code_on(day),
        spaced(municipality.organisation_number),
        _founder(municipality, ask),
    ]


def _founder(municipality: Municipality, ask: Ask) -> str:
    if municipality.founder is Answer.YES:
        return ask.t("Ja")
    return ask.t(HEIR) if inherits_founding(municipality) else ask.t("Nei")


def _sum_columns(t: Translate) -> list[Column]:
    money = (
        t("Tilkoblingsavgift etter regelen (kr)"),
        t("A konto (kr)"),
        t("Sum etter regelen (kr)"),
        t("Skal belastes (kr)"),
    )
    return [
        Column(t("Kommune"), width=22),
        Column(t("Grunnlegger"), width=12),
        *[Column(one, Kind.MONEY, summed=True, width=18) for one in money],
    ]


def _sum_row(municipality: Municipality, lines: list[Line], ask: Ask) -> list[Cell]:
    fee = sum(line.by_rule for line in lines if line.kind is PriceKind.CONNECTION)
    total = sum(line.by_rule for line in lines)
    return [
        municipality.name,
        _founder(municipality, ask),
        fee,
        total - fee,
        total,
        sum(line.charged for line in lines),
    ]
