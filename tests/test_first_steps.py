"""The first afternoon: an empty municipality takes the steps, in any order, and more than once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.changes.firststeps import MOST
from models.database import db
from models.declare.choices import CatalogueStatus, ContactRole
from models.queries.answering import unanswered
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate, Product
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, municipality, user
from tests.test_registers import As

EMPTY = "Nissedal"
STEPS = ("units", "people", "applications", "activities", "answers")


@pytest.fixture
def nina(as_: As) -> Any:
    """Who edits in a municipality that has nothing yet."""
    with inside():
        kari = db.session.scalars(select(User).where(User.email == "kari@test.example")).one()
        db.session.add(Membership(user=kari, role=MunicipalRole.EDITOR, municipality_id=municipality(EMPTY)))
        db.session.commit()
    browser = as_("kari")
    browser.post("/municipality/", data={"municipality": municipality(EMPTY)})
    return browser


def names(register: type[Any]) -> list[str]:
    with inside(EMPTY):
        return sorted(db.session.scalars(select(register.name)))


def product(name: str) -> Product:
    return db.session.scalars(select(Product).where(Product.name == name)).one()


def some_products() -> list[int]:
    """One product of each of two categories that templates are for."""
    kinds = {template.product_categories[0].id for template in templates() if template.product_categories}
    found = db.session.scalars(select(Product).where(Product.category_id.in_(kinds)).order_by(Product.id)).all()
    return [one.id for one in {one.category_id: one for one in found}.values()][:2]


def templates() -> list[ProcessingTemplate]:
    return list(db.session.scalars(select(ProcessingTemplate)))


def test_an_empty_municipality_is_asked_to_begin_and_one_that_has_begun_is_not(nina: Any, as_: As) -> None:
    asked = 'href="/first-steps/"'
    assert (asked in nina.get("/").text, asked in as_("berit").get("/").text) == (True, False)


def test_the_steps_are_open_to_who_registers_and_to_nobody_else(as_: As) -> None:
    answers = {who: [as_(who).get(f"/first-steps/{step}").status_code for step in ("", *[f"{s}/" for s in STEPS])]
               for who in ("kari", "ola", "siri", "sol", "frida")}  # fmt: skip
    assert answers == {"kari": [200] * 6, **{who: [403] * 6 for who in ("ola", "siri", "sol", "frida")}}
    posted = {who: {as_(who).post(f"/first-steps/{step}/").status_code for step in STEPS} for who in ("ola", "siri")}
    assert posted == {"ola": {403}, "siri": {403}}


def test_units_that_were_ticked_and_written_are_made_once(nina: Any) -> None:
    for _ in range(2):
        nina.post(
            "/first-steps/units/",
            data={"usual": ["Oppvekst", "Teknisk"], "lines": "Nissedal skule\n\n nissedal  SKULE\nNAV"},
        )
    assert names(OrganisationalUnit) == ["NAV", "Nissedal skule", "Oppvekst", "Teknisk"]


def test_people_are_read_from_lines_with_title_and_address_in_any_turn(nina: Any) -> None:
    lines = (
        "Ola Dahl; rektor; ola@nissedal.example\nEli Moen\teli@nissedal.example\tPersonvernombod\n"
        "Per Vik\nKari Li, kommunedirektør"
    )
    nina.post("/first-steps/people/", data={"lines": lines})
    with inside(EMPTY):
        found = [
            (one.name, one.title, one.email, one.role)
            for one in db.session.scalars(select(ContactPerson).order_by(ContactPerson.name))
        ]
    assert found == [
        ("Eli Moen", "Personvernombod", "eli@nissedal.example", ContactRole.DPO),
        ("Kari Li", "kommunedirektør", None, ContactRole.EXECUTIVE),
        ("Ola Dahl", "rektor", "ola@nissedal.example", ContactRole.UNIT_MANAGER),
        ("Per Vik", None, None, ContactRole.OTHER),
    ]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("Ola Dahl; rektor\nEli Moen; eli@", "«Eli Moen»"),
        ("Ola Dahl 01010750160", "fødselsnummer"),
        ("x" * 300, "for lang"),
        ("\n".join(f"Person {n}" for n in range(MOST + 1)), f" {MOST} "),
    ],
)
def test_a_line_that_cannot_be_is_told_and_nothing_is_made_or_lost(lines: str, why: str, nina: Any) -> None:
    answer = nina.post("/first-steps/people/", data={"lines": lines})
    assert (answer.status_code, why in answer.text, lines[:20] in answer.text) == (422, True, True)
    assert names(ContactPerson) == []


def test_ticked_products_become_applications_with_what_the_catalogue_knows(nina: Any) -> None:
    with inside(EMPTY):
        ticked = some_products()
        cards = [db.session.get(Product, one) for one in ticked]
        wanted = sorted((one.name, one.supplier, one.hosting) for one in cards if one)  # type: ignore[type-var]
        wanted = [(name, str(supplier), hosting) for name, supplier, hosting in wanted]
    for _ in range(2):
        nina.post("/first-steps/applications/", data={"product": ticked})
    with inside(EMPTY):
        rows = db.session.scalars(select(Application).order_by(Application.name)).all()
        found = sorted((one.name, str(one.product.supplier), one.product.hosting) for one in rows)
    assert found == wanted


def test_a_system_nobody_knows_is_proposed_and_in_use_at_once(nina: Any) -> None:
    answer = nina.post("/first-steps/applications/", data={"lines": "Nissedalsystemet\nnissedalsystemet"})
    assert answer.status_code == 303
    with inside(EMPTY):
        card = product("Nissedalsystemet")
        assert (card.status, card.proposed_by) == (CatalogueStatus.PROPOSED, user("kari").id)
    assert names(Application) == ["Nissedalsystemet"]


def test_drafts_come_with_the_systems_that_suit_them_and_come_once(nina: Any) -> None:
    with inside(EMPTY):
        ticked, every = some_products(), [one.id for one in templates()]
    nina.post("/first-steps/applications/", data={"product": ticked})
    for _ in range(2):
        nina.post("/first-steps/activities/", data={"template": every})
    with inside(EMPTY):
        rows = db.session.scalars(select(ProcessingActivity)).all()
        found = {row.template_id: {one.product_id for one in row.applications} for row in rows}
        kinds = {one: db.session.get(Product, one).category_id for one in ticked}  # type: ignore[union-attr]
        wanted = {
            t.id: {p for p, kind in kinds.items() if kind in {c.id for c in t.product_categories}} for t in templates()
        }
    assert (found, len(rows)) == (wanted, len(every))
    assert any(found.values())


def test_templates_that_suit_the_systems_are_ticked_and_those_taken_cannot_be_taken_again(nina: Any) -> None:
    assert " checked" not in nina.get("/first-steps/activities/").text
    with inside(EMPTY):
        ticked = some_products()
    nina.post("/first-steps/applications/", data={"product": ticked})
    page = nina.get("/first-steps/activities/").text
    assert 0 < page.count(" checked") < len(templates())
    nina.post("/first-steps/activities/", data={"template": [templates()[0].id]})
    assert nina.get("/first-steps/activities/").text.count('class="there"') == 1


def test_who_is_chosen_answers_for_what_nobody_answers_for_and_for_nothing_else(nina: Any) -> None:
    with inside(EMPTY):
        old, new = (ContactPerson(name=name) for name in ("Gamle", "Nye"))
        unit = OrganisationalUnit(name="Oppvekst")
        card = db.session.scalars(select(Product).where(Product.category.has(grouping="Oppvekst"))).first()
        answered, open_one = Application(name="A", product=card, owner=old), Application(name="B", product=card)
        db.session.add_all([old, new, unit, answered, open_one, Application(name="C")])
        db.session.commit()
        chosen = {"unit-children": unit.id, "person-children": new.id}
    nina.post("/first-steps/answers/", data=chosen)
    with inside(EMPTY):
        rows = db.session.scalars(select(Application).order_by(Application.name)).all()
        assert [(row.owner and row.owner.name, row.unit and row.unit.name) for row in rows] == [
            ("Gamle", "Oppvekst"), ("Nye", "Oppvekst"), (None, None),
        ]  # fmt: skip
        assert {area and area.key: len(some) for area, some in unanswered(db.session).items()} == {None: 1}


def test_nobody_of_another_municipality_can_be_chosen(nina: Any) -> None:
    with inside("Seljord"):
        theirs = db.session.scalars(select(ContactPerson.id)).first()
    with inside(EMPTY):
        db.session.add(Application(name="C"))
        db.session.commit()
    answers = [
        nina.post("/first-steps/answers/", data={"person-other": one}).status_code for one in (theirs, 10**9, "x")
    ]
    assert answers == [404, 404, 303]
    with inside(EMPTY):
        assert db.session.scalars(select(Application.owner_id)).all() == [None]


def test_each_step_asks_few_statements_however_much_there_is(nina: Any, statements: list[str]) -> None:
    with inside(EMPTY):
        every = list(db.session.scalars(select(Product.id)))
        drafts = [one.id for one in templates()]
    counts = []
    for filled in (False, True):
        if filled:
            nina.post("/first-steps/applications/", data={"product": every})
            nina.post("/first-steps/activities/", data={"template": drafts})
        for step in STEPS:
            nina.get(f"/first-steps/{step}/")
            statements.clear()
            nina.get(f"/first-steps/{step}/")
            counts.append(len(statements))
    assert counts[:5] == counts[5:] or all(b - a <= 1 for a, b in zip(counts[:5], counts[5:], strict=True))
    assert max(counts) <= 8
