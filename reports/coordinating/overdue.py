"""Which processing activities should have been gone through by now."""

from models.declare.words import N_
from models.queries.rules import BY_CODE, breaks
from models.registers.processing import ProcessingActivity
from reports.base import Group
from reports.coordinating.listing import Listed, Listing, More, unit_of
from reports.table import Kind

OVERDUE = Listed(
    "forbi-revisjon",
    N_("Behandlinger forbi revisjon"),
    N_("Behandlingene der revisjonsdatoen er passert. De som har ventet lengst, står først."),
    group=Group.PROTECTION,
    choices=(unit_of(ProcessingActivity),),
    listings=(
        Listing(
            N_("Forbi revisjon"),
            ProcessingActivity,
            ("unit", "responsible", "status", "approved_on", "review_due"),
            lambda _ask: [breaks(BY_CODE["Q8a"])],
            first=lambda: (ProcessingActivity.review_due,),
            more=(More(N_("Dager over tiden"), Kind.INTEGER, lambda row, ask: (ask.today - row["review_due"]).days),),
            empty=N_("Ingen behandlinger er forbi revisjonsdatoen."),
        ),
    ),
)
