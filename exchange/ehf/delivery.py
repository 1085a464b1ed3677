"""What was made ready is handed to an access point: laid in a folder it collects from, or sent by SFTP (sftp.py).

A document is there whole or not at all, under a name that is its own. Handed over again it is found there, or known
from `before` when it was collected since, and no second file is made; another one under the same name is refused.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from exchange.ehf.sending import Prepared
from models.declare.clock import now
from models.declare.words import N_, Problem

UNFINISHED = "part"
READABLE = 0o640  # by the group of the folder, which is how an access point reads it, and by nobody else
Place = Callable[[str, bytes], bool]
"""Where documents go: lays one under a name, and says whether it is new there. Raises Undelivered."""


class Undelivered(Problem):
    """A document was not handed over; the words say why."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was handed over: its name there, when, and the SHA-256 of what it holds. Not new when it was there."""

    name: str
    at: datetime
    sha256: str
    is_new: bool


def deliver(one: Prepared, place: Place, before: Delivered | None = None) -> Delivered:
    """Hand over a document that may leave, once. `before` is what is known of an earlier time. Raises Undelivered."""
    if not one.may_leave:
        raise Undelivered(N_("%(name)s kan ikke sendes før det som er feil, er rettet."), name=one.name)
    digest = hashlib.sha256(one.document).hexdigest()
    if before is not None:
        if (before.name, before.sha256) != (one.name, digest):
            raise other_content(one.name)
        return Delivered(before.name, before.at, digest, is_new=False)
    is_new = place(one.name, one.document)
    return Delivered(one.name, now(), digest, is_new)


def other_content(name: str) -> Undelivered:
    return Undelivered(
        N_("%(name)s er levert før med et annet innhold. Lag en kreditnota og en ny faktura."), name=name
    )


def beside(name: str) -> str:
    """The name a document has while it is written: no program takes it for one that is done."""
    return f".{name}.{secrets.token_hex(4)}.{UNFINISHED}"


@contextmanager
def folder(path: Path) -> Iterator[Place]:
    """A folder of this machine, or one that is mounted and knows hard links."""

    def place(name: str, document: bytes) -> bool:
        try:
            return _laid(path, name, document)
        except OSError as error:
            text = N_("%(name)s kunne ikke legges i mappen for EHF: %(why)s.")
            raise Undelivered(text, name=name, why=error.strerror or type(error).__name__) from error

    yield place


def _laid(path: Path, name: str, document: bytes) -> bool:
    """Written beside and linked to its name, which never takes the place of another file, as renaming would."""
    made, there = path / beside(name), path / name
    try:
        with made.open("xb") as file:
            os.fchmod(file.fileno(), READABLE)
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        there.hardlink_to(made)
    except FileExistsError:
        if there.read_bytes() != document:
            raise other_content(name) from None
        return False
    finally:
        with suppress(FileNotFoundError):
            made.unlink()
    _settle(path)
    return True


def _settle(path: Path) -> None:
    """The new name outlives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
