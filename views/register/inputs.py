"""The form fields of single values: what a person may write, and how what is stored stands in the box."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from markupsafe import escape
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import MonthInput

from models.declare import numbers
from models.declare.cleaning import line, lines
from models.declare.clock import OSLO
from models.declare.fields import Field as Known
from models.declare.shapes import Shape
from models.declare.words import N_, Choice, Problem
from views.register.options import NOT_CHOSEN, OptionsSelect
from views.texts import explain, spoken, tr

NOT_A_CHOICE = N_("Velg et av alternativene.")
NOT_A_DATE = N_("Skriv datoen som dag.måned.år, for eksempel 31.12.2026.")
NOT_A_MOMENT = N_("Skriv dato og klokkeslett, for eksempel 31.12.2026 kl. 14.30.")
NOT_A_MONTH = N_("Skriv måneden som måned.år, for eksempel 12.2026.")


class NumberField(StringField):
    """An exact number with a few decimals, written as people write numbers."""

    places = 4

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)

    def written(self, number: Any) -> str:
        text = f"{number:f}".replace(".", ",")
        return text.rstrip("0").rstrip(",") if "," in text else text

    def process_formdata(self, values: list[Any]) -> None:
        self.data = None
        try:
            self.data = self.meant(values[0] if values else "")
        except Problem as problem:
            raise ValueError(explain(problem)) from None

    def meant(self, typed: str) -> Any:
        return numbers.decimal(typed, self.places)


class PercentField(NumberField):
    """Per cent with two decimals."""

    places = 2


class MoneyField(NumberField):
    """Kroner on the page, whole øre in `data`."""

    def written(self, number: Any) -> str:
        return f"{number // 100},{number % 100:02d}" if number % 100 else str(number // 100)

    def meant(self, typed: str) -> Any:
        return numbers.amount(typed)


class WholeNumber(NumberField):
    """A whole number the database can hold."""

    def written(self, number: Any) -> str:
        return str(number)

    def meant(self, typed: str) -> Any:
        return numbers.whole(typed)


def _filled(values: list[Any]) -> list[str]:
    """What was typed, without the space around it; of an empty field nothing, which needs no complaint."""
    return [typed for value in values if (typed := value.strip())]


class NorwegianDate(DateField):
    """A native date control that also takes 31.12.2026."""

    complaint = NOT_A_DATE

    def process_formdata(self, values: list[Any]) -> None:
        self.data = None
        try:
            super().process_formdata(_filled(values))
        except ValueError:
            raise ValueError(tr(self.complaint)) from None


class MonthField(NorwegianDate):
    """A native month control that also takes 12.2026; `data` is the first day of the month."""

    widget: Any = MonthInput()
    complaint = NOT_A_MONTH


class MomentField(DateTimeLocalField):
    """A native control for date and time in Norway; `data` is a moment with its zone."""

    def process_formdata(self, values: list[Any]) -> None:
        before, self.data = self.data, None
        try:
            super().process_formdata(_filled(values))
        except ValueError:
            raise ValueError(tr(NOT_A_MOMENT)) from None
        if before is not None and self.data == before.replace(second=0, microsecond=0):
            self.data = before  # the control knows no seconds


class _OneOfAFew:
    """One of a closed vocabulary, and a sentence of our own when what is posted is none of them.

    A stored value that the code no longer knows stands among the choices of its own row, so that saving keeps it.
    """

    choices: Any

    def process_data(self, value: Choice | None) -> None:
        self.data = value
        if value is not None and not value.known:
            self.choices = [*self.choices, SelectChoice(value.value, value.told(tr))]

    def process_formdata(self, values: list[Any]) -> None:
        super().process_formdata(values)  # type: ignore[misc]  # of the field this is mixed into
        if self.data is not None and self.data.value not in {choice.value for choice in self.choices}:
            raise ValueError(tr(NOT_A_CHOICE))


class AnswerField(_OneOfAFew, RadioField):
    """One of a few, all of them in sight."""

    drawn_as = "RadioField"  # what the template draws it as


class ChoiceField(_OneOfAFew, SelectField):
    """One of many, behind a native select."""

    drawn_as = "SelectField"
    widget = OptionsSelect()

    def tags(self) -> str:
        return "".join(
            f'<option value="{escape(one.value)}"{" selected" if one.selected else ""}>{escape(one.label)}</option>'
            for one in self.iter_choices()
        )


Input = Callable[[Known, dict[str, Any]], Any]


def _line(kind: type[Any] = StringField) -> Input:
    return lambda _, options: kind(filters=[line], **options)


def _lines(_known: Known, options: dict[str, Any]) -> Any:
    return TextAreaField(filters=[lines], **options)


def _short(kind: type[Any], **more: Any) -> Input:
    return lambda _, options: kind(render_kw={"class": "short"}, **more, **options)


def _tick(_known: Known, options: dict[str, Any]) -> Any:
    return BooleanField(**{**options, "validators": []})


def _choice(kind: type[Any], known: Known, options: dict[str, Any]) -> Any:
    choices = known.choices
    assert choices is not None  # noqa: S101 - a programming error, not input
    blank = [] if known.required else [SelectChoice("", spoken(NOT_CHOSEN))]
    return kind(
        choices=[*blank, *[SelectChoice(member.value, spoken(member.label)) for member in choices]],
        coerce=lambda value: choices.stored(str(value)) if value else None,
        validate_choice=False,  # asked as it is read, in words of our own
        **options,
    )


def _answer(known: Known, options: dict[str, Any]) -> Any:
    return _choice(AnswerField if known.required else ChoiceField, known, options)


INPUTS: dict[Shape, Input] = {
    Shape.TEXT: _line(),
    Shape.LONG_TEXT: _lines,
    Shape.WHOLE: _short(WholeNumber),
    Shape.DECIMAL: _short(NumberField),
    Shape.MONEY: _short(MoneyField),
    Shape.PERCENTAGE: _short(PercentField),
    Shape.DATE: _short(NorwegianDate, format=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]),
    Shape.MOMENT: _short(MomentField, tz=OSLO, format=["%Y-%m-%dT%H:%M", "%d.%m.%Y kl. %H.%M", "%d.%m.%Y %H:%M"]),
    Shape.YEAR: _short(WholeNumber),
    Shape.MONTH: _short(MonthField, format=["%Y-%m", "%m.%Y"]),
    Shape.DAYS: _short(WholeNumber),
    Shape.MONTHS: _short(WholeNumber),
    Shape.YEARS: _short(WholeNumber),
    Shape.YES_NO: _tick,
    Shape.ANSWER: _answer,
    Shape.CHOICE: partial(_choice, ChoiceField),
    Shape.EMAIL: _line(EmailField),
    Shape.PHONE: _line(TelField),
    Shape.WEB_ADDRESS: _line(URLField),
    Shape.LINKS: _lines,
    Shape.ORGANISATION_NUMBER: _line(),
    Shape.COUNTRY: _line(),
    Shape.MUNICIPALITY_NUMBER: _line(),
}
