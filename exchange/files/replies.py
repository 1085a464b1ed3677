"""What is said of cells that people talk about in threads (Excel of today): the note of such a cell is never shown, so
it is said as an answer in the thread, by nobody's name but our own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from uuid import uuid4

from exchange.files.notes import AUTHOR, Parts, Untold, linked, links_of, spelt
from models.declare.clock import now

_BOOK = PurePosixPath("xl/workbook.xml")
_THREAD = re.compile(rb"<threadedComment\b[^>]*>")
_TOLD = re.compile(rb'\b(ref|id|parentId)="([^"]*)"')
_PERSON = re.compile(rb'<person\b[^>]*\bdisplayName="' + AUTHOR.encode() + rb'"[^>]*>')
_ID = re.compile(rb'\bid="([^"]*)"')


def add(parts: Parts, sheet: str, cells: Mapping[str, str]) -> None:
    """Answer in the threads of cells of a sheet; where there are none, nothing."""
    links = links_of(sheet)
    threads = linked(parts.text(links), PurePosixPath(sheet), "/threadedComment")
    first = _first(parts.text(threads)) if threads else {}
    answers = "".join(
        f'<threadedComment ref="{cell}" dT="{now():%Y-%m-%dT%H:%M:%S.00}" personId="{_us(parts)}" id="{_fresh()}" '
        f'parentId="{first[cell]}"><text>{spelt(text)}</text></threadedComment>'
        for cell, text in cells.items()
        if cell in first
    )
    if threads and answers:
        parts.changed[threads] = _put(parts.text(threads), b"</ThreadedComments>", answers)


def _first(threads: bytes) -> dict[str, str]:
    """What begins the thread of each cell that has one."""
    found = [{key: value.decode() for key, value in _TOLD.findall(one)} for one in _THREAD.findall(threads)]
    return {one[b"ref"]: one[b"id"] for one in found if b"parentId" not in one and {b"ref", b"id"} <= one.keys()}


def _us(parts: Parts) -> str:
    """By which key the workbook knows us among those who talk in it."""
    persons = linked(parts.text(links_of(str(_BOOK))), _BOOK, "/person")
    if persons is None:
        raise Untold
    there = _PERSON.search(parts.text(persons))
    if there and (known := _ID.search(there[0])):
        return known[1].decode()
    key = _fresh()
    told = f'<person displayName="{AUTHOR}" id="{key}" userId="{AUTHOR}" providerId="None"/>'
    parts.changed[persons] = _put(parts.text(persons), b"</personList>", told)
    return key


def _fresh() -> str:
    return "{" + str(uuid4()).upper() + "}"


def _put(part: bytes, end: bytes, told: str) -> bytes:
    if end not in part:
        raise Untold
    return part.replace(end, told.encode() + end)
