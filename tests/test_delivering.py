"""EHF is handed over from the page of a run: what was delivered is kept, once each, and what was not says why."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from exchange import delivering
from exchange.delivering import DeliveryWorker
from exchange.ehf.delivery import Place, Undelivered
from exchange.ehf.delivery import folder as as_folder
from models.database import db
from models.declare.charging import VatStatus
from models.keeping.progress import Progress
from models.registers.deliveries import Delivery, DeliveryJob
from models.registers.invoices import ChargeRun, Invoice
from models.registers.municipality import Municipality
from tests.conftest import inside
from tests.support import attack
from tests.support.money import acting, issued
from tests.support.sftp import AccessPoint
from tests.test_charging import charging, charging_on  # noqa: F401 - fixtures
from tests.test_charging_locks import REFUSED, past_the_application
from tests.test_charging_pages import said
from tests.test_ehf_of_invoices import addressed
from tests.test_registers import As
from views import ehf

pytest_plugins = ["tests.support.sftp_fixtures"]


@pytest.fixture
def run(charging_on: Any) -> int:  # noqa: F811
    """2018 is issued, with addresses; Tinn has none."""
    addressed(VatStatus.OUTSIDE)
    with inside():
        db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one().city = None
        db.session.commit()
    return issued(2018)[0].run_id


def configured(to: object, **more: object) -> None:
    current_app.config.update(EHF_TO=str(to), **{name: str(value) for name, value in more.items()})


def worked(reached: Any = ehf.reached, **more: Any) -> bool:
    """As the worker does beside what serves."""
    progress = Progress(Path(current_app.instance_path) / "progress")
    try:
        return DeliveryWorker(db.session(), progress, reached, "", **{"alone": True, **more}).once()
    finally:
        db.session.remove()


def tried() -> list[tuple[Any, ...]]:
    with inside():
        found = db.session.scalars(select(Delivery).order_by(Delivery.id))
        return [(one.name, one.is_delivered, one.is_new, one.sha256, one.place, one.by, one.said) for one in found]


def test_one_press_delivers_what_may_leave_and_a_rerun_only_what_was_not(run: int, as_on: As, tmp_path: Path) -> None:
    configured(tmp_path)
    frida = as_on("frida")
    asked = frida.post(f"/invoicing/{run}/deliver/")
    waits = said(frida.get(f"/invoicing/{run}/"))
    now = frida.get(f"/invoicing/{run}/deliver/now/").json
    assert worked()
    page = said(frida.get(f"/invoicing/{run}/"))

    there = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in tmp_path.iterdir()}
    kept = tried()
    assert (asked.status_code, "Venter på å bli levert" in waits, len(now)) == (303, True, 1)
    assert {row[0]: row[3] for row in kept if row[1]} == there
    assert (len(there), {row[4:6] for row in kept}) == (21, {(str(tmp_path), "Frida Test")})
    assert [row[6] for row in kept if not row[1]] == [
        "999999999-380-20.xml kan ikke sendes: Tinn kommune mangler poststed. Fyll det inn i adressen."
    ]
    assert ("21 dokumenter er levert. 1 gjenstår." in page, "21 levert, 1 ikke levert." in page) == (True, True)

    for one in tmp_path.iterdir():  # collected by the access point
        one.unlink()
    frida.post(f"/invoicing/{run}/deliver/")
    assert worked()
    assert (list(tmp_path.iterdir()), len(tried())) == ([], 23)


def test_a_failure_in_the_middle_leaves_the_done_ones_done(run: int, as_on: As, tmp_path: Path) -> None:
    configured(tmp_path)
    broken = [True]

    @contextmanager
    def shaky() -> Iterator[Place]:
        with as_folder(tmp_path) as place:

            def laid(name: str, document: bytes) -> bool:
                if broken[0] and len(list(tmp_path.iterdir())) >= 5:
                    raise Undelivered("%(host)s svarer ikke: %(why)s. Prøv igjen senere.", host="x", why="borte")
                return place(name, document)

            yield laid

    def reached() -> Any:
        return shaky(), "sftp://x/in"

    frida = as_on("frida")
    frida.post(f"/invoicing/{run}/deliver/")
    assert worked(reached)
    first = tried()
    broken[0] = False
    frida.post(f"/invoicing/{run}/deliver/")
    assert worked(reached)

    assert [row[1] for row in first] == [True] * 5 + [False] * 2  # what stands in the way of two stands in all's
    assert first[-1][6] == "x svarer ikke: borte. Prøv igjen senere."
    names = [row[0] for row in tried() if row[1]]
    assert (len(names), len(set(names))) == (21, 21)


def test_a_full_disk_and_what_was_laid_before_it_was_kept_are_told(run: int, as_on: As, tmp_path: Path) -> None:
    """As after a process that ended between the file and the row."""
    configured(tmp_path)
    frida = as_on("frida")
    frida.post(f"/invoicing/{run}/deliver/")

    def ended(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, "full")

    assert worked(ended)
    assert "Disken på tjeneren er full" in said(frida.get(f"/invoicing/{run}/"))
    with acting("frida"):
        found = [db.session.get(Invoice, one) for one in db.session.scalars(select(Invoice.id).order_by(Invoice.id))]
        ready = delivering.files.Files(found[:1], "nb", "x", {}).prepared()
        (tmp_path / ready[0].name).write_bytes(ready[0].document)
    db.session.remove()
    frida.post(f"/invoicing/{run}/deliver/")
    assert worked()

    first = next(row for row in tried() if row[0] == ready[0].name)
    assert (first[1], first[2]) == (True, False)
    with inside():
        number = db.session.scalar(select(Invoice.id).order_by(Invoice.id))
    assert "fra før, funnet" in said(frida.get(f"/invoices/{number}/"))


def test_by_sftp_it_is_told_where_and_not_who_signs_in(run: int, as_on: As, access_point: AccessPoint) -> None:
    configured(access_point.address, EHF_KNOWN_HOSTS=access_point.known_hosts, EHF_KEY=access_point.key)
    as_on("frida").post(f"/invoicing/{run}/deliver/")

    assert worked()

    assert ({row[4] for row in tried()}, len(access_point.names())) == ({"sftp://127.0.0.1/in"}, 21)


@pytest.mark.parametrize(
    ("settings", "lacks"),
    [
        ({"EHF_TO": ""}, "EHF_TO"),
        ({"EHF_TO": "sftp://u@h/in", "EHF_KNOWN_HOSTS": "/nowhere"}, "EHF_KNOWN_HOSTS"),
    ],
)
def test_what_the_operator_must_set_is_said_and_no_secret(
    run: int, as_on: As, settings: dict[str, str], lacks: str
) -> None:
    current_app.config.update(EHF_PASSWORD="hemmelig", **settings)
    frida = as_on("frida")

    page = said(frida.get(f"/invoicing/{run}/"))
    asked = frida.post(f"/invoicing/{run}/deliver/")

    assert f"må sette {lacks} i innstillingene" in page
    assert ("hemmelig" in page, "Lever som EHF" in page, asked.status_code) == (False, False, 303)
    with acting("frida"):
        assert db.session.scalars(select(DeliveryJob)).all() == []


def test_who_may_not_and_what_may_not_be(run: int, as_on: As, charging_on: Any, tmp_path: Path) -> None:  # noqa: F811
    configured(tmp_path)
    answers = [as_on(name).post(f"/invoicing/{run}/deliver/").status_code for name in ("kari", "tone", "per")]
    frida = as_on("frida")
    nowhere = frida.post("/invoicing/999/deliver/").status_code
    frida.post(f"/invoicing/{run}/deliver/")
    twice = said(frida.get(frida.post(f"/invoicing/{run}/deliver/").headers["Location"]))
    worked()
    db.session.remove()

    assert (answers, nowhere) == ([403, 403, 403], 404)
    assert "Du har bedt om dette, og det er ikke ferdig" in twice
    for statement in ("UPDATE invoice_delivery SET said = 'x'", "DELETE FROM invoice_delivery"):
        with pytest.raises(REFUSED, match="locked"):
            past_the_application(charging_on, statement)
    places = attack.rows(charging_on, "select distinct municipality_id, 0 from invoice_delivery")
    with inside("Tinn"):
        seen = {one.municipality_id for one in db.session.scalars(select(Delivery))}
        assert (len(places), len(seen)) == (22, 1)
        assert db.session.get(ChargeRun, run) is not None
