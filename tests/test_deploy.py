"""What an operator is given: a front server that is patient with slow senders, and units that start what there is."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support import front

DEPLOY = front.ROOT / "deploy"
HALF_A_HEAD = b"GET /sign-in/ HTTP/1.1\r\nHost: orden.kommune.no\r\nX-Slow: "
HALF_A_BODY = (
    b"POST /sign-in/ HTTP/1.1\r\nHost: orden.kommune.no\r\nContent-Length: 5000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=a"
)


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[tuple[int, int]]:
    if front.executable() is None:
        pytest.skip(front.MISSING)
    instance = tmp_path / "instance"
    instance.mkdir()
    settings = {"ORDEN_INSTANCE": str(instance), "TRUSTED_HOSTS": "orden.kommune.no", "PROXIES": "1", "DEMO": "0"}
    with front.fronted(tmp_path, settings) as both:
        yield both


def answer(port: int, path: str, source: str = "127.0.0.2", **headers: str) -> tuple[int, str]:
    """What a patient visitor from another address gets."""
    connection = HTTPConnection(front.HOST, port, timeout=20, source_address=(source, 0))
    connection.request("GET", path, headers={"Host": "orden.kommune.no", **headers})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def test_the_site_answers_while_two_hundred_requests_stand_half_sent(ports: tuple[int, int]) -> None:
    nginx, _gunicorn = ports
    with ExitStack() as open_sockets:
        for number in range(200):
            slow = open_sockets.enter_context(socket.create_connection((front.HOST, nginx), timeout=20))
            slow.sendall(HALF_A_HEAD if number % 2 else HALF_A_BODY)

        answers = [answer(nginx, "/sign-in/")[0] for _visit in range(10)]

    assert answers == [200] * 10


def test_the_front_tells_orden_who_asks_and_on_which_host(ports: tuple[int, int]) -> None:
    nginx, gunicorn = ports

    assert answer(nginx, "/sign-in/")[0] == 200
    assert answer(gunicorn, "/sign-in/", Host="evil.example")[0] == 400
    assert answer(nginx, "/health") == (200, "ok\n")
    assert answer(nginx, "/health/ready")[0] == 403  # not for the world


def test_a_sheet_that_the_front_does_not_take_leads_back_to_its_form(ports: tuple[int, int]) -> None:
    nginx, _gunicorn = ports
    connection = HTTPConnection(front.HOST, nginx, timeout=20)

    connection.request("POST", "/imports/from/application/", bytes(22 << 20), {"Host": "orden.kommune.no"})
    response = connection.getresponse()
    connection.close()

    assert response.status == 303
    assert urlsplit(response.headers["Location"])[2:4] == ("/imports/from/application/", "too_large=1")


@pytest.mark.parametrize("unit", ["orden.service", "orden-backup.service", "orden-log.service", "orden-mail.service"])
def test_units_start_commands_there_are_and_are_shut_in(unit: str, app: Any) -> None:
    lines = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8")
    named = re.findall(r"flask --app app (\w+)", lines)

    assert named
    assert set(named) - set(app.cli.commands) == set()
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "User=orden"} <= set(
        lines.split("\n")
    )


@pytest.mark.parametrize("unit", ["orden-backup", "orden-log", "orden-mail"])
def test_a_timer_is_of_a_unit_there_is(unit: str) -> None:
    timer = RawConfigParser(strict=True)
    timer.read(DEPLOY / "systemd" / f"{unit}.timer", encoding="utf-8")

    assert timer["Timer"]["OnCalendar"]
    assert (DEPLOY / "systemd" / f"{unit}.service").exists()


def test_the_container_takes_every_room_of_the_code() -> None:
    copied = set(re.findall(r"^COPY (\w+) \w+$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE))

    assert copied == {"exchange", "migrations", "models", "reports", "static", "templates", "translations", "views"}


def test_a_process_that_serves_never_looks_again_through_what_it_is_built_of(tmp_path: Path) -> None:
    told = "import gc, app; app.served(); print(gc.get_freeze_count() > 100_000, gc.get_threshold())"
    around = {**os.environ, "ORDEN_INSTANCE": str(tmp_path), "DEMO": "1"}

    done = subprocess.run([sys.executable, "-c", told], cwd=front.ROOT, env=around, capture_output=True, check=True)

    assert done.stdout == b"True (10000, 20, 20)\n"
