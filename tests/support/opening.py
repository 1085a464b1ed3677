"""Municipalities that open to all, and rows with much in them that no one may see."""

from __future__ import annotations

import html
from datetime import date
from typing import Any

from sqlalchemy import select

from models.database import db
from models.declare.choices import AccessRight, Answer, ContactRole, Disposal, Frequency, Lifecycle, RecordStatus
from models.registers.architecture import Application, Platform, SystemPerson
from models.registers.catalogue import Supplier
from models.registers.codes import (
    Article6,
    DatasetTheme,
    DataSubjectCategory,
    Law,
    LosTheme,
    PersonalDataCategory,
    RecipientCategory,
)
from models.registers.data import Dataset, Distribution
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import LegalReference, ProcessingActivity, RetentionRow, SubjectRow
from tests.conftest import inside, municipality

NUMBERS = {"Tinn": "4026", "Seljord": "4022"}
PERSON = "Gyda Haldorsdatter Fjellvang"
ALL = {"public_page": True, "public_indexed": True, "public_catalogue": True}


def open_to_all(town: str, **switches: bool) -> None:
    """Switch on what is said, all unless anything is."""
    with inside(town):
        place = db.session.get_one(Municipality, municipality(town))
        place.email = place.email or f"post@{town.lower()}.example"
        for key, value in (switches or ALL).items():
            setattr(place, key, value)
        db.session.commit()


def first(cls: Any, *where: Any) -> Any:
    return db.session.scalars(select(cls).where(*where).order_by(cls.id)).first()


def furnish(town: str, word: str) -> None:
    """A system and an activity that are shown, with a person in every place where one may stand."""
    with inside(town):
        unit = OrganisationalUnit(name=f"{word} kontor")
        who = ContactPerson(
            name=PERSON, role=ContactRole.OTHER, unit=unit, email="gyda@fjellvang.example", phone="91 23 45 67"
        )
        shown = Application(
            name=f"{word} saksbehandling", description=f"{word} brukes til saker.", supplier=first(Supplier), owner=who,
            manager=who, unit=unit, superusers=PERSON, version_name="9.8.7-skjult", notes=f"Spør {PERSON}",
            platform=Platform(name="Skjult tjener"), fallback="Skjult reserve", logged="Skjult logg",
        )  # fmt: skip
        shown.people = [SystemPerson(person=who)]
        kept = Application(name=f"{word} alarmanlegg", kept_in=True)
        gone = Application(name=f"{word} avviklet", status=Lifecycle.RETIRED)
        planned = Application(name=f"{word} planlagt", status=Lifecycle.PLANNED)
        db.session.add_all([unit, who, shown, kept, gone, planned])
        db.session.add_all(_activities(word, unit, who))
        db.session.commit()


def _activities(word: str, unit: Any, who: Any) -> list[Any]:
    approved = ProcessingActivity(
        name=f"{word} skoleskyss", purpose=f"{word} buss til skolen.", description=f"Skjult hos {PERSON}", unit=unit,
        responsible=who, status=RecordStatus.APPROVED, approved_by=PERSON, sent_by=PERSON, joint_contact=PERSON,
        measures_text="Skjult tiltak", article6=[first(Article6, Article6.code == "6.1.e")],
        recipients=[first(RecipientCategory)],
    )  # fmt: skip
    approved.laws = [LegalReference(law=first(Law), section="§ 7-1")]
    approved.subjects = [SubjectRow(subject=first(DataSubjectCategory), personal_data=[first(PersonalDataCategory)])]
    approved.retention = [RetentionRow(disposal=Disposal.ERASE, months=18, start="skoleåret er over")]
    others = {
        "utkast": {"status": RecordStatus.DRAFT}, "holdt": {"status": RecordStatus.APPROVED, "kept_in": True},
        "utløpt": {"status": RecordStatus.APPROVED, "valid_to": date(2020, 1, 1)},
    }  # fmt: skip
    return [approved, *(ProcessingActivity(name=f"{word} {name}", unit=unit, **said) for name, said in others.items())]


def full_dataset(town: str, name: str = "Skolekretser", **more: Any) -> int:
    """A dataset with every field that leaves filled in; gives its id."""
    with inside(town):
        law = first(Law)
        row = Dataset(
            name=name, identifier="https://tinn.example/skolekretser", description="Hvilken skole adresser hører til.",
            keywords="skole, krets", access=AccessRight.PUBLIC, frequency=Frequency.YEARLY, source="Matrikkelen",
            history_from=date(2010, 8, 1), landing_page="https://tinn.example/skole", issued=date(2024, 5, 17),
            publish=Answer.YES, contact_email="oppvekst@tinn.example", unit=OrganisationalUnit(name="Skolekontoret"),
            themes=[first(DatasetTheme, DatasetTheme.code == "EDUC")], los_themes=[first(LosTheme)], laws=[law],
        )  # fmt: skip
        row.distributions = [
            Distribution(access_url="https://tinn.example/a b<c>.csv", description="Alle kretser.", format_="csv",
                         licence="NLOD 2.0", status=Lifecycle.IN_USE),
            Distribution(access_url="https://tinn.example/wms", format_="Noe ingen kjenner", licence="Etter avtale"),
        ]  # fmt: skip
        for key, value in more.items():
            setattr(row, key, value)
        db.session.add(row)
        db.session.commit()
        return int(row.id)


def sparse_dataset(town: str, name: str = "Lite") -> int:
    """A dataset with what it must have, and no more."""
    with inside(town):
        theme = first(DatasetTheme)
        row = Dataset(name=name, description="Noe.", publish=Answer.YES, themes=[theme])
        db.session.add(row)
        db.session.commit()
        return int(row.id)


def seen(answer: Any) -> str:
    """What stands on a page, as people read it."""
    return html.unescape(answer.text).replace("\xa0", " ")
