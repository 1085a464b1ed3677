"""What an operator is given: a front server that is patient with slow senders, and units that start what there is."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize("unit", ["orden.service", "orden-backup.service", "orden-log.service"])
def test_units_start_commands_there_are_and_are_shut_in(unit: str, app: Any) -> None:
    lines = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8")
    named = re.findall(r"flask --app app (\w+)", lines)

    assert named
    assert set(named) - set(app.cli.commands) == set()
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "User=orden"} <= set(
        lines.split("\n")
    )


@pytest.mark.parametrize("unit", ["orden-backup", "orden-log"])
def test_a_timer_is_of_a_unit_there_is(unit: str) -> None:
    timer = RawConfigParser(strict=True)
    timer.read(DEPLOY / "systemd" / f"{unit}.timer", encoding="utf-8")

    assert timer["Timer"]["OnCalendar"]
    assert (DEPLOY / "systemd" / f"{unit}.service").exists()


def test_the_container_takes_every_room_of_the_code() -> None:
    copied = set(re.findall(r"^COPY (\w+) \w+$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE))

    assert copied == {"migrations", "models", "reports", "static", "templates", "translations", "views"}
