"""How complete a record is: what applies to it and is not filled, as a score. A full record scores 100 %, by test.

What makes it right stands in `models/queries/rules.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import inspect, select

from models.declare.base import fields_of
from models.declare.choices import Disposal, says_nothing
from models.declare.fields import Field, Kind, Mark
from models.declare.inferred import told
from models.declare.memories import remembers
from models.declare.waiving import reason, waived
from models.declare.words import N_
from models.queries.standing import once, register_of, row_of, standing_together
from models.tenancy.roles import may_read_field

# How far a row has come, as a column among others: read by `progress_of`, sorted and filtered by nobody, as no database
# knows it.
FILLED = Field(
    N_("Utfylt"), help=N_("Hvor mye av det som kreves og anbefales, som er fylt ut, og hva som mangler."), key="filled"
)
WEIGHTS = {Mark.MANDATORY: 2, Mark.ADVISED: 1}
NOT_READY = N_("Den er godkjent, og ville mangle dette.")  # of a row that is approved, and gets new gaps


def applicable(row: Any) -> list[Field]:
    """The mandatory and advised fields that apply to a row, as it stands."""
    read, itself = once(row), row_of(row)
    asked = [known for known in _weighed(inspect(register_of(row))) if known.counts_for(read)]
    return [one for one in asked if may_read_field(one, itself)]


@remembers()
def _weighed(register: Any) -> tuple[Field, ...]:
    return tuple(known for known in fields_of(register.class_) if known.mark in WEIGHTS and known.in_form)


def asked_first(known: Field, row: Any) -> Field:
    """The field itself, or while it is not asked the last of the answers it waits for."""
    if known.applies is None or known.applies_to(row):
        return known
    return [one for one in fields_of(register_of(row)) if one.key in known.applies.keys][-1]


def is_filled(row: Any, known: Field) -> bool:
    """Whether something is said; of rows, whether each says what it must."""
    value = told(known, row)
    if known.kind is Kind.ROWS:
        return bool(value) and all(is_filled(part, inner) for part in value for inner in _musts(part))
    return not says_nothing(value) and value is not Disposal.UNDECIDED


def _musts(part: Any) -> list[Field]:
    return [inner for inner in fields_of(register_of(part)) if inner.mark is Mark.MANDATORY]


def missing(row: Any) -> list[Field]:
    """What is not filled yet, mandatory fields first."""
    return progress(row)[1]


def gaps(row: Any) -> list[Field]:
    """The mandatory fields that are empty."""
    return [known for known in missing(row) if known.mark is Mark.MANDATORY]


def gaps_when_approved(row: Any) -> list[Field] | None:
    """The gaps a row has that is approved; None for what is not."""
    approval = register_of(row).__register__.approval
    return gaps(row) if approval is not None and row.status is approval.approved else None


def unready(row: Any, before: list[Field] | None) -> list[Field]:
    """What a row that is approved may not lack (handbook 1.2): the mandatory fields that are empty. It may keep the
    gaps it had `before`, but gets no new ones."""
    found = gaps_when_approved(row) or []
    return found if before is None else [known for known in found if known not in before]


def completeness(row: Any) -> int:
    """Whole per cent filled of what applies: mandatory fields weigh two, advised one. 100 only when nothing is
    missing."""
    return progress(row)[0]


def progress(row: Any) -> tuple[int, list[Field]]:
    """`completeness` and `missing` of a row, which rest on the same look at it. What somebody has said to be not
    relevant, and why, counts as filled (handbook 14)."""
    read = once(row)
    wanted = applicable(read)
    gaps = [known for known in wanted if not is_filled(read, known)]
    if waived(read):
        gaps = [known for known in gaps if not reason(read, known)]
    total, lacking = (sum(WEIGHTS[known.mark] for known in some) for some in (wanted, gaps))
    percent = 100 * (total - lacking) // total if total else 100
    return percent, sorted(gaps, key=lambda known: -WEIGHTS[known.mark])


def is_measured(register: type[Any]) -> bool:
    """Whether there is anything to fill out in a register that counts."""
    return bool(_weighed(inspect(register)))


def progress_of(session: Any, register: type[Any], ids: Sequence[int]) -> dict[int, tuple[int, list[Field]]]:
    """`progress` of some rows by their ids: two statements, however many."""
    rows = session.scalars(select(register).where(register.id.in_(ids))).all()
    return {row_of(stand).id: progress(stand) for stand in standing_together(session, rows)}
