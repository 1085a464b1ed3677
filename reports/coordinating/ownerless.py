"""Which applications nobody decides over."""

from models.declare.words import N_
from models.queries.rules import BY_CODE, breaks
from models.registers.architecture import Application
from reports.base import Group
from reports.coordinating.listing import Listed, Listing, by_unit, unit_of

OWNERLESS = Listed(
    "uten-eier",
    N_("Applikasjoner uten systemeier"),
    N_("Systemene ingen bestemmer over, ordnet etter enhet."),
    group=Group.SYSTEMS,
    choices=(unit_of(Application),),
    listings=(
        Listing(
            N_("Uten systemeier"),
            Application,
            ("unit", "manager", "supplier", "personal_data", "criticality"),
            lambda _ask: [breaks(BY_CODE["Q7a"])],
            first=by_unit(Application),
            by_unit=True,
            wrong=True,
            empty=N_("Alle applikasjonene har en systemeier."),
        ),
    ),
)
