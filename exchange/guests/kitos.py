"""KITOS, the system overview of Danish municipalities: its exports of system usages and of contracts.

The headings are those of its overviews (os2kitos/kitos_frontend), which its export writes.
"""

from __future__ import annotations

from exchange.guests.guest import NO_FIELD, Guest
from models.declare.words import N_

NAME = N_("KITOS")
SYSTEMS = Guest(
    "kitos",
    NAME,
    "Application",
    {
        "IT System": "name",
        "IT-System (Beskrivelse)": "description",
        "Version": "version_name",
        "Lokal kaldenavn": "short_name",
        "Tidligere systemnavn": "aliases",
        "Ansv. organisationsenhed": "unit",
        "Relevante organisationsenheder": "used_by",
        "Leverandør": "supplier",
        "Ibrugtagningsdato": "in_use_from",
        "Slutdato for anvendelse": "retires",
        "IT Kontrakter": "agreements",
        "Noter": "notes",
        "Antal brugere": "user_count",
        "Kritikalitet": NO_FIELD,
        "Livscyklus": NO_FIELD,
        "Status": NO_FIELD,
    },
    marked=frozenset({"IT System", "Livscyklus"}),
)
CONTRACTS = Guest(
    "kitos-contracts",
    NAME,
    "Agreement",
    {
        "IT Kontrakt": "name",
        "Kontrakt ID": "number",
        "Leverandør": "supplier",
        "Kontrakttype": "nature",
        "Gyldig fra": "starts",
        "Gyldig til": "ends",
        "Option": "options",
        "Opsigelse (måneder)": "notice_months",
        "Drift/år": "value_ore",
        "Dokument ID/Sagsnr.": "archive_reference",
        "IT Systemer": "applications",
        "Status": NO_FIELD,
    },
    marked=frozenset({"IT Kontrakt", "Kontrakt ID"}),
)
