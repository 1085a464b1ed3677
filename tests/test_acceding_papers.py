"""The papers of joining: what they say, what is not known, and that they stay as they were made."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
from sqlalchemy import select

from models.database import db
from models.declare.acceding import PaperKind
from models.declare.charging import PartyRole, VatStatus
from models.declare.choices import AgreementStatus, PriceKind
from models.declare.numbers import kroner
from models.queries.payers import Known
from models.registers.accessions import Accession
from models.registers.agreements import Agreement
from models.registers.billing import Price
from models.registers.catalogue import Supplier
from models.registers.municipality import Municipality, Population
from models.registers.parties import Party
from models.tenancy import scope
from reports import acceding, report
from reports.document import Document, kept, read
from tests.conftest import inside
from tests.support.acceding import ask, do, found, papers, unjoin, walk
from tests.test_processor_record import ASK as PROCESSOR_ASK
from tests.test_registers import As

LETTERS = "abcdefgh"


def words(document: Document) -> str:
    """All that a paper says."""

    def inner(told: Any) -> list[str]:
        if isinstance(told, dict):
            told = list(told.values())
        return [one for each in told for one in inner(each)] if isinstance(told, list | tuple) else [str(told)]

    return " | ".join(inner(kept(document))).replace("\xa0", " ")


def quote_of(inhabitants: int, **otherwise: Any) -> str:
    """The quote of a municipality as it would be, of a size."""
    counted = [Population(day=date(2026, 1, 1), inhabitants=inhabitants, source="SSB")]
    there = Municipality(name="Prøvedal", populations=counted, **otherwise)
    with inside():
        db.session.add(there)
        db.session.flush()
        one = Accession(name="Prøvedal", code="9999", contact_name="N", contact_email="n@p.example",
                        wished_from=date(2026, 7, 1), first_day=date(2026, 7, 1))  # fmt: skip
        base = acceding.basis_of(db.session, one, there, Known("Prøvedal", "9999", there.id))
        return words(acceding.written(base, PaperKind.QUOTE, "nb", date(2026, 8, 1))[0])


TIERS = {4999: 25, 5000: 40, 10000: 40, 10001: 70, 25000: 70, 25001: 100}


@pytest.mark.parametrize(("inhabitants", "fee"), TIERS.items())
def test_a_quote_has_the_fee_of_its_tier_and_the_year_by_months(inhabitants: int, fee: int, app: Any) -> None:
    said = quote_of(inhabitants)

    part = (2 * inhabitants * 150 * 6 + 12) // 24
    told = kroner(fee * 100_000 + 300_000 + part).replace("\xa0", " ")
    assert f"{fee} 000,00 | A konto, fast del 2026 | 1 × 6 000,00 × 6/12 = 3 000,00 | 3 000,00" in said
    assert f"Å betale i 2026 uten merverdiavgift |  | {told}" in said


FOUNDERS = {
    "Tinn": ("Grunnlegger.", "men grunnleggere belastes ikke | 0,00"),
    "Midt-Telemark": ("Grunnlegger ved sammenslåing.", "Tilkoblingsavgiften kreves ikke: Bø var medlem"),
}


@pytest.mark.parametrize("name", FOUNDERS)
def test_founders_and_their_heirs_are_marked_and_pay_no_fee(name: str, app: Any, as_: As) -> None:
    mark, spared = FOUNDERS[name]
    unjoin(name)
    ask(app, name)
    walk(as_("per"), "papers", name)

    said = [words(read(papers(kind, name)[0].document)) for kind in (PaperKind.QUOTE, PaperKind.AGREEMENT)]

    assert [f"{mark} Ingen tilkoblingsavgift." in one for one in said] == [True, True]
    assert [spared in one for one in said] == [True, True]


def test_a_paper_says_what_the_price_was_whatever_becomes_of_it_and_a_new_version_stands_beside(
    app: Any, as_: As
) -> None:
    ask(app)
    per = as_("per")
    walk(per, "quote")
    (first,) = papers(PaperKind.QUOTE)
    before, number = words(read(first.document)), first.id

    with inside(), scope.saying("Vedtatt"):
        for one in db.session.scalars(select(Price).where(Price.nature == PriceKind.CONNECTION)):
            one.amount_ore += 1_000_000
        db.session.commit()
    file = docx.Document(BytesIO(per.get(f"/accessions/papers/{number}/docx/").data))
    do(per, "quote")

    old, new = papers(PaperKind.QUOTE)
    assert (words(read(old.document)), old.number, new.number) == (before, 1, 2)
    cells = [cell.text for row in file.tables[0].rows for cell in row.cells]
    assert ("100\xa0000,00" in cells, "110\xa0000,00" in cells) == (True, False)
    assert "110 000,00" in words(read(new.document))


def test_a_paper_that_is_not_what_was_made_is_not_handed_out(app: Any, as_: As) -> None:
    from models.changes import acceding as steps

    ask(app)
    walk(as_("per"), "quote")
    (one,) = papers(PaperKind.QUOTE)

    assert steps.digest(one.document) == one.digest
    assert steps.digest({**one.document, "title": "x"}) != one.digest


def operated() -> None:
    """Somebody operates Orden, and is known as a supplier."""
    with inside():
        operator = Supplier(
            name="Drift IKS", organisation_number="974760673", subprocessors="Lager AS, Norge",
            certifications="ISO 27001",
        )  # fmt: skip
        db.session.add(operator)
        db.session.add(Party(name="Drift IKS", role=PartyRole.OPERATOR, supplier=operator, valid_from=date(2018, 1, 1)))
        db.session.commit()


def test_a_data_processing_agreement_has_a_clause_for_each_letter_and_four_annexes(app: Any, as_: As) -> None:
    operated()
    ask(app)
    walk(as_("per"), "papers")

    (paper,) = papers(PaperKind.PROCESSING)
    said = words(read(paper.document))

    assert [one for one in LETTERS if f"artikkel 28 nr. 3 bokstav {one}" not in said] == []
    assert [one for one in "ABCD" if f"Bilag {one} " not in said] == []
    assert ("Lager AS, Norge" in said, "ISO 27001" in said, "Drift IKS" in said) == (True, True, True)
    assert "Frist" not in " ".join(paper.lacks)
    assert "Databehandler" not in paper.lacks


def test_the_record_of_the_processor_has_the_municipality_from_the_day_it_is_in_force(app: Any, as_: As) -> None:
    operated()
    ask(app)
    per = as_("per")
    told = lambda: [row[7] for row in _record() if row[0] == "Larvik"]  # noqa: E731
    walk(per, "sign")
    before = told()
    do(per, "open")

    assert (before, told()) == ([], ["Orden – databehandleravtale"])


def test_each_agreement_names_who_it_is_with_and_is_a_draft_again_when_it_is_taken_back(app: Any, as_: As) -> None:
    operated()
    ask(app)
    per = as_("per")
    walk(per, "send")

    def told() -> dict[str, tuple[str, AgreementStatus]]:
        with inside():
            one = found()
            rows = db.session.scalars(select(Agreement).where(Agreement.id.in_([one.agreement_id, one.processing_id])))
            return {row.nature.code: (row.supplier.name, row.status) for row in rows}

    sent = told()
    do(per, "back", reason="Feil dag")

    parties = {"accession": "Kongsbergregionen", "DBA": "Drift IKS"}
    assert sent == {code: (name, AgreementStatus.SIGNING) for code, name in parties.items()}
    assert told() == {code: (name, AgreementStatus.DRAFT) for code, name in parties.items()}


def _record() -> list[Any]:
    with inside():
        return list(report("databehandlerprotokoll").sheets(db.session, PROCESSOR_ASK)[0].sheet.rows)


def test_what_is_not_known_is_said_in_the_paper_and_told_on_the_page_before(app: Any, as_: As) -> None:
    ask(app)
    per = as_("per")
    walk(per, "quote")
    page = per.get(f"/accessions/{found().id}/").get_data(as_text=True)
    walk_on = do(per, "papers")

    (paper,) = papers(PaperKind.PROCESSING)
    lacks = ["Kommunens postadresse", "Kommunens e-post", "Databehandler", "Avtalepartens org.nr."]
    assert (walk_on.status_code, paper.lacks[:4]) == (303, lacks)
    assert [one for one in lacks if one not in page] == []
    assert words(read(paper.document)).count("ikke oppgitt") >= len(paper.lacks)


@pytest.mark.parametrize(("status", "vat"), [(VatStatus.STANDARD, "Avgiftspliktig, 25 %"), (None, "ikke oppgitt")])
def test_value_added_tax_follows_who_sends_the_invoice(status: VatStatus | None, vat: str, app: Any) -> None:
    with inside():
        issuer = db.session.scalars(select(Party).where(Party.role == PartyRole.ISSUER)).one()
        issuer.vat = status
        db.session.commit()

    said = quote_of(4_000)

    total = 25_000 + 3_000 + 3_000
    assert f"Merverdiavgift | {vat} | " in said
    assert ("med merverdiavgift |  | 38 750,00" in said) is (status is not None)
    assert total * 1.25 == 38_750


@pytest.mark.parametrize(("language", "title"), [("nb", "Databehandleravtale"), ("nn", "Databehandlaravtale"),
                                                 ("en", "Data processing agreement")])  # fmt: skip
def test_papers_are_in_the_language_that_was_chosen(language: str, title: str, app: Any, as_: As) -> None:
    ask(app)
    per = as_("per")
    walk(per, "quote", language=language)
    do(per, "papers", language=language)

    (paper,) = papers(PaperKind.PROCESSING)
    assert (paper.language, read(paper.document).title) == (language, title)
    assert per.get(f"/accessions/papers/{paper.id}/pdf/").data.startswith(b"%PDF")


def test_a_draft_says_that_it_is_one_and_nothing_is_kept_of_it(app: Any, as_: As) -> None:
    ask(app)
    per = as_("per")

    file = docx.Document(BytesIO(per.get(f"/accessions/{found().id}/draft/quote/docx/").data))

    assert (file.paragraphs[0].text, papers(PaperKind.QUOTE)) == ("Utkast: Tilbud om tilslutning", [])
    with inside():
        assert db.session.scalars(select(Municipality).where(Municipality.name == "Larvik")).all() == []
