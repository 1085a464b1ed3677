"""The numbers of processing activities."""

from __future__ import annotations

from threading import Thread
from typing import Any

from models.database import db
from models.registers.codes import Law
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.support import attack
from tests.test_registers import As, address, create, delete_row, fetch, form_of


def test_a_number_is_never_given_twice_not_even_after_deletion(as_: As) -> None:
    browser = as_("kari")
    one, two = (fetch(ProcessingActivity, create(ProcessingActivity, browser)) for _ in range(2))
    delete_row(browser, ProcessingActivity, two.id)

    three = fetch(ProcessingActivity, create(ProcessingActivity, browser))

    given = [int(row.number.removeprefix("B-")) for row in (one, two, three)]
    assert given == [given[0], given[0] + 1, given[0] + 2]


def test_people_who_add_at_once_get_a_number_each(engine_app: Any) -> None:
    saved: list[int] = []

    def add(number: int, kari: Any) -> None:
        for attempt in range(3):
            values = form_of(kari.get(address(ProcessingActivity, "new/")).text).values
            name = f"Samtidig {number}-{attempt}"
            answer = kari.post(address(ProcessingActivity, "new/"), data=values | {"name": name})
            saved.append(answer.status_code)

    browsers = [attack.browser(engine_app, "kari") for _ in range(3)]
    threads = [Thread(target=add, args=pair) for pair in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = attack.rows(engine_app, "select number from processing_activity where name like 'Samtidig%'")
    assert (saved, len(set(found))) == ([303] * 9, 9)


def test_a_number_that_came_from_elsewhere_is_never_given_again(engine_app: Any) -> None:
    with inside("Tinn"):
        counted = ProcessingActivity(name="Telt")
        db.session.add(counted)
        db.session.flush()
        db.session.add(ProcessingActivity(name="Hentet", number="B-0700"))
        db.session.flush()
        following = [ProcessingActivity(name=name) for name in ("Neste", "Og neste")]
        for row in following:
            db.session.add(row)
            db.session.flush()

        assert [row.number for row in following] == ["B-0701", "B-0702"]


def test_many_new_ones_get_their_numbers_in_one_statement_in_the_order_they_came(
    app: Any, statements: list[str]
) -> None:
    counted = []
    for many in (1, 50):
        with inside("Tinn"):
            statements.clear()
            rows = [ProcessingActivity(name=f"Ny {number}") for number in range(many)]
            db.session.add_all(rows)
            db.session.flush()
            given = [int(row.number.removeprefix("B-")) for row in rows]
            counted.append(len([one for one in statements if "last_number" in one]))
            db.session.rollback()

    assert (counted, given) == ([1, 1], list(range(given[0], given[0] + 50)))


def test_many_new_codes_are_told_apart_after_one_look_at_what_is_taken(app: Any, statements: list[str]) -> None:
    counted = []
    for many in (1, 50):
        with inside("Tinn"):
            statements.clear()
            rows = [Law(name=f"Nylov {number % 25}") for number in range(many)]
            db.session.add_all(rows)
            db.session.flush()
            counted.append(len([one for one in statements if one.startswith("SELECT law.code")]))
            codes = [row.code for row in rows]
            db.session.rollback()

    assert (counted, len(set(codes)), codes[0], codes[25]) == ([1, 1], 50, "nylov-0", "nylov-0-2")
