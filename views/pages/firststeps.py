"""The first afternoon of a municipality: five steps from empty to drafts that somebody answers for. Each step shows
what there is, and may be left and come back to at any time: where one stands follows from the registers alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.changes.firststeps import (
    Refused,
    activities_of,
    answer_for,
    applications_of,
    lines_of,
    people_told,
    products_named,
    units_named,
)
from models.database import db
from models.declare.numbers import digits
from models.declare.titles import title_of
from models.declare.words import N_, Problem
from models.queries import overview
from models.queries.answering import unanswered
from models.registers.architecture import Application
from models.registers.areas import AREAS
from models.registers.catalogue import ProcessingTemplate, Product
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.roles import can
from reports.language import translator
from views import formatters
from views.access import needs, the_example
from views.pages import ticklists
from views.texts import explain, language, language_form, ngettext, tr
from views.texts import gettext as _

blueprint = Blueprint("firststeps", __name__, url_prefix="/first-steps")


@dataclass(frozen=True, slots=True)
class Step:
    """A step: the register it fills, its name, and what it is for."""

    key: str
    register: type[Any]
    title: str
    text: str


STEPS = (
    Step(
        "units", OrganisationalUnit, N_("Enhetene"),
        N_("Avdelingene og virksomhetene som eier systemer og behandlinger."),
    ),
    Step(
        "people", ContactPerson, N_("Folkene"),
        N_("De som skal svare for noe: ledere, systemeiere og personvernombudet."),
    ),
    Step(
        "applications", Application, N_("Systemene"),
        N_("Kryss av for systemene dere bruker. Leverandør, type og driftsmodell følger med."),
    ),
    Step(
        "activities", ProcessingActivity, N_("Behandlingene"),
        N_("Hent utkast av det kommunen bruker opplysninger til. De vanlige som passer til systemene, er krysset av."),
    ),
    Step(
        "answers", ProcessingActivity, N_("De ansvarlige"),
        N_("Velg enhet og leder for hvert fagområde, så gjelder det alt som ikke har noen fra før."),
    ),
)  # fmt: skip
BY_KEY = {step.key: step for step in STEPS}


def may_begin() -> bool:
    """Whether somebody registers what a municipality has, in the one they work in."""
    kept = (OrganisationalUnit, ContactPerson, Application, ProcessingActivity)
    return scope.current().active is not None and all(can(g.actor, "create", one, g.active) for one in kept)


@blueprint.get("/")
@needs(may_begin)
def index() -> str:
    """The steps, and how far one has come."""
    counts = overview.counts(db.session, tuple(dict.fromkeys(step.register for step in STEPS)))
    steps = [_step(step, counts) for step in STEPS]
    return render_template(
        "begin/index.html",
        title=_("Kom i gang"),
        breadcrumbs=_trail(),
        steps=steps,
        example=the_example() is not None,
    )


def _step(step: Step, counts: dict[type[Any], int]) -> dict[str, Any]:
    number = counts[step.register]
    known, done = _in_words(step.register, number), bool(number)
    if step.key == "answers":
        left = sum(len(rows) for rows in unanswered(db.session).values())
        known, done = _("Uten noen som svarer for dem: %(number)s", number=formatters.grouped(left)), done and not left
    return {
        "title": tr(step.title),
        "text": tr(step.text),
        "url": url_for(f".{step.key}"),
        "known": known,
        "done": done,
    }


def _in_words(register: type[Any], number: int) -> str:
    return f"{tr(register.__register__.name)}: {formatters.grouped(number)}"


def _trail(title: str = "") -> list[dict[str, Any]]:
    """The way to the steps, or to one of them."""
    over = {"label": _("Kom i gang"), "url": url_for(".index") if title else None}
    return [{"label": _("Start"), "url": "/"}, over, *([{"label": title, "url": None}] if title else [])]


def _title(key: str) -> str:
    return tr(BY_KEY[key].title)


def _at(key: str, written: str = "", error: str = "") -> dict[str, Any]:
    """What every step shows: where one is and the way on; and of what was written that cannot be, that and why."""
    place = list(BY_KEY).index(key)
    step, following = STEPS[place], (*STEPS, None)[place + 1]
    return {
        "breadcrumbs": _trail(tr(step.title)), "text": tr(step.text), "place": place + 1, "steps": len(STEPS),
        "following": {"title": tr(following.title), "url": url_for(f".{following.key}")} if following else None,
        "written": written, "error": error,
    }  # fmt: skip


# -- units and people ----------------------------------------------------------------------------------------------


@blueprint.get("/units/")
@needs(may_begin)
def units() -> str:
    return _units()


def _units(**shown: str) -> str:
    known = list(db.session.scalars(select(OrganisationalUnit).order_by(OrganisationalUnit.sort_key)))
    usual = [] if known else [_usual(area.name) for area in AREAS]
    return render_template(
        "begin/lines.html",
        title=_title("units"),
        **_at("units", **shown),
        known=_links(known),
        usual=usual,
        hint=_("Én enhet på hver linje."),
    )


def _usual(name: str) -> str:
    """What a unit is called in the municipality's own form of Norwegian."""
    return str(translator(language_form())(name))


@blueprint.post("/units/")
@needs(may_begin)
def add_units() -> ResponseReturnValue:
    """Make the units that were ticked or written."""

    def make(text: str) -> list[Any]:
        return units_named(db.session, [*request.form.getlist("usual"), *lines_of(text)], g.actor)

    return _made(
        make, _units, lambda n: ngettext("%(num)s enhet er lagt til.", "%(num)s enheter er lagt til.", n), "people"
    )


@blueprint.get("/people/")
@needs(may_begin)
def people() -> str:
    return _people()


def _people(**shown: str) -> str:
    known = db.session.scalars(select(ContactPerson).order_by(ContactPerson.sort_key))
    hint = _(
        "Én person på hver linje: navn; stilling; e-post. Skriv «personvernombud» som stilling for den som er det."
    )
    return render_template(
        "begin/lines.html",
        title=_title("people"),
        **_at("people", **shown),
        known=_links(known),
        usual=[],
        hint=hint,
    )


@blueprint.post("/people/")
@needs(may_begin)
def add_people() -> ResponseReturnValue:
    """Make the people that were written."""

    def make(text: str) -> list[Any]:
        return people_told(db.session, lines_of(text), g.actor)

    return _made(
        make,
        _people,
        lambda n: ngettext("%(num)s person er lagt til.", "%(num)s personer er lagt til.", n),
        "applications",
    )


def _made(
    make: Callable[[str], list[Any]], page: Callable[..., str], told: Callable[[int], str], following: str
) -> ResponseReturnValue:
    """Make what was written and go on; what cannot be, is said above it, and nothing of it is lost or made."""
    written = request.form.get("lines", "")
    try:
        made = make(written)
        db.session.commit()
    except (Problem, Refused) as refused:
        db.session.rollback()
        return page(written=written, error=_why(refused)), 422
    flash(told(len(made)), "success")
    return redirect(url_for(f".{following}"), code=303)


def _why(refused: Problem | Refused) -> str:
    if isinstance(refused, Problem):
        return explain(refused)
    return f"«{refused.name}»: {explain(refused.problem)}"


def _links(rows: Any) -> list[dict[str, str]]:
    return [
        {"name": title_of(row, language()), "url": url_for(f"{row.__tablename__}.details_view", id=row.id)}
        for row in rows
    ]


# -- systems and activities ----------------------------------------------------------------------------------------


@blueprint.get("/applications/")
@needs(may_begin)
def applications() -> str:
    return _applications()


def _applications(**shown: str) -> str:
    groups, used = ticklists.products(_ids(request.form.getlist("product")))
    return render_template(
        "begin/applications.html",
        title=_title("applications"),
        **_at("applications", **shown),
        groups=groups,
        used=used,
    )


@blueprint.post("/applications/")
@needs(may_begin)
def add_applications() -> ResponseReturnValue:
    """Make an application of every product that was ticked, and of those that were written."""

    def make(text: str) -> list[Any]:
        ticked = db.session.scalars(select(Product).where(Product.id.in_(_ids(request.form.getlist("product"))))).all()
        return applications_of(db.session, [*ticked, *products_named(db.session, lines_of(text), g.actor)], g.actor)

    return _made(
        make,
        _applications,
        lambda n: ngettext("%(num)s applikasjon er lagt til.", "%(num)s applikasjoner er lagt til.", n),
        "activities",
    )


def _ids(values: list[str]) -> set[int]:
    return {one for one in map(digits, values) if one}


@blueprint.get("/activities/")
@needs(may_begin)
def activities() -> str:
    return render_template(
        "begin/activities.html", title=_title("activities"), **_at("activities"), groups=ticklists.templates()
    )


@blueprint.post("/activities/")
@needs(may_begin)
def add_activities() -> ResponseReturnValue:
    """Make a draft of every template that was ticked."""
    ids = _ids(request.form.getlist("template"))
    found = select(ProcessingTemplate).where(ProcessingTemplate.id.in_(ids)).order_by(ProcessingTemplate.sort_key)
    made = activities_of(db.session, db.session.scalars(found).all(), language=language_form())
    db.session.commit()
    flash(ngettext("%(num)s utkast er hentet.", "%(num)s utkast er hentet.", len(made)), "success")
    return redirect(url_for(".answers"), code=303)


# -- who answers ---------------------------------------------------------------------------------------------------


@blueprint.get("/answers/")
@needs(may_begin)
def answers() -> str:
    """The fields of work in which something has nobody to answer for it."""
    units = list(db.session.scalars(select(OrganisationalUnit).order_by(OrganisationalUnit.sort_key)))
    people = list(db.session.scalars(select(ContactPerson).order_by(ContactPerson.sort_key)))
    groups = [
        {
            "key": area.key if area else "other", "name": tr(area.name) if area else _("Annet"),
            "about": _numbers(rows), "unit": _usual(area.name) if area else None,
        }
        for area, rows in unanswered(db.session).items()
    ]  # fmt: skip
    return render_template(
        "begin/answers.html",
        title=_title("answers"),
        **_at("answers"),
        groups=groups,
        units=units,
        people=people,
    )


def _numbers(rows: list[Any]) -> str:
    systems = sum(isinstance(row, Application) for row in rows)
    told = [(Application, systems), (ProcessingActivity, len(rows) - systems)]
    return ", ".join(_in_words(register, number) for register, number in told if number)


@blueprint.post("/answers/")
@needs(may_begin)
def set_answers() -> ResponseReturnValue:
    """Let those who were chosen answer for what nobody answers for."""
    changed = 0
    for area, rows in unanswered(db.session).items():
        key = area.key if area else "other"
        unit, person = _chosen(OrganisationalUnit, f"unit-{key}"), _chosen(ContactPerson, f"person-{key}")
        kept = [row for row in rows if can(g.actor, "edit", row)]
        changed += answer_for(kept, unit=unit, person=person)
    db.session.commit()
    flash(
        ngettext(
            "%(num)s rad har fått noen som svarer for den.", "%(num)s rader har fått noen som svarer for dem.", changed
        ),
        "success",
    )
    return redirect("/", code=303)


def _chosen(register: type[Any], name: str) -> Any:
    """The row that was chosen; None for none. What is no longer there, or never was, is not found."""
    if not (number := digits(request.form.get(name, ""))):
        return None
    return db.session.get(register, number) or abort(404)
