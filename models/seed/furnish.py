"""Turns plain content (JSON) into the registers of one municipality. Rows are referred to by key, never by id.

In content a date is ISO, or an offset from today like `-14d`, `+5m`, `-2y`, and a moment so many hours from now,
`-30h`; an amount `value_kr` is in whole kroner;
true and false answer a question; `like` names profiles whose values a row takes over; `then` is a later change,
so that the history has something to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.changes.adopting import ANSWERED, FromTemplate
from models.declare.base import fields_of, part_class
from models.declare.choices import Answer
from models.declare.clock import now, today
from models.declare.fields import Field, Kind
from models.declare.shapes import Shape
from models.registers import (
    accessrequests,
    agreements,
    ai,
    architecture,
    breaches,
    catalogue,
    codes,
    data,
    listviews,
    organisation,
    processing,
    risk,
)
from models.seed.facts import choice, templates

Content = dict[str, Any]
Shelves = dict[type[Any], dict[str, Any]]

REGISTERS: dict[str, type[Any]] = {
    "units": organisation.OrganisationalUnit,
    "contacts": organisation.ContactPerson,
    "agreements": agreements.Agreement,
    "platforms": architecture.Platform,
    "applications": architecture.Application,
    "services": architecture.Service,
    "processes": architecture.Process,
    "datasets": data.Dataset,
    "integrations": data.Integration,
    "activities": processing.ProcessingActivity,
    "risks": risk.RiskAssessment,
    "impacts": risk.ImpactAssessment,
    "ai": ai.AiSystem,
    "breaches": breaches.Breach,
    "requests": accessrequests.AccessRequest,
    "views": listviews.SharedView,
}
LEVELS = ("confidentiality", "integrity", "availability", "criticality")
_OFFSET = re.compile(r"([+-]\d+)([dmy])")


def shared_shelves(session: Any) -> Shelves:
    """Codes by code, suppliers and products by name, templates by the key they have in the facts."""
    shelves: Shelves = {
        cls: {row.code: row for row in session.scalars(select(cls))} for cls in codes.CodeList.__subclasses__()
    }
    for cls in (catalogue.Supplier, catalogue.Product):
        shelves[cls] = {row.name: row for row in session.scalars(select(cls))}
    keys = {facts["title_nb"]: facts["key"] for facts in templates()}
    known = session.scalars(select(catalogue.ProcessingTemplate))
    shelves[catalogue.ProcessingTemplate] = {keys[row.name]: row for row in known if row.name in keys}
    return shelves


def day(text: str, today: date) -> date:
    """An ISO date, or today moved by some days, months or years (kept within the first 28 days of a month)."""
    offset = _OFFSET.fullmatch(text)
    if offset is None:
        return date.fromisoformat(text)
    count, unit = int(offset[1]), offset[2]
    if unit == "d":
        return today + timedelta(days=count)
    months = today.year * 12 + today.month - 1 + count * (12 if unit == "y" else 1)
    return date(months // 12, months % 12 + 1, min(today.day, 28))


def moment(text: str) -> datetime:
    """So many hours from now, on the minute."""
    return now().replace(second=0, microsecond=0) + timedelta(hours=int(text.removesuffix("h")))


class House:
    """The registers of one municipality while they are being furnished."""

    def __init__(self, session: Any, shared: Shelves, *, nynorsk: bool = False) -> None:
        self.session = session
        self.shelves: Shelves = shared | {cls: {} for cls in REGISTERS.values()}
        self.form = "nn" if nynorsk else "nb"
        self.today = today()
        self.templates = {facts["key"]: facts for facts in templates()}

    def furnish(self, content: Content) -> None:
        """Make all rows of the content, save them, then make the later changes."""
        later: list[tuple[Any, Content]] = []
        with self.session.no_autoflush:
            for name, cls in REGISTERS.items():
                for values in content.get(name, ()):
                    later.append(self._place(cls, values, content.get("profiles", {})))
        self.session.flush()
        for row, changes in later:
            for key, value in self._values(type(row), changes).items():
                setattr(row, key, value)
        self.session.flush()

    def _place(self, cls: type[Any], values: Content, profiles: Content) -> tuple[Any, Content]:
        values = merged(values, profiles)
        key, later = values.pop("key", values.get("name")), values.pop("then", {})
        before = values.pop("template_said", {})
        if cls is architecture.Application:
            values = self._application(values)
        elif cls is processing.ProcessingActivity:
            values = self._activity(values)
        row = self.add(cls, values)
        if cls is processing.ProcessingActivity and row.template is not None:
            FromTemplate(row.template, self.form).follow(row)
            row.taken["said"] |= before
            row.template_version -= bool(before)
        self.shelves[cls][key or row.name] = row
        return row, later

    def add(self, cls: type[Any], values: Content) -> Any:
        """One row made from content, in the session."""
        row = cls(**self._values(cls, values))
        self.session.add(row)
        return row

    def find(self, target: type[Any], key: str) -> Any:
        """The row of a register with a key. Raises LookupError that names both."""
        try:
            return self.shelves[target][key]
        except KeyError:
            raise LookupError(f"The content refers to {target.__name__} {key!r}, which is not there.") from None

    def _values(self, cls: Any, values: Content) -> Content:
        known = {one.key: one for one in fields_of(cls)}
        made: Content = {}
        for name, value in values.items():
            if value is None:
                continue
            key = f"{name[:-3]}_ore" if name.endswith("_kr") else name
            made[key] = self._value(known[key], value * 100 if key != name else value)
        return made

    def _value(self, known: Field, value: Any) -> Any:
        if known.kind is Kind.ROWS:
            part = part_class(known)
            return [part(**self._values(part, one)) for one in value]
        target: Any = known.target
        if known.kind is Kind.REFERENCES:
            return [self.find(target, one) for one in value]
        if known.kind is Kind.REFERENCE:
            return self.find(target, value)
        if known.choices is Answer and isinstance(value, bool):
            return Answer.YES if value else Answer.NO
        if known.choices:
            return choice(known.choices, value)
        if known.shape is Shape.MOMENT:
            return moment(value)
        return day(value, self.today) if known.shape is Shape.DATE else value

    def _application(self, values: Content) -> Content:
        """What follows from the product, and the levels in short."""
        made = dict(zip(LEVELS, values.pop("levels", ""), strict=False))
        if values.get("product"):
            product = self.find(catalogue.Product, values["product"])
            made |= {"personal_data": str(product.personal_data)}
        return made | values

    def _activity(self, values: Content) -> Content:
        """What comes from the template, and the processors that follow from the applications' agreements."""
        if key := values.get("template"):
            values = self.from_template(key) | values
        applications = [self.find(architecture.Application, one) for one in values.get("applications", ())]
        if applications and "processors" not in values and values.get("has_processors") is not False:
            processors = self._processors(applications)
            values |= {"processors": processors, "has_processors": bool(processors)}
        return values

    def _processors(self, applications: Iterable[Any]) -> list[Content]:
        keys = {id(row): key for key, row in self.shelves[agreements.Agreement].items()}
        found = {
            agreement.supplier.name: keys[id(agreement)]
            for application in applications
            for agreement in application.agreements
            if agreement.data_processing is Answer.YES and agreement.supplier
        }
        return [{"supplier": supplier, "agreement": key} for supplier, key in found.items()]

    def from_template(self, key: str) -> Content:
        """A processing activity as the template has it, in the municipality's own form of Norwegian."""
        facts = self.templates[key]

        def text(name: str) -> str:
            return str(facts[f"{name}_{self.form}"] or "")

        return {
            "template": key, "name": text("title"), "purpose": text("purpose"), "description": text("description"),
            "sources": text("sources"), "theme": facts["area"], "function": facts["kostra"],
            "article6": facts["article_6"], "article9": facts["article_9"], "article10": text("article_10"),
            "recipients": facts["recipients"], "measures": facts["measures"], "laws": facts["laws"],
            **{key: facts[key] for key in ANSWERED},
            "subjects": [{"subject": pair["subject"], "personal_data": pair["data"]} for pair in facts["subjects"]],
            "retention": [
                {
                    "personal_data": rule["data"], "disposal": rule["disposal"], "months": rule["months"],
                    "days": rule["days"], "start": rule[f"start_{self.form}"], "basis": rule[f"basis_{self.form}"],
                }
                for rule in facts["retention"]
            ],
        }  # fmt: skip


def merged(values: Content, profiles: Content) -> Content:
    """The values of a row on top of those of the profiles it is like."""
    made: Content = {}
    for name in values.get("like", ()):
        made |= profiles[name]
    return made | {key: value for key, value in values.items() if key != "like"}
