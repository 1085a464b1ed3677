"""How long what is kept, and what happens then; what nobody has settled stands first."""

from models.declare.choices import Disposal
from models.declare.conditions import some, when
from models.declare.words import N_
from models.queries.overview import lacks_retention
from models.queries.rules import ALIVE, BY_CODE, breaks
from models.queries.told import holds
from models.registers.processing import ProcessingActivity, is_controller
from reports.base import Group
from reports.coordinating.listing import unit_of
from reports.coordinating.parts import PartsOf

_alive = ALIVE[ProcessingActivity]

RETENTION = PartsOf(
    "lagring-og-sletting",
    N_("Lagring og sletting"),
    N_("Hvor lenge opplysninger lagres, og hva som skjer etterpå. Det som ikke er avklart, står først."),
    group=Group.PROTECTION,
    choices=(unit_of(ProcessingActivity),),
    within="retention",
    sheet=N_("Slettefrister"),
    of=lambda: holds(ProcessingActivity, _alive & is_controller),
    findings=(
        ("lacks", lambda: holds(ProcessingActivity, _alive & lacks_retention), N_("Slettefristen mangler.")),
        (
            "undecided",
            lambda: holds(ProcessingActivity, some("retention", when("disposal", Disposal.UNDECIDED))),
            N_("Hva som skjer etter fristen, er uavklart."),
        ),
        ("dateless", lambda: breaks(BY_CODE["Q16"]), BY_CODE["Q16"].says),
    ),
    instead="retention_reason",
    under="words",
    empty=N_("Ingen behandlinger i dette utvalget."),
)
