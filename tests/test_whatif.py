"""What a municipality would pay by other prices or with other inhabitants: asked by anybody, told of nobody."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.clock import today
from models.registers.municipality import Municipality
from tests.conftest import inside
from tests.support import attack
from tests.test_registers import As

YEAR = today().year + 1
ROW = re.compile(r'<th scope="row">([^<]+)</th><td class="num">([^<]+)</td><td class="num">([^<]+)</td>')


def asked(app: Any, query: str) -> Any:
    return attack.visitor(app).get(f"/quote/other/?{query}")


def table(answer: Any) -> dict[str, tuple[str, str]]:
    """Before and after, by what each line is of."""
    page = html.unescape(answer.text).replace("\xa0", " ")
    return {name: (before, after) for name, before, after in ROW.findall(page)}


def joined(name: str, day: date | None) -> None:
    with inside():
        db.session.scalars(select(Municipality).where(Municipality.name == name)).one().joined = day
        db.session.commit()


def test_each_line_is_told_before_and_after_drawn_and_written_out(app: Any) -> None:
    answer = asked(app, f"municipality=Larvik&year={YEAR}&fixed=8 000&inhabitants=52000")
    page = html.unescape(answer.text).replace("\xa0", " ")

    assert table(answer) == {
        "A konto, fast del": ("kr 6 000,00", "kr 8 000,00"),
        "A konto, per innbygger": ("kr 73 533,00", "kr 78 000,00"),
        "I alt": ("kr 79 533,00", "kr 86 000,00"),
    }
    assert "Det blir kr 6 467,00 mer." in page
    assert "A konto for hele året er kr 79 533,00 før og kr 86 000,00 etter.</desc>" in page
    assert "52 000 innbyggere × 1,50" in page
    tiers = table(asked(app, "municipality=Larvik&inhabitant=2; 10000: 1"))
    assert tiers["A konto, per innbygger"] == ("kr 73 533,00", "kr 49 022,00")
    assert "Det blir det samme." in asked(app, "municipality=Larvik&fixed=6000").text
    assert "Skriv en annen pris" in asked(app, "municipality=Larvik").text


def test_of_a_member_it_tells_the_same_as_of_who_is_none_and_asks_as_often(app: Any, statements: list[str]) -> None:
    told, counts = [], []
    asked(app, "municipality=Tinn")
    for day in (date(2018, 1, 1), date(YEAR - 1, 7, 1), None):
        joined("Tinn", day)
        statements.clear()
        answer = asked(app, f"municipality=Tinn&year={YEAR}&fixed=7000")
        counts.append(len(statements))
        told.append(re.sub(r'nonce="[^"]*"', "", answer.text.partition("<main")[2]))

    assert told[0] == told[1] == told[2]
    assert counts[0] == counts[1] == counts[2]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("municipality=Atlantis", "er ingen kommune vi kjenner"),
        ("municipality=Tinn&municipality=Skien", "bare én gang"),
        ("municipality=Tinn&year=1999", "Velg et år fra"),
        ("municipality=Tinn&year=9999999999999999999", "Velg et år fra"),
        ("municipality=Tinn&fixed=dyrt", "Skriv en pris i kroner"),
        ("municipality=Tinn&fixed=" + ";".join(["1"] * 100), "Skriv"),
        ("municipality=Tinn&inhabitant=-1", "Skriv en pris i kroner"),
        ("municipality=Tinn&inhabitants=0", "Skriv innbyggertallet"),
        ("municipality=Tinn&inhabitants=%00", "Skriv innbyggertallet"),
    ],
)
def test_what_is_no_question_gets_a_sentence(query: str, problem: str, app: Any) -> None:
    answer = asked(app, query)

    assert (answer.status_code, problem in answer.text) == (400, True)


def test_nothing_is_posted_there_and_who_is_signed_in_sees_the_same(app: Any, as_: As) -> None:
    assert attack.visitor(app).post("/quote/other/").status_code in {401, 405}
    address = "/quote/other/?municipality=Seljord&fixed=7000"
    assert table(as_("ola").get(address)) == table(attack.visitor(app).get(address)) != {}
    assert 'href="/quote/other/"' in attack.visitor(app).get("/quote/").text
