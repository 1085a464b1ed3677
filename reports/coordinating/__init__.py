"""What coordinators and the data protection officer ask for: each a few columns, in a small file of its own."""

from reports.coordinating.abroad import ABROAD
from reports.coordinating.altered import ALTERED
from reports.coordinating.assessments import ASSESSMENTS
from reports.coordinating.control import CONTROL
from reports.coordinating.costs import COSTS
from reports.coordinating.deadlines import DEADLINES, ENDING
from reports.coordinating.matrix import MATRIX
from reports.coordinating.overdue import OVERDUE
from reports.coordinating.ownerless import OWNERLESS
from reports.coordinating.procurement import PROCUREMENT
from reports.coordinating.progress_by_unit import PROGRESS_BY_UNIT
from reports.coordinating.retention import RETENTION
from reports.coordinating.roadmap import ROADMAP
from reports.coordinating.servicemap import SERVICES
from reports.coordinating.uncovered import UNCOVERED
from reports.coordinating.yearly import YEARLY

COORDINATING = (
    UNCOVERED,
    OVERDUE,
    RETENTION,
    ABROAD,
    ASSESSMENTS,
    MATRIX,
    YEARLY,
    OWNERLESS,
    DEADLINES,
    ENDING,
    COSTS,
    PROCUREMENT,
    PROGRESS_BY_UNIT,
    ALTERED,
    CONTROL,
    SERVICES,
    ROADMAP,
)
