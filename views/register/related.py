"""What a row hangs together with: short tables of the rows that point at it, and the way to make one more that does."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from markupsafe import Markup

from models.database import db
from models.declare.base import Part, fields_of
from models.declare.choices import Answer
from models.declare.fields import Field, Kind, Mark, is_owned
from models.declare.numbers import as_id
from models.declare.pointing import pointing_at
from models.queries.relations import Neighbour, Use, stage_of
from models.queries.retiring import RETIRED
from models.queries.rules import FULFILS
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment
from models.tenancy import scope
from models.tenancy.roles import can, may_write_field, place_of
from reports.language import mid_sentence
from views import formatters
from views.register import saving
from views.texts import tr


def links(uses: list[Use], row: Any) -> list[dict[str, Any]]:
    """Uses as links to the lists that show them."""
    return [_link(use, row) for use in uses]


def _link(use: Use, row: Any) -> dict[str, Any]:
    label = tr(use.register.__register__.name)
    readable = can(g.actor, "read", use.register, g.active)
    place = f"{use.part.__within__}.{use.field.key}" if use.part else use.field.key
    return {
        "label": f"{label} ({mid_sentence(tr(use.field.label))})",
        "url": url_for(f"{use.register.__tablename__}.index_view", **{place: row.id}) if readable else None,
        "count": formatters.grouped(use.count),
    }


def tables(row: Any, uses: list[Use], first: list[list[Neighbour]]) -> list[dict[str, Any]]:
    """Each use with its first rows, the way to all of them, and the way to make one more."""
    found = zip(uses, first, strict=True)
    return [_link(use, row) | _table(use, few) | {"new_url": address_of_new(use.register, use.field, row, use.part)}
            for use, few in found]  # fmt: skip


def _table(use: Use, few: list[Neighbour]) -> dict[str, Any]:
    stage, endpoint = stage_of(use.register.__mapper__), f"{use.register.__tablename__}.details_view"
    cell = formatters.cell_formatter(stage) if stage else None
    readable, one_of_them = can(g.actor, "read", use.register, g.active), tr(use.register.__register__.one)
    return {
        "columns": [f"{one_of_them[:1].upper()}{one_of_them[1:]}", *([tr(stage.label)] if stage else [])],
        "rows": [
            {
                "name": one.name or "–",
                "url": url_for(endpoint, id=one.id) if readable else None,
                "stage": None if cell is None else Markup(cell(one.stage)),  # noqa: S704 - cells are safe
            }
            for one in few
        ],
        "more": use.count > len(few),
    }


def stops_without(row: Any) -> str | None:
    """Where it is told what stops without the row, of what others come to a stop without."""
    if type(row) not in RETIRED:
        return None
    return url_for("retiring.show", register=type(row).__tablename__, row_id=row.id)


def address_of_new(register: type[Any], known: Field, row: Any, part: Any = None) -> str | None:
    """Where a row of a register is made that points at this one; None where it may not, or where a part points."""
    if part is not None or not known.in_form or not can(g.actor, "create", register, g.active):
        return None
    if is_owned(register) and (scope.current().active is None or place_of(row) not in {None, scope.current().active}):
        return None
    if known.writers and not may_write_field(g.actor, known, register()):
        return None
    return url_for(f"{register.__tablename__}.create_view", form=saving.new_form(), **{known.key: row.id})


def offers(row: Any, uses: list[Use]) -> list[dict[str, str]]:
    """What does not hang together with the row yet, though its register says that it should: where one is made."""
    there = {(use.register, use.field.key) for use in uses}
    found = []
    for register, known in pointing_at(type(row).__mapper__):
        matters = known.listed or known.mark is not Mark.OPTIONAL
        if issubclass(register, Part) or not matters or (register, known.key) in there:
            continue
        if url := address_of_new(register, known, row):
            found.append({"label": f"{tr(register.__register__.one)} ({mid_sentence(tr(known.label))})", "url": url})
    return found


def open_new(form: Any, row: Any) -> None:
    """What the form of a new row begins with: what the row was given that nobody may change, and the references its
    address names. An id that is malformed, unknown or out of reach is as good as none."""
    closed, opens = {one.name: one for one in form if one.flags.readonly}, request.method == "GET"
    for known in fields_of(type(row)):
        if known.key in closed:
            if known.kind is Kind.VALUE and (given := getattr(row, known.key)):
                closed[known.key].data = given
        elif opens and known.kind in {Kind.REFERENCE, Kind.REFERENCES} and known.key in form:
            there = _pointed(known)
            if there is not None:
                form[known.key].process_data(there.id if known.kind is Kind.REFERENCE else [there])
            if isinstance(row, ImpactAssessment) and isinstance(there, ProcessingActivity):
                _tick(form, there)


def _pointed(known: Field) -> Any:
    try:
        return db.session.get(known.points_at, as_id(request.args.get(known.key, "")))
    except ValueError:
        return None


def _tick(form: Any, activity: ProcessingActivity) -> None:
    """Of an assessment that is begun from an activity, answer Yes to the criteria that its answers fulfil."""
    for key, fulfils in FULFILS.items():
        if key in form and fulfils(activity):
            form[key].process_data(Answer.YES)
