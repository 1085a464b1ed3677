"""The page of difficult words: what each means, in the reader's language, with what it is called in the two others."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from models.declare.choices import Language
from models.declare.glossary import Term, alphabetical
from views.access import needs, signed_in
from views.texts import gettext as _
from views.texts import language

blueprint = Blueprint("glossary", __name__, url_prefix="/glossary")


@blueprint.get("/")
@needs(signed_in)
def index() -> str:
    """All the words, or those that have what is looked for."""
    asked = request.args.get("q", "").strip()[:100]
    title = _("Ordliste")
    trail = [{"label": _("Start"), "url": "/"}, {"label": title, "url": None}]
    return render_template(
        "glossary.html",
        title=title,
        breadcrumbs=trail,
        wanted=asked,
        terms=[_line(term) for term in alphabetical(language(), asked)],
    )


def _line(term: Term) -> dict[str, Any]:
    said = term.said[language()]
    others = [
        {"lang": str(one), "language": one.label, "word": term.said[one].word} for one in Language if one != language()
    ]
    return {"key": term.key, "word": said.word, "text": said.text, "source": said.source, "others": others}
