"""«Lag ny» beside a field: a row is made while another is filled in, and nothing of the other is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from models.database import db
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Product, Supplier
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.test_forms import first, many_suppliers  # noqa: F401 - a fixture
from tests.test_registers import As, address, errors, form_of

NEW = address(Application, "new/")


def press(browser: Any, url: str, values: dict[str, Any], most: int = 3) -> Any:
    """What a browser gets that sends a form, and sends it on wherever it is told to."""
    answer = browser.post(url, data=values)
    for _ in range(most):
        if answer.status_code != 307:
            break
        answer = browser.post(answer.location, data=values)
    return answer


def values_of(answer: Any) -> dict[str, list[str]]:
    return form_of(answer.text).values


def makes(page: str) -> list[str]:
    """The fields beside which something can be made."""
    return re.findall(r'name="make" value="([^"]+)"', page)


def way_back(page: str) -> str:
    found = re.search(r'formaction="([^"]+)"', page)
    assert found is not None
    return unescape(found[1]).partition("#")[0]


def test_a_row_is_made_from_the_form_of_another_and_stands_chosen_in_it(as_on: As) -> None:
    kari, row = as_on("kari"), first(Application)
    url = address(Application, "edit/", id=row.id)
    typed = values_of(kari.get(url)) | {"short_name": ["Ikke lagret"], "aliases": ["en, to"], "used_by": []}

    there = press(kari, url, typed | {"make": ["agreements"]})
    back = press(kari, address(Agreement, "new/"), values_of(there) | {"name": ["Laget underveis"]})

    found = values_of(back)
    with inside("Tinn"):
        made = db.session.query(Agreement).filter_by(name="Laget underveis").one().id
    assert sorted(found["agreements"]) == sorted([*typed.get("agreements", []), str(made)])
    assert {key: value for key, value in found.items() if key not in {"agreements", "opened_in"}} == {
        key: value for key, value in typed.items() if key not in {"agreements", "opened_in"} and value
    }
    assert "«Laget underveis» er lagret og valgt her. Resten av skjemaet er ikke lagret ennå." in back.text


def test_the_rows_of_parts_stand_as_they_were_and_what_was_made_stands_in_its_row(as_on: As) -> None:
    kari, row = as_on("kari"), first(ProcessingActivity)
    url = address(ProcessingActivity, "edit/", id=row.id)
    typed = values_of(kari.get(url)) | {"retention-0-start": ["Endret"], "retention-1-start": ["En rad til"]}
    typed |= {"processors-0-agreement": [""], "processors-0-agreement-id": [""]}

    there = press(kari, url, typed | {"make": ["processors-0-agreement"]})
    back = press(kari, address(Agreement, "new/"), values_of(there) | {"name": ["Underveis"]})

    found = values_of(back)
    with inside("Tinn"):
        made = db.session.query(Agreement).filter_by(name="Underveis").one().id
    assert [found[f"retention-{number}-start"] for number in (0, 1)] == [["Endret"], ["En rad til"]]
    assert found["processors-0-row_id"] == typed["processors-0-row_id"]
    assert found.get("processors-0-agreement-id", found["processors-0-agreement"]) == [str(made)]
    saved = kari.post(url, data=found)
    assert saved.status_code == 303, errors(saved.text)
    with inside("Tinn"):
        stored = db.session.get(ProcessingActivity, row.id)
        assert stored.processors[0].agreement_id == made
        assert {one.start for one in stored.retention} == {"Endret", "En rad til"}


def test_what_was_looked_for_and_not_found_is_the_name_of_what_is_made(many_suppliers: None, as_: As) -> None:  # noqa: F811
    kari = as_("kari")
    typed = values_of(kari.get(NEW)) | {"supplier": ["Fant Ikke AS"], "supplier-id": [""], "make": ["supplier"]}

    there = press(kari, NEW, typed)
    back = press(kari, address(Supplier, "new/"), values_of(there))

    assert values_of(there)["name"] == ["Fant Ikke AS"]
    assert values_of(back)["supplier"] == ["Fant Ikke AS"]
    with inside("Tinn"):
        made = db.session.query(Supplier).filter_by(name="Fant Ikke AS").one()
        assert values_of(back)["supplier-id"] == [str(made.id)]


def test_of_several_names_that_were_looked_for_the_first_is_made_and_the_others_stand(as_: As) -> None:
    kari = as_("kari")
    with inside("Tinn"):
        db.session.add_all(Agreement(name=f"Avtale {number}") for number in range(50))
        db.session.commit()
    typed = values_of(kari.get(NEW)) | {"agreements-new": ["Den ene", "Den andre"], "make": ["agreements"]}

    there = press(kari, NEW, typed)
    back = press(kari, address(Agreement, "new/"), values_of(there))

    assert values_of(there)["name"] == ["Den ene"]
    assert values_of(back)["agreements-new"] == ["Den andre", ""]
    assert "Fant ingen «Den ene»" not in back.text


def test_a_product_is_made_as_a_proposal(as_: As) -> None:
    kari = as_("kari")
    there = press(kari, NEW, values_of(kari.get(NEW)) | {"name": ["Et system"], "make": ["product"]})

    back = press(kari, address(Product, "new/"), values_of(there) | {"name": ["Foreslått underveis"]})

    with inside("Tinn"):
        made = db.session.query(Product).filter_by(name="Foreslått underveis").one()
        assert str(made.status) == "proposed"
    assert values_of(back)["name"] == ["Et system"]
    assert str(made.id) in {*values_of(back)["product"], *values_of(back).get("product-id", [])}


def test_one_is_two_forms_deep_at_most_and_comes_back_through_both(as_: As) -> None:
    kari = as_("kari")
    first_deep = press(kari, NEW, values_of(kari.get(NEW)) | {"name": ["Ytterst"], "make": ["agreements"]})
    second_deep = press(
        kari, address(Agreement, "new/"), values_of(first_deep) | {"name": ["Midterst"], "make": ["owner"]}
    )

    deeper = press(kari, "/contact-person/new/", values_of(second_deep) | {"name": ["Innerst"], "make": ["unit"]})
    middle = press(kari, "/contact-person/new/", values_of(deeper))
    outermost = press(kari, address(Agreement, "new/"), values_of(middle))

    assert (makes(second_deep.text), "Du er to skjemaer inne" in second_deep.text) == ([], True)
    assert (deeper.status_code, values_of(deeper)["name"]) == (200, ["Innerst"])
    assert (values_of(middle)["name"], values_of(outermost)["name"]) == (["Midterst"], ["Ytterst"])
    with inside("Tinn"):
        made = db.session.query(Agreement).filter_by(name="Midterst").one()
        assert made.owner.name == "Innerst"
        assert values_of(outermost)["agreements"] == [str(made.id)]


def test_an_address_past_the_buttons_leads_no_deeper_than_two_forms(as_: As) -> None:
    kari = as_("kari")
    first_deep = press(kari, NEW, values_of(kari.get(NEW)) | {"make": ["agreements"]})
    second_deep = press(kari, address(Agreement, "new/"), values_of(first_deep) | {"make": ["owner"]})

    answers = [
        kari.post("/organisational-unit/new/?of=contact_person&field=unit", data=values_of(deep))
        for deep in (first_deep, second_deep)
    ]

    assert [answer.status_code for answer in answers] == [200, 404]


def test_one_goes_back_without_having_made_anything(as_: As) -> None:
    kari = as_("kari")
    typed = values_of(kari.get(NEW)) | {"name": ["Står igjen"], "make": ["agreements"]}
    there = press(kari, NEW, typed)

    back = press(kari, way_back(there.text), values_of(there) | {"name": ["Aldri lagret"]})

    assert (back.status_code, values_of(back)["name"], values_of(back).get("agreements")) == (200, ["Står igjen"], None)
    with inside("Tinn"):
        assert db.session.query(Agreement).filter_by(name="Aldri lagret").count() == 0


def test_a_form_that_is_refused_and_one_in_another_language_still_know_the_way_back(as_: As) -> None:
    kari = as_("kari")
    there = press(kari, NEW, values_of(kari.get(NEW)) | {"name": ["Ytterst"], "make": ["agreements"]})

    switched = press(kari, address(Agreement, "new/"), values_of(there) | {"switch_language": "nn"})
    refused = press(kari, address(Agreement, "new/"), values_of(switched) | {"name": [""]})
    back = press(kari, address(Agreement, "new/"), values_of(refused) | {"name": ["Til slutt"]})

    assert (switched.status_code, refused.status_code) == (200, 422)
    assert values_of(back)["name"] == ["Ytterst"]


def test_two_presses_make_one_row_and_lead_back_both_times(as_on: As) -> None:
    kari = as_on("kari")
    there = press(kari, NEW, values_of(kari.get(NEW)) | {"name": ["Ytterst"], "make": ["agreements"]})
    values = values_of(there) | {"name": ["Bare én"]}

    pages = [press(kari, address(Agreement, "new/"), values) for _ in range(2)]

    with inside("Tinn"):
        made = db.session.query(Agreement).filter_by(name="Bare én").one().id
    assert [values_of(page)["agreements"] for page in pages] == [[str(made)]] * 2


def test_back_in_the_browser_opens_the_same_form_again_and_its_row_is_made_once(as_on: As) -> None:
    kari = as_on("kari")
    typed = values_of(kari.get(NEW)) | {"name": ["Ytterst"], "make": ["agreements"]}
    there = kari.post(NEW, data=typed).location
    opened = [values_of(kari.post(there, data=typed)) for _ in range(2)]

    back = [press(kari, address(Agreement, "new/"), values | {"name": ["Bare én"]}) for values in opened]

    with inside("Tinn"):
        made = db.session.query(Agreement).filter_by(name="Bare én").one().id
    assert [values_of(page)["agreements"] for page in back] == [[str(made)]] * 2


def test_only_what_one_may_make_is_offered(as_: As) -> None:
    kari, per = as_("kari"), as_("per")

    application, supplier = kari.get(NEW).text, per.get(address(Product, "new/")).text
    service = kari.get("/service/new/").text

    assert makes(application) == ["product", "part_of", "owner", "manager", "unit", "used_by", "replaced_by",
                                  "platform", "measures", "agreements", "supplier"]  # fmt: skip
    assert makes(supplier) == ["supplier", "category"]
    assert {"laws", "theme", "function"} & set(makes(service)) == {"laws"}


@pytest.mark.parametrize("name", ["article6", "theme", "name", "nothing", "processors-9-agreement", "", "id"])
def test_what_one_may_not_make_is_not_made_and_nothing_is_lost(name: str, as_: As) -> None:
    kari = as_("kari")
    url = address(ProcessingActivity, "new/")

    answer = press(kari, url, values_of(kari.get(url)) | {"name": ["Står her"], "make": [name]})

    assert (answer.status_code, values_of(answer)["name"]) == (200, ["Står her"])
    with inside("Tinn"):
        assert db.session.query(ProcessingActivity).filter_by(name="Står her").count() == 0


@pytest.mark.parametrize(
    "query",
    ["of=nothing&field=x", "of=application", "of=application&field=nothing", "of=application&field=name-0-x",
     "of=application&field=agreements&row=x", "of=application&row=-1&field=agreements", "of=&field="],
)  # fmt: skip
def test_an_address_that_names_no_form_is_not_found(query: str, as_: As) -> None:
    answer = as_("kari").post(f"/agreement/new/?{query}", data={"name": "x"})

    assert answer.status_code == 404


def test_a_form_that_was_sealed_for_another_is_not_opened(as_: As) -> None:
    kari, berit = as_("kari"), as_("berit")
    hidden = press(berit, NEW, values_of(berit.get(NEW)) | {"name": ["Løyndom her"], "make": ["agreements"]})
    sealed = values_of(hidden)["within"]

    for within in (sealed, [sealed[0][:-1]], ["x"], [""], ["\u0000"], [sealed[0] * 3]):
        answer = kari.post(f"{NEW}?made=", data={"within": within})

        assert (answer.status_code, "Løyndom her" in answer.text) == (200, False)
        assert "kunne ikke hentes fram" in answer.text


def test_a_row_that_is_none_of_ones_own_is_not_chosen(as_: As) -> None:
    kari, theirs = as_("kari"), first(Agreement, "Seljord")
    there = press(kari, NEW, values_of(kari.get(NEW)) | {"name": ["Ytterst"], "make": ["agreements"]})
    within = values_of(there)["within"]

    answers = [
        kari.post(f"{NEW}?made={one}", data={"within": within}) for one in (theirs.id, "x", "-1", "9" * 30, "%00")
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert [values_of(answer).get("agreements") for answer in answers] == [None] * 5
    assert not any("Hemmeleg" in answer.text for answer in answers)


def test_the_form_one_comes_back_to_may_be_gone_and_is_told_of_as_ever(as_: As) -> None:
    kari, row = as_("kari"), first(Agreement)
    url = address(Agreement, "edit/", id=row.id)
    there = press(kari, url, values_of(kari.get(url)) | {"name": ["Skrevet før"], "make": ["owner"]})
    with inside("Tinn"), db.session.no_autoflush:
        stored = db.session.get(Agreement, row.id)
        for one in [*stored.applications]:
            one.agreements = []
        for part in db.session.query(ProcessingActivity).all():
            part.processors = []
        db.session.flush()
        db.session.delete(stored)
        db.session.commit()

    back = press(kari, "/contact-person/new/", values_of(there) | {"name": ["Ny person"]})

    assert (back.status_code, "Skrevet før" in back.text) == (409, True)


def test_what_one_row_is_linked_to_is_linked_to_in_every_row_and_nothing_is_saved(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    url = address(ProcessingActivity, "edit/", id=row.id)
    typed = values_of(kari.get(url))
    subject, held = typed["subjects-0-subject"], typed["subjects-0-personal_data"]
    two = {"subjects-1-subject": subject, "subjects-1-personal_data": ["9"], "subjects-2-row_id": [""]}

    answer = press(kari, url, typed | two | {"subjects-spread": ["0-personal_data"]})

    found = values_of(answer)
    assert (answer.status_code, found["subjects-0-personal_data"]) == (200, held)
    assert sorted(found["subjects-1-personal_data"]) == sorted(["9", *held])
    assert "subjects-2-personal_data" not in found
    with inside("Tinn"):
        assert len(db.session.get(ProcessingActivity, row.id).subjects) == 1


@pytest.mark.parametrize("spoilt", ["", "x", "9-personal_data", "0-subject", "0-nothing", "0", "-"])
def test_rows_that_are_not_there_are_linked_to_nothing(spoilt: str, as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    url = address(ProcessingActivity, "edit/", id=row.id)
    typed = values_of(kari.get(url))

    answer = press(kari, url, typed | {"subjects-spread": [spoilt]})

    assert (answer.status_code, values_of(answer)["subjects-0-personal_data"]) == (
        200, typed["subjects-0-personal_data"],
    )  # fmt: skip


def test_what_was_used_lately_comes_first_where_nothing_is_typed_and_only_within_reach(as_: As) -> None:
    kari, theirs = as_("kari"), first(Agreement, "Seljord")
    with inside("Tinn"):
        rows = [Agreement(name=f"Avtale {number:02}") for number in range(60)]
        db.session.add_all(rows)
        db.session.commit()
        last = rows[-1].id
    url = "/application/ajax/lookup/?name=agreements&query="

    def offered(more: str) -> list[int]:
        return [row_id for row_id, _name in kari.get(f"{url}{more}").json]

    plain, lately = offered(""), offered(f"&lately={last},{theirs.id},x,,-1")
    assert (last in plain, lately[0], theirs.id in lately) == (False, last, False)
    assert lately[1:] == plain[:49]
    assert offered(f"05&lately={last}") == offered("05")
