"""Another language in the middle of a form: nothing that is typed is lost, and nothing is saved."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from models.registers.risk import RiskAssessment
from tests.support import attack
from tests.support.client import LintingClient
from tests.test_conflicts import two_at_once
from tests.test_forms import first, reread
from tests.test_registers import As, address, delete_row, errors, form_of
from tests.world import PASSWORD
from views.register.rowfields import MOST_ROWS


def switched(browser: Any, url: str, **typed: Any) -> Any:
    """The answer when somebody types, and then presses a language."""
    values = form_of(browser.get(url).text).values | typed
    return browser.post(url, data=values | {"switch_language": "nn"})


def test_a_new_form_comes_back_in_the_other_language_with_all_that_was_typed(as_: As) -> None:
    kari = as_("kari")

    answer = switched(kari, address(Application, "new/"), name="", notes="Halvskrevet <b>", user_count="tolv")

    assert (answer.status_code, 'lang="nn"' in answer.text, "data-unsaved" in answer.text) == (200, True, True)
    values = form_of(answer.text).values
    typed = {key: values[key][0].strip() for key in ("name", "notes", "user_count")}
    assert typed == {"name": "", "notes": "Halvskrevet <b>", "user_count": "tolv"}
    assert 'id="errors"' not in answer.text
    assert 'lang="nn"' in kari.get("/").text


def test_a_form_of_a_row_that_is_there_is_redrawn_and_not_saved(as_on: As) -> None:
    kari = as_on("kari")
    row = first(Application)
    before = reread(row, "name", "notes")

    answer = switched(kari, address(Application, "edit/", id=row.id), name="Nytt navn")

    assert (answer.status_code, form_of(answer.text).values["name"]) == (200, ["Nytt navn"])
    assert reread(row, "name", "notes") == before
    saved = kari.post(address(Application, "edit/", id=row.id), data=form_of(answer.text).values)
    assert (saved.status_code, reread(row, "name")) == (303, ["Nytt navn"])


def test_rows_of_parts_and_ticks_are_kept_too(as_: As) -> None:
    row = first(ProcessingActivity)

    answer = switched(
        as_("kari"), address(ProcessingActivity, "edit/", id=row.id), **{"retention-0-start": "Frå dag éin"}
    )

    assert form_of(answer.text).values["retention-0-start"] == ["Frå dag éin"]


def test_the_first_button_of_a_form_saves_it_so_that_enter_does_not_change_the_language(as_: As) -> None:
    page = as_("kari").get(address(Application, "new/")).text

    buttons = re.findall(r'<button[^>]*form="record-form"[^>]*>', page)

    assert ["switch_language" in one for one in buttons] == [False, True, True, True, False]
    assert 'name="mode"' in buttons[-1]  # one step at a time
    assert page.index(buttons[1]) < page.index('id="record-form"')


def test_a_language_that_is_none_of_ours_is_no_switch(as_: As) -> None:
    kari = as_("kari")
    values = form_of(kari.get(address(Application, "new/")).text).values | {"name": "Lagres likevel"}

    answer = kari.post(address(Application, "new/"), data=values | {"switch_language": "tlh"})

    assert answer.status_code == 303


def sends(page: str, form_id: str) -> dict[str, list[str]]:
    """What the hidden fields of a form would send."""
    form = re.search(rf'<form[^>]* id="{form_id}".*?</form>', page, re.S)
    assert form is not None
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[0]):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    found.pop("csrf_token")
    return found


def test_the_page_of_a_row_that_was_deleted_meanwhile_comes_back_with_what_was_typed(as_on: As) -> None:
    row, kari, lars = first(RiskAssessment), as_on("kari"), as_on("lars")
    url = address(RiskAssessment, "edit/", id=row.id)
    values = form_of(lars.get(url).text).values | {"name": "Lars skrev dette"}
    delete_row(kari, RiskAssessment, row.id)

    pressed = lars.post(url, data=values | {"switch_language": "nn"})
    again = lars.post(url, data=sends(pressed.text, "typed") | {"switch_language": "en"})

    for answer, language, button in ((pressed, "nn", "Lagre som ny"), (again, "en", "Save as new")):
        assert (answer.status_code, f'<html lang="{language}"' in answer.text, button in answer.text) == (
            409,
            True,
            True,
        )
        assert ">Lars skrev dette<" in answer.text
        assert f'form="typed" formaction="{url}" name="switch_language"' in answer.text
    saved = lars.post(address(RiskAssessment, "new/"), data=sends(again.text, "typed"))
    assert (saved.status_code, saved.location != url) == (303, True)


def test_the_two_versions_stand_side_by_side_in_the_other_language_too(as_: As) -> None:
    row = first(Application)
    lars, answer = two_at_once(as_, row, {"name": "Karis navn"}, {"name": "Lars sitt navn"})
    url = address(Application, "edit/", id=row.id)

    pressed = lars.post(url, data=sends(answer.text, "compared") | {"switch_language": "nn"})

    assert (pressed.status_code, '<html lang="nn"' in pressed.text) == (409, True)
    assert ("Karis navn" in pressed.text, "Lars sitt navn" in pressed.text) == (True, True)
    assert reread(row, "name") == ["Karis navn"]
    assert lars.post(url, data=sends(pressed.text, "compared")).status_code == 303
    assert reread(row, "name") == ["Lars sitt navn"]


def test_a_language_pressed_beside_a_stale_version_does_not_let_it_overwrite(as_: As) -> None:
    row = first(Application)
    kari, lars = as_("kari"), as_("lars")
    url = address(Application, "edit/", id=row.id)
    values = form_of(lars.get(url).text).values | {"name": "Lars sitt navn"}
    kari.post(url, data=form_of(kari.get(url).text).values | {"name": "Karis navn"})

    pressed = lars.post(url, data=values | {"switch_language": "nn"})
    saved = lars.post(url, data=form_of(pressed.text).values)

    assert (pressed.status_code, saved.status_code, reread(row, "name")) == (200, 409, ["Karis navn"])


@pytest.mark.parametrize("name", ["ola", "berit"])
def test_who_may_not_change_a_row_gets_no_form_of_it_by_a_language(name: str, as_: As) -> None:
    row = first(Application)

    answer = as_(name).post(address(Application, "edit/", id=row.id), data={"switch_language": "nn", "name": "Stjålet"})

    assert (answer.status_code, "Åpen" in answer.text) == ({"ola": 403, "berit": 404}[name], False)


def test_a_language_pressed_without_a_token_that_counts_changes_nothing(as_: As) -> None:
    kari = as_("kari")

    answer = kari.post(address(Application, "new/"), data={"switch_language": "nn", "csrf_token": "gammelt"})

    assert (answer.status_code, '<html lang="nb"' in answer.text) == (400, True)
    assert "det du skrev, står der" in answer.text


def test_a_language_pressed_with_a_thousand_parts_is_answered_with_as_many_as_there_is_room_for(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)

    answer = switched(
        kari,
        address(ProcessingActivity, "edit/", id=row.id),
        **{f"controllers-{number}-name": f"Kommune {number}" for number in range(999)},
    )

    kept = [key for key in form_of(answer.text).values if re.fullmatch(r"controllers-\d+-name", key)]
    assert (answer.status_code, len(kept)) == (200, MOST_ROWS)
    assert [said for said in errors(answer.text) if f"høgst {MOST_ROWS} rader" in said] != []


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/?next=%2Fapplication%2F"])
def test_at_the_door_the_address_one_has_typed_is_kept_and_no_password_is_tried_or_shown(path: str, app: Any) -> None:
    client = LintingClient(app, app.response_class)
    client.get(path)
    before = attack.rows(app, "select count(*) from project_access_entry")
    typed = {"email": "kari@test.example", "password": "et halvt passo", "switch_language": "en"}

    page = client.post(path, data=typed)

    assert (page.status_code, "Sign in" in page.text, 'value="kari@test.example"' in page.text) == (200, True, True)
    assert "et halvt passo" not in page.text
    assert attack.rows(app, "select count(*) from project_access_entry") == before
    assert client.post(path, data=typed | {"password": PASSWORD, "switch_language": ""}).status_code == 303
