"""Requests for access (GDPR art. 15), each followed as a case: what kinds of people it is about, who was asked, by when it
must be answered. Who asks is never known by national identity number, and what was found stands in the archive, not here."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped

from models.declare.base import Base, Group, OwnedRecord, Part, Register, Risk
from models.declare.choices import Answer, InquiryState, RequestState
from models.declare.clock import months_after
from models.declare.conditions import when
from models.declare.fields import Copied, Mark, field, reference, references, rows
from models.declare.holidays import working_day
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.architecture import Application
from models.registers.codes import DataSubjectCategory
from models.registers.organisation import ContactPerson

CASE, WHO, ANSWER = N_("Kravet"), N_("Hvem det gjelder"), N_("Svaret")
MONTHS, EXTENDED = 1, 3  # to answer in, and at most when it takes longer (art. 12(3)), to a day when people work


class AccessRequest(OwnedRecord, Risk, Base):
    """Innsynskrav – noen vil vite hva kommunen har om dem."""

    __tablename__ = "access_request"
    __register__ = Register(
        Group.PROTECTION, N_("Innsynskrav"), N_("innsynskrav"), N_("Krav om innsyn etter artikkel 15: hvem som må spørres, og når svaret må være gitt. Vises aldri til andre kommuner."),
        views=((N_("Ikke besvart"), "status=open&sort=deadline"),),
    )

    name: Mapped[str] = field(N_("Referanse"), String(200), section=CASE, required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("Det dere kaller saken, for eksempel Innsyn 3/2026. Ikke fødselsnummer."))
    status: Mapped[RequestState] = field(N_("Status"), RequestState, section=CASE, required=True, default=RequestState.OPEN, mark=Mark.MANDATORY, listed=True, filtered=True, copied=Copied.ANEW, help=N_("Under arbeid til svaret er gitt."))
    received: Mapped[date] = field(N_("Mottatt"), Date, section=CASE, required=True, mark=Mark.MANDATORY, listed=True, help=N_("Dagen kravet kom. Fristen er én måned senere (artikkel 12 nr. 3)."))
    deadline: Mapped[date | None] = field(N_("Frist"), Date, section=CASE, in_form=False, listed=True, copied=Copied.ANEW, help=N_("Én måned etter at kravet kom, tre når fristen er forlenget. Er den dagen lørdag, søndag eller helligdag, gjelder neste virkedag."))
    extended: Mapped[Answer] = field(N_("Fristen er forlenget"), Answer, section=CASE, required=True, default=Answer.NO, copied=Copied.ANEW, help=N_("Med to måneder, når kravet er sammensatt eller kravene mange. Den som spør, skal få vite det innen den første måneden."))
    extension_reason: Mapped[str | None] = field(N_("Hvorfor fristen er forlenget"), Shape.LONG_TEXT, length=1000, section=CASE, mark=Mark.MANDATORY, applies=when("extended", Answer.YES), copied=Copied.ANEW, help=N_("Det dere har skrevet til den som spør (artikkel 12 nr. 3)."))
    handler: Mapped[Any] = reference(N_("Ansvarlig"), ContactPerson, section=CASE, mark=Mark.MANDATORY, help=N_("Den som samler svarene."))
    archive_case: Mapped[str | None] = field(N_("Arkivsak"), String(60), section=CASE, mark=Mark.ADVISED, searched=True, copied=Copied.ANEW, help=N_("Saken der kravet og svaret ligger."))
    asked_by: Mapped[str | None] = field(N_("Hvem som spør"), String(200), section=WHO, personal="personal", copied=Copied.ANEW, help=N_("Navn, når dere trenger det. Aldri fødselsnummer."))
    identified: Mapped[Answer] = field(N_("Vet dere hvem det er?"), Answer, section=WHO, required=True, default=Answer.UNKNOWN, mark=Mark.ADVISED, copied=Copied.ANEW, help=N_("Om dere er sikre på at den som spør, er den opplysningene gjelder (artikkel 12 nr. 6)."))
    subjects: Mapped[list[Any]] = references(N_("Registrerte"), DataSubjectCategory, section=WHO, mark=Mark.MANDATORY, help=N_("Kryss av for alt personen er eller har vært for kommunen. Hvem som må spørres, følger av det."))
    inquiries: Mapped[list[Any]] = rows(N_("Hvem som er spurt"), "AccessInquiry", section=WHO, help=N_("Systemene og dem som svarer for dem. Siden foreslår hvem."))
    answered_on: Mapped[date | None] = field(N_("Besvart dato"), Date, section=ANSWER, mark=Mark.MANDATORY, applies=when("status", RequestState.ANSWERED, RequestState.REFUSED), copied=Copied.ANEW, help=N_("Dagen svaret ble sendt."))
    refusal: Mapped[str | None] = field(N_("Hvorfor det er avslått"), Shape.LONG_TEXT, length=1000, section=ANSWER, mark=Mark.MANDATORY, applies=when("status", RequestState.REFUSED), copied=Copied.ANEW, help=N_("Grunnen, slik den som spør har fått den (artikkel 12 nr. 4 og 5)."))

    def reckon(self) -> None:
        months = EXTENDED if self.extended is Answer.YES else MONTHS
        self.deadline = working_day(months_after(self.received, months)) if self.received else None


class AccessInquiry(Part, Risk, Base, of=AccessRequest, within="inquiries"):
    """Noen som er spurt om hva de har om en person."""

    __tablename__ = "access_inquiry"

    application_id: ClassVar[Any]
    application: Mapped[Any] = reference(N_("Applikasjon"), Application, help=N_("Systemet det er spurt om."))
    person_id: ClassVar[Any]
    person: Mapped[Any] = reference(N_("Hvem som spørres"), ContactPerson, help=N_("Den som svarer for systemet eller behandlingen."))
    status: Mapped[InquiryState] = field(N_("Status"), InquiryState, required=True, default=InquiryState.TO_ASK, help=N_("Om de er spurt, og hva de sier."))
    asked_on: Mapped[date | None] = field(N_("Spurt dato"), Date, help=N_("Når de ble spurt."))
    note: Mapped[str | None] = field(N_("Merknad"), Shape.LONG_TEXT, length=500, help=N_("For eksempel hvor svaret ligger. Skriv ikke selve opplysningene her."))
