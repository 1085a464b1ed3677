"""The year in one's own calendar: an address that cannot be guessed, can be withdrawn, and reaches no further than its
person does today."""

from __future__ import annotations

import html
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.clock import today
from models.queries import year
from models.registers.architecture import Application
from models.registers.municipality import Municipality
from models.registers.risk import RiskAssessment, RiskScenario
from models.tenancy import calendars
from models.tenancy.accesslog import AccessEntry
from models.tenancy.calendars import CalendarAddress
from models.tenancy.people import Membership, MunicipalRole, ProjectRole, ProjectRoleName, User
from tests.conftest import inside, municipality, user
from tests.support import attack
from tests.test_registers import As
from tests.test_year import add, plan
from views import guesses
from views.requestlog import Lines

SOON = today() + timedelta(days=40)


def made(browser: Any) -> str:
    """A new address, as a calendar asks for it."""
    found = re.search(r'id="address"[^>]*value="https?://[^/]+(/calendar/[^"]+)"', browser.post("/year/").text)
    assert found
    return html.unescape(found[1])


def fetched(app: Any, address: str, **options: Any) -> Any:
    """What a calendar program is answered, which has no session."""
    return attack.visitor(app).get(address, **options)


def unfolded(answer: Any) -> list[str]:
    """The lines of a feed, put together again."""
    return answer.get_data(as_text=True).replace("\r\n ", "").split("\r\n")[:-1]


def summaries(answer: Any) -> list[str]:
    return [line.partition(":")[2] for line in unfolded(answer) if line.startswith("SUMMARY:")]


def address_rows() -> list[tuple[int, int]]:
    with inside():
        return [(one.user_id, one.place) for one in db.session.scalars(select(CalendarAddress))]


def change_user(name: str, **values: Any) -> None:
    with inside():
        found = db.session.get(User, user(name).id)
        for key, value in values.items():
            setattr(found, key, value)
        db.session.commit()


def change_role(name: str, where: str = "Tinn", **values: Any) -> None:
    number = user(name).id
    with inside(where):
        held = db.session.scalars(select(Membership).where(Membership.user_id == number)).one()
        for key, value in values.items():
            setattr(held, key, value)
        db.session.commit()


# -- what an address leads to ------------------------------------------------------------------------------------------


def test_an_address_leads_to_what_its_person_reads_in_its_municipality(as_on: As, engine_app: Any) -> None:
    plan("Tinn", SOON)
    plan("Seljord", SOON)
    kari, ola = made(as_on("kari")), made(as_on("ola"))

    hers, his = fetched(engine_app, kari), fetched(engine_app, ola)

    assert (hers.status_code, hers.content_type) == (200, "text/calendar; charset=utf-8")
    assert sorted(summaries(hers)) == [
        "Avtale går ut: Åpen avtale",
        "Revisjon av DPIA: Åpen DPIA",
        "Revisjon av ROS: Åpen ROS",
        "Revisjon av applikasjon: Åpen skoleprogram",
        "Revisjon av behandling: Åpen elevadministrasjon",
        "Siste dag for å si opp avtale: Åpen avtale",
    ]
    assert [one for one in summaries(hers) if one not in summaries(his)] == [
        "Revisjon av ROS: Åpen ROS", "Revisjon av DPIA: Åpen DPIA",
    ]  # fmt: skip
    assert hers.headers["Cache-Control"] == "private, no-cache"


def test_of_several_municipalities_an_address_knows_the_one_it_was_made_in(as_on: As, engine_app: Any) -> None:
    plan("Tinn", SOON)
    plan("Seljord", SOON)
    siri = as_on("siri")
    siri.post("/municipality/", data={"municipality": str(municipality("Tinn"))})
    in_tinn = made(siri)
    siri.post("/municipality/", data={"municipality": str(municipality("Seljord"))})
    in_seljord = made(siri)
    siri.post("/municipality/", data={"municipality": ""})
    together = siri.post("/year/")

    assert {"Hemmeleg" in one for one in summaries(fetched(engine_app, in_tinn))} == {False}
    assert {"Hemmeleg" in one for one in summaries(fetched(engine_app, in_seljord))} == {True}
    assert together.status_code == 403
    assert sorted(address_rows()) == sorted((user("siri").id, municipality(one)) for one in ("Tinn", "Seljord"))


def test_the_project_managers_address_for_a_municipality_tells_of_it_alone_and_of_no_risk(
    as_on: As, engine_app: Any
) -> None:
    plan("Tinn", SOON)
    plan("Seljord", SOON)
    per = as_on("per")
    per.post("/municipality/", data={"municipality": str(municipality("Seljord"))})

    told = summaries(fetched(engine_app, made(per)))

    assert {"Hemmeleg" in one for one in told if not one.startswith("Fakturert")} == {True}
    assert len(told) == 5
    assert [one for one in told if "ROS" in one or "DPIA" in one] == []


def test_an_address_tells_of_three_months_that_were_and_two_years_to_come(as_: As, app: Any) -> None:
    begin = today().replace(day=1)
    since, until = year.months_before(begin, 3), year.months_before(begin, -24)
    days = {
        "for gammel": since - timedelta(days=1),
        "eldste": since,
        "siste": until - timedelta(days=1),
        "siden": until,
    }
    add(*[Application(name=name, review_due=day) for name, day in days.items()])

    assert summaries(fetched(app, made(as_("kari")))) == [
        "Revisjon av applikasjon: eldste", "Revisjon av applikasjon: siste",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "form", "said"),
    [("en", "nb", "Review of application: "), ("nn", "nb", "Revisjon av applikasjon: "),
     (None, "nn", "Siste dag for å seie opp avtale: "), (None, "neutral", "Siste dag for å si opp avtale: ")],
)  # fmt: skip
def test_a_calendar_speaks_its_persons_language_or_the_municipalitys(
    chosen: str | None, form: str, said: str, as_: As, app: Any
) -> None:
    plan("Tinn", SOON)
    address = made(as_("kari"))
    change_user("kari", language=chosen)
    with inside():
        db.session.get(Municipality, municipality("Tinn")).language = form
        db.session.commit()

    assert [one for one in summaries(fetched(app, address)) if one.startswith(said)] != []


def test_whoever_has_signed_in_to_the_browser_that_asks_an_address_tells_the_same(as_: As, app: Any) -> None:
    plan("Tinn", SOON)
    plan("Seljord", SOON)
    address = made(as_("ola"))

    strangers, berits = fetched(app, address), as_("berit").get(address)

    assert berits.data == strangers.data
    assert berits.headers["Cache-Control"] == "no-store"


def test_what_has_not_changed_is_not_sent_again_and_head_is_answered_without_content(as_: As, app: Any) -> None:
    plan("Tinn", SOON)
    address = made(as_("kari"))
    whole = fetched(app, address)

    again = fetched(app, address, headers={"If-None-Match": whole.headers["ETag"]})
    head = attack.visitor(app).head(address)

    assert (again.status_code, again.data) == (304, b"")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", whole.headers["ETag"])
    add(Application(name="Ny", review_due=SOON))
    assert fetched(app, address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 200
    assert attack.visitor(app).post(address).status_code in {400, 401, 405}


# -- made, shown once, withdrawn ---------------------------------------------------------------------------------------


def test_an_address_is_shown_once_and_only_its_hash_is_kept(as_on: As, engine_app: Any) -> None:
    kari = as_on("kari")

    key = made(kari).removeprefix("/calendar/").removesuffix(".ics")

    assert len(key) == 43
    assert key not in kari.get("/year/").text
    kept = attack.rows(engine_app, "select * from calendar_address")
    assert (len(kept), key in repr(kept)) == (1, False)
    assert key not in repr(attack.rows(engine_app, "select * from access_entry"))


def test_a_withdrawn_address_leads_nowhere_and_a_new_one_ends_the_old(as_on: As, engine_app: Any) -> None:
    kari = as_on("kari")
    first = made(kari)
    second = made(kari)
    of_first, of_second = fetched(engine_app, first).status_code, fetched(engine_app, second).status_code

    kari.post("/year/withdraw/")

    assert (of_first, of_second) == (404, 200)
    assert fetched(engine_app, second).status_code == 404
    assert kari.post("/year/withdraw/").status_code == 303
    assert address_rows() == []


def test_who_presses_twice_at_once_is_shown_one_address_and_led_back_by_the_other(
    as_on: As, engine_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kari = as_on("kari")
    address = made(kari)
    monkeypatch.setattr(calendars, "withdraw", lambda *_: False)  # as the second sees it before the first is done

    again = kari.post("/year/")

    assert (again.status_code, again.headers["Location"]) == (303, "/year/")
    assert (address_rows(), fetched(engine_app, address).status_code) == (
        [(user("kari").id, municipality("Tinn"))],
        200,
    )


def test_another_language_on_the_page_of_an_address_leads_to_the_year(as_: As) -> None:
    kari = as_("kari")
    page = kari.post("/year/").text
    back = re.findall(r'name="next" value="([^"]+)"', page)

    assert set(back) == {"/year/?"}
    assert kari.get("/year/").status_code == 200


def test_the_access_log_tells_when_an_address_is_made_and_withdrawn(as_on: As, engine_app: Any) -> None:
    kari = as_on("kari")
    made(kari)
    made(kari)
    kari.post("/year/withdraw/")
    kari.post("/year/withdraw/")

    with inside("Tinn"):
        told = db.session.scalars(select(AccessEntry).order_by(AccessEntry.id))
        events = [(one.event.value, one.actor_name) for one in told if one.event.value.startswith("calendar")]
    assert events == [
        ("calendar_made", "Kari Test"), ("calendar_withdrawn", "Kari Test"), ("calendar_made", "Kari Test"),
        ("calendar_withdrawn", "Kari Test"),
    ]  # fmt: skip


def test_nobody_withdraws_or_sees_what_another_has_made(as_on: As, engine_app: Any) -> None:
    address = made(as_on("kari"))
    lars = as_on("lars")

    lars.post("/year/withdraw/")

    assert "Trekk tilbake" not in lars.get("/year/").text
    assert fetched(engine_app, address).status_code == 200


def test_who_reads_nothing_that_has_a_date_makes_no_address(as_: As) -> None:
    sol = as_("sol")
    sol.post("/municipality/", data={"municipality": str(municipality("Tinn"))})

    assert [sol.post(f"/year/{door}").status_code for door in ("", "withdraw/")] == [403, 403]
    assert address_rows() == []


# -- it ends with the role ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ends",
    [
        lambda: change_role("kari", valid_to=today()),
        lambda: change_role("kari", valid_from=today() + timedelta(days=1)),
        lambda: change_user("kari", active=False),
    ],
    ids=["the role has ended", "the role has not begun", "the person is deactivated"],
)
def test_an_address_ends_with_the_role_and_with_the_person(ends: Any, as_on: As, engine_app: Any) -> None:
    plan("Tinn", SOON)
    address = made(as_on("kari"))
    before = fetched(engine_app, address).status_code

    ends()

    after = fetched(engine_app, address)
    assert (before, after.status_code, after.data) == (200, 404, b"404\n")


def test_a_role_elsewhere_opens_nothing_here(as_on: As, engine_app: Any) -> None:
    siri = as_on("siri")
    siri.post("/municipality/", data={"municipality": str(municipality("Tinn"))})
    address = made(siri)
    number = user("siri").id
    with inside("Tinn"):
        db.session.delete(db.session.scalars(select(Membership).where(Membership.user_id == number)).one())
        db.session.commit()

    assert fetched(engine_app, address).status_code == 404


def test_a_smaller_role_shows_less_from_the_next_time_on(as_on: As, engine_app: Any) -> None:
    plan("Tinn", SOON)
    address = made(as_on("kari"))

    change_role("kari", role=MunicipalRole("reader"))

    assert [one for one in summaries(fetched(engine_app, address)) if "ROS" in one or "DPIA" in one] == []


def test_a_role_that_reads_nothing_with_a_date_opens_nothing(as_on: As, engine_app: Any) -> None:
    per = as_on("per")
    per.post("/municipality/", data={"municipality": str(municipality("Tinn"))})
    address, number = made(per), user("per").id
    with inside():
        held = db.session.scalars(select(ProjectRole).where(ProjectRole.user_id == number)).one()
        held.role = ProjectRoleName("support")
        db.session.commit()

    assert fetched(engine_app, address).status_code == 404


def test_the_address_of_who_is_deleted_leads_nowhere(as_: As, app: Any) -> None:
    address = made(as_("kari"))
    with attack.outside(app) as truth:
        truth.execute(f"delete from membership where user_id = {user('kari').id}")
        truth.execute("delete from user_account where email = 'kari@test.example'")

    assert fetched(app, address).status_code == 404


# -- attacks -----------------------------------------------------------------------------------------------------------


def test_what_is_no_key_is_answered_alike_in_plain_text_whoever_asks(as_: As, app: Any) -> None:
    kari = as_("kari")
    address = made(kari)
    kari.post("/year/withdraw/")
    tried = ["", "x", "%00", "a" * 5000, "' or 1=1 --", str(municipality("Tinn")), "x/y", "../x"]
    keys = [address, address.replace(".ics", "x.ics"), *[f"/calendar/{one}.ics" for one in tried], "/calendar/x"]

    answers = [fetched(app, one) for one in keys]

    assert {(one.status_code, one.data, one.content_type) for one in answers} == {
        (404, b"404\n", "text/plain; charset=utf-8")
    }
    assert {one.headers["Cache-Control"] for one in answers} == {"no-store"}
    assert kari.get("/calendar/x.ics").data == b"404\n"


def test_guessing_is_slowed_down_and_keeps_nobody_from_signing_in(as_: As, app: Any) -> None:
    address = made(as_("kari"))
    answers = [fetched(app, f"/calendar/{number}.ics") for number in range(guesses.MOST + 1)]

    assert [one.status_code for one in answers] == [404] * guesses.MOST + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert as_("ola").get("/").status_code == 200
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert fetched(app, address, **elsewhere).status_code == 200


def test_one_address_is_answered_so_often_and_no_more_wherever_it_is_asked_for_from(as_: As, app: Any) -> None:
    kari, ola = made(as_("kari")), made(as_("ola"))
    asked = [
        fetched(app, kari, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}).status_code
        for number in range(guesses.MOST + 1)
    ]

    assert asked == [200] * guesses.MOST + [429]
    assert fetched(app, ola).status_code == 200


def test_a_feed_is_bounded_and_costs_the_same_for_one_row_and_for_fifty(
    as_: As, app: Any, monkeypatch: pytest.MonkeyPatch, statements: list[str]
) -> None:
    address, counted = made(as_("kari")), []
    for many in (1, 50):
        add(*[Application(name=f"System {one}", review_due=SOON) for one in range(many)])
        fetched(app, address)
        statements.clear()
        counted.append((len(summaries(fetched(app, address))), len(statements)))

    assert [rows for rows, _number in counted] == [1, 51]
    assert counted[0][1] == counted[1][1] <= 7
    monkeypatch.setattr(year, "MOST", 20)
    assert len(summaries(fetched(app, address))) == 20


def test_the_key_is_in_no_log_line_and_no_address_one_is_led_on_to(as_: As, app: Any) -> None:
    told: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(Lines(as_json=True).format(record) + Lines(as_json=False).format(record))

    address = made(as_("kari"))
    key = address.removeprefix("/calendar/").removesuffix(".ics")
    handler = Kept()
    app.logger.addHandler(handler)
    try:
        answers = [fetched(app, one) for one in (address, f"/calendar/{key}", f"{address}/", f"/calendar/x/{key}.ics")]
        attack.visitor(app).head(address)
        attack.visitor(app).post(address)
    finally:
        app.logger.removeHandler(handler)

    assert [one.status_code for one in answers] == [200, 404, 404, 404]
    assert ([one for one in told if key in one], len(told) >= 6) == ([], True)
    assert {one.headers["Referrer-Policy"] for one in answers} == {"no-referrer"}
    assert {one.headers.get_all("Referrer-Policy")[0] for one in answers} == {"no-referrer"}
    assert [key in one.get_data(as_text=True) for one in answers] == [False] * 4


def test_the_name_of_a_row_ends_no_line_and_begins_none(as_: As, app: Any) -> None:
    evil = "Sak\r\nEND:VEVENT\r\nBEGIN:VEVENT\nSUMMARY:falsk;a,b\\n\u2028ATTACH:x\x0bX:y\x1b[2J"
    add(Application(name="Plan", review_due=SOON))
    with attack.outside(app) as truth:  # past what cleans a name on its way in
        truth.execute("update application set name = ? where name = 'Plan'", (evil,))

    answer = fetched(app, made(as_("kari")))

    (summary,) = summaries(answer)
    assert summary == (
        "Revisjon av applikasjon: Sak\\nEND:VEVENT\\nBEGIN:VEVENT\\nSUMMARY:falsk\\;a\\,b\\\\n\\nATTACH:x\\nX:y[2J"
    )
    names = [re.split("[:;]", line)[0] for line in unfolded(answer)]
    assert (names.count("BEGIN"), names.count("END"), "ATTACH" in names, "X" in names) == (2, 2, False, False)


def test_of_risk_a_feed_tells_the_name_of_the_assessment_and_nothing_in_it(as_: As, app: Any) -> None:
    with inside("Tinn"):
        scenario = RiskScenario(event="Alt lekker ut", measure="Kryptering", due=SOON)
        db.session.add(RiskAssessment(name="ROS for arkiv", review_due=SOON, method="Workshop", scenarios=[scenario]))
        db.session.commit()

    text = "\n".join(unfolded(fetched(app, made(as_("kari")))))

    assert "Revisjon av ROS: ROS for arkiv" in text
    assert [word for word in ("lekker", "Kryptering", "Workshop") if word in text] == []
