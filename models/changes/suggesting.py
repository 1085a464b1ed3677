"""What an application usually belongs with, by the card in the catalogue it is of: the activities it is used in, of the
templates for systems of its kind, and the datasets it holds. Suggestions, for somebody to take."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models.changes.adopting import adopt
from models.changes.beginning import begun, with_defaults
from models.declare.choices import RecordStatus
from models.declare.folding import fold
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate
from models.registers.data import Dataset
from models.registers.processing import ProcessingActivity
from models.registers.usual import DATASETS
from models.tenancy.roles import Actor


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A template of which a draft would be made, an activity that is there and would be linked, or the name of a
    dataset in bokmål. `key` is what it is asked for by."""

    key: str
    template: ProcessingTemplate | None = None
    activity: ProcessingActivity | None = None
    dataset: str = ""


def suggestions(session: Any, application: Application) -> list[Suggestion]:
    """What would be made or linked; nothing of a system whose card says no kind, or that has what is usual."""
    if application.product is None or application.product.category is None:
        return []
    return [*_activities(session, application), *_datasets(session, application)]


def _activities(session: Any, application: Application) -> Iterator[Suggestion]:
    """The templates that suit it. Of one that was taken, the activities that are not over and not linked to it."""
    kind = application.product.category
    suited = select(ProcessingTemplate).where(ProcessingTemplate.product_categories.contains(kind))
    templates = list(session.scalars(suited.order_by(ProcessingTemplate.sort_key, ProcessingTemplate.id)))
    linked = selectinload(ProcessingActivity.applications)
    of_them = ProcessingActivity.template_id.in_([one.id for one in templates])
    taken = list(session.scalars(select(ProcessingActivity).where(of_them).options(linked))) if templates else []
    for template in templates:
        made = [one for one in taken if one.template_id == template.id]
        if not made:
            yield Suggestion(f"template-{template.id}", template=template)
        elif not any(application in one.applications for one in made):
            alive = (one for one in made if one.status is not RecordStatus.ENDED)
            yield from (Suggestion(f"activity-{one.id}", activity=one) for one in alive)


def _datasets(session: Any, application: Application) -> Iterator[Suggestion]:
    """The usual datasets that neither it nor the municipality has by that name."""
    usual = DATASETS.get(application.product.category.code, ())
    known = {fold(name) for name in session.scalars(select(Dataset.name))} if usual else set()
    yield from (Suggestion(f"dataset-{name}", dataset=name) for name in usual if fold(name) not in known)


def take(
    session: Any, application: Application, wanted: Collection[str], actor: Actor, *, language: str, said: Any
) -> list[Any]:
    """Make and link what is asked for by its key; gives the rows, in the session. `said` tells the name of a dataset in
    the municipality's language. What nobody suggests any more is left out."""
    return [
        _taken(session, application, one, actor, language, said)
        for one in suggestions(session, application)
        if one.key in wanted
    ]


def _taken(session: Any, application: Application, one: Suggestion, actor: Actor, language: str, said: Any) -> Any:
    if one.dataset:
        row = with_defaults(begun(Dataset, actor))
        row.name, row.personal_data, row.unit = said(one.dataset), application.personal_data, application.unit
        row.owner = application.owner
    else:
        row = one.activity or adopt(session, one.template, language=language)  # type: ignore[arg-type]
    with session.no_autoflush:
        session.add(row)
        row.applications.append(application)
        if one.template is not None:
            row.unit = application.unit
    return row
