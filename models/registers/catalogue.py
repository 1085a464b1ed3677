"""The common catalogue: suppliers and products described once for all, and processing activities written once."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.declare.base import Base, Group, Part, Register, Shared
from models.declare.choices import (
    Answer,
    ApplicationKind,
    Disposal,
    HeldPersonalData,
    Hosting,
    RiskLevel,
)
from models.declare.countries import code_of
from models.declare.criteria import CRITERIA
from models.declare.fields import Copied, Mark, field, reference, references, rows
from models.declare.proposing import Proposed
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.codes import (
    Article6,
    Article9,
    DataSubjectCategory,
    KostraFunction,
    Law,
    LosTheme,
    PersonalDataCategory,
    ProductCategory,
    RecipientCategory,
    SecurityMeasure,
)


def is_norwegian(row: Any) -> bool:
    """Whether a supplier is in Enhetsregisteret: those of other countries have no number there."""
    return code_of(row.country or "NO") == "NO"


class Supplier(Proposed, Base):
    """Leverandør – virksomhet som leverer systemer eller tjenester til kommunene."""

    __tablename__ = "supplier"
    __register__ = Register(
        Group.CATALOGUE, N_("Leverandører"), N_("leverandør"),
        N_("Virksomheter som leverer systemer og tjenester. Felles for alle kommunene."),
    )

    name: Mapped[str] = field(
        N_("Navn"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True,
        help=N_("Navnet slik det står i Enhetsregisteret."),
    )
    organisation_number: Mapped[str | None] = field(
        N_("Organisasjonsnummer"), Shape.ORGANISATION_NUMBER, mark=Mark.MANDATORY, listed=True, length=20, expected=is_norwegian, strict=is_norwegian,
        searched=True, unique=True,
        help=N_("Ni siffer fra Enhetsregisteret. Er leverandøren i et annet land, er det nummeret den har der."),
    )
    country: Mapped[str | None] = field(
        N_("Land"), Shape.COUNTRY, default="NO", listed=True, help=N_("To bokstaver eller navnet, for eksempel NO, Sverige eller US.")
    )
    website: Mapped[str | None] = field(
        N_("Nettsted"), Shape.WEB_ADDRESS, length=300, help=N_("Leverandørens hjemmeside.")
    )
    contact_name: Mapped[str | None] = field(
        N_("Kontakt"), String(200), mark=Mark.ADVISED, personal="personal",
        help=N_("Navn eller funksjon hos leverandøren, for eksempel Kundesenter."),
    )
    contact_email: Mapped[str | None] = field(
        N_("E-post til kontakten"), Shape.EMAIL, mark=Mark.ADVISED, personal="personal",
        help=N_("Adressen dere bruker ved spørsmål og avvik."),
    )
    contact_phone: Mapped[str | None] = field(
        N_("Telefon til kontakten"), Shape.PHONE, personal="personal", help=N_("Telefon til kundestøtte.")
    )
    parent_company: Mapped[str | None] = field(N_("Morselskap"), String(200), help=N_("Selskapet som eier leverandøren."))
    subprocessors: Mapped[str | None] = field(
        N_("Underleverandører"), Shape.LONG_TEXT, length=2000, mark=Mark.ADVISED,
        help=N_("Underdatabehandlere leverandøren bruker, med land."),
    )
    certifications: Mapped[str | None] = field(
        N_("Sertifiseringer"), String(500), help=N_("For eksempel ISO 27001.")
    )
    risk_class: Mapped[RiskLevel | None] = field(
        N_("Risikoklasse"), RiskLevel, listed=True, filtered=True, help=N_("Hvor mye som står på spill om leverandøren svikter.")
    )


class Product(Proposed, Base):
    """Produkt – et system beskrevet én gang for alle kommuner som bruker det."""

    __tablename__ = "product"
    __register__ = Register(
        Group.CATALOGUE, N_("Produkter"), N_("produkt"),
        N_("Katalogkort for systemer. Kommunene registrerer sin egen bruk som applikasjon."),
    )

    name: Mapped[str] = field(
        N_("Navn"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True, unique=True,
        help=N_("Produktnavnet uten versjon."),
    )
    supplier: Mapped[Any] = reference(
        N_("Leverandør"), Supplier, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Hvem som leverer produktet.")
    )
    category_id: ClassVar[Any]
    category: Mapped[Any] = reference(
        N_("Kategori"), ProductCategory, mark=Mark.ADVISED, listed=True, filtered=True, help=N_("Fagområdet produktet hører til.")
    )
    nature: Mapped[ApplicationKind | None] = field(
        N_("Type"), ApplicationKind, filtered=True, help=N_("Hva slags system det er.")
    )
    module: Mapped[str | None] = field(N_("Modul"), String(200), help=N_("Når kortet gjelder én modul av et større system."))
    version_name: Mapped[str | None] = field(N_("Versjon"), String(60), help=N_("Bare når flere versjoner er i bruk."))
    description: Mapped[str | None] = field(
        N_("Beskrivelse"), Shape.LONG_TEXT, length=2000, mark=Mark.ADVISED, searched=True,
        help=N_("Hva produktet brukes til, i én eller to setninger."),
    )
    hosting: Mapped[Hosting | None] = field(
        N_("Driftsmodell"), Hosting, mark=Mark.ADVISED, listed=True, filtered=True, help=N_("Hvor og av hvem det vanligvis driftes.")
    )
    personal_data: Mapped[HeldPersonalData | None] = field(
        N_("Personopplysninger"), HeldPersonalData, mark=Mark.ADVISED, help=N_("Om produktet vanligvis inneholder personopplysninger.")
    )
    website: Mapped[str | None] = field(N_("Lenke"), Shape.WEB_ADDRESS, length=300, help=N_("Produktets side."))


def _answer(label: str, help: str) -> Any:
    """A question a template answers for whoever takes it."""
    return field(label, Answer, required=True, default=Answer.UNKNOWN, help=help)


class ProcessingTemplate(Shared, Base):
    """Behandlingsmal – en behandlingsaktivitet skrevet én gang, som kommunene kan hente."""

    __tablename__ = "processing_template"
    __register__ = Register(
        Group.CATALOGUE, N_("Behandlingsmaler"), N_("behandlingsmal"),
        N_("Vanlige kommunale behandlinger, ferdig beskrevet som utgangspunkt. Alle er eksempler."),
    )

    name: Mapped[str] = field(
        N_("Navn (bokmål)"), String(200), required=True, listed=True, searched=True, help=N_("Navnet på behandlingen.")
    )
    name_nn: Mapped[str | None] = field(N_("Navn (nynorsk)"), String(200), searched=True, copied=Copied.NAMED, help=N_("Navnet på nynorsk."))
    name_en: Mapped[str | None] = field(N_("Navn (engelsk)"), String(200), help=N_("Navnet på engelsk."))
    purpose: Mapped[str] = field(
        N_("Formål (bokmål)"), Shape.LONG_TEXT, length=2000, required=True, searched=True, listed=True,
        help=N_("Hvorfor opplysningene behandles."),
    )
    purpose_nn: Mapped[str | None] = field(N_("Formål (nynorsk)"), Shape.LONG_TEXT, length=2000, help=N_("Formålet på nynorsk."))
    purpose_en: Mapped[str | None] = field(N_("Formål (engelsk)"), Shape.LONG_TEXT, length=2000, help=N_("Formålet på engelsk."))
    description: Mapped[str | None] = field(
        N_("Beskrivelse (bokmål)"), Shape.LONG_TEXT, help=N_("Hvordan behandlingen vanligvis foregår.")
    )
    description_nn: Mapped[str | None] = field(
        N_("Beskrivelse (nynorsk)"), Shape.LONG_TEXT, help=N_("Beskrivelsen på nynorsk.")
    )
    theme: Mapped[Any] = reference(N_("LOS-tema"), LosTheme, listed=True, filtered=True, help=N_("Tjenesteområdet malen hører til."))
    function: Mapped[Any] = reference(N_("KOSTRA-funksjon"), KostraFunction, help=N_("Funksjonen malen hører til."))
    article6: Mapped[list[Any]] = references(N_("Grunnlag art. 6"), Article6, help=N_("Behandlingsgrunnlag."))
    article9: Mapped[list[Any]] = references(N_("Grunnlag art. 9"), Article9, help=N_("For særlige kategorier."))
    laws: Mapped[list[Any]] = rows(N_("Supplerende rettsgrunnlag"), "TemplateLaw", help=N_("Loven og paragrafen som gir oppgaven."))
    special: Mapped[Answer] = _answer(N_("Særlige kategorier"), N_("Om malen omfatter særlige kategorier."))
    criminal: Mapped[Answer] = _answer(N_("Straffedommer og lovovertredelser"), N_("Om malen omfatter dem, se artikkel 10."))
    article10: Mapped[str | None] = field(N_("Grunnlag art. 10 (bokmål)"), String(500), help=N_("Hjemmelen for opplysninger om straffbare forhold."))
    article10_nn: Mapped[str | None] = field(N_("Grunnlag art. 10 (nynorsk)"), String(500), help=N_("Hjemmelen på nynorsk."))
    subjects: Mapped[list[Any]] = rows(
        N_("Registrerte og opplysninger"), "TemplateSubject", help=N_("Hvem det gjelder og hva som behandles om dem.")
    )
    recipients: Mapped[list[Any]] = references(N_("Mottakere"), RecipientCategory, help=N_("Hvem opplysningene utleveres til."))
    measures: Mapped[list[Any]] = references(N_("Sikkerhetstiltak"), SecurityMeasure, help=N_("Vanlige tiltak."))
    sources: Mapped[str | None] = field(N_("Kilder (bokmål)"), String(500), help=N_("Hvor opplysningene kommer fra."))
    sources_nn: Mapped[str | None] = field(N_("Kilder (nynorsk)"), String(500), help=N_("Kildene på nynorsk."))
    retention: Mapped[list[Any]] = rows(
        N_("Slettefrister"), "TemplateRetention", help=N_("Hvor lenge opplysningene lagres.")
    )
    children: Mapped[Answer] = _answer(N_("Barn"), N_("Om behandlingen vanligvis gjelder barn."))
    vulnerable: Mapped[Answer] = _answer(N_("Andre sårbare"), N_("For eksempel pasienter eller ansatte."))
    automated: Mapped[Answer] = _answer(N_("Automatiserte avgjørelser"), N_("Om avgjørelser vanligvis tas uten at et menneske er med."))
    profiling: Mapped[Answer] = _answer(N_("Profilering"), N_("Om opplysninger vanligvis brukes til å vurdere egenskaper ved personer."))
    ai_use: Mapped[Answer] = _answer(N_("Kunstig intelligens"), N_("Om KI-systemer vanligvis brukes."))
    evaluation: Mapped[Answer] = _answer(*CRITERIA["evaluation"])
    monitoring: Mapped[Answer] = _answer(*CRITERIA["monitoring"])
    large_scale: Mapped[Answer] = _answer(*CRITERIA["large_scale"])
    matching: Mapped[Answer] = _answer(*CRITERIA["matching"])
    innovative: Mapped[Answer] = _answer(*CRITERIA["innovative"])
    blocking: Mapped[Answer] = _answer(*CRITERIA["blocking"])
    common: Mapped[Answer] = _answer(N_("Vanlig"), N_("Om de fleste kommuner har en slik behandling. De vanlige er krysset av for den som begynner."))
    product_categories: Mapped[list[Any]] = references(
        N_("Aktuelle produktkategorier"), ProductCategory, help=N_("Systemer av disse slagene tyder på at malen passer.")
    )


class ShippedTemplate(Base):
    """A template as Orden ships it, by the key it has in the facts, whatever the project's staff have made of it or call
    it. `before` is what was shipped when they looked last, where it has changed since."""

    __tablename__ = "shipped_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("processing_template.id", ondelete="CASCADE"), nullable=False, unique=True)
    key: Mapped[str] = mapped_column(String(80), nullable=False, unique=True)
    said: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    template: Mapped[Any] = relationship("ProcessingTemplate")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class TemplateLaw(Part, Base, of=ProcessingTemplate, within="laws"):
    """En lov i en mal, med paragrafen som gir oppgaven (art. 6 nr. 3)."""

    __tablename__ = "template_law"

    law: Mapped[Any] = reference(N_("Lov"), Law, required=True, help=N_("Loven som gir kommunen oppgaven."))
    section: Mapped[str | None] = field(N_("Paragraf"), String(100), help=N_("For eksempel § 13-1."))


class TemplateSubject(Part, Base, of=ProcessingTemplate, within="subjects"):
    """En kategori av registrerte i en mal, med opplysningene om dem."""

    __tablename__ = "template_subject"

    subject: Mapped[Any] = reference(
        N_("Registrerte"), DataSubjectCategory, required=True, help=N_("Hvem opplysningene handler om.")
    )
    personal_data: Mapped[list[Any]] = references(
        N_("Personopplysninger"), PersonalDataCategory, help=N_("Hva som behandles om dem.")
    )


class TemplateRetention(Part, Base, of=ProcessingTemplate, within="retention"):
    """En slettefrist i en mal."""

    __tablename__ = "template_retention"

    personal_data: Mapped[Any] = reference(
        N_("Gjelder"), PersonalDataCategory, help=N_("La stå tomt når fristen gjelder alle opplysningene.")
    )
    disposal: Mapped[Disposal] = field(
        N_("Hva som skjer etter fristen"), Disposal, required=True, default=Disposal.UNDECIDED, help=N_("Bevares, kasseres, slettes eller anonymiseres.")
    )
    months: Mapped[int | None] = field(N_("Antall måneder"), Shape.MONTHS, help=N_("Regnet fra utgangspunktet."))
    days: Mapped[int | None] = field(N_("Antall dager"), Shape.DAYS, help=N_("Når fristen er kortere enn en måned."))
    start: Mapped[str | None] = field(N_("Utgangspunkt (bokmål)"), String(200), help=N_("Hendelsen fristen regnes fra."))
    start_nn: Mapped[str | None] = field(N_("Utgangspunkt (nynorsk)"), String(200), help=N_("Hendelsen på nynorsk."))
    basis: Mapped[str | None] = field(N_("Hjemmel (bokmål)"), String(300), help=N_("Regelen fristen følger av."))
    basis_nn: Mapped[str | None] = field(N_("Hjemmel (nynorsk)"), String(300), help=N_("Regelen på nynorsk."))
