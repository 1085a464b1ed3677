"""Fakturagrunnlag: what each municipality is to pay in a year, every line with its formula (domain handbook 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.declare.choices import Answer, PriceKind
from models.declare.words import N_
from models.registers.billing import MONTHS, Line, NoBasis, charges_of, lines_for, members, price_rows
from models.registers.municipality import Municipality
from reports.base import Ask, Report, Told, spaced
from reports.language import Translate
from reports.table import Cell, Column, Kind, Sheet

FOUNDER_NOTE = N_("Grunnlegger: avgiften etter regelen vises, men belastes ikke.")
MISSING = N_("Mangler pris eller folketall. Registrer det under Forvaltning, og lag rapporten på nytt.")


@dataclass(frozen=True)
class InvoiceBasis(Report):
    """Connection fee and yearly on-account charge, by the dated prices and the dated population."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        prices, charged = price_rows(session), charges_of(session, ask.year)
        basis: list[tuple[Municipality, list[Line] | None]] = []
        for municipality in members(session, ask.year):
            try:
                basis.append((municipality, lines_for(municipality, ask.year, prices)))
            except NoBasis:
                basis.append((municipality, None))
        lines = list(_line_rows(basis, charged, ask))
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


def _line_rows(
    basis: list[tuple[Municipality, list[Line] | None]], charged: dict[tuple[int, PriceKind], int], ask: Ask
) -> Iterator[list[Cell]]:
    for municipality, lines in basis:
        who = _who(municipality, ask)
        if lines is None:
            yield [*who, None, None, None, None, None, None, None, None, None, None, None, ask.t(MISSING)]
            continue
        for line in lines:
            day = municipality.joined if line.kind is PriceKind.CONNECTION else date(ask.year, 1, 1)
            figure = municipality.population_on(day or date(ask.year, 1, 1))
            yield [
                *who, ask.t(line.kind.label),
                *((figure.inhabitants, figure.day, figure.source) if figure else (None, None, None)),
                line.quantity, line.price_ore, line.months, formula(line), line.by_rule, line.charged,
                charged.get((municipality.id, line.kind)),
                ask.t(FOUNDER_NOTE) if line.charged != line.by_rule else None,
            ]  # fmt: skip


def _who(municipality: Municipality, ask: Ask) -> list[Cell]:
    day = max(date(ask.year, 1, 1), municipality.joined or date(ask.year, 1, 1))
    return [
        municipality.name,
        municipality.code_on(day),
        spaced(municipality.organisation_number),
        _founder(municipality, ask),
    ]


def _founder(municipality: Municipality, ask: Ask) -> str:
    return ask.t("Ja") if municipality.founder is Answer.YES else ask.t("Nei")


def formula(line: Line) -> str:
    """The calculation written out, as 1 411 × 1,50 × 7/12 = 1 234,63."""
    parts = [_number(line.quantity), _kroner(line.price_ore)]
    if line.months != MONTHS:
        parts.append(f"{line.months}/{MONTHS}")
    return f"{' × '.join(parts)} = {_kroner(line.by_rule)}"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u00a0")


def _kroner(ore: int) -> str:
    return f"{_number(ore // 100)},{ore % 100:02d}"


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
