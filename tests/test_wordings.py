"""The project's own staff say a help text or the sentence of a rule otherwise, and everybody reads it."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
from markupsafe import escape
from openpyxl import load_workbook
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import told_fields
from models.declare.choices import Language, Lifecycle
from models.declare.words import Problem, placed
from models.queries import wording
from models.queries.rules import BY_CODE
from models.registers.architecture import Application
from models.registers.wording import LONGEST, Wording
from models.tenancy.log import SharedChange
from reports.language import shipped, text, translator
from tests.conftest import inside
from tests.test_registers import As, delete_row
from views import wordings

SUPPLIER = "help:supplier.name"
RULE, REMEDY = "rule:Q7a.says", "rule:Q7a.remedy"
SHIPPED = "Navnet slik det står i Enhetsregisteret."
FORM = "/supplier/new/"


def address(place: str = SUPPLIER, language: str = "nb") -> str:
    return f"/texts/{language}/{place}/"


def rows() -> list[Wording]:
    with inside():
        return list(db.session.scalars(select(Wording).order_by(Wording.id)))


def version(place: str = SUPPLIER, language: str = "nb") -> str:
    return next((f"{one.id}.{one.version}" for one in rows() if (one.place, one.language) == (place, language)), "")


def say(browser: Any, words: str, place: str = SUPPLIER, language: str = "nb", **more: Any) -> Any:
    data = {"words": words, "version": version(place, language), "do": "save"} | more
    return browser.post(address(place, language), data=data)


def put(words: str, place: str = SUPPLIER, language: str = "nb", was: str | None = SHIPPED) -> None:
    """What the staff said some time ago, when what was shipped was something else."""
    with inside():
        db.session.add(
            Wording(name="Leverandører: Navn", place=place, language=Language(language), words=words, shipped=was)
        )
        db.session.commit()


def read(browser: Any, path: str) -> str:
    return html.unescape(browser.get(path, lint=False).text)


# -- said, and read ----------------------------------------------------------------------------------------------------


def test_a_help_text_said_otherwise_stands_in_the_form_of_everybody_at_once(as_on: As) -> None:
    kari, per = as_on("kari"), as_on("per")
    assert SHIPPED in read(kari, FORM)

    answer = say(per, "Skriv navnet fra kontrakten.")

    assert (answer.status_code, answer.location) == (303, address())
    told = [
        [one in read(browser, FORM) for one in (SHIPPED, "Skriv navnet fra kontrakten.")] for browser in (kari, per)
    ]
    assert told == [[False, True]] * 2


def test_only_the_language_it_is_said_in_is_touched(as_: As) -> None:
    per = as_("per")
    say(per, "Skriv namnet frå kontrakten.", language="nn")

    told = {}
    for spoken in ("nb", "nn", "en"):
        per.post("/language/", data={"language": spoken})
        told[spoken] = [one in read(per, FORM) for one in (shipped(spoken, SHIPPED), "Skriv namnet frå kontrakten.")]

    assert told == {"nb": [True, False], "nn": [False, True], "en": [True, False]}


def test_a_text_worded_alike_elsewhere_stays_as_it_is(app: Any) -> None:
    here, there = placed(SUPPLIER, SHIPPED), placed("help:supplier.country", SHIPPED)
    put("Noe annet.")

    with inside():
        wordings.forget()
        assert [text("nb", one) for one in (here, there, SHIPPED)] == ["Noe annet.", SHIPPED, SHIPPED]
        assert translator("nn")(here) == shipped("nn", SHIPPED)


def test_a_rule_said_otherwise_stands_wherever_the_rule_does(as_on: As) -> None:
    per, kari, tone = as_on("per"), as_on("kari"), as_on("tone")
    say(per, "Systemet har ingen eier.", RULE)
    say(per, "Finn en eier.", REMEDY)
    with inside("Tinn"):
        row = Application(name="Uten eier", status=Lifecycle.IN_USE)
        db.session.add(row)
        db.session.commit()
        there = f"id={row.id}"

    paths = ["/help/rules/", f"/application/details/?{there}", "/application/?rule=Q7a", "/"]
    pages = [*(read(kari, path) for path in paths), read(tone, "/reports/utfylling/")]

    assert ["Systemet har ingen eier." in page for page in pages] == [True, True, True, False, True]
    assert ["Finn en eier." in page for page in pages] == [True, True, False, True, True]
    old = BY_CODE["Q7a"]
    assert [one in page for page in pages for one in (str(old.says), str(old.remedy))] == [False] * 10


def test_an_excel_file_explains_its_columns_in_the_words_of_the_staff(as_: As) -> None:
    say(as_("per"), "Skriv navnet fra kontrakten.")

    with as_("lars").get("/supplier/export/xlsx/") as answer:
        pages = load_workbook(io.BytesIO(answer.data)).worksheets
    told = [rule.prompt or "" for page in pages for rule in page.data_validations.dataValidation]
    told += [str(cell) for page in pages for row in page.iter_rows(values_only=True) for cell in row]

    assert [sum(one in text for text in told) > 0 for one in ("Skriv navnet fra kontrakten.", SHIPPED)] == [True, False]


def test_what_is_said_costs_one_statement_after_a_change_and_none_after_that(as_: As, statements: list[str]) -> None:
    kari = as_("kari")
    kari.get(FORM)
    costs = []
    for words in ("Den ene.", "Den andre."):
        put(words, was=None) if not rows() else change(words)
        for _ in range(2):
            statements.clear()
            assert words in read(kari, FORM)
            costs.append(sum("FROM wording" in one for one in statements))

    assert costs == [1, 0, 1, 0]


def change(words: str) -> None:
    with inside():
        db.session.scalars(select(Wording)).one().words = words
        db.session.commit()


# -- the page ----------------------------------------------------------------------------------------------------------


def found(page: str) -> list[str]:
    """Where the texts of a page stand."""
    return re.findall(r'<dt><a href="[^"]*">(.*?)</a>', page)


def test_every_help_text_and_every_rule_can_be_found_and_opened(as_: As) -> None:
    per = as_("per")
    known = wordings.texts()
    helps = {one.help.place for register in models.REGISTERS for one in told_fields(register) if one.help}

    assert helps <= set(known)
    assert {f"rule:{code}.{part}" for code in BY_CODE for part in ("says", "remedy")} <= set(known)
    numbers = re.findall(r"(\d+) tekst", read(per, "/texts/"))
    assert sum(map(int, numbers)) == len(known)
    for place in [*known][:: len(known) // 20]:
        page = read(per, address(place, "en"))
        assert shipped("en", known[place].source) in page


def test_texts_are_found_by_what_they_say_and_where_they_stand_a_page_at_a_time(as_: As) -> None:
    per = as_("per")

    assert found(read(per, "/texts/?q=slik+det+står+i+enhetsregisteret")) == ["Leverandører: Navn"]
    assert found(read(per, "/texts/?q=Q7a")) == [
        f"Applikasjoner: Q7a – {one}" for one in (wording.SAYS, wording.REMEDY)
    ]
    assert found(read(per, "/texts/?q=finst+ikkje+slikt")) == []
    assert [len(found(read(per, f"/texts/?of=application&page={one}"))) for one in ("1", "2", "9", "x")] == [
        50,
        29,
        29,
        50,
    ]
    assert found(read(per, "/texts/?q=slik+det+står+i+enhetsregisteret&language=en")) == []


def test_what_is_changed_is_found_in_every_language_and_what_is_shipped_otherwise_since_alone(as_: As) -> None:
    per = as_("per")
    put("Noe annet.")
    put("Something else.", "help:supplier.country", "en", was="What it said before.")

    assert found(read(per, "/texts/?only=changed")) == ["Leverandører: Navn", "Leverandører: Land"]
    assert found(read(per, "/texts/?only=behind")) == ["Leverandører: Land"]
    assert found(read(per, "/texts/?only=behind&language=nb")) == []


def test_a_text_is_taken_back_to_what_is_shipped_with_one_press_and_undone_like_any_change(as_: As) -> None:
    per = as_("per")
    say(per, "Skriv navnet fra kontrakten.")

    answer = say(per, "dette leses ikke", do="shipped")

    assert (answer.status_code, rows()) == (303, [])
    assert "Den leverte teksten er i bruk igjen." in read(per, address())
    assert SHIPPED in read(as_("kari"), FORM)
    with inside():
        told = db.session.execute(select(SharedChange.action, SharedChange.actor_name, SharedChange.row_name))
        told = [tuple(one) for one in told if one.row_name == "Leverandører: Navn"]
    assert told == [("created", "Per Test", "Leverandører: Navn"), ("deleted", "Per Test", "Leverandører: Navn")]
    with inside():
        event = db.session.scalars(select(SharedChange.request_id).order_by(SharedChange.id.desc())).first()
    assert per.post(f"/changes/undo/event/{event}/").status_code == 303
    assert [one.words for one in rows()] == ["Skriv navnet fra kontrakten."]
    assert "Skriv navnet fra kontrakten." in read(as_("kari"), FORM)


def test_what_is_saved_as_it_is_shipped_is_no_change(as_: As) -> None:
    per = as_("per")

    assert (say(per, f"  {SHIPPED} ").status_code, rows()) == (303, [])
    say(per, "Noe annet.")
    assert (say(per, SHIPPED).status_code, rows()) == (303, [])


def test_who_saves_second_sees_what_the_first_wrote_and_keeps_what_was_typed(as_: As) -> None:
    per = as_("per")
    say(per, "Den første.")

    late, again = say(per, "Den andre.", version=""), say(per, "Den tredje.")

    assert late.status_code == 409
    assert ["Den første." in late.text, "Den andre." in late.text, "Noen andre har lagret" in late.text] == [True] * 3
    assert (again.status_code, [one.words for one in rows()]) == (303, ["Den tredje."])


# -- the shipped one changes -------------------------------------------------------------------------------------------


def test_a_text_that_is_shipped_otherwise_since_is_a_task_until_it_is_looked_at(as_: As) -> None:
    per = as_("per")
    put("Noe annet.", was="Det som sto her før.")
    task = "Tekster der den leverte er endret siden"

    before, page = read(per, "/"), read(per, address())
    kept = say(per, "leses ikke", do="keep")

    assert [task in before, task in read(as_("kari"), "/"), task in read(as_("sol"), "/")] == [True, False, False]
    assert [one in page for one in ("Det som sto her før.", SHIPPED, "Noe annet.")] == [True] * 3
    assert (kept.status_code, [(one.words, one.shipped) for one in rows()]) == (303, [("Noe annet.", SHIPPED)])
    assert task not in read(per, "/")
    assert "Behold prosjektets tekst" not in read(per, address())


@pytest.mark.parametrize("do", ["shipped", "save"])
def test_a_text_that_is_shipped_otherwise_since_is_taken_over_or_written_anew(do: str, as_: As) -> None:
    per = as_("per")
    put("Noe annet.", was="Det som sto her før.")

    say(per, "Noe tredje.", do=do)

    assert [(one.words, one.shipped) for one in rows()] == {"shipped": [], "save": [("Noe tredje.", SHIPPED)]}[do]
    assert wordings_behind(per) == 0


def wordings_behind(per: Any) -> int:
    return len(found(read(per, "/texts/?only=behind")))


def test_a_text_in_a_place_that_is_no_more_breaks_nothing_and_is_told(as_: As) -> None:
    per = as_("per")
    put("Det vi skrev.", "help:supplier.fax", was="Det som sto.")

    pages = [read(per, path) for path in ("/texts/", "/texts/?only=changed", "/", FORM, "/wording/")]

    assert ["Tekster som ikke står noe sted lenger" in page for page in pages] == [True, True, False, False, False]
    assert "Det vi skrev." in pages[0]
    assert per.get(address("help:supplier.fax")).status_code == 404
    assert delete_row(per, Wording, rows()[0].id).status_code == 303
    assert "Tekster som ikke står noe sted lenger" not in read(per, "/texts/")


# -- attacks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kari", "ola", "tone", "lars", "siri", "berit", "sol", "frida"])
def test_only_the_projects_own_staff_open_and_change_texts(name: str, as_on: As) -> None:
    browser = as_on(name)

    doors = [browser.get("/texts/"), browser.get(address()), say(browser, "Kuppet."), say(browser, "", do="shipped")]

    assert [one.status_code for one in doors] == [403] * 4
    assert rows() == []
    assert 'href="/texts/"' not in read(browser, "/help/")


def test_who_is_not_signed_in_comes_no_further_than_the_door(app: Any) -> None:
    nobody = app.test_client()

    assert nobody.get("/texts/").status_code == 302
    assert say(nobody, "Kuppet.").status_code == 401
    assert rows() == []


def test_nothing_is_saved_without_the_token_of_the_form(as_: As) -> None:
    data = {"words": "Kuppet.", "version": "", "do": "save", "opened_in": ""}

    assert as_("per").post(address(), data=data, csrf=False).status_code == 400
    assert rows() == []


def test_a_place_or_a_language_there_is_not_is_404(as_: As) -> None:
    per = as_("per")
    wrong = ["help:supplier.nothing", "rule:Q99.says", "supplier.name", "help:user_account.password_hash", "'--"]

    statuses = [say(per, "x", place).status_code for place in wrong] + [say(per, "x", language="sv").status_code]

    assert statuses == [404] * 6
    assert rows() == []


EVIL = '<script>alert(1)</script><b onclick="x()">%s %(name)s {{ 7*7 }}'


def test_markup_is_shown_as_text_and_nothing_is_filled_in(as_: As) -> None:
    put(EVIL.replace("%(name)s", "100 %"), was=None)
    put(EVIL.replace("%(name)s", "100 %"), RULE, was=None)
    escaped = str(escape(EVIL.replace("%(name)s", "100 %")))

    pages = [as_("kari").get(path).text for path in (FORM, "/help/rules/", "/application/?rule=Q7a")]
    pages += [as_("per").get(path).text for path in (address(), "/texts/?only=changed", "/wording/")]

    assert ["<script>alert" in page or "<b onclick" in page or "49" in page.split("{{")[0][-5:] for page in pages] == [
        False
    ] * 6
    assert [escaped in page for page in (pages[0], pages[1], pages[3], pages[4])] == [True] * 4


@pytest.mark.parametrize("words", ["", "   ", "\u200b", "x" * (LONGEST + 1), "Ring 15033210024", "Kalt %(name)s her."])
def test_what_cannot_be_a_text_is_refused_in_a_sentence(words: str, as_: As) -> None:
    answer = say(as_("per"), words)

    assert (answer.status_code, rows()) == (422, [])
    assert '<p id="problem">' in answer.text


def test_words_are_tidied_as_everywhere(as_: As) -> None:
    say(as_("per"), " Skriv\u200b  navnet\r\nher.\u202e ")

    assert [one.words for one in rows()] == ["Skriv navnet her."]


@pytest.mark.parametrize(
    "words", ["Alle %(number)s.", "Ingen.", "Alle %(number)s av %(name)s %(name)s.", "%(name)s %(number)d"]
)
def test_what_is_filled_in_must_all_be_kept_and_nothing_else(words: str, app: Any) -> None:
    told = "%(number)s av %(name)s er her."
    with inside():
        db.session.add(Wording(name="Et sted", place="rule:Q99.says", language="nb", words=words, shipped=told))
        with pytest.raises(Problem):
            db.session.flush()
        db.session.rollback()
        db.session.add(
            Wording(name="Et sted", place="rule:Q99.says", language="nb", words="%(name)s: %(number)s", shipped=told)
        )
        db.session.commit()


def test_what_came_to_be_filled_in_since_is_shown_as_it_is_shipped(app: Any) -> None:
    """Else a page would break where it fills in what the words do not have."""
    put("Alle %(gone)s.", was=None)
    now = placed(SUPPLIER, "Alle %(number)s.")

    with inside():
        wordings.forget()
        assert translator("nb")(now, number=3) == "Alle 3."
