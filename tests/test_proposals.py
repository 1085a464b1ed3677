"""What a municipality proposes to the shared catalogue."""

from __future__ import annotations

import re

from models.registers.catalogue import Product
from tests.test_forms import reread
from tests.test_registers import As, fetch, form_of


def test_a_proposal_shows_the_status_it_will_get(as_: As) -> None:
    browser = as_("kari")
    page = browser.get("/product/new/").text
    form = form_of(page)

    answer = browser.post("/product/new/", data=form.values | {"name": ["Forslaget"], "status": ["approved"]})

    chosen = re.search(r'<option value="(\w+)" selected>', page.partition('name="status"')[2])
    assert chosen is not None
    assert (answer.status_code, chosen[1]) == (303, "proposed")
    assert reread(fetch(Product, int(answer.location.rpartition("=")[2])), "status") == ["proposed"]
