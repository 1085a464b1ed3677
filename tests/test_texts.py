"""Every text people meet exists in nynorsk and English, none missing, none unsure."""

from __future__ import annotations

from typing import Any

from babel.messages.catalog import Catalog

from views import catalogues


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
