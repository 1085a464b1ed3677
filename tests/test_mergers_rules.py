"""What a merger refuses and says: a municipality on both sides, one that has ended, what is not known yet, what has
been worked on since; and what follows of it, told before anybody presses."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.changes import uniting
from models.database import db
from models.declare.choices import Answer, PriceKind
from models.declare.clock import today
from models.money.lines import lines_for
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.billing import price_rows
from models.registers.comments import Comment, RiskComment
from models.registers.mergers import Merger
from models.registers.municipality import Municipality, Population
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from tests.conftest import inside, municipality
from tests.support import mergers
from tests.support.mergers import NEW, OLD, PART, act, contents, differing, made, names, number_of, plan, row
from tests.test_registers import As


@pytest.fixture
def per(app: Any, as_: As) -> Any:
    """Per's browser, with Bø and Sauherad furnished."""
    mergers.furnish()
    return as_("per")


def said(page: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


def change(name: str, **values: Any) -> None:
    with inside():
        place = db.session.scalars(select(Municipality).where(Municipality.name == name)).one()
        for key, value in values.items():
            setattr(place, key, value)
        db.session.commit()


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_no_municipality_stands_on_both_sides(per: Any) -> None:
    page = made(per, ("Tinn", "Seljord"), "Tinn", "2030-01-01")

    assert page.status_code == 422
    assert "Tinn står både som gammel og ny kommune." in said(page)


def test_nothing_is_carried_into_a_municipality_that_has_ended(per: Any) -> None:
    number = number_of(made(per, ("Tinn",), "Bø", "2030-01-01"))
    before = contents()

    page = act(per, number, "carry")

    assert page.status_code == 409
    assert "Bø finnes ikke lenger fra 01.01.2020, og kan ikke ta imot noe." in said(page)
    assert differing(before, contents()) == {}


def test_what_has_ended_before_is_not_merged_later(per: Any) -> None:
    number = number_of(made(per, day="2021-01-01"))

    page = act(per, number, "carry")

    assert (page.status_code, mergers.state_of(number)) == (409, "planned")
    assert "Bø fantes ikke lenger fra 01.01.2020." in said(page)


def test_what_ends_later_by_what_is_registered_is_not_ended_in_silence(per: Any) -> None:
    change("Bø", ended=date(2030, 1, 1))
    number = number_of(made(per, ("Bø",), NEW, "2025-01-01"))

    page = act(per, number, "carry")

    assert page.status_code == 409
    assert "Bø er ført opp med at den finnes til 01.01.2030." in said(page)


def test_the_same_is_carried_over_once(per: Any) -> None:
    first, second = plan(per), number_of(made(per))
    act(per, first, "carry")

    page = act(per, second, "carry")

    assert page.status_code == 409
    assert "Bø er ført over til Midt-Telemark i en annen sammenslåing samme dag." in said(page)


WRONG: tuple[dict[str, Any], ...] = (
    {"day": ""}, {"day": "i morgen"}, {"day": "0001-01-01"},
    {"source": []}, {"source": ["999999"]}, {"target": "x"}, {"target": ""},
)  # fmt: skip


@pytest.mark.parametrize("given", WRONG)
def test_a_plan_without_a_day_or_municipalities_is_not_made(given: dict[str, Any], per: Any) -> None:
    told = {"day": "2030-01-01", "source": [municipality("Tinn")], "target": municipality("Seljord")}

    page = per.post("/mergers/", data=told | given)

    assert page.status_code == 422
    with inside():
        assert db.session.scalars(select(Merger)).all() == []


def test_no_more_is_carried_than_fits(per: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uniting, "MOST", 10)
    number = plan(per)
    before = contents()

    page = act(per, number, "carry")

    assert page.status_code == 409
    assert "Dette er mer enn de 10 radene som kan føres over på én gang." in said(page)
    assert differing(before, contents()) == {}


def test_files_take_room_in_the_municipality_they_come_to(per: Any, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "ATTACHMENT_ROOM_MB", 0)
    number = plan(per)
    before = contents()

    page = act(per, number, "carry")

    assert (page.status_code, differing(before, contents())) == (409, {})
    assert "Plassen til vedlegg er brukt opp" in said(page)


# -- what is not known yet ---------------------------------------------------------------------------------------------


def test_before_the_population_is_known_it_is_said_and_no_other_figure_stands_for_it(per: Any) -> None:
    with inside():
        for one in db.session.scalars(select(Population).where(Population.day >= mergers.THE_DAY)):
            db.session.delete(one)
        db.session.commit()
    number = plan(per)

    page = said(per.get(f"/mergers/{number}/"))
    look = said(per.get(f"/mergers/{number}/look/"))
    done = act(per, number, "carry")

    assert "Midt-Telemark Ny 3817 ikke kjent ennå " in page
    assert "Notodden Ny 3808 ikke kjent ennå på dagen. Sist kjent: 12 682, 01.01.2019" in page.replace("\xa0", " ")
    assert "Folketallet på dagen er ikke kjent ennå. Fakturagrunnlaget sier fra til det er ført inn." in look
    assert done.status_code == 303


def test_what_is_known_of_the_day_is_told_with_its_source(per: Any) -> None:
    page = said(per.get(f"/mergers/{plan(per)}/")).replace("\xa0", " ")

    assert "Midt-Telemark Ny 3817 10 444 (SSB" in page
    assert "Notodden Ny 3808 13 049 (SSB" in page


def test_the_number_of_a_new_municipality_is_asked_for_and_checked(per: Any) -> None:
    mergers.forget_the_facts()
    number = number_of(made(per))
    ask = {"do": "code", "target": municipality(NEW)}

    wrong = per.post(f"/mergers/{number}/", data=ask | {"code": "38"})
    right = per.post(f"/mergers/{number}/", data=ask | {"code": "3817"})

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "Midt-Telemark Ny 3817" in said(per.get(f"/mergers/{number}/"))


# -- what follows ------------------------------------------------------------------------------------------------------


def test_the_connection_fee_is_not_charged_again(per: Any) -> None:
    mergers.forget_the_facts()
    with inside():
        place = db.session.scalars(select(Municipality).where(Municipality.name == NEW)).one()
        place.populations = [Population(day=mergers.THE_DAY, inhabitants=10_444, source="SSB")]
        place.founder = Answer.NO
        db.session.commit()
    number = number_of(made(per))

    look = said(per.get(f"/mergers/{number}/look/")).replace("\xa0", " ")
    act(per, number, "carry")

    assert "Tilkoblingsavgiften kreves ikke på nytt." in look
    assert "De gamle har avgift etter reglene: Bø kr 40 000,00, Sauherad kr 25 000,00." in look
    assert "Etter folketallet på dagen ville den vært kr 70 000,00." in look
    with inside():
        place = db.session.scalars(select(Municipality).where(Municipality.name == NEW)).one()
        lines = lines_for(place, 2020, price_rows(db.session))
    assert [line.kind for line in lines] == [PriceKind.FIXED, PriceKind.INHABITANT]


def test_agreements_that_get_another_party_and_people_without_a_role_are_listed(per: Any) -> None:
    look = said(per.get(f"/mergers/{plan(per)}/look/"))

    signed, people = look.partition("må signeres på nytt")[2].partition("Disse må få tilgang på nytt")[::2]
    assert ("Bø avtale" in signed, "Sauherad avtale" in signed) == (True, True)
    assert "Ola Test Leser (Bø), Leser (Sauherad) Ingen ennå" in people


def test_of_a_part_the_links_that_are_left_are_told(per: Any) -> None:
    number = plan(per)
    at = mergers.place_of(number, "Sauherad", PART)
    with row(Application, "Sauherad", name="Sauherad skoleprogram") as one:
        chosen = {"do": "save", "register": "application", "row": one.id}
    per.post(f"/mergers/{number}/rows/{at}/", data=chosen)

    look = said(per.get(f"/mergers/{number}/look/"))
    act(per, number, "carry")

    assert "Koblinger til det som ikke går med, blir borte i kopiene Applikasjoner, avtaler: 1" in look
    with row(Application, PART, name="Sauherad skoleprogram") as one:
        assert (one.agreements, one.owner.name, one.unit.name) == ([], "Sauherad Leiar", "Sauherad oppvekst")
    assert names(RiskAssessment, PART) == ["Sauherad ROS"]
    assert names(ProcessingActivity, PART) == [one for one in names(ProcessingActivity, PART) if "Sauherad" not in one]


def test_what_is_left_of_a_whole_municipality_stays(per: Any) -> None:
    number = plan(per)
    at = mergers.place_of(number, "Sauherad", NEW)
    with inside("Sauherad"):
        unit = db.session.scalars(
            select(OrganisationalUnit.id).where(OrganisationalUnit.name == "Hjuksebø skule")
        ).one()
    per.post(f"/mergers/{number}/rows/{at}/", data={"do": "leave", "unit": unit})
    act(per, number, "carry")

    assert names(Application, NEW) == ["Bø skoleprogram", "Sauherad skoleprogram"]
    assert "Hjuksebø skule" not in names(OrganisationalUnit, NEW)
    assert names(Application, "Sauherad") == ["Hjuksebø skulesystem", "Sauherad skoleprogram"]


def test_who_gives_a_part_away_goes_on_and_nothing_goes_along_before_it_is_ticked(per: Any) -> None:
    number = number_of(made(per, ("Tinn",), "Seljord", "2024-01-01", nature="border"))
    with row(Application, "Tinn", name="Åpen skoleprogram") as one:
        chosen = {"do": "save", "register": "application", "row": one.id}
    first = said(per.get(f"/mergers/{number}/"))
    per.post(f"/mergers/{number}/rows/1/", data=chosen)
    before = contents()
    act(per, number, "carry")

    assert "Tinn: en del går til Seljord, og kommunen består Ingen rader er valgt ennå." in first
    assert "Åpen skoleprogram" in names(Application, "Seljord")
    assert "Åpen elevadministrasjon" not in names(ProcessingActivity, "Seljord")
    with inside():
        tinn = db.session.scalars(select(Municipality).where(Municipality.name == "Tinn")).one()
        assert (tinn.ended, tinn.code_on(date(2024, 1, 1))) == (None, "4026")
    act(per, number, "undo")
    assert differing(before, contents()) == {}


# -- the same product twice --------------------------------------------------------------------------------------------


def test_two_of_the_same_product_become_one_with_the_links_of_both(per: Any) -> None:
    number = plan(per)
    page = per.get(f"/mergers/{number}/twins/")
    (key,) = set(re.findall(r'name="(twin-[0-9-]+)"', page.text))
    per.post(f"/mergers/{number}/twins/", data={key: "one"})
    assert act(per, number, "carry").status_code == 303

    assert ("Bø beskriver" in page.text, "Sauherad beskriver" in page.text) == (False, False)
    assert names(Application, NEW) == ["Bø skoleprogram", "Hjuksebø skulesystem"]
    with row(Application, NEW, name="Bø skoleprogram") as one:
        assert sorted(map(str, one.agreements)) == ["Bø avtale", "Sauherad avtale"]
        assert (one.description, one.aliases) == ("Bø beskriver", "Sauherad skoleprogram")
        assert sorted(str(other) for other in one.risk_assessments) == ["Bø ROS", "Sauherad ROS"]
    for name in OLD:
        with row(ProcessingActivity, NEW, name=f"{name} elevadministrasjon") as activity:
            assert [str(far) for far in activity.applications] == ["Bø skoleprogram"]


def test_kept_both_they_stay_two_and_made_one_they_part_again_when_undone(per: Any) -> None:
    number = plan(per)
    before = contents()
    (key,) = set(re.findall(r'name="(twin-[0-9-]+)"', per.get(f"/mergers/{number}/twins/").text))
    per.post(f"/mergers/{number}/twins/", data={key: "one"})
    act(per, number, "carry")
    act(per, number, "undo")
    undone = contents()
    per.post(f"/mergers/{number}/twins/", data={key: "both"})
    act(per, number, "carry")

    assert differing(before, undone) == {}
    assert names(Application, NEW) == ["Bø skoleprogram", "Hjuksebø skulesystem", "Sauherad skoleprogram"]


# -- the day -----------------------------------------------------------------------------------------------------------


def ahead() -> date:
    return date(today().year + 1, 1, 1)


def test_until_the_day_the_old_ones_are_open_and_nothing_is_confirmed(per: Any) -> None:
    number = number_of(made(per, ("Tinn",), "Seljord", ahead().isoformat()))
    assert act(per, number, "carry").status_code == 303

    early = act(per, number, "confirm")

    with inside():
        ended = db.session.scalars(select(Municipality.ended).where(Municipality.name == "Tinn")).one()
    assert (ended, early.status_code, mergers.state_of(number)) == (ahead(), 409, "carried")
    assert "Dagen er ikke kommet." in said(early)


def test_what_is_changed_in_the_old_one_after_it_was_carried_over_is_counted(per: Any, as_: As) -> None:
    number = number_of(made(per, ("Tinn",), "Seljord", ahead().isoformat()))
    act(per, number, "carry")
    with row(Application, "Tinn", name="Åpen skoleprogram") as one:
        one.notes = "Nytt"
        db.session.commit()

    page = said(per.get(f"/mergers/{number}/"))

    assert "1 rad i de gamle kommunene er endret etter at den ble ført over." in page


# -- worked on since ---------------------------------------------------------------------------------------------------


def change_a_copy() -> None:
    with row(Application, NEW, name="Bø skoleprogram") as one:
        one.notes = "Arbeidet videre"
        db.session.commit()


def point_at_a_copy() -> None:
    with inside(NEW):
        unit = db.session.scalars(select(OrganisationalUnit).where(OrganisationalUnit.name == "Bø oppvekst")).one()
        db.session.add(Application(name="Nytt system", unit=unit))
        db.session.commit()


def say_of_a_copy() -> None:
    with row(Application, NEW, name="Bø skoleprogram") as one:
        db.session.add(Comment(register="application", row_id=one.id, text="Se her", author_name="Verda"))
        db.session.commit()


def say_of_risk() -> None:
    with row(RiskAssessment, NEW, name="Bø ROS") as one:
        db.session.add(RiskComment(register="risk_assessment", row_id=one.id, text="Se her", author_name="Verda"))
        db.session.commit()


def change_risk() -> None:
    with row(RiskAssessment, NEW, name="Bø ROS") as one:
        one.method = "Ny"
        db.session.commit()


def assess_a_copy() -> None:
    with row(Application, NEW, name="Bø skoleprogram") as one:
        db.session.add(RiskAssessment(name="Hemmelig ROS", application=one))
        db.session.commit()


def agree_on_a_copy() -> None:
    with row(Application, NEW, name="Bø skoleprogram") as one:
        db.session.add(Agreement(name="Ny avtale", applications=[one]))
        db.session.commit()


def reopen() -> None:
    change("Bø", ended=date(2031, 1, 1))


RISKY = "Risikovurderinger eller DPIA i Midt-Telemark er endret eller tatt i bruk siden de ble ført over."


@pytest.mark.parametrize(
    ("work", "told"),
    [
        (change_a_copy, "«Bø skoleprogram» i Midt-Telemark er endret siden den ble ført over."),
        (point_at_a_copy, "«Nytt system» i Midt-Telemark er knyttet til noe som ble ført over."),
        (say_of_a_copy, "Det er skrevet en kommentar til «Bø skoleprogram» i Midt-Telemark."),
        (agree_on_a_copy, "«Bø skoleprogram» i Midt-Telemark er endret siden den ble ført over."),
        (change_risk, RISKY),
        (say_of_risk, RISKY),
        (assess_a_copy, RISKY),
        (reopen, "«Bø» er endret igjen siden: Finnes ikke lenger fra"),
    ],
    ids=lambda one: one.__name__ if callable(one) else "",
)
def test_what_was_worked_on_since_is_told_and_nothing_is_taken_away(work: Any, told: str, per: Any) -> None:
    mergers.forget_the_facts()
    number = number_of(made(per))
    act(per, number, "carry")
    work()
    before = contents()

    page = act(per, number, "undo")

    assert page.status_code == 409
    assert told in said(page)
    assert ("ROS" in said(page), differing(before, contents())) == (False, {})
    assert mergers.state_of(number) == "carried"


def test_a_copy_that_somebody_deleted_stands_in_nobodys_way(per: Any) -> None:
    number = plan(per)
    before = contents()
    act(per, number, "carry")
    with row(Application, NEW, name="Hjuksebø skulesystem") as one:
        db.session.delete(one)
        db.session.commit()

    back = act(per, number, "undo")

    assert (back.status_code, differing(before, contents())) == (303, {})


# -- a plan is kept ----------------------------------------------------------------------------------------------------


def test_a_plan_is_left_and_come_back_to_and_may_be_dropped(per: Any) -> None:
    number = plan(per)
    mergers.take_units(per, number, "Sauherad", PART, "Hjuksebø skule")

    again = said(per.get(f"/mergers/{number}/"))
    dropped = per.post(f"/mergers/{number}/", data={"do": "drop"})

    assert "Applikasjoner 1 av 2" in again
    assert (dropped.status_code, per.get(f"/mergers/{number}/").status_code) == (303, 404)


def test_whichever_municipality_is_chosen_the_merger_is_the_same(per: Any) -> None:
    per.post("/municipality/", data={"municipality": municipality("Tinn")})
    number = plan(per)
    look = said(per.get(f"/mergers/{number}/look/"))
    before = contents()

    assert ("Bø avtale" in look, "Ola Test" in look) == (True, True)
    assert [act(per, number, what).status_code for what in ("carry", "undo")] == [303, 303]
    assert differing(before, contents()) == {}


def test_a_plan_that_was_carried_out_is_changed_no_more(per: Any) -> None:
    number = plan(per)
    act(per, number, "carry")
    with inside():
        before = db.session.get(Merger, number).plan

    answers = [
        per.get(f"/mergers/{number}/rows/1/"),
        per.post(f"/mergers/{number}/", data={"do": "drop"}),
        per.post(f"/mergers/{number}/rows/1/", data={"do": "save", "register": "application"}),
    ]
    follows = per.get(f"/mergers/{number}/look/")

    assert {(one.status_code, one.location) for one in answers} == {(303, f"/mergers/{number}/")}
    assert ("Bø avtale" in follows.text, "/carry/" in follows.text) == (True, False)
    with inside():
        assert db.session.get(Merger, number).plan == before


def test_a_municipality_that_was_deleted_is_in_no_plan(per: Any) -> None:
    with inside():
        db.session.add(Municipality(name="Feil"))
        db.session.commit()
    number = number_of(made(per, ("Feil", "Tinn"), "Seljord", "2030-01-01"))
    with inside():
        db.session.delete(db.session.scalars(select(Municipality).where(Municipality.name == "Feil")).one())
        db.session.commit()

    assert per.get("/mergers/").status_code == 200
    page = per.get(f"/mergers/{number}/")
    assert (page.status_code, "Tinn → Seljord" in page.text) == (200, True)


def test_a_part_goes_elsewhere_once(per: Any) -> None:
    mergers.forget_the_facts()
    number = number_of(made(per))
    part = {"do": "part", "source": municipality("Sauherad"), "target": municipality(PART)}

    first, again = (per.post(f"/mergers/{number}/", data=part) for _time in range(2))
    itself = per.post(f"/mergers/{number}/", data=part | {"target": municipality("Sauherad")})

    assert [one.status_code for one in (first, again, itself)] == [303, 422, 422]
