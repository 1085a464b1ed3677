"""A template that changes: who has taken it is offered what is new, field by field, and decides."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.changes import renewing
from models.changes.adopting import TAKEN, adopt
from models.database import db
from models.declare.choices import Answer, Disposal
from models.registers.catalogue import ProcessingTemplate, TemplateLaw, TemplateRetention
from models.registers.codes import Law, PersonalDataCategory, RecipientCategory
from models.registers.processing import ProcessingActivity
from models.seed import facts
from tests.conftest import inside
from tests.test_registers import As, form_of

NAME = "Kulturskole"
OFFERED = "Se hva som er nytt"


def template() -> ProcessingTemplate:
    return db.session.scalars(select(ProcessingTemplate).where(ProcessingTemplate.name == NAME)).one()


def taken(where: str = "Tinn") -> int:
    with inside(where):
        row = adopt(db.session, template(), language="nb")
        db.session.commit()
        return int(row.id)


def activity(row_id: int) -> Any:
    return db.session.get(ProcessingActivity, row_id)


def change() -> None:
    """The project betters what the template says."""
    with inside():
        one = template()
        one.purpose, one.purpose_nn, one.children = "Et bedre formål", "Eit betre føremål", Answer.NO
        one.recipients = [db.session.scalars(select(RecipientCategory).where(RecipientCategory.code == "bank")).one()]
        one.laws.append(
            TemplateLaw(law=db.session.scalars(select(Law).where(Law.code == "kulturlova")).one(), section="§ 4")
        )
        one.retention = [TemplateRetention(disposal=Disposal.ERASE, days=14, start="Slutt", basis="§ 1")]
        db.session.commit()


def renewals(row: Any) -> list[renewing.Renewal]:
    return renewing.renewals(row, renewing.source_of(db.session, row))


CHANGED = {"purpose", "children", "recipients", "laws", "retention"}


def address(row_id: int) -> str:
    return f"/processing-activity/template/{row_id}/"


def decide(browser: Any, row_id: int, **chosen: str) -> Any:
    with inside():
        row = activity(row_id)
        version = f"{row.version}.{row.template.version}"
    return browser.post(address(row_id), data={"version": version, "do": "save", **chosen})


def test_what_was_taken_says_nothing_until_the_template_changes(as_on: As) -> None:
    row_id, kari = taken(), as_on("kari")
    before = OFFERED in kari.get(f"/processing-activity/details/?id={row_id}").text
    change()
    after = OFFERED in kari.get(f"/processing-activity/details/?id={row_id}").text
    assert (before, after) == (False, True)
    assert str(row_id) in "".join(kari.get("/processing-activity/?old=template").text.split("details/?id=")[1:])


def test_each_field_that_changed_is_offered_and_no_other(engine_app: Any) -> None:
    row_id = taken()
    change()
    with inside("Tinn"):
        assert {one.key for one in renewals(activity(row_id))} == CHANGED


def test_every_field_a_template_gives_can_be_offered(app: Any) -> None:
    row_id = taken()
    with inside("Tinn"), db.session.no_autoflush:
        row = activity(row_id)
        row.taken = {"language": "nb", "said": dict.fromkeys(TAKEN)}
        for key in TAKEN:
            value = getattr(row, key)
            setattr(row, key, [] if isinstance(value, list) else Answer.UNKNOWN if isinstance(value, Answer) else None)
        row.name = "Noe annet"
        filled = {key for key in TAKEN if getattr(row.template, key) not in (None, [])}
        assert {one.key for one in renewals(row)} == filled
        db.session.rollback()


def test_what_is_taken_over_is_the_templates_and_what_is_kept_the_municipalitys(as_on: As) -> None:
    row_id = taken()
    with inside("Tinn"):
        activity(row_id).purpose = "Vårt eget"
        old = [(one.law.code, one.section) for one in activity(row_id).laws]
        db.session.commit()
    change()
    kari = as_on("kari")
    page = kari.get(address(row_id)).text
    assert all(said in page for said in ("Vårt eget", "Et bedre formål", "14 dager", "Kulturlova", "Malen sa før"))
    answer = decide(kari, row_id, purpose="keep", children="take", recipients="take", laws="take", retention="take")
    assert answer.status_code == 303
    with inside("Tinn"):
        row = activity(row_id)
        assert (row.purpose, row.children, [one.code for one in row.recipients]) == ("Vårt eget", Answer.NO, ["bank"])
        assert [(one.law.code, one.section) for one in row.laws] == [*old, ("kulturlova", "§ 4")]
        assert [(one.disposal, one.days) for one in row.retention] == [(Disposal.ERASE, 14)]
    assert OFFERED not in kari.get(f"/processing-activity/details/?id={row_id}").text


def test_what_the_municipality_says_already_is_not_asked_about(engine_app: Any) -> None:
    row_id = taken()
    change()
    with inside("Tinn"):
        activity(row_id).purpose = "Et bedre formål"
        assert {one.key for one in renewals(activity(row_id))} == CHANGED - {"purpose"}


def test_who_stops_following_is_asked_no_more_and_it_is_known_where_it_came_from(as_: As) -> None:
    row_id, kari = taken(), as_("kari")
    change()
    assert decide(kari, row_id, do="stop").status_code == 303
    with inside("Tinn"):
        row = activity(row_id)
        assert (row.taken, row.template_version, row.template.name, row.purpose != "Et bedre formål") == (
            None,
            None,
            NAME,
            True,
        )
    assert kari.get(address(row_id)).status_code == 404


def test_a_template_that_changes_while_one_decides_is_shown_anew(as_: As) -> None:
    row_id, kari = taken(), as_("kari")
    change()
    with inside("Tinn"):
        version = f"{activity(row_id).version}.{template().version}"
    with inside():
        template().purpose = "Enda bedre"
        db.session.commit()
    answer = kari.post(address(row_id), data={"version": version, "do": "save", "purpose": "take"})
    assert (answer.status_code, "Enda bedre" in answer.text) == (409, True)
    with inside("Tinn"):
        assert activity(row_id).purpose not in {"Enda bedre", "Et bedre formål"}


@pytest.mark.parametrize(
    ("who", "where", "status"), [("kari", "Seljord", 404), ("ola", "Tinn", 403), ("frida", "Tinn", 404)]
)
def test_nobody_else_sees_or_decides(who: str, where: str, status: int, as_: As) -> None:
    row_id = taken(where)
    change()
    browser = as_(who)
    assert (browser.get(address(row_id)).status_code, decide(browser, row_id).status_code) == (status, status)


def test_a_shipped_template_nobody_has_changed_follows_what_is_shipped(engine_app: Any) -> None:
    row_id = taken()
    with inside():
        one = template()
        shipped = (one.purpose, [law.section for law in one.laws])
        one.purpose, one.laws = "Slik det var i forrige utgave", one.laws[:1]
        db.session.commit()
        activity(row_id).template_version = one.version
        db.session.commit()
    db.session.expire_all()
    facts.load(db.session)
    with inside("Tinn"):
        assert (template().purpose, [law.section for law in template().laws]) == shipped
        assert template().version > activity(row_id).template_version


def test_a_template_somebody_has_changed_stays_as_it_is(as_: As) -> None:
    per = as_("per")
    with inside():
        one = template()
        row_id, version = one.id, one.version
    page = per.get(f"/processing-template/edit/?id={row_id}")
    values = form_of(page.text).values | {"purpose": ["Slik vi vil ha det"]}
    assert per.post(f"/processing-template/edit/?id={row_id}", data=values).status_code in {302, 303}
    db.session.expire_all()
    facts.load(db.session)
    with inside():
        assert (template().purpose, template().version) == ("Slik vi vil ha det", version + 1)


def test_nothing_is_written_when_nothing_shipped_is_new(engine_app: Any) -> None:
    with inside():
        before = {one.id: one.version for one in db.session.scalars(select(ProcessingTemplate))}
    facts.load(db.session)
    with inside():
        assert {one.id: one.version for one in db.session.scalars(select(ProcessingTemplate))} == before
        assert db.session.scalar(select(PersonalDataCategory.id).limit(1)) is not None
