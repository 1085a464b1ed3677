"""OS2compliance, the record of Danish municipalities: its exports of processing activities and of systems.

The headings are those its export writes (OS2compliance/OS2compliance, `RegisterDTO` and `AssetDTO`).
"""

from __future__ import annotations

from exchange.guests.guest import NO_FIELD, Guest
from models.declare.words import N_

NAME = N_("OS2compliance")
ACTIVITIES = Guest(
    "os2compliance",
    NAME,
    "ProcessingActivity",
    {
        "Titel": "name",
        "Afdeling": "unit",
        "Opdateret": NO_FIELD,
        "Konsekvens vurdering": NO_FIELD,
        "Risiko vurdering": NO_FIELD,
        "Risiko aktiver": NO_FIELD,
        "Status": NO_FIELD,
        "Aktiver": NO_FIELD,
    },
    marked=frozenset({"Titel", "Konsekvens vurdering"}),
)
SYSTEMS = Guest(
    "os2compliance-systems",
    NAME,
    "Application",
    {
        "Navn": "name",
        "Leverandør": "supplier",
        "Tredjelandsoverførsel": NO_FIELD,
        "Type": NO_FIELD,
        "Systemejer": "owner",
        "Systemansvarlig": "manager",
        "Opdateret": NO_FIELD,
        "Antal beh.": NO_FIELD,
        "Risiko vurdering": NO_FIELD,
        "Status": NO_FIELD,
    },
    marked=frozenset({"Tredjelandsoverførsel", "Antal beh."}),
)
