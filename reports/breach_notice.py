"""A draft of the notice to Datatilsynet of a personal data breach: what GDPR art. 33(3)(a) to (d) asks for, filled in
from what is known. What nobody has said yet is marked, so that it is seen before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.declare.base import field_of
from models.declare.titles import title_of
from models.declare.words import N_
from models.queries.concerned import Concerned, about_people, of_breach, time_left
from models.registers.breaches import Breach
from reports.base import Ask, Report, active_municipality, contact_line, dpo_lines, spaced, whose
from reports.columns import SAID, converter, kind_of
from reports.document import PAGE, PAGES, Answer, Chapter, Document, Part, Section, lines_of
from reports.table import Kind

TITLE = N_("Utkast til melding om brudd på personopplysningssikkerheten")
TEXT = N_("Det artikkel 33 nr. 3 krever at en melding til Datatilsynet inneholder.")
SAID_AT = SAID[Kind.DATETIME]
EMPTY = N_("Ikke fylt ut")
NOTE = N_("Mangler dere noe når fristen går ut, send meldingen likevel, og resten etter hvert (artikkel 33 nr. 4).")


@dataclass(frozen=True)
class BreachNotice(Report):
    """The notice of one breach."""

    row: Any = None

    def document(self, session: Any, ask: Ask) -> Document:
        t = ask.t
        chapters = _chapters(session, self.row, ask)
        return Document(
            title=t(TITLE), subtitle=t(TEXT), whose=whose(session, t), made=ask.made, language=ask.language,
            facts=[(t("Gjelder"), self.row.name), (t(field_of(Breach, "deadline").label), SAID_AT(self.row.deadline))],
            notes=[t(NOTE)], page_label=t("Side %(page)s av %(pages)s", page=PAGE, pages=PAGES),
            parts=[Part(t("Meldingen"), chapters, "")],
        )  # fmt: skip

    def chapters(self, _session: Any, _ask: Ask) -> int:
        return 1


def of(row: Any) -> BreachNotice:
    return BreachNotice("melding", TITLE, TEXT, row=row)


def _chapters(session: Any, row: Any, ask: Ask) -> list[Chapter]:
    t, found = ask.t, of_breach(session, row)
    told = [
        (N_("Hva som har skjedd (bokstav a)"), _what(row, found, ask)),
        (N_("Hvem som kan kontaktes (bokstav b)"), _who(session, row, ask)),
        (N_("Hva det trolig kan føre til (bokstav c)"), [_said(row, key, ask) for key in ("risk", "consequences")]),
        (N_("Hva som er gjort og skal gjøres (bokstav d)"), _done(row, ask)),
    ]
    if time_left(row).total_seconds() < 0:
        told.append((N_("Hvorfor meldingen kommer etter 72 timer (nr. 1)"), [_said(row, "late_reason", ask)]))
    return [Chapter(t(title), "", [Section("", answers)]) for title, answers in told]


def _what(row: Any, found: Concerned, ask: Ask) -> list[Answer]:
    t, (people, kinds) = ask.t, about_people(found.activities)
    special = [one for one in kinds if one.special.is_special]
    return [
        *[_said(row, key, ask) for key in ("event", "nature", "happened", "aware")],
        _listed(N_("Systemer"), found.applications, ask),
        _listed(N_("Behandlinger"), found.activities, ask),
        _listed(N_("Kategorier av registrerte"), people, ask),
        _said(row, "people", ask),
        _listed(N_("Kategorier av personopplysninger"), kinds, ask),
        _listed(N_("Særlige kategorier"), special, ask, otherwise=t("Ingen") if kinds else ""),
        _said(row, "records", ask),
        *([Answer(t("Leverandør"), [row.supplier.name])] if row.supplier else []),
    ]


def _who(session: Any, row: Any, ask: Ask) -> list[Answer]:
    t, place, person = ask.t, active_municipality(session), row.handler
    lines = dpo_lines(session).get(row.municipality_id, [])
    owner = [place.name, spaced(place.organisation_number) or "", contact_line(place)] if place else []
    said = ", ".join(filter(None, (person.name, person.email, person.phone))) if person else ""
    return [
        _answer(t("Behandlingsansvarlig"), [one for one in owner if one], ask),
        _answer(t("Personvernombud"), lines, ask),
        _answer(t("Ansvarlig"), [said] if said else [], ask),
    ]


def _done(row: Any, ask: Ask) -> list[Answer]:
    told = ("told", "told_on", "not_told") if field_of(Breach, "told").applies_to(row) else ()
    keys = [key for key in told if field_of(Breach, key).applies_to(row)]
    return [_said(row, key, ask) for key in ("measures", *keys)]


def _said(row: Any, key: str, ask: Ask) -> Answer:
    """What the row says in a field, as the sheets say it."""
    known = field_of(Breach, key)
    convert, value = converter(known, ask.t), getattr(row, key)
    cell = convert(value) if convert else value
    return _answer(ask.t(known.label), lines_of(None if cell is None else SAID.get(kind_of(known), str)(cell)), ask)


def _listed(label: str, rows: Sequence[Any], ask: Ask, otherwise: str = "") -> Answer:
    names = "; ".join(title_of(one, ask.language) for one in rows) or otherwise
    return _answer(ask.t(label), [names] if names else [], ask)


def _answer(label: str, lines: Sequence[str], ask: Ask) -> Answer:
    return Answer(label, lines or [ask.t(EMPTY)])
