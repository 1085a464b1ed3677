"""The demo: people to sign in as, Tinn and Seljord furnished richly, the other municipalities with a few rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from models.declare.charging import KidKind, PartyRole
from models.declare.choices import Language, LanguageForm
from models.declare.clock import today
from models.declare.selfcost import CostKind
from models.money.lines import lines_for
from models.registers import billing, catalogue
from models.registers.municipality import Municipality, all_ids
from models.registers.parties import Party
from models.registers.selfcost import Cost
from models.registers.wording import Wording
from models.seed import facts
from models.seed.furnish import Content, House, Shelves, shared_shelves
from models.seed.others import content_for
from models.tenancy import scope
from models.tenancy.people import Membership, MunicipalRole, ProjectRole, ProjectRoleName, User

WITHOUT_REFERENCE = "Vinje"  # so that a run has something to say first
OPEN_TO_ALL = "Tinn"
PARTS = ("organisation", "systems", "protection")
# What the project says in its own way: a text as it is shipped today, and one that was shipped otherwise.
SAID = (
    {
        "name": "Tjenester: Tjenesteeier", "place": "help:service.owner",
        "words": "Lederen som har ansvaret. Er dere usikre, spør kommunedirektøren.",
        "shipped": "Lederen som har ansvaret.",
    },
    {
        "name": "Prosesser: Prosesseier", "place": "help:process.owner",
        "words": "Lederen, ikke den som gjør arbeidet.", "shipped": "Den som eier prosessen.",
    },
)  # fmt: skip
# What an issuer needs and nobody has told: numbers that Peppol's own samples use, and that stand for nobody.
ISSUER = {
    "organisation_number": "999999999", "account": "12345678903", "kid": KidKind.MOD10,
    "postal_address": "Eksempelveien 1", "postcode": "3600", "city": "Kongsberg", "email": "faktura@orden.example",
}  # fmt: skip
OPERATOR = "Orden-samarbeidet"
WAIVED: dict[str, Any] = {
    "name": "Ekstra kurs for systemeiere", "amount_ore": 150_000, "basis": "Bestilt på e-post. Kurset ble avlyst.",
    "dropped": True,
}  # fmt: skip
INVOICED = {2025: 1, 2026: 2}  # year: every municipality, every second
SPENT = 2025
COSTS = (
    (CostKind.OPERATION, "Drift og sikkerhetskopi av plattformen", 14_850_000, date(SPENT, 3, 31), "25-0112"),
    (CostKind.LICENCES, "Kart og varsling, årslisens", 3_600_000, date(SPENT, 1, 20), "25-0031"),
    (CostKind.STAFF, "Forvalter, 35 prosent stilling", 20_475_000, date(SPENT, 12, 31), "25-0498"),
    (CostKind.TRAINING, "Kurs for koordinatorene", 2_840_000, date(SPENT, 10, 9), "25-0377"),
    (CostKind.OPERATION, "Refusjon fra driftsleverandøren", -765_000, date(SPENT, 6, 2), "25-0214"),
    (CostKind.OWNERS, "Møter i representantskapet", 1_240_000, date(SPENT, 11, 14), "25-0421"),
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody to sign in as; each role with the municipality it holds in (None: in the project)."""

    email: str
    name: str
    roles: tuple[tuple[str, str | None], ...]


DEMO_PEOPLE = (
    Person("kari@tinn.example", "Kari Haugen", (("editor", "Tinn"),)),
    Person("tone@tinn.example", "Tone Gjerde", (("coordinator", "Tinn"),)),
    Person("lars@tinn.example", "Lars Myhre", (("local_admin", "Tinn"),)),
    Person("ola@tinn.example", "Ola Dalen", (("reader", "Tinn"),)),
    Person("siri@tinn.example", "Siri Aasen", (("dpo", "Tinn"), ("dpo", "Seljord"))),
    Person("berit@seljord.example", "Berit Nordbø", (("editor", "Seljord"),)),
    Person("per@orden.example", "Per Fossum", (("project_manager", None),)),
    Person("sol@orden.example", "Sol Lindheim", (("support", None),)),
    Person("frida@orden.example", "Frida Berge", (("billing", None),)),
)
AUTHORS = {"Tinn": "kari@tinn.example", "Seljord": "berit@seljord.example"}


def load(session: Any, password: str, progress: Callable[[str], None]) -> list[Person]:
    """Load the demo once, all or nothing; gives the people. Does nothing when they are there already."""
    if facts.is_empty(session):
        facts.load(session)
    ids = all_ids(session)
    session.commit()  # the scope is announced to the database when a transaction begins
    with scope.use(scope.of(ids)):
        if session.scalar(select(User.id).where(User.email == DEMO_PEOPLE[0].email)) is None:
            _furnish(session, password, progress, ids)
            session.commit()
    return list(DEMO_PEOPLE)


def _furnish(session: Any, password: str, progress: Callable[[str], None], ids: list[int]) -> None:
    municipalities = {one.name: one for one in session.scalars(select(Municipality).order_by(Municipality.name))}
    users = _people(session, password, municipalities)
    shared = shared_shelves(session)
    _catalogue(session, shared)
    session.add_all(Wording(language=Language.NB, **said) for said in SAID)
    for issuer in session.scalars(select(Party).where(Party.role == PartyRole.ISSUER)):
        for key, value in ISSUER.items():
            setattr(issuer, key, value)
    ours = shared[catalogue.Supplier][OPERATOR]
    for party in session.scalars(select(Party).where(Party.role == PartyRole.CONTRACT_PARTY)):
        party.supplier = ours
    operates = {"role": PartyRole.OPERATOR, "valid_from": date(2018, 1, 1)}
    session.add(Party(name=OPERATOR, supplier=ours, **operates))
    session.add_all(map(_cost, COSTS))
    prices = session.scalars(select(billing.Price)).all()
    # Those that are no more come last: they have their rows for a merger to be tried on, and are charged nothing.
    places = sorted(municipalities.values(), key=lambda one: one.ended is not None)
    for number, one in enumerate(places):
        progress(one.name)
        if one.name != WITHOUT_REFERENCE:
            one.invoice_reference = f"ORDEN-{one.code_on(today()) or ''}".rstrip("-")
        author = users.get(AUTHORS.get(one.name, ""))
        working = replace(scope.of(ids, active=one.id), user_id=author.id if author else None)
        with scope.use(replace(working, user_name=author.name) if author else working):
            one.shares_terms = number % 2 == 0
            one.public_page = one.public_catalogue = one.name == OPEN_TO_ALL
            nynorsk = one.language is LanguageForm.NYNORSK
            house = House(session, shared, nynorsk=nynorsk)
            house.furnish(_content(one, nynorsk=nynorsk))
            _charges(session, one, number, prices)
            if one.name in AUTHORS:
                session.add(billing.Supplement(year=SPENT, **WAIVED))
            session.flush()


def _content(municipality: Municipality, *, nynorsk: bool) -> Content:
    if municipality.name not in AUTHORS:
        return content_for(municipality.name, nynorsk=nynorsk)
    made: Content = {}
    profiles: Content = {}
    for part in PARTS:
        content = facts.read_json(f"../seed/content/{municipality.name.lower()}_{part}.json")
        profiles |= content.pop("profiles", {})
        made |= content
    for key, value in made.pop("municipality").items():
        setattr(municipality, key, value)
    return made | {"profiles": profiles}


def _people(session: Any, password: str, municipalities: dict[str, Municipality]) -> dict[str, User]:
    users = {}
    for person in DEMO_PEOPLE:
        user = User(name=person.name, email=person.email, active=True)
        user.set_password(password)
        session.add(user)
        users[person.email] = user
        for role, where in person.roles:
            if where:
                owner = municipalities[where].id
                session.add(Membership(user=user, role=facts.choice(MunicipalRole, role), municipality_id=owner))
            else:
                session.add(ProjectRole(user=user, role=facts.choice(ProjectRoleName, role)))
    session.flush()
    return users


def _catalogue(session: Any, shared: Shelves) -> None:
    """Suppliers and products the demo municipalities have proposed."""
    house = House(session, shared)
    content = facts.read_json("../seed/content/catalogue.json")
    for cls, rows in ((catalogue.Supplier, content["suppliers"]), (catalogue.Product, content["products"])):
        for values in rows:
            if values["name"] not in shared[cls]:
                shared[cls][values["name"]] = house.add(cls, values)
    session.flush()


def _cost(told: tuple[CostKind, str, int, date, str]) -> Cost:
    nature, name, ore, day, voucher = told
    return Cost(year=SPENT, nature=nature, name=name, amount_ore=ore, day=day, voucher=voucher, attributable=True)


def _charges(session: Any, municipality: Municipality, number: int, prices: Any) -> None:
    """What has been invoiced: last year everybody, this year every second."""
    for year, step in INVOICED.items():
        if number % step:
            continue
        for line in lines_for(municipality, year, prices):
            formula = f"{line.quantity} × {line.price_ore / 100:.2f} kr".replace(".", ",")
            session.add(
                billing.Charge(
                    year=year, nature=line.kind, quantity=line.quantity, amount_ore=line.charged, formula=formula,
                    invoiced_on=date(year, 3, 15), reference=f"{year}-{number + 1:03d}",
                )
            )  # fmt: skip
