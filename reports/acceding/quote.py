"""Tilbud: what it would cost a municipality to join, from which day, and until when that may be accepted."""

from __future__ import annotations

from datetime import date

from models.declare.words import N_
from reports.acceding.writing import (
    MONTH_RULE,
    Basis,
    Writer,
    about_party,
    about_place,
    founding,
    price_notes,
    prices,
)
from reports.document import Document, Part


def write(base: Basis, language: str, valid_to: date) -> tuple[Document, list[str]]:
    """The quote, and what it lacks."""
    w = Writer(language)
    t = w.t
    facts = [
        *about_place(w, base.place),
        *about_party(w, base.party),
        w.fact(N_("Fakturautsteder"), base.issuer.name if base.issuer else None),
        w.fact(N_("Samarbeidsform"), base.issuer.cooperation if base.issuer else None),
        (t("Første dag"), f"{base.first_day:%d.%m.%Y}"),
        (t("Tilbudet gjelder til"), f"{valid_to:%d.%m.%Y}"),
        (t("Grunnlegger"), founding(base.place, t)),
    ]
    parts = [
        prices(w, base),
        Part(t("Slik regnes det"), [], " ".join([t(MONTH_RULE), *price_notes(w, base)])),
        Part(t("Hva kommunen får"), [], t(
            "Orden: registre over systemer, datasett, avtaler og behandlinger, behandlingsprotokollen og rapportene "
            "som følger av dem, felleskatalogen, drift og brukerstøtte. De faktiske kostnadene i samarbeidet fordeles "
            "etter selvkost, og a konto-beløpene avregnes mot dem hvert år."
        )),
        Part(t("Veien videre"), [], t(
            "Sier kommunen ja innen fristen, får den tilslutningsavtalen og databehandleravtalen til underskrift. "
            "Orden åpner for kommunen den dagen begge er signert av begge parter og gjelder."
        )),
    ]  # fmt: skip
    return w.document(base, t("Tilbud om tilslutning"), facts, [], parts), w.lacks
