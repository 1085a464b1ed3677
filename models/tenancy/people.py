"""Users, their memberships in municipalities, and roles in the project."""

# ruff: noqa: E501 - a register is a table: one field, one line
# fmt: off
from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    Integer,
    String,
    UniqueConstraint,
    case,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, object_session, relationship

from models.declare import passwords, periods
from models.declare.base import Base, Group, OwnedRecord, People, Register, Shared
from models.declare.choices import Language, SignInFailure
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.fields import Copied, Mark, Personal, field, reference
from models.declare.shapes import Moment, Shape
from models.declare.words import N_, Problem, Saying, vocabulary
from models.tenancy import scope
from models.tenancy.roles import MUNICIPAL_ROLES, PROJECT_ROLES, ROLES, Access, in_force

UNPROVEN = N_("Ingen har bekreftet e-postadressen til personen, så bare kommunen som inviterte, gir roller. Brukerstøtte bekrefter den ved å lage et nytt passord og overlevere det selv.")
MunicipalRole = vocabulary("MunicipalRole", {key.upper(): (key, ROLES[key].name) for key in MUNICIPAL_ROLES})
ProjectRoleName = vocabulary("ProjectRoleName", {key.upper(): (key, ROLES[key].name) for key in PROJECT_ROLES})


class User(Shared, Base):
    """Bruker – en person som logger inn. Kjennes på e-post, aldri på fødselsnummer.

    Who came in by a link that the inviter saw may not be the one the address belongs to: `vouched_in` is the
    municipality that answers for it, and that alone gives roles, until the address is proven by a letter sent to it or
    by support. None of an address that is proven.
    """

    __tablename__ = "user_account"
    __register__ = Register(Group.SYSTEM, N_("Brukere"), N_("bruker"), N_("De som kan logge inn. Hva de får gjøre, står under Tilganger."))

    __untold__: ClassVar[dict[str, str]] = {"password_hash": N_("Passord")}  # that it changed is logged, never what it is
    project_roles: ClassVar[Any]
    memberships: ClassVar[Any]

    name: Mapped[str] = field(N_("Navn"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True, personal=Personal.PERSONAL, help=N_("Fornavn og etternavn."))
    email: Mapped[str] = field(N_("E-post"), Shape.EMAIL, required=True, mark=Mark.MANDATORY, listed=True, searched=True, personal=Personal.PERSONAL, unique=True, help=N_("Adressen personen logger inn med."))
    language: Mapped[Language | None] = field(N_("Språk"), Language, help=N_("La stå tomt for å følge kommunens målform."))
    active: Mapped[bool] = field(N_("Kan logge inn"), Boolean, required=True, default=True, listed=True, help=N_("Fjern krysset når noen slutter."))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_key: Mapped[str] = mapped_column(String(64), default="", nullable=False)
    failed_attempts: Mapped[int] = mapped_column(Integer, default=0, nullable=False)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    last_sign_in: Mapped[datetime | None] = field(N_("Sist logget inn"), Moment, in_form=False, personal=Personal.PERSONAL, help=N_("Når innlogging sist gikk bra."))
    last_failed: Mapped[datetime | None] = field(N_("Sist forsøkt uten å komme inn"), Moment, in_form=False, personal=Personal.PERSONAL, help=N_("Når noen sist prøvde å logge inn med adressen uten å komme inn."))
    last_failure: Mapped[SignInFailure | None] = field(N_("Hvorfor det ikke gikk"), SignInFailure, in_form=False, help=N_("Hva som stod i veien den gangen."))
    vouched_in: Mapped[int | None] = mapped_column(Integer)
    grants_seen: Mapped[int] = mapped_column(Integer, default=0, nullable=False)
    settings: Mapped[str] = mapped_column(String(8000), default="", nullable=False)  # JSON: views/preferences.py

    def set_password(self, password: str) -> None:
        """Store the hash, lift any lock, and end every session that began with the old password."""
        self.set_hash(passwords.hashed(password))

    def set_hash(self, hashed: str) -> None:
        """The same, of a password that is hashed already."""
        self.password_hash = hashed
        self.session_key = secrets.token_hex(16)
        self.failed_attempts, self.locked_until = 0, None

    def password_matches(self, password: str) -> bool:
        return passwords.fits(password, self.password_hash)

    @property
    def is_locked(self) -> bool:
        """Whether sign-in is held back after too many failed attempts."""
        return self.locked_until is not None and now() < self.locked_until

    def note_failure(self) -> bool:
        """Count a failed attempt, and hold sign-in back for the wait that follows from it: whether there is one."""
        counting = passwords.remaining(self.failed_attempts, self.locked_until, now())
        wait, forgotten = passwords.wait_after(counting + 1), self.failed_attempts - counting
        attempts = case((User.failed_attempts > forgotten, User.failed_attempts - forgotten), else_=0)
        why = SignInFailure.WRONG_PASSWORD if self.password_hash else SignInFailure.NO_PASSWORD
        told = {"last_failed": now(), "last_failure": why}
        self._note(failed_attempts=attempts + 1, locked_until=now() + wait if wait else None, **told)
        return bool(wait)

    def note_refused(self, why: SignInFailure) -> None:
        """Note that somebody was kept out whatever the password was."""
        self._note(last_failed=now(), last_failure=why)

    def note_success(self, *, comes_in: bool = True) -> None:
        """The password was right; without a role that counts today it leads nowhere all the same."""
        key = case((User.session_key == "", secrets.token_hex(16)), else_=User.session_key)
        told = {"last_sign_in": now()} if comes_in else {"last_failed": now(), "last_failure": SignInFailure.NO_ROLE}
        self._note(failed_attempts=0, locked_until=None, session_key=key, **told)

    def unlock(self) -> None:
        """Let the person try again at once."""
        self._note(failed_attempts=0, locked_until=None)

    def instead(self, key: str, today: date) -> Saying | None:
        """«Kan logge inn» tells of more than the tick: a lock, a missing password, no role that counts."""
        if key != "active" or not self.active:
            return None
        if self.is_locked:
            return Saying(N_("Nei, låst til %(until)s"), {"until": self.locked_until})
        if not self.password_hash:
            return Saying(N_("Nei, mangler passord"), {})
        return None if has_role(self, today) else Saying(N_("Nei, ingen rolle gjelder her i dag"), {})

    def note_grants_seen(self, last: int) -> None:
        """Roles given by the project up to this entry of the history are not told of again."""
        self._note(grants_seen=last)

    def note_settings(self, settings: str) -> None:
        """What the person has chosen about lists changes nothing anybody else keeps."""
        self._note(settings=settings)

    def prove(self) -> None:
        """The address is known to be this person's: roles may be given everywhere."""
        self._note(vouched_in=None)

    def is_proven_in(self, place: int | None) -> bool:
        """Whether a role may be given in a municipality, or with None in the project, to who has the password."""
        return self.vouched_in is None or self.vouched_in == place

    def end_sessions(self) -> None:
        """The key in every cookie there is no longer fits."""
        self._note(session_key=secrets.token_hex(16))

    def _note(self, **values: Any) -> None:
        """Written past the version: to sign in changes nothing anybody keeps, and two attempts at once both count."""
        session = object_session(self)
        assert session is not None  # noqa: S101 - a programming error, not input
        session.execute(update(User).where(User.id == self.id).values(values))


def has_role(user: Any, day: date) -> bool:
    """Whether any role of a person within the scope counts on a day."""
    return any(in_force(one.valid_from, one.valid_to, day) for one in (*user.memberships, *user.project_roles))


def others_who_write(session: Any, row: Any, but: int, day: date) -> bool:
    """Whether anybody else has the right to change an owned row of this kind where it belongs. Whoever asks need not be
    one who sees who has which role: that there are others is all that is told."""
    writing = [name for name in MUNICIPAL_ROLES if ROLES[name].domains.get(row.__domain__, Access.NONE) >= Access.WRITE]
    now, place = scope.current(), row.municipality_id
    sees = place in now.readable(Domain.PEOPLE)
    with scope.use(now.around(row) if sees else scope.Scope(read={Domain.PEOPLE: frozenset([place])}, everyone=True)):
        held = select(Membership).join(User, User.id == Membership.user_id)
        held = held.where(User.active, User.password_hash.is_not(None), Membership.user_id != but)
        held = held.where(Membership.role.in_(writing))
        return any(in_force(one.valid_from, one.valid_to, day) for one in session.scalars(held))


def still_here(session: Any, people: Iterable[int], place: int, day: date) -> set[int]:
    """Those of some people who may sign in and hold a role in a municipality, or in the project, on a day."""
    held = [
        select(one.user_id).where(or_(one.valid_from.is_(None), one.valid_from <= day), or_(one.valid_to.is_(None), one.valid_to > day))
        for one in (Membership, ProjectRole)
    ]
    with scope.use(scope.Scope(read={Domain.PEOPLE: frozenset([place])}, everyone=True)):
        return set(session.scalars(select(User.id).where(User.id.in_(people), User.active, or_(*map(User.id.in_, held)))))


def refuse_twice(row: Any) -> None:
    """Raise Problem when the person holds the role already in some of the period. Periods are half-open."""
    session, cls = object_session(row), type(row)
    if session is None or row in session.deleted:
        return
    held = select(cls).where(cls.user_id == row.user.id, cls.role == row.role, cls.id != (row.id or 0))
    if isinstance(row, Membership):
        held = held.where(Membership.municipality_id == row.municipality_id)
    for other in session.scalars(held):
        if periods.meet(row, other):
            raise Problem(N_("Personen har denne rollen i perioden fra før. Endre den, eller velg en annen periode."))


def refuse_own(row: Any) -> None:
    """Raise Problem when a role is, was or becomes one's own: who may give roles gives none to oneself, and takes none."""
    state = inspect(row).attrs
    people = [row.user, *state.user.history.sum(), *[one for one in state.user_id.history.sum() if one is not None]]
    if (scope.current().user_id or 0) in {getattr(one, "id", one) for one in people}:
        raise Problem(N_("Du kan ikke endre dine egne tilganger. Be en annen som kan gi tilganger, om å gjøre det."))


def refuse_unproven(row: Any) -> None:
    """Raise Problem when the address was never proven, and another municipality alone answers for who has it."""
    if row.user is not None and not row.user.is_proven_in(getattr(row, "municipality_id", None)):
        raise Problem(UNPROVEN)


class Membership(OwnedRecord, People, Base):
    """Tilgang – en rolle en person har i en kommune i en periode."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("municipality_id", "user_id", "role", "valid_from"),
        CheckConstraint("valid_to is null or valid_from is null or valid_from < valid_to", name="period"),
    )
    __register__ = Register(Group.SYSTEM, N_("Tilganger"), N_("tilgang"), N_("Hvem som har hvilken rolle i kommunen."), title="label")

    user: Mapped[Any] = reference(N_("Bruker"), User, required=True, mark=Mark.MANDATORY, listed=True, copied=Copied.ANEW, help=N_("Personen som får tilgang."))
    role: Mapped[Any] = field(N_("Rolle"), MunicipalRole, required=True, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Hva personen får gjøre. Rollene er forklart på hjelpesiden."))
    valid_from: Mapped[date | None] = field(N_("Gjelder fra"), Date, listed=True, help=N_("La stå tomt når den gjelder med en gang."))
    valid_to: Mapped[date | None] = field(N_("Gjelder til"), Date, after="valid_from", listed=True, help=N_("Første dag tilgangen ikke gjelder lenger."))

    @property
    def label(self) -> str:
        return f"{self.user} – {self.role.label if self.role else ''}"

    def check(self) -> None:
        """Nobody gives rights to oneself: another person with the right to do so must."""
        refuse_own(self)
        refuse_unproven(self)
        refuse_twice(self)


class ProjectRole(Shared, Base):
    """Prosjektrolle – en rolle i samarbeidet som gjelder alle kommuner."""

    __tablename__ = "project_role"
    __table_args__ = (UniqueConstraint("user_id", "role", "valid_from"),)
    __register__ = Register(Group.SYSTEM, N_("Prosjektroller"), N_("prosjektrolle"), N_("Roller som gjelder hele samarbeidet."), title="label")

    user_id: ClassVar[Any]
    user: Mapped[Any] = reference(N_("Bruker"), User, required=True, listed=True, copied=Copied.ANEW, help=N_("Personen som får rollen."))
    role: Mapped[Any] = field(N_("Rolle"), ProjectRoleName, required=True, listed=True, filtered=True, help=N_("Hva personen får gjøre."))
    valid_from: Mapped[date | None] = field(N_("Gjelder fra"), Date, listed=True, help=N_("La stå tomt når den gjelder med en gang."))
    valid_to: Mapped[date | None] = field(N_("Gjelder til"), Date, after="valid_from", listed=True, help=N_("Første dag rollen ikke gjelder lenger."))

    @property
    def label(self) -> str:
        return f"{self.user} – {self.role.label if self.role else ''}"

    def check(self) -> None:
        """Nobody gives rights to oneself: another person with the right to do so must."""
        refuse_own(self)
        refuse_unproven(self)
        refuse_twice(self)


User.project_roles = relationship(ProjectRole, viewonly=True)
User.memberships = relationship(Membership, viewonly=True, primaryjoin=User.id == foreign(Membership.user_id))
