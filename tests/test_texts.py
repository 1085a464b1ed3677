"""Every text people meet exists in nynorsk and English, none missing, none unsure."""

from __future__ import annotations

from typing import Any

from babel.messages.catalog import Catalog

from models.declare.words import Problem
from reports.language import translator
from views import catalogues, texts


def test_no_text_is_missing_unsure_or_left_over() -> None:
    assert list(catalogues.problems()) == []


def test_the_check_sees_a_text_that_nobody_has_translated(monkeypatch: Any) -> None:
    known = catalogues.gather()
    known.add("En helt ny tekst")
    monkeypatch.setattr(catalogues, "gather", lambda: known)

    assert list(catalogues.problems()) == ["nn: missing «En helt ny tekst»", "en: missing «En helt ny tekst»"]


def test_the_check_sees_a_translation_that_lost_a_parameter(monkeypatch: Any) -> None:
    source, translated = Catalog(), Catalog()
    source.add("Endret %(when)s")
    translated.add("Endret %(when)s", "Endra")
    monkeypatch.setattr(catalogues, "gather", lambda: source)
    monkeypatch.setattr(catalogues, "read", lambda _language: translated)

    assert list(catalogues.problems()) == [f"{one}: other parameters in «Endret %(when)s»" for one in ("nn", "en")]


def test_a_number_in_a_sentence_is_read_in_groups_of_three_in_every_way_a_sentence_is_filled(app: Any) -> None:
    one, several, told = "%(num)s rad", "%(num)s rader", "%(number)s rader til import er sett gjennom"

    with app.test_request_context():
        said = [
            texts.ngettext(one, several, 2100), str(texts.in_template(told, number=2100)),
            texts.gettext(told, number=2100), translator("nb")(told, number=2100),
            texts.explain(Problem(told, number=2100)), texts.gettext("Årshjul %(year)s", year="2026"),
        ]  # fmt: skip

    words = told.replace("%(number)s", "2\u00a0100")
    assert said == ["2\u00a0100 rader", words, words, words, words, "Årshjul 2026"]
