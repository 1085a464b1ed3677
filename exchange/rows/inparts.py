"""Parts of rows in sheets: on a sheet of their own, one a line, or in the row they belong to, a line of a cell each.

A part that is told with its number is changed, one without is added; what is not told of is never taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from exchange.cells import durations, values
from exchange.cells.places import countries_in
from exchange.cells.splitting import BULLET, names_in
from exchange.cells.wording import told
from exchange.columns import NUMBER
from exchange.rows.asking import Asked, Cell, Late
from exchange.rows.existing import NOWHERE, number_in
from exchange.rows.references import Meant, References, target_of
from exchange.rows.telling import parts_said
from exchange.rows.wishes import Rows, Stands, Wishes, present_in
from models.changes.beginning import default_of
from models.changes.bulk import CLOSED, NOT_ASKED, Change, PartChange
from models.declare.base import field_of, fields_of, part_class
from models.declare.choices import says_nothing
from models.declare.cleaning import line
from models.declare.fields import Field, Kind
from models.declare.shapes import Shape
from models.declare.words import N_, Problem

ELSEWHERE = N_("Dette fylles ut på et ark for seg, med én linje for hver.")
ALONE = N_("Dette sier noe om «%(name)s», men der står det ingenting Orden kjenner. Fyll det ut, eller ta dette bort.")
NOT_AS_MANY = N_("Cellen har %(lines)s linjer, men «%(other)s» har %(wanted)s. Skriv like mange.")
LENGTHS = frozenset({Shape.DAYS, Shape.MONTHS, Shape.YEARS})
# No two of these begin alike, and each ends where its word does: a long text is looked through once.
_STEP = (
    r"(?:§|(?:kap|kapittel|art|artikkel|pkt|nr|jf|ledd|bokstav|punktum|og|til|første|fyrste|andre|annet|tredje|fjerde|"
    r"[ivxlc]+|[abd-hjkm-uwyzæøå]|\d+[a-z]?)\b)"
)
_PLACE = re.compile(
    rf"^(?P<head>\S.{{0,200}}?)[\s,]*(?P<place>(?:§|(?:kap|kapittel|art|artikkel|pkt)\b)[\s.]*(?:{_STEP}[\s,./–-]*)*)$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class PartWish:
    """What is asked of a part, by the keys of its fields: values, and of what points elsewhere what it means."""

    part: Any
    values: dict[str, Any] = field(default_factory=dict)
    meant: dict[str, list[Meant]] = field(default_factory=dict)


Begun = tuple[int, PartWish | None]  # a part, and the line of the cell that leads it stands on
Wished = dict[str, list[PartWish]]  # by the field of the row


class Parts:
    """Reads what rows ask of their parts, and makes changes of it."""

    def __init__(self, wishes: Wishes) -> None:
        self.wishes, self.references, self.t = wishes, wishes.references, wishes.t

    def wished(self, asked: Asked, row: Any) -> Wished:
        """What is asked of the parts of a row; what cannot be right is noted."""
        found: Wished = {}
        for outer, cells in asked.inner.items():
            try:
                found.setdefault(outer, []).extend(self._in_row(asked, outer, cells, row))
            except Problem as problem:
                asked.unfit(problem, self.t, next(iter(cells.values())))
        for one in asked.parts:
            if (wish := self._on_sheet(one, row)) is not None:
                found.setdefault(one.within, []).append(wish)
        return found

    def _on_sheet(self, asked: Asked, row: Any) -> PartWish | None:
        """What a line of a sheet of parts asks."""
        part_type = part_class(field_of(type(row), asked.within))
        wish = PartWish(None)
        if number := asked.beside.get(NUMBER):
            wish.part = next((one for one in getattr(row, asked.within) if one.id == number_in(number)), None)
            if wish.part is None:
                asked.wrong(Problem(NOWHERE), self.t, number)
                return None
        for key, cell in asked.cells.items():
            try:
                self._put(wish, part_type, cell, key)
            except Problem as problem:
                asked.wrong(problem, self.t, cell)
        return wish

    def _put(self, wish: PartWish, part_type: type[Any], cell: Cell, key: str) -> None:
        if cell.known.kind in {Kind.REFERENCE, Kind.REFERENCES} and not cell.clears:
            present = set() if wish.part is None else present_in(wish.part, cell.known)
            wish.meant[key] = self.wishes.meant(part_type, cell, present, f"{key}")
        elif cell.clears:
            wish.values[key] = default_of(part_type, cell.known) if cell.known.kind is Kind.VALUE else None
            if cell.known.kind is Kind.REFERENCES:
                wish.values[key] = []
        else:
            late = isinstance(cell.value, Late)
            wish.values[key] = values.read(cell.known, cell.value.value, self.t, row=wish.part) if late else cell.value

    def _in_row(self, asked: Asked, outer: str, cells: Mapping[str, Cell], row: Any) -> Iterator[PartWish]:
        """What the cells of a row that tell of parts ask: a line, or a name, of the one that leads is a part."""
        part_type = part_class(field_of(type(row), outer))
        ordered = [cells[known.key] for known in fields_of(part_type) if known.key in cells]
        if lacking := [one for one in fields_of(part_type) if one.key not in cells and _must_be_told(part_type, one)]:
            for cell in ordered:
                asked.unfit(Problem(ALONE, name=self.t(lacking[0].label)), self.t, cell)
            return
        lead = min(
            ordered, key=lambda one: (not _must_be_told(part_type, one.known), one.known.kind is not Kind.REFERENCE)
        )
        begun = list(self._begun(asked, part_type, lead, outer, cells))
        for cell in ordered:
            if cell is not lead and begun:
                self._beside(asked, part_type, cell, lead, begun)
        yield from (_matched(part_type, wish, getattr(row, outer)) for _line, wish in begun if wish is not None)

    def _beside(self, asked: Asked, part_type: type[Any], cell: Cell, lead: Cell, begun: Sequence[Begun]) -> None:
        """Put what a cell says into the parts that stand beside it."""
        try:
            told_of, rest = _lines(cell, lead, [line_ for line_, _wish in begun])
        except Problem as problem:
            asked.unfit(problem, self.t, cell)
            return
        for wish, value in [
            *zip((wish for _line, wish in begun), told_of, strict=True),
            *((None, one) for one in rest),
        ]:
            if line(value):
                try:
                    if wish is None:
                        raise Problem(ALONE, name=lead.heading)
                    self._put(wish, part_type, self._cell(cell, value), cell.known.key)
                except Problem as problem:
                    asked.unfit(problem, self.t, cell, getattr(problem, "words", "") or told(value))
                    if wish is not None and (some := getattr(problem, "found", ())):
                        wish.meant[cell.known.key] = list(some)

    def _cell(self, cell: Cell, value: Any) -> Cell:
        return Cell(cell.known, values.read(cell.known, value, self.t), cell.address, cell.heading)

    def _begun(
        self, asked: Asked, part_type: type[Any], lead: Cell, outer: str, cells: Mapping[str, Cell]
    ) -> Iterator[Begun]:
        """A part for each line, or each name, of the cell that leads, with the line it stands on; none where what it
        says is nothing that a part could be of."""
        values.no_identity_number(told(lead.value))
        for place, one in enumerate(_lines_of(lead.value)):
            if lead.known.kind is Kind.REFERENCE:
                yield from ((place, wish) for wish in self._named(asked, part_type, lead, outer, one))
            elif line(one):
                several = countries_in(told(one)) if lead.known.shape is Shape.TEXT else []
                yield from ((place, self._worded(asked, part_type, lead, said, cells)) for said in several or [one])

    def _named(
        self, asked: Asked, part_type: type[Any], lead: Cell, outer: str, text: Any
    ) -> Iterator[PartWish | None]:
        """The parts of the names on one line."""
        target, key = target_of(part_type, lead.known), lead.known.key
        beside = _place_of(part_type) if lead.known.points_at.__tablename__ == "law" else None
        for one in self.references.parted(target, values.read(lead.known, text, self.t) or (), _head):
            name, place = (one, "") if self.references.is_known(target, one) or not beside else _parted(one)
            try:
                meant = self.references.one(target, name, (), may_make=f"{outer}.{key}" in self.references.make)
                if self.references.leaves_out(target, name):
                    asked.note(lead, name)
                yield PartWish(None, {beside.key: place} if beside and place else {}, {key: [meant]})
            except Problem as problem:
                asked.unfit(problem, self.t, lead, one)
                yield None

    def _worded(
        self, asked: Asked, part_type: type[Any], lead: Cell, text: Any, cells: Mapping[str, Cell]
    ) -> PartWish | None:
        """A part of a line that is no name. A length that goes on, «5 år etter avsluttet sak», or is words alone, is a
        length and words where the part has a field for them that no column tells; so is one in another unit."""
        try:
            return PartWish(None, {lead.known.key: values.read(lead.known, text, self.t)})
        except Problem as problem:
            if lead.known.shape in LENGTHS and isinstance(text, str):
                free = [known for known in fields_of(part_type) if known.key not in cells]
                if (held := self._lasting(lead.known, text, free)) is not None:
                    return PartWish(None, held)
            asked.unfit(problem, self.t, lead, told(text))
            return None

    def _lasting(self, known: Field, text: str, free: Sequence[Field]) -> dict[str, Any] | None:
        """A length in the field that takes its unit, and what follows in the first field of words; None when not all of
        it has a place."""
        begin, rest = (text, "") if durations.length(text) else durations.lasting(text)
        lengths = [one for one in (known, *free) if one.shape in LENGTHS]
        takes = next((one for one in lengths if durations.whole(begin, one.shape) is not None), None)
        words = next((one for one in free if one.shape is Shape.TEXT), None)
        if (begin and takes is None) or (rest and words is None):
            return None
        with suppress(Problem):
            held = {takes.key: values.read(takes, begin, self.t)} if takes else {}
            return held | ({words.key: values.read(words, rest, self.t)} if words and rest else {})
        return None

    def changes(self, asked: Asked, row: Any, wished: Wished, wanted: Mapping[str, Any], rows: Rows) -> list[Change]:
        """What becomes of the parts of a row that would stand as `wanted` has it."""
        found = []
        for key in {**asked.cells, **wished}:
            known = self.wishes.own_field(key)
            if known is None or known.kind is not Kind.ROWS:
                continue
            change = self._change(asked, row, known, wished.get(key, []), rows)
            if self._is_kept(asked, row, change, wanted):
                found.append(change)
        return found

    def _change(self, asked: Asked, row: Any, known: Field, wished: Iterable[PartWish], rows: Rows) -> Change:
        cell = asked.cells.get(known.key)
        if cell is not None and not cell.clears:
            stands = parts_said(known, getattr(row, known.key), self.wishes.language)
            if cell.address and set(cell.value) != set(names_in(known, stands)):
                asked.leave(cell, self.t(ELSEWHERE))
        made = tuple(_change_of(part_class(known), one, self.references, rows) for one in wished)
        return Change(known, parts=made, empties=cell is not None and cell.clears)

    def _is_kept(self, asked: Asked, row: Any, change: Change, wanted: Mapping[str, Any]) -> bool:
        """Whether the row may have it so; else every cell that asks for it is left out, and said to be."""
        if not change.parts and not change.empties:
            return False
        stands = Stands(row, wanted)
        why = "" if self.wishes.is_open(row)(change.known) else CLOSED
        if not why and change.parts and not change.known.applies_to(stands):
            why = NOT_ASKED
        if why and (change.empties or any(one.differs for one in change.parts)):
            for cell in asked.inner.get(change.known.key, {}).values():
                asked.unasked(cell, self.t) if why == NOT_ASKED else asked.leave(cell, self.t(why))
            for one in asked.parts:
                for cell in (*one.beside.values(), *one.cells.values()) if one.within == change.known.key else ():
                    one.leave(cell, self.t(why))
        return not why


def _change_of(part_type: type[Any], wish: PartWish, references: References, rows: Rows) -> PartChange:
    held = {} if wish.part is not None else _defaults(part_type)
    held |= wish.values
    for key, meant in wish.meant.items():
        known = field_of(part_type, key)
        found = [references.row(target_of(part_type, known), one, rows) for one in meant]
        held[key] = found if known.kind is Kind.REFERENCES else next(iter(found), None)
    return PartChange(wish.part, held)


def _defaults(part_type: type[Any]) -> dict[str, Any]:
    some = [known for known in fields_of(part_type) if known.kind is Kind.VALUE]
    return {one.key: value for one in some if (value := default_of(part_type, one)) is not None}


def _matched(part_type: type[Any], wish: PartWish, parts: Iterable[Any]) -> PartWish:
    """The part that is there already and says the same, or less of what is asked, and nothing else of it."""
    for part in parts:
        pairs = [(getattr(part, key), value) for key, value in wish.values.items()]
        pairs += [(present_in(part, field_of(part_type, key)), set(meant)) for key, meant in wish.meant.items()]
        if any(old == new for old, new in pairs) and all(
            old == new or says_nothing(old) or not old for old, new in pairs
        ):
            wish.part = part
            return wish
    return wish


def _lines(cell: Cell, lead: Cell, places: Sequence[int]) -> tuple[list[Any], list[Any]]:
    """What a cell says of each of some parts, which stand on such lines of the cell that leads: the same line, or one
    of each, or, of rows that are pointed at, all of it of each; and the lines beside no part. Raises Problem."""
    mine, theirs = _lines_of(cell.value), _lines_of(lead.value)
    is_list = any(BULLET.match(told(one)) for one in (*mine, *theirs))
    if len(mine) == len(theirs) > 1 and not is_list:
        return [mine[place] for place in places], [one for at, one in enumerate(mine) if at not in places]
    is_of_all = lead.known.shape is Shape.TEXT and len(set(places)) == len(mine) == 1  # «Norge og USA», and one ground
    if len(places) == 1 or is_of_all or cell.known.kind is Kind.REFERENCES:
        return [cell.value for _place in places], []
    said = [one for one in mine if line(one)]
    if len(said) != len(places):
        raise Problem(NOT_AS_MANY, lines=len(said), other=lead.heading, wanted=len(places))
    return said, []


def _lines_of(value: Any) -> list[Any]:
    return value.split("\n") if isinstance(value, str) else [value]


def _must_be_told(part_type: type[Any], known: Field) -> bool:
    return known.required and (known.kind is not Kind.VALUE or default_of(part_type, known) is None)


def _place_of(part_type: type[Any]) -> Field | None:
    """The field of a part that says where in a law: its short text."""
    return next((known for known in fields_of(part_type) if known.shape is Shape.TEXT), None)


def _head(text: str) -> str:
    return _parted(text)[0]


def _parted(text: str) -> tuple[str, str]:
    """A law and the place in it: «Barnehageloven § 47»."""
    found = _PLACE.match(text)
    return (found["head"].strip(), found["place"].strip()) if found else (text, "")
