"""AI systems: what the regulation on artificial intelligence, (EU) 2024/1689, asks of who uses one, and what people are to
be told. The questions are those that public AI registers answer to citizens: purpose, method, human control, data, impact,
complaint."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped

from models.declare.base import Base, Content, Group, OwnedRecord, Register
from models.declare.choices import AiRisk, AiRole, Answer, HumanControl, Lifecycle
from models.declare.conditions import when
from models.declare.fields import Copied, Mark, field, reference, references
from models.declare.shapes import Shape
from models.declare.words import N_
from models.registers.architecture import Application
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity

WHAT, HOW, PEOPLE, ASSESSED, FOLLOW_UP = (
    N_("Hva det er"), N_("Hvordan det virker"), N_("Menneskene det gjelder"), N_("Vurderinger"), N_("Oppfølging"),
)  # fmt: skip

is_high_risk = when("risk_class", AiRisk.HIGH)


class AiSystem(OwnedRecord, Content, Base):
    """KI-system – bruk av kunstig intelligens i kommunen."""

    __tablename__ = "ai_system"
    __register__ = Register(
        Group.PROTECTION, N_("KI-systemer"), N_("KI-system"),
        N_("Kunstig intelligens kommunen bruker: til hva, hvordan den styres, og hva innbyggerne skal få vite."),
    )

    name: Mapped[str] = field(N_("Navn"), String(200), section=WHAT, required=True, mark=Mark.MANDATORY, listed=True, searched=True, shown=True, help=N_("Det dere kaller det, for eksempel Chatboten på nettsiden."))
    purpose: Mapped[str | None] = field(N_("Formål"), Shape.LONG_TEXT, length=2000, section=WHAT, mark=Mark.MANDATORY, searched=True, shown=True, help=N_("Hva det brukes til, og hvorfor."))
    application_id: ClassVar[Any]
    application: Mapped[Any] = reference(N_("Applikasjon"), Application, section=WHAT, mark=Mark.ADVISED, listed=True, filtered=True, shown=False, help=N_("Systemet det er en del av."))
    activities: Mapped[list[Any]] = references(N_("Behandlinger"), ProcessingActivity, back="ai_systems", section=WHAT, mark=Mark.ADVISED, shown=False, help=N_("Behandlingene det brukes i, når det behandler personopplysninger."))
    role: Mapped[AiRole | None] = field(N_("Kommunens rolle"), AiRole, section=WHAT, mark=Mark.ADVISED, filtered=True, shown=True, help=N_("De fleste kommuner bruker det andre har laget (KI-forordningen artikkel 3 nr. 3 og 4)."))
    unit_id: ClassVar[Any]
    unit: Mapped[Any] = reference(N_("Enhet"), OrganisationalUnit, section=WHAT, mark=Mark.MANDATORY, listed=True, filtered=True, shown=False, help=N_("Enheten som bruker det."))
    owner_id: ClassVar[Any]
    owner: Mapped[Any] = reference(N_("Eier"), ContactPerson, section=WHAT, mark=Mark.MANDATORY, listed=True, shown=False, help=N_("Lederen som svarer for bruken."))
    status: Mapped[Lifecycle] = field(N_("Status"), Lifecycle, section=WHAT, required=True, default=Lifecycle.IN_USE, mark=Mark.MANDATORY, listed=True, filtered=True, shown=True, copied=Copied.ANEW, help=N_("Hvor det er i livsløpet."))
    in_use_from: Mapped[date | None] = field(N_("I bruk fra"), Date, section=WHAT, mark=Mark.ADVISED, shown=False, help=N_("Når dere tok det i bruk."))
    retires: Mapped[date | None] = field(N_("Planlagt utfaset"), Date, after="in_use_from", section=WHAT, shown=False, help=N_("Når det etter planen skal ut av bruk."))
    method: Mapped[str | None] = field(N_("Metode"), Shape.LONG_TEXT, length=2000, section=HOW, mark=Mark.ADVISED, shown=True, help=N_("Hvordan det kommer fram til svarene, med vanlige ord: språkmodell, bildegjenkjenning, regler."))
    data_used: Mapped[str | None] = field(N_("Data"), Shape.LONG_TEXT, length=2000, section=HOW, mark=Mark.MANDATORY, shown=True, help=N_("Hva det får inn, og hva det er lært opp på når dere vet det."))
    trained_here: Mapped[Answer] = field(N_("Lærer av kommunens opplysninger"), Answer, section=HOW, required=True, default=Answer.UNKNOWN, mark=Mark.ADVISED, shown=True, help=N_("Om opplysninger fra kommunen brukes til å utvikle det videre."))
    human_control: Mapped[HumanControl | None] = field(N_("Menneskelig kontroll"), HumanControl, section=HOW, mark=Mark.MANDATORY, filtered=True, shown=True, help=N_("Hvem som har siste ord (KI-forordningen artikkel 14 og 26)."))
    control: Mapped[str | None] = field(N_("Hvordan det kontrolleres"), Shape.LONG_TEXT, length=2000, section=HOW, mark=Mark.ADVISED, shown=True, help=N_("Hvem som ser over, hvor ofte, og hvordan det stanses."))
    affected: Mapped[str | None] = field(N_("Hvem det gjelder"), String(300), section=PEOPLE, mark=Mark.ADVISED, shown=True, help=N_("For eksempel søkere, elever eller ansatte."))
    impact: Mapped[str | None] = field(N_("Følger for dem"), Shape.LONG_TEXT, length=2000, section=PEOPLE, mark=Mark.MANDATORY, shown=True, help=N_("Hva det kan bety for dem, også når det tar feil."))
    informed: Mapped[Answer] = field(N_("Får folk vite det?"), Answer, section=PEOPLE, required=True, default=Answer.UNKNOWN, mark=Mark.ADVISED, filtered=True, shown=True, help=N_("Om de får vite at kunstig intelligens brukes (KI-forordningen artikkel 50, personvernforordningen artikkel 13)."))
    complaint: Mapped[str | None] = field(N_("Klage"), String(500), section=PEOPLE, mark=Mark.ADVISED, shown=True, help=N_("Hvor de kan klage, eller be om at et menneske ser på saken."))
    risk_class: Mapped[AiRisk | None] = field(N_("Risikoklasse"), AiRisk, section=ASSESSED, mark=Mark.MANDATORY, listed=True, filtered=True, shown=True, help=N_("Etter KI-forordningen artikkel 5, 6 og 50. Høy risiko står i vedlegg III, for eksempel opptak, tildeling av ytelser og ansettelse."))
    risk_reason: Mapped[str | None] = field(N_("Hvorfor den klassen"), Shape.LONG_TEXT, length=2000, section=ASSESSED, mark=Mark.ADVISED, shown=True, help=N_("Det dere la vekt på."))
    rights_assessed: Mapped[Answer] = field(N_("Grunnleggende rettigheter vurdert"), Answer, section=ASSESSED, required=True, default=Answer.UNKNOWN, mark=Mark.MANDATORY, applies=is_high_risk, shown=True, help=N_("Offentlige organer vurderer dette før et høyrisikosystem tas i bruk (KI-forordningen artikkel 27)."))
    registration: Mapped[str | None] = field(N_("Registreringsnummer"), String(100), section=ASSESSED, mark=Mark.ADVISED, applies=is_high_risk, copied=Copied.ANEW, shown=True, help=N_("Nummeret i EUs database for høyrisikosystemer (KI-forordningen artikkel 49)."))
    tried_on: Mapped[date | None] = field(N_("Sist prøvd"), Date, section=ASSESSED, mark=Mark.ADVISED, copied=Copied.ANEW, shown=False, help=N_("Når dere sist så etter at det svarer riktig og likt for alle."))
    trial: Mapped[str | None] = field(N_("Hva prøven viste"), Shape.LONG_TEXT, length=2000, section=ASSESSED, copied=Copied.ANEW, shown=False, help=N_("Feil og skjevheter dere fant, og hva dere gjorde med dem."))
    confirmed: Mapped[date | None] = field(N_("Sist bekreftet"), Date, confirms=True, section=FOLLOW_UP, mark=Mark.ADVISED, shown=False, help=N_("Når eieren sist bekreftet at opplysningene stemmer."))
    review_due: Mapped[date | None] = field(N_("Neste revisjon"), Date, section=FOLLOW_UP, mark=Mark.ADVISED, shown=False, help=N_("Når opplysningene skal gås gjennom på nytt."))
    notes: Mapped[str | None] = field(N_("Merknader"), Shape.LONG_TEXT, section=FOLLOW_UP, shown=False, help=N_("Alt annet som er verdt å vite. Ikke skriv personnavn her."))
