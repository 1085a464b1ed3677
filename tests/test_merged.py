"""What names a row that was merged into another goes on to the other: views of all kinds, and who is mentioned."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from models.database import db
from models.queries.merged import came_from, went_into
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.listviews import ListedRegister, ProjectView, SharedView
from models.registers.organisation import ContactPerson
from tests.conftest import inside
from tests.support.attack import untoken
from tests.support.merging import fetched, made, merge, undo
from tests.test_comments import say
from tests.test_following import change, follow_list, told
from tests.test_forms import first
from tests.test_history import changes
from tests.test_pinned_views import pin, pinned
from tests.test_registers import As

OWN, LIST = "own:Mine", "/application/"


def three_people() -> list[int]:
    return made(ContactPerson, *[{"name": f"Person {one}", "email": f"person{one}@test.example"} for one in "ABC"])


def names(page: Any) -> list[str]:
    return sorted(html.unescape(one) for one in re.findall(r'<th scope="row"[^>]*><a [^>]+>([^<]+)</a>', page.text))


def owned_by(person: int, *called: str) -> None:
    with inside("Tinn"):
        db.session.add_all([Application(name=name, owner_id=person) for name in called])
        db.session.commit()


def test_a_filter_on_a_merged_row_asks_for_the_one_it_went_into_and_back_when_that_is_undone(
    as_on: As, engine_app: Any
) -> None:
    kari, (gone, kept, other) = as_on("kari"), three_people()
    owned_by(gone, "Den gamles")
    owned_by(kept, "Den nyes")
    owned_by(other, "En annens")
    address = f"{LIST}?owner={gone}"
    before = names(kari.get(address))

    merge(kari, ContactPerson, kept, gone)
    page, first_merge = kari.get(address), changes(ContactPerson(id=kept))[0].request_id
    merge(kari, ContactPerson, other, kept)
    twice = names(kari.get(address))
    undo(kari, fetched(ContactPerson, other))
    kari.post(f"/changes/undo/event/{first_merge}/")

    assert (before, names(page), twice) == (
        ["Den gamles"], ["Den gamles", "Den nyes"], ["Den gamles", "Den nyes", "En annens"],
    )  # fmt: skip
    assert f'value="{kept}" selected' in page.text
    assert "er Person B" in html.unescape(page.text)
    assert names(kari.get(address)) == ["Den gamles"]


def test_what_is_not_of_the_merged_row_is_not_of_the_one_it_went_into(as_: As) -> None:
    kari, (gone, kept, other) = as_("kari"), three_people()
    owned_by(gone, "Den gamles")
    owned_by(other, "En annens")
    merge(kari, ContactPerson, kept, gone)

    assert "Den gamles" not in names(kari.get(f"{LIST}?owner.not={gone}"))
    assert "En annens" in names(kari.get(f"{LIST}?owner.not={gone}"))


@pytest.mark.parametrize("kind", ["own", "municipality", "project"])
def test_a_saved_and_pinned_view_holds_the_rows_of_the_one_it_went_into(kind: str, as_on: As, engine_app: Any) -> None:
    kari, (gone, kept, _other) = as_on("kari"), three_people()
    owned_by(gone, "Den gamles")
    owned_by(kept, "Den nyes")
    called = OWN
    if kind == "own":
        kari.post("/application/arrange/", data={"view": "Mine", "back": f"{LIST}?owner={gone}"})
    else:
        with inside("Tinn"):
            cls = {"municipality": SharedView, "project": ProjectView}[kind]
            row = cls(name="Delt", list_of=ListedRegister("application"), query=f"owner={gone}")
            db.session.add(row)
            db.session.commit()
            called = f"{kind}:{row.id}"
    pin(kari, called)

    counts = [number for _name, _url, number in pinned(kari.get("/").text)]
    merge(kari, ContactPerson, kept, gone)
    counts += [number for _name, _url, number in pinned(kari.get("/").text)]
    undo(kari, fetched(ContactPerson, kept))
    counts += [number for _name, _url, number in pinned(kari.get("/").text)]

    assert counts == ["1", "2", "1"]


def test_a_followed_list_goes_on_too(as_on: As, engine_app: Any) -> None:
    kari, ola, (gone, kept, _other) = as_on("kari"), as_on("ola"), three_people()
    owned_by(kept, "Den nyes")
    row = made(Application, {"name": "Enda en", "owner_id": kept})[0]
    follow_list(ola, f"?owner={gone}")
    merge(kari, ContactPerson, kept, gone)

    change(Application(id=row), notes="Nye ord")

    assert told(ola)[0] == "Enda en"
    assert "er Person B" in html.unescape(ola.get("/following/").text)


def test_a_shared_row_that_was_merged_leads_on_in_every_municipality(as_on: As, engine_app: Any) -> None:
    gone, kept = made(Supplier, {"name": "Gammel AS"}, {"name": "Ny AS"})
    made(Application, {"name": "Seljords", "supplier_id": kept}, where="Seljord")

    merge(as_on("per"), Supplier, kept, gone)

    assert names(as_on("berit").get(f"{LIST}?supplier={gone}")) == ["Seljords"]


def test_who_is_mentioned_by_a_card_that_was_merged_is_told(as_on: As, engine_app: Any) -> None:
    kari, ola, row = as_on("kari"), as_on("ola"), first(Application)
    gone, kept = made(
        ContactPerson,
        {"name": "Ola T", "email": "old@test.example"},
        {"name": "Ola Test", "email": "ola@test.example"},
    )
    say(kari, row, "Hva mener @Ola T om dette?")
    before = told(ola)

    merge(kari, ContactPerson, kept, gone, **{"pick-name": "kept", "pick-email": "kept"})
    merged = told(ola)
    undo(kari, fetched(ContactPerson, kept))

    assert (before, merged) == ([], ["Åpen skoleprogram", "Kari Test skrev en kommentar"])
    assert told(ola) == []


def test_a_row_of_another_municipality_leads_nowhere(as_: As) -> None:
    gone, kept = made(ContactPerson, {"name": "Løynd A"}, {"name": "Løynd B"}, where="Seljord")
    merge(as_("berit"), ContactPerson, kept, gone)

    with inside("Seljord"):
        theirs = went_into(db.session, ContactPerson, [gone]), came_from(db.session, ContactPerson, [kept])
    with inside("Tinn"):
        ours = went_into(db.session, ContactPerson, [gone]), came_from(db.session, ContactPerson, [kept])

    assert (theirs, ours) == (({gone: kept}, {gone}), ({}, set()))
    asked = as_("kari").get(f"{LIST}?owner={gone}")
    assert (names(asked), "Løynd" in asked.text) == ([], False)


DOORS = ["details/?id={}", "edit/?id={}", "delete/?id={}", "deleted/?id={}", "merge/?id={}&other={}"]


def seen_by(browser: Any, one: int) -> list[tuple[int, str]]:
    """Every page that a number may be asked of, without the number itself and what is drawn by lot."""
    lists = [browser.get(f"{LIST}?owner{how}={one}") for how in ("", ".not", ".any")]
    doors = [browser.get(f"/contact-person/{door.format(one, one)}") for door in DOORS]
    drawn = re.compile(rf"{one}|\b[0-9a-f]{{16}}\b")
    return [(page.status_code, drawn.sub("N", untoken(page.text))) for page in (*lists, *doors)]


def test_what_another_municipality_merged_is_told_apart_by_no_door_from_what_never_was(as_on: As) -> None:
    ids = [987_001, 987_002, 987_003]
    gone, kept, deleted = made(ContactPerson, *[{"id": one, "name": f"Løynd {one}"} for one in ids], where="Seljord")
    merge(as_on("berit"), ContactPerson, kept, gone)
    with inside("Seljord"):
        db.session.delete(db.session.get(ContactPerson, deleted))
        db.session.commit()
    kari = as_on("kari")

    seen = [seen_by(kari, one) for one in (*ids, 987_004)]

    assert [one == seen[3] for one in seen[:3]] == [True] * 3
    assert "Løynd" not in str(seen)


def test_rows_that_were_only_deleted_lead_nowhere(app: Any) -> None:
    (gone,) = made(ContactPerson, {"name": "Skal bort"})
    with inside("Tinn"):
        db.session.delete(db.session.get(ContactPerson, gone))
        db.session.commit()

        assert went_into(db.session, ContactPerson, [gone, 987654]) == {}


def test_a_list_asked_for_fifty_rows_that_are_gone_costs_what_one_does(as_: As, statements: list[str]) -> None:
    kari, counts = as_("kari"), []
    for numbers in ([900_000], range(900_000, 900_050)):
        address = f"{LIST}?" + "&".join(f"owner={one}" for one in numbers)
        kari.get(address)
        statements.clear()
        kari.get(address)
        counts.append(len(statements))

    assert counts[0] == counts[1]
