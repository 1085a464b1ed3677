"""The fields of work a municipality usually is divided by, and what is of which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.declare.words import N_
from models.registers.architecture import Application


@dataclass(frozen=True, slots=True)
class Area:
    """A field of work a municipality usually is divided by: what the unit is called, and the groups of product
    categories and the main themes of LOS it answers for."""

    key: str
    name: str
    groups: frozenset[str]
    themes: frozenset[str]

    def holds(self, row: Any) -> bool:
        """Whether an application or an activity is of this field."""
        if isinstance(row, Application):
            return row.product is not None and group_of(row.product) in self.groups
        return row.theme is not None and {row.theme.name, row.theme.grouping} & self.themes != set()


def _area(key: str, name: str, groups: str, themes: str) -> Area:
    return Area(key, name, frozenset(groups.split("; ")) - {""}, frozenset(themes.split("; ")) - {""})


# Groups and themes by their names in bokmål, as the code lists group by them.
AREAS: tuple[Area, ...] = (
    _area("children", N_("Oppvekst"), "Oppvekst", "Familie og barn; Skole og utdanning"),
    _area("care", N_("Helse og velferd"), "Helse og velferd", "Helse og omsorg; Sosiale tjenester"),
    _area(
        "works",
        N_("Teknisk"),
        "Teknisk",
        "Bygg og eiendom; Natur, klima og miljø; Trafikk og transport; Næring; Samfunnssikkerhet og beredskap",
    ),
    _area("culture", N_("Kultur og innbyggertjenester"), "Innbygger og kultur", "Kultur, idrett og fritid"),
    _area(
        "staff",
        N_("Administrasjon og fellestjenester"),
        "Administrasjon",
        "Arbeid; Demokrati og innbyggerrettigheter; Lov og rett; Skatt og avgift",
    ),
    _area("ict", N_("IKT"), "IKT", ""),
)


def group_of(product: Any) -> str | None:
    return None if product.category is None else str(product.category.grouping)


def area_of(row: Any) -> Area | None:
    """The field of work an application or an activity is of, where that can be told."""
    return next((area for area in AREAS if area.holds(row)), None)
