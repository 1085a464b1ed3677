"""The activities of the record, read as plain values with all that stands in other registers: whom they are of, who
answers for them, agreements, ROS and DPIA. What draws them knows nothing of where they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cached_property, partial
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from models.declare.base import field_of, fields_of
from models.declare.choices import ProcessingRole, RecordStatus
from models.declare.conditions import filled
from models.declare.memories import Bounded, memory, remembers
from models.declare.notrelevant import WAIVED
from models.declare.titles import title
from models.queries.finding import COUNT_LIMIT, how_many, order_keys
from models.queries.reading import Reader, cut, in_chunks
from models.queries.together import ROWS, among
from models.queries.told import holds, name_beside
from models.registers.agreements import Agreement
from models.registers.attachments import RiskAttachment
from models.registers.catalogue import Supplier
from models.registers.codes import PersonalDataCategory, Special
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity, ProcessorRow
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy.session import prepare
from reports.base import Ask, dpo_lines

DRAFTS = (RecordStatus.DRAFT, RecordStatus.REVIEW)
AGREEMENT = ("supplier", "name", "number", "owner", "archive_reference", "link")
Activity = dict[str, Any]
_built = memory(Bounded(200), of_declarations=True)


class Which(StrEnum):
    """The activities that are told of together: as controller, as processor, not approved yet, and all of these."""

    OWN = "own"
    OTHERS = "others"
    DRAFTS = "drafts"
    ALL = "all"


class Activities:
    """The activities that were chosen. `chosen` are the conditions of all of them, `states` those told of as they are;
    drafts beside them only `with_drafts`."""

    def __init__(
        self, session: Any, ask: Ask, *, chosen: Sequence[Any], states: Sequence[RecordStatus], with_drafts: bool
    ) -> None:
        self.session, self.ask = session, ask
        self._asked = None if chosen else (tuple(states), with_drafts)
        self.owners: dict[int, Municipality] = {}
        self._officers: dict[int, list[str]] = {}
        self._totals: dict[int | None, dict[Which, int]] = {}
        processor = ProcessingActivity.role == ProcessingRole.PROCESSOR
        told = ProcessingActivity.status.in_(states)
        more = [state for state in DRAFTS if state not in states] if with_drafts else []
        drafts = ProcessingActivity.status.in_(more)
        self.groups = (Which.OWN, Which.OTHERS, Which.DRAFTS) if more else (Which.OWN, Which.OTHERS)
        self._where = {
            Which.OWN: and_(told, ~processor, *chosen),
            Which.OTHERS: and_(told, processor, *chosen),
            Which.DRAFTS: and_(drafts, *chosen),
            Which.ALL: and_(or_(told, drafts) if more else told, *chosen),
        }

    def where(self, which: Which) -> Any:
        """Which activities those are, for who reads more of them."""
        return self._where[which]

    def total(self, which: Which, most: int | None = None) -> int:
        """How many there are; with `most` no further than one past it."""
        if most not in self._totals:
            counted = self.session.execute(self._kept(partial(self._counts, most), most)).one()
            found = dict(zip(self.groups, counted, strict=True))
            self._totals[most] = {**found, Which.ALL: sum(found.values())}
        return self._totals[most][which]

    def _counts(self, most: int | None) -> Any:
        return select(*[how_many(ProcessingActivity, self._where[one], most=most) for one in self.groups])

    def _kept(self, build: Callable[[], Any], *asked: Any) -> Any:
        """A statement of what is `asked` for, built once for each; anew where rows are chosen, by whatever value."""
        if self._asked is None:
            return build()
        return _built.recall((*self._asked, *asked), lambda: prepare(build()))

    @cached_property
    def filled(self) -> set[str]:
        """The fields that any of them says something in, be it why they are not relevant."""
        keys = [known.key for known in fields_of(ProcessingActivity)]
        where = self._where[Which.ALL]
        found = [how_many(ProcessingActivity, where, holds(ProcessingActivity, filled(key)), most=0) for key in keys]
        told = self.session.execute(select(*found)).one()
        return {key for key, there in zip(keys, told, strict=True) if there} | self._reasoned(where)

    def _reasoned(self, where: Any) -> set[str]:
        said = self.session.scalars(
            select(getattr(ProcessingActivity, WAIVED)).where(where, holds(ProcessingActivity, filled(WAIVED)))
        )
        return {key for reasons in said for key in reasons}

    def of(self, which: Which, most: int | None = None) -> Iterator[Activity]:
        """Each of them, in the order of their names; no statement where there are none."""
        fields = fields_of(ProcessingActivity)
        keys = [known.key for known in fields]
        reader, order = Reader(ProcessingActivity, fields, self.ask.language), order_keys(ProcessingActivity)

        def rows() -> Any:
            found = reader.statement(ProcessingActivity.municipality_id, ProcessingActivity.updated_at, *_contact())
            return cut(found.where(self._where[which]).order_by(*order), is_cut=most is not None)

        if not self.total(which, None if most is None else COUNT_LIMIT):
            return
        asked = (which, self.ask.language, reader.kept, len(order), most is None)
        for chunk in in_chunks(self.session, self._kept(rows, *asked), most=most):
            around, agreements = self._around(chunk), self._with_processors(chunk)
            for row_id, owner, updated, email, phone, *values in reader.complete(self.session, chunk, leading=4):
                known = {**dict(zip(keys, values, strict=True)), **self._of_owner(owner), "updated": updated}
                known |= {"id": row_id, "responsible_email": email, "responsible_phone": phone, "for": {}}
                known["agreements"] = agreements.get(row_id, [])
                yield known | {key: "\n".join(found.get(row_id, ())) or None for key, found in around.items()}

    def _around(self, chunk: Sequence[Any]) -> dict[str, dict[int, list[str]]]:
        """What is told of some activities in other registers; the municipalities they are of are kept."""
        ids = [row[0] for row in chunk]
        owners = sorted({row[1] for row in chunk} - self.owners.keys())
        self.owners |= {one.id: one for one in self._municipalities(owners)}
        self._officers |= dpo_lines(self.session, owners) if owners else {}
        return {
            "ros": _by_activity(self.session.execute(_risk(), {ROWS: ids}), self._assessed),
            "dpia": _by_activity(self.session.execute(_impact(), {ROWS: ids}), self._assessed),
        }

    def _municipalities(self, ids: list[int]) -> Iterable[Any]:
        """Those municipalities; one alone is mostly known already."""
        if len(ids) > 1:
            return self.session.scalars(_of_ids(), {ROWS: ids})  # type: ignore[no-any-return]
        return [self.session.get(Municipality, one) for one in ids]

    def _with_processors(self, chunk: Sequence[Any]) -> dict[int, list[dict[str, str | None]]]:
        """The processors of some activities, each with what is told of the agreement."""
        found: dict[int, list[dict[str, str | None]]] = {}
        for activity, *said in self.session.execute(_agreements(self.ask.language), {ROWS: [row[0] for row in chunk]}):
            found.setdefault(activity, []).append(dict(zip(AGREEMENT, said, strict=True)))
        return found

    def _assessed(self, name: str, more: Any, *links: str | None) -> str:
        """What was assessed, with its date or conclusion, and where it is found."""
        note = "" if more is None else self.ask.t(more.label) if hasattr(more, "label") else f"{more:%d.%m.%Y}"
        return _and_more(f"{name} ({note})" if note else name, *links)

    def _of_owner(self, owner: int) -> Activity:
        return {
            "municipality": self.owners[owner],
            "officer": "; ".join(self._officers.get(owner, ())),
            "special_names": self._special,
        }

    @cached_property
    def _special(self) -> set[str]:
        """The names of the special categories, as the record is read."""
        return {name for name, special in self.session.execute(_special_names(self.ask.language)) if special.is_special}


def _by_activity(rows: Iterable[Any], told: Any) -> dict[int, list[str]]:
    """Lines by activity. The rows of one thing, one for each link it has, stand together and are one line."""
    things: dict[tuple[int, int], tuple[list[Any], list[Any]]] = {}
    for activity, thing, link, *said in rows:
        things.setdefault((activity, thing), (said, []))[1].append(link)
    found: dict[int, list[str]] = {}
    for (activity, _thing), (said, links) in things.items():
        found.setdefault(activity, []).append(told(*said, *links))
    return found


def _and_more(*said: str | None) -> str:
    return ", ".join(dict.fromkeys(one for one in said if one))


@remembers()
def _contact() -> tuple[Any, Any]:
    """How to reach who answers for an activity."""
    return tuple(_of_responsible(key) for key in ("email", "phone"))


def _of_responsible(key: str) -> Any:
    there = aliased(ContactPerson)
    found = select(getattr(there, key)).where(there.id == ProcessingActivity.responsible_id)
    return found.correlate(ProcessingActivity).scalar_subquery().label(f"responsible_{key}")


@remembers()
def _of_ids() -> Any:
    return prepare(select(Municipality).where(among(Municipality.id)))


@remembers()
def _agreements(language: str) -> Any:
    """The processors, and the agreements with them: which, who owns it, where it is filed and found."""
    name = title(Agreement, Agreement.__tablename__, Agreement.__register__.title, language)
    who = name_beside(Agreement, field_of(Agreement, "owner"), language)
    told = (Supplier.name, name, Agreement.number, who, Agreement.archive_reference, Agreement.link)
    found = select(ProcessorRow.parent_id, *told).select_from(ProcessorRow)
    found = found.join(ProcessorRow.supplier).outerjoin(ProcessorRow.agreement)
    return prepare(found.where(among(ProcessorRow.parent_id)).order_by(ProcessorRow.id))


@remembers()
def _risk() -> Any:
    return _assessments(RiskAssessment, RiskAssessment.name, RiskAssessment.assessed_on)


@remembers()
def _impact() -> Any:
    return _assessments(ImpactAssessment, ImpactAssessment.name, ImpactAssessment.conclusion, ImpactAssessment.link)


def _assessments(register: Any, *told: Any) -> Any:
    """Assessments of some activities, a row for each address that hangs on one."""
    hung = RiskAttachment
    there = and_(hung.register == register.__tablename__, hung.row_id == register.id, hung.removed_at.is_(None))
    found = select(register.activity_id, register.id, hung.address, *told).outerjoin(hung, there)
    return prepare(found.where(among(register.activity_id)).order_by(register.id, hung.id))


@remembers()
def _special_names(language: str) -> Any:
    category = PersonalDataCategory
    name = title(category, category.__tablename__, category.__register__.title, language)
    return prepare(select(name, category.special).where(category.special != Special.NONE))
