"""The codes of what nobody gave one: made of the name, and told apart where two names come to the same."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import chain, count

from sqlalchemy import inspect, select

from models.declare.folding import fold
from models.registers.codes import LONGEST_CODE, CodeList
from models.tenancy.session import TenantSession

_SPELT = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})


def give(session: TenantSession) -> None:
    """Every code without a code gets one, all that are new in a list after one look at what is taken there."""
    bare: dict[type[CodeList], list[CodeList]] = {}
    for row in [*session.new, *session.dirty]:
        if isinstance(row, CodeList) and not row.code:
            bare.setdefault(type(row), []).append(row)
    for register, rows in bare.items():
        taken = _taken(session, register, rows)
        for row in rows:
            row.code = _free(_spelt(row.name or ""), taken)
            taken.add(row.code)


def _spelt(name: str) -> str:
    """A name as a code, with room for a number after it."""
    told = re.sub(r"[^a-z0-9]+", "-", fold(name).translate(_SPELT)).strip("-")
    return told[: LONGEST_CODE - 10].rstrip("-") or "x"


def _taken(session: TenantSession, register: type[CodeList], rows: Sequence[CodeList]) -> set[str]:
    """The codes that are taken, stored and about to be: for a single row those that begin as its own would."""
    codes = inspect(register).columns.code
    found = select(codes)
    if len(rows) == 1:
        found = found.where(codes.startswith(_spelt(rows[0].name or ""), autoescape=True))
    others = (one.code for one in session.new if type(one) is register and one.code)
    return {*session.flush_connection().scalars(found), *others}


def _free(code: str, taken: Collection[str]) -> str:
    return next(one for one in chain([code], (f"{code}-{number}" for number in count(2))) if one not in taken)
