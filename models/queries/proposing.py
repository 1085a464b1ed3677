"""What a processing activity may be proposed to say, by its template and by what the municipality has registered.

Proposals, for somebody to confirm: nothing is saved by them. What only people can judge is never among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Row, func, select

from models.declare.choices import Answer, ContactRole, Lifecycle
from models.queries.told import holds
from models.registers.agreements import Agreement, is_in_force, is_processing_agreement
from models.registers.architecture import Application
from models.registers.catalogue import Product
from models.registers.codes import ProductCategory
from models.registers.data import Dataset
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity, ProcessorRow, SubjectRow
from models.tenancy import scope

# The categories of data subjects that are children, by their codes in `models/facts`.
CHILDREN = frozenset({"kindergarten-child", "pupil", "child-welfare-family"})


def proposals(session: Any, row: Any) -> dict[str, Any]:
    """Values by the names of their fields: of references the id, of links what has the id, of parts what stands for
    them. Nothing of a row that came from no template. Who sees several municipalities is proposed what is of the row's
    own."""
    if not isinstance(row, ProcessingActivity) or row.template is None:
        return {}
    kinds, about = [kind.id for kind in row.template.product_categories], _about(row.subjects)
    with scope.use(scope.current().within([row.municipality_id])):
        found = _registered(session, kinds) | about
    return {key: value for key, value in found.items() if value}


def _registered(session: Any, kinds: Collection[int]) -> dict[str, Any]:
    """What follows from the applications of some kinds that are in use."""
    used = _applications(session, kinds)
    ids, unit = [one.id for one in used], _only(one.unit_id for one in used)
    processors = _processors(session, ids)
    return {
        "applications": used,
        "datasets": _datasets(session, ids),
        "unit": unit,
        "responsible": _manager(session, unit),
        "has_processors": Answer.YES if processors else None,
        "processors": processors,
        "privacy_notice": _usual_notice(session),
    }


def _applications(session: Any, kinds: Collection[int]) -> list[Row[Any]]:
    """Those in use of which the product is of a kind the template speaks of: id and unit."""
    found = select(Application.id, Application.unit_id).join(Application.product).join(Product.category)
    wanted = found.where(ProductCategory.id.in_(kinds), Application.status == Lifecycle.IN_USE)
    return list(session.execute(wanted.order_by(Application.sort_key)))


def _datasets(session: Any, used: list[int]) -> list[SimpleNamespace]:
    """What an application keeps where that is one dataset; of several nobody knows which are meant."""
    found = select(Application.id, Dataset.id).join(Dataset.applications).where(Application.id.in_(used))
    told = session.execute(found.order_by(Dataset.sort_key)).all()
    number = Counter(application for application, _dataset in told)
    alone = dict.fromkeys(dataset for application, dataset in told if number[application] == 1)
    return [SimpleNamespace(id=dataset) for dataset in alone]


def _processors(session: Any, used: list[int]) -> list[SimpleNamespace]:
    """Who the data processing agreements in force of these applications are with, as parts that are not there yet."""
    found = select(Agreement.id, Agreement.supplier_id).join(Agreement.applications)
    alive = holds(Agreement, is_processing_agreement & is_in_force) & Agreement.supplier_id.is_not(None)
    told = session.execute(found.where(Application.id.in_(used), alive).order_by(Agreement.sort_key))
    return [
        SimpleNamespace(register=ProcessorRow, id=None, supplier_id=supplier, agreement_id=agreement)
        for agreement, supplier in dict.fromkeys(map(tuple, told))
    ]


def _manager(session: Any, unit: int | None) -> int | None:
    """Who leads a unit, where that is one person."""
    leads = (ContactPerson.unit.has(id=unit), ContactPerson.role == ContactRole.UNIT_MANAGER)
    found = select(ContactPerson.id).where(*leads).limit(2)
    return _only(session.scalars(found)) if unit else None


def _usual_notice(session: Any) -> Any:
    """The privacy notice that most activities lead to."""
    notice = ProcessingActivity.privacy_notice
    found = select(notice).where(notice.is_not(None)).group_by(notice).order_by(func.count().desc(), notice)
    return session.scalars(found.limit(1)).first()


def _about(subjects: list[SubjectRow]) -> dict[str, Answer | None]:
    """That the people it is about are children, or vulnerable in another way. Of others it is for people to say."""
    children = any(one.subject.code in CHILDREN for one in subjects)
    others = any(one.subject.vulnerable is Answer.YES and one.subject.code not in CHILDREN for one in subjects)
    return {"children": Answer.YES if children else None, "vulnerable": Answer.YES if others else None}


def _only(values: Any) -> Any:
    """The one value there is; None of none and of several."""
    found = set(values)
    return found.pop() if len(found) == 1 else None
