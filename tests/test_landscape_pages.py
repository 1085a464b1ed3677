"""The map of the architecture as people meet it: the same as picture, table, list and file, narrowed, picked and
found in; new as soon as a row is; and nothing of another municipality by any door."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select

from models import past
from models.database import db
from models.declare.choices import AccessEvent, AgreementStatus, Criticality
from models.declare.clock import today
from models.landscape import reading
from models.landscape.aspects import Aspect
from models.landscape.declared import KINDS
from models.landscape.grouping import Grouping
from models.registers.agreements import Agreement
from models.registers.architecture import Application, Platform, Service
from models.registers.catalogue import Supplier
from models.registers.codes import LosTheme
from models.registers.data import Dataset, Integration
from models.registers.municipality import Municipality
from models.tenancy.accesslog import AccessEntry
from tests.conftest import inside
from tests.test_registers import As
from tests.world import SECRETS

SVG = {"s": "http://www.w3.org/2000/svg"}


def furnish(place: str, word: str, many: int = 0) -> dict[str, int]:
    """A service on two systems that exchange data, on a platform of a supplier that both municipalities have."""
    with inside(place), db.session.no_autoflush:
        supplier = db.session.scalars(select(Supplier).order_by(Supplier.id)).first()
        platform = Platform(name=f"{word} sky", supplier=supplier)
        main = Application(
            name=f"{word} hovedsystem", criticality=Criticality.C1, platform=platform, licence_ore=200_000_000
        )
        side = Application(name=f"{word} sidesystem", criticality=Criticality.C3, part_of=main)
        service = Service(
            name=f"{word} tjeneste", theme=db.session.scalars(select(LosTheme)).first(), applications=[main]
        )
        data = Integration(name=f"{word} overføring", source=main, destination=side)
        ending = Agreement(name=f"{word} leieavtale", status=AgreementStatus.ACTIVE, ends=today() + timedelta(days=90))
        main.agreements = [ending]
        more = [Dataset(name=f"{word} data {number}", applications=[main, side]) for number in range(many)]
        db.session.add_all([service, side, data, *more])
        db.session.commit()
        return {"main": main.id, "side": side.id, "service": service.id, "data": data.id, "supplier": supplier.id}


def names(page: Any) -> set[str]:
    """The nodes of the picture, by what a screen reader is told."""
    told = re.findall(r'class="map-node[^"]*"[^>]*aria-label="([^"]*)"', page.text)
    return {unescape(one).partition(": ")[2].partition(". ")[0] for one in told}


def rows(page: Any) -> set[str]:
    return {unescape(one) for one in re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', page.text)}


OF_TINN = {
    "Åpen skole", "Åpen skoleprogram", "Åpen elevregister", "Ny tjeneste", "Ny hovedsystem", "Ny sidesystem", "Ny sky",
}  # fmt: skip


def test_the_picture_the_table_and_the_list_say_the_same(as_on: As, engine_app: Any) -> None:
    ids, kari = furnish("Tinn", "Ny"), as_on("kari")

    picture, table, listed = (kari.get(f"/map/{way}") for way in ("", "?way=table", "?way=list"))

    assert names(picture) == rows(table) > OF_TINN
    assert re.findall(r'aria-label="Leverandør: (.*?)\. ', picture.text) == [
        _supplier(ids)
    ]  # of some hundred in common
    assert {
        unescape(one) for one in re.findall(r'<li><a href="/[^"]*">([^<]*)</a>', listed.text.partition("map-list")[2])
    } == names(picture)
    assert "Ny overføring" not in names(picture)  # it is the line between the two
    assert "Får data fra:</span> Ny hovedsystem" in listed.text
    assert "Del av:</span> Ny hovedsystem" in listed.text


def test_what_is_picked_is_told_of_with_all_it_hangs_together_with(as_: As) -> None:
    ids = furnish("Tinn", "Ny")
    kari = as_("kari")

    page = kari.get(f"/map/?pick=application-{ids['main']}")
    panel = page.text.partition("map-picked")[2].partition("</section>")[0]

    assert re.findall(r"<dt>([^<]*)</dt><dd><a [^>]*>([^<]*)</a>", panel) == [
        ("Tjenester (applikasjoner)", "Ny tjeneste"), ("Applikasjoner (del av)", "Ny sidesystem"),
        ("Sender data til", "Ny sidesystem"), ("Plattform", "Ny sky"),
    ]  # fmt: skip
    assert page.text.count('class="map-node picked') + page.text.count(' picked"') == 1
    assert [
        kari.get(f"/map/?pick={wrong}").status_code
        for wrong in ("application-999999", "x", "user_account-1", "application-x")
    ] == [200] * 4


def test_a_filter_leaves_what_is_meant_with_what_hangs_on_it_and_stands_in_the_address(as_: As) -> None:
    furnish("Tinn", "Ny")
    kari = as_("kari")

    critical = kari.get("/map/?application:criticality=1")
    named = kari.get("/map/?application:1~name.has=sidesys&application:1~criticality=1&layer=application")
    asked = kari.get("/map/?panel=filter&of=application&field=criticality&op=&value=1&mark=cost")
    wrong = kari.get("/map/?application:nothing=1&dataset:name.has=Ny")

    assert names(critical) == {"Ny hovedsystem", "Ny tjeneste", "Ny sky"}
    assert "Applikasjoner: Kritikalitet er 1 – Kritisk: må virke innen timer" in critical.text
    assert names(named) == {"Ny hovedsystem", "Ny sidesystem"}
    assert (asked.status_code, unescape(asked.location)) == (302, "/map/?mark=cost&application%3Acriticality=1")
    assert "«nothing» finnes ikke som filter her" in wrong.text
    assert names(wrong) == set()


def test_every_mark_and_every_grouping_is_drawn_with_a_form_beside_its_colour(as_: As) -> None:
    furnish("Tinn", "Ny")
    kari = as_("kari")

    pages = {(mark, by): kari.get(f"/map/?mark={mark}&by={by}") for mark in Aspect for by in Grouping}

    for asked, page in pages.items():
        assert names(page) > OF_TINN, asked
        assert 'class="mark tone-fill-' in page.text.partition("data-map")[2], asked


def test_what_is_looked_for_is_lit_and_listed(as_: As) -> None:
    ids = furnish("Tinn", "Ny")

    page = as_("kari").get("/map/?search=HOVED")

    assert "Treff på «HOVED»: 1" in page.text
    assert re.findall(r'<a id="([^"]*)" class="map-node[^"]* lit"', page.text) == [f"application-{ids['main']}"]
    assert f'href="?search=HOVED&amp;pick=application-{ids["main"]}#picked"' in page.text


def test_the_map_is_new_as_soon_as_a_row_a_link_or_a_shared_row_is(as_on: As, engine_app: Any) -> None:
    ids = furnish("Tinn", "Ny")
    kari = as_on("kari")
    seen = [names(kari.get("/map/"))]
    with inside("Tinn"):
        db.session.get(Application, ids["main"]).name = "Omdøpt"
        db.session.commit()
    seen.append(names(kari.get("/map/")))
    with inside("Tinn"):
        db.session.get(Supplier, ids["supplier"]).name = "Nytt navn AS"
        db.session.get(Service, ids["service"]).applications = []
        db.session.commit()
    last = kari.get(f"/map/?pick=service-{ids['service']}")

    assert seen[1] - seen[0] == {"Omdøpt"}
    assert "Nytt navn AS" in names(last)
    assert "Den henger ikke sammen med noe her." in last.text


def test_the_map_costs_as_many_statements_for_forty_rows_as_for_one_and_few_when_nothing_has_changed(
    as_: As, statements: list[str]
) -> None:
    kari = as_("kari")

    def counted(ask: Callable[[], Any]) -> int:
        statements.clear()
        assert ask().status_code == 200
        return len(statements)

    kari.get("/map/")
    furnish("Tinn", "Ett", 1)
    few = counted(lambda: kari.get("/map/"))
    furnish("Tinn", "Mange", 40)
    many = counted(lambda: kari.get("/map/"))
    again = counted(lambda: kari.get("/map/?by=unit"))

    assert (few, many, again) == (many, few, few - 4)
    assert many <= 7


def test_the_map_as_a_file_stands_alone_and_is_written_down(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish("Tinn", "Ny")
    tone = as_("tone")

    svg, pdf, png = (
        tone.get(f"/map/file.{kind}?mark=cost&application:criticality=1") for kind in ("svg", "pdf", "png")
    )

    drawn = etree.fromstring(svg.data)
    told = [one.get("aria-label") for one in drawn.iterfind(".//s:g[@data-n]", SVG)]
    assert sorted(one.partition(": ")[2].partition(".")[0] for one in told) == [
        "Ny hovedsystem",
        "Ny sky",
        "Ny tjeneste",
    ]
    assert [len(list(drawn.iter(f"{{{SVG['s']}}}{tag}"))) for tag in ("style", "script", "a", "use", "image")] == [
        1,
        0,
        0,
        0,
        0,
    ]
    assert "var(" not in svg.text
    assert (pdf.data[:5], png.data[:4]) == (b"%PDF-", b"\x89PNG")
    assert [one.headers["Content-Disposition"].partition("filename=")[2][:9] for one in (svg, pdf, png)] == [
        "kart-tinn"
    ] * 3
    with inside("Tinn"):
        lines = db.session.scalars(select(AccessEntry).where(AccessEntry.event == AccessEvent.REPORT)).all()
        assert [(one.selection, one.rows) for one in lines] == [("svg", 3), ("pdf", 3), ("png", 3)]
    assert [as_("ola").get(f"/map/file.{kind}").status_code for kind in ("svg", "pdf", "png")] == [403] * 3
    assert tone.get("/map/file.exe").status_code == 404
    monkeypatch.setattr("reports.poster.TEMPLATE", Path("nowhere.typ"))
    assert tone.get("/map/file.pdf?mark=cost").location == "/map/?mark=cost"
    assert "Filen kunne ikke lages nå." in tone.get("/map/?mark=cost").text


def test_around_a_row_stands_what_is_one_two_and_three_steps_away(as_: As) -> None:
    ids = furnish("Tinn", "Ny")
    kari = as_("kari")

    pages = [kari.get(f"/map/service/{ids['service']}/?steps={steps}") for steps in ("1", "2", "3", "99")]

    assert [names(page) for page in pages[:2]] == [
        {"Ny tjeneste", "Ny hovedsystem"}, {"Ny tjeneste", "Ny hovedsystem", "Ny sidesystem", "Ny sky"},
    ]  # fmt: skip
    assert names(pages[2]) - names(pages[1]) == {_supplier(ids)}
    assert names(pages[3]) == names(pages[0])
    assert names(kari.get(f"/map/integration/{ids['data']}/")) == {"Ny overføring", "Ny hovedsystem", "Ny sidesystem"}
    assert f'href="/map/service/{ids["service"]}/"' in kari.get(f"/service/details/?id={ids['service']}").text


def _supplier(ids: dict[str, int]) -> str:
    with inside("Tinn"):
        return str(db.session.get(Supplier, ids["supplier"]).name)


def test_around_what_very_much_hangs_on_a_hundred_and_fifty_are_drawn_and_all_are_listed(as_: As) -> None:
    ids = furnish("Tinn", "Ny", 170)

    page = as_("kari").get(f"/map/application/{ids['main']}/")

    assert len(names(page)) == 150
    assert "24 er utelatt" in page.text  # 170 datasets, a service, a module and a platform
    assert page.text.partition('id="list"')[2].count("<li>") == 173


def test_what_is_too_much_to_draw_is_said_and_a_municipality_with_nothing_has_nothing_to_draw(
    as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish("Tinn", "Ny", 5)
    monkeypatch.setattr("views.landscape.shown.MOST", 3)
    monkeypatch.setattr("views.landscape.shown.MOST_EDGES", 1)
    kari, per = as_("kari"), as_("per")
    with inside("Tinn"):
        empty = db.session.scalars(select(Municipality.id).where(Municipality.name == "Nissedal")).one()
    per.post("/municipality/", data={"municipality": str(empty)})

    page = kari.get("/map/")

    assert len(names(page)) == 3
    assert "De 3 med flest forbindelser er tegnet, og " in page.text
    assert re.search("[0-9]+ forbindelser? er ikke tegnet.", page.text)
    assert "Ingenting å teikne enno" in per.get("/map/").text
    assert per.get("/map/file.svg").status_code == 200


# -- the walls ---------------------------------------------------------------------------------------------------------


def test_nothing_of_another_municipality_is_in_any_picture_list_file_or_memory(as_on: As, engine_app: Any) -> None:
    ids, theirs = furnish("Tinn", "Ny"), furnish("Seljord", "Hemmeleg", 3)
    berit, kari = as_on("berit"), as_on("kari")
    hers = names(berit.get("/map/"))  # remembered before anybody in Tinn looks
    ways = ["", "?way=table", "?way=list", "?by=unit", "?by=supplier&mark=ends", "?mark=filled",
            f"?pick=application-{theirs['main']}", "?search=Hemmeleg", "?dataset:name.has=Hemmeleg",
            f"supplier/{ids['supplier']}/?steps=3"]  # fmt: skip

    pages = [kari.get(f"/map/{way}") for way in ways]
    files = [as_on("tone").get(f"/map/file.svg{way}") for way in ("", "?by=unit")]

    assert {"Hemmeleg hovedsystem", "Hemmeleg data 2"} <= hers
    assert all(one.status_code == 200 for one in (*pages, *files))
    echoed = "Treff på «Hemmeleg»", 'value="Hemmeleg"', "«Hemmeleg»", "search=Hemmeleg", "name.has=Hemmeleg"
    for one in (*pages, *files):
        text = one.text
        for said in echoed:  # what somebody typed is said again
            text = text.replace(said, "")
        assert [word for word in SECRETS if word in text] == []
    assert names(pages[-1]) & hers == {_supplier(ids)}
    assert {len(names(page)) for page in pages[3:5]} == {len(names(pages[0]))}


def test_what_is_around_a_row_of_another_one_that_is_deleted_or_none_is_not_found(as_: As) -> None:
    ids, theirs = furnish("Tinn", "Ny"), furnish("Seljord", "Hemmeleg")
    kari = as_("kari")
    with inside("Tinn"):
        db.session.delete(db.session.get(Integration, ids["data"]))
        db.session.commit()

    asked = [f"application/{theirs['main']}", f"service/{theirs['service']}", f"integration/{ids['data']}",
             "application/999999", "user_account/1", "agreement/1", "organisational_unit/1",
             "risk_assessment/1", "nothing/1"]  # fmt: skip

    assert {one: kari.get(f"/map/{one}/").status_code for one in asked} == dict.fromkeys(asked, 404)


def test_a_supplier_nobody_here_uses_stands_alone_and_several_municipalities_have_no_map_together(as_: As) -> None:
    with inside("Tinn"):
        unused = db.session.scalars(select(Supplier.id).order_by(Supplier.id.desc())).first()
    theirs = furnish("Seljord", "Hemmeleg")
    siri, per = as_("siri"), as_("per")
    siri.post("/municipality/", data={"municipality": ""})

    assert "Den står alene" in as_("kari").get(f"/map/supplier/{unused}/").text
    assert all(
        "Velg én kommune" in one.get(way).text
        for one in (siri, per)
        for way in ("/map/", f"/map/supplier/{theirs['supplier']}/")
    )
    far = names(per.get(f"/map/application/{theirs['main']}/?steps=3"))  # past the supplier that Tinn has as well
    assert {"Hemmeleg hovedsystem", "Hemmeleg skoleprogram"} <= far
    assert [name for name in far if name.startswith("Åpen")] == []
    assert per.get("/map/file.svg").status_code == 404
    assert [as_(name).get("/map/").status_code for name in ("sol", "frida")] == [403, 403]


def test_the_landscape_is_read_of_a_past_day_as_of_today(app: Any) -> None:
    with inside("Tinn"):
        before = set(reading.read(db.session, "nb").nodes)
        moment = datetime.now(UTC) + timedelta(seconds=1)
    furnish("Tinn", "Ny")
    with inside("Tinn"):
        now = set(reading.read(db.session, "nb").nodes)
        then = reading.read(past.as_of(db.session, moment, KINDS), "nb")
        assert before < now
        assert set(then.nodes) <= now
        assert {key[0] for key in then.nodes} <= {one.__tablename__ for one in KINDS}
