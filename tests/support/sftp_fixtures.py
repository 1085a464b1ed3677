"""A real SFTP server on loopback: an access point that takes documents into a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any

import asyncssh
import pytest

from tests.support.sftp import PASSWORD, USER, AccessPoint


@pytest.fixture
def access_point(tmp_path: Path) -> Iterator[AccessPoint]:
    """An access point with a folder `in`, a host key that is known, and one key and password that open it."""
    host, mine = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    mine.write_private_key(str(tmp_path / "key"))
    (tmp_path / "served" / "in").mkdir(parents=True)
    made = AccessPoint(0, tmp_path / "served", tmp_path / "known_hosts", tmp_path / "key")

    class Doorman(asyncssh.SSHServer):
        def begin_auth(self, username: str) -> bool:
            made.sign_ins.append(username)
            return True

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, key: Any) -> bool:
            return bool(username == USER and key == mine.convert_to_public())

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (USER, PASSWORD)

    begun: Future[tuple[Any, Any, asyncio.Event]] = Future()

    async def serve() -> None:
        over = asyncio.Event()
        chroot = str(made.folder)
        async with await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[host], server_factory=Doorman,
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=chroot.encode()), allow_scp=False,
        ) as listener:  # fmt: skip
            begun.set_result((listener, asyncio.get_running_loop(), over))
            await over.wait()

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    listener, loop, over = begun.result(timeout=60)
    made.port = listener.get_port()
    public = host.export_public_key().decode().strip()
    made.known_hosts.write_text(f"[127.0.0.1]:{made.port} {public}\n", encoding="ascii")
    yield made
    loop.call_soon_threadsafe(over.set)
    thread.join()
