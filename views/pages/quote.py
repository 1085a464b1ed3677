"""What it would cost, for anybody who asks: a municipality or a number of inhabitants, and a day. Nothing is needed to
ask, and nothing is kept of it; what is told is the prices, the population, and who issues invoices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.database import db
from models.declare import numbers
from models.declare.charging import VatStatus
from models.declare.clock import today
from models.declare.numbers import kroner
from models.declare.words import N_, Problem
from models.money.lines import Line
from models.money.tax import PERCENT, vat_of
from models.queries.payers import Known, called, everywhere
from models.queries.quote import Quote, quote_for, quote_of
from models.tenancy import scope
from views import formatters
from views.access import signed_in
from views.pages import reckoning
from views.texts import explain, tr
from views.texts import gettext as _

blueprint = Blueprint("quote", __name__, url_prefix="/quote")
FIRST_DAY, YEARS_AHEAD = date(2018, 1, 1), 2
MOST, LONGEST = 10_000_000, 60
ASKED = ("municipality", "inhabitants", "from")
TWICE = N_("Velg hvert av feltene bare én gang.")
ONE_OF_THEM = N_("Velg en kommune eller skriv et innbyggertall, ikke begge deler.")
NOBODY = N_("«%(name)s» er ingen kommune vi kjenner. Velg den i lista, eller skriv et innbyggertall.")
HOW_MANY = N_("Skriv innbyggertallet som et helt tall fra 1 til %(most)s.")
WHICH_DAY = N_("Skriv en dag fra %(first)s til %(last)s, som år-måned-dag: 2027-01-31.")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """The form, and what was asked by it."""
    with scope.use(scope.Scope()):
        places = everywhere(db.session)
        try:
            return _page(places, _asked(places))
        except Problem as problem:
            return _page(places, None, explain(problem)), 400


def _page(places: list[Known], quote: Quote | None, error: str = "") -> str:
    given = {name: request.args.get(name, "")[:LONGEST] for name in ASKED}
    chosen = called(places, given["municipality"]) if given["municipality"] else None
    return render_template(
        "quote.html",
        title=_("Hva koster det?"),
        breadcrumbs=trail(),
        error=error,
        places=[(one.name, one == chosen) for one in places],
        given=given | {"from": given["from"] or _next_month().isoformat()},
        bounds=_bounds(),
        quote=_told(quote) if quote else None,
        ask_url=_ask_url(quote) if quote else "",
    )


def _ask_url(quote: Quote) -> str:
    """Where to ask to join, of a municipality that is no member."""
    chosen: Any = {"municipality": quote.name, "from": quote.day.isoformat()}
    return url_for("asking.index", **chosen) if quote.first and quote.name else ""


def trail(*over: tuple[str, str | None]) -> list[dict[str, str | None]]:
    """The way here, for who is signed in; from the page of prices to those that rest on it."""
    if not signed_in():
        return []
    here = (_("Hva koster det?"), url_for("quote.index") if over else None)
    return [{"label": label, "url": url} for label, url in ((_("Start"), "/"), here, *over)]


def _bounds() -> tuple[date, date]:
    return FIRST_DAY, date(today().year + YEARS_AHEAD, 12, 31)


def _next_month() -> date:
    now = today()
    return date(now.year + now.month // 12, now.month % 12 + 1, 1)


def _asked(places: list[Known]) -> Quote | None:
    """What the address asks for; None where it asks for nothing. Raises a Problem."""
    if any(len(request.args.getlist(name)) > 1 for name in ASKED):
        raise Problem(TWICE)
    name, many, day = (request.args.get(one, "").strip() for one in ASKED)
    if name and many:
        raise Problem(ONE_OF_THEM)
    when = _day(day) if day else _next_month()
    if many:
        return quote_of(db.session, inhabitants(many), when)
    if not name:
        return None
    known = called(places, name)
    if known is None:
        raise Problem(NOBODY, name=name[:LONGEST])
    return quote_for(db.session, known, when)


def _day(text: str) -> date:
    first, last = _bounds()
    problem = Problem(WHICH_DAY, first=f"{first:%d.%m.%Y}", last=f"{last:%d.%m.%Y}")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise problem from None
    if not first <= day <= last:
        raise problem
    return day


def inhabitants(text: str) -> int:
    problem = Problem(HOW_MANY, most=formatters.grouped(MOST))
    try:
        number = numbers.whole(text)
    except Problem:
        raise problem from None
    if number is None or not 1 <= number <= MOST:
        raise problem
    return number


# -- what is told ------------------------------------------------------------------------------------------------------


def _told(quote: Quote) -> dict[str, Any]:
    """The amounts with the way to each, written out."""
    is_one = quote.first is quote.whole
    lines = [*([quote.fee] if quote.fee else []), *quote.first, *([] if is_one else quote.whole)]
    first_ore = quote.fee_ore + reckoning.total(quote.first)
    return {
        "name": quote.name or _("En kommune med %(number)s innbyggere", number=_counted(lines)),
        "told": [tr(said.text, **said.params) for said in quote.told],
        "sums": [(label, formatters.kroner(ore)) for label, ore in _sums(quote, first_ore)],
        "rows": [
            *([reckoning.fee(quote.prices, quote.fee)] if quote.fee else []),
            *(reckoning.rows(quote.first, quote.day.year) if quote.first else []),
            *([_first_sum(quote, first_ore)] if quote.first and quote.fee else []),
            *(reckoning.rows(quote.whole, quote.whole_year) if quote.whole and not is_one else []),
        ],
        "figures": reckoning.figures(lines),
        "unknown": reckoning.unknown(lines),
        "invoice": _invoice(quote, first_ore),
    }


def _counted(lines: Sequence[Line]) -> str:
    return formatters.grouped(next((one.inhabitants or 0 for one in lines), 0))


def _sums(quote: Quote, first_ore: int) -> Iterator[tuple[str, int]]:
    """What is asked for most, as large figures."""
    if quote.fee:
        yield _("Tilkoblingsavgift, én gang"), quote.fee_ore
    if quote.first:
        yield _("Å betale i %(year)s", year=str(quote.day.year)), first_ore
    if quote.whole:
        yield reckoning.on_account(quote.whole, quote.whole_year), reckoning.total(quote.whole)


def _first_sum(quote: Quote, ore: int) -> reckoning.Row:
    parts = f"{kroner(quote.fee_ore)} + {kroner(reckoning.total(quote.first))}"
    return reckoning.Row(_("Å betale i %(year)s", year=str(quote.day.year)), parts, formatters.kroner(ore), is_sum=True)


def _invoice(quote: Quote, first_ore: int) -> dict[str, str]:
    """Who sends it, and what is to be paid of value added tax beside the amounts."""
    issuer = quote.issuer
    if issuer is None:
        return {"issuer": _("Hvem som sender fakturaen, er ikke avgjort ennå."), "vat": ""}
    status: VatStatus | None = issuer.vat
    if status is None:
        vat = _("Det er ikke avgjort om det kommer merverdiavgift i tillegg.")
    elif percent := PERCENT.get(status):
        ore = first_ore or reckoning.total(quote.whole)
        amount = formatters.kroner(vat_of(ore, status))
        vat = _("Merverdiavgift, %(percent)s %%, kommer i tillegg: %(amount)s av %(sum)s.", percent=str(percent),
                amount=amount, sum=formatters.kroner(ore))  # fmt: skip
    else:
        vat = _("%(status)s. Det kommer ingen merverdiavgift i tillegg.", status=tr(status.label))
    return {"issuer": _("%(name)s sender fakturaen.", name=issuer.name), "vat": vat}
