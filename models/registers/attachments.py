"""Files and links that hang on a row. They stand beside it, as comments do: they change neither its version nor its
text, and are no register.

Whose they are, and who reads and keeps them, is as with the row: what hangs on a municipality's row is the
municipality's, what hangs on a shared row is read by all. Of risk they stand behind the walls of risk. The content of a
file lies outside the database, under a name of our own (`models/keeping/files.py`).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.declare.base import Base, Content, Group, Risk
from models.declare.checks import no_national_identity_number
from models.declare.cleaning import line
from models.declare.clock import now
from models.declare.domains import Domain
from models.declare.shapes import Moment
from models.declare.words import N_, Problem, check_length

LONGEST_TITLE, LONGEST_NAME, LONGEST_ADDRESS, LONGEST_ENDING = 200, 150, 2000, 10
NOT_A_LINK = N_("Skriv adressen slik den står i nettleseren: den begynner med https:// eller http://.")
WITH_PASSWORD = N_("Adressen har et brukernavn eller passord i seg. Ta det bort.")
_HOST = re.compile(r"(?!-)[\w-]+(\.[\w-]+)*\.?|\[[0-9a-f:.]+\]")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')


class AttachmentColumns:
    """A link has an `address`; a file has a `name` that people know it by, and is `stored` under another. `digest` is
    the SHA-256 of its content and `size` its length in bytes. What somebody took away is `removed_at`, and may come
    back for as long as a deleted row may."""

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(60), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE), nullable=False, default="")
    address: Mapped[str | None] = mapped_column(String(LONGEST_ADDRESS))
    name: Mapped[str | None] = mapped_column(String(LONGEST_NAME))
    ending: Mapped[str | None] = mapped_column(String(LONGEST_ENDING))
    size: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    digest: Mapped[str | None] = mapped_column(String(64))
    stored: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment, nullable=False, default=now)
    author_id: Mapped[int | None] = mapped_column(Integer)
    author_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_by: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    def __str__(self) -> str:
        return self.title or self.name or self.address or ""


class OwnedAttachment(AttachmentColumns):
    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (Index(None, "municipality_id", "register", "row_id", "id"), Index(None, "register", "row_id", "id"))


class Attachment(OwnedAttachment, Content, Base):
    __tablename__ = "attachment"


class RiskAttachment(OwnedAttachment, Risk, Base):
    __tablename__ = "risk_attachment"


class SharedAttachment(AttachmentColumns, Base):
    __tablename__ = "shared_attachment"
    __table_args__ = (Index(None, "register", "row_id", "id"),)


CLASSES: dict[str, type[Any]] = {"content": Attachment, "risk": RiskAttachment, "shared": SharedAttachment}


def attachment_class(register: type[Any]) -> type[Any] | None:
    """Where what hangs on a register's rows is kept. None of people, money and how Orden is run: nothing does."""
    if register.__register__.group is Group.SYSTEM:
        return None
    found: dict[Domain | None, type[Any]] = {Domain.CONTENT: Attachment, Domain.RISK: RiskAttachment}
    return SharedAttachment if register.__domain__ is None else found.get(register.__domain__)


def title_of(text: str) -> str:
    """What somebody calls a file or a link. Raises Problem for what no text of ours may hold."""
    title = line(text) or ""
    for check in (check_length(LONGEST_TITLE), no_national_identity_number):
        check(title)
    return title


def name_of(text: str) -> str:
    """A file's name as it may be shown and saved under: without folders, signs nobody sees, and what some systems
    refuse; its ending kept however long it is. Raises Problem for a name that holds a national identity number."""
    last = re.split(r"[/\\]", line(text) or "")[-1]
    stem, dot, ending = _NOT_IN_NAMES.sub("", last).rstrip(" .").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    ending = ending[:LONGEST_ENDING]
    name = f"{stem.strip(' .')[: LONGEST_NAME - LONGEST_ENDING - 1] or 'vedlegg'}{dot}{ending}"
    no_national_identity_number(name)
    return name


def address_of(text: str) -> str:
    """The address of a link, checked in form alone: nothing is asked of the place it leads to. Raises Problem."""
    address = line(text) or ""
    check_length(LONGEST_ADDRESS)(address)
    no_national_identity_number(address)
    try:
        parts = urlsplit(address)
        _port, host = parts.port, parts.netloc.rpartition("@")[2].lower()
    except ValueError as error:
        raise Problem(NOT_A_LINK) from error
    if "@" in parts.netloc:
        raise Problem(WITH_PASSWORD)
    is_host = bool(_HOST.fullmatch(re.sub(r":\d*$", "", host)))
    if parts.scheme not in {"http", "https"} or not is_host or re.search(r"[\s\\]", address):
        raise Problem(NOT_A_LINK)
    return address


def host_of(address: str) -> str:
    """The host that an address leads to, as it is told people."""
    return urlsplit(address).netloc.lower()
