"""Whether a municipality is in control: ten figures in large type, each with a sentence, on one sheet of paper."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for

from models.database import db
from models.declare.choices import Lifecycle
from models.declare.clock import today
from models.declare.words import Problem
from models.queries.control import SYSTEMS, Figure, Good
from models.queries.overview import RULE, SOON
from models.registers.agreements import IN_FORCE, Agreement
from models.registers.architecture import Application
from models.registers.breaches import Breach
from models.registers.processing import ProcessingActivity
from models.tenancy.roles import may_report
from reports.coordinating.control import CONTROL, LINES, PLACE, beside, large, sentence
from reports.language import Translate, translator
from views import formatters
from views.access import needs
from views.pages.progress import may_see, trail
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("control", __name__, url_prefix="/control")
# The rows behind a figure, for who opens no reports or where there is none.
LISTS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    SYSTEMS: (Application, {"status.not": Lifecycle.RETIRED.value}),
    "owner": (Application, {"lacks": "owner"}),
    "covered": (Application, {"lacks": "processing_agreement"}),
    "fallback": (Application, {"lacks": "fallback"}),
    "ending": (Agreement, {"ends.next": SOON.days, "status": [one.value for one in IN_FORCE]}),
    "approved": (ProcessingActivity, {}),
    "dpia": (ProcessingActivity, {RULE: "Q5b"}),
    "breaches": (Breach, {RULE: "Q20a"}),
}
WORDS = {Good.MORE: "better", Good.LESS: "worse"}


@blueprint.get("/")
@needs(may_see)
def index() -> str:
    """Of the municipality one is in; of several, of one that is chosen or of all together, beside their median."""
    t = translator(language())
    try:
        ask = CONTROL.asked(db.session, request.args.to_dict(flat=False), language(), t)
    except Problem:
        abort(404)
    place = next(iter(ask.chosen.get(PLACE.name, ())), g.active)
    offered = PLACE.options(db.session, t, language()) if PLACE in CONTROL.offered else []
    title = _("Har kommunene kontroll?")
    if place is not None:
        title = _("Har %(name)s kontroll?", name=g.municipalities[place].name)
    return render_template(
        "control.html",
        title=title,
        intro=_("Slik det står til %(day)s.", day=formatters.day(today())),
        breadcrumbs=trail(_("Har vi kontroll?")),
        places=[(text, name, one == place) for one, text, name in offered],
        figures=[_told(one, t) for one in CONTROL.figures(db.session, ask)],
        report_url=url_for("reports.show", slug=CONTROL.slug, place=place if offered else None)
        if _opens_reports()
        else "",
        notes=[tr(one) for one in CONTROL.notes],
    )


def _opens_reports() -> bool:
    return may_report(g.actor, g.active)


def _told(figure: Figure, t: Translate) -> dict[str, Any]:
    share = figure.value if LINES[figure.measure.key].is_share else None  # a bar that grows with what is bad misleads
    url, label = _rest(figure)
    return {
        "title": tr(LINES[figure.measure.key].title),
        "number": large(figure),
        "sentence": sentence(figure, t),
        "beside": beside(figure, t),
        "stands": WORDS.get(figure.better, "") if figure.better is not None else "",
        "share": share,
        "median": figure.median if share is not None else None,
        "url": url,
        "label": label,
    }


def _rest(figure: Figure) -> tuple[str, str]:
    """Where the rest is told: in a report, else in the list of the rows."""
    slug = LINES[figure.measure.key].report
    if slug and _opens_reports():
        return url_for("reports.show", slug=slug), _("Se rapporten")
    if figure.measure.key not in LISTS:
        return "", ""
    register, filters = LISTS[figure.measure.key]
    return url_for(f"{register.__tablename__}.index_view", **filters), _("Se listen")
