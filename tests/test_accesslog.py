"""The access log: what is written in it, who reads it, and that nobody changes it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from app import create_app
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.clock import now
from models.registers.architecture import Application
from models.tenancy.accesslog import AccessEntry, ProjectAccessEntry
from models.tenancy.people import Membership, MunicipalRole, User
from models.tenancy.scope import TenantError
from tests.conftest import inside, municipality, sign_in, user
from tests.support import attack
from tests.support.client import LintingClient
from tests.test_keeping import programs_of_the_server, run
from tests.test_registers import As, address
from tests.world import PASSWORD
from views import witness

__all__ = ["programs_of_the_server"]  # a fixture
LOGS = (AccessEntry, ProjectAccessEntry)
Line = tuple[Any, ...]


def written(app: Any, log: type[Any] = AccessEntry) -> list[Line]:
    """What the log holds, whoever's it is, in the order it was written."""
    columns = "event, actor_name, subject, selection, rows"
    return attack.rows(app, f"select {columns} from {log.__tablename__} order by id")


def nobody(app: Any) -> LintingClient:
    return LintingClient(app, app.response_class)


def guess(client: LintingClient, name: str, password: str = "feil passord") -> int:  # noqa: S107 - wrong on purpose
    client.get("/sign-in/")  # the form, with its token
    data = {"email": f"{name}@test.example", "password": password}
    return int(client.post("/sign-in/", data=data).status_code)


# -- what is written ---------------------------------------------------------------------------------------------------


def test_it_tells_who_came_in_who_was_kept_out_and_what_was_taken_out(engine_app: Any, as_on: As) -> None:
    before, others = len(written(engine_app)), len(written(engine_app, ProjectAccessEntry))
    browser = as_on("kari")
    browser.get("/application/export/xlsx/?columns=all&search=skoleprogram")
    browser.get("/agreement/export/xlsx/?columns=all&status=active&name.has=skoleprogram")
    browser.get("/reports/utfylling/download/")
    browser.post("/sign-out/")
    for name in (*["kari"] * 5, "ingen"):
        guess(browser, name)

    told = written(engine_app)[before:]
    unknown = written(engine_app, ProjectAccessEntry)[others:]
    assert [line[:3] for line in told] == [
        ("sign_in", "Kari Test", None),
        ("export", "Kari Test", "Applikasjoner"),
        ("export", "Kari Test", "Avtaler"),
        ("report", "Kari Test", "Utfylling"),
        ("sign_out", "Kari Test", None),
        *[("wrong_password", "Kari Test", None)] * 4,
        ("locked_out", "Kari Test", None),
    ]
    assert [line[3:] for line in told[1:3]] == [("Søk", 1), ("Status er Aktiv; Tittel inneholder …", 0)]
    assert unknown == [("unknown_person", None, None, None, None)]
    for word in ("skoleprogram", "feil passord", "ingen@test", PASSWORD):
        assert word not in repr(told + unknown)


def test_it_tells_of_a_role_given_changed_and_taken_away(engine_app: Any) -> None:
    before = len(written(engine_app))
    with inside("Tinn"):
        db.session.add(row := Membership(user=user("berit"), role=MunicipalRole("reader")))
        db.session.commit()
        row.role = MunicipalRole("coordinator")
        db.session.commit()
        db.session.delete(row)
        db.session.commit()

    assert [line[:3] for line in written(engine_app)[before:]] == [
        ("role_given", "Orden", "Berit Test – Leser"),
        ("role_changed", "Orden", "Berit Test – Koordinator"),
        ("role_taken", "Orden", "Berit Test – Koordinator"),
    ]


def test_it_tells_of_what_is_done_from_the_command_line(engine_app: Any, tmp_path: Path) -> None:
    file, before = tmp_path / "orden.backup", len(written(engine_app, ProjectAccessEntry))
    told_in_tinn = len(written(engine_app))
    with inside("Tinn"):
        tinn = municipality("Tinn")
        db.session.add(AccessEntry(event=AccessEvent("sign_in"), at=now() - timedelta(days=400), municipality_id=tinn))
        db.session.commit()
    done = [
        run(engine_app, "report", "avtaler", "--municipality", "4026", "--out", str(tmp_path / "a.xlsx")),
        run(engine_app, "log", "prune"),
        run(engine_app, "backup", str(file)),
        run(engine_app, "restore", "--replace", str(file)),
    ]

    assert [code for code, _told in done] == [0] * 4, done
    assert written(engine_app)[told_in_tinn:] == [("report", "Command line", "Avtaler", None, 1)]
    assert written(engine_app, ProjectAccessEntry)[before:] == [
        ("pruned", "Command line", None, None, 1),
        # the line of the backup itself came after the copy was made
        ("restored", "Command line", "orden.backup", None, None),
    ]


@pytest.mark.parametrize("many", [3, 20])
def test_a_file_over_many_municipalities_costs_one_statement(many: int, app: Any, statements: list[str]) -> None:
    with inside():
        ids = [one for (one,) in attack.rows(app, "select id from municipality order by id")][:many]
        statements.clear()
        witness.write(AccessEvent("export"), ids, subject="Applikasjoner", rows=7)

    assert len(ids) == many
    assert [one.split()[:3] for one in statements] == [["INSERT", "INTO", "access_entry"]]


def test_who_holds_no_role_any_more_is_told_of_to_the_project(app: Any) -> None:
    kari = nobody(app)
    with inside("Tinn"):
        for held in db.session.scalars(select(Membership).where(Membership.user_id == user("kari").id)):
            db.session.delete(held)
        db.session.commit()
    before, others = len(written(app)), len(written(app, ProjectAccessEntry))

    assert guess(kari, "kari") == 401

    assert written(app)[before:] == []
    assert written(app, ProjectAccessEntry)[others:] == [("wrong_password", "Kari Test", None, None, None)]


# -- who reads it ------------------------------------------------------------------------------------------------------

READERS = {AccessEntry: {"lars", "siri"}, ProjectAccessEntry: {"per", "sol"}}


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize("name", ["kari", "ola", "tone", "lars", "berit", "siri", "per", "sol", "frida"])
def test_it_is_read_by_whom_it_is_for_and_nobody_else(log: type[Any], name: str, as_: As) -> None:
    allowed = name in READERS[log]

    assert as_(name).get(address(log)).status_code == (200 if allowed else 403)


def test_the_administrator_of_one_municipality_sees_no_line_of_another(engine_app: Any, as_on: As) -> None:
    as_on("berit")
    with inside():
        lines = db.session.scalars(select(AccessEntry)).all()
        theirs = [line.id for line in lines if line.municipality_id == municipality("Seljord")]
        ours = [line.id for line in lines if line.municipality_id == municipality("Tinn")]
    lars = as_on("lars")

    pages = [lars.get(address(AccessEntry, tail)).text for tail in ("", "?search=Berit", "?event=sign_in")]
    details = {one: lars.get(address(AccessEntry, "details/", id=one)).status_code for one in (*theirs, *ours)}

    assert ("Lars Test" in pages[0], ["Berit Test" in page for page in pages]) == (True, [False] * 3)
    assert details == dict.fromkeys(theirs, 404) | dict.fromkeys(ours, 200)
    assert theirs


# -- written once ------------------------------------------------------------------------------------------------------


def rename(log: type[Any]) -> None:
    db.session.scalars(select(log)).first().actor_name = "En annen"  # type: ignore[union-attr]
    db.session.flush()


def remove(log: type[Any]) -> None:
    db.session.delete(db.session.scalars(select(log)).first())
    db.session.flush()


def by_engine(statement: Any) -> None:
    with db.engine.connect() as connection:
        connection.execute(statement)


WAYS = {
    "a row changed": rename,
    "a row deleted": remove,
    "update": lambda log: db.session.execute(update(log).values(actor_name="x")),
    "delete": lambda log: db.session.execute(delete(log)),
    "words of SQL": lambda log: db.session.execute(text(f"delete from {log.__tablename__}")),
    "past the session": lambda log: by_engine(delete(log.__table__)),
    "words past the session": lambda log: by_engine(text(f"update {log.__tablename__} set actor_name = 'x'")),
}


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize("way", WAYS)
def test_no_code_changes_or_deletes_a_line(way: str, log: type[Any], engine_app: Any) -> None:
    before = written(engine_app, log)
    with inside(), pytest.raises(TenantError):
        WAYS[way](log)
    db.session.rollback()

    assert (written(engine_app, log), len(before) > 0) == (before, True)


def test_no_line_is_written_into_a_municipality_outside_the_scope(engine_app: Any) -> None:
    before, seljord = written(engine_app), municipality("Seljord")

    with inside("Tinn"), pytest.raises(TenantError):
        witness.write(AccessEvent("export"), [seljord], subject="x")
    with inside("Tinn"), pytest.raises(TenantError):
        db.session().write_once(Application.__table__, [{"name": "x", "municipality_id": municipality("Tinn")}])

    assert written(engine_app) == before


def test_the_newest_line_stands_first_whenever_it_was_written(as_on: As) -> None:
    ages = {"older": 3, "oldest": 40, "newest": 0, "old": 1}
    with inside("Tinn"):
        for name, days in ages.items():
            moment = now() - timedelta(days=days)
            db.session.add(
                AccessEntry(event=AccessEvent("export"), subject=f"Fil {name}", at=moment, actor_name="Kari")
            )
            db.session.flush()
        db.session.commit()

    page = as_on("lars").get(address(AccessEntry)).text

    assert re.findall(r"Fil (\w+)", page) == ["newest", "old", "older", "oldest"]


def test_who_reads_it_changes_nothing_by_any_address(as_: As, app: Any) -> None:
    lars = as_("lars")
    before = written(app)
    with inside("Tinn"):
        line = db.session.scalars(select(AccessEntry.id)).first()

    refused = [lars.get(address(AccessEntry, tail, id=line)).status_code for tail in ("new/", "edit/", "delete/")]
    refused += [lars.post(address(AccessEntry, tail, id=line)).status_code for tail in ("new/", "edit/", "delete/")]
    nowhere = [lars.get(address(AccessEntry, tail, id=line)).status_code for tail in ("history/", "menu/", "deleted/")]
    nowhere += [lars.post(address(AccessEntry, "restore/"), data={"id": line}).status_code]
    nowhere += [lars.get(address(AccessEntry, "details/", id=987_654)).status_code]

    assert (refused, nowhere, written(app)) == ([403] * 6, [404] * 5, before)


# -- how long it is kept -----------------------------------------------------------------------------------------------


def test_what_is_older_than_the_setting_goes_and_what_is_younger_stays(engine_app: Any) -> None:
    ages = {"old": 12 * 30.5 + 1, "young": 12 * 30.5 - 1}
    with inside():
        for subject, days in ages.items():
            at = {"event": AccessEvent("export"), "subject": subject, "at": now() - timedelta(days=days)}
            db.session.add_all([AccessEntry(municipality_id=municipality("Seljord"), **at), ProjectAccessEntry(**at)])
        db.session.commit()

    code, said = run(engine_app, "log", "prune")

    left = [[line[2] for line in written(engine_app, log) if line[2] in ages] for log in LOGS]
    assert (code, said.split()[0], left) == (0, "2", [["young"], ["young"]])


@pytest.mark.parametrize("months", [0, 11, 25, -12])
def test_a_time_outside_twelve_to_twenty_four_months_is_refused(
    months: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDEN_INSTANCE", str(tmp_path))

    with pytest.raises(RuntimeError, match="from 12 to 24"):
        create_app({"DATABASE_URL": "sqlite://", "ACCESS_LOG_MONTHS": months})


# -- guessing keeps nobody out -----------------------------------------------------------------------------------------


def held_back(app: Any, name: str) -> None:
    """Somebody has guessed for so long that the account waits."""
    with inside():
        row = db.session.scalars(select(User).where(User.email == f"{name}@test.example")).one()
        row.failed_attempts, row.locked_until = 14, now() + timedelta(seconds=512)
        db.session.commit()


def test_a_browser_one_has_signed_in_with_is_not_kept_out_by_anothers_guesses(app: Any) -> None:
    own, strange = sign_in(app, "kari"), nobody(app)
    own.post("/sign-out/")
    held_back(app, "kari")

    answers = guess(strange, "kari", PASSWORD), guess(own, "kari"), guess(own, "kari", PASSWORD)

    assert answers == (401, 401, 303)


def test_the_sign_of_one_person_opens_nothing_for_another_nor_after_a_new_password(app: Any) -> None:
    own = sign_in(app, "kari")
    own.post("/sign-out/")
    held_back(app, "ola")
    of_another = guess(own, "ola", PASSWORD)
    with inside():
        row = db.session.scalars(select(User).where(User.email == "kari@test.example")).one()
        row.set_password("et helt nytt passord")
        db.session.commit()
    held_back(app, "kari")

    assert (of_another, guess(own, "kari", "et helt nytt passord")) == (401, 401)


@pytest.mark.parametrize("forged", ["", "x", "1:" + "0" * 32, "\u00e6", "x" * 3000])
def test_a_forged_sign_opens_nothing(forged: str, app: Any) -> None:
    client = nobody(app)
    client.set_cookie("known_browser", forged, path="/sign-in/")
    held_back(app, "kari")

    assert guess(client, "kari", PASSWORD) == 401
