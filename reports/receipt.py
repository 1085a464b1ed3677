"""The receipt of a deletion: what is gone, by whom, and what stays and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models import BY_NAME
from models.declare.clock import OSLO
from models.declare.numbers import grouped
from models.declare.words import N_
from models.registers.leavings import DeletionReceipt
from models.tenancy.log import CHANGES
from reports.base import spaced
from reports.document import PAGE, PAGES, Document, Grid, Part
from reports.language import Translate

TITLE = N_("Kvittering for sletting")
HISTORY, BESIDE = N_("Historikk"), N_("Deler av rader, koblinger og det som hang på dem")
KEPT = {
    "invoice": N_("Fakturaer og kreditnotaer"), "invoice_line": N_("Fakturalinjer"),
    "settlement_line": N_("Avregningslinjer"), "charge": N_("Belastninger som er fakturert"),
    "supplement": N_("Tillegg som er fakturert"), "invoice_delivery": N_("Leveringer av EHF"),
}  # fmt: skip
WHY = N_("Bokføringsloven § 13: oppbevares i fem år etter regnskapsåret.")
NOTE = N_("Navn, organisasjonsnummer og kommunenumre står igjen om kommunen, for fakturaene viser til dem.")


def counts(receipt: DeletionReceipt, t: Translate) -> list[tuple[str, int]]:
    """How many rows are gone, by register; history, parts and links together."""
    found: dict[str, int] = {}
    logs = {one.__tablename__ for one in CHANGES.values()}
    for table, number in receipt.counts.items():
        register = BY_NAME.get(table)
        label = t(register.__register__.name if register else HISTORY if table in logs else BESIDE)
        found[label] = found.get(label, 0) + number
    last = [one for one in (t(HISTORY), t(BESIDE)) if one in found]
    order = [*(one for one in found if one not in last), *last]
    return [
        *[(label, found[label]) for label in order],
        (t(N_("Vedlagte filer")), receipt.files),
        (t(N_("Personer som bare hadde tilgang her")), receipt.people),
    ]


def kept(receipt: DeletionReceipt, t: Translate) -> list[tuple[str, int, str]]:
    """What stays: what it is, how many, and until when."""
    found = []
    for one in receipt.kept:
        table, until = str(one["table"]), date.fromisoformat(one["until"])
        found.append((t(KEPT.get(table, table)), int(one["rows"]), _day(until)))
    return found


def facts(receipt: DeletionReceipt, t: Translate) -> list[tuple[str, str]]:
    found = [
        (t("Kommune"), receipt.name),
        (t("Organisasjonsnummer"), spaced(receipt.organisation_number) or ""),
        (t("Siste dag som medlem"), _day(receipt.last_day)),
        (t("Arkivet er hentet"), f"{receipt.fetched_at.astimezone(OSLO):%d.%m.%Y %H.%M}, {receipt.fetched_by}"),
        (t("Arkivets SHA-256"), receipt.archive_digest),
        (t("Bedt om av"), receipt.asked_by),
        (t("Godkjent av"), receipt.approved_by),
        (t("Slettet"), f"{receipt.deleted_at.astimezone(OSLO):%d.%m.%Y %H.%M}"),
    ]
    return [one for one in found if one[1]]


def receipt_document(receipt: DeletionReceipt, t: Translate, language: str) -> Document:
    gone = counts(receipt, t)
    return Document(
        title=t(TITLE), subtitle="", whose=receipt.name, made=_day(receipt.deleted_at.astimezone(OSLO).date()),
        language=language, facts=facts(receipt, t), notes=[t(NOTE)],
        page_label=t("Side %(page)s av %(pages)s", page=PAGE, pages=PAGES),
        parts=[
            Part(t("Slettet"), [], "", _grid([t("Hva"), t("Antall")], [(a, grouped(n)) for a, n in gone])),
            Part(
                t("Beholdt"), [], t("Ingenting er beholdt."),
                _grid([t("Hva"), t("Antall"), t("Til og med")], [(a, grouped(n), d) for a, n, d in kept(receipt, t)]),
            ),
            Part(t("Hvorfor noe er beholdt"), [], t(WHY)),
        ],
    )  # fmt: skip


def _grid(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Grid:
    return Grid(columns, rows, (1,), (6, 2, 3)[: len(columns)])


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"
