"""Units and contact persons of a municipality."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Mapper, relationship

from models.declare.base import Base, Content, Group, OwnedRecord, Register, fields_of
from models.declare.choices import CatalogueStatus, ContactRole
from models.declare.fields import Field, Kind, Mark, Personal, field, reference
from models.declare.memories import remembers
from models.declare.proposing import is_proposable
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.codes import KostraFunction
from models.registers.municipality import Municipality


class OrganisationalUnit(OwnedRecord, Content, Base):
    """Enhet – avdeling, virksomhet eller tjenestested i kommunen."""

    __tablename__ = "organisational_unit"
    __register__ = Register(
        Group.ORGANISATION, N_("Enheter"), N_("enhet"), N_("Avdelinger og virksomheter som eier systemer og behandlinger.")
    )

    name: Mapped[str] = field(
        N_("Navn"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True,
        help=N_("For eksempel Oppvekst eller Tinn helsesenter."),
    )
    short_name: Mapped[str | None] = field(N_("Kortnavn"), String(40), listed=True, searched=True, help=N_("Forkortelsen dere bruker."))
    parent_unit_id: ClassVar[Any]
    parent_unit: Mapped[Any] = reference(N_("Hører under"), "self", listed=True, help=N_("Enheten over i organisasjonskartet."))
    function: Mapped[Any] = reference(N_("KOSTRA-funksjon"), KostraFunction, filtered=True, help=N_("Hovedfunksjonen enheten rapporterer på."))
    description: Mapped[str | None] = field(
        N_("Beskrivelse"), Shape.LONG_TEXT, length=1000, help=N_("Hva enheten gjør, i én setning.")
    )


class ContactPerson(OwnedRecord, Content, Base):
    """Kontaktperson – en rolle og navnet på den som har den. Aldri fødselsnummer."""

    __tablename__ = "contact_person"
    __register__ = Register(
        Group.ORGANISATION, N_("Kontaktpersoner"), N_("kontaktperson"),
        N_("Hvem som har hvilken rolle. Personvernombudet her står i behandlingsprotokollen."),
    )

    name: Mapped[str] = field(
        N_("Navn"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True, personal=Personal.PERSONAL,
        help=N_("Fornavn og etternavn. Ikke skriv fødselsnummer."),
    )
    role: Mapped[ContactRole] = field(
        N_("Rolle"), ContactRole, required=True, default=ContactRole.OTHER, mark=Mark.MANDATORY, listed=True, filtered=True,
        help=N_("Rollen personen har i kommunen."),
    )
    title: Mapped[str | None] = field(N_("Stilling"), String(200), listed=True, help=N_("Stillingstittel."))
    unit_id: ClassVar[Any]
    unit: Mapped[Any] = reference(N_("Enhet"), OrganisationalUnit, mark=Mark.ADVISED, listed=True, filtered=True, help=N_("Der personen arbeider."))
    email: Mapped[str | None] = field(
        N_("E-post"), Shape.EMAIL, mark=Mark.ADVISED, listed=True, searched=True, personal=Personal.PERSONAL,
        help=N_("Adressen på jobb."),
    )
    phone: Mapped[str | None] = field(N_("Telefon"), Shape.PHONE, personal=Personal.PERSONAL, help=N_("Telefon på jobb."))


Municipality.contact_people = relationship(ContactPerson, viewonly=True, foreign_keys=[ContactPerson.municipality_id])

MINE = N_("Mine")


def views_of(register: type[Any]) -> tuple[tuple[str, str], ...]:
    """The ways to look at a list that are of use to all: those declared, where somebody answers for the rows one's own,
    and where rows are proposed what waits for the project."""
    known = answerer(register.__mapper__)
    mine = () if known is None else ((MINE, f"{known.key}.me=1"),)
    waiting = ((CatalogueStatus.PROPOSED.label, "status=proposed"),) if is_proposable(register) else ()
    return (*register.__register__.views, *mine, *waiting)


@remembers()
def answerer(register: Mapper[Any]) -> Field | None:
    """The field that says who answers for the rows of a register: its first reference to a person, if it has any."""
    pointing = (known for known in fields_of(register.class_) if known.kind is Kind.REFERENCE)
    return next((known for known in pointing if known.target is ContactPerson), None)
