"""The kinds of long work, each with its words: what is said while it goes on, when it is done and when it stopped, and
where it leads then. A new kind is a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from models.declare.words import N_
from models.keeping.progress import Work
from models.registers.deliveries import DeliveryJob
from models.registers.packages import ArchiveJob, PackageJob
from views import formatters
from views.texts import tr

LOOKS, MERGES = "looks", "merges"
WRITES = N_("Alle radene er gått gjennom, og skrives nå")


def _event(work: Work) -> str:
    return url_for("changes.event", event=work.name)


@dataclass(frozen=True, slots=True)
class Kind:
    """`key` is what the work tells of itself that makes it one of this kind. `job` is the table that knows whether it
    was done; of all others the history does. `at_once`: the last half of it is the writing, which is one step."""

    key: str
    alive: str
    done: str = ""
    stopped: str = ""
    steps: str = N_("%(done)s av %(whole)s rader er gått gjennom")
    at_once: bool = True
    job: type[Any] | None = None
    leads: Callable[[Work], str] = _event

    def said(self, work: Work, *, is_done: bool) -> str:
        number = formatters.grouped(work.whole or work.about["rows"])
        return tr(self.alive if work.alive else self.done if is_done else self.stopped, number=number)

    def step(self, work: Work) -> str:
        """How far it has come in words; of a job that has not told how much there is, nothing."""
        whole = work.whole or (0 if self.job else work.about["rows"])
        if self.at_once and work.whole and work.done >= work.whole:
            return tr(WRITES)
        return tr(self.steps, done=formatters.grouped(work.done), whole=formatters.grouped(whole)) if whole else ""

    def percent(self, work: Work) -> int:
        return (50 if self.at_once else 100) * work.done // work.whole if work.whole else 0


KINDS = (
    Kind(
        LOOKS, N_("%(number)s rader til import ses gjennom"), at_once=False,
    ),
    Kind(
        "imports", N_("Import av %(number)s rader pågår"), N_("Import av %(number)s rader er ferdig"),
        N_("Import av %(number)s rader stanset: ingenting er importert"),
    ),
    Kind(
        "archives", N_("Kommunens arkiv lages"), N_("Kommunens arkiv er ferdig"), N_("Kommunens arkiv ble ikke laget"),
        N_("%(done)s av %(whole)s filer er skrevet"), False, ArchiveJob, lambda _work: url_for("archives.index"),
    ),
    Kind(
        "packs", N_("En tilsynspakke lages"), N_("En tilsynspakke er ferdig"), N_("En tilsynspakke ble ikke laget"),
        N_("%(done)s av %(whole)s filer er skrevet"), False, PackageJob, lambda _work: url_for("packages.index"),
    ),
    Kind(
        "sends", N_("Fakturaer leveres"), N_("Fakturaer er levert"), N_("Levering av fakturaer stanset"),
        N_("%(done)s av %(whole)s dokumenter er levert"), False, DeliveryJob,
        lambda work: url_for("invoicing.one", number=work.about["sends"]),
    ),
    Kind(
        "unmerges", N_("En kommunesammenslåing angres"), N_("En kommunesammenslåing er angret"),
        N_("Angringen av en kommunesammenslåing stanset: ingenting er endret"),
        leads=lambda work: url_for("mergers.plan", number=work.about[MERGES]),
    ),
    Kind(
        MERGES, N_("Sammenslåing av kommuner pågår: %(number)s rader"),
        N_("Sammenslåing av kommuner er ferdig: %(number)s rader"),
        N_("Sammenslåing av kommuner stanset: ingenting er ført over"),
        leads=lambda work: url_for("mergers.plan", number=work.about[MERGES]),
    ),
    Kind(
        "deletes", N_("Sletting av %(number)s rader pågår"), N_("Sletting av %(number)s rader er ferdig"),
        N_("Sletting av %(number)s rader stanset: ingenting er slettet"),
    ),
)  # fmt: skip
CHANGES = Kind(
    "", N_("Endring av %(number)s rader pågår"), N_("Endring av %(number)s rader er ferdig"),
    N_("Endring av %(number)s rader stanset: ingenting er endret"),
)  # fmt: skip


def kind_of(work: Work) -> Kind:
    """The first kind that fits, and otherwise a change of many rows."""
    return next((one for one in KINDS if work.about.get(one.key)), CHANGES)
