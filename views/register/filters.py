"""What a list is narrowed by: read from its address, and offered as boxes to choose from."""

from __future__ import annotations

from typing import Any

from flask import request
from markupsafe import Markup

from models.declare.fields import Field, is_owned
from models.declare.memories import remembers
from models.declare.words import Choice
from models.queries import overview
from models.queries.finding import filter_value, filterable
from models.tenancy import scope
from views.access import today
from views.formatters import safe
from views.register.options import options_for
from views.texts import gettext as _
from views.texts import tr


def filters_in_address(register: type[Any]) -> list[tuple[Field, Any]]:
    """Fields with the values they shall have; what cannot be one is left out."""
    found = []
    for known in filterable(register):
        if text := request.args.get(known.key):
            try:
                found.append((known, filter_value(known, text)))
            except ValueError:
                continue
    return found


def tasks_in_address(register: type[Any]) -> tuple[overview.Task, ...]:
    """The to-dos the start page sent us here with, if any: the list then shows just what they counted."""
    return tuple(
        task
        for task in overview.tasks(today())
        if task.register is register and task.parameter and request.args.get(task.parameter[0]) == task.parameter[1]
    )


def is_of_one(target: Any) -> bool:
    """Whether a register is of one municipality, as far as is seen. People and units of several in one list: nobody
    could tell them apart."""
    return is_owned(target) and len(scope.current().readable(target.__domain__)) <= 1


@remembers(500)
def choice_tags(choices: type[Choice], language_: str, chosen: str) -> Markup:
    """The members of a vocabulary, one chosen."""
    return option_tags(tuple((member.value, tr(member.label)) for member in choices), language_, chosen)


@remembers(500)
def option_tags(options: tuple[tuple[str, str], ...], _language: str, chosen: str) -> Markup:
    """The same few lists on every page: each is written once in each language."""
    tags = [
        f'<option value="{safe(one)}"{" selected" if one == chosen else ""}>{safe(label)}</option>'
        for one, label in (("", _("Alle")), *options)
    ]
    return Markup("".join(tags))  # noqa: S704 - escaped


def filter_text(known: Field, value: Any) -> str:
    """What a filter is narrowed to, in words."""
    if isinstance(value, Choice):
        return tr(value.label)
    target = getattr(known.target, "__mapper__", None)
    return (options_for(target.class_).labels([value])[0] if target is not None else None) or str(value)
