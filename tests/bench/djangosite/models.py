"""Our registers as Django sees them, made from our tables; nothing is declared twice."""

from __future__ import annotations

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords
from sqlalchemy import Boolean, Column, Date, Integer

from models import REGISTERS
from models.declare.base import field_of
from models.declare.shapes import Moment, Shape, Vocabulary
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity

LABEL, LONG = "djangosite", 300  # a text that may be longer gets a box of several lines
NAMES = {register.__tablename__: register.__name__ for register in REGISTERS}
EDITED = (Application, ProcessingActivity)  # with history
# Links that Django writes too, into copies in its own schema: our link tables have no number of their own.
LINKS: dict[type[Any], tuple[str, ...]] = {ProcessingActivity: ("article6", "measures")}


def model_of(register: type[Any]) -> Any:
    """A register as a Django model; with history where it is edited in the bench."""
    fields = dict(_field(column) for column in register.__table__.columns)
    links = {key: _link(register, key) for key in LINKS.get(register, ())}
    meta = type("Meta", (), {"managed": False, "db_table": register.__tablename__, "app_label": LABEL})
    title = register.__register__.title
    body = {"Meta": meta, "__module__": __name__, "__str__": lambda row: str(getattr(row, title))}
    if register in EDITED:
        body["history"] = HistoricalRecords(m2m_fields=list(links.values()))
    return type(register.__name__, (models.Model,), fields | links | body)


def _field(column: Column[Any]) -> tuple[str, Any]:
    """A column as a field. What no person writes is in no form, nor why a field is empty: a text that is no JSON."""
    if column.primary_key:
        return column.name, models.AutoField(primary_key=True)
    known = column.info.get("field")
    options = {"null": column.nullable, "blank": column.nullable, "verbose_name": str(column.comment or column.name)}
    far = next((one.column.table.name for one in column.foreign_keys if one.column.name == "id"), None)
    if far in NAMES:
        options |= {"on_delete": models.DO_NOTHING, "related_name": "+"}
        return column.name.removesuffix("_id"), models.ForeignKey(f"{LABEL}.{NAMES[far]}", **options)
    if known is None or known.shape is Shape.REASONS:
        options["editable"] = False
    if column.default is not None and column.default.is_scalar:
        options["default"] = column.default.arg
    return column.name, _value(column, options)


def _value(column: Column[Any], options: dict[str, Any]) -> Any:
    type_ = column.type
    if isinstance(type_, Vocabulary):
        choices = [(str(member), str(member.label)) for member in type_.choices]
        return models.CharField(max_length=40, choices=choices, **options)
    if isinstance(type_, Moment):
        return models.DateTimeField(auto_now=True, verbose_name=options["verbose_name"])
    if isinstance(type_, Boolean):
        return models.BooleanField(**options)
    if isinstance(type_, Date):
        return models.DateField(**options)
    if isinstance(type_, Integer):
        return models.BigIntegerField(**options)
    length = getattr(type_, "length", None) or LONG + 1
    return models.TextField(**options) if length > LONG else models.CharField(max_length=length, **options)


def _link(register: type[Any], key: str) -> Any:
    known = field_of(register, key)
    return models.ManyToManyField(
        f"{LABEL}.{known.points_at.__name__}", db_table=f"link_{key}", verbose_name=str(known.label), related_name="+",
        blank=True,
    )  # fmt: skip


MODELS = {register: model_of(register) for register in REGISTERS}
