"""What differs between two days: which rows have come, which are gone, and of the others what they say otherwise, field
by field, also where what they point at has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.declare.words import N_


class What(StrEnum):
    """What has become of a row."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


WORDS = {What.NEW: N_("Ny"), What.CHANGED: N_("Endret"), What.GONE: N_("Slettet")}


@dataclass(frozen=True, slots=True)
class Said:
    """A field as it is compared: by its key, called something, and what a row says in it."""

    key: str
    label: str
    says: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Of a row that came or went its name alone; of one that changed one field, as it was and is."""

    row_id: int
    name: str
    what: What
    key: str = ""
    label: str = ""
    was: str = ""
    now: str = ""


def differences(
    before: Mapping[int, Any], after: Mapping[int, Any], fields: Sequence[Said], name: Callable[[Any], str]
) -> Iterator[Difference]:
    """In the order of the names, of rows by their ids."""
    for one in sorted({*before, *after}, key=lambda one: (name(after.get(one) or before[one]).casefold(), one)):
        was, now = before.get(one), after.get(one)
        if was is None:
            yield Difference(one, name(now), What.NEW)
        elif now is None:
            yield Difference(one, name(was), What.GONE)
        else:
            for each in fields:
                old, new = each.says(was), each.says(now)
                if old != new:
                    yield Difference(one, name(now), What.CHANGED, each.key, each.label, old, new)
