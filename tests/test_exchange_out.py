"""A register going out as a form: what stands in the cells, what they are chosen from, and whose names are in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import select

import models
from exchange.columns import Column, filled_in
from exchange.out import book as out
from exchange.out import offered
from models.database import db
from models.declare import memories
from models.declare.base import fields_of, is_unique
from models.declare.choices import HeldPersonalData, Lifecycle
from models.declare.clock import OSLO
from models.declare.domains import Domain
from models.declare.fields import Field, Kind, is_owned
from models.declare.shapes import Shape
from models.registers.architecture import Application
from models.registers.municipality import Municipality
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.accesslog import AccessEntry
from models.tenancy.people import Membership, ProjectRole
from models.tenancy.roles import may_read_field
from reports.base import Ask
from reports.language import translator
from tests.conftest import inside, municipality
from tests.support import attack
from tests.support.attack import CONTENT, browser, furnish_rest
from tests.support.rows import numbered
from tests.test_registers import As
from tests.test_statements import MANY, people

pytestmark = pytest.mark.usefixtures("unhindered")

ASK = Ask("nb", date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), 2026)
ONCE = [register for register in models.REGISTERS if not register.__written_once__]
TEXTS = {Shape.TEXT, Shape.LONG_TEXT}
CLOSED = {Shape.CHOICE, Shape.ANSWER, Shape.YES_NO}
FREE = [one for one in ONCE if one not in {Membership, ProjectRole}]


def file_of(register: type[Any], *towns: str, ask: Ask = ASK, form: bool = False, **asked: Any) -> bytes:
    told = out.form_of(register) if form else out.of_register(register, **asked)
    with inside(*towns):
        return written(told, ask)


def written(told: Any, ask: Ask = ASK) -> bytes:
    target = BytesIO()
    out.write_book(db.session, told, ask, target)
    return target.getvalue()


def book_of(register: type[Any], *towns: str, **asked: Any) -> Any:
    return openpyxl.load_workbook(BytesIO(file_of(register, *towns, **asked)))


def lines(sheet: Any) -> list[dict[str, Any]]:
    heading, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def choices(book: Any, sheet: Any) -> dict[str, tuple[str, list[str]]]:
    """What the columns of a sheet are chosen from: how other values are met, and the values."""
    heading = [cell.value for cell in sheet[1]]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            ((name, place),) = book.defined_names[rule.formula1].destinations
            values = [cell.value for (cell,) in _grid(book[name][place.replace("$", "")])]
            column = next(iter(rule.sqref.ranges)).min_col
            found[heading[column - 1]] = (rule.errorStyle or "stop", values)
    return found


def _grid(cells: Any) -> Any:
    return cells if isinstance(cells, tuple) else ((cells,),)


def as_read(known: Field, value: Any) -> Any:
    """What a reader of the sheet is to find of a stored value."""
    if value is None or value == "":
        return ""
    match known.shape:
        case Shape.MONEY:
            return value / 100
        case Shape.DECIMAL | Shape.PERCENTAGE:
            return float(value)
        case Shape.MOMENT:
            return value.astimezone(OSLO).replace(tzinfo=None, microsecond=0)
        case Shape.YES_NO:
            return "Ja" if value else "Nei"
        case Shape.CHOICE | Shape.ANSWER:
            return value.label
    return value


def read_back(register: type[Any], row_id: int) -> dict[str, Any]:
    """The cells of a row by heading, as calamine reads them."""
    book = CalamineWorkbook.from_filelike(BytesIO(written(out.of_register(register))))
    heading, *rows = book.get_sheet_by_index(1).to_python()
    (row,) = [row for row in rows if row[heading.index("Orden-nummer")] == row_id]
    return dict(zip(heading, row, strict=True))


def meant(row: Any) -> dict[str, Any]:
    """What its cells are to say of the values of a row, by heading."""
    fields = [known for known in fields_of(type(row)) if known.exported and known.kind is Kind.VALUE]
    # What follows is told where nothing is stored, and what is not for all who read the row stands in theirs alone.
    values = [known for known in fields if not known.follows and may_read_field(known, row)]
    return {
        Column(known.key, known).heading(translator("nb")): as_read(known, getattr(row, known.key)) for known in values
    }


def made(register: type[Any], number: int, text: str | None = None) -> Any:
    """A row with something in each field; with `text` that in all of its texts that may be any."""
    row = numbered(register, number, MANY)
    for known in fields_of(register):
        if text is not None and known.shape in TEXTS and not known.required and not is_unique(register, known):
            setattr(row, known.key, text)
    db.session.add(row)
    db.session.flush()
    db.session.refresh(row)
    return row


@pytest.mark.usefixtures("app")
def test_what_is_read_back_of_a_row_of_any_register_is_what_was_stored() -> None:
    people()
    told, stored = {}, {}

    for register in ONCE:
        with inside("Tinn"), db.session.no_autoflush:
            row = made(register, 59)
            cells, stored[register] = read_back(register, row.id), meant(row)
            told[register] = {label: cells[label] for label in stored[register]}
            db.session.rollback()

    assert told == stored
    assert sum(map(len, stored.values())) > 200


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(FREE), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_any_text_of_any_register_is_read_back_as_it_is_stored(app: Any, register: type[Any], text: str) -> None:
    with inside("Tinn"), db.session.no_autoflush:
        row = made(register, 7, text)
        cells, stored = read_back(register, row.id), meant(row)
        db.session.rollback()

    assert {label: cells[label] for label in stored} == stored


@pytest.mark.usefixtures("app")
def test_cells_are_chosen_from_vocabularies_code_lists_and_the_names_of_rows() -> None:
    book = book_of(Application, "Tinn")

    found = choices(book, book["Applikasjoner"])
    with inside("Tinn"):
        units = list(db.session.scalars(select(OrganisationalUnit.name)))
    lifecycle = [member.label for member in Lifecycle]
    assert found["Status"] == ("stop", lifecycle)
    assert found["Enhet"] == ("warning", units)
    assert found["Personopplysninger"] == ("warning", [member.label for member in HeldPersonalData])
    assert "Brukes også av" not in found  # several, one on each line
    assert book["Valg"].sheet_state == "hidden"


@pytest.mark.usefixtures("app")
def test_each_field_that_is_chosen_is_a_list_and_what_holds_several_is_none() -> None:
    lists, chosen, shapes = {}, {}, set()

    for register in ONCE:
        book = book_of(register, "Tinn", form=True)
        found = choices(book, book.worksheets[1])
        with inside("Tinn"):
            fields = {known.label: known for known in filled_in(register)}
        chosen[register] = {label for label, known in fields.items() if known.shape in CLOSED}
        lists[register] = {label for label in found if fields[label].shape in CLOSED}
        shapes |= {fields[label].shape for label in found}

    assert lists == chosen
    assert shapes == {*CLOSED, Shape.REFERENCE}


@pytest.mark.usefixtures("app")
def test_of_too_many_names_there_is_no_list_and_the_cover_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offered, "MOST", 2)
    monkeypatch.setattr("exchange.out.forms.MOST", 2)
    memories.forget_all()

    book = book_of(Application, "Tinn", form=True)

    assert "Leverandør" not in choices(book, book.worksheets[1])
    told = " ".join(str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell)
    assert "Leverandør" in told
    assert "har ingen liste, for det er mer enn 2 å velge mellom" in told


@pytest.mark.usefixtures("app")
def test_numbers_are_locked_and_what_is_filled_in_is_not() -> None:
    sheet = book_of(Application, "Tinn")["Applikasjoner"]

    locked = {cell.value: sheet.cell(2, cell.column).protection.locked for cell in sheet[1]}
    allowed = sheet.protection
    assert (locked["Orden-nummer"], locked["Orden-versjon"], locked["Navn"], locked["Status"]) == (
        True,
        True,
        False,
        False,
    )
    assert (allowed.sheet, allowed.password) == (True, None)
    # What stands as False is allowed.
    assert [allowed.sort, allowed.autoFilter, allowed.formatCells, allowed.formatColumns, allowed.insertRows] == [
        False
    ] * 5
    assert sheet.column_dimensions["A"].protection.locked is False  # rows to come


@pytest.mark.usefixtures("app")
def test_a_list_as_it_is_shown_can_be_sorted_and_refuses_what_is_typed_over_a_number() -> None:
    shown = [known for known in fields_of(Application) if known.key in {"name", "status"}]

    sheet = book_of(Application, "Tinn", shown=shown)["Applikasjoner"]

    rules = {str(rule.sqref): (rule.type, rule.formula1) for rule in sheet.data_validations.dataValidation}
    assert [cell.value for cell in sheet[1]] == ["Navn", "Status", "Orden-nummer", "Orden-versjon"]
    assert sheet.protection.sheet is False
    assert (rules["C2:C1048576"], rules["D2:D1048576"]) == (("custom", "FALSE"), ("custom", "FALSE"))


@pytest.mark.usefixtures("app")
def test_what_must_be_filled_in_has_a_star_that_is_not_read() -> None:
    book = book_of(Application, "Tinn")
    sheet = book["Applikasjoner"]

    starred = {cell.value for cell in sheet[1] if "*" in cell.number_format}
    said = {row["Kolonne"] for row in lines(book["Kolonnene"]) if row["Må fylles ut"] and row["Ark"] == "Applikasjoner"}
    assert starred == said == {known.label for known in filled_in(Application) if known.required}
    assert "Navn" in starred


@pytest.mark.usefixtures("app")
def test_a_sheet_explains_every_column_of_the_others() -> None:
    told, asked = {}, {}

    for register in (ProcessingActivity, Application, models.codes.Law):
        book = book_of(register, "Tinn")
        told[register] = [(row["Ark"], row["Kolonne"]) for row in lines(book["Kolonnene"])]
        others = [sheet for sheet in book.worksheets[1:] if sheet.title not in {"Kolonnene", "Valg"}]
        asked[register] = [(sheet.title, cell.value) for sheet in others for cell in sheet[1]]

    assert told == asked


@pytest.mark.usefixtures("app")
def test_parts_stand_on_sheets_of_their_own_with_the_number_and_the_name_of_what_they_hang_on() -> None:
    book = book_of(ProcessingActivity, "Tinn")
    with inside("Tinn"):
        activity = db.session.scalars(
            select(ProcessingActivity).where(ProcessingActivity.name == "Åpen elevadministrasjon")
        ).one()
        number, (law,), (subject,) = activity.id, list(activity.laws), list(activity.subjects)
        data = "\n".join(sorted(one.name for one in subject.personal_data))
        meant = {"law": (law.id, law.law.name, law.section), "subject": (subject.id, subject.subject.name, data)}

    (told,) = lines(book["Supplerende rettsgrunnlag"])
    (pair,) = lines(book["Registrerte og opplysninger"])

    assert told == {
        "Hører til": "Åpen elevadministrasjon", "Lov": meant["law"][1], "Paragraf": meant["law"][2],
        "Hører til nummer": number, "Orden-nummer": meant["law"][0],
    }  # fmt: skip
    assert (pair["Registrerte"], pair["Personopplysninger"]) == meant["subject"][1:]
    assert (pair["Hører til nummer"], pair["Orden-nummer"]) == (number, meant["subject"][0])


@pytest.mark.usefixtures("app")
def test_parts_are_of_the_rows_the_list_finds_and_of_no_other() -> None:
    query = out.Query(search="for andre")

    book = book_of(ProcessingActivity, "Tinn", query=query)

    assert [row["Navn på behandlingen"] for row in lines(book["Behandlinger"])] == ["Åpen lønn for andre"]
    assert lines(book["Supplerende rettsgrunnlag"]) == []
    assert len(lines(book["Behandles på vegne av"])) == 1


@pytest.mark.usefixtures("app")
def test_of_several_municipalities_each_row_says_whose_it_is_and_names_are_not_mixed() -> None:
    book = book_of(ProcessingActivity)
    sheet, parts = book["Behandlinger"], book["Supplerende rettsgrunnlag"]

    assert {(row["Navn på behandlingen"].split()[0], row["Kommune"]) for row in lines(sheet)} == {
        ("Åpen", "Tinn"), ("Hemmeleg", "Seljord"),
    }  # fmt: skip
    assert {(row["Hører til"].split()[0], row["Kommune"]) for row in lines(parts)} == {
        ("Åpen", "Tinn"), ("Hemmeleg", "Seljord"),
    }  # fmt: skip
    found = choices(book, sheet)
    assert "Ansvarlig enhet" not in found
    assert {"Tinn", "Seljord"} <= set(found["Kommune"][1])


@pytest.mark.parametrize(
    ("language", "label", "word"), [("nn", "Orden-nummer", "Val"), ("en", "Orden number", "Choices")]
)
@pytest.mark.usefixtures("app")
def test_a_form_speaks_the_language_it_is_asked_for_in(language: str, label: str, word: str) -> None:
    ask = Ask(language, ASK.today, ASK.moment, ASK.year)

    book = book_of(Application, "Tinn", ask=ask)

    assert label in [cell.value for cell in book.worksheets[1][1]]
    assert word in book.sheetnames


@pytest.mark.usefixtures("app")
def test_what_a_list_tells_in_the_readers_own_language_is_not_written_back() -> None:
    law: Any = models.codes.Law
    shown = [known for known in fields_of(law) if known.key == "name"] + [
        known for known in fields_of(law) if known.listed and known.key != "name"
    ]

    sheets = [
        book_of(law, "Tinn", shown=shown, ask=Ask(one, ASK.today, ASK.moment, ASK.year)).worksheets[1]
        for one in ("nb", "nn")
    ]

    first = [{str(rule.sqref): rule.type for rule in one.data_validations.dataValidation} for one in sheets]
    localised = out.is_localised(law, shown, shown[0])
    assert [one.get("A2:A1048576") for one in first] == [None, "custom" if localised else None]


# -- the empty form ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_an_empty_form_asks_for_what_the_form_asks_and_holds_no_row() -> None:
    t, labels, asked, rows = translator("nb"), {}, {}, {}

    for register in ONCE:
        sheet = book_of(register, "Tinn", form=True).worksheets[1]
        labels[register] = [cell.value for cell in sheet[1]]
        with inside("Tinn"):
            own = [known for known in filled_in(register) if known.kind is not Kind.ROWS]
        asked[register] = [Column(known.key, known).heading(t) for known in own]
        rows[register] = (sheet.max_row, sheet.protection.sheet)

    assert labels == asked
    assert rows == dict.fromkeys(ONCE, (1, False))


def test_an_empty_form_is_fetched_from_the_list_and_told_of(as_: As) -> None:
    lars = as_("lars")

    with lars.get("/application/export/form/") as answer:
        book = openpyxl.load_workbook(BytesIO(answer.data))
        name = answer.headers["Content-Disposition"]

    assert "applikasjoner-tomt-skjema-tinn" in name
    assert "Åpen oppvekst" in choices(book, book.worksheets[1])["Enhet"][1]
    with inside("Tinn"):
        told = [(one.subject, one.selection, one.rows) for one in db.session.scalars(select(AccessEntry))]
    assert told[-1] == ("Applikasjoner", "Tomt skjema", 0)
    assert as_("ola").get("/application/export/form/").status_code == 403


def test_an_empty_list_still_offers_its_form(as_: As) -> None:
    kari = as_("kari")

    page = kari.get("/application/?search=finst+ikkje").text

    assert "/application/export/form/" in page
    assert "/application/export/xlsx/" not in page


# -- attacks -----------------------------------------------------------------------------------------------------------


def test_nothing_of_seljord_is_in_any_sheet_hidden_or_not(engine_app: Any) -> None:
    furnish_rest()
    kari, found = browser(engine_app, "kari"), {}

    for register in CONTENT:
        for form in ("xlsx/?columns=all", "csv/?columns=all", "form/"):
            answer = kari.get(f"/{register.__tablename__.replace('_', '-')}/export/{form}")
            found[register, form] = (answer.status_code, _loot(answer.data))

    assert found == dict.fromkeys(found, (200, []))
    assert len(found) == 3 * len(CONTENT)


def _loot(data: bytes) -> list[str]:
    """Fragments of Seljord's rows in a file, in every part of it."""
    if not data.startswith(b"PK"):
        return attack.found_in(data.decode())
    with ZipFile(BytesIO(data)) as book:
        return attack.found_in("".join(book.read(part).decode("utf-8", "replace") for part in book.namelist()))


def test_a_row_that_points_at_seljord_brings_no_name_from_there(engine_app: Any) -> None:
    attack.plant_cross_links(engine_app)
    kari = browser(engine_app, "kari")

    answers = [kari.get(f"/application/export/{form}") for form in ("xlsx/?columns=all", "csv/?columns=all", "form/")]

    assert [(answer.status_code, _loot(answer.data)) for answer in answers] == [(200, [])] * 3


@pytest.mark.usefixtures("app")
def test_a_field_that_may_be_read_nowhere_is_in_no_sheet() -> None:
    closed = [known.label for known in fields_of(Municipality) if known.readers is Domain.CONTENT]
    town = municipality("Tinn")
    db.session.rollback()
    target, empty = BytesIO(), BytesIO()

    with scope.use(scope.Scope(read={Domain.MONEY: frozenset([town])}, active=town)):
        out.write_book(db.session, out.of_register(Municipality), ASK, target)
        out.write_book(db.session, out.form_of(Municipality), ASK, empty)

    told = attack.workbook_text(target.getvalue()) + attack.workbook_text(empty.getvalue())
    assert len(closed) == 7
    assert [label for label in closed if label in told] == []
    assert closed[0] in attack.workbook_text(file_of(Municipality, "Tinn"))


def test_the_people_of_seljord_are_not_offered_to_who_gives_roles_in_tinn(engine_app: Any) -> None:
    lars = browser(engine_app, "lars")

    answer = lars.get("/membership/export/form/")

    told = attack.workbook_text(answer.data)
    assert (answer.status_code, "Kari Test" in told, "Berit Test" in told) == (200, True, False)
    assert is_owned(Membership)
