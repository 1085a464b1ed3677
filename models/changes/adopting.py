"""Taking a common template into a municipality: a processing activity that remembers where it came from, and what the
template said then. When the template says something else, that is offered field by field, to be taken over or not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from models.declare.base import Record, field_of, part_class
from models.declare.fields import Field, Kind
from models.declare.shapes import load
from models.declare.titles import title_of
from models.declare.words import Choice
from models.registers.catalogue import ProcessingTemplate
from models.registers.processing import ProcessingActivity

# What an activity has from its template: texts in its own form of Norwegian, answers, references, links and parts.
SAID = ("purpose", "description", "article10", "sources")
ANSWERED = ("special", "criminal", "children", "vulnerable", "automated", "profiling", "ai_use")
REFERRED = ("theme", "function")
LINKED = ("article6", "article9", "recipients", "measures")
PARTS = {
    "laws": ("law", "section"),
    "subjects": ("subject", "personal_data"),
    "retention": ("personal_data", "disposal", "months", "days", "start", "basis"),
}
TAKEN = ("name", *SAID, *REFERRED, *LINKED, *ANSWERED, *PARTS)


def _said(one: Any, key: str, language: str) -> Any:
    """What a template, or a part of one, says in a language, where it says it in several."""
    return getattr(one, f"{key}_{language}", None) or getattr(one, key)


def adopt(session: Any, template: ProcessingTemplate, *, language: str) -> ProcessingActivity:
    """A draft made from the template, in the language given, added to the session for the active municipality."""
    row = ProcessingActivity(name=title_of(template, language))
    with session.no_autoflush:
        session.add(row)
        row.template = template
        for key in TAKEN:
            _put(row, template, key, language)
        follow(row, template, language)
    return row


def _put(row: Any, template: Any, key: str, language: str) -> None:
    """Let a field of an activity say what the template says."""
    if key in PARTS:
        made = part_class(field_of(ProcessingActivity, key))
        parts = [{name: _said(one, name, language) for name in PARTS[key]} for one in getattr(template, key)]
        setattr(row, key, [made(**{name: _own(value) for name, value in said.items()}) for said in parts])
    else:
        setattr(row, key, _own(_said(template, key, language)))


def _own(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


def follow(row: Any, template: Any, language: str) -> None:
    """Remember what the template says, so that what it says otherwise some day is offered."""
    row.taken = {"language": language, "said": _plain(template, language)}
    row.template_version = template.version


def _plain(one: Any, language: str) -> dict[str, Any]:
    """What a template says in a language, or an activity in its own, as values that can be kept and compared."""
    told = {key: as_kept(_said(one, key, language)) for key in TAKEN if key not in PARTS}
    parts = {key: [{n: as_kept(_said(p, n, language)) for n in PARTS[key]} for p in getattr(one, key)] for key in PARTS}
    return told | parts


def as_kept(value: Any) -> Any:
    """A value as JSON holds it: rows by their ids."""
    if isinstance(value, list):
        return sorted(far.id for far in value)
    if isinstance(value, Choice):
        return value.value
    return value.id if isinstance(value, Record) else value


def as_read(session: Any, known: Field, kept: Any) -> Any:
    """The same as a row holds it. What is no more is left out."""
    if known.kind is Kind.REFERENCES:
        return [row for one in kept or () if (row := session.get(known.points_at, one)) is not None]
    if kept is None:
        return None
    return (
        session.get(known.points_at, kept) if known.kind is Kind.REFERENCE else load(known.shape, known.choices, kept)
    )


@dataclass(frozen=True, slots=True)
class Renewal:
    """A field in which the template says something else than when it was taken: what it said, says, and what the
    activity says, as plain values. `was` is None where nobody remembers."""

    key: str
    was: Any
    now: Any
    yours: Any


def renewals(row: Any) -> list[Renewal]:
    """What the template an activity follows has come to say, where the activity does not say so already."""
    if row.template is None or not row.taken:
        return []
    language, before = row.taken["language"], row.taken["said"]
    there, here = _plain(row.template, language), _plain(row, language)
    changed = [key for key in TAKEN if there[key] != before.get(key) and there[key] != here[key]]
    return [Renewal(key, before.get(key), there[key], here[key]) for key in changed]


def renew(row: Any, keys: Collection[str]) -> None:
    """Take over what the template says in some of the fields, keep the rest, and be done with what is new in it."""
    for one in renewals(row):
        if one.key in keys:
            _put(row, row.template, one.key, row.taken["language"])
    follow(row, row.template, row.taken["language"])


def stop_following(row: Any) -> None:
    """Ask no more whether the template has changed. Where the activity came from is not forgotten."""
    row.taken = row.template_version = None
