"""The list page of a register: what is asked for, and which rows answer."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from models.database import db
from models.declare.base import told_fields
from models.declare.domains import Domain
from models.declare.fields import Field, is_owned
from models.declare.memories import remembers
from models.queries import overview
from models.queries.finding import (
    COUNT_LIMIT,
    Query,
    conditions,
    count_all,
    counted,
    given,
    has_place,
    order_keys,
    placed,
    stamp,
    total_found,
)
from models.queries.ordering import Turn
from models.queries.quality import FILLED
from models.queries.reading import Reader, label_of
from models.queries.searching import LONGEST_SEARCH, MOST_WORDS, has_too_many_words
from models.queries.told import follows
from models.registers.listviews import SharedView
from models.tenancy import scope
from views import preferences
from views.addresses import address_of
from views.formatters import counted_text, grouped
from views.register import saved
from views.register.columns import Column, column_field, columns_of
from views.register.filters import (
    Asked,
    filters_in_address,
    is_of_one,
    tasks_in_address,
)
from views.register.lines import Lines, Opens, kind_of
from views.register.pagestatement import PAGE, SKIPPED, statement_of
from views.register.paging import cursor_of, number_of, pack
from views.register.summary import Summary
from views.texts import gettext as _
from views.texts import language, ngettext, tr

DEEPEST = 200
MOST_TURNS = 3


@dataclass(frozen=True)
class Listing:
    """One list request, read from the address with everything in it checked."""

    register: type[Any]
    query: Query
    asked: Asked
    chosen: tuple[Column, ...]
    cursor: tuple[Any, ...] | None = None
    backwards: bool = False
    number: int = 1
    narrowed: tuple[overview.Task, ...] = ()
    missing: tuple[str, ...] = ()

    @classmethod
    def from_address(cls, register: type[Any], query: str) -> Listing:
        """The list that an address asks for, by what stands in it after the question mark."""
        return cls.from_request(register, MultiDict(parse_qsl(query)))

    @classmethod
    def from_request(cls, register: type[Any], given: MultiDict[str, str] | None = None) -> Listing:
        """What the address asks for, or another one given. What cannot be is left out, and told of where somebody may
        have meant it."""
        given = request.args if given is None else given
        chosen, missing = columns_of(register, given)
        if not given:
            return cls(register, Query(), Asked(), chosen)
        tasks, asked = tasks_in_address(register, given), filters_in_address(register, given)
        query = Query(
            search=given.get("search", "")[:LONGEST_SEARCH].replace("\0", " ").strip(),
            filters=asked.filters,
            sort=_turns(register, given.get("sort", "")),
            extra=tuple(task.condition for task in tasks),
        )
        found = partial(cls, register, query, asked, chosen, narrowed=tasks, missing=tuple(missing))
        number = number_of(given.get("page", "1"))
        if not has_place(register, query.sort):
            return found(number=max(number, 1))
        backwards = "before" in given or "last" in given
        cursor = cursor_of(order_keys(register, query.sort), given.get("before") or given.get("after") or "")
        return found(cursor=cursor, backwards=backwards, number=-1 if "last" in given else number)

    @cached_property
    def fields(self) -> list[Field]:
        return [column.known for column in self.chosen]

    @property
    def shows_owner(self) -> bool:
        return is_owned(self.register) and len(scope.current().readable(self.register.__domain__)) > 1

    @cached_property
    def leading(self) -> tuple[Any, ...]:
        """What is read ahead of the values: the keys a page begins by, whether the options of the filters are still
        those we know, which values are not the row's own, and how many rows there are, unless the summary counts
        them."""
        total = [] if self.summary.counts_all else [total_found() if self.is_filtered else counted(self.register)]
        inferred = [follows(self.register, known) for known in self.inferred]
        return (*self.keys, *[stamp(target) for target in self.stamped], *inferred, *total)

    @cached_property
    def inferred(self) -> list[Field]:
        """The columns whose values may follow from another row."""
        return [known for known in self.fields if known.follows]

    @cached_property
    def summary(self) -> Summary:
        """What is told of all the rows."""
        return Summary(self.register, self.query, self.asked, tuple(self.fields), self.is_filtered)

    @cached_property
    def stamped(self) -> tuple[Any, ...]:
        """The registers of the municipality that the list is filtered by, and the views that are shared there."""
        targets = [known.target for known in told_fields(self.register) if known.filtered and is_of_one(known.target)]
        if scope.current().readable(Domain.VIEWS):
            targets.append(SharedView)
        return tuple(dict.fromkeys(targets))

    @cached_property
    def keys(self) -> tuple[Any, ...]:
        return order_keys(self.register, self.query.sort if self.has_place else ())

    @property
    def has_place(self) -> bool:
        return has_place(self.register, self.query.sort)

    @cached_property
    def found(self) -> tuple[list[Any], bool]:
        """At most PAGE rows as tuples (id, leading…, owner's id?, values…) and whether there are more that way."""
        return self._read[:2]

    @cached_property
    def told_beside(self) -> tuple[Any, ...]:
        """What the summary has read; nothing when there are no rows."""
        return self._read[2]

    @cached_property
    def _read(self) -> tuple[list[Any], bool, tuple[Any, ...]]:
        reader = Reader(self.register, self.fields, language(), local=True)
        ahead = (*self.leading, *([self.register.municipality_id] if self.shows_owner else []))
        place = placed(self.cursor) | {SKIPPED: (self.number - 1) * PAGE}
        rows: list[Any] = list(db.session.execute(statement_of(self, reader, ahead), place | given(self.query)))
        told: tuple[Any, ...] = ()
        if rows and (beside := self.summary.length):
            told = tuple(rows[0][-beside:])
            rows = [row[:-beside] for row in rows]
        more = len(rows) > PAGE
        rows = rows[:PAGE]
        if self.backwards:
            rows = rows[::-1]
        return (rows if reader.is_whole else list(reader.complete(db.session, rows, len(ahead)))), more, told

    @cached_property
    def total(self) -> int:
        """How many rows there are in all, counted no further than one past COUNT_LIMIT."""
        rows, _more = self.found
        if rows:
            beside = self.told_beside
            return self.summary.total(beside) if self.summary.counts_all else int(rows[0][len(self.leading)])
        if not self.cursor and self.number <= 1:
            return 0
        return count_all(db.session, self.register, conditions(self.register, self.query), COUNT_LIMIT)

    @property
    def is_filtered(self) -> bool:
        return bool(self.query.search or self.query.filters or self.narrowed)

    def body(self, *, ticks: bool = False, opens: Opens = bool) -> Markup:
        """The table rows, finished; `ticks` and `opens` as of `Lines`."""
        rows, _more = self.found
        begins = len(self.keys) + len(self.stamped)
        lines = self._lines(request.query_string.decode(), ticks=ticks, opens=opens)
        return lines.drawn(rows, self.inferred, begins, len(self.leading))

    def line(self, row_id: int, asked: str, *, ticks: bool, opens: Opens) -> Markup:
        """One row as the list at the address `asked` draws it, be it in that list or not."""
        reader = Reader(self.register, self.fields, language(), local=True)
        inferred = [follows(self.register, known) for known in self.inferred]
        ahead = [*inferred, *([self.register.municipality_id] if self.shows_owner else [])]
        rows = db.session.execute(reader.statement(*ahead).where(self.register.id == row_id)).all()
        lines = self._lines(asked, ticks=ticks, opens=opens)
        return lines.drawn(list(reader.complete(db.session, rows, len(ahead))), self.inferred, 0, len(inferred))

    def _lines(self, asked: str, *, ticks: bool, opens: Opens) -> Lines:
        labels = [column["label"] for column in self.columns[1:]]
        return Lines(self.register, self.chosen, labels, self.shows_owner, asked, ticks, opens)

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        found = [self._column(column) for column in self.chosen]
        if self.shows_owner:
            found.insert(1, {"label": _("Kommune"), "sort_url": None, "sort": None, "kind": "", "key": ""})
        return found

    def _column(self, column: Column) -> dict[str, Any]:
        known = column.known
        turn = next((one for one in self.query.sort if one.known.key == known.key), None)
        if turn is None and not self.query.sort and self._is_first_order(known):
            turn = Turn(known)
        onward = f"-{known.key}" if turn and not turn.descending else known.key
        direction = ("descending" if turn.descending else "ascending") if turn else None
        label = label_of(self.register, self.fields, known, tr)
        sort_url = None if known is FILLED else self.address(sort=onward)
        kind = kind_of(column, heads=True)
        return {"label": label, "sort_url": sort_url, "sort": direction, "kind": kind, "key": known.key}

    def _is_first_order(self, known: Field) -> bool:
        """Whether the list stands in the order of this field when nobody has asked for any."""
        return known.key == self.register.__register__.title and not self.shows_owner

    def address(self, *, without: Container[str] = (), **changes: Any) -> str:
        """This list with other parameters, or without some; paging starts over unless given."""
        kept = [(name, text) for name, text in self.parameters if name not in without and name not in changes]
        return self.to([*kept, *[(name, value) for name, value in changes.items() if value not in (None, "")]])

    def to(self, parameters: Sequence[tuple[str, Any]]) -> str:
        """The address of the list with these parameters."""
        written = "&".join([_encoded(name, str(value)) for name, value in parameters])
        return f"{self.base}?{written}" if written else self.everything

    @cached_property
    def views(self) -> list[saved.View]:
        """The named ways to look at this list; reports of it are told elsewhere."""
        name, every = self.register.__tablename__, saved.shared(self.told.get(SharedView))
        found = [*saved.of_the_person(self.register), *[view for view in every if view.register == name]]
        return [view for view in found if not view.is_report]

    @cached_property
    def everything(self) -> str:
        """The address of all there is: it says so where the register opens with something else."""
        opens_with = saved.first_of(self.register, self.views)
        return self.base if opens_with is None else f"{self.base}?view={saved.EVERYTHING}"

    @property
    def density(self) -> str:
        """How close the rows stand: as the address says, else as the person likes it."""
        asked = request.args.get("density", "")
        return asked if asked in preferences.DENSITIES else preferences.density()

    @cached_property
    def base(self) -> str:
        return address_of(f"{self.register.__tablename__}.index_view")

    @cached_property
    def parameters(self) -> list[tuple[str, Any]]:
        """Search, filters and order as address parameters."""
        found = [("search", self.query.search)] if self.query.search else []
        found += self.asked.parameters
        found += [task.parameter for task in self.narrowed if task.parameter]
        if self.query.sort:
            found.append(("sort", ",".join(map(_turn_text, self.query.sort))))
        if "columns" in request.args:
            found.append(("columns", ",".join(map(str, self.chosen))))
        if request.args.get("density") in preferences.DENSITIES:
            found.append(("density", request.args["density"]))
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
        place: dict[str, Any] = {side: pack(row[1 : 1 + len(self.keys)]), "page": self._numbered(step)}
        return self.address(**place)

    def _numbered(self, step: int) -> int:
        """Which page is beside this one; counted from the end, below zero, when one came from there."""
        return min(self.number + step, -1) if self.number < 0 else max(self.number + step, 1)

    def texts(self) -> dict[str, str]:
        """How many there are, and where we stand."""
        shown = self.total
        number = counted_text(shown)
        word = ngettext("treff", "treff", shown) if self.is_filtered else ngettext("rad", "rader", shown)
        told = f"{number} {word}"
        if has_too_many_words(self.query.search):
            told = f"{told}. {_('Søket bruker de %(most)s første ordene.', most=MOST_WORDS)}"
        return {"count_text": told, "range_text": self._place()}

    def _place(self) -> str:
        if self.number == -1:
            return _("Siste side")
        if self.number < 0:
            return _("Side %(number)s fra slutten", number=grouped(-self.number))
        return _("Side %(number)s", number=grouped(self.number))

    @cached_property
    def told(self) -> dict[Any, str]:
        """The stamps of what the list is filtered by and of the views, which came with the rows if there are any."""
        rows, _more = self.found
        if rows:
            return dict(zip(self.stamped, rows[0][1 + len(self.keys) :], strict=False))
        if not self.stamped:
            return {}
        return dict(zip(self.stamped, db.session.execute(select(*map(stamp, self.stamped))).one(), strict=True))


@remembers(1000)
def _encoded(name: str, text: str) -> str:
    """A parameter as an address has it; the many addresses of lists have most of them alike."""
    return urlencode([(name, text)], safe=",*~")


def _turns(register: type[Any], text: str) -> tuple[Turn, ...]:
    """The order an address asks for: names of fields, a minus before those that go the other way."""
    asked = [(column_field(register, one.removeprefix("-")), one) for one in text.split(",")[:MOST_TURNS]]
    return tuple({known.key: Turn(known, one.startswith("-")) for known, one in asked if known is not None}.values())


def _turn_text(turn: Turn) -> str:
    return f"{'-' if turn.descending else ''}{turn.known.key}"
