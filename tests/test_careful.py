"""What goes wrong when people are tired, in two places at once, or want more than their role gives."""

from __future__ import annotations

import re
from datetime import date
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from models.database import db
from models.declare.base import now
from models.declare.choices import Disposal
from models.declare.words import Problem
from models.queries.overview import tasks
from models.registers.architecture import Application
from models.registers.billing import Charge
from models.registers.catalogue import ProcessingTemplate, Product, TemplateRetention
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy.people import Membership, MunicipalRole, ProjectRole, ProjectRoleName, User
from tests import world
from tests.conftest import inside, municipality, user
from tests.support import attack
from tests.test_bad_input import numbers
from tests.test_forms import first, reread, send
from tests.test_registers import As, address, create, errors, fetch, form_of

TODAY = date(2026, 3, 1)
SAID, SAID_OF_TIME = ("purpose", "description", "sources"), ("start", "basis")


def choose(browser: Any, name: str) -> None:
    assert browser.post("/municipality/", data={"municipality": municipality(name)}).status_code == 303


def membership_of(name: str) -> Any:
    with inside("Tinn"):
        row = db.session.scalars(select(Membership).where(Membership.user_id == user(name).id)).first()
        db.session.expunge(row)
    return row


# -- roles -------------------------------------------------------------------------------------------------------------


def test_a_role_given_to_another_is_not_turned_into_ones_own(as_: As) -> None:
    row = membership_of("ola")

    answer = send(as_("lars"), row, user=[str(user("lars").id)])

    assert (answer.status_code, reread(row, "user_id")) == (422, [user("ola").id])


def test_support_neither_edits_nor_resets_those_who_run_the_project(as_: As) -> None:
    browser, per, kari = as_("sol"), user("per"), user("kari")

    doors = {
        who.email: [
            browser.get(address(User, "edit/", id=who.id)).status_code,
            browser.get(address(User, "delete/", id=who.id)).status_code,
            browser.post(f"/user-account/{who.id}/password/").status_code,
        ]
        for who in (per, kari)
    }

    assert doors == {per.email: [403, 403, 403], kari.email: [200, 200, 200]}
    assert user("per").password_hash == per.password_hash


def test_a_new_password_from_support_is_logged_without_the_password(as_: As) -> None:
    browser, ola = as_("sol"), user("ola")

    browser.post(f"/user-account/{ola.id}/password/")

    page = browser.get(address(User, "history/", id=ola.id)).text
    assert ("Sol Test" in page, "Passord" in page, "•••" in page, "argon2" in page) == (True, True, True, False)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "status"), [("", "", 422), ("", "2020-01-01", 422), ("2031-01-01", "", 422)]
)
def test_the_same_role_is_not_given_twice_in_one_period(valid_from: str, valid_to: str, status: int, as_: As) -> None:
    browser = as_("lars")
    form = form_of(browser.get(address(Membership, "new/")).text)
    values = {"user": [str(user("ola").id)], "role": ["reader"], "valid_from": valid_from, "valid_to": valid_to}

    answer = browser.post(address(Membership, "new/"), data=form.values | values)

    assert (answer.status_code, len(errors(answer.text))) == (status, 1)
    assert "har denne rollen i perioden fra før" in answer.text


def test_the_same_role_may_follow_itself_in_a_later_period(app: Any) -> None:
    with inside("Tinn"):
        held = db.session.get(Membership, membership_of("ola").id)
        held.valid_to = date(2026, 1, 1)
        db.session.commit()
        again = Membership(user=held.user, role=MunicipalRole.READER, valid_from=date(2026, 1, 1))
        db.session.add(again)
        db.session.commit()

        assert again.id is not None


def test_a_role_in_the_project_is_held_once(app: Any) -> None:
    with inside():
        held = db.session.scalars(select(ProjectRole).where(ProjectRole.user_id == user("sol").id)).one()
        db.session.add(ProjectRole(user=held.user, role=ProjectRoleName.SUPPORT, valid_from=TODAY))
        with pytest.raises(Problem):
            db.session.commit()


def test_billing_opens_its_own_report_and_takes_out_its_own_lists(as_: As) -> None:
    browser = as_("frida")

    reports = {slug: browser.get(f"/reports/{slug}/").status_code for slug in ("fakturagrunnlag", "applikasjoner")}

    assert reports == {"fakturagrunnlag": 200, "applikasjoner": 403}
    assert browser.get(address(Charge, "export/xlsx/")).status_code == 200


def test_support_has_no_reports(as_: As) -> None:
    assert as_("sol").get("/reports/").status_code == 403


# -- two municipalities, two people at once ----------------------------------------------------------------------------


def in_both(name: str = "kari") -> None:
    with inside("Seljord"):
        who = db.session.scalars(select(User).where(User.email == f"{name}@test.example")).one()
        db.session.add(Membership(user=who, role=MunicipalRole.EDITOR))
        db.session.commit()


def test_a_form_is_saved_where_it_was_opened(as_: As) -> None:
    in_both()
    browser = as_("kari")
    choose(browser, "Tinn")
    values = form_of(browser.get(address(Application, "new/")).text).values
    choose(browser, "Seljord")

    answer = browser.post(address(Application, "new/"), data=values | {"name": "Begynt i Tinn"})

    row = fetch(Application, int(answer.location.rpartition("=")[2]))
    assert (row.name, row.municipality_id) == ("Begynt i Tinn", municipality("Tinn"))
    assert "Begynt i Tinn" in browser.get(answer.location).text


def test_a_form_that_claims_another_municipality_is_saved_nowhere(as_: As) -> None:
    browser = as_("kari")
    values = form_of(browser.get(address(Application, "new/")).text).values

    claim = {"name": "Smuglet", "opened_in": str(municipality("Seljord"))}
    answer = browser.post(address(Application, "new/"), data=values | claim)

    with inside():
        found = db.session.scalar(select(func.count()).where(Application.name == "Smuglet"))
    assert (answer.status_code, found) == (404, 0)


def test_a_number_is_never_given_twice_not_even_after_deletion(as_: As) -> None:
    browser = as_("kari")
    one, two = (fetch(ProcessingActivity, create(ProcessingActivity, browser)) for _ in range(2))
    browser.post(address(ProcessingActivity, "delete/", id=two.id), data={})

    three = fetch(ProcessingActivity, create(ProcessingActivity, browser))

    given = [int(row.number.removeprefix("B-")) for row in (one, two, three)]
    assert given == [given[0], given[0] + 1, given[0] + 2]


def test_people_who_add_at_once_get_a_number_each(engine_app: Any) -> None:
    saved: list[int] = []

    def add(number: int) -> None:
        kari = attack.browser(engine_app, "kari")
        for attempt in range(3):
            values = form_of(kari.get(address(ProcessingActivity, "new/")).text).values
            name = f"Samtidig {number}-{attempt}"
            answer = kari.post(address(ProcessingActivity, "new/"), data=values | {"name": name})
            saved.append(answer.status_code)

    threads = [Thread(target=add, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = attack.rows(engine_app, "select number from processing_activity where name like 'Samtidig%'")
    assert (saved, len(set(found))) == ([303] * 9, 9)


def test_a_history_begins_where_its_own_row_was_made(as_: As) -> None:
    browser = as_("kari")
    old = create(Application, browser, name=["Den gamle"])
    browser.post(address(Application, "delete/", id=old), data={})
    new = create(Application, browser, name=["Den nye"])

    page = browser.get(address(Application, "history/", id=new)).text

    assert (new, "Den nye" in page, "Den gamle" in page) == (old, True, False)


# -- passwords ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("kort", "må ha minst 12 tegn"),
        (" " * 12, "må ha minst 12 tegn"),
        ("x" * 201, "kan ha høyst 200 tegn"),
        ("abababababab", "har for få ulike tegn"),
        (world.PASSWORD, "er det samme som det gamle"),
    ],
)
def test_a_poor_password_is_refused_with_the_reason(new: str, said: str, as_: As) -> None:
    answer = as_("kari").post("/password/", data={"old": world.PASSWORD, "new": new})

    assert (answer.status_code, said in answer.text) == (422, True)
    assert user("kari").password_matches(world.PASSWORD)


def test_guessing_at_the_old_password_is_slowed_down_too(as_: As) -> None:
    browser = as_("kari")
    for _ in range(6):
        browser.post("/password/", data={"old": "feil", "new": "et helt nytt passord"})

    answer = browser.post("/password/", data={"old": world.PASSWORD, "new": "et helt nytt passord"})

    assert (answer.status_code, user("kari").locked_until > now()) == (422, True)


def test_signing_in_does_not_disturb_who_edits_the_person(as_: As) -> None:
    browser, row = as_("sol"), user("ola")
    url = address(User, "edit/", id=row.id)
    values = form_of(browser.get(url).text).values
    as_("ola")

    assert browser.post(url, data=values | {"name": "Ola Nordmann"}).status_code == 303


# -- input -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("register", "first_key", "key"),
    [(Application, "in_use_from", "retires"), (ProcessingActivity, "valid_from", "valid_to")],
)
def test_a_period_that_ends_before_it_begins_is_refused_at_its_field(
    register: type[Any], first_key: str, key: str, as_: As
) -> None:
    row = first(register)

    answer = send(as_("kari"), row, **{first_key: "2026-03-01", key: "2026-02-01"})

    assert (answer.status_code, len(errors(answer.text))) == (422, 1)
    assert "Datoen må komme etter" in errors(answer.text)[0]


@pytest.mark.parametrize("months", ["1201", "-1"])
def test_a_number_of_months_that_cannot_be_is_refused(months: str, as_: As) -> None:
    answer = send(as_("kari"), first(ProcessingActivity), **{"retention-0-months": months})

    assert (answer.status_code, "mellom 0 og 1200" in answer.text) == (422, True)


@pytest.mark.parametrize("shape", ["{0}/{1}", "{0} - {1}", "{0}–{1}", "{0}.{1}"])
def test_a_national_identity_number_is_known_however_it_is_written(shape: str, as_: As) -> None:
    number = numbers()["person"]

    answer = send(as_("kari"), first(Application), notes=shape.format(number[:6], number[6:]))

    assert (answer.status_code, "fødselsnummer" in answer.text) == (422, True)


def test_signs_that_nobody_sees_are_left_out_of_a_name(as_: As) -> None:
    row = first(Application)

    send(as_("kari"), row, name="Elev\u202eark\0iv\r\n  to")

    assert reread(row, "name") == ["Elevarkiv to"]


def test_a_row_that_refers_to_itself_is_explained(as_: As) -> None:
    row = first(Application)

    answer = send(as_("kari"), row, replaced_by=str(row.id))

    assert (answer.status_code, "kan ikke vise til seg selv" in answer.text) == (422, True)


@pytest.mark.parametrize("between", [0, 2])
def test_units_do_not_stand_under_each_other_in_a_ring(between: int, as_: As) -> None:
    with inside("Tinn"):
        top = OrganisationalUnit(name="Øverst")
        lowest = top
        for number in range(between + 1):
            lowest = OrganisationalUnit(name=f"Nede {number}", parent_unit=lowest)
        db.session.add(lowest)
        db.session.commit()
        db.session.refresh(top)
        bottom = lowest.id
        db.session.expunge(top)

    answer = send(as_("kari"), top, parent_unit=str(bottom))

    assert (answer.status_code, "kan ikke vise til seg selv" in answer.text) == (422, True)
    assert reread(top, "parent_unit_id") == [None]


def test_a_proposal_shows_the_status_it_will_get(as_: As) -> None:
    browser = as_("kari")
    page = browser.get("/product/new/").text
    form = form_of(page)

    answer = browser.post("/product/new/", data=form.values | {"name": ["Forslaget"], "status": ["approved"]})

    chosen = re.search(r'<option value="(\w+)" selected>', page.partition('name="status"')[2])
    assert chosen is not None
    assert (answer.status_code, chosen[1]) == (303, "proposed")
    assert reread(fetch(Product, int(answer.location.rpartition("=")[2])), "status") == ["proposed"]


@pytest.mark.parametrize("path", ["/processing-template/{0}/use/", "/user-account/{0}/password/"])
def test_a_number_no_database_holds_is_not_found(path: str, as_: As) -> None:
    browser = as_("kari" if "template" in path else "sol")

    assert browser.post(path.format(10**30)).status_code == 404


@pytest.mark.parametrize("year", ["2017", "2101", "abc"])
def test_a_year_without_figures_is_refused_with_the_years_there_are(year: str, as_: As) -> None:
    browser = as_("per")

    download = browser.get(f"/reports/fakturagrunnlag/download/?year={year}")
    page = browser.get(download.location)

    assert (download.status_code, page.status_code) == (303, 422)
    assert "Skriv et år fra 2018 til 2100" in page.text


def test_a_missing_file_is_not_kept_by_the_browser(as_: As) -> None:
    answer = as_("kari").get("/static/finnes-ikke.css")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


# -- truth -------------------------------------------------------------------------------------------------------------


def test_a_processor_needs_no_ground_of_its_own(app: Any) -> None:
    task = next(one for one in tasks(TODAY) if one.filters == {"lacks": "article6"})
    with inside("Tinn"):
        found = set(db.session.scalars(select(ProcessingActivity.role).where(task.condition)))

    assert "processor" not in {str(role) for role in found}


def test_saving_says_so_when_something_is_wrong(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)

    answer = send(browser, row, special="yes", article9=[])

    assert "men noe må rettes" in browser.get(answer.location).text


@pytest.mark.parametrize(("who", "form"), [("kari", ""), ("berit", "_nn")])
def test_a_template_is_taken_in_the_language_form_of_the_municipality(who: str, form: str, as_: As) -> None:
    browser = as_(who)
    browser.post("/language/", data={"language": "en"})
    with inside():
        template = db.session.scalars(select(ProcessingTemplate)).first()
        assert template is not None
        for key in (*SAID, "name"):
            setattr(template, key, f"{key} på bokmål")
            setattr(template, f"{key}_nn", f"{key} på nynorsk")
        template.retention = [
            TemplateRetention(disposal=Disposal.ERASE, **{key: key, f"{key}_nn": f"{key}_nn"}) for key in SAID_OF_TIME
        ]
        db.session.commit()
        template_id = template.id

    answer = browser.post(f"/processing-template/{template_id}/use/")

    row_id = int(answer.location.rpartition("=")[2])
    with inside():
        row = db.session.get(ProcessingActivity, row_id)
        said = {key: getattr(row, key) for key in (*SAID, "name")}
        times = {key: getattr(part, key) for key, part in zip(SAID_OF_TIME, row.retention, strict=True)}
    assert said == {key: f"{key} på {'nynorsk' if form else 'bokmål'}" for key in said}
    assert times == {key: f"{key}{form}" for key in times}


def test_a_template_taken_twice_says_so(as_: As) -> None:
    browser, template = as_("kari"), first(ProcessingTemplate)
    pages = []
    for _ in range(2):
        answer = browser.post(f"/processing-template/{template.id}/use/")
        pages.append("Malen var hentet fra før" in browser.get(answer.location).text)

    assert pages == [False, True]
