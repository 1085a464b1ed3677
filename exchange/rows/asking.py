"""What a row of a sheet asks for: its cells read field by field, and every cell accounted for.

A cell that says something has one of three fates: it is placed in a field, in the row's own number, or in a note; it is
left out, and said to be; or something is wrong with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exchange.called import told_columns
from exchange.cells import articles, values, vocabularies
from exchange.cells.splitting import grounds_beside, is_ground
from exchange.cells.wording import told
from exchange.columns import BESIDE, OF_PARTS
from exchange.rows.planned import How, Planned, Said, says
from exchange.rows.references import Problems
from exchange.table import Fault, Table, Value
from models.changes.bulk import NOT_ASKED
from models.declare.base import part_class, told_fields
from models.declare.checks import no_national_identity_number
from models.declare.choices import Answer
from models.declare.fields import Field, Kind, Personal
from models.declare.shapes import POINTING, TEXTS, Shape
from models.declare.words import N_, Problem
from reports.language import Translate, translator

UNMATCHED = N_("Kolonnen er ikke koblet til noe felt.")
TOLD = N_("Kolonnen leses ikke inn: Orden regner den ut.")
NO_SUCH_COLUMN = N_("Kolonnen «%(name)s» finnes ikke i registeret lenger. Koble kolonnene på nytt.")
TWICE = N_("To kolonner er koblet til «%(name)s». Behold den ene.")
ON_ROWS = BESIDE.keys() | OF_PARTS.keys()
MUST = TEXTS | {Shape.CHOICE}  # shapes of which a required field is not left to what it begins with


@dataclass(slots=True)
class Cell:
    """A cell that says something of a field: what it says, and where it stands. What it says beside what it is asked
    `adds` to what there is: no cell says that it is all."""

    known: Field
    value: Any
    address: str
    heading: str
    clears: bool = False
    adds: bool = False

    @property
    def words(self) -> str:
        said = self.value.value if isinstance(self.value, Late) else self.value
        return "\n".join(said) if isinstance(said, list) else told(said)


@dataclass(slots=True)
class Asked:
    """What a row of a sheet asks for: of itself by BESIDE, of its fields by key, and of its parts by field and key."""

    planned: Planned
    beside: dict[str, Cell] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    inner: dict[str, dict[str, Cell]] = field(default_factory=dict)
    parts: list[Asked] = field(default_factory=list)  # of sheets of their own
    grounds: dict[str, Cell] = field(default_factory=dict)  # of the GDPR, told in the cell of the other article's
    within: str = ""
    faulty: set[str] = field(default_factory=set)  # the fields, by key, in whose cells something is wrong
    keeps_words: bool = False

    def wrong(self, problem: Problem, t: Translate, cell: Cell | None = None) -> None:
        """Note what is wrong with a cell, or with the row."""
        if cell is not None:
            self.faulty.add(cell.known.key)
        for one in problem.several if isinstance(problem, Problems) else (problem,):
            text = t(one.text, **one.params)
            said = Said(text, cell.address, cell.heading) if cell else Said(text)
            self.planned.problems += [said] if said not in self.planned.problems else []

    def unfit(self, problem: Problem, t: Translate, cell: Cell, words: str = "") -> bool:
        """Let what a cell says, or some `words` of it, be a comment where its field cannot hold it; else it is wrong.
        Gives whether it is a comment."""
        words = words or cell.words
        if not self.keeps_words or not cell.address or not may_be_words(cell, words):
            self.wrong(problem, t, cell)
            return False
        self.note(cell, words)
        return True

    def note(self, cell: Cell, words: str) -> None:
        said = f"{cell.heading}: {words}" if cell.heading else words
        self.planned.notes += [said] if said not in self.planned.notes else []

    def unasked(self, cell: Cell, t: Translate) -> None:
        """Say of a cell that the row is not asked what it answers."""
        if self.keeps_words and cell.address and not cell.clears and may_be_words(cell, cell.words):
            self.note(cell, cell.words)
        else:
            self.leave(cell, t(NOT_ASKED))

    def tell_late(self, t: Translate) -> None:
        """Note what is wrong with cells by themselves, in a line that means no row."""
        for one in (self, *self.parts):
            for cell in one.cells.values():
                if isinstance(cell.value, Late):
                    one.wrong(cell.value.problem, t, cell)

    def leave(self, cell: Cell, why: str) -> None:
        """Say of a cell that was placed that it does not come along; of one that tells two fields, once. What follows
        from another cell is none."""
        is_told = cell.address in {one.address for one in self.planned.left} if cell.address else not cell.heading
        if not is_told:
            self.planned.placed -= bool(cell.address)
            self.planned.left.append(Said(why, cell.address, cell.heading))


class Reader:
    """Reads the rows of one sheet."""

    def __init__(self, owner: type[Any], table: Table, how: How, language: str, within: str = "") -> None:
        self.table, self.how, self.within = table, how, within
        self.t = translator(language)
        self.fields: dict[str, Field] = {known.key: known for known in told_fields(owner)}
        self.fields = {key: one for key, one in self.fields.items() if one.personal is not Personal.SECRET}
        self.questions = questions_of(self.fields)
        self.told = told_columns(owner, table.headings)
        self._read: dict[tuple[str, type, Any], Any] = {}
        for key in (*how.columns.values(), *how.fixed):
            if key not in ON_ROWS and self.field(key) is None:
                raise Problem(NO_SUCH_COLUMN, name=key)
        if twice := [key for key, times in Counter(how.columns.values()).items() if times > 1]:
            raise Problem(TWICE, name=self.t(known.label) if (known := self.field(twice[0])) else twice[0])

    def field(self, key: str) -> Field | None:
        """The field behind the key of a column, be it one of a part."""
        outer, _dot, inner = key.partition(".")
        known = self.fields.get(outer)
        if known is None or not inner:
            return known
        return next((one for one in told_fields(part_class(known)) if one.key == inner), None)

    def row(self, place: int, at: int) -> Asked:
        """What a row asks for; `at` is its place in the plan."""
        planned = Planned(at, self.table.numbers[place], self.table.name)
        asked = Asked(planned, within=self.within, keeps_words=self.how.keeps_words)
        for column, value in enumerate(self.table.rows[place]):
            if says(value):
                asked.planned.read += 1
                self._cell(asked, place, column, value)
            elif self.how.blank_clears and (known := self._emptied(column)):
                asked.cells[known.key] = Cell(known, None, "", self._heading(column), clears=True)
        for key, cell in asked.grounds.items():
            there = asked.cells.get(key)
            if there is not None and isinstance(there.value, list):
                there.value = list(dict.fromkeys([*there.value, *cell.value]))
            else:
                cell.adds = there is None
                asked.cells[key] = cell
        for key, text in self.how.fixed.items():
            self._put(asked, key, text, "", self.t(known.label) if (known := self.field(key)) else key)
        return asked

    def _emptied(self, column: int) -> Field | None:
        """The field that a blank cell empties: parts are never taken away by one."""
        known = self.fields.get(self.how.columns.get(column, ""))
        return None if known is None or known.kind is Kind.ROWS else known

    def _heading(self, column: int) -> str:
        return self.table.headings[column] if column < len(self.table.headings) else ""

    def _cell(self, asked: Asked, place: int, column: int, value: Value) -> None:
        heading, address = self._heading(column), self.table.address(place, column)
        if self.within:
            address = f"{self.table.name}!{address}"
        if column in self.how.notes:
            self._note(asked, Cell(Field(heading), told(value), address, heading))
        elif key := self.how.columns.get(column):
            asked.planned.placed += 1
            self._put(asked, key, value, address, heading)
        else:
            why = TOLD if column in self.told else UNMATCHED
            asked.planned.left.append(Said(self.t(why), address, heading))

    def _note(self, asked: Asked, cell: Cell) -> None:
        asked.planned.placed += 1
        try:
            no_national_identity_number(cell.value)
        except Problem as problem:
            asked.wrong(problem, self.t, cell)
        else:
            asked.planned.notes.append(f"{cell.heading}: {cell.value}" if cell.heading else cell.value)

    def _put(self, asked: Asked, key: str, value: Value, address: str, heading: str) -> None:
        if key in ON_ROWS:
            asked.beside[key] = Cell(Field(heading), value, address, heading)
            return
        known, (outer, _dot, inner) = self.field(key), key.partition(".")
        assert known is not None  # noqa: S101 - asked of every key before the first row
        there: dict[str, Cell] = asked.inner.setdefault(outer, {}) if inner else asked.cells
        if known.key in there and not address:
            return  # what is the same for all rows gives way to what the row says
        cell = Cell(known, value, address, heading, clears=values.says_clear(value))
        if (question := next(iter(self.questions.get(outer, ())), None)) and vocabularies.says_none(told(value)):
            if question.key not in asked.cells:
                asked.cells[question.key] = Cell(question, Answer.NO, address, heading)
            elif asked.cells[question.key].value is not Answer.NO:
                asked.unasked(cell, self.t)
            return
        if is_ground(known) and not inner and not cell.clears and not self._grounds(asked, cell):
            return
        if not cell.clears and not inner:
            try:
                cell.value = self._value(known, cell.value)
            except Problem as problem:
                asked.unfit(problem, self.t, cell)
                return
        there[known.key] = cell

    def _grounds(self, asked: Asked, cell: Cell) -> bool:
        """Take the grounds of the other article out of a cell, to their own field, and note what it says beside its
        grounds; whether it says anything of its own."""
        words = told(cell.value)
        if self.how.keeps_words and articles.says_more(words) and may_be_words(cell, words):
            asked.note(cell, words)  # the grounds are known of it, and the rest is not lost
        kept, others = grounds_beside(cell.known, words)
        other = next((one for one in self.fields.values() if is_ground(one) and one is not cell.known), None)
        if not others or other is None:
            return True
        asked.grounds[other.key] = Cell(other, others, cell.address, cell.heading)
        cell.value = kept
        return bool(kept)

    def _value(self, known: Field, value: Value) -> Any:
        """A value as it is stored; the same cell is read once. What cannot be right by itself waits for its row."""
        key = (known.key, type(value), value)
        if key not in self._read:
            try:
                self._read[key] = values.read(known, value, self.t)
            except Problem as problem:
                self._read[key] = Late(value, problem) if known.kind is Kind.VALUE else problem
        found = self._read[key]
        if isinstance(found, Problem):
            raise found
        return found


@dataclass(frozen=True, slots=True)
class Late:
    """A cell that is read once it is known how the row would stand: what is asked of it may depend on that, and what
    stands there already is right as it is."""

    value: Value
    problem: Problem


def questions_of(fields: Mapping[str, Field]) -> dict[str, list[Field]]:
    """What is asked before fields of words or of other rows are, by their keys: «Nei» in such a column answers it."""
    asking = {key: known.applies for key, known in fields.items() if known.shape in TEXTS | POINTING}
    found = {
        key: [fields[one] for one in sorted(applies.keys) if one in fields]
        for key, applies in asking.items()
        if applies
    }
    return {key: [one for one in some if one.shape is Shape.ANSWER] for key, some in found.items()}


def may_be_words(cell: Cell, words: str) -> bool:
    """Whether a comment may say what a cell does: no fødselsnummer, no error of the spreadsheet, and nothing that a row
    must have a right answer to."""
    if isinstance(cell.value, Fault) or (cell.known.required and cell.known.shape in MUST):
        return False
    try:
        values.no_identity_number(words)
    except Problem:
        return False
    return True
