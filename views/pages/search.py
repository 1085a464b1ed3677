"""One search over everything one may read, and over what may be done: the page behind the box in the header."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from flask import Blueprint, g, render_template, request
from markupsafe import Markup, escape

from models.database import db
from models.declare.folding import fold
from models.queries import everywhere
from models.queries.searching import LONGEST_SEARCH
from views import formatters
from views.access import needs, signed_in
from views.addresses import address_of
from views.menu import commands, registers_here
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("search", __name__, url_prefix="/search")


@blueprint.get("/")
@needs(signed_in)
def index() -> str:
    """What is found, by register; a page like any other, so that it works without JavaScript and can be sent."""
    typed = request.args.get("q", "")
    asked = everywhere.bounded(typed)
    registers = tuple(one for one in registers_here() if everywhere.can_be_found(one))
    found = everywhere.found_in(db.session, registers, asked, language(), g.active)
    return render_template(
        "search.html",
        title=_("Treff på «%(asked)s»", asked=asked) if asked else _("Søk"),
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("Søk"), "url": None}],
        asked=asked,
        too_much=len(typed.split()) > len(asked.split()) or len(typed) > LONGEST_SEARCH,
        most_words=everywhere.MOST_WORDS,
        commands=[one | {"label": marked(one["label"], asked)} for one in commands(asked)],
        groups=[_group(one, asked) for one in sorted(found, key=lambda one: one.hits[0].by_link)],
    )


def _group(found: everywhere.Found, asked: str) -> dict[str, Any]:
    name = tr(found.register.__register__.name)
    base = f"{found.register.__tablename__}"
    return {
        "name": name,
        "count": formatters.counted_text(found.total),
        "hits": [_hit(base, hit, asked) for hit in found.hits],
        "all": _(
            "Vis alle %(number)s i %(register)s", number=formatters.counted_text(found.total).lower(), register=name
        )
        if found.total > len(found.hits)
        else _("Vis i %(register)s", register=name),
        "url": address_of(f"{base}.index_view"),
    }


def _hit(base: str, hit: everywhere.Hit, asked: str) -> dict[str, Any]:
    place = g.municipalities[hit.municipality_id].name if hit.municipality_id and g.active is None else ""
    return {
        "name": marked(hit.name or "–", asked),
        "url": f"{address_of(f'{base}.details_view')}?id={hit.id}",
        "place": place,
        "by_link": hit.by_link,
    }


def marked(name: str, asked: str) -> Markup:
    """A name with what was looked for marked, found as it is folded: «Åse» by «åse», «Café» by «cafe»."""
    folded, places = "", list[int]()
    for place, sign in enumerate(name):
        piece = fold(sign) or (" " if sign.isspace() else "")
        folded, places = folded + piece, [*places, *[place] * len(piece)]
    hit = [False] * len(name)
    for word in fold(asked).split():
        start = folded.find(word)
        while start >= 0:
            for place in places[start : start + len(word)]:
                hit[place] = True
            start = folded.find(word, start + len(word))
    return Markup("").join(_runs(name, hit))


def _runs(name: str, hit: list[bool]) -> list[Markup]:
    cuts = [0, *[n for n in range(1, len(name)) if hit[n] != hit[n - 1]], len(name)]
    pieces = [(name[start:end], hit[start]) for start, end in pairwise(cuts) if start < end]
    return [Markup("<mark>{}</mark>").format(text) if on else escape(text) for text, on in pieces]
