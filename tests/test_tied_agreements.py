"""An agreement is tied to applications from both ends, and what an application has follows from its agreements."""

from __future__ import annotations

import html
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.base import field_of
from models.declare.choices import AgreementCover, AgreementStatus, Answer, HeldPersonalData
from models.declare.clock import today
from models.queries.standing import standing_together
from models.queries.told import column_of
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from tests.conftest import inside
from tests.test_forms import first, reread, send
from tests.test_history import changes
from tests.test_registers import As, address, delete_row
from tests.test_undoing import event_of, message, way_back

COVER = field_of(Application, "processing_agreement")
LIST = address(Application, columns="name,processing_agreement")


def another() -> Any:
    """An application that is tied to nothing."""
    with inside("Tinn"):
        row = Application(name="Løst system", personal_data=HeldPersonalData.YES)
        db.session.add(row)
        db.session.commit()
        db.session.refresh(row)
        db.session.expunge(row)
        return row


def tie(browser: Any, agreement: Any, *applications: Any) -> Any:
    """Choose applications in the form of an agreement."""
    return send(browser, agreement, "applications", applications=[str(one.id) for one in applications])


def versions(*rows: Any) -> list[int]:
    return [reread(row, "version")[0] for row in rows]


def test_an_agreement_is_tied_from_its_own_form_and_both_histories_tell_of_it(as_on: As, engine_app: Any) -> None:
    kari, agreement, held, row = as_on("kari"), first(Agreement), first(Application), another()
    before = versions(agreement, held, row)

    answer = tie(kari, agreement, held, row)

    assert (answer.status_code, reread(row, "agreements"), reread(agreement, "applications")) == (
        303, [[agreement.name]], [[held.name, row.name]],
    )  # fmt: skip
    assert [changes(one)[0].fields for one in (row, agreement)] == [
        [{"field": "agreements", "added": [agreement.name], "removed": []}],
        [{"field": "applications", "added": [row.name], "removed": []}],
    ]
    assert event_of(row) == event_of(agreement)
    assert [now - then for now, then in zip(versions(agreement, held, row), before, strict=True)] == [1, 0, 1]


def test_an_agreement_is_let_go_from_the_form_of_the_application_and_its_history_tells(as_: As) -> None:
    agreement, row = first(Agreement), first(Application)

    answer = send(as_("kari"), row, "agreements")

    assert (answer.status_code, reread(agreement, "applications")) == (303, [[]])
    assert changes(agreement)[0].fields == [{"field": "applications", "added": [], "removed": [row.name]}]


@pytest.mark.parametrize("at", ["application", "agreement"])
def test_one_of_the_two_changes_is_taken_back_and_the_other_end_follows(at: str, as_on: As, engine_app: Any) -> None:
    kari, agreement, held, row = as_on("kari"), first(Agreement), first(Application), another()
    tie(kari, agreement, held, row)

    answer = kari.post(way_back(row if at == "application" else agreement))

    assert (answer.status_code, reread(row, "agreements"), reread(agreement, "applications")) == (
        303, [[]], [[held.name]],
    )  # fmt: skip
    assert [changes(one)[0].undoes != "" for one in (row, agreement)] == [True, True]


def test_the_whole_event_is_taken_back_and_put_forth_again(as_on: As, engine_app: Any) -> None:
    kari, agreement, held, row = as_on("kari"), first(Agreement), first(Application), another()
    tie(kari, agreement, row)
    changed = [reread(one, "agreements")[0] for one in (held, row)]

    back = kari.post(f"/changes/undo/event/{event_of(agreement)}/")
    undone = [reread(one, "agreements")[0] for one in (held, row)]
    again = kari.post(f"/changes/undo/event/{event_of(agreement)}/")

    assert (back.status_code, again.status_code) == (303, 303)
    assert (changed, undone) == ([[], [agreement.name]], [[agreement.name], []])
    assert [reread(one, "agreements")[0] for one in (held, row)] == changed


def test_what_was_let_go_since_is_told_and_nothing_is_taken_back(as_: As) -> None:
    kari, agreement, held, row = as_("kari"), first(Agreement), first(Application), another()
    tie(kari, agreement, held, row)
    event = event_of(row)
    send(kari, row, "agreements")

    answer = kari.post(f"/changes/undo/event/{event}/")

    assert (answer.status_code, "er endret igjen siden" in message(answer)) == (409, True)
    assert reread(agreement, "applications") == [[held.name]]


def test_a_tied_agreement_is_not_deleted_and_a_deleted_application_comes_back_tied(as_: As) -> None:
    kari, agreement, row = as_("kari"), first(Agreement), another()
    tie(kari, agreement, row)

    refused = delete_row(kari, Agreement, agreement.id)
    gone = delete_row(kari, Application, row.id)
    alone = reread(agreement, "applications")
    back = kari.post(address(Application, "restore/"), data={"id": row.id})

    assert (refused.status_code, gone.status_code, back.status_code, alone) == (409, 303, 303, [[]])
    assert (reread(row, "agreements"), reread(agreement, "applications")) == ([[agreement.name]], [[row.name]])


def test_a_change_of_a_field_that_is_no_more_is_told_and_not_taken_back(as_: As) -> None:
    kari, row = as_("kari"), first(Application)
    send(kari, row, name="Nytt navn")
    with db.engine.connect().execution_options(tenant_exempt=True) as connection:
        gone = '{"values": {"processing_agreement": ["in_place", "missing"]}, "links": {}, "parts": []}'
        connection.exec_driver_sql("update content_change set reverse = ? where id = ?", (gone, changes(row)[0].id))
        connection.commit()

    answer = kari.post(way_back(row))

    assert (answer.status_code, "registeret har endret seg siden" in message(answer)) == (409, True)
    assert reread(row, "name") == ["Nytt navn"]


# -- what follows ------------------------------------------------------------------------------------------------------

PAST, AHEAD = -timedelta(days=1), timedelta()
TIED: dict[str, tuple[bool, dict[str, Any]]] = {  # an agreement, and whether it covers what it is tied to
    "in force": (True, {"status": AgreementStatus.ACTIVE}),
    "to its last day": (True, {"status": AgreementStatus.OPTION, "ends": AHEAD}),
    "over": (False, {"status": AgreementStatus.ACTIVE, "ends": PAST}),
    "ended": (False, {"status": AgreementStatus.EXPIRED}),
    "of another kind": (False, {"status": AgreementStatus.ACTIVE, "data_processing": Answer.NO}),
    "draft": (False, {}),
}


def made(name: str) -> Any:
    values = {"data_processing": Answer.YES} | TIED[name][1]
    if "ends" in values:
        values["ends"] = today() + values["ends"]
    return Agreement(name=name, **values)


def expected(personal: Any, needs: Answer, covered: bool) -> AgreementCover | None:
    if covered:
        return AgreementCover.IN_PLACE
    if personal in {None, HeldPersonalData.NONE}:
        return None
    return AgreementCover.NOT_NEEDED if needs is Answer.NO else AgreementCover.MISSING


def test_a_row_a_list_and_the_database_say_the_same_of_every_case(engine_app: Any) -> None:
    cases = list(product([None, *HeldPersonalData], Answer, [(), *[(name,) for name in TIED], ("draft", "in force")]))
    with inside("Tinn"):
        agreements = {name: made(name) for name in TIED}
        rows = [
            Application(
                name=f"{n:03}", personal_data=personal, needs_agreement=needs, agreements=[agreements[t] for t in tied]
            )
            for n, (personal, needs, tied) in enumerate(cases)
        ]
        db.session.add_all(rows)
        db.session.commit()
        ids = [row.id for row in rows]
        asked = select(Application.id, column_of(Application, COVER)).where(Application.id.in_(ids))
        in_sql = dict(list(map(tuple, db.session.execute(asked))))
        by_row = [row.processing_agreement for row in rows]
        by_stand = [stand.processing_agreement for stand in standing_together(db.session, rows)]

    wanted = [expected(personal, needs, any(TIED[t][0] for t in tied)) for personal, needs, tied in cases]
    assert set(wanted) == {None, *AgreementCover}
    assert ([in_sql[one] for one in ids], by_row, by_stand) == (wanted, wanted, wanted)


def names(page: Any) -> list[str]:
    found: list[str] = [
        html.unescape(one.split("</a>")[0].rpartition(">")[2]) for one in page.text.split('<th scope="row">')[1:]
    ]
    return found


def test_lists_are_filtered_and_sorted_by_what_follows_and_the_task_means_the_same(as_on: As, engine_app: Any) -> None:
    kari, held, row = as_on("kari"), first(Application), another()

    found = [names(kari.get(f"{LIST}&{asked}")) for asked in (
        "processing_agreement=in_place", "processing_agreement=missing", "processing_agreement.none=1",
        "lacks=processing_agreement", "sort=processing_agreement",
    )]  # fmt: skip

    assert found == [[held.name], [row.name], [], [row.name], [held.name, row.name]]


def test_the_page_of_an_application_says_which_agreement_it_follows_from_with_whom_and_to_when(as_: As) -> None:
    agreement, row = first(Agreement), first(Application)
    with inside("Tinn"):
        there = db.session.get(Agreement, agreement.id)
        there.ends, supplier = today() + timedelta(days=400), str(there.supplier)
        db.session.commit()

    page = html.unescape(as_("kari").get(address(Application, "details/", id=row.id)).text)

    told = page.partition(">Databehandleravtale</button></dt>")[2].partition("</div>")[0]
    link = f'<a href="/agreement/details/?id={agreement.id}">{agreement.name}</a>'
    until = f"{today() + timedelta(days=400):%d.%m.%Y}"
    assert told == (
        f'<dd><span class="chip tone-success">Finnes</span><span class="inferred">følger av {link} '
        f"(motpart {supplier}, gjelder til {until})</span></dd>"
    )


def test_what_follows_is_typed_nowhere(as_: As) -> None:
    row = first(Application)

    answer = send(as_("kari"), row, "agreements", processing_agreement="in_place", needs_agreement="no")

    assert (answer.status_code, reread(row, "processing_agreement")) == (303, [AgreementCover.NOT_NEEDED])


def test_whether_one_is_needed_is_asked_only_while_none_covers(as_: As) -> None:
    known, asked = field_of(Application, "needs_agreement"), []
    with inside("Tinn"):
        there = db.session.get(Application, first(Application).id)
        for status in (AgreementStatus.ACTIVE, AgreementStatus.TERMINATED):
            there.agreements[0].status = status
            asked.append(known.applies_to(there))

    assert asked == [False, True]


def test_an_agreement_tied_to_many_costs_one_save_of_each(as_: As, statements: list[str]) -> None:
    kari, agreement, held = as_("kari"), first(Agreement), first(Application)
    rows = [another() for _ in range(12)]
    costs = []
    for some in ((held, rows[0]), (held, rows[0], *rows[1:])):
        url = address(Agreement, "edit/", id=agreement.id)
        kari.get(url)
        statements.clear()
        tie(kari, agreement, *some)
        costs.append([one for one in statements if not one.lower().startswith(("update application ", "savepoint"))])

    assert len(costs[0]) == len(costs[1])
