"""Invoices as sheets: the lines of one or of a run, and the ledger that an accounting system reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from models.declare.clock import now
from models.registers.invoices import Invoice
from reports.base import spaced
from reports.invoicing.paper import facts, period, title
from reports.language import translator
from reports.table import Cell, Column, Cover, Kind, Sheet, Workbook

TEXTS = (Kind.TEXT, Kind.LONG_TEXT)


def workbook(invoices: Sequence[Invoice], language: str, called: str) -> Workbook:
    """All lines of some invoices, and what each comes to: numbers are numbers. One alone has its facts on the cover."""
    t = translator(language)
    alone = facts(invoices[0], t) if len(invoices) == 1 else []
    return Workbook(
        cover=Cover(called, facts=[(label, said) for label, said in alone if said]),
        sheets=[
            Sheet(t("Linjer"), line_columns(language), line_rows(invoices, language)),
            Sheet(t("Fakturaer"), columns(language), rows(invoices, language)),
        ],
        language=language, cover_title=t("Forside"), contents_label=t("Innhold"), sum_label=t("Sum"),
        total=len(invoices), whose=invoices[0].seller_name if invoices else "", made=f"{now():%d.%m.%Y}",
    )  # fmt: skip


def line_columns(language: str) -> list[Column]:
    t = translator(language)
    return [
        Column(t("Nummer"), Kind.INTEGER),
        Column(t("Dokument"), width=18),
        Column(t("Kommune"), width=22),
        Column(t("Linje"), width=34),
        Column(t("Folketall"), Kind.INTEGER),
        Column(t("Dato for folketall"), Kind.DATE),
        Column(t("Kilde"), width=24),
        Column(t("Antall"), Kind.INTEGER),
        Column(t("Pris (kr)"), Kind.MONEY, width=14),
        Column(t("Måneder"), Kind.INTEGER),
        Column(t("Utregning"), width=36),
        Column(t("Beløp (kr)"), Kind.MONEY, summed=True, width=16),
        Column(t("Merknad"), Kind.LONG_TEXT, width=36),
    ]


def line_rows(invoices: Iterable[Invoice], language: str) -> Iterator[list[Cell]]:
    t = translator(language)
    for one in invoices:
        for line in one.lines:
            yield [
                one.number, title(one, t), one.buyer_name, line.name, line.inhabitants, line.counted_on,
                line.counted_by or None, line.quantity, line.price_ore, line.months, line.formula,
                one.sign * line.amount_ore, line.remark or None,
            ]  # fmt: skip


def columns(language: str) -> list[Column]:
    """One row for each document: also what the ledger has."""
    t = translator(language)
    return [
        Column(t("Nummer"), Kind.INTEGER),
        Column(t("Dokument"), width=18),
        Column(t("Krediterer"), Kind.INTEGER),
        Column(t("Fakturadato"), Kind.DATE),
        Column(t("Forfall"), Kind.DATE),
        Column(t("Periode"), width=18),
        Column(t("Kommune"), width=22),
        Column(t("Kommunenummer"), width=16),
        Column(t("Organisasjonsnummer"), width=21),
        Column(t("Deres referanse"), width=24),
        Column(t("Kontonummer"), width=16),
        Column(t("KID"), width=14),
        Column(t("Avgiftskode"), width=12),
        Column(t("Avgiftssats (%)"), Kind.INTEGER),
        Column(t("Netto (kr)"), Kind.MONEY, summed=True, width=16),
        Column(t("Avgift (kr)"), Kind.MONEY, summed=True, width=16),
        Column(t("Brutto (kr)"), Kind.MONEY, summed=True, width=16),
    ]


def rows(invoices: Iterable[Invoice], language: str) -> Iterator[list[Cell]]:
    t = translator(language)
    for one in invoices:
        yield [
            one.number, title(one, t), one.credits_number, one.issued_on, None if one.is_credit else one.due_on,
            period(one, t), one.buyer_name, one.buyer_code, spaced(one.buyer_organisation_number), one.buyer_reference,
            one.seller_account, one.kid or None, one.vat_category, one.vat_percent, one.sign * one.net_ore,
            one.sign * one.vat_ore, one.sign * one.gross_ore,
        ]  # fmt: skip


def ledger(invoices: Iterable[Invoice], language: str) -> Sheet:
    """The documents of a run as an accounting system reads them: one row each, semicolons between when it is CSV."""
    return Sheet(translator(language)("Fakturaer"), columns(language), rows(invoices, language))
