"""Two spreadsheets of a small municipality, as dirty as they are, read by what matching proposes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flask
import pytest
from sqlalchemy import func, select

from exchange.importing import carry_out
from exchange.matching import homeless, is_guest, likeliest, match
from exchange.rows.plan import How, Plan, What, plan
from exchange.table import Table
from models.database import db, prepare
from models.declare.base import Base
from models.queries.acting import actor_of, reach_of
from models.registers.architecture import Application
from models.registers.comments import Comment
from models.registers.municipality import Municipality
from models.registers.processing import ProcessingActivity
from models.seed import demo, facts
from models.tenancy import scope
from models.tenancy.people import User
from tests.support import municipal
from tests.support.looking import read_here


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The demo, with Kari of Tinn at work."""
    app = flask.Flask("demo")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path_factory.mktemp('municipal') / 'demo.db'}"
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        Base.metadata.create_all(db.engine)
        facts.load(db.session)
        demo.load(db.session, "a long password", lambda _name: None)
        kari = db.session.scalars(select(User).where(User.email == "kari@tinn.example")).one().id
        tinn = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one().id
        actor = actor_of(db.session(), kari)
        assert actor is not None
        reach = reach_of(db.session(), actor, tinn, "an-event")
        assert reach is not None
        db.session.rollback()
        with scope.use(reach):
            yield actor
        db.session.remove()
        db.engine.dispose()


def read_as_proposed(register: type[Any], content: bytes, chosen: dict[str, str] | None = None) -> tuple[Table, How]:
    """How a file is read when nobody but for some headings says otherwise, and what has no field is kept in words."""
    table = likeliest(register, read_here(content, "ark.xlsx").tables)
    assert table is not None
    matches = match(register, table)
    said = {table.headings.index(heading): key for heading, key in (chosen or {}).items()}
    columns = {one.column: one.key for one in matches if one.is_sure and one.key} | said
    notes = frozenset(range(len(table.headings))) - columns.keys()
    return table, How(columns, notes=notes, keeps_words=True)


def planned(actor: Any, register: type[Any], table: Table, how: How) -> Plan:
    return plan(db.session(), actor, register, table, how, language="nb")


def faults(found: Plan) -> list[tuple[str, str]]:
    return [(row.name, one.text) for row in found.rows if row.kind is What.ERROR for one in row.problems]


def notes(found: Plan) -> dict[str, str]:
    said = [(row.name, one.new) for row in found.rows for one in row.differences if one.label == "Kommentar"]
    return dict(said)


def told(found: Plan, name: str) -> dict[str, str]:
    (row,) = [row for row in found.rows if row.name == name]
    return {one.label: one.new for one in row.differences}


def test_forty_applications_come_but_for_what_a_person_would_ask_about(furnished: Any) -> None:
    table, how = read_as_proposed(Application, municipal.applications(), municipal.APPLICATION_COLUMNS)

    found = planned(furnished, Application, table, how)

    assert (table.numbers[0], len(found.rows)) == (4, 40)
    assert found.counts == {
        What.NEW: 37, What.CHANGED: 0, What.UNCHANGED: 0, What.CONFLICT: 0, What.DUPLICATE: 2, What.ERROR: 1,
    }  # fmt: skip
    assert [row.name for row in found.rows if row.kind is What.DUPLICATE] == ["Gerica", "Minuba vaktmester"]
    assert [(name, text.split(".")[0]) for name, text in faults(found)] == [
        ("Vaktbok", "«Kanskje» er ikke et av valgene"),
    ]
    assert found.proof().holds


def test_suppliers_dates_and_answers_are_known_however_people_write_them(furnished: Any) -> None:
    table, how = read_as_proposed(Application, municipal.applications(), municipal.APPLICATION_COLUMNS)

    found = planned(furnished, Application, table, how)

    named = [
        "Visma Enterprise fakturering",
        "Tieto barnehage",
        "Puzzel sentralbord",
        "Teams Rooms",
        "Vipps for biblioteket",
    ]
    assert [told(found, name)["Leverandør"] for name in named] == [
        "Visma",
        "Tietoevry",
        "Puzzel",
        "Microsoft",
        "Vipps MobilePay",
    ]
    dated = ["Volue stikk", "Simployer", "Lokus", "Teams Rooms", "Transponder melding", "Kidplan", "Tieto barnehage"]
    assert [told(found, name)["I bruk fra"] for name in dated] == [
        "01.04.2027", "31.12.2026", "01.04.2019", "12.12.2021", "01.07.2020", "01.08.2021", "01.01.2011",
    ]  # fmt: skip
    answered = ["Teams Rooms", "Elements innsyn", "Lokus", "Veeam i kjelleren", "GisLine nett"]
    assert [told(found, name)["Tofaktor"] for name in answered] == ["Ja", "Ja", "Ja", "Nei", "Nei"]
    assert told(found, "Visma Enterprise fakturering")["Lisens per år"] == "45000,00"


def test_words_without_a_home_stay_on_the_row(furnished: Any) -> None:
    table, how = read_as_proposed(Application, municipal.applications(), municipal.APPLICATION_COLUMNS)

    kept, strict = (
        planned(furnished, Application, table, How(how.columns, notes=how.notes, keeps_words=one))
        for one in (True, False)
    )

    assert notes(kept)["Kidplan"] == "Fargekode: gul\nLeverandør: Kidplan AS"
    assert notes(kept)["Regneark for skjenking"] == "I bruk fra: for lenge siden"
    assert {"Kidplan", "Regneark for skjenking"} < {name for name, _text in faults(strict)}
    assert strict.proof().holds


def test_thirty_five_activities_in_the_layout_of_datatilsynet_come_with_every_word(furnished: Any) -> None:
    table, how = read_as_proposed(ProcessingActivity, municipal.activities())

    found = planned(furnished, ProcessingActivity, table, how)

    own = [
        table.headings[column]
        for column in sorted(homeless(ProcessingActivity, table, match(ProcessingActivity, table)))
    ]
    assert (is_guest(ProcessingActivity, table), own) == (True, ["Avvik", "Dato sist oppdatert", "Hvem hos oss"])
    assert (found.counts[What.NEW], faults(found)) == (35, [])
    assert (found.proof().left, found.proof().holds) == ({}, True)


def test_an_answer_that_goes_on_answers_and_the_rest_of_it_stays(furnished: Any) -> None:
    table, how = read_as_proposed(ProcessingActivity, municipal.activities())

    found = planned(furnished, ProcessingActivity, table, how)

    assert said(found, 2, "Behandles særlige kategorier?") == ["Ja"]
    assert said(found, 2, "Grunnlag, artikkel 9") == ["Art. 9 nr. 2 bokstav h – helse- og sosialtjenester"]
    assert "Særlige kategorier: Ja, helseopplysninger" in said(found, 2, "Kommentar")[0]


def said(found: Plan, place: int, label: str) -> list[str]:
    return [one.new for one in found.rows[place].differences if one.label == label]


def test_several_in_a_cell_become_several_and_laws_their_paragraphs(furnished: Any) -> None:
    table, how = read_as_proposed(ProcessingActivity, municipal.activities())

    found = planned(furnished, ProcessingActivity, table, how)

    assert said(found, 0, "Supplerende rettsgrunnlag") == ["Barnehageloven; § 47", "Opplæringslova; kap. 25"]
    assert said(found, 4, "Supplerende rettsgrunnlag") == ["Plan- og bygningsloven; § 20-1", "Forvaltningsloven; § 17"]
    assert said(found, 5, "Supplerende rettsgrunnlag") == ["Barnehageloven; § 8"]
    assert said(found, 1, "Registrerte og opplysninger") == [
        "Elever; Kontaktopplysninger, Navn", "Foresatte; Kontaktopplysninger, Navn",
    ]  # fmt: skip
    assert (said(found, 1, "Databehandlere"), said(found, 4, "Databehandlere")) == (
        ["Visma", "Tietoevry"], ["Microsoft", "Google"],
    )  # fmt: skip
    grounds = [said(found, place, "Behandlingsgrunnlag, artikkel 6")[0].split(" –")[0] for place in range(10)]
    assert [one[-1] for one in grounds] == ["c", "c", "c", "e", "e", "e", "c", "e", "a", "a"]


def test_what_is_told_answers_what_is_asked_before_it(furnished: Any) -> None:
    table, how = read_as_proposed(ProcessingActivity, municipal.activities())

    found = planned(furnished, ProcessingActivity, table, how)

    used, moved = "Brukes databehandler?", "Overføres til tredjeland?"
    assert [said(found, place, used) for place in (0, 2, 3, 5, 6)] == [["Ja"], ["Nei"], ["Nei"], ["Ja"], []]
    assert [said(found, place, moved) for place in (0, 1, 2, 3)] == [["Nei"], ["Ja"], ["Nei"], []]
    assert said(found, 1, "Overføringer til tredjeland") == [
        "USA; Art. 46 nr. 2 bokstav c – EUs standardvilkår (SCC); Ikke vurdert",
    ]


def test_how_long_something_is_kept_stays_in_words_where_it_is_told_so(furnished: Any) -> None:
    table, how = read_as_proposed(ProcessingActivity, municipal.activities())

    found = planned(furnished, ProcessingActivity, table, how)

    assert [said(found, place, "Slettefrister") for place in range(8)] == [
        ["Uavklart; 60"], ["Uavklart; 60"], ["Uavklart; 120; avsluttet sak"], ["Uavklart; Bevares"],
        ["Uavklart; Slettes når formålet er oppfylt"], ["Uavklart; 12"], ["Uavklart; Etter arkivloven"], [],
    ]  # fmt: skip


def test_what_nobody_knows_is_a_comment_in_its_own_words(furnished: Any) -> None:
    table, how = read_as_proposed(ProcessingActivity, municipal.activities())

    found = planned(furnished, ProcessingActivity, table, how)

    assert said(found, 5, "Kommentar") == [
        "Dato sist oppdatert: 05.06.2023\nKategorier av registrerte: Hundeeiere\n"
        "Kategorier av personopplysninger: Navn, adresse, fødselsdato\nDatabehandler: Lokal Snekker & Data"
    ]
    assert said(found, 8, "Kommentar")[0].endswith("Supplerende rettsgrunnlag (lov): Barnevernloven § 1-3")


def test_both_sheets_are_carried_out_as_planned_with_their_comments(furnished: Any) -> None:
    for register, content, chosen in (
        (Application, municipal.applications(), municipal.APPLICATION_COLUMNS),
        (ProcessingActivity, municipal.activities(), None),
    ):
        table, how = read_as_proposed(register, content, chosen)
        before = db.session.scalar(select(func.count()).select_from(register))
        found = planned(furnished, register, table, how)

        done = carry_out(db.session(), furnished, found)

        made = db.session.scalar(select(func.count()).select_from(register)) - before
        texts = set(db.session.scalars(select(Comment.text).where(Comment.register == register.__tablename__)))
        assert (made, done.counts) == (found.counts[What.NEW], found.counts)
        assert {notes(found)[row.name] for row in found.going() if row.notes} <= texts
        db.session.rollback()
