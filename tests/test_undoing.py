"""Taking back a change or a whole event: as before, links and parts too, by the same rules; or not at all."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from models.changes import restoring
from models.database import db
from models.declare.base import field_of
from models.declare.choices import Lifecycle
from models.declare.clock import now
from models.queries.events import NAMES, name_of
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from models.tenancy import scope
from models.tenancy.log import change_class
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, user
from tests.support.attack import browser as stranger
from tests.support.attack import loot, outside
from tests.test_checks import NEW_NUMBER
from tests.test_deleted import told
from tests.test_forms import first, reread, send
from tests.test_history import changes
from tests.test_registers import As, delete_row
from views.pages import undoing


def way_back(row: Any, number: int = 0) -> str:
    """Where the newest change of a row, or an older one, is taken back."""
    change = changes(row)[number]
    return f"/changes/undo/{name_of(type(change))}/{change.id}/"


def event_of(row: Any) -> str:
    return str(changes(row)[0].request_id)


def message(page: Any) -> str:
    """What stands in the way, as the page says it."""
    box = page.text.partition('class="message tone-warning"')[2].partition("</div>")[0]
    return html.unescape(re.sub(r"<[^>]+>", " ", box))


# -- what comes back ---------------------------------------------------------------------------------------------------


def test_values_references_and_links_are_what_they_were(as_on: As, engine_app: Any) -> None:
    kari, row = as_on("kari"), first(Application)
    before = told(Application, row.id)
    send(kari, row, name="Nytt navn", status="retired", in_use_from="24.12.2020", owner="", agreements=[], unit="")

    shown, done = kari.get(way_back(row)), kari.post(way_back(row))

    assert (shown.status_code, done.status_code) == (200, 303)
    assert told(Application, row.id) == before | {"version": before["version"] + 2}
    newest, undone = changes(row)[:2]
    assert (newest.undoes, newest.actor_name) == (undone.request_id, "Kari Test")


@pytest.mark.parametrize(
    "change",
    [
        {"retention-0-months": "12"},
        {"retention-5-start": "Ny rad"},
        {"without": "retention-0-"},
        {"subjects-0-personal_data": []},
        {"article6": [], "name": "Endret sammen med lenker"},
    ],
    ids=["a part changed", "a part added", "a part removed", "links of a part", "links"],
)
def test_parts_and_their_links_are_what_they_were_and_the_undoing_is_undone_too(change: Any, as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    before = told(ProcessingActivity, row.id)
    send(kari, row, *[change.pop("without")] if "without" in change else [], **change)
    changed = told(ProcessingActivity, row.id)

    back = kari.post(way_back(row))
    after = told(ProcessingActivity, row.id)
    again = kari.post(way_back(row))

    assert (back.status_code, again.status_code) == (303, 303)
    assert after == before | {"version": before["version"] + 2}
    assert told(ProcessingActivity, row.id) == changed | {"version": changed["version"] + 2}
    assert (
        changed["parts"] | changed["links"] | changed["values"] != before["parts"] | before["links"] | before["values"]
    )


def test_what_was_made_goes_and_what_was_deleted_comes_back(as_: As) -> None:
    kari = as_("kari")
    row = first(RiskAssessment)
    before = told(RiskAssessment, row.id)
    delete_row(kari, RiskAssessment, row.id)

    back = kari.post(way_back(row))
    came = told(RiskAssessment, row.id)
    gone = kari.post(way_back(row))

    assert (back.status_code, gone.status_code) == (303, 303)
    assert came == before | {"version": before["version"] + 1}
    with inside("Tinn"):
        assert db.session.get(RiskAssessment, row.id) is None


def many(number: int, request_id: str = "a" * 16) -> tuple[str, list[int]]:
    """An event that changed many rows; its name and their ids."""
    with inside("Tinn"), db.session.no_autoflush:
        unit = db.session.scalars(select(OrganisationalUnit)).first()
        db.session.add_all([Application(name=f"Sak {one:04}", unit=unit) for one in range(number)])
        db.session.commit()
    with inside("Tinn") as within, scope.use(scope.replace(within, request_id=request_id)), db.session.no_autoflush:
        rows = list(db.session.scalars(select(Application).where(Application.name.startswith("Sak"))))
        agreement = db.session.scalars(select(Agreement)).first()
        for row in rows:
            row.status, row.unit, row.agreements = Lifecycle.RETIRED, None, [agreement]
        db.session.commit()
        return request_id, [row.id for row in rows]


def states(ids: list[int]) -> set[Any]:
    with inside("Tinn"):
        rows = db.session.scalars(select(Application).where(Application.id.in_(ids)))
        return {(row.status, row.unit_id is None, len(row.agreements)) for row in rows}


def test_a_whole_event_is_one_undoing(as_: As) -> None:
    kari = as_("kari")
    event, ids = many(60)
    changed = states(ids)

    page = kari.get(f"/changes/undo/event/{event}/")
    back = kari.post(f"/changes/undo/event/{event}/")

    assert (page.status_code, page.text.count('<li class="card">'), "og 11 til" in page.text) == (200, 50, True)
    assert (back.status_code, changed, states(ids)) == (
        303,
        {(Lifecycle.RETIRED, True, 1)},
        {(Lifecycle.IN_USE, False, 0)},
    )
    with inside("Tinn"):
        log = change_class(Application)
        undone = list(db.session.scalars(select(log).where(log.undoes == event)))
        assert (len(undone), len({one.request_id for one in undone}), sum(one.first_of_event for one in undone)) == (
            61,  # the agreement they were all tied to is told of too
            1,
            2,
        )


def test_undoing_takes_a_few_statements_a_row_however_many_they_are(as_: As, statements: list[str]) -> None:
    kari, counts = as_("kari"), []
    for number, name in ((10, "b" * 16), (40, "c" * 16)):
        event, _ids = many(number, name)
        with inside("Tinn"):
            for row in db.session.scalars(select(Application).where(Application.name.startswith("Sak"))):
                row.name = f"Før {row.name}"
            db.session.commit()
        statements.clear()
        kari.get(f"/changes/undo/event/{event}/")
        counts.append(len(statements))

    assert (counts[1] - counts[0]) / 30 <= 2


def test_an_event_of_too_many_rows_is_refused_with_a_sentence(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "MOST", 3)
    kari = as_("kari")
    event, ids = many(4)

    answers = [ask(f"/changes/undo/event/{event}/") for ask in (kari.get, kari.post)]

    assert [(one.status_code, "mer enn 3 endringer" in message(one)) for one in answers] == [(409, True)] * 2
    assert states(ids) == {(Lifecycle.RETIRED, True, 1)}


# -- what stands in the way --------------------------------------------------------------------------------------------


def test_what_was_changed_again_since_is_told_with_field_and_person_and_nothing_is_done(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    send(kari, row, name="Første", notes="Første")
    send(as_("lars"), row, name="Andre")

    page, answer = kari.get(way_back(row, 1)), kari.post(way_back(row, 1))

    assert (page.status_code, answer.status_code) == (200, 409)
    assert "«Første» er endret igjen siden: Navn. (Lars Test," in message(page)
    assert (message(page), reread(row, "name", "notes")) == (message(answer), ["Andre", "Første"])


@pytest.mark.parametrize("kind", ["reference", "links", "part"])
def test_a_link_that_would_dangle_is_told(kind: str, as_: As) -> None:
    kari = as_("kari")
    row = first(ProcessingActivity if kind == "part" else Application)
    key, field = {
        "reference": ("manager", "Systemansvarlig"),
        "links": ("agreements", "Avtaler"),
        "part": ("", "Databehandlere"),
    }[kind]
    with inside("Tinn"):
        there = db.session.get(type(row), row.id)
        other = (
            ContactPerson(name="Borte") if kind == "reference" else Agreement(name="Borte", supplier=there_supplier())
        )
        db.session.add(other)
        db.session.flush()
        if kind == "part":
            there.processors[0].agreement = other
        else:
            setattr(there, key, other if kind == "reference" else [other])
        db.session.commit()
        other_row = type(other), other.id
    send(kari, row, **({"processors-0-agreement": ""} if kind == "part" else {key: "" if kind == "reference" else []}))
    delete_row(kari, *other_row)

    answer = kari.post(way_back(row))

    assert (
        answer.status_code,
        "finnes ikke lenger" in html.unescape(message(answer)) or "ikke finnes lenger" in message(answer),
    ) == (409, True)
    assert field in message(answer)


def there_supplier() -> Any:
    return db.session.scalars(select(Supplier)).first()


def test_what_is_taken_into_use_since_it_was_made_stays(as_: As) -> None:
    kari = as_("kari")
    with inside("Tinn") as within, scope.use(scope.replace(within, request_id="d" * 16)):
        made = OrganisationalUnit(name="Ny enhet")
        db.session.add(made)
        db.session.commit()
        row_id = made.id
        db.session.scalars(select(Application)).first().unit = made
        db.session.commit()
    (made_by,) = changes(OrganisationalUnit(id=row_id))

    answer = kari.post(f"/changes/undo/content/{made_by.id}/")

    assert (answer.status_code, "«Ny enhet» er i bruk" in message(answer)) == (409, True)
    with inside("Tinn"):
        assert db.session.get(OrganisationalUnit, row_id) is not None


def test_a_value_the_rules_no_longer_take_is_not_put_back(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    with inside("Tinn"):
        db.session.get(Application, row.id).notes = f"Nummer {NEW_NUMBER}"  # past the form
        db.session.commit()
    send(kari, row, notes="Uten nummer")

    answer = kari.post(way_back(row))

    assert (answer.status_code, "Merknader" in message(answer), reread(row, "notes")) == (409, True, ["Uten nummer"])


def test_a_change_from_before_there_was_undoing_says_so(as_: As, app: Any) -> None:
    kari, row = as_("kari"), first(Application)
    send(kari, row, name="Gammel endring")
    with outside(app) as cursor:
        cursor.execute("update content_change set reverse = null")

    answer = kari.post(way_back(row))

    assert (answer.status_code, "før Orden tok vare på" in message(answer)) == (409, True)


def test_a_deletion_that_is_too_old_is_not_taken_back(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kari, row = as_("kari"), first(RiskAssessment)
    delete_row(kari, RiskAssessment, row.id)
    late = now() + restoring.timedelta(days=restoring.DAYS)
    monkeypatch.setattr(restoring, "now", lambda: late)

    answer = kari.post(way_back(row))

    assert (answer.status_code, "Fristen er ute" in message(answer)) == (409, True)


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ola", "tone", "siri"])
def test_who_may_not_change_the_row_takes_nothing_back(name: str, as_: As) -> None:
    row = first(Application)
    send(as_("kari"), row, name="Nytt navn")

    answer = as_(name).post(way_back(row))

    assert (answer.status_code, "Du kan ikke endre «Nytt navn»" in message(answer)) == (409, True)
    assert reread(row, "name") == ["Nytt navn"]


def test_nobody_gives_oneself_a_role_by_undoing(as_: As) -> None:
    lars = user("lars").id
    with inside("Tinn"):
        role = Membership(user=db.session.get(User, lars), role=MunicipalRole("editor"))
        db.session.add(role)
        db.session.commit()
        row_id = role.id
        db.session.delete(role)
        db.session.commit()
    row = Membership(id=row_id)

    answer = as_("lars").post(way_back(row))

    assert (answer.status_code, "egne tilganger" in message(answer)) == (409, True)


@pytest.mark.parametrize("name", ["kari", "sol"])
def test_a_field_that_may_not_be_read_is_neither_taken_back_nor_named(name: str, as_: As) -> None:
    with inside() as within, scope.use(scope.replace(within, request_id="f" * 16)):
        row = db.session.scalars(select(Municipality).where(Municipality.name == "Seljord")).one()
        row.default_measures = "Låste skap"
        db.session.commit()
        row_id = row.id
    label = field_of(Municipality, "default_measures").label

    page = as_(name).post(way_back(Municipality(id=row_id)))

    assert (page.status_code, label in page.text, "Låste skap" in page.text) == (409, False, False)


@pytest.mark.parametrize("who", ["kari", "lars", "tone", "per", "sol"])
def test_what_happened_in_seljord_is_neither_seen_nor_taken_back_from_elsewhere(who: str, app: Any) -> None:
    with inside("Seljord") as within, scope.use(scope.replace(within, request_id="e" * 16)):
        risk = db.session.scalars(select(RiskAssessment)).first()
        risk.method = "Løyndom"
        db.session.commit()
        log = change_class(RiskAssessment)
        number = db.session.scalar(select(log.id).where(log.request_id == "e" * 16))
    visitor = stranger(app, who)

    doors = [f"/changes/undo/risk/{number}/", f"/changes/undo/event/{'e' * 16}/"]
    answers = [ask(door) for door in doors for ask in (visitor.get, visitor.post)]
    answers.append(visitor.get(f"/changes/event/{'e' * 16}/"))

    assert {one.status_code for one in answers} == {404}
    assert [loot(one) for one in answers] == [[]] * 5
    assert "Hemmeleg ROS" not in visitor.get("/changes/").text
    assert who == "per" or loot(visitor.get("/changes/")) == []  # the project reads content, and no risk
    with inside("Seljord"):
        assert db.session.scalars(select(RiskAssessment)).first().method == "Løyndom"


@pytest.mark.parametrize(
    "door",
    [
        "/changes/undo/risk/1/",
        "/changes/undo/event/x/",
        "/changes/undo/window/1/",
        "/changes/undo/content/99999999999999/",
        "/changes/undo/content/0/",
        "/changes/event/%00/",
        "/changes/event/..%2F../",
        "/changes/?before=content-99999999999999",
    ],
)
def test_forged_addresses_lead_nowhere(door: str, as_: As) -> None:
    assert as_("ola").get(door).status_code == 404


def test_nothing_is_taken_back_without_the_token(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    send(kari, row, name="Nytt navn")

    assert kari.post(way_back(row), csrf=False).status_code == 400
    assert reread(row, "name") == ["Nytt navn"]


def test_looking_at_what_would_be_taken_back_changes_nothing(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    send(kari, row, "retention-0-", name="Nytt navn")
    before, log = told(ProcessingActivity, row.id), len(changes(row))

    kari.get(way_back(row))

    assert (told(ProcessingActivity, row.id), len(changes(row))) == (before, log)


def test_every_log_has_a_name_in_addresses() -> None:
    assert set(NAMES) == {"content", "risk", "people", "money", "shared", "views"}
    assert all(name_of(log) == name for name, log in NAMES.items())
