"""What old and binary Excel hold that the parser does not tell: cells that show an error, and a password.

Records of old Excel (MS-XLS) lie in a stream of a compound file (MS-CFB), those of binary Excel (MS-XLSB) in parts.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from exchange.files.plain import Place, Refused, Why

_CODES = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
_BEGIN, _PASSWORD, _SHEET, _FORMULA, _ERROR = 0x809, 0x2F, 0x85, 0x06, 0x205
_ROW, _CELL_ERROR, _FORMULA_ERROR, _BUNDLE = 0x00, 0x03, 0x0B, 0x9C
_HEADER, _ENTRY, _SMALL, _LARGE, _LAST = 512, 128, 64, 4096, 0xFFFFFFFA
Errors = dict[Place, str]


def old_errors(data: bytes) -> list[Errors]:
    """The errors of each sheet of an old workbook, in the order of its sheets. Raises Refused where it is encrypted."""
    stream = _stream(data, ("Workbook", "Book"))
    starts: list[int] = []
    found: dict[int, Errors] = {}
    errors: Errors = {}
    for at, kind, body in _old_records(stream):
        if kind == _BEGIN:
            errors = found.setdefault(at, {})
        elif kind == _PASSWORD:
            raise Refused(Why.ENCRYPTED)
        elif kind == _SHEET and len(body) >= 4:
            starts.append(struct.unpack_from("<I", body)[0])
        elif kind == _ERROR and len(body) >= 8 and body[7]:
            errors[struct.unpack_from("<HH", body)] = _CODES.get(body[6], "#N/A")
        elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
            errors[struct.unpack_from("<HH", body)] = _CODES.get(body[8], "#N/A")
    return [found.get(start, {}) for start in starts]


def _old_records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == length == 0:
            return
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _stream(data: bytes, names: tuple[str, ...]) -> bytes:
    """A stream of a compound file; nothing where it has none of these names. A chain that never ends is cut where the
    file is."""
    if len(data) < _HEADER:
        return b""
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
    first, table = struct.unpack_from("<I", data, 48)[0], list(struct.unpack_from("<109I", data, 76))

    def sector(number: int) -> bytes:
        return data[_HEADER + (number * size) : _HEADER + (number + 1) * size]

    more, step = struct.unpack_from("<I", data, 68)[0], 0
    while more < _LAST and step < len(data) // size:
        listed = struct.unpack(f"<{len(sector(more)) // 4}I", sector(more)[: len(sector(more)) // 4 * 4])
        table += listed[:-1]
        more, step = (listed[-1] if listed else _LAST), step + 1
    wide = b"".join(sector(number) for number in table if number < _LAST)
    next_of = struct.unpack(f"<{len(wide) // 4}I", wide[: len(wide) // 4 * 4])

    def chain(number: int) -> bytes:
        parts: list[bytes] = []
        while number < len(next_of) and len(parts) <= len(data) // size:
            parts.append(sector(number))
            number = next_of[number]
        return b"".join(parts)

    folder = chain(first)

    def short(number: int) -> bytes:
        """A stream in the small sectors that lie in the stream of the root."""
        held = chain(struct.unpack_from("<I", folder, 116)[0])
        table = chain(struct.unpack_from("<I", data, 60)[0])
        following = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
        parts: list[bytes] = []
        while number < len(following) and len(parts) <= len(held) // _SMALL:
            parts.append(held[number * _SMALL : (number + 1) * _SMALL])
            number = following[number]
        return b"".join(parts)

    for at in range(0, len(folder) - _ENTRY + 1, _ENTRY):
        entry = folder[at : at + _ENTRY]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
        if name in names:
            start, length = struct.unpack_from("<II", entry, 116)
            return (chain(start) if length >= _LARGE else short(start))[:length]
    return b""


def binary_errors(sheet: bytes) -> Errors:
    """The errors of a sheet of a binary workbook."""
    errors: Errors = {}
    row = 0
    for kind, body in _records(sheet):
        if kind == _ROW and len(body) >= 4:
            row = struct.unpack_from("<I", body)[0]
        elif kind in {_CELL_ERROR, _FORMULA_ERROR} and len(body) > 8:
            errors[row, struct.unpack_from("<I", body)[0]] = _CODES.get(body[8], "#N/A")
    return errors


def binary_sheets(book: bytes, relations: bytes) -> Iterator[tuple[str, str]]:
    """The sheets of a binary workbook by name, with the part each is."""
    links = dict(re.findall(rb'Id="([^"]+)"[^>]*?Target="([^"]+)"', relations))
    links |= {name: target for target, name in re.findall(rb'Target="([^"]+)"[^>]*?\bId="([^"]+)"', relations)}
    for kind, body in _records(book):
        if kind == _BUNDLE and len(body) > 12:
            link, at = _wide(body, 8)
            name, _ = _wide(body, at)
            if target := links.get(link.encode()):
                yield name, f"xl/{target.decode().removeprefix('/xl/')}".lower()


def _wide(body: bytes, at: int) -> tuple[str, int]:
    length = struct.unpack_from("<I", body.ljust(at + 4, b"\0"), at)[0]
    end = at + 4 + 2 * min(length, len(body))
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 1 < len(part):
        kind, at = part[at], at + 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | (part[at] << 7), at + 1
        length = shift = 0
        while at < len(part) and shift <= 21:
            byte, at = part[at], at + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, part[at : at + length]
        at += length
