"""What a transfer of a role concerns, as a sheet: every agreement, what becomes of it, and what is signed."""

from __future__ import annotations

from collections.abc import Sequence

from models.declare.charging import PartyRole
from models.declare.clock import today
from models.declare.words import N_
from models.registers.codes import ACCESSION
from models.registers.transfers import PROCESSING, Transfer, TransferPaper
from reports.language import Translate, translator
from reports.table import Cell, Column, Cover, Kind, Sheet, Workbook

NATURES = {ACCESSION: N_("Tilslutningsavtale"), PROCESSING: N_("Databehandleravtale")}
CARRIED = N_("Går over til den nye parten etter avtalens egen bestemmelse")
ANEW = N_("Må inngås på nytt: den nye databehandleren har ikke signert")
BOTH = N_("Går over, men databehandlerdelen må signeres på nytt")


def becomes(carried: bool, to_sign: bool) -> str:
    """What becomes of an agreement, as a text to be translated."""
    if not carried:
        return ANEW
    return BOTH if to_sign else CARRIED


def role_names(roles: Sequence[str], t: Translate) -> str:
    return ", ".join(t(PartyRole(one).label) for one in roles)


def workbook(transfer: Transfer, names: dict[int, str], language: str) -> Workbook:
    t = translator(language)
    left = [one for one in transfer.papers if one.to_sign and one.signed_on is None]
    facts: list[tuple[str, Cell]] = [
        (t("Rolle"), role_names(transfer.roles, t)), (t("Fra"), transfer.from_name), (t("Til"), transfer.to_name),
        (t("Gjelder fra"), transfer.day), (t("Grunnlag"), transfer.basis), (t("Gjenstår å signere"), len(left)),
    ]  # fmt: skip
    columns = [
        Column(t("Kommune"), width=24), Column(t("Avtale"), Kind.LONG_TEXT, width=40), Column(t("Type"), width=22),
        Column(t("Hva skjer"), Kind.LONG_TEXT, width=44), Column(t("Signert"), Kind.DATE),
        Column(t("Ført av"), width=22),
    ]  # fmt: skip
    rows = [_row(one, names, t) for one in transfer.papers]
    return Workbook(
        cover=Cover(t("Overføring til %(name)s", name=transfer.to_name), facts=facts),
        sheets=[Sheet(t("Avtaler"), columns, rows)], language=language, cover_title=t("Forside"),
        contents_label=t("Innhold"), sum_label=t("Sum"), total=len(rows), whose=transfer.to_name,
        made=f"{today():%d.%m.%Y}",
    )  # fmt: skip


def _row(one: TransferPaper, names: dict[int, str], t: Translate) -> list[Cell]:
    told = t(becomes(one.carried, one.to_sign))
    return [names.get(one.place, ""), one.name, t(NATURES[one.nature]), told, one.signed_on, one.ticked_by or None]
