"""What the rows of a register are known by, read once: their names in each language, codes, numbers and other names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy import String, UniqueConstraint, select

from exchange.cells.likeness import nearest
from exchange.cells.spellings import alike
from models.declare.base import fields_of
from models.declare.checks import organisation_number
from models.declare.cleaning import line
from models.declare.folding import fold
from models.declare.memories import remembers
from models.declare.numbers import as_id
from models.declare.shapes import Shape
from models.declare.titles import SHOWS_CODE
from models.declare.words import Problem
from reports.language import LANGUAGES

SUGGESTED, LIKELY, MOST_ASKED = 3, 72, 300  # rows, per cent of likeness, and names that suggestions are looked for to
TELLING = 3  # letters from which on signs between them do not count: C++ is not C
ORGANISATION, SHORT = "organisation_number", ("short_name", "email")
_BRACKETS, _DASH = re.compile(r"\s*\([^()]*\)\s*"), re.compile(r"\s+[-–—]\s+")
_COMPANY = re.compile(r"(?:\s+(?:asa?|a s|ans|da|sa|iks|kf|ab|aps|gmbh|ltd|inc|norge|norway))+$")
# «Opplæringslova» and «opplæringsloven» are one law, as are «barnevernloven» and «barnevernsloven».
_LAW = re.compile(r"s?lov(?:en|a)?$")
_ABBREVIATED = {
    "pbl": "plan og bygningsloven", "fvl": "forvaltningsloven", "forvl": "forvaltningsloven", "koml": "kommuneloven",
    "oppll": "opplæringslova", "opplæringsl": "opplæringslova", "bhgl": "barnehageloven", "bvl": "barnevernsloven",
    "hol": "helse og omsorgstjenesteloven", "hotjl": "helse og omsorgstjenesteloven", "aml": "arbeidsmiljøloven",
    "pasjl": "pasientjournalloven", "hpl": "helsepersonelloven", "hlspl": "helsepersonelloven", "arkl": "arkivlova",
    "offl": "offentleglova", "popplyl": "personopplysningsloven", "ftrl": "folketrygdloven",
}  # fmt: skip
_NUMBER = re.compile(r"#?\s*([0-9]+)")
Key = tuple[str, ...]  # columns that together tell a row from all others of its owner


class Names:
    """Every row of a register within the scope, found by what people call it."""

    def __init__(self, register: type[Any]) -> None:
        self.register = register
        self.ids: set[int] = set()
        self.called: dict[int, str] = {}
        self.by_key: dict[Key, dict[tuple[Any, ...], int]] = {key: {} for key in keys_of(register.__mapper__)}
        self._exact: dict[str, set[int]] = {}
        self._folded: dict[str, set[int]] = {}
        self._alike: dict[str, set[int]] = {}
        self._aliases: dict[str, set[int]] = {}
        self._codes: dict[str, set[int]] = {}
        self._roughly: dict[str, set[int]] = {}
        self._asked: dict[str, list[str]] = {}
        self._found: dict[str, set[int]] = {}

    def note(self, row_id: int, told: dict[str, Any]) -> None:
        """That there is a row, with what its columns hold."""
        self.ids.add(row_id)
        for key, rows in self.by_key.items():
            values = tuple(told.get(column) for column in key)
            if None not in values:
                rows[values] = row_id
        for name in _titles(self.register, told):
            self.called.setdefault(row_id, name)
            self._exact.setdefault(name, set()).add(row_id)
            self._folded.setdefault(fold(name), set()).add(row_id)
            self._alike.setdefault(alike(name), set()).add(row_id)
            for rough in _rough(self.register, name):
                self._roughly.setdefault(rough, set()).add(row_id)
        for column in _coded(self.register.__mapper__):
            if told.get(column):
                self._codes.setdefault(alike(told[column]), set()).add(row_id)
        for name in (told.get(self.register.__register__.aliases) or "").split(","):
            if alike(name):
                self._aliases.setdefault(alike(name), set()).add(row_id)

    def found(self, text: str) -> set[int]:
        """The rows a text may mean, by the best of the ways in which it means any."""
        if text not in self._found:
            self._found[text] = self._look(text)
        return self._found[text]

    def _look(self, text: str) -> set[int]:
        bare = line(text) or ""
        loose = alike(bare)
        ways = (self._exact.get(bare), self._folded.get(fold(bare)), self._codes.get(loose) if loose else None)
        rough = (self._aliases.get(loose), self._alike.get(loose)) if len(loose) >= TELLING else ()
        found = next((some for some in (*ways, *rough) if some), None) or self._numbered(bare)
        if found:
            return found
        last = [self._roughly.get(one, set()) for one in _rough(self.register, bare)]
        return next((some for some in last if len(some) == 1), set())

    def leaves_out(self, text: str) -> bool:
        """Whether a text that means a row says more in brackets than what the row is called."""
        exact = self._alike.get(alike(text)) or self._aliases.get(alike(text))
        return "(" in text and ORGANISATION in self.register.__mapper__.columns and not exact

    def named(self, name: str) -> set[int]:
        """The rows that go by a name."""
        return self._exact.get(name) or self._folded.get(fold(name), set())

    def _numbered(self, text: str) -> set[int]:
        """The row of an organisation number however it is written, else of an Orden-nummer."""
        with suppress(Problem):
            if found := self.by_key.get((ORGANISATION,), {}).get((organisation_number(text),)):
                return {found}
        with suppress(ValueError):
            if told := _NUMBER.fullmatch(text):
                return {as_id(told[1])} & self.ids
        return set()

    def like(self, text: str) -> list[str]:
        """The names that are nearest to a text that is none."""
        if text not in self._asked:
            if len(self._asked) >= MOST_ASKED:
                return []
            near = nearest(alike(text), self._alike, least=LIKELY, most=SUGGESTED)
            ids = [min(self._alike[name]) for name, _share in near] or self._beginning(alike(text))
            self._asked[text] = list(dict.fromkeys(self.called[one] for one in ids))
        return self._asked[text]

    def _beginning(self, text: str) -> list[int]:
        """The rows whose names a text begins with: «Visma Enterprise» names «Visma»."""
        words = text.split()
        some = [self._alike.get(" ".join(words[:count]), ()) for count in range(len(words) - 1, 0, -1)]
        return next((sorted(rows)[:SUGGESTED] for rows in some if rows), [])


def _rough(register: type[Any], name: str) -> list[str]:
    """What else a name is known by. Of a company: its name without what kind of company it is, without what stands in
    brackets, and without blanks. In a code list: what stands before and after a dash, and in brackets."""
    if ORGANISATION in register.__mapper__.columns:
        bare = _COMPANY.sub("", alike(_BRACKETS.sub(" ", name))).replace(" ", "")
        return [bare] if len(bare) >= TELLING else []
    if register.__tablename__ == "law":
        return [
            _LAW.sub("lov", alike(_ABBREVIATED.get(one, one)).replace(" ", "")) for one in map(alike, _called(name))
        ]
    if "code" not in register.__mapper__.columns:
        return []
    pieces = [*_DASH.split(_BRACKETS.sub(" ", name)), *(found.strip("() ") for found in _BRACKETS.findall(name))]
    return [one for piece in pieces if len(one := alike(piece)) >= TELLING]


def _called(law: str) -> list[str]:
    """What a law may be called: its short name is often in brackets after the long one."""
    last = _BRACKETS.findall(law)[-1:] if law.rstrip().endswith(")") else []
    return [law, *(found.strip("() ") for found in last)]


def read(session: Any, register: type[Any]) -> Names:
    """What the rows of a register are known by, in one statement within the scope."""
    names, columns = Names(register), _columns(register.__mapper__)
    asked = select(register.id, *[getattr(register, one) for one in columns]).order_by(register.id)
    for row_id, *values in session.execute(asked):
        names.note(row_id, dict(zip(columns, values, strict=True)))
    return names


def told(row: Any) -> dict[str, Any]:
    """What a row holds that may not be saved yet, in the columns that tell it from others."""
    pointing, found = _pointing(type(row).__mapper__), {}
    for column in _keyed(type(row).__mapper__):
        there = getattr(row, pointing[column]) if column in pointing else None
        found[column] = there.id if there is not None else getattr(row, column)
    return found


@remembers()
def _keyed(register: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for key in keys_of(register) for column in key))


@remembers()
def _pointing(register: Any) -> dict[str, str]:
    """The references whose columns tell a row from others."""
    some = [known for known in fields_of(register.class_) if known.shape is Shape.REFERENCE]
    return {known.column: known.key for known in some}


def is_number(text: str) -> bool:
    """Whether a text is an Orden-nummer and no name, be there such a row or not."""
    return _NUMBER.fullmatch(line(text) or "") is not None


@remembers()
def keys_of(register: Any) -> tuple[Key, ...]:
    """The columns that no two rows of one owner share: one by itself, or some together; not the number."""
    table = register.local_table
    constraints = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    unique = [one for one in table.indexes if one.unique and one.dialect_options["sqlite"].get("where") is None]
    every = [[column.name for column in one.columns] for one in (*constraints, *unique)]
    every += [[column.name] for column in table.columns if column.unique]
    keys = {tuple(sorted(set(names) - {"municipality_id"})) for names in every}
    return tuple(sorted(keys - {("id",), ()}))


@remembers()
def _columns(register: Any) -> tuple[str, ...]:
    """The columns that are read of every row."""
    of = register.class_
    wanted = [_localised(of, language) for language in LANGUAGES]
    wanted += [of.__register__.aliases, *_coded(register), *[column for key in keys_of(register) for column in key]]
    return tuple(dict.fromkeys(one for one in wanted if one and one in register.columns))


def _localised(register: type[Any], language: str) -> str:
    title = register.__register__.title
    return title if language == LANGUAGES[0] else f"{title}_{language}"


@remembers()
def _coded(register: Any) -> tuple[str, ...]:
    """Columns that a person may write instead of a name: what alone tells a row, such as its code, and short forms."""
    alone = [one for one in single(register.class_) if isinstance(register.columns[one].type, String)]
    return tuple(one for one in dict.fromkeys((*alone, *SHORT)) if one in register.columns)


def _titles(register: type[Any], told: dict[str, Any]) -> Iterable[str]:
    names = [told.get(_localised(register, language)) for language in LANGUAGES]
    shown = [f"{told.get('code')} {name}" for name in names if name] if register.__tablename__ in SHOWS_CODE else []
    return dict.fromkeys(name for name in (*shown, *names) if name)


def single(register: type[Any]) -> Collection[str]:
    """The columns that alone tell a row from all others."""
    return [key[0] for key in keys_of(register.__mapper__) if len(key) == 1]
