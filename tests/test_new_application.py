"""A new application begins with a name: the catalogue's cards, four questions, and what usually belongs with it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import CatalogueStatus, HeldPersonalData
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate, Product, Supplier
from models.registers.codes import ProductCategory
from models.registers.data import Dataset
from models.registers.processing import ProcessingActivity
from models.registers.usual import DATASETS
from tests.conftest import inside

BEGIN = "/new-application/"


def category(code: str) -> ProductCategory:
    found: ProductCategory = db.session.scalars(select(ProductCategory).where(ProductCategory.code == code)).one()
    return found


def card(name: str = "Flyt Skole", code: str = "school-administration") -> int:
    """A card of the catalogue with a kind that templates suit."""
    with inside():
        row = Product(
            name=name, supplier=Supplier(name=f"{name} AS"), category=category(code),
            personal_data=HeldPersonalData.YES, description="Elever og timeplan.",
        )  # fmt: skip
        db.session.add(row)
        template = ProcessingTemplate(
            name="Elevadministrasjon", purpose="Gi opplæring", product_categories=[row.category]
        )
        db.session.add(template)
        db.session.commit()
        return int(row.id)


def used_in(place: str, product: int) -> None:
    with inside(place):
        db.session.add(Application(name=f"Skolen i {place}", product_id=product))
        db.session.commit()


def applications(place: str) -> list[Application]:
    """Those of a card."""
    with inside(place):
        of_cards = select(Application).where(Application.product_id.is_not(None))
        return list(db.session.scalars(of_cards.order_by(Application.id)))


def test_a_new_application_is_begun_with_its_name_from_the_list(as_: Any) -> None:
    page = as_("kari").get("/application/").text

    assert f'href="{BEGIN}?form=' in page


def test_a_card_tells_who_delivers_it_and_how_many_have_it_and_whether_we_do(as_: Any) -> None:
    product = card()
    used_in("Seljord", product)
    used_in("Tinn", product)

    page = as_("kari").get(f"{BEGIN}?name=flyt skole").text

    assert "Flyt Skole AS · Skoleadministrasjon · 2 kommuner har det" in page
    assert f"/application/details/?id={applications('Tinn')[-1].id}" in page
    assert f'name="product" value="{product}"' not in page


def test_without_a_name_the_cards_others_use_and_we_do_not_come_first(as_: Any) -> None:
    ours, theirs = card("Vårt"), card("Deres")
    used_in("Tinn", ours)
    used_in("Seljord", theirs)

    page = as_("kari").get(BEGIN).text

    assert (f'value="{theirs}"' in page, f'value="{ours}"' in page) == (True, False)


def test_choosing_a_card_makes_the_application_and_asks_four_questions(as_: Any) -> None:
    product, kari = card(), as_("kari")

    answer = kari.post(BEGIN, data={"product": str(product), "name": "flyt"})

    (row,) = applications("Tinn")
    assert (row.name, row.product_id, row.personal_data) == ("Flyt Skole", product, HeldPersonalData.YES)
    assert answer.headers["Location"].startswith(f"/application/edit/?id={row.id}&only=owner")
    page = kari.get(answer.headers["Location"]).text
    asked = [key for key in ("owner", "unit", "confidentiality", "criticality", "hosting") if f'id="{key}"' in page]
    assert asked == ["owner", "unit", "confidentiality", "criticality"]


def test_choosing_a_card_twice_opens_the_application_there_is(as_: Any) -> None:
    product, kari = card(), as_("kari")
    kari.post(BEGIN, data={"product": str(product)})

    answer = kari.post(BEGIN, data={"product": str(product)})

    (row,) = applications("Tinn")
    assert answer.headers["Location"] == f"/application/details/?id={row.id}"


def test_what_nobody_knows_is_proposed_and_used_at_once(as_: Any) -> None:
    as_("kari").post(BEGIN, data={"name": "Hjemmelaget  system"})

    (row,) = applications("Tinn")
    with inside("Tinn"):
        product = db.session.get(Product, row.product_id)
        assert (row.name, product.name, product.status) == (
            "Hjemmelaget system", "Hjemmelaget system", CatalogueStatus.PROPOSED,
        )  # fmt: skip


def test_the_name_of_a_card_that_is_there_is_not_proposed_again(as_: Any) -> None:
    product = card()

    as_("kari").post(BEGIN, data={"name": "FLYT skole"})

    assert [row.product_id for row in applications("Tinn")] == [product]


def test_nothing_and_nonsense_get_a_sentence_and_make_nothing(as_: Any) -> None:
    kari = as_("kari")
    answers = [
        kari.post(BEGIN, data=form).status_code for form in ({"name": " "}, {"product": "x"}, {"product": "999999"})
    ]
    number = kari.post(BEGIN, data={"name": "Ola Dahl 01010750160"})

    assert (answers, number.status_code) == ([422, 404, 404], 422)
    assert applications("Tinn") == []


def test_who_may_not_register_or_has_no_municipality_chosen_does_not_get_there(as_: Any) -> None:
    assert [as_(who).get(BEGIN).status_code for who in ("ola", "siri", "per", "sol")] == [403] * 4


def begun(kari: Any) -> tuple[int, str]:
    """An application of a card, and its page."""
    kari.post(BEGIN, data={"product": str(card())})
    (row,) = applications("Tinn")
    return int(row.id), kari.get(f"/application/details/?id={row.id}").text


def test_what_usually_belongs_with_it_is_offered_and_made_as_drafts(as_: Any) -> None:
    kari = as_("kari")
    row_id, page = begun(kari)
    with inside("Tinn"):
        template = db.session.scalars(select(ProcessingTemplate.id).order_by(ProcessingTemplate.id.desc())).first()
    wanted = [f"template-{template}", "dataset-Elevregister"]
    assert all(f'name="take" value="{key}"' in page for key in wanted)

    kari.post(f"{BEGIN}{row_id}/", data={"take": wanted})

    with inside("Tinn"):
        (activity,) = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.template_id.is_not(None)))
        (dataset,) = db.session.scalars(select(Dataset).where(Dataset.name == "Elevregister"))
        made = (activity.name, [one.id for one in activity.applications], dataset.name, dataset.applications[0].id)
    assert made == ("Elevadministrasjon", [row_id], "Elevregister", row_id)
    assert 'name="take"' not in kari.get(f"/application/details/?id={row_id}").text


def test_an_activity_there_is_of_the_template_is_linked_and_not_made_again(as_: Any) -> None:
    kari = as_("kari")
    row_id, _page = begun(kari)
    with inside("Tinn"):
        template = db.session.scalars(select(ProcessingTemplate).order_by(ProcessingTemplate.id.desc())).first()
        db.session.add(there := ProcessingActivity(name="Elevene våre", template=template))
        db.session.commit()
        key = f"activity-{there.id}"

    assert f'value="{key}"' in kari.get(f"/application/details/?id={row_id}").text
    kari.post(f"{BEGIN}{row_id}/", data={"take": [key, f"template-{template.id}"]})

    with inside("Tinn"):
        (activity,) = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.template_id.is_not(None)))
        assert (activity.name, [one.id for one in activity.applications]) == ("Elevene våre", [row_id])


def test_nothing_is_made_in_or_of_another_municipality(as_: Any) -> None:
    product = card()
    used_in("Seljord", product)
    (theirs,) = applications("Seljord")

    answers = [
        as_("kari").post(f"{BEGIN}{theirs.id}/", data={"take": ["dataset-Elevregister"]}).status_code,
        as_("per").post(f"{BEGIN}{theirs.id}/", data={"take": ["dataset-Elevregister"]}).status_code,
    ]

    assert answers == [404, 403]
    with inside("Seljord"):
        assert db.session.scalars(select(Dataset).where(Dataset.name == "Elevregister")).all() == []


def test_who_may_register_systems_and_not_what_belongs_with_them_makes_none_of_it(
    as_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kari = as_("kari")
    row_id, _page = begun(kari)
    monkeypatch.setattr("views.register.suggested.can", lambda *_: False)

    answer = kari.post(f"{BEGIN}{row_id}/", data={"take": ["dataset-Elevregister"]})

    assert (answer.status_code, 'name="take"' in kari.get(f"/application/details/?id={row_id}").text) == (403, False)
    with inside("Tinn"):
        assert db.session.scalars(select(Dataset).where(Dataset.name == "Elevregister")).all() == []


def test_every_kind_with_usual_datasets_is_a_category_of_products(app: Any) -> None:
    with inside():
        known = set(db.session.scalars(select(ProductCategory.code)))

    assert set(DATASETS) - known == set()
