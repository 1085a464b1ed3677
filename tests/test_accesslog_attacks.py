"""Who guesses at passwords writes nothing of their own in any log, and hides behind no address of their own making."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from models.database import db
from models.tenancy.accesslog import AccessEntry, ProjectAccessEntry
from tests.conftest import inside, sign_in, user
from tests.support import attack
from tests.test_accesslog import guess, nobody, written

MOST, QUARTER = 40, 15 * 60  # so many wrong guesses in so many seconds, as README says
FORMULA = '=HYPERLINK("https://evil.example")'


@pytest.mark.parametrize(
    "typed",
    ["\0\0\0", "a\r\nb@c.example", "<script>alert(1)</script>", FORMULA, "lang" * 2000, "2026-11-26 INFO forged /x/"],
)
def test_what_is_typed_for_a_name_stands_in_no_log(typed: str, app: Any, caplog: pytest.LogCaptureFixture) -> None:
    client, before = nobody(app), len(written(app, ProjectAccessEntry))
    client.get("/sign-in/")

    answer = client.post("/sign-in/", data={"email": typed, "password": "feil passord"})

    assert answer.status_code == 401
    assert written(app, ProjectAccessEntry)[before:] == [("unknown_person", None, None, None, None)]
    assert typed not in caplog.text


def test_a_forged_address_is_neither_believed_nor_counted_for_another(app: Any) -> None:
    client = nobody(app)
    client.get("/sign-in/")

    answers = [
        client.post(
            "/sign-in/",
            data={"email": f"ingen{number}@test.example", "password": "feil passord"},
            headers={"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}"},
        )
        for number in range(MOST + 2)
    ]

    assert [answer.status_code for answer in answers] == [401] * MOST + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= QUARTER
    assert set(attack.rows(app, "select address from project_access_entry where event = 'unknown_person'")) == {
        ("127.0.0.1",)
    }


def test_a_formula_in_a_name_stays_text_in_the_file_of_the_log(app: Any) -> None:
    with inside():
        user("kari").name = FORMULA
        db.session.commit()
    assert guess(nobody(app), "kari") == 401

    with sign_in(app, "lars").get(f"/{AccessEntry.__tablename__.replace('_', '-')}/export/xlsx/") as answer:
        sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[1]

    cells = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
