"""What a template puts out: escaped as MarkupSafe does it, by every way a value comes into a page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.exceptions import UndefinedError
from markupsafe import Markup, escape

from models.declare.choices import Language
from tests.conftest import inside
from views.environment import Environment, written
from views.texts import spoken

HOSTILE = """<script>alert("x")</script> & 'y'"""
SAFE = "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; &#39;y&#39;"


class Tag:
    """What says itself how it is in a page."""

    def __html__(self) -> str:
        return "<b>bold</b>"


class Text(str):
    """Text that is not quite a str."""


def drawn(app: Any, source: str, **values: Any) -> str:
    environment = Environment(app, autoescape=True, undefined=StrictUndefined)
    with inside():
        return environment.from_string(source).render(**values)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans(), st.text().map(Text)))
def test_a_value_is_written_with_the_signs_that_markupsafe_gives_it(value: Any) -> None:
    assert str(written(value)) == str(escape(value))


@pytest.mark.parametrize(
    "value",
    [Markup("<i>"), Tag(), Text(HOSTILE), Decimal("1.50"), Language.NN, [HOSTILE], {"a": HOSTILE}, b"<"],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_no_plain_text_is_too(value: Any) -> None:
    assert str(written(value)) == str(escape(value))


def test_a_text_of_a_declaration_is_too(app: Any) -> None:
    with inside():
        assert str(written(spoken(HOSTILE))) == SAFE


WAYS = {
    "a value": "{{ x }}",
    "an attribute": '<a title="{{ x }}">',
    "a condition": "{{ x if x else '' }}",
    "a set": "{% set y %}{{ x }}{% endset %}{{ y }}",
    "a macro": "{% macro m(y) %}{{ y }}{% endmacro %}{{ m(x) }}",
    "a call": "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ x }}{% endcall %}",
    "a block": "{% block b %}{{ x }}{% endblock %}",
    "a loop": "{% for y in [x] %}{{ y }}{% endfor %}",
    "a filter": "{{ x|trim }}",
    "a join": "{{ [x]|join }}",
    "a sum": "{{ '' ~ x }}",
    "a filter block": "{% filter trim %}{{ x }}{% endfilter %}",
    "decided late": "{% autoescape late %}{{ x }}{% endautoescape %}",
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_escaped_once_whichever_way_it_comes(way: str, app: Any) -> None:
    page = drawn(app, WAYS[way], x=HOSTILE, late=True)

    assert (page.count(SAFE), page.count("<script"), page.count("&amp;lt;")) == (1, 0, 0)


def test_mark_up_is_put_out_as_it_is_and_only_where_nothing_is_escaped_text_is(app: Any) -> None:
    told = [
        drawn(app, "{{ x }}", x=Markup("<b>")),
        drawn(app, "{{ x|safe }}", x="<b>"),
        drawn(app, "{% autoescape false %}{{ x }}{% endautoescape %}", x="<b>"),
        drawn(app, "{% autoescape late %}{{ x }}{% endautoescape %}", x="<b>", late=False),
    ]

    assert told == ["<b>"] * 4


def test_what_is_not_there_is_an_error_and_not_nothing(app: Any) -> None:
    with pytest.raises(UndefinedError):
        drawn(app, "{{ nothing }}")


def test_the_pages_are_made_so(app: Any) -> None:
    source = app.jinja_env.compile("{{ x }}", filename="some.html", raw=True)

    assert "environment.written(" in source, "Jinja has changed how it puts out a value: mend views/environment.py."
