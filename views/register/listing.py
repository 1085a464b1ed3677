"""The list page of a register: what is asked for, which rows answer, and their HTML made in one pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from flask import g, request
from markupsafe import Markup
from sqlalchemy import select

from models.database import db
from models.declare.base import fields_of
from models.declare.fields import Field, Kind, is_owned
from models.declare.memories import memory
from models.queries import overview
from models.queries.finding import (
    COUNT_LIMIT,
    Query,
    as_id,
    conditions,
    counted,
    has_place,
    holding,
    matching,
    order,
    order_keys,
    page,
    placed,
    sortable,
    stamp,
    words_given,
    words_of,
)
from models.queries.reading import Reader, label_of
from models.queries.together import ROWS, among
from models.tenancy import scope
from models.tenancy.session import prepare
from views import remembered
from views.addresses import address_of
from views.formatters import cell_formatter, counted_text, grouped, safe
from views.register.filters import (
    choice_tags,
    filter_text,
    filters_in_address,
    is_of_one,
    option_tags,
    tasks_in_address,
)
from views.register.options import options_for, read_options
from views.texts import gettext as _
from views.texts import language, ngettext, tr

PAGE = 50
DEEPEST = 200
LONGEST_SEARCH = 100
MOST_WORDS = 4  # as many as people look for; a statement is kept for each number of them


@dataclass(frozen=True)
class Listing:
    """One list request, read from the address with everything in it checked."""

    register: type[Any]
    query: Query
    cursor: tuple[Any, ...] | None = None
    backwards: bool = False
    number: int = 1
    narrowed: tuple[overview.Task, ...] = ()

    @classmethod
    def from_request(cls, register: type[Any]) -> Listing:
        """What the address asks for. Values that cannot be are left out, as if they were not there."""
        if not (given := request.args):
            return cls(register, Query())
        known, tasks = sortable(register, given.get("sort", "")), tasks_in_address(register)
        query = Query(
            search=given.get("search", "")[:LONGEST_SEARCH].replace("\0", " ").strip(),
            filters=tuple(filters_in_address(register)),
            sort=known.key if known else "",
            descending=known is not None and given.get("desc") == "1",
            extra=tuple(task.condition for task in tasks),
        )
        number = _number(given.get("page", "1"))
        if not has_place(register, query.sort):
            return cls(register, query, number=max(number, 1), narrowed=tasks)
        backwards = "before" in given or "last" in given
        cursor = _cursor(order_keys(register, query.sort), given.get("before") or given.get("after") or "")
        return cls(register, query, cursor, backwards, -1 if "last" in given else number, tasks)

    @cached_property
    def fields(self) -> list[Field]:
        return [known for known in fields_of(self.register) if known.listed]

    @property
    def shows_owner(self) -> bool:
        return is_owned(self.register) and len(scope.current().readable(self.register.__domain__)) > 1

    @property
    def leading(self) -> tuple[Any, ...]:
        """What is read ahead of the values: the keys a page begins by, whether the options of the filters are still
        those we know, and, unless known, how many rows there are."""
        ahead = (*self.keys, *[stamp(target) for target in self.stamped])
        return ahead if self.is_filtered else (*ahead, self._counted)

    @cached_property
    def stamped(self) -> tuple[Any, ...]:
        """The registers of the municipality that the list is filtered by."""
        targets = [known.target for known in fields_of(self.register) if known.filtered and is_of_one(known.target)]
        return tuple(dict.fromkeys(targets))

    @cached_property
    def keys(self) -> tuple[Any, ...]:
        return order_keys(self.register, self.query.sort if self.has_place else "")

    @property
    def has_place(self) -> bool:
        return has_place(self.register, self.query.sort)

    @property
    def _counted(self) -> Any:
        return counted(self.register)

    @cached_property
    def found(self) -> tuple[list[Any], bool]:
        """At most PAGE rows as tuples (id, leading…, owner's id?, values…) and whether there are more that way."""
        reader = Reader(self.register, self.fields, language(), local=True)
        ahead = (*self.leading, *([self.register.municipality_id] if self.shows_owner else []))
        narrowing = self._narrowing
        if self.has_place and narrowing.name is not None:
            statement = _remembered(reader, self.keys, ahead, self._way, narrowing)
        else:
            statement = self._arranged(reader.statement(*ahead).where(*narrowing.conditions()))
        rows = db.session.execute(statement, placed(self.cursor) | narrowing.given).all()
        more = len(rows) > PAGE
        rows = rows[:PAGE]
        if self.backwards:
            rows = rows[::-1]
        return (list(reader.complete(db.session, rows, len(ahead))) if reader.many else list(rows)), more

    @property
    def _way(self) -> dict[str, bool]:
        """Which way the rows are read: from a row onward, and against the order of the keys."""
        return {"onward": self.cursor is not None, "backwards": self.backwards != self.query.descending}

    def _arranged(self, statement: Any) -> Any:
        """The statement in the order asked for, from where the page begins."""
        statement = statement.limit(PAGE + 1)
        if self.has_place:
            return page(statement, self.keys, **self._way)
        return statement.order_by(*order(self.register, self.query)).offset((self.number - 1) * PAGE)

    @property
    def _narrowing(self) -> _Narrowing:
        """What was found is not looked for again; where it is too much to name, rows are tried in their order."""
        register, words = self.register, words_of(self.query.search)
        if not self.is_filtered:
            return _Narrowing("", list)
        if len(self.matches) <= COUNT_LIMIT:
            return _Narrowing("named", lambda: [among(register.id)], {ROWS: self.matches})
        if len(words) <= MOST_WORDS and not self.query.filters and not self.query.extra:
            name = f"{len(words)} words on {db.engine.dialect.name}"
            return _Narrowing(name, lambda: holding(register, len(words)), words_given(words))
        return _Narrowing(None, lambda: conditions(register, self.query, indexed=False))

    @cached_property
    def matches(self) -> list[int]:
        return matching(db.session, self.register, self.query)

    @cached_property
    def total(self) -> int:
        """How many rows there are in all, counted no further than one past COUNT_LIMIT."""
        if self.is_filtered:
            return len(self.matches)
        rows, _more = self.found
        return int(rows[0][len(self.leading)] if rows else db.session.scalars(select(self._counted)).one())

    @property
    def is_filtered(self) -> bool:
        return bool(self.query.search or self.query.filters or self.narrowed)

    def body(self) -> Markup:
        """The table rows, finished: column by column, which takes half as long as cell by cell."""
        rows, _more = self.found
        if not rows:
            return Markup("")
        prefix = f"{address_of(f'{self.register.__tablename__}.details_view')}?id=".replace("%", "%%")
        ids, *columns = zip(*rows, strict=True)
        del columns[: len(self.leading)]
        owners = [[safe(g.municipalities[one].name) for one in columns.pop(0)]] if self.shows_owner else []
        formatters = [cell_formatter(known) for known in self.fields]
        names, *others = [map(show, column) for show, column in zip(formatters, columns, strict=True)]
        line = f'<tr><th scope="row"><a href="{prefix}%s">%s</a></th>{"<td>%s</td>" * len([*owners, *others])}</tr>'
        cells = zip(ids, (name or "–" for name in names), *owners, *others, strict=True)
        return Markup("".join(map(line.__mod__, cells)))  # noqa: S704 - every formatter escapes

    def columns(self) -> list[dict[str, Any]]:
        found = [self._column(known) for known in self.fields]
        if self.shows_owner:
            found.insert(1, {"label": _("Kommune"), "sort_url": None, "sort": None})
        return found

    def _column(self, known: Field) -> dict[str, Any]:
        label = tr(label_of(self.register, self.fields, known))
        if known.kind is not Kind.VALUE:
            return {"label": label, "sort_url": None, "sort": None}
        mine = self.query.sort == known.key or (not self.query.sort and self._is_first_order(known))
        url = self.address(sort=known.key, desc="1" if mine and not self.query.descending else None)
        direction = ("descending" if self.query.descending else "ascending") if mine else None
        return {"label": label, "sort_url": url, "sort": direction}

    def _is_first_order(self, known: Field) -> bool:
        """Whether the list stands in the order of this field when nobody has asked for any."""
        return known.key == self.register.__register__.title and not self.shows_owner

    def address(self, **changes: Any) -> str:
        """This list with other parameters; paging starts over unless given."""
        parameters: dict[str, Any] = dict(self.parameters())
        parameters |= changes
        kept = {key: value for key, value in parameters.items() if value not in (None, "")}
        return f"{self.base}?{urlencode(kept)}" if kept else self.base

    @cached_property
    def base(self) -> str:
        return address_of(f"{self.register.__tablename__}.index_view")

    def parameters(self) -> list[tuple[str, Any]]:
        """Search, filters and order as address parameters."""
        found = [("search", self.query.search)] if self.query.search else []
        found += [(known.key, "" if value is None else str(value)) for known, value in self.query.filters]
        found += [task.parameter for task in self.narrowed if task.parameter]
        if self.query.sort:
            found.append(("sort", self.query.sort))
            if self.query.descending:
                found.append(("desc", "1"))
        return found

    def pages(self) -> dict[str, str | None]:
        rows, more = self.found
        if not self.has_place:
            return {
                "first": self.address() if self.number > 1 else None,
                "previous": self.address(page=self.number - 1) if self.number > 1 else None,
                "next": self.address(page=self.number + 1) if more and self.number < DEEPEST else None,
                "last": None,
            }
        later = more if not self.backwards else "last" not in request.args
        earlier = more if self.backwards else self.cursor is not None
        return {
            "first": self.address() if earlier else None,
            "previous": self._beside("before", rows[0], -1) if rows and earlier else None,
            "next": self._beside("after", rows[-1], 1) if rows and later else None,
            "last": self.address(last="1") if later else None,
        }

    def _beside(self, side: str, row: Any, step: int) -> str:
        return self.address(**{side: _pack(row[1 : 1 + len(self.keys)]), "page": self._numbered(step)})

    def _numbered(self, step: int) -> int:
        """Which page is beside this one; counted from the end, below zero, when one came from there."""
        return min(self.number + step, -1) if self.number < 0 else max(self.number + step, 1)

    def texts(self) -> dict[str, str]:
        """How many there are, and where we stand."""
        shown = self.total
        number = counted_text(shown)
        word = ngettext("treff", "treff", shown) if self.is_filtered else ngettext("rad", "rader", shown)
        return {"count_text": f"{number} {word}", "range_text": self._place()}

    def _place(self) -> str:
        if self.number == -1:
            return _("Siste side")
        if self.number < 0:
            return _("Side %(number)s fra slutten", number=grouped(-self.number))
        return _("Side %(number)s", number=grouped(self.number))

    def filter_boxes(self) -> list[dict[str, Any]]:
        chosen = {known.key: value for known, value in self.query.filters}
        boxes = []
        for known in fields_of(self.register):
            if not known.filtered or (options := self._options(known)) is None:
                continue
            value = "" if chosen.get(known.key) is None else str(chosen[known.key])
            tags = options(value)
            boxes.append({"name": known.key, "label": tr(known.label), "options": tags})
        return boxes

    def _options(self, known: Field) -> Callable[[str], Markup] | None:
        """What gives the options of a filter as HTML, one chosen; None when there are too many to choose from."""
        if known.choices is not None:
            return partial(choice_tags, known.choices, language())
        target: Any = known.target
        rows, _more = self.found
        if is_owned(target) and not is_of_one(target):
            return None
        if target in self.stamped and rows:
            told = rows[0][1 + len(self.keys) + self.stamped.index(target)]
            place = scope.current().readable(target.__domain__)
            options = remembered.asked((target, language(), place, told), lambda: read_options(target))
        else:
            options = options_for(target)
        return None if options.many else partial(option_tags, options.pairs, language())

    def active_filters(self) -> list[dict[str, str]]:
        found = [
            {
                "label": f"{tr(known.label)}: {filter_text(known, value)}",
                "remove_url": self.address(**{known.key: None}),
            }
            for known, value in self.query.filters
        ]
        return found + [
            {"label": tr(task.text), "remove_url": self.address(**{task.parameter[0]: None})}
            for task in self.narrowed
            if task.parameter
        ]


_lists: dict[Any, Any] = memory({})


@dataclass(frozen=True)
class _Narrowing:
    """Which rows a list shows: a name for what never varies but in its parameters, the conditions, the parameters."""

    name: str | None
    conditions: Callable[[], list[Any]]
    given: dict[str, Any] = field(default_factory=dict)


def _remembered(
    reader: Reader, keys: tuple[Any, ...], ahead: tuple[Any, ...], way: dict[str, bool], narrowing: _Narrowing
) -> Any:
    """The page of a list as it is asked for most, not narrowed or by words alone: built and examined once."""
    name = (reader.register, reader.language, narrowing.name, *[one.key for one in ahead], *way.values())
    if name not in _lists:
        whole = reader.statement(*ahead).where(*narrowing.conditions()).limit(PAGE + 1)
        _lists[name] = prepare(page(whole, keys, **way))
    return _lists[name]


def _pack(keys: Any) -> str:
    return "~".join(str(key) for key in keys)


def _cursor(keys: tuple[Any, ...], text: str) -> tuple[Any, ...] | None:
    """The keys packed in an address: (owner,) sort key, id. None when they cannot be."""
    owned = len(keys) > 2
    owner, _, rest = text.partition("~") if owned else ("", "", text)
    key, _, last = rest.rpartition("~")
    try:
        return (*([as_id(owner)] if owned else []), key.replace("\0", ""), as_id(last))
    except ValueError:
        return None


def _number(text: str) -> int:
    """The page an address says, below zero when counted from the end."""
    try:
        number = min(as_id(text.removeprefix("-")), 10**6)
        return -number if text.startswith("-") else number
    except ValueError:
        return 1
