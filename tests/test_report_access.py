"""Who opens and downloads which reports."""

from __future__ import annotations

from models.database import db
from models.registers.billing import Charge
from models.tenancy.people import Membership, MunicipalRole
from tests.conftest import inside, municipality, user
from tests.test_registers import As, address


def test_billing_opens_its_own_report_and_takes_out_its_own_lists(as_: As) -> None:
    browser = as_("frida")

    reports = {slug: browser.get(f"/reports/{slug}/").status_code for slug in ("fakturagrunnlag", "applikasjoner")}

    assert reports == {"fakturagrunnlag": 200, "applikasjoner": 403}
    assert browser.get(address(Charge, "export/xlsx/")).status_code == 200


def test_support_has_no_reports(as_: As) -> None:
    assert as_("sol").get("/reports/").status_code == 403


def test_a_reader_in_one_of_several_municipalities_downloads_nothing_of_them_together(as_: As) -> None:
    with inside("Seljord"):
        role = MunicipalRole("editor")
        db.session.add(Membership(user=user("ola"), role=role, municipality_id=municipality("Seljord")))
        db.session.commit()
    ola = as_("ola")
    paths = ("/reports/utfylling/download/", "/application/export/xlsx/")
    found = {}
    for name, chosen in {"Tinn": municipality("Tinn"), "Seljord": municipality("Seljord"), "all": ""}.items():
        ola.post("/municipality/", data={"municipality": chosen})
        found[name] = [ola.get(path).status_code for path in paths]

    assert found == {"Tinn": [403, 403], "Seljord": [200, 200], "all": [403, 403]}
