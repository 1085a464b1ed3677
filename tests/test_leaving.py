"""A municipality that leaves: notice, the last day, its archive, and the deletion by two people, with a receipt."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from exchange.archive.jobs import ArchiveWorker
from models import migrating
from models.changes import leaving
from models.changes.leaving import Notice
from models.database import db
from models.declare.charging import PartyRole
from models.declare.choices import AccessEvent, AgreementStatus, Answer
from models.declare.clock import now, today
from models.keeping.progress import Progress
from models.money.lines import lines_for, months_of_membership
from models.registers.agreements import Agreement
from models.registers.billing import Supplement, price_rows
from models.registers.catalogue import Supplier
from models.registers.codes import AgreementType
from models.registers.invoices import Invoice
from models.registers.jobs import KEPT
from models.registers.leavings import DELETED, NOTICED, DeletionReceipt, Leaving
from models.registers.municipality import Municipality
from models.registers.packages import Archive, prune
from models.registers.parties import Party
from models.tenancy import removing
from models.tenancy.accesslog import AccessEntry
from models.tenancy.log import SharedChange
from models.tenancy.people import User
from tests.conftest import inside, municipality, sign_in, user
from tests.support import money
from tests.support.interrupting import ended_after, statements_of
from tests.test_archive import files, furnished, lines, written
from tests.test_keeping import owner_url
from tests.test_registers import As

PAGE, ARCHIVES = "/leaving/", "/archives/"
YESTERDAY = today() - timedelta(days=1)


def noted(name: str = "Tinn", last_day: date = YESTERDAY) -> int:
    """A notice that Per has written down; the last day is agreed in words."""
    with money.acting("per"):
        told = Notice(
            municipality(name), min(last_day, today()), "Kommunedirektøren", last_day, "26/123", "", "Avtalt i møte"
        )
        made = leaving.note(db.session, told)
        db.session.commit()
        return made.id


def work() -> bool:
    folder = Path(current_app.instance_path)
    try:
        return ArchiveWorker(db.session(), Progress(folder / "progress"), files(), alone=True).once()
    finally:
        db.session.remove()


def fetched(browser: Any) -> bytes:
    """Lars asks for an archive, a worker makes it, and he fetches it."""
    assert (browser.post(ARCHIVES).status_code, work()) == (303, True)
    with inside():
        number = db.session.scalars(select(Archive.id).order_by(Archive.id.desc())).first()
    answer = browser.get(f"{ARCHIVES}{number}/download/")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return answer.data


def told() -> Leaving:
    with inside():
        return db.session.scalars(select(Leaving)).one()


def press(browser: Any, do: str, version: int | None = None) -> Any:
    one = told()
    return browser.post(f"{PAGE}{one.id}/", data={"do": do, "version": str(version or one.version)})


def left_over(app: Any, name: str = "Tinn") -> dict[str, int]:
    """Which rows there are of a municipality, past all walls."""
    place = municipality(name)
    db.session.rollback()
    with migrating.engine_for(owner_url(app)).begin() as connection:
        return {table.name: number for table, number in removing.remaining(connection, place)}


# -- the notice --------------------------------------------------------------------------------------------------------


def an_accession(months: int | None) -> None:
    """Tinn has an accession agreement with the contract party of the cooperation."""
    with inside():
        party = db.session.scalars(select(Party).where(Party.role == PartyRole.CONTRACT_PARTY)).one()
        name = party.name
    with inside("Tinn"):
        supplier = db.session.scalar(select(Supplier).where(Supplier.name == name)) or Supplier(name=name)
        nature = db.session.scalars(select(AgreementType).where(AgreementType.code == "accession")).one()
        db.session.add(
            Agreement(name="Åpen tilslutning", nature=nature, supplier=supplier, status=AgreementStatus.ACTIVE,
                      notice_months=months, starts=date(2018, 1, 1), data_processing=Answer.NO)
        )  # fmt: skip
        db.session.commit()


def form(**more: str) -> dict[str, str]:
    about = {"place": str(municipality("Tinn")), "noticed_on": today().isoformat(), "noticed_by": "Ordføraren"}
    return about | more


def test_a_day_within_the_notice_period_is_refused_unless_it_is_agreed_in_words(as_: As) -> None:
    an_accession(6)
    per, soon = as_("per"), (today() + timedelta(days=30)).isoformat()

    early = per.post(PAGE, data=form(last_day=soon, do="note"))
    looked = per.post(PAGE, data=form(last_day=soon, agreed="Vedtak i styret 12/26"))
    agreed = per.post(PAGE, data=form(last_day=soon, agreed="Vedtak i styret 12/26", do="note"))

    assert (early.status_code, looked.status_code, agreed.status_code) == (422, 200, 303)
    assert "Oppsigelsesfristen er 6 måneder" in early.text
    assert (told().months, told().agreed, told().noted_by) == (6, "Vedtak i styret 12/26", "Per Test")
    with inside():
        assert db.session.get(Municipality, municipality("Tinn")).left == date.fromisoformat(soon) + timedelta(days=1)
    assert per.post(PAGE, data=form(last_day=soon, agreed="En gang til", do="note")).status_code == 422


def test_without_a_notice_period_the_last_day_is_said_in_words(as_: As) -> None:
    an_accession(None)
    day = (today() + timedelta(days=400)).isoformat()

    answer = as_("per").post(PAGE, data=form(last_day=day, do="note"))

    assert (answer.status_code, "Ingen oppsigelsesfrist er registrert" in answer.text) == (422, True)


def test_the_month_it_ends_in_counts_whole_and_payment_stops(app: Any) -> None:
    year = 2018
    with inside():
        place = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
        whole = [one.charged for one in lines_for(place, year, price_rows(db.session))]
        place.left = date(year, 7, 16)
        half = [one.charged for one in lines_for(place, year, price_rows(db.session))]
        after = lines_for(place, year + 1, price_rows(db.session))
        months = months_of_membership(place.joined, place.until, year)
    joined = 13 - place.joined.month if place.joined.year == year else 12
    assert months == 7 - (12 - joined)
    assert (half[-2] < whole[-2], after) == (True, [])


def test_the_first_of_the_days_it_left_and_was_no_more_is_the_one_that_counts(app: Any) -> None:
    first, second = date(2027, 1, 1), date(2027, 7, 1)
    pairs = [(None, None), (first, None), (None, second), (first, second), (second, first)]
    with inside():
        found = []
        for left, ended in pairs:
            place = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
            place.left, place.ended = left, ended
            db.session.flush()
            asked = select(Municipality.until).where(Municipality.id == place.id)
            found.append((place.until, db.session.scalar(asked)))
    assert found == [(None, None), (first, first), (second, second), (first, first), (first, first)]


def test_from_the_day_after_the_registers_are_only_read(as_on: As, engine_app: Any) -> None:
    kari = as_on("kari")
    before = kari.get("/application/new/").status_code
    noted(last_day=today())
    still = kari.get("/application/new/").status_code
    with inside():
        db.session.get(Municipality, municipality("Tinn")).left = today()
        db.session.commit()
    fresh = as_on("kari")

    assert (before, still) == (200, 200)
    assert (fresh.get("/application/new/").status_code, fresh.get("/application/").status_code) == (403, 200)


def test_a_notice_is_taken_back_until_the_last_day_has_passed(as_: As) -> None:
    noted(last_day=today())

    assert press(as_("per"), "withdraw").status_code == 303
    with inside():
        assert db.session.get(Municipality, municipality("Tinn")).left is None
        assert db.session.scalars(select(Leaving)).all() == []
    noted()
    assert press(as_("per"), "withdraw").status_code == 422


# -- the archive -------------------------------------------------------------------------------------------------------


def test_the_administrator_makes_and_fetches_an_archive_at_any_time_and_it_is_written_down(as_: As) -> None:
    lars = as_("lars")
    archive = fetched(lars)

    assert len(lines(archive)["data/application.jsonl"]) == 1
    with inside("Tinn"):
        told_of = select(AccessEntry.actor_name, AccessEntry.subject).where(AccessEntry.event == AccessEvent.EXPORT)
        assert db.session.execute(told_of).all() == [("Lars Test", "Kommunens arkiv")]
    assert "1 application" not in lars.get(ARCHIVES).text


@pytest.mark.parametrize("name", ["kari", "ola", "tone", "siri", "berit", "per", "sol", "frida"])
def test_nobody_else_makes_or_fetches_an_archive(name: str, as_: As) -> None:
    fetched(as_("lars"))
    with inside():
        number = db.session.scalars(select(Archive.id)).one()
    browser = as_(name)
    if name == "siri":
        browser.post("/municipality/", data={"municipality": municipality("Tinn")})

    answers = [browser.get(ARCHIVES), browser.post(ARCHIVES), browser.get(f"{ARCHIVES}{number}/download/")]

    assert [one.status_code for one in answers] == [403, 403, 403]


def test_the_archive_and_the_notice_of_another_municipality_are_not_there(as_: As) -> None:
    fetched(as_("lars"))
    number = noted()
    with inside():
        archive = db.session.scalars(select(Archive.id)).one()
    with inside("Seljord"):
        from models.tenancy.people import Membership, MunicipalRole

        db.session.scalars(
            select(Membership).where(Membership.user_id == user("berit").id)
        ).one().role = MunicipalRole.LOCAL_ADMIN
        db.session.commit()
    berit = as_("berit")

    answers = [
        berit.get(f"{ARCHIVES}{archive}/download/"), berit.get(f"{PAGE}{number}/"),
        berit.post(f"{PAGE}{number}/", data={"do": "approve", "version": "1"}), berit.get(PAGE),
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [404, 404, 404, 403]


def test_an_archive_is_gone_from_here_after_thirty_days(as_on: As, engine_app: Any) -> None:
    fetched(as_on("lars"))
    engine_app.config["DATABASE_OWNER_URL"] = owner_url(engine_app)
    gone = []
    for days in (29, 31):
        before = now() + timedelta(days=days) - KEPT
        with migrating.engine_for(owner_url(engine_app)).begin() as connection:
            prune(connection, before)
        with inside():
            gone.append(db.session.scalars(select(Archive)).all() == [])
        db.session.rollback()

    assert gone == [False, True]


# -- the deletion ------------------------------------------------------------------------------------------------------


def ready(app: Any) -> bytes:
    """Tinn has left, and Lars has fetched all of it."""
    furnished()
    noted()
    app.config["DATABASE_OWNER_URL"] = owner_url(app)
    return fetched(sign_in(app, "lars"))


def test_nothing_is_deleted_before_the_last_day_the_archive_and_a_second_person(as_: As, app: Any) -> None:
    furnished()
    before = lines(written(municipality("Tinn")))
    fetched(as_("lars"))
    noted()
    per = as_("per")
    unfetched = press(per, "ask")
    fetched(as_("lars"))
    asked, own, stale = press(per, "ask"), press(per, "approve"), press(as_("lars"), "approve", version=1)

    assert [one.status_code for one in (unfetched, asked, own, stale)] == [422, 303, 422, 422]
    assert leaving.NOT_FETCHED in unfetched.text
    assert leaving.OWN in own.text
    assert leaving.PASSED in stale.text
    after = lines(written(municipality("Tinn")))
    assert {name: rows for name, rows in after.items() if name != "data/access_entry.jsonl"} == {
        name: rows for name, rows in before.items() if name != "data/access_entry.jsonl"
    }
    assert as_("frida").get(f"{PAGE}{told().id}/").status_code == 403


def test_on_the_last_day_nothing_is_deleted_and_on_the_next_it_may_be() -> None:
    fetched_one = {"state": NOTICED, "archive_digest": "x", "fetched_at": now()}
    told = [
        leaving.why_not_deleted(Leaving(last_day=day, **fetched_one)) for day in (today(), today() - timedelta(days=1))
    ]

    assert told == [leaving.NOT_OVER, ""]


def test_two_people_delete_all_of_it_and_keep_a_receipt(as_on: As, engine_app: Any) -> None:
    money.ready()
    with inside("Tinn"):
        db.session.add(Supplement(year=2018, name="Kurs", amount_ore=150_000, basis="Bestilt"))
        db.session.add(Supplement(year=2019, name="Nytt kurs", amount_ore=150_000, basis="Bestilt"))
        db.session.commit()
    money.issued(2018)
    archive = ready(engine_app)
    seljord = left_over(engine_app, "Seljord")
    assert press(as_on("per"), "ask").status_code == 303
    assert list(files().names()) != []

    assert press(as_on("lars"), "approve").headers["Location"] == "/"

    assert left_over(engine_app) == {"invoice": 1, "invoice_line": 2, "supplement": 1}
    assert {name: n for name, n in left_over(engine_app, "Seljord").items() if name != "access_entry"} == {
        name: n for name, n in seljord.items() if name != "access_entry"
    }
    assert list(files().names()) == []
    with inside():
        people = set(db.session.scalars(select(User.email)))
        one = db.session.scalars(select(DeletionReceipt)).one()
        place = db.session.get(Municipality, one.place)
        assert {f"{name}@test.example" for name in ("kari", "siri", "berit", "per")} <= people
        assert not people & {f"{name}@test.example" for name in ("ola", "tone", "lars")}
        assert (one.name, one.asked_by, one.approved_by, one.people, one.files) == (
            "Tinn",
            "Per Test",
            "Lars Test",
            3,
            2,
        )
        assert one.counts["application"] == 1
        assert {each["table"]: each["rows"] for each in one.kept}["invoice"] == 1
        assert {each["until"] for each in one.kept} == {f"{today().year + 5}-12-31"}
        assert (place.name, place.default_measures, told().state) == ("Tinn", None, DELETED)
        names = set(db.session.scalars(select(SharedChange.actor_name)))
        assert not names & {"Ola Test", "Tone Test", "Lars Test"}
        assert db.session.scalars(select(Invoice.buyer_name).where(Invoice.year == 2018)).all() != []
    import hashlib

    assert one.archive_digest == hashlib.sha256(archive).hexdigest()
    per = as_on("per")
    page = per.get(f"{PAGE}receipts/{one.id}/")
    assert (page.status_code, "Bokføringsloven § 13" in page.text, one.archive_digest in page.text) == (200, True, True)
    assert per.get(f"{PAGE}receipts/{one.id}/docx/").data[:2] == b"PK"
    assert per.get(f"{PAGE}receipts/{one.id}/pdf/").data[:4] == b"%PDF"
    assert as_on("berit").get(f"{PAGE}receipts/{one.id}/").status_code == 403


def test_a_receipt_is_changed_by_no_door_and_not_by_sql(as_on: As, engine_app: Any) -> None:
    ready(engine_app)
    press(as_on("per"), "ask")
    press(as_on("lars"), "approve")

    for statement in ("UPDATE deletion_receipt SET files = 0", "DELETE FROM deletion_receipt"):
        db.session.rollback()
        with (
            pytest.raises(DBAPIError, match="locked: deletion_receipt"),
            migrating.engine_for(owner_url(engine_app)).begin() as connection,
        ):
            connection.execute(text(statement))


def test_a_deletion_that_is_broken_off_anywhere_leaves_everything(app: Any) -> None:
    ready(app)
    press(sign_in(app, "per"), "ask")
    before, names = left_over(app), sorted(files().names())
    one = told()
    with money.acting("lars"):
        from models.tenancy import scope

        who = scope.current()
    number, version = one.id, one.version
    db.session.remove()
    db.engine.dispose()

    def remove() -> None:
        leaving.approve(migrating.engine_for(owner_url(app)), files().drop, number, version, who)

    database = Path(app.instance_path) / "orden.db"
    kept = database.read_bytes()
    many = statements_of(remove)
    assert left_over(app) == {}
    db.session.remove()
    db.engine.dispose()
    for each in Path(app.instance_path).glob("orden.db-*"):
        each.unlink()
    database.write_bytes(kept)
    for name in names:
        (files().folder / name).write_bytes(b"x")
    for at in range(1, many, max(1, many // 8)):
        if not ended_after(at, remove):
            break
        rows = left_over(app)
        db.session.remove()
        db.engine.dispose()
        if not rows:
            break
        assert (at, rows, sorted(files().names())) == (at, before, names)
