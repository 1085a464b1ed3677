"""The small world of the tests: two municipalities with telling names, and the people who work there.

Kari edits in Tinn, Ola reads in Tinn, Tone coordinates and Lars administers there; Berit edits in Seljord;
Siri is personvernombud for both; Sol is support, Per runs the joint project, Frida does the billing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from models.declare.choices import (
    AgreementStatus,
    Answer,
    BreachState,
    ContactRole,
    HeldPersonalData,
    InquiryState,
    PriceKind,
    ProcessingRole,
    RequestState,
    RiskLevel,
)
from models.declare.selfcost import Account, Source
from models.registers.accessrequests import AccessInquiry, AccessRequest
from models.registers.agreements import Agreement
from models.registers.ai import AiSystem
from models.registers.architecture import Application, Service
from models.registers.billing import Charge
from models.registers.breaches import Breach
from models.registers.catalogue import Supplier
from models.registers.codes import Article6, DataSubjectCategory, Law, PersonalDataCategory, RecipientCategory
from models.registers.comments import Comment, RiskComment
from models.registers.data import Dataset
from models.registers.listviews import ListedRegister, SharedView
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import (
    ControllerRow,
    LegalReference,
    ProcessingActivity,
    ProcessorRow,
    RetentionRow,
    SubjectRow,
)
from models.registers.risk import ImpactAssessment, RiskAssessment, RiskScenario
from models.registers.settlements import LedgerEntry
from models.tenancy import scope
from models.tenancy.people import Membership, MunicipalRole, ProjectRole, ProjectRoleName, User

IN_THE_FUND = 10**12
PASSWORD = "et langt passord for tester"
LOCAL = {
    "kari": [("editor", "Tinn")],
    "ola": [("reader", "Tinn")],
    "tone": [("coordinator", "Tinn")],
    "lars": [("local_admin", "Tinn")],
    "berit": [("editor", "Seljord")],
    "siri": [("dpo", "Tinn"), ("dpo", "Seljord")],
}
PROJECT = {"per": "project_manager", "sol": "support", "frida": "billing"}
AWARE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # on the minute, as people write it
# Fragments that stand in Seljord's rows and nowhere else: no byte of them may reach anyone in Tinn.
SECRETS = ("Hemmeleg", "Løyndom")


def build(session: Any) -> None:
    """Fill an empty, migrated database with facts, people and a row or two in every register of both municipalities."""
    from models.seed import facts

    facts.load(session)
    ids = {m.name: m.id for m in session.scalars(select(Municipality))}
    hashed = User(name="x", email="x@x.example")
    hashed.set_password(PASSWORD)
    with scope.use(scope.of(ids.values())):
        users = {
            name: User(name=f"{name.title()} Test", email=f"{name}@test.example", password_hash=hashed.password_hash)
            for name in (*LOCAL, *PROJECT)
        }
        session.add_all(users.values())
        session.add_all(ProjectRole(user=users[name], role=ProjectRoleName(role)) for name, role in PROJECT.items())
        for name, roles in LOCAL.items():
            session.add_all(
                Membership(user=users[name], role=MunicipalRole(role), municipality_id=ids[where])
                for role, where in roles
            )
        # What is decided of the development fund must be in it.
        accounts = {"debit": Account.CONNECTION_FEES, "credit": Account.DEVELOPMENT_FUND, "source": Source.MANUAL}
        session.add(LedgerEntry(day=date(2018, 1, 1), amount_ore=IN_THE_FUND, **accounts))
        session.commit()
    for where, word in (("Tinn", "Åpen"), ("Seljord", "Hemmeleg")):
        with scope.use(scope.of([ids[where]], active=ids[where], user_name="Verda")):
            session.rollback()
            with session.no_autoflush:
                furnish(session, word)
            session.commit()


def furnish(session: Any, word: str) -> None:
    """A connected set of rows whose names begin with `word`."""
    one = lambda cls, **by: session.scalars(select(cls).filter_by(**by)).one()  # noqa: E731 - read as a phrase below
    unit = OrganisationalUnit(name=f"{word} oppvekst")
    officer = ContactPerson(
        name=f"{word} Ombod", role=ContactRole.DPO, unit=unit, email="ombod@test.example", phone="35 00 00 00"
    )
    chief = ContactPerson(name=f"{word} Leiar", role=ContactRole.UNIT_MANAGER, unit=unit)
    supplier = session.scalars(select(Supplier).order_by(Supplier.id)).first()
    agreement = Agreement(
        name=f"{word} avtale", supplier=supplier, owner=chief, status=AgreementStatus.ACTIVE,
        data_processing=Answer.YES, starts=date(2020, 1, 1), value_ore=12_345_678,
    )  # fmt: skip
    application = Application(
        name=f"{word} skoleprogram",
        unit=unit,
        owner=chief,
        supplier=supplier,
        personal_data=HeldPersonalData.YES,
        notes="Løyndom" if word == "Hemmeleg" else "Notat",
    )
    application.agreements = [agreement]
    dataset = Dataset(name=f"{word} elevregister", owner=chief, unit=unit)
    dataset.applications = [application]
    service = Service(name=f"{word} skole", unit=unit, owner=chief)
    service.applications = [application]
    ai = AiSystem(name=f"{word} talegjenkjenning", owner=chief, unit=unit)
    session.add_all([unit, officer, chief, agreement, application, dataset, service, ai])
    activities = [
        _activity(session, one, word, unit, chief, application, dataset, agreement, supplier),
        _processor(word),
    ]
    session.add_all(activities)
    risk = RiskAssessment(name=f"{word} ROS", application=application, activity=activities[0], residual=RiskLevel.HIGH)
    risk.scenarios = [RiskScenario(event=f"{word} hendelse")]
    session.add_all([risk, ImpactAssessment(name=f"{word} DPIA", activity=activities[0])])
    breach = Breach(
        name=f"{word} avvik", aware=AWARE, supplier=supplier, applications=[application], handler=chief,
        status=BreachState.CLOSED, notified_at=AWARE,
    )  # fmt: skip
    request = AccessRequest(
        name=f"{word} innsyn", received=date(2026, 1, 31), subjects=[activities[0].subjects[0].subject],
        status=RequestState.ANSWERED, answered_on=date(2026, 2, 10),
        inquiries=[AccessInquiry(application=application, person=chief, status=InquiryState.FOUND)],
    )  # fmt: skip
    session.add_all([breach, request])
    session.add(SharedView(name=f"{word} visning", list_of=ListedRegister("dataset"), query="access=public"))
    session.add(Charge(year=2018, nature=PriceKind.FIXED, amount_ore=600_000))
    session.flush()
    for cls, row in ((Comment, application), (RiskComment, risk)):
        session.add(cls(register=type(row).__tablename__, row_id=row.id, text=f"{word} merknad", author_name="Verda"))


def _activity(
    session: Any,
    one: Any,
    word: str,
    unit: Any,
    chief: Any,
    application: Any,
    dataset: Any,
    agreement: Any,
    supplier: Any,
) -> Any:
    row = ProcessingActivity(name=f"{word} elevadministrasjon", purpose=f"{word} føremål", unit=unit, responsible=chief)
    session.add(row)
    row.article6 = [one(Article6, code="6.1.e")]
    row.laws = [LegalReference(law=session.scalars(select(Law).order_by(Law.id)).first(), section="§ 1")]
    row.special, row.transferred, row.has_processors = Answer.NO, Answer.NO, Answer.YES
    row.subjects = [
        SubjectRow(
            subject=session.scalars(select(DataSubjectCategory).order_by(DataSubjectCategory.id)).first(),
            personal_data=list(
                session.scalars(select(PersonalDataCategory).order_by(PersonalDataCategory.id).limit(2))
            ),
        )
    ]
    row.recipients = [session.scalars(select(RecipientCategory).order_by(RecipientCategory.id)).first()]
    row.processors = [ProcessorRow(supplier=supplier, agreement=agreement)]
    row.retention = [RetentionRow(months=60, start=f"{word} slutt")]
    row.applications, row.datasets = [application], [dataset]
    return row


def _processor(word: str) -> Any:
    row = ProcessingActivity(name=f"{word} lønn for andre", role=ProcessingRole.PROCESSOR)
    row.controllers = [ControllerRow(name=f"{word} IKS", contact="post@iks.example", categories="Lønn")]
    return row
