"""The way to where a municipality is, drawn: how many activities there were and how many of them were approved, month
by month. Two lines, told apart without colour, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from babel.dates import format_date

from models.queries.progress import Month
from reports.drawing import charts
from reports.drawing.picture import Picture, Series, Table
from views import formatters
from views.texts import gettext as _
from views.texts import language, ngettext

STANDS = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


def drawn(months: Sequence[Month]) -> Picture:
    """The picture; the lines are named by what they have come to."""
    registered, approved = [one.registered for one in months], [one.approved for one in months]
    texts = [[formatters.grouped(one) for one in some] for some in (registered, approved)]
    series = (
        Series(_registered(registered[-1]), registered, texts[0]),
        Series(_approved(approved[-1]), approved, texts[1]),
    )
    title, short = _("Registrerte og godkjente behandlinger"), [_short(one.first) for one in months]
    told = _told(months)
    found = charts.lines("burn-up", title, told, _("Måned"), short, series, lambda one: formatters.grouped(int(one)))
    names = [month_name(one.first, "MMM y") for one in months]
    headings = (_("Måned"), _("Registrert"), _("Godkjent"))
    return replace(found, table=Table(headings, [*zip(names, *texts, strict=True)], numbers=(1, 2)))


def _short(first: date) -> str:
    return month_name(first, "MMM").rstrip(".")


def month_name(first: date, shape: str) -> str:
    return format_date(first, shape, locale=STANDS[language()])


def _registered(number: int) -> str:
    return ngettext("%(count)s registrert", "%(count)s registrerte", number, count=formatters.grouped(number))


def _approved(number: int) -> str:
    return ngettext("%(count)s godkjent", "%(count)s godkjente", number, count=formatters.grouped(number))


def _told(months: Sequence[Month]) -> str:
    """The picture in a sentence."""
    first, last = months[0], months[-1]
    return _(
        "Fra %(before)s registrerte og %(won)s godkjente i %(month)s til %(now)s registrerte og %(done)s godkjente nå.",
        before=formatters.grouped(first.registered),
        won=formatters.grouped(first.approved),
        month=month_name(first.first, "MMMM y"),
        now=formatters.grouped(last.registered),
        done=formatters.grouped(last.approved),
    )
