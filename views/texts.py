"""Texts in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask, g, has_request_context, request, session
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from models.database import db
from models.declare.choices import Language
from models.declare.memories import remembers
from models.declare.words import Problem
from models.tenancy.people import User
from reports.language import LANGUAGES, catalogue, filled, text
from views import wordings
from views.access import person

_found: ContextVar[str | None] = ContextVar("language", default=None)


def install(app: Flask) -> None:
    """Every request finds out anew its language, and what the project's staff say in it."""
    wordings.install()
    app.before_request(forget)
    app.teardown_request(forget)


@contextmanager
def speaking(language_: str) -> Iterator[None]:
    """A block in a language that nobody asked for: of a letter, whose reader is not here."""
    token = _found.set(language_)
    try:
        yield
    finally:
        _found.reset(token)


def forget(_error: BaseException | None = None) -> None:
    _found.set(None)
    wordings.forget()


def language() -> str:
    """The language of this page: nb, nn or en; found out once for each request, as a page asks hundreds of times."""
    if (known := _found.get()) is not None:
        return known
    if not has_request_context():
        return "nb"
    found = _chosen()
    _found.set(found)
    return found


def _chosen() -> str:
    """The person's choice, else the municipality's language form, else the browser, else bokmål."""
    chosen = session.get("language") or getattr(person(), "language", None)
    if chosen in LANGUAGES:
        return str(chosen)
    active = getattr(g, "active", None)
    form = str(g.municipalities[active][1]) if active else ""
    if form in {"nb", "nn"}:
        return form
    return _of_the_browser()


def language_form() -> str:
    """The municipality's language form; where it is neutral, the language of the page, if Norwegian; else bokmål."""
    form = str(g.municipalities[g.active][1])
    return next((one for one in (form, language()) if one in {"nb", "nn"}), "nb")


def _of_the_browser() -> str:
    """The language the browser asks for first of those there are; a country after it makes no difference."""
    asked = (tag.lower().partition("-")[0].replace("no", "nb") for tag, wish in request.accept_languages if wish > 0)
    return next((one for one in asked if one in LANGUAGES), "nb")


def choose_language(wanted: str) -> bool:
    """Remember a language, on the person when signed in, and go on in it; whether there is such a language."""
    if wanted not in set(Language):
        return False
    session["language"] = wanted
    if person().is_authenticated and (user := db.session.get(User, person().user_id)) is not None:
        user.language = Language(wanted)
        db.session.commit()
    forget()
    return True


def gettext(source: str, **params: Any) -> str:
    """A bokmål text in the language of the page, its %(name)s filled. Empty stays empty."""
    translated = text(language(), source)
    return translated % filled(params) if params else translated


tr = gettext  # for texts of declarations, which are gathered from there


class Spoken(LazyString):
    """A text of a declaration in what is built once: said in the language of whichever page shows it."""

    def __html__(self) -> Markup:
        return escape(str(self))  # Flask-Babel's own says it as it is


def spoken(source: str) -> Any:
    """The text as it will be said; what is empty is just that."""
    return Spoken(tr, source) if source else ""


def in_template(source: str, **params: Any) -> Markup:
    """What `_()` gives a template: our own text as it is, what fills it escaped. A page asks some eighty times."""
    found = _markup(language(), source)
    return found % filled(params) if params else found


@remembers(2000)
def _markup(language_: str, source: str) -> Markup:
    return Markup(text(language_, source))  # noqa: S704 - texts of our own catalogues


def ngettext(singular: str, plural: str, num: int, **params: Any) -> str:
    """The form that fits the number."""
    translated = str(catalogue(language()).ungettext(singular, plural, num))
    return translated % filled({"num": num, **params})


def explain(problem: Problem) -> str:
    """A problem in the reader's language."""
    return tr(problem.text, **problem.params)
