"""Who else has the same product or template, and where their answers are others: from what they show alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.database import db
from models.declare.choices import Answer
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate, Product
from models.registers.codes import Article6
from models.registers.processing import ProcessingActivity
from tests.conftest import inside


def ground(code: str) -> Article6:
    found: Article6 = db.session.scalars(select(Article6).where(Article6.code == code)).one()
    return found


def template() -> int:
    with inside():
        row = ProcessingTemplate(name="Felles barnehageopptak", purpose="Tildele plass")
        db.session.add(row)
        db.session.commit()
        return int(row.id)


def activity(place: str, of: int, code: str, *, shared: Answer = Answer.YES, name: str = "") -> int:
    with inside(place):
        row = ProcessingActivity(name=name or f"Opptak i {place}", template_id=of, shared=shared)
        db.session.add(row)
        row.article6 = [ground(code)]
        db.session.commit()
        return int(row.id)


def test_the_page_of_an_activity_tells_how_many_others_have_the_same_template(as_: Any) -> None:
    of = template()
    own = activity("Tinn", of, "6.1.e")
    activity("Seljord", of, "6.1.e")
    activity("Vinje", of, "6.1.c")

    page = as_("kari").get(f"/processing-activity/details/?id={own}").text

    assert "2 andre kommuner har dette." in page
    assert f'href="/neighbours/alike/template/{of}/"' in page


def test_where_others_answer_otherwise_is_marked_and_counted(as_: Any) -> None:
    of = template()
    activity("Tinn", of, "6.1.e", shared=Answer.NO)
    activity("Seljord", of, "6.1.e")
    activity("Vinje", of, "6.1.c")

    page = as_("kari").get(f"/neighbours/alike/template/{of}/").text

    assert "Behandlingsgrunnlag, artikkel 6: 1 av 2 svarer som dere" in page
    assert (page.count("Annet enn dere"), page.count("Som dere")) == (1, 9)
    assert page.index("Annet enn dere") > page.index("Opptak i Vinje")


def test_what_is_not_shared_is_neither_counted_nor_shown(as_: Any) -> None:
    of = template()
    own = activity("Tinn", of, "6.1.e")
    activity("Seljord", of, "6.1.e", shared=Answer.NO, name="Hemmelig opptak")

    kari = as_("kari")
    details, page = (
        kari.get(one).text for one in (f"/processing-activity/details/?id={own}", f"/neighbours/alike/template/{of}/")
    )

    assert ("kommuner har dette" in details, "kommune har dette" in details, "Hemmelig opptak" in page) == (False,) * 3


def test_an_activity_that_is_shared_no_more_is_gone_from_there(as_: Any) -> None:
    of = template()
    theirs = activity("Seljord", of, "6.1.e")
    with inside("Seljord"):
        db.session.get(ProcessingActivity, theirs).shared = Answer.NO
        db.session.commit()

    assert "Opptak i Seljord" not in as_("kari").get(f"/neighbours/alike/template/{of}/").text


def test_a_product_tells_which_municipalities_use_it(as_: Any) -> None:
    with inside():
        db.session.add(product := Product(name="Delt system"))
        db.session.commit()
        of = product.id
    for place in ("Tinn", "Seljord", "Vinje"):
        with inside(place):
            db.session.add(row := Application(name=f"Delt i {place}", product_id=of))
            db.session.commit()
            if place == "Tinn":
                own = row.id

    kari = as_("kari")
    page = kari.get(f"/neighbours/alike/product/{of}/").text

    assert "2 andre kommuner har dette." in kari.get(f"/application/details/?id={own}").text
    assert [f"Delt i {place}" in page for place in ("Tinn", "Seljord", "Vinje")] == [False, True, True]


def test_who_sees_no_neighbours_and_what_is_not_there_get_nothing(as_: Any) -> None:
    of, kari = template(), as_("kari")

    codes = [kari.get(f"/neighbours/alike/{path}/").status_code for path in ("template/999999", "law/1")]
    frida = as_("frida").get(f"/neighbours/alike/template/{of}/").status_code

    assert (codes, frida) == ([404, 404], 403)


def test_who_sees_several_municipalities_together_is_not_told_of_others(as_: Any) -> None:
    of = template()
    own = activity("Tinn", of, "6.1.e")
    activity("Seljord", of, "6.1.e")

    assert "har dette." not in as_("per").get(f"/processing-activity/details/?id={own}").text
