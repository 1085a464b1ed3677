"""Texts in the language of the page."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request
from flask_babel import get_locale

from models.words import Problem
from reports.language import catalogue, text


def language() -> str:
    """The language of this page: nb, nn or en; found out once for each request."""
    if not has_request_context():
        return "nb"
    known: dict[str, Any] = request.environ
    if "orden.language" not in known:
        locale = get_locale()
        known["orden.language"] = locale.language if locale else "nb"
    return str(known["orden.language"])


def gettext(source: str, **params: Any) -> str:
    """A bokmål text in the language of the page, its %(name)s filled. Empty stays empty."""
    translated = text(language(), source)
    return translated % params if params else translated


tr = gettext  # for texts of declarations, which are gathered from there


def ngettext(singular: str, plural: str, num: int, **params: Any) -> str:
    """The form that fits the number."""
    translated = str(catalogue(language()).ungettext(singular, plural, num))
    return translated % {"num": num, **params}


def explain(problem: Problem) -> str:
    """A problem in the reader's language."""
    return tr(problem.text, **problem.params)
