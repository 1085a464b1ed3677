"""Taking a common template into a municipality: a processing activity that remembers where it came from."""

from __future__ import annotations

from typing import Any

from models.declare.titles import title_of
from models.registers.catalogue import ProcessingTemplate
from models.registers.processing import LegalReference, ProcessingActivity, RetentionRow, SubjectRow

# The questions of an activity that a template answers.
ANSWERED = ("special", "criminal", "children", "vulnerable", "automated", "profiling", "ai_use")


def adopt(session: Any, template: ProcessingTemplate, *, language: str) -> ProcessingActivity:
    """A draft made from the template, in the language given, added to the session for the active municipality."""

    def said(one: Any, key: str) -> Any:
        return getattr(one, f"{key}_{language}", None) or getattr(one, key)

    row = ProcessingActivity(
        name=title_of(template, language),
        **{key: getattr(template, key) for key in ANSWERED},
        **{key: said(template, key) for key in ("purpose", "description", "article10", "sources")},
    )
    with session.no_autoflush:
        session.add(row)
        row.template, row.theme, row.function = template, template.theme, template.function
        for key in ("article6", "article9", "recipients", "measures"):
            setattr(row, key, list(getattr(template, key)))
        row.laws = [LegalReference(law=one.law, section=one.section) for one in template.laws]
        row.subjects = [SubjectRow(subject=s.subject, personal_data=list(s.personal_data)) for s in template.subjects]
        row.retention = [
            RetentionRow(
                personal_data=r.personal_data,
                disposal=r.disposal,
                months=r.months,
                days=r.days,
                **{key: said(r, key) for key in ("start", "basis")},
            )
            for r in template.retention
        ]
    return row
