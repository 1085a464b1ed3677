"""Letting in a colleague: a link that works once, for a few days, and gives no more than the one who sends it may."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.clock import now
from models.registers.municipality import Municipality
from models.tenancy.accesslog import AccessEntry
from models.tenancy.invitations import Invitation
from models.tenancy.log import PeopleChange
from models.tenancy.people import Membership, MunicipalRole, User
from tests import world
from tests.conftest import inside, municipality, sign_in, user
from tests.support.asking import as_it_is
from tests.support.client import LintingClient
from tests.test_registers import As

NORA, WORDS = "nora@test.example", "et helt nytt passord"
Opens = Callable[[str], Any]


def invite(browser: LintingClient, email: str = NORA, role: str = "reader", name: str = "Nora Ny") -> Any:
    return browser.post("/invitations/", data={"name": name, "email": email, "role": role})


def link_on(answer: Any) -> str:
    """The address that is to be sent, without the host."""
    found = re.search(r'id="link"[^>]*value="https?://[^/]+([^"]+)"', answer.text)
    assert found, answer.text
    return html.unescape(found[1])


def stranger(app: Any) -> LintingClient:
    app.test_client_class = LintingClient
    client: LintingClient = app.test_client()
    return client


def opened(browser: LintingClient, link: str) -> Any:
    """What a browser shows that follows the link."""
    browser.get(link)
    return browser.get("/invitation/")


def comes_in(browser: LintingClient, email: str = NORA, password: str = WORDS) -> Any:
    """Sign in with what was chosen, and say yes."""
    browser.post("/sign-in/?next=/invitation/", data={"email": email, "password": password})
    browser.get("/invitation/")
    return browser.post("/invitation/")


def roles_of(email: str) -> list[str]:
    with inside():
        found = select(Membership).join(User, User.id == Membership.user_id).where(User.email == email)
        return sorted(row.role.value for row in db.session.scalars(found))


def invitation(**values: Any) -> Any:
    """The one invitation in Tinn, after it is changed behind the scenes."""
    with inside("Tinn"):
        return as_it_is(select(Invitation), **values)


# -- the way in --------------------------------------------------------------------------------------------------------


def test_a_colleague_is_let_in_by_a_link_and_chooses_the_password(as_on: As, engine_app: Any) -> None:
    link = link_on(invite(as_on("lars"), role="editor"))
    nora = stranger(engine_app)
    page = opened(nora, link)

    chosen = nora.post("/invitation/", data={"password": WORDS})
    signed_in = nora.post(chosen.location, data={"email": NORA, "password": WORDS})
    asked = nora.get(signed_in.location)
    waiting = roles_of(NORA), invitation().state
    onward = nora.post("/invitation/")

    assert (page.status_code, "Lars Test inviterer deg til Orden i Tinn" in page.text) == (200, True)
    assert (chosen.status_code, chosen.location) == (303, "/sign-in/?next=/invitation/")
    assert ("Ta imot" in asked.text, waiting) == (True, ([], "open"))
    assert (onward.status_code, onward.location) == (303, "/")
    assert "God dag, Nora" in nora.get("/").text
    assert (roles_of(NORA), invitation().state) == (["editor"], "taken")


def test_the_history_and_the_log_say_who_gave_the_role_and_how(as_on: As, engine_app: Any) -> None:
    link = link_on(invite(as_on("lars")))
    nora = stranger(engine_app)
    opened(nora, link)
    nora.post("/invitation/", data={"password": WORDS})
    comes_in(nora)

    with inside("Tinn"):
        told = db.session.scalars(select(PeopleChange).order_by(PeopleChange.id.desc())).first()
        logged = db.session.scalars(select(AccessEntry).order_by(AccessEntry.id.desc()).limit(2)).all()
        events = [(one.event.value, one.actor_name, one.subject) for one in logged]
    assert told is not None
    assert (told.actor_name, told.row_name, told.reason) == (
        "Lars Test", "Nora Ny – Leser", "Invitasjonen ble tatt imot.",
    )  # fmt: skip
    assert events == [
        ("role_given", "Lars Test", "Nora Ny – Leser"),
        ("invited", "Lars Test", "Nora Ny <nora@test.example> – Leser"),
    ]


def test_of_the_key_only_a_hash_is_kept(app: Any, as_: As) -> None:
    key = link_on(invite(as_("lars"))).partition("key=")[2]

    row = invitation()

    assert len(key) > 40
    assert key not in "".join(str(value) for value in vars(row).values())


def test_the_key_stays_in_no_address(app: Any, as_: As) -> None:
    link = link_on(invite(as_("lars")))

    answer = stranger(app).get(link)

    assert (answer.status_code, answer.location, answer.headers["Cache-Control"]) == (303, "/invitation/", "no-store")


def test_who_has_a_user_signs_in_and_says_yes(as_on: As, engine_app: Any) -> None:
    link = link_on(invite(as_on("lars"), "berit@test.example", "coordinator"))
    berit = stranger(engine_app)
    opened(berit, link)
    berit.post("/sign-in/?next=/invitation/", data={"email": "berit@test.example", "password": world.PASSWORD})
    page = berit.get("/invitation/")

    answer = berit.post("/invitation/")

    assert (page.status_code, "Ta imot" in page.text) == (200, True)
    assert (answer.status_code, answer.location) == (303, "/")
    assert roles_of("berit@test.example") == ["coordinator", "editor"]
    assert "Dette er Tinn" in berit.get("/").text


def test_who_has_a_user_without_any_role_says_yes_all_the_same(as_on: As, engine_app: Any) -> None:
    with inside():
        person = User(name="Rolf Rolleløs", email="rolf@test.example")
        person.set_password(WORDS)
        db.session.add(person)
        db.session.commit()
    rolf = stranger(engine_app)
    opened(rolf, link_on(invite(as_on("lars"), "rolf@test.example")))
    rolf.post("/sign-in/?next=/invitation/", data={"email": "rolf@test.example", "password": WORDS})
    rolf.get("/invitation/")

    answer = rolf.post("/invitation/")

    assert (answer.status_code, roles_of("rolf@test.example"), rolf.get("/").status_code) == (303, ["reader"], 200)


def test_who_has_the_role_already_is_told(app: Any, as_: As) -> None:
    link = link_on(invite(as_("lars"), "berit@test.example"))
    with inside("Tinn"):
        db.session.add(Membership(user=db.session.get(User, user("berit").id), role=MunicipalRole.READER))
        db.session.commit()
    berit = sign_in(app, "berit")
    opened(berit, link)

    answer = berit.post("/invitation/")

    assert (answer.status_code, "har denne rollen i perioden fra før" in answer.text) == (422, True)


# -- what a link does not do -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda: {"taken_at": now()},
        lambda: {"withdrawn_at": now()},
        lambda: {"expires_at": now() - timedelta(seconds=1)},
    ],
)
def test_a_link_that_is_used_withdrawn_or_too_old_gives_nothing(spoiled: Any, app: Any, as_: As) -> None:
    link = link_on(invite(as_("lars")))
    browser = stranger(app)
    invitation(**spoiled())

    answers = [opened(browser, link), browser.post("/invitation/", data={"password": WORDS})]

    assert [(one.status_code, "gjelder ikke" in one.text) for one in answers] == [(404, True)] * 2
    assert roles_of(NORA) == []


def test_a_link_works_seven_days(app: Any, as_: As) -> None:
    invite(as_("lars"))

    row = invitation()

    assert timedelta(days=6, hours=23) < row.expires_at - row.made_at <= timedelta(days=7, seconds=1)


def test_a_link_works_once(app: Any, as_: As) -> None:
    link = link_on(invite(as_("lars")))
    first, second = stranger(app), stranger(app)
    opened(first, link)
    opened(second, link)

    first.post("/invitation/", data={"password": WORDS})
    came = comes_in(first)
    answers = [second.get("/invitation/"), second.post("/invitation/", data={"password": WORDS})]

    assert (came.status_code, [one.status_code for one in answers]) == (303, [404, 404])
    assert roles_of(NORA) == ["reader"]


def test_the_first_who_chooses_a_password_is_the_one_who_comes_in(app: Any, as_: As) -> None:
    link = link_on(invite(as_("lars")))
    first, second = stranger(app), stranger(app)
    for browser, password in ((first, WORDS), (second, "et annet passord")):
        opened(browser, link)
        browser.post("/invitation/", data={"password": password})

    signed_in = second.post("/sign-in/?next=/invitation/", data={"email": NORA, "password": "et annet passord"})

    assert (signed_in.status_code, comes_in(first).status_code) == (401, 303)


@pytest.mark.parametrize("key", ["", "x", "1-", "0-abc", "99999999999999-abc", "\0", "æ-ø", "1-" + "a" * 9000])
def test_an_odd_key_is_as_good_as_none(key: str, app: Any) -> None:
    browser = stranger(app)
    browser.get("/invitation/", query_string={"key": key})

    assert browser.get("/invitation/").status_code == 404


def test_many_wrong_keys_from_one_place_are_answered_no_more(app: Any) -> None:
    browser = stranger(app)
    browser.get("/invitation/?key=1-wrong")

    statuses = [browser.get("/invitation/").status_code for _ in range(41)]

    assert (statuses[0], statuses[-1]) == (404, 429)


def change_of(name: str, **values: Any) -> None:
    """The role somebody has in Tinn, changed behind the scenes."""
    with inside("Tinn"):
        row = db.session.scalars(select(Membership).where(Membership.user_id == user(name).id)).first()
        for key, value in values.items():
            setattr(row, key, value)
        db.session.commit()


def ends_tinn() -> None:
    with inside():
        db.session.get(Municipality, municipality("Tinn")).ended = date(2020, 1, 1)
        db.session.commit()


def deactivates_lars() -> None:
    with inside():
        db.session.get(User, user("lars").id).active = False
        db.session.commit()


@pytest.mark.parametrize(
    "changes",
    [lambda: change_of("lars", valid_to=date(2020, 1, 1)), lambda: change_of("lars", role=MunicipalRole.EDITOR),
     ends_tinn, deactivates_lars],
)  # fmt: skip
def test_the_right_to_give_the_role_is_looked_at_again_when_the_link_is_used(
    changes: Any, as_on: As, engine_app: Any
) -> None:
    link = link_on(invite(as_on("lars")))
    changes()
    browser = stranger(engine_app)
    opened(browser, link)

    answer = browser.post("/invitation/", data={"password": WORDS})

    assert (answer.status_code, "kan ikke gi tilgang lenger" in answer.text) == (422, True)
    assert roles_of(NORA) == []


def test_a_poor_password_is_refused_and_the_link_still_works(app: Any, as_: As) -> None:
    browser = stranger(app)
    opened(browser, link_on(invite(as_("lars"))))

    refused = browser.post("/invitation/", data={"password": "kort"})
    taken = browser.post("/invitation/", data={"password": WORDS})

    assert (refused.status_code, "må ha minst 12 tegn" in refused.text, taken.status_code) == (422, True, 303)


def test_who_is_signed_in_as_another_is_told_and_gets_nothing(app: Any, as_: As) -> None:
    link = link_on(invite(as_("lars")))
    ola = as_("ola")
    page = opened(ola, link)

    answer = ola.post("/invitation/")

    assert (page.status_code, "logget inn som en annen" in page.text, answer.status_code) == (200, True, 403)
    assert (roles_of("ola@test.example"), invitation().state) == (["reader"], "open")


# -- who invites whom to what ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kari", "ola", "tone", "siri", "per", "frida"])
def test_only_those_who_give_roles_invite(name: str, as_: As) -> None:
    browser = as_(name)

    statuses = [browser.get("/invitations/").status_code, invite(browser).status_code]

    assert statuses == [403, 403]


@pytest.mark.parametrize("role", ["project_manager", "support", "", "x", "LOCAL_ADMIN"])
def test_no_other_roles_are_given_than_those_of_a_municipality(role: str, app: Any, as_: As) -> None:
    answer = invite(as_("lars"), role=role)

    with inside():
        assert db.session.scalars(select(Invitation)).all() == []
    assert (answer.status_code, "Velg et av alternativene" in answer.text) == (422, True)


def test_the_least_role_is_chosen_until_another_is_and_the_administrators_stands_last(as_: As) -> None:
    page = as_("lars").get("/invitations/").text

    offered = re.findall(r'<input (checked )?id="role-\d" name="role" type="radio" value="(\w+)"', page)

    assert offered == [("checked ", "reader"), ("", "dpo"), ("", "coordinator"), ("", "editor"), ("", "local_admin")]


@pytest.mark.parametrize(
    ("name", "email", "said"),
    [
        ("", NORA, "Fyll ut dette feltet"),
        ("Nora", "", "Fyll ut dette feltet"),
        ("Nora", "nora", "adresse"),
        ("Nora 01010012356", NORA, "fødselsnummer"),
        ("N" * 201, NORA, "for lang"),
        ("Lars", "lars@test.example", "din egen adresse"),
        ("Ola", "ola@test.example", "Ola Test har bruker i Orden fra før"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field(name: str, email: str, said: str, app: Any, as_: As) -> None:
    answer = invite(as_("lars"), email, name=name)

    with inside():
        assert db.session.scalars(select(Invitation)).all() == []
    assert (answer.status_code, said in answer.text) == (422, True)


def test_a_new_link_to_the_same_address_takes_the_place_of_the_old(app: Any, as_: As) -> None:
    lars = as_("lars")
    links = [link_on(invite(lars)), link_on(invite(lars))]

    statuses = [opened(stranger(app), link).status_code for link in links]

    assert statuses == [404, 200]


def test_an_invitation_is_withdrawn_once(as_on: As, engine_app: Any) -> None:
    lars = as_on("lars")
    link = link_on(invite(lars))
    number = invitation().id

    answers = [lars.post(f"/invitations/{number}/withdraw/") for _ in range(2)]
    page = lars.get("/invitations/").text

    assert [one.status_code for one in answers] == [303, 303]
    assert ("Trukket tilbake" in page, "det er ingenting å trekke tilbake" in page) == (True, True)
    assert opened(stranger(engine_app), link).status_code == 404


def test_the_invitations_of_others_are_neither_seen_nor_withdrawn(as_on: As) -> None:
    lars, sol = as_on("lars"), as_on("sol")
    sol.post("/municipality/", data={"municipality": municipality("Seljord")})
    invite(sol, "hemmeleg@test.example")
    with inside("Seljord"):
        number = db.session.scalars(select(Invitation.id)).one()

    page, answer = lars.get("/invitations/").text, lars.post(f"/invitations/{number}/withdraw/")

    assert ("hemmeleg" in page, answer.status_code) == (False, 404)


def test_the_invitation_by_which_one_came_to_another_municipality_is_not_ones_own_to_withdraw(as_on: As) -> None:
    lars, sol = as_on("lars"), as_on("sol")
    sol.post("/municipality/", data={"municipality": municipality("Seljord")})
    invite(sol)
    with inside("Seljord"):
        theirs = db.session.scalars(select(Invitation)).one()
        theirs.taken_at, theirs.user_id, number = now(), user("lars").id, theirs.id
        db.session.commit()

    assert lars.post(f"/invitations/{number}/withdraw/").status_code == 403


def test_support_chooses_a_municipality_first(as_: As) -> None:
    sol = as_("sol")
    page = sol.get("/invitations/").text

    statuses = [invite(sol).status_code]
    chosen = sol.post("/municipality/", data={"municipality": municipality("Tinn"), "back": "/invitations/"})
    statuses.append(invite(sol).status_code)

    assert "Velg hvilken raden skal høre til" in page
    assert (statuses, chosen.location) == ([403, 200], "/invitations/")


def test_an_invitation_of_support_leaves_those_of_other_municipalities_as_they_are(as_on: As) -> None:
    sol, open_ones = as_on("sol"), []
    for place in ("Seljord", "Tinn"):
        sol.post("/municipality/", data={"municipality": municipality(place)})
        invite(sol)

    for place in ("Seljord", "Tinn"):
        with inside(place):
            open_ones += [one.is_open for one in db.session.scalars(select(Invitation).filter_by(email=NORA))]

    assert open_ones == [True, True]


# -- where a row is to be made, when several municipalities are shown --------------------------------------------------


def test_with_several_municipalities_shown_one_is_chosen_where_the_row_is_made(as_: As) -> None:
    sol = as_("sol")
    page = sol.get("/membership/").text
    back = re.search(r'name="back" value="(/membership/new/[^"]+)"', page)
    assert back

    answer = sol.post("/municipality/", data={"municipality": municipality("Tinn"), "back": html.unescape(back[1])})

    assert (answer.status_code, answer.location) == (303, back[1])
    assert sol.get(answer.location).status_code == 200


def test_nothing_is_offered_where_nobody_may_add(as_: As) -> None:
    page = as_("siri").get("/application/").text

    assert ("make-in" in page, "Legg til ny" in page) == (False, False)


def test_the_form_of_new_access_begins_with_the_least_role(as_: As) -> None:
    page = as_("lars").get("/membership/new/").text

    offered = re.findall(r'<option value="([a-z_]+)"( selected)?>', page.partition('name="role"')[2])[:5]
    assert [one for one, _ in offered] == ["reader", "dpo", "coordinator", "editor", "local_admin"]
    assert [one for one, selected in offered if selected and one != "reader"] == []
