"""Municipalities: who owns rows. Numbers are dated facts about a municipality, never its key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    Index,
    Integer,
    String,
    UniqueConstraint,
    and_,
    case,
    or_,
    select,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, relationship

from models.declare import checks
from models.declare.base import Base, Group, Part, Pretended, Register, Shared
from models.declare.choices import Answer, LanguageForm, RiskScale, SuccessionKind
from models.declare.conditions import when
from models.declare.domains import Domain
from models.declare.fields import Copied, Mark, field, reference, rows
from models.declare.shapes import Shape
from models.declare.words import N_
from models.tenancy import scope

PROJECT = ("project_manager",)
LOCAL = ("local_admin",)  # what the municipality itself decides, and nobody for it
OPENED = ("public_page", "public_indexed", "public_catalogue")  # to all: said anew in each house
IDENTITY, CONTACT, OPENNESS, NUMBERS = N_("Kommunen"), N_("Kontakt"), N_("Åpenhet"), N_("Numre og innbyggere")


class Municipality(Shared, Pretended, Base):
    """Kommune – behandlingsansvarlig, eier av registrene sine og deltaker i samarbeidet."""

    __tablename__ = "municipality"
    __register__ = Register(
        Group.SYSTEM, N_("Kommuner"), N_("kommune"), N_("Kommunene som er med i samarbeidet, med numre og folketall.")
    )

    name: Mapped[str] = field(
        N_("Navn"), String(100), section=IDENTITY, required=True, mark=Mark.MANDATORY, listed=True, searched=True,
        help=N_("Kommunens navn uten ordet kommune."), writers=PROJECT,
    )
    organisation_number: Mapped[str | None] = field(
        N_("Organisasjonsnummer"), Shape.ORGANISATION_NUMBER, section=IDENTITY, mark=Mark.MANDATORY, listed=True, searched=True,
        help=N_("Ni siffer fra Enhetsregisteret."), writers=PROJECT, unique=True,
    )
    language: Mapped[LanguageForm] = field(
        N_("Målform"), LanguageForm, section=IDENTITY, required=True, default=LanguageForm.NEUTRAL, listed=True,
        filtered=True, help=N_("Kommunens språkvedtak. Styrer hvilket språk sider og rapporter har når ingen velger."),
    )
    region: Mapped[str | None] = field(
        N_("Region"), String(100), section=IDENTITY, listed=True, searched=True,
        help=N_("Regionsamarbeidet kommunen hører til."), writers=PROJECT,
    )
    founder: Mapped[Answer] = field(
        N_("Grunnlegger"), Answer, section=IDENTITY, required=True, default=Answer.NO, listed=True, filtered=True,
        help=N_("Om kommunen var med og startet samarbeidet i 2018."), writers=PROJECT,
    )
    joined: Mapped[date | None] = field(
        N_("Medlem fra"), Date, section=IDENTITY, listed=True,
        help=N_("Første dag avtalen gjelder. Tilkoblingsavgiften følger folketallet denne dagen, og måneden regnes hel."), writers=PROJECT,
    )
    ended: Mapped[date | None] = field(
        N_("Finnes ikke lenger fra"), Date, section=IDENTITY,
        help=N_("Første dag kommunen ikke lenger finnes, for eksempel etter en sammenslåing. Måneden den slutter i, regnes hel."), writers=PROJECT,
    )
    left: Mapped[date | None] = field(
        N_("Ikke medlem fra"), Date, section=IDENTITY, in_form=False, copied=Copied.ANEW,
        help=N_("Første dag kommunen ikke er med i samarbeidet lenger. Settes når utmeldingen føres. Måneden den går ut i, regnes hel."),
    )
    postal_address: Mapped[str | None] = field(
        N_("Postadresse"), String(200), section=CONTACT, mark=Mark.MANDATORY,
        help=N_("Gate eller postboks. Står i behandlingsprotokollen."),
    )
    postcode: Mapped[str | None] = field(N_("Postnummer"), String(4), section=CONTACT, help=N_("Fire siffer."))
    city: Mapped[str | None] = field(N_("Poststed"), String(100), section=CONTACT, help=N_("Poststedet til adressen."))
    email: Mapped[str | None] = field(
        N_("E-post"), Shape.EMAIL, section=CONTACT, mark=Mark.MANDATORY,
        help=N_("Kommunens postmottak. Står i behandlingsprotokollen."),
    )
    phone: Mapped[str | None] = field(
        N_("Telefon"), Shape.PHONE, section=CONTACT, mark=Mark.ADVISED, help=N_("Sentralbordet.")
    )
    invoice_reference: Mapped[str | None] = field(
        N_("Fakturareferanse"), String(100), section=CONTACT, copied=Copied.ANEW,
        help=N_("Referansen eller bestillingsnummeret kommunen vil ha på fakturaer. Uten den kan kommunen ikke faktureres."),
    )
    website: Mapped[str | None] = field(
        N_("Nettsted"), Shape.WEB_ADDRESS, length=300, section=CONTACT, help=N_("Kommunens egen nettside.")
    )
    representative: Mapped[str | None] = field(
        N_("Behandlingsansvarliges representant"), String(200), section=CONTACT,
        help=N_("Bare når kommunen har utpekt en representant. Kommuner trenger det vanligvis ikke."),
    )
    default_measures: Mapped[str | None] = field(
        N_("Felles sikkerhetstiltak"), Shape.LONG_TEXT, section=CONTACT, mark=Mark.ADVISED,
        readers=Domain.CONTENT,
        help=N_("Tiltak som gjelder alle behandlinger i kommunen. Skrives i protokollen der egne tiltak ikke er oppgitt."),
    )
    risk_scale: Mapped[RiskScale] = field(
        N_("Risikoskala"), RiskScale, section=CONTACT, required=True, default=RiskScale.FIVE,
        readers=Domain.CONTENT,
        help=N_("Skalaen kommunen bruker i risikovurderinger."),
    )
    owners_answer_by_link: Mapped[bool] = field(
        N_("Systemeiere kan bekrefte uten konto"), Boolean, section=CONTACT, required=True, default=False,
        readers=Domain.CONTENT,
        help=N_("Den som får lenken, ser opplysningene om det ene, og svarer uten å logge inn. Uten kryss må eieren logge inn først."),
    )
    shares_terms: Mapped[bool] = field(
        N_("Deler versjon, kostnad og avtaletid"), Boolean, section=CONTACT, required=True, default=False,
        readers=Domain.CONTENT, writers=LOCAL,
        help=N_("De andre kommunene får se hvilken versjon dere bruker, hva systemet koster i året og når avtalen går ut. Uten kryss ser de bare navn, produkt og status."),
    )
    public_page: Mapped[bool] = field(
        N_("Åpen side om kommunen"), Boolean, section=OPENNESS, required=True, default=False,
        readers=Domain.CONTENT, writers=LOCAL,
        help=N_("Alle kan lese hvilke systemer dere bruker, og hva dere behandler personopplysninger til. Navn på personer og det som gjelder sikkerhet, vises aldri."),
    )
    public_indexed: Mapped[bool] = field(
        N_("Søkemotorer kan vise siden"), Boolean, section=OPENNESS, required=True, default=False,
        readers=Domain.CONTENT, writers=LOCAL,
        help=N_("Gjelder den åpne siden. Uten kryss ber Orden søkemotorer om å la den være."),
    )
    public_catalogue: Mapped[bool] = field(
        N_("Åpen datakatalog"), Boolean, section=OPENNESS, required=True, default=False,
        readers=Domain.CONTENT, writers=LOCAL,
        help=N_("data.norge.no og andre kan hente beskrivelsene av datasett som er merket for å publiseres."),
    )
    codes: Mapped[list[MunicipalityCode]] = rows(
        N_("Kommunenumre"), "MunicipalityCode", section=NUMBERS, writers=PROJECT,
        copied=Copied.ANEW, help=N_("Nummeret kommunen hadde i hver periode. Til-datoen er den første dagen nummeret ikke gjelder."),
    )
    populations: Mapped[list[Population]] = rows(
        N_("Folketall"), "Population", section=NUMBERS, writers=PROJECT,
        copied=Copied.ANEW, help=N_("Folketallet 1. januar hvert år, med kilde. Brukes i fakturagrunnlaget."),
    )

    predecessors: Mapped[list[Succession]] = relationship(
        viewonly=True, primaryjoin="Municipality.id == foreign(Succession.successor_id)"
    )

    @hybrid_property
    def until(self) -> date | None:
        """The first day it takes part no more, as it has left or is no more: payment stops, and its registers are only
        read. That it is no more is another thing, which `ended` alone says."""
        return min((day for day in (self.left, self.ended) if day is not None), default=None)

    @until.inplace.expression
    @classmethod
    def _until(cls) -> Any:
        return case((and_(cls.left.is_not(None), or_(cls.ended.is_(None), cls.left < cls.ended)), cls.left), else_=cls.ended)

    def code_on(self, day: date) -> str | None:
        """The municipality number in force on a day."""
        return next((c.code for c in self.codes if c.valid_from <= day and (c.valid_to is None or day < c.valid_to)), None)

    def population_on(self, day: date) -> Population | None:
        """The newest population figure not after a day."""
        return figure_on(self.populations, day)


def figure_on(populations: Iterable[Population], day: date) -> Population | None:
    """The newest of some population figures that is not after a day."""
    return max((one for one in populations if one.day <= day), key=lambda one: one.day, default=None)


class MunicipalityCode(Part, Base, of=Municipality, within="codes"):
    """Kommunenummer i en periode."""

    __tablename__ = "municipality_code"
    __table_args__ = (UniqueConstraint("code", "parent_id", "valid_from"),)

    code: Mapped[str] = field(
        N_("Kommunenummer"), Shape.MUNICIPALITY_NUMBER, required=True,
        help=N_("Fire siffer. Null foran skal være med."),
    )
    name: Mapped[str | None] = field(N_("Navn i perioden"), String(100), help=N_("Hvis kommunen het noe annet."))
    valid_from: Mapped[date] = field(
        N_("Gyldig fra"), Date, required=True, help=N_("Første dag nummeret gjelder.")
    )
    valid_to: Mapped[date | None] = field(
        N_("Gyldig til"), Date, after="valid_from", help=N_("Første dag nummeret ikke gjelder lenger.")
    )


class Population(Part, Base, of=Municipality, within="populations"):
    """Folketall på en dato."""

    __tablename__ = "population"
    __table_args__ = (
        UniqueConstraint("parent_id", "day"),
        CheckConstraint("inhabitants >= 0", name="not_negative"),
    )

    day: Mapped[date] = field(
        N_("Dato"), Date, required=True, help=N_("Vanligvis 1. januar.")
    )
    inhabitants: Mapped[int] = field(
        N_("Innbyggere"), Integer, required=True, valid=checks.not_negative, help=N_("Folketallet på datoen.")
    )
    source: Mapped[str] = field(
        N_("Kilde"), String(200), required=True, help=N_("Hvor tallet er hentet, for eksempel SSB tabell 07459.")
    )


class Succession(Shared, Base):
    """Kommuneendring – hvilken kommune som ble til hvilken, og når."""

    __tablename__ = "succession"
    __table_args__ = (Index(None, "day"),)
    __register__ = Register(
        Group.SYSTEM, N_("Kommuneendringer"), N_("kommuneendring"),
        N_("Sammenslåinger, delinger og grensejusteringer mellom kommunene."), title="label",
    )

    predecessor_id: ClassVar[Any]
    predecessor: Mapped[Any] = reference(
        N_("Fra kommune"), Municipality, required=True, listed=True, help=N_("Kommunen som endret seg."), writers=PROJECT
    )
    successor_id: ClassVar[Any]
    successor: Mapped[Any] = reference(
        N_("Til kommune"), Municipality, required=True, listed=True, help=N_("Kommunen som tok over."), writers=PROJECT
    )
    day: Mapped[date] = field(
        N_("Dato"), Date, required=True, listed=True,
        help=N_("Første dag endringen gjelder."), writers=PROJECT,
    )
    nature: Mapped[SuccessionKind] = field(
        N_("Hva slags endring"), SuccessionKind, required=True, listed=True, filtered=True,
        help=N_("Sammenslåing, deling, grensejustering eller bare nytt nummer."), writers=PROJECT,
    )
    waives_fee: Mapped[bool] = field(
        N_("Tilkoblingsavgiften kreves ikke på nytt"), Boolean, required=True, default=False, applies=when("nature", SuccessionKind.SPLIT),
        help=N_("Kryss av når det er vedtatt ved en deling. Ved en sammenslåing av medlemmer følger det av seg selv."), writers=PROJECT,
    )
    note: Mapped[str | None] = field(
        N_("Merknad"), Shape.LONG_TEXT, length=1000, help=N_("Det som er verdt å vite om endringen."), writers=PROJECT
    )

    @property
    def label(self) -> str:
        return f"{self.predecessor} → {self.successor}"


def example_id(session: Any) -> int | None:
    """The id of the municipality that is made up to be looked at, where there is one."""
    with scope.use(scope.Scope(example=True)):
        found: int | None = session.scalar(select(Municipality.id))
    return found


def all_ids(session: Any) -> list[int]:
    """The ids of all municipalities. The table has no owner: which municipalities exist is no secret."""
    return list(session.scalars(select(Municipality.id)))

