"""Value added tax of what an issuer sells, by how the issuer stands to it (domain handbook 4.4)."""

from __future__ import annotations

from models.declare.charging import VatStatus

PERCENT = {VatStatus.STANDARD: 25}


def vat_of(net_ore: int, status: VatStatus) -> int:
    """The tax of an amount, rounded half up to whole øre, once of the whole."""
    return (2 * net_ore * PERCENT.get(status, 0) + 100) // 200
