"""Values that were kept beside a row, as people read them: what a template said, says, and what stands instead."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from models.changes.adopting import as_read
from models.changes.renewing import Renewal
from models.database import db
from models.declare.base import field_of, fields_of, part_class
from models.declare.fields import Field, Kind
from models.declare.titles import title_of
from views import formatters
from views.texts import language, tr

TAKE, KEEP = "take", "keep"


def field(register: type[Any], one: Renewal, told: Callable[[Any, str], str] | None = None) -> dict[str, Any]:
    """What is shown of a field. What nobody here has touched is taken over unless it says otherwise. `told` says a
    value, with the key of its field, where it is not kept as the field has it."""
    known, untouched = field_of(register, one.key), one.yours == one.was
    was, yours, now = (
        told(plain, known.key) if told else _shown(known, plain) for plain in (one.was, one.yours, one.now)
    )
    return {
        "name": one.key, "label": tr(known.label), "was": was, "yours": yours, "now": now, "untouched": untouched,
        "chosen": TAKE if untouched else KEEP,
    }  # fmt: skip


def _shown(known: Field, plain: Any) -> str:
    """A value that was kept, as people read it."""
    if known.kind is Kind.VALUE:
        return formatters.written(known, plain)
    if known.kind is not Kind.ROWS:
        return _names(known, plain)
    return "\n".join(formatters.part(_part(known, said)) for said in plain or ())


def _names(known: Field, plain: Any) -> str:
    ids = plain if isinstance(plain, list) else [plain]
    rows = [db.session.get(known.points_at, one) for one in ids if one is not None]
    return ", ".join(sorted(title_of(row, language()) for row in rows if row is not None))


def _part(owner: Field, said: dict[str, Any]) -> Any:
    """What stands for a part, to be read as one."""
    register = part_class(owner)
    told = {known.key: as_read(db.session, known, said.get(known.key)) for known in fields_of(register)}
    return SimpleNamespace(register=register, **told)
