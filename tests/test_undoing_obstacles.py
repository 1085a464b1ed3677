"""What stands in the way of taking something back is told, each in its own words, and nothing is done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import RecordStatus
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.municipality import Municipality
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from tests.conftest import inside, user
from tests.support.attack import outside
from tests.test_attachments import attach
from tests.test_deleted import told
from tests.test_forms import first, send
from tests.test_registers import As, address, delete_row, form_of
from tests.test_undoing import message, way_back


def made(row: Any) -> Any:
    """A row of Tinn, made in an event of its own."""
    with inside("Tinn") as within, scope.use(scope.replace(within, request_id="e" * 16)):
        db.session.add(row)
        db.session.commit()
        return type(row)(id=row.id)


def names(*rows: Any) -> list[str | None]:
    """What rows are called; None of those that are not there."""
    with inside("Tinn"):
        found = [db.session.get(type(row), row.id) for row in rows]
        return [row and row.name for row in found]


def refused(answer: Any) -> str:
    assert answer.status_code == 409
    return message(answer)


def test_a_change_of_what_is_deleted_since(as_: As) -> None:
    kari, row = as_("kari"), made(Application(name="Kort liv"))
    send(kari, row, name="Langt liv")
    change = way_back(row)
    delete_row(kari, Application, row.id)

    assert "«Langt liv» er slettet siden. Hent den tilbake først." in refused(kari.post(change))


def test_the_making_of_what_is_deleted_since(as_: As) -> None:
    kari, row = as_("kari"), made(Application(name="Kort liv"))
    making = way_back(row)
    delete_row(kari, Application, row.id)

    assert "«Kort liv» er slettet siden." in refused(kari.post(making))


def test_the_deletion_of_what_is_there_again(as_: As) -> None:
    kari, row = as_("kari"), made(Application(name="Hentet tilbake"))
    delete_row(kari, Application, row.id)
    deletion = way_back(row)
    assert kari.post(deletion).status_code == 303
    before = told(Application, row.id)

    answer = kari.post(deletion)

    assert ("«Hentet tilbake» er der allerede." in refused(answer), told(Application, row.id)) == (True, before)


@pytest.mark.parametrize("name", ["ola", "siri"])
def test_who_may_not_delete_neither_unmakes_nor_brings_back(name: str, as_: As) -> None:
    kari, stays, gone = as_("kari"), made(Application(name="Laget")), made(Application(name="Slettet"))
    delete_row(kari, Application, gone.id)

    answers = [as_(name).post(way_back(one)) for one in (stays, gone)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert ["Du kan ikke endre" in message(answer) for answer in answers] == [True, True]
    assert names(stays, gone) == ["Laget", None]


def test_a_row_that_would_come_back_without_what_it_was_tied_to(as_: As) -> None:
    kari, unit = as_("kari"), made(OrganisationalUnit(name="Nedlagt"))
    with inside("Tinn"):
        row = Application(name="Uten enhet", unit_id=unit.id)
        db.session.add(row)
        db.session.commit()
        row = Application(id=row.id)
    delete_row(kari, Application, row.id)
    delete_row(kari, OrganisationalUnit, unit.id)

    answer = kari.post(way_back(row))

    assert "«Uten enhet» skulle vise til noe som ikke finnes lenger: Nedlagt" in refused(answer)
    assert names(row) == [None]


def test_a_change_that_names_a_field_the_register_no_longer_has(as_: As, app: Any) -> None:
    kari, row = as_("kari"), first(Application)
    send(kari, row, name="Nytt navn")
    gone = json.dumps({"values": {"borte": 1}, "links": {}, "parts": []})
    with outside(app) as cursor:
        cursor.execute("update content_change set reverse = ? where row_id = ?", (gone, row.id))

    answer = kari.post(way_back(row))

    assert "for registeret har endret seg siden" in refused(answer)
    assert names(row) == ["Nytt navn"]


def test_a_password_that_the_history_never_held(as_: As) -> None:
    sol, ola = as_("sol"), user("ola")
    sol.post(f"/user-account/{ola.id}/password/")

    assert "står ikke i historikken, og kan ikke settes tilbake" in refused(sol.post(way_back(ola)))


def test_a_file_that_was_hung_on_a_row(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    attach(kari, row)

    assert "Vedlegg og lenker fjernes, og hentes tilbake, på siden til" in refused(kari.post(way_back(row)))


def test_where_something_stands_on_the_way_to_being_approved(as_: As) -> None:
    with inside("Tinn") as within, scope.use(scope.replace(within, request_id="b" * 16)):
        row = db.session.scalars(select(ProcessingActivity)).first()
        row.status = RecordStatus.ENDED
        db.session.commit()
        row = ProcessingActivity(id=row.id)

    answer = as_("kari").post(way_back(row))

    assert "endres med knappene på siden, og angres ikke" in refused(answer)


def test_a_field_that_only_the_project_writes(as_: As) -> None:
    with inside() as within, scope.use(scope.replace(within, request_id="c" * 16)):
        row = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
        row.region = "Et annet samarbeid"
        db.session.commit()
        row = Municipality(id=row.id)

    answer = as_("lars").post(way_back(row))

    assert "Du kan ikke endre alt dette i «Tinn»: Region" in refused(answer)


# -- links and parts that are otherwise than the change left them ------------------------------------------------------


def tied() -> tuple[Any, str]:
    """An application that is tied to an agreement, and the number of the agreement."""
    with inside("Tinn"):
        agreement = Agreement(name="Bundet", supplier=db.session.scalars(select(Supplier)).first())
        application = Application(name="Bundet", agreements=[agreement])
        db.session.add(application)
        db.session.commit()
        return Application(id=application.id), str(agreement.id)


@pytest.mark.parametrize("tied_first", [True, False], ids=["taken away and put back", "put there and taken away"])
def test_links_that_somebody_has_changed_since(tied_first: bool, as_: As) -> None:
    kari, (row, agreement) = as_("kari"), tied()
    if not tied_first:
        send(kari, row, agreements=[])
    send(kari, row, agreements=[] if tied_first else [agreement])
    change = way_back(row)
    send(as_("lars"), row, agreements=[agreement] if tied_first else [])

    told_of = refused(kari.post(change))

    assert "«Bundet» er endret igjen siden: Avtaler." in told_of
    with inside("Tinn"):
        assert len(db.session.get(Application, row.id).agreements) == int(tied_first)


def test_a_part_that_would_come_back_without_what_it_was_tied_to(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    with inside("Tinn"):
        agreement = Agreement(name="Borte", supplier=db.session.scalars(select(Supplier)).first())
        db.session.get(ProcessingActivity, row.id).processors[0].agreement = agreement
        db.session.commit()
        gone = agreement.id
    send(kari, row, "processors-0-")
    before = told(ProcessingActivity, row.id)
    delete_row(kari, Agreement, gone)

    told_of = refused(kari.post(way_back(row)))

    assert "skulle vise til noe som ikke finnes lenger: Databehandlere." in told_of
    assert told(ProcessingActivity, row.id) == before


def test_a_part_that_is_back_already(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    send(kari, row, "retention-0-")
    change = way_back(row)
    assert kari.post(change).status_code == 303
    before = told(ProcessingActivity, row.id)

    assert "er endret igjen siden: Slettefrister." in refused(kari.post(change))
    assert told(ProcessingActivity, row.id) == before


def test_a_part_that_somebody_has_written_in_since_it_was_made(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    send(kari, row, **{"retention-5-start": "Ny rad"})
    change = way_back(row)
    form = form_of(kari.get(address(ProcessingActivity, "edit/", id=row.id)).text).values
    where = next(key for key, value in form.items() if value == ["Ny rad"])
    send(as_("lars"), row, **{where: "Skrevet i siden"})
    before = told(ProcessingActivity, row.id)

    assert "er endret igjen siden: Slettefrister." in refused(kari.post(change))
    assert told(ProcessingActivity, row.id) == before
