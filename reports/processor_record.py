"""Databehandlerprotokoll: what the party that operates Orden does for each municipality that takes part (GDPR art.
30(2)), made from the municipalities and their agreements with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import distinct, func, or_, select

from models.declare.base import field_of
from models.declare.charging import PartyRole
from models.declare.domains import Domain
from models.declare.titles import title
from models.declare.words import N_
from models.queries.told import holds
from models.registers.agreements import Agreement, is_in_force, is_processing_agreement
from models.registers.catalogue import Supplier
from models.registers.codes import ACCESSION, AgreementType, TransferGround
from models.registers.municipality import Municipality
from models.registers.parties import party_on
from models.registers.processing import ProcessingActivity, ProcessorRow, TransferRow
from models.tenancy import scope
from reports import subprocessors
from reports.base import Ask, Told, contact_line, dpo_lines, spaced
from reports.choices import OfField
from reports.columns import column, converter
from reports.table import Cell, Column, Emphasis, Kind, Sheet
from reports.tabular import Tabular

PROCESSOR = OfField("processor", N_("Databehandler"), register=Agreement, place="supplier")
UNKNOWN = N_("Velg hvem som er databehandler øverst. Ingen står alene som motpart i flest tilslutningsavtaler.")
LACKS = N_("Ingen databehandleravtale i kraft")
SAID = ("number", "signed", "ends", "archive_reference", "subprocessors")  # these with what stands in rows
# What Orden itself does (art. 32(1)), whoever operates it. What the place of operation does is told by its operator.
MEASURES = (
    N_("Hver kommunes rader er skilt fra de andres, både i programmet og av databasen selv."),
    N_("Tilgang følger rollen en person har i kommunen, og slutter med den."),
    N_("Passord lagres bare som hash, og mange gale forsøk må vente."),
    N_("Innlogging, uttrekk og rapporter skrives i en innsynslogg som ingen kan endre."),
    N_("Alt som endres, står i historikken, og det som slettes, kan hentes tilbake i 30 dager."),
    N_("Sikkerhetskopier prøves ved at de leses tilbake."),
    N_("Nettsidene kjører ingen fremmede skript."),
)


@dataclass(frozen=True)
class ProcessorRecord(Tabular):
    """One row for each municipality that takes part, as controller."""

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        t, who = ask.t, _processor(session, ask)
        rows = list(_rows(session, ask, who)) if who is not None else []
        measures: list[list[Cell]] = [[t(one)] for one in MEASURES]
        return [
            Told(Sheet(t(N_("Behandlingsansvarlige")), _columns(ask), rows, empty=t(UNKNOWN)), lambda _most: len(rows)),
            Told(
                Sheet(t(N_("Sikkerhetstiltak")), [Column(t("Tiltak"), Kind.LONG_TEXT, width=90)], measures),
                lambda _most: len(measures),
            ),
        ]

    def about(self, session: Any, ask: Ask) -> list[tuple[str, Cell]]:
        """The processor, in place of the municipality that other reports are about."""
        t, who = ask.t, _processor(session, ask)
        one = session.get(Supplier, who) if who is not None else None
        if one is None:
            return [(t("Databehandler"), t("Ikke valgt"))]
        contact = ", ".join(filter(None, (one.contact_name, one.contact_email, one.contact_phone, one.website)))
        return [
            (t("Databehandler"), one.name),
            (t("Organisasjonsnummer"), spaced(one.organisation_number)),
            (t("Kontakt"), contact or None),
            (t("Underleverandører"), one.subprocessors or None),
            (t("Sertifiseringer"), one.certifications or None),
        ]


def _processor(session: Any, ask: Ask) -> int | None:
    """The supplier that was chosen; else the one that operates Orden that day; else, where nobody has said, the
    one that is a party to the accession agreements of most municipalities, where that is one alone."""
    if chosen := ask.chosen.get(PROCESSOR.name):
        return int(chosen[0])
    operator = party_on(session, PartyRole.OPERATOR, ask.today)
    if operator is not None and operator.supplier_id is not None:
        return int(operator.supplier_id)
    number = func.count(distinct(Agreement.municipality_id))
    counted = (
        select(Agreement.supplier_id, number)
        .join(Agreement.nature)
        .where(AgreementType.code == ACCESSION, holds(Agreement, is_processing_agreement & is_in_force))
        .where(Agreement.supplier_id.is_not(None))
        .group_by(Agreement.supplier_id)
        .order_by(number.desc())
        .limit(2)
    )
    found = session.execute(counted).all()
    return found[0][0] if found and (len(found) == 1 or found[0][1] > found[1][1]) else None


def _columns(ask: Ask) -> list[Column]:
    t, must = ask.t, Emphasis.MANDATORY
    return [
        Column(t("Behandlingsansvarlig"), width=18, emphasis=must),
        Column(t("Organisasjonsnummer"), width=14, emphasis=must),
        Column(t("Kontaktopplysninger"), Kind.LONG_TEXT, emphasis=must),
        Column(t("Representant"), emphasis=must),
        Column(t("Personvernombud"), Kind.LONG_TEXT, emphasis=must),
        Column(t("Kategorier av behandling"), Kind.LONG_TEXT, emphasis=must),
        Column(t("Overføring til tredjeland"), Kind.LONG_TEXT, emphasis=must),
        Column(t("Databehandleravtale"), width=26),
        *[column(field_of(Agreement, key), t) for key in SAID],
    ]


def _rows(session: Any, ask: Ask, who: int) -> Iterator[list[Cell]]:
    officers, agreements = dpo_lines(session), _agreements(session, ask, who)
    work, transfers = _work(session, who), _transfers(session, ask, who)
    members = select(Municipality).where(
        Municipality.joined <= ask.today, or_(Municipality.until.is_(None), Municipality.until > ask.today)
    )
    nothing: list[Cell] = [ask.t(LACKS), *[None] * len(SAID)]
    told = scope.current().readable(Domain.CONTENT)
    for one in session.scalars(members.order_by(Municipality.sort_key, Municipality.id)):
        if one.id not in told:
            continue
        yield [
            one.name, spaced(one.organisation_number), contact_line(one) or None, one.representative,
            "; ".join(officers.get(one.id, ())) or None, "\n".join(work.get(one.id, ())) or None,
            "\n".join(transfers.get(one.id, ())) or ask.t("Nei"), *agreements.get(one.id, nothing),
        ]  # fmt: skip


def _agreements(session: Any, ask: Ask, who: int) -> dict[int, list[Cell]]:
    """The newest data processing agreement in force that each municipality has with the processor."""
    known = [field_of(Agreement, key) for key in SAID]
    show = [converter(one, ask.t) or (lambda value: value) for one in known]
    name = title(Agreement, Agreement.__tablename__, Agreement.__register__.title, ask.language)
    told = select(Agreement.id, Agreement.municipality_id, name, *(getattr(Agreement, key) for key in SAID))
    in_force = holds(Agreement, is_processing_agreement & is_in_force)
    found = told.where(Agreement.supplier_id == who, in_force).order_by(Agreement.id)
    rows = session.execute(found).all()
    used = subprocessors.lines(session, [row_id for row_id, *_told in rows], ask)
    told_of: dict[int, list[Cell]] = {}
    for row_id, owner, called, *values in rows:
        *cells, words = (make(value) for make, value in zip(show, values, strict=True))
        told_of[owner] = [called, *cells, subprocessors.beside(used.get(row_id), words)]
    return told_of


def _work(session: Any, who: int) -> dict[int, list[str]]:
    """What each municipality has the processor do, by its own record."""
    activity = ProcessingActivity
    found = select(activity.municipality_id, activity.name).where(
        activity.id.in_(select(ProcessorRow.parent_id).where(ProcessorRow.supplier_id == who))
    )
    return _together(session.execute(found.order_by(activity.sort_key, activity.id)))


def _transfers(session: Any, ask: Ask, who: int) -> dict[int, list[str]]:
    ground = title(TransferGround, TransferGround.__tablename__, TransferGround.__register__.title, ask.language)
    found = (
        select(TransferRow.municipality_id, TransferRow.country, TransferRow.recipient, ground)
        .outerjoin(TransferRow.ground)
        .where(TransferRow.supplier.has(id=who))
        .order_by(TransferRow.country, TransferRow.id)
    )
    return _together((owner, ", ".join(filter(None, said))) for owner, *said in session.execute(found))


def _together(rows: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for owner, said in rows:
        lines = found.setdefault(owner, [])
        if said not in lines:
            lines.append(said)
    return found
