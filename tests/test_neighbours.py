"""What a municipality shows its sisters: what says so, and nothing else."""

from __future__ import annotations

import pytest

from models.changes import window
from models.changes.cards import SHOWN
from models.declare.base import fields_of, part_class
from models.declare.fields import Field, Kind
from models.registers.processing import ProcessingActivity


def test_every_field_of_what_is_shown_says_whether_sisters_see_it() -> None:
    parts = [part_class(known) for one in SHOWN for known in fields_of(one) if known.kind is Kind.ROWS]
    silent = [
        f"{cls.__name__}.{known.key}" for cls in (*SHOWN, *parts) for known in fields_of(cls) if known.shown is None
    ]

    assert silent == [], (
        "Say shown=True or shown=False at each of these fields: whether the other municipalities may read it "
        "in «I andre kommuner». Names of people, risk and contacts are never shown."
    )


def test_a_field_that_says_nothing_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = tuple(one for one in fields_of(ProcessingActivity) if one.key == "purpose")
    monkeypatch.setattr(window, "fields_of", lambda _cls: [Field("Ny", key="purpose"), *silent])

    assert [one.label for one in window.shown_fields()] == ["Formål"]
