"""Words as people write them, folded alike: what two spellings of one word share, in any of our languages."""

from __future__ import annotations

import re

from models.declare.folding import fold
from reports.language import LANGUAGES, text

_BETWEEN = re.compile(r"[\W_]+")


def alike(words: str) -> str:
    """What is left when case, accents, signs and blanks do not count: «Art. 6  (GDPR)» and «art 6 gdpr»."""
    return _BETWEEN.sub(" ", fold(words)).strip()


def in_all_languages(source: str) -> list[str]:
    """A text of ours in bokmål, nynorsk and English, those that differ."""
    return list(dict.fromkeys(text(language, source) for language in LANGUAGES)) if source else []
