"""Texts that a spreadsheet would take for formulas: guarded where they go out as CSV, restored where they come in."""

from __future__ import annotations

import re

# What begins a formula in some spreadsheet, also after apostrophes: then one more tells ours from theirs.
_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """The text as no spreadsheet takes it for a formula."""
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def restored(text: str) -> str:
    """What `guarded` guarded, as it was; any other text as it is."""
    return text[1:] if text.startswith("'") and _LIKE_A_FORMULA.match(text) else text
