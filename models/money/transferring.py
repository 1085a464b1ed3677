"""A role in the cooperation passes to another organisation on a day: the old party ends and the new begins, and the
agreements of the municipalities follow as far as they can.

An accession agreement has a clause by which it passes to whoever is the contract party after; its row names the new
one. A data processing agreement is between two who have signed it: where the processor is another, a new one is needed
before the day (GDPR art. 28(3)), and the old row stays what it is until then. What is issued before the day names the
old party, what is issued after it the new one, as both are asked of `party_on`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from models.declare.charging import PartyRole
from models.declare.choices import AgreementStatus, Answer
from models.declare.clock import now, today
from models.declare.domains import Domain
from models.declare.words import N_, Problem
from models.registers.agreements import Agreement, is_accession_with
from models.registers.catalogue import Supplier
from models.registers.codes import ACCESSION
from models.registers.municipality import Municipality, all_ids
from models.registers.parties import AGREEING, Party, party_on, suppliers_of
from models.registers.transfers import PROCESSING, Transfer, TransferPaper
from models.tenancy import scope

ROLES = (PartyRole.CONTRACT_PARTY, PartyRole.ISSUER, PartyRole.OPERATOR)
ALIVE = (AgreementStatus.ACTIVE, AgreementStatus.OPTION, AgreementStatus.SIGNING)
NO_ROLE = N_("Velg minst én rolle som går over.")
NOBODY = N_("En av rollene har ingen, eller flere, den %(day)s. Rett opp partene først.")
SAME = N_("%(name)s har rollen allerede.")
LATER = N_("%(name)s er registrert i rollen fra %(day)s eller senere. Rett opp partene først.")
NO_SUPPLIER = N_("Velg den nye parten i leverandørregisteret.")
NO_NUMBER = N_("%(name)s mangler organisasjonsnummer i leverandørregisteret. Fyll det ut først.")
TOO_SOON = N_("Dagen må være i dag eller senere: det som er utstedt, endres ikke.")
NO_BASIS = N_("Skriv vedtaket eller avtalen overføringen bygger på.")
BEGUN = N_("%(name)s begynte i rollen den dagen. Velg en senere dag.")
REASON = N_("Rollen går over til %(name)s %(day)s: %(basis)s")


@dataclass(frozen=True)
class Wish:
    """What is asked for."""

    day: date
    roles: tuple[PartyRole, ...]
    supplier: int
    basis: str


@dataclass(frozen=True)
class Paper:
    """An agreement that a transfer concerns."""

    agreement: Agreement
    nature: str
    carried: bool
    to_sign: bool


@dataclass(frozen=True)
class Preview:
    """What a transfer comes to: which rows of parties end, and which agreements follow."""

    wish: Wish
    to: Supplier
    ends: tuple[Party, ...]
    papers: tuple[Paper, ...]

    @property
    def to_sign(self) -> list[Paper]:
        return [one for one in self.papers if one.to_sign]


def look(session: Any, wish: Wish) -> Preview:
    """What it would come to, within a scope that reads all municipalities. Raises a Problem."""
    if not wish.roles:
        raise Problem(NO_ROLE)
    if not wish.basis:
        raise Problem(NO_BASIS)
    if wish.day < today():
        raise Problem(TOO_SOON)
    to = session.get(Supplier, wish.supplier)
    if to is None:
        raise Problem(NO_SUPPLIER)
    if not to.organisation_number:
        raise Problem(NO_NUMBER, name=to.name)
    ends = tuple(_before(session, role, wish.day, to) for role in wish.roles)
    return Preview(wish, to, ends, tuple(_papers(session, wish, ends)))


def _before(session: Any, role: PartyRole, day: date, to: Supplier) -> Party:
    """Who has a role until then. Raises a Problem where that is not one, or somebody else comes after."""
    found = party_on(session, role, day)
    if found is None:
        raise Problem(NOBODY, day=f"{day:%d.%m.%Y}")
    if found.organisation_number == to.organisation_number:
        raise Problem(SAME, name=found.name)
    if found.valid_from >= day:
        raise Problem(BEGUN, name=found.name)
    after = session.scalar(select(Party).where(Party.role == role, Party.valid_from >= day))
    if after is not None:
        raise Problem(LATER, name=after.name, day=f"{after.valid_from:%d.%m.%Y}")
    return found


def _papers(session: Any, wish: Wish, ends: Iterable[Party]) -> Iterable[Paper]:
    """The agreements in force or on their way with the old parties, of all municipalities by name."""
    old = {one.role: suppliers_of(session, one) for one in ends}
    accession, processing = (old.get(role, frozenset()) for role in AGREEING)
    is_ours = Agreement.supplier_id.in_(processing)
    if PartyRole.CONTRACT_PARTY in old:
        is_ours |= is_accession_with(accession)
    found = (
        select(Agreement)
        .outerjoin(Agreement.nature)
        .join(Agreement.municipality)
        .where(Agreement.status.in_(ALIVE), is_ours)
        .where(Agreement.ends.is_(None) | (Agreement.ends >= wish.day))
        .order_by(Municipality.sort_key, Agreement.sort_key, Agreement.id)
    )
    for row in session.scalars(found):
        is_accession = row.nature is not None and row.nature.code == ACCESSION
        if is_accession and row.supplier_id in {None, *accession}:
            yield Paper(row, ACCESSION, carried=True, to_sign=row.data_processing is Answer.YES)
        elif row.data_processing is Answer.YES and row.supplier_id in processing:
            yield Paper(row, PROCESSING, carried=False, to_sign=True)


def carry_out(session: Any, wish: Wish, speak: Any) -> Transfer:
    """Do it, in one transaction that is to be committed: what is looked at anew. Raises a Problem."""
    found = look(session, wish)
    who = scope.current()
    made = Transfer(
        day=wish.day, roles=[role.value for role in wish.roles], to_name=found.to.name, to_supplier_id=found.to.id,
        from_name=", ".join(dict.fromkeys(one.name for one in found.ends)), basis=wish.basis, event=who.request_id,
        made_by=who.user_name,
    )  # fmt: skip
    session.add(made)
    for old in found.ends:
        _hand_over(session, old, found.to, wish)
    session.flush()
    for paper in found.papers:
        made.papers.append(
            TransferPaper(
                place=paper.agreement.municipality_id, agreement=paper.agreement.id, name=paper.agreement.name,
                nature=paper.nature, carried=paper.carried, to_sign=paper.to_sign,
            )
        )  # fmt: skip
    session.flush()
    _carry(session, [one.agreement for one in found.papers if one.carried], found.to, made, speak)
    return made


def _hand_over(session: Any, old: Party, to: Supplier, wish: Wish) -> None:
    """The old one ends where the new one begins. What follows the issuer, as its tax and its account, is the new
    one's to say: until then no invoice can be made."""
    old.valid_to = wish.day
    session.flush()
    supplier = to if old.role in AGREEING else None
    session.add(
        Party(name=to.name, role=old.role, organisation_number=to.organisation_number, valid_from=wish.day,
              supplier=supplier, note=wish.basis)
    )  # fmt: skip


def _carry(session: Any, rows: Collection[Agreement], to: Supplier, made: Transfer, speak: Any) -> None:
    """Let agreements name the new party, in the municipalities' own registers: by the one scope that may."""
    reason = speak(REASON, name=to.name, day=f"{made.day:%d.%m.%Y}", basis=made.basis)
    with scope.use(scope.handing_over(row.municipality_id for row in rows)), scope.saying(reason[:500]):
        for row in rows:
            row.supplier = to
        session.flush()


def tick(session: Any, paper: TransferPaper, day: date | None) -> None:
    """Say when a paper was signed again by both; None when it was not after all. To be committed."""
    if day is not None and day > today():
        raise Problem(N_("Den kan ikke være signert fram i tid."))
    paper.signed_on, paper.ticked_by, paper.ticked_at = day, scope.current().user_name, now()
    session.flush()


def everywhere(session: Any) -> scope.Scope:
    """The content of all municipalities, read; for who leads the project."""
    return replace(scope.current(), read={Domain.CONTENT: frozenset(all_ids(session))})
