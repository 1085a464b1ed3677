"""Order and pages of a list: by the Norwegian alphabet, each row once, forwards and backwards."""

from __future__ import annotations

import html
import re

import pytest

from models.database import db
from models.registers.organisation import OrganisationalUnit
from tests.conftest import inside, municipality
from tests.test_registers import As, walk


def units(*names: str) -> None:
    with inside("Tinn"):
        db.session.add_all([OrganisationalUnit(name=name) for name in names])
        db.session.commit()


def listed_names(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'<th scope="row"><a href="[^"]+">(.*?)</a>', page)]


@pytest.mark.parametrize(("order", "step"), [("", 1), ("?sort=name", 1), ("?sort=-name", -1)])
def test_lists_follow_the_norwegian_alphabet(order: str, step: int, as_: As) -> None:
    units("Åsen", "Østre", "Zebra", "ærlig", "abe", "Ærlig", "Abel")

    names = listed_names(as_("kari").get(f"/organisational-unit/{order}").text)[::step]

    assert [name.lower() for name in names] == [
        "abe",
        "abel",
        "zebra",
        "ærlig",
        "ærlig",
        "østre",
        "åpen oppvekst",
        "åsen",
    ]


@pytest.mark.parametrize("order", ["", "?sort=name", "?sort=short_name"])
def test_walking_the_pages_shows_every_row_once(order: str, as_: As) -> None:
    units(*["Lik"] * 60, *[f"Enhet {number:03}" for number in range(69)])
    browser = as_("kari")

    pages = walk(browser, f"/organisational-unit/{order}", "next")

    assert [len(page) for page in pages] == [50, 50, 30]
    assert len({one for page in pages for one in page}) == 130


@pytest.mark.parametrize("who", ["kari", "siri"])
def test_walking_back_from_the_last_page_shows_every_row_once(who: str, as_: As) -> None:
    units(*["Lik"] * 60, *[f"Enhet {number:03}" for number in range(69)])
    browser = as_(who)
    browser.post("/municipality/", data={"municipality": "" if who == "siri" else municipality("Tinn")})
    forward = [one for page in walk(browser, "/organisational-unit/", "next") for one in page]

    backward = walk(browser, "/organisational-unit/?last=1", "prev")

    assert [one for page in reversed(backward) for one in page] == forward
    assert len(set(forward)) == {"kari": 130, "siri": 131}[who]


# -- how lists look ----------------------------------------------------------------------------------------------------


def test_the_first_page_has_no_page_before_it_and_the_last_none_after(as_: As) -> None:
    units(*[f"Enhet {number:03}" for number in range(60)])
    kari = as_("kari")
    first, last = kari.get("/organisational-unit/").text, kari.get("/organisational-unit/?last=1").text

    assert [f'rel="{rel}"' in first for rel in ("prev", "next")] == [False, True]
    assert [f'rel="{rel}"' in last for rel in ("prev", "next")] == [True, False]
