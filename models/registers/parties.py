"""The parties of the cooperation: who owns, leads, contracts, issues the invoices and operates, each for a period.

One row is one organisation in one role; what a role needs is asked of that role alone. Who it is on a day is asked of
`party_on`. Sources: domain handbook 4.1 (cooperation form), 4.4 (value added tax follows the issuer), 4.5 (EHF).
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Date, Integer, String, select
from sqlalchemy.orm import Mapped, object_session

from models.declare import checks, periods
from models.declare.base import Base, Group, Register, Shared
from models.declare.charging import KidKind, PartyRole, VatStatus
from models.declare.conditions import when
from models.declare.fields import field, reference
from models.declare.shapes import Shape
from models.declare.words import N_, Problem
from models.registers.catalogue import Supplier
from models.tenancy.roles import in_force

WHOLE = 10_000  # parts that all shares come to together
ALONE = (PartyRole.ISSUER, PartyRole.CONTRACT_PARTY)  # one at a time: an invoice and an agreement have one sender
PARTY, INVOICES = N_("Parten"), N_("Fakturering")
owns, issues = when("role", PartyRole.OWNER), when("role", PartyRole.ISSUER)
AGREEING = (PartyRole.CONTRACT_PARTY, PartyRole.OPERATOR)  # the other side of the municipalities' own agreements
agrees = when("role", *AGREEING)
TWO = N_("%(name)s har rollen i noe av denne perioden. Avslutt den raden først: det er bare én om gangen.")
TOO_MUCH = N_("Eierne ville til sammen ha %(parts)s av 10 000 deler %(day)s. Rett en av andelene først.")


class Party(Shared, Base):
    """Part – en virksomhet som har en rolle i samarbeidet i en periode."""

    __tablename__ = "party"
    __table_args__ = (CheckConstraint("valid_to is null or valid_from < valid_to", name="period"), CheckConstraint("share is null or share between 0 and 10000", name="share"))
    __register__ = Register(Group.SYSTEM, N_("Parter"), N_("part"), N_("Hvem som eier, leder, inngår avtaler, fakturerer og drifter, med datoene det gjelder."), title="label", seen_elsewhere=True)

    name: Mapped[str] = field(N_("Navn"), String(200), section=PARTY, required=True, listed=True, searched=True, help=N_("Virksomheten, slik den står i Enhetsregisteret."))
    role: Mapped[PartyRole] = field(N_("Rolle"), PartyRole, section=PARTY, required=True, listed=True, filtered=True, help=N_("Hva virksomheten er i samarbeidet. Én rad for hver rolle."))
    organisation_number: Mapped[str | None] = field(N_("Organisasjonsnummer"), Shape.ORGANISATION_NUMBER, section=PARTY, listed=True, searched=True, help=N_("Ni siffer fra Enhetsregisteret. Fakturautstederen må ha det; det er også adressen til EHF (0192)."))
    valid_from: Mapped[date] = field(N_("Gjelder fra"), Date, section=PARTY, required=True, listed=True, help=N_("Første dag virksomheten har rollen."))
    valid_to: Mapped[date | None] = field(N_("Gjelder til"), Date, section=PARTY, after="valid_from", listed=True, help=N_("Første dag den ikke har rollen lenger."))
    supplier_id: ClassVar[Any]
    supplier: Mapped[Any] = reference(N_("Leverandør"), Supplier, section=PARTY, applies=agrees, help=N_("Den samme virksomheten i leverandørregisteret: den kommunene har avtalen sin med. Protokollen til databehandleren følger den."))
    postal_address: Mapped[str | None] = field(N_("Postadresse"), String(200), section=PARTY, help=N_("Gate eller postboks. Står på fakturaen."))
    postcode: Mapped[str | None] = field(N_("Postnummer"), String(4), section=PARTY, help=N_("Fire siffer."))
    city: Mapped[str | None] = field(N_("Poststed"), String(100), section=PARTY, help=N_("Poststedet til adressen."))
    email: Mapped[str | None] = field(N_("E-post"), Shape.EMAIL, section=PARTY, help=N_("Dit spørsmål sendes."))
    share: Mapped[int | None] = field(N_("Eierandel"), Integer, section=PARTY, unit=N_("av 10 000 deler"), applies=owns, adds_up=False, valid=checks.not_negative, help=N_("Hele deler av 10 000: 2 500 er en fjerdedel. Alle eierne har til sammen høyst 10 000."))
    votes: Mapped[int | None] = field(N_("Stemmer"), Integer, section=PARTY, applies=owns, adds_up=False, valid=checks.not_negative, help=N_("Antall stemmer i eiermøtet."))
    vat: Mapped[VatStatus | None] = field(N_("Merverdiavgift"), VatStatus, section=INVOICES, applies=issues, help=N_("Følger utstederen og datoen, aldri den enkelte linjen."))
    vat_reason: Mapped[str | None] = field(N_("Hjemmel når det ikke er avgift"), String(200), section=INVOICES, applies=issues, help=N_("Grunnen som står på fakturaen når det ikke er avgift."))
    account: Mapped[str | None] = field(N_("Kontonummer"), String(20), section=INVOICES, applies=issues, help=N_("Elleve siffer. Dit fakturaene betales."))
    kid: Mapped[KidKind | None] = field(N_("Kontrollsiffer i KID"), KidKind, section=INVOICES, applies=issues, help=N_("Slik avtalen med banken sier. La stå tomt når fakturaene ikke skal ha KID."))
    payment_days: Mapped[int | None] = field(N_("Betalingsfrist"), Shape.DAYS, section=INVOICES, applies=issues, adds_up=False, help=N_("Dager fra fakturadato til forfall. Står feltet tomt, er det 30."))
    cooperation: Mapped[str | None] = field(N_("Samarbeidsform"), Shape.LONG_TEXT, length=500, section=INVOICES, applies=issues, help=N_("For eksempel vertskommune, kommunalt oppgavefellesskap eller IKS, med hjemmel."))
    note: Mapped[str | None] = field(N_("Merknad"), Shape.LONG_TEXT, length=500, section=PARTY, help=N_("Avtalen eller vedtaket rollen følger av."))

    @property
    def label(self) -> str:
        return f"{self.name} – {self.role.label}" if self.role else self.name

    def check(self) -> None:
        """One issuer and one contract party at a time; owners have no more than the whole on any day; what an issuer is
        paid to is an account."""
        if self.role is PartyRole.ISSUER:
            self.account = checks.account_number(self.account)
        session = object_session(self)
        if session is None or self in session.deleted or self.valid_from is None:
            return
        there = [one for one in _others(session, self) if periods.meet(self, one)]
        if self.role in ALONE and there:
            raise Problem(TWO, name=there[0].name)
        if self.role is PartyRole.OWNER:
            _refuse_more_than_all([self, *there])


def _others(session: Any, row: Party) -> list[Party]:
    """The other rows of a role, as they are about to be."""
    saved = session.scalars(select(Party).where(Party.role == row.role))
    known = {*saved, *(one for one in (*session.new, *session.dirty) if isinstance(one, Party) and one.role is row.role)}
    return sorted((one for one in known - {row} if one not in session.deleted and one.role is row.role), key=lambda one: one.id or 0)


def _refuse_more_than_all(owners: list[Party]) -> None:
    """A sum only grows on a day somebody begins."""
    for day in sorted({one.valid_from for one in owners}):
        parts = sum(one.share or 0 for one in owners if in_force(one.valid_from, one.valid_to, day))
        if parts > WHOLE:
            raise Problem(TOO_MUCH, parts=parts, day=f"{day:%d.%m.%Y}")


def parties_on(session: Any, role: PartyRole, day: date) -> list[Party]:
    """Who has a role on a day, by name."""
    found = session.scalars(select(Party).where(Party.role == role).order_by(Party.sort_key, Party.id))
    return [one for one in found if in_force(one.valid_from, one.valid_to, day)]


def party_on(session: Any, role: PartyRole, day: date) -> Party | None:
    """The one that has a role on a day; None where nobody has, or several: then somebody must choose."""
    found = parties_on(session, role, day)
    return found[0] if len(found) == 1 else None


def suppliers_of(session: Any, party: Party) -> frozenset[int]:
    """The rows of the register of suppliers that are the same organisation: the one it names, those with its number, and
    those of its name that have none."""
    unnumbered = Supplier.organisation_number.is_(None) & (Supplier.name == party.name)
    same = unnumbered
    if party.organisation_number:
        same = same | (Supplier.organisation_number == party.organisation_number)
    found = set(session.scalars(select(Supplier.id).where(same)))
    return frozenset(found | ({party.supplier_id} if party.supplier_id else set()))


def as_supplier(session: Any, party: Party) -> Supplier:
    """The organisation in the register of suppliers, which agreements point at; put there when it is not known."""
    known = party.supplier_id or min(suppliers_of(session, party), default=None)
    if known is not None:
        found: Supplier = session.get_one(Supplier, known)
        return found
    made = Supplier(name=party.name, organisation_number=party.organisation_number)
    session.add(made)
    session.flush()
    return made
