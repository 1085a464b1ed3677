"""The open page of a municipality: what anybody is told, and what nobody is, by any door."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from exchange.archive.telling import is_taken_along
from models.database import db
from models.declare.base import field_of, fields_of, part_class
from models.declare.clock import today
from models.declare.domains import Domain
from models.declare.fields import Kind, Personal
from models.queries import opened
from models.queries.opened import PUBLIC, People, shown
from models.registers.architecture import Application
from models.registers.codes import Article6
from models.registers.data import Dataset
from models.registers.municipality import OPENED, Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.people import User
from tests.conftest import inside, municipality, sign_in
from tests.support.opening import NUMBERS, PERSON, first, full_dataset, furnish, open_to_all, seen
from views.pages import opened as pages

PAGE, CATALOGUE = "/open/4026/", "/open/4026/catalog"
HIDDEN = (
    PERSON, "Gyda", "Fjellvang", "fjellvang.example", "91 23 45 67", "9.8.7", "Skjult", "alarmanlegg", "avviklet",
    "planlagt", "utkast", "holdt", "utløpt", "Leiar", "Ombod", "ombod@",
)  # fmt: skip


def visit(app: Any, url: str = PAGE, **headers: str) -> Any:
    return app.test_client().get(url, headers=headers)


def both(app: Any, url: str = PAGE) -> str:
    """The systems and the activities, as a stranger reads them."""
    return "".join(seen(visit(app, f"{url}?kind={kind}")) for kind in ("systems", "activities"))


def names(app: Any, query: str) -> list[str]:
    """What stands on a page, row by row."""
    found = re.findall(
        r'<th scope="row">(.*?)</th>|<article class="card opened"><h2>(.*?)</h2>', seen(visit(app, PAGE + "?" + query))
    )
    return [one or other for one, other in found]


def test_anybody_reads_in_plain_words_what_a_municipality_has_opened(engine_app: Any) -> None:
    furnish("Tinn", "Open")
    open_to_all("Tinn")

    told = both(engine_app)

    assert (names(engine_app, "kind=systems"), names(engine_app, "kind=activities")) == (
        ["Open saksbehandling", "Åpen skoleprogram"], ["Open skoleskyss"],
    )  # fmt: skip
    for words in (
        "Open brukes til saker.", "Open skoleskyss", "Open buss til skolen.", "§ 7-1", "skoleåret er over",
        "Kommunen trenger opplysningene til en oppgave den har etter loven (Art. 6 nr. 1 bokstav e)", "18 måneder",
    ):  # fmt: skip
        assert words in told, words


def test_of_people_security_and_what_is_not_in_use_nothing_is_told(engine_app: Any) -> None:
    furnish("Tinn", "Open")
    full_dataset("Tinn")
    open_to_all("Tinn")

    formats = [seen(visit(engine_app, f"{CATALOGUE}.{ending}")) for ending in ("ttl", "jsonld", "rdf")]

    assert [one for one in HIDDEN if one in both(engine_app) + "".join(formats)] == []


def test_a_text_that_names_somebody_is_held_back_and_the_administrator_is_told(app: Any) -> None:
    furnish("Tinn", "Open")
    open_to_all("Tinn")
    with inside("Tinn"):
        system().description = "Ring Gyda  FJELLVANG om dette."
        about = activity()
        about.purpose, about.retention[0].start = "Skriv til noen@tinn.example.", f"når {PERSON} sier det"
        db.session.add(Application(name="Fjellvang, Gyda Haldorsdatter sin"))
        db.session.commit()

    told, page = both(app), seen(sign_in(app, "lars").get("/openness/"))

    assert [one for one in ("Gyda", "FJELLVANG", "noen@", "når ") if one in told] == []
    assert ("Open saksbehandling" in told, "Open skoleskyss" in told) == (True, True)
    assert re.findall(r"(\d+) tekster er holdt tilbake", page) == ["4"]


def test_names_are_words_of_their_own_and_one_word_alone_is_any_word() -> None:
    with_names = People(re.compile(r"(?<!\w)(?:per lie)(?!\w)"), frozenset())
    rows = [{"name": "Per lieder", "purpose": "per år"}, {"name": "x", "purpose": "Per Lie"}]

    assert shown(rows, with_names).rows == (rows[0], {"name": "x", "purpose": None})


def test_only_what_is_declared_leaves() -> None:
    """A field is told to all where PUBLIC names it, and only there; none that is about a person, for some alone, or
    that leads to a person."""
    assert set(PUBLIC) == {Application, ProcessingActivity, Dataset, *_parts()}
    known = [field_of(one, key) for one, keys in PUBLIC.items() for key in keys]
    targets = {one.points_at for one in known if one.kind in {Kind.REFERENCE, Kind.REFERENCES}}
    assert {one.key for one in known if one.personal is not Personal.NONE or one.readers} == set()
    assert {ContactPerson, User, Municipality} & targets == set()


def _parts() -> list[type[Any]]:
    held = [known for one in (Application, ProcessingActivity, Dataset) for known in fields_of(one)]
    return [part_class(known) for known in held if known.kind is Kind.ROWS and part_class(known) in PUBLIC]


def test_what_is_read_is_what_is_declared(app: Any) -> None:
    furnish("Tinn", "Open")
    full_dataset("Tinn")
    place, beside = municipality("Tinn"), {"id", "updated"}
    db.session.rollback()

    read = {
        Application: opened.applications(db.session, place, "nb").rows,
        ProcessingActivity: opened.activities(db.session, place, "nb").rows,
        Dataset: opened.datasets(db.session, place).rows,
    }

    for register, rows in read.items():
        assert rows
        for row in rows:
            assert set(row) - (beside if register is Dataset else set()) == set(PUBLIC[register])
            for known in (field_of(register, key) for key in PUBLIC[register]):
                if known.kind is Kind.ROWS:
                    assert all(set(part) == set(PUBLIC[part_class(known)]) for part in row[known.key])


# -- the walls ---------------------------------------------------------------------------------------------------------

SPELT = (
    "4022 ",
    " 4022",
    "04022",
    "4022/",
    "4022.",
    "٤٠٢٢",
    "４０２２",
    "4022%00",
    "Seljord",
    "4026,4022",
    "4022%20",
    "3820",
    "0",
)


def test_nothing_is_open_until_it_is_said_and_all_that_is_not_is_answered_alike(engine_app: Any) -> None:
    """Whether there is such a municipality, whether it is one of ours, whether it has said no: nobody learns which."""
    furnish("Seljord", "Hemmeleg")
    full_dataset("Seljord", "Hemmeleg sett")
    open_to_all("Tinn", public_page=True)

    def answer(number: str, rest: str) -> tuple[Any, ...]:
        got = visit(engine_app, f"/open/{number}/{rest}")
        body = re.sub(r'name="(csrf_token|next)" value="[^"]*"', "", got.text)
        return got.status_code, body, got.headers["X-Robots-Tag"], got.headers.get("Cache-Control")

    for rest in ("", "?kind=activities", "catalog", "catalog.ttl"):
        nobody = answer("9999", rest)
        assert nobody[0] == 404
        assert {answer(number, rest) for number in ("4022", "0301", "1234")} == {nobody}
    assert {visit(engine_app, f"/open/{number}/").status_code for number in SPELT} <= {404, 308}
    assert answer("4026", "catalog")[0] == 404  # the page is on, the catalogue is not
    db.session.rollback()
    assert {opened.by_number(db.session, number) for number in ("4022", *SPELT)} == {None}


def test_one_open_municipality_tells_nothing_of_another(engine_app: Any) -> None:
    for town, word in (("Tinn", "Open"), ("Seljord", "Hemmeleg")):
        furnish(town, word)
        full_dataset(town, f"{word} sett")
        open_to_all(town)

    tinn, seljord = (
        both(engine_app, f"/open/{number}/") + visit(engine_app, f"/open/{number}/catalog.ttl").text
        for number in NUMBERS.values()
    )

    assert ("Hemmeleg" in tinn, "Løyndom" in tinn, "4022" in tinn) == (False, False, False)
    assert ("Open " in seljord, "Hemmeleg sett" in seljord, "Hemmeleg saksbehandling" in seljord) == (False, True, True)


def test_who_has_signed_in_elsewhere_is_told_the_same(engine_app: Any) -> None:
    furnish("Tinn", "Open")
    open_to_all("Tinn")
    berit = sign_in(engine_app, "berit")

    page = seen(berit.get(f"{PAGE}?kind=systems&lang=nb"))

    assert ("Open saksbehandling" in page, [one for one in HIDDEN if one in page]) == (True, [])
    assert berit.get("/open/4022/").status_code == 404  # nor does her own tell her more


def test_the_scope_of_anybody_reads_content_of_one_and_writes_nothing() -> None:
    found = scope.opened(7)

    assert (dict(found.read), dict(found.write)) == ({Domain.CONTENT: frozenset([7])}, {})
    assert (found.everyone, found.personal, found.user_id) == (False, False, None)


@pytest.mark.parametrize("key", ["ended", "left"])
def test_a_municipality_that_takes_part_no_more_shows_nothing(app: Any, key: str) -> None:
    open_to_all("Tinn")
    before = visit(app).status_code
    with inside("Tinn"):
        setattr(db.session.get_one(Municipality, municipality("Tinn")), key, today())
        db.session.commit()

    assert (before, visit(app).status_code) == (200, 404)


def test_a_number_is_good_while_it_is_the_municipalitys(app: Any) -> None:
    open_to_all("Tinn")
    with inside("Tinn"):
        codes = db.session.get_one(Municipality, municipality("Tinn")).codes
        next(one for one in codes if one.code == "4026").valid_to = today() + timedelta(days=1)
        db.session.commit()
    still = visit(app).status_code
    with inside("Tinn"):
        codes = db.session.get_one(Municipality, municipality("Tinn")).codes
        next(one for one in codes if one.code == "4026").valid_to = today()
        db.session.commit()

    assert (still, visit(app).status_code) == (200, 404)


# -- as it stands ------------------------------------------------------------------------------------------------------


def system() -> Any:
    return first(Application, Application.name == "Open saksbehandling")


def activity() -> Any:
    return first(ProcessingActivity, ProcessingActivity.name == "Open skoleskyss")


CHANGES: dict[str, Callable[[], Any]] = {
    "a text": lambda: setattr(system(), "description", "Nytt"),
    "a law taken off": lambda: setattr(activity(), "laws", []),
    "another ground": lambda: setattr(activity(), "article6", [first(Article6)]),
    "a person of that name": lambda: db.session.add(ContactPerson(name="Åpen Skoleprogram")),
    "a system kept in": lambda: setattr(system(), "kept_in", True),
    "an activity that is gone": lambda: db.session.delete(activity()),
}


def test_what_is_changed_withdrawn_or_gone_is_so_at_once(app: Any) -> None:
    furnish("Tinn", "Open")
    open_to_all("Tinn")
    browser = app.test_client()
    browser.get(PAGE)

    def asked(kind: str, tag: str = "") -> Any:
        return browser.get(f"{PAGE}?kind={kind}", headers={"If-None-Match": tag} if tag else {})

    tags = {kind: asked(kind).headers["ETag"] for kind in ("systems", "activities")}
    assert {asked(kind, tag).status_code for kind, tag in tags.items()} == {304}
    assert asked("systems").headers["Cache-Control"] == "private, no-cache"
    for what, change in CHANGES.items():
        with inside("Tinn"):
            change()
            db.session.commit()
        answers = {kind: asked(kind, tag) for kind, tag in tags.items()}
        assert {one.status_code for one in answers.values()} & {200}, what
        tags = {kind: asked(kind).headers["ETag"] for kind in answers}
    open_to_all("Tinn", public_page=False)
    assert asked("systems", tags["systems"]).status_code == 404


def test_search_engines_are_asked_to_stay_away_unless_it_is_chosen(app: Any) -> None:
    open_to_all("Tinn", public_page=True)
    away = visit(app).headers["X-Robots-Tag"]
    open_to_all("Tinn")
    chosen = app.test_client()
    welcome = chosen.get(PAGE)
    again = chosen.get(PAGE)

    assert (away, welcome.headers["X-Robots-Tag"]) == ("noindex", "all")
    assert visit(app, f"{PAGE}?kind=activities").headers.getlist("X-Robots-Tag") == ["all"]
    held = chosen.get(PAGE, headers={"If-None-Match": again.headers["ETag"]})
    assert (held.status_code, held.headers.getlist("X-Robots-Tag")) == (304, ["all"])
    assert visit(app, CATALOGUE).headers.getlist("X-Robots-Tag") == ["noindex"]


def test_the_search_finds_words_anywhere_in_what_is_told(app: Any) -> None:
    furnish("Tinn", "Open")
    open_to_all("Tinn")

    counts = {
        words: re.findall(r"\((\d+)\)</a>", visit(app, PAGE + "?q=" + words).text)
        for words in ("saker", "SKOLESKYSS", "buss skoleåret", "Skjult", PERSON, "%", "9.8.7")
    }

    assert counts == {
        "saker": ["1", "0"], "SKOLESKYSS": ["0", "1"], "buss skoleåret": ["0", "1"], "Skjult": ["0", "0"],
        PERSON: ["0", "0"], "%": ["0", "0"], "9.8.7": ["0", "0"],
    }  # fmt: skip


@pytest.mark.parametrize(("asked", "browser", "speaks", "words"), [
    ("nn", "en", "nn", "Kva opplysningane blir brukte til"),
    ("", "en-GB", "en", "What the data are used for"),
    ("xx", "nb", "nb", "Hva opplysningene brukes til"),
])  # fmt: skip
def test_the_page_speaks_as_it_is_asked_to(app: Any, asked: str, browser: str, speaks: str, words: str) -> None:
    furnish("Tinn", "Open")
    open_to_all("Tinn")

    page = visit(app, f"{PAGE}?kind=activities&lang={asked}", **{"Accept-Language": browser})

    assert (f'<html lang="{speaks}">' in page.text, words in seen(page)) == (True, True)


def test_one_row_and_fifty_take_the_same_statements(app: Any, statements: list[str]) -> None:
    furnish("Tinn", "Open")
    full_dataset("Tinn")
    open_to_all("Tinn")
    urls = (PAGE, f"{PAGE}?kind=activities", CATALOGUE)

    def asked() -> list[int]:
        counts = []
        for url in urls:
            opened._kept.clear()
            pages._written.clear()
            statements.clear()
            assert visit(app, url).status_code == 200
            counts.append(len(statements))
        return counts

    visit(app)
    before = asked()
    for number in range(50):
        furnish("Tinn", f"Open {number}")
        full_dataset("Tinn", f"Sett {number}")

    assert (asked(), max(before) <= 12) == (before, True)
    statements.clear()
    visit(app, CATALOGUE)
    remembered = len(statements)
    assert remembered < before[2]


def test_a_long_or_broken_question_is_a_page_or_nothing(app: Any) -> None:
    open_to_all("Tinn")

    answers = [visit(app, PAGE + asked).status_code for asked in (
        "?q=" + "x" * 5000, "?q=%00%ff", "?kind=risk", "?lang=../..", "?q=a&q=b",
    )]  # fmt: skip

    assert answers == [200, 200, 404, 200, 200]


# -- who decides -------------------------------------------------------------------------------------------------------


def test_the_local_administrator_opens_it_and_nobody_else(app: Any) -> None:
    place = municipality("Tinn")
    lars = sign_in(app, "lars")
    form = lars.get(f"/municipality/edit/?id={place}").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', form)
    said = {"language": "nb", "risk_scale": "5", "public_page": "y", "version": version[1] if version else ""}
    refused = [sign_in(app, who).get("/openness/").status_code for who in ("kari", "ola", "tone", "siri", "per", "sol")]

    before = visit(app).status_code
    saved = lars.post(f"/municipality/edit/?id={place}", data=said)
    page = seen(lars.get("/openness/"))

    assert (before, saved.status_code, visit(app).status_code, refused) == (404, 303, 200, [403] * 6)
    assert "http://localhost/open/4026/" in page
    card = f"/municipality/details/?id={place}"
    ways = [sign_in(app, who).get(url).text.count('"/openness/"') for who in ("lars", "kari") for url in ("/", card)]
    assert ways == [1, 1, 0, 0]
    assert [one in form for one in ("public_page", "public_indexed", "public_catalogue")] == [True] * 3


def test_the_administrator_sees_what_lacks_before_it_is_in_the_catalogue(app: Any) -> None:
    open_to_all("Tinn")
    full_dataset("Tinn", "Uten tema", themes=[])
    with inside("Tinn"):
        db.session.get_one(Municipality, municipality("Tinn")).email = None
        db.session.commit()

    page = seen(sign_in(app, "lars").get("/openness/"))

    assert ("mangler datatema" in page, "postmottak" in page, f"http://localhost{CATALOGUE}" in page) == (True,) * 3


def test_nothing_is_open_in_another_house_because_it_was_in_this_one() -> None:
    assert [key for key in OPENED if is_taken_along(field_of(Municipality, key))] == []


def test_an_opened_municipality_without_a_catalogue_has_no_publisher() -> None:
    one = opened.Opened(1, "Tinn", "4026", "nb", None, None, True, True, True)  # type: ignore[arg-type]

    assert (one.catalogue, replace(one, organisation_number="1").catalogue) == (False, True)
