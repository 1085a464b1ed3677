"""The details page: what matters first, what is missing, and the rows around a row with the way to make one more."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import fields_of
from models.declare.fields import Kind
from models.declare.words import Choice
from models.queries.relations import SHOWN, stage_of
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.data import Dataset
from models.registers.organisation import ContactPerson, OrganisationalUnit, answerer
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment, RiskScenario
from models.tenancy.people import Membership
from tests.conftest import inside, user
from tests.test_forms import first
from tests.test_registers import As, address, form_of


def page(browser: Any, row: Any) -> str:
    return html.unescape(browser.get(address(type(row), "details/", id=row.id)).text)


def labels(text: str) -> list[str]:
    """What facts are called, without the marks of difficult words."""
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<dt>(.*?)</dt>", text)]


def essentials(text: str) -> list[str]:
    """The labels of what stands first."""
    return labels(text.partition('class="essentials"')[2].partition("</dl>")[0])


def test_status_and_owner_come_first_and_then_what_lists_show(as_: As) -> None:
    assert essentials(page(as_("kari"), first(Application))) == [
        "Status", "Systemeier", "Enhet", "Personopplysninger", "Kritikalitet",
    ]  # fmt: skip


def test_what_is_mandatory_and_missing_opens_the_form_at_that_field_and_only_for_who_may_change_it(as_: As) -> None:
    with inside("Tinn"):
        row = Application(name="Uten eier")
        db.session.add(row)
        db.session.commit()
        row_id = row.id
    form = f"{address(Application, 'edit/', id=row_id)}#owner"

    texts = [html.unescape(as_(name).get(address(Application, "details/", id=row_id)).text) for name in ("kari", "ola")]

    assert [f'<a class="lacking" href="{form}">Mangler' in text for text in texts] == [True, False]
    assert ["#owner" in text for text in texts] == [True, False]
    assert 'id="owner"' in as_("kari").get(form).text


@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__tablename__)
def test_where_rows_stand_and_who_answers_follow_from_the_declaration(register: type[Any]) -> None:
    stage, who = stage_of(register.__mapper__), answerer(register.__mapper__)
    chosen = [known for known in fields_of(register) if known.listed and known.choices]

    assert (stage is None) == (not chosen)
    assert stage is None or (stage in chosen and issubclass(stage.choices or str, Choice))
    assert who is None or (who.kind, who.target) == (Kind.REFERENCE, ContactPerson)


def test_what_no_row_of_a_part_has_takes_no_column(as_: As) -> None:
    with inside("Tinn"):
        scenarios = [
            RiskScenario(event="Innbrudd", cause="Ulåst dør"),
            RiskScenario(event="Brann", measure="Slokkeanlegg"),
        ]
        row = RiskAssessment(name="Serverrommet", scenarios=scenarios)
        db.session.add(row)
        db.session.commit()
        row_id = row.id

    text = html.unescape(as_("kari").get(address(RiskAssessment, "details/", id=row_id)).text)

    table = text.partition('aria-label="Risikoer"')[2].partition("</table>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in table.split("<tr>")[1:]]
    assert rows == [["Hendelse", "Årsak", "Nytt tiltak"], ["Innbrudd", "Ulåst dør", ""], ["Brann", "", "Slokkeanlegg"]]


def test_nothing_empty_takes_a_row_of_its_own(as_: As) -> None:
    text = page(as_("kari"), first(Application))

    assert "Kortnavn" in re.findall(r'<p class="unfilled">.*?</p>', text)[0]
    assert re.findall(r"<dd>\s*</dd>", text) == []
    assert "Navn" not in labels(text)


def test_related_rows_are_short_tables_with_the_way_to_all_of_them(as_: As) -> None:
    unit = first(OrganisationalUnit)
    with inside("Tinn"):
        there = db.session.get(OrganisationalUnit, unit.id)
        db.session.add_all([Application(name=f"Navn {number}", unit=there) for number in range(SHOWN + 2)])
        db.session.commit()

    table = (
        page(as_("kari"), unit).partition("Applikasjoner (enhet)")[2].partition("</section>")[0].partition("</table>")
    )

    shown = re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', table[0])
    assert shown == [f"Navn {number}" for number in range(SHOWN)]
    assert f"Vis alle {SHOWN + 3}" in table[2]


def test_add_here_fills_in_the_link(as_: As) -> None:
    browser, row = as_("kari"), first(Application)
    links = re.findall(r'href="(/dataset/new/[^"]*applications=\d+[^"]*)"', page(browser, row))

    form = form_of(browser.get(links[0]).text)

    assert (len(links), form.values["applications"]) == (1, [str(row.id)])
    assert "Legg til her" not in page(as_("ola"), row)


@pytest.mark.parametrize("which", ["theirs", "0", "-1", "x", "99999999999999999999", "1;drop"])
def test_an_address_that_names_a_row_out_of_reach_fills_in_nothing(which: str, as_: As) -> None:
    browser = as_("kari")
    with inside("Seljord"):
        theirs = db.session.scalars(select(Application.id)).first()
    asked = str(theirs) if which == "theirs" else which

    texts = [browser.get(address(register, "new/", **{key: asked})).text
             for register, key in ((RiskAssessment, "application"), (Dataset, "applications"))]  # fmt: skip

    forms = [form_of(text).values for text in texts]
    assert (forms[0]["application"], forms[1].get("applications", [])) == ([""], [])
    assert "Hemmeleg" not in "".join(texts)


def test_what_is_named_in_the_address_of_a_form_of_an_old_row_changes_nothing(as_: As) -> None:
    browser, row = as_("kari"), first(RiskAssessment)
    with inside("Tinn"):
        other = Application(name="En annen")
        db.session.add(other)
        db.session.commit()
        other_id = other.id

    form = form_of(browser.get(address(RiskAssessment, "edit/", id=row.id, application=other_id)).text)

    assert form.values["application"] == [str(row.application_id)]


def test_what_seljord_has_around_a_shared_row_is_not_told_in_tinn(as_: As) -> None:
    text = page(as_("kari"), first(Supplier))

    assert ("Åpen skoleprogram" in text, "Hemmeleg" in text) == (True, False)


def test_risk_is_not_told_to_who_may_not_read_it(as_: As) -> None:
    row = first(ProcessingActivity)

    assert ["Åpen ROS" in page(as_(name), row) for name in ("kari", "ola")] == [True, False]


def test_rows_without_a_name_of_their_own_are_only_counted(as_: As) -> None:
    text = page(as_("lars"), user("kari"))

    assert (Membership.__register__.title in Membership.__table__.c, "Tilganger (bruker)" in text) == (False, True)


def test_the_picture_shows_a_step_each_way_and_says_how_many_it_leaves_out(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    with inside("Tinn"):
        there = db.session.get(Application, row.id)
        db.session.add_all([RiskAssessment(name=f"ROS {number}", application=there) for number in range(9)])
        db.session.commit()

    drawing = page(kari, row).partition("<svg viewBox")[2].partition("</figure>")[0]

    names = re.findall(r'aria-label="([^"]+)"', drawing)
    assert names[:4] == [
        "Systemeier: Åpen Leiar",
        "Enhet: Åpen oppvekst",
        "Avtaler: Åpen avtale",
        f"Leverandør: {row_name(Supplier)}",
    ]
    assert len(names) <= 12
    told, more = re.search(r"henger sammen med (\d+) andre", drawing), re.search(r"og (\d+) til", drawing)
    assert told
    assert more
    assert int(told[1]) == len(names) + int(more[1])
    assert re.findall(r"<svg[^>]* style|<rect[^>]* style", drawing) == []


def row_name(register: type[Any]) -> str:
    return str(first(register).name)


def test_the_picture_tells_nothing_of_risk_to_who_may_not_read_it(as_: As) -> None:
    row = first(ProcessingActivity)

    pictures = [page(as_(name), row).partition("<svg viewBox")[2].partition("</figure>")[0] for name in ("kari", "ola")]

    assert ["Åpen ROS" in drawing for drawing in pictures] == [True, False]
