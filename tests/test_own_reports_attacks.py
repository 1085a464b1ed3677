"""Own reports, attacked: what is another's, what may not be read, what is no report, and what is typed to do harm."""

from __future__ import annotations

import html
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import fields_of
from models.registers.following import MonthlyReport
from models.registers.listviews import ListedRegister, ProjectView, SharedView
from models.registers.municipality import Municipality
from models.tenancy.people import User
from tests.conftest import inside, user
from tests.test_own_reports import CHANGE, OF, QUERY, SAVE, change, furnish, save, told
from tests.test_registers import As

EVERYONE = ("kari", "ola", "tone", "lars", "siri", "berit", "sol", "per", "frida")
FILES = ("", "download/", "download/pdf/", "download/docx/", "document/")


@pytest.fixture(autouse=True)
def _world(app: Any) -> None:
    furnish()
    furnish("Seljord", "Hemmeleg")


def settings_of(name: str) -> str:
    with inside():
        return str(db.session.scalar(select(User.settings).where(User.id == user(name).id)) or "")


def monthlies() -> int:
    with inside():
        return len(db.session.scalars(select(MonthlyReport)).all())


def test_who_may_make_reports_is_who_may_take_the_list_out(as_: As) -> None:
    answers = {name: [as_(name).get(f"{OF}{one}?{QUERY}").status_code for one in FILES] for name in EVERYONE}
    offered = {name: "Lag rapport<" in as_(name).get("/application/", lint=False).text for name in EVERYONE}
    saves = {name: save(as_(name), "X").status_code for name in EVERYONE}

    may = {name: name not in {"ola", "sol", "frida"} for name in EVERYONE}
    assert answers == {name: [200 if one else 403] * len(FILES) for name, one in may.items()}
    assert saves == {name: 303 if one else 403 for name, one in may.items()}
    assert offered == may


@pytest.mark.parametrize("name", EVERYONE)
def test_a_report_of_any_register_answers_as_its_list_and_its_file_do(name: str, as_: As) -> None:
    browser = as_(name)
    for register in models.REGISTERS:
        there = f"/{register.__tablename__.replace('_', '-')}/"
        may = [browser.get(one, lint=False).status_code for one in (there, f"{there}export/xlsx/")]
        if may[0] == 302:  # people's texts are found on a page of their own
            continue
        answer = browser.get(f"/reports/egen-{register.__tablename__}/").status_code
        assert (register, answer) == (register, 200 if may == [200, 200] else 403)


def test_somebody_elses_report_is_no_report_of_mine(as_: As) -> None:
    there = save(as_("tone")).location
    kari = as_("kari")

    assert [kari.get(there.replace(OF, f"{OF}{one}")).status_code for one in FILES] == [404] * len(FILES)
    answers = [change(kari, "own:Helse per enhet", **{one: "1"}).status_code for one in ("pin", "monthly", "drop")]
    assert (answers, monthlies()) == ([404] * 3, 0)
    assert "Helse per enhet" in settings_of("tone")


def test_another_municipalitys_report_is_none_here_by_whatever_number(as_: As) -> None:
    there = save(as_("tone"), share="municipality").location
    berit = as_("berit")
    called = there.partition("view=")[2]

    assert [berit.get(there.replace(OF, f"{OF}{one}")).status_code for one in FILES] == [404] * len(FILES)
    answers = [change(berit, called, **{one: "1"}).status_code for one in ("pin", "monthly", "drop")]
    assert (answers, monthlies(), "Helse per enhet" in berit.get("/reports/").text) == ([404] * 3, 0, False)


@pytest.mark.parametrize(
    "called", ["", "x", "own:", "municipality:0", "municipality:9" * 30, "project:1e5", "shipped:x"]
)
def test_what_is_called_by_no_report_is_not_found(called: str, as_: As) -> None:
    kari = as_("kari")

    assert (kari.get(OF, query_string={"view": called}).status_code, change(kari, called, monthly="1").status_code) == (
        404,
        404,
    )


@pytest.mark.parametrize("slug", ["egen-", "egen-x", "egen-user_account'", "egen-follow", "egen-letter"])
def test_what_is_no_register_has_no_report(slug: str, as_: As) -> None:
    assert as_("per").get(f"/reports/{slug}/").status_code == 404


def test_a_field_that_is_not_for_all_who_read_the_row_groups_sums_and_narrows_nothing(as_: As) -> None:
    with inside():
        row = db.session.scalars(select(Municipality).where(Municipality.name == "Seljord")).one()
        row.default_measures = "Låste skap"
        db.session.commit()
    (kept,) = [one.key for one in fields_of(Municipality) if one.key == "default_measures" and one.readers]
    there = "/reports/egen-municipality/"

    asked = {"group": kept, "sum": kept, "columns": f"name,{kept}", f"{kept}.has": "skap", "sort": kept}
    for name in ("kari", "per"):
        page = html.unescape(as_(name).get(there, query_string=asked).text)
        assert ("Låste skap" in page, f"«{kept}» kan ikke velges som «Grupper etter»" in page) == (False, True)
        assert (f"«{kept}.has» finnes ikke" in page, f'<option value="{kept}"' in page) == (True, False)


def test_what_leads_to_a_register_one_may_not_read_is_no_column_and_no_group(as_: As) -> None:
    page = as_("kari").get("/reports/egen-agreement/?group=charge.status&sum=charge.amount_ore").text

    assert "«charge.status» kan ikke velges som «Grupper etter», og er ikke med." in html.unescape(page)


NONSENSE = (
    "group=unit&group=status", "group=%00", "sum=name", "group=" + "x" * 3000, "group[]=unit", "columns=%27%3B--",
    "sort=-group,-sum", "group=unit.id", "group=__class__", "sum=id", "page=9999999", "after=%FF%FE", "1~status=in_use",
    "status.next=9999999999999999999", "search=%00", "language=nb", "report=2&group=unit", "&&&=&=", "%",
)  # fmt: skip


@pytest.mark.parametrize("query", NONSENSE)
def test_a_query_made_by_hand_never_breaks_a_report_nor_what_is_saved_of_it(query: str, as_: As) -> None:
    tone = as_("tone")

    direct = [tone.get(f"{OF}{one}?{query}", lint=False).status_code for one in ("", "download/", "document/")]
    answer = save(tone, query=query)
    after = [tone.get(one, lint=False).status_code for one in (answer.location, "/reports/", "/application/", "/")]

    assert (direct, answer.status_code, after) == ([200] * 3, 303, [200] * 4)


def test_an_unknown_language_is_refused_in_a_sentence(as_: As) -> None:
    answer = as_("tone").get(f"{OF}?{QUERY}&language=xx")

    assert (answer.status_code, "«xx» er ikke noe en kan velge som Språk." in html.unescape(answer.text)) == (400, True)


@pytest.mark.parametrize("share", ["", "municipality"])
def test_what_is_too_long_is_refused_in_a_sentence_and_nothing_is_kept(share: str, as_: As) -> None:
    tone = as_("tone")

    page = save(tone, "Lang", f"{QUERY}&search={'æ' * 2001}", share, follow_redirects=True)

    assert (page.status_code, "Det er ikke plass til flere visninger." in page.text) == (200, True)
    assert "Lang</a>" not in tone.get("/reports/").text


@pytest.mark.parametrize("share", ["", "municipality"])
def test_a_name_is_text_wherever_it_stands(share: str, as_: As) -> None:
    tone, name = as_("tone"), "<script>alert(1)</script>\"'%s%(x)s"
    there = save(tone, name, share=share).location
    called = there.partition("view=")[2]
    change(
        tone, html.unescape(called) if share else f"own:{name}", pin=f"start:{f'own:{name}' if not share else called}"
    )

    pages = [tone.get(one) for one in (there, "/reports/", "/", there.replace(OF, f"{OF}document/"))]

    assert [one.status_code for one in pages] == [200] * 4
    assert not any("<script>alert" in one.text for one in pages)
    assert all(html.escape("<script>alert(1)") in one.text for one in pages)
    assert [tone.get(there.replace(OF, f"{OF}{one}")).status_code for one in FILES] == [200] * len(FILES)


@pytest.mark.parametrize("name", ["", " ", "\u200b"])
def test_a_report_without_a_name_is_refused_in_a_sentence(name: str, as_: As) -> None:
    assert "Gi visningen et navn først." in save(as_("tone"), name, follow_redirects=True).text


def test_nothing_is_changed_without_a_token_nor_for_the_wrong_municipality(as_: As) -> None:
    tone = as_("tone")
    data = {"name": "X", "query": QUERY, "share": ""}

    assert tone.post(SAVE, data=data, csrf=False).status_code == 400
    assert tone.post(CHANGE, data={"view": "own:X", "drop": "X"}, csrf=False).status_code == 400
    assert tone.post(SAVE, data=data | {"opened_in": "999"}).status_code == 404
    assert "X" not in settings_of("tone")


@pytest.mark.parametrize(("name", "share"), [("kari", "municipality"), ("kari", "project"), ("tone", "project")])
def test_who_may_not_share_shares_nothing(name: str, share: str, as_: As) -> None:
    assert save(as_(name), share=share).status_code == 403
    with inside():
        assert [db.session.scalars(select(one).where(one.name == "Helse per enhet")).all()
                for one in (SharedView, ProjectView)] == [[], []]  # fmt: skip


def test_a_shared_report_typed_in_its_form_leads_nowhere_but_to_itself(as_: As) -> None:
    with inside("Tinn"):
        row = SharedView(
            name="Typet", list_of=ListedRegister("application"), query="report=1&view=own:x&back=//evil.example&group=x"
        )
        db.session.add(row)
        db.session.commit()
        number = row.id

    page = as_("kari").get(f"{OF}?view=municipality:{number}")

    assert (page.status_code, "evil" in page.text, "<h1>Typet</h1>" in page.text) == (200, False, True)


def test_a_report_of_a_list_one_may_no_longer_read_is_refused_and_listed_no_more(as_: As) -> None:
    lars = as_("lars")
    data = {"name": "Hvem", "query": "report=1&group=role", "share": ""}
    there = lars.post("/own-reports/membership/save/", data=data).location
    lars.post("/own-reports/membership/change/", data={"view": "own:Hvem", "pin": "start:own:Hvem"})
    before = lars.get(there).status_code, "Hvem</a>" in lars.get("/reports/").text
    demote("lars")
    lars = as_("lars")

    after = lars.get(there).status_code, "Hvem</a>" in lars.get("/reports/").text
    start = html.unescape(lars.get("/").text)

    assert (before, after) == ((200, True), (403, False))
    assert "Visningen «Hvem» finnes ikke lenger, eller du kan ikke se den." in start


def demote(name: str) -> None:
    """Somebody edits from now on, and no more."""
    from models.tenancy.people import Membership, MunicipalRole

    with inside():
        held = db.session.scalars(select(Membership).where(Membership.user_id == user(name).id)).one()
        held.role = MunicipalRole("editor")
        db.session.commit()


def test_groups_tell_of_no_rows_but_those_the_list_has(as_: As) -> None:
    (groups, rows) = told(as_("berit").get(f"{OF}?{QUERY}").text)

    assert [row[0] for row in groups[1:-1]] == ["Hemmeleg heim", "Hemmeleg skole", "Ikkje fylt ut"]
    assert {row[0][-8:] for row in rows[1:-1]} == {"Hemmeleg"}
