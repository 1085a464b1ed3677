"""A real mail server on loopback, and the app set up to send letters by it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from tests.support.mail import Received


@pytest.fixture
def post(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Received]:
    """The mail server that the app is set up with."""
    app = request.getfixturevalue("engine_app" if "engine_app" in request.fixturenames else "app")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    received = Received()
    server = Controller(received, hostname="127.0.0.1", port=port)
    server.start()
    settings = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": port, "SMTP_SECURITY": "none"}
    settings |= {"MAIL_FROM": "orden@orden.example", "PUBLIC_URL": "https://orden.example"}
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    yield received
    server.stop()
