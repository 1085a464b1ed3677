"""The two panels of a list that open on demand: one narrows it by any field there is, one chooses its columns.

Both work as ordinary forms: what is chosen becomes part of the address, which is what a list is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from flask import request

from models.declare.clock import today
from models.declare.countries import NAMES
from models.declare.fields import Field
from models.declare.folding import sort_key
from models.declare.shapes import POINTING, Shape
from models.declare.words import N_, Problem
from models.queries.filtering import Condition, Operator, askable, condition, operators_of, path_of
from views.register import columns
from views.register.filters import TOGETHER, Asked, group_text, may_ask, path_label
from views.register.listing import Listing
from views.register.options import find_by_name, options_for
from views.texts import explain, language, tr
from views.texts import gettext as _

FILTER, COLUMNS = "filter", "columns"
BETWEEN = "between"
STEPS = {"left": -1, "right": 1}
WORDS = {
    Operator.IS: N_("er"),
    Operator.NOT: N_("er ikke"),
    Operator.HAS: N_("inneholder"),
    Operator.FROM: N_("fra og med"),
    Operator.TO: N_("til og med"),
    BETWEEN: N_("mellom"),
    Operator.NEXT: N_("de neste dagene (antall)"),
    Operator.PAST: N_("de siste dagene (antall)"),
    Operator.NONE: N_("er ikke fylt ut"),
    Operator.SOME: N_("er fylt ut"),
    Operator.ME: N_("er meg"),
}
CHOSEN_BY_TICKS = frozenset({Shape.ANSWER, Shape.CHOICE, Shape.YES_NO})
POINTED = POINTING - {Shape.ROWS}


class Narrowable(Protocol):
    """What the panel of filters narrows: a list, or a register of the map."""

    @property
    def register(self) -> type[Any]: ...

    @property
    def asked(self) -> Asked: ...

    @property
    def parameters(self) -> list[tuple[str, str]]: ...

    def address(self) -> str: ...

    def to(self, parameters: list[tuple[str, str]]) -> str: ...


def filter_panel(listing: Narrowable) -> dict[str, Any] | None:
    """What the panel shows: the fields to choose between and, once one is chosen, what may be asked of it."""
    if request.args.get("panel") != FILTER:
        return None
    path = path_of(listing.register, request.args.get("field", ""))
    if path is not None and not may_ask(path):
        path = None
    return {
        "groups": _fields(listing),
        "chosen": None if path is None else _question(path),
        "alternatives": _alternatives(listing),
        "carried": listing.parameters,
        "close_url": listing.address(),
    }


def _fields(listing: Narrowable) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every field the list can be narrowed by, the row's own first and then by the link they stand behind."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for path in askable(listing.register):
        if may_ask(path):
            place = ".".join(known.key for known in path)
            behind = "" if len(path) == 1 else tr(path[0].label)
            groups.setdefault(behind, []).append((place, tr(path[-1].label)))
    return list(groups.items())


def _question(path: tuple[Field, ...]) -> dict[str, Any]:
    known = path[-1]
    asked: list[str] = list(operators_of(known))
    if Operator.FROM in asked:
        asked.insert(2, BETWEEN)
    return {
        "place": ".".join(one.key for one in path),
        "label": path_label(path),
        "operators": [(str(one), tr(WORDS[one])) for one in asked],
        "kind": _kind(known),
        "options": _options(known),
        "between": BETWEEN in asked,
        "typed": request.args.getlist("value"),
    }


def _kind(known: Field) -> str:
    """Which control the values are given in."""
    if known.shape in CHOSEN_BY_TICKS:
        return "ticks"
    if known.shape in POINTED or known.shape is Shape.COUNTRY:
        return "text" if known.shape in POINTED and options_for(known.points_at).many else "select"
    if known.shape is Shape.ROWS:
        return "none"
    return {Shape.DATE: "date", Shape.MOMENT: "date", Shape.MONTH: "month"}.get(known.shape, "text")


def _options(known: Field) -> list[tuple[str, str]]:
    if known.shape is Shape.YES_NO:
        return [("1", _("Ja")), ("0", _("Nei"))]
    if known.choices is not None:
        return [(member.value, tr(member.label)) for member in known.choices]
    if known.shape is Shape.COUNTRY:
        return sorted(((code, names[language()]) for code, names in NAMES.items()), key=lambda pair: sort_key(pair[1]))
    return list(options_for(known.points_at).pairs) if _kind(known) == "select" else []


def _alternatives(listing: Narrowable) -> list[tuple[str, str]]:
    """The groups that a new filter may be an alternative in."""
    return [(key, group_text(group)) for key, group in listing.asked.groups.items()]


def asked_in_panel(listing: Narrowable) -> tuple[str | None, str]:
    """The address of the list with what the panel asks for added, or None; and what stands in the way, if anything."""
    path, op = path_of(listing.register, request.args.get("field", "")), request.args.get("op")
    if request.args.get("panel") != FILTER or path is None or op is None or not may_ask(path):
        return None, ""
    try:
        added = list(_conditions(path, op))
    except Problem as problem:
        return None, explain(problem)
    except ValueError:
        return None, _("Velg eller skriv en verdi for %(field)s først.", field=path_label(path))
    return _with(listing, added, request.args.get("alternative", "")), ""


def _conditions(path: tuple[Field, ...], op: str) -> Iterable[Condition]:
    values = [text for text in request.args.getlist("value") if text.strip()]
    until = request.args.get("until", "")
    if op == BETWEEN:
        yield condition(path, Operator.FROM, values[:1], today())
        yield condition(path, Operator.TO, [until], today())
    else:
        yield condition(path, Operator(op), [_meant(path[-1], text) for text in values], today())


def _meant(known: Field, text: str) -> str:
    """The id of what is meant by a name, where there are too many to choose from; any other text as it is."""
    if known.shape not in POINTED or text.isdigit():
        return text
    found = find_by_name(known.points_at, text)
    if len(found) != 1:
        raise Problem(N_("Fant ikke nettopp én som heter «%(name)s». Skriv hele navnet."), name=text[:80])
    return str(found[0][0])


def _with(listing: Narrowable, added: list[Condition], alternative: str) -> str:
    """The address with conditions added: beside the others, or as an alternative in a group of them."""
    parameters = list(listing.parameters)
    before = ""
    if alternative in listing.asked.groups:
        before = alternative if alternative.endswith(TOGETHER) else f"{_free(listing)}{TOGETHER}"
        said = listing.asked.said(alternative)
        renamed = {pair: (f"{before}{pair[0].removeprefix(before)}", pair[1]) for pair in said}
        parameters = [renamed.get(pair, pair) for pair in parameters]
    parameters += [(f"{before}{one.name}", text) for one in added for text in one.texts]
    return listing.to(parameters)


def _free(listing: Narrowable) -> int:
    """A number no group of alternatives has yet; the last is shared when there are more than there is room for."""
    taken = {key.removesuffix(TOGETHER) for key in listing.asked.groups}
    return next((number for number in range(1, 9) if str(number) not in taken), 9)


def columns_panel(listing: Listing) -> dict[str, Any] | None:
    """What the panel shows: the columns there are in their order, then all others by the link they stand behind."""
    if request.args.get("panel") != COLUMNS:
        return None
    chosen = [column.known.key for column in listing.chosen]
    groups = []
    for link, fields in columns.choosable(listing.register):
        others = [(known.key, tr(known.label)) for known in fields if known.key not in chosen]
        groups.append(("" if link is None else tr(link.label), others))
    return {
        "chosen": [
            {
                "name": one.known.key,
                "label": path_label([*filter(None, [one.known.via]), one.known]),
                "wide": one.is_wide,
            }
            for one in listing.chosen
        ],
        "groups": [(label, others) for label, others in groups if others],
        "back": listing.address(without={"columns"}),
        "close_url": listing.address(),
    }


def arranged(register: type[Any], form: Any) -> str:
    """The columns that the panel was sent with, as an address says them, one of them moved if its button was pressed;
    empty for those that are declared."""
    wide = set(form.getlist("wide"))
    names = [f"{name}{columns.WIDE if name in wide else ''}" for name in form.getlist("column")]
    action, _colon, name = form.get("action", "").partition(":")
    chosen, _missing = columns.read(register, names[: columns.MOST])
    if action in STEPS:
        chosen = tuple(columns.moved(chosen, name, STEPS[action]))
    if action == "declared" or chosen == columns.declared(register):
        return ""
    return ",".join(map(str, chosen))
