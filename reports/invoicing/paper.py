"""An invoice or a credit note as a document, in the language of its buyer; all of it stands in the row."""

from __future__ import annotations

from datetime import date

from models.declare.numbers import grouped, kroner
from models.declare.words import N_
from models.registers.invoices import Invoice, InvoiceLine
from reports.base import spaced
from reports.document import PAGE, PAGES, Document, Grid, Part
from reports.language import Translate, translator

COLUMNS = (N_("Linje"), N_("Antall"), N_("Pris (kr)"), N_("Måneder"), N_("Utregning"), N_("Beløp (kr)"))
NUMBERS, WEIGHTS = (1, 2, 3, 5), (5, 2, 2, 2, 6, 3)


def title(invoice: Invoice, t: Translate) -> str:
    """«Faktura 12», or «Kreditnota 13»."""
    named = N_("Kreditnota %(number)s") if invoice.is_credit else N_("Faktura %(number)s")
    return t(named, number=str(invoice.number))


def file_name(invoice: Invoice, ending: str) -> str:
    """As a file: by number, so that a folder of them stands in order."""
    kind = "kreditnota" if invoice.is_credit else "faktura"
    return f"{kind}-{invoice.number:05d}.{ending}"


def document(invoice: Invoice) -> Document:
    """The invoice to be read by people, and by a screen reader."""
    t = translator(invoice.language)
    return Document(
        title=title(invoice, t), subtitle=_subtitle(invoice, t), whose=invoice.seller_name,
        made=_day(invoice.issued_on), language=invoice.language, facts=[one for one in facts(invoice, t) if one[1]],
        notes=[one for one in (invoice.note, *remarks(invoice)) if one],
        page_label=t("Side %(page)s av %(pages)s", page=PAGE, pages=PAGES),
        parts=[
            Part(t("Linjer"), [], "", Grid([t(one) for one in COLUMNS], rows(invoice), NUMBERS, WEIGHTS)),
            Part(t("Sum"), [], "", Grid([t("Sum"), t("Beløp (kr)")], sums(invoice, t), (1,), (3, 1))),
        ],
    )  # fmt: skip


def _subtitle(invoice: Invoice, t: Translate) -> str:
    if not invoice.is_credit:
        return ""
    numbers = [str(invoice.credits_number)] if invoice.credits_number else [number for number, _day in invoice.refers]
    return t("Krediterer faktura %(number)s. Beløpet er til gode.", number=", ".join(numbers))


def facts(invoice: Invoice, t: Translate) -> list[tuple[str, str]]:
    """Who, when, how it is paid: what bokføringsforskriften § 5-1-1 asks for beside the lines."""
    seller = (invoice.seller_name, invoice.seller_address, f"{invoice.seller_postcode} {invoice.seller_city}".strip())
    buyer = (invoice.buyer_name, invoice.buyer_address, f"{invoice.buyer_postcode} {invoice.buyer_city}".strip())
    found = [
        (t("Selger"), ", ".join(filter(None, seller))),
        (t("Selgers organisasjonsnummer"), spaced(invoice.seller_organisation_number) or ""),
        (t("Samarbeidsform"), invoice.seller_cooperation),
        (t("Kjøper"), ", ".join(filter(None, buyer))),
        (t("Kjøpers organisasjonsnummer"), spaced(invoice.buyer_organisation_number) or ""),
        (t("Kommunenummer"), invoice.buyer_code),
        (t("Deres referanse"), invoice.buyer_reference),
        (t("Fakturadato"), _day(invoice.issued_on)),
        (t("Leveranse"), period(invoice, t)),
    ]
    if invoice.is_credit:
        return found
    return [
        *found,
        (t("Forfall"), _day(invoice.due_on)),
        (t("Kontonummer"), account(invoice.seller_account)),
        (t("KID"), invoice.kid),
    ]


def rows(invoice: Invoice) -> list[list[str]]:
    """The lines, as texts."""
    return [
        [
            one.name, grouped(one.quantity), kroner(one.price_ore), str(one.months), one.formula,
            kroner(one.amount_ore),
        ]
        for one in invoice.lines
    ]  # fmt: skip


def sums(invoice: Invoice, t: Translate) -> list[list[str]]:
    """Without tax, the tax or why there is none, and what is to be paid."""
    vat = invoice.vat_reason
    if invoice.vat_percent:
        vat = t("Merverdiavgift %(percent)s %%", percent=str(invoice.vat_percent))
    return [
        [t("Sum uten merverdiavgift"), kroner(invoice.net_ore)],
        [vat, kroner(invoice.vat_ore)],
        [t("Til gode") if invoice.is_credit else t("Å betale"), kroner(invoice.gross_ore)],
    ]


def remarks(invoice: Invoice) -> list[str]:
    """What the figures rest on, and what is said of the lines."""
    t = translator(invoice.language)
    said = [told for one in invoice.lines for told in remarks_of(one, t)]
    return list(dict.fromkeys(said))


def remarks_of(line: InvoiceLine, t: Translate) -> list[str]:
    """The same of one line."""
    said = [line.remark] if line.remark else []
    if line.counted_on is None or line.inhabitants is None:
        return said
    told = t(
        "Folketall %(number)s per %(day)s. Kilde: %(origin)s.", number=line.inhabitants,
        day=_day(line.counted_on), origin=line.counted_by or "–",
    )  # fmt: skip
    return [told, *said]


def period(invoice: Invoice, t: Translate) -> str:
    return period_named(invoice.year, invoice.quarter, t)


def period_named(year: int, quarter: int, t: Translate) -> str:
    """«2026», or «3. kvartal 2026»."""
    return t("%(quarter)s. kvartal %(year)s", quarter=str(quarter), year=str(year)) if quarter else str(year)


def account(number: str) -> str:
    """An account as it is printed: 1234 56 78903."""
    return f"{number[:4]} {number[4:6]} {number[6:]}"


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"
