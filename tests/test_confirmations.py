"""Asking the owner of a row whether it is right: the link, the page of that one row, and the three answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.changes.confirming import owner_of
from models.database import db
from models.declare.clock import today
from models.registers.agreements import Agreement
from models.registers.ai import AiSystem
from models.registers.architecture import Application, Process, Service
from models.registers.comments import Comment
from models.registers.data import Dataset, Integration
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity
from models.tenancy.confirmations import Confirmation
from models.tenancy.log import ContentChange
from models.tenancy.people import Membership, MunicipalRole, User
from tests.conftest import inside, municipality, user
from tests.support import asking, attack
from tests.support.asking import LEADER, answered, ask, link_on, logged, opened, prepared, stranger, words
from tests.support.mail import Received
from tests.test_registers import As

pytest_plugins = ["tests.support.mail_fixtures"]
CONFIRMABLE = [one for one in models.REGISTERS if owner_of(one) is not None]


def newest_change() -> Any:
    with inside("Tinn"):
        found = db.session.scalars(select(ContentChange).order_by(ContentChange.id.desc())).first()
        db.session.expunge(found)
        return found


def comments() -> list[tuple[str, str, str]]:
    with inside("Tinn"):
        found = db.session.scalars(select(Comment).order_by(Comment.id))
        return [(one.author_name, one.text, str(one.state)) for one in found if one.author_name != "Verda"]


def flashed(browser: Any, answer: Any) -> str:
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    return " ".join(re.findall(r'class="message[^>]*>(?:<svg.*?</svg>)?\s*<p>(.*?)</p>', page, re.DOTALL))


# -- the whole way -----------------------------------------------------------------------------------------------------


def test_the_owner_says_by_a_link_and_without_an_account_that_a_system_is_right(as_on: As, engine_app: Any) -> None:
    prepared()
    kari, owner = as_on("kari"), stranger(engine_app)
    link = link_on(ask(kari))

    page = opened(owner, link)
    receipt = owner.get(answered(owner, page).location)

    assert (page.status_code, "Åpen skoleprogram" in page.text) == (200, True)
    assert "Kari Test i Tinn ber deg, Åpen Leiar, se om opplysningene er riktige." in words(page)
    assert (receipt.status_code, "Du svarte «Stemmer», " in words(receipt), "skoleprogram" in receipt.text) == (
        200, True, False,
    )  # fmt: skip
    assert asking.row_of(Application).confirmed == today()
    assert "Åpen Leiar (ved lenke) bekreftet at dette stemmer" in details(kari)


def details(browser: Any, register: Any = Application) -> str:
    url = f"/{register.__tablename__.replace('_', '-')}/details/?id={asking.first(register)}"
    return words(browser.get(url))


def test_the_history_and_the_log_say_who_asked_and_who_answered(as_on: As, engine_app: Any) -> None:
    prepared()
    owner = stranger(engine_app)
    answered(owner, opened(owner, link_on(ask(as_on("kari")))))

    told, number = newest_change(), asking.first(Application)
    assert (told.register, told.action, told.actor_name, told.actor_id) == (
        "application", "changed", "Åpen Leiar (ved lenke)", None,
    )  # fmt: skip
    assert [(one["field"], one["new"]) for one in told.fields] == [("confirmed", today().isoformat())]
    assert logged() == [
        ("owner_asked", "Kari Test", f"applikasjon {number} – Åpen Leiar <{LEADER}>"),
        ("owner_answered", "Åpen Leiar (ved lenke)", f"applikasjon {number} – Åpen Leiar <{LEADER}>: Stemmer"),
    ]


def test_these_registers_have_owners_to_ask_and_none_of_risk() -> None:
    assert set(CONFIRMABLE) == {
        ProcessingActivity, Application, AiSystem, Dataset, Integration, Service, Process, Agreement,
    }  # fmt: skip


@pytest.mark.parametrize("register", CONFIRMABLE, ids=lambda one: one.__tablename__)
def test_the_owner_of_a_row_in_any_register_confirms_it(register: Any, as_on: As, engine_app: Any) -> None:
    attack.furnish_rest("Åpen", "Tinn")
    prepared()
    with inside("Tinn"):
        row = db.session.scalars(select(register).order_by(register.id)).first()
        leader = db.session.scalars(select(ContactPerson).where(ContactPerson.email == LEADER)).one()
        setattr(row, owner_of(register).key, leader)
        db.session.commit()
    kari, owner = as_on("kari"), stranger(engine_app)
    page = opened(owner, link_on(ask(kari, register)))

    answer = answered(owner, page)

    told = newest_change()
    assert (page.status_code, answer.status_code, asking.question().answer.value) == (200, 303, "stands")
    assert (told.register, told.actor_name) == (register.__tablename__, "Åpen Leiar (ved lenke)")
    assert told.action == ("changed" if register in {Application, AiSystem} else "confirmed")
    assert "bekreftet at dette stemmer" in details(kari, register)
    history = kari.get(f"/{register.__tablename__.replace('_', '-')}/history/?id={told.row_id}")
    assert ("Åpen Leiar (ved lenke)" in history.text, "ekreftet" in history.text) == (True, True)


def test_what_must_be_changed_becomes_a_comment_and_the_row_is_what_it_was(as_on: As, engine_app: Any) -> None:
    prepared()
    kari, owner, before = as_on("kari"), stranger(engine_app), asking.row_of(Application)
    page = opened(owner, link_on(ask(kari)))

    answered(owner, page, "change", text="Systemet er byttet ut\nmed et annet.")

    after = asking.row_of(Application)
    assert (after.version, after.confirmed) == (before.version, None)
    assert comments() == [("Åpen Leiar (ved lenke)", "Systemet er byttet ut\nmed et annet.", "open")]
    assert "Åpen Leiar (ved lenke) svarte «Noe må endres»" in details(kari)


def test_whose_it_is_not_says_who_to_ask_and_it_is_a_task_until_somebody_has_seen_to_it(as_: As, app: Any) -> None:
    prepared()
    kari, owner = as_("kari"), stranger(app)
    task = "Eiere som vil ha noe endret, eller ikke er eier"
    before = kari.get("/").text
    answered(owner, opened(owner, link_on(ask(kari))), "not_mine", who="Nora i skolen")
    during, listed = kari.get("/").text, words(kari.get("/confirmations/"))

    with inside("Tinn"):
        said = db.session.scalars(select(Comment).where(Comment.author_name != "Verda")).one()
        kari.post(f"/comments/content/{said.id}/state/", data={"state": "settled"})

    assert comments() == [
        (
            "Åpen Leiar (ved lenke)",
            "Jeg er ikke den som svarer for dette. Spør heller: Nora i skolen",
            "settled",
        ),
    ]
    assert [task in page for page in (before, during, kari.get("/").text)] == [False, True, False]
    assert ("Ikke min" in listed, "Svart av Åpen Leiar (ved lenke)" in listed, "Åpen</span>" in listed) == (True,) * 3


def test_whose_it_is_not_need_not_know_whose_it_is(as_: As, app: Any) -> None:
    prepared()
    owner = stranger(app)

    answered(owner, opened(owner, link_on(ask(as_("kari")))), "not_mine", who=" ")

    assert comments() == [("Åpen Leiar (ved lenke)", "Jeg er ikke den som svarer for dette.", "open")]


@pytest.mark.parametrize(
    ("text", "said"),
    [(" ", "Skriv hva som må endres."), ("Ring 01010012356", "fødselsnummer"), ("x" * 2001, "for lang")],
)
def test_what_cannot_be_taken_is_told_where_it_was_written_and_the_link_still_works(
    text: str, said: str, as_: As, app: Any
) -> None:
    prepared()
    owner = stranger(app)
    page = opened(owner, link_on(ask(as_("kari"))))

    refused = answered(owner, page, "change", text=text)

    assert (refused.status_code, said in words(refused), text in words(refused)) == (422, True, True)
    assert (comments(), asking.question().state.value) == ([], "open")
    assert answered(owner, refused).status_code == 303


def test_what_was_changed_while_the_page_stood_open_is_seen_anew(as_: As, app: Any) -> None:
    prepared()
    owner = stranger(app)
    page = opened(owner, link_on(ask(as_("kari"))))
    asking.row_of(Application, description="Skrevet imens")

    refused = answered(owner, page)

    assert (refused.status_code, "Noen endret opplysningene etter at du åpnet siden" in words(refused)) == (422, True)
    assert ("Skrevet imens" in refused.text, asking.row_of(Application).confirmed) == (True, None)
    assert answered(owner, refused).status_code == 303


@pytest.mark.parametrize(
    ("form", "said"), [("nn", "Stemmer dette?"), ("nb", "Stemmer dette?"), ("neutral", "Is this right?")]
)
def test_the_page_speaks_the_language_of_the_municipality_else_that_of_the_browser(
    form: str, said: str, as_: As, app: Any
) -> None:
    prepared()
    link = link_on(ask(as_("kari")))
    with inside():
        db.session.get_one(Municipality, municipality("Tinn")).language = form
        db.session.commit()
    owner = stranger(app)
    answer = owner.get(link)

    page = owner.get(answer.location, headers={"Accept-Language": "en"})

    assert (page.status_code, said in page.text, f'lang="{form if form != "neutral" else "en"}"' in page.text) == (
        200, True, True,
    )  # fmt: skip


# -- with an account ---------------------------------------------------------------------------------------------------


def test_where_the_municipality_wants_a_sign_in_the_link_leads_there_first_and_then_to_the_row(
    as_on: As, engine_app: Any
) -> None:
    prepared(by_link=False, email="ola@test.example")
    ola, link = stranger(engine_app), link_on(ask(as_on("kari")))
    first = opened(ola, link)

    onward = ola.post(first.location, data={"email": "ola@test.example", "password": "et langt passord for tester"})
    led = ola.get(onward.location)
    page = ola.get(led.location)
    answer = answered(ola, page)

    number = asking.first(Application)
    assert (first.status_code, first.location) == (303, f"/sign-in/?next=/confirm/{asking.question().id}/")
    assert led.location == f"/application/details/?id={number}#confirm"
    assert "Du er bedt om å bekrefte at opplysningene her stemmer." in words(page)
    assert answer.location == led.location
    assert (newest_change().actor_name, asking.row_of(Application).confirmed) == ("Ola Test", today())
    assert "Ola Test bekreftet at dette stemmer" in words(ola.get(led.location))


def test_an_owner_with_an_account_finds_the_choices_on_the_row_without_the_link(as_: As) -> None:
    prepared(by_link=False, email="ola@test.example")
    ask(as_("kari"))
    ola, tone = as_("ola"), as_("tone")

    url = f"/application/details/?id={asking.first(Application)}"
    answered(ola, ola.get(url), "change", text="Ny leverandør")

    assert "/confirm/" not in tone.get(url).text
    assert comments() == [("Ola Test", "Ny leverandør", "open")]


def test_what_a_signed_in_owner_wrote_and_that_is_refused_still_stands_there(as_: As) -> None:
    prepared(email="ola@test.example")
    ask(as_("kari"))
    ola = as_("ola")
    page = ola.get(f"/application/details/?id={asking.first(Application)}")

    refused, empty = (answered(ola, page, "change", text=text) for text in ("Ring 01010012356", ""))

    assert (refused.status_code, "Ring 01010012356" in refused.text) == (422, True)
    assert flashed(ola, empty) == "Skriv hva som må endres."
    assert comments() == []


def test_who_is_signed_in_and_reads_the_row_is_led_to_it_wherever_they_were(as_: As) -> None:
    prepared()
    link, siri = link_on(ask(as_("kari"))), as_("siri")
    siri.post("/municipality/", data={"municipality": municipality("Seljord")})

    led = opened(siri, link)

    assert (led.status_code, led.location) == (303, f"/application/details/?id={asking.first(Application)}#confirm")
    assert "/confirm/" in siri.get(led.location).text


def test_who_is_signed_in_and_may_not_read_the_row_is_told_or_answers_by_the_link(as_: As) -> None:
    prepared(by_link=False)
    link, berit = link_on(ask(as_("kari"))), as_("berit")
    refused = opened(berit, link)
    prepared()
    with inside():
        db.session.get_one(Municipality, municipality("Tinn")).language = "nb"
        db.session.commit()

    page = opened(berit, link)
    answered(berit, page)

    assert (refused.status_code, "skoleprogram" in refused.text) == (403, False)
    assert (page.status_code, newest_change().actor_name) == (200, "Åpen Leiar (ved lenke)")


# -- asking ------------------------------------------------------------------------------------------------------------


def test_an_owner_without_an_address_is_told_of_with_the_way_to_mend_it(as_: As) -> None:
    prepared(email=None)
    kari = as_("kari")

    said = flashed(kari, ask(kari))

    assert said.startswith('Åpen Leiar har ingen e-post. <a href="/contact-person/edit/?id=')
    assert (said.endswith('#email">Fyll ut e-posten</a>'), logged()) == (True, [])


def test_a_row_without_an_owner_offers_no_asking_and_says_so_when_asked(as_: As) -> None:
    prepared(owner=None)
    kari = as_("kari")
    page = kari.get(f"/application/details/?id={asking.first(Application)}").text

    assert "Be eieren bekrefte" not in page
    assert flashed(kari, ask(kari)).startswith("Ingen er valgt som systemeier.")


@pytest.mark.parametrize(("name", "status"), [("ola", 403), ("tone", 403), ("siri", 403), ("per", 403), ("berit", 404)])
def test_only_who_may_change_a_row_asks_about_it(name: str, status: int, as_: As) -> None:
    prepared()
    browser = as_(name)

    assert ask(browser).status_code == status
    assert logged() == []
    if name != "berit":
        assert browser.get("/confirmations/").status_code == 403


def test_who_keeps_another_municipality_does_not_ask_where_they_only_read(as_: As) -> None:
    prepared()
    prepared(town="Seljord")
    with inside("Seljord"):
        db.session.add(Membership(user=db.session.get(User, user("siri").id), role=MunicipalRole("editor")))
        db.session.commit()
    siri = as_("siri")
    siri.post("/municipality/", data={"municipality": ""})

    assert [ask(siri, town=town).status_code for town in ("Tinn", "Seljord")] == [403, 200]
    assert [len(logged(town)) for town in ("Tinn", "Seljord")] == [0, 1]


def test_asking_anew_ends_the_link_before_and_the_key_is_kept_nowhere(as_: As, app: Any) -> None:
    prepared()
    kari = as_("kari")
    links = [link_on(ask(kari)), link_on(ask(kari))]

    assert [opened(stranger(app), link).status_code for link in links] == [404, 200]
    key = links[1].partition("key=")[2]
    assert (len(key) > 40, key in repr(attack.rows(app, "select * from confirmation"))) == (True, False)


def test_a_question_is_withdrawn_from_the_row_and_from_the_list_of_all_once(as_on: As, engine_app: Any) -> None:
    prepared()
    kari = as_on("kari")
    link, url = link_on(ask(kari)), f"/confirmations/{asking.question().id}/withdraw/"
    row, page = details(kari), kari.get("/confirmations/").text

    said = [flashed(kari, kari.post(url)) for _ in range(2)]

    assert (url in row, url in page) == (True, True)
    assert said == [
        "Spørsmålet til Åpen Leiar er trukket tilbake. Lenken virker ikke lenger.",
        "Spørsmålet venter ikke lenger, så det er ingenting å trekke tilbake.",
    ]
    assert opened(stranger(engine_app), link).status_code == 404
    assert [event for event, _who, _what in logged()] == ["owner_asked", "owner_unasked", "owner_refused"]


def second_owner() -> list[int]:
    """Four applications: two of the leader, one of another, one of nobody; their numbers."""
    with inside("Tinn"):
        leader = db.session.scalars(select(ContactPerson).where(ContactPerson.email == LEADER)).one()
        other = ContactPerson(name="Bente Bok", email="bente@test.example")
        rows = [Application(name="Bibliotek", owner=other), Application(name="Arkiv", owner=leader)]
        db.session.add_all([*rows, Application(name="Eierløs")])
        db.session.commit()
        return list(db.session.scalars(select(Application.id).order_by(Application.id)))


def test_many_owners_are_asked_at_once_one_letter_each_with_a_link_for_each_row(as_: As, app: Any) -> None:
    prepared()
    rows = second_owner()
    kari = as_("kari")

    look = kari.get("/confirmations/application/", query_string={"row": rows, "back": "/application/"})
    answer = kari.post("/confirmations/application/", data={"row": rows, "back": "/application/"})

    assert ("Lag lenker til 3 rader" in look.text, "Eierløs: Ingen er valgt som systemeier." in words(look)) == (
        True,
    ) * 2
    assert re.findall(r"<h2>Brev til (.*?)</h2>", answer.text) == ["Bente Bok", "Åpen Leiar"]
    links = asking.links_on(answer)
    assert len(set(links)) == 3
    assert [re.search("<h2>(.*?) <", opened(stranger(app), link).text)[1] for link in links] == [  # type: ignore[index]
        "Bibliotek", "Arkiv", "Åpen skoleprogram",
    ]  # fmt: skip


def test_letters_go_to_the_owners_where_a_mail_server_is_set_and_the_links_are_shown_to_nobody(
    as_: As, app: Any, post: Received
) -> None:
    prepared()
    rows, kari = second_owner(), as_("kari")

    said = flashed(kari, kari.post("/confirmations/application/", data={"row": rows, "back": "/application/"}))

    assert said == "Brevet er sendt til Bente Bok, Åpen Leiar."
    bodies = {letter["To"]: str(letter.get_content()) for letter in post.letters}
    found = {to: re.findall(r"https://orden\.example(/confirm/\?key=\S+)", body) for to, body in bodies.items()}
    assert {to: len(links) for to, links in found.items()} == {"bente@test.example": 1, LEADER: 2}
    assert opened(stranger(app), found[LEADER][1]).status_code == 200


def test_a_letter_that_does_not_leave_takes_its_question_back(as_: As, app: Any, post: Received) -> None:
    prepared()
    post.refused[LEADER] = "550 no such person"
    kari = as_("kari")

    said = flashed(kari, ask(kari))

    assert said.startswith("Brevet til Åpen Leiar ble ikke sendt, så spørsmålet er trukket tilbake.")
    assert asking.question().state.value == "withdrawn"


def test_too_many_rows_at_once_and_too_many_that_wait_are_refused(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared()
    rows, kari = second_owner(), as_("kari")
    monkeypatch.setattr("views.pages.confirmations.MOST_AT_ONCE", 2)
    many = kari.post("/confirmations/application/", data={"row": rows, "back": "/application/"})
    said = flashed(kari, many)
    monkeypatch.setattr("models.tenancy.confirmations.MOST", 1)
    ask(kari)

    assert said == "Velg høyst 2 rader om gangen."
    assert flashed(kari, ask(kari)).startswith("Kommunen har spurt om 1 bekreftelser")
    with inside("Tinn"):
        assert len(db.session.scalars(select(Confirmation)).all()) == 1


def test_the_local_administrator_decides_whether_an_account_is_needed(as_: As) -> None:
    lars, kari, number = as_("lars"), as_("kari"), municipality("Tinn")
    page = lars.get(f"/municipality/edit/?id={number}").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version

    answer = lars.post(
        f"/municipality/edit/?id={number}",
        data={"version": version[1], "owners_answer_by_link": "y", "language": "nb", "risk_scale": "5"},
    )

    assert "Systemeiere kan bekrefte uten konto" in page
    assert (answer.status_code, kari.get(f"/municipality/edit/?id={number}").status_code) == (303, 403)
    with inside():
        assert db.session.get_one(Municipality, number).owners_answer_by_link is True


def test_what_an_owner_has_said_is_not_taken_back_by_undoing(as_: As, app: Any) -> None:
    prepared()
    kari, owner = as_("kari"), stranger(app)
    answered(owner, opened(owner, link_on(ask(kari, Dataset))))

    event = newest_change().request_id
    page = words(kari.get(f"/changes/undo/event/{event}/"))

    assert "Eieren har svart at «Åpen elevregister» stemmer" in page
