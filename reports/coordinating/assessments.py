"""Risk: which assessments are old, and what should have one and has none. Who may not read of risk is told nothing."""

from models.declare.words import N_
from models.queries.rules import BY_CODE, breaks
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from reports.base import Group
from reports.coordinating.listing import Listed, Listing

ASSESSMENTS = Listed(
    "risikovurderinger",
    N_("Risikovurderinger"),
    N_("Vurderinger eldre enn to år, og det som skulle vært vurdert og ikke er det."),
    group=Group.PROTECTION,
    listings=(
        Listing(
            N_("Eldre enn to år"),
            RiskAssessment,
            ("application", "activity", "risk_owner", "assessed_on", "review_due"),
            lambda _ask: [breaks(BY_CODE["Q6"])],
            first=lambda: (RiskAssessment.assessed_on,),
            empty=N_("Ingen risikovurderinger du kan lese, er eldre enn to år."),
        ),
        Listing(
            N_("Kritiske systemer uten ROS"),
            Application,
            ("unit", "owner", "criticality", "personal_data"),
            lambda _ask: [breaks(BY_CODE["Q6b"])],
            empty=N_("Ingen kritiske systemer mangler risikovurdering, så langt du kan lese."),
        ),
        Listing(
            N_("Behandlinger som trolig trenger DPIA"),
            ProcessingActivity,
            ("unit", "responsible", "special", "status"),
            lambda _ask: [breaks(BY_CODE["Q5b"])],
            empty=N_("Ingen behandlinger venter på å bli vurdert, så langt du kan lese."),
        ),
    ),
)
