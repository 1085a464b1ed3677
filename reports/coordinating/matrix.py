"""Of whom what is processed, and where (domain handbook 8, story 24): a row for each pair of a kind of person and a
kind of data, and the same as a matrix of how many activities have it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from models.declare.base import field_of
from models.declare.domains import Domain
from models.declare.titles import title
from models.declare.words import N_
from models.queries.places import names
from models.queries.reading import Reader
from models.queries.rules import ALIVE
from models.queries.told import holds, naming
from models.registers.architecture import Application
from models.registers.codes import DataSubjectCategory, PersonalDataCategory, Special
from models.registers.processing import ProcessingActivity, SubjectRow
from models.tenancy import scope
from reports.base import Ask, Group, Told
from reports.choices import Flag, OfField
from reports.columns import part_lines
from reports.coordinating.listing import unit_of
from reports.table import Cell, Column, Kind, Sheet
from reports.tabular import Tabular

SUBJECT = OfField("subject", N_("Registrerte"), register=SubjectRow, place="subject")
DATA = OfField("data", N_("Personopplysninger"), register=SubjectRow, place="personal_data")
SPECIAL = Flag("special", N_("Bare særlige kategorier"))
UNIT = unit_of(ProcessingActivity)
Key = tuple[int, int, int]  # the municipality, the kind of person and the kind of data
Met = dict[Key, dict[int, None]]
NONE = N_("Ingen behandlinger i dette utvalget sier hvem og hva de gjelder.")


@dataclass
class Pair:
    """What is told of one pair, each thing once, in the order it was found."""

    activities: dict[int, str] = field(default_factory=dict)
    told: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, key: str, texts: Iterable[str | None]) -> None:
        self.told[key] |= dict.fromkeys(filter(None, texts))

    def lines(self, key: str) -> str | None:
        return "\n".join(self.told[key]) or None


@dataclass(frozen=True)
class Matrix(Tabular):
    """Of what is alive. A pair is told of once for each municipality.

    Which activities have a pair is read of all, as numbers: the matrix counts them, and there is no other way to know
    which pairs come first. What is told of a pair is read of those that are shown.
    """

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        several = len(scope.current().readable(Domain.CONTENT)) > 1
        subjects, kinds = _titles(session, DataSubjectCategory, ask), _titles(session, PersonalDataCategory, ask)
        special = dict(session.execute(select(PersonalDataCategory.id, PersonalDataCategory.special)).all())
        met = _met(session, ask)
        keys = sorted(met, key=lambda key: (subjects[key[1]], kinds[key[2]], key[0]))
        pairs = _pairs(session, ask, met, keys[: ask.most], kinds)
        places = names(session) if several else {}
        t = ask.t
        rows = [
            [
                subjects[who], *([places[place]] if several else []), kinds[what],
                t(special[what].label) if special[what] is not Special.NONE else None,
                *_cells(pairs[place, who, what]),
            ]
            for place, who, what in keys[: ask.most]
        ]  # fmt: skip
        columns = [
            Column(t("Registrerte")), *[Column(t("Kommune"))] * several, Column(t("Personopplysninger")),
            Column(t("Særlig kategori")), *[Column(t(one), Kind.LONG_TEXT, width=28) for one in HEADINGS],
        ]  # fmt: skip
        told = Sheet(t("Par"), columns, rows, empty=t(NONE))
        drawn = _matrix(met, subjects, kinds, ask)
        return [Told(drawn, lambda _most: len(list(drawn.rows))), Told(told, lambda _most: len(keys))]


HEADINGS = (
    N_("Behandlinger"),
    N_("Systemer"),
    N_("Grunnlag art. 6"),
    N_("Grunnlag art. 9"),
    N_("Lagring"),
    N_("Land"),
)
TOLD = ("article6", "article9", "retention", "transfers")


def _cells(pair: Pair) -> Iterator[Cell]:
    yield "\n".join(pair.activities.values())
    yield from (pair.lines(key) for key in ("systems", "article6", "article9", "retention", "countries"))


def _matrix(activities: Met, subjects: dict[int, str], kinds: dict[int, str], ask: Ask) -> Sheet:
    """The kinds of data down, the kinds of people across, and in how many activities they meet."""
    t = ask.t
    met: dict[tuple[int, int], int] = defaultdict(int)
    for (_place, who, what), having in activities.items():
        met[who, what] += len(having)
    across = sorted({who for who, _what in met}, key=subjects.__getitem__)
    down = sorted({what for _who, what in met}, key=kinds.__getitem__)
    columns = [Column(t("Personopplysninger")), *[Column(subjects[who], Kind.INTEGER, width=14) for who in across]]
    rows = [[kinds[what], *[met.get((who, what)) for who in across]] for what in down]
    return Sheet(t("Matrise: antall behandlinger"), columns, rows, empty=t(NONE), pages=1)


def _titles(session: Any, register: Any, ask: Ask) -> dict[int, str]:
    return dict(session.execute(select(register.id, title(register, *naming(register), ask.language))).all())


def _met(session: Any, ask: Ask) -> Met:
    """The activities that have each pair, in their order, by municipality, kind of person and kind of data."""
    activity, chosen = ProcessingActivity, ask.chosen
    met = select(activity.id, activity.municipality_id, SubjectRow.subject_id, PersonalDataCategory.id)
    met = met.join(activity.subjects).join(SubjectRow.personal_data).where(*_alive(ask))
    if SUBJECT.name in chosen:
        met = met.where(SubjectRow.subject_id.in_(chosen[SUBJECT.name]))
    if DATA.name in chosen:
        met = met.where(PersonalDataCategory.id.in_(chosen[DATA.name]))
    if chosen.get(SPECIAL.name):
        met = met.where(PersonalDataCategory.special.in_([one for one in Special if one.is_special]))
    found: Met = defaultdict(dict)
    for row_id, place, who, what in session.execute(met.order_by(activity.sort_key, activity.id)):
        found[place, who, what][row_id] = None
    return found


def _alive(ask: Ask) -> list[Any]:
    narrowed = UNIT.where(ask.chosen.get(UNIT.name, ()))
    return [holds(ProcessingActivity, ALIVE[ProcessingActivity]), *([] if narrowed is None else [narrowed])]


def _pairs(session: Any, ask: Ask, met: Met, keys: Sequence[Key], kinds: dict[int, str]) -> dict[Key, Pair]:
    """What is told of some pairs."""
    shown = {row_id for key in keys for row_id in met[key]}
    where = [*_alive(ask), *([] if ask.most is None else [ProcessingActivity.id.in_(shown)])]
    told, systems = _told(session, ask, where), _systems(session, where)
    keeps = field_of(ProcessingActivity, "retention")
    lines = part_lines(keeps, ask.t, ("disposal", "months", "days", "start", "words"))
    pairs: dict[Key, Pair] = defaultdict(Pair)
    for key, row_id in ((one, row_id) for one in keys for row_id in met[one]):
        pair, said = pairs[key], told[row_id]
        pair.activities[row_id] = said["name"]
        pair.add("systems", [name for name, _country in systems[row_id]])
        pair.add("article6", said["article6"])
        pair.add("article9", said["article9"])
        kept = [one for one in said["retention"] if one["personal_data"] in (None, kinds[key[2]])]
        pair.add("retention", str(lines(kept) or "").splitlines())
        pair.add("countries", [country for _name, country in systems[row_id]])
        pair.add("countries", [one["country"] for one in said["transfers"]])
    return pairs


def _told(session: Any, ask: Ask, where: list[Any]) -> dict[int, dict[str, Any]]:
    keys = ("name", *TOLD)
    reader = Reader(ProcessingActivity, [field_of(ProcessingActivity, key) for key in keys], ask.language)
    rows = reader.rows(session, reader.statement().where(*where))
    return {row_id: dict(zip(keys, values, strict=True)) for row_id, *values in rows}


def _systems(session: Any, where: list[Any]) -> dict[int, list[tuple[str, str | None]]]:
    """The systems of each activity, and the country that each keeps its data in."""
    found: dict[int, list[tuple[str, str | None]]] = defaultdict(list)
    linked = select(ProcessingActivity.id, Application.name, Application.storage_country)
    linked = linked.join(ProcessingActivity.applications).where(*where).order_by(Application.sort_key, Application.id)
    for row_id, name, country in session.execute(linked):
        found[row_id].append((name, country))
    return found


MATRIX = Matrix(
    "hvem-og-hva",
    N_("Hvem og hva"),
    N_("Registrerte mot personopplysninger: hvor de behandles, på hvilket grunnlag, hvor lenge og i hvilke land."),
    group=Group.PROTECTION,
    choices=(SUBJECT, DATA, SPECIAL, UNIT),
    notes=(N_("Land er der systemene lagrer data, og der opplysninger overføres til."),),
)
