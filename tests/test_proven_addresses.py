"""An address counts in other municipalities when it is proven: by a letter sent to it, or by support who hands over a
password. Who opened the link of an invitation himself owns nobody's address but where he may give roles anyway."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.tenancy.invitations import Invitation
from models.tenancy.people import Membership, MunicipalRole, ProjectRole
from tests.conftest import inside, municipality, user
from tests.support.client import LintingClient
from tests.support.mail import Received
from tests.test_card_of_a_person import card
from tests.test_invitations import NORA, WORDS, comes_in, invite, link_on, opened, roles_of, stranger
from tests.test_registers import As, address, errors, form_of

pytest_plugins = ["tests.support.mail_fixtures"]
UNPROVEN = "Ingen har stadfesta e-postadressa til personen"  # Seljord writes nynorsk


def taken_by_the_inviter(app: Any, as_: As) -> LintingClient:
    """Lars invites an address that is not his, opens the link himself, and comes in by it."""
    browser = stranger(app)
    opened(browser, link_on(invite(as_("lars"))))
    browser.post("/invitation/", data={"password": WORDS})
    assert comes_in(browser).status_code == 303
    return browser


def given(browser: LintingClient, register: type[Any], **values: Any) -> Any:
    form = form_of(browser.get(address(register, "new/")).text)
    return browser.post(address(register, "new/"), data=form.values | values | {"user": [str(user("nora").id)]})


def in_seljord(as_: As) -> LintingClient:
    sol = as_("sol")
    sol.post("/municipality/", data={"municipality": municipality("Seljord")})
    return sol


def keeper_of_seljord(as_: As) -> LintingClient:
    """Berit, who from now on gives roles in Seljord, and sees nobody of Tinn."""
    with inside("Seljord"):
        held = db.session.scalars(select(Membership).where(Membership.user_id == user("berit").id)).one()
        held.role = MunicipalRole.LOCAL_ADMIN
        db.session.commit()
    return as_("berit")


def link_in(post: Received) -> str:
    """The address in the last letter, without the host."""
    found = re.search(r"https://orden\.example(/invitation/\?key=\S+)", post.letters[-1].get_content())
    assert found
    return found[1]


def test_the_link_works_in_the_municipality_of_who_invited(as_on: As, engine_app: Any) -> None:
    taken_by_the_inviter(engine_app, as_on)

    again = given(as_on("lars"), Membership, role=["editor"])

    assert (again.status_code, roles_of(NORA)) == (303, ["editor", "reader"])
    assert user("nora").vouched_in == municipality("Tinn")


def test_a_role_given_elsewhere_to_an_address_nobody_has_proven_is_refused(as_on: As, engine_app: Any) -> None:
    nora = taken_by_the_inviter(engine_app, as_on)

    refused = given(in_seljord(as_on), Membership, role=["editor"])

    assert (refused.status_code, UNPROVEN in html.unescape(refused.text)) == (422, True)
    assert roles_of(NORA) == ["reader"]
    assert "Dette er Seljord" not in nora.get("/").text


def test_a_role_in_the_project_is_refused_too(as_: As, app: Any) -> None:
    taken_by_the_inviter(app, as_)

    refused = given(as_("per"), ProjectRole, role=["support"])

    with inside():
        held = select(ProjectRole).where(ProjectRole.user_id == user("nora").id)
        assert db.session.scalars(held).all() == []
    assert (refused.status_code, len(errors(refused.text))) == (422, 1)


def test_a_role_of_another_is_not_turned_over_to_one_who_is_not_proven(as_: As, app: Any) -> None:
    taken_by_the_inviter(app, as_)
    with inside("Seljord"):
        held = db.session.scalars(select(Membership).where(Membership.user_id == user("berit").id)).one()
        number = held.id
    sol = in_seljord(as_)
    form = form_of(sol.get(address(Membership, "edit/", id=number)).text)

    refused = sol.post(address(Membership, "edit/", id=number), data=form.values | {"user": [str(user("nora").id)]})

    assert (refused.status_code, roles_of("berit@test.example")) == (422, ["editor"])


def test_a_link_of_another_municipality_gives_nothing_until_the_address_is_proven(as_on: As, engine_app: Any) -> None:
    nora = taken_by_the_inviter(engine_app, as_on)
    opened(nora, link_on(invite(keeper_of_seljord(as_on), role="editor")))

    refused = nora.post("/invitation/")
    with inside("Seljord"):
        state = db.session.scalars(select(Invitation)).one().state

    assert (refused.status_code, "Be brukerstøtte om et nytt passord" in refused.text) == (422, True)
    assert (roles_of(NORA), state) == (["reader"], "open")


def test_support_proves_an_address_by_handing_over_a_password(as_on: As, engine_app: Any) -> None:
    taken_by_the_inviter(engine_app, as_on)
    link, sol = link_on(invite(keeper_of_seljord(as_on), role="editor")), as_on("sol")

    page = sol.post(f"/user-account/{user('nora').id}/password/").text
    password = re.findall(r"<code>([^<]+)</code>", page)[0]
    nora = stranger(engine_app)
    opened(nora, link)
    answer = comes_in(nora, password=password)

    assert (answer.status_code, roles_of(NORA), user("nora").vouched_in) == (303, ["editor", "reader"], None)


def test_to_change_ones_own_password_proves_nothing(as_: As, app: Any) -> None:
    nora = taken_by_the_inviter(app, as_)

    changed = nora.post("/password/", data={"old": WORDS, "new": "enda et nytt passord"})

    assert (changed.status_code, user("nora").vouched_in) == (303, municipality("Tinn"))


def test_the_card_says_that_nobody_has_proven_the_address(as_: As, app: Any) -> None:
    taken_by_the_inviter(app, as_)
    sol = as_("sol")
    before = card(sol, "nora")["problems"]
    sol.post(f"/user-account/{user('nora').id}/password/")

    assert "Ingen har bekreftet e-postadressen" in before
    assert "Ingen har bekreftet" not in card(sol, "nora")["problems"]


# -- by letter ---------------------------------------------------------------------------------------------------------


def test_by_letter_the_link_goes_to_the_address_and_whoever_invites_never_sees_it(
    as_on: As, engine_app: Any, post: Received
) -> None:
    lars = as_on("lars")

    made = invite(lars, role="editor")
    page = lars.get(made.location).text

    (letter,) = post.letters
    key = link_in(post).partition("key=")[2]
    assert (made.status_code, made.location, letter["To"]) == (303, "/invitations/", NORA)
    assert (letter["Subject"], letter["From"]) == ("Invitasjon til Orden i Tinn", "orden@orden.example")
    assert "Brevet med lenken er sendt til nora@test.example." in page
    assert [key in text for text in (made.text, page)] == [False, False]


def test_who_comes_by_letter_is_proven_and_may_be_given_roles_everywhere(
    as_on: As, engine_app: Any, post: Received
) -> None:
    invite(as_on("lars"))
    nora = stranger(engine_app)
    opened(nora, link_in(post))
    nora.post("/invitation/", data={"password": WORDS})
    came = comes_in(nora)

    given_elsewhere = given(in_seljord(as_on), Membership, role=["editor"])

    assert (came.status_code, given_elsewhere.status_code) == (303, 303)
    assert roles_of(NORA) == ["editor", "reader"]


def test_who_came_by_a_link_proves_the_address_by_the_letter_of_another_municipality(
    as_on: As, engine_app: Any, monkeypatch: pytest.MonkeyPatch, post: Received
) -> None:
    with monkeypatch.context() as without:
        without.setitem(engine_app.config, "SMTP_HOST", "")
        nora = taken_by_the_inviter(engine_app, as_on)
    invite(keeper_of_seljord(as_on), role="editor")
    opened(nora, link_in(post))

    answer = nora.post("/invitation/")

    assert (answer.status_code, roles_of(NORA), user("nora").vouched_in) == (303, ["editor", "reader"], None)


def test_who_owns_the_address_takes_it_over_by_letter_from_who_only_said_so(
    as_on: As, engine_app: Any, monkeypatch: pytest.MonkeyPatch, post: Received
) -> None:
    with monkeypatch.context() as without:
        without.setitem(engine_app.config, "SMTP_HOST", "")
        lars_as_nora = taken_by_the_inviter(engine_app, as_on)
    invite(keeper_of_seljord(as_on), role="editor")
    nora = stranger(engine_app)
    opened(nora, link_in(post))
    nora.post("/invitation/", data={"password": "mitt eget passord"})

    put_out, answer = lars_as_nora.get("/"), comes_in(nora, password="mitt eget passord")

    assert (put_out.status_code, answer.status_code) == (302, 303)
    assert not user("nora").password_matches(WORDS)


def test_a_letter_changes_no_password_of_who_is_proven(as_: As, app: Any, post: Received) -> None:
    invite(as_("lars"), "berit@test.example")
    browser = stranger(app)
    opened(browser, link_in(post))

    browser.post("/invitation/", data={"password": WORDS})

    assert not user("berit").password_matches(WORDS)


def test_a_letter_that_does_not_leave_is_told_and_its_link_works_no_more(
    as_on: As, engine_app: Any, post: Received
) -> None:
    post.refused[NORA] = "550 No such person"

    answer = invite(as_on("lars"))

    with inside("Tinn"):
        states = [one.state for one in db.session.scalars(select(Invitation))]
    assert (answer.status_code, "Brevet ble ikke sendt" in answer.text, states) == (503, True, ["withdrawn"])
    assert 'id="link"' not in answer.text


@pytest.mark.parametrize(("name", "value"), [("PUBLIC_URL", ""), ("MAIL_FROM", ""), ("SMTP_PORT", 1)])
def test_where_letters_cannot_leave_no_link_is_shown_instead(
    name: str, value: Any, as_: As, app: Any, post: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, name, value)

    answer = invite(as_("lars"))

    assert (answer.status_code, 'id="link"' in answer.text, post.letters) == (503, False, [])
