"""What a breach or a request concerns is what there is today: nothing that is retired, ended, run out or done with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import AgreementStatus, BreachRisk, Lifecycle, RecordStatus, RequestState
from models.declare.clock import now, today
from models.queries import concerned
from models.registers.accessrequests import AccessRequest
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.breaches import Breach
from models.registers.catalogue import Supplier
from models.registers.codes import DataSubjectCategory
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity, ProcessorRow, SubjectRow
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, municipality


@pytest.fixture
def supplier(app: Any) -> int:
    """A supplier of one system that is used and one that is retired, with what hangs on each in both states."""
    with inside("Tinn"), db.session.no_autoflush:
        subject = db.session.scalars(select(DataSubjectCategory).order_by(DataSubjectCategory.id.desc())).first()
        found = Supplier(name="Ulykkesfuglen")
        used = Application(name="Brukt", supplier=found)
        over = Application(name="Avviklet", supplier=found, status=Lifecycle.RETIRED)
        about = {"subjects": [], "applications": [used]}
        for name, status in (("Lever", RecordStatus.APPROVED), ("Avsluttet", RecordStatus.ENDED)):
            row = ProcessingActivity(name=name, status=status, **about)
            row.subjects = [SubjectRow(subject=subject)]
            row.processors = [ProcessorRow(supplier=found)]
            db.session.add(row)
        for name, how in (("Gjelder", AgreementStatus.ACTIVE), ("Utløpt", AgreementStatus.EXPIRED)):
            db.session.add(Agreement(name=name, status=how, supplier=found))
        db.session.add_all([used, over])
        db.session.commit()
        return int(found.id)


def names(rows: Any) -> list[str]:
    return [str(one.name) for one in rows]


def test_of_a_supplier_follow_what_is_used_what_is_alive_and_what_is_in_force(supplier: int) -> None:
    with inside("Tinn"):
        found = concerned.of_breach(db.session, Breach(name="x", aware=now(), supplier_id=supplier))

        assert [names(one) for one in (found.applications, found.activities, found.agreements)] == [
            ["Brukt"], ["Lever"], ["Gjelder"],
        ]  # fmt: skip


def test_of_a_supplier_without_systems_follow_the_activities_it_processes_for_that_are_alive(supplier: int) -> None:
    with inside("Tinn"):
        for one in db.session.scalars(select(Application).where(Application.name == "Brukt")):
            one.status = Lifecycle.RETIRED
        db.session.commit()
        found = concerned.of_breach(db.session, Breach(name="x", aware=now(), supplier_id=supplier))

        assert (names(found.applications), names(found.activities)) == ([], ["Lever"])


def test_a_request_is_about_the_activities_that_are_alive(supplier: int) -> None:
    with inside("Tinn"):
        activity = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.name == "Lever")).one()
        request = AccessRequest(name="x", received=today(), subjects=[activity.subjects[0].subject])
        db.session.add(request)
        db.session.flush()

        assert names(concerned.of_request(db.session, request)) == ["Lever"]
        assert [one.application.name for one in concerned.to_ask(db.session, request)] == ["Brukt"]
        db.session.rollback()


def test_who_has_it_are_those_who_use_it_in_activities_that_are_alive(supplier: int) -> None:
    with inside("Tinn"):
        row = db.session.get_one(Supplier, supplier)

        assert names(concerned.that_have(db.session, row)) == ["Brukt"]
        assert concerned.activities_with(db.session, row) == {municipality_of("Tinn"): 1}


def municipality_of(town: str) -> int:
    return int(db.session.scalars(select(Municipality.id).where(Municipality.name == town)).one())


def test_the_clock_runs_for_breaches_that_are_to_be_notified_and_are_not(app: Any) -> None:
    with inside("Tinn"):
        for name, said in (
            ("Løper", {}), ("Meldt", {"notified_at": now()}), ("Neppe", {"risk": BreachRisk.UNLIKELY}),
        ):  # fmt: skip
            db.session.add(Breach(name=name, aware=now(), **said))
        db.session.commit()

        assert names(concerned.running(db.session)) == ["Løper"]


def test_requests_wait_until_they_are_answered(app: Any) -> None:
    with inside("Tinn"):
        for state in RequestState:
            row = AccessRequest(name=str(state), received=today(), status=state)
            row.answered_on, row.refusal = today(), "x"
            db.session.add(row)
        db.session.commit()

        assert names(concerned.unanswered(db.session)) == [str(RequestState.OPEN)]


def test_those_to_tell_may_sign_in_and_keep_the_municipality_today(app: Any) -> None:
    tinn = municipality("Tinn")
    with inside("Tinn"):
        for name, active, until in (("borte", False, None), ("ferdig", True, today()), ("ny", True, None)):
            person = User(name=name, email=f"{name}@test.example", active=active)
            role = MunicipalRole("local_admin")
            db.session.add(Membership(user=person, role=role, municipality_id=tinn, valid_to=until))
        db.session.commit()

        assert sorted(names(concerned.to_tell(db.session)[tinn])) == ["Lars Test", "ny"]


def test_a_municipality_that_has_ended_is_told_of_nothing(app: Any) -> None:
    with inside():
        before = names(concerned.places(db.session))
        db.session.get_one(Municipality, municipality_of("Tinn")).ended = today() - timedelta(days=1)
        db.session.commit()

        assert [name for name in before if name not in names(concerned.places(db.session))] == ["Tinn"]
