"""A draft of the answer to who asks for access: for each activity that may be about them what GDPR art. 15(1) and (2)
asks for, as the record has it. What the systems hold of the person is added by hand, and never stands in Orden."""

# ruff: noqa: E501 - a letter: one sentence, one line
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.declare.choices import RecordStatus
from models.declare.titles import title_of
from models.declare.words import N_
from models.queries.concerned import of_request
from models.registers.processing import ProcessingActivity
from reports.base import Ask, Report, active_municipality, contact_line, dpo_lines, whose
from reports.columns import SAID
from reports.document import PAGE, PAGES, Answer, Chapter, Document, Part, Section, lines_of
from reports.protocol.contents import Form, Item, items
from reports.protocol.reading import Activities, Activity, Which

TITLE = N_("Utkast til svar på krav om innsyn")
TEXT = N_("Svaret etter personvernforordningen artikkel 15, slik protokollen beskriver behandlingene.")
EMPTY = N_("Ikke fylt ut")
FOUND = N_("Det vi har registrert om deg, ligger ved: kopi av opplysningene fra hvert system (artikkel 15 nr. 3).")
NONE = N_("Vi behandler ikke opplysninger om deg.")
RIGHTS = (
    (N_("Rettighetene dine (bokstav e)"), N_("Du kan be oss rette eller slette opplysninger om deg, be om at bruken begrenses, og protestere mot den. Hva du kan kreve, kommer an på grunnlaget vi har.")),
    (N_("Klage (bokstav f)"), N_("Du kan klage til Datatilsynet, Postboks 458 Sentrum, 0105 Oslo, hvis du mener at vi bryter reglene.")),
)  # fmt: skip
# What each letter of art. 15(1) asks for, and art. 15(2), by the fields of an activity that say it.
LETTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Formål (bokstav a)"), ("purpose", "purposes")),
    (N_("Opplysninger (bokstav b)"), ("subjects",)),
    (N_("Mottakere (bokstav c)"), ("recipients", "disclosures")),
    (N_("Lagringstid (bokstav d)"), ("retention",)),
    (N_("Kilder (bokstav g)"), ("sources",)),
    (N_("Automatisering (bokstav h)"), ("automated", "profiling")),
    (N_("Tredjeland (nr. 2)"), ("transferred", "transfers")),
)


@dataclass(frozen=True)
class AccessReply(Report):
    """The answer to one request."""

    row: Any = None

    def document(self, session: Any, ask: Ask) -> Document:
        t, row = ask.t, self.row
        return Document(
            title=t("Svar på krav om innsyn"), subtitle=t(TEXT), whose=whose(session, t), made=ask.made,
            language=ask.language, facts=[(label, said) for label, said in _facts(row, ask) if said],
            notes=[t(FOUND)], page_label=t("Side %(page)s av %(pages)s", page=PAGE, pages=PAGES),
            parts=[
                Part(t("Slik behandler vi opplysninger om deg"), list(_chapters(session, row, ask)), t(NONE)),
                Part(t("Dine rettigheter"), [Chapter(t("Rettigheter og klage"), "", [_rights(session, row, ask)])], ""),
            ],
        )  # fmt: skip

    def chapters(self, _session: Any, _ask: Ask) -> int:
        return 1


def of(row: Any) -> AccessReply:
    return AccessReply("svar", TITLE, TEXT, row=row)


def _facts(row: Any, ask: Ask) -> list[tuple[str, str]]:
    t = ask.t
    return [
        (t("Deres krav"), f"{row.received:%d.%m.%Y}"), (t("Vår referanse"), row.archive_case or row.name),
        (t("Til"), row.asked_by or ""),
    ]  # fmt: skip


def _chapters(session: Any, row: Any, ask: Ask) -> Iterator[Chapter]:
    ids = [one.id for one in of_request(session, row)]
    states = [state for state in RecordStatus if state is not RecordStatus.ENDED]
    found = Activities(session, ask, chosen=[ProcessingActivity.id.in_(ids)], states=states, with_drafts=False)
    told, names = items(Form.READ, ask.language), {title_of(one, ask.language) for one in row.subjects}
    for activity in found.of(Which.ALL):
        activity["subjects"] = [pair for pair in activity["subjects"] if pair["subject"] in names]
        answers = [_letter(title, keys, told, activity, ask) for title, keys in LETTERS]
        yield Chapter(activity["name"], activity["unit"] or "", [Section("", answers)])


def _letter(title: str, keys: tuple[str, ...], told: tuple[Item, ...], activity: Activity, ask: Ask) -> Answer:
    """All that the record says of one letter, under its name."""
    lines: list[str] = []
    for item in told:
        if not set(item.made_of).isdisjoint(keys) and not item.is_empty(activity):
            said = item.answer(activity, ask.t)
            text = SAID.get(item.kind, str)(said) if said is not None else ""
            lines += [f"{item.label}: {text}"] if "automated" in keys else lines_of(text)
    return Answer(ask.t(title), lines or [ask.t(EMPTY)])


def _rights(session: Any, row: Any, ask: Ask) -> Section:
    t, place = ask.t, active_municipality(session)
    told = [Answer(t(label), [t(text)]) for label, text in RIGHTS]
    officer = dpo_lines(session).get(row.municipality_id) or [t(EMPTY)]
    contact = [place.name, contact_line(place)] if place else []
    return Section(
        "", [*told, Answer(t("Personvernombud"), officer), Answer(t("Kommune"), list(filter(None, contact)))]
    )
