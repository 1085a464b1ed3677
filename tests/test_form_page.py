"""What a form costs to open: few statements however much a row points at, and a page that is quick to send."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.codes import DataSubjectCategory, PersonalDataCategory
from models.registers.data import Dataset
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity, ProcessorRow, SubjectRow
from models.tenancy.people import ProjectRole
from tests.conftest import inside
from tests.support.rows import numbered
from tests.test_registers import SPECIAL, address, keeper
from tests.test_saving import As, executed, link, read_by  # noqa: F401 - a fixture is asked for by name

pytestmark = pytest.mark.usefixtures("unhindered")

STATEMENTS, KILOBYTES = 8, 60


def furnish(how_many: int) -> None:
    """A municipality with so many rows of what a form lets one choose from."""
    with inside("Tinn"), db.session.no_autoflush:
        made = (Application, Dataset, Agreement, ContactPerson, OrganisationalUnit)
        db.session.add_all([register(name=f"Rad {number} av mange") for register in made for number in range(how_many)])
        db.session.commit()


def with_processors(how_many: int) -> int:
    """The first activity with so many processors, of more suppliers than a list holds; its id."""
    with inside("Tinn"), db.session.no_autoflush:
        db.session.add_all([Supplier(name=f"Firma {number:03} AS") for number in range(250)])
        db.session.flush()
        named = select(Supplier).where(Supplier.name.startswith("Firma"))
        last = db.session.scalars(named.order_by(Supplier.sort_key.desc()).limit(how_many)).all()
        row: Any = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        row.processors = [ProcessorRow(supplier=one) for one in last]
        db.session.commit()
        return int(row.id)


@pytest.mark.parametrize("register", [ProcessingActivity, Application])
def test_a_form_costs_the_same_with_one_link_and_with_many(
    register: type[Any],
    as_on: As,
    executed: list[str],  # noqa: F811
) -> None:
    kari, counts = as_on("kari"), []
    for how_many in (1, 10):
        row_id = link(register, how_many)
        kari.get(address(register, "edit/", id=row_id))  # the first time fills caches that are no concern here
        executed.clear()
        kari.get(address(register, "edit/", id=row_id))
        counts.append(len(read_by(executed)))

    assert counts[0] == counts[1] <= STATEMENTS


def with_subjects(how_many: int) -> int:
    """The first activity with so many lines of people, each with as many kinds of data; its id."""
    with inside("Tinn"), db.session.no_autoflush:
        row: Any = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        people = db.session.scalars(select(DataSubjectCategory).limit(how_many)).all()
        data = db.session.scalars(select(PersonalDataCategory).limit(how_many)).all()
        row.subjects = [SubjectRow(subject=one, personal_data=list(data)) for one in people]
        db.session.commit()
        return int(row.id)


def test_a_form_costs_the_same_with_one_part_and_with_many_that_have_links(
    as_on: As,
    executed: list[str],  # noqa: F811
) -> None:
    kari, counts = as_on("kari"), []
    for how_many in (1, 10):
        row_id = with_subjects(how_many)
        kari.get(address(ProcessingActivity, "edit/", id=row_id))
        executed.clear()
        kari.get(address(ProcessingActivity, "edit/", id=row_id))
        counts.append(len(read_by(executed)))

    assert counts[0] == counts[1] <= STATEMENTS


def test_names_past_the_end_of_a_long_list_are_asked_for_together(as_on: As, executed: list[str]) -> None:  # noqa: F811
    kari, row_id = as_on("kari"), with_processors(10)
    kari.get(address(ProcessingActivity, "edit/", id=row_id))
    executed.clear()

    page = kari.get(address(ProcessingActivity, "edit/", id=row_id)).text

    assert sum(f'value="Firma {number:03} AS"' in page for number in range(250)) == 10
    assert len(read_by(executed)) <= STATEMENTS


@pytest.mark.parametrize("register", [ProcessingActivity, Application])
def test_a_form_in_a_full_municipality_is_a_small_page(register: type[Any], as_: As) -> None:
    kari, row_id = as_("kari"), link(register, 3)
    furnish(100)

    page = kari.get(address(register, "edit/", id=row_id)).get_data()

    assert len(page) <= KILOBYTES * 1024


MANY = 60  # more than a form shows to choose from


FORMS = [one for one in models.REGISTERS if one not in SPECIAL and not one.__written_once__ and one is not ProjectRole]


@pytest.mark.parametrize("register", FORMS, ids=lambda register: register.__tablename__)
def test_a_form_is_the_same_drawn_from_memory_and_anew(
    register: type[Any], app: Any, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    for first, how_many in ((100, 2), (200, MANY)):  # few are shown to choose from, many are searched
        browser = keeper(register, as_)
        with inside("Tinn"), db.session.no_autoflush:
            db.session.add_all([numbered(register, number, MANY) for number in range(first, first + how_many)])
            db.session.commit()
            ids = db.session.scalars(select(register.id).order_by(register.id.desc()).limit(3)).all()
        pages = [address(register, "edit/", id=row_id) for row_id in ids]

        def shown() -> list[str]:
            return [_without_token(browser.get(page).text) for page in (*pages, *pages)]  # noqa: B023 - at once

        from_memory = shown()
        with monkeypatch.context() as patch:
            patch.setitem(app.jinja_env.globals, "drawn", lambda field, _form, draw: draw(field))
            app.jinja_env.cache.clear()  # templates keep the globals they were loaded with
            anew = shown()
        app.jinja_env.cache.clear()

        assert from_memory == anew


def _without_token(page: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*', "", re.sub(r'(nonce|data-ends)="[^"]*"', "", page))


@pytest.mark.parametrize("how_many", [2, MANY], ids=["ticked in a list", "searched for"])
def test_what_is_chosen_from_is_text_and_no_more(how_many: int, as_: As) -> None:
    kari = as_("kari")
    with inside("Tinn"), db.session.no_autoflush:
        names = [f"<b>System {number}</b>" for number in range(how_many)]
        systems = [Application(name=name, unit=OrganisationalUnit(name=name)) for name in names]
        units = [system.unit for system in systems]
        supplier = Supplier(name="<b>Leverandør</b>")
        row = ProcessingActivity(name="Prøve", applications=systems[:2], processors=[ProcessorRow(supplier=supplier)])
        row.unit = units[0]
        db.session.add_all([*systems, row])
        db.session.commit()
        row_id = row.id

    page = kari.get(address(ProcessingActivity, "edit/", id=row_id)).text

    assert "<b>" not in page
    assert page.count("&lt;b&gt;System 0&lt;/b&gt;") >= 2  # among the applications, and the unit
    assert "&lt;b&gt;Leverandør&lt;/b&gt;" in page


def test_a_box_without_a_tick_is_folded_away_with_what_is_optional_and_one_that_is_ticked_is_not(as_: As) -> None:
    kari, box = as_("kari"), 'name="kept_in"'
    page = kari.get(address(Application, "new/")).text
    with inside("Tinn"):
        row = db.session.scalars(select(Application)).first()
        row.kept_in, row_id = True, row.id
        db.session.commit()
    ticked = kari.get(address(Application, "edit/", id=row_id)).text

    def folded(text: str) -> bool:
        more, since = (text.partition(box)[0].rpartition(one)[0] for one in ('<details class="more">', 'id="section-'))
        return len(more) > len(since)

    assert (box in page, box in ticked) == (True, True)
    assert (folded(page), folded(ticked)) == (True, False)


def test_a_box_that_is_emptied_has_no_tick(app: Any) -> None:
    with inside("Tinn"):
        row = db.session.scalars(select(Application)).first()
        row.kept_in = True
        db.session.commit()
        row.kept_in = None
        db.session.commit()
        assert row.kept_in is False
