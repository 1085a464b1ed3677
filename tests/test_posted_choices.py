"""What was picked is what is saved: choices that are gone, many ticks, mistakes in new parts."""

from __future__ import annotations

import pytest

from models.database import db
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.test_forms import first, reread, send
from tests.test_registers import As, errors


@pytest.fixture
def gone(app: object) -> str:
    """The number of a contact and an agreement that have gone, which stands in the names of two others."""
    number = "4711"
    with inside("Tinn"):
        db.session.add_all([Agreement(name=f"Sak {number}"), ContactPerson(name=f"Rom {number}")])
        db.session.commit()
    return number


def test_an_id_that_is_gone_is_not_found_by_name(gone: str, as_: As) -> None:
    browser, row = as_("kari"), first(Application)
    before = reread(row, "owner", "agreements")

    answers = [send(browser, row, owner=gone), send(browser, row, agreements=[gone])]

    assert [(answer.status_code, len(errors(answer.text))) for answer in answers] == [(422, 1), (422, 1)]
    assert [str(one) for one in reread(row, "owner", "agreements")] == [str(one) for one in before]


def test_ticks_are_kept_where_there_are_many_to_choose_from(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    with inside("Tinn"):
        db.session.add_all([Application(name=f"System {number:03}") for number in range(210)])
        db.session.commit()
    before = reread(row, "applications")

    answer = send(browser, row, **{"applications-new": ["System 007"]})

    assert answer.status_code == 303, errors(answer.text)
    assert reread(row, "applications") == [sorted([*before[0], "System 007"])] or reread(row, "applications") == [
        [*before[0], "System 007"]
    ]


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("processors-9-supplier", "Finnes ikke AS"),
        ("retention-9-months", "tolv"),
        ("transfers-9-assessed", "32.13.2026"),
    ],
)
def test_a_new_part_with_nothing_but_a_mistake_in_it_is_explained(key: str, typed: str, as_: As) -> None:
    answer = send(as_("kari"), first(ProcessingActivity), **{key: typed})

    assert answer.status_code == 422
    assert errors(answer.text)
    assert typed in answer.text


def test_many_wrong_values_are_answered_with_a_few_sentences(as_: As) -> None:
    answer = send(as_("kari"), first(ProcessingActivity), article6=[f"z{number}" for number in range(3_000)])

    assert (answer.status_code, len(errors(answer.text))) == (422, 10)
