"""What Orden ships of the common templates, beside what the project's own staff have made of them: kept whenever the
facts are loaded, so that the shipped one is one press away, and that it has changed since is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select

from models.changes.adopting import as_kept, as_read
from models.changes.renewing import Renewal
from models.declare.base import fields_of, part_class
from models.declare.fields import Kind
from models.registers.catalogue import ProcessingTemplate, ShippedTemplate


def by_key(session: Any, rows: Iterable[Any]) -> dict[str, ShippedTemplate]:
    """What is known to be shipped of some templates, by the keys of the facts."""
    wanted = select(ShippedTemplate).where(ShippedTemplate.template_id.in_([one.id for one in rows]))
    return {one.key: one for one in session.scalars(wanted)}


def said(template: Any) -> dict[str, Any]:
    """What a template says, as values that can be kept and compared."""
    return {known.key: _said(template, known) for known in fields_of(ProcessingTemplate)}


def _said(row: Any, known: Any) -> Any:
    value = getattr(row, known.key)
    if known.kind is not Kind.ROWS:
        return as_kept(value)
    return [{inner.key: as_kept(getattr(part, inner.key)) for inner in fields_of(type(part))} for part in value]


def is_as_shipped(row: Any, kept: ShippedTemplate | None) -> bool:
    """Whether a template says what was shipped: whatever was done to it, it is nobody's own."""
    return kept is not None and said(row) == kept.said


def note(session: Any, key: str, row: Any, shipped: Any, kept: ShippedTemplate | None) -> None:
    """Keep what is shipped of a template now; and, of one that is the staff's own, what was when they looked last."""
    now = said(shipped)
    if kept is None:
        session.add(ShippedTemplate(template_id=row.id, key=key, said=now))
    elif kept.said != now:
        kept.before = None if shipped is row else kept.before or kept.said
        kept.said = now


def shipped_of(session: Any, template: Any) -> ShippedTemplate | None:
    """What is shipped of a template; None of those the project has made."""
    wanted = select(ShippedTemplate).where(ShippedTemplate.template_id == template.id)
    found: ShippedTemplate | None = session.scalars(wanted).one_or_none()
    return found


def differences(template: Any, kept: ShippedTemplate) -> list[Renewal]:
    """The fields in which a template says something else than is shipped."""
    here, before = said(template), kept.before or kept.said
    return [Renewal(key, before.get(key), now, here[key]) for key, now in kept.said.items() if here.get(key) != now]


def take(session: Any, template: Any, kept: ShippedTemplate, keys: Collection[str]) -> None:
    """Let a template say what is shipped in some of the fields, keep the rest, and be done with what is new."""
    for known in fields_of(ProcessingTemplate):
        if known.key in keys:
            setattr(template, known.key, _read(session, known, kept.said.get(known.key)))
    kept.before = None


def _read(session: Any, known: Any, plain: Any) -> Any:
    if known.kind is not Kind.ROWS:
        return as_read(session, known, plain)
    part = part_class(known)
    return [
        part(**{inner.key: as_read(session, inner, one.get(inner.key)) for inner in fields_of(part)}) for one in plain
    ]
