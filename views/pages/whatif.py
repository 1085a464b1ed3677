"""What a municipality would pay for a whole year by other prices or with other inhabitants, for anybody who asks. It
rests on prices and population, which are public, and says the same of a member as of who is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from models.database import db
from models.declare import numbers
from models.declare.choices import PriceKind
from models.declare.clock import today
from models.declare.words import N_, Problem
from models.money.lines import Line
from models.money.supposed import priced
from models.queries.payers import Known, called, everywhere
from models.queries.quote import whole_year_of
from models.registers.billing import price_rows
from models.tenancy import scope
from reports.drawing import charts
from reports.drawing.picture import Picture, Series
from reports.invoicing import wishes
from reports.invoicing.wishes import LONGEST
from views.access import signed_in
from views.formatters import kroner
from views.pages import reckoning
from views.pages.quote import NOBODY, TWICE, YEARS_AHEAD, inhabitants
from views.texts import explain, tr
from views.texts import gettext as _

blueprint = Blueprint("whatif", __name__, url_prefix="/quote/other")
ASKED = ("municipality", "year", "fixed", "inhabitant", "inhabitants")
PRICES = {"fixed": (PriceKind.FIXED, wishes.FIXED), "inhabitant": (PriceKind.INHABITANT, wishes.INHABITANT)}
WHICH_YEAR = N_("Velg et år fra %(first)s til %(last)s.")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """The form, and what was asked by it."""
    with scope.use(scope.Scope()):
        places = everywhere(db.session)
        try:
            return _page(places, _asked(places))
        except Problem as problem:
            return _page(places, None, explain(problem)), 400


def _page(places: list[Known], told: dict[str, Any] | None, error: str = "") -> str:
    given = {name: request.args.get(name, "")[:LONGEST] for name in ASKED}
    chosen = called(places, given["municipality"]) if given["municipality"] else None
    here = _("Hva om prisen eller folketallet blir et annet?")
    way = [(_("Start"), "/"), (_("Hva koster det?"), "/quote/"), (here, None)] if signed_in() else []
    return render_template(
        "whatif.html",
        title=here,
        breadcrumbs=[{"label": label, "url": url} for label, url in way],
        error=error,
        places=[(one.name, one == chosen) for one in places],
        given=given | {"year": given["year"] or str(today().year + 1)},
        years=[str(one) for one in _years()],
        told=told,
    )


def _years() -> range:
    return range(today().year, today().year + YEARS_AHEAD + 1)


def _asked(places: list[Known]) -> dict[str, Any] | None:
    """What the address asks for; None where it asks for nothing. Raises a Problem."""
    if any(len(request.args.getlist(name)) > 1 for name in ASKED):
        raise Problem(TWICE)
    name, year, *_prices, many = (request.args.get(one, "").strip()[: LONGEST + 1] for one in ASKED)
    if not name:
        return None
    known = called(places, name)
    if known is None:
        raise Problem(NOBODY, name=name[:LONGEST])
    return _told(known, _year(year), inhabitants(many) if many else None)


def _year(text: str) -> int:
    number = numbers.digits(text or today().year + 1, _years()[-1])
    if number is None or number not in _years():
        raise Problem(WHICH_YEAR, first=str(_years()[0]), last=str(_years()[-1]))
    return number


def _told(known: Known, year: int, many: int | None) -> dict[str, Any]:
    """Before and after, line by line: drawn, as a table, and each written out."""
    now = price_rows(db.session)
    then, changed = now, many is not None
    for name, (kind, choice) in PRICES.items():
        text = request.args.get(name, "").strip()[: LONGEST + 1]
        if text:
            wanted = choice.values(db.session, [text])[0].meant
            then, changed = priced(then, kind, wanted, today().replace(year=year, month=1, day=1)), True
    before = whole_year_of(db.session, known, year, now)
    after = whole_year_of(db.session, known, year, then, many)
    more = reckoning.total(after) - reckoning.total(before)
    return {
        "name": known.name,
        "year": str(year),
        "said": _difference(more, changed=changed),
        "picture": _picture(known.name, year, before, after),
        "rows": [*reckoning.rows(after, year)],
        "figures": reckoning.figures(before),
        "unknown": reckoning.unknown(before),
    }


def _difference(ore: int, *, changed: bool) -> str:
    if not changed:
        return _("Skriv en annen pris eller et annet folketall for å se hva det gjør.")
    if not ore:
        return _("Det blir det samme.")
    return _("Det blir %(kroner)s mer.", kroner=kroner(ore)) if ore > 0 else _(
        "Det blir %(kroner)s mindre.", kroner=kroner(-ore)
    )  # fmt: skip


def _picture(name: str, year: int, before: Sequence[Line], after: Sequence[Line]) -> Picture:
    labels = [*(tr(one.kind.label) for one in before), _("I alt")]
    title = _("%(name)s i %(year)s, før og etter", name=name, year=str(year))
    told = _(
        "A konto for hele året er %(before)s før og %(after)s etter.",
        before=kroner(reckoning.total(before)), after=kroner(reckoning.total(after)),
    )  # fmt: skip
    series = [_series(_("Før"), before), _series(_("Etter"), after)]
    return charts.bars("what-if", title, told, _("Hva"), labels, series)


def _series(name: str, lines: Sequence[Line]) -> Series:
    amounts = [*(one.charged for one in lines), reckoning.total(lines)]
    return Series(name, amounts, [kroner(one) for one in amounts])
