"""A list can be narrowed by every field, by what may be asked of its shape: what is found is what one finds by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

import models
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import Lifecycle
from models.declare.clock import OSLO, day_of
from models.declare.countries import NAMES
from models.declare.fields import Field
from models.declare.folding import fold
from models.declare.inferred import told
from models.declare.shapes import TEXTS, Shape
from models.declare.words import Problem
from models.queries.filtering import OPERATORS, Condition, Operator, askable, condition
from models.queries.finding import Query, conditions, given
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.tenancy.people import Membership, ProjectRole
from tests.conftest import inside
from tests.support.rows import COUNTED, numbered
from tests.test_finding import names_on
from tests.test_registers import As
from tests.test_statements import people
from views.register import filters
from views.register.filters import RESERVED

pytestmark = pytest.mark.usefixtures("unhindered")

TODAY = date(2026, 11, 28)
Path = tuple[Field, ...]


def furnish(register: type[Any]) -> None:
    """Three rows: one with all that is listed, one with every value there is room for, one with what must be."""
    with inside("Tinn"), db.session.no_autoflush:
        if register in {Membership, ProjectRole}:
            people()
        for number in (7, 8, 9):
            db.session.add(row := numbered(register, number))
            db.session.flush()
            if number == 8:
                fill(row)
        db.session.commit()


def fill(row: Any) -> None:
    for known in fields_of(type(row)):
        if (known.shape not in COUNTED and known.choices is None) or known.required or known.listed:
            continue
        try:
            with db.session.begin_nested():
                value = list(known.choices)[-1] if known.choices else COUNTED[known.shape](8)
                setattr(row, known.key, value)
                db.session.flush()
        except (Problem, IntegrityError, ValueError):
            db.session.refresh(row)


def text_of(known: Field, value: Any) -> str:
    """A value as an address says it."""
    if known.shape in {Shape.REFERENCE, Shape.REFERENCES}:
        return str(value.id)
    if known.shape is Shape.MONEY:
        return f"{value // 100},{value % 100:02}"
    if known.shape is Shape.MOMENT:
        return f"{value.astimezone(OSLO):%d.%m.%Y}"
    return str(int(value)) if known.shape is Shape.YES_NO else str(value).partition("\n")[0]


def behind(row: Any, path: Path) -> list[Any]:
    """What a path leads to from a row: the row itself, or what its link points at."""
    if len(path) == 1:
        return [row]
    far = told(path[0], row)
    return [one for one in (far if isinstance(far, list) else [far]) if one is not None]


def meets(row: Any, asked: Condition) -> bool:
    """By hand what the database is asked."""
    return any(_meets(told(asked.known, one), asked) for one in behind(row, asked.path))


def _meets(value: Any, asked: Condition) -> bool:
    known, operator, values = asked.known, asked.operator, asked.values
    if operator in {Operator.NONE, Operator.SOME}:
        return (value in (None, "") or value == []) is (operator is Operator.NONE)
    if known.shape is Shape.REFERENCES:
        return bool({one.id for one in value} & set(values)) is (operator is Operator.IS)
    if value is None:
        return operator is Operator.NOT
    if known.shape is Shape.REFERENCE:
        value = value.id
    elif known.shape in TEXTS:
        value, values = fold(value), tuple(map(fold, values))
    elif known.shape is Shape.MOMENT:
        value = day_of(value)
    return {
        Operator.IS: lambda: value in values,
        Operator.NOT: lambda: value not in values,
        Operator.HAS: lambda: values[0] in value,
        Operator.FROM: lambda: value >= values[0],
        Operator.TO: lambda: value <= values[0],
        Operator.NEXT: lambda: values[0][0] <= value <= values[0][1],
        Operator.PAST: lambda: values[0][0] <= value <= values[0][1],
    }[operator]()


def questions(rows: list[Any], path: Path) -> Iterator[Condition]:
    """All that may be asked along a path, of values that some row has."""
    found = [told(path[-1], one) for row in rows for one in behind(row, path)]
    values = [one for value in found for one in (value if isinstance(value, list) else [value])]
    texts = [text_of(path[-1], value) for value in values if value not in (None, "")]
    if path[-1].shape is Shape.COUNTRY:
        texts = [text for text in texts if text in NAMES]  # the rows have any two letters
    for operator in OPERATORS[path[-1].shape]:
        if operator in {Operator.NEXT, Operator.PAST}:
            days = [abs(getattr(value, "date", lambda one=value: one)() - TODAY).days for value in values if value]
            yield from (condition(path, operator, [str(number)], TODAY) for number in (0, *days[:1]))
        elif operator in {Operator.NONE, Operator.SOME} or texts:
            yield condition(path, operator, texts[:1] or ["1"], TODAY)
            if operator in {Operator.IS, Operator.NOT} and len(texts) > 1:
                yield condition(path, operator, texts, TODAY)


def some_of(asked: list[Condition], path: Path) -> list[Condition]:
    """All that may be asked of the row's own fields; behind links the same, a question or two of each in turn."""
    return asked if len(path) == 1 else asked[len(path[-1].key) % 3 :: 3] or asked[-1:]


def batched(asked: list[Condition], size: int) -> Iterator[list[Condition]]:
    return (asked[start : start + size] for start in range(0, len(asked), size))


@pytest.mark.parametrize("register", models.REGISTERS, ids=lambda register: register.__tablename__)
def test_every_question_to_every_field_finds_what_one_finds_by_hand(register: type[Any], engine_app: Any) -> None:
    if not register.__written_once__:  # else Orden adds the rows itself
        furnish(register)
    with inside("Tinn", "Seljord"):
        rows = list(db.session.scalars(select(register)))
        paths = askable(register)
        asked = [one for path in paths for one in some_of(list(questions(rows, path)), path)]

        for some in batched(asked, 40):
            query = Query(filters=tuple((one,) for one in some))
            columns = select(register.id, *conditions(register, query)).where(register.id.in_([row.id for row in rows]))
            for row_id, *answers in db.session.execute(columns, given(query)):
                row = next(row for row in rows if row.id == row_id)
                told = [(one.name, one.texts, bool(answer)) for one, answer in zip(some, answers, strict=True)]
                assert told == [(one.name, one.texts, meets(row, one)) for one in some]
    assert len(rows) >= 2 * (not register.__written_once__)
    assert {one.path for one in asked} == set(paths)


def test_of_a_group_one_condition_is_enough_and_every_group_is_met(as_on: As) -> None:
    kari = as_on("kari")
    with inside("Tinn"):
        for name, status, short in (
            ("Prøve a", Lifecycle.PLANNED, "x"),
            ("Prøve b", Lifecycle.IN_USE, None),
            ("Prøve c", Lifecycle.PLANNED, None),
            ("Prøve d", Lifecycle.RETIRED, "y"),
        ):
            db.session.add(Application(name=name, status=status, short_name=short))
        db.session.commit()

    def found(query: str) -> list[str]:
        return [name[-1] for name in names_on(kari.get(f"/application/?search=prøve&{query}").text)]

    assert found("status=planned&status=in_use") == ["a", "b", "c"]
    assert found("status.not=planned") == ["b", "d"]
    assert found("status=planned&short_name.none=1") == ["c"]
    assert found("1~status=retired&1~short_name.none=1") == ["b", "c", "d"]
    assert found("1~status=retired&1~short_name.none=1&status.not=in_use") == ["c", "d"]
    assert found("1~status=retired&2~short_name.none=1") == []


def test_days_are_counted_from_today_wherever_the_link_is_opened(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    kari = as_("kari")
    monkeypatch.setattr("views.register.filters.today", lambda: TODAY)
    with inside("Tinn"):
        for days in (-1, 0, 90, 91):
            db.session.add(Agreement(name=f"Om {days}", ends=TODAY + timedelta(days=days)))
        db.session.commit()

    page = kari.get("/agreement/?ends.next=90").text

    assert names_on(page) == ["Om 0", "Om 90"]
    assert "de neste 90 dagene" in page


def test_no_field_is_called_what_an_address_says_beside_filters() -> None:
    words = RESERVED | {str(one) for one in Operator if one}

    clashes = [f"{r.__name__}.{k.key}" for r in models.REGISTERS for k in fields_of(r) if k.key in words]

    assert clashes == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("nei=1", "«nei» finnes ikke som filter her"),
        ("status.between=1", "«status.between» finnes ikke som filter her"),
        ("status=borte", "«borte» kan ikke velges for Status"),
        ("supplier=0", "«0» kan ikke velges for Leverandør"),
        ("supplier=" + "9" * 40, "kan ikke velges for Leverandør"),
        ("in_use_from.from=i+morgen", "Skriv datoen som dag.måned.år"),
        ("in_use_from.next=tusen", "Skriv et helt tall med bare siffer"),
        ("in_use_from.next=-1", "Skriv antall dager som et helt tall"),
        ("licence_ore.from=6.000", "Skriv 6000 eller 6 000"),
        ("supplier.supplier.name.has=x", "finnes ikke som filter her"),
        ("password_hash.has=x", "finnes ikke som filter her"),
        ("search_text.has=x", "finnes ikke som filter her"),
        ("&".join(f"{known.key}.some=1" for known in fields_of(Application)), "høyst 20 filtre"),
        ("&".join(f"status={number}" for number in range(1000)), "kan ikke velges for Status"),
    ],
)
def test_a_filter_that_cannot_be_is_told_of_and_the_rest_of_the_list_stands(query: str, sentence: str, as_: As) -> None:
    answer = as_("kari").get(f"/application/?{query}")

    assert (answer.status_code, sentence in answer.text.replace("&nbsp;", " ").replace("\u00a0", " ")) == (200, True)


def test_a_row_of_another_municipality_is_not_told_of_by_any_filter(as_on: As) -> None:
    with inside("Seljord"):
        theirs = Application(name="Hemmeleg system", description="løyndom")
        db.session.add(theirs)
        db.session.commit()
        number = theirs.id
    kari = as_on("kari")

    asked = ["name.has=hemmeleg", "description.has=l", f"modules={number}", f"unit={number}", f"unit.not={number}"]
    pages = [kari.get(f"/application/?{query}") for query in asked]

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert [word for page in pages for word in ("Hemmeleg", "løyndom") if word in page.text] == []


def test_what_one_may_not_read_is_no_way_to_ask_nor_a_column_nor_an_order(
    as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = filters.can
    kari, query = as_("kari"), "supplier.name.has=x&columns=name,status,supplier.name&sort=supplier.name"
    open_page = kari.get(f"/application/?{query}").text
    closed_to = lambda actor, action, what, *rest: what is not Supplier and may(actor, action, what, *rest)  # noqa: E731
    monkeypatch.setattr(filters, "can", closed_to)

    closed = kari.get(f"/application/?{query}").text

    assert "finnes ikke" not in open_page
    links = [re.findall(r'href="([^"]*panel=columns[^"]*)"', page) for page in (open_page, closed)]
    assert [any("sort=supplier" in one for one in found) for found in links] == [True, False]
    assert "«supplier.name.has» finnes ikke som filter her" in closed
    assert "Kolonnen «supplier.name» finnes ikke her" in closed


def test_a_field_that_is_not_for_all_who_read_the_row_is_asked_by_nobody() -> None:
    kept = [(register, known) for register in models.REGISTERS for known in fields_of(register) if known.readers]

    asked = {known.key for register, _known in kept for path in askable(register) for known in path}

    assert kept != []
    assert asked & {known.key for _register, known in kept} == set()
