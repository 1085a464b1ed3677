"""Datasets with their distributions (DCAT-AP-NO 2.2, domain handbook 3.3) and the integrations that move data."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped

from models.declare import checks
from models.declare.base import Base, Content, Group, OwnedRecord, Part, Register
from models.declare.choices import (
    AccessMode,
    AccessRight,
    Answer,
    DataQuality,
    Direction,
    Frequency,
    HeldPersonalData,
    Level,
    Lifecycle,
    Technique,
)
from models.declare.conditions import when
from models.declare.fields import Copied, Mark, field, reference, references, rows
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.architecture import Application
from models.registers.codes import DatasetTheme, Law, LosTheme
from models.registers.organisation import ContactPerson, OrganisationalUnit

IDENTITY, ACCESS, QUALITY, SOURCES, PUBLISHING = (
    N_("Hva det er"), N_("Tilgang og vern"), N_("Kvalitet"), N_("Kilde og bruk"), N_("Publisering"),
)


is_to_be_published = when("publish", Answer.YES)


class Dataset(OwnedRecord, Content, Base):
    """Datasett – en samling opplysninger kommunen har ansvar for eller bruker."""

    __tablename__ = "dataset"
    __register__ = Register(Group.ARCHITECTURE, N_("Datasett"), N_("datasett"), N_("Opplysningene kommunen har, hvor de ligger og hvem som kan få dem."))

    name: Mapped[str] = field(N_("Tittel"), String(300), section=IDENTITY, required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("Et navn andre forstår, for eksempel Skolekretser."))
    identifier: Mapped[str | None] = field(N_("Identifikator"), String(300), section=IDENTITY, mark=Mark.ADVISED, copied=Copied.ANEW, help=N_("Fast adresse eller kode for datasettet. Kreves av DCAT-AP-NO 2.2 når det publiseres."))
    description: Mapped[str | None] = field(N_("Beskrivelse"), Shape.LONG_TEXT, section=IDENTITY, mark=Mark.MANDATORY, searched=True, help=N_("Hva datasettet inneholder, og hva det brukes til."))
    themes: Mapped[list[Any]] = references(N_("Datatema"), DatasetTheme, section=IDENTITY, mark=Mark.MANDATORY, help=N_("EUs datatema. Minst ett."))
    los_themes: Mapped[list[Any]] = references(N_("LOS-tema"), LosTheme, section=IDENTITY, mark=Mark.ADVISED, help=N_("Norske emner i tillegg."))
    keywords: Mapped[str | None] = field(N_("Emneord"), String(500), section=IDENTITY, searched=True, help=N_("Ord folk søker etter, skilt med komma."))
    owner_id: ClassVar[Any]
    owner: Mapped[Any] = reference(N_("Dataeier"), ContactPerson, section=IDENTITY, mark=Mark.MANDATORY, listed=True, help=N_("Den som bestemmer over opplysningene. Er også kontaktpunkt."))
    unit: Mapped[Any] = reference(N_("Enhet"), OrganisationalUnit, section=IDENTITY, mark=Mark.ADVISED, listed=True, filtered=True, help=N_("Enheten som har ansvaret."))
    master: Mapped[Answer] = field(N_("Masterdata"), Answer, section=IDENTITY, required=True, default=Answer.UNKNOWN, help=N_("Om dette er den autoritative kilden."))
    access: Mapped[AccessRight | None] = field(N_("Tilgangsnivå"), AccessRight, section=ACCESS, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Hvem som kan få tilgang."))
    personal_data: Mapped[HeldPersonalData | None] = field(N_("Personopplysninger"), HeldPersonalData, section=ACCESS, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Om datasettet handler om mennesker."))
    exemption: Mapped[str | None] = field(N_("Skjermingshjemmel"), String(300), section=ACCESS, applies=when("access", AccessRight.RESTRICTED, AccessRight.NON_PUBLIC), mark=Mark.ADVISED, help=N_("Paragrafen som gir unntak fra innsyn."))
    laws: Mapped[list[Any]] = references(N_("Hjemmel i lov"), Law, section=ACCESS, help=N_("Loven datasettet er hjemlet i."))
    confidentiality: Mapped[Level | None] = field(N_("Konfidensialitet"), Level, section=ACCESS, mark=Mark.ADVISED, help=N_("Hvor ille det er om uvedkommende ser det."))
    integrity: Mapped[Level | None] = field(N_("Integritet"), Level, section=ACCESS, help=N_("Hvor ille det er om det er feil."))
    availability: Mapped[Level | None] = field(N_("Tilgjengelighet"), Level, section=ACCESS, help=N_("Hvor ille det er om det er borte."))
    shareable_with: Mapped[str | None] = field(N_("Kan deles med"), String(300), section=ACCESS, help=N_("Hvem som kan få bruke det."))
    frequency: Mapped[Frequency | None] = field(N_("Oppdateres"), Frequency, section=QUALITY, mark=Mark.ADVISED, filtered=True, help=N_("Hvor ofte innholdet endres."))
    update_method: Mapped[str | None] = field(N_("Oppdateringsmåte"), String(300), section=QUALITY, help=N_("Hvordan det holdes ved like."))
    completeness: Mapped[DataQuality | None] = field(N_("Fullstendighet"), DataQuality, section=QUALITY, help=N_("Om alt som skulle ha vært der, er der."))
    accuracy: Mapped[DataQuality | None] = field(N_("Nøyaktighet"), DataQuality, section=QUALITY, help=N_("Om det som står der, er riktig."))
    timeliness: Mapped[DataQuality | None] = field(N_("Aktualitet"), DataQuality, section=QUALITY, help=N_("Om det er ferskt nok."))
    record_count: Mapped[int | None] = field(N_("Antall poster"), Integer, section=QUALITY, valid=checks.not_negative, help=N_("Et omtrentlig tall holder."))
    history_from: Mapped[date | None] = field(N_("Historikk fra"), Date, section=QUALITY, copied=Copied.KEPT, help=N_("Hvor langt tilbake opplysningene går."))
    spatial: Mapped[str | None] = field(N_("Dekningsområde"), String(200), section=QUALITY, help=N_("Området datasettet gjelder, for eksempel hele kommunen."))
    applications: Mapped[list[Any]] = references(N_("Kildesystem"), Application, back="datasets", section=SOURCES, mark=Mark.MANDATORY, help=N_("Systemene opplysningene føres i."))
    copies: Mapped[list[Any]] = references(N_("Kopier i"), Application, section=SOURCES, help=N_("Systemer som har en kopi."))
    source: Mapped[str | None] = field(N_("Opphav"), String(300), section=SOURCES, help=N_("Hvor opplysningene opprinnelig kommer fra."))
    publish: Mapped[Answer] = field(N_("Publiseres i datakatalogen"), Answer, section=PUBLISHING, required=True, default=Answer.NO, filtered=True, copied=Copied.ANEW, help=N_("Ja tar beskrivelsen med i kommunens åpne datakatalog. Selve dataene følger ikke med."))
    contact_email: Mapped[str | None] = field(N_("E-post til kontaktpunktet"), Shape.EMAIL, section=PUBLISHING, applies=is_to_be_published, help=N_("Adressen til en avdeling eller et kontor, aldri til en person. Står den tom, brukes kommunens postmottak."))
    published: Mapped[Answer] = field(N_("Publisert på data.norge.no"), Answer, section=PUBLISHING, required=True, default=Answer.NO, filtered=True, copied=Copied.ANEW, help=N_("Om beskrivelsen ligger i den nasjonale katalogen."))
    published_url: Mapped[str | None] = field(N_("Adresse i katalogen"), Shape.WEB_ADDRESS, length=300, section=PUBLISHING, applies=when("published", Answer.YES), copied=Copied.ANEW, help=N_("Lenken til oppføringen."))
    landing_page: Mapped[str | None] = field(N_("Landingsside"), Shape.WEB_ADDRESS, length=300, section=PUBLISHING, copied=Copied.ANEW, help=N_("Siden der folk finner datasettet."))
    issued: Mapped[date | None] = field(N_("Utgitt"), Date, section=PUBLISHING, help=N_("Første gang det ble gjort tilgjengelig."))
    distributions: Mapped[list[Any]] = rows(N_("Distribusjoner"), "Distribution", section=PUBLISHING, help=N_("Filer og tjenester datasettet kan hentes fra."))


class Distribution(Part, Content, Base, of=Dataset, within="distributions"):
    """Distribusjon – en form datasettet kan hentes i."""

    __tablename__ = "distribution"

    access_url: Mapped[str] = field(N_("Tilgangsadresse"), Shape.WEB_ADDRESS, required=True, help=N_("Der datasettet hentes."))
    description: Mapped[str | None] = field(N_("Beskrivelse"), String(1000), help=N_("Hva filen eller tjenesten inneholder."))
    format_: Mapped[str | None] = field(N_("Format"), String(60), help=N_("For eksempel CSV, GeoJSON eller WMS."))
    licence: Mapped[str | None] = field(N_("Lisens"), String(200), help=N_("For eksempel NLOD 2.0 eller CC BY 4.0."))
    status: Mapped[Lifecycle | None] = field(N_("Status"), Lifecycle, help=N_("Om distribusjonen er i bruk."))


class Integration(OwnedRecord, Content, Base):
    """Integrasjon – data som går mellom to applikasjoner."""

    __tablename__ = "integration"
    __register__ = Register(Group.ARCHITECTURE, N_("Integrasjoner"), N_("integrasjon"), N_("Hvilke systemer som utveksler data, og hvordan."))

    name: Mapped[str] = field(N_("Navn"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("For eksempel Elevdata til læringsplattform."))
    source: Mapped[Any] = reference(N_("Fra"), Application, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Systemet dataene kommer fra."))
    destination: Mapped[Any] = reference(N_("Til"), Application, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Systemet dataene går til."))
    direction: Mapped[Direction | None] = field(N_("Retning"), Direction, mark=Mark.ADVISED, help=N_("Hvilken vei data går."))
    access_mode: Mapped[AccessMode | None] = field(N_("Tilgang"), AccessMode, filtered=True, help=N_("Om mottakeren bare leser, eller også skriver i systemet dataene kommer fra."))
    datasets: Mapped[list[Any]] = references(N_("Datasett"), Dataset, back="integrations", mark=Mark.ADVISED, help=N_("Det som overføres."))
    technique: Mapped[Technique | None] = field(N_("Teknikk"), Technique, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Hvordan det overføres."))
    frequency: Mapped[Frequency | None] = field(N_("Hvor ofte"), Frequency, mark=Mark.ADVISED, help=N_("Hvor ofte data går."))
    authentication: Mapped[str | None] = field(N_("Autentisering"), String(200), mark=Mark.ADVISED, help=N_("For eksempel Maskinporten eller API-nøkkel. Ikke skriv selve nøkkelen."))
    personal_data: Mapped[HeldPersonalData | None] = field(N_("Personopplysninger"), HeldPersonalData, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Om det som overføres, handler om mennesker."))
    owner: Mapped[Any] = reference(N_("Eier"), ContactPerson, mark=Mark.ADVISED, help=N_("Den som følger opp integrasjonen."))
    status: Mapped[Lifecycle] = field(N_("Status"), Lifecycle, required=True, default=Lifecycle.IN_USE, listed=True, filtered=True, copied=Copied.ANEW, help=N_("Hvor integrasjonen er i livsløpet."))
    description: Mapped[str | None] = field(N_("Beskrivelse"), Shape.LONG_TEXT, length=1000, help=N_("Det den som skal feilsøke, trenger å vite."))
