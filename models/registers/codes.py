"""Code lists: small shared vocabularies in bokmål, nynorsk and English, kept by the project as data."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped

from models.declare.base import Base, Group, Register, Shared
from models.declare.choices import Answer
from models.declare.fields import Copied, Mark, field
from models.declare.proposing import Proposed
from models.declare.shapes import Shape
from models.declare.words import N_, Choice

LONGEST_CODE = 60  # letters


class CodeList(Shared):
    """What every code has: the code itself, its name in three languages, and a sentence that explains it."""

    code: Mapped[str] = field(
        N_("Kode"), String(LONGEST_CODE), nullable=False, listed=True, searched=True, unique=True,
        help=N_("Kort kode som ikke endres når den er tatt i bruk. La stå tom, så lages den av navnet."),
    )
    name: Mapped[str] = field(
        N_("Navn (bokmål)"), String(200), required=True, listed=True, searched=True, help=N_("Slik det vises på bokmål.")
    )
    name_nn: Mapped[str | None] = field(
        N_("Navn (nynorsk)"), String(200), listed=True, searched=True, mark=Mark.MANDATORY,
        copied=Copied.NAMED, help=N_("Slik det vises på nynorsk."),
    )
    name_en: Mapped[str | None] = field(
        N_("Navn (engelsk)"), String(200), mark=Mark.MANDATORY, copied=Copied.NAMED, help=N_("Slik det vises på engelsk.")
    )
    grouping: Mapped[str | None] = field(
        N_("Gruppe"), String(100), listed=True, help=N_("Overskriften koden står under i valglister.")
    )
    description: Mapped[str | None] = field(
        N_("Forklaring (bokmål)"), Shape.LONG_TEXT, length=1000, help=N_("En setning som forklarer når koden brukes.")
    )
    description_nn: Mapped[str | None] = field(
        N_("Forklaring (nynorsk)"), Shape.LONG_TEXT, length=1000, help=N_("Forklaringen på nynorsk.")
    )
    description_en: Mapped[str | None] = field(
        N_("Forklaring (engelsk)"), Shape.LONG_TEXT, length=1000, help=N_("Forklaringen på engelsk.")
    )


class Special(Choice):
    """Which kind of special category (GDPR art. 9(1)) or otherwise protected data a code stands for."""

    NONE = "none", N_("Vanlig")
    ETHNICITY = "ethnicity", N_("Rasemessig eller etnisk opprinnelse")
    POLITICS = "politics", N_("Politisk oppfatning")
    RELIGION = "religion", N_("Religion")
    PHILOSOPHY = "philosophy", N_("Filosofisk overbevisning")
    UNION = "union", N_("Fagforeningsmedlemskap")
    GENETIC = "genetic", N_("Genetiske opplysninger")
    BIOMETRIC = "biometric", N_("Biometriske opplysninger")
    HEALTH = "health", N_("Helseopplysninger")
    SEX_LIFE = "sexlife", N_("Seksuelle forhold")
    ORIENTATION = "orientation", N_("Seksuell orientering")
    CRIMINAL = "criminal", N_("Straffedommer og lovovertredelser")
    NIN = "nin", N_("Fødselsnummer")

    @property
    def is_special(self) -> bool:
        """Whether GDPR art. 9(1) names it."""
        return self not in {Special.NONE, Special.CRIMINAL, Special.NIN}


class Article6(CodeList, Base):
    """Behandlingsgrunnlag etter personvernforordningen artikkel 6 nr. 1."""

    __tablename__ = "article6"
    __register__ = Register(
        Group.CODES, N_("Grunnlag art. 6"), N_("grunnlag etter art. 6"), N_("Behandlingsgrunnlag etter artikkel 6 nr. 1.")
    )


class Article9(CodeList, Base):
    """Grunnlag for særlige kategorier etter artikkel 9 nr. 2."""

    __tablename__ = "article9"
    __register__ = Register(
        Group.CODES, N_("Grunnlag art. 9"), N_("grunnlag etter art. 9"), N_("Grunnlag for særlige kategorier, artikkel 9 nr. 2.")
    )

    needs_law: Mapped[Answer] = field(
        N_("Krever lovhenvisning"), Answer, required=True, default=Answer.NO, listed=True,
        help=N_("Om grunnlaget bare gjelder sammen med nasjonal lov."),
    )


class DataSubjectCategory(Proposed, CodeList, Base):
    """Kategori av registrerte."""

    __tablename__ = "data_subject_category"
    __register__ = Register(
        Group.CODES, N_("Kategorier av registrerte"), N_("kategori av registrerte"), N_("Hvem opplysningene handler om.")
    )

    vulnerable: Mapped[Answer] = field(
        N_("Sårbar gruppe"), Answer, required=True, default=Answer.NO, listed=True, filtered=True,
        help=N_("Barn, pasienter og andre som trenger ekstra vern. Brukes når behovet for DPIA vurderes."),
    )


class PersonalDataCategory(Proposed, CodeList, Base):
    """Kategori av personopplysninger."""

    __tablename__ = "personal_data_category"
    __register__ = Register(
        Group.CODES, N_("Kategorier av personopplysninger"), N_("kategori av personopplysninger"), N_("Hva slags opplysninger det er.")
    )

    special: Mapped[Special] = field(
        N_("Særlig kategori"), Special, required=True, default=Special.NONE, listed=True, filtered=True,
        help=N_("Om opplysningene er av en særlig kategori etter artikkel 9, gjelder straffbare forhold eller er fødselsnummer."),
    )


class RecipientCategory(Proposed, CodeList, Base):
    """Kategori av mottakere."""

    __tablename__ = "recipient_category"
    __register__ = Register(
        Group.CODES, N_("Kategorier av mottakere"), N_("kategori av mottakere"), N_("Hvem opplysninger utleveres til.")
    )


class TransferGround(CodeList, Base):
    """Overføringsgrunnlag for tredjeland (personvernforordningen kapittel V)."""

    __tablename__ = "transfer_ground"
    __register__ = Register(
        Group.CODES, N_("Overføringsgrunnlag"), N_("overføringsgrunnlag"), N_("Grunnlag for overføring til land utenfor EU/EØS.")
    )

    needs_safeguards: Mapped[Answer] = field(
        N_("Krever garantier"), Answer, required=True, default=Answer.NO, listed=True, filtered=True,
        help=N_("Om garantiene skal stå i protokollen (artikkel 30 nr. 1 bokstav e)."),
    )


class SecurityMeasure(Proposed, CodeList, Base):
    """Sikkerhetstiltak etter artikkel 32."""

    __tablename__ = "security_measure"
    __register__ = Register(
        Group.CODES, N_("Sikkerhetstiltak"), N_("sikkerhetstiltak"), N_("Tekniske og organisatoriske tiltak etter artikkel 32.")
    )


class LosTheme(CodeList, Base):
    """Tema i LOS, den felles emneinndelingen for offentlige tjenester."""

    __tablename__ = "los_theme"
    __register__ = Register(Group.CODES, N_("LOS-tema"), N_("LOS-tema"), N_("Emner for offentlige tjenester."))

    uri: Mapped[str | None] = field(
        N_("URI"), Shape.WEB_ADDRESS, length=300, copied=Copied.ANEW, help=N_("Den faste adressen temaet har nasjonalt.")
    )


class KostraFunction(CodeList, Base):
    """KOSTRA-funksjon, datert fordi listen endres hvert år."""

    __tablename__ = "kostra_function"
    __register__ = Register(
        Group.CODES, N_("KOSTRA-funksjoner"), N_("KOSTRA-funksjon"), N_("Funksjonene kommunene rapporterer på.")
    )

    valid_from: Mapped[date | None] = field(
        N_("Gyldig fra"), Date, listed=True, help=N_("Første dag koden gjelder.")
    )
    valid_to: Mapped[date | None] = field(
        N_("Gyldig til"), Date, after="valid_from", help=N_("Første dag koden ikke gjelder lenger.")
    )


ACCESSION = "accession"  # the code of an agreement by which a municipality joins


class AgreementType(CodeList, Base):
    """Avtaletype: Statens standardavtaler, databehandleravtale og andre."""

    __tablename__ = "agreement_type"
    __register__ = Register(
        Group.CODES, N_("Avtaletyper"), N_("avtaletype"), N_("Statens standardavtaler (SSA), databehandleravtale og andre typer.")
    )


class ProductCategory(Proposed, CodeList, Base):
    """Hva slags fagområde et produkt hører til."""

    __tablename__ = "product_category"
    __register__ = Register(
        Group.CODES, N_("Produktkategorier"), N_("produktkategori"), N_("Fagområdene produktene er sortert under.")
    )


class DatasetTheme(CodeList, Base):
    """EUs datatema, som DCAT-AP-NO krever."""

    __tablename__ = "dataset_theme"
    __register__ = Register(Group.CODES, N_("Datatema"), N_("datatema"), N_("EUs tretten tema for datasett."))

    uri: Mapped[str | None] = field(
        N_("URI"), Shape.WEB_ADDRESS, length=300, copied=Copied.ANEW, help=N_("Den faste adressen temaet har i EU.")
    )


class Law(Proposed, CodeList, Base):
    """Lov – hjemmel som behandlinger og tjenester viser til."""

    __tablename__ = "law"
    __register__ = Register(Group.CATALOGUE, N_("Lover"), N_("lov"), N_("Lovene det vises til som supplerende rettsgrunnlag."))

    url: Mapped[str | None] = field(
        N_("Lenke"), Shape.WEB_ADDRESS, length=300, listed=True, copied=Copied.ANEW, help=N_("Loven på lovdata.no.")
    )
