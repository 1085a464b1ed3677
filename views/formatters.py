"""How a value looks: as text, and as the safe HTML of a list cell. Dates and kroner as Norwegians write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from markupsafe import Markup, escape

from models.declare.fields import Field, Kind
from models.declare.memories import remembers
from models.declare.titles import title_of
from models.declare.words import Choice
from views.texts import language, tr

OSLO = ZoneInfo("Europe/Oslo")
NBSP, LONG = "\u00a0", 160


def grouped(number: int) -> str:
    """1234567 as 1 234 567 with non-breaking spaces."""
    return f"{number:,}".replace(",", NBSP)


def kroner(ore: int) -> str:
    """Whole øre as kr 47 115,00."""
    sign = "-" if ore < 0 else ""
    whole, rest = divmod(abs(ore), 100)
    return f"kr{NBSP}{sign}{grouped(whole)},{rest:02d}"


@remembers(10_000)
def day(value: date) -> str:
    return f"{value:%d.%m.%Y}"


def moment(value: datetime) -> str:
    """A moment in Norwegian time."""
    local, at = value.astimezone(OSLO), tr("kl.")
    return f"{local:%d.%m.%Y} {at} {local:%H.%M}"


def is_money(known: Field) -> bool:
    return known.key.endswith("_ore")


def text(known: Field, value: Any) -> str:
    """The value of a field as people read it; empty for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, Choice):
        return tr(value.label)
    if isinstance(value, bool):
        return tr("Ja") if value else tr("Nei")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int):
        return _number(known, value)
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, (list, tuple)):
        return ", ".join(text(known, one) for one in value)
    return str(value)


def _number(known: Field, value: int) -> str:
    if is_money(known):
        return kroner(value)
    if known.key in {"year", "code"}:
        return str(value)
    return f"{grouped(value)} {tr(known.unit)}" if known.unit else grouped(value)


def chip(label: str, tone: str) -> Markup:
    return Markup('<span class="chip tone-{}">{}</span>').format(tone, label)


@remembers(10_000)
def safe(value: str | None) -> str:
    """Text as HTML, nothing for None. The same names stand in list after list, so each is escaped once."""
    return "" if value is None else str(escape(value))


def cell_formatter(known: Field) -> Callable[[Any], str]:
    """The fastest way from a value of this field to the safe HTML of a list cell; labels are translated once."""
    if known.choices is not None:
        return _choice_formatter(known.choices, language())
    if known.kind is Kind.REFERENCES:
        return lambda names: safe(", ".join(names))
    if known.kind is Kind.REFERENCE or known.column in {"name", "email", "phone"}:
        return safe
    return lambda value: safe(_short(text(known, value)))


def is_status(choices: type[Choice]) -> bool:
    """Whether a vocabulary is shown as chips: when any of its members has a tone."""
    return any(member.tone != "neutral" for member in choices)


@remembers()
def _choice_formatter(choices: type[Choice], _language: str) -> Callable[[Any], str]:
    labels: dict[Choice | None, str] = {
        member: str(chip(tr(member.label), member.tone) if is_status(choices) else escape(tr(member.label)))
        for member in choices
    }
    labels[None] = ""
    return labels.__getitem__


def _short(value: str) -> str:
    return value if len(value) <= LONG else f"{value[: LONG - 1]}…"


def html(known: Field, row: Any) -> Markup | None:
    """The value as HTML where it is more than text: a link, a chip, a list of links. None when it is plain text."""
    value = getattr(row, known.key)
    if isinstance(value, Choice) and is_status(type(value)):
        return chip(tr(value.label), value.tone)
    if known.kind is Kind.REFERENCE and value is not None:
        return link(value)
    if known.kind is Kind.REFERENCES and value:
        items = Markup("").join(Markup("<li>{}</li>").format(link(one)) for one in value)
        return Markup('<ul class="plain-list">{}</ul>').format(items)
    if isinstance(value, str) and value.startswith(("https://", "http://")):
        return Markup('<a href="{}" rel="noreferrer">{}</a>').format(value, value)
    return None


def link(row: Any) -> Markup:
    """The name of a row as a link to it."""
    url = url_for(f"{type(row).__tablename__}.details_view", id=row.id)
    return Markup('<a href="{}">{}</a>').format(url, title_of(row, language()))
