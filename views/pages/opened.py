"""What a municipality has opened, for anybody: a page in plain words, and the catalogue of its datasets for machines.

A number that nobody has, one whose municipality shows nothing, and one that is spelt otherwise are answered alike.
Nothing is kept longer than it stands: who has a copy asks each time whether it still holds (ETag). There is no
Last-Modified, as what is withdrawn changes no day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from models.database import db
from models.declare.base import field_of, part_class
from models.declare.choices import Disposal
from models.declare.folding import fold
from models.declare.memories import Bounded, memory
from models.declare.words import N_
from models.queries import opened
from models.queries.opened import PUBLIC, Opened, Shown, Told
from models.queries.searching import LONGEST_SEARCH, words_of
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from reports.columns import part_lines
from reports.language import LANGUAGES, mid_sentence
from views import formatters, posting, texts
from views.texts import gettext as _
from views.texts import language, ngettext, tr

blueprint = Blueprint("opened", __name__, url_prefix="/open")
TURTLE = "text/turtle"
ENDINGS = {"ttl": TURTLE, "jsonld": "application/ld+json", "rdf": "application/rdf+xml"}
SYSTEMS, ACTIVITIES = "systems", "activities"
ROBOTS = "X-Robots-Tag"
# What the grounds of art. 6 come to, by their codes.
GROUNDS = {
    "6.1.a": N_("Personen har sagt ja"),
    "6.1.b": N_("Opplysningene trengs for å inngå eller oppfylle en avtale med personen"),
    "6.1.c": N_("En lov eller forskrift pålegger kommunen dette"),
    "6.1.d": N_("Liv eller helse kan stå i fare"),
    "6.1.e": N_("Kommunen trenger opplysningene til en oppgave den har etter loven"),
    "6.1.f": N_("Kommunen har en grunn som veier tyngre enn ulempen for personen"),
}
_written = memory(Bounded(24))  # catalogues, each in a format


@blueprint.after_request
def _found_by_nobody(response: Response) -> Response:
    """No search engine keeps what has not asked for it, nor what is answered where nothing is."""
    if response.status_code not in {200, 304}:
        response.headers[ROBOTS] = "noindex"
    response.headers.setdefault(ROBOTS, "noindex")
    return response


# -- the page ----------------------------------------------------------------------------------------------------------


@blueprint.get("/<number>/")
def index(number: str) -> ResponseReturnValue:
    """The systems, or what personal data is used for, as far as the search finds them."""
    found = _of(number)
    if not found.page:
        abort(404)
    wanted = request.args.get("lang", "")
    with texts.speaking(wanted if wanted in LANGUAGES else language()):
        body = _page(found, request.args.get("kind", SYSTEMS))
    answer = make_response(body)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers[ROBOTS] = "all" if found.indexed else "noindex"
    answer.vary.update(("Accept-Language", "Cookie"))
    answer.set_etag(_tag(body))
    return answer.make_conditional(request)


def _of(number: str) -> Opened:
    return opened.by_number(db.session, number) or abort(404)


def _tag(body: str) -> str:
    """What a page says, whatever it was signed with this time, to the browser that may send its form."""
    said = body.replace(g.get("csrf_token") or "\0", "") + str(session.get("csrf_token"))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _page(found: Opened, kind: str) -> str:
    if kind not in (SYSTEMS, ACTIVITIES):
        abort(404)
    search = request.args.get("q", "")[:LONGEST_SEARCH].replace("\0", " ").strip()
    systems, activities = told(found, language())
    shown = {SYSTEMS: _found(systems, search), ACTIVITIES: _found(activities, search)}
    return render_template(
        "opened/index.html",
        title=_("Systemer og personopplysninger i %(name)s kommune", name=found.name),
        breadcrumbs=[],
        name=found.name,
        kind=kind,
        search=search,
        chosen=request.args.get("lang", ""),
        action=url_for(".index", number=found.number),
        tabs=[
            {"label": label, "count": len(shown[one]), "active": one == kind, "url": _to(found, one, search)}
            for one, label in ((SYSTEMS, _("Systemer")), (ACTIVITIES, _("Bruk av personopplysninger")))
        ],
        columns=[tr(field_of(Application, key).label) for key in ("name", "description", "nature", "supplier")],
        rows=shown[kind],
        email=opened.office(db.session, found),
        catalogue=url_for(".catalogue", number=found.number) if found.catalogue else "",
    )  # fmt: skip


def _to(found: Opened, kind: str, search: str) -> str:
    return url_for(".index", number=found.number, kind=kind, q=search or None, lang=request.args.get("lang") or None)


def told(found: Opened, spoken: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The systems and the activities of a municipality in words."""
    systems = opened.applications(db.session, found.id, spoken)
    activities = opened.activities(db.session, found.id, spoken)
    grounds = opened.grounds(db.session, spoken)
    return [_system(row) for row in systems.rows], [_activity(row, grounds) for row in activities.rows]


def _found(rows: list[dict[str, Any]], search: str) -> list[dict[str, Any]]:
    """The rows that have every word that is looked for somewhere in what is told of them."""
    words = words_of(search)
    return [row for row in rows if all(word in row["text"] for word in words)] if words else rows


def _system(row: Told) -> dict[str, Any]:
    said = {key: _value(Application, key, row[key]) for key in PUBLIC[Application]}
    return {"cells": list(said.values()), "text": fold(" ".join(said.values()))}


def _activity(row: Told, grounds: dict[str, str]) -> dict[str, Any]:
    facts = [{"label": label, "lines": lines} for label, lines in _facts(row, grounds) if lines]
    text = " ".join([row["name"], *[line for one in facts for line in one["lines"]]])
    return {"name": row["name"], "facts": facts, "text": fold(text)}


def _facts(row: Told, grounds: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    yield _("Hva opplysningene brukes til"), _lines(row["purpose"]) + _parts("purposes", row)
    yield _("Hvorfor kommunen kan det"), [
        *[_ground(name, grounds) for name in row["article6"]], *_parts("laws", row), *map(_plain, row["article9"]),
    ]  # fmt: skip
    yield _("Hvem det gjelder, og hva"), [_about(one) for one in row["subjects"] if one["subject"]]
    yield tr(field_of(ProcessingActivity, "recipients").label), _one_line(row["recipients"])
    yield _("Hvor lenge de lagres"), [_kept_for(one) for one in row["retention"]]


def _ground(name: str, grounds: dict[str, str]) -> str:
    """A ground of art. 6 as a sentence, with where it stands."""
    said = GROUNDS.get(grounds.get(name, ""))
    return f"{tr(said)} ({name.partition(' – ')[0]})" if said else _plain(name)


def _plain(name: str) -> str:
    """What a ground is, before where it stands: codes are called the other way round."""
    where, _dash, what = name.partition(" – ")
    return f"{what[:1].upper()}{what[1:]} ({where})" if what else name


def _about(part: Told) -> str:
    return ": ".join(filter(None, (part["subject"], ", ".join(map(mid_sentence, part["personal_data"])))))


def _one_line(names: Any) -> list[str]:
    return [", ".join([*names[:1], *map(mid_sentence, names[1:])])] if names else []


def _kept_for(part: Told) -> str:
    """A time limit in a sentence: of what, how long and from when, and what happens then."""
    months, days, disposal = part["months"], part["days"], Disposal(part["disposal"])
    said = [
        ngettext("%(num)s måned", "%(num)s måneder", months) if months else "",
        ngettext("%(num)s dag", "%(num)s dager", days) if days else "",
        part["words"] or "",
        _("regnet fra: %(start)s", start=mid_sentence(part["start"])) if part["start"] else "",
    ]
    then = _("Etter fristen: %(what)s.", what=mid_sentence(tr(disposal.label)))
    head, limit = part["personal_data"], ", ".join(filter(None, said)).rstrip(".")
    told = " ".join(filter(None, (f"{head}:" if head else "", f"{limit}." if limit else "", then)))
    return told[:1].upper() + told[1:]


def _parts(key: str, row: Told) -> list[str]:
    known = field_of(ProcessingActivity, key)
    return _lines(part_lines(known, tr, PUBLIC[part_class(known)])(row[key]))


def _lines(text: Any) -> list[str]:
    return [line for line in str(text or "").splitlines() if line.strip()]


def _value(register: type[Any], key: str, value: Any) -> str:
    return formatters.written(field_of(register, key), value)


# -- the catalogue -----------------------------------------------------------------------------------------------------


@blueprint.get("/<number>/catalog")
def catalogue(number: str) -> ResponseReturnValue:
    """The catalogue in the format that is asked for; Turtle where none is."""
    found = _with_catalogue(number)
    accepted = request.accept_mimetypes
    wanted = accepted.best_match(list(ENDINGS.values())) if accepted else TURTLE
    if wanted is None:
        return _not_so()
    return _catalogue(found, wanted)


@blueprint.get("/<number>/catalog.<ending>")
def as_file(number: str, ending: str) -> ResponseReturnValue:
    """The same by an address of its own for each format."""
    mime = ENDINGS.get(ending) or abort(404)
    return _catalogue(_with_catalogue(number), mime)


def _with_catalogue(number: str) -> Opened:
    found = _of(number)
    if not found.catalogue:
        abort(404)
    return found


def _not_so() -> Response:
    said = _("Katalogen finnes som Turtle, JSON-LD og RDF/XML: %(types)s.", types=", ".join(ENDINGS.values()))
    answer = Response(f"{said}\n", status=406, content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.vary.add("Accept")
    return answer


def address(found: Opened) -> str:
    """Where the catalogue is found: what everything in it is called by, so it is not the asker's word which host."""
    path = url_for("opened.catalogue", number=found.number)
    return posting.here(path) if posting.here("") else url_for("opened.catalogue", number=found.number, _external=True)


def _catalogue(found: Opened, mime: str) -> ResponseReturnValue:
    from exchange.out import dcat  # noqa: PLC0415 - rdflib is loaded by the first who asks for RDF

    found = replace(found, email=opened.office(db.session, found))
    whole = dcat.Catalogue(found, address(found), complete(opened.datasets(db.session, found.id)))
    key = (db.engine.url, opened.state(db.session, found.id), found, whole.address, mime)
    body, names = _written.recall(key, lambda: dcat.written(whole, mime))
    answer = Response(body, content_type=f"{mime}; charset=utf-8")
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["Content-Disposition"] = f'inline; filename="catalog.{_ending(mime)}"'
    answer.vary.add("Accept")
    answer.set_etag(names, weak=True)
    return answer.make_conditional(request)


def _ending(mime: str) -> str:
    return next(ending for ending, one in ENDINGS.items() if one == mime)


def complete(found: Shown) -> tuple[Told, ...]:
    """The datasets that say what a catalogue must."""
    return tuple(row for row in found.rows if not opened.lacking(row))
