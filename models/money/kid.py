"""The customer identification of a payment (KID): the number of the invoice with a check digit."""

from __future__ import annotations

from itertools import cycle

from models.declare.charging import KidKind

DIGITS = 7  # of the number; the bank is told one length


def kid_of(number: int, kind: KidKind | None) -> str:
    """The KID of an invoice; empty where the issuer has none. MOD11 ends with a hyphen where the digit would be 10."""
    if kind is None:
        return ""
    digits = f"{number:0{DIGITS}d}"
    return digits + (mod10(digits) if kind is KidKind.MOD10 else mod11(digits))


def mod10(digits: str) -> str:
    """Luhn: every second digit from the right doubled, and the digits of all that added up."""
    doubled = [int(digit) * weight for digit, weight in zip(reversed(digits), cycle((2, 1)), strict=False)]
    return str(-sum(n // 10 + n % 10 for n in doubled) % 10)


def mod11(digits: str) -> str:
    """Weights 2 to 7 from the right, again and again."""
    weighted = sum(int(digit) * weight for digit, weight in zip(reversed(digits), cycle(range(2, 8)), strict=False))
    check = -weighted % 11
    return "-" if check == 10 else str(check)
