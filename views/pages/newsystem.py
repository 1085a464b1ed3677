"""A new application begins with a name: the cards of the common catalogue that have it, and four questions after that.
What a system of its kind usually belongs with is offered where the application is shown."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.changes import suggesting
from models.changes.firststeps import Refused, applications_of, products_named
from models.database import db
from models.declare.cleaning import line
from models.declare.numbers import BIGGEST, as_id
from models.queries.searching import LONGEST_SEARCH
from models.registers.architecture import Application
from models.registers.catalogue import Product
from models.tenancy import scope
from models.tenancy.roles import can
from reports.language import translator
from views.access import needs
from views.register import catalogue, saving
from views.register.suggested import may_take
from views.texts import explain, language, language_form, ngettext
from views.texts import gettext as _

blueprint = Blueprint("newsystem", __name__, url_prefix="/new-application")
QUESTIONS = "owner,unit,confidentiality,criticality"  # what it must say, and no card can


def may_register() -> bool:
    """Whether somebody registers applications, in the municipality they work in."""
    return scope.current().active is not None and can(g.actor, "create", Application, g.active)


@blueprint.get("/")
@needs(may_register)
def index() -> str:
    """The cards that have the name, or without one those that most other municipalities use."""
    return _page(_typed("name"))


def _typed(name: str) -> str:
    typed: str | None = line(request.values.get(name, "").replace("\0", " "))
    return (typed or "")[:LONGEST_SEARCH]


def _page(name: str, error: str = "") -> str:
    found = catalogue.cards(db.session, name, language())
    return render_template(
        "newsystem.html",
        title=_("Ny applikasjon"),
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": _("Applikasjoner"), "url": url_for("application.index_view")},
            {"label": _("Ny applikasjon"), "url": None},
        ],
        name=name,
        cards=[_card(one) for one in found],
        error=error,
        empty_url=url_for("application.create_view", form=saving.new_form()),
    )


def _card(one: catalogue.Card) -> dict[str, Any]:
    used = ngettext("%(num)s kommune har det", "%(num)s kommuner har det", one.used_by) if one.used_by else ""
    about = (one.supplier, one.category, used, _("Foreslått") if one.is_proposed else "")
    return {
        "id": one.id,
        "name": one.name,
        "about": " · ".join(filter(None, about)),
        "description": one.description,
        "here_url": None if one.here is None else url_for("application.details_view", id=one.here),
    }


@blueprint.post("/")
@needs(may_register)
def make() -> ResponseReturnValue:
    """Register a product that was chosen, or one nobody knows yet, and ask what no card can say."""
    name = _typed("name")
    try:
        product = _product(name)
        if product is None:
            return _page(name, _("Skriv hva systemet heter, eller velg et kort.")), 422
        made = applications_of(db.session, [product], g.actor)
        if not made:
            there = db.session.scalars(select(Application).where(Application.product_id == product.id)).first()
            flash(_("Dere har dette systemet fra før."), "info")
            return redirect(url_for("application.details_view", id=there and there.id), code=303)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return _page(name, f"{refused.name}: {explain(refused.problem)}"), 422
    flash(_("Lagt til. Fire spørsmål gjenstår, resten følger med fra kortet."), "success")
    return redirect(url_for("application.edit_view", id=made[0].id, only=QUESTIONS), code=303)


def _product(name: str) -> Product | None:
    """The card that was chosen; of a name alone the card of that name, proposed when there is none."""
    if "product" not in request.form:
        return products_named(db.session, [name], g.actor)[0] if name else None
    try:
        return db.session.get(Product, as_id(request.form["product"])) or abort(404)
    except ValueError:
        abort(404)


@blueprint.post("/<int:row_id>/")
@needs(may_register)
def take(row_id: int) -> ResponseReturnValue:
    """Make and link what the application usually belongs with, as far as it was ticked."""
    row = db.session.get(Application, min(row_id, BIGGEST)) or abort(404)
    if not may_take(row):
        abort(403)
    said, wanted = translator(language_form()), request.form.getlist("take")
    made = suggesting.take(db.session, row, wanted, g.actor, language=language_form(), said=said)
    db.session.commit()
    told = ngettext("%(num)s ting er koblet til systemet.", "%(num)s ting er koblet til systemet.", len(made))
    flash(told if made else _("Kryss av for det du vil ha med."), "success" if made else "info")
    return redirect(url_for("application.details_view", id=row.id), code=303)
