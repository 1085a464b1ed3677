"""Whose names stand in a shared history: those of people within one's own reach, else where they work."""

from __future__ import annotations

import html
import re
from typing import Any

from models.database import db
from models.registers.catalogue import Supplier
from models.tenancy.log import SharedChange
from tests.conftest import inside, user
from tests.test_forms import first, send
from tests.test_registers import As, address, create, form_of


def test_a_shared_history_names_nobody_of_another_municipality(as_on: As, engine_app: Any) -> None:
    row_id = create(Supplier, as_on("berit"))
    url = address(Supplier, "history/", id=row_id)

    pages = {name: html.unescape(as_on(name).get(url).text) for name in ("kari", "berit", "siri", "per")}

    seen = {name: re.findall(r'<span class="muted">([^<]*)</span>', page)[0] for name, page in pages.items()}
    assert seen == {"kari": "Seljord", "berit": "Berit Test", "siri": "Berit Test", "per": "Berit Test"}
    assert "Berit" not in pages["kari"]


def test_the_project_is_named_as_the_project(as_: As) -> None:
    row = first(Supplier)
    send(as_("per"), row, parent_company="Konsernet")

    page = as_("kari").get(address(Supplier, "history/", id=row.id)).text

    assert ("Per Test" in page, "Prosjektet" in page) == (False, True)


def test_the_conflict_page_names_nobody_elsewhere(as_: As) -> None:
    kari = as_("kari")
    row_id = create(Supplier, kari)
    with inside():
        row = db.session.get(Supplier, row_id)
        form = form_of(kari.get(address(Supplier, "edit/", id=row_id)).text).values
    send(as_("per"), row, parent_company="Konsernet", status="proposed")

    answer = kari.post(address(Supplier, "edit/", id=row_id), data=form | {"parent_company": "Mitt"})

    assert (answer.status_code, "Per Test" in answer.text, "Prosjektet" in answer.text) == (409, False, True)


def test_an_entry_from_before_it_was_noted_names_nobody_either(as_: As) -> None:
    row = first(Supplier)
    with inside():
        db.session.add(
            SharedChange(
                register="supplier", row_id=row.id, row_name=row.name, action="changed", actor_id=user("berit").id,
                actor_name="Berit Test", fields=[],
            )
        )  # fmt: skip
        db.session.commit()

    page = as_("kari").get(address(Supplier, "history/", id=row.id)).text

    assert ("Berit" in page, "En tidligere bruker" in page) == (False, True)
