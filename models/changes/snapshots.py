"""What a deleted row was, as plain values: its fields, links and parts, and the row made from them again.

A snapshot stands in the same entry of the history as the deletion, behind the same walls. It holds what is declared
about the row and no more: passwords and sessions never come back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.declare.base import fields_of, part_class
from models.declare.fields import Field, Kind
from models.declare.shapes import dump, load
from models.declare.words import N_, Problem

GONE = N_("«%(name)s» kan ikke hentes tilbake, for «%(gone)s» som den viser til, er slettet. Hent den tilbake først.")
EMPTIED = "emptied"  # marks what is kept for telling of the past alone, and comes back no more
UNREADABLE = N_("«%(name)s» kan ikke hentes tilbake, for registeret har endret seg siden den ble slettet.")


def taken(row: Any) -> dict[str, Any]:
    """The row as plain values."""
    found: dict[str, Any] = {"id": row.id, "values": {}, "names": {}, "links": {}, "parts": {}}
    if hasattr(row, "version"):
        found |= {"title": str(row), "version": row.version, "created_at": row.created_at.isoformat()}
    for known in fields_of(type(row)):
        value = getattr(row, known.key)
        if known.kind is Kind.ROWS:
            found["parts"][known.key] = [taken(part) for part in value]
        elif known.kind is Kind.REFERENCES:
            found["links"][known.key] = [[one.id, str(one)] for one in value]
        elif known.kind is Kind.REFERENCE:
            found["values"][known.column] = getattr(row, known.column)
            found["names"][known.key] = "" if value is None else str(value)
        else:
            found["values"][known.key] = dump(known.shape, value)
    found["values"] |= {key: getattr(row, key) for key in getattr(type(row), "__kept__", ())}
    return found


def made_of(
    session: Any, register: type[Any], snapshot: dict[str, Any], owner: int | None
) -> tuple[Any, list[dict[str, Any]]]:
    """The row of a snapshot, not yet in the session, and the links whose other end is gone as entries of the history.

    Raises Problem when it cannot be what it was.
    """
    row, lost = register(), []
    row.id = snapshot["id"]
    if owner is not None:
        row.municipality_id = owner
    if "created_at" in snapshot:
        row.created_at = datetime.fromisoformat(snapshot["created_at"])
    try:
        for known in fields_of(register):
            lost += _fill(session, row, known, snapshot, owner)
    except (ValueError, KeyError):
        raise Problem(UNREADABLE, name=_name(snapshot)) from None
    for key in getattr(register, "__kept__", ()):
        setattr(row, key, snapshot["values"].get(key))
    return row, lost


def _fill(session: Any, row: Any, known: Field, snapshot: dict[str, Any], owner: int | None) -> list[dict[str, Any]]:
    """Put one field back; gives what of it is lost. A field that came later keeps its default."""
    if known.kind is Kind.ROWS:
        return _fill_parts(session, row, known, snapshot["parts"].get(known.key, ()), owner)
    if known.kind is Kind.REFERENCES:
        names = dict(snapshot["links"].get(known.key, ()))
        there = {one: session.get(_target(row, known), one) for one in names}
        setattr(row, known.key, [other for other in there.values() if other is not None])
        gone = [names[one] for one, other in there.items() if other is None]
        return [{"field": known.key, "added": [], "removed": gone}] if gone else []
    if known.kind is Kind.REFERENCE:
        return _fill_reference(session, row, known, snapshot)
    if known.key in snapshot["values"]:
        setattr(row, known.key, _read(known, snapshot["values"][known.key]))
    return []


def _fill_reference(session: Any, row: Any, known: Field, snapshot: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = snapshot["values"].get(known.column)
    other = None if wanted is None else session.get(_target(row, known), wanted)
    setattr(row, known.key, other)
    if wanted is None or other is not None:
        return []
    gone = snapshot["names"].get(known.key, "")
    if known.required:
        raise Problem(GONE, name=_name(snapshot), gone=gone)
    return [{"field": known.key, "old": gone, "new": None}]


def _fill_parts(session: Any, row: Any, known: Field, parts: Any, owner: int | None) -> list[dict[str, Any]]:
    part_type, lost = part_class(known), []
    for snapshot in parts:
        part, missing = made_of(session, part_type, snapshot, owner)
        getattr(row, known.key).append(part)
        lost += [{**entry, "part": part_type.__name__} for entry in missing]
    return lost


def _target(row: Any, known: Field) -> Any:
    return type(row).__mapper__.relationships[known.key].mapper.class_


def _name(snapshot: dict[str, Any]) -> str:
    return str(snapshot.get("title", ""))


def _read(known: Field, written: Any) -> Any:
    return None if written is None else load(known.shape, known.choices, written)
