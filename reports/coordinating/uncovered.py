"""Which applications hold personal data without a data processing agreement (domain handbook 8, story 13)."""

from models.declare.words import N_
from models.queries.rules import BY_CODE, breaks
from models.registers.architecture import Application
from reports.base import Group
from reports.coordinating.listing import Listed, Listing, by_unit, unit_of

UNCOVERED = Listed(
    "uten-databehandleravtale",
    N_("Uten databehandleravtale"),
    N_("Applikasjoner med personopplysninger der ingen databehandleravtale gjelder, ordnet etter enhet."),
    group=Group.PROTECTION,
    choices=(unit_of(Application),),
    listings=(
        Listing(
            N_("Applikasjoner uten databehandleravtale"),
            Application,
            ("unit", "owner", "supplier", "personal_data", "criticality", "hosting"),
            lambda _ask: [breaks(BY_CODE["Q3c"])],
            first=by_unit(Application),
            by_unit=True,
            wrong=True,
            empty=N_("Alle applikasjonene med personopplysninger har en avtale som gjelder."),
        ),
    ),
)
