"""Datatilsynet's layout of the record of processing activities, as municipalities have copied and added to it."""

from __future__ import annotations

from exchange.guests.guest import Guest
from models.declare.words import N_

PROTOCOL = Guest(
    "datatilsynet",
    N_("Datatilsynets oppsett"),
    "ProcessingActivity",
    {
        "Navn på behandling/prosess": "name",
        "Navn på behandling": "name",
        "Behandling": "name",
        "Behandlingsaktivitet": "name",
        "Ansvarlig avdeling": "unit",
        "Avdeling": "unit",
        "Rolle": "role",
        "Formål": "purpose",
        "Formål med behandlingen": "purpose",
        "Behandlingsgrunnlag (art. 6)": "article6",
        "Behandlingsgrunnlag": "article6",
        "Behandlingsgrunnlag artikkel 6": "article6",
        "Behandlingsgrunnlag særlige kategorier (art. 9)": "article9",
        "Behandlingsgrunnlag artikkel 9": "article9",
        "Supplerende rettsgrunnlag (lov)": "laws.law",
        "Supplerende rettsgrunnlag": "laws.law",
        "Lovhjemmel": "laws.law",
        "Kategorier av registrerte": "subjects.subject",
        "Registrerte": "subjects.subject",
        "Kategorier av personopplysninger": "subjects.personal_data",
        "Personopplysninger": "subjects.personal_data",
        "Særlige kategorier": "special",
        "Kilde": "sources",
        "Mottakere": "recipients",
        "Kategorier av mottakere": "recipients",
        "Databehandler": "processors.supplier",
        "Databehandlere": "processors.supplier",
        "Lenke til databehandleravtale": "processors.agreement",
        "Tredjeland": "transfers.country",
        "Overføring til tredjeland": "transferred",
        "Overføringsgrunnlag": "transfers.ground",
        "Slettefrist": "retention.months",
        "Planlagte tidsfrister for sletting": "retention.months",
        "System/lagringssted": "applications",
        "System": "applications",
        "Sikkerhetstiltak": "measures",
        "Tekniske og organisatoriske sikkerhetstiltak": "measures",
        "Neste revisjon": "review_due",
    },
)
