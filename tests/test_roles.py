"""Who may do what: the table itself, and the table as people meet it."""

from __future__ import annotations

import html
from typing import Any

import pytest
from sqlalchemy import func, select

import models
from models.database import db
from models.declare.base import Group, fields_of
from models.declare.domains import Domain
from models.declare.fields import is_owned
from models.registers import codes
from models.registers.accessrequests import AccessRequest
from models.registers.architecture import Application
from models.registers.billing import Charge, Price, Supplement
from models.registers.breaches import Breach
from models.registers.catalogue import Product, Supplier
from models.registers.listviews import ProjectView, SharedView
from models.registers.parties import Party
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.registers.selfcost import Cost, FundDecision, InterestRate
from models.registers.wording import Wording
from models.tenancy.accesslog import AccessEntry, ProjectAccessEntry
from models.tenancy.people import Membership, MunicipalRole, ProjectRole, ProjectRoleName, User
from models.tenancy.roles import (
    MUNICIPAL_ROLES,
    PROJECT_ROLES,
    ROLES,
    Access,
    Actor,
    Grant,
    can,
    may_report,
    scope_for,
    writable_in,
    writes_fields,
)
from tests.conftest import inside, municipality, user
from tests.test_forms import first, reread, send
from tests.test_registers import As, address, form_of

ACTIONS = ("read", "create", "edit", "delete")
CONTENT = {r for r in models.REGISTERS if r.__domain__ is Domain.CONTENT}
RISK = {r for r in models.REGISTERS if r.__domain__ is Domain.RISK}
CATALOGUE = {r for r in models.REGISTERS if r.__register__.group in {Group.CATALOGUE, Group.CODES}}
TOWNS = {models.municipality.Municipality, models.municipality.Succession, Party, ProjectView, Wording}
PEOPLE = {User, Membership}
SELF_COST = {Cost, InterestRate, FundDecision}
READS = {
    "kari": CONTENT | RISK | CATALOGUE | TOWNS | {SharedView},
    "ola": CONTENT | CATALOGUE | TOWNS | {SharedView},
    "tone": CONTENT | RISK | CATALOGUE | TOWNS | {Charge, Supplement, SharedView},
    "lars": CONTENT | RISK | CATALOGUE | TOWNS | PEOPLE | {Charge, Supplement, AccessEntry, SharedView},
    "siri": CONTENT | RISK | CATALOGUE | TOWNS | {AccessEntry, SharedView},
    "sol": CATALOGUE | TOWNS | PEOPLE | {ProjectAccessEntry},
    "per": CONTENT
    | CATALOGUE
    | TOWNS
    | PEOPLE
    | SELF_COST
    | {Charge, Supplement, Price, ProjectRole, ProjectAccessEntry, SharedView},
    "frida": CATALOGUE | TOWNS | SELF_COST | {Charge, Supplement, Price},
}
WRITES = {
    "kari": CONTENT | RISK,
    "ola": set(),
    "tone": {SharedView},
    "lars": CONTENT | RISK | {Membership, SharedView},
    "siri": {Breach, AccessRequest, SharedView},
    "sol": PEOPLE,
    "per": CATALOGUE | TOWNS | SELF_COST | {Price, ProjectRole},
    "frida": SELF_COST | {Charge, Supplement},
}
PROPOSED = {
    Supplier,
    Product,
    codes.Law,
    codes.DataSubjectCategory,
    codes.PersonalDataCategory,
    codes.RecipientCategory,
    codes.SecurityMeasure,
    codes.ProductCategory,
}
PROPOSES = {"kari": PROPOSED, "lars": PROPOSED}


def holding(*roles: str, where: int | None = 1) -> Actor:
    return Actor(1, "Kari", tuple(Grant(role, None if role in PROJECT_ROLES else where) for role in roles))


# -- the table ---------------------------------------------------------------------------------------------------------


def test_the_roles_are_the_agreed_ones() -> None:
    assert PROJECT_ROLES == ("project_manager", "support", "billing")
    assert MUNICIPAL_ROLES == ("reader", "dpo", "coordinator", "editor", "local_admin")
    assert {str(one) for one in MunicipalRole} | {str(one) for one in ProjectRoleName} == set(ROLES)


def test_every_role_has_a_name_and_a_sentence_for_people(as_: As) -> None:
    page = html.unescape(as_("ola").get("/help/").text)

    for key, role in ROLES.items():
        assert (key, role.text.endswith("."), role.name in page, role.text in page) == (key, True, True, True)


@pytest.mark.parametrize("action", ["", "write", "READ", "see"])
def test_an_unknown_action_is_an_error_and_never_allowed(action: str) -> None:
    with pytest.raises(ValueError, match="Unknown action"):
        can(holding("project_manager"), action, Application)


def test_an_unknown_role_is_an_error_and_never_allowed() -> None:
    with pytest.raises(KeyError):
        can(holding("administrator"), "read", Application, 1)


@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__tablename__)
@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_may_do_anything_without_a_role(register: type[Any], action: str) -> None:
    assert can(Actor(1, "Ingen", ()), action, register, 1) is False


@pytest.mark.parametrize("role", MUNICIPAL_ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_role_in_one_municipality_gives_nothing_in_another(role: str, action: str) -> None:
    here, there = Application(municipality_id=1), Application(municipality_id=2)

    assert can(holding(role), "read", here) is True
    assert can(holding(role), action, there) is False
    assert can(holding(role), action, RiskAssessment(municipality_id=2)) is False


@pytest.mark.parametrize("role", ROLES)
def test_a_scope_never_holds_more_than_the_role_opens(role: str) -> None:
    scope = scope_for(holding(role), [1, 2, 3], None)
    towns = {1, 2, 3} if role in PROJECT_ROLES else {1}

    for domain in set(Domain) - {Domain.WINDOW}:
        opened = ROLES[role].domains.get(domain, 0)
        assert (domain, scope.readable(domain)) == (domain, frozenset(towns if opened else ()))
        advises = (role == "dpo" and domain is Domain.RISK) or domain is Domain.ACCESS  # done anywhere, told there
        keeps = opened == 3 or advises or (domain is Domain.TOLD and opened)
        assert (domain, scope.writable(domain)) == (domain, frozenset(towns if keeps else ()))


@pytest.mark.parametrize("role", ROLES)
def test_impact_assessments_are_changed_by_who_keeps_risk_and_by_the_officer_of_the_municipality(role: str) -> None:
    here, there = ImpactAssessment(municipality_id=1), ImpactAssessment(municipality_id=2)
    keeps = ROLES[role].domains.get(Domain.RISK) == Access.WRITE

    found = [can(holding(role), "edit", one) for one in (here, there)]

    assert found == [keeps or role == "dpo", keeps and role in PROJECT_ROLES]


@pytest.mark.parametrize("role", ROLES)
def test_what_one_writes_in_a_register_is_what_one_writes_in_a_new_row_of_it(role: str) -> None:
    for closed in (frozenset[int](), frozenset({1})):
        actor = Actor(7, "Kari", (Grant(role, None if ROLES[role].everywhere else 1),), closed)
        for place in (1, 2):
            for register in models.REGISTERS:
                row = register()
                if is_owned(register):
                    row.municipality_id = place
                writes = writes_fields(actor, row)

                found = writable_in(actor, register, place)

                assert found == {known.key for known in fields_of(register) if writes(known)}


def test_what_one_writes_in_a_register_is_remembered_for_nobody_else() -> None:
    def writes(*grants: Grant, closed: tuple[int, ...] = (), place: int = 1) -> bool:
        return "name" in writable_in(Actor(7, "Kari", grants, frozenset(closed)), Application, place)

    editor, reader = Grant("editor", 1), Grant("reader", 1)

    assert [
        writes(editor), writes(reader), writes(editor, place=2), writes(editor, closed=(1,)),
        writes(reader, Grant("editor", 2)), writes(reader, Grant("editor", 2), place=2), writes(editor),
    ] == [True, False, False, False, False, True, True]  # fmt: skip


def test_the_project_never_sees_risk() -> None:
    assert {role for role in PROJECT_ROLES if ROLES[role].domains.get(Domain.RISK)} == set()


def test_reports_are_for_those_whose_role_says_so() -> None:
    assert {role for role in ROLES if may_report(holding(role), 1)} == set(ROLES) - {"support", "reader", "billing"}
    assert {role for role in ROLES if may_report(holding(role), 1, billing=True)} == {
        "project_manager",
        "billing",
        "local_admin",
        "coordinator",
    }


# -- the table as people meet it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READS)
def test_each_person_opens_just_the_lists_of_the_role(name: str, as_: As) -> None:
    browser = as_(name)
    browser.post("/municipality/", data={"municipality": municipality("Tinn")})

    opened = {r.__name__ for r in models.REGISTERS if browser.get(address(r)).status_code == 200}

    assert opened == {r.__name__ for r in READS[name]}


@pytest.mark.parametrize("name", READS)
def test_each_person_may_add_just_what_the_role_keeps(name: str, as_: As) -> None:
    browser = as_(name)
    browser.post("/municipality/", data={"municipality": municipality("Tinn")})

    answers = {r.__name__: browser.get(address(r, "new/")).status_code for r in models.REGISTERS}

    wanted = WRITES[name] | PROPOSES.get(name, set())
    assert {register for register, status in answers.items() if status == 200} == {r.__name__ for r in wanted}
    assert set(answers.values()) <= {200, 403}


@pytest.mark.parametrize("name", [name for name in READS if name not in {"kari", "lars"}])
def test_who_may_not_change_a_row_is_refused_and_sees_no_button(name: str, as_: As) -> None:
    browser, row = as_(name), first(Application)
    reads = Application in READS[name]

    page = browser.get(address(Application, "details/", id=row.id))
    answers = [browser.get(address(Application, door, id=row.id)).status_code for door in ("edit/", "delete/")]
    posts = [
        browser.post(address(Application, door, id=row.id), data={"name": "x"}).status_code
        for door in ("edit/", "delete/")
    ]

    assert (page.status_code, "/edit/" in page.text, "/delete/" in page.text) == (200 if reads else 403, False, False)
    assert answers + posts == [403] * 4
    assert reread(row, "name", "version") == [row.name, row.version]


def test_the_data_protection_officer_writes_advice_and_nothing_else(as_: As) -> None:
    browser, row = as_("siri"), first(ImpactAssessment)
    browser.post("/municipality/", data={"municipality": municipality("Tinn")})

    answer = send(browser, row, advice="Gjør det enklere.", name="Overtatt", status="approved")

    assert answer.status_code == 303
    assert reread(row, "advice", "name", "status") == ["Gjør det enklere.", row.name, row.status]


def test_others_read_the_advice_but_do_not_change_it(as_: As) -> None:
    row = first(ImpactAssessment)

    answer = send(as_("kari"), row, advice="Forfalsket", reasoning="Ny begrunnelse")

    assert (answer.status_code, reread(row, "advice", "reasoning")) == (303, [None, "Ny begrunnelse"])


# -- nobody gives oneself a role ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lars", "sol"])
def test_nobody_gives_oneself_a_role(name: str, as_: As) -> None:
    browser, me = as_(name), user(name).id
    browser.post("/municipality/", data={"municipality": municipality("Tinn")})
    values = form_of(browser.get(address(Membership, "new/")).text).values

    answer = browser.post(address(Membership, "new/"), data=values | {"user": [str(me)], "role": ["editor"]})

    assert answer.status_code in {403, 422}
    with inside():
        held = select(func.count()).where(Membership.user_id == me, Membership.role == MunicipalRole.EDITOR)
        assert db.session.scalar(held) == 0


@pytest.mark.parametrize("door", ["edit/", "delete/"])
def test_nobody_changes_or_ends_ones_own_role(door: str, as_: As) -> None:
    browser = as_("lars")
    with inside("Tinn"):
        mine = db.session.scalars(select(Membership.id).where(Membership.user_id == user_id("lars"))).one()

    answer = browser.post(
        address(Membership, door, id=mine), data={"user": str(user_id("lars")), "role": "editor", "version": "1"}
    )

    assert answer.status_code in {403, 422}
    with inside("Tinn"):
        assert db.session.get(Membership, mine).role is MunicipalRole.LOCAL_ADMIN


def user_id(name: str) -> int:
    return next(
        one for one, address_ in db.session.execute(select(User.id, User.email)) if address_ == f"{name}@test.example"
    )


@pytest.mark.parametrize("door", ["new/", "edit/"])
def test_support_gives_no_roles_in_the_project(door: str, as_: As) -> None:
    with inside():
        row_id = db.session.scalars(select(ProjectRole.id)).first()

    assert as_("sol").get(address(ProjectRole, door, id=row_id)).status_code == 403
