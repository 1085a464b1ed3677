"""The commands: set up twice, refuse what is unsafe, and the same reports as on the page."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app import create_app
from models.database import db
from models.registers.municipality import Municipality
from models.tenancy.people import User


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An installation with nothing in it yet."""
    monkeypatch.setenv("ORDEN_INSTANCE", str(tmp_path / "instance"))
    for name in ("DEMO", "HOST", "PORT", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    app = create_app({"SECRET_KEY": "only for tests"})
    yield app
    with app.app_context():
        db.engine.dispose()


def run(app: Any, *arguments: str) -> Any:
    """Run a command as `flask` does, within the app."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=list(arguments))


def test_setting_up_twice_keeps_what_is_there(fresh: Any) -> None:
    first = run(fresh, "setup")
    with fresh.app_context():
        row = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
        db.session.rollback()
        before = row.id

    second = run(fresh, "setup")

    assert (first.exit_code, second.exit_code) == (0, 0), (first.output, second.output)
    assert ("Loading" in first.output, "Loading" in second.output) == (True, False)
    with fresh.app_context():
        assert db.session.scalar(select(func.count()).select_from(Municipality)) == 23
        assert db.session.scalar(select(Municipality.id).where(Municipality.name == "Tinn")) == before


def test_without_demo_nobody_is_made_up(fresh: Any) -> None:
    run(fresh, "setup")

    with fresh.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_what_is_stored_is_for_its_owner_alone(fresh: Any) -> None:
    run(fresh, "setup")

    with fresh.app_context():
        file = Path(db.engine.url.database or "")
    assert {path.name: oct(path.stat().st_mode)[-3:] for path in file.parent.glob(f"{file.name}*")} == {
        path.name: "600" for path in file.parent.glob(f"{file.name}*")
    }
    assert file.exists()


def test_made_up_rows_are_loaded_in_demo_mode_only(fresh: Any) -> None:
    run(fresh, "setup")

    answer = run(fresh, "seed", "load", "--municipalities", "1", "--applications", "1")

    assert (answer.exit_code, "demo mode only" in answer.output) == (1, True)


def test_the_secret_key_is_private_and_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDEN_INSTANCE", str(tmp_path / "new"))

    keys = [create_app({"DATABASE_URL": "sqlite://"}).config["SECRET_KEY"] for _ in range(2)]

    assert (keys[0] == keys[1], len(keys[0])) == (True, 64)
    assert oct((tmp_path / "new/secret_key").stat().st_mode)[-3:] == "600"
    assert oct((tmp_path / "new").stat().st_mode)[-3:] == "700"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "orden.example", ""])  # noqa: S104 - must be refused
def test_demo_mode_refuses_to_listen_beyond_this_machine(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDEN_INSTANCE", str(tmp_path))
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setenv("HOST", host)

    with pytest.raises(RuntimeError, match="loopback only"):
        create_app({"DATABASE_URL": "sqlite://"})


@pytest.mark.parametrize("name", ["PORT", "WORKERS"])
def test_settings_from_the_environment_are_of_the_right_kind(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDEN_INSTANCE", str(tmp_path))
    monkeypatch.setenv(name, "8123")

    assert create_app({"DATABASE_URL": "sqlite://"}).config[name] == 8123


def test_serving_prints_the_address_and_the_people_before_the_server_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _program, arguments: started.append(arguments))
    monkeypatch.setattr(subprocess, "Popen", started.append)
    monkeypatch.setenv("ORDEN_INSTANCE", str(tmp_path))
    app = create_app({"DEMO": True, "PORT": 8123, "DEMO_PASSWORD": "ordord"})
    run(app, "setup")

    answer = run(app, "serve")

    assert (answer.exit_code, "http://127.0.0.1:8123/" in answer.output, "ordord" in answer.output) == (0, True, True)
    assert "kari" in answer.output
    beside, server = started
    assert beside[1:] == ["--app", "app", "worker", "--beside", str(os.getpid())]
    assert server[server.index("--bind") + 1] == "127.0.0.1:8123"


def test_a_report_for_a_number_nobody_has_is_refused_with_a_sentence(app: Any, tmp_path: Path) -> None:
    target = tmp_path / "f.xlsx"

    answer = run(app, "report", "avtaler", "--municipality", "9999", "--out", str(target))

    assert (answer.exit_code, "9999" in answer.output, target.exists()) == (1, True, False)


@pytest.mark.parametrize("arguments", [["report", "finnes-ikke"], ["report", "avtaler"], ["seed", "finnes-ikke"]])
def test_a_command_there_is_none_of_says_so(app: Any, arguments: list[str]) -> None:
    answer = run(app, *arguments)

    assert (answer.exit_code, "Error" in answer.output) == (2, True)


def sown(app: Any) -> tuple[int, int]:
    with app.app_context():
        return tuple(db.session.scalar(select(func.count()).select_from(one)) or 0 for one in (Municipality, User))  # type: ignore[return-value]


def test_a_set_up_that_ended_between_the_facts_and_the_people_is_finished_the_next_time(
    fresh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh.config["DEMO"], fresh.config["DEMO_PASSWORD"] = True, "et langt passord"
    with monkeypatch.context() as broken:
        broken.setattr("models.seed.demo.load", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        first = run(fresh, "setup")
    before = sown(fresh)

    second = run(fresh, "setup")

    assert (first.exit_code != 0, before) == (True, (23, 0))
    assert (second.exit_code, sown(fresh)) == (0, (23, 9))


@pytest.mark.parametrize("command", [["setup"], ["seed", "demo"], ["seed", "load"], ["serve"]])
@pytest.mark.parametrize("demo", [False, True], ids=["a real installation", "a demo"])
def test_a_demo_and_a_real_installation_are_never_mixed(
    command: list[str], demo: bool, fresh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.seed.demo.load", lambda *_: [])
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("served all the same"))
    fresh.config["DEMO"], fresh.config["DEMO_PASSWORD"] = demo, "et langt passord"
    run(fresh, "setup")
    before = sown(fresh)
    fresh.config["DEMO"] = not demo

    answer = run(fresh, *command)

    assert (answer.exit_code, sown(fresh)) == (1, before)
    assert "demo" in answer.output


def test_a_database_that_was_never_set_up_is_not_served(fresh: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("served all the same"))

    answer = run(fresh, "serve")

    assert (answer.exit_code, "make setup" in answer.output) == (1, True)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("YES", True), ("0", False), ("off", False), ("", False)])
def test_yes_and_no_are_understood_as_people_write_them(
    text: str, value: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDEN_INSTANCE", str(tmp_path))
    monkeypatch.setenv("DEMO", text)

    assert create_app({"DATABASE_URL": "sqlite://"}).config["DEMO"] is value


@pytest.mark.parametrize(("name", "text"), [("DEMO", "maybe"), ("PORT", "eighty"), ("WORKERS", "2.5")])
def test_a_setting_that_cannot_be_read_is_refused_by_name(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDEN_INSTANCE", str(tmp_path))
    monkeypatch.setenv(name, text)

    with pytest.raises(RuntimeError, match=f"{name} is '{text}'"):
        create_app({"DATABASE_URL": "sqlite://"})


def test_a_report_by_command_is_for_its_owner_alone(app: Any, tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.touch(mode=0o644)

    answer = run(app, "report", "avtaler", "--municipality", "4026", "--out", str(target))

    assert (answer.exit_code, [path.name for path in tmp_path.iterdir()]) == (0, ["a.xlsx"]), answer.output
    assert (oct(target.stat().st_mode)[-3:], target.stat().st_size > 1000) == ("600", True)


def test_a_report_into_a_folder_there_is_none_of_is_refused_with_a_sentence(app: Any, tmp_path: Path) -> None:
    target = tmp_path / "missing" / "a.xlsx"

    answer = run(app, "report", "avtaler", "--municipality", "4026", "--out", str(target))

    assert (answer.exit_code, "cannot be written" in answer.output) == (1, True)
    assert isinstance(answer.exception, SystemExit)


@pytest.mark.parametrize(
    ("address", "code", "sentence"),
    [
        ("Kari@test.example", 1, "kari@test.example is known already"),
        ("kari", 2, "«kari» is no e-mail address"),
        ("", 2, "has an e-mail address"),
    ],
)
def test_inviting_somebody_known_or_nobody_at_all_is_refused_with_a_sentence(
    app: Any, address: str, code: int, sentence: str
) -> None:
    before = db.session.scalar(select(func.count()).select_from(User))
    db.session.rollback()

    answer = run(app, "invite", address, "Kari Igjen")

    assert (answer.exit_code, sentence in answer.output, "argon2" in answer.output) == (code, True, False), (
        answer.output
    )
    assert isinstance(answer.exception, SystemExit)
    assert db.session.scalar(select(func.count()).select_from(User)) == before
