"""Whom the suppliers of agreements use in their turn (GDPR art. 28(2) and (4)), told on one line each, and those
outside the EEA as a sheet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from models.declare.base import field_of
from models.declare.countries import EEA
from models.declare.domains import Domain
from models.declare.titles import title
from models.declare.words import N_
from models.queries.places import names
from models.queries.rules import ALIVE
from models.queries.told import holds
from models.registers.agreements import Agreement, AgreementProcessor, is_processing_agreement
from models.registers.catalogue import Supplier
from models.registers.codes import TransferGround
from models.tenancy import scope
from reports.base import Ask, Told
from reports.columns import column, converter
from reports.table import Cell, Column, Kind, Named, Sheet

SHEET = N_("Underdatabehandlere utenfor EØS")
NONE = N_("Ingen avtaler har underdatabehandlere utenfor EØS.")
LACKS = N_("Mangler overføringsgrunnlag")


def lines(session: Any, agreements: Iterable[int], ask: Ask) -> dict[int, str]:
    """Those of some agreements, by the ids of the agreements: one line each. One statement."""
    part, show = AgreementProcessor, converter(field_of(AgreementProcessor, "country"), ask.t)
    told = select(part.parent_id, part.name, part.number, part.country, part.purpose, _ground(ask))
    rows = session.execute(
        told.outerjoin(part.ground).where(part.parent_id.in_(set(agreements))).order_by(part.parent_id, part.id)
    )
    found: dict[int, list[str]] = {}
    for parent, name, number, country, purpose, ground in rows:
        where = str(show(country) if show else country) if country else ""
        called = f"{name} ({', '.join(filter(None, (number, where)))})" if number or where else name
        found.setdefault(parent, []).append(", ".join(filter(None, (called, purpose, ground))))
    return {parent: "\n".join(told) for parent, told in found.items()}


def beside(told: str | None, words: Cell) -> str | None:
    """Those that stand in rows, before what is written of others."""
    return "\n".join(str(one) for one in (told, words) if one) or None


def abroad(session: Any, ask: Ask) -> Told:
    """Each outside the EEA, by agreement, those without a ground first."""
    part, t = AgreementProcessor, ask.t
    several = len(scope.current().readable(Domain.CONTENT)) > 1
    known = [field_of(part, key) for key in ("name", "country", "purpose", "ground")]
    show = [converter(one, t) for one in known[:3]]
    alive = holds(Agreement, ALIVE[Agreement] & is_processing_agreement)
    where = (alive, part.country.is_not(None), part.country.not_in(EEA))
    told = (
        select(Agreement.id, Agreement.name, Agreement.municipality_id, Supplier.name, part.name, part.country,
               part.purpose, _ground(ask))
        .select_from(part).join(part.parent).outerjoin(Agreement.supplier).outerjoin(part.ground).where(*where)
        .order_by(part.ground_id.is_not(None), Agreement.sort_key, Agreement.id, part.id).limit(ask.most)
    )  # fmt: skip
    owners = names(session) if several else {}
    rows: list[list[Cell]] = [
        [
            Named(called, Agreement.__tablename__, row_id), *([owners[place]] if several else []), supplier,
            *(make(value) if make else value for make, value in zip(show, said, strict=True)), ground or t(LACKS),
        ]
        for row_id, called, place, supplier, *said, ground in session.execute(told)
    ]  # fmt: skip
    columns = [Column(t("Avtale")), *[Column(t("Kommune"))] * several, Column(t("Leverandør"))]
    columns += [*[column(one, t) for one in known[:3]], Column(t(known[3].label), Kind.LONG_TEXT)]
    counted = select(func.count()).select_from(part).join(part.parent).where(*where)
    return Told(Sheet(t(SHEET), columns, rows, empty=t(NONE)), lambda _most: int(session.scalar(counted)))


def _ground(ask: Ask) -> Any:
    return title(TransferGround, TransferGround.__tablename__, TransferGround.__register__.title, ask.language)
