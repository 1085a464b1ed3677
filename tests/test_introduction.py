"""The introduction: seven short pages for who begins alone, in words nobody has to look up, with pictures."""

from __future__ import annotations

import html
import re

import pytest

from reports.language import LANGUAGES
from tests import introduction as camera
from tests.test_registers import As
from views import texts
from views.assets import PICTURES, STATIC
from views.pages.introduction import MINUTES, PAGES, picture

SLOW = 130  # words a minute, of who reads with care


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_][\w-]*", text)


def test_there_are_seven_pages_and_a_picture_of_each() -> None:
    assert len(PAGES) == 7
    assert [page.key for page in PAGES] == list(camera.SHOWN)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_is_60_to_90_words_and_all_of_it_is_read_in_five_minutes(language: str) -> None:
    with texts.speaking(language):
        counted = {page.key: len(words(" ".join(page.told()))) for page in PAGES}

    assert {key: number for key, number in counted.items() if not 60 <= number <= 90} == {}
    assert sum(counted.values()) / SLOW <= MINUTES


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    with texts.speaking(language):
        sentences = [one for page in PAGES for text in page.told() for one in re.split(r"(?<=[.!?:]) ", text)]

    assert [one for one in sentences if len(words(one)) > 22] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_picture_is_missing_none_is_large_and_none_is_left_over(language: str) -> None:
    wanted = {picture(page, language) for page in PAGES}
    there = {f"{PICTURES}/{file.name}": file.stat().st_size for file in (STATIC / PICTURES).glob(f"*-{language}.webp")}

    assert wanted - set(there) == set(), "taken by: python -m tests.introduction"
    assert set(there) - wanted == set()
    assert {name: size for name, size in there.items() if size > camera.MOST_BYTES} == {}


def test_the_pictures_together_are_small() -> None:
    assert sum(file.stat().st_size for file in (STATIC / PICTURES).iterdir()) <= camera.MOST_IN_ALL


def test_pictures_reach_a_browser_and_may_be_kept(as_: As) -> None:
    kari = as_("kari")
    page = kari.get("/introduction/1/").text
    found = re.search(r'<img src="([^"]+)" alt="[^"]+"', page)

    assert found
    answer = kari.get(html.unescape(found[1]))
    assert (answer.status_code, answer.mimetype, answer.data[8:12]) == (200, "image/webp", b"WEBP")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_reads_from_the_first_page_to_the_last_and_back_by_links(language: str, as_: As) -> None:
    kari = as_("kari")
    kari.post("/language/", data={"language": language})
    at, seen = "/introduction/1/", []
    while at:
        page = kari.get(at).text
        seen.append(at)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        at = following[1] if following else ""

    assert seen == [f"/introduction/{number}/" for number in range(1, 8)]
    while before := re.search(r'rel="prev" href="([^"]+)"', page):
        page = kari.get(before[1]).text
        assert seen.pop()
    assert len(seen) == 1


def test_what_is_pressed_is_called_what_it_is_called_on_the_screen() -> None:
    for page in PAGES:
        holes = set(re.findall(r"%\((\w+)\)s", " ".join(page.texts)))
        assert holes == {f"name{place}" for place in range(1, len(page.names) + 1)}


@pytest.mark.parametrize(("who", "leads"), [("kari", 7), ("tone", 6), ("ola", 5), ("sol", 2), ("frida", 3), ("per", 6)])
def test_one_is_led_only_where_one_may_go(who: str, leads: int, as_: As) -> None:
    browser, found = as_(who), []
    for number in range(1, 8):
        says = browser.get(f"/introduction/{number}/").text.split('<div class="introduction-says">')[1].split("<div")[0]
        found += re.findall(r'<p><a href="([^"]+)">', says)

    assert {url: browser.get(url).status_code for url in found} == dict.fromkeys(found, 200)
    assert len(found) == leads


@pytest.mark.parametrize("path", ["/introduction/0/", "/introduction/8/", "/introduction/99999999999999999999/"])
def test_there_is_no_page_beyond_the_seven(path: str, as_: As) -> None:
    assert as_("kari").get(path).status_code == 404


def test_who_is_new_is_offered_it_until_it_is_put_away_and_only_by_oneself(as_: As) -> None:
    kari, tone = as_("kari"), as_("tone")

    def offered() -> list[bool]:
        return ["Ny i Orden?" in browser.get("/").text for browser in (kari, tone)]

    before = offered()
    answer = kari.post("/introduction/seen/")

    assert (before, offered()) == ([True, True], [False, True])
    assert (answer.status_code, answer.location) == (303, "/")
    assert ">Ferdig<" not in kari.get("/introduction/7/").text
    assert ">Ferdig<" in tone.get("/introduction/7/").text


def test_who_works_in_no_register_is_not_offered_it_but_finds_it(as_: As) -> None:
    page = as_("sol").get("/").text

    assert "Ny i Orden?" not in page
    assert '<a href="/introduction/">Introduksjon</a>' in page


def test_it_is_found_from_help_and_from_the_first_steps(as_: As) -> None:
    kari = as_("kari")

    assert [kari.get(path).text.count('href="/introduction/"') for path in ("/help/", "/first-steps/")] == [2, 2]


def test_putting_it_away_keeps_what_else_was_chosen(as_: As) -> None:
    kari = as_("kari")
    kari.get("/application/?columns=name,status")
    before = kari.get("/application/").text.count('scope="col"')
    kari.post("/introduction/seen/")

    assert kari.get("/application/").text.count('scope="col"') == before
