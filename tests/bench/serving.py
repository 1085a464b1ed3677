"""Three servers on loopback, each gunicorn with two workers as `make run`, and a client that keeps its connection."""

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
OURS, RIVAL, FLOOR = "app:create_app()", "tests.bench.rivals:create_app()", "tests.bench.floor:create_app()"


class Server:
    """One application under gunicorn."""

    def __init__(self, target: str, world: World) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        url = world.app_url if target == OURS else world.plain_url
        settings = {
            "DATABASE_URL": url, "BENCH_DATABASE_URL": url, "ORDEN_INSTANCE": world.instance, "DEMO": "0",
            "SESSION_COOKIE_SECURE": "0",
        }  # fmt: skip
        command = [
            sys.executable, "-m", "gunicorn", target, "--bind", f"127.0.0.1:{self.port}", "--workers", str(WORKERS),
            "--worker-class", "gthread", "--threads", str(THREADS), "--keep-alive", "900", "--timeout", "300",
            "--log-level", "warning",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings)
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError("The server did not start.")

    def _workers(self) -> list[Path]:
        lists = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [Path("/proc") / child for one in lists for child in one.read_text(encoding="ascii").split()]

    def peak_mb(self) -> float | None:
        """The most memory a worker has held; known on Linux."""
        statuses = [(worker / "status").read_text(encoding="ascii") for worker in self._workers()]
        found = [int(peak) / 1024 for status in statuses for peak in re.findall(r"VmHWM:\s+(\d+) kB", status)]
        return max(found, default=None)

    def cpu_ms(self) -> float:
        """How long the workers have been on a processor so far; 0 where the system does not tell (not Linux)."""
        tasks = [task for worker in self._workers() for task in worker.glob("task/*/schedstat")]
        return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e6

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)


@contextmanager
def servers(world: World) -> Iterator[dict[str, Server]]:
    """Ours, the rival and the floor, all up at once; the idle ones cost nothing."""
    running: dict[str, Server] = {}
    try:
        for name, target in {"ours": OURS, "rival": RIVAL, "floor": FLOOR}.items():
            running[name] = Server(target, world)
        yield running
    finally:
        for server in running.values():
            server.stop()


@dataclass
class Client:
    """A browser with one connection and, after `sign_in`, a session."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE * 5)

    def get(self, path: str) -> str:
        """The page; anything but 200 is an error of the bench."""
        status, body = self._ask("GET", path)
        if status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path} answered {status}: {body[:500]}")
        return body

    def timed(self, path: str, server: Server) -> tuple[float, float]:
        """Milliseconds until the whole page is here, and milliseconds of processor it took the server."""
        before, start = server.cpu_ms(), time.perf_counter()
        self.get(path)
        return (time.perf_counter() - start) * 1000, server.cpu_ms() - before

    def sign_in(self, email: str) -> None:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/sign-in/"))
        if token is None:
            raise RuntimeError("The sign-in page has no token.")
        form = urlencode({"email": email, "password": PASSWORD, "csrf_token": token[1]})
        status, _body = self._ask("POST", "/sign-in/", form)
        if status != http.HTTPStatus.SEE_OTHER:
            raise RuntimeError(f"{email} could not sign in: {status}")

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
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
