"""Sending, approving and sending back, by buttons: what says what it must is approved, by another than who sent it."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.approval import Step
from models.declare.base import field_of
from models.declare.choices import Answer, AssessmentNeed, AssessmentStatus, Disposal, RecordStatus
from models.declare.clock import today
from models.registers.catalogue import Supplier
from models.registers.codes import Article9, PersonalDataCategory
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity, ProcessorRow
from models.registers.risk import ImpactAssessment, RiskAssessment
from models.tenancy.log import change_class
from models.tenancy.people import Membership, MunicipalRole
from tests.conftest import inside, user
from tests.test_forms import first, reread, send
from tests.test_registers import As, address, delete_row, errors, form_of
from tests.test_undoing import way_back

APPROVED = [register for register in models.REGISTERS if register.__register__.approval]
TYPED = {"status": "approved", "approved_by": "Ågot Leiar", "approved_on": "2026-02-01"}


def ready(register: type[Any] = ProcessingActivity, **changes: Any) -> Any:
    """A row in Tinn that says all it must."""
    with inside("Tinn"):
        row = db.session.scalars(select(register).order_by(register.id)).first()
        if register is ProcessingActivity:
            row.retention[0].disposal, row.measures_reason = Disposal.ERASE, "Står i driftsavtalen."
        else:
            row.considered_on, row.reasoning = date(2026, 1, 1), "Liten risiko."
            row.conclusion = AssessmentNeed.SHALL_NOT
            row.risk_owner = db.session.scalars(select(ContactPerson)).first()
        for key, value in changes.items():
            setattr(row, key, value)
        db.session.commit()
    return first(register)


def take(browser: Any, row: Any, step: str, **more: Any) -> Any:
    """Press the button, as it stands on the page of the row now."""
    name, version = type(row).__tablename__, reread(row, "version")[0]
    return browser.post(f"/approval/{name}/{row.id}/", data={"step": step, "version": version, **more})


def said(browser: Any, answer: Any) -> str:
    """What the page one is led to says of what was done."""
    page = browser.get(answer.location).text
    return html.unescape(
        " ".join(re.findall(r'class="message[^>]*>(?:<svg.*?</svg>)?\s*<p>(.*?)</p>', page, re.DOTALL))
    )


def buttons(browser: Any, row: Any) -> list[str]:
    page = browser.get(address(type(row), "details/", id=row.id)).text
    return re.findall(r'name="step" value="(\w+)"', page)


def history(row: Any) -> list[tuple[str, str, str]]:
    """Who changed the status to what, and why, the newest first."""
    log = change_class(type(row))
    with inside("Tinn"):
        lines = db.session.scalars(
            select(log).where(log.register == type(row).__tablename__, log.row_id == row.id).order_by(log.id.desc())
        )
        return [
            (line.actor_name, entry["new"], line.reason)
            for line in lines
            for entry in line.fields
            if entry["field"] == "status" and entry.get("old")
        ]


# -- the way -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", APPROVED)
def test_one_sends_and_another_approves(register: type[Any], as_on: As) -> None:
    kari, lars, row = as_on("kari"), as_on("lars"), ready(register)
    approval = register.__register__.approval
    assert approval is not None

    sent = take(kari, row, "send")
    between = reread(row, "status", "sent_by", "approved_by")
    approved = take(lars, row, "approve")

    assert (sent.status_code, approved.status_code) == (303, 303)
    assert between == [approval.sent, "Kari Test", None]
    assert reread(row, "status", "approved_by", "approved_on", "sent_by") == [
        approval.approved, "Lars Test", today(), None,
    ]  # fmt: skip
    assert [line[:2] for line in history(row)] == [("Lars Test", approval.approved), ("Kari Test", approval.sent)]


def test_the_next_revision_is_a_year_away_unless_it_is_set(as_: As) -> None:
    kari, lars = as_("kari"), as_("lars")
    row, soon = ready(), today() + timedelta(days=90)
    dates = []
    for before in (None, today() - timedelta(days=1), soon):
        with inside("Tinn"):
            fresh = db.session.get(ProcessingActivity, row.id)
            fresh.review_due, fresh.status = before, RecordStatus.DRAFT
            db.session.commit()
        take(kari, row, "send")
        answer = take(lars, row, "approve")
        dates.append(reread(row, "review_due")[0])

    assert dates == [today() + timedelta(days=365)] * 2 + [soon]
    assert "Neste revisjon er" in said(lars, answer)


def test_what_is_sent_back_says_why_and_may_be_sent_again(as_: As) -> None:
    kari, lars, row = as_("kari"), as_("lars"), ready()
    take(kari, row, "send")

    silent = take(lars, row, "send_back")
    told = said(lars, silent)
    take(lars, row, "send_back", reason="Formålet er uklart.")
    page = kari.get(address(ProcessingActivity, "details/", id=row.id)).text
    again = take(kari, row, "send")

    assert "Skriv hvorfor" in told
    assert "Sendt tilbake: Formålet er uklart." in html.unescape(page)
    assert history(row)[1] == ("Lars Test", "revise", "Formålet er uklart.")
    assert (again.status_code, reread(row, "status", "sent_back")) == (303, ["review", None])


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (RecordStatus.DRAFT, ["send", "end"]),
        (RecordStatus.REVIEW, ["approve", "send_back"]),
        (RecordStatus.APPROVED, ["revise", "end"]),
        (RecordStatus.REVISE, ["send", "end"]),
        (RecordStatus.ENDED, ["revise"]),
    ],
)
def test_the_page_offers_the_steps_that_follow_and_each_leads_on(
    status: RecordStatus, offered: list[str], as_: As
) -> None:
    browser, row = as_("lars"), ready(status=status)
    approval = ProcessingActivity.__register__.approval
    assert approval is not None

    seen, stands = buttons(browser, row), []
    for step in offered:
        ready(status=status)
        take(browser, row, step, reason="Fordi.")
        stands.append(reread(row, "status")[0])

    assert (seen, stands) == (offered, [approval.leads_to(Step(step)) for step in offered])


def test_an_impact_assessment_goes_by_the_data_protection_officer(as_: As) -> None:
    kari, siri, row = as_("kari"), as_("siri"), ready(ImpactAssessment)
    offered = buttons(kari, row)

    take(kari, row, "consult")

    assert offered == ["send", "consult"]
    assert (reread(row, "status"), buttons(kari, row)) == ([AssessmentStatus.WITH_DPO], ["send"])
    assert "DPIA som venter på råd fra personvernombudet" in siri.get("/").text


def test_who_may_approve_sees_on_the_start_page_what_waits(as_: As) -> None:
    lars, row = as_("lars"), ready()
    before = lars.get("/").text
    take(as_("kari"), row, "send")

    page = lars.get("/").text

    waiting = "Behandlinger som venter på godkjenning"
    assert (waiting in before, waiting in page) == (False, True)
    assert re.search(rf'href="/processing-activity/\?status=review"[^>]*>{waiting}<', page)


# -- four eyes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", APPROVED)
def test_what_one_has_sent_another_approves(register: type[Any], as_on: As) -> None:
    kari, row = as_on("kari"), ready(register)
    take(kari, row, "send")
    offered = buttons(kari, row)

    answer = take(kari, row, "approve")

    assert ("approve" in offered, "send_back" in offered) == (False, True)
    assert "En annen som kan endre" in said(kari, answer)
    assert reread(row, "status") == [register.__register__.approval.sent]


def leaves(name: str, **values: Any) -> None:
    with inside("Tinn"):
        for row in db.session.scalars(select(Membership).where(Membership.user_id == user(name).id)):
            for key, value in values.items():
                setattr(row, key, value)
        db.session.commit()


@pytest.mark.parametrize("values", [{"valid_to": date(2020, 1, 1)}, {"role": MunicipalRole.READER}])
def test_who_is_alone_with_the_right_approves_what_was_sent_and_the_history_says_so(
    values: dict[str, Any], as_on: As
) -> None:
    kari, row = as_on("kari"), ready()
    leaves("lars", **values)
    take(kari, row, "send")
    page = kari.get(address(ProcessingActivity, "details/", id=row.id)).text

    take(kari, row, "approve")

    assert "Ingen andre i kommunen kan godkjenne" in page
    assert history(row)[0] == ("Kari Test", "approved", "Godkjent av den som sendte den: ingen andre i kommunen kan.")


# -- what stands in the way --------------------------------------------------------------------------------------------


def test_what_lacks_what_it_must_say_is_neither_sent_nor_approved_and_the_page_names_it(as_: As) -> None:
    kari, row = as_("kari"), first(ProcessingActivity)
    page = kari.get(address(ProcessingActivity, "details/", id=row.id)).text

    sent = said(kari, take(kari, row, "send"))
    with inside("Tinn"):
        db.session.get(ProcessingActivity, row.id).status = RecordStatus.REVIEW
        db.session.commit()
    approved = said(kari, take(kari, row, "approve"))

    assert re.findall(r'href="[^"]+#(\w+)"', page.partition("når dette er fylt ut:")[2].partition("</p>")[0]) == [
        "retention", "measures",
    ]  # fmt: skip
    assert (sent, approved) == ("Fyll ut dette først: Slettefrister, Sikkerhetstiltak.",) * 2
    assert reread(row, "status") == ["review"]


def test_what_breaks_a_rule_is_neither_sent_nor_approved_and_the_page_says_what_is_wrong(as_: As) -> None:
    kari, row = as_("kari"), ready(special=Answer.NO)
    wrong = "Opplysningene du har krysset av, er særlige kategorier. Svar Ja på spørsmålet om det."
    with inside("Tinn"):
        health = db.session.scalars(select(PersonalDataCategory).where(PersonalDataCategory.code == "health")).one()
        kept = db.session.get(ProcessingActivity, row.id)
        kept.subjects[0].personal_data = [*kept.subjects[0].personal_data, health]
        kept.article9 = [db.session.scalars(select(Article9).where(Article9.code == "9.2.h")).one()]
        db.session.commit()

    page = kari.get(address(ProcessingActivity, "details/", id=row.id)).text
    offered, sent = buttons(kari, row), said(kari, take(kari, row, "send"))
    with inside("Tinn"):
        db.session.get(ProcessingActivity, row.id).status = RecordStatus.REVIEW
        db.session.commit()
    approved = said(kari, take(kari, row, "approve"))

    assert ("se «Å rette»" in page, wrong in html.unescape(page), "send" in offered) == (True, True, False)
    assert (sent, approved) == (f"Dette må rettes først: {wrong}",) * 2
    assert reread(row, "status") == ["review"]


def test_the_form_says_at_the_field_what_keeps_it_from_being_sent(as_: As) -> None:
    kari, row = as_("kari"), ready()
    with inside("Tinn"):
        db.session.get(ProcessingActivity, row.id).processors = [
            ProcessorRow(supplier=db.session.scalars(select(Supplier)).first())
        ]
        db.session.get(ProcessingActivity, row.id).has_processors = Answer.YES
        db.session.commit()

    answer = send(kari, row, then="send")

    assert (answer.status_code, reread(row, "status")) == (422, ["draft"])
    assert "En databehandler mangler aktiv databehandleravtale. Koble til avtalen." in answer.text


@pytest.mark.parametrize(("name", "status"), [("ola", 403), ("tone", 403), ("siri", 403), ("per", 403), ("berit", 404)])
@pytest.mark.parametrize("register", APPROVED)
def test_nobody_else_takes_a_step(register: type[Any], name: str, status: int, as_: As) -> None:
    browser, row = as_(name), ready(register)
    if register is ImpactAssessment and name in {"ola", "per"}:
        status = 404  # they may not know of risk at all

    answers = [take(browser, row, str(step)).status_code for step in Step]

    assert answers == [status] * len(Step)


@pytest.mark.parametrize("register", APPROVED)
def test_a_step_that_does_not_follow_changes_nothing(register: type[Any], as_: As) -> None:
    browser, row = as_("lars"), ready(register)
    approval = register.__register__.approval
    assert approval is not None
    refused = [step for step in Step if step not in approval.steps(approval.draft)]

    told = [said(browser, take(browser, row, str(step))) for step in refused]

    assert ["kommet til et annet trinn" in one for one in told] == [True] * len(refused)
    assert reread(row, "status") == [approval.draft]


def test_what_was_changed_since_the_page_was_opened_is_not_approved_unseen(as_: As) -> None:
    kari, lars, row = as_("kari"), as_("lars"), ready()
    take(kari, row, "send")
    seen = reread(row, "version")[0]
    send(kari, row, name="Endret etterpå")

    answer = lars.post(f"/approval/processing_activity/{row.id}/", data={"step": "approve", "version": seen})

    assert ("kommet til et annet trinn" in said(lars, answer), reread(row, "status")) == (True, ["review"])


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/approval/processing_activity/999999/", {"step": "send"}, 404),
        ("/approval/processing_activity/99999999999999999999/", {"step": "send"}, 404),
        ("/approval/application/1/", {"step": "send"}, 404),
        ("/approval/nothing/1/", {"step": "send"}, 404),
        ("/approval/processing_activity/{id}/", {"step": "fly"}, 400),
        ("/approval/processing_activity/{id}/", {}, 400),
    ],
)
def test_odd_steps_are_refused(path: str, data: dict[str, str], status: int, as_: As) -> None:
    row = ready()

    assert as_("kari").post(path.format(id=row.id), data=data).status_code == status


# -- the form ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", APPROVED)
def test_the_form_asks_for_nothing_the_buttons_write(register: type[Any], as_: As) -> None:
    row = first(register)

    send(as_("kari"), row, **TYPED)
    page = as_("kari").get(address(register, "new/")).text

    assert [field_of(register, key).in_form for key in TYPED] == [False] * 3
    assert [f'name="{key}"' in page for key in TYPED] == [False] * 3
    assert reread(row, "status", "approved_by", "approved_on") == [register.__register__.approval.draft, None, None]


def test_what_is_approved_may_be_changed_but_not_emptied_of_what_it_must_say(as_: As) -> None:
    browser = as_("kari")
    row = ready(status=RecordStatus.APPROVED, review_due=date(2030, 1, 1))

    emptied = send(browser, row, "article6", purpose="", review_due="")
    changed = send(browser, row, name="Nytt navn")

    assert [answer.status_code for answer in (emptied, changed)] == [422, 303]
    assert {one.partition(":")[0] for one in errors(emptied.text)} == {
        "Formål", "Behandlingsgrunnlag, artikkel 6", "Neste revisjon",
    }  # fmt: skip
    assert reread(row, "status", "purpose", "name") == ["approved", "Åpen føremål", "Nytt navn"]


def test_what_was_approved_with_gaps_may_keep_them(as_: As) -> None:
    browser, row = as_("kari"), first(ProcessingActivity)
    with inside("Tinn"):
        db.session.get(ProcessingActivity, row.id).status = RecordStatus.APPROVED
        db.session.commit()

    answer = send(browser, row, name="Nytt navn")

    assert (answer.status_code, reread(row, "name")) == (303, ["Nytt navn"])


def test_what_is_new_is_a_draft_whatever_is_posted(as_: As) -> None:
    browser = as_("kari")
    form = form_of(browser.get("/processing-activity/new/").text)

    browser.post("/processing-activity/new/", data=form.values | {"name": ["Ny"]} | TYPED)

    with inside("Tinn"):
        made = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.name == "Ny")).one()
        assert (made.status, made.approved_by) == (RecordStatus.DRAFT, None)


# -- who sent it is never forgotten ------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", APPROVED)
def test_where_a_row_stands_is_not_undone_so_nobody_approves_what_they_sent(register: type[Any], as_on: As) -> None:
    kari, row = as_on("kari"), ready(register)
    take(kari, row, "send")
    take(kari, row, "send_back", reason="Se på den igjen.")
    before = reread(row, "status", "sent_by", "version")

    answer = kari.post(way_back(row), data={"back": ""})

    assert "endres med knappene på siden" in html.unescape(answer.text)
    assert reread(row, "status", "sent_by", "version") == before


@pytest.mark.parametrize("register", APPROVED)
def test_a_row_that_comes_back_from_the_trash_knows_who_sent_it(register: type[Any], as_on: As) -> None:
    kari, row = as_on("kari"), ready(register)
    take(kari, row, "send")
    with inside("Tinn"):
        for one in db.session.scalars(select(RiskAssessment)):
            one.activity = None  # what is in use is not deleted
        for one in db.session.scalars(select(ImpactAssessment).where(register is not ImpactAssessment)):
            db.session.delete(one)
        db.session.commit()
    gone = delete_row(kari, register, row.id)
    with inside("Tinn"):
        assert (gone.status_code, db.session.get(register, row.id)) == (303, None)

    back = kari.post(address(register, "restore/"), data={"id": row.id})
    answer = take(kari, row, "approve")

    assert back.status_code == 303
    assert "Du sendte denne til godkjenning selv." in said(kari, answer)
    assert reread(row, "status", "sender_id") == [register.__register__.approval.sent, user("kari").id]


def test_what_was_sent_by_nobody_knows_whom_is_approved_by_nobody_while_others_may(as_: As) -> None:
    kari, row = as_("kari"), ready(status=RecordStatus.REVIEW, sent_by="Noen", sender_id=None)

    take(kari, row, "approve")

    assert reread(row, "status") == [RecordStatus.REVIEW]
