"""Agreements with suppliers and partners, with the checklist of GDPR art. 28(3) for data processing agreements."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped

from models.declare import checks
from models.declare.agreeing import OptionUse, SubProcessorConsent
from models.declare.base import Base, Content, Group, OwnedRecord, Part, Register
from models.declare.choices import AgreementStatus, Answer
from models.declare.clock import months_after
from models.declare.conditions import comes_within, filled, not_past, past, when
from models.declare.countries import EEA
from models.declare.fields import Copied, Mark, field, reference, rows
from models.declare.inferred import derived
from models.declare.shapes import Shape
from models.declare.words import N_, Saying
from models.registers.catalogue import Supplier
from models.registers.codes import ACCESSION, AgreementType, TransferGround
from models.registers.organisation import ContactPerson

AGREEMENT, PERIOD, PROCESSING, CHECKLIST, FILES = (
    N_("Avtalen"), N_("Varighet og verdi"), N_("Databehandling"), N_("Sjekkliste for databehandleravtale"), N_("Arkiv og lenker"),
)


# Whether the agreement is, or holds, a data processing agreement.
is_processing_agreement = when("data_processing", Answer.YES)
IN_FORCE = (AgreementStatus.ACTIVE, AgreementStatus.OPTION)
is_in_force = when("status", *IN_FORCE) & not_past("ends")
NEARS = 183  # days before an option must be used, from which on that is told
is_open = when("use", OptionUse.OPEN)  # of an option: nobody has said what becomes of it
is_outside_eea = filled("country") & ~when("country", *EEA)  # of a sub-processor
# What its page says of one whose dates say otherwise than its status.
BY_DATES = {
    AgreementStatus.EXPIRED: N_("Utløpt: siste dag er passert"),
    AgreementStatus.SIGNING: N_("Til signering: ikke alle har signert"),
    AgreementStatus.OPTION: N_("Aktiv, og fristen for en opsjon nærmer seg"),
}
# What a person has said of an agreement that no date says otherwise.
_SAID = tuple((when("status", one), one) for one in (AgreementStatus.TERMINATED, AgreementStatus.DRAFT))
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
            (N_("Opsjon nærmer seg"), "stage=option&sort=option_deadline"),
            (N_("Til signering"), "stage=signing"),
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
    stage: ClassVar[Any] = derived(
        N_("Står nå som"), AgreementStatus, *_SAID, (past("ends"), AgreementStatus.EXPIRED),
        (when("status", AgreementStatus.EXPIRED), AgreementStatus.EXPIRED),
        (when("status", AgreementStatus.SIGNING) | when("signed_by_both", Answer.NO), AgreementStatus.SIGNING),
        (comes_within("option_deadline", NEARS), AgreementStatus.OPTION), (when("status", AgreementStatus.OPTION), AgreementStatus.OPTION),
        otherwise=AgreementStatus.ACTIVE, section=AGREEMENT, filtered=True,
        help=N_("Følger av statusen og datoene: til signering til begge har signert, opsjon når fristen for den er et halvt år unna, utløpt når sluttdatoen er passert. Oppsagt og utkast bestemmer dere."),
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
    notice_deadline: Mapped[date | None] = field(
        N_("Siste dag for å si opp"), Date, section=PERIOD, in_form=False, copied=Copied.ANEW, help=N_("Dagen avtalen går ut, minus oppsigelsesfristen.")
    )
    extensions: Mapped[list[Any]] = rows(
        N_("Opsjoner med frist"), "AgreementOption", section=PERIOD, help=N_("Hver gang avtalen kan forlenges: hvor lenge, og når dere senest må bestemme dere.")
    )
    option_deadline: Mapped[date | None] = field(
        N_("Neste frist for opsjon"), Date, section=PERIOD, in_form=False, copied=Copied.ANEW, help=N_("Den første fristen for en opsjon som ingen har svart på.")
    )
    options: Mapped[str | None] = field(
        N_("Opsjoner"), String(300), section=PERIOD, help=N_("Det som ellers er avtalt om forlengelse, i egne ord.")
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
    processors: Mapped[list[Any]] = rows(
        N_("Underdatabehandlere i avtalen"), "AgreementProcessor", section=PROCESSING, applies=is_processing_agreement, help=N_("Hver virksomhet leverandøren bruker, hvor den er, hva den gjør, og grunnlaget når det er utenfor EØS.")
    )
    subprocessors: Mapped[str | None] = field(
        N_("Godkjente underdatabehandlere"), Shape.LONG_TEXT, length=2000, section=PROCESSING, applies=is_processing_agreement, help=N_("Det som ellers står i avtalen om dem, i egne ord.")
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
    next_audit: Mapped[date | None] = field(
        N_("Neste revisjon"), Date, section=CHECKLIST, applies=is_processing_agreement, copied=Copied.ANEW,
        help=N_("Når dere skal kontrollere leverandøren neste gang. Står i årshjulet."),
    )
    attachments: Mapped[str | None] = field(
        N_("Bilag"), Shape.LONG_TEXT, length=1000, section=FILES, copied=Copied.ANEW, help=N_("Bilagene og om de er ferdige, ett på hver linje.")
    )
    archive_reference: Mapped[str | None] = field(N_("Arkivreferanse"), String(100), section=FILES, mark=Mark.ADVISED, searched=True, copied=Copied.ANEW, help=N_("Saksnummer i sak- og arkivsystemet."))
    link: Mapped[str | None] = field(N_("Lenke"), Shape.WEB_ADDRESS, section=FILES, copied=Copied.ANEW, help=N_("Der avtalen ligger."))

    def instead(self, key: str, _today: date) -> Saying | None:
        said = BY_DATES.get(self.stage) if key == "status" and self.stage is not self.status else None
        return Saying(said, {}) if said else None

    def reckon(self) -> None:
        months = self.notice_months or 0
        self.notice_deadline = months_after(self.ends, -months) if self.ends and months else None
        if "extensions" in vars(self):  # else they are as they were, and so is what follows
            self.reckon_options()

    def reckon_options(self) -> None:
        deadlines = [one.deadline for one in self.extensions if one.deadline and is_open(one)]
        self.option_deadline = min(deadlines, default=None)


class AgreementOption(Part, Content, Base, of=Agreement, within="extensions"):
    """Én gang avtalen kan forlenges. Den som er brukt, flytter ikke sluttdatoen: det gjør den som forlenger."""

    __tablename__ = "agreement_option"

    years: Mapped[int] = field(N_("Antall år"), Integer, required=True, valid=checks.one_or_more, adds_up=False, help=N_("Hvor lenge avtalen forlenges."))
    deadline: Mapped[date | None] = field(N_("Frist for å bruke den"), Date, mark=Mark.MANDATORY, help=N_("Siste dag dere kan si fra til leverandøren."))
    use: Mapped[OptionUse] = field(N_("Hva dere har bestemt"), OptionUse, required=True, default=OptionUse.OPEN, copied=Copied.ANEW, help=N_("Om opsjonen er brukt. Husk å endre sluttdatoen når den er det."))

    def reckon(self) -> None:
        if self.parent is not None:
            self.parent.reckon_options()


class AgreementProcessor(Part, Content, Base, of=Agreement, within="processors"):
    """En underdatabehandler som leverandøren bruker etter avtalen (art. 28 nr. 2 og 4)."""

    __tablename__ = "agreement_processor"

    name: Mapped[str] = field(N_("Navn"), String(200), required=True, help=N_("Virksomheten som behandler opplysningene for leverandøren."))
    country: Mapped[str | None] = field(N_("Land"), Shape.COUNTRY, mark=Mark.MANDATORY, help=N_("To bokstaver eller navnet, for eksempel NO, Sverige eller US."))
    number: Mapped[str | None] = field(N_("Organisasjonsnummer"), String(30), help=N_("Når dere vet det. Utenfor Norge er det nummeret den har der."))
    purpose: Mapped[str | None] = field(N_("Hva den gjør"), String(300), mark=Mark.MANDATORY, help=N_("For eksempel drift, sikkerhetskopi eller brukerstøtte."))
    ground_id: ClassVar[Any]
    ground: Mapped[Any] = reference(N_("Overføringsgrunnlag"), TransferGround, help=N_("Grunnlaget i kapittel V. Bare når opplysningene kommer utenfor EØS."))


def is_accession_with(suppliers: Any) -> Any:
    """The criterion of an accession agreement with one of these, or with nobody it names; its type must be joined."""
    return (AgreementType.code == ACCESSION) & (Agreement.supplier_id.is_(None) | Agreement.supplier_id.in_(suppliers))
