"""Four servers on loopback, each gunicorn with two workers as `make run`, and a client that keeps its connection."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.data import PASSWORD, ROOT, World

WORKERS, THREADS, PATIENCE = 2, 4, 60
TARGETS = {
    "ours": "app:served()",
    "django": "tests.bench.djangosite.site:create_app()",
    "flaskadmin": "tests.bench.flaskadmin:create_app()",
    "floor": "tests.bench.floor:create_app()",
}
SIGN_IN = {"ours": ("/sign-in/", "csrf_token"), "django": ("/admin/login/", "csrfmiddlewaretoken")}


class Server:
    """One application under gunicorn."""

    def __init__(self, name: str, world: World) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        url = world.app_url if name == "ours" else world.plain_url
        settings = {
            "DATABASE_URL": url, "BENCH_DATABASE_URL": url, "ORDEN_INSTANCE": world.instance, "DEMO": "0",
            "SESSION_COOKIE_SECURE": "0",
        }  # fmt: skip
        command = [
            sys.executable, "-m", "gunicorn", TARGETS[name], "--bind", f"127.0.0.1:{self.port}",
            "--workers", str(WORKERS), "--worker-class", "gthread", "--threads", str(THREADS),
            "--keep-alive", "900", "--timeout", "300", "--log-level", "warning",
        ]  # fmt: skip
        with (Path(world.instance) / f"{name}.log").open("w") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError("The server did not start.")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)


@contextmanager
def servers(world: World) -> Iterator[dict[str, Server]]:
    """Ours, Django, Flask-Admin and the floor, all up at once; the idle ones cost nothing."""
    running: dict[str, Server] = {}
    try:
        for name in TARGETS:
            running[name] = Server(name, world)
        yield running
    finally:
        for server in running.values():
            server.stop()


@dataclass
class Client:
    """A browser with one connection and, after `sign_in`, a session."""

    server: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE * 5)

    def get(self, path: str) -> str:
        """The page; anything but 200 is an error of the bench."""
        status, body = self.ask("GET", path)
        if status != http.HTTPStatus.OK:
            raise RuntimeError(f"{self.server} {path} answered {status}: {body[:500]}")
        return body

    def gets(self, path: str, times: int) -> None:
        """Ask for a page again and again on a connection of its own, and let it go unread. Who asks shares the cores
        with those who answer, and which worker takes a connection is chance: it is to cost little, and be made often.
        """
        cookies = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        question = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookies}\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE * 5) as line:
            for _ in range(times):
                line.sendall(question)
                _take(line)

    def post(self, path: str, form: list[tuple[str, str]]) -> None:
        """Save; anything but being sent on is an error of the bench."""
        status, body = self.ask("POST", path, urlencode(form))
        if status not in {http.HTTPStatus.FOUND, http.HTTPStatus.SEE_OTHER}:
            told = re.findall(r'class="[^"]*error[^"]*".{0,300}', body, re.DOTALL)
            raise RuntimeError(f"{self.server} {path} answered {status}: {told[:5]}")

    def sign_in(self, email: str) -> None:
        path, name = SIGN_IN[self.server]
        token = re.search(rf'name="{name}" value="([^"]+)"', self.get(path))
        form = {"email": email, "username": email, "password": PASSWORD, name: token[1] if token else ""}
        self.post(path, list(form.items()))

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text.decode()


def _take(line: socket.socket) -> None:
    """Take one whole answer off a line; anything but 200 is an error of the bench."""
    head, _end, got = line.recv(1 << 18).partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *([0-9]+)", head)
    if not head.startswith(b"HTTP/1.1 200 ") or length is None:
        raise RuntimeError(f"answered {head[:200]!r}")
    left = int(length[1]) - len(got)
    while left:
        left -= len(line.recv(1 << 18))
