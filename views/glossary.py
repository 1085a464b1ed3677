"""Difficult words in our own texts: one that stands there for the first time opens what it means.

Where texts stand open the word is a button that opens a popover in place, which browsers do without script: Escape
closes it and focus goes back. What it opens stands at the end of the page, put there by the frame, which reads from the
page which words it has. In the help of a form, of which there is much and which is drawn from memory, the word leads to
the page of words, and a script opens it in place. Names of fields are never marked inside a label: what a field is
called stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, g
from markupsafe import Markup, escape

from models.declare.glossary import TERMS, Found, found_in
from views.addresses import address_of
from views.texts import gettext as _
from views.texts import language

EVERYDAY = {"behandling", "applikasjon", "datasett", "formaal"}  # in a form: what it is made of
BUTTON = Markup('<button type="button" popovertarget="t-{}">{}</button>')
LINK = Markup('<a href="{}#{}">{}</a>')
BOX = Markup(
    '<div class="term" id="t-{}" popover><p><strong>{}</strong> {}</p>'
    '<p class="meta">{}<a href="{}#{}">{}</a></p></div>\n'
)
OPENS = re.compile('popovertarget="t-([a-z-]+)"')


def install(app: Flask) -> None:
    app.jinja_env.globals |= {
        "words_once": words_once,
        "opened": opened,
        "word_links": word_links,
        "words_of_label": words_of_label,
    }


def words_once(text: Any) -> Markup:
    """A text of ours with the difficult words that the page has not had before marked."""
    told: set[str] = g.setdefault("words", set())
    found = [one for one in found_in(language(), str(text)) if one.key not in told]
    told.update(one.key for one in found)
    return _marked(str(text), found, BUTTON.format)


def opened(page: str) -> Markup:
    """What the marked words of a page open."""
    return Markup("").join(_box(key) for key in dict.fromkeys(OPENS.findall(page)) if key in TERMS)


def _box(key: str) -> Markup:
    said = TERMS[key].said[language()]
    source = f"{said.source} · " if said.source else ""
    return BOX.format(key, said.word, said.text, source, address_of("glossary.index"), key, _("Ordliste"))


def word_links(help_: Any) -> Markup:
    """The help of a field, with links from its difficult words."""
    return _marked(str(help_), _difficult(help_), _link)


def words_of_label(label: Any, help_: Any) -> Markup:
    """A line with the difficult words of a field's name that its help does not have."""
    known = {one.key for one in _difficult(help_)}
    left = [_link(one.key, str(label)[one.start : one.end]) for one in _difficult(label) if one.key not in known]
    return Markup("<p>{}</p>").format(Markup(" · ").join(left)) if left else Markup("")


def _difficult(text: Any) -> list[Found]:
    return [one for one in found_in(language(), str(text)) if one.key not in EVERYDAY]


def _link(key: str, word: str) -> Markup:
    return LINK.format(address_of("glossary.index"), key, word)


def _marked(text: str, found: Iterable[Found], mark: Callable[[str, str], Markup]) -> Markup:
    made, at = [], 0
    for start, end, key in sorted(found):
        made += [escape(text[at:start]), mark(key, text[start:end])]
        at = end
    return Markup("").join([*made, escape(text[at:])])
