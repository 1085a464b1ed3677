"""The documented front server on loopback, before a gunicorn as `serve` starts it. `make test` installs nginx."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MISSING = "no nginx on this machine: install one (Debian: apt-get install nginx-light)"
HOST = "127.0.0.1"


def executable() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def configuration(folder: Path, front: int, back: int) -> str:
    """Our site as it is shipped, on loopback, without a certificate, in the smallest nginx there can be."""
    site = (ROOT / "deploy/nginx/orden.conf").read_text(encoding="utf-8")
    site = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", site, flags=re.DOTALL)
    site = re.sub(r"^\s+ssl_.*\n", "", site, flags=re.MULTILINE)
    site = site.replace("listen 443 ssl http2;", f"listen {HOST}:{front};").replace("127.0.0.1:8000", f"{HOST}:{back}")
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{ worker_connections 768; }}\nhttp {{\naccess_log off;\n{places}{site}\n}}\n"
    )


@contextmanager
def running(command: list[str], port: int, **options: Any) -> Iterator[None]:
    """A server of our own until the block ends; answers once its port does."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        until = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    break
            assert process.poll() is None, f"{command[0]} ended by itself: {process.returncode}"
            assert time.monotonic() < until, f"{command[0]} does not answer"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def fronted(folder: Path, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The ports of nginx and of the gunicorn behind it: one worker, four threads."""
    front, back = free_port(), free_port()
    (folder / "nginx.conf").write_text(configuration(folder, front, back), encoding="utf-8")
    gunicorn = [
        str(Path(sys.executable).with_name("gunicorn")), "app:served()", "--bind", f"{HOST}:{back}",
        "--worker-class", "gthread", "--threads", "4", "--workers", "1",
    ]  # fmt: skip
    nginx = [executable() or "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with ExitStack() as servers:
        servers.enter_context(running(gunicorn, back, cwd=ROOT, env={**os.environ, **environment}))
        servers.enter_context(running(nginx, front))
        yield front, back
