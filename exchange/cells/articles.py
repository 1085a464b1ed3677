"""Grounds of the GDPR as people write them,
as the codes our lists have: «Artikkel 6. Bokstav c - rettslig forpliktelse»,
«6 (1) c», «art 6 nr 1 bokstav c)» and «ART61C» are all 6.1.c."""

from __future__ import annotations

import re

from exchange.cells.spellings import alike

SIX, NINE = 6, 9
_PARAGRAPH = {SIX: "1", NINE: "2"}
_LETTERS = {SIX: "abcdef", NINE: "abcdefghij"}
# What the letters are called where the letter itself is left out.
_CALLED = {
    SIX: {
        "a": ("samtykke", "consent"),
        "b": ("avtale", "oppfylle en avtale", "kontrakt", "contract"),
        "c": ("rettslig forpliktelse", "rettslig plikt", "rettsleg plikt", "rettsleg forplikting", "legal obligation"),
        "d": ("vitale interesser", "vital interests"),
        "e": (
            "allmenn interesse", "allmennhetens interesse", "offentlig myndighet", "offentlig myndighetsutøvelse",
            "utøvelse av offentlig myndighet", "allmenn interesse eller offentlig myndighet", "offentleg styresmakt",
            "public task", "public interest",
        ),
        "f": ("berettiget interesse", "berettigede interesser", "interesseavveining", "interesseavveiing",
              "rettkomen interesse", "legitimate interests", "legitimate interest"),
    },
    NINE: {
        "a": ("uttrykkelig samtykke", "samtykke", "uttrykkjeleg samtykke", "explicit consent"),
        "c": ("vitale interesser", "vital interests"),
        "e": ("offentliggjort", "offentliggjort av personen selv", "offentliggjorte opplysninger"),
        "f": ("rettskrav", "legal claims"),
        "g": ("viktig allmenn interesse", "viktige allmenne interesser", "substantial public interest"),
        "i": ("folkehelse", "public health"),
        "j": ("arkiv forskning og statistikk", "arkiv og forskningsformål", "forskning"),
    },
}  # fmt: skip
_WORDS = {
    article: {word: letter for letter, words in called.items() for word in words} for article, called in _CALLED.items()
}
_LETTER = r"(?<![^\W_])[a-j](?![^\W_])"
_SEVERAL = rf"(?:{_LETTER})(?:\)?\s*(?:,|og|eller|and|&|/|\+)\s*(?:bokstav(?:en|ene)?\s*)?(?:{_LETTER}))*"
_GROUND = re.compile(
    rf"(?:(?:gdpr|pvf|personvernforordningen)\W*)?(?:(?:artikkel|article|artikkelen|art)\b[\s.]*)?\b(?P<article>[69])\b"
    rf"[\s.,(\-–]*(?:(?:nr|nummer|ledd|paragraph|para)\b[\s.]*)?(?P<paragraph>[12])?\b[\s.,)(\-–:]*"
    rf"(?:(?:bokst?av(?:en|ene)?|litra|lit|pkt|punkt|letter)\b[\s.(]*)?(?P<letters>{_SEVERAL})\)?",
    re.IGNORECASE,
)
_GLUED = re.compile(r"\bart(?P<article>[69])(?P<paragraph>[12])(?P<letters>[a-j])\b", re.IGNORECASE)
_JOINED = re.compile(r"(?P<article>[69])[.(\s]*(?P<paragraph>[12])[.)\s]*(?P<letters>[a-j])\b", re.IGNORECASE)
_LETTER_ALONE = re.compile(
    rf"^\W*(?:(?:bokst?av(?:ene)?|litra|lit)\b[\s.(]*)?(?P<letters>{_SEVERAL})(?:\)|\W*$|\s+[-–]|:)", re.IGNORECASE
)
_TOLD_OF_GROUNDS = (
    "den registrerte har gitt samtykket for ett eller flere spesifikke formål nødvendig å oppfylle en som er part i av"
    " rettslig plikt oppgave allmennhetens utøve verne med hjemmel etter jf og eller til på personvernforordningen gdpr"
    " artikkel art nr bokstav ledd helse sosialtjenester arbeidsrett trygderett særlige kategorier behandlingen"
)
_USUAL = {
    word
    for phrase in (_TOLD_OF_GROUNDS, *(one for called in _WORDS.values() for one in called))
    for word in alike(phrase).split()
}
_SOME_WORDS = 3
_MORE_THAN_WORDS = re.compile(r"§|\d|lov(?:en|a)?\b|forskrift|\bjf\b|\bkap\b", re.IGNORECASE)


def codes_in(text: str, article: int) -> list[str]:
    """The codes of an article that a text names, each once; none where it says more than that, for then the words must
    not be lost. `article` is the one that is asked for, where the text names only letters or words."""
    found = grounds_in(text, article)
    return found if all(code.startswith(f"{article}.") for code in found) else []


def grounds_in(text: str, article: int) -> list[str]:
    """The codes of either article that a text names, as `codes_in` does for one."""
    if letter := _WORDS[article].get(alike(text)):
        return [_code(article, letter)]
    found: list[str] = []
    rest = text
    for pattern in (_GLUED, _JOINED, _GROUND):
        for one in pattern.finditer(rest):
            found += [code for letter in _letters(one) if (code := _code(int(one["article"]), letter))]
        rest = pattern.sub(" ", rest)
    if not found and (alone := _LETTER_ALONE.match(rest)):
        found = [code for letter in _letters(alone) if (code := _code(article, letter))]
        rest = rest[alone.end() :]
    return [] if _MORE_THAN_WORDS.search(rest) else list(dict.fromkeys(found))


def says_more(text: str) -> bool:
    """Whether a text says more than which grounds there are and what they are called."""
    for pattern in (_GLUED, _JOINED, _GROUND):
        text = pattern.sub(" ", text)
    return len(set(alike(text).split()) - _USUAL) >= _SOME_WORDS


def _letters(found: re.Match[str]) -> list[str]:
    return [letter.lower() for letter in re.findall(_LETTER, found["letters"], re.IGNORECASE) or [found["letters"]]]


def _code(article: int, letter: str) -> str:
    return f"{article}.{_PARAGRAPH[article]}.{letter}" if letter in _LETTERS[article] else ""
