"""The archive itself: a zip of the sheets people read, the rows as JSON lines, the shared rows and people they name,
the attached files, and a manifest that tells all of it with sums.

Written within a scope of that one municipality, whoever asked: that of a person would hold their own roles elsewhere.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any

from sqlalchemy import inspect, select

import models
from exchange.archive.pointers import is_read, tables
from exchange.archive.telling import Telling
from exchange.out.book import of_register, write_book
from models import migrating
from models.declare.clock import OSLO, day_of
from models.declare.fields import is_owned
from models.declare.words import N_
from models.keeping.files import Files
from models.past import columns_of
from models.registers.municipality import Municipality
from models.tenancy import scope
from reports.base import Ask
from reports.language import Translate, translator
from reports.protocol.package import MANIFEST, README, SUMS, File, Tell, add, beside, entry_of, file_name

FORMAT = "orden-municipality-archive/1"
TITLE = N_("Kommunens arkiv")
MUNICIPALITY, PEOPLE = "municipality.json", "people.jsonl"
DATA, SHARED, SHEETS, FILES = "data", "shared", "sheets", "files"
SAID = (
    N_("Regnearkene leses av folk. Mappene data og shared leses av en annen Orden: flask --app app municipality read."),
    N_("Filene er uendret når «sha256sum -c sha256.txt» sier OK for hver av dem."),
    N_("Her står personopplysninger og risikovurderinger. Oppbevar arkivet som kommunens andre fortrolige dokumenter."),
)
LOST = N_("Fila %(name)s mangler på tjeneren, og er ikke med.")


@dataclass(frozen=True)
class Asked:
    """Of whom, by whom, when and in which language."""

    place: int
    by: str
    moment: datetime
    language: str = "nb"


@dataclass(frozen=True)
class Written:
    name: str
    rows: int
    files: int


def within(place: int) -> scope.Scope:
    """All that belongs to a municipality and nothing else: no person's own, and of people those with a role there."""
    return scope.of([place], active=place)


def write(session: Any, asked: Asked, files: Files, target: IO[bytes], tell: Tell) -> Written:
    """Write the archive of a municipality into an empty file, within a scope of its own."""
    with scope.use(within(asked.place)), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        place = session.get(Municipality, asked.place)
        made = _Making(session, asked, files, package, Telling(session, place))
        made.telling.begin()
        made.everything(tell, beside(target))
        made.manifest(place)
        t = translator(asked.language)
        name = file_name(f"{t(TITLE)} {place.name} {asked.moment.astimezone(OSLO):%Y-%m-%d}", "zip")
    return Written(name, sum(one["rows"] for one in made.tables), len(made.made))


class _Making:
    def __init__(self, session: Any, asked: Asked, files: Files, package: zipfile.ZipFile, telling: Telling) -> None:
        self.session, self.asked, self.files, self.package, self.telling = session, asked, files, package, telling
        self.tables: list[dict[str, Any]] = []
        self.made: list[File] = []
        self.t: Translate = translator(asked.language)
        self.lost: list[str] = []
        self.folder: Any = None

    def everything(self, tell: Tell, folder: Any) -> None:
        self.folder = folder
        owned = [one for one in models.REGISTERS if is_owned(one)]
        own, at = tables(), 0
        whole = len(owned) + len(own)
        for table in own:
            tell(at, whole)
            name = f"{DATA}/{table.name}.jsonl"
            rows = self._lines(name, table.name, self.telling.rows(table))
            self.tables.append({"name": table.name, "file": name, "rows": rows, "read": is_read(table)})
            at += 1
        for register in owned:
            tell(at, whole)
            self._sheet(register)
            at += 1
        for name, lines in self.telling.shared():
            self._lines(f"{SHARED}/{name}.jsonl", name, lines)
        self._lines(PEOPLE, PEOPLE, self.telling.people())
        self._text(MUNICIPALITY, json.dumps(self.telling.municipality(), ensure_ascii=False, indent=2))
        self._files()
        tell(whole, whole)

    def _lines(self, name: str, title: str, rows: Iterable[dict[str, Any]]) -> int:
        number = 0
        with tempfile.TemporaryFile(dir=self.folder) as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n")
                number += 1
            self.made.append(add(self.package, self.asked.moment, name, file, title=title, rows=number))
        return number

    def _text(self, name: str, text: str) -> None:
        with tempfile.TemporaryFile(dir=self.folder) as file:
            file.write(text.encode())
            self.made.append(add(self.package, self.asked.moment, name, file, title=name, rows=1))

    def _sheet(self, register: type[Any]) -> None:
        """A register as people read it: the same sheet that a list gives, with all columns."""
        day = day_of(self.asked.moment)
        ask = Ask(self.asked.language, day, self.asked.moment, day.year)
        title = self.t(register.__register__.name)
        with tempfile.TemporaryFile(dir=self.folder) as file:
            rows = write_book(self.session, of_register(register), ask, file)
            name = f"{SHEETS}/{file_name(title, 'xlsx')}"
            self.made.append(add(self.package, self.asked.moment, name, file, title=title, rows=rows))

    def _files(self) -> None:
        """What hangs on rows, once each, by its SHA-256."""
        there: set[str] = set()
        for cls in stored_classes():
            names = select(cls.stored, cls.digest, cls.name).where(cls.stored.is_not(None)).order_by(cls.id)
            for stored, digest, name in self.session.execute(names):
                if digest in there:
                    continue
                there.add(digest)
                content = self.files.opened(stored, digest)
                if content is None:
                    self.lost.append(self.t(LOST, name=name or ""))
                    continue
                with content:
                    self.made.append(
                        add(self.package, self.asked.moment, f"{FILES}/{digest}", content, title=name or "", rows=1)
                    )

    def manifest(self, place: Municipality) -> None:
        """The manifest, the sums, and the sentences for people."""
        at, t = self.asked.moment, self.t
        told = {
            "format": FORMAT, "schema": migrating.head(), "municipality": place.name,
            "organisation_number": place.organisation_number, "made": at.isoformat(), "made_by": self.asked.by,
            "language": self.asked.language, "tables": self.tables, "lost": self.lost,
            "files": [asdict(one) for one in self.made],
        }  # fmt: skip
        sheets = [one for one in self.made if one.name.startswith(f"{SHEETS}/")]
        when = f"{at.astimezone(OSLO):%d.%m.%Y %H.%M}"
        lines = [
            f"{t(TITLE)}: {place.name}",
            t("Laget %(moment)s av %(name)s i Orden.", moment=when, name=self.asked.by),
            "",
            *map(t, SAID),
            "",
            *[f"{one.name}: {one.title} ({one.rows})" for one in sheets],
            *self.lost,
        ]
        self._unsummed(MANIFEST, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        self._unsummed(SUMS, "".join(f"{one.sha256}  {one.name}\n" for one in self.made))
        self._unsummed(README, "\r\n".join(lines) + "\r\n")

    def _unsummed(self, name: str, text: str) -> None:
        self.package.writestr(entry_of(name, self.asked.moment), text.encode())


def stored_classes() -> list[Any]:
    """The classes of a municipality whose rows have a file."""
    found = [mapper.class_ for mapper in models.Base.registry.mappers if mapper.local_table in tables()]
    return [one for one in found if {"stored", "digest"} <= columns_of(inspect(one)).keys()]
