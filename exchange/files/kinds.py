"""What kind of file it is, by what is in it: its name is only a claim."""

from __future__ import annotations

from exchange.files.plain import Kind, Refused, Why

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGINS = {
    Why.PICTURE: (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\1\0"),
    Why.PDF: (b"%PDF-",),
    Why.WRITING: (b"{\\rtf",),
    Why.ARCHIVE: (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ"),
    Why.DAMAGED: (b"PK\x05\x06",),
}
_NOT_IN_TEXT = frozenset((*range(9), 11, *range(14, 32)))
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_HEAD = 64 * 1024


def container(data: bytes) -> str:
    """Whether a file is a "zip", an "ole" or a "text". Raises Refused for what is none, and for what is known to be
    something else."""
    if not data.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise Refused(Why.EMPTY)
    for why, marks in _BEGINS.items():
        if data.startswith(marks):
            raise Refused(why)
    if data[8:12] == b"WEBP" or (data.startswith(b"BM") and data[6:10] == bytes(4)):
        raise Refused(Why.PICTURE)
    if data.startswith(_ZIP):
        return "zip"
    if data.startswith(_OLE):
        return "ole"
    if not is_text(data):
        raise Refused(Why.UNKNOWN)
    return "text"


def is_text(data: bytes) -> bool:
    """Letters and line ends alone, in whichever code."""
    if is_wide(data):
        return True
    return data.translate(None, bytes(_NOT_IN_TEXT)) == data


def is_wide(data: bytes) -> bool:
    """Whether each letter takes two bytes (UTF-16): the mark at the beginning says it, or every second is nothing."""
    head = data[:_HEAD]
    return data.startswith(_WIDE) or max(head[::2].count(0), head[1::2].count(0)) > len(head) * 0.4


def of_ole(data: bytes) -> Kind:
    """An old Excel file, by the names of what it holds. Raises Refused for any other of its kind."""
    if _wide("EncryptedPackage") in data or _wide("EncryptionInfo") in data:
        raise Refused(Why.ENCRYPTED)
    if _wide("WordDocument") in data or _wide("PowerPoint Document") in data:
        raise Refused(Why.WRITING)
    if _wide("Workbook") in data or _wide("Book") in data:
        return Kind.XLS
    raise Refused(Why.UNKNOWN)


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")
