"""Difficult words: each is explained in three languages, and is found wherever our texts use it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

import models
from models.declare.base import fields_of, part_class
from models.declare.fields import Kind
from models.declare.glossary import TERMS, alphabetical, found_in
from models.queries.rules import RULES
from reports.language import LANGUAGES, translator
from tests.test_registers import As
from views import glossary

# What makes a word difficult. A label, help or rule with such a word fails until the glossary has it.
STEMS = (
    "behandlingsansvarlig", "behandlingsgrunnlag", "behandlingsprotokoll", "behandlingsmal", "databehandler",
    "rettsgrunnlag", "hjemmel", "samtykke", "interesseavvei", "særlige kategorier", "fødselsnummer", "straffe",
    "tredjeland", "EØS", "overføringsgrunnlag", "slettefrist", "kasser", "kassasjon", "bevares", "anonymiser",
    "profilering", "automatiserte", "personvern", "av registrerte", "Datatilsynet", "DPIA", "ROS", "forhåndsdrøft",
    "avvik", "sårbar", "sannsynlighet", "konsekvens", "risiko", "akseptkriteri", "konfidensialitet", "integritet",
    "tilgjengelighet", "kritikalitet", "nedetid", "datatap", "RTO", "RPO", "digitalsikkerhet", "applikasjon",
    "fagsystem", "felleskatalog", "katalogkort", "systemeier", "systemansvarlig", "driftsmodell", "integrasjon",
    "API", "tofaktor", "KI", "kunstig intelligens", "datasett", "dataeier", "autoritativ", "masterdata", "DCAT",
    "tilgangsnivå", "skjerming", "LOS", "KOSTRA", "SSA", "standardavtale", "opsjon", "oppsigelsesfrist",
    "prisregulering", "KPI", "kostnadsdeling", "tilkoblingsavgift", "a konto", "selvkost", "avregning",
    "etterkalkyle", "EHF", "målform", "revisjon",
)  # fmt: skip
# Words that have such a stem in them, and mean something everybody knows.
PLAIN = {"risiko", "risikoen", "risikoer", "avviklet"}
# What other languages call by a word of its own, of which nothing needs to be told.
OTHERWISE = {("behandling", "such an activity"), ("hjemmel", "legal basis"), ("revisjon", "audit")}
MARKS = re.compile(r'<(?:button type="button" popovertarget="t-|a href="/glossary/#)[a-z-]+">(.*?)</(?:button|a)>')


def sources(t: Callable[[str], str] = str) -> Iterator[str]:
    """What labels, helps, registers and rules say, in bokmål or as translated."""
    for register in models.REGISTERS:
        yield from (t(register.__register__.name), t(register.__register__.intro))
        for known in fields_of(register):
            yield from (t(known.label), t(known.help))
            if known.kind is Kind.ROWS:
                for inner in fields_of(part_class(known)):
                    yield from (t(inner.label), t(inner.help))
    for rule in RULES:
        yield rule.told(t)


def words_with(stem: str, text: str) -> Iterator[tuple[int, str]]:
    """The words of a text that have a stem in them, each with where it begins."""
    flags = 0 if stem.isupper() else re.IGNORECASE
    edge = r"(?<!\w)" if stem.isupper() else r"(?<!\w)[\w-]*"
    return ((one.start(), one[0]) for one in re.finditer(edge + re.escape(stem) + r"[\w-]*", text, flags))


def unexplained(text: str) -> set[str]:
    """The difficult words of a text that nothing explains."""
    explained = found_in("nb", text)
    found = {(at, word) for stem in STEMS for at, word in words_with(stem, text) if word.lower() not in PLAIN}
    return {
        word.lower()
        for at, word in found
        if not found_in("nb", word) and not any(one.start <= at < one.end for one in explained)
    }


def test_every_difficult_word_in_labels_helps_and_rules_is_explained() -> None:
    assert sorted(set().union(*map(unexplained, sources()))) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Overføringsgrunnlagene", set()),
        ("Personvernhierarki mangler.", {"personvernhierarki"}),
        ("ROS-analysen og DPIA", {"ros-analysen"}),
        ("Prosessen", set()),
    ],
)
def test_the_checker_sees_difficult_words_without_an_entry(text: str, words: set[str]) -> None:
    assert unexplained(text) == words


def test_every_term_is_said_in_three_languages_in_two_sentences_at_most() -> None:
    assert len(TERMS) >= 45
    for term in TERMS.values():
        assert tuple(term.said) == LANGUAGES
        for said in term.said.values():
            assert said.word
            assert 1 <= len(re.findall(r"[.!?](?= |$)", said.text)) <= 2
        assert len({bool(said.source) for said in term.said.values()}) == 1


def test_no_two_terms_are_known_by_the_same_word() -> None:
    for language in LANGUAGES:
        forms = [form.lower() for term in TERMS.values() for form in {one.lower() for one in term.said[language].forms}]

        assert sorted(forms) == sorted(set(forms))


@pytest.mark.usefixtures("app")
def test_what_is_marked_in_bokmaal_is_marked_in_the_other_languages() -> None:
    lacking = []
    for language in ("nn", "en"):
        for text, translated in zip(sources(), sources(translator(language)), strict=True):
            known = {one.key for one in found_in(language, translated)}
            known |= {key for key, said in OTHERWISE if said in translated.lower()}
            left = {one.key for one in found_in("nb", text)} - known
            lacking += [(key, language, translated) for key in sorted(left)]

    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_form_of_a_term_is_found_and_leads_to_it(language: str) -> None:
    for term in TERMS.values():
        for form in term.said[language].forms:
            assert [one.key for one in found_in(language, f"Se {form}.")] == [term.key]


def test_the_longest_term_is_the_one_meant_and_parts_of_words_are_none() -> None:
    text = "Felles behandlingsansvarlig for databehandlernes ROS, ikke ros eller mikrofonsystemeiere."

    found = [(one.key, text[one.start : one.end]) for one in found_in("nb", text)]

    assert found == [
        ("felles-behandlingsansvarlig", "Felles behandlingsansvarlig"),
        ("databehandler", "databehandlernes"),
        ("ros", "ROS"),
    ]


def link(key: str, word: str) -> Markup:
    return glossary.LINK.format("/glossary/", key, word)


@given(st.lists(st.sampled_from(["<b>", "DPIA", "&amp;", '"', " ", "systemeier", "</button>", "å", "'", "ROS"])))
def test_marking_says_the_same_words_and_no_markup_but_its_own(pieces: list[str]) -> None:
    text = "".join(pieces)

    found = found_in("nb", text)
    marked = [str(glossary._marked(text, found, mark)) for mark in (glossary.BUTTON.format, link)]

    plain = [MARKS.sub(r"\1", one) for one in marked]
    assert [html.unescape(one) for one in plain] == [text, text]
    assert [one for one in plain if "<" in one] == []


# -- on the pages --------------------------------------------------------------------------------------------------


def opened_by(page: str) -> tuple[list[str], list[str]]:
    """The words a page marks and the boxes it has, by key."""
    return re.findall('popovertarget="t-([a-z-]+)"', page), re.findall('class="term" id="t-([a-z-]+)"', page)


@pytest.mark.parametrize("path", ["/help/rules/", "/processing-activity/details/?id=1", "/introduction/1/"])
def test_where_texts_stand_open_a_word_is_marked_the_first_time_and_opens_in_place(path: str, as_: As) -> None:
    marked, boxes = opened_by(as_("kari").get(path).text)

    assert marked == boxes == list(dict.fromkeys(marked))
    assert marked


@pytest.mark.parametrize("path", ["/processing-activity/new/", "/application/new/", "/agreement/new/"])
def test_in_a_form_the_help_of_a_field_leads_to_its_difficult_words(path: str, as_: As) -> None:
    kari = as_("kari")
    for _ in range(2):  # drawn, and drawn from memory
        page = kari.get(path).text
        leads = re.findall('<a href="/glossary/#([a-z-]+)">', page)

        assert len(leads) > 5
        assert set(leads) <= set(TERMS) - glossary.EVERYDAY
        assert opened_by(page) == ([], [])


def test_a_word_that_only_the_name_of_a_field_has_is_explained_in_its_help(as_: As) -> None:
    page = as_("kari").get("/processing-activity/new/").text

    assert re.search('<p id="function-help">[^<]*</p><p><a href="/glossary/#kostra">KOSTRA-funksjon</a></p>', page)


def test_what_a_field_is_called_is_not_changed_by_a_mark(as_: As) -> None:
    page = as_("kari").get("/processing-activity/new/").text

    labels = re.findall(r"<label .*?</label>|<span class=\"legend\".*?</span>", page, re.DOTALL)
    assert len(labels) > 20
    assert [one for one in labels if "popovertarget" in one or "/glossary/" in one] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_every_word_in_the_readers_language_with_the_two_others(language: str, as_: As) -> None:
    kari = as_("kari")
    kari.post("/language/", data={"language": language})

    page = html.unescape(kari.get("/glossary/").text)

    assert re.findall('<div id="([a-z-]+)"><dt>', page) == [term.key for term in alphabetical(language)]
    for term in TERMS.values():
        assert f"<dt>{term.said[language].word}</dt>\n<dd>{term.said[language].text}</dd>" in page
        for other in set(LANGUAGES) - {language}:
            assert f'<span lang="{other}">{term.said[other].word}</span>' in page


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ("processor", {"databehandler", "underdatabehandler"}),
        ("ROS", {"ros"}),
        ("qqqq", set()),
        ("72 timar", {"avvik"}),
    ],
)
def test_a_word_is_looked_for_in_any_language_without_script(asked: str, keys: set[str], as_: As) -> None:
    page = as_("kari").get("/glossary/", query_string={"q": asked}).text

    shown = set(re.findall('<div id="([a-z-]+)"><dt>', page))
    assert keys <= shown
    assert len(shown) < len(TERMS)
    assert bool(shown) == bool(keys)


def test_what_is_looked_for_is_text_and_no_more(as_: As) -> None:
    assert "<script>x" not in as_("kari").get("/glossary/?q=<script>x").text


def test_strangers_are_asked_to_sign_in(app: Any) -> None:
    assert app.test_client().get("/glossary/").status_code == 302
