"""Several rows changed at once: what each becomes, what each says to it, and the one event it all is."""

from __future__ import annotations

import html
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from models.database import db
from models.declare.choices import Answer, AssessmentStatus, Lifecycle, RecordStatus
from models.declare.clock import today
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy import scope
from tests.conftest import inside
from tests.support.bulk import changed, do, look, person, refused, seal, some, told
from tests.test_forms import first, reread, send
from tests.test_history import changes
from tests.test_registers import As, address


def values(ids: list[int], *keys: str) -> list[Any]:
    with inside("Tinn"):
        rows = {row.id: row for row in db.session.scalars(select(Application).where(Application.id.in_(ids)))}
        found = [tuple(getattr(rows[one], key) for key in keys) for one in ids if one in rows]
        return [one[0] if len(keys) == 1 else one for one in found]


def row(one: int) -> Any:
    with inside("Tinn"):
        found = db.session.get(Application, one)
        db.session.expunge(found)
        return found


# -- what comes of it --------------------------------------------------------------------------------------------------


def test_fields_are_changed_links_come_and_go_and_all_of_it_is_one_event(as_on: As, engine_app: Any) -> None:
    kari, ids = as_on("kari"), some(3)
    with inside("Tinn"):
        (agreement,) = db.session.scalars(select(Agreement.id))
        unit = db.session.scalars(select(OrganisationalUnit.id)).first()
    said = {"status": "retired", "owner": person(), "goes-agreements": agreement, "comes-used_by": unit}

    shown = look(kari, Application, ids, **said)
    before = values(ids, "status")
    done = do(kari, Application, shown, reason="Ryddet")

    assert (shown.status_code, before) == (200, [Lifecycle.IN_USE] * 3)
    assert (done.status_code, done.location) == (303, "/application/")
    assert values(ids, "status", "owner_id") == [(Lifecycle.RETIRED, person())] * 3
    assert [reread(row(one), "agreements", "used_by") for one in ids] == [[[], ["Åpen oppvekst"]]] * 3
    newest = [changes(row(one))[0] for one in ids]
    assert {(one.request_id, one.reason, one.actor_name) for one in newest} == {
        (newest[0].request_id, "Ryddet", "Kari Test")
    }
    assert [one.first_of_event for one in newest].count(True) == 1


def test_the_page_shows_before_and_after_and_how_many_are_so_already(as_: As) -> None:
    kari, ids = as_("kari"), some(3)
    changed(kari, Application, ids[:1], status="retired")

    page = look(kari, Application, ids, status="retired")

    assert (page.text.count("<del>I bruk</del>"), page.text.count("<ins>Avviklet</ins>")) == (2, 2)
    assert ("2 rader blir endret." in page.text, "1 rad er slik fra før." in page.text) == (True, True)
    assert "Endre 2 rader" in page.text


def test_a_field_is_emptied_when_that_is_ticked_and_left_alone_when_nothing_is_said(as_: As) -> None:
    kari, ids = as_("kari"), some(2)
    changed(kari, Application, ids, short_name="Kort", notes="Notat")

    done = changed(kari, Application, ids, clear="short_name", notes="")

    assert (done.status_code, values(ids, "short_name", "notes")) == (303, [(None, "Notat")] * 2)


def test_rows_are_handed_over_confirmed_and_deleted(as_: As) -> None:
    kari, ids = as_("kari"), some(2)

    over = changed(kari, Application, ids, "owner", owner=person())
    right = changed(kari, Application, ids, "confirm")
    owned = values(ids, "owner_id", "confirmed")
    gone = changed(kari, Application, ids, "delete")

    assert [over.status_code, right.status_code, gone.status_code] == [303] * 3
    assert (owned, values(ids, "name")) == ([(person(), today())] * 2, [])


def test_a_whole_event_is_taken_back_as_one_and_deleted_rows_come_back(as_on: As, engine_app: Any) -> None:
    kari, ids = as_on("kari"), some(4)
    changed(kari, Application, ids, status="retired", **{"goes-agreements": [str(first(Agreement).id)]})
    event = changes(row(ids[0]))[0].request_id
    changed(kari, Application, ids, "delete")
    with inside("Tinn"):
        deletion = db.session.scalars(
            select(engine_log()).where(engine_log().row_id == ids[0]).order_by(engine_log().id.desc())
        ).first()
        deleted = deletion.request_id

    answers = [kari.post(f"/changes/undo/event/{one}/").status_code for one in (deleted, event)]

    assert answers == [303, 303]
    assert values(ids, "status") == [Lifecycle.IN_USE] * 4
    assert [reread(row(one), "agreements") for one in ids] == [[["Åpen avtale"]]] * 4


def engine_log() -> Any:
    from models.tenancy.log import change_class

    return change_class(Application)


def test_all_a_list_finds_is_changed_and_the_list_is_where_one_comes_back_to(as_: As) -> None:
    kari, ids = as_("kari"), some(60)
    back = "/application/?search=sak&page=2"

    page = kari.post(
        "/application/bulk/", data={"work": "change", "whole": "1", "back": back, "step": "look", "status": "retired"}
    )
    done = do(kari, Application, page)

    assert ("60 rader blir endret." in page.text, "og 10 til" in page.text) == (True, True)
    assert (done.status_code, done.location) == (303, back)
    assert set(values(ids, "status")) == {Lifecycle.RETIRED}
    assert reread(first(Application), "status") == [Lifecycle.IN_USE]


def test_the_same_page_sent_twice_changes_once_and_says_so(as_: As) -> None:
    kari, ids = as_("kari"), some(2)
    page = look(kari, Application, ids, status="retired")

    answers = [do(kari, Application, page).status_code for _ in range(2)]

    assert (answers, values(ids, "status", "version")) == ([303, 303], [(Lifecycle.RETIRED, 2)] * 2)
    assert "slik fra før" in kari.get("/application/").text


# -- what refuses ------------------------------------------------------------------------------------------------------


def test_a_row_that_refuses_is_told_of_and_nothing_is_done_until_the_others_are_asked_for(as_: As) -> None:
    kari, ids = as_("kari"), some(50)
    send(kari, row(ids[36]), retires="01.06.2020")

    page = look(kari, Application, ids, in_use_from="2021-01-01")
    all_of_them = do(kari, Application, page)
    untouched = values(ids, "in_use_from")
    those_that_go = do(kari, Application, page, mode="some")

    assert refused(page) == {"I bruk fra: Datoen må komme etter den den bygger på.": ["Sak 0037"]}
    assert (all_of_them.status_code, set(untouched)) == (409, {None})
    assert those_that_go.status_code == 303
    assert [one is None for one in values(ids, "in_use_from")] == [number == 36 for number in range(50)]
    assert "1 rad er som før" in html.unescape(kari.get("/application/").text)


def test_a_row_somebody_changed_meanwhile_refuses_until_it_is_looked_at_again(as_: As) -> None:
    kari, ids = as_("kari"), some(3)
    page = look(kari, Application, ids, status="retired")
    send(as_("lars"), row(ids[1]), description="Skrevet imens")

    late = do(kari, Application, page)
    still = do(kari, Application, late)
    anew = kari.post(address(Application, "bulk/"), data=seal(late) | {"step": "anew"})
    done = do(kari, Application, anew)

    assert (late.status_code, still.status_code, anew.status_code, done.status_code) == (409, 409, 200, 303)
    assert refused(late) == refused(still) == {"Noen har endret den siden du så på den.": ["Sak 0002"]}
    assert set(values(ids, "status")) == {Lifecycle.RETIRED}


def test_a_selection_that_has_changed_is_shown_anew_before_anything_is_done(as_: As) -> None:
    kari, ids = as_("kari"), some(3)
    said = {"work": "change", "whole": "1", "back": "/application/?search=sak", "step": "look", "status": "retired"}
    page = kari.post("/application/bulk/", data=said)
    more = some(1)

    late = do(kari, Application, page)
    untouched = values(ids, "status")
    done = do(kari, Application, late)

    assert (late.status_code, "nå er det 4 rader" in told(late), done.status_code) == (409, True, 303)
    assert (set(untouched), set(values(ids + more, "status"))) == ({Lifecycle.IN_USE}, {Lifecycle.RETIRED})


def test_what_a_form_would_refuse_is_refused_for_each_row(as_: As) -> None:
    kari, ids = as_("kari"), some(2)
    changed(kari, Application, ids[:1], criticality="1")

    asked = look(kari, Application, ids, rto_hours="4")
    wrong = look(kari, Application, ids, rto_hours="-4")
    empty = look(kari, Application, ids)
    both = look(kari, Application, ids, short_name="Kort", clear="short_name")
    ring = look(kari, Application, ids, replaced_by=ids[0])

    assert refused(asked) == {"Lengste nedetid (RTO): Feltet gjelder ikke for denne, slik den er.": ["Sak 0002"]}
    assert [one.status_code for one in (wrong, empty, both)] == [422] * 3
    assert ["Fyll ut minst ett felt" in told(empty), "ikke begge deler" in told(both)] == [True, True]
    assert list(refused(ring).values()) == [["Sak 0001"]]


def test_an_approved_activity_does_not_lose_what_it_must_have(as_: As) -> None:
    kari, activity = as_("kari"), first(ProcessingActivity)
    with inside("Tinn"):
        db.session.get_one(ProcessingActivity, activity.id).status = RecordStatus.APPROVED
        db.session.commit()

    page = look(kari, ProcessingActivity, [activity.id], clear="purpose")

    ((why, names),) = refused(page).items()
    assert (names, why.endswith("Den er godkjent, og ville mangle dette.")) == (["Åpen elevadministrasjon"], True)
    assert reread(activity, "purpose") == [activity.purpose]


def test_what_is_in_use_is_not_deleted_and_what_is_not_is(as_: As) -> None:
    kari, used, ids = as_("kari"), first(Application), some(1)

    page = look(kari, Application, [used.id, *ids], "delete")
    done = do(kari, Application, page, mode="some")

    assert refused(page) == {"Den er i bruk. Fjern koblingene til den først.": ["Åpen skoleprogram"]}
    assert (done.status_code, values(ids, "id"), reread(used, "name")) == (303, [], ["Åpen skoleprogram"])


def test_a_proposal_of_somebody_else_refuses_and_the_own_one_goes(as_: As) -> None:
    kari, shared = as_("kari"), first(Supplier)
    kari.post("/supplier/new/", data={"name": "Kari Data", "country": "NO"})
    with scope.use(scope.Scope()):
        mine = db.session.scalars(select(Supplier.id).where(Supplier.name == "Kari Data")).one()
        db.session.rollback()

    page = look(kari, Supplier, [shared.id, mine], website="https://kari.example/")
    done = do(kari, Supplier, page, mode="some")

    assert refused(page) == {"Du kan ikke endre denne.": [shared.name]}
    assert done.status_code == 303


def test_a_register_that_asks_why_gets_an_answer_or_nothing(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr(Application, "__register__", replace(Application.__register__, asks_why=True))
    kari, ids = as_("kari"), some(2)

    page = look(kari, Application, ids, status="retired")
    silent = do(kari, Application, page)
    told_why = do(kari, Application, page, reason="Avtalen er ute")

    assert (silent.status_code, "Skriv hvorfor" in told(silent), told_why.status_code) == (409, True, 303)
    assert [changes(row(one))[0].reason for one in ids] == ["Avtalen er ute"] * 2


def test_more_rows_than_an_undoing_takes_are_not_changed(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    from views.register import bulkselection

    monkeypatch.setattr(bulkselection, "MOST", 3)
    kari, ids = as_("kari"), some(4)

    whole = kari.get("/application/bulk/?work=change&whole=1&back=/application/?search=sak")
    ticked = look(kari, Application, ids, status="retired")
    fits = look(kari, Application, ids[:3], status="retired")

    assert [one.status_code for one in (whole, ticked, fits)] == [422, 422, 200]
    assert "mer enn 3 rader" in told(whole)


# -- what it costs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("work", ["change", "delete"])
def test_a_hundred_rows_take_as_many_statements_as_ten(work: str, as_: As, statements: list[str]) -> None:
    kari = as_("kari")
    said = (
        {"status": "retired", "owner": person(), "goes-agreements": [str(first(Agreement).id)]}
        if work == "change"
        else {}
    )
    rows = {number: some(number) for number in (10, 100)}
    changed(kari, Application, some(2), work, **said)
    counts = []
    for ids in rows.values():
        statements.clear()
        page = look(kari, Application, ids, work, **said)
        looked = len(statements)
        done = do(kari, Application, page)
        assert done.status_code == 303
        counts.append((looked, len(statements) - looked))

    assert counts[0] == counts[1], statements
    assert max(counts[1]) < 30


def test_all_activities_at_once_take_as_many_statements_for_twelve_rows_as_for_six(
    as_: As, statements: list[str]
) -> None:
    kari, counts = as_("kari"), []
    for number in (6, 6, 12):
        with inside("Tinn"), db.session.no_autoflush:
            rows = [ProcessingActivity(name=f"Behandling {one}", shared=Answer.YES) for one in range(number)]
            db.session.add_all(rows)
            db.session.commit()
            ids = [one.id for one in rows]
        statements.clear()
        done = changed(kari, ProcessingActivity, ids, purpose="Felles formål")
        counts.append((done.status_code, len(statements)))

    assert counts[1] == counts[2]  # the first time fills caches that are no concern here
    with inside("Tinn"):
        assert db.session.scalar(select(func.count()).where(ProcessingActivity.purpose == "Felles formål")) == 24


# -- who may -----------------------------------------------------------------------------------------------------------


def test_a_list_offers_what_the_person_may_do_there(as_: As) -> None:
    def offered(name: str, register: type[Any]) -> list[str]:
        page = as_(name).get(address(register)).text
        return [one for one in ("change", "owner", "confirm", "delete") if f'name="work" value="{one}"' in page]

    assert offered("kari", Application) == ["change", "owner", "confirm", "delete"]
    assert offered("kari", RiskAssessment) == ["change", "owner", "delete"]
    assert offered("kari", ContactPerson) == ["change", "delete"]
    assert (offered("ola", Application), 'type="checkbox" name="row"' in as_("ola").get("/application/").text) == (
        [],
        False,
    )


def test_an_approved_impact_assessment_does_not_lose_what_it_must_have_either(as_: As) -> None:
    kari, row = as_("kari"), first(ImpactAssessment)
    with inside("Tinn"):
        stored = db.session.get_one(ImpactAssessment, row.id)
        stored.status, stored.considered_on = AssessmentStatus.APPROVED, date(2026, 1, 1)
        db.session.commit()

    page = look(kari, ImpactAssessment, [row.id], clear="considered_on")

    ((why, names),) = refused(page).items()
    assert (names, why.endswith("Den er godkjent, og ville mangle dette.")) == ([row.name], True)
