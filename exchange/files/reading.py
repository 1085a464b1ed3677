"""The door that files come in by: what a file holds as tables, or a sentence that says why it cannot be read."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from exchange.files.plain import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Kind, Told, Why
from exchange.files.stored import Lines, tables_in
from exchange.guests.forms import turned
from exchange.table import Table
from models.declare.words import N_, Problem, Saying

SENTENCES = {
    Why.EMPTY: N_("Filen er tom."),
    Why.TOO_BIG: N_("Filen er større enn %(most)s MB. Del den i flere filer."),
    Why.ENCRYPTED: N_("Filen er beskyttet med passord. Lagre den uten passord, og prøv igjen."),
    Why.DAMAGED: N_("Filen er skadet eller ufullstendig. Åpne den, lagre den på nytt, og prøv igjen."),
    Why.PICTURE: N_("Filen er et bilde, ikke et regneark. Orden leser xlsx, xls, xlsb, ods, csv og tsv."),
    Why.PDF: N_("Filen er en PDF, ikke et regneark. Be om regnearket den er laget av."),
    Why.WRITING: N_("Filen er et dokument eller en presentasjon. Lim tabellen inn i et regneark, og lagre det."),
    Why.ARCHIVE: N_("Filen er en pakke med filer. Pakk den ut, og velg regnearket."),
    Why.MARKUP: N_("Filen er en nettside eller XML. Åpne den i et regnearkprogram, og lagre den som xlsx."),
    Why.MODEL: N_(
        "Filen er en ArchiMate-modell i et annet format. Eksporter den som Open Exchange File (ArchiMate 3), og velg "
        "den filen."
    ),
    Why.UNKNOWN: N_("Filen er ikke av et slag Orden kan lese. Orden leser xlsx, xls, xlsb, ods, csv og tsv."),
    Why.SWELLS: N_("Filen pakker seg ut til mer enn Orden leser. Lagre den på nytt uten bilder og tomme ark."),
    Why.ENTITIES: N_("Filen har XML i seg som regneark ikke skal ha. Åpne den, lagre den på nytt, og prøv igjen."),
    Why.LONG_CELL: N_("En celle i filen er lengre enn celler kan være. Kort den ned, og prøv igjen."),
    Why.NESTED: N_("Filen har for mange nivåer i seg. Orden leser en liste av poster."),
    Why.ROWS: N_("Arket har mer enn %(rows)s rader. Del det i flere filer."),
    Why.COLUMNS: N_("Arket har %(columns)s kolonner. Orden leser høyst %(most_columns)s: ta bort dem som ikke trengs."),
    Why.NO_TABLE: N_("Orden fant ingen tabell i filen. Skriv overskrifter på en rad, og en rad for hver post under."),
    Why.TOO_MUCH: N_("Filen tok for mye tid eller minne å lese. Lagre bare arket som trengs, og prøv igjen."),
}
TOLD = {
    Told.MACROS: N_("Filen har makroer. De er ikke kjørt."),
    Told.LINKS: N_("Filen henter verdier fra andre filer. Verdiene er lest slik de sist ble lagret."),
    Told.FORMULAS: N_("Filen har formler. De er lest som verdiene de sist viste."),
    Told.UNCOUNTED: N_("Noen formler har ingen lagret verdi. Åpne filen i regnearkprogrammet og lagre den på nytt."),
    Told.HIDDEN: N_("Det skjulte arket «%(sheet)s» er ikke lest."),
    Told.ENCODING: N_(
        "Filen sier ikke hvilket tegnsett den har. Den er lest som %(code)s: se etter at æ, ø og å er riktige."
    ),
    Told.KINDS: N_(
        "Modellen har elementer av slag Orden ikke har et register for: %(kinds)s. De står på egne ark, og navnene "
        "deres blir med der noe er knyttet til dem."
    ),
    Told.VIEWS: N_("Visningene i modellen leses ikke: Orden tegner kartet selv."),
}
ROOT = Path(__file__).resolve().parents[2]
MOST_KEPT = 10 * MOST_BYTES
PATIENCE = 120  # seconds on the clock; the child's own limit counts what it works
Source = str | os.PathLike[str] | bytes
Look = Callable[[BinaryIO, str, BinaryIO], "Why | None"]


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that was read: its tables, one a sheet, and what the reader should know of it."""

    name: str
    kind: Kind
    tables: Sequence[Table]
    told: Sequence[Saying] = ()


def look_apart(file: BinaryIO, name: str, lines: BinaryIO) -> Why | None:
    """Let a process of its own write what it finds in the file. It gets nothing else of ours, not even our settings.
    Gives why it wrote no end, where it did not."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and the name is an argument of no meaning
            [sys.executable, "-E", "-s", "-m", "exchange.files.child", name],
            stdin=file, stdout=lines, stderr=subprocess.DEVNULL, cwd=ROOT, env={"LC_ALL": "C.UTF-8"},
            timeout=PATIENCE, check=False, close_fds=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Why.TOO_MUCH
    return Why.DAMAGED if done.returncode > 0 else Why.TOO_MUCH  # a limit ends it by a signal


def read(source: Source, name: str, *, look: Look = look_apart, kept: Path | None = None) -> Workbook:
    """The tables of a file, by its content whatever its name. Raises Problem.

    `look` is who looks into it: what parses files is loaded by that process alone. What was found is laid where it is
    to be `kept`, and taken from there the next time: that the file is the same by then is for the caller to know.
    """
    name = name.replace("\0", "")
    tables, end = _kept(kept) if kept else ([], None)
    if end is None:
        tables, end = _found(source, name, look, kept)
    tables = [turned(one) for one in tables]
    told = tuple(Saying(TOLD[Told(what)], params) for what, params in end["told"])
    return Workbook(name, Kind(end["kind"]), tables, told)


def _kept(place: Path) -> tuple[list[Table], dict[str, Any] | None]:
    try:
        return tables_in(Lines(place.open("rb")))
    except FileNotFoundError:
        return [], None


def _found(source: Source, name: str, look: Look, kept: Path | None) -> tuple[list[Table], dict[str, Any]]:
    with _opened(source) as file, _written(kept) as lines:
        if not 0 < (size := file.seek(0, os.SEEK_END)) <= MOST_BYTES:
            raise _problem(Why.TOO_BIG if size else Why.EMPTY, {})
        file.seek(0)
        broke = look(file, name, lines.file)
        tables, end = tables_in(lines)
        if end is None:
            raise _problem(broke or Why.TOO_MUCH, {})
        if "refused" in end:
            raise _problem(Why(end["refused"]), end["params"])
    return tables, end


@contextmanager
def _written(kept: Path | None) -> Iterator[Lines]:
    """A file to write what is found in; when all went well, and it is not too much, it stays where it is to be kept."""
    if kept is None:
        yield Lines(tempfile.TemporaryFile())  # noqa: SIM115 - closed with the last row that is read from it
        return
    made = kept.with_name(f".{kept.name}.{secrets.token_hex(4)}")
    lines = Lines(os.fdopen(os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b"))
    try:
        yield lines
        if made.stat().st_size <= MOST_KEPT:
            made.replace(kept)
    finally:
        made.unlink(missing_ok=True)


def _opened(source: Source) -> BinaryIO:
    if not isinstance(source, bytes):
        return Path(source).open("rb")
    file: Any = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who asked for it
    file.write(source)
    file.flush()
    return file  # type: ignore[no-any-return]  # the wrapper of a temporary file is one


def _problem(why: Why, params: dict[str, Any]) -> Problem:
    known = {"most": MOST_BYTES >> 20, "rows": MOST_ROWS, "most_columns": MOST_COLUMNS}
    named = {key: value for key, value in (known | params).items() if f"%({key})s" in SENTENCES[why]}
    return Problem(SENTENCES[why], **named)
