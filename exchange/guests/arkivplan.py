"""The system form of arkivplan.no: one system a sheet or a column, fields under each other."""

from __future__ import annotations

from exchange.guests.guest import Guest
from models.declare.words import N_

SYSTEMS = Guest(
    "arkivplan",
    N_("Arkivplans systemskjema"),
    "Application",
    {
        "Systemnavn": "name",
        "Tatt i bruk": "in_use_from",
        "Avsluttet dato": "retires",
        "Innhold": "description",
        "Systemansvarlig": "manager",
        "Leverandør": "supplier",
        "Databaseplattform": "platform",
        "Systemeier": "owner",
        "Sletting av data": "erasure_routine",
        "Antall brukere": "user_count",
        "Administrative data - Merknader": "notes",
        "Overføring": "deposit",
    },
    marked=frozenset({"Systemnavn", "Tatt i bruk"}),
)
