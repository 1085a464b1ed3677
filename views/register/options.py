"""What a reference may point at: the rows to choose from, written as a select or looked up by name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import groupby
from typing import Any

from flask import g
from markupsafe import Markup, escape
from sqlalchemy import select
from wtforms.widgets import Select, html_params

from models.database import db
from models.declare.base import Group
from models.declare.fields import is_owned
from models.declare.folding import fold, sort_key
from models.declare.memories import remembers
from models.declare.titles import title, title_of
from models.declare.words import N_
from models.tenancy.session import prepare
from views import remembered
from views.register.namesakes import told_apart
from views.texts import language, tr

FEW, SUGGESTED = 200, 5
NOT_CHOSEN, OTHER = N_("– ikke valgt –"), N_("Annet")


class Options:
    """What a reference may point at: the first few hundred rows in order, or the knowledge that there are more."""

    def __init__(self, target: type[Any]) -> None:
        self.target = target
        found = db.session.execute(_choosable(target, language())).all()
        self.many = len(found) > FEW
        rows = [(row[0], row[1], row[2] if hasattr(target, "grouping") else None) for row in found]
        self.rows = rows if self.many else told_apart(target, rows)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Id and name as text, for a list to choose from."""
        return tuple((str(row_id), str(label)) for row_id, label, _group in self.rows)

    def tags(self, chosen: int | None) -> str:
        """The options of a select as HTML, the one for nothing first."""
        mark = f'<option value="{"" if chosen is None else chosen}"'
        return self._tags.replace(f"{mark}>", f"{mark} selected>", 1)

    @cached_property
    def _tags(self) -> str:
        """Written once, however often they are shown: there are hundreds, and WTForms takes ten times as long."""
        parts = [f'<option value="">{escape(tr(NOT_CHOSEN))}</option>']
        grouped = any(group for *_, group in self.rows)
        for group, rows in groupby(self.rows, key=lambda row: row[2]):
            options = "".join(f'<option value="{row_id}">{escape(label)}</option>' for row_id, label, _ in rows)
            parts.append(f'<optgroup label="{escape(tr(group or OTHER))}">{options}</optgroup>' if grouped else options)
        return "".join(parts)

    def label(self, row_id: int) -> str | None:
        for known, label, _ in self.rows:
            if known == row_id:
                return str(label)
        row = db.session.get(self.target, row_id)
        return None if row is None else title_of(row, language())


@remembers()
def _choosable(target: Any, language_: str) -> Any:
    """The rows of a register in the order of their names, no further than one past FEW; built and examined once."""
    label = title(target, target.__tablename__, target.__register__.title, language_)
    grouping = [target.grouping] if hasattr(target, "grouping") else []
    rows = select(target.id, label, *grouping).order_by(*grouping, target.sort_key, target.id)
    return prepare(rows.limit(FEW + 1))


def options_for(target: type[Any]) -> Options:
    """The options of a register, read once for each request however many fields ask; shared ones are remembered."""
    cache: dict[Any, Options] = g.setdefault("options", {})
    if target not in cache:
        cache[target] = (
            Options(target)
            if is_owned(target) or target.__register__.group is Group.SYSTEM
            else remembered.asked((target, language()), lambda: Options(target))
        )
    return cache[target]


class Far:
    """The rows that a form newly points at: each register is asked once, for all of them together."""

    def __init__(self) -> None:
        self._asked: dict[type[Any], set[int]] = {}
        self._found: dict[type[Any], dict[int, Any]] = {}

    def ask(self, target: type[Any], ids: Iterable[int]) -> None:
        """Say what will be wanted, before anything is."""
        self._asked.setdefault(target, set()).update(ids)

    def row(self, target: type[Any], row_id: int) -> Any:
        """The row of that id, or None when there is none within reach."""
        if target not in self._found or row_id not in self._asked[target]:
            self.ask(target, [row_id])
            rows = db.session.scalars(select(target).where(target.id.in_(sorted(self._asked[target]))))
            self._found[target] = {row.id: row for row in rows}
        return self._found[target].get(row_id)

    def label(self, target: type[Any], row_id: int) -> str | None:
        row = self.row(target, row_id)
        return None if row is None else title_of(row, language())


def find_by_name(target: type[Any], typed: str) -> list[tuple[int, str]]:
    """The rows whose name is what was typed, else the one that is told from its namesakes so, else those whose name
    begins with it: id and name."""
    for name in dict.fromkeys((typed, typed.rpartition(" (")[0] or typed)):
        found = _told(target, target.sort_key == sort_key(name), FEW)
        found = [one for one in found if one[1] == typed] or (found if name == typed else [])
        if found:
            return found
    return _told(target, target.search_text.contains(fold(typed), autoescape=True), SUGGESTED)


def _told(target: type[Any], condition: Any, most: int) -> list[tuple[int, str]]:
    rows = db.session.scalars(select(target).where(condition).order_by(target.id).limit(most))
    told = told_apart(target, [(row.id, title_of(row, language()), None) for row in rows])
    return [(row_id, name) for row_id, name, _group in told]


class OptionsSelect(Select):
    """A select whose field writes its own options."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        attributes.setdefault("id", field.id)
        attributes.setdefault("required", bool(field.flags.required))
        return Markup(f"<select {html_params(name=field.name, **attributes)}>{field.tags()}</select>")  # noqa: S704 - tags are escaped
