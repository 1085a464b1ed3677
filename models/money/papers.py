"""An invoice or a credit note that is to be, all of a run, and what hinders them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from models.declare.words import N_, Saying
from models.money.lines import Line
from models.registers.invoices import CREDIT_NOTE, ON_ACCOUNT, Invoice
from models.registers.municipality import Municipality
from models.registers.parties import Party

NO_REFERENCE = N_("Fakturareferanse mangler.")
NO_NUMBER = N_("Organisasjonsnummer mangler.")
NO_ISSUER = N_("Ingen er fakturautsteder i dag. Registrer en under Parter.")
NEEDED = {
    "organisation_number": N_("Fakturautstederen mangler organisasjonsnummer. Fyll det ut under Parter."),
    "account": N_("Fakturautstederen mangler kontonummer. Fyll det ut under Parter."),
    "vat": N_("Det er ikke sagt om fakturautstederen beregner merverdiavgift. Fyll det ut under Parter."),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice or a credit note that is to be. With `hinders` it cannot be; `warnings` are worth a look. `refers` are
    the documents that a credit note of a settlement names, number and day."""

    municipality: Municipality
    nature: str
    year: int
    quarter: int
    lines: tuple[Line, ...] = ()
    hinders: tuple[Saying, ...] = ()
    warnings: tuple[Saying, ...] = ()
    credits: Invoice | None = None
    replaces_id: int | None = None
    about: str = ON_ACCOUNT
    refers: tuple[tuple[str, str], ...] = ()

    @property
    def net_ore(self) -> int:
        return sum(line.charged for line in self.lines)

    @property
    def payable(self) -> list[Line]:
        """The lines there is something to pay of."""
        return [line for line in self.lines if line.charged]

    @property
    def signed_ore(self) -> int:
        return -self.net_ore if self.nature == CREDIT_NOTE else self.net_ore


@dataclass(frozen=True)
class Plan:
    """All papers of a run, those that nothing hinders and the others; who issues them; what hinders the whole."""

    papers: Sequence[Paper]
    hindered: Sequence[Paper]
    done: int
    issuer: Party | None
    hinders: tuple[Saying, ...]

    @property
    def total_ore(self) -> int:
        return sum(paper.signed_ore for paper in self.papers)

    @cached_property
    def digest(self) -> str:
        """What is approved: every line of every paper, who pays by which reference, and who issues."""
        issuer = self.issuer
        told: list[Any] = [[issuer.id, issuer.version] if issuer else None]
        for one in sorted(self.papers, key=lambda paper: (paper.municipality.id, paper.nature)):
            lines = [line.told for line in one.payable]
            credits, place = one.credits.id if one.credits else None, one.municipality
            told.append([place.id, place.invoice_reference, one.nature, credits, one.replaces_id, *lines, *one.refers])
        return sha256(json.dumps(told).encode()).hexdigest()


def of_buyer(place: Municipality) -> Iterable[Saying]:
    if not place.invoice_reference:
        yield Saying(NO_REFERENCE, {})
    if not place.organisation_number:
        yield Saying(NO_NUMBER, {})


def of_issuer(issuer: Party | None) -> Iterable[Saying]:
    if issuer is None:
        yield Saying(NO_ISSUER, {})
        return
    for key, said in NEEDED.items():
        if not getattr(issuer, key):
            yield Saying(said, {})
