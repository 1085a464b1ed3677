"""What stands on paper: whose record it is, who to ask, and when it was printed."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.database import db
from models.declare.base import Group
from models.declare.clock import today
from models.registers.architecture import Application
from models.registers.municipality import Municipality
from tests.conftest import inside
from tests.test_forms import first
from tests.test_registers import As, address
from views import formatters

PRINTED = [one for one in models.REGISTERS if one.__register__.group is Group.PROTECTION]


def on_paper(page: str) -> dict[str, str]:
    found = re.findall(r'<dl class="printed">(.*?)</dl>', page, re.DOTALL)
    return {
        html.unescape(label): html.unescape(value)
        for label, value in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", "".join(found))
    }


@pytest.mark.parametrize("register", PRINTED)
def test_a_record_of_protection_says_whose_it_is_when_printed(register: type[Any], as_: As) -> None:
    told = on_paper(as_("siri").get(address(register, "details/", id=first(register).id)).text)

    with inside():
        number = db.session.scalars(select(Municipality.organisation_number).where(Municipality.name == "Tinn")).one()
    assert told == {
        "Behandlingsansvarlig": "Tinn",
        "Organisasjonsnummer": number,
        "Personvernombud": "Åpen Ombod, ombod@test.example, 35 00 00 00",
        "Skrevet ut": formatters.day(today()),
    }


def test_nothing_else_says_so(as_: As) -> None:
    assert on_paper(as_("kari").get(address(Application, "details/", id=first(Application).id)).text) == {}
