"""What a list tells of all its rows: the bar of its main vocabulary above it, the sums of its numbers at its foot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.declare.fields import Field
from models.queries import totals
from models.queries.filtering import Operator
from models.queries.finding import COUNT_LIMIT, Query
from views import formatters
from views.register.filters import Asked
from views.texts import gettext as _
from views.texts import tr


@dataclass(frozen=True)
class Summary:
    """What is read beside the rows of a list that shows some fields, and what it says."""

    register: type[Any]
    query: Query
    asked: Asked
    fields: tuple[Field, ...]
    is_filtered: bool

    @property
    def vocabulary(self) -> Field | None:
        return totals.main_vocabulary(self.register)

    @property
    def added(self) -> tuple[Field, ...]:
        """The columns whose values are added up."""
        return tuple(known for known in self.fields if totals.adds_up(known))

    @property
    def columns(self) -> list[Any]:
        """What is read. A filter by the vocabulary itself is left out of its own bar, so that what else there is to
        choose still says how much it is."""
        rows = totals.of_found() if self.is_filtered else totals.of_all(self.register)
        beside = rows
        if self.is_filtered and (own := self._own_group) is not None:
            beside = totals.of_others(self.register, self.query, own)
        shares = [totals.shares(self.register, self.vocabulary, beside)] if self.vocabulary else []
        return shares + ([totals.sums(self.register, self.added, rows)] if self.added else [])

    @property
    def length(self) -> int:
        """How many columns that is."""
        return bool(self.vocabulary) + bool(self.added)

    @cached_property
    def counts_all(self) -> bool:
        """Whether the bar is of the very rows of the list: how many there are need not be counted once more."""
        return self.vocabulary is not None and self._own_group is None

    def total(self, told: tuple[Any, ...]) -> int:
        """How many rows the bar is of, no further than one past COUNT_LIMIT."""
        return COUNT_LIMIT + 1 if told[0] is None else sum(totals.read_shares(told[0]).values())

    @cached_property
    def _own_group(self) -> int | None:
        """The place among the filters of the one that narrows the list by its vocabulary alone."""
        key = self.vocabulary.key if self.vocabulary else ""
        names = {key, f"{key}.{Operator.NONE}"}
        groups = enumerate(self.query.filters)
        return next((place for place, group in groups if {one.name for one in group} <= names), None)

    def bar(self, told: tuple[Any, ...], parameters: list[tuple[str, Any]]) -> list[dict[str, Any]]:
        """The members there are rows of: how many, and what the address says once one is pressed, or pressed out. Where
        the rows are too many to count, all members, without numbers."""
        if (known := self.vocabulary) is None or known.choices is None:
            return []
        counts, pressed, own = totals.read_shares(told[0]), self._pressed(), self._own_names()
        is_whole = told[0] is not None
        others = [pair for pair in parameters if pair[0] not in own]
        members = [(str(one.value), tr(one.label), one.tone) for one in known.choices]
        found = []
        for value, label, tone in [*members, ("", _("Ikke fylt ut"), "neutral")]:
            number, is_on = counts.get(value, 0), value in pressed
            if number or is_on or not is_whole:
                left = [one for one in pressed if one != value] if is_on else [value]
                found.append(
                    {
                        "label": label,
                        "tone": tone,
                        "count": formatters.grouped(number) if is_whole else "",
                        "share": number if is_whole else 0,
                        "is_on": is_on,
                        "parameters": [*others, *[_says(known, one) for one in left]],
                    }
                )
        return found if len(found) > 1 or pressed else []

    def _own_names(self) -> set[str]:
        """What the address says the vocabulary's own filter by."""
        if self._own_group is None:
            return set()
        return {name for name, _text in self.asked.said(list(self.asked.groups)[self._own_group])}

    def _pressed(self) -> list[str]:
        """The values that the list is narrowed to, an empty one where it is to those that have none."""
        group = () if self._own_group is None else self.query.filters[self._own_group]
        return [text for one in group for text in ([""] if one.operator is Operator.NONE else one.texts)]

    def sums(self, told: tuple[Any, ...], *, is_whole: bool) -> dict[str, str]:
        """What the columns come to by their keys, as people read it; nothing where not all rows were counted."""
        if not self.added or not is_whole:
            return {}
        found = totals.read_sums(self.register, self.added, told[-1])
        return {known.key: formatters.text(known, found[known.key]) for known in self.added}


def _says(known: Field, value: str) -> tuple[str, str]:
    """How an address narrows a list to one value, or to those that have none."""
    return (known.key, value) if value else (f"{known.key}.{Operator.NONE}", "1")
