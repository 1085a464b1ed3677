"""Why fields are not relevant, as it goes out in sheets, comes in again, and is printed in reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from exchange.importing import carry_out
from exchange.rows.plan import plan
from models.database import db
from models.declare.choices import Answer
from models.declare.notrelevant import WAIVED
from models.declare.waiving import waivable
from models.queries import quality
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.registers.risk import ImpactAssessment
from models.tenancy.roles import Actor, Grant
from reports import report
from reports.language import translator
from tests.conftest import inside, municipality
from tests.support.recorded import STATES
from tests.support.rounds import ALL, how_of, line_of, place_of, round_trip, with_cell
from tests.support.rounds import keeper as keeper_of_all
from tests.test_checks import NEW_NUMBER
from tests.test_exchange_round import otherwise
from tests.test_forms import first, reread
from tests.test_partial_form import needed
from tests.test_reports import ASK
from tests.test_waiving import WAIVABLE

WHY = "Vi gjør ikke slikt"


# -- out and in --------------------------------------------------------------------------------------------------------


def sheet_of(register: type[Any], row: Any, language: str = "nb") -> tuple[Any, Any]:
    """A register that went out and is read again, and the cell of its row that holds the reasons."""
    sent = round_trip(register, ALL, language)
    place = line_of(register, sent.table, row.id), place_of(register, sent.table, WAIVED)
    return sent, place


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_reason_goes_out_in_one_column_and_comes_back_unchanged(language: str, app: Any) -> None:
    for register in WAIVABLE:
        with inside("Tinn"), db.session.no_autoflush:
            row = db.session.scalars(select(register)).first()
            if row is None:
                continue
            row.waived = {key: f"=Grunn: {n}; \u00abmer\u00bb, og (så)" for n, key in enumerate(waivable(register))}
            db.session.commit()
            kept = row.waived
            db.session.expunge(row)
        sent, (line, column) = sheet_of(register, row, language)

        assert len(str(sent.table.rows[line][column] or "").splitlines()) == len(kept or {})
        assert (register.__name__, otherwise(sent.plan())) == (register.__name__, [])


def test_a_changed_cell_is_one_changed_field_and_an_emptied_one_takes_all_back(app: Any) -> None:
    row = first(Application)
    sent, (line, column) = sheet_of(Application, row)
    plans = []
    for cell in ("sikkerhetskopi:  Ingen data\nPålogging: Åpent", "#TØM"):
        changed = replace(sent, table=with_cell(sent.table, line, column, cell)).plan()
        plans.append(otherwise(changed))
        with inside("Tinn"):
            carry_out(db.session(), keeper_of_all(), changed)
            db.session.commit()
        stands = reread(row, WAIVED)
        sent, (line, column) = sheet_of(Application, row)
        plans.append(stands)

    assert [plans[0][0][3:], plans[1]] == [(["Ikke relevant"], []), [{"backup": "Ingen data", "sign_in": "Åpent"}]]
    assert [plans[2][0][3:], plans[3]] == [(["Ikke relevant"], []), [None]]


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("Formål med noe: Grunn", "er ikke et felt og en grunn"),
        ("Navn: Grunn", "er ikke et felt og en grunn"),
        ("Sikkerhetskopi", "er ikke et felt og en grunn"),
        (f"Sikkerhetskopi: {'x' * 301}", "Grunnen er 301 tegn lang"),
        (f"Sikkerhetskopi: {NEW_NUMBER}", "fødselsnummer"),
    ],
)
def test_a_cell_that_is_no_field_and_reason_is_told_at_the_cell(cell: str, complaint: str, app: Any) -> None:
    row = first(Application)
    sent, (line, column) = sheet_of(Application, row)

    ((*_row, problems),) = otherwise(replace(sent, table=with_cell(sent.table, line, column, cell)).plan())

    assert [complaint in one for one in problems] == [True]


def test_who_may_not_write_a_field_brings_no_reason_in_for_it(app: Any) -> None:
    with inside("Tinn"):
        row = needed()
        fresh = db.session.get(ImpactAssessment, row.id)
        fresh.waived = {"advice": "Gitt muntlig"}
        db.session.commit()
    sent, (line, column) = sheet_of(ImpactAssessment, row)
    table = with_cell(sent.table, line, column, "Råd: Kapret\nGjennomført dato: Ikke ferdig")
    how = how_of(ImpactAssessment, table)
    kari = Actor(0, "Kari", (Grant("editor", municipality("Tinn")),))

    with inside("Tinn"):
        found = plan(db.session(), kari, ImpactAssessment, table, how, language="nb", parts=[])
        carry_out(db.session(), kari, found)
        db.session.commit()

    assert reread(row, WAIVED) == [{"advice": "Gitt muntlig", "done_on": "Ikke ferdig"}]


# -- print -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Ikke relevant"), ("nn", "Ikkje relevant"), ("en", "Not relevant")]
)
def test_the_protocol_says_why_in_the_cell_and_all_reasons_in_one_column(language: str, words: str, app: Any) -> None:
    with inside("Tinn"):
        row = db.session.get(ProcessingActivity, first(ProcessingActivity).id)
        row.recipients, row.retention, row.scale, row.has_processors, row.measures = [], [], None, Answer.UNKNOWN, []
        row.processors, row.measures_reason = [], None
        keys = ("recipients", "retention", "scale", "has_processors", "measures")
        row.waived = {key: f"Grunn {n}" for n, key in enumerate(keys)}
        db.session.commit()
        ask = replace(ASK, language=language, chosen=STATES)
        (*_, sheet) = (one.sheet for one in report("behandlingsprotokoll").sheets(db.session, ask))
        cells = next(one for one in sheet.rows if one[0] == row.name)
    t = translator(language)
    told = dict(zip([one.label for one in sheet.columns], cells, strict=True))

    labels = ("Mottakere", "Slettefrister", "Brukes databehandler?", "Sikkerhetstiltak")
    assert [told[t(one)] for one in labels] == [f"{words}: Grunn {n}" for n in (0, 1, 3, 4)]
    assert told[words].splitlines()[:1] == [f"{t('Omfang')}: Grunn 2"]
    assert len(told[words].splitlines()) == 5


def test_the_report_of_what_lacks_counts_a_reason_as_filled(app: Any) -> None:
    row = first(Application)
    with inside("Tinn"):
        fresh = db.session.get(Application, row.id)
        before, gaps = quality.progress(fresh)
        fresh.waived = {known.key: WHY for known in gaps}
        db.session.commit()
        after = quality.progress_of(db.session, Application, [row.id])

    assert before < 100
    assert after == {row.id: (100, [])}
