"""Personal data breaches (GDPR art. 33 and 34): all of them are kept, notified or not (art. 33(5)). Never shown to others.

The 72 hours run from when the municipality became aware of the breach, not from when it happened (art. 33(1)), through
weekends and holidays as well: only what is not expressed in hours is moved by them (Regulation 1182/71 art. 3(4))."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped

from models.declare import checks
from models.declare.base import Base, Group, OwnedRecord, Register, Risk
from models.declare.choices import Answer, BreachKind, BreachRisk, BreachState
from models.declare.conditions import filled, later, when
from models.declare.fields import Copied, Mark, field, reference, references
from models.declare.shapes import Moment, Shape
from models.declare.words import N_
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity

WHAT, HIT, FOLLOWS, NOTICE, TOLD = (
    N_("Hva som skjedde"), N_("Hva det gjelder"), N_("Følger og tiltak"), N_("Melding til Datatilsynet"),
    N_("Beskjed til de berørte"),
)  # fmt: skip
HOURS = 72

is_notified = filled("notified_at")
is_late = later("notified_at", "deadline")
is_high = when("risk", BreachRisk.HIGH)
needs_no_notice = when("risk", BreachRisk.UNLIKELY)


class Breach(OwnedRecord, Risk, Base):
    """Personvernavvik – brudd på personopplysningssikkerheten."""

    __tablename__ = "breach"
    __register__ = Register(
        Group.PROTECTION, N_("Personvernavvik"), N_("personvernavvik"), N_("Brudd på personopplysningssikkerheten, med fristen på 72 timer. Vises aldri til andre kommuner."),
        views=((N_("Ikke meldt"), "notified_at.none=1&status=open"),),
    )

    name: Mapped[str] = field(N_("Tittel"), String(200), section=WHAT, required=True, mark=Mark.MANDATORY, listed=True, searched=True, help=N_("For eksempel Brev sendt til feil mottaker. Ikke skriv navn på dem det gjelder."))
    status: Mapped[BreachState] = field(N_("Status"), BreachState, section=WHAT, required=True, default=BreachState.OPEN, mark=Mark.MANDATORY, listed=True, filtered=True, copied=Copied.ANEW, help=N_("Åpent til det er meldt eller avsluttet."))
    aware: Mapped[datetime] = field(N_("Kommunen ble kjent med det"), Moment, section=WHAT, required=True, mark=Mark.MANDATORY, listed=True, help=N_("Da noen i kommunen visste at det hadde skjedd. Fristen på 72 timer løper herfra."))
    deadline: Mapped[datetime | None] = field(N_("Frist for å melde"), Moment, section=WHAT, in_form=False, listed=True, copied=Copied.ANEW, help=N_("72 timer etter at kommunen ble kjent med det."))
    happened: Mapped[datetime | None] = field(N_("Skjedde"), Moment, section=WHAT, mark=Mark.ADVISED, help=N_("Når det skjedde eller begynte, når dere vet det."))
    nature: Mapped[BreachKind | None] = field(N_("Hva slags brudd"), BreachKind, section=WHAT, mark=Mark.MANDATORY, filtered=True, help=N_("Hva som har skjedd med opplysningene."))
    event: Mapped[str | None] = field(N_("Hendelsen"), Shape.LONG_TEXT, length=4000, section=WHAT, mark=Mark.MANDATORY, help=N_("Hva som skjedde, hvordan det ble oppdaget, og hvorfor. Uten navn på dem det gjelder."))
    handler: Mapped[Any] = reference(N_("Ansvarlig"), ContactPerson, section=WHAT, mark=Mark.MANDATORY, help=N_("Den som følger opp avviket."))
    supplier_id: ClassVar[Any]
    supplier: Mapped[Any] = reference(N_("Leverandør"), Supplier, section=HIT, listed=True, filtered=True, help=N_("Når det skjedde hos en leverandør. Da gjelder det systemene dere har fra den, til dere velger noen."))
    applications: Mapped[list[Any]] = references(N_("Applikasjoner"), Application, back="breaches", section=HIT, mark=Mark.ADVISED, expected=~(filled("supplier") | filled("activities")), help=N_("Systemene det gjelder. Da gjelder det behandlingene de brukes i, til dere velger noen."))
    activities: Mapped[list[Any]] = references(N_("Behandlinger"), ProcessingActivity, back="breaches", section=HIT, help=N_("Behandlingene det gjelder. Registrerte og opplysninger følger av dem."))
    people: Mapped[int | None] = field(N_("Antall personer"), Integer, section=HIT, mark=Mark.MANDATORY, valid=checks.not_negative, help=N_("Omtrent hvor mange det gjelder (artikkel 33 nr. 3 bokstav a)."))
    records: Mapped[int | None] = field(N_("Antall registreringer"), Integer, section=HIT, valid=checks.not_negative, help=N_("Omtrent hvor mange brev, journaler eller andre registreringer det gjelder."))
    risk: Mapped[BreachRisk | None] = field(N_("Risiko for de berørte"), BreachRisk, section=FOLLOWS, mark=Mark.MANDATORY, listed=True, filtered=True, copied=Copied.ANEW, help=N_("Risiko gir plikt til å melde til Datatilsynet, høy risiko også til å si fra til de berørte."))
    consequences: Mapped[str | None] = field(N_("Følger for de berørte"), Shape.LONG_TEXT, length=4000, section=FOLLOWS, mark=Mark.MANDATORY, help=N_("Hva det trolig kan føre til for dem (artikkel 33 nr. 3 bokstav c)."))
    measures: Mapped[str | None] = field(N_("Tiltak"), Shape.LONG_TEXT, length=4000, section=FOLLOWS, mark=Mark.MANDATORY, help=N_("Det dere har gjort og vil gjøre (artikkel 33 nr. 3 bokstav d)."))
    notified_at: Mapped[datetime | None] = field(N_("Meldt til Datatilsynet"), Moment, section=NOTICE, mark=Mark.MANDATORY, expected=~needs_no_notice, listed=True, help=N_("Da meldingen ble sendt."))
    late_reason: Mapped[str | None] = field(N_("Hvorfor det ble meldt sent"), Shape.LONG_TEXT, length=1000, section=NOTICE, applies=is_notified, copied=Copied.ANEW, help=N_("Kreves når det gikk mer enn 72 timer (artikkel 33 nr. 1)."))
    no_notice: Mapped[str | None] = field(N_("Hvorfor det ikke er meldt"), Shape.LONG_TEXT, length=1000, section=NOTICE, mark=Mark.MANDATORY, applies=needs_no_notice & ~is_notified, copied=Copied.ANEW, help=N_("Hvorfor det neppe er noen risiko for de berørte (artikkel 33 nr. 5)."))
    archive_case: Mapped[str | None] = field(N_("Arkivsak"), String(60), section=NOTICE, mark=Mark.ADVISED, searched=True, copied=Copied.ANEW, help=N_("Saken der meldingen ligger."))
    told: Mapped[Answer] = field(N_("De berørte har fått beskjed"), Answer, section=TOLD, required=True, default=Answer.UNKNOWN, mark=Mark.MANDATORY, applies=is_high, copied=Copied.ANEW, help=N_("Om de som er berørt, har fått vite hva som skjedde (artikkel 34)."))
    told_on: Mapped[date | None] = field(N_("Når de fikk beskjed"), Date, section=TOLD, mark=Mark.ADVISED, applies=when("told", Answer.YES), help=N_("Datoen beskjeden ble gitt."))
    not_told: Mapped[str | None] = field(N_("Hvorfor de ikke har fått beskjed"), Shape.LONG_TEXT, length=1000, section=TOLD, mark=Mark.MANDATORY, applies=is_high & when("told", Answer.NO), copied=Copied.ANEW, help=N_("Unntaket i artikkel 34 nr. 3 som gjelder."))

    def reckon(self) -> None:
        self.deadline = self.aware + timedelta(hours=HOURS) if self.aware else None
