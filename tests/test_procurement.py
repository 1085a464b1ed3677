"""Buying together: what municipalities see of each other's terms is what each has said that it shares."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from models.database import db
from models.declare.base import field_of
from models.declare.choices import AgreementStatus, Answer, Lifecycle
from models.declare.clock import today
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate, Product
from models.registers.codes import Article6
from models.registers.municipality import Municipality, all_ids
from models.registers.processing import ProcessingActivity
from models.registers.window import ShownCard
from models.tenancy import scope
from models.tenancy.people import Membership, MunicipalRole
from models.tenancy.roles import Actor, Grant, may_write_field, scope_for
from reports import report
from reports.base import Ask
from tests.conftest import inside, municipality, sign_in, user

PAGE = "/reports/felles-anskaffelse/?least=1"
ENDS = date(today().year + 5, 7, 8)
TERMS = {"version": "9.8.7-hemmeleg", "cost_ore": 81_828_300, "ends": ENDS.isoformat()}
TOLD = ("9.8.7-hemmeleg", "818283", "818 283", f"{ENDS:%d.%m.%Y}")
ASK = Ask("nb", today(), datetime(2026, 6, 1, 12, tzinfo=UTC), today().year, chosen={"least": (1,)})
Row = list[Any]


@pytest.fixture
def shared_product(engine_app: Any) -> str:
    """A product that Tinn and Seljord use, each on terms of its own; neither has said that it shares them."""
    for town, version, ore, ends in (("Tinn", "1.0", 100, None), ("Seljord", TERMS["version"], 80_000_000, ENDS)):
        with inside(town):
            product = first(Product)
            in_force = Agreement(name=f"{town} drift", status=AgreementStatus.ACTIVE, ends=ends)
            over = Agreement(name=f"{town} gammel", status=AgreementStatus.TERMINATED, ends=date(2099, 1, 1))
            used = Application(name=f"{town} sak", product=product, version_name=version, agreements=[in_force, over])
            used.licence_ore, used.operation_ore = ore, 1_828_300 if town == "Seljord" else None
            db.session.add(used)
            db.session.commit()
            name = str(product.name)
    return name


def first(cls: Any, *where: Any) -> Any:
    return db.session.scalars(select(cls).where(*where).order_by(cls.id)).first()


def share(town: str, *, yes: bool = True) -> None:
    with inside(town):
        db.session.get_one(Municipality, municipality(town)).shares_terms = yes
        db.session.commit()


def detail(town: str = "Seljord") -> dict[str, Any]:
    """What stands on the card that a municipality's application has."""
    with inside(town):
        db.session.expire_all()
        return dict(first(ShownCard, ShownCard.name == f"{town} sak").detail)


def told(who: str | None, town: str | None, ask: Ask = ASK) -> dict[str, list[Row]]:
    """The rows of each sheet, as somebody reads them in a municipality, or in all of theirs."""
    place, everyone = municipality(town) if town else None, all_ids(db.session)
    with scope.use(scope.Scope(everyone=True)):
        held = {"kari": Grant("editor", place), "per": Grant("project_manager")}[who or "kari"]
    db.session.rollback()
    with scope.use(scope_for(Actor(1, "x", (held,)), everyone, place)):
        sheets = report("felles-anskaffelse").sheets(db.session, ask)
        return {one.sheet.title: [list(row) for row in one.sheet.rows] for one in sheets}


def uses(found: dict[str, list[Row]]) -> list[Row]:
    return [row for row in found["Hos hver kommune"] if row[2].endswith(" sak")]


def doors(browser: Any) -> str:
    """All that somebody can get hold of where sisters are told of."""
    text = "".join(
        browser.get(url).text
        for url in (
            PAGE,
            PAGE.replace("/?", "/document/?"),
            "/neighbours/",
            "/neighbours/?search=9.8.7",
            f"/neighbours/alike/product/{first_id(Product)}/",
            f"/product/details/?id={first_id(Product)}",
            f"/municipality/details/?id={municipality('Seljord')}",
            "/search/?q=9.8.7",
        )
    )
    book = load_workbook(BytesIO(browser.get(PAGE.replace("/?", "/download/?")).data))
    return html.unescape(text).replace("\xa0", " ") + str([list(sheet.values) for sheet in book])


def first_id(cls: Any) -> int:
    with inside("Tinn"):
        return int(first(cls).id)


def test_without_consent_nothing_of_the_terms_leaves_by_any_door(engine_app: Any, shared_product: str) -> None:
    kari = doors(sign_in(engine_app, "kari"))

    assert detail() == {"status": "in_use"}
    assert [one for one in TOLD if one in kari] == []
    assert shared_product in kari
    assert uses(told("kari", "Tinn")) == [
        [shared_product, "Seljord", "Seljord sak", "I bruk", None, None, None, None, None],
        [shared_product, "Tinn (dere)", "Tinn sak", "I bruk", "1.0", 100, POPULATION["Tinn"], 0, None],
    ]


def test_what_is_not_shared_changes_no_count_sum_order_or_shape(engine_app: Any, shared_product: str) -> None:
    before = told("kari", "Tinn")
    with inside("Seljord"):
        mine = first(Application, Application.name == "Seljord sak")
        mine.version_name, mine.licence_ore, mine.agreements = "0.0.1", 1, []
        db.session.commit()

    assert told("kari", "Tinn") == before


def test_with_consent_the_terms_are_told_and_no_more_when_it_is_withdrawn(engine_app: Any, shared_product: str) -> None:
    share("Seljord")
    lent = (detail(), uses(told("kari", "Tinn"))[0][4:], doors(sign_in(engine_app, "kari")))
    product = next(row for row in told("kari", "Tinn")["Produkter"] if row[0] == shared_product)
    share("Seljord", yes=False)

    people = POPULATION["Seljord"]
    each = (2 * TERMS["cost_ore"] + people) // (2 * people)
    assert lent[:2] == (
        {"status": "in_use", **TERMS}, [TERMS["version"], TERMS["cost_ore"], people, each, ENDS],
    )  # fmt: skip
    assert [one in lent[2] for one in (TOLD[0], TOLD[2], TOLD[3])] == [True, True, True]
    assert product[2:] == [
        2, "Seljord, Tinn (dere)", "1.0\n9.8.7-hemmeleg", 2, TERMS["cost_ore"] + 100, ENDS, ENDS,
    ]  # fmt: skip
    assert (detail(), uses(told("kari", "Tinn"))[0][4:]) == ({"status": "in_use"}, [None] * 5)


def test_whoever_reads_all_is_told_of_each_what_it_shares(engine_app: Any, shared_product: str) -> None:
    share("Seljord")

    assert [row[1:2] + row[4:6] for row in uses(told("per", None))] == [
        ["Seljord", TERMS["version"], TERMS["cost_ore"]],
        ["Tinn", None, None],
    ]


CHANGES = {
    "the version": (lambda app: setattr(app, "version_name", "10"), {"version": "10"}),
    "what it costs": (lambda app: setattr(app, "maintenance_ore", 1), {"cost_ore": TERMS["cost_ore"] + 1}),
    "the end of its agreement": (lambda app: setattr(_bound(app), "ends", date(2040, 1, 1)), {"ends": "2040-01-01"}),
    "an agreement that is given notice of": (
        lambda app: setattr(_bound(app), "status", AgreementStatus.TERMINATED),
        {"ends": None},
    ),
    "an agreement taken off": (lambda app: app.agreements.remove(_bound(app)), {"ends": None}),
    "an agreement that leaves the system": (lambda app: setattr(_bound(app), "applications", []), {"ends": None}),
    "an agreement that is deleted": (lambda app: db.session.delete(_bound(app)), {"ends": None}),
    "an agreement put on from its own end": (
        lambda app: db.session.add(
            Agreement(name="ny", status=AgreementStatus.OPTION, ends=date(2050, 1, 1), applications=[app])
        ),
        {"ends": "2050-01-01"},
    ),
}


def _bound(app: Application) -> Any:
    return next(one for one in app.agreements if one.name == "Seljord drift")


@pytest.mark.parametrize("what", CHANGES)
def test_the_card_follows(what: str, engine_app: Any, shared_product: str) -> None:
    share("Seljord")
    change, expected = CHANGES[what]
    with inside("Seljord"):
        change(first(Application, Application.name == "Seljord sak"))
        db.session.commit()

    want = {"status": "in_use", **TERMS, **expected}
    assert detail() == {key: value for key, value in want.items() if value is not None}


def test_what_is_retired_or_of_a_municipality_that_is_no_more_is_left_out(engine_app: Any, shared_product: str) -> None:
    with inside("Tinn"):
        first(Application, Application.name == "Tinn sak").status = Lifecycle.RETIRED
        db.session.commit()
    without = [row[1] for row in uses(told("kari", "Tinn"))]
    with inside("Seljord"):
        db.session.get_one(Municipality, municipality("Seljord")).ended = today()
        db.session.commit()

    assert (without, uses(told("kari", "Tinn"))) == (["Seljord"], [])


def test_only_products_that_enough_have_are_told_of(engine_app: Any, shared_product: str) -> None:
    def having(least: int) -> list[str]:
        return [row[0] for row in told("kari", "Tinn", replace(ASK, chosen={"least": (least,)}))["Produkter"]]

    assert (having(2), having(3)) == ([shared_product], [])


def test_a_municipality_consents_for_itself(app: Any) -> None:
    known, tinn, seljord = field_of(Municipality, "shares_terms"), municipality("Tinn"), municipality("Seljord")
    row = db.session.get_one(Municipality, tinn)

    def may(*grants: Grant) -> bool:
        return may_write_field(Actor(1, "x", grants), known, row)

    assert may(Grant("local_admin", tinn))
    assert not may(Grant("project_manager"))
    assert not may(Grant("project_manager"), Grant("local_admin", seljord))
    assert not may(Grant("editor", tinn), Grant("local_admin", seljord))


def test_the_local_administrator_says_so_on_the_page_of_the_municipality(engine_app: Any, shared_product: str) -> None:
    place = municipality("Seljord")
    with inside("Seljord"):
        db.session.add(Membership(user=user("berit"), role=MunicipalRole("local_admin"), municipality_id=place))
        db.session.commit()
    browser = sign_in(engine_app, "berit")
    page = browser.get(f"/municipality/edit/?id={place}").text
    said = {"language": "nn", "risk_scale": "5", "shares_terms": "y"}

    before = detail()
    answer = browser.post(f"/municipality/edit/?id={place}", data=said | {"version": version_on(page)})

    assert (before, answer.status_code, detail()) == ({"status": "in_use"}, 303, {"status": "in_use", **TERMS})


def version_on(page: str) -> str:
    import re

    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


@pytest.fixture
def shared_answers(engine_app: Any) -> str:
    """Activities of one template: Seljord shares hers, Tinn has one it does not share; they rest on other grounds."""
    for town, number in (("Tinn", 0), ("Seljord", 1)):
        with inside(town):
            template = first(ProcessingTemplate)
            grounds = db.session.scalars(select(Article6).order_by(Article6.id).limit(2)).all()
            db.session.add(
                ProcessingActivity(
                    name=f"{town} opptak", template=template, article6=[grounds[number]], has_processors=Answer.YES,
                    shared=Answer.YES if town == "Seljord" else Answer.NO,
                )
            )  # fmt: skip
            db.session.commit()
            name = str(template.name)
    return name


def test_who_answers_otherwise_on_the_same_template_is_told_answer_by_answer(
    engine_app: Any, shared_answers: str
) -> None:
    with inside("Tinn"):
        grounds = [one.name for one in db.session.scalars(select(Article6).order_by(Article6.id).limit(2))]
    label = "Behandlingsgrunnlag, artikkel 6"

    assert told("kari", "Tinn")["Svarer ulikt"] == [
        [shared_answers, label, grounds[1], 1, "Seljord"],
        [shared_answers, label, grounds[0], 1, "Tinn (dere)"],
    ]
    assert told("kari", "Seljord")["Svarer ulikt"] == []  # Tinn shares nothing
    assert told("per", None)["Svarer ulikt"] == []


def test_the_answers_are_in_the_language_of_the_report(engine_app: Any, shared_answers: str) -> None:
    with inside("Tinn"):
        grounds = [one.name_en for one in db.session.scalars(select(Article6).order_by(Article6.id).limit(2))]

    told_in_english = told("kari", "Tinn", replace(ASK, language="en"))
    assert [row[2] for row in next(reversed(told_in_english.values()))] == [grounds[1], grounds[0]]


def test_it_takes_as_many_statements_for_one_product_as_for_many(app: Any, statements: list[str], as_: Any) -> None:
    def asked() -> int:
        told("kari", "Tinn")
        statements.clear()
        told("kari", "Tinn")
        return len(statements)

    def use(amount: int) -> None:
        for town in ("Tinn", "Seljord"):
            with inside(town):
                for product in db.session.scalars(select(Product).order_by(Product.id).limit(amount)):
                    db.session.add(Application(name=f"{town} {product.name}", product=product))
                db.session.commit()

    use(1)
    one = asked()
    use(20)

    assert asked() == one


class _Populations(dict[str, int]):
    """The newest figure of each town, as it is registered."""

    def __missing__(self, town: str) -> int:
        with inside(town):
            found = db.session.get_one(Municipality, municipality(town)).population_on(today())
            assert found
            return int(found.inhabitants)


POPULATION = _Populations()
