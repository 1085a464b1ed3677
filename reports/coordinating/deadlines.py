"""Which agreements must be decided on, and which licences and agreements end, within some months."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement

from models.declare.conditions import Condition, comes_within, past
from models.declare.words import N_
from models.queries.rules import ALIVE, BY_CODE, breaks
from models.queries.told import holds
from models.queries.year import months_before
from models.registers.agreements import Agreement, is_in_force
from models.registers.architecture import Application
from reports.base import Ask, Group
from reports.choices import Number
from reports.coordinating.listing import Listed, Listing, More
from reports.table import Cell, Kind

WITHIN = Number("months", N_("Innen antall måneder"), default=(12,), first=1, last=60)


def _days(ask: Ask) -> int:
    """So many that the last day of the months is one of them."""
    (months,) = ask.chosen.get(WITHIN.name, WITHIN.default)
    return (months_before(ask.today, -int(months)) - ask.today).days + 1


FIRST = ("option_deadline", "notice_deadline", "ends")  # the days by which something must be decided


def _decide_by(row: dict[str, Any], ask: Ask) -> Cell:
    """The first of them that has not gone by; where all have, the last that did."""
    days: list[date] = [row[key] for key in FIRST if row[key]]
    return min((day for day in days if day >= ask.today), default=max(days))


def _any_within(days: int) -> Condition:
    option, notice, ends = (comes_within(key, days) for key in FIRST)
    return option | notice | ends


def _renewed_soon(ask: Ask) -> ColumnElement[bool]:
    return holds(
        Application,
        ALIVE[Application] & comes_within("licence_renewal", _days(ask)) & ~past("licence_renewal"),
    )


DEADLINES = Listed(
    "avtalefrister",
    N_("Avtaler og opsjoner med frist"),
    N_("Avtalene dere må bestemme noe om: forlenge, bruke opsjonen eller si opp."),
    group=Group.MONEY,
    choices=(WITHIN,),
    listings=(
        Listing(
            N_("Avtaler med frist"),
            Agreement,
            ("supplier", "stage", *FIRST, "extensions", "options", "owner", "value_ore"),
            lambda ask: [holds(Agreement, is_in_force & _any_within(_days(ask)))],
            first=lambda: (Agreement.ends,),
            more=(More(N_("Bestem innen"), Kind.DATE, _decide_by),),
            empty=N_("Ingen avtaler har frist så snart."),
        ),
    ),
    notes=(N_("Fristen er den første av dagene for opsjon, oppsigelse og utløp som ikke er passert."),),
)

ENDING = Listed(
    "utlop",
    N_("Lisenser og avtaler som løper ut"),
    N_("Lisenser som skal fornyes og avtaler som går ut, med dem som er gått ut uten at noen har ryddet."),
    group=Group.MONEY,
    choices=(WITHIN,),
    listings=(
        Listing(
            N_("Lisenser som fornyes"),
            Application,
            ("supplier", "unit", "licence_renewal", "licence_kind", "licence_count", "licence_ore"),
            lambda ask: [_renewed_soon(ask)],
            first=lambda: (Application.licence_renewal,),
            empty=N_("Ingen lisenser fornyes så snart."),
        ),
        Listing(
            N_("Avtaler som går ut"),
            Agreement,
            ("supplier", "owner", "ends", "value_ore"),
            lambda ask: [holds(Agreement, is_in_force & comes_within("ends", _days(ask)))],
            first=lambda: (Agreement.ends,),
            empty=N_("Ingen avtaler går ut så snart."),
        ),
        Listing(
            N_("Gått ut, men står som aktive"),
            Agreement,
            ("supplier", "owner", "ends", "value_ore"),
            lambda _ask: [breaks(BY_CODE["Q9b"])],
            first=lambda: (Agreement.ends,),
            empty=N_("Ingen avtaler er gått ut uten at det er registrert."),
        ),
    ),
)
