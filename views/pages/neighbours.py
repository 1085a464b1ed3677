"""What the other municipalities show: their applications, and the processing activities they have shared."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.changes.borrowing import borrow
from models.changes.window import ShownCard
from models.database import db
from models.declare.base import field_of, fields_of, part_class
from models.declare.choices import Answer
from models.declare.clock import today
from models.declare.domains import Domain
from models.declare.fields import Field, is_owned
from models.declare.numbers import BIGGEST, as_id
from models.declare.shapes import Shape
from models.declare.titles import title
from models.queries.finding import page, placed
from models.queries.searching import LONGEST_SEARCH, searched
from models.registers.architecture import Application
from models.registers.catalogue import Product
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from views import formatters, remembered
from views.access import needs
from views.register.lacking import LACKING
from views.register.offers import may_adopt
from views.register.pagestatement import PAGE
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("neighbours", __name__, url_prefix="/neighbours")
KINDS = {"applications": Application, "activities": ProcessingActivity}


def sees_neighbours() -> bool:
    return bool(scope.current().readable(Domain.WINDOW))


@blueprint.get("/")
@needs(sees_neighbours)
def index() -> str:
    """The cards of one kind, searched and paged like any list."""
    kind = request.args.get("kind", "applications")
    register = KINDS.get(kind) or abort(404)
    search = request.args.get("search", "")[:LONGEST_SEARCH].replace("\0", " ").strip()
    where = [ShownCard.register == register.__tablename__, _is_anothers()]
    where += searched(ShownCard, search)
    rows, pages = _page(
        select(ShownCard.id, ShownCard.name, ShownCard.municipality_id, Product.name, ShownCard.detail),
        where,
        kind,
        search,
    )
    title = _("Applikasjoner i andre kommuner") if register is Application else _("Delte behandlinger i andre kommuner")
    return render_template(
        "neighbours.html",
        title=title,
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": _("I andre kommuner"), "url": None}],
        intro=_("Her ser du hva de andre kommunene har. Navn på personer og risiko vises aldri."),
        kinds=[
            {"label": _("Applikasjoner"), "url": url_for(".index"), "active": register is Application},
            {
                "label": _("Delte behandlinger"),
                "url": url_for(".index", kind="activities"),
                "active": register is not Application,
            },
        ],
        search={
            "value": search,
            "action": url_for(".index"),
            "placeholder": _("Søk i andre kommuner"),
            "hidden": [("kind", kind)],
        },
        columns=[_("Navn"), _("Kommune"), _("Produkt") if register is Application else _("Formål"), _("Status")],
        rows=[_row(register, *row) for row in rows],
        pages=pages,
    )


def _page(statement: Any, where: list[Any], kind: str, search: str) -> tuple[list[Any], dict[str, str | None]]:
    keys = (ShownCard.sort_key, ShownCard.id)
    key, _, last = request.args.get("after", "").rpartition("~")
    try:
        cursor = (key.replace("\0", ""), as_id(last))
    except ValueError:
        cursor = None
    joined = statement.outerjoin(Product, Product.id == ShownCard.product_id)
    wanted = page(joined.add_columns(*keys).where(*where), keys, onward=cursor is not None, backwards=False)
    found: list[Any] = list(db.session.execute(wanted.limit(PAGE + 1), placed(cursor)))
    again: dict[str, Any] = {"kind": kind, "search": search or None}
    following = (
        url_for(".index", after=f"{found[PAGE - 1][-2]}~{found[PAGE - 1][-1]}", **again) if len(found) > PAGE else None
    )
    first = url_for(".index", **again) if cursor else None
    return [row[:5] for row in found[:PAGE]], {"first": first, "previous": None, "next": following, "last": None}


def _row(
    register: type[Any], card: int, name: str, owner: int, product: str | None, detail: dict[str, Any]
) -> dict[str, Any]:
    municipality = g.municipalities[owner].name
    if register is Application:
        status = formatters.written(field_of(Application, "status"), detail.get("status"))
        return {"url": None, "cells": [name, municipality, product or "", status]}
    return {"url": url_for(".card", card_id=card), "cells": [name, municipality, detail.get("purpose", ""), _("Delt")]}


@blueprint.get("/<int:card_id>/")
@needs(sees_neighbours)
def card(card_id: int) -> str:
    """A shared processing activity, as its owner shows it."""
    found = _shared(card_id)
    return render_template(
        "neighbour.html",
        title=found.name,
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": _("I andre kommuner"), "url": url_for(".index", kind="activities")},
            {"label": found.name, "url": None},
        ],
        intro=_("Delt av %(name)s", name=g.municipalities[found.municipality_id].name),
        facts=list(_facts(found.detail)),
        take_url=url_for(".take", card_id=found.id) if may_adopt() and _is_theirs(found) else None,
    )


def _is_anothers() -> Any:
    """That a card is shown by another municipality than the one worked in, and by one that is still there."""
    return ShownCard.municipality_id.not_in([g.active or 0, *sorted(g.actor.closed)])


def _is_theirs(card: ShownCard) -> bool:
    return db.session.scalar(select(ShownCard.id).where(ShownCard.id == card.id, _is_anothers())) is not None


def _shared(card_id: int, *of_whom: Any) -> ShownCard:
    shared = (ShownCard.id == min(card_id, BIGGEST), ShownCard.register == ProcessingActivity.__tablename__)
    return db.session.scalars(select(ShownCard).where(*shared, *of_whom)).one_or_none() or abort(404)


@blueprint.post("/<int:card_id>/")
@needs(may_adopt)
def take(card_id: int) -> ResponseReturnValue:
    """Make a draft of what a sister municipality shows, and open what it lacks."""
    found = _shared(card_id, _is_anothers())
    owner = g.municipalities[found.municipality_id].name
    row, lost = borrow(db.session, found, f"{owner} {formatters.day(today())}")
    db.session.commit()
    flash(_("Hentet fra %(name)s som utkast. Svar på det som mangler, og se over resten.", name=owner), "success")
    if lost:
        flash(_("Dette finnes ikke i listene lenger, og ble ikke med: %(names)s.", names=", ".join(lost)), "info")
    return redirect(url_for("processing_activity.edit_view", id=row.id, only=LACKING), code=303)


def _facts(detail: dict[str, Any]) -> Any:
    for known in fields_of(ProcessingActivity):
        value: Any = detail.get(known.key)
        if _is_empty(known, value):
            continue
        if known.shape is Shape.ROWS:
            yield tr(known.label), "\n".join(_part(known, part) for part in value)
        else:
            yield tr(known.label), _told(known, value)


def _told(known: Field, value: Any) -> str:
    """A value of a card in the reader's language: it holds the names of codes in bokmål."""
    if known.shape in {Shape.REFERENCE, Shape.REFERENCES} and not is_owned(known.points_at):
        names = _names(known.points_at)
        many = value if known.shape is Shape.REFERENCES else [value]
        return ", ".join(names.get(one, one) for one in many)
    return formatters.written(known, value)


def _names(register: type[Any]) -> dict[str, str]:
    """What the rows of a shared register are called in the reader's language, by their names in bokmål."""
    key = register.__register__.title
    if getattr(register, f"{key}_{language()}", None) is None:
        return {}
    told = select(getattr(register, key), title(register, register.__tablename__, key, language()))
    return remembered.asked(("names of", register, language()), lambda: dict(map(tuple, db.session.execute(told))))


def _is_empty(known: Field, value: Any) -> bool:
    return value in (None, "", []) or (known.shape is Shape.ANSWER and value == Answer.UNKNOWN)


def _part(known: Any, part: dict[str, Any]) -> str:
    shown = []
    for inner in fields_of(part_class(known)):
        value = part.get(inner.key)
        if _is_empty(inner, value):
            continue
        shown.append(_told(inner, value))
    return ": ".join(filter(None, (shown[0], ", ".join(shown[1:])))) if shown else ""
