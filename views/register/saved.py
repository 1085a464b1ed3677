"""Ways to look at a list that have a name: those of use to all, one's own, and those shared with a municipality or with
everyone. Which of them a register opens with, and what becomes of one that is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import abort, g, url_for
from sqlalchemy import func, select

from models import REGISTERS
from models.database import db
from models.declare.cleaning import line
from models.declare.domains import Domain
from models.declare.memories import remembers
from models.declare.words import N_, Problem
from models.registers.listviews import LONGEST_NAME, LONGEST_QUERY, ListedRegister, ProjectView, SharedView
from models.registers.organisation import views_of
from models.tenancy import scope
from models.tenancy.roles import can
from views import preferences, remembered
from views.addresses import address_of
from views.texts import gettext as _
from views.texts import tr

SHIPPED, OWN, PLACE, PROJECT = "shipped", "own", "municipality", "project"
EVERYTHING = "all"
SHARED: Mapping[str, type[Any]] = {PLACE: SharedView, PROJECT: ProjectView}
MOST_SHARED = 200  # of each register
FULL = N_("Det er delt %(most)s visninger av denne lista, og flere er det ikke plass til. Slett noen som ikke brukes.")
OTHER_SORT = N_("Lista har en visning eller rapport som heter det fra før. Velg et annet navn.")
REPORT = "report"  # in an address: that the list is told as a report (`views/register/reported.py`)
SLUG = "egen-"  # of such a report, with the name of the register
ON_THE_WAY = {
    "panel",
    "view",
    "after",
    "before",
    "last",
    "page",
    "back",
}  # where somebody stands, not what is looked at


@dataclass(frozen=True, slots=True)
class View:
    """A named way to look at the list of a register. `called` is its kind with its name, or its number where it is a
    row of its own."""

    register: str
    called: str
    name: str
    query: str
    is_first: bool = False
    municipality_id: int | None = None

    @property
    def kind(self) -> str:
        return self.called.partition(":")[0]

    @property
    def key(self) -> str:
        return self.called.partition(":")[2]

    @property
    def is_report(self) -> bool:
        return is_report(self.query)

    @property
    def address(self) -> str:
        if self.is_report:
            return url_for("reports.show", slug=f"{SLUG}{self.register}", view=self.called)
        return f"{address_of(f'{self.register}.index_view')}?{self.query or f'view={EVERYTHING}'}"

    @property
    def who(self) -> str:
        """Who has it, in words; nothing of those that come with Orden."""
        if self.kind == PLACE:
            return str(g.municipalities[self.municipality_id].name)
        if self.kind == PROJECT:
            return _("Alle kommuner")
        return _("Bare du") if self.kind == OWN else ""


@remembers(1000)
def is_report(query: str) -> bool:
    """Whether a list is told as a report by whoever saved it."""
    return REPORT in dict(parse_qsl(query))


def of_the_person(register: type[Any]) -> list[View]:
    """Those that come with Orden, and one's own."""
    name = register.__tablename__
    shipped = [View(name, f"{SHIPPED}:{one}", tr(one), query) for one, query in views_of(register)]
    return [*shipped, *[View(name, f"{OWN}:{one}", one, query) for one, query in preferences.views(name).items()]]


def shared(stamp: str | None) -> tuple[View, ...]:
    """Those shared with the municipalities one reaches, then those shared with all; of every register. `stamp` is the
    state the former are in (`finding.stamp`), or None where one reaches none."""
    place = scope.current().readable(Domain.VIEWS)
    here = remembered.asked((SharedView, place, stamp), lambda: tuple(_read(PLACE))) if stamp else ()
    return (*here, *remembered.asked(ProjectView, lambda: tuple(_read(PROJECT))))


def shared_now() -> tuple[View, ...]:
    """The same, asked of the database."""
    return (*_read(PLACE), *remembered.asked(ProjectView, lambda: tuple(_read(PROJECT))))


def _read(kind: str) -> Iterator[View]:
    cls = SHARED[kind]
    turn = func.row_number().over(partition_by=cls.list_of, order_by=(cls.sort_key, cls.id)).label("turn")
    numbered = select(cls.id.label("id"), turn).subquery()
    first = select(cls).join(numbered, cls.id == numbered.c.id).where(numbered.c.turn <= MOST_SHARED)
    for row in db.session.scalars(first.order_by(cls.sort_key, cls.id)):
        owner = getattr(row, "municipality_id", None)
        query = written(looked_at(row.query or ""))  # which anybody may have typed in its form
        yield View(str(row.list_of), f"{kind}:{row.id}", row.name, query, row.is_first, owner)


def way_to(pin: preferences.Pin) -> str:
    """The address that opens what is pinned, whatever it shows by then."""
    return f"{address_of(f'{pin.register}.index_view')}?{urlencode({'view': pin.view})}"


def in_menu() -> tuple[tuple[str, str], ...]:
    """Name and address of the views pinned to the menu. Without how many rows each has, which would cost every page a
    statement: the start page tells."""
    wanted = [one for one in preferences.pins() if preferences.MENU in one.places and is_here(one)]
    readable = _readable(wanted) if wanted else {}
    return tuple((_called_now(one), way_to(one)) for one in wanted if one.register in readable)


def _called_now(pin: preferences.Pin) -> str:
    """The name of what is pinned: in the reader's language, of those that come with Orden."""
    kind, _colon, key = pin.view.partition(":")
    return tr(key) if kind == SHIPPED else pin.name


def _readable(pins: Sequence[preferences.Pin]) -> dict[str, type[Any]]:
    """The registers of what is pinned, as far as one may read them."""
    names = {pin.register for pin in pins}
    return {
        one.__tablename__: one
        for one in REGISTERS
        if one.__tablename__ in names and can(g.actor, "read", one, g.active)
    }


def is_here(pin: preferences.Pin) -> bool:
    """Whether what is pinned is of the municipality one works in, or of none in particular."""
    return pin.municipality_id is None or g.active in {None, pin.municipality_id}


def of_pins(pins: Sequence[preferences.Pin]) -> dict[tuple[str, str], View]:
    """The views that are pinned, as they are now, by register and what they are called. What is gone, and what is of a
    register one may not read, is not among them."""
    readable = _readable(pins)
    known = [view for register in readable.values() for view in of_the_person(register)]
    if any(pin.view.partition(":")[0] in SHARED for pin in pins):
        known += [one for one in shared_now() if one.register in readable]
    return {(one.register, one.called): one for one in known}


def first_of(register: type[Any], known: list[View]) -> View | None:
    """What the register opens with: what the person has chosen, else the municipality, else the project; None for all
    there is."""
    chosen = preferences.first_view(register.__tablename__)
    if chosen == EVERYTHING:
        return None
    mine = next((one for one in known if one.called == chosen), None)
    return mine or next((one for one in known if one.is_first and one.municipality_id in {None, g.active}), None)


# -- what becomes of one -----------------------------------------------------------------------------------------------


def save(register: type[Any], name: str, query: str, share: str) -> View:
    """Keep what a list shows under a name, for oneself or shared; one of the same name is replaced. Raises Problem
    where it cannot be; answers 403 where one may not share."""
    named, whole = (line(name) or "")[:LONGEST_NAME], _whole(register, query)
    if share not in SHARED:
        _refuse_another_sort(preferences.views(register.__tablename__).get(named), whole)
        preferences.keep_view(register.__tablename__, named, whole)
        return View(register.__tablename__, f"{OWN}:{named}", named, whole)
    cls = SHARED[share]
    if share not in shares():
        abort(403)
    if not named:
        raise Problem(preferences.NO_NAME)
    same = select(cls).where(cls.list_of == register.__tablename__, cls.name == named)
    row = db.session.scalars(same.order_by(cls.id)).first()
    if row is None:
        there = select(func.count(cls.id)).where(cls.list_of == register.__tablename__)
        if (db.session.scalar(there) or 0) >= MOST_SHARED:
            raise Problem(FULL, most=MOST_SHARED)
        row = cls(name=named, list_of=ListedRegister(register.__tablename__))
        db.session.add(row)
    else:
        _refuse_another_sort(row.query, whole)
    row.query = whole
    db.session.commit()
    return View(register.__tablename__, f"{share}:{row.id}", named, whole)


def _refuse_another_sort(there: str | None, query: str) -> None:
    """A view is not replaced by a report, nor a report by a view."""
    if there is not None and is_report(there) != is_report(query):
        raise Problem(OTHER_SORT)


def _whole(register: type[Any], query: str) -> str:
    """What an address asks for, with the columns and the density the person sees the list by."""
    given = looked_at(query)
    names = {name for name, _text in given}
    columns, density = preferences.columns(register.__tablename__), preferences.density()
    if columns and "columns" not in names:
        given.append(("columns", columns))
    if density != preferences.DENSITIES[0] and "density" not in names:
        given.append(("density", density))
    found = written(given)
    if len(found) > LONGEST_QUERY:
        raise Problem(preferences.TOO_MANY)
    return found


def looked_at(query: str) -> list[tuple[str, str]]:
    """What an address asks of a list, but for where somebody stood in it: a view never leads to another view."""
    return [pair for pair in parse_qsl(query) if pair[0] not in ON_THE_WAY]


def written(given: Sequence[tuple[str, str]]) -> str:
    """The same as an address says it."""
    return urlencode(given, safe=",*~")


def shares() -> list[str]:
    """With whom one may share: those of the municipality one works in, and all."""
    here = scope.current().active is not None and can(g.actor, "create", SharedView, g.active)
    return [PLACE] * here + [PROJECT] * can(g.actor, "create", ProjectView, g.active)


def rename(register: str, old: str, name: str) -> None:
    """Call a view of one's own something else; what is pinned follows. Raises Problem where it cannot be."""
    if old not in preferences.views(register):
        return
    named = preferences.rename_view(register, old, name)
    _renamed(register, f"{OWN}:{old}", f"{OWN}:{named}", named)


def drop(register: str, name: str) -> None:
    """Forget a view of one's own, wherever it is pinned."""
    preferences.drop_view(register, name)
    _renamed(register, f"{OWN}:{name}", "", "")


def _renamed(register: str, old: str, new: str, name: str) -> None:
    """What is pinned and what a register opens with are called by the view: by its new name, or no more."""
    kept = [
        preferences.Pin(register, new, name, one.places, one.municipality_id) if one.is_of(register, old) else one
        for one in preferences.pins()
    ]
    preferences.keep_pins(tuple(one for one in kept if one.view))
    if preferences.first_view(register) == old:
        preferences.keep_first_view(register, new)


def toggle_pin(register: str, view: View | None, called: str, place: str) -> None:
    """Hold a view fast in a place, or let go of it there. What is no view any more is let go of everywhere."""
    kept = preferences.pins()
    before = next((one for one in kept if one.is_of(register, called)), None)
    if view is None or place not in {preferences.START, preferences.MENU}:
        preferences.keep_pins(tuple(one for one in kept if one is not before))
        return
    places = before.places if before else ()
    places = tuple(one for one in places if one != place) if place in places else (*places, place)
    pin = preferences.Pin(register, called, view.name, places, view.municipality_id)
    preferences.keep_pins(tuple(pin if one is before else one for one in kept) if before else (*kept, pin))


def toggle_first(register: str, called: str) -> None:
    """Open the register with a view, or no more."""
    preferences.keep_first_view(register, "" if preferences.first_view(register) == called else called)
