"""The architecture of a municipality: services, processes, applications, integrations and platforms."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Boolean, Date, Integer, String
from sqlalchemy.orm import Mapped

from models.declare import checks
from models.declare.base import Base, Content, Group, OwnedRecord, Part, Register
from models.declare.choices import (
    AgreementCover,
    Answer,
    ApplicationKind,
    Criticality,
    HeldPersonalData,
    Hosting,
    Level,
    LicenceKind,
    Lifecycle,
    PlatformKind,
    SignInMethod,
    SystemRole,
    UserGroup,
    Verdict,
)
from models.declare.conditions import some, when
from models.declare.fields import Copied, Mark, field, from_there, reference, references, rows
from models.declare.inferred import derived
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.agreements import AGREEMENT, Agreement, is_in_force, is_processing_agreement
from models.registers.catalogue import Product, Supplier
from models.registers.codes import KostraFunction, Law, LosTheme, SecurityMeasure
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.tenancy.reach import alike

IDENTITY, OWNERSHIP, LIFECYCLE = N_("Hva det er"), N_("Eierskap"), N_("Livsløp")
TECHNICAL, GOVERNANCE, ECONOMY, META = N_("Teknikk"), N_("Styring og sikkerhet"), N_("Økonomi"), N_("Oppfølging")


holds_personal_data = when("personal_data", HeldPersonalData.YES, HeldPersonalData.SPECIAL)
is_critical = when("criticality", Criticality.C1, Criticality.C2)
is_archival = when("archival", Answer.YES)
is_covered = some("agreements", is_processing_agreement & is_in_force)
needs_no_agreement = when("needs_agreement", Answer.NO)


class Platform(OwnedRecord, Content, Base):
    """Plattform – server, skytjeneste eller nettverk som applikasjoner kjører på."""

    __tablename__ = "platform"
    __register__ = Register(Group.ARCHITECTURE, N_("Plattformer"), N_("plattform"), N_("Det applikasjonene kjører på."))

    name: Mapped[str] = field(N_("Navn"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("Navnet dere bruker på plattformen."))
    nature: Mapped[PlatformKind | None] = field(N_("Type"), PlatformKind, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Hva slags plattform det er."))
    supplier: Mapped[Any] = reference(N_("Leverandør"), Supplier, listed=True, filtered=True, help=N_("Hvem som leverer plattformen."))
    runs_on: Mapped[Any] = reference(N_("Kjører på"), "self", listed=True, help=N_("Plattformen under: databasen på en server, serveren i en sky."))
    location: Mapped[str | None] = field(N_("Plassering"), String(200), mark=Mark.ADVISED, listed=True, help=N_("Datasenter og land."))
    status: Mapped[Lifecycle] = field(N_("Livsløp"), Lifecycle, required=True, default=Lifecycle.IN_USE, listed=True, filtered=True, copied=Copied.ANEW, help=N_("Hvor plattformen er i livsløpet."))
    description: Mapped[str | None] = field(N_("Beskrivelse"), Shape.LONG_TEXT, length=1000, help=N_("Hva plattformen brukes til."))


class Application(OwnedRecord, Content, Base):
    """Applikasjon – kommunens egen bruk av et system."""

    __tablename__ = "application"
    __register__ = Register(
        Group.ARCHITECTURE, N_("Applikasjoner"), N_("applikasjon"),
        N_("Systemene kommunen bruker. Velg produktet fra felleskatalogen, så slipper du å skrive det andre har skrevet."),
        views=(
            (N_("Mangler eier"), "owner.none=1"),
            (N_("Uten databehandleravtale"), "lacks=processing_agreement"),
            (N_("Til revisjon"), "review_due.next=90&sort=review_due"),
        ),
        aliases="aliases",
    )

    name: Mapped[str] = field(N_("Navn"), String(200), section=IDENTITY, required=True, mark=Mark.MANDATORY, listed=True, searched=True, shown=True, help=N_("Det dere kaller systemet til daglig."))
    product_id: ClassVar[Any]
    product: Mapped[Any] = reference(N_("Produkt"), Product, section=IDENTITY, mark=Mark.ADVISED, listed=True, filtered=True, shown=True, help=N_("Kortet i felleskatalogen. Leverandør, type og driftsmodell følger med derfra."))
    part_of: Mapped[Any] = reference(N_("Del av"), "self", section=IDENTITY, shown=False, help=N_("Det større systemet dette er en modul i."))
    short_name: Mapped[str | None] = field(N_("Kortnavn"), String(60), section=IDENTITY, searched=True, shown=False, copied=Copied.ANEW, help=N_("Forkortelse eller kallenavn."))
    aliases: Mapped[str | None] = field(N_("Andre navn"), String(300), section=IDENTITY, searched=True, shown=False, copied=Copied.ANEW, help=N_("Navn folk leter etter, skilt med komma."))
    description: Mapped[str | None] = field(N_("Beskrivelse"), Shape.LONG_TEXT, length=2000, section=IDENTITY, mark=Mark.ADVISED, searched=True, shown=False, help=N_("Hva dere bruker systemet til."))
    nature: Mapped[ApplicationKind | None] = field(N_("Type"), ApplicationKind, follows="product", section=IDENTITY, mark=Mark.MANDATORY, filtered=True, shown=False, help=N_("Hva slags system det er."))
    version_name: Mapped[str | None] = field(N_("Versjon"), String(60), section=IDENTITY, shown=False, help=N_("Versjonen dere bruker."))
    owner_id: ClassVar[Any]
    owner: Mapped[Any] = reference(N_("Systemeier"), ContactPerson, section=OWNERSHIP, mark=Mark.MANDATORY, listed=True, filtered=True, shown=False, help=N_("Den som bestemmer over systemet, vanligvis en leder."))
    manager: Mapped[Any] = reference(N_("Systemansvarlig"), ContactPerson, section=OWNERSHIP, mark=Mark.ADVISED, shown=False, help=N_("Den som følger opp systemet til daglig."))
    unit_id: ClassVar[Any]
    unit: Mapped[Any] = reference(N_("Enhet"), OrganisationalUnit, section=OWNERSHIP, mark=Mark.MANDATORY, listed=True, filtered=True, shown=False, help=N_("Enheten som eier systemet."))
    people: Mapped[list[Any]] = rows(N_("Flere ansvarlige"), "SystemPerson", section=OWNERSHIP, shown=False, help=N_("Andre som svarer for noe ved systemet, og hva."))
    used_by: Mapped[list[Any]] = references(N_("Brukes også av"), OrganisationalUnit, section=OWNERSHIP, shown=False, help=N_("Andre enheter som bruker systemet."))
    superusers: Mapped[str | None] = field(N_("Superbrukere"), String(300), section=OWNERSHIP, personal="personal", shown=False, copied=Copied.KEPT, help=N_("Roller eller navn på dem som hjelper andre."))
    user_count: Mapped[int | None] = field(N_("Antall brukere"), Integer, section=OWNERSHIP, valid=checks.not_negative, shown=False, help=N_("Et omtrentlig tall holder."))
    user_group: Mapped[UserGroup | None] = field(N_("Brukergruppe"), UserGroup, section=OWNERSHIP, shown=False, help=N_("Hvem som logger inn."))
    status: Mapped[Lifecycle] = field(N_("Status"), Lifecycle, section=LIFECYCLE, required=True, default=Lifecycle.IN_USE, mark=Mark.MANDATORY, listed=True, filtered=True, shown=True, copied=Copied.ANEW, help=N_("Hvor systemet er i livsløpet."))
    in_use_from: Mapped[date | None] = field(N_("I bruk fra"), Date, section=LIFECYCLE, mark=Mark.ADVISED, shown=False, help=N_("Omtrent når dere tok det i bruk."))
    retires: Mapped[date | None] = field(N_("Planlagt utfaset"), Date, after="in_use_from", section=LIFECYCLE, shown=False, help=N_("Når systemet etter planen skal ut av bruk."))
    replaced_by: Mapped[Any] = reference(N_("Erstattes av"), "self", section=LIFECYCLE, shown=False, copied=Copied.ANEW, help=N_("Systemet som tar over."))
    verdict: Mapped[Verdict | None] = field(N_("Vurdering"), Verdict, section=LIFECYCLE, shown=False, copied=Copied.ANEW, help=N_("Hva dere vil gjøre med systemet framover."))
    hosting: Mapped[Hosting | None] = field(N_("Driftsmodell"), Hosting, follows="product", section=TECHNICAL, mark=Mark.MANDATORY, filtered=True, shown=False, help=N_("Hvor og av hvem systemet driftes."))
    platform: Mapped[Any] = reference(N_("Plattform"), Platform, section=TECHNICAL, shown=False, help=N_("Det systemet kjører på."))
    url: Mapped[str | None] = field(N_("Adresse"), Shape.WEB_ADDRESS, length=300, section=TECHNICAL, shown=False, help=N_("Nettadressen brukerne går til."))
    sign_in: Mapped[SignInMethod | None] = field(N_("Pålogging"), SignInMethod, section=TECHNICAL, mark=Mark.ADVISED, shown=False, help=N_("Hvordan brukerne logger inn."))
    two_factor: Mapped[Answer] = field(N_("Tofaktor"), Answer, section=TECHNICAL, required=True, default=Answer.UNKNOWN, shown=False, help=N_("Om pålogging krever mer enn passord."))
    standards: Mapped[str | None] = field(N_("API og standarder"), String(500), section=TECHNICAL, shown=False, help=N_("Grensesnitt og standarder systemet støtter."))
    fiks_services: Mapped[str | None] = field(N_("Fiks-tjenester i bruk"), String(300), section=TECHNICAL, shown=False, help=N_("For eksempel SvarUt, Folkeregister, Fiks IO."))
    storage_country: Mapped[str | None] = field(N_("Data lagres i"), String(100), section=TECHNICAL, mark=Mark.ADVISED, shown=False, help=N_("Land dataene ligger i."))
    backup: Mapped[str | None] = field(N_("Sikkerhetskopi"), String(300), section=TECHNICAL, mark=Mark.ADVISED, shown=False, help=N_("Hvem som tar kopi, hvor ofte, og om tilbakelegging er prøvd."))
    personal_data: Mapped[HeldPersonalData | None] = field(N_("Personopplysninger"), HeldPersonalData, section=GOVERNANCE, mark=Mark.MANDATORY, listed=True, filtered=True, shown=False, help=N_("Om systemet inneholder opplysninger om mennesker."))
    processing_agreement: ClassVar[Any] = derived(
        N_("Databehandleravtale"), AgreementCover, (is_covered, AgreementCover.IN_PLACE), (~holds_personal_data, None), (needs_no_agreement, AgreementCover.NOT_NEEDED),
        otherwise=AgreementCover.MISSING, tells=("supplier", "ends"), section=GOVERNANCE, filtered=True, shown=False, help=N_("Følger av avtalene: finnes når en databehandleravtale som gjelder nå, er koblet til systemet."),
    )
    needs_agreement: Mapped[Answer] = field(N_("Trenger databehandleravtale"), Answer, section=GOVERNANCE, required=True, default=Answer.UNKNOWN, mark=Mark.MANDATORY, applies=holds_personal_data & ~is_covered, shown=False, help=N_("Svar Nei når ingen andre behandler opplysningene for kommunen. Avtalen selv velger du under Avtaler."))
    confidentiality: Mapped[Level | None] = field(N_("Konfidensialitet"), Level, section=GOVERNANCE, mark=Mark.MANDATORY, shown=False, help=N_("Hvor ille det er om uvedkommende ser innholdet."))
    integrity: Mapped[Level | None] = field(N_("Integritet"), Level, section=GOVERNANCE, mark=Mark.ADVISED, shown=False, help=N_("Hvor ille det er om innholdet er feil."))
    availability: Mapped[Level | None] = field(N_("Tilgjengelighet"), Level, section=GOVERNANCE, mark=Mark.ADVISED, shown=False, help=N_("Hvor ille det er om systemet er nede."))
    criticality: Mapped[Criticality | None] = field(N_("Kritikalitet"), Criticality, section=GOVERNANCE, mark=Mark.MANDATORY, listed=True, filtered=True, shown=False, help=N_("Hvor lenge kommunen klarer seg uten."))
    rto_hours: Mapped[int | None] = field(N_("Lengste nedetid (RTO)"), Integer, section=GOVERNANCE, unit=N_("timer"), adds_up=False, mark=Mark.ADVISED, applies=is_critical, valid=checks.not_negative, shown=False, help=N_("Timer før systemet må være oppe igjen."))
    rpo_hours: Mapped[int | None] = field(N_("Største datatap (RPO)"), Integer, section=GOVERNANCE, unit=N_("timer"), adds_up=False, mark=Mark.ADVISED, applies=is_critical, valid=checks.not_negative, shown=False, help=N_("Timer med arbeid dere tåler å miste."))
    fallback: Mapped[str | None] = field(N_("Manuell reserve"), Shape.LONG_TEXT, length=500, section=GOVERNANCE, mark=Mark.MANDATORY, applies=is_critical, shown=False, help=N_("Hva dere gjør når systemet er nede."))
    measures: Mapped[list[Any]] = references(N_("Sikkerhetstiltak"), SecurityMeasure, section=GOVERNANCE, shown=False, help=N_("Tiltakene i systemet selv, som gjelder i alle behandlinger det brukes i."))
    logged: Mapped[str | None] = field(N_("Logg"), String(300), section=GOVERNANCE, shown=False, help=N_("Hva systemet logger, hvor lenge, og hvem som ser etter."))
    essential_service: Mapped[Answer] = field(N_("Samfunnsviktig tjeneste"), Answer, section=GOVERNANCE, required=True, default=Answer.UNKNOWN, shown=False, help=N_("Om systemet støtter en tjeneste etter digitalsikkerhetsloven."))
    accessibility: Mapped[Answer] = field(N_("Tilgjengelighetserklæring"), Answer, section=GOVERNANCE, required=True, default=Answer.UNKNOWN, shown=False, help=N_("Om det finnes en erklæring. Gjelder systemer med nettside eller app."))
    archival: Mapped[Answer] = field(N_("Arkivverdig innhold"), Answer, section=GOVERNANCE, required=True, default=Answer.UNKNOWN, mark=Mark.ADVISED, shown=False, help=N_("Om systemet holder dokumentasjon som skal bevares."))
    archive_integration: Mapped[Answer] = field(N_("Koblet til sak og arkiv"), Answer, section=GOVERNANCE, applies=is_archival, required=True, default=Answer.UNKNOWN, shown=False, help=N_("Om dokumenter går automatisk til sak- og arkivsystemet."))
    deposit: Mapped[str | None] = field(N_("Uttrekk til depot"), String(200), section=GOVERNANCE, applies=is_archival, shown=False, help=N_("Når og hvordan uttrekk er avtalt."))
    erasure_routine: Mapped[str | None] = field(N_("Sletterutine"), Shape.LONG_TEXT, length=500, section=GOVERNANCE, mark=Mark.ADVISED, applies=holds_personal_data, shown=False, help=N_("Hvordan og hvor ofte opplysninger slettes."))
    agreements: Mapped[list[Any]] = references(
        N_("Avtaler"), Agreement, back="applications", section=ECONOMY, mark=Mark.ADVISED, shown=False, help=N_("Avtalene som gjelder systemet."),
        there=from_there(N_("Applikasjoner"), section=AGREEMENT, mark=Mark.ADVISED, help=N_("Systemene avtalen gjelder.")),
    )
    supplier: Mapped[Any] = reference(N_("Leverandør"), Supplier, follows="product", section=ECONOMY, shown=False, help=N_("Bare når leverandøren er en annen enn på produktkortet."))
    licence_kind: Mapped[LicenceKind | None] = field(N_("Lisenstype"), LicenceKind, section=ECONOMY, filtered=True, shown=False, help=N_("Hva lisensen regnes etter."))
    licence_count: Mapped[int | None] = field(N_("Antall lisenser"), Integer, section=ECONOMY, valid=checks.not_negative, shown=False, help=N_("Hvor mange dere betaler for."))
    licence_renewal: Mapped[date | None] = field(N_("Lisensen fornyes"), Date, section=ECONOMY, shown=False, copied=Copied.ANEW, help=N_("Neste gang den fornyes. Står i årshjulet."))
    licence_ore: Mapped[int | None] = field(N_("Lisens per år"), Shape.MONEY, section=ECONOMY, valid=checks.not_negative, shown=False, help=N_("Årlig lisenskostnad uten merverdiavgift, i kroner."))
    operation_ore: Mapped[int | None] = field(N_("Drift per år"), Shape.MONEY, section=ECONOMY, valid=checks.not_negative, shown=False, help=N_("Årlig driftskostnad uten merverdiavgift, i kroner."))
    maintenance_ore: Mapped[int | None] = field(N_("Vedlikehold per år"), Shape.MONEY, section=ECONOMY, valid=checks.not_negative, shown=False, help=N_("Årlig vedlikehold uten merverdiavgift, i kroner."))
    cost_sharing: Mapped[str | None] = field(N_("Kostnadsdeling"), String(300), section=ECONOMY, shown=False, help=N_("Hvem som deler kostnaden, og hvordan."))
    function: Mapped[Any] = reference(N_("KOSTRA-funksjon"), KostraFunction, section=ECONOMY, shown=False, help=N_("Funksjonen kostnaden føres på."))
    confirmed: Mapped[date | None] = field(N_("Sist bekreftet"), Date, confirms=True, section=META, mark=Mark.ADVISED, shown=False, help=N_("Når eieren sist bekreftet at opplysningene stemmer."))
    review_due: Mapped[date | None] = field(N_("Neste revisjon"), Date, section=META, mark=Mark.ADVISED, shown=False, help=N_("Når opplysningene skal gås gjennom på nytt."))
    kept_in: Mapped[bool] = field(N_("Ikke vis på den åpne siden"), Boolean, section=META, nullable=False, default=False, shown=False, help=N_("Systemet holdes utenfor kommunens åpne side, for eksempel fordi det gjelder sikkerhet."))
    notes: Mapped[str | None] = field(N_("Merknader"), Shape.LONG_TEXT, section=META, shown=False, help=N_("Alt annet som er verdt å vite. Ikke skriv personnavn her."))


class SystemPerson(Part, Content, Base, of=Application, within="people"):
    """En som svarer for noe ved et system."""

    __tablename__ = "application_person"

    role: Mapped[SystemRole] = field(N_("Rolle"), SystemRole, required=True, default=SystemRole.OWNER, shown=False, help=N_("Hva personen svarer for."))
    person: Mapped[Any] = reference(N_("Person"), ContactPerson, required=True, shown=False, help=N_("Den som har rollen."))


class Service(OwnedRecord, Content, Base):
    """Tjeneste – en oppgave kommunen løser for innbyggerne eller seg selv."""

    __tablename__ = "service"
    __register__ = Register(Group.ARCHITECTURE, N_("Tjenester"), N_("tjeneste"), N_("Det kommunen gjør for innbyggerne, og systemene som støtter det."))

    name: Mapped[str] = field(N_("Navn"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("Navnet innbyggerne kjenner, for eksempel Barnehage."))
    description: Mapped[str | None] = field(N_("Beskrivelse"), Shape.LONG_TEXT, length=2000, mark=Mark.ADVISED, searched=True, help=N_("Hva tjenesten går ut på."))
    theme_id: ClassVar[Any]
    theme: Mapped[Any] = reference(N_("LOS-tema"), LosTheme, mark=Mark.ADVISED, listed=True, filtered=True, help=N_("Emnet tjenesten hører til."))
    function: Mapped[Any] = reference(N_("KOSTRA-funksjon"), KostraFunction, mark=Mark.ADVISED, filtered=True, help=N_("Funksjonen tjenesten rapporteres på."))
    laws: Mapped[list[Any]] = references(N_("Lovhjemmel"), Law, help=N_("Lovene som pålegger eller gir adgang til tjenesten."))
    owner: Mapped[Any] = reference(N_("Tjenesteeier"), ContactPerson, mark=Mark.MANDATORY, listed=True, help=N_("Lederen som har ansvaret."))
    unit: Mapped[Any] = reference(N_("Enhet"), OrganisationalUnit, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Enheten som leverer tjenesten."))
    audience: Mapped[str | None] = field(N_("Målgruppe"), String(200), help=N_("Hvem tjenesten er for."))
    criticality: Mapped[Criticality | None] = field(N_("Kritikalitet"), Criticality, mark=Mark.ADVISED, listed=True, filtered=True, help=N_("Hvor lenge innbyggerne klarer seg uten."))
    self_service: Mapped[Answer] = field(N_("Digital selvbetjening"), Answer, required=True, default=Answer.UNKNOWN, help=N_("Om innbyggerne kan ordne dette på nett."))
    essential: Mapped[Answer] = field(N_("Samfunnsviktig tjeneste"), Answer, required=True, default=Answer.UNKNOWN, help=N_("Etter digitalsikkerhetsloven."))
    applications: Mapped[list[Any]] = references(N_("Applikasjoner"), Application, back="services", mark=Mark.ADVISED, help=N_("Applikasjonene tjenesten bruker."))


class Process(OwnedRecord, Content, Base):
    """Prosess – stegene i en arbeidsoppgave."""

    __tablename__ = "process"
    __register__ = Register(Group.ARCHITECTURE, N_("Prosesser"), N_("prosess"), N_("Hvordan arbeidet går, fra utløser til resultat."))

    name: Mapped[str] = field(N_("Navn"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("For eksempel Behandle søknad om barnehageplass."))
    service: Mapped[Any] = reference(N_("Tjeneste"), Service, mark=Mark.ADVISED, listed=True, filtered=True, help=N_("Tjenesten prosessen er en del av."))
    owner: Mapped[Any] = reference(N_("Prosesseier"), ContactPerson, mark=Mark.MANDATORY, listed=True, help=N_("Den som har ansvaret for prosessen."))
    trigger: Mapped[str | None] = field(N_("Utløser"), String(300), mark=Mark.ADVISED, help=N_("Det som setter prosessen i gang."))
    steps: Mapped[str | None] = field(N_("Steg"), Shape.LONG_TEXT, mark=Mark.ADVISED, help=N_("Ett steg på hver linje."))
    result: Mapped[str | None] = field(N_("Resultat"), String(300), mark=Mark.ADVISED, listed=True, help=N_("Det prosessen ender med."))
    applications: Mapped[list[Any]] = references(N_("Applikasjoner"), Application, back="processes", help=N_("Systemene som brukes underveis."))


# What a year of one costs, together.
COSTS = (Application.licence_ore, Application.operation_ore, Application.maintenance_ore)
Application.of_same_name = alike(Application, "sort_key")
