"""An access point that takes documents by SFTP. Its host key must be one that is known: else nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import asyncssh

from exchange.ehf.delivery import Place, Undelivered, beside, other_content
from models.declare.words import N_

PATIENCE = 30  # seconds to reach it, and for each document
_NOT_REACHED = N_("%(host)s svarer ikke: %(why)s. Prøv igjen senere.")
_NOT_KNOWN = N_("%(host)s har en annen vertsnøkkel enn den som er registrert. Ingenting er sendt.")
_NOT_LET_IN = N_("%(host)s slipper ikke inn brukeren %(user)s. Se etter nøkkelen eller passordet.")
_NOT_TAKEN = N_("%(host)s tok ikke imot %(name)s: %(why)s.")


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is and how one signs in: by a private key, or a password. Neither is ever told."""

    host: str
    port: int
    user: str
    folder: str
    known_hosts: Path
    key: Path | None = None
    password: str = field(default="", repr=False)


@contextmanager
def server(there: Server) -> Iterator[Place]:
    """A folder of a server. One connection serves all documents; after one that broke off the next begins a new one."""
    line = _Line(there)
    with ThreadPoolExecutor(1) as thread:  # of its own: whoever calls may have a loop running in theirs
        runner = asyncio.Runner()

        def run(work: Coroutine[Any, Any, Any]) -> Any:
            return thread.submit(runner.run, work).result()

        def place(name: str, document: bytes) -> bool:
            try:
                return bool(run(_in_time(line.send(name, document))))
            except Undelivered:
                raise
            except Exception as error:
                run(line.close())
                raise _told(error, there, name) from error

        try:
            yield place
        finally:
            run(line.close())
            thread.submit(runner.close).result()


async def _in_time(work: Coroutine[Any, Any, bool]) -> bool:
    return await asyncio.wait_for(work, PATIENCE)


def _told(error: Exception, there: Server, name: str) -> Undelivered:
    """What stood in the way, in words that name no key and no password. What is no fault of the way goes on."""
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return Undelivered(_NOT_KNOWN, host=there.host)
    if isinstance(error, asyncssh.PermissionDenied | asyncssh.KeyImportError):
        return Undelivered(_NOT_LET_IN, host=there.host, user=there.user)
    if isinstance(error, asyncssh.SFTPError):
        return Undelivered(_NOT_TAKEN, host=there.host, name=name, why=error.reason)
    if isinstance(error, OSError | asyncssh.Error | TimeoutError):
        return Undelivered(_NOT_REACHED, host=there.host, why=str(error) or type(error).__name__)
    raise error


class _Line:
    """The connection, begun when the first document is sent."""

    def __init__(self, there: Server) -> None:
        self.there = there
        self.connection: asyncssh.SSHClientConnection | None = None
        self.client: asyncssh.SFTPClient | None = None

    async def send(self, name: str, document: bytes) -> bool:
        client = self.client or await self._begin()
        return await _laid(client, PurePosixPath(self.there.folder or ".") / name, document)

    async def _begin(self) -> asyncssh.SFTPClient:
        there = self.there
        self.connection = await asyncssh.connect(
            there.host, there.port, username=there.user, known_hosts=str(there.known_hosts), config=None,
            client_keys=[str(there.key)] if there.key else None, password=there.password or None, agent_path=None,
        )  # fmt: skip
        self.client = await self.connection.start_sftp_client()
        return self.client

    async def close(self) -> None:
        if self.connection is not None:
            self.connection.abort()
            await self.connection.wait_closed()
        self.connection = self.client = None


async def _laid(client: asyncssh.SFTPClient, there: PurePosixPath, document: bytes) -> bool:
    """Written beside and renamed. A server renames over no other file (version 3 of the protocol); should it be there
    already, what it holds decides."""
    if await client.exists(there):
        return await _is_same(client, there, document)
    made = there.with_name(beside(there.name))
    try:
        async with client.open(made, "xb") as file:
            await file.write(document)
        await client.rename(made, there)
    except asyncssh.SFTPError:
        if not await client.exists(there):
            raise
        return await _is_same(client, there, document)
    finally:
        with suppress(asyncssh.SFTPError):
            await client.remove(made)
    return True


async def _is_same(client: asyncssh.SFTPClient, there: PurePosixPath, document: bytes) -> bool:
    """Never new: the same is there, or another, which is refused."""
    async with client.open(there, "rb") as file:
        held: object = await file.read()
    if held != document:
        raise other_content(there.name)
    return False
