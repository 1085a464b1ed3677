"""Who meets what: the matrix of kinds of people and kinds of data, and what is told of each pair."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.database import db
from models.declare.titles import title_of
from models.registers.architecture import Application
from models.registers.codes import Article6, DataSubjectCategory, PersonalDataCategory, Special
from models.registers.processing import ProcessingActivity, SubjectRow
from reports import report
from tests.conftest import inside
from tests.test_coordinating import ASK, _of, first, rows, world  # noqa: F401 - a fixture


@pytest.mark.usefixtures("world")
def test_who_and_what_meet_in_a_matrix_and_in_a_row_for_each_pair() -> None:
    health = _of(PersonalDataCategory, PersonalDataCategory.special == Special.HEALTH)
    plain = _of(PersonalDataCategory, PersonalDataCategory.special == Special.NONE)
    subject, ground = _of(DataSubjectCategory), _of(Article6)
    kept = "Slettes: gjelder"
    told = rows("hvem-og-hva", "Tinn")
    assert told["Matrise: antall behandlinger"] == sorted([[health, 1], [plain, 2]])
    pairs = {row[1]: row for row in told["Par"]}
    assert list(pairs) == sorted([health, plain])
    assert pairs[plain][:7] == [subject, plain, None, "Tinn opptak\nTinn uklar", "Tinn C", ground, None]
    assert pairs[health][:7] == [subject, health, "Helseopplysninger", "Tinn opptak", "Tinn C", ground, None]
    assert [row[-1] for row in told["Par"]] == ["US", "US"]
    assert [len(str(pairs[one][7]).splitlines()) for one in (health, plain)] == [2, 1], kept


@pytest.mark.usefixtures("world")
def test_the_matrix_can_be_of_special_categories_alone_or_of_one_kind_of_data() -> None:
    with inside("Tinn"):
        plain = first(PersonalDataCategory, PersonalDataCategory.special == Special.NONE).id
    special = rows("hvem-og-hva", "Tinn", ask=replace(ASK, chosen={"special": (True,)}))
    of_one = rows("hvem-og-hva", "Tinn", ask=replace(ASK, chosen={"data": (plain,)}))
    assert [row[2] for row in special["Par"]] == ["Helseopplysninger"]
    assert [row[2] for row in of_one["Par"]] == [None]


@pytest.mark.usefixtures("world")
def test_the_beginning_of_the_matrix_counts_all_and_reads_what_is_told_of_what_it_shows() -> None:
    whole = rows("hvem-og-hva", "Tinn")
    begun = rows("hvem-og-hva", "Tinn", ask=replace(ASK, most=1))
    with inside("Tinn"):
        told = report("hvem-og-hva").sheets(db.session, replace(ASK, most=1))

    assert (begun["Par"], begun["Matrise: antall behandlinger"]) == (
        whole["Par"][:1],
        whole["Matrise: antall behandlinger"],
    )
    assert told[1].total == len(whole["Par"]) == 2


@pytest.mark.usefixtures("world")
def test_the_countries_of_a_pair_are_where_it_is_sent_and_where_its_systems_keep_it() -> None:
    with inside("Tinn"):
        first(Application, Application.name == "Tinn C").storage_country = "CA"
        db.session.commit()

    assert [set(row[-1].splitlines()) for row in rows("hvem-og-hva", "Tinn")["Par"]] == [{"CA", "US"}] * 2


@pytest.mark.usefixtures("world")
def test_the_matrix_can_be_of_one_kind_of_people() -> None:
    with inside("Tinn"):
        known = first(DataSubjectCategory)
        other = first(DataSubjectCategory, DataSubjectCategory.id != known.id)
        activity = first(ProcessingActivity, ProcessingActivity.name == "Tinn uklar")
        plain = first(PersonalDataCategory, PersonalDataCategory.special == Special.NONE)
        activity.subjects = [SubjectRow(subject=other, personal_data=[plain])]
        db.session.commit()
        chosen, called = other.id, title_of(other, "nb")

    told = rows("hvem-og-hva", "Tinn", ask=replace(ASK, chosen={"subject": (chosen,)}))["Par"]
    assert [(row[0], row[3]) for row in told] == [(called, "Tinn uklar")]


@pytest.mark.usefixtures("world")
def test_of_several_municipalities_each_has_its_own_pairs() -> None:
    told = rows("hvem-og-hva", "Tinn", "Seljord")["Par"]

    assert sorted((row[1], row[4].splitlines()) for row in told if row[3]) == [
        ("Seljord", ["Hemmeleg opptak"]), ("Tinn", ["Tinn opptak"]),
    ]  # fmt: skip
    assert [row[1] for row in told] == ["Tinn", "Seljord"] * 2
