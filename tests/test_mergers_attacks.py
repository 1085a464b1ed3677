"""Nobody but who leads the project sees or does a merger, risk is seen by nobody on the way, and the one scope that
reads some municipalities and writes others does no more than that."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.changes import uniting
from models.database import db
from models.declare.domains import Domain
from models.registers.architecture import Application
from models.registers.billing import Charge
from models.registers.mergers import Merger, Origin, RiskOrigin
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.tenancy import scope
from models.tenancy.log import ContentChange
from models.tenancy.people import Membership, MunicipalRole, User
from models.tenancy.roles import ROLES, Actor, Grant, may_merge_places
from models.tenancy.scope import Scope, TenantError
from tests.conftest import inside, municipality, user
from tests.support import mergers
from tests.support.mergers import NEW, OLD, PART, act, contents, differing, plan, row
from tests.test_registers import As, address

EVERYBODY_ELSE = ("kari", "lars", "tone", "siri", "ola", "berit", "sol", "frida")
SHOWN = ("", "rows/1/", "rows/3/?register=processing_activity", "twins/", "look/")
DONE = ("", "rows/1/", "twins/", "carry/", "undo/", "confirm/")


def employ(name: str, role: str, place: str) -> None:
    who = user(name).id
    with inside(place):
        db.session.add(Membership(user=db.session.get(User, who), role=MunicipalRole(role)))
        db.session.commit()


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERYBODY_ELSE)
def test_nobody_else_sees_a_plan_or_does_anything_with_it(name: str, as_on: As) -> None:
    mergers.furnish()
    per = as_on("per")
    number = plan(per)
    mergers.take_units(per, number, "Sauherad", PART, "Hjuksebø skule")
    stranger = as_on(name)
    before = contents()

    seen = [stranger.get(f"/mergers/{one}") for one in ("", *(f"{number}/{page}" for page in SHOWN))]
    done = [stranger.post("/mergers/", data={"day": "2030-01-01"})]
    done += [stranger.post(f"/mergers/{number}/{page}", data={"version": "1", "do": "drop"}) for page in DONE]

    assert {one.status_code for one in (*seen, *done)} == {403}
    assert "/mergers/" not in stranger.get("/").text
    assert (differing(before, contents()), mergers.state_of(number)) == ({}, "planned")


def test_who_is_not_signed_in_is_sent_to_sign_in_or_refused(app: Any) -> None:
    browser = app.test_client()

    assert (browser.get("/mergers/").status_code, browser.post("/mergers/1/carry/").status_code) == (302, 401)


def test_of_all_roles_the_project_manager_alone_merges() -> None:
    may = [key for key, role in ROLES.items() if may_merge_places(_one(key, everywhere=role.everywhere))]

    assert may == ["project_manager"]


def _one(role: str, *, everywhere: bool = False) -> Actor:
    return Actor(1, "En", (Grant(role, None if everywhere else 1),))


def test_what_has_no_right_to_it_carries_nothing_over_whatever_page_it_came_by(app: Any, as_: As) -> None:
    mergers.furnish()
    number = plan(as_("per"))
    before = contents()

    local = _one("local_admin")
    for work, more in ((uniting.carry_over, [10**9]), (uniting.undo, []), (uniting.confirm, [])):
        with inside(), pytest.raises(TenantError):
            work(db.session, local, db.session.get(Merger, number), *more)
    db.session.rollback()

    assert differing(before, contents()) == {}


# -- what goes along ---------------------------------------------------------------------------------------------------


def test_rows_of_another_municipality_and_other_registers_are_not_chosen(as_on: As) -> None:
    mergers.furnish()
    per = as_on("per")
    number = plan(per)
    at = mergers.place_of(number, "Sauherad", PART)
    with row(Application, "Tinn", name="Åpen skoleprogram") as theirs, inside():
        stranger = theirs.id
    address_of = f"/mergers/{number}/rows/{at}/"

    chosen = per.post(address_of, data={"do": "save", "register": "application", "row": [stranger]})
    unit = per.post(address_of, data={"do": "take", "unit": ["1", "x", "-1", "99999999999999999999"]})
    others = [
        per.get(f"{address_of}?register={one}").status_code
        for one in ("risk_assessment", "impact_assessment", "membership", "charge", "supplier", "nothing")
    ]
    act(per, number, "carry")

    assert (chosen.status_code, unit.status_code, others) == (303, 303, [404] * 6)
    assert "Åpen skoleprogram" not in mergers.names(Application, PART)
    assert mergers.names(Application, "Tinn") == ["Åpen skoleprogram"]


def test_risk_goes_along_and_is_named_on_no_page_of_it(as_on: As) -> None:
    mergers.furnish()
    per = as_on("per")
    number = plan(per)
    pages = [per.get(f"/mergers/{number}/{one}").text for one in SHOWN]
    pages += [act(per, number, "carry").text, per.get(f"/mergers/{number}/").text]
    with inside():
        event = db.session.get(Merger, number).event
    pages.append(per.get(f"/changes/{event}/", follow_redirects=True).text)
    with row(RiskAssessment, NEW, name="Bø ROS") as one:
        one.method = "Ny"
        db.session.commit()
    pages.append(act(per, number, "undo").text)

    assert mergers.names(RiskAssessment, NEW) == ["Bø ROS", "Sauherad ROS"]
    assert [page for page in pages if " ROS" in page or "Bø DPIA" in page or "Bø hendelse" in page] == []
    assert per.get(address(RiskAssessment)).status_code == 403


def test_neither_people_nor_money_nor_what_was_said_is_carried_over(as_on: As) -> None:
    mergers.furnish()
    per = as_on("per")
    tables = ("membership", "charge", "comment", "risk_comment", "shared_view", "follow")
    number = plan(per)
    before = contents()

    act(per, number, "carry")

    assert [name for name in tables if name in differing(before, contents())] == []


# -- who reads afterwards ----------------------------------------------------------------------------------------------


def test_where_a_row_came_from_is_read_there_and_the_original_by_who_has_a_role_in_the_old_one(as_on: As) -> None:
    mergers.furnish()
    act_on = as_on("per")
    act(act_on, plan(act_on), "carry")
    employ("kari", "editor", NEW)
    employ("ola", "reader", NEW)
    with row(Application, "Bø", name="Bø skoleprogram") as old:
        there = old.id
    with row(Application, NEW, name="Bø skoleprogram") as made:
        here = made.id

    told = {}
    for name in ("kari", "ola"):
        browser = as_on(name)
        browser.post("/municipality/", data={"municipality": municipality(NEW)})
        page = browser.get(address(Application, "details/", id=here)).text
        original = browser.get(address(Application, "details/", id=there)).status_code
        went = browser.post("/municipality/", data={"municipality": municipality("Bø"), "back": "/"}).status_code
        told[name] = ("Henta frå Bø 01.01.2020" in page, "Sjå originalen" in page, original, went)

    assert told == {"kari": (True, False, 404, 404), "ola": (True, True, 404, 303)}
    assert as_on("berit").get(address(Application, "details/", id=here)).status_code == 404


def test_the_record_of_the_old_controller_is_still_read_by_who_could_and_changed_by_nobody(as_on: As) -> None:
    mergers.furnish()
    employ("tone", "coordinator", "Bø")
    employ("kari", "editor", "Bø")
    per = as_on("per")
    act(per, plan(per), "carry")
    tone, kari = as_on("tone"), as_on("kari")
    with row(ProcessingActivity, "Bø", name="Bø elevadministrasjon") as old:
        there = old.id
    for browser in (tone, kari):
        browser.post("/municipality/", data={"municipality": municipality("Bø")})

    report = tone.get("/reports/behandlingsprotokoll/")

    assert (report.status_code, "Bø elevadministrasjon" in report.text) == (200, True)
    assert kari.get(address(ProcessingActivity, "details/", id=there)).status_code == 200
    assert kari.get(address(ProcessingActivity, "edit/", id=there)).status_code == 403


def test_who_administers_the_new_one_does_not_take_the_merger_back_by_its_rows(as_on: As) -> None:
    mergers.furnish()
    employ("lars", "local_admin", NEW)
    per = as_on("per")
    number = plan(per)
    act(per, number, "carry")
    with inside():
        event = db.session.get(Merger, number).event
    lars = as_on("lars")
    lars.post("/municipality/", data={"municipality": municipality(NEW)})
    before = contents()

    page = lars.post(f"/changes/undo/event/{event}/")

    assert page.status_code == 409
    assert "kom med ei kommunesamanslåing. Ho blir angra som éi, av prosjektet." in page.text
    assert differing(before, contents()) == {}


# -- the scope ---------------------------------------------------------------------------------------------------------


def carrying() -> Any:
    return scope.carrying([municipality(one) for one in OLD], [municipality(NEW)])


def test_the_scope_reads_both_writes_the_new_and_opens_neither_people_nor_money_nor_others(engine_app: Any) -> None:
    mergers.furnish()
    old, new = ({municipality(one) for one in some} for some in (OLD, (NEW,)))
    per = user("per").id
    with scope.use(Scope(user_id=per, user_name="Per")):
        wide = carrying()
    db.session.rollback()

    with scope.use(wide):
        found = {one: set(db.session.scalars(select(one.municipality_id))) for one in (Application, RiskAssessment)}
        assert (db.session.scalars(select(Charge)).all(), db.session.scalars(select(Membership)).all()) == ([], [])
    assert found == {Application: old, RiskAssessment: old}
    assert {domain for domain, ids in wide.write.items() if ids != new} == set()
    assert set(wide.write) == {
        Domain.CONTENT, Domain.RISK, Domain.WINDOW, Domain.REMARKS, Domain.RISK_REMARKS,
    }  # fmt: skip
    assert (wide.active, wide.user_id, wide.everyone, wide.personal) == (None, per, False, False)


def test_within_it_no_original_is_changed_deleted_or_pointed_at(engine_app: Any) -> None:
    mergers.furnish()
    before = contents()
    with scope.use(Scope(user_name="Per")):
        wide = carrying()

    for work in (_change, _delete, _point):
        db.session.rollback()
        with scope.use(wide), pytest.raises(TenantError):
            work()
    db.session.rollback()

    assert differing(before, contents()) == {}


def _original() -> Application:
    return db.session.scalars(select(Application).where(Application.name == "Bø skoleprogram")).one()


def _change() -> None:
    _original().notes = "Endret"
    db.session.flush()


def _delete() -> None:
    db.session.delete(_original())
    db.session.flush()


def _point() -> None:
    copy = Application(name="Kopi", municipality_id=municipality(NEW), owner=_original().owner)
    db.session.add(copy)
    db.session.flush()


def test_no_municipality_is_on_both_sides_of_it(app: Any) -> None:
    with scope.use(Scope()), pytest.raises(TenantError):
        scope.carrying([1, 2], [2, 3])


def test_nobody_is_offered_to_undo_the_event_of_a_merger_and_who_leads_is_led_to_its_page(
    engine_app: Any, as_on: As
) -> None:
    mergers.furnish()
    employ("lars", "local_admin", NEW)
    per = as_on("per")
    number = plan(per)
    act(per, number, "carry")
    with inside():
        event = db.session.get(Merger, number).event
    lars = as_on("lars")
    lars.post("/municipality/", data={"municipality": municipality(NEW)})
    with inside(NEW):
        row = db.session.scalars(select(Application).where(Application.name == "Bø skoleprogram")).one().id

    pages = [one.get(f"/changes/event/{event}/").text for one in (per, lars)]
    history = lars.get(f"/application/history/?id={row}").text

    ways = [f"/changes/undo/event/{event}/", f"/mergers/{number}/"]
    assert [[way in page for way in ways] for page in pages] == [[False, True], [False, False]]
    assert ["kommunesam" in page for page in pages] == [True, True]
    assert ("/changes/undo/" in history, f"/changes/event/{event}/" in history) == (False, True)


def test_without_a_scope_there_is_none_to_carry_over_in(app: Any) -> None:
    with pytest.raises(TenantError):
        scope.carrying([1], [2])


def test_origins_lie_behind_the_walls_of_what_they_tell_of(as_on: As) -> None:
    mergers.furnish()
    per = as_on("per")
    act(per, plan(per), "carry")

    with inside("Seljord"):
        assert [db.session.scalars(select(one)).all() for one in (Origin, RiskOrigin)] == [[], []]
    db.session.rollback()
    with scope.use(Scope(read={Domain.CONTENT: frozenset([municipality(NEW)])})):
        assert db.session.scalars(select(RiskOrigin)).all() == []
        assert {one.municipality_id for one in db.session.scalars(select(Origin))} == {municipality(NEW)}
        assert {one.municipality_id for one in db.session.scalars(select(ContentChange))} == {municipality(NEW)}
