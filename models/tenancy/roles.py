"""Who may do what: plain data, each role with a sentence for people. Asked through `can` and `scope_for`."""

# ruff: noqa: E501 - a sentence is one line
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from models.declare.base import Group, fields_of, told_fields
from models.declare.domains import Domain
from models.declare.fields import Field, is_owned
from models.declare.memories import remembers
from models.declare.proposing import is_proposable
from models.declare.words import N_
from models.tenancy import scope
from models.tenancy.scope import Ids, Scope

CASES = {"Breach", "AccessRequest"}
SELF_COST = ("Cost", "InterestRate", "FundDecision")
THE_PROJECT = 0  # in place of a municipality's number, which is never 0


class Access(IntEnum):
    """What a role may do with a kind of rows; each level holds those below it."""

    NONE = 0
    READ = 1
    PROPOSE = 2
    WRITE = 3


@dataclass(frozen=True, slots=True)
class Role:
    """A role: name, a sentence that explains it, whether it holds everywhere, and what it opens."""

    name: str
    text: str
    everywhere: bool
    domains: MappingProxyType[Domain, Access]
    catalogue: Access = Access.READ
    system: Access = Access.NONE
    users: Access = Access.NONE
    prices: Access = Access.NONE
    costs: Access = Access.NONE  # what the joint work costs, and how it is settled
    project_log: Access = Access.NONE
    cases: Access = Access.NONE  # breaches and requests for access, beside what risk opens
    reports: bool = False
    billing_report: bool = False


def _role(name: str, text: str, *, everywhere: bool = False, **opens: Any) -> Role:
    domains = {Domain(key): opens.pop(key) for key in list(opens) if key in set(Domain)}
    return Role(name, text, everywhere, MappingProxyType(domains), **opens)


READ, PROPOSE, WRITE = Access.READ, Access.PROPOSE, Access.WRITE

ROLES: MappingProxyType[str, Role] = MappingProxyType(
    {
        "project_manager": _role(
            N_("Prosjektleder"),
            N_("Leder samarbeidet: leser registrene til alle kommunene, holder felleskatalogen, kommunene og prisene ved like, og deler visninger med alle. Ser ikke risikovurderinger."),
            everywhere=True, content=READ, people=READ, money=READ, window=READ, remarks=READ, views=READ,
            catalogue=WRITE, system=WRITE, users=READ, prices=WRITE, costs=WRITE, project_log=READ, reports=True, billing_report=True,
        ),
        "support": _role(
            N_("Brukerstøtte"),
            N_("Hjelper brukerne: oppretter brukere og gir tilganger i alle kommuner. Ser ikke innholdet i registrene."),
            everywhere=True, people=WRITE, users=WRITE, project_log=READ,
        ),
        "billing": _role(
            N_("Fakturering"),
            N_("Lager fakturagrunnlaget og fører hva kommunene er belastet. Ser ikke innholdet i registrene."),
            everywhere=True, money=WRITE, prices=READ, costs=WRITE, billing_report=True,
        ),
        "local_admin": _role(
            N_("Lokal administrator"),
            N_("Styrer kommunens egne registre, kontaktopplysninger, tilganger og delte visninger."),
            content=WRITE, risk=WRITE, people=WRITE, money=READ, window=READ, access=READ, remarks=WRITE, risk_remarks=WRITE, views=WRITE, told=READ,
            catalogue=PROPOSE, users=READ, reports=True, billing_report=True,
        ),
        "editor": _role(
            N_("Registrator"),
            N_("Registrerer og endrer i kommunens registre, og henter rapporter."),
            content=WRITE, risk=WRITE, window=READ, remarks=WRITE, risk_remarks=WRITE, views=READ, told=READ, catalogue=PROPOSE, reports=True,
        ),
        "coordinator": _role(
            N_("Koordinator"),
            N_("Leser alt i kommunens registre, laster ned rapporter i Excel og deler visninger med kommunen."),
            content=READ, risk=READ, money=READ, window=READ, remarks=WRITE, risk_remarks=WRITE, views=WRITE, told=READ, reports=True, billing_report=True,
        ),
        "dpo": _role(
            N_("Personvernombud"),
            N_("Leser alt i kommunens registre, henter rapporter, deler visninger med kommunen, fører personvernavvik og innsynskrav, og skriver råd i DPIA. Godkjenner aldri selv."),
            content=READ, risk=READ, window=READ, access=READ, remarks=WRITE, risk_remarks=WRITE, views=WRITE, told=READ, reports=True,
            cases=WRITE,
        ),
        "reader": _role(
            N_("Leser"),
            N_("Leser kommunens registre på skjermen."),
            content=READ, window=READ, remarks=WRITE, views=READ,
        ),
    }
)  # fmt: skip

# The least first: a form offers them in this order, and what stands first is what nobody has chosen.
MUNICIPAL_ROLES = tuple(key for key, role in reversed(tuple(ROLES.items())) if not role.everywhere)
PROJECT_ROLES = tuple(key for key, role in ROLES.items() if role.everywhere)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role held: everywhere when `municipality_id` is None."""

    role: str
    municipality_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """The signed-in person with the roles held today. In `closed` municipalities, which have ended, only the project's
    own roles change anything."""

    user_id: int
    name: str
    grants: tuple[Grant, ...]
    closed: frozenset[int] = frozenset()

    @property
    def working(self) -> tuple[Grant, ...]:
        """The grants by which anything may be changed."""
        return tuple(grant for grant in self.grants if grant.municipality_id not in self.closed)

    def roles_in(self, municipality_id: int | None, *, working: bool = False) -> list[Role]:
        """The roles that count in a municipality; with None, all roles held anywhere. `working`: for changing."""
        return [
            ROLES[grant.role]
            for grant in (self.working if working else self.grants)
            if municipality_id is None or grant.municipality_id in (None, municipality_id)
        ]

    def like(self, municipality_id: int) -> int:
        """The same rights under one number: a municipality itself, THE_PROJECT for all where no role of their own is
        held. Who reaches hundreds is asked about once."""
        return municipality_id if municipality_id in self._own else THE_PROJECT

    def kinds(self, municipalities: Collection[int]) -> dict[int, int]:
        """One municipality for each that `like` tells apart."""
        others = next((one for one in municipalities if one not in self._own), None)
        found = {one: one for one in self._own if one is not None and one in municipalities}
        return found if others is None else {THE_PROJECT: others} | found

    @cached_property
    def _own(self) -> frozenset[int | None]:
        return frozenset(grant.municipality_id for grant in self.grants)

    @property
    def is_of_the_project(self) -> bool:
        """Whether a role is held everywhere."""
        return any(grant.municipality_id is None for grant in self.grants)

    def acts_in(self, active: int | None) -> int | None:
        """The municipality a change is made for; of several shown together the first, 0 for the project."""
        if self.is_of_the_project:
            return THE_PROJECT
        places = sorted({grant.municipality_id for grant in self.grants if grant.municipality_id is not None})
        return active if active in places else next(iter(places), None)

    def municipalities(self, everyone: Collection[int]) -> Collection[int]:
        """The municipalities this person may choose between: everyone, or some with the lowest number first."""
        if any(ROLES[grant.role].everywhere for grant in self.grants):
            return everyone
        return sorted({grant.municipality_id for grant in self.grants if grant.municipality_id is not None})


def looking_at(example: int) -> tuple[Grant, ...]:
    """What everybody holds in the municipality that is made up, while they look at it; nothing else holds meanwhile."""
    return (Grant("coordinator", example),)


def in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Whether a half-open period holds a day."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day < valid_to)


def is_open(joins: bool, joined: date | None, day: date) -> bool:
    """Whether roles in a municipality count: not while it is on its way in by an accession. What was a member before
    there were accessions is open."""
    return not joins or (joined is not None and joined <= day)


def scope_for(
    actor: Actor, everyone: Iterable[int], active: int | None, request_id: str = "", *, example: bool = False
) -> Scope:
    """What this person reaches: one municipality when `active` is given, else all they have roles in."""
    read, write = _reach(actor.grants, tuple(everyone), active, actor.closed)
    return Scope(
        user_id=actor.user_id, user_name=actor.name, read=read, write=write, active=active,
        everyone=any(role.users >= Access.READ and role.everywhere for role in actor.roles_in(None)),
        request_id=request_id, acts_in=actor.acts_in(active), example=example,
    )  # fmt: skip


@remembers(500)
def _reach(
    grants: tuple[Grant, ...], everyone: tuple[int, ...], active: int | None, closed: frozenset[int]
) -> tuple[Ids, Ids]:
    """The municipalities that may be read and written in each domain, worked out once for each set of grants."""
    actor, sisters = Actor(0, "", grants, closed), frozenset(everyone)
    ids = frozenset([active] if active is not None else actor.municipalities(sisters))
    read = {domain: _reached(actor, domain, ids, Access.READ) for domain in Domain}
    write = {domain: _reached(actor, domain, ids, Access.WRITE) for domain in Domain}
    if read[Domain.WINDOW]:
        read[Domain.WINDOW] = sisters
    write[Domain.WINDOW] = write[Domain.CONTENT]
    write[Domain.TOLD] = read[Domain.TOLD]  # also of a municipality that has ended
    write[Domain.ACCESS] = ids  # what somebody does is written down wherever it is done; nothing more can be written
    if actor_advises := frozenset(one for one in ids if Grant("dpo", one) in actor.working):
        write[Domain.RISK] |= actor_advises
    return MappingProxyType(read), MappingProxyType(write)


def _reached(actor: Actor, domain: Domain, ids: frozenset[int], wanted: Access) -> frozenset[int]:
    """Those of `ids` where a role of the person opens the domain so far; one role everywhere opens them all."""
    grants = actor.working if wanted is Access.WRITE else actor.grants
    places = {one.municipality_id for one in grants if ROLES[one.role].domains.get(domain, Access.NONE) >= wanted}
    return ids if None in places else ids & places


def can(actor: Actor, action: str, what: Any, active: int | None = None) -> bool:
    """Whether the person may `read`, `create`, `edit` or `delete` in a register class or on one of its rows.

    For a row the municipality of the row counts, for a register the active one. Unknown actions raise.
    """
    if action not in {"read", "create", "edit", "delete"}:
        raise ValueError(f"Unknown action {action!r}.")
    register: type[Any] = what if isinstance(what, type) else type(what)
    if register.__written_once__ and action != "read":
        return False
    where = getattr(what, "municipality_id", None) if not isinstance(what, type) else active
    held = actor.roles_in(where, working=action != "read")
    level = max((_access(role, register) for role in held), default=Access.NONE)
    if action == "read":
        return level >= Access.READ
    if getattr(what, "project_roles", None) and not isinstance(what, type):
        level = min(level, max((role.system for role in actor.roles_in(None)), default=Access.NONE))
    if is_proposable(register) and level >= Access.PROPOSE:
        return level >= Access.WRITE or action == "create" or _keeps(actor, what)
    if action == "edit" and level < Access.WRITE:
        return _may_edit_some_fields(actor, register, what, where)
    return level >= Access.WRITE


def may_do(actor: Actor, action: str, row: Any) -> bool:
    """The same of a row that is changed where it stands: also within the scope in force, which may be narrower."""
    return can(actor, action, row) and (not is_owned(type(row)) or scope.current().may_write(row))


def _access(role: Role, register: type[Any]) -> Access:
    if register.__domain__ is not None:
        cases = role.cases if register.__name__ in CASES else Access.NONE
        return max(role.domains.get(register.__domain__, Access.NONE), cases)
    special = {
        "User": role.users,
        "ProjectRole": role.system,
        "Price": role.prices,
        **dict.fromkeys(SELF_COST, role.costs),
        "ProjectAccessEntry": role.project_log,
    }
    if register.__name__ in special:
        return special[register.__name__]
    if register.__register__.group is Group.SYSTEM:
        return max(role.system, Access.READ)
    return role.catalogue


@remembers()
def read_together(register: type[Any], other: type[Any]) -> bool:
    """Whether every role that reads the one register reads the other as well."""
    readers = [role for role in ROLES.values() if _access(role, register) >= Access.READ]
    return all(_access(role, other) >= Access.READ for role in readers)


def _keeps(actor: Actor, what: Any) -> bool:
    """Whether it is a proposal of one's own that the project has not approved."""
    return not isinstance(what, type) and bool(what.is_kept_by(actor.user_id))


def _may_edit_some_fields(actor: Actor, register: type[Any], what: Any, where: int | None) -> bool:
    """A data protection officer advises on impact assessments; a local administrator keeps the own contact details."""
    if register.__name__ == "ImpactAssessment":
        return any(grant.role == "dpo" and (where is None or grant.municipality_id == where) for grant in actor.working)
    if register.__name__ == "Municipality" and not isinstance(what, type):
        return Grant("local_admin", what.id) in actor.working
    return False


def may_write_field(actor: Actor, known: Any, row: Any) -> bool:
    """Whether the person may change one field of a row: `writers` reserves a field for certain roles."""
    return writes_fields(actor, row)(known)


def writes_fields(actor: Actor, row: Any) -> Callable[[Any], bool]:
    """The same of many fields of one row."""
    where = place_of(row)
    held = {grant.role for grant in actor.working if where is None or grant.municipality_id in (None, where)}
    if type(row).__name__ == "Municipality":
        others = Grant("local_admin", row.id) in actor.working or "project_manager" in held
    else:
        full = max((_access(ROLES[role], type(row)) for role in held), default=Access.NONE)
        others = full >= (Access.PROPOSE if is_proposable(type(row)) else Access.WRITE)
    return lambda known: not held.isdisjoint(known.writers) if known.writers else others


def writable_in(actor: Actor, register: type[Any], place: int | None) -> frozenset[str]:
    """The fields, by their keys, that the person may change in rows that a municipality has in a register; of each row
    it is asked once more. A list asks twice."""
    return _writable_in(Actor(0, "", actor.grants, actor.closed), register, place)


@remembers(1000)
def _writable_in(anybody: Actor, register: type[Any], place: int | None) -> frozenset[str]:
    probe = register()
    if is_owned(register):
        probe.municipality_id = place
    writes = writes_fields(anybody, probe)
    return frozenset(known.key for known in fields_of(register) if writes(known))


def advises(actor: Actor, place: int | None) -> bool:
    """Whether the person is the data protection officer of a municipality, whose advice is a kind of its own."""
    return place is not None and Grant("dpo", place) in actor.working


def may_read_field(known: Any, row: Any) -> bool:
    """Whether the scope in force lets one field of a row be read: `readers` asks for a domain in the row's municipality.

    Whoever makes a new row may read all of it. Lists ask `read_within` instead, of many rows at once."""
    if not known.readers or row.id is None:
        return True
    return place_of(row) in scope.current().readable(known.readers)


def readable_fields(row: Any) -> list[Field]:
    """The fields of a row that the scope in force lets be read."""
    return [known for known in told_fields(type(row)) if may_read_field(known, row)]


def read_within(known: Any) -> frozenset[int] | None:
    """The municipalities in whose rows a field may be read; None when it is for all who may read the row."""
    return scope.current().readable(known.readers) if known.readers else None


def place_of(row: Any) -> int | None:
    """The municipality a row belongs to, or is."""
    found = row.id if type(row).__name__ == "Municipality" else getattr(row, "municipality_id", None)
    return int(found) if found is not None else None


def may_report(actor: Actor, active: int | None, *, billing: bool = False) -> bool:
    """Whether the person may open and download reports here (`billing`: the invoice basis); of several municipalities
    together, whether in each of them."""
    places = {grant.municipality_id for grant in actor.grants if grant.municipality_id is not None}
    asked = places if active is None and places else {active}
    return all(
        any(role.billing_report if billing else role.reports for role in actor.roles_in(place)) for place in asked
    )


def may_take_out(actor: Actor, register: type[Any], active: int | None) -> bool:
    """Whether the person may take rows of a register out as a file; of what is charged, also who makes the invoices."""
    money = register.__domain__ is Domain.MONEY or register.__name__ in {"Price", *SELF_COST}
    return may_report(actor, active) or (money and may_report(actor, active, billing=True))


def may_remind(actor: Actor) -> bool:
    """Whether the person leads the project: reads everywhere what municipalities have, and who works there."""
    return any(
        role.everywhere and min(role.domains.get(one, Access.NONE) for one in (Domain.CONTENT, Domain.PEOPLE))
        for role in actor.roles_in(None)
    )


def may_merge_places(actor: Actor) -> bool:
    """Whether the person merges municipalities: keeps them for all, and reads what is to be carried over."""
    return any(
        role.everywhere and role.system >= Access.WRITE and role.domains.get(Domain.CONTENT, Access.NONE) >= Access.READ
        for role in actor.roles_in(None)
    )


def may_admit(actor: Actor) -> bool:
    """Whether the person takes new municipalities in: keeps the municipalities, and reads what they have."""
    return may_merge_places(actor)


def may_archive(actor: Actor, place: int | None) -> bool:
    """Whether the person may make and fetch the archive of all that belongs to a municipality: its own local
    administrator alone, as nobody in the project reads all of it; also when it has left."""
    return place is not None and Grant("local_admin", place) in actor.grants


def may_approve_deletion(actor: Actor, place: int | None) -> bool:
    """Whether the person may approve that a municipality which has left is deleted: who leads the project, or its own
    local administrator."""
    return may_merge_places(actor) or may_archive(actor, place)


def may_charge(actor: Actor) -> bool:
    """Whether the person makes invoices: writes what all municipalities are charged."""
    return any(
        role.everywhere and role.domains.get(Domain.MONEY, Access.NONE) >= Access.WRITE for role in actor.roles_in(None)
    )


def may_approve_charges(actor: Actor) -> bool:
    """Whether the person may see the runs of invoices and approve what somebody else has made."""
    return any(
        role.everywhere and role.billing_report and role.domains.get(Domain.MONEY, Access.NONE) >= Access.READ
        for role in actor.roles_in(None)
    )


def may_settle(actor: Actor) -> bool:
    """Whether the person settles what the joint work has cost, with all municipalities: in the project, by a role that
    keeps the costs and reads what is charged."""
    return any(
        role.everywhere and role.costs >= Access.WRITE and role.domains.get(Domain.MONEY, Access.NONE) >= Access.READ
        for role in actor.roles_in(None)
    )
