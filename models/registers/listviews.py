"""Ways to look at a list that are shared: with the people of a municipality, or with all."""


# fmt: off
from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped

from models.declare.base import Base, Group, OwnedRecord, Record, Register, Shared, Views
from models.declare.fields import Mark, field
from models.declare.words import N_, vocabulary
from models.registers import (
    agreements,  # noqa: F401 - the registers there are must be known before the vocabulary of them is made
    architecture,  # noqa: F401
    billing,  # noqa: F401
    data,  # noqa: F401
    processing,  # noqa: F401
    risk,  # noqa: F401
)
from models.tenancy import accesslog, people  # noqa: F401

LONGEST_NAME, LONGEST_QUERY = 60, 2000
_registers: list[Any] = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Record)]
_named = [(one.__tablename__, one.__register__.name) for one in _registers]
ListedRegister = vocabulary("ListedRegister", {name.upper(): (name, label) for name, label in sorted(_named)})


class ViewColumns:
    """`query` is what stands after the question mark in the address of the list: filters, order, columns and density."""

    name: Mapped[str] = field(N_("Navn"), String(LONGEST_NAME), required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("Det visningen heter i lista, for eksempel Skoler uten eier."))
    list_of: Mapped[Any] = field(N_("Register"), ListedRegister, required=True, mark=Mark.MANDATORY, listed=True, filtered=True, help=N_("Lista visningen er av."))
    is_first: Mapped[bool] = field(N_("Vises først"), Boolean, required=True, default=False, listed=True, help=N_("Kryss av når dette er det folk skal se når de åpner registeret. Har noen valgt en visning selv, gjelder den for dem."))
    query: Mapped[str | None] = field(N_("Utvalg og kolonner"), String(LONGEST_QUERY), help=N_("Det som står etter spørsmålstegnet i adressen til lista. Enklest er å stille inn lista og lagre visningen derfra."))


class SharedView(ViewColumns, OwnedRecord, Views, Base):
    """Delt visning – en måte å se ei liste på, felles for dem som arbeider i kommunen."""

    __tablename__ = "shared_view"
    __register__ = Register(Group.SYSTEM, N_("Delte visninger"), N_("delt visning"), N_("Måter å se lister på som er felles for alle i kommunen."), seen_elsewhere=True)


class ProjectView(ViewColumns, Shared, Base):
    """Visning for alle – en måte å se ei liste på, felles for alle kommuner."""

    __tablename__ = "project_view"
    __register__ = Register(Group.SYSTEM, N_("Visninger for alle"), N_("visning for alle"), N_("Måter å se lister på som er felles for alle kommuner."), seen_elsewhere=True)
