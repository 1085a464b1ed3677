"""The pages of invoicing, played as the clerks do, and attacked as others would."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import AccessEvent
from models.registers.invoices import ChargeRun, Invoice
from models.tenancy.accesslog import AccessEntry
from tests.conftest import inside
from tests.support.money import issued, made
from tests.test_charging import charging  # noqa: F401 - a fixture
from tests.test_registers import As


@pytest.fixture
def invoiced(charging: Any) -> dict[str, int]:  # noqa: F811
    """2018 is issued; the invoices by buyer."""
    return {one.buyer_name.removesuffix(" kommune"): one.id for one in issued(2018)}


def said(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", text.replace("\xa0", " "))


# -- story 28 ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("charging")
def test_frida_looks_makes_and_issues_and_per_approves(as_: As) -> None:
    frida = as_("frida")
    look = said(frida.get("/invoicing/preview/?year=2018"))
    made_it = frida.post("/invoicing/", data={"year": "2018", "quarter": "0"})
    page = made_it.headers["Location"]
    own = frida.post(f"{page}approve/")
    too_early = frida.post(f"{page}issue/")
    per = as_("per")
    approved = per.post(f"{page}approve/")
    frida = as_("frida")
    done = frida.post(f"{page}issue/")
    after = said(frida.get(page))

    assert "22 fakturaer, kr 443 073,00" in look
    assert "1 × 6 000,00 = 6 000,00" in look
    assert (made_it.status_code, own.status_code, too_early.status_code) == (303, 422, 422)
    assert "kan ikke godkjenne den" in said(own)
    assert (approved.status_code, done.status_code) == (303, 303)
    assert ("Faktura 1 " in after, "Faktura 22 " in after, "Utstedt" in after) == (True, True, True)


@pytest.mark.usefixtures("charging")
def test_what_hinders_stands_first(as_: As) -> None:
    from models.registers.municipality import Municipality

    with inside():
        db.session.scalars(select(Municipality).where(Municipality.name == "Vinje")).one().invoice_reference = None
        db.session.commit()

    page = said(as_("frida").get("/invoicing/preview/?year=2018"))

    assert page.index("1 kommune kan ikke faktureres ennå") < page.index("21 fakturaer, kr 431 509,50")
    assert "Vinje Fakturareferanse mangler." in page


@pytest.mark.parametrize("given", ["", "year=x", "year=2018&quarter=5", "year=1900", "year=9999999999999999999999"])
@pytest.mark.usefixtures("charging")
def test_what_is_no_period_is_said(given: str, as_: As) -> None:
    assert as_("frida").get(f"/invoicing/preview/?{given}").status_code == 422


def test_an_invoice_is_read_and_taken_out(invoiced: dict[str, int], as_: As) -> None:
    frida, number = as_("frida"), invoiced["Rollag"]

    page = said(frida.get(f"/invoices/{number}/"))
    pdf, xlsx = (frida.get(f"/invoices/{number}/download/{kind}/") for kind in ("pdf", "xlsx"))

    assert ("Rollag kommune" in page, "8 116,50" in page, "Utenfor avgiftsområdet" in page) == (True, True, True)
    assert pdf.data[:5] == b"%PDF-"
    assert b"ua-1" in pdf.data or b"pdfuaid" in pdf.data
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.data)).worksheets[1]
    assert 2116.5 in {cell.value for row in sheet for cell in row}
    with inside("Rollag"):
        log = db.session.scalars(select(AccessEntry).where(AccessEntry.event == AccessEvent.REPORT)).all()
        assert [one.subject for one in log] == [f"faktura-{the_number(number):05d}"] * 2


def test_all_of_a_run_is_one_file_and_a_ledger(invoiced: dict[str, int], as_: As) -> None:
    frida, run = as_("frida"), the_run()

    bundle = zipfile.ZipFile(io.BytesIO(frida.get(f"/invoices/of-run/{run}/zip/").data))
    ledger = frida.get(f"/invoices/of-run/{run}/csv/").data.decode("utf-8-sig").splitlines()

    papers = sorted(name for name in bundle.namelist() if name.endswith(".pdf"))
    assert (len(papers), papers[0], bundle.read(papers[0])[:5]) == (22, "faktura-00001.pdf", b"%PDF-")
    assert sorted(name.rpartition(".")[2] for name in bundle.namelist() if not name.endswith(".pdf")) == [
        "csv",
        "txt",
        "xlsx",
    ]
    assert (len(ledger), len(ledger[0].split(";"))) == (23, 17)
    kroner = [one.split(";")[16].replace("\xa0", "").replace(" ", "").replace(",", ".") for one in ledger[1:]]
    assert round(sum(map(float, kroner)), 2) == 443_073.00


def test_a_correction_is_looked_at_before_it_is_made(invoiced: dict[str, int], as_: As) -> None:
    from datetime import date

    from models.registers.municipality import Municipality

    number = invoiced["Tinn"]
    same = said(as_("frida").get(f"/invoices/{number}/correct/"))
    with inside():
        tinn = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
        next(one for one in tinn.populations if one.day == date(2018, 1, 1)).inhabitants = 5_000
        db.session.commit()
    frida = as_("frida")
    look = said(frida.get(f"/invoices/{number}/correct/"))
    made_it = frida.post(f"/invoices/{number}/correct/")

    assert "ville ikke endret noe" in same
    assert ("kr -14 784,00" in look, "kr 13 500,00" in look, "kr -1 284,00" in look) == (True, True, True)
    assert (made_it.status_code, frida.post(f"/invoices/{number}/correct/").status_code) == (303, 422)


# -- who may -----------------------------------------------------------------------------------------------------------


def the_number(invoice: int) -> int:
    return int(db.session.scalars(select(Invoice.number).where(Invoice.id == invoice)).one())


def the_run() -> int:
    return int(db.session.scalars(select(ChargeRun.id)).one())


@pytest.mark.parametrize("name", ["kari", "ola", "siri", "sol", "berit", "tone", "lars"])
def test_nobody_else_comes_to_the_runs(name: str, invoiced: dict[str, int], as_: As) -> None:
    browser, run = as_(name), the_run()
    pages = ["/invoicing/", "/invoicing/preview/?year=2018", f"/invoicing/{run}/", f"/invoices/of-run/{run}/zip/"]
    doors = ["/invoicing/", *(f"/invoicing/{run}/{what}/" for what in ("approve", "issue", "anew", "drop"))]

    answers = [browser.get(one).status_code for one in pages]
    answers += [browser.post(one, data={"year": "2019"}).status_code for one in doors]

    assert answers == [403] * 9


def test_a_municipality_reads_its_own_invoices_and_no_trace_of_anothers(invoiced: dict[str, int], as_: As) -> None:
    tone = as_("tone")

    listed, own = said(tone.get("/invoices/")), tone.get(f"/invoices/{invoiced['Tinn']}/")
    others = [
        tone.get(f"/invoices/{invoiced['Seljord']}/{rest}").status_code
        for rest in ("", "download/pdf/", "download/xlsx/")
    ]

    assert ("Tinn kommune" in listed, "Seljord" in listed, listed.count("kommune kr")) == (True, False, 1)
    assert (own.status_code, others) == (200, [404, 404, 404])
    assert tone.get(f"/invoices/{invoiced['Tinn']}/correct/").status_code == 403
    assert tone.get("/invoices/99999999999999999999/").status_code == 404


@pytest.mark.parametrize("name", ["kari", "ola", "siri", "sol"])
def test_who_reads_no_money_reads_no_invoice(name: str, invoiced: dict[str, int], as_: As) -> None:
    browser = as_(name)

    assert [browser.get(one).status_code for one in ("/invoices/", f"/invoices/{invoiced['Tinn']}/")] == [403, 403]


@pytest.mark.usefixtures("charging")
def test_the_project_manager_approves_and_makes_none(as_: As) -> None:
    number, per = made(2018), as_("per")

    answers = [per.post(f"/invoicing/{number}/{what}/").status_code for what in ("issue", "anew", "drop")]

    assert (answers, per.post("/invoicing/", data={"year": "2018"}).status_code) == ([403, 403, 403], 403)
    with inside():
        assert db.session.scalars(select(Invoice)).all() == []


# -- what it costs -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("charging")
def test_a_preview_asks_as_often_for_many_as_for_few(as_: As, statements: list[str]) -> None:
    frida = as_("frida")
    counted = []

    for year in (2018, 2018, 2026):
        statements.clear()
        frida.get(f"/invoicing/preview/?year={year}")
        counted.append(len(statements))

    assert counted[1] == counted[2] <= 22
