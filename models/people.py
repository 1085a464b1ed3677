"""Users, their memberships in municipalities, and roles in the project."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Boolean, CheckConstraint, Date, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models import checks, scope
from models.base import Base, Group, Moment, OwnedRecord, People, Register, Shared, now
from models.choices import Language
from models.fields import Mark, Personal, field, reference
from models.roles import MUNICIPAL_ROLES, PROJECT_ROLES, ROLES
from models.words import N_, Problem, vocabulary

# OWASP's minimum for argon2id: about 30 ms, so that two workers survive a burst of sign-ins.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_FREE_ATTEMPTS = 5
SHORTEST_PASSWORD = 12
_LONGEST_WAIT = timedelta(minutes=15)

MunicipalRole = vocabulary("MunicipalRole", {key.upper(): (key, ROLES[key].name) for key in MUNICIPAL_ROLES})
ProjectRoleName = vocabulary("ProjectRoleName", {key.upper(): (key, ROLES[key].name) for key in PROJECT_ROLES})


class User(Shared, Base):
    """Bruker – en person som logger inn. Kjennes på e-post, aldri på fødselsnummer."""

    __tablename__ = "user_account"
    __register__ = Register(Group.SYSTEM, N_("Brukere"), N_("bruker"), N_("De som kan logge inn. Hva de får gjøre, står under Tilganger."))

    name: Mapped[str] = field(N_("Navn"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True, personal=Personal.PERSONAL, help=N_("Fornavn og etternavn."))
    email: Mapped[str] = field(N_("E-post"), String(200), required=True, mark=Mark.MANDATORY, listed=True, searched=True, valid=checks.email, personal=Personal.PERSONAL, unique=True, help=N_("Adressen personen logger inn med."))
    language: Mapped[Language | None] = field(N_("Språk"), Language, help=N_("La stå tomt for å følge kommunens målform."))
    active: Mapped[bool] = field(N_("Kan logge inn"), Boolean, required=True, default=True, listed=True, help=N_("Fjern krysset når noen slutter."))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_key: Mapped[str] = mapped_column(String(64), default="", nullable=False)
    failed_attempts: Mapped[int] = mapped_column(Integer, default=0, nullable=False)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    last_sign_in: Mapped[datetime | None] = mapped_column(Moment)

    def set_password(self, password: str) -> None:
        """Store the hash, lift any lock, and end every session that began with the old password."""
        self.password_hash = _hasher.hash(password)
        self.session_key = secrets.token_hex(16)
        self.failed_attempts, self.locked_until = 0, None

    def password_matches(self, password: str) -> bool:
        return verify(self.password_hash, password)

    @property
    def is_locked(self) -> bool:
        """Whether sign-in is held back after too many failed attempts."""
        return self.locked_until is not None and now() < self.locked_until

    def note_failure(self) -> None:
        """Count a failed attempt; from the sixth on the wait doubles, up to a quarter of an hour."""
        self.failed_attempts += 1
        if self.failed_attempts >= _FREE_ATTEMPTS:
            wait = timedelta(seconds=2 ** min(self.failed_attempts - _FREE_ATTEMPTS, 10))
            self.locked_until = now() + min(wait, _LONGEST_WAIT)

    def note_success(self) -> None:
        self.failed_attempts, self.locked_until, self.last_sign_in = 0, None, now()


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; takes as long when there is no user, so that time tells nothing."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


_NOBODY = _hasher.hash("a password nobody has")


class Membership(OwnedRecord, People, Base):
    """Tilgang – en rolle en person har i en kommune i en periode."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("municipality_id", "user_id", "role", "valid_from"),
        CheckConstraint("valid_to is null or valid_from is null or valid_from < valid_to", name="period"),
    )
    __register__ = Register(Group.SYSTEM, N_("Tilganger"), N_("tilgang"), N_("Hvem som har hvilken rolle i kommunen."), title="label")

    user: Mapped[Any] = reference(N_("Bruker"), User, required=True, mark=Mark.MANDATORY, listed=True, help=N_("Personen som får tilgang."))
    role: Mapped[Any] = field(N_("Rolle"), MunicipalRole, required=True, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Hva personen får gjøre. Rollene er forklart på hjelpesiden."))
    valid_from: Mapped[date | None] = field(N_("Gjelder fra"), Date, listed=True, valid=checks.sensible_date, help=N_("La stå tomt når den gjelder med en gang."))
    valid_to: Mapped[date | None] = field(N_("Gjelder til"), Date, listed=True, valid=checks.sensible_date, help=N_("Første dag tilgangen ikke gjelder lenger."))

    @property
    def label(self) -> str:
        return f"{self.user} – {self.role.label if self.role else ''}"

    def check(self) -> None:
        """Nobody gives rights to oneself: another person with the right to do so must."""
        if (self.user_id or getattr(self.user, "id", None)) == (scope.current().user_id or 0):
            raise Problem(N_("Du kan ikke endre dine egne tilganger. Be en annen som kan gi tilganger, om å gjøre det."))


class ProjectRole(Shared, Base):
    """Prosjektrolle – en rolle i samarbeidet som gjelder alle kommuner."""

    __tablename__ = "project_role"
    __table_args__ = (UniqueConstraint("user_id", "role", "valid_from"),)
    __register__ = Register(Group.SYSTEM, N_("Prosjektroller"), N_("prosjektrolle"), N_("Roller som gjelder hele samarbeidet."), title="label")

    user_id: ClassVar[Any]
    user: Mapped[Any] = reference(N_("Bruker"), User, required=True, listed=True, help=N_("Personen som får rollen."))
    role: Mapped[Any] = field(N_("Rolle"), ProjectRoleName, required=True, listed=True, filtered=True, help=N_("Hva personen får gjøre."))
    valid_from: Mapped[date | None] = field(N_("Gjelder fra"), Date, listed=True, valid=checks.sensible_date, help=N_("La stå tomt når den gjelder med en gang."))
    valid_to: Mapped[date | None] = field(N_("Gjelder til"), Date, listed=True, valid=checks.sensible_date, help=N_("Første dag rollen ikke gjelder lenger."))

    @property
    def label(self) -> str:
        return f"{self.user} – {self.role.label if self.role else ''}"

    def check(self) -> None:
        """Nobody gives rights to oneself: another person with the right to do so must."""
        if (self.user_id or getattr(self.user, "id", None)) == (scope.current().user_id or 0):
            raise Problem(N_("Du kan ikke endre dine egne tilganger. Be en annen som kan gi tilganger, om å gjøre det."))
