"""What a reference may point at: the rows to choose from, written as a select or looked up by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

from flask import g
from markupsafe import Markup, escape
from sqlalchemy import String, cast, null, select, union_all
from wtforms.widgets import Select, html_params

from models.database import db
from models.declare.base import Group
from models.declare.fields import is_owned
from models.declare.folding import fold, sort_key
from models.declare.memories import remembers
from models.declare.proposing import is_proposable
from models.declare.titles import title, title_of
from models.declare.words import N_
from models.queries import proposed
from models.tenancy.reach import written
from models.tenancy.session import prepare
from views import remembered
from views.register.namesakes import told_apart
from views.texts import gettext as _
from views.texts import language, tr

FEW, SUGGESTED = 200, 5  # so many are read to choose from, of more only that there are more; so many are suggested
NOT_CHOSEN, OTHER = N_("– ikke valgt –"), N_("Annet")


class Options:
    """What a reference may point at: the first few hundred rows in order (id, name, group), or the knowledge that there
    are more. What is `rejected` is offered where it is chosen already, and where it was proposed."""

    def __init__(self, target: type[Any], rows: Sequence[Any], rejected: proposed.Rejected | None = None) -> None:
        self.target, self.many, self.rejected = target, len(rows) > FEW, rejected or {}
        self.rows = rows if self.many else told_apart(target, rows)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Id and name as text, for a list to choose from."""
        return tuple((str(row_id), str(label)) for row_id, label, _group in self.rows)

    def tags(self, chosen: int | None) -> Markup:
        """The options of a select as HTML, the one for nothing first."""
        mark = f'<option value="{"" if chosen is None else chosen}"'
        tags = self._tags
        for one in proposed.kept_back(self.rejected) - {chosen}:
            tags = tags.replace(f'<option value="{one}">{escape(self._known.get(one, ""))}</option>', "", 1)
        return Markup(tags.replace(f"{mark}>", f"{mark} selected>", 1))  # noqa: S704 - labels are escaped

    @cached_property
    def _tags(self) -> str:
        """Written once, however often they are shown: there are hundreds, and WTForms takes ten times as long."""
        parts = [f'<option value="">{escape(tr(NOT_CHOSEN))}</option>']
        grouped = any(group for *_, group in self.rows)
        for group, rows in groupby(self.rows, key=lambda row: row[2]):
            options = "".join(f'<option value="{row_id}">{escape(label)}</option>' for row_id, label, _ in rows)
            parts.append(f'<optgroup label="{escape(tr(group or OTHER))}">{options}</optgroup>' if grouped else options)
        return "".join(parts)

    def boxes(self, name: str, chosen: Collection[int], more: str) -> Markup:
        """All as boxes to tick, those of one group together under its heading; `more` is said of every box."""
        parts, without = [], proposed.kept_back(self.rejected).difference(chosen)
        for group, all_boxes in self._boxes:
            boxes = [one for one in all_boxes if one[0] not in without]
            parts.append(f'<p class="choice-group">{escape(tr(group))}</p>' if group and boxes else "")
            parts += [
                f'<label><input type="checkbox" name="{name}" value="{row_id}"{" checked" if row_id in chosen else ""}'
                f"{more}>{label}</label>"
                for row_id, label in boxes
            ]
        return Markup("".join(parts))  # noqa: S704 - labels and groups are escaped

    @cached_property
    def _boxes(self) -> list[tuple[str | None, list[tuple[int, Markup]]]]:
        return [
            (group, [(row_id, escape(label)) for row_id, label, _ in rows])
            for group, rows in groupby(self.rows, key=lambda row: row[2])
        ]

    @cached_property
    def _known(self) -> dict[int, str]:
        return {row_id: str(label) for row_id, label, _ in self.rows}

    def labels(self, ids: Iterable[int]) -> list[str]:
        """What rows are called; those past the first few hundred are asked for together, once a request."""
        wanted, asked = list(ids), g.setdefault("far_names", {}).setdefault(self.target, {})
        if unknown := [one for one in wanted if one not in self._known and one not in asked]:
            label = title(self.target, self.target.__tablename__, self.target.__register__.title, language())
            found = db.session.execute(select(self.target.id, label).where(self.target.id.in_(unknown)))
            asked.update(dict.fromkeys(unknown, "") | {row_id: str(name) for row_id, name in found})
        return [self._known.get(one) or asked.get(one, "") for one in wanted]


@remembers()
def _choosable(target: Any, language_: str) -> Any:
    """The rows of a register in the order of their names, no further than one past FEW; built and examined once."""
    label = title(target, target.__tablename__, target.__register__.title, language_)
    grouping = target.grouping if hasattr(target, "grouping") else null()
    order = [grouping] if hasattr(target, "grouping") else []
    rows = select(target.id, label, grouping).order_by(*order, target.sort_key, target.id)
    return prepare(rows.limit(FEW + 1))


@remembers()
def _all_choosable(targets: tuple[Any, ...], language_: str) -> Any:
    """The same of several registers at once, none of which has groups."""
    several = []
    for number, target in enumerate(targets):
        label = cast(title(target, target.__tablename__, target.__register__.title, language_), String).label("label")
        rows = select(target.id.label("id"), label, target.sort_key.label("key"))
        found = rows.order_by(target.sort_key, target.id).limit(FEW + 1).subquery()
        several.append(select(written(number).label("number"), found.c.id, found.c.label, found.c.key))
    together = union_all(*several) if len(several) > 1 else several[0]
    return prepare(together.order_by("number", "key", "id"))


def gather(pointing: Iterable[Any]) -> None:
    """Read what the fields of a form are chosen from, and what is chosen is called: one statement for all registers of
    the municipality, and one for each long register that something is chosen in."""
    chosen: dict[type[Any], set[int]] = {}
    for field in pointing:
        chosen.setdefault(field.target, set()).update(field.pointed)
    cache = g.setdefault("options", {})
    if fresh := tuple(target for target in chosen if is_owned(target) and target not in cache):
        rows: list[list[Any]] = [[] for _ in fresh]
        for number, row_id, label, _key in db.session.execute(_all_choosable(fresh, language())):
            rows[number].append((row_id, label, None))
        cache.update({target: Options(target, found) for target, found in zip(fresh, rows, strict=True)})
    for target, ids in chosen.items():
        options_for(target).labels(ids)


def options_for(target: type[Any]) -> Options:
    """The options of a register, read once for each request however many fields ask; shared ones are remembered."""
    cache: dict[Any, Options] = g.setdefault("options", {})
    if target not in cache:
        everybodys = not is_owned(target) and target.__register__.group is not Group.SYSTEM
        cache[target] = (
            remembered.asked((target, language()), lambda: read_options(target)) if everybodys else read_options(target)
        )
    return cache[target]


def read_options(target: type[Any]) -> Options:
    rejected = proposed.rejected(db.session, target) if is_proposable(target) else None
    return Options(target, db.session.execute(_choosable(target, language())).all(), rejected)


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


def picker_texts() -> dict[str, str]:
    """What the script says that finds rows by name while somebody types."""
    return {
        "data-found": _("%(count)s treff. Velg med piltastene og Enter.", count="{n}"),
        "data-none": _("Ingen treff. Prøv et annet navn."),
        "data-picked": _("%(name)s er valgt.", name="{name}"),
        "data-lately": _("Sist brukt"),
        "data-choose": _("Søk og velg"),
        "data-all": _("Alle i %(name)s", name="{name}"),
        "data-drop": _("Fjern %(name)s", name="{name}"),
        "data-dropped": _("%(name)s er tatt bort.", name="{name}"),
    }
