"""The inspection package: the record of processing activities in its three forms with its annex, as one zip that tells
what it holds and can be checked without Orden.

Every file is told with its SHA-256 in `manifest.json`, and in `sha256.txt` as the tool sha256sum reads it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO

from models.declare.clock import OSLO
from models.declare.words import N_, Problem
from models.keeping.files import digest_of
from reports import xlsx
from reports.base import Ask, Report, active_municipality
from reports.choices import said
from reports.document import MOST_CHAPTERS
from reports.kinds import DOCUMENTS, EXCEL
from reports.protocol.annex import Annex

FORMAT = "orden-inspection-package/1"
MANIFEST, SUMS, README = "manifest.json", "sha256.txt", "LES-MEG.txt"
MOST_BYTES = 1 << 30  # that a file in a package is read of, when one from outside is checked
MOST_TOLD = 1 << 24  # bytes of a manifest
TITLE, ANNEX = N_("Tilsynspakke"), N_("Vedlegg til behandlingsprotokollen")
ABOUT = N_("Databehandlere, overføringer, lagringstid, tiltak, åpne mangler og råd fra personvernombudet.")
READ = N_("Behandling for behandling")
TOO_MANY = N_("Utvalget har over %(most)s behandlinger. Et dokument blir for stort: velg færre.")
NOT_A_PACKAGE = N_("Dette er ikke en tilsynspakke fra Orden.")
CHANGED, LOST, ADDED = N_("%(name)s er endret."), N_("%(name)s mangler."), N_("%(name)s hører ikke til pakken.")
# What reading raises where there is no zip, or another than ours: broken, encrypted, packed otherwise, told otherwise.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class File:
    """A file of a package: how many rows or activities it tells of, its size and its SHA-256."""

    name: str
    title: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Piece:
    """A file that is to be written: what writes it gives how many rows it tells of."""

    name: str
    title: str
    write: Callable[[BinaryIO], int]


def pieces(protocol: Report, session: Any, ask: Ask) -> Iterator[Piece]:
    """The files of a package. Raises a Problem for more than fits into a document."""
    t = ask.t
    if protocol.chapters(session, ask) > MOST_CHAPTERS:
        raise Problem(TOO_MANY, most=str(MOST_CHAPTERS))
    annex = Annex("vedlegg", ANNEX, ABOUT, choices=protocol.choices)
    for told in (protocol, annex):
        title = t(told.title)
        yield Piece(file_name(title, EXCEL), title, partial(_sheets, told, session, ask))
    for kind in DOCUMENTS:
        yield Piece(file_name(t(protocol.title), kind), t(READ), partial(_document, protocol, session, ask, kind))


def file_name(title: str, kind: str) -> str:
    words = re.findall(r"[^\W_]+", title.lower())
    return f"{'-'.join(words)}.{kind}"


def _sheets(told: Report, session: Any, ask: Ask, file: BinaryIO) -> int:
    workbook = told.workbook(session, ask)
    xlsx.write(workbook, file)
    return workbook.total


def _document(told: Report, session: Any, ask: Ask, kind: str, file: BinaryIO) -> int:
    DOCUMENTS[kind][1](told.document(session, ask), file)
    return told.chapters(session, ask)


def write(protocol: Report, session: Any, ask: Ask, by: str, target: IO[bytes], tell: Tell) -> list[File]:
    """Write a package for the municipality in scope into an empty file. Gives the files that its manifest tells of."""
    made: list[File] = []
    whole = list(pieces(protocol, session, ask))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for number, piece in enumerate(whole):
            tell(number, len(whole))
            with tempfile.TemporaryFile(dir=beside(target)) as file:
                rows = piece.write(file)
                made.append(add(package, ask.moment, piece.name, file, title=piece.title, rows=rows))
        tell(len(whole), len(whole))
        for name, text in _told(protocol, session, ask, by, made):
            package.writestr(entry_of(name, ask.moment), text.encode())
    return made


def named(place: str, ask: Ask) -> str:
    """What the file of a package is called, in letters, digits and hyphens alone."""
    return file_name(f"{ask.t(TITLE)} {place} {ask.moment.astimezone(OSLO):%Y-%m-%d}", "zip")


def beside(target: IO[bytes]) -> Path | None:
    """Where a file lies, so that what it is made of lies on the same disk; nowhere of one without a name."""
    name = getattr(target, "name", None)
    return Path(name).parent if isinstance(name, str) else None


def add(package: zipfile.ZipFile, at: datetime, name: str, file: IO[bytes], **about: Any) -> File:
    size = file.seek(0, 2)
    file.seek(0)
    digest = digest_of(file)
    file.seek(0)
    with package.open(entry_of(name, at), "w") as entry:
        shutil.copyfileobj(file, entry)
    return File(name=name, bytes=size, sha256=digest, **about)


def entry_of(name: str, at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, at.astimezone(OSLO).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def choices_of(protocol: Report, session: Any, ask: Ask) -> list[str]:
    """What was chosen, in words."""
    return said(protocol.choices, ask.chosen, session, ask.t, ask.language)


def _told(protocol: Report, session: Any, ask: Ask, by: str, made: Sequence[File]) -> Iterator[tuple[str, str]]:
    """The manifest, the sums, and the sentences for people."""
    t, past = ask.t, ask.read_from(session)
    municipality = active_municipality(past)
    chosen = choices_of(protocol, past, ask)
    manifest = {
        "format": FORMAT,
        "municipality": municipality and municipality.name,
        "organisation_number": municipality and municipality.organisation_number,
        "made": ask.moment.isoformat(), "made_by": by, "language": ask.language,
        "choices": chosen, "files": [asdict(one) for one in made],
    }  # fmt: skip
    yield MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    yield SUMS, "".join(f"{one.sha256}  {one.name}\n" for one in made)
    lines = [
        f"{t(TITLE)}: {municipality.name if municipality else ''}",
        t("Laget %(moment)s av %(name)s i Orden.", moment=f"{ask.moment.astimezone(OSLO):%d.%m.%Y %H.%M}", name=by),
        t("Utvalg: %(chosen)s", chosen="; ".join(chosen) or t("Alle rader")),
        "",
        *[f"{one.name}: {one.title}" for one in made],
        "",
        t("Filene er uendret når «sha256sum -c sha256.txt» sier OK for hver av dem."),
    ]
    yield README, "\r\n".join(lines) + "\r\n"


@dataclass(frozen=True)
class Checked:
    """What was found in a package: what its manifest says, and each thing that is otherwise."""

    manifest: dict[str, Any]
    wrong: Sequence[Problem]


def check(file: IO[bytes], form: str = FORMAT, no: str = NOT_A_PACKAGE) -> Checked:
    """Whether the files of a package are what its manifest says. Raises the Problem `no` for what is none of a form."""
    try:
        with zipfile.ZipFile(file) as package:
            manifest = json.loads(_read(package, MANIFEST))
            told = {str(one["name"]): str(one["sha256"]) for one in manifest["files"]}
            if manifest["format"] != form:
                raise Problem(no)
            there = [one.filename for one in package.infolist()]
            wrong = [Problem(LOST, name=name) for name in told if name not in there]
            odd = [name for name in there if name not in told and name not in {MANIFEST, SUMS, README}]
            twice = [name for name in dict.fromkeys(there) if there.count(name) > 1]
            wrong += [Problem(ADDED, name=name) for name in dict.fromkeys([*odd, *twice])]
            wrong += [Problem(CHANGED, name=n) for n, sha in told.items() if n in there and _sum(package, n) != sha]
    except UNREADABLE as error:
        raise error if isinstance(error, Problem) else Problem(no) from error
    return Checked(manifest, wrong)


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as entry:
        return entry.read(MOST_TOLD)


def _sum(package: zipfile.ZipFile, name: str) -> str:
    """The SHA-256 of a file in a package; of one that is broken or too long none."""
    digest, left = hashlib.sha256(), MOST_BYTES
    try:
        with package.open(name) as entry:
            while left > 0 and (chunk := entry.read(1 << 16)):
                digest.update(chunk)
                left -= len(chunk)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError):
        return ""
    return digest.hexdigest() if left > 0 else ""
