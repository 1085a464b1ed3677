"""Form fields that WTForms does not have: references by list or by search, and tick lists."""

from __future__ import annotations

from typing import Any

from flask import url_for
from markupsafe import Markup
from wtforms import Field

from models.declare.base import fields_of
from models.declare.fields import Field as Known
from models.declare.memories import remembers
from models.declare.numbers import as_id
from models.declare.shapes import Shape
from models.queries.standing import register_of
from views.register.options import SUGGESTED, Far, Options, OptionsSelect, find_by_name, options_for
from views.texts import tr

MOST_ERRORS, SHORT = 10, 8
# So many rows are shown to choose from, and so many where every part of a row shows them again; more are searched for.
SHOWN, SHOWN_IN_PARTS = 40, 20
CHOSEN = Markup(
    '<div class="choice"><input type="checkbox" id="{box}" name="{name}" value="{value}" checked>'
    '<label for="{box}">{label}</label></div>'
)


class ById:
    """A row as a form reads it: of references the id alone, so that what they point at is not read for it."""

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, f"{name}_id" if name in _references(register_of(self._row).__mapper__) else name)


@remembers()
def _references(mapper: Any) -> frozenset[str]:
    return frozenset(known.key for known in fields_of(mapper.class_) if known.shape is Shape.REFERENCE)


class PointingField(Field):
    """What points at rows of a register, one or many: which rows there are, and which one is meant by a name."""

    is_long = False  # whether a list to choose from is folded until somebody opens it

    def __init__(
        self,
        label: str = "",
        validators: Any = None,
        *,
        known: Known,
        target: type[Any],
        endpoint: str,
        most: int,
        **options: Any,
    ) -> None:
        self.known, self.target, self.endpoint, self.most = known, target, endpoint, most
        self.far = Far()
        super().__init__(label, validators, **options)

    @property
    def choices_from(self) -> Options:
        return options_for(self.target)

    @property
    def is_searched(self) -> bool:
        """Whether there are more rows than are shown to choose from."""
        return len(self.choices_from.rows) > self.most

    @property
    def differing(self) -> tuple[str, ...]:
        """What it looks like depends on, by name; all else of it is the same for every row."""
        raise NotImplementedError

    @property
    def pointed(self) -> list[int]:
        """The ids it points at."""
        raise NotImplementedError

    @property
    def lookup_url(self) -> str:
        return url_for(f"{self.endpoint}.ajax_lookup", name=self.known.key)

    @property
    def makes(self) -> str:
        """What is made where «Lag ny» is pressed."""
        return tr(self.target.__register__.one)

    @property
    def list_url(self) -> str:
        """Where all there are can be seen."""
        return url_for(f"{self.target.__tablename__}.index_view")

    def ask(self, far: Far) -> None:
        """Say which rows will be looked at; what is pointed at already is there, and is not read."""
        raise NotImplementedError

    def settle(self) -> None:
        """Find what was posted, once every field has asked."""
        raise NotImplementedError

    def complain(self, problem: ValueError) -> None:
        self.process_errors = (*self.process_errors, str(problem))

    def differs(self, stood: Any) -> bool:
        """Whether a part points elsewhere than it stood."""
        raise NotImplementedError

    def _resolve(self, typed: str) -> int:
        """The one row a person means by a name."""
        found = find_by_name(self.target, typed)
        if len(found) == 1:
            return found[0][0]
        if found:
            names = ", ".join(name for _row_id, name in found[:SUGGESTED])
            raise ValueError(tr("Flere passer: %(names)s. Skriv hele navnet på den du mener.", names=names))
        raise self._none(typed)

    def _none(self, typed: str) -> ValueError:
        return ValueError(tr("Fant ingen «%(typed)s». Velg en fra lista, eller registrer den først.", typed=typed[:80]))


def _id_or_none(text: str) -> int | None:
    try:
        return as_id(text)
    except ValueError:
        return None


class ReferenceField(PointingField):
    """A reference: a native select of a few dozen rows, a search box beyond. `data` is an id or None."""

    widget = OptionsSelect()
    id_value: int | None = None
    stood: int | None = None  # what the row points at before anything is changed
    _typed, _was, _posted_id = "", "", ""
    _by_name = False

    @property
    def drawn_as(self) -> str:
        """What the template draws it as: what counts is how many rows there are."""
        return "PickerField" if self.is_searched else "SelectField"

    @property
    def differing(self) -> tuple[str, ...]:
        return ("text_value", "id_text") if self.is_searched else ("tags",)

    @property
    def pointed(self) -> list[int]:
        return [] if self.data is None else [self.data]

    @property
    def id_text(self) -> str:
        return "" if self.id_value is None else str(self.id_value)

    @property
    def text_value(self) -> str:
        if self.raw_data and self.data is None:
            return str(self.raw_data[0])
        return "".join(self.choices_from.labels(self.pointed))

    def tags(self) -> Markup:
        return self.choices_from.tags(self.data)

    def process_data(self, value: Any) -> None:
        """Takes the id, as `ById` gives it."""
        self.data = self.id_value = self.stood = value

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        beside = f"{self.name}-id"
        self._posted_id = formdata.get(beside, "") if formdata else ""
        self._was = formdata.get(f"{self.name}-was", "") if formdata else ""
        self._by_name = bool(formdata) and beside in formdata  # only a search box has the id beside it
        super().process(formdata, extra_filters=extra_filters, **({} if data is None else {"data": data}))

    def process_formdata(self, values: list[Any]) -> None:
        self._typed = str(values[0]).strip() if values else ""
        self._by_name = self._by_name or not self._typed.isdigit()
        self.data = _id_or_none(self._posted_id if self._by_name else self._typed) if self._typed else None

    def ask(self, far: Far) -> None:
        self.far = far
        if self.data is not None and not self._is_untouched:
            far.ask(self.target, {self.data, self.stood} - {None})

    @property
    def _is_untouched(self) -> bool:
        """Whether what the row points at was posted as it was drawn; who forges that changes nothing."""
        return self.data == self.stood and (not self._by_name or self._typed == self._was)

    def settle(self) -> None:
        if not self._typed:
            return
        try:
            self.data = self._meant()
        except ValueError as problem:
            self.data = None  # what was typed is shown again when it fits nothing
            self.complain(problem)
        self.id_value = self.data

    def _meant(self) -> int:
        """The row that was picked under its name, or chosen from the list; else the one a person means by a name."""
        picked: int | None = self.data
        if picked is not None and self._is_untouched:
            return picked
        if not self._by_name:
            if picked is None or self.far.row(self.target, picked) is None:
                raise self._none(self._typed)
            return picked
        label = None if picked is None else self.far.label(self.target, picked)
        if picked is not None and label == self._typed:
            return picked
        try:
            return self._resolve(self._typed)
        except ValueError:
            if picked is not None and self._typed.startswith(f"{label} ("):
                return picked  # what tells it from its namesakes was said in another language
            raise

    def differs(self, part: Any) -> bool:
        return bool(self.data != getattr(part, self.known.column))

    def populate_obj(self, obj: Any, name: str) -> None:
        if self.data != getattr(obj, self.known.column):
            setattr(obj, name, None if self.data is None else self.far.row(self.target, self.data))


class ReferencesField(PointingField):
    """Many references: a tick list of a few dozen rows, else ticks for the chosen and search boxes for more."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.new_texts: list[str] = []
        self.stood: frozenset[int] = frozenset()
        self._ticked: list[str] = []

    @property
    def drawn_as(self) -> str:
        """As for ReferenceField."""
        return "PickersField" if self.is_searched else "CheckboxesField"

    @property
    def differing(self) -> tuple[str, ...]:
        return ("chosen_boxes",) if self.is_searched else ("boxes", "how_many", "chosen_labels")

    @property
    def is_long(self) -> bool:  # type: ignore[override]  # of this one it depends on how many there are
        return len(self.choices_from.rows) > SHORT

    def boxes(self) -> Markup:
        more = (' aria-invalid="true"' if self.errors else "") + (" disabled" if self.flags.readonly else "")
        return self.choices_from.boxes(self.name, set(self.pointed), more)

    @property
    def how_many(self) -> int:
        chosen = set(self.pointed)
        return sum(row_id in chosen for row_id, *_ in self.choices_from.rows)

    def chosen_labels(self) -> str:
        """What is ticked, in the order of the list."""
        chosen = set(self.pointed)
        return " · ".join(str(label) for row_id, label, _ in self.choices_from.rows if row_id in chosen)

    @property
    def pointed(self) -> list[int]:
        return list(self.data or ())

    @property
    def chosen(self) -> list[tuple[int, str]]:
        """What is ticked: id and name."""
        return list(zip(self.pointed, self.choices_from.labels(self.pointed), strict=True))

    def chosen_boxes(self) -> Markup:
        """What is ticked as boxes, to untick."""
        return Markup("").join(
            CHOSEN.format(box=f"{self.id}-{number}", name=self.name, value=one, label=label)
            for number, (one, label) in enumerate(self.chosen)
        )

    def process_data(self, value: Any) -> None:
        self.data = [one.id for one in value or ()]
        self.stood = frozenset(self.data)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self._new = [] if not formdata else [text for text in formdata.getlist(f"{self.name}-new") if text.strip()]
        super().process(formdata, extra_filters=extra_filters, **({} if data is None else {"data": data}))
        if formdata is not None:
            self._ticked = list(dict.fromkeys(str(value).strip() for value in formdata.getlist(self.name)))
            self.data = [one for one in map(_id_or_none, self._ticked) if one is not None]

    def process_formdata(self, values: list[Any]) -> None:
        """Done in `settle`, which also sees the search boxes."""

    def ask(self, far: Far) -> None:
        self.far = far
        far.ask(self.target, set(self.data or ()) - self.stood)

    def settle(self) -> None:
        """Take what was ticked and what was typed; a name that fits nothing is kept and explained."""
        self.data = []
        ticked = [(self._picked, value) for value in self._ticked]
        for find, value in [*ticked, *[(self._resolve, value.strip()) for value in dict.fromkeys(self._new)]]:
            try:
                one = find(value)
            except ValueError as problem:
                self.new_texts.append(value)
                self.complain(problem)
                if len(self.process_errors) >= MOST_ERRORS:
                    break
            else:
                self.data = [*self.data, one] if one not in self.data else self.data

    def _picked(self, value: str) -> int:
        """The row of a tick. One that is gone is never taken for a part of another's name."""
        one = _id_or_none(value)
        if one is None or (one not in self.stood and self.far.row(self.target, one) is None):
            raise self._none(value)
        return one

    def differs(self, part: Any) -> bool:
        return set(self.data or ()) != {one.id for one in getattr(part, self.known.key)}

    def populate_obj(self, obj: Any, name: str) -> None:
        if set(self.data or ()) == self.stood:
            return
        held = {one.id: one for one in getattr(obj, name)}
        wanted = [held.get(one) or self.far.row(self.target, one) for one in self.data or ()]
        setattr(obj, name, [one for one in wanted if one is not None])
