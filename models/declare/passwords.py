"""Passwords: how they are stored and compared, which are good enough, and how guessing is slowed down."""

from __future__ import annotations

from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.declare.words import N_, Problem

SHORTEST, LONGEST = 12, 200
_DIFFERENT = 5
FREE_ATTEMPTS = 4
_LONGEST_WAIT = timedelta(minutes=15)
_FORGOTTEN_AFTER = timedelta(minutes=5)
# OWASP's minimum for argon2id: about 30 ms, so that two workers survive a burst of sign-ins.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = HASHER.hash("a password nobody has")


def hashed(password: str) -> str:
    return HASHER.hash(password)


def fits(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one; takes as long when nothing is stored, so that time tells nothing."""
    try:
        return HASHER.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def check(new: str, old: str) -> None:
    """Raise Problem when a password may not follow the old one: too short, too long, too plain, or the same."""
    if len(new.strip()) < SHORTEST:
        raise Problem(N_("Passordet må ha minst %(number)s tegn."), number=SHORTEST)
    if len(new) > LONGEST:
        raise Problem(N_("Passordet kan ha høyst %(number)s tegn."), number=LONGEST)
    if len(set(new)) < _DIFFERENT:
        raise Problem(N_("Passordet har for få ulike tegn. Sett sammen flere ord."))
    if new == old:
        raise Problem(N_("Det nye passordet er det samme som det gamle. Velg et annet."))


def remaining(failures: int, locked_until: datetime | None, moment: datetime) -> int:
    """How many of the failed attempts still count: one is forgotten for every five minutes without another, so that a
    wrong guess now and then keeps nobody out for good."""
    if locked_until is None:
        return failures
    last = locked_until - wait_after(failures)
    return max(failures - int((moment - last) / _FORGOTTEN_AFTER), 0)


def wait_after(failures: int) -> timedelta:
    """How long sign-in is held back after so many failed attempts in a row: it doubles from the fifth on."""
    if failures <= FREE_ATTEMPTS:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_ATTEMPTS - 1, 10)), _LONGEST_WAIT)
