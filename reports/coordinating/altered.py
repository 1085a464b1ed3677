"""What has changed in a register between two days (domain handbook 8, story 15): what has come, what says otherwise,
field by field, and what is gone, with who did it and when, as the history has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select

from models.declare.base import field_of, fields_of, part_class
from models.declare.fields import Field, Kind
from models.declare.words import N_, Problem
from models.queries.reading import Reader
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Platform, Process, Service
from models.registers.data import Dataset, Integration
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy import scope
from models.tenancy.log import CREATED, DELETED, RESTORED, change_class
from reports.base import Ask, Group, Told, is_of_one
from reports.choices import DAY, OF_ONE, SINCE, Choice, Chosen, Option, end_of
from reports.columns import SAID, converter, exported, kind_of
from reports.comparing import Difference, Said, What, differences
from reports.language import Translate
from reports.table import Cell, Column, Named, Sheet
from reports.table import Kind as Cells
from reports.tabular import Tabular

REGISTERS: tuple[type[Any], ...] = (
    Application, Agreement, Dataset, Integration, Service, Process, Platform, ProcessingActivity, RiskAssessment,
    ImpactAssessment, OrganisationalUnit, ContactPerson,
)  # fmt: skip
BACKWARDS = N_("Den siste dagen kan ikke være før den første.")
DONE = {What.NEW: (CREATED, RESTORED), What.GONE: (DELETED,)}
Done = tuple[str, datetime]  # who, and when


@dataclass(frozen=True)
class OfRegister(Choice):
    """One of the registers that the person may read, by the name of its table; always one of them."""

    def values(self, session: Any, texts: Sequence[str]) -> tuple[Any, ...]:
        found = {text: one for one, text, _label in self.options(session, str, "")}
        if texts[0] not in found:
            raise ValueError(texts[0])
        return (found[texts[0]],)

    def options(self, _session: Any, t: Translate, _language: str) -> list[Option]:
        mine = [one for one in REGISTERS if scope.current().readable(one.__domain__)]
        return [(one, one.__tablename__, t(one.__register__.name)) for one in mine]

    @property
    def is_needed(self) -> bool:
        return True

    def said(self, _session: Any, values: tuple[Any, ...], t: Translate, _language: str) -> str:
        return f"{t(self.label)}: {t(values[0].__register__.name)}"


REGISTER = OfRegister("register", N_("Register"), default=(Application,))


@dataclass(frozen=True)
class Altered(Tabular):
    """Of one municipality; its rows on both days are held in memory. Without a day the registers as they stand, and
    without a day to compare with the end of last year."""

    def asked(self, session: Any, given: Mapping[str, Sequence[str]], otherwise: str, t: Translate) -> Ask:
        ask = _with_a_day(super().asked(session, given, otherwise, t))
        if any(day > ask.today for day in ask.chosen.get(SINCE.name, ())):
            raise Problem(BACKWARDS)
        return ask

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        found = _Found(session, _with_a_day(ask))
        return [found.told(What.NEW), found.told(What.CHANGED), found.told(What.GONE)]


def _with_a_day(ask: Ask) -> Ask:
    """The same with a day to compare with, and of the past no more than the register."""
    days = {SINCE.name: (date(ask.today.year - 1, 12, 31),)} if is_of_one() else {}
    return replace(ask, chosen={**days, **ask.chosen}, past_of=(_register(ask.chosen),))


def _register(chosen: Chosen) -> type[Any]:
    (found,) = chosen.get(REGISTER.name, REGISTER.default)
    return found  # type: ignore[no-any-return]


TITLES = {What.NEW: N_("Nye"), What.CHANGED: N_("Endret"), What.GONE: N_("Borte")}
WHO = {What.NEW: N_("Registrert av"), What.CHANGED: N_("Sist endret av"), What.GONE: N_("Slettet av")}
EMPTY = {
    What.NEW: N_("Ingenting er kommet til."),
    What.CHANGED: N_("Ingenting er endret."),
    What.GONE: N_("Ingenting er slettet."),
}


@dataclass(frozen=True)
class _Found:
    """What differs, found once for all the sheets and who counts them."""

    session: Any
    ask: Ask

    def told(self, what: What) -> Told:
        t, rows = self.ask.t, self._by_what[what]
        columns = [Column(t("Navn"))]
        if what is What.CHANGED:
            columns += [Column(t("Felt")), Column(t("Før"), Cells.LONG_TEXT), Column(t("Nå"), Cells.LONG_TEXT)]
        columns += [Column(t(WHO[what])), Column(t("Tidspunkt"), Cells.DATETIME)]
        empty = t(EMPTY[what] if is_of_one() else OF_ONE)
        sheet = Sheet(t(TITLES[what]), columns, self._rows(rows[: self.ask.most]), empty=empty)
        return Told(sheet, lambda _most: len(rows))

    def _rows(self, found: Sequence[Difference]) -> Iterator[list[Cell]]:
        for one in found:
            name = one.name if one.what is What.GONE else Named(one.name, self._register.__tablename__, one.row_id)
            said = [one.label, one.was or None, one.now or None] if one.what is What.CHANGED else []
            yield [name, *said, *self._done.get((one.row_id, one.key or one.what), (None, None))]

    @property
    def _register(self) -> type[Any]:
        return _register(self.ask.chosen)

    @cached_property
    def _by_what(self) -> dict[What, list[Difference]]:
        found: dict[What, list[Difference]] = {what: [] for what in What}
        if is_of_one():
            before, after = (self._read(self.ask.read_from(self.session, one)) for one in (SINCE, DAY))
            for one in differences(before, after, self._fields, lambda row: str(row[self._title])):
                found[one.what].append(one)
        return found

    @property
    def _title(self) -> str:
        return str(self._register.__register__.title)

    @cached_property
    def _told(self) -> list[Field]:
        """What rows keep and files may hold; what follows from other rows is told of where it changed."""
        kept = {one.key for one in fields_of(self._register)}
        return [one for one in exported(self._register) if one.key in kept and not one.mirrored]

    @cached_property
    def _fields(self) -> list[Said]:
        return [Said(one.key, self.ask.t(one.label), _saying(one, self.ask.t)) for one in self._told]

    def _read(self, session: Any) -> dict[int, dict[str, Any]]:
        told = {one.key: one for one in [field_of(self._register, self._title), *self._told]}
        reader = Reader(self._register, list(told.values()), self.ask.language)
        rows = reader.rows(session, reader.statement())
        return {row_id: dict(zip(told, values, strict=True)) for row_id, *values in rows}

    @cached_property
    def _done(self) -> dict[tuple[int, str], Done]:
        """Who did it and when, by the row and the field or by what became of the row; the last who did. Where what a
        row points at has changed the history of the row says nothing."""
        log, register, (since,) = change_class(self._register), self._register, self.ask.chosen[SINCE.name]
        within = {part_class(one).__name__: one.key for one in fields_of(register) if one.kind is Kind.ROWS}
        asked = (log.register == register.__tablename__, log.at >= end_of(since), log.at < self.ask.told_at)
        entries = select(log.row_id, log.action, log.actor_name, log.at, log.fields).where(*asked).order_by(log.id)
        found: dict[tuple[int, str], Done] = {}
        for row_id, action, who, at, fields in self.session.execute(entries):
            for what, actions in DONE.items():
                if action in actions:
                    found[row_id, what] = (who, at)
            for said in fields:
                found[row_id, within.get(said.get("part", ""), said["field"])] = (who, at)
        return found


def _saying(known: Field, t: Translate) -> Any:
    make, kind = converter(known, t), kind_of(known)

    def says(row: dict[str, Any]) -> str:
        value = make(row[known.key]) if make else row[known.key]
        return "" if value in (None, "") else str(SAID.get(kind, str)(value))

    return says


ALTERED = Altered(
    "endringer",
    N_("Endret siden en dag"),
    N_("Hva som er kommet til, endret og slettet i et register mellom to dager, felt for felt."),
    group=Group.QUALITY,
    choices=(REGISTER, SINCE, DAY),
    notes=(N_("Hvem og når er det siste historikken har om feltet. Der det er tomt, er det raden viser til, endret."),),
)
