"""The catalogues: every text people meet, gathered from code, templates and declarations, and checked."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "translations"
TARGETS = ("nn", "en")
KEYWORDS = {"_": None, "N_": None, "gettext": None, "tr": None, "ngettext": (1, 2), "t": None}
FOLDERS = ("models", "reports", "exchange", "views", "templates")


def gather() -> Catalog:
    """Every text in the source language. `ask.t(…)` and `t(…)` count as `t`."""
    catalog = Catalog(locale="nb", project="Orden", charset="utf-8")
    for folder in FOLDERS:
        found = extract_from_dir(
            str(ROOT / folder),
            method_map=[("**.py", "python"), ("**.html", "jinja2")],
            options_map={"**.html": {"trimmed": "true", "newstyle_gettext": "true"}},
            keywords=KEYWORDS,
        )
        for _file, _line, message, _comments, _context in found:
            if message and message != "":
                catalog.add(message)
    for text in _groupings():
        catalog.add(text)
    return catalog


def _groupings() -> Iterator[str]:
    """Headings in the code lists: data, but shown like texts."""
    with (ROOT / "models/facts/groups.csv").open(encoding="utf-8", newline="") as file:
        yield from (row["nb"] for row in csv.DictReader(file))


def _file(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    file = _file(language)
    if not file.exists():
        return Catalog(locale=language)
    return read_po(BytesIO(file.read_bytes()), locale=language)


def update() -> Iterator[str]:
    """Add new texts to the catalogues, drop those no longer used, keep translations."""
    template = gather()
    for language in TARGETS:
        old = read(language)
        fresh = Catalog(locale=language, project="Orden", charset="utf-8")
        for message in template:
            if message.id:
                known = old.get(message.id)
                fresh.add(message.id, known.string if known else None)
        file = _file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            write_po(out, fresh, width=0, sort_output=True, omit_header=False, no_location=True)
        missing = sum(1 for m in fresh if m.id and not _is_translated(m.string))
        yield f"{language}: {len(fresh)} texts, {missing} missing"


def problems() -> Iterator[str]:
    """What is missing, unsure, left over, or has other parameters than the source."""
    template = gather()
    wanted = {message.id for message in template if message.id}
    for language in TARGETS:
        catalog = read(language)
        have = {message.id: message for message in catalog if message.id}
        yield from (
            f"{language}: missing «{_one(text)}»"
            for text in wanted
            if text not in have or not _is_translated(have[text].string)
        )
        yield from (f"{language}: unsure «{_one(text)}»" for text, message in have.items() if message.fuzzy)
        yield from (f"{language}: no longer used «{_one(text)}»" for text in have if text not in wanted)
        for text in wanted & have.keys():
            yield from (f"{language}: {error}" for error in _parameter_errors(have[text]))


def _is_translated(string: object) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def _one(text: object) -> str:
    return str(text[0] if isinstance(text, tuple) else text)


def _parameter_errors(message: object) -> Iterator[str]:
    def names(text: object) -> set[str]:
        return set(re.findall(r"%\((\w+)\)", str(text)))

    source, target = message.id, message.string  # type: ignore[attr-defined]
    if names(source) != names(target):
        yield f"other parameters in «{_one(source)}»"


def compile_all() -> None:
    """Make the binary catalogues that gettext reads, each put in place whole: others may be reading it."""
    for language in TARGETS:
        target = _file(language).with_suffix(".mo")
        if not _file(language).exists():
            continue
        unfinished = target.with_suffix(f".{os.getpid()}.mo")
        with unfinished.open("wb") as out:
            write_mo(out, read(language))
        unfinished.replace(target)
