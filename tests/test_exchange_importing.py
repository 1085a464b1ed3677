"""Importing what a plan said: one event that is taken back whole, and nothing where anything is otherwise by then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from exchange.importing import carry_out
from exchange.rows.plan import GOES, PartSheet, Plan, What, plan
from models import migrating
from models.changes.emptying import empty_trash
from models.database import db
from models.declare.choices import CatalogueStatus, Lifecycle
from models.declare.clock import now
from models.declare.words import Problem
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.codes import Law
from models.registers.comments import Comment
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy.log import ContentChange, SharedChange
from tests.conftest import inside, municipality, sign_in
from tests.support.attack import outside
from tests.support.interrupting import ended_after
from tests.support.sheets import at_work, how, kinds, sheet
from tests.test_keeping import owner_url
from views.pages import undoing
from views.register import underway

EVENT = "0123456789abcdef"


def imported(
    name: str, register: type[Any], table: Any, *, event: str = EVENT, between: Any = None, **more: Any
) -> Plan:
    """What somebody looked at, and then did; `between` happens before that."""
    chosen = {key: more.pop(key) for key in ("kinds", "without") if key in more}
    parts = more.pop("parts", ())
    with at_work(name, event=event) as actor:
        found = plan(db.session(), actor, register, table, how(table, **more), language="nb", parts=parts)
    if between:
        between()
    with at_work(name, event=event) as actor:
        done = carry_out(db.session(), actor, found, **chosen)
        db.session.commit()
        return done


def names(register: type[Any], place: str = "Tinn") -> list[str]:
    with inside(place):
        return sorted(db.session.scalars(select(register.name)))


def applications() -> Any:
    there = [("Åpen skoleprogram", "Avviklet", None, None), ("Kalender", None, "Ny enhet", "Per eier den")]
    with inside("Tinn"):
        row = db.session.scalars(select(Application)).one()
        return sheet(
            ["id", "version", "name", "status", "unit", "note"],
            (row.id, row.version, *there[0]),
            (None, None, *there[1]),
        )


MAKES = frozenset({"unit"})


def test_rows_are_made_and_changed_with_what_they_name_and_what_has_no_field(engine_app: Any) -> None:
    done = imported("kari", Application, applications(), make=MAKES)

    with inside("Tinn"):
        old, new = db.session.scalars(select(Application).order_by(Application.id)).all()
        said = db.session.scalars(select(Comment).where(Comment.row_id == new.id)).one()
        assert (old.status, new.unit.name, new.status) == (Lifecycle.RETIRED, "Ny enhet", Lifecycle.IN_USE)
        assert (said.text, said.author_name) == ("note: Per eier den", "Kari Test")
    assert kinds(done) == [What.CHANGED, What.NEW]
    assert done.proof().holds


def test_it_is_one_event_and_taken_back_with_one_click(engine_app: Any) -> None:
    before = names(Application), names(OrganisationalUnit)
    imported("kari", Application, applications(), make=MAKES)
    with inside("Tinn"):
        told = db.session.scalars(select(ContentChange).where(ContentChange.request_id == EVENT)).all()
        actors = {(one.actor_name, one.action) for one in told}
        first = [one.first_of_event for one in told]
    kari = sign_in(engine_app, "kari")

    shown = kari.get(f"/changes/event/{EVENT}/")
    answer = kari.post(f"/changes/undo/event/{EVENT}/")

    assert actors == {("Kari Test", "created"), ("Kari Test", "changed")}
    assert (first.count(True), shown.status_code, answer.status_code) == (2, 200, 303)
    assert (names(Application), names(OrganisationalUnit)) == before
    with inside("Tinn"):
        assert db.session.scalars(select(Application)).one().status is Lifecycle.IN_USE


def test_parts_go_with_the_rows_when_it_is_taken_back(engine_app: Any) -> None:
    rows = sheet(["parent_name", "months"], ("Ny behandling", 24), name="Slettefrister")
    table = sheet(["name", "laws.law", "article6"], ("Ny behandling", "Forvaltningsloven § 1", "6.1.e"))
    imported("kari", ProcessingActivity, table, parts=[PartSheet("retention", rows, how(rows))])
    with inside("Tinn"):
        made = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id.desc())).first()
        stood = (made.number, made.laws[0].law.name, made.laws[0].section, made.retention[0].months)

    answer = sign_in(engine_app, "kari").post(f"/changes/undo/event/{EVENT}/")

    assert stood == ("B-0003", "Forvaltningsloven", "§ 1", 24)
    assert (answer.status_code, "Ny behandling" in names(ProcessingActivity)) == (303, False)


def test_what_was_touched_since_stands_in_the_way_and_is_named(engine_app: Any) -> None:
    imported("kari", Application, applications(), make=MAKES)
    with inside("Tinn"):
        db.session.scalars(select(Application).where(Application.name == "Kalender")).one().notes = "Endret"
        db.session.commit()

    answer = sign_in(engine_app, "kari").post(f"/changes/undo/event/{EVENT}/")

    assert (answer.status_code, "«Kalender» er endret igjen siden den ble laget." in answer.text) == (409, True)
    assert "Kalender" in names(Application)


def test_a_new_shared_entry_is_a_proposal_of_the_person(engine_app: Any) -> None:
    table = sheet(["name", "supplier"], ("A1", "Nyvare AS"), ("A2", "Nyvare AS"))

    imported("kari", Application, table, make=frozenset({"supplier"}))

    with inside("Tinn"):
        made = db.session.scalars(select(Supplier).where(Supplier.name == "Nyvare AS")).one()
        assert (made.status, made.country) == (CatalogueStatus.PROPOSED, "NO")
        log = db.session.scalars(select(SharedChange).where(SharedChange.request_id == EVENT)).one()
        assert (log.row_id, log.action) == (made.id, "created")


def test_kinds_and_rows_may_be_left_out_and_what_was_made_for_them_is_not_made(engine_app: Any) -> None:
    table = sheet(["name", "unit"], ("A1", "Enhet A"), ("A2", "Enhet B"), ("A1", None), ("A3", 77_777))

    imported("kari", Application, table, make=MAKES, kinds=GOES, without=frozenset({1}))
    first = names(Application), names(OrganisationalUnit)
    with inside("Tinn"):
        db.session.delete(db.session.scalars(select(Application).where(Application.name == "A1")).one())
        db.session.commit()
    imported("kari", Application, table, make=MAKES, kinds=GOES | {What.DUPLICATE}, event="another")

    assert first == (["A1", "Åpen skoleprogram"], ["Enhet A", "Åpen oppvekst"])
    assert names(Application) == ["A1", "A1", "A2", "Åpen skoleprogram"]


# -- otherwise by then -------------------------------------------------------------------------------------------------


def changed_since() -> None:
    with inside("Tinn"):
        db.session.scalars(select(Application)).one().notes = "Endret imens"
        db.session.commit()


def made_since() -> None:
    with inside("Tinn"):
        db.session.add(Application(name="Kalender"))
        db.session.commit()


@pytest.mark.parametrize("between", [changed_since, made_since])
def test_when_anything_is_otherwise_than_what_was_looked_at_nothing_is_imported(engine_app: Any, between: Any) -> None:
    with pytest.raises(Problem, match="Noe er endret siden du så på det, så ingenting er importert"):
        imported("kari", Application, applications(), make=MAKES, between=between)

    db.session.rollback()
    assert "Ny enhet" not in names(OrganisationalUnit)
    with inside("Tinn"):
        assert db.session.scalars(select(ContentChange.id).where(ContentChange.request_id == EVENT)).all() == []


def test_a_row_that_was_deleted_meanwhile_stops_all_of_it(engine_app: Any) -> None:
    with inside("Tinn"):
        extra = Application(name="Skal bort")
        db.session.add(extra)
        db.session.commit()
        row_id = extra.id

    def gone() -> None:
        with inside("Tinn"):
            db.session.delete(db.session.get(Application, row_id))
            db.session.commit()

    with pytest.raises(Problem, match="linje 2"):
        imported("kari", Application, sheet(["id", "notes"], (row_id, "A"), (None, None)), between=gone)


def test_a_row_that_became_somebody_elses_meanwhile_stops_all_of_it(engine_app: Any) -> None:
    table, seljord = applications(), municipality("Seljord")
    theirs = names(Application, "Seljord")

    def given_away() -> None:
        with outside(engine_app) as cursor:
            cursor.execute(f"UPDATE application SET municipality_id = {seljord} WHERE name = 'Åpen skoleprogram'")

    with pytest.raises(Problem, match="linje 2"):
        imported("kari", Application, table, make=MAKES, between=given_away)

    db.session.rollback()
    assert (names(Application), "Ny enhet" in names(OrganisationalUnit)) == ([], False)
    assert names(Application, "Seljord") == sorted([*theirs, "Åpen skoleprogram"])


def test_the_same_sheet_twice_is_seen_the_second_time(engine_app: Any) -> None:
    table = sheet(["name"], ("A1",), ("A2",))
    with at_work("kari") as actor:
        found = plan(db.session(), actor, Application, table, how(table), language="nb")
    imported("kari", Application, table)

    with at_work("kari", event="again") as actor, pytest.raises(Problem):
        carry_out(db.session(), actor, found)
    db.session.rollback()

    assert names(Application) == ["A1", "A2", "Åpen skoleprogram"]


def test_an_approved_row_gets_no_new_gaps_and_a_code_that_nobody_gave_is_made(engine_app: Any) -> None:
    with at_work("per", None) as actor:
        table = sheet(["name"], ("Nylov",), ("Nylova",))
        found = plan(db.session(), actor, Law, table, how(table), language="nb")
        carry_out(db.session(), actor, found)
        db.session.commit()

    with inside("Tinn"):
        made = db.session.scalars(select(Law).where(Law.name.like("Nylov%")).order_by(Law.id)).all()
        assert [(one.code, one.status) for one in made] == [
            ("nylov", CatalogueStatus.APPROVED),
            ("nylova", CatalogueStatus.APPROVED),
        ]


# -- broken off --------------------------------------------------------------------------------------------------------


def everything() -> Iterator[Any]:
    yield from (names(Application), names(OrganisationalUnit))
    with inside("Tinn"):
        yield db.session.scalars(select(Comment.text).order_by(Comment.id)).all()
        yield db.session.scalars(select(ContentChange.row_name).where(ContentChange.request_id == EVENT)).all()
        yield db.session.scalars(select(Application.version).order_by(Application.id)).all()


def test_wherever_the_process_ends_all_of_it_is_there_or_nothing(app: Any) -> None:
    table, before = applications(), list(everything())
    with at_work("kari", event=EVENT) as actor:
        found = plan(db.session(), actor, Application, table, how(table, make=MAKES), language="nb")
    seen = []

    def work() -> None:
        with at_work("kari", event=EVENT) as actor:
            carry_out(db.session(), actor, found)
            db.session.commit()

    for number in count():
        db.session.remove()
        db.engine.dispose()
        was_ended = ended_after(number, work)
        seen.append(list(everything()))
        if not was_ended:
            break

    assert len(seen) > 10
    assert [one == before for one in seen] == [True] * (len(seen) - 1) + [False]


# -- taking back much, and what was said of rows -----------------------------------------------------------------------


def noted() -> Any:
    """A row that is there and gets a comment, and a new one with another."""
    with inside("Tinn"):
        row_id = db.session.scalars(select(Application.id)).one()
    return sheet(["id", "name", "note"], (row_id, "Åpen skoleprogram", "Per eier den"), (None, "Kalender", "Ny"))


def comments() -> list[tuple[str, bool]]:
    with inside("Tinn"):
        last = db.session.scalars(select(Comment).order_by(Comment.id.desc()).limit(2)).all()
        return [(one.text, one.gone_at is None) for one in reversed(last)]


def actions(name: str) -> list[str]:
    with inside("Tinn"):
        mine = select(ContentChange.action).where(ContentChange.row_name == name).order_by(ContentChange.id)
        return list(db.session.scalars(mine))


def test_comments_from_notes_are_told_in_the_history_and_go_with_the_import(engine_app: Any) -> None:
    imported("kari", Application, noted())
    kari, there = sign_in(engine_app, "kari"), comments()

    history = kari.get(f"/changes/event/{EVENT}/")
    answer = kari.post(f"/changes/undo/event/{EVENT}/")

    assert there == [("note: Per eier den", True), ("note: Ny", True)]
    assert (history.status_code, answer.status_code, "Kommentert" in history.text) == (200, 303, True)
    assert comments()[0] == ("", False)
    assert actions("Åpen skoleprogram")[-2:] == ["remarked", "unremarked"]
    assert names(Application) == ["Åpen skoleprogram"]


def undoing_of(event: str) -> str:
    """The event that took another back."""
    with inside("Tinn"):
        mine = select(ContentChange.request_id).where(ContentChange.undoes == event).order_by(ContentChange.id.desc())
        return str(db.session.scalars(mine).first())


def test_taking_back_a_taking_back_says_again_what_was_said_however_often(engine_app: Any) -> None:
    imported("kari", Application, noted())
    kari, stood, event = sign_in(engine_app, "kari"), comments(), EVENT
    seen = []

    for _time in range(4):
        page = kari.get(f"/changes/undo/event/{event}/")
        answer = kari.post(f"/changes/undo/event/{event}/")
        seen.append(
            (page.status_code, "Dette kan ikke angres nå" in page.text, answer.status_code, comments() == stood)
        )
        event = undoing_of(event)

    assert seen == [(200, False, 303, back) for back in (False, True, False, True)]
    assert actions("Åpen skoleprogram")[-5:] == ["remarked", "unremarked"] * 2 + ["remarked"]
    assert names(Application) == ["Kalender", "Åpen skoleprogram"]


def test_what_was_said_is_kept_no_longer_than_what_is_deleted_and_then_the_page_says_so(engine_app: Any) -> None:
    imported("kari", Application, noted())
    kari = sign_in(engine_app, "kari")
    kari.post(f"/changes/undo/event/{EVENT}/")
    event = undoing_of(EVENT)

    def empty(before: datetime) -> str:
        db.session.remove()
        with migrating.engine_for(owner_url(engine_app)).begin() as connection:
            empty_trash(connection, before)
        with inside("Tinn"):
            kept = select(ContentChange.reverse).where(ContentChange.request_id == event)
            return str(db.session.scalars(kept).all())

    early, late = empty(now() - timedelta(days=30)), empty(now() + timedelta(days=1))
    page, answer = kari.get(f"/changes/undo/event/{event}/"), kari.post(f"/changes/undo/event/{event}/")

    assert ("Per eier den" in early, "Per eier den" in late) == (True, False)
    assert (page.status_code, answer.status_code) == (200, 409)
    told = "Kommentarene på «Åpen skoleprogram» er slettet, og kommer ikke tilbake."
    assert [told in one.text for one in (page, answer)] == [True, True]


def test_a_comment_that_somebody_changed_since_stands_in_the_way_and_one_that_is_deleted_does_not(app: Any) -> None:
    imported("kari", Application, noted())
    with inside("Tinn"):
        db.session.scalars(select(Comment).where(Comment.text == "note: Per eier den")).one().reword("Egne ord", {})
        db.session.commit()
    kari = sign_in(app, "kari")

    refused = kari.post(f"/changes/undo/event/{EVENT}/")
    with inside("Tinn"):
        db.session.scalars(select(Comment).where(Comment.text == "Egne ord")).one().take_back()
        db.session.commit()
    done = kari.post(f"/changes/undo/event/{EVENT}/")

    assert (refused.status_code, done.status_code) == (409, 303)
    assert "Kommentaren på «Åpen skoleprogram» er endret eller løst siden." in refused.text
    assert names(Application) == ["Åpen skoleprogram"]


def units(number: int) -> Any:
    """Units in a chain, each under the one before it, and each with an application of its own name."""
    return sheet(["name", "parent"], *[(f"Enhet {one:02}", f"Enhet {one - 1:02}" if one else None)
                                       for one in range(number)])  # fmt: skip


@pytest.mark.parametrize("register", [OrganisationalUnit, Application])
def test_more_than_fits_in_memory_is_taken_back_in_pieces_and_all_of_it_or_nothing(
    engine_app: Any, monkeypatch: pytest.MonkeyPatch, register: type[Any]
) -> None:
    monkeypatch.setattr(undoing, "AT_ONCE", 4)
    table = units(11) if register is OrganisationalUnit else applications_of(11)
    imported("kari", register, table, make=MAKES)
    kari = sign_in(engine_app, "kari")

    page = kari.get(f"/changes/undo/event/{EVENT}/")
    with inside("Tinn"):
        touched = db.session.scalars(select(register).order_by(register.id.desc())).first()
        touched.name = "Endret siden"
        db.session.commit()
    refused, stands = kari.post(f"/changes/undo/event/{EVENT}/"), len(names(register))
    with inside("Tinn"):
        db.session.delete(db.session.scalars(select(register).where(register.name == "Endret siden")).one())
        db.session.commit()
    gone = kari.post(f"/changes/undo/event/{EVENT}/")

    assert (page.status_code, "Det kan ta noen minutter" in page.text) == (200, True)
    assert (refused.status_code, gone.status_code, stands) == (409, 409, 12)
    assert "er endret igjen siden den ble laget" in refused.text
    assert len(names(register)) == stands - 1  # all of it is there but the one that was deleted by hand


def applications_of(number: int) -> Any:
    return sheet(["name", "unit"], *[(f"System {one:02}", f"Egen enhet {one:02}") for one in range(number)])


@pytest.mark.parametrize("register", [OrganisationalUnit, Application])
def test_the_whole_of_it_goes_in_the_opposite_order_of_its_coming(
    engine_app: Any, monkeypatch: pytest.MonkeyPatch, register: type[Any]
) -> None:
    monkeypatch.setattr(undoing, "AT_ONCE", 4)
    before = names(Application), names(OrganisationalUnit)
    imported("kari", register, units(11) if register is OrganisationalUnit else applications_of(11), make=MAKES)

    answer = sign_in(engine_app, "kari").post(f"/changes/undo/event/{EVENT}/")

    assert answer.status_code == 303
    assert (names(Application), names(OrganisationalUnit)) == before


def test_how_far_the_taking_back_has_come_is_told(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "AT_ONCE", 4)
    monkeypatch.setattr(underway, "MANY", 3)
    imported("kari", Application, applications_of(11), make=MAKES)
    kari = sign_in(app, "kari")

    kari.post(f"/changes/undo/event/{EVENT}/")

    assert "Endring av 22 rader er ferdig" in kari.get("/underway/").text
