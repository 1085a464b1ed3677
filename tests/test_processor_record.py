"""The record that the operator of Orden keeps as processor (GDPR art. 30(2)): every municipality that takes part, with
what it has agreed and what is done for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import AgreementStatus, Answer
from models.declare.clock import today
from models.registers.agreements import Agreement, AgreementProcessor
from models.registers.catalogue import Supplier
from models.registers.codes import AgreementType, TransferGround
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity, ProcessorRow, TransferRow
from reports import report
from reports.base import Ask
from tests.conftest import inside, municipality
from tests.test_registers import As

SLUG = "databehandlerprotokoll"
ASK = Ask("nb", today(), datetime(2026, 6, 1, 12, tzinfo=UTC), today().year)
TOWNS = ("Tinn", "Seljord", "Bamble")


@pytest.fixture
def world(app: Any) -> None:
    """Three municipalities take part; two of them have agreed with the operator, one of these lets it transfer."""
    with inside():
        for one in db.session.scalars(select(Municipality)):
            one.joined = date(2018, 1, 1) if one.name in TOWNS else None
        db.session.commit()
    for town in TOWNS[:2]:
        with inside(town), db.session.no_autoflush:
            operator = _operator() or Supplier(
                name="Drift AS", organisation_number=None, contact_email="drift@a.example"
            )
            nature = db.session.scalars(select(AgreementType).where(AgreementType.code == "accession")).one()
            agreement = Agreement(
                name=f"{town} tilslutning", number=f"{town}-1", supplier=operator, nature=nature,
                signed=date(2018, 2, 1), status=AgreementStatus.ACTIVE, data_processing=Answer.YES,
                archive_reference="18/1", subprocessors="Sky AS, Irland",
                processors=[AgreementProcessor(name="Nord AS", number="123", country="NO", purpose="Drift")],
            )  # fmt: skip
            activity = ProcessingActivity(name=f"{town} register", has_processors=Answer.YES)
            activity.processors = [ProcessorRow(supplier=operator, agreement=agreement)]
            if town == "Tinn":
                ground = db.session.scalars(select(TransferGround).order_by(TransferGround.id)).first()
                activity.transfers = [
                    TransferRow(country="India", recipient="Hjelp Ltd", supplier=operator, ground=ground)
                ]
            db.session.add_all([operator, agreement, activity])
            db.session.commit()


def _operator() -> Supplier | None:
    return db.session.scalars(select(Supplier).where(Supplier.name == "Drift AS")).one_or_none()


def _others(what: Any) -> Any:
    return select(what).where(Supplier.name != "Drift AS").order_by(Supplier.id)


def rows(*towns: str) -> list[list[Any]]:
    with inside(*towns):
        told = report(SLUG).sheets(db.session, ASK)
        return [list(row) for row in told[0].sheet.rows]


def test_each_municipality_that_takes_part_is_told_of_with_its_agreement_work_and_transfers(world: None) -> None:
    with inside():
        ground = db.session.scalars(select(TransferGround.name).order_by(TransferGround.id)).first()
    told = {row[0]: row[5:] for row in rows()}
    agreed = [date(2018, 2, 1), None, "18/1", "Nord AS (123, NO), Drift\nSky AS, Irland"]

    assert told == {
        "Bamble": [None, "Nei", "Ingen databehandleravtale i kraft", None, None, None, None, None],
        "Seljord": ["Seljord register", "Nei", "Seljord tilslutning", "Seljord-1", *agreed],
        "Tinn": ["Tinn register", f"India, Hjelp Ltd, {ground}", "Tinn tilslutning", "Tinn-1", *agreed],
    }


def test_the_cover_tells_who_the_processor_is(world: None) -> None:
    with inside():
        facts = dict(report(SLUG).facts(db.session, ASK))

    assert (facts["Databehandler"], facts["Kontakt"]) == ("Drift AS", "drift@a.example")


def test_an_agreement_that_has_ended_is_none(world: None) -> None:
    with inside("Tinn"):
        agreement = db.session.scalars(select(Agreement).where(Agreement.number == "Tinn-1")).one()
        agreement.ends = today() - timedelta(days=1)
        db.session.commit()

    assert [row[7] for row in rows() if row[0] == "Tinn"] == ["Ingen databehandleravtale i kraft"]


def test_one_municipality_alone_tells_of_itself(world: None) -> None:
    assert [row[0] for row in rows("Seljord")] == ["Seljord"]


def test_where_two_are_the_party_of_as_many_nobody_is_guessed(world: None) -> None:
    for town in TOWNS[:2]:
        with inside(town):
            nature = db.session.scalars(select(AgreementType).where(AgreementType.code == "accession")).one()
            other = db.session.scalars(
                select(Supplier).where(Supplier.name != "Drift AS").order_by(Supplier.id)
            ).first()
            about = {"nature": nature, "status": AgreementStatus.ACTIVE, "data_processing": Answer.YES}
            db.session.add(Agreement(name="Annen tilslutning", supplier=other, **about))
            db.session.commit()

    assert rows() == []


def test_who_leads_the_project_opens_it_and_a_municipality_does_not(world: None, as_: As) -> None:
    found = {name: as_(name).get(f"/reports/{SLUG}/").status_code for name in ("per", "lars", "tone", "frida")}
    listed = {name: SLUG in as_(name).get("/reports/").text for name in ("per", "lars")}

    assert found == {"per": 200, "lars": 403, "tone": 403, "frida": 403}
    assert listed == {"per": True, "lars": False}


def test_the_processor_that_is_chosen_is_told_of_and_an_unknown_one_is_refused(world: None, as_: As) -> None:
    per = as_("per")
    with inside():
        other = db.session.scalars(_others(Supplier.id)).first()

    chosen = per.get(f"/reports/{SLUG}/?processor={other}")
    unknown = per.get(f"/reports/{SLUG}/?processor=9999999")

    assert (chosen.status_code, "Seljord-1" in chosen.text, unknown.status_code) == (200, False, 400)


def test_the_command_writes_it_for_all(world: None, app: Any, tmp_path: Any) -> None:
    db.session.remove()
    out = tmp_path / "protokoll.pdf"
    done = app.test_cli_runner().invoke(args=["report", SLUG, "--municipality", "all", "--out", str(out)])

    assert (done.exit_code, out.read_bytes()[:4]) == (0, b"%PDF")
    assert municipality("Tinn")
