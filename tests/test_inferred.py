"""Values that follow from the product's card: shown as such, found and sorted by, and overridden by one's own."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import inspect, select

import models
from models.database import db
from models.declare.base import field_of, fields_of
from models.declare.choices import ApplicationKind, Hosting
from models.declare.fields import Field
from models.declare.inferred import grounds, told
from models.declare.shapes import Shape
from models.queries import quality
from models.queries.relations import uses_of
from models.queries.standing import standing_together
from models.registers.architecture import Application
from models.registers.catalogue import Product, Supplier
from models.registers.risk import RiskAssessment
from reports.registers import RegisterReport
from tests.conftest import inside
from tests.test_forms import first, reread, send
from tests.test_registers import As, address, form_of
from tests.test_statements import ASK
from tests.test_tied_agreements import names

FOLLOWING = [(register, known) for register in models.REGISTERS for known in fields_of(register) if known.follows]
LIST = address(Application, columns="name,supplier,nature,hosting,supplier.organisation_number")
OTHER = "Alfa AS"


@pytest.fixture
def rows(app: Any) -> dict[str, int]:
    """An application that follows its product, one that says otherwise, and one of no product, by what they are."""
    return furnished()


@pytest.fixture
def rows_on(engine_app: Any) -> dict[str, int]:
    """The same on each engine."""
    return furnished()


def furnished() -> dict[str, int]:
    with inside("Tinn"), db.session.no_autoflush:
        maker, other = Supplier(name="Zeta AS", organisation_number="974760673"), Supplier(name=OTHER)
        card = Product(name="Prøvekort", supplier=maker, nature=ApplicationKind.BUSINESS, hosting=Hosting.VENDOR)
        own = {"nature": ApplicationKind.WEB, "hosting": Hosting.LOCAL, "supplier": other}
        made = {
            "follows": Application(name="Prøve følger", product=card),
            "says": Application(name="Prøve sier", product=card, **own),
            "alone": Application(name="Prøve alene"),
        }
        db.session.add_all(made.values())
        db.session.commit()
        return {key: row.id for key, row in made.items()} | {"maker": maker.id, "other": other.id}


def test_the_declared_fields_follow_a_reference_to_a_row_that_has_the_same() -> None:
    assert [(register.__tablename__, known.key, known.follows) for register, known in FOLLOWING] == [
        ("application", "nature", "product"), ("application", "hosting", "product"),
        ("application", "supplier", "product"),
    ]  # fmt: skip
    for register, known in FOLLOWING:
        far = field_of(inspect(register).relationships[known.follows].mapper.class_, known.key)
        assert (far.shape, far.choices, far.target, far.follows) == (known.shape, known.choices, known.target, "")


def test_only_what_can_be_empty_without_an_answer_follows() -> None:
    with pytest.raises(ValueError, match="only a choice or a reference follows a link"):
        Field("Navn", follows="product")


def cells(page: Any) -> dict[str, list[str]]:
    """The rows of a list as text, by name."""
    found = re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>.*?</th>(.*?)</tr>', page.text)
    cut = {name: re.findall(r'<td(?! class="more")[^>]*>(.*?)</td>', rest) for name, rest in found}
    return {name: [html.unescape(re.sub("<[^>]+>", "", one)) for one in some] for name, some in cut.items()}


def test_a_list_shows_what_follows_as_such_and_ones_own_as_it_is(rows_on: Any, as_on: As) -> None:
    found = cells(as_on("kari").get(f"{LIST}&search=prøve"))

    assert found == {
        "Prøve følger": [
            "↳ Zeta AS (følger av produkt)", "↳ Fagsystem (følger av produkt)",
            "↳ Drift hos leverandør (følger av produkt)", "974760673",
        ],
        "Prøve sier": [OTHER, "Nettjeneste", "Lokal drift", ""],
        "Prøve alene": ["", "", "", ""],
    }  # fmt: skip


def test_a_list_is_narrowed_and_sorted_by_what_follows(rows_on: Any, as_on: As) -> None:
    kari, only = as_on("kari"), "search=prøve"
    asked = {
        f"supplier={rows_on['maker']}": ["Prøve følger"],
        f"supplier.not={rows_on['maker']}": ["Prøve alene", "Prøve sier"],
        "supplier.none=1": ["Prøve alene"],
        "supplier.some=1": ["Prøve følger", "Prøve sier"],
        "supplier.name.has=zeta": ["Prøve følger"],
        "nature=business": ["Prøve følger"],
        "hosting.none=1": ["Prøve alene"],
        "sort=supplier": ["Prøve sier", "Prøve følger", "Prøve alene"],
        "sort=-supplier.name": ["Prøve følger", "Prøve sier", "Prøve alene"],
        "sort=supplier.organisation_number": ["Prøve følger", "Prøve sier", "Prøve alene"],
    }

    found = {query: names(kari.get(f"{LIST}&{only}&{query}")) for query in asked}

    found = {query: some if query.startswith("sort") else sorted(some) for query, some in found.items()}
    assert found == asked


def test_an_excel_list_has_what_follows(rows_on: Any) -> None:
    report = RegisterReport("x", "x", "x", register=Application)
    with inside("Tinn"):
        (sheet,) = report.sheets(db.session, ASK)
        places = [column.label for column in sheet.sheet.columns].index
        where = [places(label) for label in ("Navn", "Leverandør", "Type", "Driftsmodell")]
        found = {row[where[0]]: [row[n] for n in where[1:]] for row in sheet.sheet.rows}

    assert [found[name] for name in ("Prøve følger", "Prøve sier", "Prøve alene")] == [
        ["Zeta AS", "Fagsystem", "Drift hos leverandør"],
        [OTHER, "Nettjeneste", "Lokal drift"],
        [None, None, None],
    ]


def test_the_page_of_a_row_says_what_a_value_follows_from(rows: dict[str, int], as_: As) -> None:
    kari = as_("kari")
    pages = [kari.get(address(Application, "details/", id=rows[key])).text for key in ("follows", "says")]

    told_of = [re.search(r"<dt>Leverandør</dt><dd>(.*?)</dd>", page) for page in pages]
    texts = [re.sub("<[^>]+>", "", one[1]) if one else "" for one in told_of]
    assert texts == ["Zeta ASfølger av Prøvekort", OTHER]


def test_a_form_says_beside_the_empty_field_what_follows_and_keeps_it_empty(rows: dict[str, int], as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    row.id = rows["follows"]
    page = kari.get(address(Application, "edit/", id=row.id)).text

    said = dict(re.findall(r'<p class="inferred" id="(\w+)-inferred"[^>]*>([^<]*)</p>', html.unescape(page)))
    saved = send(kari, row, name="Prøve på nytt")

    assert said == {
        key: f"Nå: {value} – følger av Prøvekort"
        for key, value in {"supplier": "Zeta AS", "nature": "Fagsystem", "hosting": "Drift hos leverandør"}.items()
    }
    assert (saved.status_code, reread(row, "supplier", "nature", "hosting")) == (303, [None, None, None])


def test_another_product_is_answered_at_once_and_ones_own_value_takes_over(rows: dict[str, int], as_: As) -> None:
    kari = as_("kari")
    with inside("Tinn"):
        card = db.session.scalars(select(Product.id).where(Product.name == "Prøvekort")).one()
    url = address(Application, "edit/", id=rows["alone"])
    values = form_of(kari.get(url).text).values | {"product": "Prøvekort", "product-id": str(card)}
    values["product"] = values["product"] if "product-was" in values else str(card)
    ask = address(Application, "ask/", id=rows["alone"])

    follows = [kari.post(ask, data=values | own).json["follows"]["nature"] for own in ({}, {"nature": "web"})]

    assert follows == ["Nå: Fagsystem – følger av Prøvekort", ""]


def test_what_follows_counts_as_filled(rows: dict[str, int]) -> None:
    with inside("Tinn"):
        found = [db.session.get(Application, rows[key]) for key in ("follows", "says", "alone")]
        for some in (found, standing_together(db.session, found)):
            gaps = [{"nature", "hosting"} & {known.key for known in quality.gaps(row)} for row in some]
            assert gaps == [set(), set(), {"nature", "hosting"}]


@pytest.mark.parametrize("known", [known for _register, known in FOLLOWING], ids=lambda known: known.key)
def test_a_row_as_it_stands_says_the_same_as_the_row(known: Field, rows: dict[str, int]) -> None:
    with inside("Tinn"):
        found = [db.session.get(Application, rows[key]) for key in ("follows", "says", "alone")]
        for one, stands in zip(found, standing_together(db.session, found), strict=True):
            same = [told(known, it) for it in (one, stands)]
            ids = [it.id if known.shape is Shape.REFERENCE and it is not None else it for it in same]
            follows = [len(grounds(known, it)) for it in (one, stands)]
            assert (ids[0], follows) == (ids[1], [one.name == "Prøve følger"] * 2)


def test_a_supplier_counts_every_application_that_uses_its_products(rows_on: dict[str, int], as_on: As) -> None:
    kari = as_on("kari")
    with inside("Tinn"):
        both = [uses_of(db.session, db.session.get(Supplier, rows_on[key])) for key in ("maker", "other")]
        counts = [{use.register: use.count for use in uses}[Application] for uses in both]
    page = kari.get(address(Supplier, "details/", id=rows_on["maker"])).text

    assert counts == [1, 1]
    assert (f"/application/?supplier={rows_on['maker']}" in page, "Prøve følger" in page, "Prøve sier" in page) == (
        True, True, False,
    )  # fmt: skip
    assert names(kari.get(address(Application, supplier=rows_on["maker"]))) == ["Prøve følger"]


def test_a_column_behind_a_link_tells_what_follows_there_too(rows: dict[str, int], as_: As) -> None:
    with inside("Tinn"):
        db.session.add(RiskAssessment(name="Prøve av kort", application_id=rows["follows"]))
        db.session.commit()

    found = cells(as_("lars").get(address(RiskAssessment, columns="name,application.nature", search="kort")))

    assert found == {"Prøve av kort": ["Fagsystem"]}


def test_what_follows_stands_beside_any_other_column(as_on: As) -> None:
    kari = as_on("kari")
    others = [known.key for known in fields_of(Application) if known.key != "supplier"]

    answers = {
        key: kari.get(address(Application, columns=f"name,supplier,{key},product")).status_code for key in others
    }

    assert answers == dict.fromkeys(others, 200)
