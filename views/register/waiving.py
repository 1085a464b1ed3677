"""«Ikke relevant, fordi …» in a form: asked at each field that is empty, and kept as one field of the row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from wtforms import Field

from models.declare.checks import LONGEST_REASON, reason
from models.declare.cleaning import line
from models.declare.fields import Field as Known
from models.declare.notrelevant import WAIVED
from models.declare.waiving import waivable
from models.declare.words import Problem
from reports.language import mid_sentence
from views.texts import explain, tr


@dataclass(frozen=True, slots=True)
class Waiver:
    """The place at a field where one says that it is not relevant: what it is posted as, what is said, and what is
    wrong with that."""

    name: str
    label: str
    said: str
    error: str = ""
    longest: int = LONGEST_REASON


class ReasonsField(Field):
    """Why fields are not relevant, by their keys. What is posted for others than those that may be left out is not
    read, nor for fields that the person may not write: they are locked, and their reasons with them."""

    def __init__(self, label: str = "", validators: Any = None, *, known: Known, **options: Any) -> None:
        self.fields = waivable(known.points_at)
        self.wrong: dict[str, str] = {}
        super().__init__(label, validators, **options)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002 - passed by name
        self.errors, self.process_errors, self.raw_data, self.wrong = (), (), None, {}
        self.stood: dict[str, str] = data or {}
        posted = {key: line(formdata[self.named(key)]) for key in self.fields if self.named(key) in (formdata or ())}
        self.data = {key: said for key, said in {**self.stood, **posted}.items() if said}

    def named(self, key: str) -> str:
        """What the reason of a field is posted as. An empty one takes back what was said."""
        return f"{self.name}-{key}"

    def keep(self, key: str) -> None:
        """Leave the reason of a field as it stood."""
        self.data = {one: said for one, said in self.data.items() if one != key}
        self.data |= {key: self.stood[key]} if key in self.stood else {}

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:  # noqa: ARG002 - as WTForms calls it
        for key, said in self.data.items():
            try:
                reason(said if said != self.stood.get(key) else None)
            except Problem as problem:
                self.wrong[key] = explain(problem)
        self.errors = tuple(self.wrong.values())
        return not self.errors

    def row_errors(self) -> Iterator[tuple[Any, str]]:
        """What is wrong, each at the field it is about."""
        for key, message in self.wrong.items():
            label = SimpleNamespace(text=f"{tr(self.fields[key].label)} ({mid_sentence(self.label.text)})")
            yield SimpleNamespace(id=self.named(key), label=label), message

    def populate_obj(self, obj: Any, name: str) -> None:
        setattr(obj, name, self.data or None)

    def at(self, known: Known) -> Waiver:
        """The place of the reason of a field."""
        key = known.key
        return Waiver(self.named(key), tr(known.label), self.data.get(key, ""), self.wrong.get(key, ""))


def waiver(form: Any, known: Known, *, says: bool) -> Waiver | None:
    """Where one says of a field of a form that it is not relevant; None where it says something, or must. Asked in the
    form of what lacks; in the whole form, which is long enough, what was said is told and taken back."""
    if WAIVED not in form or known.key not in form[WAIVED].fields or form[known.key].flags.readonly:
        return None
    found: Waiver = form[WAIVED].at(known)
    if found.error:
        return found
    return found if not says and (found.said or form.only) else None
