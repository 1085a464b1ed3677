"""What is written into a statement itself: numbers and signs of ours, and never anything else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.tenancy.reach import mark, written
from tests.conftest import inside


@pytest.mark.parametrize("sign", ["", "/", "\t", "\n", "%", ":x", "æ", "\\", '"'])
def test_a_sign_comes_back_as_it_was_and_is_no_parameter(sign: str, engine_app: Any) -> None:
    with inside():
        assert db.session.scalar(select(mark(sign))) == sign
    assert select(mark(sign)).compile().params == {}


@pytest.mark.parametrize("sign", ["'", "''", "x'; drop table application --"])
def test_a_quote_is_never_written(sign: str) -> None:
    with pytest.raises(ValueError, match="'"):
        mark(sign)


@pytest.mark.parametrize("number", ["1; drop table application", "x", None, [1]])
def test_what_is_no_number_is_never_written_as_one(number: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        written(number)
