"""Which row of the register a row of the sheet means: by its Orden-nummer, by what tells it alone, or by its name."""

from __future__ import annotations

from typing import Any

from exchange.cells.spellings import alike
from exchange.cells.wording import told
from exchange.columns import NUMBER, OWNER, VERSION
from exchange.rows.asking import Asked, Cell
from exchange.rows.names import Names, single
from exchange.rows.planned import How
from exchange.rows.references import SEVERAL, short
from models.declare.base import fields_of
from models.declare.cleaning import line
from models.declare.fields import is_owned
from models.declare.numbers import as_id, digits
from models.declare.words import N_, Problem
from models.registers.municipality import Municipality
from models.tenancy import scope
from reports.language import Translate

NOWHERE = N_("Det finnes ingen slik rad her. Tøm Orden-nummeret for å lage en ny, eller ta raden bort fra arket.")
TWICE = N_("Raden står også på linje %(number)s i arket. Behold den ene.")
NO_VERSION = N_("Orden-versjonen er ikke et tall. La den stå som den var da arket ble hentet, eller tøm den.")
NOT_OWNED = N_("Registeret er felles for alle kommunene.")


class Existing:
    """Finds rows among the names of a register; none of another municipality is ever found."""

    def __init__(self, session: Any, register: type[Any], names: Names, how: How, t: Translate) -> None:
        self.register, self.names, self.how, self.t = register, names, how, t
        alone = set(single(register))
        self.keys = [known for known in fields_of(register) if known.column in alone]
        self.here = _called(session) if is_owned(register) else frozenset()
        self.seen: dict[int, int] = {}

    def find(self, asked: Asked) -> bool:
        """Say of a row which one it means; whether it may be gone on with."""
        try:
            row_id, cell = self._meant(asked)
            asked.planned.version = _version(asked.beside.get(VERSION))
        except Problem as problem:
            asked.wrong(problem, self.t, asked.beside.get(NUMBER) or asked.beside.get(OWNER))
            return False
        if row_id is not None and row_id in self.seen:
            asked.wrong(Problem(TWICE, number=str(self.seen[row_id])), self.t, cell)
            return False
        if row_id is not None:
            self.seen[row_id] = asked.planned.number
        asked.planned.row_id = row_id
        return True

    def _meant(self, asked: Asked) -> tuple[int | None, Cell | None]:
        if owner := asked.beside.get(OWNER):
            if not is_owned(self.register):
                asked.leave(owner, self.t(NOT_OWNED))
            elif alike(told(owner.value)) not in self.here:
                raise Problem(NOWHERE)
        if number := asked.beside.get(NUMBER):
            if (row_id := number_in(number)) not in self.names.ids:
                raise Problem(NOWHERE)
            return row_id, number
        for known in self.keys:
            cell = asked.cells.get(known.key)
            if cell and (found := self.names.by_key[known.column,].get((cell.value,))):
                return found, cell
        return self._named(asked)

    def _named(self, asked: Asked) -> tuple[int | None, Cell | None]:
        cell = asked.cells.get(self.register.__register__.title)
        if not self.how.by_name or cell is None or not isinstance(cell.value, str):
            return None, cell
        rows = self.names.named(cell.value)
        if len(rows) > 1:
            raise Problem(SEVERAL, name=short(cell.value), numbers=", ".join(map(str, sorted(rows))))
        return next(iter(rows), None), cell


def number_in(cell: Cell) -> int | None:
    """The Orden-nummer that a cell says; None for what is none."""
    try:
        return as_id(line(told(cell.value)))
    except ValueError:
        return None


def _version(cell: Cell | None) -> int | None:
    """How a row stood when the sheet was written. Raises Problem for what cannot be that."""
    if cell is None:
        return None
    if (version := digits(line(told(cell.value)))) is None:
        raise Problem(NO_VERSION)
    return version


def _called(session: Any) -> frozenset[str]:
    """What the municipality one works in is called and numbered, now and before."""
    place = session.get(Municipality, scope.current().active)
    names = [place.name, *[one.code for one in place.codes], *[one.name for one in place.codes if one.name]]
    return frozenset(map(alike, [*names, f"{place.name} kommune"]))
