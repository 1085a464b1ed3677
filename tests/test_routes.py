"""Addresses that are made ready when they are first built are what Werkzeug would have built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Map, Rule

from app import create_app
from views.routes import Route


@pytest.fixture
def new(tmp_path: Path) -> Flask:
    """An app of which nobody has asked for a page."""
    return create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'orden.db'}", "TESTING": True})


def given(rule: Rule) -> dict[str, Any]:
    """A value for everything an address takes, and one for what it does not."""
    known = {name: value_for(rule._converters[name]) for name in rule.arguments - set(rule.defaults or {})}
    return known | {"search": "a&b", "sort": ["x", "y"]}


def value_for(converter: Any) -> Any:
    if isinstance(converter, IntegerConverter):
        return 7
    return min(converter.items) if isinstance(converter, AnyConverter) else "æ ø"


def test_no_address_is_made_ready_before_somebody_builds_it(new: Flask) -> None:
    rules = list(new.url_map.iter_rules())

    assert len(rules) > 1_000
    assert {type(rule) for rule in rules} == {Route}
    assert {rule._build.__name__ for rule in rules} | {rule._build_unknown.__name__ for rule in rules} == {"first"}


def test_every_address_is_built_as_werkzeug_builds_it_the_first_time_and_the_second(new: Flask) -> None:
    for rule in new.url_map.iter_rules():
        plain = Rule(rule.rule, endpoint=rule.endpoint, defaults=rule.defaults, methods=rule.methods)
        Map([plain], converters=new.url_map.converters)
        for unknown in (True, False):
            values = given(rule) if unknown else {key: given(rule)[key] for key in rule.arguments if key in given(rule)}
            expected = plain.build(values, unknown)

            assert [rule.build(values, unknown), rule.build(values, unknown)] == [expected, expected], rule.rule


def test_an_address_is_compiled_once() -> None:
    route = Route("/a/<int:number>/", endpoint="a")
    Map([route])

    assert route.build({"number": 3}) == ("", "/a/3/")
    ready = route._build_unknown

    assert route.build({"number": 4}) == ("", "/a/4/")
    assert route._build_unknown is ready
    assert ready.__name__ == "<builder:'/a/<int:number>/'>"
