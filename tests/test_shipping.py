"""A template that the staff have made their own: the shipped one is a press away, and it is told when that changes."""

from __future__ import annotations

import html
from typing import Any

import pytest
from sqlalchemy import func, select

from models.changes import shipping
from models.database import db
from models.registers.catalogue import ProcessingTemplate, ShippedTemplate
from models.seed import facts
from tests.conftest import inside
from tests.test_registers import As, form_of

NAME = "Kulturskole"
TASK = "Behandlingsmaler der den leverte er endret siden"


def template(name: str = NAME) -> ProcessingTemplate:
    return db.session.scalars(select(ProcessingTemplate).where(ProcessingTemplate.name == name)).one()


def number(name: str = NAME) -> int:
    with inside():
        return int(template(name).id)


def makes_it_their_own(per: Any, **said: str) -> int:
    """The staff say something else in some fields of the template."""
    row_id = number()
    page = per.get(f"/processing-template/edit/?id={row_id}")
    values = form_of(page.text).values | {key: [one] for key, one in said.items()}
    assert per.post(f"/processing-template/edit/?id={row_id}", data=values).status_code == 303
    return row_id


def ships(monkeypatch: pytest.MonkeyPatch, **otherwise: Any) -> None:
    """Orden comes in a new version, in which the template says something else; the facts are loaded."""
    found = [one | otherwise if one["title_nb"] == NAME else one for one in facts.templates()]
    monkeypatch.setattr(facts, "templates", lambda: found)
    db.session.expire_all()
    facts.load(db.session)
    db.session.expire_all()


def address(row_id: int) -> str:
    return f"/processing-template/shipped/{row_id}/"


def decide(browser: Any, row_id: int, do: str = "save", **chosen: str) -> Any:
    with inside():
        version = db.session.get_one(ProcessingTemplate, row_id).version
    return browser.post(address(row_id), data={"version": str(version), "do": do} | chosen)


def read(browser: Any, path: str) -> str:
    return html.unescape(browser.get(path).text)


def test_what_is_shipped_of_every_template_is_kept_by_its_key(engine_app: Any) -> None:
    with inside():
        kept = {one.key: one for one in db.session.scalars(select(ShippedTemplate))}
        assert set(kept) == {one["key"] for one in facts.templates()}
        assert [one.key for one in kept.values() if one.said != shipping.said(one.template) or one.before] == []


def test_a_template_of_ones_own_is_told_when_the_shipped_one_changes(
    as_on: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    per = as_on("per")
    row_id = makes_it_their_own(per, purpose_nn="Slik vi seier det")
    assert TASK not in read(per, "/")

    ships(monkeypatch, purpose_nn="Slik Orden no seier det", sources_nb="Nye kilder")

    page, there = read(per, "/"), f"/processing-template/details/?id={row_id}"
    assert (TASK in page, TASK in read(as_on("kari"), "/")) == (True, False)
    assert NAME in read(per, "/processing-template/?old=shipped")
    assert "Den leverte malen er endret siden prosjektet så over den." in read(per, there)
    told = read(per, address(row_id))
    assert [one in told for one in ("Slik vi seier det", "Slik Orden no seier det", "Nye kilder")] == [True] * 3
    assert told.count("<fieldset") == 2


def test_each_field_is_taken_over_or_kept_and_then_it_is_looked_over(
    as_on: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    per = as_on("per")
    row_id = makes_it_their_own(per, purpose_nn="Slik vi seier det")
    ships(monkeypatch, purpose_nn="Slik Orden no seier det", sources_nb="Nye kilder")

    answer = decide(per, row_id, purpose_nn="keep", sources="take")

    assert (answer.status_code, answer.location) == (303, f"/processing-template/details/?id={row_id}")
    with inside():
        assert (template().purpose_nn, template().sources) == ("Slik vi seier det", "Nye kilder")
    assert TASK not in read(per, "/")
    assert "Nye kilder" in read(per, f"/processing-template/history/?id={row_id}")


def test_the_shipped_template_is_back_with_one_press_parts_and_links_too(as_on: As) -> None:
    per = as_on("per")
    with inside():
        before = shipping.said(template())
    row_id = makes_it_their_own(per, purpose="Vårt formål", name_en="Our own")
    with inside():
        one = template()
        one.laws, one.recipients, one.subjects = [], [], one.subjects[:1]
        db.session.commit()

    answer = decide(per, row_id, "all")

    assert answer.status_code == 303
    db.session.expire_all()
    with inside():
        assert shipping.said(template()) == before
    assert "Malen er slik Orden leverer den." in read(per, address(row_id))


def test_what_is_as_shipped_again_follows_what_is_shipped(as_on: As, monkeypatch: pytest.MonkeyPatch) -> None:
    per = as_on("per")
    decide(per, makes_it_their_own(per, purpose="Vårt formål"), "all")

    ships(monkeypatch, purpose_nb="Det nye formålet")

    with inside():
        assert template().purpose == "Det nye formålet"
    assert TASK not in read(per, "/")


def test_a_template_that_is_called_something_else_is_not_shipped_twice(app: Any, as_: As) -> None:
    makes_it_their_own(as_("per"), name="Musikk- og kulturskole")
    with inside():
        before = db.session.scalar(select(func.count(ProcessingTemplate.id)))
    db.session.expire_all()

    facts.load(db.session)

    with inside():
        assert db.session.scalar(select(func.count(ProcessingTemplate.id))) == before
        assert template("Musikk- og kulturskole").name == "Musikk- og kulturskole"


def test_what_changed_twice_is_told_from_what_they_saw_last(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    per = as_("per")
    with inside():
        first = template().purpose
    row_id = makes_it_their_own(per, purpose="Vårt formål")
    for now in ("Andre utgave", "Tredje utgave"):
        ships(monkeypatch, purpose_nb=now)

    page = read(per, address(row_id))

    assert [one in page for one in (first, "Andre utgave", "Tredje utgave")] == [True, False, True]


def test_who_decides_on_an_old_page_is_shown_the_new_one(as_: As) -> None:
    per = as_("per")
    row_id = makes_it_their_own(per, purpose="Vårt formål")

    answer = per.post(address(row_id), data={"version": "1", "do": "all"})

    assert answer.status_code == 409
    with inside():
        assert template().purpose == "Vårt formål"


@pytest.mark.parametrize("name", ["kari", "ola", "tone", "lars", "siri", "berit", "sol", "frida"])
def test_nobody_but_the_staff_sees_or_decides(name: str, as_: As) -> None:
    browser, row_id = as_(name), number()

    assert (browser.get(address(row_id)).status_code, decide(browser, row_id, "all").status_code) == (403, 403)
    assert "/processing-template/shipped/" not in read(browser, f"/processing-template/details/?id={row_id}")


def test_a_template_of_the_project_alone_has_nothing_shipped(as_: As) -> None:
    with inside():
        db.session.add(ProcessingTemplate(name="Vår egen", purpose="Noe"))
        db.session.commit()
    per, row_id = as_("per"), number("Vår egen")

    assert (per.get(address(row_id)).status_code, per.get(address(999_999)).status_code) == (404, 404)
    assert "/processing-template/shipped/" not in read(per, f"/processing-template/details/?id={row_id}")
