"""By what a list is narrowed, read from its address and told in words; what cannot be is said, and left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from flask import g
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from models.database import db
from models.declare.base import Part
from models.declare.clock import today
from models.declare.fields import Field, is_owned
from models.declare.memories import remembers
from models.declare.shapes import POINTING, TEXTS, Shape
from models.declare.words import N_, Choice, Problem
from models.queries import overview
from models.queries.filtering import Condition, Group, Operator, behind_link, condition, path_of
from models.queries.merged import went_into
from models.queries.rules import BY_CODE
from models.tenancy import scope
from models.tenancy.roles import can
from views import formatters
from views.formatters import safe
from views.register.options import options_for
from views.texts import explain, tr
from views.texts import gettext as _

MOST_CONDITIONS, MOST_VALUES = 20, 50
TOGETHER = "~"  # after the number of a group whose conditions are alternatives
# What an address says beside filters; no field has any of these names.
RESERVED = frozenset(
    (
        "search",
        "sort",
        "page",
        "after",
        "before",
        "last",
        "columns",
        "panel",
        "field",
        "op",
        "value",
        "value-id",
        "until",
        "report",
        "group",
        "sum",
    )
) | {"alternative", "form", "id", "export_type", "back", "lacks", "due", "old", "rule", "view", "density"}
_NAME = re.compile(r"(?:([1-9])~)?([a-z0-9_.]+)")


@dataclass
class Asked:
    """What an address asks of rows: groups that are all met, each by one of its conditions, and what was left out."""

    groups: dict[str, list[Condition]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    @property
    def filters(self) -> tuple[Group, ...]:
        return tuple(map(tuple, self.groups.values()))

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The same as an address says it."""
        return [(name, text) for key in self.groups for name, text in self.said(key)]

    def said(self, key: str) -> list[tuple[str, str]]:
        """One group as an address says it."""
        before = key if key.endswith(TOGETHER) else ""
        return [(f"{before}{one.name}", text) for one in self.groups[key] for text in one.texts]

    def __len__(self) -> int:
        return sum(map(len, self.groups.values()))


def filters_in_address(register: type[Any], given: MultiDict[str, str]) -> Asked:
    """The filters of an address. One that cannot be, is told of and left out: the rest still holds."""
    asked = Asked()
    for name, said in given.lists():
        texts = [text for text in said if text.strip()]
        if name in RESERVED or not texts:
            continue
        found = _read(register, name, texts)
        if isinstance(found, str):
            asked.refused.append(found)
        elif len(asked) == MOST_CONDITIONS:
            asked.refused.append(_("Lista kan ha høyst %(most)s filtre. Resten er ikke med.", most=MOST_CONDITIONS))
            break
        else:
            group, one = found
            asked.groups.setdefault(f"{group}{TOGETHER}" if group else name, []).append(one)
    return asked


def _read(register: type[Any], name: str, texts: list[str]) -> tuple[str | None, Condition] | str:
    """One filter and the group it is an alternative in, or the sentence that says why it is none."""
    unknown = _("«%(name)s» finnes ikke som filter her, og er ikke med.", name=name[:60])
    if (match := _NAME.fullmatch(name)) is None:
        return unknown
    place, _dot, last = match[2].rpartition(".")
    operator = next((one for one in Operator if one and one == last), Operator.IS)
    path = path_of(register, place if operator else match[2])
    if path is None or not may_ask(path):
        return unknown
    try:
        return match[1], _led_on(condition(path, operator, texts[:MOST_VALUES], today()))
    except Problem as problem:
        return f"{path_label(path)}: {explain(problem)}"
    except ValueError:
        return _("«%(text)s» kan ikke velges for %(field)s, og filteret er ikke med.", text=texts[0][:60],
                 field=path_label(path))  # fmt: skip


def _led_on(asked: Condition) -> Condition:
    """The same, asked of the rows that those it names were merged into. How the address says it stays as it is."""
    known = asked.known
    if known.shape not in {Shape.REFERENCE, Shape.REFERENCES} or asked.operator not in {Operator.IS, Operator.NOT}:
        return asked
    names = dict(zip(asked.values, options_for(known.points_at).labels(asked.values), strict=True))
    if all(names.values()):
        return asked
    went = went_into(db.session, known.points_at, [one for one, name in names.items() if not name])
    return replace(asked, values=tuple(dict.fromkeys(went.get(one, one) for one in asked.values)))


def may_ask(path: tuple[Field, ...]) -> bool:
    """Whether the person may read what the path leads to: what a filter finds would tell of it."""
    links = [known for known in path if known.shape in POINTING]
    return all(issubclass(far := behind_link(link), Part) or can(g.actor, "read", far, g.active) for link in links)


def tasks_in_address(register: type[Any], given: MultiDict[str, str]) -> tuple[overview.Task, ...]:
    """The to-dos the start page sent us here with, if any: the list then shows just what they counted."""
    mine = [task for task in overview.tasks() if task.register is register]
    if (rule := BY_CODE.get(given.get(overview.RULE, ""))) is not None and rule.register is register:
        mine = [*(one for one in mine if overview.RULE not in one.filters), overview.task_of(rule)]
    return tuple(task for task in mine if task.parameter and given.get(task.parameter[0]) == task.parameter[1])


SENTENCES = {
    Operator.IS: N_("%(field)s er %(values)s"),
    Operator.NOT: N_("%(field)s er ikke %(values)s"),
    Operator.HAS: N_("%(field)s inneholder %(values)s"),
    Operator.FROM: N_("%(field)s fra og med %(values)s"),
    Operator.TO: N_("%(field)s til og med %(values)s"),
    Operator.NEXT: N_("%(field)s de neste %(values)s dagene"),
    Operator.PAST: N_("%(field)s de siste %(values)s dagene"),
    Operator.NONE: N_("%(field)s er ikke fylt ut"),
    Operator.SOME: N_("%(field)s er fylt ut"),
    Operator.ME: N_("%(field)s er meg"),
}


def group_text(group: Iterable[Condition], *, discreet: bool = False) -> str:
    """A group in plain words: «Status er Aktiv eller Utkast». With `discreet` what somebody typed, which may be a name,
    is left out."""
    return f" {_('eller')} ".join(told(one, discreet=discreet) for one in group)


def told(asked: Condition, *, discreet: bool = False) -> str:
    """A condition in plain words."""
    typed = asked.known.shape in TEXTS and asked.known.shape is not Shape.COUNTRY
    values = "…" if discreet and typed else f" {_('eller')} ".join(value_texts(asked))
    return tr(SENTENCES[asked.operator], field=path_label(asked.path), values=values)


def value_texts(asked: Condition) -> list[str]:
    """What a condition asks for, as people read it."""
    known = asked.known
    if asked.operator in {Operator.NEXT, Operator.PAST, Operator.ME}:
        return list(asked.texts)
    if known.shape in {Shape.REFERENCE, Shape.REFERENCES}:
        return [name or _("ukjent") for name in options_for(known.points_at).labels(asked.values)]
    if known.shape in TEXTS and known.shape is not Shape.COUNTRY:
        return [f"«{value}»" for value in asked.values]
    if known.shape is Shape.MOMENT:
        return [formatters.day(value) for value in asked.values]
    return [formatters.text(known, value) for value in asked.values]


def path_label(path: Iterable[Field]) -> str:
    return " › ".join(tr(known.label) for known in path)


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
