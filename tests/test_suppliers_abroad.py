"""A supplier of another country: no organisation number is asked of it, and the one it has there is taken."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.base import fields_of
from models.declare.fields import Mark
from models.queries import quality
from models.registers.catalogue import Supplier
from tests.conftest import inside
from tests.test_registers import As, address, create, errors, form_of


def sent(browser: Any, **typed: str) -> Any:
    values = form_of(browser.get(address(Supplier, "new/")).text).values
    return browser.post(address(Supplier, "new/"), data=values | {"name": "Prøve AB"} | typed)


def stored(*keys: str) -> list[Any]:
    with inside():
        row = db.session.scalars(select(Supplier).where(Supplier.name == "Prøve AB")).one()
        return [getattr(row, key) for key in keys]


@pytest.mark.parametrize(
    ("country", "number", "code", "kept"),
    [
        ("SE", "556036-0793", "SE", "556036-0793"),
        ("Sverige", " 556036-0793 ", "SE", "556036-0793"),
        ("de", "HRB 12345 B", "DE", "HRB 12345 B"),
        ("DK", "12345678", "DK", "12345678"),
        ("se", "", "SE", None),
        ("Norge", "974 760 673", "NO", "974760673"),
        ("", "974-760-673", "NO", "974760673"),
    ],
)
def test_the_number_is_the_one_of_the_country(country: str, number: str, code: str, kept: str, as_on: As) -> None:
    answer = sent(as_on("per"), country=country, organisation_number=number)

    assert answer.status_code == 303, errors(answer.text)
    assert stored("country", "organisation_number") == [code, kept]


@pytest.mark.parametrize("country", ["NO", "Norge", "norway", ""])
def test_a_number_of_another_country_is_refused_of_a_norwegian_one(country: str, as_: As) -> None:
    answer = sent(as_("per"), country=country, organisation_number="556036-0793")

    assert (answer.status_code, [said.split(":")[0] for said in errors(answer.text)]) == (422, ["Organisasjonsnummer"])


@pytest.mark.parametrize(("typed", "said"), [("1" * 21, "20"), ("15033210024", "fødselsnummer")])
def test_a_number_of_another_country_has_bounds_too(typed: str, said: str, as_: As) -> None:
    answer = sent(as_("per"), country="SE", organisation_number=typed)

    assert (answer.status_code, said in errors(answer.text)[0]) == (422, True)


@pytest.mark.parametrize("country", ["47", "ZZ", "EU"])
def test_a_country_that_is_none_is_refused(country: str, as_: As) -> None:
    answer = sent(as_("per"), country=country)

    assert (answer.status_code, [said.split(":")[0] for said in errors(answer.text)]) == (422, ["Land"])


def test_a_supplier_abroad_can_be_finished_without_a_number(as_: As) -> None:
    made = create(Supplier, as_("per"), country=["SE"])
    marked = [known for known in fields_of(Supplier) if known.mark is not Mark.OPTIONAL]

    with inside():
        row = db.session.get(Supplier, made)
        for known in marked:
            if known.key != "organisation_number" and not getattr(row, known.key):
                setattr(row, known.key, "noe@kommune.no" if known.key == "contact_email" else "Noe")
        row.organisation_number = None

        assert [quality.completeness(row), setattr(row, "country", "NO") or quality.completeness(row) < 100] == [
            100,
            True,
        ]
        db.session.rollback()
