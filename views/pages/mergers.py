"""Mergers and splits of municipalities: planned, looked at, carried over, undone or confirmed, by who leads the
project. A plan is kept as one goes, and may be left and come back to, also while a worker carries it over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from exchange import mergers as jobs
from models import BY_NAME
from models.changes import carrying, planning, uniting
from models.changes.carrying import registers
from models.database import db
from models.declare.checks import municipality_code
from models.declare.choices import SuccessionKind
from models.declare.domains import Domain
from models.declare.numbers import BIGGEST, digits
from models.declare.words import Problem
from models.registers.architecture import Application
from models.registers.mergers import GOES_ON, OPEN, Leg, Merger
from models.tenancy import roles, scope
from models.tenancy.roles import may_merge_places
from views.access import needs
from views.pages import mergerpage
from views.register import underway
from views.texts import explain, language, tr
from views.texts import gettext as _

blueprint = Blueprint("mergers", __name__, url_prefix="/mergers")
NATURES = (SuccessionKind.MERGE, SuccessionKind.SPLIT, SuccessionKind.BORDER)
FIRST_YEAR = 1900


def may_merge() -> bool:
    return may_merge_places(g.actor)


def _everywhere() -> AbstractContextManager[Any]:
    """What one reaches in all municipalities, whichever is chosen: a merger concerns several."""
    return scope.use(roles.scope_for(g.actor, g.municipalities, None, g.request_id))


@blueprint.get("/")
@needs(may_merge)
def index() -> str:
    """The plans there are, what the facts propose, and the form of a new one."""
    return _index()


def _index(error: str = "") -> str:
    known = list(db.session.scalars(select(Merger).order_by(Merger.day.desc(), Merger.id.desc())))
    return render_template(
        "mergers/index.html",
        title=_("Sammenslåinger av kommuner"),
        breadcrumbs=mergerpage.trail(),
        plans=[mergerpage.line(one) for one in known],
        proposals=[mergerpage.proposed(one) for one in planning.proposals(db.session)],
        places=mergerpage.places(),
        natures=[(one.value, tr(one.label)) for one in NATURES],
        given=request.form,
        error=error,
    )


@blueprint.post("/")
@needs(may_merge)
def make() -> ResponseReturnValue:
    """Make a plan: of what the facts propose, or of what was chosen."""
    day = _day(request.form.get("day", ""))
    if day is None:
        return _index(_("Skriv dagen den nye kommunen gjelder fra, for eksempel 2020-01-01.")), 422
    sources = [one for text in request.form.getlist("source") if (one := digits(text)) in g.municipalities]
    target = digits(request.form.get("target", ""))
    facts = next((one for one in planning.proposals(db.session) if _is_meant(one)), None)
    if facts is None and (not sources or target not in g.municipalities):
        return _index(_("Velg minst én gammel kommune, og den nye.")), 422
    plan = Merger(day=day, made_by=g.actor.name, state_by=g.actor.name)
    nature = _nature()
    whole = nature is SuccessionKind.MERGE
    plan.put(facts.legs if facts else [Leg(one, target or 0, nature, takes_all=whole) for one in sources if one])
    if problems := [one for one in uniting.refusals(db.session, plan) if one.text == uniting.ITSELF]:
        return _index(explain(problems[0])), 422
    db.session.add(plan)
    db.session.commit()
    return redirect(url_for(".plan", number=plan.id), code=303)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year < FIRST_YEAR + 500 else None


def _is_meant(proposal: planning.Proposal) -> bool:
    return request.form.get("proposal") == mergerpage.key_of(proposal)


def _nature() -> SuccessionKind:
    given = request.form.get("nature", "")
    return next((one for one in NATURES if one.value == given), SuccessionKind.MERGE)


def _found(number: int, *, is_open: bool = False) -> Merger:
    plan = db.session.get(Merger, min(number, BIGGEST)) or abort(404)
    if is_open and plan.state not in OPEN:
        abort(redirect(url_for(".plan", number=number), code=303))
    if plan.state in OPEN and not {*plan.sources, *plan.targets} <= g.municipalities.keys():
        plan.put(leg for leg in plan.legs if {leg.source, leg.target} <= g.municipalities.keys())  # one was deleted
    return plan


@blueprint.get("/<int:number>/")
@needs(may_merge)
def plan(number: int) -> str:
    """The plan as it stands: what is known and not, what goes where, and what comes next."""
    return _plan(_found(number))


def _plan(found: Merger, problems: list[str] | None = None) -> str:
    with _everywhere():
        told = mergerpage.plan(found, problems or [])
        return render_template("mergers/plan.html", title=told.pop("title"), **told)


@blueprint.post("/<int:number>/")
@needs(may_merge)
def change(number: int) -> ResponseReturnValue:
    """Add a part that goes elsewhere, take one away, say the number of a new municipality, or drop the plan."""
    found, form = _found(number, is_open=True), request.form
    legs = found.legs
    if form.get("do") == "drop":
        db.session.delete(found)
        db.session.commit()
        flash(_("Planen er slettet. Ingenting annet er endret."), "success")
        return redirect(url_for(".index"), code=303)
    try:
        if form.get("do") == "code":
            found.codes = {**found.codes, str(_target(found)): municipality_code(form.get("code", "").strip())}
        elif (place := digits(form.get("without", ""))) is not None and form.get("do") == "without":
            found.put([leg for at, leg in enumerate(legs, 1) if at != place])
        elif form.get("do") == "part":
            found.put([*legs, _part(legs)])
        db.session.commit()
    except Problem as problem:
        db.session.rollback()
        return _plan(_found(number), [explain(problem)]), 422
    except StaleDataError:
        return _stale(number)
    return redirect(url_for(".plan", number=number), code=303)


def _target(found: Merger) -> int:
    target = digits(request.form.get("target", ""))
    return target if target in found.targets else abort(404)


def _part(legs: list[Leg]) -> Leg:
    """A part of one of the old municipalities that goes to another. Raises Problem."""
    source, target = (digits(request.form.get(one, "")) for one in ("source", "target"))
    if source not in {leg.source for leg in legs} or target not in g.municipalities:
        abort(404)
    if (source, target) in {(leg.source, leg.target) for leg in legs}:
        raise Problem(mergerpage.THERE)
    if source == target:
        raise Problem(uniting.ITSELF, name=g.municipalities[source].name)
    ends = any(leg.is_last for leg in legs if leg.source == source)
    return Leg(source or 0, target or 0, SuccessionKind.SPLIT if ends else SuccessionKind.BORDER, takes_all=False)


def _stale(number: int) -> ResponseReturnValue:
    db.session.rollback()
    return _plan(_found(number), [explain(Problem(uniting.PASSED))]), 409


# -- which rows ----------------------------------------------------------------------------------------------------


def _leg(found: Merger, place: int) -> Leg:
    legs = found.legs
    return legs[place - 1] if 0 < place <= len(legs) else abort(404)


@blueprint.get("/<int:number>/rows/<int:place>/")
@needs(may_merge)
def rows(number: int, place: int) -> str:
    """What goes along from one municipality to another: by unit, or row by row in one register."""
    found = _found(number, is_open=True)
    with _everywhere():
        told = mergerpage.rows(found, place, _leg(found, place), _register())
        return render_template("mergers/rows.html", title=told.pop("title"), **told)


def _register() -> type[Any]:
    name = request.values.get("register", Application.__tablename__)
    register = BY_NAME.get(name)
    return register if register in registers(Domain.CONTENT) else abort(404)


@blueprint.post("/<int:number>/rows/<int:place>/")
@needs(may_merge)
def choose(number: int, place: int) -> ResponseReturnValue:
    """Choose the ticked rows of a register, or what belongs to some units."""
    found, form, register = _found(number, is_open=True), request.form, _register()
    leg = _leg(found, place)
    with _everywhere():
        if form.get("do") in {"take", "leave"}:
            units = {one for text in form.getlist("unit") if (one := digits(text))}
            leg = planning.with_units(db.session, leg, units, chosen=form["do"] == "take")
        else:
            there = carrying.chosen(db.session, Leg(leg.source, leg.target))[register]
            ticked = {one for text in form.getlist("row") if (one := digits(text))}
            leg = leg.choosing(register.__tablename__, there, ticked)
    legs = found.legs
    legs[place - 1] = leg
    found.put(legs)
    try:
        db.session.commit()
    except StaleDataError:
        return _stale(number)
    flash(_("Valget er lagret."), "success")
    back = url_for(".rows", number=number, place=place, register=register.__tablename__)
    return redirect(back if form.get("do") != "done" else url_for(".plan", number=number), code=303)


@blueprint.get("/<int:number>/twins/")
@needs(may_merge)
def twins(number: int) -> str:
    """Applications of the same product side by side, to be made one or kept both."""
    found = _found(number, is_open=True)
    with _everywhere():
        told = mergerpage.twins(found)
        return render_template("mergers/twins.html", title=told.pop("title"), **told)


@blueprint.post("/<int:number>/twins/")
@needs(may_merge)
def settle(number: int) -> ResponseReturnValue:
    """Keep which of them become one."""
    found = _found(number, is_open=True)
    with _everywhere():
        groups = planning.twins(db.session, found)
    every = request.form.get("do") == "all"
    found.twins = [
        [target, [row.id for row in some]]
        for target, product, some in groups
        if every or request.form.get(mergerpage.twin_key(target, product)) == "one"
    ]
    try:
        db.session.commit()
    except StaleDataError:
        return _stale(number)
    flash(_("Valget er lagret."), "success")
    return redirect(url_for(".plan", number=number), code=303)


# -- done, undone, confirmed ---------------------------------------------------------------------------------------


@blueprint.get("/<int:number>/look/")
@needs(may_merge)
def look(number: int) -> str:
    """What is carried over and what not, and what follows of it. Nothing is changed by looking."""
    found = _found(number)
    with _everywhere():
        told = mergerpage.look(found)
        return render_template("mergers/look.html", title=told.pop("title"), **told)


@blueprint.post("/<int:number>/carry/")
@needs(may_merge)
def carry(number: int) -> ResponseReturnValue:
    """Let it be done, all or nothing."""
    return _done(number, lambda found: _ask(found, undoes=False))


@blueprint.post("/<int:number>/undo/")
@needs(may_merge)
def undo(number: int) -> ResponseReturnValue:
    """Let all of it be taken back; what stands in the way is told on its page."""
    return _done(number, lambda found: _ask(found, undoes=True))


def _ask(found: Merger, *, undoes: bool) -> str:
    reason = mergerpage.reason(found)
    jobs.ask(db.session, g.actor, found, undoes=undoes, place=g.active, language=language(), reason=reason)
    return ""


@blueprint.get("/now/")
@needs(may_merge)
def now() -> ResponseReturnValue:
    """How far each has come that is asked for, by its event, for a page that waits."""
    going = db.session.scalars(select(Merger).where(Merger.state.in_(GOES_ON)))
    return jsonify({one.job: underway.of_job(one.job, mergerpage.waits(one)) for one in going})


@blueprint.post("/<int:number>/confirm/")
@needs(may_merge)
def confirm(number: int) -> ResponseReturnValue:
    """Make it final."""

    def work(found: Merger) -> str:
        uniting.confirm(db.session, g.actor, found)
        return _("Sammenslåingen er bekreftet, og kan ikke angres lenger.")

    return _done(number, work)


def _done(number: int, work: Callable[[Merger], str]) -> ResponseReturnValue:
    """Do some work with a plan in one transaction; what stands in the way is told on its page, and nothing is done."""
    found = _found(number)
    if request.form.get("version") != str(found.version):
        return _stale(number)
    try:
        with _everywhere(), scope.saying(mergerpage.reason(found)):
            told = work(found)
            db.session.commit()
    except uniting.Refused as refused:
        db.session.rollback()
        return _plan(_found(number), mergerpage.sentences(refused)), 409
    except Problem as problem:
        db.session.rollback()
        return _plan(_found(number), [explain(problem)]), 409
    except (StaleDataError, IntegrityError):
        return _stale(number)
    if told:
        flash(told, "success")
    return redirect(url_for(".plan", number=number), code=303)
