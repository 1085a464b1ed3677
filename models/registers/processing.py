"""The record of processing activities (GDPR art. 30): as controller, joint controller or processor."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import JSON, Boolean, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.declare import checks
from models.declare.approval import Approval
from models.declare.base import Base, Content, Group, OwnedRecord, Part, Register
from models.declare.choices import Answer, Disposal, ProcessingRole, RecordStatus
from models.declare.conditions import filled, linked, there, when
from models.declare.fields import Copied, Mark, field, reference, references, rows
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate, Supplier
from models.registers.codes import (
    Article6,
    Article9,
    DataSubjectCategory,
    KostraFunction,
    Law,
    LosTheme,
    PersonalDataCategory,
    RecipientCategory,
    SecurityMeasure,
    TransferGround,
)
from models.registers.data import Dataset
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.tenancy.reach import alike

WHAT, BASIS, WHOM, OTHERS, TIME, SECURITY, FOLLOW_UP = (
    N_("Hva og hvorfor"), N_("Grunnlag"), N_("Hvem og hva"), N_("Mottakere og databehandlere"),
    N_("Lagring og sletting"), N_("Sikkerhet og vurderinger"), N_("Godkjenning og deling"),
)  # fmt: skip


is_processor = when("role", ProcessingRole.PROCESSOR)
is_controller = ~is_processor
is_joint = when("role", ProcessingRole.JOINT)
is_approved = when("status", RecordStatus.APPROVED)
# Art. 6(3): grounds c and e need a supplementary law. Art. 9(2): so do b, g, h, i and j, as their codes tell.
needs_law = is_controller & (linked("article6", "code", "6.1.c", "6.1.e") | linked("article9", "needs_law", Answer.YES))
needs_balancing = is_controller & linked("article6", "code", "6.1.f")
is_special = is_controller & when("special", Answer.YES)
is_criminal = is_controller & when("criminal", Answer.YES)
is_processed_by_others = when("has_processors", Answer.YES)
is_transferred = when("transferred", Answer.YES)
has_common_measures = there("municipality", filled("default_measures"))  # which hold for every activity


FOLLOWED = ("origin_place", "origin_row", "origin_card")


class ProcessingActivity(OwnedRecord, Content, Base):
    """Behandlingsaktivitet – noe kommunen bruker personopplysninger til."""

    __tablename__ = "processing_activity"
    __kept__: ClassVar[tuple[str, ...]] = ("sender_id", "template_version", "taken", *FOLLOWED)
    __register__ = Register(
        Group.PROTECTION, N_("Behandlinger"), N_("behandling"),
        N_("Alt kommunen bruker personopplysninger til. Sammen er de kommunens behandlingsprotokoll."),
        views=(
            (N_("Til revisjon"), "review_due.next=90&sort=review_due"),
            (N_("Mangler ansvarlig"), "responsible.none=1"),
            (N_("Uten databehandleravtale"), "lacks=agreement"),
            (N_("Utkast"), "status=draft"),
        ),
        approval=Approval(
            RecordStatus.DRAFT, RecordStatus.REVIEW, RecordStatus.APPROVED, RecordStatus.REVISE,
            ended=RecordStatus.ENDED,
        ),
    )
    __table_args__ = (
        Index(None, "municipality_id", "number", unique=True),
        Index(None, "role", "municipality_id", "sort_key", "id"),  # the protocol's sheets are told apart by the role
    )

    name: Mapped[str] = field(N_("Navn på behandlingen"), String(200), section=WHAT, required=True, mark=Mark.MANDATORY, listed=True, searched=True, shown=True, help=N_("Et navn folk i kommunen kjenner igjen, for eksempel Barnehageopptak."))
    number: Mapped[str | None] = field(N_("Behandlingsnummer"), String(20), section=WHAT, listed=True, searched=True, in_form=False, shown=False, copied=Copied.ANEW, help=N_("Orden gir nummeret. Det endres aldri."))
    former_number: Mapped[str | None] = field(N_("Tidligere nummer"), String(200), section=WHAT, searched=True, in_form=False, shown=False, copied=Copied.ANEW, help=N_("Numrene behandlingen hadde i kommuner den er ført over fra. Den finnes igjen på dem."))
    role: Mapped[ProcessingRole] = field(N_("Kommunens rolle"), ProcessingRole, section=WHAT, required=True, default=ProcessingRole.CONTROLLER, mark=Mark.MANDATORY, filtered=True, shown=True, help=N_("Databehandler betyr at kommunen gjør dette på vegne av noen andre."))
    purpose: Mapped[str | None] = field(N_("Formål"), Shape.LONG_TEXT, section=WHAT, mark=Mark.MANDATORY, applies=is_controller, searched=True, shown=True, help=N_("Hvorfor kommunen trenger opplysningene. Én eller to setninger."))
    description: Mapped[str | None] = field(N_("Beskrivelse"), Shape.LONG_TEXT, section=WHAT, mark=Mark.ADVISED, shown=True, help=N_("Hvordan behandlingen foregår."))
    purposes: Mapped[list[Any]] = rows(N_("Formål med hvert sitt grunnlag"), "PurposeRow", section=WHAT, applies=is_controller, shown=True, help=N_("Bare når behandlingen har flere formål som bygger på ulike grunnlag."))
    theme: Mapped[Any] = reference(N_("Tjenesteområde (LOS)"), LosTheme, section=WHAT, mark=Mark.ADVISED, filtered=True, shown=True, help=N_("Emnet behandlingen hører til."))
    function: Mapped[Any] = reference(N_("KOSTRA-funksjon"), KostraFunction, section=WHAT, filtered=True, shown=True, help=N_("Funksjonen behandlingen hører til."))
    unit_id: ClassVar[Any]
    unit: Mapped[Any] = reference(N_("Ansvarlig enhet"), OrganisationalUnit, section=WHAT, mark=Mark.MANDATORY, listed=True, filtered=True, shown=False, help=N_("Enheten som har det daglige ansvaret."))
    responsible_id: ClassVar[Any]
    responsible: Mapped[Any] = reference(N_("Daglig behandlingsansvarlig"), ContactPerson, section=WHAT, mark=Mark.MANDATORY, listed=True, shown=False, help=N_("Lederen som svarer for behandlingen."))
    joint_controllers: Mapped[str | None] = field(N_("Felles behandlingsansvarlige"), Shape.LONG_TEXT, length=1000, section=WHAT, mark=Mark.MANDATORY, applies=is_joint, shown=False, help=N_("Navn og kontaktopplysninger til dem dere deler ansvaret med."))
    joint_arrangement: Mapped[str | None] = field(N_("Ansvarsfordeling"), Shape.LONG_TEXT, length=1000, section=WHAT, mark=Mark.MANDATORY, applies=is_joint, shown=True, help=N_("Hvem som gjør hva etter ordningen i artikkel 26, og hvor den finnes."))
    joint_contact: Mapped[str | None] = field(N_("Felles kontaktpunkt"), String(300), section=WHAT, mark=Mark.ADVISED, applies=is_joint, shown=False, help=N_("Der de registrerte kan henvende seg."))
    controllers: Mapped[list[Any]] = rows(N_("Behandles på vegne av"), "ControllerRow", section=WHAT, mark=Mark.MANDATORY, applies=is_processor, shown=True, help=N_("Bare når kommunen er databehandler: hver virksomhet dere behandler opplysninger for."))
    article6: Mapped[list[Any]] = references(N_("Behandlingsgrunnlag, artikkel 6"), Article6, section=BASIS, mark=Mark.MANDATORY, applies=is_controller, filtered=True, shown=True, help=N_("De fleste kommunale oppgaver bygger på bokstav e eller c, sammen med en lov."))
    laws: Mapped[list[Any]] = rows(N_("Supplerende rettsgrunnlag"), "LegalReference", section=BASIS, mark=Mark.MANDATORY, applies=needs_law, shown=True, help=N_("Loven og paragrafen som gir kommunen oppgaven. Kreves ved bokstav c og e."))
    balancing: Mapped[str | None] = field(N_("Interesseavveiing"), String(500), section=BASIS, mark=Mark.MANDATORY, applies=needs_balancing, shown=True, help=N_("Lenke eller arkivreferanse. Bare ved artikkel 6 bokstav f, som kommuner sjelden kan bruke."))
    special: Mapped[Answer] = field(N_("Behandles særlige kategorier?"), Answer, section=BASIS, required=True, default=Answer.UNKNOWN, mark=Mark.MANDATORY, applies=is_controller, filtered=True, shown=True, help=N_("For eksempel helse, religion eller fagforening. Se artikkel 9."))
    article9: Mapped[list[Any]] = references(N_("Grunnlag, artikkel 9"), Article9, section=BASIS, mark=Mark.MANDATORY, applies=is_special, shown=True, help=N_("Unntaket som gjør det lov å behandle særlige kategorier."))
    criminal: Mapped[Answer] = field(N_("Straffedommer og lovovertredelser?"), Answer, section=BASIS, required=True, default=Answer.UNKNOWN, mark=Mark.ADVISED, applies=is_controller, shown=True, help=N_("For eksempel politiattest. Se artikkel 10."))
    article10: Mapped[str | None] = field(N_("Grunnlag, artikkel 10"), String(500), section=BASIS, mark=Mark.MANDATORY, applies=is_criminal, shown=True, help=N_("Hjemmelen for å behandle opplysninger om straffbare forhold."))
    subjects: Mapped[list[Any]] = rows(N_("Registrerte og opplysninger"), "SubjectRow", section=WHOM, mark=Mark.MANDATORY, applies=is_controller, shown=True, help=N_("Velg en kategori av registrerte, og kryss av for opplysningene dere behandler om dem."))
    scale: Mapped[int | None] = field(N_("Omfang"), Integer, section=WHOM, unit=N_("personer"), mark=Mark.ADVISED, valid=checks.not_negative, shown=True, help=N_("Omtrent hvor mange mennesker det gjelder."))
    children: Mapped[Answer] = field(N_("Barn"), Answer, section=WHOM, required=True, default=Answer.UNKNOWN, mark=Mark.ADVISED, shown=True, help=N_("Om behandlingen gjelder barn."))
    vulnerable: Mapped[Answer] = field(N_("Andre sårbare"), Answer, section=WHOM, required=True, default=Answer.UNKNOWN, mark=Mark.ADVISED, shown=True, help=N_("For eksempel pasienter eller ansatte i et avhengighetsforhold."))
    sources: Mapped[str | None] = field(N_("Kilder"), Shape.LONG_TEXT, length=1000, section=WHOM, mark=Mark.ADVISED, shown=True, help=N_("Hvor opplysningene kommer fra. Skriv «den registrerte selv» når det ikke er andre."))
    recipients: Mapped[list[Any]] = references(N_("Mottakere"), RecipientCategory, section=OTHERS, mark=Mark.MANDATORY, applies=is_controller, shown=True, help=N_("Hvem opplysningene utleveres til. Velg «Ingen eksterne» når det ikke er noen."))
    disclosures: Mapped[list[Any]] = rows(N_("Utleveringer"), "DisclosureRow", section=OTHERS, applies=is_controller, shown=True, help=N_("Når opplysninger gis fast til en navngitt mottaker: hvem, hvorfor og etter hvilken hjemmel."))
    has_processors: Mapped[Answer] = field(N_("Brukes databehandler?"), Answer, section=OTHERS, required=True, default=Answer.UNKNOWN, mark=Mark.MANDATORY, shown=True, help=N_("Om en leverandør behandler opplysningene for kommunen."))
    processors: Mapped[list[Any]] = rows(N_("Databehandlere"), "ProcessorRow", section=OTHERS, mark=Mark.MANDATORY, applies=is_processed_by_others, shown=False, help=N_("Leverandøren og avtalen som gjelder."))
    transferred: Mapped[Answer] = field(N_("Overføres til tredjeland?"), Answer, section=OTHERS, required=True, default=Answer.UNKNOWN, mark=Mark.MANDATORY, filtered=True, shown=True, help=N_("Land utenfor EU/EØS. Fjernstøtte derfra regnes også med."))
    transfers: Mapped[list[Any]] = rows(N_("Overføringer til tredjeland"), "TransferRow", section=OTHERS, mark=Mark.MANDATORY, applies=is_transferred, shown=True, help=N_("Land, mottaker og grunnlag for hver overføring."))
    applications: Mapped[list[Any]] = references(N_("Applikasjoner"), Application, back="processing_activities", section=OTHERS, mark=Mark.ADVISED, applies=~filled("systems_reason"), shown=False, help=N_("Systemene opplysningene behandles i."))
    datasets: Mapped[list[Any]] = references(N_("Datasett"), Dataset, back="processing_activities", section=OTHERS, mark=Mark.ADVISED, applies=~filled("systems_reason"), shown=False, help=N_("Datasettene som brukes."))
    systems_reason: Mapped[str | None] = field(N_("Hvorfor ingen applikasjon eller datasett"), Shape.LONG_TEXT, length=500, section=OTHERS, applies=~(filled("applications") | filled("datasets")), shown=True, help=N_("Fyll ut bare når det ikke er noen å velge, for eksempel når alt er på papir."))
    retention: Mapped[list[Any]] = rows(N_("Slettefrister"), "RetentionRow", section=TIME, mark=Mark.MANDATORY, applies=is_controller & ~filled("retention_reason"), shown=True, help=N_("Hvor lenge hver kategori lagres, og hva som skjer etterpå."))
    retention_reason: Mapped[str | None] = field(N_("Hvorfor ingen frist"), Shape.LONG_TEXT, length=500, section=TIME, applies=~filled("retention"), shown=True, help=N_("Fyll ut bare når det ikke er mulig å sette en frist."))
    measures: Mapped[list[Any]] = references(N_("Sikkerhetstiltak"), SecurityMeasure, section=SECURITY, mark=Mark.MANDATORY, applies=~filled("measures_reason"), expected=~has_common_measures, shown=True, help=N_("Tiltakene som verner opplysningene (artikkel 32)."))
    measures_text: Mapped[str | None] = field(N_("Mer om tiltakene"), Shape.LONG_TEXT, length=2000, section=SECURITY, shown=True, help=N_("Det lista ikke dekker."))
    measures_reason: Mapped[str | None] = field(N_("Hvorfor tiltak ikke er beskrevet"), Shape.LONG_TEXT, length=500, section=SECURITY, applies=~filled("measures"), shown=True, help=N_("Fyll ut bare når tiltakene ikke kan beskrives her."))
    automated: Mapped[Answer] = field(N_("Automatiserte avgjørelser"), Answer, section=SECURITY, required=True, default=Answer.UNKNOWN, mark=Mark.ADVISED, shown=True, help=N_("Om avgjørelser tas uten at et menneske er med (artikkel 22)."))
    profiling: Mapped[Answer] = field(N_("Profilering"), Answer, section=SECURITY, required=True, default=Answer.UNKNOWN, mark=Mark.ADVISED, shown=True, help=N_("Om opplysninger brukes til å vurdere egenskaper ved personer."))
    ai_use: Mapped[Answer] = field(N_("Kunstig intelligens"), Answer, section=SECURITY, required=True, default=Answer.UNKNOWN, mark=Mark.ADVISED, shown=True, help=N_("Om KI-systemer brukes."))
    ai_description: Mapped[str | None] = field(N_("Om bruken av KI"), Shape.LONG_TEXT, length=1000, section=SECURITY, mark=Mark.ADVISED, applies=when("ai_use", Answer.YES), shown=True, help=N_("Hvilket system, hvilken rolle det har, og om opplysninger gjenbrukes til å utvikle det."))
    privacy_notice: Mapped[str | None] = field(N_("Personvernerklæring"), Shape.WEB_ADDRESS, section=SECURITY, mark=Mark.ADVISED, shown=True, help=N_("Lenke til informasjonen de registrerte får (artikkel 13 og 14)."))
    status: Mapped[RecordStatus] = field(N_("Status"), RecordStatus, section=FOLLOW_UP, required=True, default=RecordStatus.DRAFT, mark=Mark.MANDATORY, listed=True, filtered=True, in_form=False, shown=True, help=N_("Utkast til den er gjennomgått, deretter godkjent. Endres med knappene på siden."))
    sent_by: Mapped[str | None] = field(N_("Sendt til godkjenning av"), String(200), section=FOLLOW_UP, in_form=False, personal="personal", shown=False, help=N_("Den som mener at behandlingen kan godkjennes."))
    sender_id: Mapped[int | None] = mapped_column(Integer)
    sent_back: Mapped[str | None] = field(N_("Sendt tilbake fordi"), Shape.LONG_TEXT, length=500, section=FOLLOW_UP, in_form=False, shown=False, help=N_("Det som må rettes før den kan godkjennes."))
    approved_by: Mapped[str | None] = field(N_("Godkjent av"), String(200), section=FOLLOW_UP, in_form=False, personal="personal", shown=False, help=N_("Lederen som har godkjent. Personvernombudet gir råd, men godkjenner ikke."))
    approved_on: Mapped[date | None] = field(N_("Godkjent dato"), Date, section=FOLLOW_UP, in_form=False, shown=False, help=N_("Datoen behandlingen ble godkjent."))
    review_due: Mapped[date | None] = field(N_("Neste revisjon"), Date, section=FOLLOW_UP, mark=Mark.MANDATORY, expected=is_approved, shown=True, help=N_("Når opplysningene skal gås gjennom på nytt."))
    valid_from: Mapped[date | None] = field(N_("Gyldig fra"), Date, section=FOLLOW_UP, shown=True, help=N_("Første dag behandlingen foregår."))
    valid_to: Mapped[date | None] = field(N_("Gyldig til"), Date, after="valid_from", section=FOLLOW_UP, shown=True, help=N_("Første dag behandlingen ikke foregår lenger."))
    shared: Mapped[Answer] = field(N_("Del med andre kommuner"), Answer, section=FOLLOW_UP, required=True, default=Answer.NO, filtered=True, shown=False, copied=Copied.ANEW, help=N_("Ja lar de andre kommunene i samarbeidet lese behandlingen. Personnavn og risiko deles aldri."))
    kept_in: Mapped[bool] = field(N_("Ikke vis på den åpne siden"), Boolean, section=FOLLOW_UP, nullable=False, default=False, shown=False, help=N_("Behandlingen holdes utenfor kommunens åpne side."))
    template_id: ClassVar[Any]
    template: Mapped[Any] = reference(N_("Hentet fra fellesmal"), ProcessingTemplate, section=FOLLOW_UP, in_form=False, shown=False, help=N_("Malen behandlingen er laget fra."))
    origin: Mapped[str | None] = field(N_("Hentet fra en annen kommune"), String(200), section=FOLLOW_UP, in_form=False, shown=False, copied=Copied.ANEW, help=N_("Kommunen behandlingen er hentet fra, og dagen."))
    template_version: Mapped[int | None] = mapped_column(Integer)  # of the template, when it was taken or last seen through
    origin_place: Mapped[int | None] = mapped_column(Integer)  # the sister municipality it was fetched from,
    origin_row: Mapped[int | None] = mapped_column(Integer)  # her activity,
    origin_card: Mapped[int | None] = mapped_column(Integer)  # and her card, when it was taken or last seen through
    taken: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)  # what it said then


class ControllerRow(Part, Content, Base, of=ProcessingActivity, within="controllers"):
    """Virksomhet kommunen er databehandler for (art. 30 nr. 2 bokstav a og b)."""

    __tablename__ = "activity_controller"

    name: Mapped[str] = field(N_("Behandlingsansvarlig"), String(200), required=True, shown=True, help=N_("Navnet på virksomheten."))
    contact: Mapped[str | None] = field(N_("Behandlingsansvarligs kontaktopplysninger"), String(300), plain=True, personal="personal", shown=False, copied=Copied.KEPT, help=N_("Adresse, e-post og telefon."))
    representative: Mapped[str | None] = field(N_("Representant og personvernombud"), String(300), personal="personal", shown=False, copied=Copied.KEPT, help=N_("Navn og kontakt, når de finnes."))
    categories: Mapped[str | None] = field(N_("Kategorier av behandling"), Shape.LONG_TEXT, length=1000, plain=True, shown=True, help=N_("Hva dere gjør for dem."))
    agreement: Mapped[Any] = reference(N_("Databehandleravtale"), Agreement, shown=False, help=N_("Avtalen med virksomheten."))


class LegalReference(Part, Content, Base, of=ProcessingActivity, within="laws"):
    """Supplerende rettsgrunnlag: lov og paragraf."""

    __tablename__ = "activity_law"

    law: Mapped[Any] = reference(N_("Lov"), Law, required=True, shown=True, help=N_("Loven som gir kommunen oppgaven."))
    section: Mapped[str | None] = field(N_("Paragraf"), String(100), plain=True, shown=True, help=N_("For eksempel § 13-1."))


class PurposeRow(Part, Content, Base, of=ProcessingActivity, within="purposes"):
    """Ett av flere formål, med sitt eget grunnlag (art. 5 nr. 1 bokstav b og art. 6)."""

    __tablename__ = "activity_purpose"

    purpose: Mapped[str] = field(N_("Formål"), Shape.LONG_TEXT, length=500, required=True, shown=True, help=N_("Hvorfor opplysningene trengs til akkurat dette."))
    article6_id: ClassVar[Any]
    article6: Mapped[Any] = reference(N_("Grunnlag art. 6"), Article6, mark=Mark.MANDATORY, shown=True, help=N_("Grunnlaget for dette formålet."))
    article9: Mapped[Any] = reference(N_("Grunnlag art. 9"), Article9, shown=True, help=N_("Bare når særlige kategorier brukes til dette formålet."))
    law_id: ClassVar[Any]
    law: Mapped[Any] = reference(N_("Lov"), Law, shown=True, help=N_("Loven som gir oppgaven. Kreves ved bokstav c og e."))
    section: Mapped[str | None] = field(N_("Paragraf"), String(100), plain=True, shown=True, help=N_("For eksempel § 13-1."))


class DisclosureRow(Part, Content, Base, of=ProcessingActivity, within="disclosures"):
    """En fast utlevering til en navngitt mottaker (art. 4 nr. 9, art. 30 nr. 1 bokstav d)."""

    __tablename__ = "activity_disclosure"

    recipient: Mapped[str] = field(N_("Mottaker"), String(200), required=True, shown=True, help=N_("Virksomheten som får opplysningene. Ikke personnavn."))
    purpose: Mapped[str | None] = field(N_("Mottakerens formål"), String(500), mark=Mark.MANDATORY, plain=True, shown=True, help=N_("Hva mottakeren skal bruke dem til."))
    law: Mapped[Any] = reference(N_("Lov"), Law, shown=True, help=N_("Loven som pålegger eller åpner for utleveringen."))
    section: Mapped[str | None] = field(N_("Paragraf"), String(100), plain=True, shown=True, help=N_("For eksempel § 13-1."))
    secrecy: Mapped[Answer] = field(N_("Taushetsplikt vurdert"), Answer, required=True, default=Answer.UNKNOWN, shown=True, help=N_("Om dere har sett etter at taushetsplikten ikke er til hinder."))
    secrecy_note: Mapped[str | None] = field(N_("Om taushetsplikten"), String(500), shown=True, help=N_("Hvorfor opplysningene kan gis, for eksempel samtykke eller opplysningsplikt."))
    archive_case: Mapped[str | None] = field(N_("Arkivsak"), String(60), shown=False, help=N_("Saken der avtalen eller vurderingen ligger."))


class SubjectRow(Part, Content, Base, of=ProcessingActivity, within="subjects"):
    """En kategori av registrerte med opplysningene om dem: parene i art. 30 nr. 1 bokstav c."""

    __tablename__ = "activity_subject"

    subject_id: ClassVar[Any]
    subject: Mapped[Any] = reference(N_("Registrerte"), DataSubjectCategory, required=True, shown=True, help=N_("Hvem opplysningene handler om."))
    personal_data: Mapped[list[Any]] = references(N_("Personopplysninger"), PersonalDataCategory, mark=Mark.MANDATORY, shown=True, help=N_("Hva dere behandler om dem."))


class ProcessorRow(Part, Content, Base, of=ProcessingActivity, within="processors"):
    """Databehandler med avtalen som gjelder."""

    __tablename__ = "activity_processor"

    supplier_id: ClassVar[Any]
    supplier: Mapped[Any] = reference(N_("Databehandler"), Supplier, required=True, shown=False, help=N_("Leverandøren som behandler opplysninger for kommunen."))
    agreement: Mapped[Any] = reference(N_("Databehandleravtale"), Agreement, shown=False, help=N_("La stå tomt når avtalen mangler."))


class TransferRow(Part, Content, Base, of=ProcessingActivity, within="transfers"):
    """Overføring til tredjeland (personvernforordningen kapittel V)."""

    __tablename__ = "activity_transfer"

    country: Mapped[str] = field(N_("Land"), String(100), required=True, shown=True, help=N_("Landet eller den internasjonale organisasjonen."))
    recipient: Mapped[str | None] = field(N_("Mottaker"), String(200), shown=True, help=N_("Hvem som får opplysningene."))
    supplier: Mapped[Any] = reference(N_("Databehandler"), Supplier, shown=False, help=N_("Databehandleren som overfører dem. La stå tomt når kommunen gjør det selv."))
    ground_id: ClassVar[Any]
    ground: Mapped[Any] = reference(N_("Overføringsgrunnlag"), TransferGround, shown=True, help=N_("Grunnlaget i kapittel V."))
    safeguards: Mapped[str | None] = field(N_("Garantier"), String(500), shown=True, help=N_("Dokumentasjon på nødvendige garantier, artikkel 49 nr. 1 annet ledd."))
    assessed: Mapped[date | None] = field(N_("Vurdert dato"), Date, shown=True, help=N_("Når overføringen sist ble vurdert (TIA)."))
    remote_access: Mapped[Answer] = field(N_("Fjerntilgang"), Answer, required=True, default=Answer.UNKNOWN, shown=True, help=N_("Om det gjelder tilgang derfra og ikke lagring."))


class RetentionRow(Part, Content, Base, of=ProcessingActivity, within="retention"):
    """Slettefrist for en kategori opplysninger."""

    __tablename__ = "activity_retention"

    personal_data: Mapped[Any] = reference(N_("Gjelder"), PersonalDataCategory, shown=True, help=N_("La stå tomt når fristen gjelder alle opplysningene."))
    disposal: Mapped[Disposal] = field(N_("Hva som skjer etter fristen"), Disposal, required=True, mark=Mark.MANDATORY, default=Disposal.UNDECIDED, shown=True, help=N_("Bevares, kasseres, slettes eller anonymiseres."))
    months: Mapped[int | None] = field(N_("Antall måneder"), Shape.MONTHS, plain=True, shown=True, help=N_("Regnet fra utgangspunktet."))
    days: Mapped[int | None] = field(N_("Antall dager"), Shape.DAYS, plain=True, shown=True, help=N_("Når fristen er kortere enn en måned."))
    start: Mapped[str | None] = field(N_("Utgangspunkt"), String(200), shown=True, help=N_("Hendelsen fristen regnes fra, for eksempel avsluttet sak."))
    words: Mapped[str | None] = field(N_("Fristen i ord"), String(300), shown=True, help=N_("Når fristen ikke er et antall, for eksempel så lenge avtalen gjelder."))
    basis: Mapped[str | None] = field(N_("Hjemmel"), String(300), shown=True, help=N_("Regelen fristen følger av."))


ProcessingActivity.of_same_name = alike(ProcessingActivity, "sort_key")
ProcessingActivity.of_same_template = alike(ProcessingActivity, "template_id")
