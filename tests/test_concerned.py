"""Who has a product or anything of a supplier: across for who leads the project, one's own for a municipality, and whom
to write to for support, who reads no register."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.database import db
from models.declare.choices import Lifecycle
from models.registers.architecture import Application
from models.registers.catalogue import Product
from tests.conftest import inside
from tests.test_registers import As
from tests.world import SECRETS


def supplier() -> int:
    with inside("Tinn"):
        return int(db.session.scalars(select(Application)).one().supplier_id)


def test_who_leads_the_project_sees_every_municipality_that_has_it_with_whom_to_tell(as_on: As) -> None:
    told = as_on("per").get(f"/concerned/supplier/{supplier()}/").text

    for said in ("Tinn", "Seljord", "Åpen skoleprogram", "Hemmeleg skoleprogram", "Åpen Ombod", "lars@test.example"):
        assert said in told
    assert "Nytt personvernavvik" not in told
    assert "avvik</a>" not in told  # the breaches are never the project's to see


def test_a_municipality_sees_itself_alone_and_begins_a_breach_there(as_on: As) -> None:
    number = supplier()
    told = as_on("kari").get(f"/concerned/supplier/{number}/").text

    assert ("Åpen skoleprogram" in told, "lars@test.example" in told) == (True, False)
    assert [one for one in (*SECRETS, "Seljord") if one in told] == []
    assert f"supplier={number}" in told


def test_support_sees_whom_to_write_to_and_nothing_of_what_they_have(as_on: As) -> None:
    told = as_on("sol").get(f"/concerned/supplier/{supplier()}/").text

    assert ("Tinn" in told, "lars@test.example" in told) == (True, True)
    assert [one for one in ("skoleprogram", "Ombod", "Leiar", *SECRETS) if one in told] == []


def test_who_bills_is_let_in_nowhere(as_: As) -> None:
    assert as_("frida").get(f"/concerned/supplier/{supplier()}/").status_code == 403


def test_only_products_and_suppliers_are_looked_for(as_: As) -> None:
    per = as_("per")

    assert [per.get(f"/concerned/{path}/").status_code for path in ("application/1", "law/1", "x/1", "supplier/0")] == [
        404
    ] * 4


def test_what_is_retired_is_left_out_and_a_product_is_followed_too(as_: As) -> None:
    with inside("Tinn"), db.session.no_autoflush:
        product = db.session.scalars(select(Product).order_by(Product.id)).first()
        db.session.add(Application(name="I bruk", product=product))
        db.session.add(Application(name="Ute av bruk", product=product, status=Lifecycle.RETIRED))
        db.session.commit()
        number = product.id

    told = as_("kari").get(f"/concerned/product/{number}/").text

    assert ("I bruk" in told, "Ute av bruk" in told) == (True, False)


def test_the_page_takes_as_many_statements_for_many_systems_as_for_one(as_: As, statements: list[str]) -> None:
    number, per = supplier(), as_("per")
    url = f"/concerned/supplier/{number}/"
    per.get(url)
    statements.clear()
    per.get(url)
    few = len(statements)

    with inside("Tinn"):
        db.session.add_all(Application(name=f"System {one}", supplier_id=number) for one in range(10))
        db.session.commit()
    statements.clear()
    told: Any = per.get(url)

    assert told.text.count("System ") >= 10
    assert len(statements) == few
