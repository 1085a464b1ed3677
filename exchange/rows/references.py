"""What cells name: the rows of other registers, found for all cells in as few statements as there are registers.

Only what lies within the scope is known: a number or a name of another municipality is as unknown as one that is
nowhere, and said to be so in the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect

from exchange.cells import splitting
from exchange.cells.articles import codes_in
from exchange.cells.spellings import alike
from exchange.rows import names
from exchange.rows.names import Names
from models.changes.gathering import rows_of
from models.declare.fields import Field
from models.declare.words import N_, Problem

UNKNOWN = N_("«%(name)s» finnes ikke her. Skriv et navn eller et Orden-nummer som finnes.")
UNKNOWN_LIKE = N_("«%(name)s» finnes ikke her. Mente du %(names)s?")
SEVERAL = N_("Flere heter «%(name)s». Skriv Orden-nummeret i stedet: %(numbers)s.")
GONE = N_("Noe arket viser til, ble slettet mens det ble lest. Se over på nytt.")
ONE_ONLY = N_("Feltet peker på én rad, men cellen nevner flere: %(names)s.")
ARTICLES = {"article6": 6, "article9": 9}  # the code lists whose codes people spell in a hundred ways
LONGEST, MOST_NUMBERS = 60, 5


@dataclass(frozen=True, slots=True)
class ToMake:
    """A row that is nowhere yet, by the name it will have."""

    register: type[Any]
    name: str


Meant = int | ToMake


@dataclass
class References:
    """What is known of the registers that cells point at, each read once. `make` are the fields whose unknown names
    become new rows, which `maker` makes of them or refuses."""

    session: Any
    maker: Callable[[type[Any], str], Any]
    make: Collection[str] = frozenset()
    made: dict[tuple[type[Any], str], Any] = field(default_factory=dict)
    _known: dict[type[Any], Names] = field(default_factory=dict)

    def names(self, register: type[Any]) -> Names:
        if register not in self._known:
            self._known[register] = names.read(self.session, register)
        return self._known[register]

    def meant(
        self, known: Field, owner: type[Any], told: Sequence[str], present: Collection[int], *, key: str
    ) -> list[Meant]:
        """The rows that the lines of a cell name, in their order. `present` are the ones the row has now: of several
        that share a name they are the ones meant. Raises Problem, with all that is wrong."""
        target, found, lost = target_of(owner, known), list[Meant](), dict[str, Problem]()
        for text in self.parted(target, told):
            try:
                found.append(self.one(target, text, present, may_make=key in self.make))
            except Problem as problem:
                lost[text] = problem
        if lost:
            raise Problems(list(lost.values()), dict.fromkeys(found), ", ".join(lost))
        return list(dict.fromkeys(found))

    def parted(self, target: type[Any], told: Sequence[str], head: Callable[[str], str] = str) -> Iterator[str]:
        """The names in some lines: a line as it stands when it is a name, else what it is made of. `head` is what of
        a text may be the name."""
        for text in told:
            if codes := self._codes(target, text):
                yield from codes
                continue
            parted = splitting.pieces(text, lambda one: self.is_known(target, head(one)))
            # What nobody knows any piece of is one name that is unknown, not several.
            yield from parted if any(self.is_known(target, head(one)) for one in parted) else [text]

    def _codes(self, target: type[Any], text: str) -> list[str]:
        article = ARTICLES.get(target.__tablename__)
        return [] if article is None or self.is_known(target, text) else codes_in(text, article)

    def is_known(self, target: type[Any], text: str) -> bool:
        return bool(self.names(target).found(text)) or (target, alike(text)) in self.made

    def leaves_out(self, target: type[Any], text: str) -> bool:
        """Whether a name says more than the row it means is called by."""
        return self.names(target).leaves_out(text) and (target, alike(text)) not in self.made

    def one(self, target: type[Any], text: str, present: Collection[int], *, may_make: bool) -> Meant:
        rows = self.names(target).found(text)
        if len(rows) > 1:
            rows = rows & set(present) or rows
        if len(rows) == 1:
            return next(iter(rows))
        if rows:
            some = ", ".join(map(str, sorted(rows)[:MOST_NUMBERS]))
            raise Problem(SEVERAL, name=short(text), numbers=some)
        if may_make and not names.is_number(text) and (target, alike(text)) not in self.made:
            self.made[target, alike(text)] = self.maker(target, text)
        if (target, alike(text)) in self.made:
            return ToMake(target, text)
        if like := self.names(target).like(text):
            raise Problem(UNKNOWN_LIKE, name=short(text), names=", ".join(f"«{one}»" for one in like))
        raise Problem(UNKNOWN, name=short(text))

    def row(self, register: type[Any], meant: Meant, rows: Mapping[tuple[type[Any], int], Any]) -> Any:
        """The row itself, of those that were loaded or will be made. Raises Problem for one that went meanwhile."""
        if isinstance(meant, ToMake):
            return self.made[register, alike(meant.name)]
        if (register, meant) not in rows:
            raise Problem(GONE)
        return rows[register, meant]

    def loaded(self, wanted: Mapping[type[Any], Iterable[int]]) -> dict[tuple[type[Any], int], Any]:
        """The rows themselves, some hundreds a statement."""
        found: dict[tuple[type[Any], int], Any] = {}
        for register, ids in wanted.items():
            rows = rows_of(self.session, register, sorted(set(ids)))
            found |= {(register, row_id): row for row_id, row in rows.items()}
        return found


class Problems(Problem):
    """Several things that are wrong with one cell: what it names beside them was `found`, and `words` are the rest."""

    def __init__(self, several: Sequence[Problem], found: Iterable[Meant] = (), words: str = "") -> None:
        super().__init__(several[0].text, **several[0].params)
        self.several, self.found, self.words = tuple(several), tuple(found), words


def target_of(owner: type[Any], known: Field) -> type[Any]:
    """The register that a field of a register or of a part points at."""
    target: type[Any] = inspect(owner).relationships[known.key].mapper.class_
    return target


def short(text: str) -> str:
    """As much of a text as a message has room for."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
