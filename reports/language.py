"""Texts in the reader's language, without a request: bokmål is the source, nynorsk and English come from gettext."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations

from models.declare.memories import remembers
from models.declare.numbers import grouped

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
LANGUAGES = ("nb", "nn", "en")

Translate = Callable[..., str]


@remembers()
def catalogue(language: str) -> NullTranslations:
    """The catalogue of a language; bokmål has none and answers with the source."""
    return Translations.load(str(TRANSLATIONS), [language])


@remembers()
def text(language: str, source: str) -> str:
    """One text, looked up once: a page has hundreds, and the same ones every time."""
    return str(catalogue(language).ugettext(source)) if source else ""


def filled(params: dict[str, Any]) -> dict[str, Any]:
    """What fills a sentence, as it is read there: whole numbers are counts, in groups of three. What only looks like
    a number, a year or the number of a row, is handed in as text."""
    return {key: grouped(value) if type(value) is int else value for key, value in params.items()}


def translator(language: str) -> Translate:
    """A function that translates a bokmål text and fills its %(name)s parameters."""

    def translate(source: str, **params: Any) -> str:
        translated = text(language, source)
        return translated % filled(params) if params else translated

    return translate
