"""The record of processing activities in sheets: what art. 30 demands on one page, and all there is as an annex."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.base import field_of, fields_of
from models.declare.choices import Answer, AssessmentNeed, RecordStatus
from models.registers.agreements import Agreement
from models.registers.attachments import RiskAttachment
from models.registers.codes import Law, PersonalDataCategory
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity, TransferRow
from models.registers.risk import ImpactAssessment, RiskAssessment
from reports import report, xlsx
from reports.protocol.contents import Form, items
from reports.table import Emphasis
from tests.conftest import inside
from tests.support.recorded import EVERY, STATES
from tests.test_registers import As
from tests.test_reports import ASK, book_of, told

ALL = replace(ASK, chosen=STATES)
OWN, OTHERS, ANNEX = "Behandlingsansvarlig (30 nr. 1)", "Databehandler (30 nr. 2)", "Vedlegg: alle felt"
ORANGE, GREEN = "FFFFC27A", "FFB7DFA8"


def record(*towns: str, ask: Any = ALL) -> list[list[dict[str, Any]]]:
    return told("behandlingsprotokoll", *(towns or ("Tinn",)), ask=ask)


def changed(**values: Any) -> None:
    """The activity of the world, as it says something else."""
    with inside("Tinn"):
        row = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        for key, value in values.items():
            setattr(row, key, value)
        db.session.commit()


# -- what each form holds ----------------------------------------------------------------------------------------------


def test_the_short_sheet_is_what_the_law_demands_with_ground_unit_and_status() -> None:
    told_of = items(Form.SHORT, "nb")

    assert [(one.label, one.emphasis is Emphasis.MANDATORY) for one in told_of] == [
        ("Navn på behandlingen", True), ("Status", False), ("Behandlingsansvarlig", True), ("Personvernombud", True),
        ("Formål", True), ("Behandlingsgrunnlag", False), ("Felles behandlingsansvarlig", True),
        ("Ansvarlig enhet", False), ("Kategorier av registrerte", True), ("Kategorier av personopplysninger", True),
        ("Mottakere", True), ("Overføring til tredjeland", True), ("Slettefrister", True), ("Sikkerhetstiltak", True),
    ]  # fmt: skip


def test_the_sheet_of_what_is_done_for_others_has_its_own_fourteen_columns() -> None:
    assert [one.label for one in items(Form.PROCESSOR, "nb")] == [
        "Navn på behandlingen", "Behandlingsnummer", "Status", "Databehandler", "Personvernombud",
        "Behandlingsansvarlig", "Behandlingsansvarligs kontaktopplysninger", "Representant og personvernombud",
        "Kategorier av behandling", "Ansvarlig enhet", "Daglig behandlingsansvarlig", "Overføring til tredjeland",
        "Databehandleravtale", "Sikkerhetstiltak",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_field_of_an_activity_has_a_place_in_the_annex_and_no_heading_stands_twice(language: str) -> None:
    told_of = items(Form.WIDE, language)

    assert {known.key for known in fields_of(ProcessingActivity)} - {
        key for one in told_of for key in one.made_of
    } == set()
    for form in Form:
        labels = [one.label for one in items(form, language)]
        assert len(labels) == len(set(labels))


def test_what_the_document_leaves_to_the_annex_is_named() -> None:
    read, wide = ({key for one in items(form, "nb") for key in one.made_of} for form in (Form.READ, Form.WIDE))

    assert wide - read == {
        "name", "number", "status", "role", "sent_by", "sent_back", "shared", "template", "origin", "former_number",
        "waived",
    }  # fmt: skip


# -- rows --------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_a_row_of_the_short_sheet() -> None:
    with inside():
        law = db.session.scalars(select(Law.name).order_by(Law.id)).first()
    (row,), _others, _annex = record()

    assert row == {
        "Navn på behandlingen": "Åpen elevadministrasjon",
        "Status": "Utkast",
        "Behandlingsansvarlig": row["Behandlingsansvarlig"],
        "Personvernombud": "Åpen Ombod, ombod@test.example, 35 00 00 00",
        "Formål": "Åpen føremål",
        "Behandlingsgrunnlag": f"Art. 6 nr. 1 bokstav e – allmenn interesse eller offentlig myndighet\n{law}: § 1",
        "Felles behandlingsansvarlig": None,
        "Ansvarlig enhet": "Åpen oppvekst",
        "Kategorier av registrerte": row["Kategorier av registrerte"],
        "Kategorier av personopplysninger": row["Kategorier av personopplysninger"],
        "Mottakere": row["Mottakere"],
        "Overføring til tredjeland": "Nei",
        "Slettefrister": "Uavklart, 60 måneder, utgangspunkt Åpen slutt",
        "Sikkerhetstiltak": None,
    }
    assert row["Behandlingsansvarlig"].splitlines()[:2] == ["Tinn", "864 963 552"]
    pair = row["Kategorier av registrerte"] + ": "
    told_of = row["Kategorier av personopplysninger"].removeprefix(pair).split("; ")
    assert (row["Kategorier av personopplysninger"].startswith(pair), len(told_of), bool(row["Mottakere"])) == (
        True, 2, True,
    )  # fmt: skip


@pytest.mark.usefixtures("app")
def test_a_row_of_what_is_done_for_others_and_both_in_the_annex() -> None:
    _own, (row,), annex = record()

    told_of = {key: value for key, value in row.items() if value and key not in {"Databehandler", "Personvernombud"}}
    assert told_of == {
        "Navn på behandlingen": "Åpen lønn for andre", "Behandlingsnummer": row["Behandlingsnummer"],
        "Status": "Utkast", "Behandlingsansvarlig": "Åpen IKS",
        "Behandlingsansvarligs kontaktopplysninger": "post@iks.example",
        "Kategorier av behandling": "Lønn",
        "Overføring til tredjeland": "Ikke vurdert",
    }  # fmt: skip
    assert [one["Navn på behandlingen"] for one in annex] == ["Åpen elevadministrasjon", "Åpen lønn for andre"]
    assert [one["Kommunens rolle"] for one in annex] == ["Behandlingsansvarlig", "Databehandler"]


@pytest.mark.usefixtures("app")
def test_what_is_linked_is_told_with_how_to_reach_and_where_to_find_it() -> None:
    with inside("Tinn"):
        chief = db.session.scalars(select(ContactPerson).where(ContactPerson.name == "Åpen Leiar")).one()
        chief.email, chief.phone = "leiar@test.example", "35 11 11 11"
        agreement = db.session.scalars(select(Agreement)).one()
        agreement.number, agreement.archive_reference, agreement.link = "A-7", "20/123", "https://arkiv.example/7"
        risk = db.session.scalars(select(RiskAssessment)).one()
        risk.assessed_on = date(2025, 3, 12)
        impact = db.session.scalars(select(ImpactAssessment)).one()
        impact.conclusion, impact.link = AssessmentNeed.SHALL, "20/77"
        for row, address in ((risk, "https://ros.example/1"), (risk, "https://ros.example/2")):
            hung = RiskAttachment(register=row.__tablename__, row_id=row.id, title="ROS", address=address)
            db.session.add(hung)
        db.session.commit()
        supplier = agreement.supplier.name
    _own, _others, (row, _other) = record()

    assert row["Daglig behandlingsansvarlig"] == "Åpen Leiar, leiar@test.example, 35 11 11 11"
    assert row["Databehandlere"] == supplier
    assert row["Databehandleravtaler"] == "Åpen avtale, A-7, Åpen Leiar, 20/123, https://arkiv.example/7"
    assert row["Risikovurdering (ROS)"] == "Åpen ROS (12.03.2025), https://ros.example/1, https://ros.example/2"
    assert row["Vurdering av personvernkonsekvenser (DPIA)"] == "Åpen DPIA (Skal gjennomføres), 20/77"
    assert (row["Applikasjoner"], row["Datasett"]) == ("Åpen skoleprogram", "Åpen elevregister")


@pytest.mark.usefixtures("app")
def test_an_answer_within_a_transfer_is_told_with_its_question() -> None:
    changed(transferred=Answer.YES, transfers=[TransferRow(country="USA", remote_access=Answer.YES)])

    (row,), _others, _annex = record()

    assert row["Overføring til tredjeland"] == "USA: fjerntilgang: ja"


@pytest.mark.usefixtures("app")
def test_measures_of_all_the_municipality_are_told_as_common() -> None:
    with inside("Tinn"):
        db.session.scalars(
            select(Municipality).where(Municipality.name == "Tinn")
        ).one().default_measures = "Låste dører"
        db.session.commit()
    changed(measures_text="Eget rom")

    (row,), _others, (whole, _other) = record()

    assert row["Sikkerhetstiltak"] == "Eget rom\nFelles for kommunen: Låste dører"
    assert (whole["Sikkerhetstiltak"], whole["Felles sikkerhetstiltak i kommunen"]) == ("Eget rom", "Låste dører")


@pytest.mark.usefixtures("app")
def test_special_categories_are_told_apart_from_what_is_ordinary() -> None:
    with inside("Tinn"):
        kinds = db.session.scalars(select(PersonalDataCategory).order_by(PersonalDataCategory.id)).all()
        ordinary, special = (next(one for one in kinds if one.special.is_special is wanted) for wanted in (False, True))
        row = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        row.subjects[0].personal_data = [ordinary, special]
        names = sorted([ordinary.name, special.name])
        db.session.commit()

    _own, _others, (whole, _other) = record()

    assert whole["Særlige kategorier"] == special.name
    assert [name in whole["Kategorier av personopplysninger"] for name in names] == [True, True]


# -- which rows and columns --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_what_is_approved_or_under_revision_is_told_and_drafts_as_an_appendix_when_asked_for() -> None:
    with inside("Tinn"):
        more = {state: ProcessingActivity(name=f"I {state.value}", status=state) for state in RecordStatus}
        db.session.add_all(more.values())
        db.session.commit()

    usual = record(ask=ASK)
    asked = record(ask=replace(ASK, chosen={"drafts": (True,)}))
    ended = record(ask=replace(ASK, chosen={"drafts": (True,), "status": (RecordStatus.ENDED, RecordStatus.DRAFT)}))
    names = [[[row["Navn på behandlingen"] for row in sheet] for sheet in one] for one in (usual, asked, ended)]

    told_of, drafts = (
        ["I approved", "I revise"],
        ["I draft", "I review", "Åpen elevadministrasjon", "Åpen lønn for andre"],
    )
    assert names[0] == [told_of, [], told_of]
    assert names[1] == [told_of, [], drafts, ["I approved", "I draft", "I review", "I revise", *drafts[2:]]]
    assert names[2][:3] == [["I draft", "I ended", "Åpen elevadministrasjon"], ["Åpen lønn for andre"], ["I review"]]


@pytest.mark.usefixtures("app")
def test_a_voluntary_column_that_no_activity_fills_is_left_out_of_the_annex() -> None:
    labels = {key: field_of(ProcessingActivity, key).label for key in ("balancing", "scale", "children", "sent_back")}
    before = set(record()[2][0])
    changed(scale=7, children=Answer.NO)
    after = set(record()[2][0])

    assert {key for key, label in labels.items() if label in before} == set()
    assert {key for key, label in labels.items() if label in after} == {"children"}
    assert after - before == {"Barn", "Omfang (personer)"}


@pytest.mark.usefixtures("app")
def test_a_municipality_without_activities_has_a_record_that_says_so() -> None:
    with inside("Bø"):
        book = report("behandlingsprotokoll").workbook(db.session, ALL)
        file = BytesIO()
        xlsx.write(book, file)
        document = report("behandlingsprotokoll").document(db.session, ALL)
        said = [(part.title, list(part.chapters), part.empty) for part in document.parts]

    assert [one.max_row for one in openpyxl.load_workbook(file).worksheets[1:]] == [1, 1, 1]
    assert said == [(OWN, [], "Ingen behandlinger i dette utvalget.")]
    assert dict(book.cover.facts)[f"Antall rader i «{OWN}»"] == 0


# -- the file ----------------------------------------------------------------------------------------------------------


def test_the_file_marks_what_is_demanded_and_prints_one_page_wide_with_whose_it_is(as_: As) -> None:
    book = book_of(as_("tone").get(f"/reports/behandlingsprotokoll/download/{EVERY}"))
    short, processor, annex = book.worksheets[1:]

    colours = {cell.value: cell.fill.fgColor.rgb for cell in short[1]}
    assert (colours["Formål"], colours["Status"], set(colours.values())) == (ORANGE, GREEN, {ORANGE, GREEN})
    for sheet in (short, processor):
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToWidth or 1, setup.fitToHeight) == ("landscape", 9, 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    for sheet in (short, processor, annex):
        head = sheet.oddHeader
        assert (head.left.text, bool(head.right.text)) == ("Tinn, org.nr. 864 963 552", True)
        assert sheet.print_options.gridLines


def test_the_file_read_back_is_what_the_database_holds_with_nothing_linked_left_out(as_: As) -> None:
    """Field by field, of every activity that has something in it."""
    book = book_of(as_("tone").get(f"/reports/behandlingsprotokoll/download/{EVERY}"))
    heading, *rows = [[cell.value for cell in row] for row in book.worksheets[-1].iter_rows()]
    filed = {row[0]: dict(zip(heading, row, strict=True)) for row in rows}

    with inside("Tinn"):
        activities = list(db.session.scalars(select(ProcessingActivity)))
        assert len(activities) == len(filed) == 2
        for row in activities:
            there = filed[row.name]
            assert [there.get("Formål"), there.get("Ansvarlig enhet")] == [row.purpose, row.unit and row.unit.name]
            for key in ("applications", "datasets", "recipients", "article6"):
                names = sorted(one.name for one in getattr(row, key))
                assert sorted((there.get(field_of(ProcessingActivity, key).label) or "").splitlines()) == names
            assert (there["Kommunens rolle"], there["Status"]) == (row.role.label, row.status.label)
            kinds = {one.name for pair in row.subjects for one in pair.personal_data}
            assert {one for one in kinds if one in (there["Kategorier av personopplysninger"] or "")} == kinds
            others = {one.name for one in row.controllers}
            assert {one for one in others if one in (there["Behandles på vegne av"] or "")} == others
            agreements = {one.agreement.name for one in row.processors}
            assert {one for one in agreements if one in (there["Databehandleravtaler"] or "")} == agreements
