"""Taking a common template into a municipality: a processing activity that remembers where it came from."""

from __future__ import annotations

from typing import Any

from models.declare.choices import Answer
from models.declare.titles import title_of
from models.registers.catalogue import ProcessingTemplate
from models.registers.codes import Special
from models.registers.processing import LegalReference, ProcessingActivity, RetentionRow, SubjectRow


def adopt(session: Any, template: ProcessingTemplate, *, language: str) -> ProcessingActivity:
    """A draft made from the template, in the language given, added to the session for the active municipality."""

    def said(one: Any, key: str) -> Any:
        return getattr(one, f"{key}_{language}", None) or getattr(one, key)

    row = ProcessingActivity(
        name=title_of(template, language),
        special=template.special,
        **{key: said(template, key) for key in ("purpose", "description", "sources")},
    )
    with session.no_autoflush:
        session.add(row)
        row.template, row.theme, row.function = template, template.theme, template.function
        for key in ("article6", "article9", "recipients", "measures"):
            setattr(row, key, list(getattr(template, key)))
        row.laws = [LegalReference(law=law) for law in template.laws]
        row.subjects = [SubjectRow(subject=s.subject, personal_data=list(s.personal_data)) for s in template.subjects]
        row.retention = [
            RetentionRow(
                personal_data=r.personal_data,
                disposal=r.disposal,
                months=r.months,
                **{key: said(r, key) for key in ("start", "basis")},
            )
            for r in template.retention
        ]
        if any(data.special is Special.CRIMINAL for subject in template.subjects for data in subject.personal_data):
            row.criminal = Answer.YES
    return row
