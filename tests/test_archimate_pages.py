"""Models of ArchiMate by the import page and by command: seen before they are saved, and reaching no rows of others."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

from sqlalchemy import select

from exchange.files.plain import Why
from exchange.files.reading import SENTENCES
from models.database import db
from models.registers.architecture import Application
from models.registers.comments import Comment
from models.registers.organisation import OrganisationalUnit
from tests.conftest import inside
from tests.support.dirtymodels import BOMB, NATIVE, element, model, tie
from tests.test_exchange_guests import run
from tests.test_importing_pages import job_of, send, work
from tests.test_registers import As


def test_a_model_is_sent_in_as_a_sheet_is_and_seen_before_it_is_saved(as_: As) -> None:
    goal = element("id-g", "Goal", "Mål")
    content = model(element("id-a", "ApplicationComponent", "Zaaksysteem"), goal, ties=tie("Serving", "id-a", "id-g"))
    kari = as_("kari")

    answer = send(kari, content, name="gemma.xml")
    seen, columns = kari.get(answer.location).text, kari.get(f"{answer.location}columns/").text
    form = kari.get("/imports/from/application/").text

    assert ("1 rad kan importeres." in seen, "Zaaksysteem" in seen) == (True, True)
    assert "Serving to Goal: Mål" in unescape(seen)
    assert "Arket er kjent igjen: ArchiMate." in columns
    assert "slag Orden ikke har et register for: Goal (1)." in columns
    assert ("Eller en ArchiMate-modell" in form, ".xml" in form.partition("accept=")[2][:90]) == (True, True)
    assert SENTENCES[Why.MODEL].partition(".")[0] in unescape(send(kari, NATIVE, name="a.archimate").text)
    assert SENTENCES[Why.ENTITIES].partition(".")[0] in unescape(send(kari, BOMB, name="a.xml").text)


def test_the_other_sheets_of_a_model_are_offered_when_one_is_in_and_go_on_from_the_same_file(app: Any, as_: As) -> None:
    content = model(
        element("id-a", "ApplicationComponent", "Zaaksysteem"), element("id-b", "ApplicationComponent", "Archief"),
        element("id-s", "BusinessService", "Zaken"), element("id-g", "Goal"),
        ties=tie("Serving", "id-a", "id-s") + tie("Flow", "id-a", "id-b", identifier="id-f"),
    )  # fmt: skip
    kari, lars = as_("kari"), as_("lars")
    job = job_of(send(kari, content, name="gemma.xml"))
    early = kari.post(job, data={"further": "0-service"}).status_code
    kari.post(job, data={"do": "1", "shown": "0,1", "row": ["0", "1"]})
    work(app)

    ended = kari.get(job).text
    offers = dict(re.findall(r'name="further" value="([^"]*)">([^<]*)<', ended))
    theirs = lars.post(job, data={"further": "0-service"}).status_code
    wrong = [
        kari.post(job, data={"further": said}).status_code for said in ("0-user_account", "x-service", "0-price", "")
    ]
    services = job_of(kari.post(job, data={"further": next(one for one in offers if one.endswith("-service"))}))
    seen = kari.get(services).text

    assert list(offers.values()) == ["Integrasjoner (1)", "Tjenester (1)"]
    assert (early, theirs, wrong) == (409, 404, [403, 409, 403, 404])
    assert ("1 rad kan importeres." in seen, "Zaken" in seen, "Zaaksysteem" in seen) == (True, True, True)
    assert "further" not in kari.get(job_of(send(kari))).text


def test_a_model_reaches_no_row_of_another_municipality_by_what_it_calls_itself(app: Any, tmp_path: Path) -> None:
    with inside("Seljord"):
        theirs = db.session.scalars(select(Application)).first()
        number, name, version = theirs.id, theirs.name, theirs.version
        called = f"orden-application-{number}"
        unit = OrganisationalUnit(name="Hemmeleg eining")
        db.session.add(unit)
        db.session.commit()
        unit_called = f"orden-organisational_unit-{unit.id}"
    file = tmp_path / "a.xml"
    file.write_bytes(
        model(
            element(called, "ApplicationComponent", "Ny her"),
            element(unit_called, "BusinessActor", "Hemmeleg eining"),
            ties=tie("Association", unit_called, called),
        )
    )

    done = run(app, Application, file, "--dry-run"), run(app, Application, file)

    assert [one.exit_code for one in done] == [0, 0]
    with inside("Seljord"):
        assert [
            (one.name, one.version)
            for one in db.session.scalars(select(Application).where(Application.id == theirs.id))
        ] == [(name, version)]
    with inside("Tinn"):
        row = db.session.scalars(select(Application).where(Application.name == "Ny her")).one()
        assert row.unit is None
        said_of = db.session.scalars(select(Comment.text).where(Comment.row_id == row.id)).all()
        assert said_of == ["Association from OrganisationalUnit: Hemmeleg eining"]
