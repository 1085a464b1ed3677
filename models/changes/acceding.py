"""Joining, step by step: asked, quoted, papers ready, to be signed, signed by both, in force. Each step follows the one
before it, is written down with who did it and when, and is taken back only by a line that says why.

The papers are made in `reports/acceding`; here they are kept as they were made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from models.declare.acceding import OPEN, SIGNED_PAPERS, Event, PaperKind, Signer, Step
from models.declare.agreeing import SubProcessorConsent
from models.declare.charging import PartyRole
from models.declare.checks import email, no_national_identity_number
from models.declare.choices import AgreementStatus, Answer, LanguageForm
from models.declare.cleaning import line, lines
from models.declare.clock import day_of, now, today
from models.declare.words import N_, Problem, check_length
from models.registers.accessions import (
    NAME,
    NOTE,
    Accession,
    AccessionEvent,
    AccessionPaper,
    events_of,
    lacks_for,
    papers_of,
    standing,
)
from models.registers.agreements import ITEMS, Agreement
from models.registers.catalogue import Supplier
from models.registers.codes import AgreementType
from models.registers.municipality import Municipality, MunicipalityCode, Population
from models.registers.parties import as_supplier, party_on
from models.tenancy import scope
from models.tenancy.log import REASON
from models.tenancy.roles import Actor

COUNTED_ON, NUMBERED_FROM = date(2026, 1, 1), date(2024, 1, 1)  # as the facts of `queries/payers.py` are
MOST_MONTHS, MOST_DAYS, YEARS_AHEAD = 36, 365, 2
CODES = {PaperKind.AGREEMENT: "accession", PaperKind.PROCESSING: "DBA"}
NAMES = {PaperKind.AGREEMENT: N_("Orden – tilslutningsavtale"), PaperKind.PROCESSING: N_("Orden – databehandleravtale")}

NEEDS_NAME = N_("Skriv navnet på den vi skal svare.")
NEEDS_EMAIL = N_("Skriv e-postadressen vi skal svare til.")
TOO_EARLY = N_("Første dag kan ikke være før i dag.")
TOO_LATE = N_("Første dag kan ikke være senere enn %(last)s.")
ASKED_ALREADY = N_("Noen fra %(name)s har spurt alt, og prosjektet svarer dem. Det trengs ikke ett spørsmål til.")
MEMBER = N_("%(name)s er med i samarbeidet alt.")
PASSED = N_("Noe er endret etter at du åpnet siden. Se over den, og prøv igjen.")
NOT_NOW = N_("Dette steget kan ikke tas nå. Siden viser hva som er neste.")
WRITE_WHY = N_("Skriv hvorfor.")
EXPIRED = N_("Tilbudet må gjelde til i dag eller senere.")
HOW_MANY = N_("Skriv et helt tall fra 1 til %(most)s.")
CHOOSE_CONSENT = N_("Velg hvordan databehandleren får bruke underdatabehandlere.")
BEFORE = N_("Dagen kan ikke være før %(day)s, da det forrige steget ble tatt.")
AHEAD = N_("Dagen kan ikke være etter i dag.")
WHICH_PAPER = N_("Velg hvilken avtale som er signert.")
WHO_SIGNED = N_("Skriv hvem som har signert.")
NEEDS_FILE = N_("Legg ved filen som begge har signert.")
IN_FORCE_BEFORE = N_("Avtalene kan ikke gjelde fra før %(day)s, da den siste ble signert.")
NOTHING_TO_TAKE_BACK = N_("Det er ingenting å ta tilbake. Avslå eller trekk saken i stedet.")


# -- asking ------------------------------------------------------------------------------------------------------------


def ask(
    session: Any, known: Any, *, name: str, role: str, address: str, wished: date | None, note: str, joined: date | None
) -> Accession:
    """Keep that a municipality wants to join, as anybody may say. Raises Problem; of who has asked before it tells
    nothing but that somebody has."""
    if joined is not None:
        raise Problem(MEMBER, name=known.name)
    one = Accession(
        code=known.code, name=known.name, contact_name=_text(name, NAME),
        contact_role=_text(role, NAME), contact_email=email(_text(address, NAME)) or "",
        note=_text(note, NOTE, lines), wished_from=_ahead(wished),
    )  # fmt: skip
    if not one.contact_name:
        raise Problem(NEEDS_NAME)
    if not one.contact_email:
        raise Problem(NEEDS_EMAIL)
    if open_one(session, known.code) is not None:
        raise Problem(ASKED_ALREADY, name=known.name)
    session.add(one)
    session.flush()
    session.add(AccessionEvent(accession_id=one.id, number=1, what=Event.ASKED, day=today()))
    session.flush()
    return one


def _text(value: str, most: int, tidy: Callable[[Any], Any] = line) -> str:
    text = tidy(value) or ""
    for check in (check_length(most), no_national_identity_number):
        check(text)
    return str(text)


def _ahead(day: date | None) -> date:
    last = date(today().year + YEARS_AHEAD, 12, 31)
    if day is None or day < today():
        raise Problem(TOO_EARLY)
    if day > last:
        raise Problem(TOO_LATE, last=f"{last:%d.%m.%Y}")
    return day


def open_one(session: Any, code: str) -> Accession | None:
    """The accession of a municipality that has not ended."""
    found: Accession | None = session.scalars(
        select(Accession).where(Accession.code == code, Accession.step.in_(OPEN))
    ).one_or_none()
    return found


# -- what every step does ----------------------------------------------------------------------------------------------


def _expect(one: Accession, *steps: Step) -> None:
    if one.step not in steps:
        raise Problem(NOT_NOW)


def _tell(session: Any, actor: Actor, one: Accession, what: Event, day: date | None = None, **more: Any) -> None:
    """Write down what was done. The row gets a new version in any case: of two at once, one is told."""
    number = len(events_of(session, one)) + 1
    told = {"by_id": actor.user_id, "by": actor.name, "day": day or today(), **more}
    session.add(AccessionEvent(accession_id=one.id, number=number, what=what, **told))
    one.changed_at = now()
    session.flush()


def held(one: Accession, version: int | None) -> Accession:
    """The accession as somebody saw it. Raises Problem where another has done something since."""
    if one.version != version:
        raise Problem(PASSED)
    return one


def _last_day(session: Any, one: Accession) -> date:
    """The day of the newest step that stands."""
    return max(each.day for each in standing(events_of(session, one)))


def _day_between(day: date | None, first: date) -> date:
    """A day on which something was signed or sent: not before what it follows, and not ahead. Raises Problem."""
    if day is None or day > today():
        raise Problem(AHEAD)
    if day < first:
        raise Problem(BEFORE, day=f"{first:%d.%m.%Y}")
    return day


# -- quote and papers --------------------------------------------------------------------------------------------------


def place_of(session: Any, known: Any) -> Municipality:
    """The municipality of an accession; where it has no row, one as it would be by what is known of it, not saved."""
    number = known.organisation_number or "-"
    there = or_(Municipality.id == (known.row_id or 0), Municipality.organisation_number == number)
    place: Municipality | None = session.scalars(select(Municipality).where(there)).first()
    return place or Municipality(
        name=known.name.partition(" (")[0], organisation_number=known.organisation_number or None,
        language=LanguageForm(known.language), founder=Answer.NO, codes=[_code(known)],
        populations=[Population(day=COUNTED_ON, inhabitants=known.inhabitants, source="SSB tabell 07459")],
    )  # fmt: skip


def _code(known: Any) -> MunicipalityCode:
    return MunicipalityCode(code=known.code, valid_from=NUMBERED_FROM)


def begin_quote(
    session: Any, one: Accession, place: Municipality, first_day: date | None, valid_to: date | None
) -> None:
    """What a quote is made of: of which municipality, from which day, and until when it may be accepted. Raises
    Problem."""
    _expect(one, Step.ASKED, Step.QUOTED)
    if valid_to is None or valid_to < today():
        raise Problem(EXPIRED)
    if place.joined is not None:
        raise Problem(MEMBER, name=place.name)
    one.first_day = _ahead(first_day)
    session.add(place)
    session.flush()
    one.place_id = place.id


def quoted(session: Any, actor: Actor, one: Accession) -> None:
    """The quote is issued, once more where it was before."""
    one.step = Step.QUOTED
    _tell(session, actor, one, Event.QUOTED, paper=PaperKind.QUOTE)


def begin_papers(
    one: Accession,
    notice_months: int | None,
    return_days: int | None,
    consent: SubProcessorConsent | None,
    service_level: str,
) -> None:
    """What the two agreements are made of beside what is registered. Raises Problem."""
    _expect(one, Step.QUOTED, Step.READY)
    for value, most in ((notice_months, MOST_MONTHS), (return_days, MOST_DAYS)):
        if value is None or not 1 <= value <= most:
            raise Problem(HOW_MANY, most=most)
    if consent is None:
        raise Problem(CHOOSE_CONSENT)
    one.notice_months, one.return_days, one.consent = notice_months, return_days, consent
    one.service_level = _text(service_level, NOTE, lines)


def made_ready(session: Any, actor: Actor, one: Accession) -> None:
    """Both agreements are made, once more where they were before."""
    one.step = Step.READY
    _tell(session, actor, one, Event.READY)


def keep(
    session: Any,
    actor: Actor,
    one: Accession,
    kind: PaperKind,
    language: str,
    document: dict[str, Any],
    lacks: list[str],
) -> AccessionPaper:
    """A paper as it was made, as the next version of its kind."""
    number = sum(each.kind is kind for each in papers_of(session, one)) + 1
    made = AccessionPaper(
        accession_id=one.id, kind=kind, number=number, language=language, document=document, digest=digest(document),
        lacks=lacks, made_by=actor.name,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def digest(document: dict[str, Any]) -> str:
    """The SHA-256 of all that a paper says."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# -- signing -----------------------------------------------------------------------------------------------------------


def send(session: Any, actor: Actor, one: Accession, day: date | None, names: dict[PaperKind, str]) -> None:
    """Both agreements are sent to be signed: from now on they stand in the municipality's own register. Raises
    Problem."""
    _expect(one, Step.READY)
    sent = _day_between(day, _last_day(session, one))
    assert one.place_id is not None  # noqa: S101 - it has a quote
    others = {kind: _other(session, one, kind) for kind in SIGNED_PAPERS}
    with scope.use(scope.admitting(one.place_id)):
        made = {kind: _agreement(session, one, kind, names[kind], others[kind]) for kind in SIGNED_PAPERS}
        session.flush()
    one.agreement_id, one.processing_id = (made[kind].id for kind in SIGNED_PAPERS)
    one.step = Step.SIGNING
    _tell(session, actor, one, Event.SENT, sent)


def _other(session: Any, one: Accession, kind: PaperKind) -> Supplier | None:
    """Who a paper is signed with, as agreements name it: the contract party, or for the processing who operates."""
    role = PartyRole.OPERATOR if kind is PaperKind.PROCESSING else PartyRole.CONTRACT_PARTY
    party = party_on(session, role, one.first_day or today())
    return None if party is None else as_supplier(session, party)


def _agreement(session: Any, one: Accession, kind: PaperKind, name: str, other: Supplier | None) -> Agreement:
    """The row of a paper in the municipality's register; where it was taken back before, the same row."""
    row = agreement_of(session, one, kind) or Agreement(municipality_id=one.place_id)
    row.name, row.status, row.supplier = name, AgreementStatus.SIGNING, other
    row.nature = session.scalars(select(AgreementType).where(AgreementType.code == CODES[kind])).first()
    row.notice_months = one.notice_months
    is_processing = kind is PaperKind.PROCESSING
    row.data_processing = Answer.YES if is_processing else Answer.NO
    if is_processing:
        row.subprocessor_consent = one.consent
        row.subprocessors = other.subprocessors if other else None
        for item in ITEMS:
            setattr(row, item, Answer.YES)  # each letter of art. 28(3) has a clause of its own
    session.add(row)
    return row


def agreement_of(session: Any, one: Accession, kind: PaperKind) -> Agreement | None:
    """The row of a paper, as far as the scope reaches; None where it has none, or somebody has deleted it."""
    row_id = one.agreement_id if kind is PaperKind.AGREEMENT else one.processing_id
    found: Agreement | None = session.get(Agreement, row_id) if row_id else None
    return found


def sign(
    session: Any,
    actor: Actor,
    one: Accession,
    kind: PaperKind | None,
    day: date | None,
    signed_by: str,
    *,
    with_file: bool,
) -> Signer:
    """The next signature on a paper: the municipality's first, then that of the contract party, with the file that both
    have signed. Raises Problem."""
    _expect(one, Step.SIGNING)
    events = events_of(session, one)
    who = next((each for paper, each in lacks_for(events) if paper is kind), None)
    if kind is None or who is None:
        raise Problem(WHICH_PAPER)
    mine = [each.day for each in standing(events) if each.what is Event.SENT or each.paper is kind]
    name = _text(signed_by, NAME)
    if not name:
        raise Problem(WHO_SIGNED)
    signed = _day_between(day, max(mine))
    if who is Signer.CONTRACT_PARTY and not with_file:
        raise Problem(NEEDS_FILE)
    _tell(session, actor, one, Event.SIGNED, signed, paper=kind, signer=who, signed_by=name)
    return who


def open_place(session: Any, actor: Actor, one: Accession, first_day: date | None) -> None:
    """Both agreements are in force: the municipality is a member from the day, and opens. Raises Problem."""
    _expect(one, Step.SIGNING)
    events = events_of(session, one)
    if lacks_for(events):
        raise Problem(NOT_NOW)
    last = max(each.day for each in standing(events) if each.what is Event.SIGNED)
    if first_day is None or first_day < last:
        raise Problem(IN_FORCE_BEFORE, day=f"{last:%d.%m.%Y}")
    if first_day > (latest := date(today().year + YEARS_AHEAD, 12, 31)):
        raise Problem(TOO_LATE, last=f"{latest:%d.%m.%Y}")
    place = session.get(Municipality, one.place_id)
    place.joined, one.first_day, one.step = first_day, first_day, Step.IN_FORCE
    with scope.use(scope.admitting(place.id)):
        for kind in SIGNED_PAPERS:
            _in_force(session, one, kind, events, first_day)
        session.flush()
    _tell(session, actor, one, Event.OPENED, first_day)


def _in_force(session: Any, one: Accession, kind: PaperKind, events: list[AccessionEvent], first_day: date) -> None:
    row = agreement_of(session, one, kind)
    if row is not None:
        row.signed = max(each.day for each in standing(events) if each.paper is kind and each.what is Event.SIGNED)
        row.signed_by_both, row.status, row.starts = Answer.YES, AgreementStatus.ACTIVE, first_day


# -- back, and out -----------------------------------------------------------------------------------------------------


def take_back(session: Any, actor: Actor, one: Accession, why: str) -> None:
    """Take back the newest step, which stays in the history with what it was and why. Raises Problem."""
    _expect(one, Step.QUOTED, Step.READY, Step.SIGNING)
    reason = _reason(why)
    there = standing(events_of(session, one))
    last = there[-1]
    if last.what is Event.ASKED:
        raise Problem(NOTHING_TO_TAKE_BACK)
    # A quote or papers that were made anew go back together to the step before: no older version is in force.
    again = [each for each in there if each.what is last.what] if last.what is not Event.SIGNED else [last]
    before = {Event.QUOTED: Step.ASKED, Event.READY: Step.QUOTED, Event.SENT: Step.READY, Event.SIGNED: Step.SIGNING}
    one.step = before[last.what]
    if last.what is Event.SENT:
        _set_status(session, one, AgreementStatus.DRAFT)
    for each in again:
        _tell(session, actor, one, Event.TAKEN_BACK, reason=reason, undoes=each.number)


def end(session: Any, actor: Actor, one: Accession, what: Event, why: str) -> None:
    """Decline a municipality, or note that it has withdrawn; with the reason. Raises Problem."""
    _expect(one, *OPEN)
    reason = _reason(why)
    if one.step is Step.SIGNING:
        _set_status(session, one, AgreementStatus.TERMINATED)
    one.step = Step.DECLINED if what is Event.DECLINED else Step.WITHDRAWN
    _tell(session, actor, one, what, reason=reason)


def _set_status(session: Any, one: Accession, status: AgreementStatus) -> None:
    assert one.place_id is not None  # noqa: S101 - it has been sent
    with scope.use(scope.admitting(one.place_id)):
        for kind in SIGNED_PAPERS:
            if (row := agreement_of(session, one, kind)) is not None:
                row.status = status
        session.flush()


def _reason(why: str) -> str:
    if not (reason := _text(why, REASON)):
        raise Problem(WRITE_WHY)
    return reason


def days_since(one: Accession) -> int:
    """How long ago somebody asked."""
    return (day_of(now()) - day_of(one.asked_at)).days
