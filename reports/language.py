"""Texts in the reader's language, without a request: bokmål is the source, nynorsk and English come from gettext. What
the project's own staff say somewhere instead is put in here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations

from models.declare.memories import remembers
from models.declare.numbers import grouped
from models.declare.words import Placed, holes

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
LANGUAGES = ("nb", "nn", "en")

Translate = Callable[..., str]
_asked: list[Callable[[str, str], str | None]] = []


def listen_to(staff: Callable[[str, str], str | None]) -> None:
    """Who knows what is said in a place in a language instead of what is shipped; None where nothing is."""
    _asked[:] = [staff]


@remembers()
def catalogue(language: str) -> NullTranslations:
    """The catalogue of a language; bokmål has none and answers with the source."""
    return Translations.load(str(TRANSLATIONS), [language])


@remembers()
def shipped(language: str, source: str) -> str:
    """One text as it comes with Orden, looked up once: a page has hundreds, and the same ones every time."""
    return str(catalogue(language).ugettext(source)) if source else ""


def text(language: str, source: str) -> str:
    """One text as it is shown."""
    if isinstance(source, Placed):
        for ask in _asked:
            if (said := ask(source.place, language)) and holes(said) == holes(source):
                return said
    return shipped(language, source)


def filled(params: dict[str, Any]) -> dict[str, Any]:
    """What fills a sentence, as it is read there: whole numbers are counts, in groups of three. What only looks like
    a number, a year or the number of a row, is handed in as text."""
    return {key: grouped(value) if type(value) is int else value for key, value in params.items()}


def mid_sentence(words: str) -> str:
    """A name within a sentence: without its capital, unless that is of an abbreviation."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def translator(language: str) -> Translate:
    """A function that translates a bokmål text and fills its %(name)s parameters."""

    def translate(source: str, **params: Any) -> str:
        translated = text(language, source)
        return translated % filled(params) if params else translated

    return translate
