"""What the tests of questions to owners share: an owner with an address, the asking, the link and what it opens."""

from __future__ import annotations

import html
import re
from typing import Any

from sqlalchemy import select

from models.database import db
from models.registers.architecture import Application
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.tenancy.accesslog import AccessEntry
from models.tenancy.confirmations import Confirmation
from tests.conftest import inside, municipality
from tests.support.client import LintingClient

LEADER = "leiar@test.example"


def prepared(*, by_link: bool = True, town: str = "Tinn", email: str | None = LEADER, **values: Any) -> None:
    """The owner of the rows of a municipality gets an address, and may answer by link if the municipality says so."""
    with inside(town):
        for one in db.session.scalars(select(ContactPerson).where(ContactPerson.name.endswith("Leiar"))):
            one.email = email
        db.session.get_one(Municipality, municipality(town)).owners_answer_by_link = by_link
        for row in db.session.scalars(select(Application)) if values else ():
            for key, value in values.items():
                setattr(row, key, value)
        db.session.commit()


def first(register: Any, town: str = "Tinn") -> int:
    """The number of the first row a municipality has in a register."""
    with inside(town):
        return int(db.session.scalars(select(register.id).order_by(register.id)).first())


def as_it_is(found: Any, **values: Any) -> Any:
    """The first row that is found, after it is changed behind the scenes where that is asked."""
    row = db.session.scalars(found).first()
    for key, value in values.items():
        setattr(row, key, value)
    db.session.commit()
    db.session.refresh(row)
    db.session.expunge(row)
    return row


def row_of(register: Any, town: str = "Tinn", **values: Any) -> Any:
    """That row as it is now, after it is changed behind the scenes where that is asked."""
    with inside(town):
        return as_it_is(select(register).order_by(register.id), **values)


def question(**values: Any) -> Any:
    """The newest question, in the same way."""
    with inside():
        return as_it_is(select(Confirmation).order_by(Confirmation.id.desc()), **values)


def ask(browser: LintingClient, register: Any = Application, town: str = "Tinn") -> Any:
    return browser.post(f"/confirmations/{register.__tablename__}/{first(register, town)}/")


def links_on(answer: Any) -> list[str]:
    """The addresses that are to be sent, without the host."""
    found = re.findall(r'id="link-\d+-\d+"[^>]*value="https?://[^/]+([^"]+)"', answer.text)
    assert found, answer.text
    return [html.unescape(one) for one in found]


def link_on(answer: Any) -> str:
    (link,) = links_on(answer)
    return link


def stranger(app: Any) -> LintingClient:
    app.test_client_class = LintingClient
    client: LintingClient = app.test_client()
    return client


def opened(browser: LintingClient, link: str) -> Any:
    """What a browser shows that follows a link to its end."""
    answer = browser.get(link)
    return browser.get(answer.location) if answer.status_code == 303 and "/confirm/" in answer.location else answer


def answered(browser: LintingClient, page: Any, said: str = "stands", **more: str) -> Any:
    """Press one of the three on a page."""
    found = re.search(r'action="(/confirm/\d+/)">.*?name="version" value="(\d+)"', page.text)
    assert found, page.text
    return browser.post(found[1], data={"answer": said, "version": found[2], **more})


def words(answer: Any) -> str:
    return html.unescape(answer.text.partition("<main")[2])


def logged(town: str = "Tinn") -> list[tuple[str, str | None, str | None]]:
    """What the access log of a municipality says of owners, oldest first."""
    with inside(town):
        found = db.session.scalars(select(AccessEntry).order_by(AccessEntry.id))
        return [(one.event.value, one.actor_name, one.subject) for one in found if one.event.value.startswith("owner_")]
