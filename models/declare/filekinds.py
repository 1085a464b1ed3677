"""Which kinds of files may be attached, known by what is in them: a name and a browser's word are only claims.

Of a package (Office, OpenDocument) only the list of contents is read, and the short part that says whether it holds
macros; both are bounded, so that a file that unpacks to a million times its size is as quick to refuse as any.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO
from zipfile import BadZipFile, ZipFile
from zlib import error as BadPacking  # noqa: N812 - an error by another name

from models.declare.words import N_, Problem

HEAD, CHUNK = 1024, 64 * 1024
MOST_PARTS, LONGEST_LIST, LONGEST_PART = 5000, 1024 * 1024, 256 * 1024
_END = struct.Struct("<4s4H2LH")  # the end of a zip's list of contents: PKWARE APPNOTE, 4.3.16
_BIGGER = b"PK\x06\x07"  # what stands before it where the package is of the kind for more than 4 GB
_UNWRITTEN = {*range(9), 11, *range(14, 32)}
_OFFICE, _OPEN = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
_SCRIPTS = re.compile(r"^\W*(basic|scripts)/")  # marks of how a name is written may stand before it
_MARKUP = (b"<html", b"<svg", b"<script", b"<!doctype", b"<?xml", b"<body", b"<iframe")

UNKNOWN = N_("Filen er ikke av et slag som kan legges ved. Det som kan legges ved, er %(kinds)s.")
OTHERWISE = N_("Filen heter .%(ending)s, men innholdet er noe annet. Lagre den på nytt i programmet den er laget i.")
MACROS = N_("Filen har makroer i seg. Lagre den uten makroer, eller som PDF.")
DAMAGED = N_("Filen er skadet eller ufullstendig. Åpne den, lagre den på nytt, og prøv igjen.")
EMPTY = N_("Filen er tom.")


@dataclass(frozen=True)
class FileKind:
    """A kind of file: the ending of its names, what people and browsers call it, and what knows it by its content."""

    ending: str
    label: str
    media: str
    fits: Callable[[IO[bytes]], bool]


def _begins(*marks: bytes) -> Callable[[IO[bytes]], bool]:
    def fits(file: IO[bytes]) -> bool:
        return _at(file, 0, HEAD).startswith(marks)

    return fits


def _office(part: str) -> Callable[[IO[bytes]], bool]:
    """A package of Office Open XML (ECMA-376) whose main part is this one, and that holds no macros."""

    def fits(file: IO[bytes]) -> bool:
        with _package(file) as package:
            names = _names(package)
            if not {part, "[content_types].xml"} <= names:
                return False
            told = _part(package, "[Content_Types].xml").replace(b"\0", b"").lower()  # also where each letter takes two
            if b"macroenabled" in told or b"vbaproject" in told or any("vbaproject" in name for name in names):
                raise Problem(MACROS)
            return True

    return fits


def _open_document(kind: str) -> Callable[[IO[bytes]], bool]:
    """A package of OpenDocument (ISO/IEC 26300): its first part says what it is, uncompressed, at a fixed place."""
    media = f"{_OPEN}.{kind}".encode()

    def fits(file: IO[bytes]) -> bool:
        if _at(file, 30, 8 + len(media) + 2) != b"mimetype" + media + b"PK":
            return False
        with _package(file) as package:
            names = _names(package)
            if any(_SCRIPTS.search(name) for name in names):
                raise Problem(MACROS)
            return "content.xml" in names

    return fits


def _is_text(file: IO[bytes]) -> bool:
    """Letters and line ends alone, in whichever code, and nothing that a browser would take for a page."""
    if any(mark in _at(file, 0, HEAD).lower() for mark in _MARKUP):
        return False
    unseen = bytes(_UNWRITTEN)
    return all(chunk.translate(None, unseen) == chunk for chunk in _chunks(file))


KINDS = (
    FileKind("pdf", "PDF", "application/pdf", _begins(b"%PDF-")),
    FileKind("docx", "Word", f"{_OFFICE}.wordprocessingml.document", _office("word/document.xml")),
    FileKind("xlsx", "Excel", f"{_OFFICE}.spreadsheetml.sheet", _office("xl/workbook.xml")),
    FileKind("pptx", "PowerPoint", f"{_OFFICE}.presentationml.presentation", _office("ppt/presentation.xml")),
    FileKind("odt", "OpenDocument", f"{_OPEN}.text", _open_document("text")),
    FileKind("ods", "OpenDocument", f"{_OPEN}.spreadsheet", _open_document("spreadsheet")),
    FileKind("odp", "OpenDocument", f"{_OPEN}.presentation", _open_document("presentation")),
    FileKind("png", "PNG", "image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    FileKind("jpg", "JPEG", "image/jpeg", _begins(b"\xff\xd8\xff")),
    FileKind("txt", "TXT", "text/plain", _is_text),
    FileKind("csv", "CSV", "text/csv", _is_text),
)  # fmt: skip
ENDINGS = {kind.ending: kind for kind in KINDS} | {"jpeg": next(kind for kind in KINDS if kind.ending == "jpg")}
TOLD = ", ".join(dict.fromkeys(kind.label for kind in KINDS))


def kind_of(file: IO[bytes], name: str) -> FileKind:
    """What a file is, when its name and its content say the same. Raises Problem for what cannot be attached. The file
    is left at its beginning."""
    ending = name.rpartition(".")[2].lower()
    kind = ENDINGS.get(ending)
    try:
        if kind is None:
            raise Problem(UNKNOWN, kinds=TOLD)
        if not _at(file, 0, 1):
            raise Problem(EMPTY)
        if not kind.fits(file):
            raise Problem(OTHERWISE, ending=ending)
        return kind
    finally:
        file.seek(0)


def media_of(ending: str) -> str:
    """What browsers are told that a file is."""
    return ENDINGS[ending].media if ending in ENDINGS else "application/octet-stream"


def _at(file: IO[bytes], place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    return iter(lambda: file.read(CHUNK), b"")


def _package(file: IO[bytes]) -> ZipFile:
    """A package whose list of contents is short enough to be read. Raises Problem when it is not, or is none."""
    size = file.seek(0, os.SEEK_END)
    end = _at(file, max(size - _END.size, 0), _END.size)
    before = _at(file, max(size - _END.size - 20, 0), 4)
    if len(end) != _END.size or before == _BIGGER:
        raise Problem(DAMAGED)
    mark, _disk, _first, _here, parts, length, _start, comment = _END.unpack(end)
    if mark != b"PK\x05\x06" or comment or parts > MOST_PARTS or length > LONGEST_LIST:
        raise Problem(DAMAGED)
    try:
        return ZipFile(file)
    except (BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Problem(DAMAGED) from error


def _names(package: ZipFile) -> set[str]:
    """What the parts are called, also where a name is written with two bytes a letter: as a package is read otherwise,
    such a name ends after its first letter."""
    return {one.orig_filename.replace("\0", "").replace("\\", "/").lower() for one in package.infolist()}


def _part(package: ZipFile, name: str) -> bytes:
    """A short part of a package, unpacked no further than a short one needs."""
    try:
        with package.open(name) as part:
            found = part.read(LONGEST_PART + 1)
    except (
        BadZipFile,
        BadPacking,
        KeyError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
        EOFError,
    ) as error:
        raise Problem(DAMAGED) from error
    if len(found) > LONGEST_PART:
        raise Problem(DAMAGED)
    return found
