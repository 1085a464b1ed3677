"""The project's own staff say a help text or the sentence of a rule otherwise, and everybody reads it."""

from __future__ import annotations

import html
from typing import Any

from sqlalchemy import select

from models.database import db
from models.declare.choices import Language
from models.declare.words import placed
from models.queries.rules import BY_CODE
from models.registers.wording import Wording
from reports.language import shipped, text, translator
from tests.conftest import inside
from tests.test_registers import As
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

    pages = [read(kari, "/help/rules/"), read(kari, "/application/?rule=Q7a"), read(tone, "/reports/utfylling/")]
    with inside("Tinn"):
        wordings.forget()
        told = BY_CODE["Q7a"].told(translator("nb"))

    assert told == "Systemet har ingen eier. Finn en eier."
    assert [("Systemet har ingen eier." in page) for page in pages] == [True] * 3
    assert [BY_CODE["Q7a"].says in page for page in pages] == [False] * 3


def test_an_excel_file_explains_its_columns_in_the_words_of_the_staff(as_on: As) -> None:
    from tests.support.sheets import whole

    say(as_on("per"), "Skriv navnet fra kontrakten.")

    assert whole
