"""Kari edits in Tinn and tries every door of the site to reach Seljord: the sixteen HTTP attacks, on both engines.

The right answer is always the same: not found or refused, no byte of Seljord, and nothing changed in the database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from models.registers.architecture import Application
from models.registers.listviews import SharedView
from tests.conftest import municipality
from tests.support import attack
from tests.support.attack import CONTENT, OWNED, browser, first_id, loot, rows, scalar, snapshot

DOORS = ("details", "edit", "delete", "history")


@pytest.fixture
def kari(engine_app: Any) -> Iterator[Any]:
    """Kari's browser. Whatever she tries, Seljord is the same afterwards."""
    attack.furnish_rest()
    before = snapshot(engine_app, "Seljord")
    yield browser(engine_app, "kari")
    assert snapshot(engine_app, "Seljord") == before


@pytest.fixture
def theirs(engine_app: Any, kari: Any) -> Callable[[str], int]:
    """`theirs("application")` is the id of a row of Seljord."""
    return lambda table: first_id(engine_app, table, "Seljord")


@pytest.fixture
def ours(engine_app: Any, kari: Any) -> Callable[[str], int]:
    return lambda table: first_id(engine_app, table, "Tinn")


def path(table: str) -> str:
    return f"/{table.replace('_', '-')}"


def version(app: Any, table: str, row_id: int) -> str:
    return str(scalar(app, f"select version from {table} where id = {row_id}"))


def only(word: str, answer: Any) -> list[str]:
    """The names in a list that begin with a word, in order, each once."""
    return sorted(set(re.findall(rf'details/\?id=\d+[^"]*">({word}[^<]*)<', answer.text)))


# -- the list ----------------------------------------------------------------------------------------------------------


def test_h1_the_list_of_every_register_shows_no_row_of_seljord(kari: Any) -> None:
    answers = {r.__tablename__: kari.get(f"{path(r.__tablename__)}/") for r in OWNED}

    assert {name: loot(answer) for name, answer in answers.items()} == {name: [] for name in answers}
    assert only("Åpen", answers["application"]) == ["Åpen skoleprogram"]


def test_h2_cells_of_a_row_that_points_at_seljord_stay_empty(engine_app: Any) -> None:
    row = attack.plant_cross_links(engine_app)
    kari = browser(engine_app, "kari")

    for page in (
        "",
        f"details/?id={row}",
        f"menu/?id={row}",
        f"edit/?id={row}",
        f"history/?id={row}",
        f"delete/?id={row}",
        "export/xlsx/?columns=all",
    ):
        answer = kari.get(f"/application/{page}")

        assert (answer.status_code, loot(answer)) == (200, []), page
    assert loot(kari.get("/reports/applikasjoner/")) == []
    assert loot(kari.get("/reports/applikasjoner/download/")) == []


def test_h15_the_count_is_of_tinns_rows_alone(engine_app: Any, kari: Any) -> None:
    mine = scalar(
        engine_app, f"select count(*) from processing_activity where municipality_id = {municipality('Tinn')}"
    )

    answer = kari.get("/processing-activity/")

    assert re.findall(r"(\d+) rad", answer.text) == [str(mine)]


def test_h16_a_search_for_seljords_words_answers_as_for_nonsense(kari: Any) -> None:
    nonsense = _without(kari.get("/application/?search=Xyzzyplugh").text, "Xyzzyplugh")

    for search in ("Hemmeleg", "hemmeleg skoleprogram", "Løyndom", "HEMM", "skoleprogram Hemmeleg"):
        found = kari.get("/application/", query_string={"search": search}).text

        assert _without(found, search) == nonsense


def _without(text: str, typed: str) -> str:
    for written in (typed, quote_plus(typed), quote(typed)):
        text = text.replace(written, "…")
    return attack.untoken(text)


def test_h16_a_filter_by_seljords_id_answers_as_for_an_unknown_one(kari: Any, theirs: Any) -> None:
    targets = {
        "owner": "contact_person",
        "unit": "organisational_unit",
        "agreements": "agreement",
        "platform": "platform",
    }
    for key, table in targets.items():
        foreign = str(theirs(table))

        found, nothing = (kari.get("/application/", query_string={key: one}).text for one in (foreign, "987654"))

        assert _without_id(found, key, foreign) == _without_id(nothing, key, "987654")


def _without_id(text: str, key: str, row_id: str) -> str:
    return attack.untoken(re.sub(rf'({key}=|: |name="{key}" value="){row_id}\b', r"\1…", text))


# -- by id -------------------------------------------------------------------------------------------------------------


def test_h3_to_h6_no_register_opens_a_row_of_seljord_by_its_id(kari: Any, theirs: Any) -> None:
    answers, right = {}, {}
    for register in OWNED:
        table, base = register.__tablename__, path(register.__tablename__)
        row_id = theirs(table)
        for door in DOORS:
            answers[table, door] = kari.get(f"{base}/{door}/?id={row_id}")
        for door in ("edit", "delete"):
            answers[table, door, "address"] = kari.post(f"{base}/{door}/?id={row_id}", data={"name": "Tatt"})
            answers[table, door, "body"] = kari.post(f"{base}/{door}/", data={"id": row_id})
        right |= {key: (404 if register in CONTENT else 403, []) for key in answers if key[0] == table}

    assert {key: (answer.status_code, loot(answer)) for key, answer in answers.items()} == right


def test_ids_that_are_no_ids_open_nothing(kari: Any, theirs: Any, ours: Any) -> None:
    odd = ["{0},{1}", "{1},{0}", "{0} ", "+{0}", "0x{0:x}", "{0}.0", "-{0}", "{0}\0", "{0} or 1=1", "²", "9" * 40, ""]
    row, own = theirs("application"), ours("application")

    answers = {ids: kari.get("/application/details/", query_string={"id": ids.format(row, own)}) for ids in odd}

    assert {ids: (answer.status_code, loot(answer)) for ids, answer in answers.items()} == dict.fromkeys(odd, (404, []))


def test_h7_there_is_no_bulk_action(kari: Any, theirs: Any) -> None:
    for register in OWNED:
        data = {"action": "delete", "rowid": theirs(register.__tablename__)}

        answer = kari.post(f"{path(register.__tablename__)}/action/", data=data)

        assert answer.status_code in {403, 404}, register
        assert loot(answer) == []


def test_h9_there_is_no_inline_edit(kari: Any, theirs: Any) -> None:
    answer = kari.post("/application/ajax/update/", data={"list_form_pk": theirs("application"), "name": "Tatt"})

    assert (answer.status_code, loot(answer)) == (404, [])


# -- beside the rows ---------------------------------------------------------------------------------------------------


def test_h8_lookups_suggest_only_tinns_rows_whatever_the_limit(kari: Any) -> None:
    owners = kari.get("/application/ajax/lookup/?name=owner&query=leiar&limit=100000&offset=0").json

    assert [label for _, label in owners] == ["Åpen Leiar"]
    for name in ("owner", "unit", "agreements", "used_by", "replaced_by", "manager", "platform"):
        for typed in ("He", "Hemmeleg", "hemm", "%e", "__"):
            answer = kari.get("/application/ajax/lookup/", query_string={"name": name, "query": typed, "limit": 10**6})

            assert (answer.json, loot(answer)) == ([], []), (name, typed)


def test_h10_exports_hold_nothing_of_seljord(kari: Any, theirs: Any) -> None:
    ids = {register: theirs(register.__tablename__) for register in OWNED}

    whole = "export/xlsx/?columns=all"
    answers = {r: kari.get(f"{path(r.__tablename__)}/{whole}&id={row_id}") for r, row_id in ids.items()}

    right = {register: (200 if register in CONTENT else 403, []) for register in OWNED}
    assert {register: (answer.status_code, loot(answer)) for register, answer in answers.items()} == right
    assert "Åpen skoleprogram" in attack.workbook_text(answers[Application].data)


def test_h11_pickers_of_new_and_edit_forms_list_nothing_of_seljord(kari: Any, ours: Any) -> None:
    attack.furnish_rest("Åpen", "Tinn")

    answers = {(r, "new"): kari.get(f"{path(r.__tablename__)}/new/") for r in OWNED}
    answers |= {(r, "edit"): kari.get(f"{path(r.__tablename__)}/edit/?id={ours(r.__tablename__)}") for r in OWNED}

    right = {key: (200 if key[0] in set(CONTENT) - {SharedView} else 403, []) for key in answers}
    assert {key: (answer.status_code, loot(answer)) for key, answer in answers.items()} == right
    assert "Åpen Leiar" in answers[Application, "edit"].text


# -- posted ------------------------------------------------------------------------------------------------------------

REFERENCES = (
    ("application", "owner", "contact_person"),
    ("application", "unit", "organisational_unit"),
    ("application", "replaced_by", "application"),
    ("application", "platform", "platform"),
    ("application", "agreements", "agreement"),
    ("application", "used_by", "organisational_unit"),
    ("dataset", "applications", "application"),
    ("processing_activity", "datasets", "dataset"),
    ("processing_activity", "processors-0-agreement", "agreement"),
    ("processing_activity", "controllers-0-agreement", "agreement"),
    ("risk_assessment", "activity", "processing_activity"),
    ("risk_assessment", "scenarios-0-responsible", "contact_person"),
    ("impact_assessment", "risk_owner", "contact_person"),
    ("breach", "applications", "application"),
    ("breach", "activities", "processing_activity"),
    ("access_request", "inquiries-0-person", "contact_person"),
    ("access_request", "inquiries-0-application", "application"),
)
FILLED = {"name": "Prøve", "processors-0-supplier": 1, "controllers-0-name": "x", "scenarios-0-event": "x"}


def _said(answer: Any, typed: Any) -> tuple[int, set[str], list[str]]:
    """The status, what the page says about what was typed, and the loot."""
    said = {one.replace(f"«{typed}»", "«…»") for one in re.findall(r"Fant ingen «[^»]*»", answer.text)}
    return answer.status_code, said, loot(answer)


def test_h12_h13_a_foreign_id_in_a_reference_is_refused_as_an_unknown_one(
    kari: Any, engine_app: Any, theirs: Any, ours: Any
) -> None:
    mine = snapshot(engine_app, "Tinn")
    for table, field, target in REFERENCES:
        address, foreign, unknown = f"{path(table)}/edit/?id={ours(table)}", theirs(target), 987654
        answers = []
        for one in (foreign, unknown):
            data = {**FILLED, "version": version(engine_app, table, ours(table)), field: one, f"{field}-id": one}
            answers.append(_said(kari.post(address, data={**data, f"{field}-new": one, f"{field}-new-id": one}), one))

        assert answers[0] == answers[1], field
        assert answers[0] == (422, {"Fant ingen «…»"}, []), field
    assert snapshot(engine_app, "Tinn") == mine


def test_h12_a_name_of_seljords_is_as_unknown_as_nonsense(kari: Any, engine_app: Any, ours: Any) -> None:
    row = ours("application")
    fresh = {"name": "Prøve", "version": version(engine_app, "application", row)}
    for typed in ("Hemmeleg Leiar", "hemmeleg leiar", "Hemmeleg", "Xyzzy"):
        answer = kari.post(f"/application/edit/?id={row}", data={**fresh, "owner": typed})

        assert _said(answer, typed)[:2] == (422, {"Fant ingen «…»"})
        assert attack.found_in(answer.text.replace(typed, "")) == []


def test_h14_a_posted_owner_is_ignored_and_the_row_is_tinns(kari: Any, engine_app: Any) -> None:
    seljord = municipality("Seljord")
    owner = {"municipality_id": seljord, "municipality": seljord, "municipality-id": seljord}

    answer = kari.post(f"/application/new/?municipality_id={seljord}", data={"name": "Kuppet", **owner})

    assert answer.status_code == 303
    assert rows(engine_app, "select municipality_id from application where name = 'Kuppet'") == [
        (municipality("Tinn"),)
    ]


def test_h14_an_edit_moves_no_row_to_seljord(kari: Any, engine_app: Any, ours: Any) -> None:
    row, seljord = ours("application"), municipality("Seljord")
    data = {
        "name": "Flyttet",
        "version": version(engine_app, "application", row),
        "municipality_id": seljord,
        "id": row,
    }

    answer = kari.post(f"/application/edit/?id={row}", data=data)

    assert answer.status_code == 303
    found = rows(engine_app, f"select name, municipality_id from application where id = {row}")
    assert found == [("Flyttet", municipality("Tinn"))]


def test_a_part_of_seljords_is_not_taken_over_by_its_row_id(kari: Any, engine_app: Any, theirs: Any, ours: Any) -> None:
    row, part = ours("processing_activity"), theirs("activity_retention")
    data = {
        "name": "Prøve", "version": version(engine_app, "processing_activity", row),
        "retention-0-row_id": part, "retention-0-start": "Kapret", "retention-0-disposal": "undecided",
        "retention-1-row_id": theirs("activity_subject"), "retention-1-disposal": "undecided",
        "subjects-0-row_id": theirs("activity_subject"), "subjects-0-subject": 1,
    }  # fmt: skip

    answer = kari.post(f"/processing-activity/edit/?id={row}", data=data)

    assert answer.status_code == 303
    taken = rows(engine_app, "select id, parent_id, municipality_id from activity_retention where start = 'Kapret'")
    assert [one[1:] for one in taken] == [(row, municipality("Tinn"))]
    assert taken[0][0] != part


# -- the choice of municipality ----------------------------------------------------------------------------------------


def test_kari_cannot_switch_to_seljord(kari: Any, theirs: Any) -> None:
    for wanted in (str(municipality("Seljord")), "all", "0", "-1", "999999", "x"):
        assert kari.post("/municipality/", data={"municipality": wanted}).status_code == 404
    kari.post("/municipality/", data={"municipality": ""})

    assert kari.get(f"/application/details/?id={theirs('application')}").status_code == 404
    assert only("Hemmeleg", kari.get("/application/")) == []


def test_siri_reaches_the_municipality_she_has_chosen_and_no_other(engine_app: Any) -> None:
    siri = browser(engine_app, "siri")
    ids = {where: first_id(engine_app, "application", where) for where in ("Tinn", "Seljord")}

    for here, there in (("Tinn", "Seljord"), ("Seljord", "Tinn")):
        assert siri.post("/municipality/", data={"municipality": municipality(here)}).status_code == 303

        assert siri.get(f"/application/details/?id={ids[here]}").status_code == 200
        for door in DOORS:
            assert siri.get(f"/application/{door}/?id={ids[there]}").status_code == 404, (here, door)


def test_what_seljord_shows_its_sisters_is_the_name_of_the_application(kari: Any) -> None:
    answer = kari.get("/neighbours/")

    assert answer.status_code == 200
    assert re.findall(r"Hemmeleg[^<]*", answer.text) == [attack.SHOWN]
    assert attack.found_in(answer.text.replace(attack.SHOWN, "")) == []
    assert loot(kari.get("/neighbours/?kind=activities")) == []
    assert {kari.get(f"/neighbours/{card}/").status_code for card in range(1, 8)} == {404}


def test_the_register_of_this_file_is_the_register_of_the_house() -> None:
    assert Application in OWNED
    assert len(OWNED) == 20
