"""Two people at once: the second sees both versions, and nothing is lost."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest

from models.database import db
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.support.client import LintingClient
from tests.test_forms import first, reread, send
from tests.test_registers import As, address, delete_row, form_of


class _Conflict:
    """What the conflict page shows, and what its button would send."""

    def __init__(self, page: str) -> None:
        rows = re.findall(
            r"<tr( class=\"differs\")?><th scope=\"row\">(.*?)(?: <span.*?)?</th><td>(.*?)</td><td>(.*?)</td>", page
        )
        self.differing = [tuple(map(html.unescape, row[1:])) for row in rows if row[0]]
        self.same = [html.unescape(row[1]) for row in rows if not row[0]]
        self.values: dict[str, list[str]] = {}
        for name, value in re.findall(
            r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.rpartition("</table>")[2]
        ):
            self.values.setdefault(name, []).append(html.unescape(value))
        self.values.pop("csrf_token")


def two_at_once(as_: As, row: Any, hers: dict[str, Any], his: dict[str, Any]) -> tuple[LintingClient, Any]:
    """Kari and Lars open the same form; Kari saves, then Lars. His browser and the answer he gets."""
    kari, lars = as_("kari"), as_("lars")
    url = address(type(row), "edit/", id=row.id)
    her_form, his_form = (form_of(browser.get(url).text).values for browser in (kari, lars))
    assert kari.post(url, data=her_form | hers).status_code == 303
    return lars, lars.post(url, data=his_form | his)


def test_the_second_to_save_sees_both_versions(as_: As) -> None:
    row = first(Application)

    _lars, answer = two_at_once(as_, row, {"name": "Karis navn"}, {"name": "Lars sitt navn", "notes": "Hans notat"})

    page = _Conflict(answer.text)
    assert (answer.status_code, "Noen andre har endret dette samtidig" in answer.text) == (409, True)
    assert page.differing == [("Navn", "Karis navn", "Lars sitt navn"), ("Merknader", "Notat", "Hans notat")]
    assert "Enhet" in page.same
    assert re.search(r"Kari Test lagret endringer \d\d\.\d\d\.\d{4} kl\.", answer.text)
    assert reread(row, "name", "notes") == ["Karis navn", "Notat"]


def test_what_nobody_changed_is_not_shown_as_different(as_: As) -> None:
    row = first(Agreement)
    with inside("Tinn"):
        one = db.session.get(Agreement, row.id)
        one.ends, one.value_ore, one.notice_months = date(2031, 12, 31), 12_500_050, 6
        db.session.commit()

    _lars, answer = two_at_once(as_, row, {"name": "Karis navn"}, {"name": "Lars sitt navn"})

    page = _Conflict(answer.text)
    assert page.differing == [("Tittel", "Karis navn", "Lars sitt navn")]
    assert {"31.12.2031", "kr\u00a0125\u00a0000,50"} <= {
        html.unescape(cell) for cell in re.findall(r"<td>(.*?)</td>", answer.text)
    }


def test_choosing_ones_own_version_saves_all_of_it(as_: As) -> None:
    row = first(Application)
    lars, answer = two_at_once(as_, row, {"name": "Karis navn"}, {"name": "Lars sitt navn", "notes": "Hans notat"})

    again = lars.post(address(Application, "edit/", id=row.id), data=_Conflict(answer.text).values)

    assert again.status_code == 303
    assert reread(row, "name", "notes", "agreements", "version") == [
        "Lars sitt navn",
        "Hans notat",
        ["Åpen avtale"],
        row.version + 2,
    ]


def test_a_third_change_in_between_is_shown_as_well(as_: As) -> None:
    row = first(Application)
    lars, answer = two_at_once(as_, row, {"name": "Karis navn"}, {"name": "Lars sitt navn"})
    send(as_("kari"), row, name="Karis andre navn")

    again = lars.post(address(Application, "edit/", id=row.id), data=_Conflict(answer.text).values)

    assert (again.status_code, _Conflict(again.text).differing) == (
        409,
        [("Navn", "Karis andre navn", "Lars sitt navn")],
    )


@pytest.mark.parametrize(
    ("register", "hers"),
    [
        (Application, {"agreements": []}),
        (ProcessingActivity, {"retention-0-months": "12"}),
        (ProcessingActivity, {"retention-0-row_id": "", "retention-0-start": "", "retention-0-disposal": "undecided"}),
        (ProcessingActivity, {"retention-9-months": "9"}),
        (ProcessingActivity, {"subjects-0-personal_data": []}),
        (ProcessingActivity, {"recipients": []}),
    ],
    ids=["link", "part changed", "part removed", "part added", "link of a part", "shared link"],
)
def test_a_change_in_links_or_parts_alone_counts_as_a_change(
    register: type[Any], hers: dict[str, Any], as_: As
) -> None:
    row = first(register)

    _lars, answer = two_at_once(as_, row, hers, {"name": "Lars sitt navn"})

    assert (answer.status_code, reread(row, "name", "version")) == (409, [row.name, row.version + 1])


def test_links_and_parts_stand_side_by_side_in_the_two_versions(as_: As) -> None:
    row = first(ProcessingActivity)

    _lars, answer = two_at_once(as_, row, {"retention-0-months": "12"}, {"recipients": []})

    found = {label: (theirs, yours) for label, theirs, yours in _Conflict(answer.text).differing}
    assert set(found) == {"Slettefrister", "Mottakere"}
    assert "12" in found["Slettefrister"][0]
    assert "60" in found["Slettefrister"][1]
    assert found["Mottakere"][1] == ""


def test_the_first_to_save_meets_no_conflict_however_often(as_: As) -> None:
    row = first(Agreement)
    kari = as_("kari")

    answers = [send(kari, row, number=str(number)).status_code for number in range(3)]

    assert (answers, reread(row, "version")) == ([303] * 3, [row.version + 3])


def test_shared_registers_are_kept_from_lost_updates_too(as_: As) -> None:
    row, per = first(Supplier), as_("per")
    url = address(Supplier, "edit/", id=row.id)
    old = form_of(per.get(url).text).values
    send(per, row, parent_company="Først")

    answer = per.post(url, data=old | {"parent_company": "Etterpå"})

    assert (answer.status_code, _Conflict(answer.text).differing) == (409, [("Morselskap", "Først", "Etterpå")])


def test_a_row_deleted_meanwhile_is_not_found_and_not_made_again(as_: As) -> None:
    from models.registers.risk import RiskAssessment

    row, kari, lars = first(RiskAssessment), as_("kari"), as_("lars")
    url = address(RiskAssessment, "edit/", id=row.id)
    values = form_of(lars.get(url).text).values
    delete_row(kari, RiskAssessment, row.id)

    answer = lars.post(url, data=values)

    assert answer.status_code == 409
    with inside("Tinn"):
        assert db.session.get(RiskAssessment, row.id) is None


@pytest.mark.parametrize("version", ["", "abc", "-1", "999"])
def test_a_version_that_was_never_shown_is_a_conflict(version: str, as_: As) -> None:
    answer = send(as_("kari"), first(Application), version=version)

    assert answer.status_code == 409


def test_an_open_form_of_a_row_deleted_meanwhile_never_saves_over_another_row(as_on: As) -> None:
    kari = as_on("kari")
    old = _made("Åpen og snart borte")
    url = address(Application, "edit/", id=old)
    form = form_of(kari.get(url).text).values
    with inside("Tinn"):
        db.session.delete(db.session.get(Application, old))
        db.session.commit()
    new = _made("Åpen nykomling")

    answer = kari.post(url, data=form | {"notes": "Til en annen"})

    assert (answer.status_code, "Slettet mens du skrev" in answer.text, new > old) == (409, True, True)
    with inside("Tinn"):
        row = db.session.get(Application, new)
        assert (row.name, row.notes) == ("Åpen nykomling", None)


def _made(name: str) -> int:
    with inside("Tinn"):
        db.session.add(row := Application(name=name))
        db.session.commit()
        return int(row.id)
