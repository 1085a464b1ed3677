"""A list finds a row by the names of what it points at, within the scope, and by nothing one may not read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote_plus

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

import models
from models.database import db
from models.declare.base import Base, fields_of, part_class
from models.declare.fields import Kind, is_owned
from models.declare.folding import fold
from models.queries import finding
from models.queries.finding import Query, conditions, narrowed, order_keys
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Product, Supplier
from models.registers.codes import PersonalDataCategory, ProductCategory
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity, SubjectRow
from models.registers.risk import RiskAssessment
from models.registers.window import ShownCard
from models.tenancy.linkedsearch import ways
from models.tenancy.people import Membership, ProjectRole
from models.tenancy.roles import ROLES, Access, _access, read_together
from tests.conftest import inside, municipality, user
from tests.support.attack import untoken
from tests.test_finding import count_to, names_on
from tests.test_registers import As, address

MOST_TRIED = 4


def texts_by_row(register: Any) -> dict[int, list[str]]:
    """What each readable row is found by, gathered row by row: its own text first, then those it points at."""
    rows = db.session.scalars(select(register).options(selectinload("*"))).all()
    return {row.id: [row.search_text, *(_beside(row) if register is not ShownCard else ())] for row in rows}


def _beside(row: Any) -> Iterator[str]:
    parts = [part for known in fields_of(type(row)) if known.kind is Kind.ROWS for part in getattr(row, known.key)]
    for one in (row, *parts):
        for other in _pointed_at(one):
            if read_together(type(row), type(other)):
                yield other.search_text
                if not is_owned(type(other)):
                    yield from (beyond.search_text for beyond in _pointed_at(other, {Kind.REFERENCE}))


def _pointed_at(row: Any, kinds: Any = frozenset({Kind.REFERENCE, Kind.REFERENCES})) -> Iterator[Any]:
    for known in fields_of(type(row)):
        if known.kind in kinds and (value := getattr(row, known.key)) is not None:
            yield from value if isinstance(value, list) else [value]


def holds(texts: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(word in text for text in texts) for word in words)


def found(register: Any, search: str) -> list[tuple[int, ...]]:
    """What is found in each of the ways a list may look, in its order."""
    query, ids, turn = Query(search=search), select(register.id), order_keys(register)
    told = [
        ids.where(*conditions(register, query)),
        ids.where(*conditions(register, query, indexed=False)),
        ids.where(narrowed(register, query, lambda rows: rows.order_by(*turn))),
    ]
    return [tuple(db.session.scalars(one.order_by(*turn))) for one in told]


def words_to_try(texts: dict[int, list[str]]) -> list[str]:
    """Words of the rows themselves and of what they point at, one by one and two that stand in different places."""
    beside = sorted({word for _own, *rest in texts.values() for text in rest for word in re.findall(r"\w{3,}", text)})
    own = sorted({word for own, *_rest in texts.values() for word in re.findall(r"\w{3,}", own)})
    spread = beside[:: max(1, len(beside) // MOST_TRIED)]
    return [*spread, *own[:1], *[f"{own[0]} {word}" for word in spread[:1] if own], "finst ikkje"]


@pytest.mark.parametrize(("towns", "limit"), [(("Tinn",), finding.COUNT_LIMIT), (("Tinn", "Seljord"), 1)], ids=str)
def test_every_list_finds_what_walking_through_rows_and_links_finds(
    engine_app: Any, monkeypatch: pytest.MonkeyPatch, towns: tuple[str, ...], limit: int
) -> None:
    monkeypatch.setattr(finding, "COUNT_LIMIT", limit)
    tried = 0
    with inside(*towns):
        for register in models.REGISTERS:
            texts = texts_by_row(register)
            turn = list(db.session.scalars(select(register.id).order_by(*order_keys(register))))
            for search in words_to_try(texts) if ways(register) else ():
                right = tuple(one for one in turn if holds(texts[one], [fold(word) for word in search.split()]))
                tried += len(right)
                assert (register, search, found(register, search)) == (register, search, [right] * 3)
    assert tried > 50


def furnish(town: str) -> None:
    """One row with a name of its own at the end of every kind of link."""
    with inside(town), db.session.no_autoflush:
        nordkart, other = Supplier(name="Nordkart AS", country="SE"), Supplier(name="Annet AS", country="SE")
        product = Product(name="Prøvekart", supplier=nordkart, category=ProductCategory(code="kart", name="Kartverk"))
        person, unit = ContactPerson(name="Sissel Mæland"), OrganisationalUnit(name="Plankontoret")
        application = Application(name="Kartløsning", product=product, owner=person, used_by=[unit], aliases="GeoPlan")
        agreement = Agreement(name="Rammeavtale", supplier=nordkart)
        born = PersonalDataCategory(code="fnr-prøve", name="Fødselsnummer (prøve)")
        subject = db.session.scalars(select(SubjectRow)).first().subject
        activity = ProcessingActivity(
            name="Byggesak", applications=[application], subjects=[SubjectRow(subject=subject, personal_data=[born])]
        )
        db.session.add_all([other, application, agreement, activity, Agreement(name="Annen avtale", supplier=other)])
        db.session.add(RiskAssessment(name="Vurdering av kartet", application=application))
        db.session.commit()


def test_a_row_is_found_by_supplier_owner_unit_product_alias_and_category(as_on: As) -> None:
    kari = as_on("kari")
    furnish("Tinn")
    right = {
        (Agreement, "nordkart"): ["Rammeavtale"],
        (Application, "nordkart"): ["Kartløsning"],
        (Application, "prøvekart"): ["Kartløsning"],
        (Application, "kartverk"): ["Kartløsning"],
        (Application, "mæland"): ["Kartløsning"],
        (Application, "plankontor"): ["Kartløsning"],
        (Application, "MAELAND"): [],
        (Application, "kart mæland plankontoret nordkart"): ["Kartløsning"],
        (Application, "kart mæland finstikkje"): [],
        (ProcessingActivity, "fødselsnummer (prøve"): ["Byggesak"],
        (ProcessingActivity, "geoplan bygg"): ["Byggesak"],
        (RiskAssessment, "geoplan"): ["Vurdering av kartet"],
        (Product, "nordkart"): ["Prøvekart"],
    }

    assert {one: names_on(kari.get(address(one[0], search=one[1])).text) for one in right} == right


def test_a_supplier_that_gets_a_new_name_is_found_by_it_at_once_and_no_row_is_written(
    as_on: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    kari = as_on("kari")
    furnish("Tinn")
    with inside("Tinn"):
        before = db.session.execute(select(Application.id, Application.version, Application.search_text)).all()
        db.session.scalars(select(Supplier).where(Supplier.name == "Nordkart AS")).one().name = "Geodata AS"
        db.session.commit()
        after = db.session.execute(select(Application.id, Application.version, Application.search_text)).all()

    for limit in (finding.COUNT_LIMIT, 0):
        count_to(limit, monkeypatch)
        assert names_on(kari.get(address(Application, search="geodata")).text) == ["Kartløsning"]
        assert names_on(kari.get(address(Application, search="nordkart")).text) == []
    assert before == after


def main_of(page: str) -> str:
    return re.sub(r"form=\w+", "", page.partition("<main")[2])


def test_nothing_is_found_by_the_names_of_another_municipality(as_on: As) -> None:
    kari, siri = as_on("kari"), as_on("siri")
    furnish("Seljord")
    siri.post("/municipality/", data={"municipality": municipality("Seljord")})
    words = {Application: "mæland", Agreement: "nordkart", ProcessingActivity: "geoplan", RiskAssessment: "geoplan"}

    for register, word in words.items():
        mine, nothing = [untoken(main_of(kari.get(address(register, search=one)).text)) for one in (word, "xyzzy")]
        assert names_on(mine) == []
        assert mine.replace(quote_plus(word), "xyzzy").replace(word, "xyzzy") == nothing
        assert len(names_on(siri.get(address(register, search=word)).text)) == 1


def test_a_search_leads_only_to_what_everybody_who_reads_the_list_reads_as_well() -> None:
    for register in models.REGISTERS:
        for place, known, target in ways(register):
            assert known.readers is None
            assert (place is register) or place in [part_class(f) for f in fields_of(register) if f.kind is Kind.ROWS]
            for role in ROLES.values():
                if _access(role, register) >= Access.READ:
                    assert _access(role, target) >= Access.READ, (register, known.key, role.name)


def test_every_reference_counts_but_those_to_what_fewer_may_read() -> None:
    pointing = {Kind.REFERENCE, Kind.REFERENCES}
    left_out = {
        (register.__tablename__, known.key)
        for register in models.REGISTERS
        for known in fields_of(register)
        if known.kind in pointing
        and known.key not in {one.key for place, one, _ in ways(register) if place is register}
    }

    assert left_out == set()
    assert read_together(Application, RiskAssessment) is False
    assert read_together(RiskAssessment, Application) is True


def test_people_are_found_in_the_list_of_access_only_as_far_as_one_sees_people(as_on: As) -> None:
    with inside():
        names = {one: user(one).name for one in ("kari", "berit")}
    lars, sol = as_on("lars"), as_on("sol")

    def found(browser: Any, name: str) -> bool:
        return "?id=" in main_of(browser.get(address(Membership, search=names[name])).text).partition("<tbody>")[2]

    assert [(found(lars, one), found(sol, one)) for one in names] == [(True, True), (False, True)]
    assert as_on("kari").get(address(ProjectRole, search="per")).status_code == 403


def test_more_words_than_are_looked_for_are_said_to_be_too_many(as_: As) -> None:
    furnish("Tinn")
    kari = as_("kari")
    few = kari.get(address(Application, search="kart mæland kart KART"))
    many = kari.get(address(Application, search="k a r t l ø s n i n g finstikkje"))

    assert [names_on(page.text) for page in (few, many)] == [["Kartløsning"], ["Kartløsning"]]
    assert ["de 6 første ordene" in page.text for page in (few, many)] == [False, True]


def test_every_table_that_points_at_another_has_an_index_for_it() -> None:
    for mapper in Base.registry.mappers:
        for column in mapper.local_table.columns:
            if "reference" in column.info:
                assert [one for one in mapper.local_table.indexes if next(iter(one.columns)) is column], column
