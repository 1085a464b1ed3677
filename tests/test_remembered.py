"""Pages remember shared rows between requests: never longer than they are true, and never what belongs to somebody."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import g
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import Form, IntegerField, StringField

from models.database import db
from models.registers.catalogue import Product
from models.registers.municipality import Municipality
from tests.conftest import inside, municipality, sign_in
from tests.support.client import LintingClient
from views import remembered
from views.register import drawing

As = Callable[[str], LintingClient]


def options(page: str, name: str) -> list[str]:
    """What a select offers, the choice of nothing left out."""
    found = re.search(rf'<select[^>]* name="{name}"[^>]*>(.*?)</select>', page, re.DOTALL)
    assert found is not None, f"no select {name}"
    return re.findall(r'<option value="[^"]+"[^>]*>([^<]*)<', found[1])


def test_a_new_product_can_be_filtered_by_at_the_next_request_of_anybody(as_: As) -> None:
    kari = as_("kari")
    before = options(kari.get("/application/").text, "product")
    with inside():
        db.session.add(Product(name="Nykomling"))
        db.session.commit()

    after = options(kari.get("/application/").text, "product")

    assert sorted(after) == sorted([*before, "Nykomling"])


def test_a_renamed_municipality_has_its_new_name_on_the_next_page(as_: As) -> None:
    kari = as_("kari")
    assert "Tinn</p>" in kari.get("/").text
    with inside():
        db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one().name = "Tinn i Telemark"
        db.session.commit()

    assert "Tinn i Telemark</p>" in kari.get("/").text


def test_people_are_not_remembered_for_those_who_may_not_see_them(as_: As, app: Any) -> None:
    sol = as_("sol")
    sol.post("/municipality/", data={"municipality": municipality("Tinn")})
    seen_by_support = options(sol.get("/membership/new/").text, "user")
    seen_by_lars = options(sign_in(app, "lars").get("/membership/new/").text, "user")

    assert "Berit Test" in seen_by_support
    assert sorted(seen_by_lars) == ["Kari Test", "Lars Test", "Ola Test", "Siri Test", "Tone Test"]


def test_owned_rows_are_not_remembered_from_one_municipality_to_the_next(as_: As, app: Any) -> None:
    tinn = options(as_("kari").get("/application/new/").text, "unit")
    seljord = options(sign_in(app, "berit").get("/application/new/").text, "unit")

    assert (tinn, seljord) == (["Åpen oppvekst"], ["Hemmeleg oppvekst"])


def test_a_request_that_has_written_reads_the_shared_rows_anew(app: Any, as_: As) -> None:
    as_("kari").get("/application/new/")
    with app.test_request_context(), inside():
        remembered.begin(None)
        names = [remembered.asked("name", lambda: len(db.session.scalars(select(Product)).all()))]
        db.session.add(Product(name="Nykomling"))
        db.session.flush()
        names.append(remembered.asked("name", lambda: len(db.session.scalars(select(Product)).all())))
        db.session.rollback()
    with app.test_request_context():
        remembered.begin(None)
        names.append(remembered.asked("name", lambda: -1))

    assert names == [names[0], names[0] + 1, names[0]]


def test_what_is_posted_is_looked_at_with_what_is_remembered(as_: As, statements: list[str]) -> None:
    kari = as_("kari")
    kari.get("/application/new/")
    statements.clear()

    assert kari.post("/application/new/", data={"name": ""}).status_code == 422
    assert [one for one in statements if "FROM municipality" in one] == []


def control(page: str, name: str) -> str:
    """The field of a form as it is drawn, from its label to its control."""
    found = re.search(rf'<label for="{name}">.*?name="{name}"[^>]*>', page, re.DOTALL)
    assert found is not None, f"no field {name}"
    return found[0]


def test_what_somebody_wrote_is_never_drawn_for_another(as_: As, app: Any) -> None:
    kari, berit = as_("kari"), sign_in(app, "berit")
    empty = control(berit.get("/application/new/").text, "short_name")
    kari.post("/application/new/", data={"name": "", "short_name": "Karis utkast"})

    assert control(berit.get("/application/new/").text, "short_name") == empty
    assert "Karis utkast" not in berit.get("/application/new/").text


def test_an_empty_field_is_drawn_in_the_language_of_its_reader(as_: As) -> None:
    kari = as_("kari")
    pages = []
    for chosen in ("nb", "en", "nn"):
        kari.post("/language/", data={"language": chosen, "next": "/"})
        pages.append(control(kari.get("/application/new/").text, "short_name"))

    assert [re.findall(r">([^<>]+?) ?<", page)[0] for page in pages] == ["Kortnavn", "Short name", "Kortnamn"]


def test_a_field_that_is_locked_for_one_is_open_for_another(as_: As) -> None:
    pages = [control(as_(name).get("/product/new/").text, "status") for name in ("per", "kari", "per")]

    assert [" disabled" in page for page in pages] == [False, True, False]


def test_an_error_is_shown_where_the_same_field_was_drawn_without_one(as_: As) -> None:
    kari = as_("kari")
    kari.get("/application/new/")

    wrong = control(kari.post("/application/new/", data={"name": ""}).text, "name")
    again = control(kari.get("/application/new/").text, "name")

    assert ('aria-invalid="true"' in wrong, 'aria-invalid="true"' in again) == (True, False)


def test_what_is_remembered_is_read_anew_after_a_minute_whatever_has_changed(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[float] = []
    clock = [0.0]
    monkeypatch.setattr(remembered.time, "time", lambda: clock[0])
    for clock[0] in (0.0, remembered.LONGEST_SECONDS - 1, remembered.LONGEST_SECONDS):
        with app.test_request_context():
            remembered.begin(None)
            remembered.asked("name", lambda: read.append(clock[0]))

    assert read == [0, remembered.LONGEST_SECONDS]


def test_the_memory_of_shared_rows_has_a_bound(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered._kept, "most", 3)
    with app.test_request_context():
        remembered.begin(None)
        found = [remembered.asked(number, lambda number=number: number) for number in range(10)]

    assert found == list(range(10))
    assert len(remembered._kept) <= 3


def test_a_field_with_an_error_is_never_drawn_from_memory(app: Any) -> None:
    class Example(Form):
        name = StringField()

    def draw(field: Any) -> Markup:
        return Markup("wrong" if field.errors else "right")  # noqa: S704 - no text of anybody

    with app.test_request_context():
        g.language = "nb"
        form = Example()
        right = drawing.drawn(form.name, form, draw)
        form.name.errors = ["Mangler"]

        assert (right, drawing.drawn(form.name, form, draw)) == ("right", "wrong")


def test_a_field_that_somebody_has_just_posted_is_neither_drawn_from_memory_nor_kept_in_it(app: Any) -> None:
    class Example(Form):
        number = IntegerField()

    def draw(field: Any) -> Markup:
        return Markup.escape(field._value())

    with app.test_request_context():
        g.language = "nb"
        typed = [Example(MultiDict({"number": text})) for text in ("seks", "sju")]

        assert [drawing.drawn(form.number, form, draw) for form in (*typed, Example())] == ["seks", "sju", ""]
