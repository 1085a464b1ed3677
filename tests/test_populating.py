"""What a form writes into a row: nothing that has not changed; and what a broken rule of the database is told of."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from models.database import db
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity
from tests.conftest import inside, municipality
from tests.test_forms import first, send
from tests.test_registers import As, fetch
from views import access
from views.register import saving
from views.register.forms import build


def broken(said: str) -> list[dict[str, str]]:
    form = build(ProcessingActivity, "processing_activity")(MultiDict())
    return saving.broken_constraint(ProcessingActivity, form, IntegrityError("", {}, Exception(said)))


def test_a_rule_that_a_field_of_no_form_breaks_is_told_of_the_whole_row(app: Any) -> None:
    with app.test_request_context(), inside("Tinn"):
        g.active, g.actor, g.municipalities = municipality("Tinn"), None, access._municipalities()
        of_the_form = broken("UNIQUE constraint failed: processing_activity.name")
        of_none = broken("UNIQUE constraint failed: processing_activity.number")

    assert [one["anchor"] for one in (*of_the_form, *of_none)] == ["name", "main"]


def test_links_in_another_order_are_no_change(as_: As) -> None:
    row = first(ProcessingActivity)
    with inside("Tinn"):
        added = [Application(name=name) for name in ("Abel", "Bodil")]
        db.session.add_all(added)
        db.session.get(ProcessingActivity, row.id).applications += added
        db.session.commit()
        ids = [str(one) for one in db.session.scalars(select(Application.id).order_by(Application.id))]
    kari, before = as_("kari"), fetch(ProcessingActivity, row.id).version

    statuses = [send(kari, row, applications=order).status_code for order in (ids, ids[::-1])]

    assert statuses == [303, 303]
    assert fetch(ProcessingActivity, row.id).version == before


def test_links_that_stay_as_they_are_are_not_written(app: Any) -> None:
    unwritable = type("Unwritable", (), {"applications": property(lambda _self: [])})()
    with app.test_request_context(), inside("Tinn"):
        g.active, g.actor, g.municipalities = municipality("Tinn"), None, access._municipalities()
        row = db.session.scalars(select(ProcessingActivity).order_by(ProcessingActivity.id)).first()
        form = build(ProcessingActivity, "processing_activity")(None, obj=row)

        form["applications"].populate_obj(unwritable, "applications")

        assert form["applications"].data == [one.id for one in row.applications]
        assert len(row.applications) == 1
