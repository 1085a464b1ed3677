"""The corpus: dirty and hostile files, each with what is expected of it, a table or the reason it is refused."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from exchange.files.plain import Told, Why
from exchange.table import Fault
from tests.support.dirty import (
    HEAD,
    ROW,
    SHEET,
    bombed,
    by_openpyxl,
    compound,
    csv,
    locked,
    lying,
    merged,
    ods,
    repacked,
    styled,
    with_sheet,
    xls,
    xlsb,
    xlsx,
    zipped,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is expected of a file that can be read: of its first table, and what must be told of it."""

    headings: Sequence[str] = tuple(HEAD)
    rows: Sequence[Sequence[Any]] = (tuple(ROW),)
    told: Sequence[Told] = ()
    left: int = 0
    numbers: Sequence[int] | None = None
    names: Sequence[str] | None = None


Dirty = tuple[Callable[[], bytes], str, Sheet | Why]
OURS = ["Navn", "Sted"]
PLACES = [OURS, ["Åsen skole", "Bø"]]
READ_PLACES = Sheet(tuple(OURS), (("Åsen skole", "Bø"),))
NAIVE = datetime(2026, 12, 31, 14, 30)  # noqa: DTZ001 - what spreadsheets hold
WIDE_HEAD = [f"K{number}" for number in range(401)]


def _sheets(book: Any, sheet: Any) -> None:
    sheet.set_first_sheet()
    book.add_worksheet("Grunnlag").write_row(0, 0, ["Orden-nummer", "Lov"])
    book.add_worksheet("Lister").hide()
    book.add_worksheet("Tomt")


def _formulas(book: Any) -> None:
    sheet = book.active
    for row in (HEAD, ["=A1", "Tietoevry", "I bruk"]):
        sheet.append(row)


def _errors(book: Any, sheet: Any) -> None:
    sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
    sheet.write_formula(1, 2, '=IF(1,"I bruk")', None, "I bruk")


def _dated(value: float, form: str = "dd.mm.yyyy", **how: Any) -> bytes:
    def more(book: Any, sheet: Any) -> None:
        sheet.write_number(1, 1, value, book.add_format({"num_format": form}))

    return xlsx([["Navn", "Dato"], ["Gerica"]], more=more, **how)


def _dated_row(value: Any) -> Sheet:
    return Sheet(("Navn", "Dato"), (("Gerica", value),))


def _table(value: Any, *, told: Sequence[Told] = ()) -> Sheet:
    return Sheet(("Navn", "Verdi"), (("Gerica", value),), told)


def _written(value: Any) -> bytes:
    return xlsx([["Navn", "Verdi"], ["Gerica", value]])


def _deep(levels: int) -> bytes:
    return with_sheet(lambda was: was.replace(b"</sheetData>", b"</sheetData>" + b"<a>" * levels + b"</a>" * levels))


DEEP = b"<a>" * 40_000 + b"</a>" * 40_000
DEEP_BESIDE_SIGNS = b"<a>/>" * 40_000 + b"</a>" * 40_000
DOCTYPE = b'<!DOCTYPE a [<!ENTITY b "lol">]>'
EMPTY_ROWS = (
    '<table:table-row table:number-rows-repeated="1000000">'
    '<table:table-cell table:number-columns-repeated="1000"/></table:table-row>'
)
RECORDS = [
    {
        "name": "Gerica",
        "lists": ["a", "b"],
        "inner": {"x": 1, "y": None},
        "parts": [{"law": "A"}, {"law": "B", "s": "1"}],
    }
]

PEOPLES: dict[str, Dirty] = {
    "plain": (xlsx, "a.xlsx", Sheet(numbers=[2])),
    "another name than what it is": (xlsx, "a.csv", Sheet()),
    "no name at all": (xlsx, "", Sheet()),
    "begins in C5": (lambda: xlsx(at=(4, 2)), "a.xlsx", Sheet(left=2, numbers=[6])),
    "a title above": (lambda: xlsx([["Systemoversikt Tinn kommune"], [], HEAD, ROW]), "a.xlsx", Sheet(numbers=[4])),
    "a title and a date above": (lambda: xlsx([["Oversikt", None, "01.02.2026"], HEAD, ROW, ROW]), "a.xlsx",
    Sheet(rows=[ROW, ROW])),
    "a merged title above": (lambda: merged([["Oversikt"], HEAD, ROW], (0, 0, 0, 2)), "a.xlsx", Sheet()),
    "notes above": (lambda: xlsx([["Fylles ut av enhetene."], ["Frist 1. mai"], HEAD, ROW]), "a.xlsx", Sheet()),
    "two rows of headings": (
        lambda: merged([["Behandling", "Databehandlere", None], [None, "Navn", "Avtale"], ["Skole", "Visma", "Ja"]],
        (0, 1, 0, 2), (0, 0, 1, 0)),
        "a.xlsx", Sheet(("Behandling", "Databehandlere - Navn", "Databehandlere - Avtale"),
        (("Skole", "Visma", "Ja"),)),
    ),
    "two rows of headings, title above": (
        lambda: merged([["Protokoll"], ["Hva", None, "Hvem", None], ["Navn", "Formål", "Navn", "Tlf"], ["a", "b", "c",
        "1"]], (0, 0, 0, 3), (1, 0, 1, 1), (1, 2, 1, 3)),
        "a.xlsx", Sheet(("Hva - Navn", "Hva - Formål", "Hvem - Navn", "Hvem - Tlf"),
        (("a", "b", "c", "1"),), numbers=[4]),
    ),
    "two rows of headings in csv": (
        lambda: csv([["Behandling", "Ansvar", "", "Leverandør", ""], ["", "Navn", "Tlf", "Navn", "Tlf"], ["Skole",
        "Kari", "1", "Visma", "2"]]),
        "a.csv", Sheet(("Behandling", "Ansvar - Navn", "Ansvar - Tlf", "Leverandør - Navn", "Leverandør - Tlf"),
        (("Skole", "Kari", "1", "Visma", "2"),)),
    ),
    "a unit merged over its rows": (
        lambda: merged([["Enhet", "System"], ["Skole", "Visma"], [None, "Feide"], [None, "Zokrates"]], (1, 0, 3, 0)),
        "a.xlsx", Sheet(("Enhet", "System"), (("Skole", "Visma"), ("Skole", "Feide"), ("Skole", "Zokrates"))),
    ),
    "an empty column within": (lambda: xlsx([["Navn", None, "Sted"], ["a", None, "b"]]), "a.xlsx", Sheet(("Navn", "",
    "Sted"), (("a", None, "b"),))),
    "a column without a heading": (lambda: xlsx([["Navn", None, "Sted"], ["a", "b", "c"]]), "a.xlsx", Sheet(("Navn",
    "", "Sted"), (("a", "b", "c"),))),
    "empty rows within": (lambda: xlsx([HEAD, [], ROW, [], [], ROW]), "a.xlsx", Sheet(rows=[ROW, ROW], numbers=[3, 6])),
    "two columns of one name": (lambda: xlsx([["Navn", "Navn"], ["a", "b"]]), "a.xlsx", Sheet(("Navn", "Navn"),
    (("a", "b"),))),
    "headings of several lines": (lambda: xlsx([["Navn\npå system", "Sted "], ["a", "b"]]), "a.xlsx",
    Sheet(("Navn på system", "Sted"), (("a", "b"),))),
    "headings alone": (lambda: xlsx([HEAD]), "a.xlsx", Sheet(rows=[])),
    "a name alone": (lambda: xlsx([["Navn"], ["Gerica"], ["Visma"]]), "a.xlsx", Sheet(["Navn"], [("Gerica",),
    ("Visma",)])),
    "years as headings": (lambda: xlsx([["System", "Eier", 2025], ["a", "b", 100]]), "a.xlsx", Sheet(["System",
    "Eier", "2025"], [("a", "b", 100)])),
    "several sheets, one hidden, one empty": (
        lambda: xlsx(more=_sheets), "a.xlsx", Sheet(told=[Told.HIDDEN], names=["Ark1", "Grunnlag"]),
    ),
    "numbers": (lambda: xlsx([["Navn", "Tall", "Brøk", "Stort"], ["a", 12, 12.5, 10**14]]), "a.xlsx", Sheet(["Navn",
    "Tall", "Brøk", "Stort"], [("a", 12, 12.5, 10**14)])),
    "yes as a truth": (lambda: _written(True), "a.xlsx", _table(True)),
    "blanks of many kinds": (lambda: _written(" \u00a0\u2009\t"), "a.xlsx", _table(None)),
    "a text that looks like a formula": (lambda: xlsx([["Navn", "Verdi"], ["Gerica", "Gerica"]],
    strings_to_formulas=False, more=lambda _, sheet: sheet.write_string(1, 1, "=1+1")), "a.xlsx", _table("=1+1")),
    "a text of lines": (lambda: _written("a\nb"), "a.xlsx", _table("a\nb")),
    "decomposed letters": (lambda: _written("A\u030as"), "a.xlsx", _table("A\u030as")),
    "letters beyond the first plane": (lambda: _written("😀 Đevdnu"), "a.xlsx", _table("😀 Đevdnu")),
    "a day": (lambda: _dated(46387), "a.xlsx", _dated_row(date(2026, 12, 31))),
    "a moment": (lambda: _dated(46387 + 14.5 / 24, "dd.mm.yyyy hh:mm"), "a.xlsx", _dated_row(NAIVE)),
    "a day counted from 1904": (lambda: _dated(46387 - 1462, date_1904=True), "a.xlsx", _dated_row(date(2026, 12, 31))),
    "a time of the day": (lambda: _dated(14.5 / 24, "hh:mm"), "a.xlsx", _dated_row("14.30")),
    "a length of time": (lambda: _dated(30 / 24, "[h]:mm"), "a.xlsx", _dated_row("30.00")),
    "a day before 1900, as a number of its own": (lambda: _dated(-400), "a.xlsx", _dated_row("00.00")),
    "a day before 1900, as words": (lambda: _written("31.12.1899"), "a.xlsx", _table("31.12.1899")),
    "a fødselsnummer as a day": (lambda: _dated(15033210024), "a.xlsx", _dated_row(15033210024)),
    "an error": (lambda: xlsx(more=_errors), "a.xlsx", Sheet(rows=[(Fault("#DIV/0!"), "Tietoevry", "I bruk")],
    told=[Told.FORMULAS])),
    "a formula nobody has worked out": (lambda: by_openpyxl(_formulas), "a.xlsx", Sheet(rows=[(Fault("="),
    "Tietoevry", "I bruk")], told=[Told.FORMULAS, Told.UNCOUNTED])),
    "macros": (lambda: repacked(xlsx(), {"xl/vbaProject.bin": b"x"}), "a.xlsm", Sheet(told=[Told.MACROS])),
    "links to other files": (lambda: repacked(xlsx(), {"xl/externalLinks/externalLink1.xml": b"<a/>"}), "a.xlsx",
    Sheet(told=[Told.LINKS])),
    "400 columns": (lambda: xlsx([WIDE_HEAD[:400], WIDE_HEAD[:400]]), "a.xlsx", Sheet(WIDE_HEAD[:400],
    [WIDE_HEAD[:400]])),
    "two thousand styled empty rows": (lambda: styled(2000), "a.xlsx", Sheet()),
    "a stray blank far away": (lambda: xlsx(more=lambda _, sheet: sheet.write_string(60_000, 12, " ")), "a.xlsx",
    Sheet()),
    "a picture in the sheet": (lambda: repacked(xlsx(), {"xl/media/image1.png": b"\x89PNG" + bytes(100)}), "a.xlsx",
    Sheet()),
    "cells without their place": (lambda: with_sheet(lambda was: was.replace(b' r="A2"', b"").replace(b' r="B2"',
    b"")), "a.xlsx", Sheet()),
    "old Excel": (lambda: xls([["Navn", "Sted", "Tall"], ["Åsen skole", "Bø", 12.5]]), "a.xls", Sheet(["Navn", "Sted",
    "Tall"], [("Åsen skole", "Bø", 12.5)])),
    "old Excel named .xlsx": (xls, "a.xlsx", Sheet()),
    "binary Excel": (lambda: xlsb([["Navn", "Sted", "Tall"], ["Åsen skole", "Bø", 12.5]]), "a.xlsb", Sheet(["Navn",
    "Sted", "Tall"], [("Åsen skole", "Bø", 12.5)])),
    "an error in old Excel": (
        lambda: xls([OURS, ["Åsen", (0x17,)]]), "a.xls", Sheet(OURS, [("Åsen", Fault("#REF!"))]),
    ),
    "an error in binary Excel": (
        lambda: xlsb([OURS, ["Åsen", (0x2A,)]]), "a.xlsb", Sheet(OURS, [("Åsen", Fault("#N/A"))]),
    ),
    "short old Excel": (lambda: xls(is_short=True), "a.xls", Sheet()),
    "an error in short old Excel": (
        lambda: xls([OURS, ["Åsen", (0x17,)]], is_short=True), "a.xls", Sheet(OURS, [("Åsen", Fault("#REF!"))]),
    ),
    "csv without headings, of which some are numbers": (
        lambda: csv([["Gerica", "12", "Tietoevry"], ["Profil", "7", "Visma"]]), "a.csv",
        Sheet(["", "", ""], [("Gerica", "12", "Tietoevry"), ("Profil", "7", "Visma")], numbers=[1, 2]),
    ),
    "csv without headings, of which some are said again": (
        lambda: csv([["Gerica", "I bruk"], ["Profil", "I bruk"], ["Socio", "Avviklet"]]), "a.csv",
        Sheet(["", ""], [("Gerica", "I bruk"), ("Profil", "I bruk"), ("Socio", "Avviklet")], numbers=[1, 2, 3]),
    ),
    "headings that are repeated for each page": (
        lambda: xlsx([OURS, ["a", "b"], OURS, ["c", "d"]]), "a.xlsx",
        Sheet(OURS, [("a", "b"), tuple(OURS), ("c", "d")]),
    ),
    "headings that are years": (
        lambda: xlsx([["Navn", 2021, 2022, 2023], ["a", 1, 2, 3]]), "a.xlsx",
        Sheet(["Navn", "2021", "2022", "2023"], [("a", 1, 2, 3)]),
    ),
    "a small table over the large one": (
        lambda: xlsx([["Farge", "Betyr"], ["rød", "haster"], ["grønn", "i orden"], [], [*HEAD, "Enhet", "Eier"],
                      [*ROW, "Skole", "Kari"], [*ROW, "Helse", "Per"]]), "a.xlsx",
        Sheet([*HEAD, "Enhet", "Eier"], [(*ROW, "Skole", "Kari"), (*ROW, "Helse", "Per")], numbers=[6, 7]),
    ),
    "OpenDocument": (lambda: ods([["Navn", "Sted", "Tall"], ["Åsen skole", "a\nb", 12.5]]), "a.ods", Sheet(["Navn",
    "Sted", "Tall"], [("Åsen skole", "a\nb", 12.5)])),
    "an error in OpenDocument": (lambda: ods([OURS, ["Åsen", "#REF!"]]), "a.ods", Sheet(OURS, [("Åsen",
    Fault("#REF!"))])),
    "a million empty rows in OpenDocument": (
        lambda: ods(body=EMPTY_ROWS),
        "a.ods", Sheet(),
    ),
    "csv of Excel": (lambda: csv(PLACES, code="utf-8-sig"), "a.csv", READ_PLACES),
    "csv without a mark": (lambda: csv(PLACES), "a.csv", READ_PLACES),
    "csv with commas": (lambda: csv([OURS, ['"Åsen, skole"', "Bø"]], ","), "a.csv", Sheet(OURS, [("Åsen, skole",
    "Bø")])),
    "tsv": (lambda: csv(PLACES, "\t"), "a.tsv", READ_PLACES),
    "csv with bars": (lambda: csv(PLACES, "|"), "a.txt", READ_PLACES),
    "csv in Windows-1252": (lambda: csv(PLACES, code="cp1252"), "a.csv", Sheet(OURS, [PLACES[1]], [Told.ENCODING])),
    "csv in ISO-8859-1": (lambda: csv(PLACES, code="iso8859_1"), "a.csv", Sheet(OURS, [PLACES[1]], [Told.ENCODING])),
    "csv of an old Mac": (lambda: csv(PLACES, code="mac_roman", end="\r"), "a.csv", Sheet(OURS, [PLACES[1]],
    [Told.ENCODING])),
    "csv of DOS": (lambda: csv(PLACES, code="cp850"), "a.csv", Sheet(OURS, [PLACES[1]], [Told.ENCODING])),
    "csv in UTF-16": (lambda: csv(PLACES, "\t", "utf-16"), "a.csv", READ_PLACES),
    "csv in UTF-16 without a mark": (lambda: csv(PLACES, "\t", "utf-16-le"), "a.csv", READ_PLACES),
    "csv in UTF-16, the other way": (lambda: csv(PLACES, "\t", "utf-16-be"), "a.csv", READ_PLACES),
    "csv that says its separator": (lambda: b"sep=,\r\n" + csv(PLACES, ","), "a.csv", READ_PLACES),
    "csv with lines in a cell": (lambda: csv([OURS, ['"Åsen\nskole"', '"si ""hei"""']]), "a.csv", Sheet(OURS,
    [("Åsen\nskole", 'si "hei"')])),
    "csv with guarded formulas": (lambda: csv([OURS, ["'=1+1", "''=x"]]), "a.csv", Sheet(OURS, [("=1+1", "'=x")])),
    "csv with amounts in commas": (lambda: csv([["Navn", "Pris"], ["a", "1,50"], ["b", "2,75"]]), "a.csv",
    Sheet(["Navn", "Pris"], [("a", "1,50"), ("b", "2,75")])),
    "csv with rows of many lengths": (lambda: csv([HEAD, ["a"], ["b", "c", "d", "e"]]), "a.csv", Sheet([*HEAD, ""],
    [("a", None, None, None), ("b", "c", "d", "e")])),
    "csv of one column": (lambda: csv([["Navn"], ["a"], ["b"]]), "a.csv", Sheet(["Navn"], [("a",), ("b",)])),
    "csv with an error": (lambda: csv([OURS, ["#N/A", "Err:502"]]), "a.csv", Sheet(OURS, [(Fault("#N/A"),
    Fault("Err:502"))])),
    "csv with a quote that never ends": (lambda: csv([OURS, ['"Åsen', "Bø"]]), "a.csv", Sheet(OURS, [("Åsen;Bø\r\n",
    None)])),
    "csv named .xlsx": (lambda: csv(PLACES), "a.xlsx", READ_PLACES),
    "records": (
        lambda: json.dumps(RECORDS).encode(), "a.json",
        Sheet(["name", "lists", "inner.x", "inner.y", "parts.law", "parts.s"], [("Gerica", "a\nb", 1, None, "A\nB",
        "\n1")]),
    ),
    "records in a wrapping": (lambda: json.dumps({"total": 1, "content": [{"name": "Gerica"}]}).encode(), "a.json",
    Sheet(["name"], [("Gerica",)], names=["content"])),
    "a record alone": (lambda: json.dumps({"a": 1, "b": "x", "c": None, "d": True, "e": [{"f": 1}]}).encode(),
    "a.json", Sheet(["a", "b", "c", "d", "e.f"], [(1, "x", None, True, "1")])),
    "records in UTF-16": (lambda: json.dumps([{"a": "Å"}], ensure_ascii=False).encode("utf-16"), "a.json",
    Sheet(["a"], [("Å",)])),
}  # fmt: skip
HOSTILE: dict[str, Dirty] = {
    "nothing": (lambda: b"", "a.xlsx", Why.EMPTY),
    "blanks alone": (lambda: b"\xef\xbb\xbf \r\n\t\n", "a.csv", Why.EMPTY),
    "zeros alone": (lambda: bytes(5000), "a.xlsx", Why.EMPTY),
    "a sheet of nothing": (lambda: xlsx([]), "a.xlsx", Why.EMPTY),
    "a picture named .xlsx": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), "a.xlsx", Why.PICTURE),
    "a photograph": (lambda: b"\xff\xd8\xff\xe0" + bytes(200), "a.csv", Why.PICTURE),
    "a picture of the web": (lambda: b"RIFF\1\2\3\4WEBPVP8 " + bytes(200), "a.xlsx", Why.PICTURE),
    "a PDF": (lambda: b"%PDF-1.7\n" + b"x" * 200, "a.xlsx", Why.PDF),
    "a document": (lambda: zipped(**{"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), "a.xlsx",
    Why.WRITING),
    "an OpenDocument text": (lambda: ods(mimetype="text"), "a.ods", Why.WRITING),
    "an old document": (lambda: compound({"WordDocument": b"x"}), "a.xls", Why.WRITING),
    "a list of sheets without end": (
        lambda: repacked(
            xlsx(), {"xl/workbook.xml": lambda was: was.replace(b"</sheets>", b"<a/>" * 1_200_000 + b"</sheets>")}
        ), "a.xlsx", Why.SWELLS,
    ),
    "a part with a password": (lambda: locked(xlsx(), SHEET), "a.xlsx", Why.ENCRYPTED),
    "an old file of another program": (lambda: compound({"Drawing": b"x"}), "a.xls", Why.UNKNOWN),
    "rich text": (lambda: b"{\\rtf1 x}", "a.xls", Why.WRITING),
    "a package of files": (lambda: zipped(**{"a.xlsx": b"x"}), "a.xlsx", Why.ARCHIVE),
    "an empty package": (lambda: b"PK\x05\x06" + bytes(18), "a.xlsx", Why.DAMAGED),
    "a compressed file": (lambda: b"\x1f\x8b\x08" + bytes(range(200)), "a.csv", Why.ARCHIVE),
    "a page named .xls": (lambda: b"<html><table><tr><td>Navn</td></tr></table></html>", "a.xls", Why.MARKUP),
    "a workbook as XML": (lambda: b"<?xml version='1.0'?><Workbook/>", "a.xls", Why.MARKUP),
    "a program": (lambda: b"\x7fELF" + bytes(range(256)), "a.xlsx", Why.UNKNOWN),
    "noise": (lambda: bytes((number * 7919 + 13) % 251 for number in range(4000)), "a.csv", Why.UNKNOWN),
    "with a password": (lambda: compound({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y"}), "a.xlsx",
    Why.ENCRYPTED),
    "old Excel with a password": (
        lambda: xls(extra=struct.pack("<HHHHH", 0x2F, 6, 1, 1, 1)), "a.xls", Why.ENCRYPTED,
    ),
    "old Excel with the oldest kind of password": (
        lambda: xls(extra=struct.pack("<HHHHH", 0x2F, 6, 0, 0x1234, 0x5678)), "a.xls", Why.ENCRYPTED,
    ),
    "short old Excel with a password": (
        lambda: xls(extra=struct.pack("<HHHHH", 0x2F, 6, 0, 1, 1), is_short=True), "a.xls", Why.ENCRYPTED,
    ),
    "elements in elements behind a comment": (
        lambda: with_sheet(lambda was: was.replace(b"</sheetData>", b"</sheetData><!-- </ -->" + DEEP)), "a.xlsx",
        Why.NESTED,
    ),
    "elements in elements beside signs that end none": (
        lambda: with_sheet(lambda was: was.replace(b"</sheetData>", b"</sheetData>" + DEEP_BESIDE_SIGNS)), "a.xlsx",
        Why.NESTED,
    ),
    "OpenDocument with a password": (lambda: repacked(ods(),
    {"META-INF/manifest.xml": b"<m><manifest:encryption-data/></m>"}), "a.ods", Why.ENCRYPTED),
    "cut in the middle": (lambda: xlsx()[:3000], "a.xlsx", Why.DAMAGED),
    "an end without a beginning": (lambda: b"PK\x03\x04" + xlsx()[2000:], "a.xlsx", Why.DAMAGED),
    "no sheet in it": (lambda: repacked(xlsx(), {"xl/_rels/workbook.xml.rels": b"<a/>"}), "a.xlsx", Why.DAMAGED),
    "a sheet that is no XML": (lambda: repacked(xlsx(), {SHEET: b"<worksheet><sheetData><row"}), "a.xlsx", Why.DAMAGED),
    "a workbook that is no XML": (lambda: repacked(xlsx(), {"xl/workbook.xml": b"<workbook"}), "a.xlsx", Why.DAMAGED),
    "XML in wide letters": (lambda: with_sheet(lambda was: was.decode().encode("utf-16")), "a.xlsx", Why.DAMAGED),
    "old Excel cut short": (lambda: xls()[:1600], "a.xls", Why.DAMAGED),
    "entities": (lambda: with_sheet(lambda was: was.replace(b"<worksheet", DOCTYPE + b"<worksheet", 1)), "a.xlsx",
    Why.ENTITIES),
    "entities among the texts": (lambda: repacked(xlsx(), {"xl/sharedStrings.xml": lambda was: was.replace(b"<sst",
    DOCTYPE + b"<sst", 1)}), "a.xlsx", Why.ENTITIES),
    "entities in OpenDocument": (lambda: repacked(ods(), {"content.xml": lambda was: DOCTYPE + was}), "a.ods",
    Why.ENTITIES),
    "a document elsewhere": (lambda: with_sheet(lambda was: was.replace(b"<worksheet",
    b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet', 1)), "a.xlsx", Why.ENTITIES),
    "a cell without end": (lambda: repacked(xlsx(), {"xl/sharedStrings.xml": lambda was: was.replace(b"Gerica",
    b"x" * 600_000)}), "a.xlsx", Why.LONG_CELL),
    "a cell without end in csv": (lambda: csv([OURS, ["x" * 40_000, "b"]]), "a.csv", Why.LONG_CELL),
    "a cell without end in records": (lambda: json.dumps([{"a": "x" * 40_000}]).encode(), "a.json", Why.LONG_CELL),
    "a package that says it is huge": (lambda: lying(xlsx(), SHEET, 300 << 20), "a.xlsx", Why.SWELLS),
    "a package that says it is small": (lambda: lying(xlsx(), SHEET, 40), "a.xlsx", Why.DAMAGED),
    "a package of six thousand parts": (lambda: repacked(xlsx(), {f"x/{number}": b"" for number in range(6000)}),
    "a.xlsx", Why.SWELLS),
    "401 columns": (lambda: xlsx([WIDE_HEAD, WIDE_HEAD]), "a.xlsx", Why.COLUMNS),
    "401 columns in csv": (lambda: csv([WIDE_HEAD, WIDE_HEAD]), "a.csv", Why.COLUMNS),
    "more rows than are read": (lambda: b"Navn;Sted\n" + b"a;b\n" * 100_001, "a.csv", Why.ROWS),
    "nested records": (lambda: b'[{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "a.json", Why.NESTED),
    "records in records": (lambda: b"[" + b'{"a":' * 100 + b"1" + b"}" * 100 + b"]", "a.json", Why.NESTED),
    "records of nothing": (lambda: b"[1, 2]", "a.json", Why.NO_TABLE),
    "hidden sheets alone": (lambda: xlsx([], more=lambda book, sheet: (book.add_worksheet("Skjult").activate(),
    sheet.hide())), "a.xlsx", Why.NO_TABLE),
}  # fmt: skip
# Those that only a process of its own survives, or that say so of themselves.
APART: dict[str, Dirty] = {
    "a zip bomb": (lambda: bombed(257), "a.xlsx", Why.SWELLS),
    "elements in elements": (lambda: _deep(200_000), "a.xlsx", Why.NESTED),
    "a cell at the far corner": (lambda: xlsx(more=lambda _, sheet: sheet.write(1_048_575, 16_383, "x")), "a.xlsx",
    Why.TOO_MUCH),
    "larger than 20 MB": (lambda: b"a;b\n" * (6 << 20), "a.csv", Why.TOO_BIG),
}  # fmt: skip
