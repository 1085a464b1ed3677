"""Where the files lie that people attach, and how large they may be."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from flask import abort, current_app, g

from models.changes.attaching import Room
from models.declare.fields import is_owned
from models.keeping.files import Files
from models.tenancy.roles import can

MEGABYTE = 1024 * 1024
SHARE = 20  # of so many who propose, each has room for their files


def files() -> Files:
    """The folder beside the database."""
    return Files(Path(current_app.instance_path) / "files")


def content_of(found: Any, what: str) -> IO[bytes]:
    """The file of a row, when its content is what was put there; else the answer that it is damaged. `what` is for who
    keeps the system."""
    content = files().opened(found.stored, found.digest)
    if content is None:
        current_app.logger.error("The file of %s %s is missing or is not what was put there", what, found.id)
        abort(410, description="file_damaged")
    return content


def imports() -> Files:
    """The folder of the sheets that people import."""
    return Files(Path(current_app.instance_path) / "imports")


def largest() -> int:
    """The longest file that is taken, in bytes."""
    return int(current_app.config["ATTACHMENT_MB"]) * MEGABYTE


def room_of_a_place() -> int:
    """How many bytes the files of a municipality may take together."""
    return int(current_app.config["ATTACHMENT_ROOM_MB"]) * MEGABYTE


def room(register: type[Any]) -> Room:
    """How many bytes files on the rows of a register may take; of shared rows a share for who may only propose them."""
    together = room_of_a_place()
    proposes = not is_owned(register) and not can(g.actor, "delete", register, g.active)
    return Room(together, max(together // SHARE, MEGABYTE) if proposes else None)
