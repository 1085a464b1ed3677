"""What a written PDF is to those who cannot see it, asked of a validator by other hands: PDF/UA-1 (ISO 14289-1)."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import page
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject
from sqlalchemy import select

from models.registers.municipality import Municipality
from models.tenancy import scope
from reports import REPORTS, pdf
from reports.document import Bar, Chart, Part
from tests.support.recorded import STATES
from tests.test_documents import document, set_as
from tests.test_reports import ASK
from tests.test_seed import furnished  # noqa: F401 - a fixture is asked for by name

OF_ONE = ("behandlingsprotokoll", "har-vi-kontroll", "hvem-og-hva", "kostnader", "endringer")


def faults(written: bytes) -> list[str]:
    """What a PDF does that PDF/UA-1 does not allow."""
    told = page.validate_pdf_bytes(written, profile=page.ValidationProfile.PDF_UA_1)
    assert told.rules.total > 100
    return [str(one) for one in told.failures]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("wide", [False, True])
def test_a_document_of_all_kinds_keeps_to_pdf_ua(language: str, wide: bool) -> None:
    bars = Part("Søyler", [], "", chart=Chart("Antall", [Bar("Én", "1", 500), Bar("To", "2", 1000)]))

    written = set_as(pdf, document(language=language, wide=wide, parts=[*document().parts, bars])).read()

    assert faults(written) == []


def test_the_reports_of_the_demo_keep_to_pdf_ua(furnished: Any) -> None:  # noqa: F811
    ids = {one.name: one.id for one in furnished.scalars(select(Municipality))}
    told = {one.slug: one for one in REPORTS}
    with scope.use(scope.of([ids["Tinn"]], active=ids["Tinn"])):
        furnished.rollback()
        found = {slug: told[slug].document(furnished, _asked(slug)) for slug in OF_ONE}
        written = {slug: set_as(pdf, one).read() for slug, one in found.items()}

    assert {slug: faults(one) for slug, one in written.items()} == {slug: [] for slug in OF_ONE}


def _asked(slug: str) -> Any:
    return replace(ASK, chosen=STATES) if slug == "behandlingsprotokoll" else ASK


@pytest.mark.parametrize("lost", ["/StructTreeRoot", "/Lang", "/MarkInfo", "/Metadata", "/ViewerPreferences"])
def test_a_document_that_lost_what_a_screen_reader_needs_is_seen(lost: str) -> None:
    writer = PdfWriter(clone_from=PdfReader(set_as(pdf, document())))
    del writer.root_object[NameObject(lost)]
    file = BytesIO()
    writer.write(file)

    assert faults(file.getvalue()) != []
