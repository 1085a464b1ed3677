"""What leaked at our peers (lessons, section d), each as a test: what a role may not see, it sees nowhere."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import docx
import pytest
from pypdf import PdfReader
from sqlalchemy import select

import models
from models.database import db
from models.declare.choices import Answer, AssessmentNeed, AssessmentStatus
from models.registers.agreements import Agreement
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from reports import REPORTS
from reports.base import Report
from tests.conftest import inside, municipality, user
from tests.support import attack
from tests.support.attack import CONTENT, OWNED, browser, first_id, found_in, rows, snapshot
from tests.support.recorded import EVERY

PUBLIC = {
    "/sign-in/": 200,
    "/quote/": 200,
    "/quote/ask/": 200,
    "/quote/asked/": 200,
    "/quote/other/": 200,
    "/health": 200,
    "/health/ready": 200,
    "/favicon.ico": 200,
    "/invitation/": 404,
    "/confirm/": 404,
}
RISK = ("ROS", "DPIA", "hendelse")
DOORS = ("details", "edit", "delete", "history")


def path(register: type[Any]) -> str:
    return f"/{register.__tablename__.replace('_', '-')}"


def gettable(app: Any) -> list[str]:
    """Every address one may GET that needs nothing filled in, and the reports."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods]
    plain = [rule.rule for rule in rules if not rule.arguments]
    exports = [rule.rule.replace("<export_type>", "xlsx") for rule in rules if rule.arguments == {"export_type"}]
    reports = [f"/reports/{one.slug}/{end}" for one in REPORTS for end in ends(one)]
    return sorted({*plain, *exports, *reports, "/neighbours/1/", "/neighbours/?kind=activities"})


def ends(report: Report) -> tuple[str, ...]:
    """The addresses of a report, those of its document too."""
    documents = ("document/", "download/docx/", "download/pdf/") if report.has_document else ()
    return ("", "download/", *documents)


# -- signed out ----------------------------------------------------------------------------------------------------


def test_who_is_not_signed_in_reaches_no_page_but_the_public_ones(app: Any) -> None:
    stranger, answers = attack.visitor(app), {}
    for address in gettable(app):
        answer = stranger.get(address)
        answers[address] = answer.status_code
        assert found_in(answer.get_data(as_text=True)) == []
        if address not in PUBLIC:
            assert answer.headers["Location"].startswith("/sign-in/?next="), address

    assert answers == {address: PUBLIC.get(address, 302) for address in answers}


def test_who_is_not_signed_in_posts_nowhere(app: Any) -> None:
    stranger = attack.visitor(app)
    stranger.get("/sign-in/")
    rules = {rule.rule for rule in app.url_map.iter_rules() if "POST" in rule.methods and not rule.arguments}

    # The third to who holds a link (test_invitations.py), the last to who asks to join (test_acceding_asking.py).
    open_to_all = {"/sign-in/", "/language/", "/invitation/", "/quote/ask/"}

    answers = {rule: stranger.post(rule).status_code for rule in sorted(rules - open_to_all)}

    assert answers == dict.fromkeys(answers, 401)


def test_files_of_the_instance_and_the_code_are_not_served(app: Any) -> None:
    stranger = attack.visitor(app)
    for address in (
        "/instance/secret_key",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2finstance/secret_key",
    ):
        assert stranger.get(address).status_code == 404, address


# -- the canary ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kari", "ola", "tone", "lars", "sol", "frida"])
def test_no_page_shows_seljord_to_who_has_no_business_there(app: Any, name: str) -> None:
    attack.furnish_rest()
    client, seen = browser(app, name), {}
    ids = {path(register): first_id(app, register.__tablename__, "Seljord") for register in OWNED}
    by_id = [f"{base}/{door}/?id={one}" for base, one in ids.items() for door in DOORS]
    for address in [*gettable(app), *by_id]:
        text = _text(client.get(address))
        if name == "frida":
            text = text.replace(f"Hemmeleg {attack.OF_MONEY}", "")
        seen[address] = found_in(text.replace(attack.SHOWN, "") if address.startswith("/neighbours/") else text)

    assert {address: words for address, words in seen.items() if words} == {}
    assert len(seen) > 150


def _text(answer: Any) -> str:
    if attack.XLSX in answer.mimetype:
        return attack.workbook_text(answer.data)
    if answer.data[:5] == b"%PDF-":
        return " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    if answer.data[:2] == b"PK":
        return "".join(one.text or "" for one in docx.Document(BytesIO(answer.data)).element.body.iter())
    return str(answer.get_data(as_text=True))


def test_start_page_numbers_count_tinn_alone(app: Any) -> None:
    with inside("Seljord"):
        db.session.add_all(
            [Agreement(name="Hemmeleg to"), Application(name="Hemmeleg to"), Application(name="Hemmeleg tre")]
        )
        db.session.commit()
    before = browser(app, "ola").get("/").text
    with inside("Seljord"):
        db.session.add_all([Application(name="Hemmeleg fire"), ProcessingActivity(name="Hemmeleg to")])
        db.session.commit()

    after = browser(app, "ola").get("/").text

    assert attack.untoken(after) == attack.untoken(before)


# -- roles ---------------------------------------------------------------------------------------------------------


def test_the_project_manager_reads_all_registers_but_no_risk_anywhere(app: Any) -> None:
    per, seen = browser(app, "per"), {}
    with inside("Seljord"):
        risk = [r for r in CONTENT if r.__domain__ == "risk"]
        ids = {r: db.session.scalars(select(r.id).order_by(r.id)).first() for r in CONTENT if r.__domain__ == "content"}
    details = [f"{path(r)}/{door}/?id={one}" for r, one in ids.items() if one for door in ("details", "history")]
    for address in [*gettable(app), *details]:
        text = _text(per.get(address))
        seen[address] = [f"{word} {what}" for word in ("Hemmeleg", "Åpen") for what in RISK if f"{word} {what}" in text]

    assert {address: words for address, words in seen.items() if words} == {}
    assert {
        per.get(f"{path(r)}/{page}").status_code for r in risk for page in ("", "new/", "export/xlsx/", "details/?id=1")
    } == {403}
    assert "Hemmeleg elevadministrasjon" in per.get(f"/reports/behandlingsprotokoll/{EVERY}").text


@pytest.mark.parametrize("name", ["sol", "frida"])
def test_support_and_billing_open_no_register_of_content(app: Any, name: str) -> None:
    client = browser(app, name)
    for chosen in ("", str(municipality("Tinn"))):
        client.post("/municipality/", data={"municipality": chosen})
        for register in CONTENT:
            one = (
                first_id(app, register.__tablename__, "Tinn")
                if register.__tablename__ in {"application", "dataset"}
                else 1
            )
            pages = (
                "",
                "new/",
                "export/xlsx/",
                *(f"{door}/?id={one}" for door in ("details", "edit", "delete", "history")),
            )
            lookup = "ajax/lookup/?name=unit&query=op"

            assert {client.get(f"{path(register)}/{page}").status_code for page in (*pages, lookup)} == {403}, register
        assert client.get("/neighbours/").status_code == 403


@pytest.mark.parametrize("name", ["ola", "tone", "siri"])
def test_who_only_reads_changes_nothing(app: Any, name: str) -> None:
    client, before = browser(app, name), snapshot(app, "Tinn", "Seljord")
    client.post("/municipality/", data={"municipality": municipality("Tinn")})
    for register in (Application, Agreement, ProcessingActivity, models.risk.RiskAssessment):
        one = first_id(app, register.__tablename__, "Tinn")
        posts = {page: client.post(f"{path(register)}/{page}", data={"name": "Tatt", "version": "1"}).status_code
                 for page in ("new/", f"edit/?id={one}", f"delete/?id={one}")}  # fmt: skip

        assert posts == dict.fromkeys(posts, 403), register
    assert snapshot(app, "Tinn", "Seljord") == before


def test_the_reader_downloads_nothing(app: Any) -> None:
    ola = browser(app, "ola")
    downloads = [f"{path(r)}/export/xlsx/?columns=all" for r in models.REGISTERS]
    downloads += [f"/reports/{one.slug}/{end}" for one in REPORTS for end in ends(one)]

    assert {address: ola.get(address).status_code for address in downloads} == dict.fromkeys(downloads, 403)


def test_the_ombud_writes_advice_on_an_impact_assessment_and_nothing_else(app: Any) -> None:
    siri, row = browser(app, "siri"), first_id(app, "impact_assessment", "Tinn")
    siri.post("/municipality/", data={"municipality": municipality("Tinn")})
    data = {
        "name": "Tatt",
        "advice": "Vent til leverandøren har svart.",
        "status": list(AssessmentStatus)[-1].value,
        "conclusion": list(AssessmentNeed)[-1].value,
        "risks": "Tatt",
    }
    before = rows(app, f"select name, status, conclusion, risks from impact_assessment where id = {row}")

    answer = siri.post(f"/impact-assessment/edit/?id={row}", data={**data, "version": "1"})

    assert answer.status_code == 303
    assert rows(app, f"select advice from impact_assessment where id = {row}") == [(data["advice"],)]
    assert rows(app, f"select name, status, conclusion, risks from impact_assessment where id = {row}") == before
    assert siri.get("/impact-assessment/new/").status_code == 403
    assert siri.post(f"/impact-assessment/delete/?id={row}").status_code == 403


def test_the_editor_does_not_write_the_ombuds_advice(app: Any) -> None:
    kari, row = browser(app, "kari"), first_id(app, "impact_assessment", "Tinn")

    answer = kari.post(
        f"/impact-assessment/edit/?id={row}", data={"name": "Endret", "version": "1", "advice": "Alt er bra."}
    )

    assert answer.status_code == 303
    assert rows(app, f"select name, advice from impact_assessment where id = {row}") == [("Endret", None)]


def test_the_local_administrator_gives_no_role_elsewhere_and_none_to_strangers(app: Any) -> None:
    lars, before = browser(app, "lars"), snapshot(app, "Seljord")
    stranger = user("berit").id
    owner = {"municipality_id": municipality("Seljord"), "municipality": municipality("Seljord")}

    refused = lars.post("/membership/new/", data={"user": stranger, "role": "local_admin", **owner})
    given = lars.post("/membership/new/", data={"user": user("ola").id, "role": "editor", **owner})

    assert (refused.status_code, given.status_code) == (422, 303)
    assert "Berit" not in refused.text + lars.get("/user-account/").text + lars.get("/user-account/?search=berit").text
    assert snapshot(app, "Seljord") == before


# -- oracles -------------------------------------------------------------------------------------------------------


def test_the_window_is_not_searched_by_what_it_does_not_show(app: Any) -> None:
    with inside("Seljord"):
        row = db.session.scalars(select(Application)).one()
        row.description, row.aliases, row.short_name = "Løyndom i skildringa", "Løyndomsalias", "LØY"
        db.session.commit()
    kari = browser(app, "kari")

    shown = {word: attack.SHOWN in kari.get("/neighbours/", query_string={"search": word}).text
             for word in ("skoleprogram", "skildringa", "Løyndomsalias", "løy")}  # fmt: skip

    assert shown == {"skoleprogram": True, "skildringa": False, "Løyndomsalias": False, "løy": False}


def test_a_shared_activity_shows_neither_people_nor_what_surrounds_it(app: Any) -> None:
    with inside("Seljord"):
        row = db.session.scalars(select(ProcessingActivity).where(ProcessingActivity.purpose.is_not(None))).one()
        row.shared, row.approved_by = Answer.YES, "Løyndom Leiar"
        db.session.commit()
    kari = browser(app, "kari")
    card = re.search(r'href="(/neighbours/\d+/)"', kari.get("/neighbours/?kind=activities").text)

    page = kari.get(card[1]).text

    assert "Hemmeleg elevadministrasjon" in page
    for hidden in ("Leiar", "Ombod", "oppvekst", "skoleprogram", "elevregister", "avtale", "ROS", "DPIA"):
        assert f"Hemmeleg {hidden}" not in page, hidden
    assert "Løyndom" not in page


def test_sorting_by_what_is_no_field_changes_nothing(app: Any) -> None:
    attack.furnish_rest("Åpen", "Tinn")
    with inside("Tinn"):
        db.session.add_all([Application(name="Åpen a", notes="z"), Application(name="Åpen b", notes="a")])
        db.session.commit()
    kari, hidden = (
        browser(app, "kari"),
        ("search_text", "municipality_id", "password_hash", "name; drop", "owner.search_text", "unit.unit.name"),
    )

    order = {key: _names(kari.get("/application/", query_string={"sort": key})) for key in hidden}

    assert order == {key: ["Åpen a", "Åpen b", "Åpen skoleprogram"] for key in hidden}
    assert _names(kari.get("/application/?sort=-name")) == ["Åpen skoleprogram", "Åpen b", "Åpen a"]


def _names(answer: Any) -> list[str]:
    return re.findall(r'details/\?id=\d+[^"]*">(Åpen [^<]*)</a>', answer.text)


def test_lookups_answer_for_references_alone(app: Any) -> None:
    lars = browser(app, "lars")
    for name in ("notes", "name", "password_hash", "municipality", "parent", "", "__class__", "scenarios"):
        assert lars.get("/application/ajax/lookup/", query_string={"name": name, "query": "he"}).status_code == 404, (
            name
        )
    assert lars.get("/membership/ajax/lookup/?name=user&query=berit").json == []
