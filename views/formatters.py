"""How a value looks: as text, and as the safe HTML of a list cell. Dates and kroner as Norwegians write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from models.declare import numbers
from models.declare.base import fields_of
from models.declare.clock import OSLO
from models.declare.countries import name_of
from models.declare.fields import Field
from models.declare.memories import remembers
from models.declare.shapes import POINTING, Shape, load
from models.declare.waiving import waivable
from models.declare.words import Choice, Saying
from models.queries.finding import COUNT_LIMIT
from models.queries.standing import called, register_of
from views.texts import language, tr

NBSP, grouped = numbers.NBSP, numbers.grouped
LONG, IN_SIGHT, TOLD = 120, 32, 400  # characters of a long text: in its cell, seen of it, in what is pointed at


def counted_text(number: int) -> str:
    """How many rows there are, counted no further than one past COUNT_LIMIT."""
    return tr("Over %(number)s", number=grouped(COUNT_LIMIT)) if number > COUNT_LIMIT else grouped(number)


def kroner(ore: int) -> str:
    """Whole øre as kr 47 115,00."""
    return f"kr{NBSP}{numbers.kroner(ore)}"


@remembers(10_000)
def day(value: date) -> str:
    return f"{value:%d.%m.%Y}"


def moment(value: datetime) -> str:
    """A moment in Norwegian time."""
    local, at = value.astimezone(OSLO), tr("kl.")
    return f"{local:%d.%m.%Y} {at} {local:%H.%M}"


def said(saying: Saying) -> str:
    """What is said of a row, in the reader's language and time."""
    params = {name: moment(one) if isinstance(one, datetime) else one for name, one in saying.params.items()}
    return tr(saying.text, **params)


def decimal(value: Decimal) -> str:
    """1234.5000 as 1 234,5."""
    whole, _, rest = f"{value:f}".partition(".")
    shown, rest = grouped(abs(int(whole))), rest.rstrip("0")
    return f"{'-' if value < 0 else ''}{shown}{',' if rest else ''}{rest}"


def text(known: Field, value: Any) -> str:
    """The value of a field as people read it; empty for nothing."""
    return "" if value is None else TEXTS[known.shape](known, value)


def written(known: Field, value: Any) -> str:
    """A value as the history or a card holds it, as people read it; the names of rows stand as they were."""
    if value is None:
        return ""
    if known.shape in POINTING:
        return ", ".join(value) if known.shape is Shape.REFERENCES else str(value)
    try:
        return text(known, load(known.shape, known.choices, value))
    except ValueError:
        return str(value)


def _as_it_is(_known: Field, value: Any) -> str:
    return str(value)


def _country(_known: Field, value: str) -> str:
    return name_of(value, language())


def _number(known: Field, value: int) -> str:
    return f"{grouped(value)} {tr(known.unit)}" if known.unit else grouped(value)


def _names(_known: Field, rows: Any) -> str:
    return ", ".join(sorted(called(one, language()) for one in rows))


def part(row: Any) -> str:
    """A part as one line: what is said in it."""
    return "; ".join(said for known in fields_of(register_of(row)) if (said := text(known, getattr(row, known.key))))


def _reasons(known: Field, value: dict[str, str]) -> str:
    """A line for each field, in the order of the form; of one that is no more its name as it was."""
    labels = {key: tr(one.label) for key, one in waivable(known.points_at).items() if key in value}
    labels |= {key: key for key in value if key not in labels}
    return "\n".join(f"{label}: {value[key]}" for key, label in labels.items())


TEXTS: dict[Shape, Callable[[Field, Any], str]] = {
    Shape.TEXT: _as_it_is,
    Shape.LONG_TEXT: _as_it_is,
    Shape.WHOLE: _number,
    Shape.DECIMAL: lambda known, value: f"{decimal(value)} {tr(known.unit)}".rstrip(),
    Shape.MONEY: lambda _, value: kroner(value),
    Shape.PERCENTAGE: lambda _, value: f"{decimal(value)}{NBSP}%",
    Shape.DATE: lambda _, value: day(value),
    Shape.MOMENT: lambda _, value: moment(value),
    Shape.YEAR: _as_it_is,
    Shape.MONTH: lambda _, value: f"{value:%m.%Y}",
    Shape.DAYS: _number,
    Shape.MONTHS: _number,
    Shape.YEARS: _number,
    Shape.YES_NO: lambda _, value: tr("Ja") if value else tr("Nei"),
    Shape.ANSWER: lambda _, value: value.told(tr),
    Shape.CHOICE: lambda _, value: value.told(tr),
    Shape.EMAIL: _as_it_is,
    Shape.PHONE: _as_it_is,
    Shape.WEB_ADDRESS: _as_it_is,
    Shape.LINKS: _as_it_is,
    Shape.ORGANISATION_NUMBER: _as_it_is,
    Shape.COUNTRY: _country,
    Shape.MUNICIPALITY_NUMBER: _as_it_is,
    Shape.REFERENCE: lambda _, value: called(value, language()),
    Shape.REFERENCES: _names,
    Shape.ROWS: lambda _, rows: "\n".join(map(part, rows)),
    Shape.REASONS: _reasons,
}


def chip(label: str, tone: str) -> Markup:
    return Markup('<span class="chip tone-{}">{}</span>').format(tone, label)


@remembers(10_000)
def safe(value: str | None) -> str:
    """Text as HTML, nothing for None. The same names stand in list after list, so each is escaped once."""
    return "" if value is None else str(escape(value))


def cell_formatter(known: Field) -> Callable[[Any], str]:
    """The fastest way from a value of this field to the safe HTML of a list cell; labels are translated once."""
    return CELLS[known.shape](known)


def is_status(choices: type[Choice]) -> bool:
    """Whether a vocabulary is shown as chips: when any of its members has a tone."""
    return any(member.tone != "neutral" for member in choices)


class _Labels(dict[Any, str]):
    """The labels of a vocabulary by stored value; a value the code no longer knows shows as itself. Of a label that
    goes on to say what it means, «1 – Kritisk: må virke innen timer», a cell has room for the name."""

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__()
        self.choices = choices
        chips = is_status(choices)
        for one in choices:
            name, colon, _meaning = tr(one.label).partition(": ")
            shown = chip(name, one.tone) if chips else escape(name)
            self[one] = str(Markup('<span title="{}">{}</span>').format(tr(one.label), shown) if colon else shown)
        self[None] = ""

    def __missing__(self, value: str) -> str:
        return str(escape(self.choices.stored(value).told(tr)))


@remembers()
def _labels(choices: type[Choice], _language: str) -> Callable[[Any], str]:
    return _Labels(choices).__getitem__


def _short(value: str, most: int) -> str:
    return value if len(value) <= most else f"{value[: most - 1]}…"


Cell = Callable[[Any], str]


def _plain_cell(_known: Field) -> Cell:
    return safe


def _long_cell(_known: Field) -> Cell:
    return _cut


def _cut(value: str | None) -> str:
    """A long text as its beginning; what is pointed at tells more of it."""
    if value is None or len(value) <= IN_SIGHT:
        return safe(value)
    return f'<span title="{safe(_short(value, TOLD))}">{safe(_short(value, LONG))}</span>'


def _told_cell(known: Field) -> Cell:
    tell = TEXTS[known.shape]
    return lambda value: "" if value is None else safe(tell(known, value))


def _choice_cell(known: Field) -> Cell:
    assert known.choices is not None  # noqa: S101 - a programming error, not input
    return _labels(known.choices, language())


def _names_cell(_known: Field) -> Cell:
    return lambda names: _cut(", ".join(names))


def filled_cell(told: tuple[int, list[Field]] | tuple[()]) -> str:
    """How far a row has come, and which fields lack, the mandatory ones first; nothing of a row just deleted."""
    if not told:
        return ""
    percent, gaps = told
    lacking = safe(", ".join(tr(known.label) for known in gaps))
    said = f"{percent}{NBSP}%"
    return f'<span title="{lacking}">{said} <span class="muted">{lacking}</span></span>' if gaps else said


# From what `Reader` reads: of a vocabulary the stored text, of what is pointed at the names.
CELLS: dict[Shape, Callable[[Field], Cell]] = {
    Shape.TEXT: _long_cell,
    Shape.LONG_TEXT: _long_cell,
    Shape.WHOLE: _told_cell,
    Shape.DECIMAL: _told_cell,
    Shape.MONEY: _told_cell,
    Shape.PERCENTAGE: _told_cell,
    Shape.DATE: _told_cell,
    Shape.MOMENT: _told_cell,
    Shape.YEAR: _told_cell,
    Shape.MONTH: _told_cell,
    Shape.DAYS: _told_cell,
    Shape.MONTHS: _told_cell,
    Shape.YEARS: _told_cell,
    Shape.YES_NO: _told_cell,
    Shape.ANSWER: _choice_cell,
    Shape.CHOICE: _choice_cell,
    Shape.EMAIL: _plain_cell,
    Shape.PHONE: _plain_cell,
    Shape.WEB_ADDRESS: _long_cell,
    Shape.LINKS: _long_cell,
    Shape.ORGANISATION_NUMBER: _plain_cell,
    Shape.COUNTRY: _told_cell,
    Shape.MUNICIPALITY_NUMBER: _plain_cell,
    Shape.REFERENCE: _plain_cell,
    Shape.REFERENCES: _names_cell,
    Shape.ROWS: lambda _: lambda parts: str(len(parts)),
    Shape.REASONS: lambda known: lambda value: _cut(value and _reasons(known, value)),
}


def html(known: Field, value: Any) -> Markup | None:
    """The value as HTML where it is more than text: a link, a chip, a list of links. None when it is plain text."""
    show = HTMLS[known.shape]
    return None if value is None or show is None else show(value)


def address(value: str) -> Markup | None:
    """A web address as a link; any other text is no more than text."""
    if not value.startswith(("https://", "http://")):
        return None
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(value, value)


def link(row: Any) -> Markup:
    """The name of a row as a link to it."""
    url = url_for(f"{register_of(row).__tablename__}.details_view", id=row.id)
    return Markup('<a href="{}">{}</a>').format(url, called(row, language()))


def _list(items: Iterable[Any]) -> Markup | None:
    lines = Markup("").join(Markup("<li>{}</li>").format(one) for one in items)
    return Markup('<ul class="plain-list">{}</ul>').format(lines) if lines else None


def _status(value: Choice) -> Markup | None:
    return chip(value.told(tr), value.tone) if is_status(type(value)) else None


HTMLS: dict[Shape, Callable[[Any], Markup | None] | None] = {
    Shape.TEXT: address,
    Shape.LONG_TEXT: None,
    Shape.WHOLE: None,
    Shape.DECIMAL: None,
    Shape.MONEY: None,
    Shape.PERCENTAGE: None,
    Shape.DATE: None,
    Shape.MOMENT: None,
    Shape.YEAR: None,
    Shape.MONTH: None,
    Shape.DAYS: None,
    Shape.MONTHS: None,
    Shape.YEARS: None,
    Shape.YES_NO: None,
    Shape.ANSWER: None,
    Shape.CHOICE: _status,
    Shape.EMAIL: None,
    Shape.PHONE: None,
    Shape.WEB_ADDRESS: address,
    Shape.LINKS: lambda value: _list(address(one) or one for one in value.splitlines()),
    Shape.ORGANISATION_NUMBER: None,
    Shape.COUNTRY: None,
    Shape.MUNICIPALITY_NUMBER: None,
    Shape.REFERENCE: link,
    Shape.REFERENCES: lambda rows: _list(map(link, rows)),
    Shape.ROWS: None,
    Shape.REASONS: None,
}
