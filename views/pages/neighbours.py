"""What the other municipalities show: their applications, and the processing activities they have shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select

from models.changes import elsewhere as queries
from models.changes.borrowing import borrow, followed
from models.changes.elsewhere import COMPARED, in_any_order
from models.changes.window import card_content, shown_fields
from models.database import db
from models.declare.base import field_of
from models.declare.clock import today
from models.declare.domains import Domain
from models.declare.numbers import BIGGEST, as_id
from models.declare.titles import title_of
from models.queries.finding import page, placed
from models.queries.searching import LONGEST_SEARCH, searched
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate, Product
from models.registers.processing import ProcessingActivity
from models.registers.window import ShownCard
from models.tenancy import scope
from views import formatters
from views.access import needs
from views.oncards import said
from views.register.lacking import LACKING
from views.register.offers import may_adopt
from views.register.pagestatement import PAGE
from views.texts import gettext as _
from views.texts import language, ngettext, tr

blueprint = Blueprint("neighbours", __name__, url_prefix="/neighbours")
KINDS = {"applications": Application, "activities": ProcessingActivity}
KIND_OF = {one.__tablename__: one for one in KINDS.values()}
LEFT_EMPTY = ("responsible", "unit", "processors", "applications", "review_due")  # by who fetches it


def sees_neighbours() -> bool:
    return bool(scope.current().readable(Domain.WINDOW))


@blueprint.get("/")
@needs(sees_neighbours)
def index() -> str:
    """The cards of one kind, searched and paged like any list."""
    kind = request.args.get("kind", "applications")
    register = KINDS.get(kind) or abort(404)
    search = request.args.get("search", "")[:LONGEST_SEARCH].replace("\0", " ").strip()
    where = [ShownCard.register == register.__tablename__, queries.of_others(g.active, g.actor.closed)]
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
    mine = _own_of(found)
    return render_template(
        "neighbour.html",
        title=found.name,
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": _("I andre kommuner"), "url": url_for(".index", kind="activities")},
            {"label": found.name, "url": None},
        ],
        intro=_("Delt av %(name)s", name=g.municipalities[found.municipality_id].name),
        facts=_beside_ours(found, mine),
        ours=mine and {"name": mine.name, "url": url_for("processing_activity.details_view", id=mine.id)},
        alike=_shared_by(found),
        empty=[tr(field_of(ProcessingActivity, key).label) for key in LEFT_EMPTY],
        take_url=url_for(".take", card_id=found.id) if may_adopt() and _is_theirs(found) else None,
    )


def _shared_by(card: ShownCard) -> dict[str, str] | None:
    """How many show one of the same template, and the way to who they are; None where it is of none."""
    if card.template_id is None:
        return None
    number = queries.how_many(db.session, "template", card.template_id, g.active, g.actor.closed)
    text = ngettext(
        "%(num)s kommune har delt «%(name)s».", "%(num)s kommuner har delt «%(name)s».", number, name=card.name
    )
    return {"text": text, "url": url_for(".alike", kind="template", row_id=card.template_id)}


def _own_of(card: ShownCard) -> ProcessingActivity | None:
    """What we have of the same template, else by the same name; None where we have neither, or look at several."""
    if g.active is None or not _is_theirs(card):
        return None
    named = ProcessingActivity.sort_key == card.sort_key
    same = named if card.template_id is None else or_(named, ProcessingActivity.template_id == card.template_id)
    order = (named.desc(), ProcessingActivity.id)
    return db.session.scalars(select(ProcessingActivity).where(same).order_by(*order)).first()


def _beside_ours(card: ShownCard, mine: ProcessingActivity | None) -> list[dict[str, Any]]:
    """Field by field what they show, with what we say and whether that differs."""
    ours = card_content(mine) if mine else {}
    compared = set(followed()) if mine else set()
    rows = [(known, card.detail.get(known.key), ours.get(known.key)) for known in shown_fields()]
    return [
        {
            "label": tr(known.label),
            "theirs": said(theirs, known.key),
            "ours": said(own, known.key),
            "differs": known.key in compared and in_any_order(theirs) != in_any_order(own),
            "alike": in_any_order(theirs) == in_any_order(own),
        }
        for known, theirs, own in rows
        if said(theirs, known.key) or said(own, known.key)
    ]


def _is_theirs(card: ShownCard) -> bool:
    return (
        db.session.scalar(
            select(ShownCard.id).where(ShownCard.id == card.id, queries.of_others(g.active, g.actor.closed))
        )
        is not None
    )


def _shared(card_id: int, *of_whom: Any) -> ShownCard:
    shared = (ShownCard.id == min(card_id, BIGGEST), ShownCard.register == ProcessingActivity.__tablename__)
    return db.session.scalars(select(ShownCard).where(*shared, *of_whom)).one_or_none() or abort(404)


@blueprint.get("/alike/<kind>/<int:row_id>/")
@needs(sees_neighbours)
def alike(kind: str, row_id: int) -> str:
    """Who else has the same product or template, and of a template where they answer otherwise than we do."""
    register, _column = queries.KINDS.get(kind) or abort(404)
    of = db.session.get(register, min(row_id, BIGGEST)) or abort(404)
    compared = COMPARED if register is ProcessingTemplate else ("status",)
    ours = _ours(of) if register is ProcessingTemplate and g.active is not None else None
    found = queries.cards(db.session, kind, of.id, g.active, g.actor.closed)
    name = title_of(of, language())
    return render_template(
        "alike.html",
        title=_("Andre med %(name)s", name=name),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": _("I andre kommuner"), "url": url_for(".index")},
            {"label": name, "url": None},
        ],
        url=url_for(f"{register.__tablename__}.details_view", id=of.id),
        name=name,
        columns=[tr(field_of(_register_of(kind), key).label) for key in compared],
        ours=ours and [said(ours.get(key), key) for key in compared],
        agree=_agree(found, ours, compared),
        rows=[_compared(one, compared, ours) for one in found],
    )


def _register_of(kind: str) -> type[Any]:
    return Application if kind == "product" else ProcessingActivity


def _ours(template: ProcessingTemplate) -> dict[str, Any] | None:
    """What our own activity of a template would show; None where we have none."""
    mine = select(ProcessingActivity).where(ProcessingActivity.template_id == template.id)
    own = db.session.scalars(mine.order_by(ProcessingActivity.id)).first()
    return None if own is None else card_content(own)


def _compared(card: ShownCard, compared: Sequence[str], ours: dict[str, Any] | None) -> dict[str, Any]:
    register = KIND_OF[card.register]
    return {
        "place": g.municipalities[card.municipality_id].name,
        "name": card.name,
        "url": url_for(".card", card_id=card.id) if register is ProcessingActivity else None,
        "cells": [
            {
                "text": said(card.detail.get(key), key, register),
                "differs": ours is not None and in_any_order(card.detail.get(key)) != in_any_order(ours.get(key)),
            }
            for key in compared
        ],
    }


def _agree(cards: Sequence[ShownCard], ours: dict[str, Any] | None, compared: Sequence[str]) -> list[str]:
    """For each field how many say the same as we do."""
    if ours is None or not cards:
        return []
    told = []
    for key in compared:
        alike = sum(in_any_order(one.detail.get(key)) == in_any_order(ours.get(key)) for one in cards)
        label = tr(field_of(ProcessingActivity, key).label)
        told.append(_("%(field)s: %(alike)s av %(all)s svarer som dere", field=label, alike=alike, all=len(cards)))
    return told


@blueprint.post("/<int:card_id>/")
@needs(may_adopt)
def take(card_id: int) -> ResponseReturnValue:
    """Make a draft of what a sister municipality shows, and open what it lacks."""
    found = _shared(card_id, queries.of_others(g.active, g.actor.closed))
    owner = g.municipalities[found.municipality_id].name
    row, lost = borrow(db.session, found, f"{owner} {formatters.day(today())}")
    db.session.commit()
    flash(_("Hentet fra %(name)s som utkast. Svar på det som mangler, og se over resten.", name=owner), "success")
    if lost:
        flash(_("Dette finnes ikke i listene lenger, og ble ikke med: %(names)s.", names=", ".join(lost)), "info")
    return redirect(url_for("processing_activity.edit_view", id=row.id, only=LACKING), code=303)
