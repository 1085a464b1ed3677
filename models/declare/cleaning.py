"""How every text is tidied, whichever door it enters by: composed letters, one kind of line ending, nothing unseen."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Letters and marks that show nothing beside Unicode's category Cf: joiners, fillers, and variation selectors.
_UNSEEN_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\ufe00-\ufe0f\U000e0000-\U000e0fff"
_LOOKS_BLANK = {0x2800: " ", 0x3164: " ", 0xFFA0: " "}  # an empty braille cell, and Hangul's fillers
_KEPT_CONTROLS = "\t\n"
_UNSEEN = re.compile(f"[{_UNSEEN_LETTERS}]")
_STRANGE = re.compile(f"[{_UNSEEN_LETTERS}{''.join(map(chr, _LOOKS_BLANK))}]")  # of what counts as printable


def clean(text: str) -> str:
    """The text without what nobody sees: such signs split words, turn the reading direction, and make names that look
    alike differ."""
    if text.isprintable() and not _STRANGE.search(text):
        return unicodedata.normalize("NFC", text)
    seen = (one for one in _LINE_ENDS.sub("\n", text).translate(_LOOKS_BLANK) if not _is_unseen(one))
    return unicodedata.normalize("NFC", "".join(seen))


def _is_unseen(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return (
        kind in {"Cf", "Co", "Cs"} or (kind == "Cc" and sign not in _KEPT_CONTROLS) or _UNSEEN.match(sign) is not None
    )


def line(value: Any) -> Any:
    """A text of one line; None when nothing is left. What is no text passes through."""
    return (" ".join(clean(value).split()) or None) if isinstance(value, str) else value


def lines(value: Any) -> Any:
    """A text of several lines; None when nothing is left. What is no text passes through."""
    return (clean(value).strip() or None) if isinstance(value, str) else value
