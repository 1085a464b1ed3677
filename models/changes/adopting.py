"""Taking a common template into a municipality: a processing activity that remembers where it came from, and what the
template said then (`renewing.py`)."""

from __future__ import annotations

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
        FromTemplate(template, language).follow(row)
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


@dataclass(frozen=True)
class FromTemplate:
    """The template that an activity follows, in the language it was taken in: one of the sources of `renewing.py`."""

    template: ProcessingTemplate
    language: str
    keys = TAKEN

    @property
    def mark(self) -> int:
        return self.template.version

    def says(self) -> dict[str, Any]:
        return _plain(self.template, self.language)

    def heard(self, row: Any) -> dict[str, Any]:
        return _plain(row, self.language)

    def put(self, row: Any, key: str) -> None:
        _put(row, self.template, key, self.language)

    def follow(self, row: Any) -> None:
        row.taken = {"language": self.language, "said": self.says()}
        row.template_version = self.mark


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
