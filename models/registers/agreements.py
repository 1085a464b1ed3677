"""Agreements with suppliers and partners, with the checklist of GDPR art. 28(3) for data processing agreements."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped

from models.declare import checks
from models.declare.base import Base, Content, Group, OwnedRecord, Register
from models.declare.choices import AgreementStatus, Answer, SubProcessorConsent
from models.declare.conditions import not_past, when
from models.declare.fields import Copied, Mark, field, reference
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.catalogue import Supplier
from models.registers.codes import AgreementType
from models.registers.organisation import ContactPerson

AGREEMENT, PERIOD, PROCESSING, CHECKLIST, FILES = (
    N_("Avtalen"), N_("Varighet og verdi"), N_("Databehandling"), N_("Sjekkliste for databehandleravtale"), N_("Arkiv og lenker"),
)


# Whether the agreement is, or holds, a data processing agreement.
is_processing_agreement = when("data_processing", Answer.YES)
IN_FORCE = (AgreementStatus.ACTIVE, AgreementStatus.OPTION)
is_in_force = when("status", *IN_FORCE) & not_past("ends")
# What a data processing agreement must say (GDPR art. 28(3)(a) to (h)).
ITEMS = (
    "instructions", "confidentiality", "security", "subprocessing", "assists_rights", "assists_duties", "returns_data",
    "audits",
)  # fmt: skip


def _item(label: str, help_text: str) -> Any:
    return field(
        label, Answer, section=CHECKLIST, required=True, default=Answer.UNKNOWN, mark=Mark.MANDATORY,
        applies=is_processing_agreement, help=help_text,
    )


class Agreement(OwnedRecord, Content, Base):
    """Avtale – kjøp, drift, vedlikehold, databehandling eller samarbeid."""

    __tablename__ = "agreement"
    __register__ = Register(
        Group.ORGANISATION, N_("Avtaler"), N_("avtale"), N_("Avtaler om systemer, drift og databehandling, med frister."), title="name",
        views=(
            (N_("Utløper snart"), "ends.next=183&sort=ends"),
            (N_("Mangler eier"), "owner.none=1"),
        ),
    )

    name: Mapped[str] = field(
        N_("Tittel"), String(300), section=AGREEMENT, required=True, mark=Mark.MANDATORY, listed=True, searched=True,
        help=N_("Kort tittel, for eksempel Driftsavtale for sak og arkiv."),
    )
    number: Mapped[str | None] = field(
        N_("Avtalenummer"), String(60), section=AGREEMENT, mark=Mark.ADVISED, searched=True, copied=Copied.ANEW, help=N_("Nummeret dere eller leverandøren bruker.")
    )
    nature: Mapped[Any] = reference(
        N_("Avtaletype"), AgreementType, section=AGREEMENT, mark=Mark.MANDATORY, listed=True, filtered=True,
        help=N_("Statens standardavtale, databehandleravtale eller annet."),
    )
    edition: Mapped[str | None] = field(N_("Versjon av standardavtalen"), String(40), section=AGREEMENT, help=N_("For eksempel 2023."))
    supplier_id: ClassVar[Any]
    supplier: Mapped[Any] = reference(
        N_("Motpart"), Supplier, section=AGREEMENT, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Leverandøren eller partneren.")
    )
    owner: Mapped[Any] = reference(N_("Avtaleeier"), ContactPerson, section=AGREEMENT, mark=Mark.MANDATORY, help=N_("Den som har ansvaret for avtalen."))
    manager: Mapped[Any] = reference(
        N_("Avtaleforvalter"), ContactPerson, section=AGREEMENT, mark=Mark.ADVISED, help=N_("Den som følger opp avtalen til daglig.")
    )
    status: Mapped[AgreementStatus] = field(
        N_("Status"), AgreementStatus, section=AGREEMENT, required=True, default=AgreementStatus.DRAFT, mark=Mark.MANDATORY,
        listed=True, filtered=True, copied=Copied.ANEW, help=N_("Hvor avtalen er i livsløpet sitt."),
    )
    applications: ClassVar[Any]  # the other end of the agreements of an application, declared there
    signed: Mapped[date | None] = field(
        N_("Signert"), Date, section=PERIOD, mark=Mark.ADVISED, help=N_("Datoen siste part signerte.")
    )
    signed_by_both: Mapped[Answer] = field(
        N_("Signert av begge parter"), Answer, section=PERIOD, required=True, default=Answer.UNKNOWN, copied=Copied.ANEW, help=N_("Om begge underskriftene er på plass.")
    )
    starts: Mapped[date | None] = field(
        N_("Gjelder fra"), Date, section=PERIOD, mark=Mark.MANDATORY, help=N_("Første dag avtalen gjelder.")
    )
    ends: Mapped[date | None] = field(
        N_("Gjelder til"), Date, after="starts", section=PERIOD, mark=Mark.ADVISED, listed=True,
        help=N_("Siste dag avtalen gjelder. La stå tom når den løper til den sies opp."),
    )
    notice_months: Mapped[int | None] = field(
        N_("Oppsigelsesfrist"), Shape.MONTHS, section=PERIOD, mark=Mark.ADVISED,
        help=N_("Antall måneder. Orden varsler i god tid før fristen."),
    )
    options: Mapped[str | None] = field(
        N_("Opsjoner"), String(300), section=PERIOD, help=N_("Hvor mange ganger og hvor lenge avtalen kan forlenges, og fristen for det.")
    )
    value_ore: Mapped[int | None] = field(
        N_("Verdi per år"), Shape.MONEY, section=PERIOD, valid=checks.not_negative, help=N_("Årlig beløp uten merverdiavgift, i kroner.")
    )
    price_adjustment: Mapped[str | None] = field(N_("Prisregulering"), String(300), section=PERIOD, help=N_("Hvordan prisen endres, for eksempel etter KPI."))
    data_processing: Mapped[Answer] = field(
        N_("Databehandleravtale"), Answer, section=PROCESSING, required=True, default=Answer.UNKNOWN, mark=Mark.MANDATORY,
        filtered=True, listed=True, help=N_("Om avtalen er, eller inneholder, en databehandleravtale etter artikkel 28."),
    )
    subprocessor_consent: Mapped[SubProcessorConsent | None] = field(
        N_("Underdatabehandlere"), SubProcessorConsent, section=PROCESSING, mark=Mark.MANDATORY, applies=is_processing_agreement,
        help=N_("Hvordan leverandøren får bruke underdatabehandlere."),
    )
    subprocessors: Mapped[str | None] = field(
        N_("Godkjente underdatabehandlere"), Shape.LONG_TEXT, length=2000, section=PROCESSING, applies=is_processing_agreement, help=N_("Navn og land, én på hver linje.")
    )
    instructions: Mapped[Answer] = _item(N_("Dokumenterte instrukser"), N_("Artikkel 28 nr. 3 bokstav a: leverandøren behandler bare etter instruks."))
    confidentiality: Mapped[Answer] = _item(N_("Taushetsplikt"), N_("Artikkel 28 nr. 3 bokstav b: de som behandler opplysningene har taushetsplikt."))
    security: Mapped[Answer] = _item(N_("Sikkerhet"), N_("Artikkel 28 nr. 3 bokstav c: tiltak etter artikkel 32 er avtalt."))
    subprocessing: Mapped[Answer] = _item(N_("Vilkår for underdatabehandlere"), N_("Artikkel 28 nr. 3 bokstav d: vilkårene for underdatabehandlere er avtalt."))
    assists_rights: Mapped[Answer] = _item(N_("Bistand med rettigheter"), N_("Artikkel 28 nr. 3 bokstav e: leverandøren hjelper når noen bruker rettighetene sine."))
    assists_duties: Mapped[Answer] = _item(N_("Bistand med plikter"), N_("Artikkel 28 nr. 3 bokstav f: hjelp med sikkerhet, avvik, DPIA og forhåndsdrøfting."))
    returns_data: Mapped[Answer] = _item(N_("Sletting eller tilbakelevering"), N_("Artikkel 28 nr. 3 bokstav g: hva som skjer med opplysningene når avtalen slutter."))
    audits: Mapped[Answer] = _item(N_("Revisjon"), N_("Artikkel 28 nr. 3 bokstav h: kommunen kan kontrollere leverandøren."))
    last_audit: Mapped[date | None] = field(
        N_("Siste revisjon"), Date, section=CHECKLIST, mark=Mark.ADVISED, applies=is_processing_agreement,
        help=N_("Når dere sist kontrollerte leverandøren."),
    )
    attachments: Mapped[str | None] = field(
        N_("Bilag"), Shape.LONG_TEXT, length=1000, section=FILES, copied=Copied.ANEW, help=N_("Bilagene og om de er ferdige, ett på hver linje.")
    )
    archive_reference: Mapped[str | None] = field(N_("Arkivreferanse"), String(100), section=FILES, mark=Mark.ADVISED, searched=True, copied=Copied.ANEW, help=N_("Saksnummer i sak- og arkivsystemet."))
    link: Mapped[str | None] = field(N_("Lenke"), Shape.WEB_ADDRESS, section=FILES, copied=Copied.ANEW, help=N_("Der avtalen ligger."))
