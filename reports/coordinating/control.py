"""Whether a municipality is in control, for its director and council (domain handbook 8, story 30): ten figures, each
also as a sentence that needs no training (`models/queries/control.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.declare.domains import Domain
from models.declare.numbers import NBSP, digits, grouped
from models.declare.words import N_
from models.queries.control import COST, FEWEST, SYSTEMS, Figure, Good, figures
from models.queries.places import names
from models.tenancy import scope
from reports.base import Ask, Group, Told, whose
from reports.choices import Choice, Option
from reports.columns import SAID
from reports.document import Document
from reports.language import Translate
from reports.table import Cell, Column, Kind, Sheet, Workbook
from reports.tabular import Tabular


@dataclass(frozen=True)
class Line:
    """What a figure is called, and the sentence it is told in: where it is of nothing, where it is none, one and more;
    whether a share is what is told first; and the report that tells the rest, where there is one."""

    title: str
    nothing: str
    none: str
    one: str
    more: str
    is_share: bool = False
    report: str = ""


LINES: dict[str, Line] = {
    SYSTEMS: Line(
        N_("Systemer"),
        N_("Ingen systemer er registrert."),
        N_("Ingen systemer er registrert."),
        N_("Ett system er registrert."),
        N_("%(part)s systemer er registrert."),
        report="applikasjoner",
    ),
    "owner": Line(
        N_("Systemer med eier"),
        N_("Ingen systemer er registrert."),
        N_("Ingen av de %(whole)s systemene har en eier som bestemmer over dem."),
        N_("Ett av %(whole)s systemer har en eier som bestemmer over det."),
        N_("%(part)s av %(whole)s systemer har en eier som bestemmer over dem."),
        is_share=True,
        report="uten-eier",
    ),
    "covered": Line(
        N_("Databehandleravtaler"),
        N_("Ingen systemer trenger databehandleravtale."),
        N_("Ingen av de %(whole)s systemene som trenger databehandleravtale, har en som gjelder."),
        N_("Ett av %(whole)s systemer som trenger databehandleravtale, har en som gjelder."),
        N_("%(part)s av %(whole)s systemer som trenger databehandleravtale, har en som gjelder."),
        is_share=True,
        report="uten-databehandleravtale",
    ),
    "assessed": Line(
        N_("Risikovurderte systemer"),
        N_("Ingen systemer er registrert."),
        N_("Ingen av de %(whole)s systemene er risikovurdert de siste to årene."),
        N_("Ett av %(whole)s systemer er risikovurdert de siste to årene."),
        N_("%(part)s av %(whole)s systemer er risikovurdert de siste to årene."),
        is_share=True,
        report="risikovurderinger",
    ),
    "fallback": Line(
        N_("Kritiske systemer uten reserve"),
        N_("Ingen systemer er registrert som kritiske."),
        N_("For alle de %(whole)s kritiske systemene er det beskrevet hva som gjøres når de er nede."),
        N_("For ett av %(whole)s kritiske systemer er det ikke beskrevet hva som gjøres når det er nede."),
        N_("For %(part)s av %(whole)s kritiske systemer er det ikke beskrevet hva som gjøres når de er nede."),
    ),
    "ending": Line(
        N_("Avtaler som går ut"),
        N_("Ingen avtaler er registrert."),
        N_("Ingen av de %(whole)s avtalene som gjelder, går ut innen seks måneder."),
        N_("Én av %(whole)s avtaler som gjelder, går ut innen seks måneder."),
        N_("%(part)s av %(whole)s avtaler som gjelder, går ut innen seks måneder."),
        report="utlop",
    ),
    "approved": Line(
        N_("Godkjente behandlinger"),
        N_("Ingen behandlinger av personopplysninger er registrert."),
        N_("Ingen av de %(whole)s behandlingene av personopplysninger er godkjent."),
        N_("Én av %(whole)s behandlinger av personopplysninger er godkjent."),
        N_("%(part)s av %(whole)s behandlinger av personopplysninger er godkjent."),
        is_share=True,
        report="utfylling",
    ),
    "dpia": Line(
        N_("DPIA som mangler"),
        N_("Ingen behandlinger av personopplysninger er registrert."),
        N_("Ingen behandlinger venter på at følgene for personvernet blir vurdert (DPIA)."),
        N_("Én behandling trenger trolig en vurdering av følgene for personvernet (DPIA), og har ingen."),
        N_("%(part)s behandlinger trenger trolig en vurdering av følgene for personvernet (DPIA), og har ingen."),
        report="risikovurderinger",
    ),
    "breaches": Line(
        N_("Personvernavvik over fristen"),
        "",
        N_("Ingen personvernavvik står uten melding til Datatilsynet etter at fristen på 72 timer er ute."),
        N_("Ett personvernavvik er ikke meldt til Datatilsynet, og fristen på 72 timer er ute."),
        N_("%(part)s personvernavvik er ikke meldt til Datatilsynet, og fristen på 72 timer er ute."),
    ),
    COST: Line(
        N_("Kroner per innbygger"),
        N_("Ingen kostnader er registrert, eller folketallet mangler."),
        N_("Ingen kostnader er registrert, eller folketallet mangler."),
        N_("Systemer og avtaler koster %(kroner)s kroner per innbygger i året, av det som er registrert."),
        N_("Systemer og avtaler koster %(kroner)s kroner per innbygger i året, av det som er registrert."),
        report="kostnader",
    ),
}  # fmt: skip
BESIDE = {
    Good.MORE: N_("Bedre enn medianen av %(number)s kommuner, som er %(median)s."),
    Good.NEITHER: N_("Likt med medianen av %(number)s kommuner, som er %(median)s."),
    Good.LESS: N_("Dårligere enn medianen av %(number)s kommuner, som er %(median)s."),
    None: N_("Medianen av %(number)s kommuner er %(median)s."),
}
IN_WHAT = N_("I prosent der det er regnet prosent, ellers som tallet.")
TOO_FEW = N_("Færre enn %(fewest)s kommuner har noe å sammenligne med.")


@dataclass(frozen=True)
class OfPlace(Choice):
    """One of the municipalities that are read together: what it has is told beside the median of them."""

    def values(self, session: Any, texts: Sequence[str]) -> tuple[Any, ...]:
        for place, name in self._places(session).items():
            if texts[0] == name or digits(texts[0]) == place:
                return (place,)
        raise ValueError(texts[0])

    def options(self, session: Any, _t: Translate, _language: str) -> list[Option]:
        return [(place, str(place), name) for place, name in self._places(session).items()]

    def said(self, session: Any, values: tuple[Any, ...], t: Translate, _language: str) -> str:
        return f"{t(self.label)}: {names(session)[values[0]]}" if values else ""

    @staticmethod
    def _places(session: Any) -> dict[int, str]:
        read = scope.current().readable(Domain.CONTENT)
        return {place: name for place, name in names(session).items() if place in read}


PLACE = OfPlace("place", N_("Kommune"))


@dataclass(frozen=True)
class Control(Tabular):
    """A row for each figure. Whoever reads one municipality alone is told no median: what the others have is theirs."""

    @property
    def offered(self) -> tuple[Choice, ...]:
        """Of one municipality there is nothing to choose among."""
        alone = scope.is_set() and len(scope.current().readable(Domain.CONTENT)) == 1
        return tuple(one for one in super().offered if not (alone and one is PLACE))

    def figures(self, session: Any, ask: Ask) -> list[Figure]:
        return figures(session, ask.today, _place(ask))

    def about(self, session: Any, ask: Ask) -> list[tuple[str, Cell]]:
        with scope.use(_about(ask)):
            return super().about(session, ask)

    def document(self, session: Any, ask: Ask) -> Document:
        made = super().document(session, ask)
        with scope.use(_about(ask)):
            return replace(made, whose=whose(session, ask.t))

    def bound(self, session: Any, ask: Ask, told: Sequence[Told]) -> Workbook:
        made = super().bound(session, ask, told)
        with scope.use(_about(ask)):
            made.whose = whose(session, ask.t)
        return made

    def sheets(self, session: Any, ask: Ask) -> list[Told]:
        t, found = ask.t, self.figures(session, ask)
        compared = any(one.behind is not None for one in found)
        columns = [
            Column(t("Hva"), width=30), Column(t("Tall"), Kind.INTEGER), Column(t("Av"), Kind.INTEGER),
            Column(t("Prosent"), Kind.INTEGER, percent=True),
            *[Column(t("Median"), Kind.INTEGER, note=t(IN_WHAT))] * compared, Column(t("I ord"), Kind.LONG_TEXT),
        ]  # fmt: skip
        rows = [_row(one, ask, compared=compared) for one in found]
        return [Told(Sheet(t("Har vi kontroll?"), columns, rows), lambda _most: len(rows))]


def _place(ask: Ask) -> int | None:
    return next(iter(ask.chosen.get(PLACE.name, ())), None)


def _about(ask: Ask) -> scope.Scope:
    """The municipality that the cover and every page are about, where one of several is chosen."""
    place = _place(ask)
    return scope.current() if place is None else scope.current().within([place])


def _row(figure: Figure, ask: Ask, *, compared: bool) -> list[Cell]:
    is_cost = figure.measure.key == COST
    share = None if is_cost or figure.whole is None else figure.value
    middle = [_whole(figure, figure.median)] if compared else []
    of = None if is_cost else figure.whole
    number = _whole(figure, figure.value) if is_cost else figure.part
    words = " ".join(filter(None, (sentence(figure, ask.t), beside(figure, ask.t))))
    return [ask.t(LINES[figure.measure.key].title), number, of, share, *middle, words]


def _whole(figure: Figure, value: int | None) -> int | None:
    """Øre as whole kroner, all else as it is: what is in one column is of one kind."""
    return value if value is None or figure.measure.key != COST else (value + 50) // 100


def sentence(figure: Figure, t: Translate) -> str:
    """The figure as it is said to a council."""
    line, value = LINES[figure.measure.key], figure.value
    if value is None:
        return t(line.nothing)
    says = {0: line.none, 1: line.one}.get(figure.part, line.more)
    kroner = SAID[Kind.MONEY](value) if figure.measure.key == COST else ""
    return t(says, part=figure.part, whole=figure.whole or 0, kroner=kroner)


def beside(figure: Figure, t: Translate) -> str:
    """How it stands to the others, in words; nothing where it is compared with none."""
    if figure.behind is None:
        return ""
    if figure.median is None:
        return t(TOO_FEW, fewest=FEWEST)
    return t(BESIDE[figure.better], number=figure.behind, median=said(figure, figure.median))


def large(figure: Figure) -> str:
    """What is told first, in large figures: a share, or how many there are."""
    is_told_whole = figure.measure.key == COST or LINES[figure.measure.key].is_share
    return said(figure, figure.value) if is_told_whole else grouped(figure.part)


def said(figure: Figure, value: int | None) -> str:
    """What is compared, as it is written."""
    if value is None:
        return "–"
    if figure.measure.key == COST:
        return SAID[Kind.MONEY](value)
    return grouped(value) if figure.whole is None else f"{value}{NBSP}%"


CONTROL = Control(
    "har-vi-kontroll",
    N_("Har vi kontroll?"),
    N_("Ti tall i klare ord, til kommunedirektøren og kommunestyret."),
    group=Group.QUALITY,
    choices=(PLACE,),
    notes=(
        N_("Andeler av det som er bra, er rundet ned, og andeler av det som mangler, er rundet opp."),
        N_("Det du ikke har tilgang til å lese, står ikke her."),
    ),
)
