"""Templates taken into use."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from models.database import db
from models.declare.choices import Disposal
from models.registers.catalogue import ProcessingTemplate, TemplateRetention
from models.registers.processing import ProcessingActivity
from tests.conftest import inside
from tests.test_forms import first
from tests.test_registers import As

SAID, SAID_OF_TIME = ("purpose", "description", "sources"), ("start", "basis")


@pytest.mark.parametrize(("who", "form"), [("kari", ""), ("berit", "_nn")])
def test_a_template_is_taken_in_the_language_form_of_the_municipality(who: str, form: str, as_: As) -> None:
    browser = as_(who)
    browser.post("/language/", data={"language": "en"})
    with inside():
        template = db.session.scalars(select(ProcessingTemplate)).first()
        assert template is not None
        for key in (*SAID, "name"):
            setattr(template, key, f"{key} på bokmål")
            setattr(template, f"{key}_nn", f"{key} på nynorsk")
        template.retention = [
            TemplateRetention(disposal=Disposal.ERASE, **{key: key, f"{key}_nn": f"{key}_nn"}) for key in SAID_OF_TIME
        ]
        db.session.commit()
        template_id = template.id

    answer = browser.post(f"/processing-template/{template_id}/use/")

    row_id = int(parse_qs(urlsplit(answer.location).query)["id"][0])
    with inside():
        row = db.session.get(ProcessingActivity, row_id)
        said = {key: getattr(row, key) for key in (*SAID, "name")}
        times = {key: getattr(part, key) for key, part in zip(SAID_OF_TIME, row.retention, strict=True)}
    assert said == {key: f"{key} på {'nynorsk' if form else 'bokmål'}" for key in said}
    assert times == {key: f"{key}{form}" for key in times}


def test_a_template_taken_twice_says_so(as_: As) -> None:
    browser, template = as_("kari"), first(ProcessingTemplate)
    pages = []
    for _ in range(2):
        answer = browser.post(f"/processing-template/{template.id}/use/")
        pages.append("Malen var hentet fra før" in browser.get(answer.location).text)

    assert pages == [False, True]
