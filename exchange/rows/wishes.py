"""From what a row of a sheet asks for to changes of a row, as `models/changes/bulk.py` makes them.

What the person may not change, what the row is not asked, and what stands there already is no change: the first two are
said to be left out, where they differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from exchange.cells import values, vocabularies
from exchange.cells.wording import told
from exchange.rows.asking import Asked, Cell, Late, questions_of
from exchange.rows.references import ONE_ONLY, Meant, References, target_of
from exchange.rows.telling import said
from models.changes.beginning import default_of
from models.changes.bulk import CLOSED, Change
from models.declare.base import fields_of
from models.declare.choices import Answer, says_nothing
from models.declare.fields import Field, Kind
from models.declare.notrelevant import WAIVED
from models.declare.shapes import Shape
from models.declare.waiving import waived
from models.declare.words import Problem
from models.tenancy.roles import Actor, may_read_field, writes_fields
from reports.language import translator

Rows = Mapping[tuple[type[Any], int], Any]
Pointing = dict[str, list[Meant]]  # by field, what its cell means


class Wishes:
    """Makes changes of what rows ask for."""

    def __init__(self, references: References, actor: Actor, register: type[Any], language: str) -> None:
        self.references, self.actor, self.register, self.language = references, actor, register, language
        self.t = translator(language)
        self.own = {known.key: known for known in fields_of(register)}
        self.questions = questions_of(self.own)

    def own_field(self, key: str) -> Field | None:
        return self.own.get(key)

    def pointing(self, asked: Asked, row: Any) -> Pointing:
        """What the cells of a row that point elsewhere mean; what they cannot mean is noted."""
        found: Pointing = {}
        for key, cell in asked.cells.items():
            if cell.known.kind in {Kind.REFERENCE, Kind.REFERENCES} and not cell.clears and key in self.own:
                present = present_in(row, cell.known)
                try:
                    found[key] = self.meant(self.register, cell, present, key)
                except Problem as problem:
                    if not self.is_open(row)(cell.known):
                        asked.leave(cell, self.t(CLOSED))
                    elif asked.unfit(problem, self.t, cell, getattr(problem, "words", "")):
                        # What is not known for sure takes nothing away.
                        found |= {key: [*present, *some]} if (some := getattr(problem, "found", ())) else {}
                else:
                    if cell.adds:
                        found[key] = list(dict.fromkeys([*sorted(present), *found[key]]))
                    if any(self.references.leaves_out(target_of(self.register, cell.known), one) for one in cell.value):
                        asked.note(cell, cell.words)
        return found

    def meant(self, owner: type[Any], cell: Cell, present: Collection[int], key: str) -> list[Meant]:
        """The rows that a cell means; of a reference one. Raises Problem."""
        found = self.references.meant(cell.known, owner, cell.value, present, key=key)
        if cell.known.kind is Kind.REFERENCE and len(found) > 1:
            raise Problem(ONE_ONLY, names=", ".join(cell.value))
        return found

    def answer(self, asked: Asked, row: Any) -> None:
        """What a cell tells of answers yes to what is asked first, where nobody has answered that."""
        for key in {**asked.cells, **asked.inner}:
            for one in self.questions.get(key, ()):
                known, is_open = self.own[key], one.key not in asked.cells and getattr(row, one.key) is Answer.UNKNOWN
                if is_open and known.applies_to(Stands(row, {one.key: Answer.YES})):
                    asked.cells[one.key] = Cell(one, Answer.YES, "", "")

    def changes(self, asked: Asked, row: Any, pointing: Pointing, rows: Rows) -> list[Change]:
        """What becomes of the fields of a row, but for parts."""
        wanted: dict[str, Any] = {}
        for key, cell in asked.cells.items():
            if cell.known.kind is not Kind.ROWS and (key in pointing or cell.clears or not _points(cell.known)):
                wanted[key] = self._wanted(cell, pointing.get(key, ()), rows)
        for key in [one for one, value in wanted.items() if isinstance(value, Late)]:
            self._read_late(asked, row, key, wanted)
        for key in [one for one, value in wanted.items() if _follows(asked.cells[one].known, row, value)]:
            del wanted[key]
        self._leave_closed(asked, row, wanted)
        self._keep_closed_reasons(asked, row, wanted)
        self._leave_unasked(asked, row, wanted)
        return [change_of(row, asked.cells[key].known, value) for key, value in wanted.items()]

    def _wanted(self, cell: Cell, meant: Iterable[Meant], rows: Rows) -> Any:
        known = cell.known
        if _points(known):
            found = [self.references.row(target_of(self.register, known), one, rows) for one in meant]
            return found if known.kind is Kind.REFERENCES else next(iter(found), None)
        if cell.clears:
            return default_of(self.register, known) if known.required and known.key in self.own else None
        return cell.value

    def _read_late(self, asked: Asked, row: Any, key: str, wanted: dict[str, Any]) -> None:
        cell = asked.cells[key]
        late = wanted.pop(key)
        try:
            wanted[key] = values.read(cell.known, late.value, self.t, row=Stands(row, wanted))
        except Problem as problem:
            begun = vocabularies.begins_with_answer(told(late.value)) if cell.known.shape is Shape.ANSWER else None
            if asked.unfit(problem, self.t, cell) and begun is not None:
                wanted[key] = Answer.YES if begun else Answer.NO  # the rest is not lost: it is a comment

    def is_open(self, row: Any) -> Any:
        writes = writes_fields(self.actor, row)
        return lambda known: (
            known.key in self.own and known.in_form and may_read_field(known, row) and bool(writes(known))
        )

    def _leave_closed(self, asked: Asked, row: Any, wanted: dict[str, Any]) -> None:
        """What the person may not change is left as it is. What cannot be read is as if it were not there."""
        is_open = self.is_open(row)
        for key in [one for one in wanted if not is_open(asked.cells[one].known)]:
            cell, value = asked.cells[key], wanted.pop(key)
            stands = getattr(row, key) if may_read_field(cell.known, row) else None
            if cell.address and said(cell.known, stands, self.language) != said(cell.known, value, self.language):
                asked.leave(cell, self.t(CLOSED))

    def _keep_closed_reasons(self, asked: Asked, row: Any, wanted: dict[str, Any]) -> None:
        """Why a field is not relevant is said by whoever may fill it."""
        if WAIVED not in wanted:
            return
        is_open, stands, said = self.is_open(row), waived(row), wanted[WAIVED] or {}
        kept = {key: one for key, one in said.items() if is_open(self.own[key])}
        kept |= {key: one for key, one in stands.items() if not (key in self.own and is_open(self.own[key]))}
        if kept != said:
            asked.leave(asked.cells[WAIVED], self.t(CLOSED))
            wanted[WAIVED] = kept or None

    def _leave_unasked(self, asked: Asked, row: Any, wanted: dict[str, Any]) -> None:
        """What a row that would stand so is not asked. What is left of it may make less of the rest be asked."""
        standing = True
        while standing:
            stands = Stands(row, wanted)
            standing = False
            for key in list(wanted):
                known = asked.cells[key].known
                if says_nothing(wanted[key]) or known.applies_to(stands) or _same(getattr(row, key), wanted[key]):
                    continue
                asked.unasked(asked.cells[key], self.t)
                del wanted[key]
                standing = True
                break


class Stands:
    """A row as it would stand with some of its fields otherwise."""

    def __init__(self, row: Any, wanted: Mapping[str, Any]) -> None:
        self._row, self._wanted = row, wanted

    def __getattr__(self, key: str) -> Any:
        return self._wanted[key] if key in self._wanted else getattr(self._row, key)


def present_in(row: Any, known: Field) -> set[int]:
    """The rows that a field points at now, be it by what it follows from."""
    if known.kind is Kind.REFERENCES:
        return {one.id for one in getattr(row, known.key)}
    there = _stands(known, row)
    return set() if there is None else {there}


def _stands(known: Field, row: Any) -> Any:
    """What the column of a field holds, or where that is nothing the one that it follows from."""
    own = getattr(row, known.column)
    there = getattr(row, known.follows) if known.follows and own is None else None
    return own if there is None else getattr(there, known.column)


def _follows(known: Field, row: Any, value: Any) -> bool:
    """Whether a value is what follows where nothing is stored: it went out so, and is no change when it comes back."""
    if not known.follows or value is None or getattr(row, known.column) is not None:
        return False
    stands = _stands(known, row)
    return stands is not None and bool(stands == (value.id if known.kind is Kind.REFERENCE else value))


def change_of(row: Any, known: Field, value: Any) -> Change:
    """The change that makes a field hold a value."""
    if known.kind is not Kind.REFERENCES:
        return Change(known, value)
    held, wanted = getattr(row, known.key), list(value or ())
    gone = frozenset(one.id for one in held if one not in wanted)
    return Change(known, added=tuple(one for one in wanted if one not in held), removed=gone)


def _same(old: Any, new: Any) -> bool:
    return set(old) == set(new) if isinstance(old, list) and isinstance(new, list) else bool(old == new)


def _points(known: Field) -> bool:
    return known.kind in {Kind.REFERENCE, Kind.REFERENCES}
