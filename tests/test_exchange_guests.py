"""Known guests end to end, in the words of their own files: recognised, planned with nothing lost, carried out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from exchange import guests, jobs
from exchange.importing import carry_out
from exchange.mapped import how_of
from exchange.matching import How as By
from exchange.matching import match
from exchange.rows.plan import How, Plan, What, plan
from exchange.table import Table
from models.database import db
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.comments import Comment
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.support.dirty import csv, xlsx
from tests.support.looking import read_here
from tests.support.sheets import at_work

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
NATIONAL = {
    "Behandlingsansvarlig": "Tinn kommune", "Organisasjonsnummer": "864963552",
    "Behandlingsansvarliges representant": "Kommunedirektøren", "Virksomhetens postadresse": "Postboks 14, 3661 Rjukan",
    "Virksomhetens e-post": "post@tinn.example", "Virksomhetens telefon": "35 00 00 00",
    "Utenfor EU/EØS (ja/nei)": "Nei",
    "Representant behandlingsansvarlig utenfor EU/EØS - navn": "",
    "Representant behandlingsansvarlig utenfor EU/EØS - postadresse": "",
    "Representant behandlingsansvarlig utenfor EU/EØS - e-post": "",
    "Representant behandlingsansvarlig utenfor EU/EØS - telefon": "", "Personvernombud - navn": "Siri",
    "Personvernombud - postadresse": "", "Personvernombud - e-post": "siri@tinn.example",
    "Personvernombud - telefon": "", "Behandlingen gjelder": "Opptak i kulturskolen",
    "Daglig behandlingsansvar - Navn": "Åpen Leiar", "Daglig behandlingsansvar - Tlf": "+47 35 00 00 01",
    "Daglig behandlingsansvar - Epost": "leiar@tinn.example", "Databehandlere - Navn": "SpeedAdmin",
    "Databehandleravtaler - Lenke": "https://tinn.example/avtale", "Felles behandlingsansvar": "Nei",
    "Felles behandlingsansvar - Virksomheter": "", "Felles behandlingsansvar - Ansvarsfordeling": "",
    "Felles behandlingsansvar - Kontaktpunkt": "", "Felles behandlingsansvar - E-post": "",
    "Felles behandlingsansvar - Telefon": "", "Formål med behandlingen": "Fordele plasser",
    "Behandlingsgrunnlag artikkel 6": "Artikkel 6. Bokstav e - allmenn interesse",
    "Artikkel 6 - Henvisning til annen lovgiving": "Opplæringslova § 26-1",
    "Behandlingsgrunnlag artikkel 9": "", "Artikkel 9 - henvisning til annen lovgiving": "",
    "Behandlingsgrunnlag artikkel 10": "Nei", "Artikkel 10 - henvisning til annen lovgiving": "",
    "Funksjons- eller virksomhetsområde": "Kultur", "Tilhørende datasett - lenke": "", "Tilhørende datasett - navn": "",
    "Personopplysninger - Kategorier av registrerte": "Elever",
    "Personopplysninger - Kategorier tilknyttet den registrerte": "Navn, Adresse",
    "Personopplysninger - Planlagte tidsfrister for sletting": "5 år etter at eleven slutter",
    "Kilder til personopplysningene": "Foresatte",
    "System i virksomheten som behandler personopplysninger": "SpeedAdmin",
    "Mottakere eller kategorier av mottakere": "Ingen eksterne",
    "Mottakere - tredjeland eller internasjonale organisasjoner": "Nei", "Garantier ved overføring": "",
    "Tekniske og organisatoriske sikkerhetstiltak": "Opplæring", "Er det gjennomført DPIA?": "Nei",
    "Referanse til DPIA": "", "Behandlingstatus": "Godkjent",
}  # fmt: skip
RECORD = {
    "status": "APPROVED", "title": {"nb": "Opptak i kulturskolen"}, "purpose": {"nb": "Fordele plasser"},
    "categories": [
        {"dataSubjectCategories": "Elever", "personalDataCategories": ["Navn", "Adresse"]},
        {"dataSubjectCategories": "Foresatte", "personalDataCategories": ["Kontaktopplysninger"]},
    ],
    "articleSixBasis": [{"legality": "6.1.e", "referenceUrl": "Opplæringslova § 26-1"}],
    "otherArticles": {"articleNine": {"checked": False}, "articleTen": {"checked": False}},
    "businessAreas": ["Kultur"], "dataProcessingAgreements": [{"dataProcessorName": "SpeedAdmin", "agreementUrl": ""}],
    "dataProcessorContactDetails": [{"name": "Åpen Leiar", "email": "leiar@tinn.example", "phone": "+47 35000001"}],
    "commonDataControllerContact": {"commonDataControllerChecked": False},
    "personalDataSubjects": "Foresatte", "securityMeasures": "Opplæring",
    "plannedDeletion": "5 år etter at eleven slutter", "privacyProcessingSystems": "SpeedAdmin",
    "recipientCategories": ["Ingen eksterne"], "dataTransfers": {"transferred": False},
}  # fmt: skip
PROCESS = {
    "name": "Opptak i kulturskolen", "number": 7, "purposes": [{"shortName": "Fordele plasser"}],
    "description": "Søknader kommer om våren", "start": "2020-08-01", "end": "9999-12-31",
    "affiliation": {"department": {"shortName": "Åpen oppvekst"}, "products": [{"shortName": "Åpen skoleprogram"}]},
    "legalBases": [
        {"gdpr": {"code": "ART61E"}, "nationalLaw": {"shortName": "Opplæringslova"}, "description": "§ 26-1"},
        {"gdpr": {"code": "ART61C"}, "nationalLaw": None, "description": "vedtekter"},
    ],
    "usesAllInformationTypes": False, "automaticProcessing": False, "profiling": True,
    "aiUsageDescription": {"aiUsage": False, "description": None},
    "dataProcessing": {"dataProcessor": True, "processors": [{"name": "SpeedAdmin"}, {"name": "Ukjent AS"}]},
    "retention": {"retentionPlan": True, "retentionMonths": 60, "retentionStart": "eleven slutter",
                  "retentionDescription": "Arkivlova"},
    "dpia": {"needForDpia": False}, "status": "COMPLETED",
}  # fmt: skip
DATATILSYNET = [
    ["Navn på behandling/prosess", "Ansvarlig avdeling", "Formål", "Behandlingsgrunnlag (art. 6)",
     "Supplerende rettsgrunnlag (lov)", "Kategorier av registrerte", "Kategorier av personopplysninger",
     "Databehandler", "Lenke til databehandleravtale", "Slettefrist", "Egen kolonne"],
    ["Opptak i kulturskolen", "Åpen oppvekst", "Fordele plasser", "6 (1) e", "Opplæringslova § 26-1", "Elever",
     "Navn og adresse", "SpeedAdmin", "https://tinn.example/avtale", "5 år etter at eleven slutter", "Eget"],
]  # fmt: skip
KITOS = [
    ["Status", "Lokal System ID", "IT System", "Version", "Lokal kaldenavn", "Ansv. organisationsenhed", "Leverandør",
     "Ibrugtagningsdato", "Livscyklus", "Antal brugere", "Noter"],
    ["Aktivt", "L-7", "SpeedAdmin", "3.1", "Kulturskolen", "Åpen oppvekst", "SpeedAdmin", "01-08-2020", "I drift",
     "10-50", "Flyttes til sky"],
]  # fmt: skip
CONTRACTS = [
    ["Status", "Kontrakt ID", "IT Kontrakt", "Gyldig fra", "Gyldig til", "Leverandør", "Opsigelse (måneder)"],
    ["Gyldig", "K-9", "SpeedAdmin drift", "01-08-2020", "31-07-2030", "SpeedAdmin", "6"],
]
OS2_ACTIVITIES = [
    ["Titel", "Afdeling", "Opdateret", "Konsekvens vurdering", "Risiko vurdering", "Risiko aktiver", "Status",
     "Aktiver"],
    ["Opptak i kulturskolen", "Åpen oppvekst", "05/08-2025 10:00", "Grøn", "Gul", "", "Klar", "2"],
]  # fmt: skip
OS2_SYSTEMS = [
    ["Navn", "Leverandør", "Tredjelandsoverførsel", "Type", "Systemejer", "Opdateret", "Antal beh.", "Risiko vurdering",
     "Status", "Systemansvarlig"],
    ["SpeedAdmin", "SpeedAdmin ApS", "false", "IT-system", "Åpen Leiar", "05/08-2025", "1", "Grøn", "I drift", ""],
]  # fmt: skip
Rows = Sequence[Sequence[Any]]
CASES: dict[str, tuple[type[Any], str, bytes]] = {
    "datatilsynet": (ProcessingActivity, "a.xlsx", xlsx(DATATILSYNET)),
    "behandlingsoversikt": (ProcessingActivity, "a.csv", csv([list(NATIONAL), list(NATIONAL.values())])),
    "behandlingsoversikt-json": (ProcessingActivity, "a.json", json.dumps([RECORD]).encode()),
    "behandlingskatalogen": (ProcessingActivity, "a.json", json.dumps({"content": [PROCESS]}).encode()),
    "kitos": (Application, "a.xlsx", xlsx(KITOS)),
    "kitos-contracts": (Agreement, "a.xlsx", xlsx(CONTRACTS)),
    "os2compliance": (ProcessingActivity, "a.xlsx", xlsx(OS2_ACTIVITIES)),
    "os2compliance-systems": (Application, "a.xlsx", xlsx(OS2_SYSTEMS)),
}


def table_of(content: bytes, name: str) -> Table:
    return read_here(content, name).tables[0]


def carried_out(register: type[Any], table: Table, how: How) -> tuple[Plan, Any, str]:
    """What was planned and done, the first row that was made of it, and what is said of it."""
    with at_work("kari") as actor:
        found = plan(db.session(), actor, register, table, how, language="nb")
    with at_work("kari") as actor:
        carry_out(db.session(), actor, found)
        db.session.commit()
    with inside("Tinn"):
        row = db.session.scalars(select(register).order_by(register.id.desc())).first()
        mine = (Comment.register == register.__tablename__, Comment.row_id == row.id)
        return found, row, "\n".join(db.session.scalars(select(Comment.text).where(*mine)))


@pytest.mark.parametrize("key", CASES)
def test_a_guest_comes_with_every_word_of_its_own(app: Any, key: str) -> None:
    register, name, content = CASES[key]
    table = table_of(content, name)

    guest = guests.recognised(register, table.headings)
    found, _row, _said = carried_out(register, table, how_of(register, table, {}))

    assert guest is not None
    assert guest.key == key
    assert [(row.kind, row.problems) for row in found.rows] == [(What.NEW, [])]
    assert (found.proof().holds, dict(found.proof().left)) == (True, {})


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("5 år etter at eleven slutter", (60, None, "eleven slutter")),
        ("14 dager etter passeringen", (None, 14, "passeringen")),
        ("30 dager", (None, 30, None)),
        ("Så lenge saken varer", (None, None, "Så lenge saken varer")),
    ],
)
def test_a_time_for_erasure_goes_where_its_unit_has_a_place(said: str, held: tuple[Any, ...], app: Any) -> None:
    register, name, content = CASES["behandlingsoversikt"]
    table = table_of(content.replace(b"5 \xc3\xa5r etter at eleven slutter", said.encode()), name)

    _found, row, _said = carried_out(register, table, how_of(register, table, {}))

    with inside("Tinn"):
        (one,) = db.session.merge(row).retention
        assert (one.months, one.days, one.start) == held


def test_the_national_overview_becomes_an_activity(app: Any) -> None:
    register, name, content = CASES["behandlingsoversikt"]
    table = table_of(content, name)

    _found, row, said = carried_out(register, table, how_of(register, table, {}))

    with inside("Tinn"):
        row = db.session.merge(row)
        assert (len(table.headings), row.name, row.responsible.name) == (49, "Opptak i kulturskolen", "Åpen Leiar")
        assert [one.code for one in row.article6] == ["6.1.e"]
        assert [(one.law.name, one.section) for one in row.laws] == [("Opplæringslova", "§ 26-1")]
        assert [one.supplier.name for one in row.processors] == ["SpeedAdmin"]
        assert [(one.months, one.start) for one in row.retention] == [(60, "eleven slutter")]
        assert [str(one) for one in (row.has_processors, row.transferred, row.criminal)] == ["yes", "no", "no"]
    assert "Behandlingstatus: Godkjent" in said
    assert "Daglig behandlingsansvar - Tlf: +47 35 00 00 01" in said
    assert "Databehandleravtaler - Lenke: https://tinn.example/avtale" in said


def test_its_records_keep_whose_data_is_whose(app: Any) -> None:
    register, name, content = CASES["behandlingsoversikt-json"]
    table = table_of(content, name)

    _found, row, _said = carried_out(register, table, how_of(register, table, {}))

    with inside("Tinn"):
        row = db.session.merge(row)
        data = {one.subject.name: sorted(two.name for two in one.personal_data) for one in row.subjects}
    assert data == {"Elever": ["Adresse", "Navn"], "Foresatte": ["Kontaktopplysninger"]}


def test_behandlingskatalogen_tells_the_grounds_of_both_articles_in_one_list(app: Any) -> None:
    bases = [
        {"gdpr": {"code": code}, "nationalLaw": None, "description": ""} for code in ("ART61E", "ART92B", "ART92H")
    ]
    record = PROCESS | {"legalBases": bases}
    table = table_of(json.dumps({"content": [record]}).encode(), "a.json")

    found, row, _said = carried_out(ProcessingActivity, table, how_of(ProcessingActivity, table, {}))

    with inside("Tinn"):
        row = db.session.merge(row)
        assert [one.code for one in row.article6] == ["6.1.e"]
        assert (sorted(one.code for one in row.article9), str(row.special)) == (["9.2.b", "9.2.h"], "yes")
    assert found.proof().holds


def test_behandlingskatalogen_becomes_an_activity_and_what_it_says_without_a_law_is_kept(app: Any) -> None:
    register, name, content = CASES["behandlingskatalogen"]
    table = table_of(content, name)

    _found, row, said = carried_out(register, table, how_of(register, table, {}))

    with inside("Tinn"):
        row = db.session.merge(row)
        assert (row.unit.name, [one.name for one in row.applications]) == ("Åpen oppvekst", ["Åpen skoleprogram"])
        assert sorted(one.code for one in row.article6) == ["6.1.c", "6.1.e"]
        assert [(one.law.name, one.section) for one in row.laws] == [("Opplæringslova", "§ 26-1")]
        assert [(one.months, one.start, one.basis) for one in row.retention] == [(60, "eleven slutter", "Arkivlova")]
        assert [one.supplier.name for one in row.processors] == ["SpeedAdmin"]
        assert (str(row.profiling), str(row.ai_use)) == ("yes", "no")
    assert "legalBases.description: vedtekter" in said
    assert "dataProcessing.processors.name: Ukjent AS" in said


def test_what_danish_systems_call_status_is_kept_and_not_taken_for_ours(app: Any) -> None:
    register, name, content = CASES["kitos"]
    table = table_of(content, name)

    _found, row, said = carried_out(register, table, how_of(register, table, {}))

    with inside("Tinn"):
        row = db.session.merge(row)
        assert (row.name, row.supplier.name, row.short_name) == ("SpeedAdmin", "SpeedAdmin", "Kulturskolen")
    assert {"Status: Aktivt", "Livscyklus: I drift", "Antal brugere: 10-50"} <= set(said.split("\n"))


def test_a_guest_may_make_what_is_missing_where_that_is_chosen(app: Any) -> None:
    register, name, content = CASES["behandlingskatalogen"]
    table = table_of(content, name)

    carried_out(register, table, how_of(register, table, {"make": ["processors.supplier"]}))

    with inside("Tinn"):
        assert str(db.session.scalars(select(Supplier.status).where(Supplier.name == "Ukjent AS")).one()) == "proposed"


@pytest.mark.needs_shared
def test_the_system_form_of_arkivplan_becomes_an_application(app: Any) -> None:
    file = SHARED / "applications" / "arkivplan_systemskjema_felter.csv"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    table = table_of(file.read_bytes(), file.name)

    found, row, said = carried_out(Application, table, how_of(Application, table, {}))

    with inside("Tinn"):
        row = db.session.merge(row)
        assert (row.name, f"{row.in_use_from:%d.%m.%Y}", row.user_count) == ("eArkiv 360°", "05.02.2021", 0)
    assert (found.counts[What.NEW], found.proof().holds, dict(found.proof().left)) == (1, True, {})
    assert "Klassifikasjon: Sensitiv" in said


@pytest.mark.needs_shared
def test_a_stranger_is_mapped_by_hand_and_remembered(app: Any) -> None:
    file = SHARED / "gdpr" / "kl_article30_combined.csv"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    table = table_of(file.read_bytes(), file.name)
    chosen = {"name": "name", "description": "purpose"}
    columns = {table.headings.index(heading): key for heading, key in chosen.items()}
    notes = frozenset(range(len(table.headings))) - columns.keys()

    with at_work("kari") as actor:
        found = plan(db.session(), actor, ProcessingActivity, table, How(columns, notes=notes), language="nb")
        jobs.remember(db.session(), ProcessingActivity, chosen)
        db.session.commit()
    with at_work("kari"):
        again = match(ProcessingActivity, table, remembered=jobs.remembered(db.session(), ProcessingActivity))

    assert (len(found.rows), found.proof().holds) == (94, True)
    assert [(one.key, one.how) for one in again if one.is_sure] == [(key, By.REMEMBERED) for key in ("name", "purpose")]
    wrong = [one.text for row in found.rows if row.kind is What.ERROR for one in row.problems]
    assert (len(wrong), all(one.startswith("Teksten er for lang") for one in wrong)) == (found.counts[What.ERROR], True)


def test_what_is_said_beside_a_ground_or_a_name_is_kept(app: Any) -> None:
    said_of = dict(zip(*DATATILSYNET, strict=True)) | {
        "Behandlingsgrunnlag (art. 6)": "6.1.a – skjema hentes inn av skolen hver høst",
        "Databehandler": "Visma (Enterprise)",
        "Supplerende rettsgrunnlag (lov)": None,
    }  # fmt: skip
    table = table_of(xlsx([list(said_of), list(said_of.values())]), "a.xlsx")

    _found, row, said = carried_out(ProcessingActivity, table, how_of(ProcessingActivity, table, {}))

    with inside("Tinn"):
        row = db.session.merge(row)
        assert [one.code for one in row.article6] == ["6.1.a"]
        assert [one.supplier.name for one in row.processors] == ["Visma"]
    assert "Behandlingsgrunnlag (art. 6): 6.1.a – skjema hentes inn av skolen hver høst" in said
    assert "Databehandler: Visma (Enterprise)" in said


# -- by command --------------------------------------------------------------------------------------------------------


def run(app: Any, register: type[Any], file: Path, *more: str) -> Any:
    name = register.__tablename__.replace("_", "-")
    at = ["--municipality", "4026", "--as", "kari@test.example", "--json", *more]
    return app.test_cli_runner().invoke(args=["import", name, str(file), *at])


@pytest.mark.parametrize("key", CASES)
def test_a_guest_comes_by_command_as_well(app: Any, tmp_path: Path, key: str) -> None:
    register, name, content = CASES[key]
    file = tmp_path / name
    file.write_bytes(content)

    dry, done, again = (run(app, register, file, *more) for more in (["--dry-run"], [], []))

    told = json.loads(done.stdout)
    cells = told["cells"]
    assert [one.exit_code for one in (dry, done, again)] == [0, 0, 1]
    assert (told["counts"]["new"], told["done"], told["rows"]) == (1, True, [])
    assert (cells["left"], cells["placed"]) == ({}, cells["read"])
    assert json.loads(again.stdout)["counts"]["duplicate"] == 1


def test_a_map_says_what_a_column_is_even_where_it_would_be_matched_otherwise(app: Any, tmp_path: Path) -> None:
    file, mapped = tmp_path / "a.csv", tmp_path / "kart.json"
    file.write_bytes(csv([["Navn", "Beskrivelse", "Farge", "Rom"], ["Kalender", "Hos Per", "rød", "7"]]))
    mapped.write_text(json.dumps({"columns": {"Beskrivelse": "notes"}, "notes": ["Farge"], "skip": ["Rom"]}))

    answer = run(app, Application, file, "--map", str(mapped))

    with inside("Tinn"):
        row = db.session.scalars(select(Application).where(Application.name == "Kalender")).one()
        said = db.session.scalars(select(Comment.text).where(Comment.row_id == row.id)).all()
        assert (row.notes, row.description, said) == ("Hos Per", None, ["Farge: rød"])
    assert (answer.exit_code, json.loads(answer.stdout)["cells"]["left"]) == (0, {"Rom": 1})


def test_a_map_keeps_words_of_a_sheet_that_nobody_knows_where_that_is_said(app: Any, tmp_path: Path) -> None:
    file, mapped = tmp_path / "a.csv", tmp_path / "kart.json"
    file.write_bytes(csv([["Navn", "Antall brukere"], ["Kalender", "mange"]]))
    mapped.write_text(json.dumps({"columns": {}, "keeps_words": True}))

    strict, kept = run(app, Application, file, "--dry-run"), run(app, Application, file, "--map", str(mapped))

    assert (strict.exit_code, kept.exit_code) == (1, 0)


def test_a_map_to_a_field_that_is_nowhere_and_a_file_that_is_none_end_with_two(app: Any, tmp_path: Path) -> None:
    file, mapped = tmp_path / "a.csv", tmp_path / "kart.json"
    file.write_bytes(csv([["Navn"], ["Kalender"]]))
    mapped.write_text(json.dumps({"columns": {"Navn": "municipality_id"}}))
    picture = tmp_path / "b.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))

    answers = run(app, Application, file, "--map", str(mapped)), run(app, Application, picture)

    assert [one.exit_code for one in answers] == [2, 2]


def test_of_several_sheets_the_one_that_tells_of_the_register_is_meant(app: Any, tmp_path: Path) -> None:
    def more(book: Any, _sheet: Any) -> None:
        other = book.add_worksheet("Systemer")
        for number, row in enumerate([["Navn", "Status", "Antall brukere"], ["Kalender", "I bruk", 3]]):
            other.write_row(number, 0, row)

    file = tmp_path / "a.xlsx"
    file.write_bytes(xlsx([["Farge", "Betyr"], ["rød", "haster"]], more=more))

    told = json.loads(run(app, Application, file).stdout)

    assert (told["counts"]["new"], told["counts"]["error"]) == (1, 0)
